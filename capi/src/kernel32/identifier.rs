//! GUIDs and their texts, by the names of COM and of remote calls.
//!
//! # Safety
//!
//! Texts end with a null; what a call writes is the caller's, with as many characters as its size
//! says; a text that is given out is freed by RpcStringFree.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use windows_sys::core::GUID;

use super::system::UuidCreate;
use crate::text::{Character, Wide, read, write};

const INVALID_ARGUMENT: i32 = 0x8007_0057_u32 as i32;
const CLASS_STRING: i32 = 0x8004_01F3_u32 as i32;
const IID_STRING: i32 = 0x8004_01F4_u32 as i32;
const INVALID_STRING_UUID: i32 = 1705;
const OUT_OF_MEMORY: i32 = 14;
const NIL: GUID = GUID::from_u128(0);

/// 8-4-4-4-12 digits of base 16, small ones.
pub(super) fn text(guid: &GUID) -> String {
    let GUID { data1, data2, data3, data4 } = *guid;
    let tail = u64::from_be_bytes(data4);
    let (four, twelve) = (tail >> 48, tail & 0xFFFF_FFFF_FFFF);
    format!("{data1:08x}-{data2:04x}-{data3:04x}-{four:04x}-{twelve:012x}")
}

/// The GUID of such a text, in either case.
fn parse(text: &str) -> Option<GUID> {
    let bytes = text.as_bytes();
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, &u8)| match is_dash(at) {
        true => *byte == b'-',
        false => byte.is_ascii_hexdigit(),
    };
    if bytes.len() != 36 || !bytes.iter().enumerate().all(fits) {
        return None;
    }
    u128::from_str_radix(&text.replace('-', ""), 16).ok().map(GUID::from_u128)
}

/// The GUID of a text in braces.
fn braced(text: &str) -> Option<GUID> {
    parse(text.strip_prefix('{')?.strip_suffix('}')?)
}

/// A text of its own, with its null; `OUT_OF_MEMORY`.
pub(super) unsafe fn give<C: Character>(text: &str, to: *mut *mut C) -> i32 {
    let room = C::encode(text).len() + 1;
    unsafe {
        let memory = libc::malloc(room * size_of::<C>()).cast::<C>();
        if memory.is_null() {
            return OUT_OF_MEMORY;
        }
        write(text, memory, room);
        to.write(memory);
    }
    0
}

pub(super) unsafe fn free<C>(text: *mut *mut C) -> i32 {
    unsafe {
        libc::free((*text).cast());
        text.write(std::ptr::null_mut());
    }
    0
}

unsafe fn take<C: Character>(text: *const C, to: *mut GUID) -> i32 {
    let guid = match unsafe { read(text) } {
        None => Some(NIL),
        Some(text) => parse(&text),
    };
    guid.map_or(INVALID_STRING_UUID, |guid| unsafe {
        to.write(guid);
        0
    })
}

/// `RPC_STATUS UuidToStringW(const UUID *Uuid, RPC_WSTR *StringUuid)`: as UuidToStringA; freed by
/// RpcStringFreeW.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidToStringW(uuid: *const GUID, to: *mut *mut Wide) -> i32 {
    unsafe { give(&text(&*uuid), to) }
}

/// `RPC_STATUS RpcStringFreeW(RPC_WSTR *String)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RpcStringFreeW(text: *mut *mut Wide) -> i32 {
    unsafe { free(text) }
}

/// `RPC_STATUS UuidFromStringA(RPC_CSTR StringUuid, UUID *Uuid)`: of 8-4-4-4-12 digits without
/// braces; the nil one of NULL. RPC_S_INVALID_STRING_UUID, and nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidFromStringA(text: *const u8, to: *mut GUID) -> i32 {
    unsafe { take(text, to) }
}

/// `RPC_STATUS UuidFromStringW(RPC_WSTR StringUuid, UUID *Uuid)`: as UuidFromStringA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidFromStringW(text: *const Wide, to: *mut GUID) -> i32 {
    unsafe { take(text, to) }
}

/// `RPC_STATUS UuidCreateNil(UUID *NilUuid)`: all zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidCreateNil(to: *mut GUID) -> i32 {
    unsafe { to.write(NIL) };
    0
}

/// `HRESULT CoCreateGuid(GUID *pguid)`: a random one (version 4). E_INVALIDARG for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CoCreateGuid(to: *mut GUID) -> i32 {
    if to.is_null() { INVALID_ARGUMENT } else { unsafe { UuidCreate(to) } }
}

/// `int StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, int cchMax)`: in braces, with capitals; 39
/// characters with the null, or 0 if there is no room for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn StringFromGUID2(guid: *const GUID, to: *mut Wide, room: i32) -> i32 {
    let text = format!("{{{}}}", text(unsafe { &*guid }).to_ascii_uppercase());
    let (room, count) = (usize::try_from(room).unwrap_or(0), text.len());
    if to.is_null() || count >= room {
        return 0;
    }
    unsafe { write(&text, to, room) as i32 + 1 }
}

/// `HRESULT CLSIDFromString(LPCOLESTR lpsz, LPCLSID pclsid)`: of a text in braces; the nil one of
/// NULL. CO_E_CLASSSTRING, and the nil one, for another text: no class has a name here.
/// E_INVALIDARG without a place for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CLSIDFromString(text: *const Wide, to: *mut GUID) -> i32 {
    if to.is_null() {
        return INVALID_ARGUMENT;
    }
    let guid = unsafe { read(text) }.map_or(Some(NIL), |text| braced(&text));
    unsafe { to.write(guid.unwrap_or(NIL)) };
    guid.map_or(CLASS_STRING, |_| 0)
}

/// `HRESULT IIDFromString(LPCOLESTR lpsz, LPIID lpiid)`: of a text in braces; the nil one of NULL.
/// E_INVALIDARG for another length, CO_E_IIDSTRING for another text: then nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IIDFromString(text: *const Wide, to: *mut GUID) -> i32 {
    let text = unsafe { read(text) };
    if to.is_null() || text.as_ref().is_some_and(|text| text.chars().count() != 38) {
        return INVALID_ARGUMENT;
    }
    let guid = text.map_or(Some(NIL), |text| braced(&text));
    guid.map_or(IID_STRING, |guid| unsafe {
        to.write(guid);
        0
    })
}

//! Names resolved while the caller goes on.
//!
//! # Safety
//!
//! An OVERLAPPED and the place of the result are the query's until it is told of; a list is freed
//! once, by FreeAddrInfoExW.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::error::set_last_error;
use windows_sys::Win32::Networking::WinSock::{ADDRINFOA, SOCKADDR};
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::resolve::{FreeAddrInfoW, GetAddrInfoW, Node};
use crate::text::{Wide, read};

const PENDING: i32 = 997; // WSA_IO_PENDING
const IN_PROGRESS: i32 = 10036; // WSAEINPROGRESS
const CANCELLED: i32 = 10111; // WSA_E_CANCELLED
const INVALID: i32 = 10022; // WSAEINVAL
const INVALID_PARAMETER: i32 = 87;
const STATUS_PENDING: usize = 0x103;

/// ADDRINFOEXW, and the node that it was made of.
#[repr(C)]
pub struct NodeEx {
    flags: i32,
    family: i32,
    kind: i32,
    protocol: i32,
    bytes: usize,
    name: *mut Wide,
    address: *mut SOCKADDR,
    blob: *mut c_void,
    blob_bytes: usize,
    provider: *mut c_void,
    next: *mut NodeEx,
    kept: *mut Node,
}

type Routine = unsafe extern "C" fn(u32, u32, *mut OVERLAPPED);

/// A query under way: who ends it first tells of it, the answer or the one that cancels.
struct Query {
    over: AtomicBool,
    overlapped: usize,
    result: usize,
    routine: Option<Routine>,
}

impl Query {
    unsafe fn tell(&self, list: *mut NodeEx, error: i32) {
        let overlapped = self.overlapped as *mut OVERLAPPED;
        unsafe {
            (self.result as *mut *mut NodeEx).write(list);
            let event = (*overlapped).hEvent;
            (&raw mut (*overlapped).Internal).write_volatile(error as usize);
            match self.routine {
                Some(routine) => routine(error as u32, 0, overlapped),
                None => _ = engine::SetEvent(event),
            }
        }
    }
}

/// A text kept for a thread, with its null.
unsafe fn kept(text: *const Wide) -> Option<Vec<Wide>> {
    unsafe { read(text) }.map(|text| text.chars().map(u32::from).chain([0]).collect())
}

fn place(text: &Option<Vec<Wide>>) -> *const Wide {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

unsafe fn ask(
    name: *const Wide,
    service: *const Wide,
    hints: *const ADDRINFOA,
) -> Result<*mut NodeEx, i32> {
    let mut list = null_mut();
    match unsafe { GetAddrInfoW(name, service, hints, &mut list) } {
        0 => Ok(unsafe { extended(list) }),
        error => Err(error),
    }
}

unsafe fn extended(list: *mut Node) -> *mut NodeEx {
    let Some(node) = (unsafe { list.as_mut() }) else { return null_mut() };
    let rest = std::mem::replace(&mut node.next, null_mut());
    let next = unsafe { extended(rest) };
    Box::into_raw(Box::new(NodeEx {
        flags: node.flags,
        family: node.family,
        kind: node.kind,
        protocol: node.protocol,
        bytes: node.bytes,
        name: node.name,
        address: node.address,
        blob: null_mut(),
        blob_bytes: 0,
        provider: null_mut(),
        next,
        kept: list,
    }))
}

/// `INT GetAddrInfoExW(PCWSTR pName, PCWSTR pServiceName, DWORD dwNameSpace, LPGUID lpNspId,
/// const ADDRINFOEXW *hints, PADDRINFOEXW *ppResult, struct timeval *timeout,
/// LPOVERLAPPED lpOverlapped, LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine,
/// LPHANDLE lpHandle)`
///
/// As GetAddrInfoW. With an OVERLAPPED it returns 997, and the routine, on a thread of its own, or
/// the event tells when the answer is there. The names are those of the system, whatever is said of
/// a provider; other name spaces than NS_ALL and NS_DNS are 10022. The time limit is not used: a
/// query ends when the system's does, or is cancelled. 87 for both a routine and an event, and for
/// either without an OVERLAPPED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAddrInfoExW(
    name: *const Wide,
    service: *const Wide,
    space: u32,
    _provider: *const c_void,
    hints: *const ADDRINFOA,
    result: *mut *mut NodeEx,
    _timeout: *const c_void,
    overlapped: *mut OVERLAPPED,
    routine: Option<Routine>,
    handle: *mut *mut c_void,
) -> i32 {
    let refused = match unsafe { overlapped.as_ref() } {
        _ if result.is_null() || ![0, 12].contains(&space) => INVALID,
        None if routine.is_some() || !handle.is_null() => INVALID_PARAMETER,
        Some(asked) if routine.is_some() && !asked.hEvent.is_null() => INVALID_PARAMETER,
        _ => 0,
    };
    if refused != 0 {
        set_last_error(refused as u32);
        return refused;
    }
    unsafe { result.write(null_mut()) };
    if overlapped.is_null() {
        let asked = unsafe { ask(name, service, hints) };
        return asked.map_or_else(
            |error| error,
            |list| unsafe {
                result.write(list);
                0
            },
        );
    }
    let (name, service) = unsafe { (kept(name), kept(service)) };
    let hints = unsafe { hints.as_ref() }
        .map(|hints| [hints.ai_flags, hints.ai_family, hints.ai_socktype, hints.ai_protocol]);
    unsafe { (*overlapped).Internal = STATUS_PENDING };
    let over = AtomicBool::new(false);
    let query = Query { over, overlapped: overlapped as usize, result: result as usize, routine };
    let query = Arc::new(query);
    let known = match handle.is_null() {
        true => 0,
        false => match engine::linux::insert_foreign(query.clone()) {
            Ok(known) => known as usize,
            Err(error) => return error.0 as i32,
        },
    };
    if known != 0 {
        unsafe { handle.write(known as *mut c_void) };
    }
    std::thread::spawn(move || unsafe {
        let mut wanted: ADDRINFOA = std::mem::zeroed();
        let [flags, family, kind, protocol] = hints.unwrap_or_default();
        (wanted.ai_flags, wanted.ai_family) = (flags, family);
        (wanted.ai_socktype, wanted.ai_protocol) = (kind, protocol);
        let asked = ask(place(&name), place(&service), &wanted);
        let (list, error) = asked.map_or_else(|error| (null_mut(), error), |list| (list, 0));
        if query.over.swap(true, Ordering::AcqRel) {
            return FreeAddrInfoExW(list);
        }
        if known != 0 {
            engine::CloseHandle(known as *mut c_void);
        }
        query.tell(list, error);
    });
    set_last_error(PENDING as u32);
    PENDING
}

/// `INT GetAddrInfoExCancel(LPHANDLE lpHandle)`: the query ends with 10111, and what is found later
/// is not told. 6 when it is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAddrInfoExCancel(handle: *const *mut c_void) -> i32 {
    let handle = if handle.is_null() { null_mut() } else { unsafe { *handle } };
    let Ok(query) = engine::linux::foreign::<Query>(handle) else { return 6 };
    if query.over.swap(true, Ordering::AcqRel) {
        return 6;
    }
    unsafe {
        engine::CloseHandle(handle);
        query.tell(null_mut(), CANCELLED);
    }
    0
}

/// `INT GetAddrInfoExOverlappedResult(LPOVERLAPPED lpOverlapped)`: how a query ended; 10036 while
/// it has not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAddrInfoExOverlappedResult(overlapped: *const OVERLAPPED) -> i32 {
    if overlapped.is_null() {
        return INVALID;
    }
    match unsafe { (&raw const (*overlapped).Internal).read_volatile() } {
        STATUS_PENDING => IN_PROGRESS,
        error => error as i32,
    }
}

/// `void FreeAddrInfoExW(PADDRINFOEXW pAddrInfoEx)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeAddrInfoExW(list: *mut NodeEx) {
    let mut at = list;
    while !at.is_null() {
        let node = unsafe { Box::from_raw(at) };
        unsafe { FreeAddrInfoW(node.kept) };
        at = node.next;
    }
}

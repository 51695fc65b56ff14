//! Doors for text of wchar_t: the engine's own take UTF-16, as on Windows, and C's wchar_t is 32
//! bits wide here.
//!
//! # Safety
//!
//! Texts that come in are null or end with a null; everything else is as the engine's door says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod pipe;
mod query;
mod resolve;
mod window;

use std::ffi::c_void;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Networking::WinSock::{SOCKADDR, SOCKET, WSAPROTOCOL_INFOW};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::text::{Wide, utf16, write};

/// A name as UTF-16 for the time of a call.
struct Name(Option<Vec<u16>>);

impl Name {
    unsafe fn of(text: *const Wide) -> Self {
        Self(unsafe { utf16(text) })
    }

    fn as_ptr(&self) -> *const u16 {
        self.0.as_ref().map_or(std::ptr::null(), |name| name.as_ptr())
    }
}

/// `HANDLE CreateEventW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateEventW(
    security: *const SECURITY_ATTRIBUTES,
    manual: i32,
    set: i32,
    name: *const Wide,
) -> HANDLE {
    unsafe { engine::CreateEventW(security, manual, set, Name::of(name).as_ptr()) }
}

/// `HANDLE CreateEventExW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateEventExW(
    security: *const SECURITY_ATTRIBUTES,
    name: *const Wide,
    flags: u32,
    access: u32,
) -> HANDLE {
    unsafe { engine::CreateEventExW(security, Name::of(name).as_ptr(), flags, access) }
}

/// `HANDLE CreateMutexW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMutexW(
    security: *const SECURITY_ATTRIBUTES,
    owned: i32,
    name: *const Wide,
) -> HANDLE {
    unsafe { engine::CreateMutexW(security, owned, Name::of(name).as_ptr()) }
}

/// `HANDLE CreateSemaphoreW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSemaphoreW(
    security: *const SECURITY_ATTRIBUTES,
    count: i32,
    most: i32,
    name: *const Wide,
) -> HANDLE {
    unsafe { engine::CreateSemaphoreW(security, count, most, Name::of(name).as_ptr()) }
}

/// `HANDLE CreateWaitableTimerW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateWaitableTimerW(
    security: *const SECURITY_ATTRIBUTES,
    manual: i32,
    name: *const Wide,
) -> HANDLE {
    unsafe { engine::CreateWaitableTimerW(security, manual, Name::of(name).as_ptr()) }
}

/// `HANDLE CreateWaitableTimerExW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateWaitableTimerExW(
    security: *const SECURITY_ATTRIBUTES,
    name: *const Wide,
    flags: u32,
    access: u32,
) -> HANDLE {
    unsafe { engine::CreateWaitableTimerExW(security, Name::of(name).as_ptr(), flags, access) }
}

/// `HANDLE OpenEventW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenEventW(access: u32, inherit: i32, name: *const Wide) -> HANDLE {
    unsafe { engine::OpenEventW(access, inherit, Name::of(name).as_ptr()) }
}

/// `HANDLE OpenMutexW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenMutexW(access: u32, inherit: i32, name: *const Wide) -> HANDLE {
    unsafe { engine::OpenMutexW(access, inherit, Name::of(name).as_ptr()) }
}

/// `HANDLE OpenSemaphoreW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenSemaphoreW(access: u32, inherit: i32, name: *const Wide) -> HANDLE {
    unsafe { engine::OpenSemaphoreW(access, inherit, Name::of(name).as_ptr()) }
}

/// `HANDLE CreateFileW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileW(
    name: *const Wide,
    access: u32,
    sharing: u32,
    security: *const SECURITY_ATTRIBUTES,
    disposition: u32,
    flags: u32,
    template: HANDLE,
) -> HANDLE {
    let text = unsafe { Name::of(name) };
    let name = text.as_ptr();
    unsafe { engine::CreateFileW(name, access, sharing, security, disposition, flags, template) }
}

/// `BOOL DeleteFileW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteFileW(name: *const Wide) -> i32 {
    unsafe { engine::DeleteFileW(Name::of(name).as_ptr()) }
}

/// `BOOL WSAConnectByNameW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAConnectByNameW(
    socket: SOCKET,
    node: *const Wide,
    service: *const Wide,
    local_bytes: *mut u32,
    local: *mut SOCKADDR,
    remote_bytes: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const libc::timeval,
    reserved: *const OVERLAPPED,
) -> i32 {
    let narrow = unsafe { timeout.as_ref() }.map(crate::socket::narrowed);
    let timeout = narrow.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let (node_text, service_text) = unsafe { (Name::of(node), Name::of(service)) };
    let (node, service) = (node_text.as_ptr(), service_text.as_ptr());
    unsafe {
        engine::WSAConnectByNameW(
            socket,
            node,
            service,
            local_bytes,
            local,
            remote_bytes,
            remote,
            timeout,
            reserved,
        )
    }
}

/// More protocols than there are.
const PROTOCOLS_MAX: usize = 32;

/// `int WSAEnumProtocolsW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAEnumProtocolsW(
    wanted: *const i32,
    to: *mut Protocol,
    bytes: *mut u32,
) -> i32 {
    if bytes.is_null() {
        return unsafe { engine::WSAEnumProtocolsW(wanted, to.cast(), bytes) };
    }
    let room = (unsafe { *bytes } as usize / size_of::<Protocol>()).min(PROTOCOLS_MAX);
    let mut all = vec![unsafe { std::mem::zeroed::<WSAPROTOCOL_INFOW>() }; room];
    let mut needed = (room * size_of::<WSAPROTOCOL_INFOW>()) as u32;
    let buffer = if to.is_null() { std::ptr::null_mut() } else { all.as_mut_ptr() };
    let told = unsafe { engine::WSAEnumProtocolsW(wanted, buffer, &mut needed) };
    let count = needed as usize / size_of::<WSAPROTOCOL_INFOW>();
    unsafe { bytes.write((count * size_of::<Protocol>()) as u32) };
    for (at, info) in all.iter().enumerate().take(told.max(0) as usize) {
        unsafe { give(info, to.add(at)) };
    }
    told
}

/// `INT InetPtonW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InetPtonW(family: i32, text: *const Wide, to: *mut c_void) -> i32 {
    unsafe { engine::InetPtonW(family, Name::of(text).as_ptr(), to) }
}

/// `PCWSTR InetNtopW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InetNtopW(
    family: i32,
    address: *const c_void,
    to: *mut Wide,
    room: usize,
) -> *const Wide {
    let mut text = [0u16; 128];
    let room = room.min(text.len());
    let told = unsafe { engine::InetNtopW(family, address, text.as_mut_ptr(), room) };
    if told.is_null() {
        return std::ptr::null();
    }
    unsafe { write(&until_null(&text), to, room) };
    to
}

fn until_null(text: &[u16]) -> String {
    String::from_utf16_lossy(text.split(|&unit| unit == 0).next().unwrap_or_default())
}

/// `INT WSAAddressToStringW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAAddressToStringW(
    address: *const SOCKADDR,
    bytes: u32,
    protocol: *const WSAPROTOCOL_INFOW,
    to: *mut Wide,
    room: *mut u32,
) -> i32 {
    if to.is_null() || room.is_null() {
        let to = to.cast::<u16>();
        return unsafe { engine::WSAAddressToStringW(address, bytes, protocol, to, room) };
    }
    let mut text = [0u16; 128];
    unsafe {
        let mut length = (*room).min(text.len() as u32);
        let at = text.as_mut_ptr();
        let told = engine::WSAAddressToStringW(address, bytes, protocol, at, &mut length);
        if told == 0 {
            write(&until_null(&text), to, *room as usize);
        }
        room.write(length);
        told
    }
}

/// `INT WSAStringToAddressW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAStringToAddressW(
    text: *const Wide,
    family: i32,
    protocol: *const WSAPROTOCOL_INFOW,
    to: *mut SOCKADDR,
    bytes: *mut i32,
) -> i32 {
    let text = unsafe { Name::of(text) };
    unsafe { engine::WSAStringToAddressW(text.as_ptr(), family, protocol, to, bytes) }
}

/// WSAPROTOCOL_INFOW as C has it: the engine's, but for the text at its end.
#[repr(C)]
pub struct Protocol {
    facts: [u8; FACTS],
    name: [Wide; 256],
}

/// How long the two are the same.
const FACTS: usize = std::mem::offset_of!(WSAPROTOCOL_INFOW, szProtocol);

unsafe fn give(info: &WSAPROTOCOL_INFOW, to: *mut Protocol) {
    unsafe {
        to.cast::<u8>().copy_from_nonoverlapping(std::ptr::from_ref(info).cast(), FACTS);
        write(&until_null(&info.szProtocol), (&raw mut (*to).name).cast::<Wide>(), 256);
    }
}

/// `SOCKET WSASocketW(…)`: see the engine's. Of the protocol's facts the text is not read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSASocketW(
    family: i32,
    kind: i32,
    protocol: i32,
    info: *const Protocol,
    group: u32,
    flags: u32,
) -> SOCKET {
    // The engine reads no further than what its structure and C's have in common.
    unsafe { engine::WSASocketW(family, kind, protocol, info.cast(), group, flags) }
}

/// `int WSADuplicateSocketW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSADuplicateSocketW(
    socket: SOCKET,
    process: u32,
    to: *mut Protocol,
) -> i32 {
    if to.is_null() {
        return unsafe { engine::WSADuplicateSocketW(socket, process, std::ptr::null_mut()) };
    }
    let mut info = unsafe { std::mem::zeroed::<WSAPROTOCOL_INFOW>() };
    let told = unsafe { engine::WSADuplicateSocketW(socket, process, &mut info) };
    if told == 0 {
        unsafe { give(&info, to) };
    }
    told
}

/// `int GetHostNameW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetHostNameW(to: *mut Wide, room: i32) -> i32 {
    let mut text = [0u16; 256];
    let at = if to.is_null() { std::ptr::null_mut() } else { text.as_mut_ptr() };
    let told = unsafe { engine::GetHostNameW(at, room.min(text.len() as i32)) };
    if told == 0 {
        unsafe { write(&until_null(&text), to, room as usize) };
    }
    told
}

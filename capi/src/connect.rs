//! Doors with a `timeval`, which has libc's width in C, and those beside them for text of wchar_t.
//!
//! # Safety
//!
//! Every pointer is null or valid as the function's page at Microsoft says; texts end with a null.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::CString;
use std::mem::{offset_of, size_of};

use libc::{timeval, wchar_t};
use windows_sys::Win32::Networking::WinSock::{
    SOCKADDR, SOCKET, SOCKET_ADDRESS_LIST, SOCKET_ERROR, TIMEVAL, WSAPROTOCOL_INFOA,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// The same time with members of 32 bits; beyond what they hold, the longest they do.
pub(super) fn narrowed(time: &timeval) -> TIMEVAL {
    let saturated = |value: i64| value.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    TIMEVAL { tv_sec: saturated(time.tv_sec), tv_usec: saturated(time.tv_usec) }
}

/// A text of wchar_t as UTF-8; none for null and for what is no text.
unsafe fn utf8(text: *const wchar_t) -> Option<CString> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's text is read up to the null that ends it, during the call.
    let character = |at| unsafe { text.add(at).read() };
    let all = (0..).map(character).take_while(|&c| c != 0);
    let text: Option<String> = all.map(|c| char::from_u32(c as u32)).collect();
    CString::new(text?).ok()
}

fn start(text: &Option<CString>) -> *const u8 {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr().cast())
}

/// `BOOL WSAConnectByNameA(SOCKET s, LPCSTR nodename, LPCSTR servicename, LPDWORD
/// LocalAddressLength, LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR
/// RemoteAddress, const struct timeval *timeout, LPWSAOVERLAPPED Reserved)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAConnectByNameA(
    s: SOCKET,
    node: *const u8,
    service: *const u8,
    local_bytes: *mut u32,
    local: *mut SOCKADDR,
    remote_bytes: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const timeval,
    reserved: *const OVERLAPPED,
) -> i32 {
    // SAFETY: the caller's time is null or valid for reads during the call.
    let time = unsafe { timeout.as_ref() }.map(narrowed);
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the caller's names and addresses, and a time of this frame.
    unsafe {
        engine::WSAConnectByNameA(
            s,
            node,
            service,
            local_bytes,
            local,
            remote_bytes,
            remote,
            time,
            reserved,
        )
    }
}

/// `BOOL WSAConnectByNameW(…)`: as [`WSAConnectByNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAConnectByNameW(
    s: SOCKET,
    node: *const wchar_t,
    service: *const wchar_t,
    local_bytes: *mut u32,
    local: *mut SOCKADDR,
    remote_bytes: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const timeval,
    reserved: *const OVERLAPPED,
) -> i32 {
    // SAFETY: the caller's texts end with a null and are read during the call.
    let (node, service) = unsafe { (utf8(node), utf8(service)) };
    let (node, service) = (start(&node), start(&service));
    // SAFETY: texts of this frame; the rest is the caller's, as he promised it to this function.
    unsafe {
        WSAConnectByNameA(
            s,
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

/// `BOOL WSAConnectByList(SOCKET s, PSOCKET_ADDRESS_LIST SocketAddress, LPDWORD
/// LocalAddressLength, LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR
/// RemoteAddress, const struct timeval *timeout, LPWSAOVERLAPPED Reserved)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAConnectByList(
    s: SOCKET,
    peers: *const SOCKET_ADDRESS_LIST,
    local_bytes: *mut u32,
    local: *mut SOCKADDR,
    remote_bytes: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const timeval,
    reserved: *const OVERLAPPED,
) -> i32 {
    // SAFETY: the caller's time limit, null or valid for reads during the call.
    let time = unsafe { timeout.as_ref() }.map(narrowed);
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the caller's list and addresses, and a time of this frame.
    unsafe {
        engine::WSAConnectByList(s, peers, local_bytes, local, remote_bytes, remote, time, reserved)
    }
}

/// WSAPROTOCOL_INFOW as C has it here.
#[repr(C)]
pub struct Protocol {
    facts: [u32; FACTS / 4],
    name: [wchar_t; NAME],
}

const NAME: usize = 256;
/// More protocols than there are.
const COUNT_MAX: usize = 32;
/// How long it is the same as WSAPROTOCOL_INFOA.
const FACTS: usize = offset_of!(WSAPROTOCOL_INFOA, szProtocol);

/// `int WSAEnumProtocolsW(LPINT lpiProtocols, LPWSAPROTOCOL_INFOW lpProtocolBuffer, LPDWORD
/// lpdwBufferLength)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WSAEnumProtocolsW(
    wanted: *const i32,
    to: *mut Protocol,
    bytes: *mut u32,
) -> i32 {
    let (one, wide) = (size_of::<WSAPROTOCOL_INFOA>(), size_of::<Protocol>());
    // SAFETY: the caller's length is null or valid for reads and writes during the call.
    let length = unsafe { bytes.as_mut() };
    let count = length.as_deref().map_or(0, |&bytes| bytes as usize / wide);
    let count = if to.is_null() { 0 } else { count.min(COUNT_MAX) };
    let mut found = [WSAPROTOCOL_INFOA::default(); COUNT_MAX];
    let mut room = (count * one) as u32;
    let at = if length.is_some() { &raw mut room } else { std::ptr::null_mut() };
    // SAFETY: the caller's list, and an array of this frame with its length.
    let told = unsafe { engine::WSAEnumProtocolsA(wanted, found.as_mut_ptr(), at) };
    if let (SOCKET_ERROR, Some(length)) = (told, length) {
        *length = (room as usize / one * wide) as u32;
    }
    for (at, info) in found.iter().take(usize::try_from(told).unwrap_or(0)).enumerate() {
        let mut name = [0; NAME];
        name.iter_mut().zip(info.szProtocol).for_each(|(to, c)| *to = c.into());
        let facts = std::ptr::from_ref(info).cast::<[u32; FACTS / 4]>();
        // SAFETY: the structure begins with these facts; the caller's array has so many elements.
        unsafe { to.add(at).write(Protocol { facts: facts.read(), name }) };
    }
    told
}

/// `BOOL DeleteFileW(LPCWSTR lpFileName)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteFileW(name: *const wchar_t) -> i32 {
    // SAFETY: the caller's name ends with a null and is read during the call.
    let name = unsafe { utf8(name) };
    // SAFETY: null, which the engine refuses, or a name of this frame.
    unsafe { engine::DeleteFileA(start(&name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_is_the_longest() {
        let long = narrowed(&timeval { tv_sec: i64::MAX, tv_usec: -1 });
        assert_eq!((long.tv_sec, long.tv_usec), (i32::MAX, -1));
    }

    #[test]
    fn text_of_wchar_t_becomes_utf8() {
        let text: Vec<wchar_t> = "서버\0".chars().map(|c| c as wchar_t).collect();
        // SAFETY: both texts are this frame's and end with a null.
        let (good, bad) = unsafe { (utf8(text.as_ptr()), utf8([0xd800, 0].as_ptr())) };
        assert_eq!(good.unwrap().to_str(), Ok("서버"));
        assert_eq!(bad, None);
    }
}

//! Doors with a `timeval`, which has libc's width in C.
//!
//! # Safety
//!
//! Every pointer is null or valid as the function's page at Microsoft says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use libc::timeval;
use windows_sys::Win32::Networking::WinSock::{SOCKADDR, SOCKET, SOCKET_ADDRESS_LIST};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::socket::narrowed;

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

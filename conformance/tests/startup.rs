//! WSAStartup and WSACleanup (S2.13, S11.10). One test, for they concern the whole process.
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::ptr::{null, null_mut};

use conformance::{POISON, RawAddress, V4, call, wine_differs};
use overlapped::sys::*;

const NOT_YET: Result<i32, i32> = Err(WSANOTINITIALISED);

fn start(version: u16) -> (i32, WSADATA) {
    let mut data = WSADATA { wVersion: 0xCCCC, iMaxSockets: 0xCCCC, ..Default::default() };
    (unsafe { WSAStartup(version, &mut data) }, data)
}

fn clean_up() -> Result<i32, i32> {
    call(SOCKET_ERROR, || unsafe { WSACleanup() })
}

fn make() -> Result<usize, i32> {
    call(INVALID_SOCKET, || unsafe { socket(i32::from(AF_INET), SOCK_DGRAM, 0) })
}

/// S2.13: before WSAStartup, and after the last WSACleanup, every call is 10093.
fn every_call_is_10093() {
    let on = 1u32.to_ne_bytes();
    let address = RawAddress::of(SocketAddr::new(V4, 0));
    let (name, length) = (address.as_ptr(), address.length);
    let (mut byte, mut number) = (0u8, 0u32);
    let buffer = WSABUF { len: 1, buf: &mut byte };
    assert_eq!(make(), Err(WSANOTINITIALISED));
    unsafe {
        let calls: [&dyn Fn() -> i32; 10] = [
            &|| bind(4, name, length),
            &|| listen(4, 1),
            &|| connect(4, name, length),
            &|| shutdown(4, 0),
            &|| closesocket(4),
            &|| send(4, b"x".as_ptr(), 1, 0),
            &|| recv(4, buffer.buf, 1, 0),
            &|| setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, on.as_ptr(), 4),
            &|| sendto(4, b"x".as_ptr(), 1, 0, name, length),
            &|| getsockname(4, null_mut(), null_mut()),
        ];
        for (at, one) in calls.iter().enumerate() {
            assert_eq!(call(SOCKET_ERROR, one), NOT_YET, "call {at}");
        }
        let received = call(SOCKET_ERROR, || {
            WSARecv(4, &buffer, 1, null_mut(), &mut number, null_mut(), None)
        });
        let sent = call(SOCKET_ERROR, || WSASend(4, &buffer, 1, null_mut(), 0, null_mut(), None));
        assert_eq!((received, sent), (NOT_YET, NOT_YET));
        assert_eq!(call(SOCKET_ERROR, || ioctlsocket(4, FIONBIO, &mut number)), NOT_YET);
        let accepted = call(INVALID_SOCKET, || accept(4, null_mut(), null_mut()));
        assert_eq!(accepted, Err(WSANOTINITIALISED));
        let made = call(INVALID_SOCKET, || WSASocketW(2, 1, 0, null(), 0, 1));
        assert_eq!(made, Err(WSANOTINITIALISED));
    }
}

/// S11.10: what is granted is what was asked for, at most 2.2; the two maxima are 0.
fn versions_are_granted_up_to_2_2() {
    for (asked, granted) in [(0x0202, 0x0202), (0x0002, 0x0002), (0x0101, 0x0101), (0x0909, 0x0202)]
    {
        let (returned, data) = start(asked);
        assert_eq!((returned, data.wVersion, data.wHighVersion), (0, granted, 0x0202));
        if granted >= 0x0202 {
            assert_eq!((data.iMaxSockets, data.iMaxUdpDg), (0, 0));
        }
        assert_eq!(clean_up(), Ok(0));
    }
}

/// S11.10: the last WSACleanup closes the sockets and ends what is pending on them.
fn the_last_cleanup_closes_all() {
    assert_eq!((start(0x0202).0, start(0x0202).0), (0, 0));
    let socket = make().unwrap();
    let address = RawAddress::of(SocketAddr::new(V4, 0));
    let bound = call(SOCKET_ERROR, || unsafe { bind(socket, address.as_ptr(), address.length) });
    assert_eq!(bound, Ok(0));
    let event = unsafe { CreateEventW(null(), 1, 0, null()) };
    let (mut byte, mut flags) = (0u8, 0u32);
    let mut overlapped = OVERLAPPED { hEvent: event, ..Default::default() };
    let buffer = WSABUF { len: 1, buf: &mut byte };
    let started = call(SOCKET_ERROR, || unsafe {
        WSARecv(socket, &buffer, 1, null_mut(), &mut flags, &mut overlapped, None)
    });
    assert_eq!(started, Err(WSA_IO_PENDING));
    assert_eq!(clean_up(), Ok(0));
    assert_eq!(unsafe { WaitForSingleObject(event, 0) }, WAIT_TIMEOUT, "one startup is left");
    assert_eq!(clean_up(), Ok(0));
    assert_eq!(unsafe { WaitForSingleObject(event, 20_000) }, WAIT_OBJECT_0);
    assert_eq!(overlapped.Internal, 0xC000_0120);
    every_call_is_10093();
    assert_eq!(start(0x0202).0, 0);
    let listened = call(SOCKET_ERROR, || unsafe { listen(socket, 1) });
    assert_eq!(listened, Err(WSAENOTSOCK), "it was closed");
    assert_eq!(clean_up(), Ok(0));
}

/// S2.13, S11.10: the whole life: nothing before, versions, counting, nothing after.
#[test]
fn winsock_lives_from_the_first_startup_to_the_last_cleanup() {
    wine_differs!("S2.13", "looks at the socket before it asks for WSAStartup");
    every_call_is_10093();
    assert_eq!(clean_up(), NOT_YET);
    unsafe {
        SetLastError(POISON);
        assert_eq!((GetLastError(), WSAGetLastError()), (POISON, POISON as i32));
        assert_eq!(WSAStartup(0x0202, null_mut()), WSAEFAULT);
    }
    assert_eq!(start(0).0, WSAVERNOTSUPPORTED);
    assert_eq!(make(), Err(WSANOTINITIALISED), "a failed startup starts nothing");
    versions_are_granted_up_to_2_2();
    assert_eq!(clean_up(), NOT_YET);
    the_last_cleanup_closes_all();
    assert_eq!(clean_up(), NOT_YET);
}

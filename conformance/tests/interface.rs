//! What a socket tells of the machine's interfaces, and of its own handle (S11.29, S11.31).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::ptr::{null, null_mut};

use conformance::{Outcome, POISON, RawAddress, Socket, V4, V6, call, win32_call};
use overlapped::sys::*;

/// SIO_GET_INTERFACE_LIST, which `windows-sys` has not.
const SIO_GET_INTERFACE_LIST: u32 = 0x4004_747F;

/// Asks, with an input and with so many bytes of room; what was written, and the count.
fn asked(socket: &Socket, code: u32, input: &[u8], out: &mut [u8]) -> (Outcome<i32>, u32) {
    let (from, bytes) = (input.as_ptr().cast(), input.len() as u32);
    let from = if input.is_empty() { null() } else { from };
    let (to, room) = (out.as_mut_ptr().cast(), out.len() as u32);
    let to = if out.is_empty() { null_mut() } else { to };
    let mut count = POISON;
    let result = call(SOCKET_ERROR, || unsafe {
        WSAIoctl(socket.raw(), code, from, bytes, to, room, &mut count, null_mut(), None)
    });
    (result, count)
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// S11.29: without room the list of addresses is 10014, and the count says what it needs; then it is
/// told, with pointers into the room itself.
#[test]
fn the_list_of_addresses_says_what_it_needs() {
    let socket = Socket::tcp(V4);
    let (result, needed) = asked(&socket, SIO_ADDRESS_LIST_QUERY, &[], &mut []);
    assert_eq!(result, Err(WSAEFAULT));
    assert!((4..65536).contains(&needed), "{needed}");
    let mut out = vec![0xCC_u8; needed as usize + 8];
    let start = out.as_ptr() as usize;
    let (result, told) = asked(&socket, SIO_ADDRESS_LIST_QUERY, &[], &mut out);
    assert_eq!((result, told), (Ok(0), needed));
    let count = number(&out, 0) as usize;
    for entry in out[8..8 + 16 * count].chunks(16) {
        let at = usize::from_ne_bytes(entry[..8].try_into().expect("eight bytes"));
        assert!((start..start + out.len()).contains(&at), "{at:x}");
        assert_eq!(number(entry, 8), 16);
        assert_eq!(u16::from_ne_bytes([out[at - start], out[at - start + 1]]), AF_INET);
    }
}

/// S11.29: the way to an address begins at one of this machine's own.
#[test]
fn the_way_to_the_loopback_begins_there() {
    let socket = Socket::udp(V4);
    let to = RawAddress::of(SocketAddr::new(V4, 80));
    let to = unsafe { std::slice::from_raw_parts(to.as_ptr().cast::<u8>(), to.length as usize) };
    let mut out = [0xCC; 28];
    let (result, told) = asked(&socket, SIO_ROUTING_INTERFACE_QUERY, to, &mut out);
    assert_eq!((result, told), (Ok(0), 16));
    assert_eq!((u16::from_ne_bytes([out[0], out[1]]), &out[4..8]), (AF_INET, &[127, 0, 0, 1][..]));
}

/// S11.29: an INTERFACE_INFO of 76 bytes for each interface, the loopback too; 10014 without room.
#[test]
fn the_list_of_interfaces_has_the_loopback() {
    const INFO: usize = 76;
    let socket = Socket::udp(V4);
    let mut out = vec![0xCC; 64 * INFO];
    let (result, told) = asked(&socket, SIO_GET_INTERFACE_LIST, &[], &mut out);
    assert_eq!((result, told as usize % INFO), (Ok(0), 0));
    let mut all = out[..told as usize].chunks(INFO);
    let loopback = all.find(|one| number(one, 0) & IFF_LOOPBACK != 0).expect("the loopback");
    assert_eq!(number(loopback, 0) & IFF_UP, IFF_UP);
    assert_eq!(&loopback[8..12], &[127, 0, 0, 1]);
    assert_eq!(&loopback[56..60], &[255, 0, 0, 0]);
    assert_eq!(asked(&socket, SIO_GET_INTERFACE_LIST, &[], &mut [0xCC; 20]).0, Err(WSAEFAULT));
}

/// S11.29: where no provider stands before another, the base handle is the socket itself.
#[test]
fn the_base_handle_is_the_socket() {
    for ip in [V4, V6] {
        let socket = Socket::tcp(ip);
        let mut out = [0xCC; 8];
        let (result, told) = asked(&socket, SIO_BASE_HANDLE, &[], &mut out);
        assert_eq!((result, told, usize::from_ne_bytes(out)), (Ok(0), 8, socket.raw()));
    }
}

/// S11.31: a socket's flag of inheritance is kept, and told; none of a closed one.
#[test]
fn a_socket_keeps_its_flag_of_inheritance() {
    let socket = Socket::tcp(V4);
    let told = || {
        let mut flags = POISON;
        let call = || unsafe { GetHandleInformation(socket.handle(), &mut flags) };
        (win32_call(0, call), flags)
    };
    for flag in [HANDLE_FLAG_INHERIT, 0, HANDLE_FLAG_INHERIT] {
        let set = || unsafe { SetHandleInformation(socket.handle(), HANDLE_FLAG_INHERIT, flag) };
        assert_eq!(win32_call(0, set), Ok(1));
        assert_eq!(told(), (Ok(1), flag));
    }
    let flags = || unsafe { SetHandleInformation(socket.handle(), 0x10, 0x10) };
    assert_eq!(win32_call(0, flags), Err(ERROR_INVALID_PARAMETER));
    let handle = socket.handle();
    assert_eq!(socket.close(), Ok(()));
    let mut flags = POISON;
    let gone = || unsafe { GetHandleInformation(handle, &mut flags) };
    assert_eq!((win32_call(0, gone), flags), (Err(ERROR_INVALID_HANDLE), POISON));
}

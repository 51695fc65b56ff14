//! Looking up extension functions, and unknown control codes (S3.39–S3.42).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};

use conformance::{
    Operation, Outcome, OwnPort, POISON, Socket, V4, V6, call, extension, wine_differs,
};
use overlapped::sys::*;

/// An unused code of a vendor's.
const UNKNOWN: u32 = 0x9800_7777;

/// The look-up of `id`: its verdict, the bytes, the address.
fn look_up(socket: &Socket, id: GUID, overlapped: *mut OVERLAPPED) -> (Outcome<i32>, u32, usize) {
    let (mut address, mut bytes) = (POISON as usize, POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        let code = SIO_GET_EXTENSION_FUNCTION_POINTER;
        let (input, output) = ((&raw const id).cast(), (&raw mut address).cast());
        let size = size_of::<usize>() as u32;
        WSAIoctl(socket.raw(), code, input, 16, output, size, &mut bytes, overlapped, None)
    });
    (returned, bytes, address)
}

fn unknown(socket: &Socket, overlapped: *mut OVERLAPPED) -> (Outcome<i32>, u32) {
    let mut bytes = POISON;
    let returned = call(SOCKET_ERROR, || unsafe {
        let s = socket.raw();
        WSAIoctl(s, UNKNOWN, null(), 0, null_mut(), 0, &mut bytes, overlapped, None)
    });
    (returned, bytes)
}

/// S3.39, S3.41: any socket hands out the functions, as many bytes as a pointer has.
#[test]
fn any_socket_hands_out_the_functions() {
    let sockets = [Socket::tcp(V4), Socket::tcp(V6), Socket::udp(V4), Socket::pair(V4).0];
    for socket in &sockets {
        let connecting = [WSAID_ACCEPTEX, WSAID_CONNECTEX, WSAID_DISCONNECTEX];
        let sending = [WSAID_TRANSMITFILE, WSAID_WSARECVMSG, WSAID_WSASENDMSG];
        for id in [WSAID_GETACCEPTEXSOCKADDRS].into_iter().chain(connecting).chain(sending) {
            let (returned, bytes, address) = look_up(socket, id, null_mut());
            assert_eq!((returned, bytes), (Ok(0), 8));
            assert!(address != POISON as usize && address != 0);
        }
    }
}

/// S3.39: the function found is the function: AcceptEx by look-up does what AcceptEx does.
#[test]
fn acceptex_by_look_up_works() {
    let function: LPFN_ACCEPTEX = extension(WSAID_ACCEPTEX);
    let function = function.unwrap();
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let (accept, mut count) = (Operation::new(64).with_event(), POISON);
    let returned = call(0, || unsafe {
        let (l, a, at) = (listener.raw(), acceptor.raw(), accept.data_pointer().cast());
        function(l, a, at, 0, 32, 32, &mut count, accept.overlapped())
    });
    assert_eq!(returned, Err(WSA_IO_PENDING));
    let client = Socket::tcp(V4);
    client.connect(address).unwrap();
    assert_eq!(accept.finish(&listener), Ok(0));
}

/// S3.40: an unknown GUID is 10022; nothing is written, and no packet comes.
#[test]
fn unknown_guid_is_10022_without_packet() {
    let (socket, _peer) = Socket::pair(V4);
    let port = OwnPort::of(&socket, 7);
    let nobody = GUID::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let untouched = (Err(WSAEINVAL), POISON, POISON as usize);
    assert_eq!(look_up(&socket, nobody, null_mut()), untouched);
    let operation = Operation::new(0);
    assert_eq!(look_up(&socket, nobody, operation.overlapped()), untouched);
    assert!(port.stays_empty());
}

/// S3.40: there must be a place for the byte count.
#[test]
fn no_place_for_the_bytes_is_10014() {
    let (socket, mut address) = (Socket::tcp(V4), POISON as usize);
    let id = WSAID_ACCEPTEX;
    let returned = call(SOCKET_ERROR, || unsafe {
        let code = SIO_GET_EXTENSION_FUNCTION_POINTER;
        let (input, output) = ((&raw const id).cast(), (&raw mut address).cast());
        WSAIoctl(socket.raw(), code, input, 16, output, 8, null_mut(), null_mut(), None)
    });
    assert_eq!((returned, address), (Err(WSAEFAULT), POISON as usize));
}

/// S1.58: with an OVERLAPPED the look-up is done at once, and a packet of 0 bytes comes.
#[test]
fn overlapped_look_up_is_done_at_once_with_a_packet() {
    let (socket, _peer) = Socket::pair(V4);
    let port = OwnPort::of(&socket, 7);
    let operation = Operation::new(0);
    let (returned, bytes, address) = look_up(&socket, WSAID_ACCEPTEX, operation.overlapped());
    assert_eq!((returned, bytes), (Ok(0), 8));
    assert_ne!(address, POISON as usize);
    assert_eq!(port.next_of(&operation), (0, 0));
}

/// S3.42: an unknown code without OVERLAPPED is 10045, and the bytes are 0.
#[test]
fn unknown_code_is_10045_with_0_bytes() {
    for socket in [Socket::tcp(V4), Socket::udp(V4)] {
        assert_eq!(unknown(&socket, null_mut()), (Err(WSAEOPNOTSUPP), 0));
    }
}

/// S3.42: with an OVERLAPPED it is 997, and the operation fails: 10045, or 50 at a port.
#[test]
fn unknown_code_with_overlapped_fails_later() {
    wine_differs!("S3.42", "never completes what it calls pending");
    let (socket, _peer) = Socket::pair(V4);
    let operation = Operation::new(0).with_event();
    assert_eq!(unknown(&socket, operation.overlapped()).0, Err(WSA_IO_PENDING));
    assert_eq!(operation.finish(&socket), Err(WSAEOPNOTSUPP));
    let port = OwnPort::of(&socket, 7);
    let operation = Operation::new(0);
    assert_eq!(unknown(&socket, operation.overlapped()).0, Err(WSA_IO_PENDING));
    assert_eq!(port.next_of(&operation), (ERROR_NOT_SUPPORTED, 0));
}

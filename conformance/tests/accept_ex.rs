//! AcceptEx: arguments, addresses and data (S3.1–S3.10).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{
    Addresses, Got, Operation, Outcome, OwnPort, POISON, Socket, Started, V4, V6, call, eventually,
    pending_accept, sockaddrs, wine_differs,
};
use overlapped::sys::*;

/// AcceptEx with these raw arguments.
fn raw_accept(
    sockets: (SOCKET, SOCKET),
    buffer: *mut u8,
    remote: u32,
    overlapped: *mut OVERLAPPED,
) -> Outcome<i32> {
    let ((listener, acceptor), mut count) = (sockets, POISON);
    call(0, || unsafe {
        AcceptEx(listener, acceptor, buffer.cast(), 0, 32, remote, &mut count, overlapped)
    })
}

/// S3.9: the byte count is written only by an AcceptEx that is done when it returns.
#[test]
fn a_pending_accept_leaves_the_count_alone() {
    wine_differs!("S3.9", "writes 0 there");
    let (_listener, _, _acceptor, accept) = pending_accept(Addresses::NO_DATA);
    assert_eq!(accept.count(), POISON);
}

/// S3.1: the acceptor must be fresh: not bound, connected, listening, UDP, or waiting in another
/// AcceptEx.
#[test]
fn acceptor_that_is_not_fresh_is_10022() {
    wine_differs!("S3.1", "takes it and pends");
    let (listener, _, busy, _pending) = pending_accept(Addresses::NO_DATA);
    let (bound, (client, _server)) = (Socket::bound_tcp(V4), Socket::pair(V4));
    let ((other, _), udp) = (Socket::listener(V4), Socket::udp(V4));
    for acceptor in [&bound, &client, &other, &udp, &listener, &busy] {
        let accept = Operation::new(Addresses::NO_DATA.room()).with_event();
        assert_eq!(
            accept.accept(&listener, acceptor, Addresses::NO_DATA),
            Started::Failed(WSAEINVAL)
        );
    }
}

/// S3.1, S1.63: the listener must listen; the OVERLAPPED says pending although nothing is.
#[test]
fn listener_that_does_not_listen_is_10022() {
    wine_differs!("S3.1", "takes it and pends");
    for listener in [Socket::tcp(V4), Socket::bound_tcp(V4)] {
        let acceptor = Socket::tcp(V4);
        let accept =
            std::mem::ManuallyDrop::new(Operation::new(Addresses::NO_DATA.room()).with_event());
        assert_eq!(
            accept.accept(&listener, &acceptor, Addresses::NO_DATA),
            Started::Failed(WSAEINVAL)
        );
        assert!(accept.is_pending());
    }
}

/// S3.2: the arguments, each with its own error.
#[test]
fn bad_arguments_have_their_own_errors() {
    wine_differs!("S3.2", "has one error for all, 10022");
    let ((listener, _), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let sockets = (listener.raw(), acceptor.raw());
    let accept = Operation::new(64).with_event();
    let (buffer, overlapped) = (accept.data_pointer(), accept.overlapped());
    let no_socket = INVALID_SOCKET;
    let refused = |sockets, buffer, remote, overlapped| {
        raw_accept(sockets, buffer, remote, overlapped).expect_err("it must be refused")
    };
    assert_eq!(refused((no_socket, acceptor.raw()), buffer, 32, overlapped), WSAENOTSOCK);
    assert_eq!(refused((listener.raw(), no_socket), buffer, 32, overlapped), WSAENOTSOCK);
    assert_eq!(refused(sockets, buffer, 32, null_mut()), WSA_INVALID_PARAMETER);
    assert_eq!(refused(sockets, null_mut(), 32, overlapped), WSAEFAULT);
    assert_eq!(refused(sockets, buffer, 0, overlapped), WSAEFAULT);
    unsafe { (*overlapped).Internal = 0 };
}

/// S3.3: with a local length of 0 no local address is stored, and the outputs for it are left
/// alone.
#[test]
fn local_length_0_stores_no_local_address() {
    wine_differs!("S3.3", "stores it");
    let addresses = Addresses { data: 0, local: 0, remote: 32 };
    let (listener, address, _acceptor, accept) = pending_accept(addresses);
    let client = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!(sockaddrs(&accept, addresses), (None, client.name().unwrap()));
}

/// S3.4: with too little room for an address the call pends, and a connection ends it with
/// BUFFER_TOO_SMALL but stays in the queue.
#[test]
fn too_little_room_fails_at_connection_time_without_consuming_it() {
    wine_differs!("S3.4", "refuses it at once, with 10022");
    for (local, remote) in [(3, 32), (20, 20), (32, 3)] {
        let addresses = Addresses { data: 0, local, remote };
        let (listener, address, _acceptor, accept) = pending_accept(addresses);
        let client = Socket::connected(address);
        assert_eq!(accept.finish(&listener), Err(WSAEFAULT));
        assert_eq!(accept.status(), 0xC000_0023);
        let server = listener.accept().unwrap();
        client.send_all(b"abc");
        assert_eq!(server.recv_exactly(3), b"abc");
    }
}

/// S3.4: at a port that is 122.
#[test]
fn too_little_room_is_122_at_the_port() {
    wine_differs!("S3.4", "refuses it at once, with 10022");
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = OwnPort::of(&listener, 7);
    let accept = Operation::new(64);
    let addresses = Addresses { data: 0, local: 3, remote: 3 };
    assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
    let _client = Socket::connected(address);
    assert_eq!(port.next_of(&accept), (122, 0));
}

/// S3.4: one byte less than documented is room enough.
#[test]
fn room_of_the_address_and_15_is_enough_to_pend() {
    for (ip, room) in [(V4, 31), (V6, 43)] {
        let ((listener, _), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let accept = Operation::new(128).with_event();
        let addresses = Addresses { data: 0, local: room, remote: room };
        assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
        accept.cancel(&listener).unwrap();
        assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    }
}

/// S3.5, S3.6, S3.7: without data it completes on connection; both addresses are in the buffer.
#[test]
fn accept_without_data_completes_on_connection_with_both_addresses() {
    for ip in [V4, V6] {
        let ((listener, address), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let addresses = Addresses::fitting(ip, 0);
        let accept = Operation::new(addresses.room()).with_event();
        assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
        assert!(accept.is_pending());
        let client = Socket::connected(address);
        assert_eq!(accept.finish(&listener), Ok(0));
        assert_eq!(sockaddrs(&accept, addresses), (Some(address), client.name().unwrap()));
        client.send_all(b"abc");
        assert_eq!(acceptor.recv_exactly(3), b"abc");
        acceptor.send_all(b"def");
        assert_eq!(client.recv_exactly(3), b"def");
    }
}

/// S3.6, S3.7: with data it completes when the first bytes have come; they are in front, and the
/// addresses behind the room for them, however few came.
#[test]
fn accept_with_data_completes_with_the_first_bytes() {
    wine_differs!("S3.6", "writes into the room for data that did not come");
    for ip in [V4, V6] {
        let ((listener, address), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let addresses = Addresses::fitting(ip, 16);
        let accept = Operation::new(addresses.room()).with_event();
        assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
        let client = Socket::connected(address);
        assert!(accept.stays_pending());
        client.send_all(b"hello");
        assert_eq!(accept.finish(&listener), Ok(5));
        assert_eq!(&accept.data()[..6], b"hello\xCC");
        assert_eq!(sockaddrs(&accept, addresses), (Some(address), client.name().unwrap()));
    }
}

/// S3.7: it takes no more than the room given for data; the rest is for receives.
#[test]
fn accept_leaves_what_does_not_fit() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    let client = Socket::connected(address);
    client.send_all(b"0123456789abcdefrest");
    assert_eq!(accept.finish(&listener), Ok(16));
    assert_eq!(&accept.data()[..16], b"0123456789abcdef");
    assert_eq!(acceptor.recv_exactly(4), b"rest");
}

/// S3.8: a client that closes without data ends the receiving form with success and 0 bytes.
#[test]
fn client_that_closes_without_data_is_success_with_0_bytes() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    Socket::connected(address).close().unwrap();
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!(acceptor.recv(1, 0), Ok(vec![]));
}

/// S3.8: a client that resets ends it with 10054.
#[test]
fn client_that_resets_without_data_is_an_error() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    let client = Socket::connected(address);
    // The connection is taken once the acceptor knows since when it is connected.
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    client.reset();
    assert_eq!(accept.finish(&listener), Err(WSAECONNRESET));
}

/// S3.9: a connection in the queue is taken at once, or after a 997.
#[test]
fn connection_in_the_queue_is_taken() {
    for addresses in [Addresses::NO_DATA, Addresses::SOME_DATA] {
        let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
        let client = Socket::connected(address);
        client.send_all(b"abc");
        let accept = Operation::new(addresses.room()).with_event();
        let bytes = addresses.data.min(3);
        let started = accept.accept(&listener, &acceptor, addresses);
        assert!(started == Started::Pending || started == Started::Done(bytes), "{started:?}");
        assert_eq!(accept.finish(&listener), Ok(bytes));
    }
}

/// S3.10: the packet goes to the listener's port under the listener's key, even if the acceptor
/// has a port of its own.
#[test]
fn packet_goes_to_the_listeners_port() {
    for addresses in [Addresses::NO_DATA, Addresses::SOME_DATA] {
        let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
        let (port, other) = (OwnPort::of(&listener, 7), OwnPort::of(&acceptor, 8));
        let accept = Operation::new(addresses.room());
        assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
        let client = Socket::connected(address);
        client.send_all(b"abc");
        let bytes = addresses.data.min(3);
        assert_eq!(port.next(), Got::packet(bytes, 7, accept.address()));
        assert!(other.stays_empty());
        let receive = Operation::new(4);
        client.send_all(b"more");
        assert!(!matches!(receive.receive(&acceptor, 0), Started::Failed(_)));
        assert_eq!(other.next().key, 8);
    }
}

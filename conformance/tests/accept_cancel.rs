//! AcceptEx: closing, cancelling, order (S3.11–S3.14, S1.80).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Addresses, Operation, OwnPort, Socket, Started, V4, call, eventually, pending_accept, sockaddrs,
};
use overlapped::sys::*;

/// S3.11: closing the acceptor while it waits for a connection ends the AcceptEx with 995, and
/// the listener lives on.
#[test]
fn closing_a_waiting_acceptor_is_995() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    acceptor.close().unwrap();
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    let client = Socket::connected(address);
    listener.accept().unwrap().send_all(b"abc");
    assert_eq!(client.recv_exactly(3), b"abc");
}

/// S3.11: the same after the connection was taken and before data: 995 or 1236 (10053).
#[test]
fn closing_an_acceptor_that_waits_for_data_ends_it() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    let client = Socket::connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    acceptor.close().unwrap();
    let ended = accept.finish(&listener);
    assert!(matches!(ended, Err(WSA_OPERATION_ABORTED | WSAECONNABORTED)), "{ended:?}");
    assert!(matches!(client.recv(1, 0), Ok(_) | Err(WSAECONNRESET)));
}

/// S3.11: once data has come, the success stands.
#[test]
fn closing_an_acceptor_after_data_leaves_the_success() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = OwnPort::of(&listener, 7);
    let accept = Operation::new(Addresses::SOME_DATA.room()).with_event();
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::SOME_DATA), Started::Pending);
    Socket::connected(address).send_all(b"abc");
    accept.finish(&listener).unwrap();
    acceptor.close().unwrap();
    assert_eq!(port.next_of(&accept), (0, 3));
    assert!(port.stays_empty());
}

/// S1.80: closing the listener ends all its AcceptEx calls with 995.
#[test]
fn closing_the_listener_ends_all_accepts_with_995() {
    let (listener, _) = Socket::listener(V4);
    let port = OwnPort::of(&listener, 7);
    let accepts: Vec<_> =
        (0..3).map(|_| (Operation::new(Addresses::NO_DATA.room()), Socket::tcp(V4))).collect();
    for (accept, acceptor) in &accepts {
        assert_eq!(accept.accept(&listener, acceptor, Addresses::NO_DATA), Started::Pending);
    }
    listener.close().unwrap();
    for (accept, _) in &accepts {
        assert_eq!(port.next_of(accept), (ERROR_OPERATION_ABORTED, 0));
    }
}

/// S3.12: CancelIo on the acceptor does nothing; CancelIoEx on the listener cancels; the acceptor
/// is free for another AcceptEx.
#[test]
fn cancel_belongs_to_the_listener_and_frees_the_acceptor() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::NO_DATA);
    assert_eq!(call(0, || unsafe { CancelIo(acceptor.handle()) }), Ok(1));
    assert_eq!(accept.cancel(&acceptor), Err(ERROR_NOT_FOUND));
    assert!(accept.stays_pending());
    assert_eq!(accept.cancel(&listener), Ok(()));
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    let _client = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
}

/// S3.12: an AcceptEx that has its connection and waits for data is cancelled as well.
#[test]
fn cancel_reaches_an_accept_that_waits_for_data() {
    let (listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    let _client = Socket::connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    assert_eq!(accept.cancel(&listener), Ok(()));
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
}

/// S3.13: a socket that waits in an AcceptEx cannot connect.
#[test]
fn connect_on_a_waiting_acceptor_is_10022() {
    let (_listener, _, acceptor, _accept) = pending_accept(Addresses::NO_DATA);
    let (_other, address) = Socket::listener(V4);
    assert_eq!(acceptor.connect(address), Err(WSAEINVAL));
    assert_eq!(
        Operation::new(0).with_event().connect(&acceptor, address),
        Started::Failed(WSAEINVAL)
    );
}

/// S3.14: several AcceptEx calls serve connections in the order in which they were posted.
#[test]
fn accepts_are_served_in_posting_order() {
    let (listener, address) = Socket::listener(V4);
    let port = OwnPort::of(&listener, 7);
    let accepts: Vec<_> =
        (0..4).map(|_| (Operation::new(Addresses::NO_DATA.room()), Socket::tcp(V4))).collect();
    for (accept, acceptor) in &accepts {
        assert_eq!(accept.accept(&listener, acceptor, Addresses::NO_DATA), Started::Pending);
    }
    for (accept, _) in &accepts {
        let client = Socket::connected(address);
        assert_eq!(port.next_of(accept), (0, 0));
        assert_eq!(sockaddrs(accept, Addresses::NO_DATA).1, client.name().unwrap());
    }
}

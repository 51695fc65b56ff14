//! ConnectEx (S3.21–S3.27).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, SocketAddr};
use std::ptr::{null, null_mut};

use conformance::{
    Operation, Outcome, OwnPort, POISON, RawAddress, Socket, Started, V4, V6, call, extension,
    wine_differs,
};
use overlapped::sys::*;

/// An address that refuses: somebody has its port but does not listen.
fn refusing(ip: IpAddr) -> (SocketAddr, Socket) {
    let holder = Socket::bound_tcp(ip);
    (holder.name().unwrap(), holder)
}

fn update_context(socket: &Socket) -> Outcome<()> {
    call(SOCKET_ERROR, || unsafe {
        setsockopt(socket.raw(), SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null(), 0)
    })
    .map(drop)
}

/// A socket connected by ConnectEx, without its context, and the accepted one.
fn connected(ip: IpAddr) -> (Socket, Socket, SocketAddr) {
    let ((listener, address), socket) = (Socket::listener(ip), Socket::bound_tcp(ip));
    let connect = Operation::new(0).with_event();
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(connect.finish(&socket), Ok(0));
    (socket, listener.accept().unwrap(), address)
}

/// The error of a ConnectEx that fails at once; Internal then says pending all the same (S1.63).
fn refused(socket: &Socket, to: SocketAddr) -> i32 {
    let connect = Operation::new(0).with_event();
    let Started::Failed(error) = connect.connect(socket, to) else { panic!("it began") };
    unsafe { (*connect.overlapped()).Internal = 0 };
    error
}

/// S3.21: the socket must be bound, and neither listening, connected nor connecting.
#[test]
fn the_socket_must_be_bound_and_idle() {
    let (_other, address) = Socket::listener(V4);
    let ((listener, _), (client, _server)) = (Socket::listener(V4), Socket::pair(V4));
    assert_eq!(refused(&Socket::tcp(V4), address), WSAEINVAL);
    assert_eq!(refused(&listener, address), WSAEINVAL);
    assert_eq!(refused(&client, address), WSAEISCONN);
    let (connecting, _others) = Socket::connecting(V4);
    assert_eq!(refused(&connecting, address), WSAEINVAL);
}

/// S3.21: a second ConnectEx while the first is under way is 10022.
#[test]
fn a_second_connect_ex_meanwhile_is_10022() {
    let (first, others) = Socket::connecting(V4);
    let full = others[0].name().unwrap();
    let socket = Socket::bound_tcp(V4);
    let connect = Operation::new(0).with_event();
    assert_eq!(connect.connect(&socket, full), Started::Pending);
    assert_eq!(refused(&socket, full), WSAEINVAL);
    drop(first);
}

/// S3.21: no OVERLAPPED is 87; no socket is 10038.
#[test]
fn missing_overlapped_is_87_and_no_socket_10038() {
    let function: LPFN_CONNECTEX = extension(WSAID_CONNECTEX);
    let function = function.unwrap();
    let ((_listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let (to, mut count, operation) =
        (RawAddress::of(address), POISON, Operation::new(0).with_event());
    let mut connect = |socket, overlapped| {
        call(0, || unsafe {
            function(socket, to.as_ptr(), to.length, null(), 0, &mut count, overlapped)
        })
    };
    assert_eq!(connect(socket.raw(), null_mut()), Err(WSA_INVALID_PARAMETER));
    assert_eq!(connect(INVALID_SOCKET, operation.overlapped()), Err(WSAENOTSOCK));
}

/// S3.22: it always pends, and completes with no bytes when there is nothing to send.
#[test]
fn connect_ex_pends_and_completes() {
    for ip in [V4, V6] {
        let ((listener, address), socket) = (Socket::listener(ip), Socket::bound_tcp(ip));
        let connect = Operation::new(0).with_event();
        assert_eq!(connect.connect(&socket, address), Started::Pending);
        assert_eq!(connect.finish(&socket), Ok(0));
        let server = listener.accept().unwrap();
        socket.send_all(b"abc");
        assert_eq!(server.recv_exactly(3), b"abc");
        server.send_all(b"def");
        assert_eq!(socket.recv_exactly(3), b"def");
    }
}

/// S3.22: it never is done when it returns, so it never writes the byte count.
#[test]
fn connect_ex_leaves_the_count_alone() {
    wine_differs!("S3.22", "writes the byte count there");
    let ((_listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let connect = Operation::sending(b"hello").with_event();
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(connect.count(), POISON);
    assert_eq!(connect.finish(&socket), Ok(5));
}

/// S3.22: the first data is sent on connection, and counted.
#[test]
fn connect_ex_sends_its_data() {
    let ((listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let connect = Operation::sending(b"hello").with_event();
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(connect.finish(&socket), Ok(5));
    assert_eq!(listener.accept().unwrap().recv_exactly(5), b"hello");
}

/// S3.22: data larger than all buffers goes out as the peer reads.
#[test]
fn connect_ex_sends_large_data_whole() {
    wine_differs!("S3.22", "does not send all of it");
    let ((listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let bytes: Vec<u8> = (0..8_000_000u32).map(|at| (at % 251) as u8).collect();
    let connect = Operation::sending(&bytes).with_event();
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    let server = listener.accept().unwrap();
    assert!(server.recv_exactly(bytes.len()) == bytes);
    assert_eq!(connect.finish(&socket), Ok(8_000_000));
}

/// S3.22, S1.51: at a port it is one packet, also in skip mode.
#[test]
fn connect_ex_queues_one_packet_even_in_skip_mode() {
    let ((_listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let port = OwnPort::of(&socket, 7);
    assert_ne!(unsafe { SetFileCompletionNotificationModes(socket.handle(), 1) }, 0);
    let connect = Operation::new(0);
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(port.next_of(&connect), (0, 0));
    assert!(port.stays_empty());
}

/// S3.23: the data is copied by the call: what the caller does to it later is not sent.
#[test]
fn connect_ex_copies_its_data() {
    let ((listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let connect = Operation::sending(b"hello").with_event();
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    unsafe { connect.data_pointer().write_bytes(b'!', 5) };
    assert_eq!(listener.accept().unwrap().recv_exactly(5), b"hello");
    assert_eq!(connect.finish(&socket), Ok(5));
}

/// S3.24: refused: 10061, status 0xC0000236, and the socket may be tried again.
#[test]
fn refused_is_10061_and_may_be_tried_again() {
    wine_differs!("S3.24", "passes on the error that Linux gives to a second try");
    for ip in [V4, V6] {
        let ((dead, _holder), socket) = (refusing(ip), Socket::bound_tcp(ip));
        let connect = Operation::new(0).with_event();
        for _ in 0..2 {
            assert_eq!(connect.connect(&socket, dead), Started::Pending);
            assert_eq!(connect.finish(&socket), Err(WSAECONNREFUSED));
            assert_eq!((connect.status(), connect.transferred()), (0xC000_0236, 0));
        }
        let (listener, address) = Socket::listener(ip);
        assert_eq!(connect.connect(&socket, address), Started::Pending);
        assert_eq!(connect.finish(&socket), Ok(0));
        socket.send_all(b"abc");
        assert_eq!(listener.accept().unwrap().recv_exactly(3), b"abc");
    }
}

/// S3.24: a socket that was refused keeps the port it was bound to.
#[test]
fn refused_socket_keeps_its_port() {
    wine_differs!("S3.24", "passes on the error that Linux gives to a second try");
    let ((dead, _holder), socket) = (refusing(V4), Socket::tcp(V4));
    let free = || Socket::bound_tcp(V4).name().unwrap();
    let name = loop {
        let name = free(); // and closed again: somebody else may take it first
        if socket.bind(name) == Ok(()) {
            break name;
        }
    };
    let connect = Operation::new(0).with_event();
    assert_eq!(connect.connect(&socket, dead), Started::Pending);
    assert_eq!(connect.finish(&socket), Err(WSAECONNREFUSED));
    assert_eq!(socket.name(), Ok(name));
    let (listener, address) = Socket::listener(V4);
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(connect.finish(&socket), Ok(0));
    assert_eq!(listener.accept().unwrap().peer(), Ok(name));
}

/// S3.24: at a port that is 1225, in skip mode too.
#[test]
fn refused_is_1225_at_the_port() {
    wine_differs!("S3.24", "passes on the error that Linux gives to a second try");
    let ((dead, _holder), socket) = (refusing(V4), Socket::bound_tcp(V4));
    let port = OwnPort::of(&socket, 7);
    assert_ne!(unsafe { SetFileCompletionNotificationModes(socket.handle(), 1) }, 0);
    let connect = Operation::new(0);
    for _ in 0..2 {
        assert_eq!(connect.connect(&socket, dead), Started::Pending);
        assert_eq!(port.next_of(&connect), (ERROR_CONNECTION_REFUSED, 0));
    }
}

/// S3.25: before SO_UPDATE_CONNECT_CONTEXT there is no peer name and no shutdown, and connect is
/// 10022; after it all is as usual.
#[test]
fn names_and_shutdown_need_the_connect_context() {
    wine_differs!("S3.25", "does not need it");
    let (socket, server, address) = connected(V4);
    assert_eq!(socket.peer(), Err(WSAENOTCONN));
    assert_eq!(socket.shutdown(SD_SEND), Err(WSAENOTCONN));
    assert_eq!(socket.connect(address), Err(WSAEINVAL));
    socket.send_all(b"abc");
    assert_eq!(server.recv_exactly(3), b"abc");
    assert_eq!(update_context(&socket), Ok(()));
    assert_eq!((socket.peer(), socket.connect(address)), (Ok(address), Err(WSAEISCONN)));
    assert_eq!(socket.shutdown(SD_SEND), Ok(()));
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S3.25: the context of a socket that is not connected cannot be updated.
#[test]
fn connect_context_needs_a_connection() {
    wine_differs!("S3.25", "takes the option from any socket");
    assert_eq!(update_context(&Socket::bound_tcp(V4)), Err(WSAENOTCONN));
}

/// S3.26: while it pends there is a name but no peer.
#[test]
fn name_but_no_peer_while_pending() {
    wine_differs!("S2.30", "waits in a send while connecting");
    let (_first, others) = Socket::connecting(V4);
    let full = others[0].name().unwrap();
    let socket = Socket::bound_tcp(V4);
    let name = socket.name().unwrap();
    let connect = Operation::new(0).with_event();
    assert_eq!(connect.connect(&socket, full), Started::Pending);
    assert_eq!((socket.name(), socket.peer()), (Ok(name), Err(WSAENOTCONN)));
    assert_eq!(socket.send(b"x", 0), Err(WSAENOTCONN));
}

/// S1.72: a ConnectEx under way can be cancelled.
#[test]
fn connect_ex_can_be_cancelled() {
    wine_differs!("S1.72", "leaves the socket connecting");
    let (_first, others) = Socket::connecting(V4);
    let full = others[0].name().unwrap();
    let socket = Socket::bound_tcp(V4);
    let connect = Operation::new(0).with_event();
    assert_eq!(connect.connect(&socket, full), Started::Pending);
    assert_eq!(connect.cancel(&socket), Ok(()));
    assert_eq!(connect.finish(&socket), Err(WSA_OPERATION_ABORTED));
    let (listener, address) = Socket::listener(V4);
    let again = Operation::new(0).with_event();
    assert_eq!(again.connect(&socket, address), Started::Pending); // it is free for another try
    assert_eq!(again.finish(&socket), Ok(0));
    drop(listener);
}

/// S3.22: a connection made by ConnectEx serves overlapped operations on the port it has.
#[test]
fn a_port_serves_the_connection_afterwards() {
    let ((listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let port = OwnPort::of(&socket, 7);
    let operation = Operation::new(8);
    let connect = Operation::new(0);
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(port.next_of(&connect), (0, 0));
    let server = listener.accept().unwrap();
    server.send_all(b"abc");
    assert!(!matches!(operation.receive(&socket, 0), Started::Failed(_)));
    assert_eq!(port.next_of(&operation), (0, 3));
}

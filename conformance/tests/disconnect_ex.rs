//! DisconnectEx (S3.28–S3.33).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{
    Addresses, Got, Operation, Outcome, OwnPort, Socket, Started, V4, V6, call, create_port,
    extension, wine_differs,
};
use overlapped::sys::*;

fn disconnect(socket: SOCKET, flags: u32, reserved: u32) -> Outcome<i32> {
    let function: LPFN_DISCONNECTEX = extension(WSAID_DISCONNECTEX);
    let function = function.unwrap();
    call(0, || unsafe { function(socket, null_mut(), flags, reserved) })
}

/// S3.28: the arguments and the states that are refused.
#[test]
fn bad_arguments_and_states_are_refused() {
    wine_differs!("S3.28", "does not look at dwReserved");
    let (client, _server) = Socket::pair(V4);
    assert_eq!(disconnect(INVALID_SOCKET, 0, 0), Err(WSAENOTSOCK));
    assert_eq!(disconnect(client.raw(), 0, 1), Err(WSAEINVAL));
    assert_eq!(disconnect(client.raw(), 1, 0), Err(WSAEINVAL));
    assert_eq!(disconnect(client.raw(), 4, 0), Err(WSAEINVAL));
    let ((listener, _), (udp, _)) = (Socket::listener(V4), Socket::bound_udp(V4));
    for socket in [&Socket::tcp(V4), &Socket::bound_tcp(V4), &listener, &udp] {
        assert_eq!(disconnect(socket.raw(), 0, 0), Err(WSAENOTCONN));
        let overlapped = Operation::new(0).with_event();
        assert_eq!(overlapped.disconnect(socket, 0), Started::Failed(WSAENOTCONN));
    }
}

/// S3.29: with an OVERLAPPED it pends, then succeeds with 0 bytes and one packet.
#[test]
fn with_overlapped_it_pends_and_queues_one_packet() {
    let (client, _server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    let operation = Operation::new(0);
    assert_eq!(operation.disconnect(&client, 0), Started::Pending);
    assert_eq!(port.next_of(&operation), (0, 0));
    assert!(port.stays_empty());
}

/// S3.29: without one it is done when it returns, without a packet.
#[test]
fn without_overlapped_it_is_synchronous() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    assert_eq!(disconnect(client.raw(), 0, 0), Ok(1));
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    assert!(port.stays_empty());
}

/// S3.30: without reuse it is the end of sending: the peer reads it, receives go on, the names
/// stay, connect is 10056, and once more is fine.
#[test]
fn without_reuse_it_ends_sending_only() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        let peer = client.peer().unwrap();
        let operation = Operation::new(0).with_event();
        assert_eq!(operation.disconnect(&client, 0), Started::Pending);
        assert_eq!(operation.finish(&client), Ok(0));
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        server.send_all(b"abc");
        assert_eq!(client.recv_exactly(3), b"abc");
        assert_eq!(client.send(b"x", 0), Err(WSAESHUTDOWN));
        assert_eq!((client.peer(), client.connect(peer)), (Ok(peer), Err(WSAEISCONN)));
        assert_eq!(operation.disconnect(&client, 0), Started::Pending);
        assert_eq!(operation.finish(&client), Ok(0));
    }
}

/// S3.31: with reuse it waits for the peer's FIN.
#[test]
fn with_reuse_it_waits_for_the_peer() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let (client, server) = Socket::pair(V4);
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.disconnect(&client, TF_REUSE_SOCKET), Started::Pending);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    assert!(operation.stays_pending());
    server.shutdown(SD_SEND).unwrap();
    assert_eq!(operation.finish(&client), Ok(0));
}

/// S3.31: an accepted socket can be the acceptor of another AcceptEx, on the same port under the
/// same key; a second association is refused.
#[test]
fn accepted_socket_is_accepted_again_on_its_port() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let (port, sockets) = (OwnPort::of(&acceptor, 7), Addresses::fitting(V4, 0));
    let accept = Operation::new(sockets.room()).with_event();
    for round in 0..3u8 {
        assert_eq!(accept.accept(&listener, &acceptor, sockets), Started::Pending);
        let client = Socket::tcp(V4);
        client.connect(address).unwrap();
        assert_eq!(accept.finish(&listener), Ok(0));
        client.send_all(&[round]);
        let receive = Operation::new(1);
        assert!(!matches!(receive.receive(&acceptor, 0), Started::Failed(_)));
        assert_eq!((port.next_of(&receive), receive.data()), ((0, 1), vec![round]));
        client.shutdown(SD_SEND).unwrap();
        let disconnect = Operation::new(0);
        assert_eq!(disconnect.disconnect(&acceptor, TF_REUSE_SOCKET), Started::Pending);
        assert_eq!(port.next(), Got::packet(0, 7, disconnect.address()));
        assert_eq!(acceptor.send(b"x", 0), Err(WSAENOTCONN));
        let again = create_port(acceptor.handle(), OwnPort::new(1).handle(), 8, 0);
        assert_eq!(again, Err(ERROR_INVALID_PARAMETER));
        assert_eq!(client.recv(1, 0), Ok(vec![]));
    }
}

/// S3.31: a socket that connected can connect again by ConnectEx: it is still bound.
#[test]
fn connected_socket_connects_again() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let (first, first_address) = Socket::listener(V4);
    let (second, second_address) = Socket::listener(V4);
    let socket = Socket::bound_tcp(V4);
    let name = socket.name().unwrap();
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.connect(&socket, first_address), Started::Pending);
    assert_eq!(operation.finish(&socket), Ok(0));
    first.accept().unwrap().close().unwrap();
    assert_eq!(operation.disconnect(&socket, TF_REUSE_SOCKET), Started::Pending);
    assert_eq!(operation.finish(&socket), Ok(0));
    assert_eq!(socket.name(), Ok(name));
    assert_eq!(operation.connect(&socket, second_address), Started::Pending);
    assert_eq!(operation.finish(&socket), Ok(0));
    socket.send_all(b"abc");
    assert_eq!(second.accept().unwrap().recv_exactly(3), b"abc");
}

/// S3.32: towards the same peer the old connection may still be in the way: 10048 if so.
#[test]
fn reuse_towards_the_same_peer_succeeds_or_is_10048() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let ((listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.connect(&socket, address), Started::Pending);
    assert_eq!(operation.finish(&socket), Ok(0));
    let server = listener.accept().unwrap();
    assert_eq!(operation.disconnect(&socket, TF_REUSE_SOCKET), Started::Pending);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    server.close().unwrap();
    assert_eq!(operation.finish(&socket), Ok(0));
    let connected = match operation.connect(&socket, address) {
        Started::Pending => operation.finish(&socket),
        other => panic!("it always pends, not {other:?}"),
    };
    assert!(matches!(connected, Ok(0) | Err(WSAEADDRINUSE)), "{connected:?}");
}

/// S3.29, S3.31: without OVERLAPPED and with reuse the call itself waits for the peer.
#[test]
fn synchronous_reuse_waits_for_the_peer() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let (client, server) = Socket::pair(V4);
    std::thread::scope(|scope| {
        let raw = client.raw();
        let waiter = scope.spawn(move || disconnect(raw, TF_REUSE_SOCKET, 0));
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        server.shutdown(SD_SEND).unwrap();
        assert_eq!(waiter.join().unwrap(), Ok(1));
    });
    assert_eq!(client.send(b"x", 0), Err(WSAENOTCONN));
}

/// S3.31: unread data does not keep the socket from being reused.
#[test]
fn unread_data_is_dropped_at_reuse() {
    let (client, server) = Socket::pair(V4);
    server.send_all(b"unread");
    client.await_readable(6);
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.disconnect(&client, TF_REUSE_SOCKET), Started::Pending);
    server.shutdown(SD_SEND).unwrap();
    assert_eq!(operation.finish(&client), Ok(0));
}

/// S3.33: a receive that is still pending is completed by the end of the connection.
#[test]
fn pending_receive_ends_with_the_connection() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&client, 0), Started::Pending);
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.disconnect(&client, TF_REUSE_SOCKET), Started::Pending);
    server.shutdown(SD_SEND).unwrap();
    let received = receive.finish(&client);
    assert!(matches!(received, Ok(0) | Err(WSA_OPERATION_ABORTED)), "{received:?}");
    assert_eq!(operation.finish(&client), Ok(0));
}

//! WSASendDisconnect and WSARecvDisconnect (S11.18).
//!
//! # Safety
//!
//! The pointers are null.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null;

use conformance::{Outcome, OwnPort, Socket, V4, call};
use overlapped::sys::*;

fn send_disconnect(socket: SOCKET) -> Outcome<i32> {
    call(SOCKET_ERROR, || unsafe { WSASendDisconnect(socket, null()) })
}

fn receive_disconnect(socket: SOCKET) -> Outcome<i32> {
    call(SOCKET_ERROR, || unsafe { WSARecvDisconnect(socket, null()) })
}

/// S11.18, S1.56: the one ends sending, the other receiving, and neither queues a packet.
#[test]
fn each_ends_its_direction_without_a_packet() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    assert_eq!(send_disconnect(client.raw()), Ok(0));
    assert_eq!(client.send(b"x", 0), Err(WSAESHUTDOWN));
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    server.send_all(b"abc");
    assert_eq!(client.recv_exactly(3), b"abc");
    assert_eq!(receive_disconnect(client.raw()), Ok(0));
    assert_eq!(client.recv(1, 0), Err(WSAESHUTDOWN));
    assert!(port.stays_empty());
}

/// S11.18: refused as shutdown is.
#[test]
fn what_is_not_connected_is_refused() {
    let socket = Socket::tcp(V4);
    for disconnect in [send_disconnect, receive_disconnect] {
        assert_eq!(disconnect(INVALID_SOCKET), Err(WSAENOTSOCK));
        assert_eq!(disconnect(socket.raw()), Err(WSAENOTCONN));
    }
}

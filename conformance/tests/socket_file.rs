//! Sockets read and written as files (S15.9).
//!
//! # Safety
//!
//! Handles are values; buffers are locals or the operation's own.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Operation, OwnPort, Socket, V4, pending_pair, read, read_now, wine_differs, write,
};
use overlapped::sys::*;

/// S15.9: without an OVERLAPPED they are recv and send; the end is 0 bytes.
#[test]
fn a_socket_is_read_and_written_in_place() {
    let (client, server) = Socket::pair(V4);
    assert_eq!(write(client.handle(), b"here", None), (Ok(1), 4));
    assert_eq!(read_now(server.handle(), 8), Ok(b"here".to_vec()));
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(read_now(server.handle(), 8), Ok(vec![]));
}

/// S15.9: with one they are WSARecv and WSASend, and the port is told.
#[test]
fn a_socket_tells_its_port() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 7);
    let (receive, send) = (Operation::new(8), Operation::sending(b"there"));
    let begun = read(server.handle(), &receive);
    assert_eq!(begun, (Err(ERROR_IO_PENDING), 0));
    client.send(b"here", 0).unwrap();
    assert_eq!(port.next_of(&receive), (0, 4));
    assert_eq!(receive.received(), b"here");
    let (sent, _) = write(server.handle(), b"there", Some(&send));
    assert!(matches!(sent, Ok(1) | Err(ERROR_IO_PENDING)));
    assert_eq!(port.next_of(&send), (0, 5));
    assert_eq!(client.recv_exactly(5), b"there");
}

/// S15.9: the end of the stream is a success of no bytes.
#[test]
fn the_end_of_a_stream_is_no_error() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 7);
    let receive = Operation::new(8);
    let begun = read(server.handle(), &receive);
    assert_eq!(begun, (Err(ERROR_IO_PENDING), 0));
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(port.next_of(&receive), (0, 0));
}

/// S15.9: errors are Win32's.
#[test]
fn a_reset_connection_is_64() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_event());
    client.reset();
    receive.event().wait();
    assert_eq!(receive.win32_result(&server), Err(ERROR_NETNAME_DELETED));
}

/// S15.9, S2.19: it stays so.
#[test]
fn a_reset_connection_stays_64() {
    wine_differs!("S15.9", "forgets a reset that was told");
    let (client, server, receive) = pending_pair(Operation::new(8).with_event());
    client.reset();
    receive.event().wait();
    assert_eq!(read_now(server.handle(), 8), Err(ERROR_NETNAME_DELETED));
}

/// S15.9: a handle of nothing is 6.
#[test]
fn no_handle_is_refused() {
    assert_eq!(read_now(1234567 as HANDLE, 8), Err(ERROR_INVALID_HANDLE));
    assert_eq!(write(1234567 as HANDLE, b"x", None), (Err(ERROR_INVALID_HANDLE), 0));
}

//! Shutting down and closing (S11.7, S11.8, S11.13; S1.79–S1.85 as far as sockets go).
//!
//! # Safety
//!
//! Handles are values.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Operation, OwnPort, RawAddress, Socket, Started, V4, V6, call, eventually, wine_differs,
};
use overlapped::sys::*;

/// Sends until there is no room at all: bytes that the peer has not acknowledged stay behind.
fn fill(socket: &Socket) -> usize {
    socket.set_nonblocking(true);
    let (bytes, mut total) = (vec![7u8; 1 << 20], 0);
    while let Ok(sent) = socket.send(&bytes, 0) {
        total += sent as usize;
    }
    total
}

/// Two connected TCP sockets; the one has sent the other as many bytes as there is room for.
fn full_pair() -> (Socket, Socket, usize) {
    let (client, server) = Socket::pair(V4);
    let total = fill(&client);
    (client, server, total)
}

/// S11.7: an unconnected stream cannot be shut down; a datagram socket can.
#[test]
fn shutdown_of_an_unconnected_stream_is_10057() {
    let (listener, _) = Socket::listener(V4);
    for socket in [&Socket::tcp(V4), &Socket::bound_tcp(V4), &listener] {
        for how in [SD_RECEIVE, SD_SEND, SD_BOTH] {
            assert_eq!(socket.shutdown(how), Err(WSAENOTCONN));
        }
    }
    let (bound, _) = Socket::bound_udp(V4);
    for socket in [&bound, &Socket::udp(V4)] {
        assert_eq!(socket.shutdown(SD_SEND), Ok(()));
        assert_eq!(socket.shutdown(SD_RECEIVE), Ok(()));
    }
}

/// S11.7, S2.28: a datagram socket that was shut down receives and sends no more.
#[test]
fn datagram_socket_that_was_shut_down_is_10058() {
    let (socket, address) = Socket::bound_udp(V4);
    socket.shutdown(SD_BOTH).unwrap();
    assert_eq!(socket.recv(1, 0), Err(WSAESHUTDOWN));
    assert_eq!(socket.send_to(b"x", address), Err(WSAESHUTDOWN));
}

/// S11.7: only 0, 1 and 2 are ways to shut down.
#[test]
fn bad_way_to_shut_down_is_10022() {
    let (client, _server) = Socket::pair(V4);
    for how in [-1, 3, i32::MAX] {
        assert_eq!(client.shutdown(how), Err(WSAEINVAL));
    }
    client.send_all(b"x");
}

/// S11.7: once more is fine, and getpeername works to the end.
#[test]
fn repeated_shutdown_is_fine_and_names_stay() {
    wine_differs!("S11.7", "forgets the peer once both ways are shut");
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        for how in [SD_SEND, SD_SEND, SD_RECEIVE, SD_BOTH, SD_BOTH] {
            assert_eq!(client.shutdown(how), Ok(()));
        }
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        assert_eq!(server.shutdown(SD_BOTH), Ok(()));
        assert_eq!((client.peer(), server.peer()), (server.name(), client.name()));
    }
}

/// S11.8: closesocket returns at once, and what was sent arrives all the same.
#[test]
fn default_close_delivers_in_the_background() {
    let (client, server, total) = full_pair();
    assert_eq!(client.close(), Ok(()));
    assert_eq!(server.recv_exactly(total).len(), total);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S11.8: with LINGER 0 the peer sees a reset.
#[test]
fn close_with_linger_0_resets() {
    wine_differs!("S11.8", "sends the end of the stream before the reset");
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        client.set_linger(true, 0).unwrap();
        assert_eq!(client.close(), Ok(()));
        assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
    }
}

/// S11.8: with a linger time, a blocking close returns when all has arrived.
#[test]
fn blocking_close_with_linger_waits_for_delivery() {
    let (client, server, total) = full_pair();
    client.set_nonblocking(false);
    client.set_linger(true, 20).unwrap();
    let closer = std::thread::spawn(move || client.close());
    assert_eq!(server.recv_exactly(total).len(), total);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    assert_eq!(closer.join().unwrap(), Ok(()));
}

/// S11.8: a non-blocking close that would have to wait is 10035, and the socket stays open.
#[test]
fn nonblocking_close_with_linger_is_10035_and_stays_open() {
    wine_differs!("S11.8", "closes it");
    let (client, server, total) = full_pair();
    client.set_linger(true, 20).unwrap();
    let closed = call(SOCKET_ERROR, || unsafe { closesocket(client.raw()) });
    assert_eq!(closed, Err(WSAEWOULDBLOCK));
    assert_eq!(client.peer(), server.name());
    server.recv_exactly(total);
    assert_eq!(client.send(b"more", 0), Ok(4));
    assert_eq!(server.recv_exactly(4), b"more");
    client.set(SOL_SOCKET, SO_DONTLINGER, 1).unwrap();
    assert_eq!(client.close(), Ok(()));
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S11.13: a closed SOCKET is 10038 for every call.
#[test]
fn closed_socket_is_10038() {
    let (client, server) = Socket::pair(V4);
    let address = server.name().unwrap();
    let raw = client.raw();
    client.close().unwrap();
    let closed = std::mem::ManuallyDrop::new(Socket::owning(raw));
    assert_eq!(call(SOCKET_ERROR, || unsafe { closesocket(raw) }), Err(WSAENOTSOCK));
    assert_eq!(closed.bind(address), Err(WSAENOTSOCK));
    assert_eq!(closed.connect(address), Err(WSAENOTSOCK));
    assert_eq!(closed.listen(1), Err(WSAENOTSOCK));
    assert_eq!(closed.accept().err(), Some(WSAENOTSOCK));
    assert_eq!(closed.shutdown(SD_SEND), Err(WSAENOTSOCK));
    assert_eq!((closed.name(), closed.peer()), (Err(WSAENOTSOCK), Err(WSAENOTSOCK)));
    assert_eq!(closed.send_to(b"x", address), Err(WSAENOTSOCK));
    assert_eq!(closed.recv_from(1), Err(WSAENOTSOCK));
    assert_eq!(closed.set(SOL_SOCKET, SO_KEEPALIVE, 1), Err(WSAENOTSOCK));
    assert_eq!(closed.get(SOL_SOCKET, SO_KEEPALIVE), Err(WSAENOTSOCK));
    assert_eq!(closed.ioctl(FIONBIO, 1), Err(WSAENOTSOCK));
}

/// S11.4, S11.15: a receive that waits while another thread closes the socket ends with an error.
#[test]
fn closing_the_socket_ends_a_waiting_receive() {
    wine_differs!("S11.15", "ends it with 10022");
    let (_client, server) = Socket::pair(V4);
    let raw = server.raw();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let socket = std::mem::ManuallyDrop::new(Socket::owning(raw));
        tell.send(socket.recv(1, 0)).unwrap();
    });
    // not synchronisation: a close that comes too early ends the receive as well, with 10038
    assert!(told.recv_timeout(std::time::Duration::from_millis(20)).is_err());
    server.close().unwrap();
    let ended = told.recv_timeout(conformance::PATIENCE).unwrap();
    assert!(matches!(ended, Err(WSAEINTR | WSAENOTSOCK | WSAECONNABORTED)), "{ended:?}");
}

/// S1.79: closing a connected stream ends its pending operations with 10053, or 1236 at a port.
#[test]
fn close_ends_pending_operations_of_a_connection_with_1236() {
    wine_differs!("S1.79", "ends a receive with 0x8000000A, 676");
    let (client, server) = Socket::pair(V4);
    fill(&client);
    let port = OwnPort::of(&client, 7);
    let (receive, send) = (Operation::new(4), Operation::sending(&[1; 1000]).with_event());
    assert_eq!(receive.receive(&client, 0), Started::Pending);
    assert_eq!(send.send(&client), Started::Pending);
    client.close().unwrap();
    let mut ended = [port.next(), port.next()].map(|packet| (packet.error, packet.bytes));
    ended.sort_unstable();
    assert_eq!(ended, [(ERROR_CONNECTION_ABORTED, 0); 2]);
    assert!(port.stays_empty());
    drop(server);
}

/// S1.84: closing with a receive pending resets the connection.
#[test]
fn close_with_a_pending_receive_resets() {
    wine_differs!("S1.84", "sends the end of the stream before the reset");
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&client, 0), Started::Pending);
    client.close().unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
    eventually(|| receive.status() == 0xC000_0241);
}

/// S1.84: and so does closing with data unread.
#[test]
fn close_with_unread_data_resets() {
    wine_differs!("S1.84", "sends the end of the stream before the reset");
    let (client, server) = Socket::pair(V4);
    server.send_all(b"unread");
    client.await_readable(6);
    client.close().unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
}

/// S1.82: a SOCKET value may be reused; the packet of the old one carries the old key.
#[test]
fn packets_of_a_closed_socket_carry_its_key() {
    wine_differs!("S1.81", "ends a receive with 0x8000000A, 676", sometimes);
    let (socket, _) = Socket::bound_udp(V4);
    let port = OwnPort::of(&socket, 0x1234_5678_9ABC_DEF0);
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&socket, 0), Started::Pending);
    socket.close().unwrap();
    let _others: Vec<_> = (0..8).map(|_| Socket::udp(V4)).collect();
    let packet = port.next();
    assert_eq!((packet.key, packet.error), (0x1234_5678_9ABC_DEF0, ERROR_OPERATION_ABORTED));
}

/// S11.7: the pointers of getsockname and getpeername must be there, and the room enough.
#[test]
fn names_need_room() {
    wine_differs!("S11.7", "writes what fits");
    let (client, _server) = Socket::pair(V4);
    let mut out = RawAddress::room();
    out.length = 15;
    let name = call(SOCKET_ERROR, || unsafe {
        getsockname(client.raw(), out.as_mut_ptr(), &mut out.length)
    });
    assert_eq!((name, out.length, out.is_untouched()), (Err(WSAEFAULT), 15, true));
    let peer = call(SOCKET_ERROR, || unsafe {
        getpeername(client.raw(), out.as_mut_ptr(), &mut out.length)
    });
    assert_eq!((peer, out.length, out.is_untouched()), (Err(WSAEFAULT), 15, true));
    let null = std::ptr::null_mut();
    let name = call(SOCKET_ERROR, || unsafe { getsockname(client.raw(), null, &mut out.length) });
    assert_eq!(name, Err(WSAEFAULT));
}

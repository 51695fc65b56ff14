//! Non-blocking sockets (S11.1–S11.3).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::ptr::null_mut;

use conformance::{Operation, POISON, Socket, Started, V4, V6, call, eventually, wine_differs};
use overlapped::sys::*;

/// S11.1: any number but 0 makes a socket non-blocking, 0 makes it block again.
#[test]
fn fionbio_sets_and_clears() {
    let (_client, server) = Socket::pair(V4);
    for on in [1, 2, u32::MAX] {
        assert_eq!(server.ioctl(FIONBIO, on), Ok(on));
        assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
    }
    assert_eq!(server.ioctl(FIONBIO, 0), Ok(0));
    server.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S11.1: no pointer is 10014.
#[test]
fn ioctl_without_a_value_is_10014() {
    let socket = Socket::tcp(V4);
    for command in [FIONBIO, FIONREAD] {
        let returned =
            call(SOCKET_ERROR, || unsafe { ioctlsocket(socket.raw(), command, null_mut()) });
        assert_eq!(returned, Err(WSAEFAULT));
    }
}

/// S11.1: WSAIoctl knows both as well.
#[test]
fn fionbio_and_fionread_by_wsaioctl() {
    let (client, server) = Socket::pair(V4);
    let (on, mut answer, mut bytes) = (1u32, POISON, POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        let (code, input) = (FIONBIO as u32, (&raw const on).cast());
        let none = null_mut();
        WSAIoctl(server.raw(), code, input, 4, none, 0, &mut bytes, null_mut(), None)
    });
    assert_eq!((returned, bytes), (Ok(0), 0));
    assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
    client.send_all(b"abc");
    server.await_readable(3);
    let returned = call(SOCKET_ERROR, || unsafe {
        let (code, output) = (FIONREAD as u32, (&raw mut answer).cast());
        let none = null_mut();
        WSAIoctl(server.raw(), code, none, 0, output, 4, &mut bytes, null_mut(), None)
    });
    assert_eq!((returned, bytes, answer), (Ok(0), 4, 3));
}

/// S11.1: FIONREAD is all that a stream holds.
#[test]
fn fionread_of_a_stream_is_the_total() {
    let (client, server) = Socket::pair(V4);
    assert_eq!(server.readable(), 0);
    client.send_all(b"abc");
    client.send_all(b"defg");
    server.await_readable(7);
    assert_eq!(server.readable(), 7);
    server.recv_exactly(5);
    assert_eq!(server.readable(), 2);
}

/// S11.1: FIONREAD of a datagram socket is the next datagram.
#[test]
fn fionread_of_datagrams_is_the_next_one() {
    let (socket, address) = Socket::bound_udp(V4);
    socket.send_to(b"abc", address).unwrap();
    socket.send_to(b"defgh", address).unwrap();
    socket.await_readable(1);
    assert_eq!(socket.readable(), 3);
    socket.recv(8, 0).unwrap();
    socket.await_readable(1);
    assert_eq!(socket.readable(), 5);
}

/// S11.2: with nobody waiting, a non-blocking accept is 10035; later it takes the connection.
#[test]
fn nonblocking_accept_without_a_connection_is_10035() {
    for ip in [V4, V6] {
        let (listener, address) = Socket::listener(ip);
        listener.set_nonblocking(true);
        assert_eq!(listener.accept().err(), Some(WSAEWOULDBLOCK));
        let client = Socket::tcp(ip);
        client.connect(address).unwrap();
        let mut accepted = Err(WSAEWOULDBLOCK);
        eventually(|| {
            accepted = listener.accept();
            !matches!(accepted, Err(WSAEWOULDBLOCK))
        });
        assert_eq!(accepted.unwrap().peer(), client.name());
    }
}

/// S11.2: what accept returns is as blocking or not as its listener.
#[test]
fn accepted_socket_inherits_the_mode() {
    let (listener, address) = Socket::listener(V4);
    let clients = [Socket::tcp(V4), Socket::tcp(V4)];
    clients[0].connect(address).unwrap();
    listener.set_nonblocking(true);
    let mut accepted = Err(WSAEWOULDBLOCK);
    eventually(|| {
        accepted = listener.accept();
        accepted.is_ok()
    });
    assert_eq!(accepted.unwrap().recv(1, 0), Err(WSAEWOULDBLOCK));
    listener.set_nonblocking(false);
    clients[1].connect(address).unwrap();
    let blocking = listener.accept().unwrap();
    blocking.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    assert_eq!(blocking.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S11.2: and has its listener's options.
#[test]
fn accepted_socket_inherits_the_options() {
    let (listener, address) = Socket::listener(V4);
    let inherited = [
        (SOL_SOCKET, SO_KEEPALIVE, 1),
        (SOL_SOCKET, SO_OOBINLINE, 1),
        (SOL_SOCKET, SO_SNDTIMEO, 4321),
        (SOL_SOCKET, SO_LINGER, 0x0007_0001),
        (IPPROTO_TCP, TCP_NODELAY, 1),
    ];
    for (level, name, value) in inherited {
        listener.set(level, name, value).unwrap();
    }
    let client = Socket::tcp(V4);
    client.connect(address).unwrap();
    let accepted = listener.accept().unwrap();
    for (level, name, value) in inherited {
        assert_eq!(accepted.get(level, name), Ok(value), "{name:#x}");
    }
}

/// S11.2: SO_RCVTIMEO is inherited, too.
#[test]
fn accepted_socket_inherits_the_receive_timeout() {
    let (listener, address) = Socket::listener(V4);
    listener.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    let client = Socket::tcp(V4);
    client.connect(address).unwrap();
    let accepted = unsafe { accept(listener.raw(), null_mut(), null_mut()) };
    let accepted = Socket::owning(accepted);
    assert_eq!(accepted.get(SOL_SOCKET, SO_RCVTIMEO), Ok(10));
    assert_eq!(accepted.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S11.3: a non-blocking connect is 10035 first and 10056 once it is established.
#[test]
fn nonblocking_connect_is_10035_and_then_10056() {
    for ip in [V4, V6] {
        let (_listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        client.set_nonblocking(true);
        assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
        eventually(|| match client.connect(address) {
            Err(WSAEALREADY) => false,
            other => other == Err(WSAEISCONN),
        });
        assert_eq!((client.peer(), client.send(b"x", 0)), (Ok(address), Ok(1)));
    }
}

/// S11.3: a connect while another is under way is 10037.
#[test]
fn second_connect_meanwhile_is_10037() {
    let (client, others) = Socket::connecting(V4);
    let address = others[0].name().unwrap();
    for _ in 0..3 {
        assert_eq!(client.connect(address), Err(WSAEALREADY));
    }
}

/// S11.3: a blocking connect returns when it is established; another is 10056.
#[test]
fn blocking_connect_twice_is_10056() {
    let (_listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    assert_eq!(client.connect(address), Ok(()));
    assert_eq!(client.connect(address), Err(WSAEISCONN));
}

/// S11.3: a listener cannot connect.
#[test]
fn connect_on_a_listener_is_10022() {
    let ((listener, _), (_other, address)) = (Socket::listener(V4), Socket::listener(V4));
    assert_eq!(listener.connect(address), Err(WSAEINVAL));
}

/// S11.3: a blocking connect that is refused is 10061, and may be tried again elsewhere.
#[test]
fn refused_connect_is_10061_and_may_be_tried_again() {
    wine_differs!("S8.17", "passes on the error that Linux gives first");
    for ip in [V4, V6] {
        let holder = Socket::bound_tcp(ip);
        let client = Socket::tcp(ip);
        for _ in 0..2 {
            assert_eq!(client.connect(holder.name().unwrap()), Err(WSAECONNREFUSED));
        }
        let (_listener, address) = Socket::listener(ip);
        assert_eq!(client.connect(address), Ok(()));
        assert_eq!(client.peer(), Ok(address));
    }
}

/// S11.3, S8.17: a non-blocking connect that was refused may be tried again as well.
#[test]
fn refused_nonblocking_connect_may_be_tried_again() {
    wine_differs!("S8.17", "passes on the error that Linux gives first");
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    client.set_nonblocking(true);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    eventually(|| client.get(SOL_SOCKET, SO_ERROR) == Ok(WSAECONNREFUSED as u32));
    assert_eq!(client.send(b"x", 0), Err(WSAENOTCONN));
    let (_listener, address) = Socket::listener(V4);
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
    eventually(|| client.connect(address) == Err(WSAEISCONN));
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
}

/// S11.3: to nowhere (address 0 or port 0) it is 10049.
#[test]
fn connect_to_nowhere_is_10049() {
    wine_differs!("S11.3", "leaves address 0 to Linux, where it is this machine");
    let (_listener, address) = Socket::listener(V4);
    let mut nowhere = address;
    nowhere.set_ip([0, 0, 0, 0].into());
    assert_eq!(Socket::tcp(V4).connect(nowhere), Err(WSAEADDRNOTAVAIL));
    assert_eq!(Socket::tcp(V4).connect(SocketAddr::new(V4, 0)), Err(WSAEADDRNOTAVAIL));
}

/// S2.8, S11.1: the mode is for calls without OVERLAPPED: switching it leaves a pending operation
/// alone.
#[test]
fn switching_the_mode_leaves_pending_operations_alone() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    server.set_nonblocking(true);
    assert!(receive.stays_pending());
    client.send_all(b"abc");
    assert_eq!(receive.finish(&server), Ok(3));
}

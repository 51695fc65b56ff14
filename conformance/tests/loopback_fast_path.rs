//! SIO_LOOPBACK_FAST_PATH: who may ask, and that nothing but the speed changes (S12).
//!
//! # Safety
//!
//! The pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ptr::{null, null_mut};

use conformance::{
    Addresses, Operation, Outcome, OwnPort, POISON, Socket, Started, V4, V6, call, eventually,
    poll_until_told, wine_differs,
};
use overlapped::sys::*;

/// WSAIoctl with the code, these bytes of input, and a place for the count if `counts`.
fn ask_with(socket: &Socket, input: &[u8], counts: bool) -> (Outcome<i32>, u32) {
    let (mut bytes, length) = (POISON, input.len() as u32);
    let input = if input.is_empty() { null() } else { input.as_ptr().cast() };
    let count = if counts { &raw mut bytes } else { null_mut() };
    let (code, none) = (SIO_LOOPBACK_FAST_PATH, null_mut());
    let asked = call(SOCKET_ERROR, || unsafe {
        WSAIoctl(socket.raw(), code, input, length, none, 0, count, null_mut(), None)
    });
    (asked, bytes)
}

fn ask(socket: &Socket, on: u32) -> (Outcome<i32>, u32) {
    ask_with(socket, &on.to_ne_bytes(), true)
}

/// Two connected sockets: whether the connecting one and the listener asked.
fn pair(ip: IpAddr, connector_asks: bool, listener_asks: bool) -> (Socket, Socket) {
    let (listener, address) = Socket::listener(ip);
    if listener_asks {
        listener.wish_for_fast_path();
    }
    let client = Socket::tcp(ip);
    if connector_asks {
        client.wish_for_fast_path();
    }
    client.connect(address).expect("it listens");
    (client, listener.accept().expect("one has connected"))
}

fn echo(one: &Socket, other: &Socket, bytes: &[u8]) {
    for (from, to) in [(one, other), (other, one)] {
        from.send_all(bytes);
        assert_eq!(to.recv_exactly(bytes.len()), bytes);
    }
}

fn pattern(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at ^ at >> 8 ^ at >> 16) as u8).collect()
}

/// S12.1, S12.2, S12.3: it is known by this number, succeeds, and returns no bytes.
#[test]
fn a_stream_may_ask() {
    wine_differs!("S12.3", "does not have it");
    assert_eq!(SIO_LOOPBACK_FAST_PATH, 0x9800_0010);
    let socket = Socket::tcp(V4);
    for on in [1, 0, 2] {
        assert_eq!(ask(&socket, on), (Ok(0), 0));
    }
}

/// S12.2: the place for the byte count must be there.
#[test]
fn a_missing_count_is_a_fault() {
    let socket = Socket::tcp(V4);
    assert_eq!(ask_with(&socket, &[1, 0, 0, 0], false).0, Err(WSAEFAULT));
}

/// S12.4: a datagram socket may not.
#[test]
fn datagrams_are_refused() {
    assert_eq!(ask(&Socket::udp(V4), 1), (Err(WSAEOPNOTSUPP), 0));
}

/// S12.5: an input that is too small fails, and changes nothing.
#[test]
fn a_small_input_fails() {
    let socket = Socket::tcp(V4);
    for input in [&[][..], &[1], &[1, 0, 0]] {
        assert!(ask_with(&socket, input, true).0.is_err(), "{input:?}");
    }
}

/// S12.6, S12.7: whoever asked, data flows, both ways, over IPv4 and IPv6.
#[test]
fn data_flows_whoever_asked() {
    for ip in [V4, V6, IpAddr::from(Ipv4Addr::new(127, 3, 2, 1))] {
        for (connector, listener) in [(true, true), (true, false), (false, true), (false, false)] {
            let (client, server) = pair(ip, connector, listener);
            for length in [1, 100, 4096, 60_000] {
                echo(&client, &server, &pattern(length));
            }
        }
    }
}

/// S12.13: the names are those of TCP.
#[test]
fn the_names_are_real() {
    let (client, server) = Socket::fast_pair(V4);
    assert_eq!(client.name(), server.peer());
    assert_eq!(client.peer(), server.name());
    assert_eq!(client.peer().map(|address| address.ip()), Ok(V4));
}

/// S12.8, S12.10: what is asked later changes nothing.
#[test]
fn asking_later_changes_nothing() {
    let (late, server) = pair(V4, false, false);
    late.wish_for_fast_path();
    server.wish_for_fast_path();
    echo(&late, &server, &pattern(1000));
    let (client, server) = Socket::fast_pair(V4);
    for socket in [&client, &server] {
        assert!(matches!(ask(socket, 0).0, Ok(0) | Err(WSAEOPNOTSUPP)));
    }
    echo(&client, &server, &pattern(1000));
}

/// S12.9: to no loopback address, no effect; here to nobody at all.
#[test]
fn a_refused_connect_is_refused_as_ever() {
    let (listener, address) = Socket::listener(V4);
    drop(listener);
    let client = Socket::tcp(V4);
    client.wish_for_fast_path();
    assert_eq!(client.connect(address), Err(WSAECONNREFUSED));
    let (listener, address) = Socket::listener(V4);
    listener.wish_for_fast_path();
    let client = Socket::tcp(V4);
    client.wish_for_fast_path();
    client.connect(address).expect("it listens");
    echo(&client, &listener.accept().unwrap(), b"and then it works");
}

/// S12.6: what was sent before the accept arrives, and its end.
#[test]
fn what_is_sent_before_the_accept_arrives() {
    let (listener, address) = Socket::listener(V4);
    listener.wish_for_fast_path();
    let client = Socket::tcp(V4);
    client.wish_for_fast_path();
    client.connect(address).expect("it listens");
    client.send_all(b"early");
    let server = listener.accept().unwrap();
    client.send_all(b" and late");
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(server.recv_exactly(14), b"early and late");
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    server.send_all(b"half");
    assert_eq!(client.recv_exactly(4), b"half");
}

/// S12.12: with a peer that does not read sends pend; they complete in order as it reads, and
/// nothing is lost.
#[test]
fn sends_pend_until_the_peer_reads() {
    const EACH: usize = 1 << 20;
    let (client, server) = Socket::fast_pair(V4);
    let port = OwnPort::of(&client, 7);
    let bytes = pattern(12 * EACH);
    let sends: Vec<_> = bytes.chunks(EACH).map(Operation::sending).collect();
    let started: Vec<_> = sends.iter().map(|send| send.send(&client)).collect();
    assert_eq!(started.last(), Some(&Started::Pending), "so much fits nowhere");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| server.recv_exactly(12 * EACH));
        for send in &sends {
            assert_eq!(port.next_of(send), (0, EACH as u32));
        }
        assert!(reader.join().unwrap() == bytes);
    });
}

/// S12.13, S2.21, S2.24, S2.30: peeking, waiting for all, and a receive of no bytes.
#[test]
fn receives_of_all_kinds_find_it() {
    wine_differs!("S2.24", "MSG_WAITALL does not wait for all", sometimes);
    let (client, server) = Socket::fast_pair(V4);
    client.send_all(b"abc");
    assert_eq!(server.recv(2, MSG_PEEK), Ok(b"ab".to_vec()));
    assert_eq!(server.recv(0, 0), Ok(vec![]));
    client.send_all(b"def");
    assert_eq!(server.recv(6, MSG_WAITALL), Ok(b"abcdef".to_vec()));
}

/// S12.13: select and WSAPoll tell data, room and the end.
#[test]
fn readiness_is_told() {
    let (client, server) = Socket::fast_pair(V4);
    assert_eq!(poll_until_told(&server, POLLRDNORM | POLLWRNORM), POLLWRNORM);
    client.send_all(b"x");
    assert_eq!(poll_until_told(&server, POLLRDNORM), POLLRDNORM);
    assert_eq!(server.recv_exactly(1), b"x");
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(poll_until_told(&server, POLLRDNORM), POLLHUP);
}

/// S12.13, S2.19, S11.8: a reset is a reset; what had arrived before it may be read.
#[test]
fn a_reset_is_told() {
    wine_differs!("S2.19", "receives 0 bytes after the reset");
    let (client, server) = Socket::fast_pair(V4);
    client.reset();
    assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
    assert_eq!(server.send(b"x", 0), Err(WSAECONNRESET));
}

/// S12.13, S2.19, S13.25: a close with unread data resets the connection.
#[test]
fn a_close_with_unread_data_is_a_reset() {
    wine_differs!("S2.19", "receives 0 bytes after the reset", sometimes);
    let (client, server) = Socket::fast_pair(V4);
    client.send_all(b"never read");
    assert_eq!(server.recv(1, MSG_PEEK), Ok(b"n".to_vec()));
    drop(server);
    let mut told = Ok(vec![]);
    eventually(|| {
        told = client.recv(1, 0);
        told.is_err()
    });
    assert_eq!(told, Err(WSAECONNRESET));
}

/// S12.6, S12.13: one connection is as good as the next.
#[test]
fn many_connections_come_and_go() {
    let (listener, address) = Socket::listener(V4);
    listener.wish_for_fast_path();
    for round in 0..50u8 {
        let client = Socket::tcp(V4);
        client.wish_for_fast_path();
        client.connect(address).expect("it listens");
        let server = listener.accept().unwrap();
        echo(&client, &server, &[round; 3000]);
        echo(&client, &server, &[!round; 3000]);
        assert_eq!(client.peer(), Ok(SocketAddr::new(V4, address.port())));
    }
}

/// S12.14: options are accepted.
#[test]
fn options_are_accepted() {
    let (client, server) = Socket::fast_pair(V4);
    for (level, name, value) in [
        (IPPROTO_TCP, TCP_NODELAY, 1),
        (SOL_SOCKET, SO_KEEPALIVE, 1),
        (SOL_SOCKET, SO_SNDBUF, 4096),
        (SOL_SOCKET, SO_RCVBUF, 4096),
        (IPPROTO_IP, IP_TTL, 64),
    ] {
        assert_eq!(client.set(level, name, value), Ok(()));
    }
    echo(&client, &server, &pattern(5000));
}

/// S3.31, S12.6: a socket that was disconnected and is accepted again is as fast as before.
#[test]
fn an_accepted_socket_is_used_again() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    listener.wish_for_fast_path();
    let accept = Operation::new(Addresses::fitting(V4, 0).room()).with_event();
    let disconnect = Operation::new(0).with_event();
    for round in 1..5u8 {
        let client = Socket::tcp(V4);
        if round != 3 {
            client.wish_for_fast_path(); // else it is TCP for once
        }
        let sockets = Addresses::fitting(V4, 0);
        assert_eq!(accept.accept(&listener, &acceptor, sockets), Started::Pending);
        client.connect(address).expect("it listens");
        assert_eq!(accept.finish(&listener), Ok(0));
        for length in [1, 5000, 60_000] {
            echo(&client, &acceptor, &vec![round; length]);
        }
        client.send_all(b"the last");
        client.shutdown(SD_SEND).unwrap();
        assert_eq!(acceptor.recv_exactly(8), b"the last");
        assert_eq!(disconnect.disconnect(&acceptor, TF_REUSE_SOCKET), Started::Pending);
        assert_eq!(client.recv(1, 0), Ok(vec![]));
        assert_eq!(disconnect.finish(&acceptor), Ok(0));
        assert_eq!(acceptor.send(b"x", 0), Err(WSAENOTCONN));
    }
}

/// S3.31, S12.6: one that connected connects again, to another listener, fast or not.
#[test]
fn a_connected_socket_is_used_again() {
    wine_differs!("S3.31", "knows no reuse: shuts sending down and is done");
    let socket = Socket::bound_tcp(V4);
    socket.wish_for_fast_path();
    let operation = Operation::new(0).with_event();
    for asks in [true, false, true] {
        let (listener, address) = Socket::listener(V4);
        if asks {
            listener.wish_for_fast_path();
        }
        assert_eq!(operation.connect(&socket, address), Started::Pending);
        assert_eq!(operation.finish(&socket), Ok(0));
        let server = listener.accept().expect("one has connected");
        for length in [1, 5000, 60_000] {
            echo(&socket, &server, &pattern(length));
        }
        server.close().unwrap();
        assert_eq!(operation.disconnect(&socket, TF_REUSE_SOCKET), Started::Pending);
        assert_eq!(operation.finish(&socket), Ok(0));
    }
}

/// S12.13, S3.33: a pending receive ends with the connection.
#[test]
fn a_pending_receive_ends_with_a_disconnect() {
    let (client, server) = Socket::fast_pair(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&client, 0), Started::Pending);
    let operation = Operation::new(0).with_event();
    assert_eq!(operation.disconnect(&client, TF_REUSE_SOCKET), Started::Pending);
    server.shutdown(SD_SEND).unwrap();
    let received = receive.finish(&client);
    assert!(matches!(received, Ok(0) | Err(WSA_OPERATION_ABORTED)), "{received:?}");
    assert_eq!(operation.finish(&client), Ok(0));
}

//! Socket options (S11.9, S11.14, and those the other chapters lean on).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};

use conformance::{POISON, Socket, V4, V6, call, eventually, wine_differs};
use overlapped::sys::*;

/// S11.9: both time limits are u32 milliseconds, 0 by default, on every kind of socket.
#[test]
fn timeouts_are_milliseconds() {
    for kind in [SOCK_STREAM, SOCK_DGRAM] {
        let socket = Socket::made(AF_INET, kind, 0, WSA_FLAG_OVERLAPPED).unwrap();
        for name in [SO_RCVTIMEO, SO_SNDTIMEO] {
            assert_eq!(socket.get(SOL_SOCKET, name), Ok(0));
            for ms in [1, 1999, 0x7FFF_FFFF, u32::MAX, 0] {
                assert_eq!(socket.set(SOL_SOCKET, name, ms), Ok(()));
                assert_eq!(socket.get(SOL_SOCKET, name), Ok(ms));
            }
        }
    }
}

/// S11.9: recvfrom, accept aside, obeys it too; after 10060 the socket goes on.
#[test]
fn a_socket_goes_on_after_a_time_out() {
    let (client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    assert_eq!(server.recv(4, 0), Err(WSAETIMEDOUT));
    assert_eq!(server.recv_from(4), Err(WSAETIMEDOUT));
    client.send_all(b"abc");
    server.set(SOL_SOCKET, SO_RCVTIMEO, 0).unwrap();
    assert_eq!(server.recv(4, 0), Ok(b"abc".to_vec()));
}

/// S11.14: SO_TYPE is 1 or 2 and cannot be set.
#[test]
fn type_reads_and_cannot_be_set() {
    let types = [(Socket::tcp(V4), 1), (Socket::tcp(V6), 1), (Socket::udp(V4), 2)];
    for (socket, kind) in types {
        assert_eq!(socket.get(SOL_SOCKET, SO_TYPE), Ok(kind));
        assert_eq!(socket.set(SOL_SOCKET, SO_TYPE, 1), Err(WSAENOPROTOOPT));
    }
}

/// S11.14: SO_ACCEPTCONN is 1 on a listener, else 0; setting it is 10042.
#[test]
fn acceptconn_tells_a_listener_and_cannot_be_set() {
    let (listener, _) = Socket::listener(V4);
    assert_eq!(listener.get(SOL_SOCKET, SO_ACCEPTCONN), Ok(1));
    assert_eq!(Socket::bound_tcp(V4).get(SOL_SOCKET, SO_ACCEPTCONN), Ok(0));
    for socket in [listener, Socket::tcp(V4)] {
        assert_eq!(socket.set(SOL_SOCKET, SO_ACCEPTCONN, 1), Err(WSAENOPROTOOPT));
    }
}

/// S11.14, S8.13: SO_ERROR is 0 until a non-blocking connect fails, then its error, which stays
/// until a connect succeeds.
#[test]
fn so_error_keeps_the_error_of_a_connect() {
    wine_differs!("S8.17", "passes on the error that Linux gives first");
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    client.set_nonblocking(true);
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    eventually(|| client.get(SOL_SOCKET, SO_ERROR) == Ok(WSAECONNREFUSED as u32));
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(WSAECONNREFUSED as u32));
    let (_listener, address) = Socket::listener(V4);
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
    eventually(|| client.peer() == Ok(address));
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
}

/// S11.14: after a reset SO_ERROR is 0 (S8.15).
#[test]
fn so_error_is_0_after_a_reset() {
    let (client, server) = Socket::pair(V4);
    server.reset();
    client.await_reset();
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
}

/// S11.16: an option nobody knows is 10042, a level nobody knows 10022 or 10042.
#[test]
fn unknown_options_are_10042() {
    for socket in [Socket::tcp(V4), Socket::udp(V4)] {
        for level in [SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP] {
            assert_eq!(socket.set(level, 0x7ABC, 1), Err(WSAENOPROTOOPT), "{level}");
            assert_eq!(socket.get(level, 0x7ABC), Err(WSAENOPROTOOPT), "{level}");
        }
        let unknown = socket.set(0x7ABC, 1, 1);
        assert!(matches!(unknown, Err(WSAEINVAL | WSAENOPROTOOPT)), "{unknown:?}");
        let unknown = socket.get(0x7ABC, 1);
        assert!(matches!(unknown, Err(WSAEINVAL | WSAENOPROTOOPT)), "{unknown:?}");
    }
}

/// S11.16: null pointers and values too short are 10014, and nothing is written.
#[test]
fn bad_option_memory_is_10014() {
    wine_differs!("S11.16", "writes the bytes that fit");
    let (socket, mut value, mut length) = (Socket::tcp(V4), POISON, 4);
    let (raw, level, name) = (socket.raw(), SOL_SOCKET, SO_RCVBUF);
    let set = call(SOCKET_ERROR, || unsafe { setsockopt(raw, level, name, null(), 4) });
    assert_eq!(set, Err(WSAEFAULT));
    for length in [0, 3] {
        let value = (&raw const value).cast();
        let set = call(SOCKET_ERROR, || unsafe { setsockopt(raw, level, name, value, length) });
        assert_eq!(set, Err(WSAEFAULT));
    }
    let get =
        call(SOCKET_ERROR, || unsafe { getsockopt(raw, level, name, null_mut(), &mut length) });
    assert_eq!((get, length), (Err(WSAEFAULT), 4));
    let out = (&raw mut value).cast();
    let get = call(SOCKET_ERROR, || unsafe { getsockopt(raw, level, name, out, null_mut()) });
    assert_eq!(get, Err(WSAEFAULT));
    length = 3;
    let get = call(SOCKET_ERROR, || unsafe { getsockopt(raw, level, name, out, &mut length) });
    assert_eq!((get, value), (Err(WSAEFAULT), POISON));
}

/// S11.8: LINGER is two u16; SO_DONTLINGER is its opposite.
#[test]
fn linger_and_dontlinger_are_opposites() {
    let socket = Socket::tcp(V4);
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER), Ok(0));
    assert_eq!(socket.get(SOL_SOCKET, SO_DONTLINGER), Ok(1));
    socket.set_linger(true, 7).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER), Ok(0x0007_0001));
    assert_eq!(socket.get(SOL_SOCKET, SO_DONTLINGER), Ok(0));
    socket.set(SOL_SOCKET, SO_DONTLINGER, 1).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER).map(|linger| linger & 0xFFFF), Ok(0));
}

/// S2.34, S2.35: a buffer size is what was set.
#[test]
fn buffer_sizes_read_back() {
    for socket in [Socket::tcp(V4), Socket::udp(V6)] {
        for name in [SO_SNDBUF, SO_RCVBUF] {
            assert!(socket.get(SOL_SOCKET, name).unwrap() > 0);
            socket.set(SOL_SOCKET, name, 16384).unwrap();
            assert_eq!(socket.get(SOL_SOCKET, name), Ok(16384));
        }
    }
}

/// S11.2: the flags servers set most read back, on both families.
#[test]
fn flags_read_back() {
    let flags =
        [(SOL_SOCKET, SO_KEEPALIVE), (SOL_SOCKET, SO_OOBINLINE), (IPPROTO_TCP, TCP_NODELAY)];
    for ip in [V4, V6] {
        let socket = Socket::tcp(ip);
        for (level, name) in flags {
            for on in [1, 0] {
                socket.set(level, name, on).unwrap();
                assert_eq!(socket.get(level, name), Ok(on), "{name:#x}");
            }
        }
    }
}

/// S11.14: of a number that fits one byte, such as IP_TTL, one byte is enough; none is 10014.
#[test]
fn one_byte_is_enough_for_a_time_to_live() {
    let options = [
        (V4, IPPROTO_IP, IP_TTL),
        (V4, IPPROTO_IP, IP_MULTICAST_TTL),
        (V6, IPPROTO_IPV6, IPV6_UNICAST_HOPS),
        (V6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
    ];
    for (ip, level, name) in options {
        let socket = Socket::udp(ip);
        let raw = socket.raw();
        for length in 1..=4 {
            let value = (7 + length as u32).to_ne_bytes();
            let set = || unsafe { setsockopt(raw, level, name, value.as_ptr(), length) };
            assert_eq!(call(SOCKET_ERROR, set), Ok(0), "{name}, {length} bytes");
            assert_eq!(socket.get(level, name), Ok(7 + length as u32));
            let (mut told, mut room) = ([0xEEu8; 4], length);
            let get = || unsafe { getsockopt(raw, level, name, told.as_mut_ptr(), &mut room) };
            assert_eq!(call(SOCKET_ERROR, get), Ok(0));
            assert_eq!(room, if length < 4 { 1 } else { 4 });
            assert_eq!((told[0], told[3] == 0xEE), (7 + length as u8, length < 4));
        }
        let none = || unsafe { setsockopt(raw, level, name, [7].as_ptr(), 0) };
        assert_eq!(call(SOCKET_ERROR, none), Err(WSAEFAULT));
    }
}

//! Error numbers and SOCKET values (S11.11–S11.13, S11.16, S11.17).
//!
//! # Safety
//!
//! The last error is a number.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use conformance::{POISON, Socket, V4, V6, startup, wine_differs};
use overlapped::sys::*;

/// S11.11: both names are one value.
#[test]
fn last_error_is_one_value_under_two_names() {
    startup();
    unsafe {
        WSASetLastError(10054);
        assert_eq!((GetLastError(), WSAGetLastError()), (10054, 10054));
        SetLastError(997);
        assert_eq!((GetLastError(), WSAGetLastError()), (997, 997));
        WSASetLastError(0);
        assert_eq!(GetLastError(), 0);
    }
}

/// S11.11: every thread has its own.
#[test]
fn last_error_belongs_to_the_thread() {
    startup();
    let turn = AtomicU32::new(0);
    let await_turn = |wanted| {
        while turn.load(Ordering::Acquire) != wanted {
            std::hint::spin_loop(); // a call that waits might set the last error
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            await_turn(1);
            assert_eq!(Socket::tcp(V4).listen(1), Err(WSAEINVAL));
            let error = unsafe { GetLastError() };
            turn.store(2, Ordering::Release);
            error
        });
        unsafe { SetLastError(POISON) };
        turn.store(1, Ordering::Release);
        await_turn(2);
        assert_eq!(unsafe { WSAGetLastError() }, POISON as i32);
        // What a successful close leaves there is not ours to say: only that it is not this one's.
        assert_ne!(other.join().unwrap(), POISON);
    });
}

/// S11.12: SOCKET values are neither 0 nor INVALID_SOCKET, and multiples of 4.
#[test]
fn socket_values_are_positive_multiples_of_four() {
    let sockets: Vec<_> = (0..32).map(|_| Socket::tcp(V4)).collect();
    for socket in &sockets {
        assert!(socket.raw() != 0 && socket.raw() % 4 == 0 && socket.raw() as isize > 0);
    }
    let mut values: Vec<_> = sockets.iter().map(Socket::raw).collect();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), 32);
    assert_eq!(INVALID_SOCKET, usize::MAX);
}

/// S11.13: handles of other kinds, and other numbers, are no sockets.
#[test]
fn other_handles_are_not_sockets() {
    startup();
    let event = unsafe { WSACreateEvent() };
    for raw in [0, 1, 2, 3, event as usize, INVALID_SOCKET, INVALID_SOCKET - 3] {
        let socket = std::mem::ManuallyDrop::new(Socket::owning(raw));
        assert_eq!(socket.listen(1), Err(WSAENOTSOCK), "{raw:#x}");
    }
    assert_eq!(unsafe { WSACloseEvent(event) }, 1);
}

/// S11.16: what socket() refuses: the family 10047, the protocol 10043, the type 10044.
#[test]
fn socket_refuses_what_it_does_not_know() {
    let made = |family, kind, protocol| Socket::made(family, kind, protocol, 1).map(drop);
    assert_eq!(made(0x7ABC, SOCK_STREAM, 0), Err(WSAEAFNOSUPPORT));
    assert_eq!(made(AF_INET, 77, 0), Err(WSAESOCKTNOSUPPORT));
    assert_eq!(made(AF_INET, SOCK_STREAM, IPPROTO_UDP), Err(WSAEPROTONOSUPPORT));
    assert_eq!(made(AF_INET, SOCK_DGRAM, IPPROTO_TCP), Err(WSAEPROTONOSUPPORT));
    for family in [AF_INET, AF_INET6] {
        assert_eq!(made(family, SOCK_STREAM, IPPROTO_TCP), Ok(()));
        assert_eq!(made(family, SOCK_DGRAM, IPPROTO_UDP), Ok(()));
    }
}

/// S11.16: a broadcast needs SO_BROADCAST: 10013 without.
#[test]
fn broadcast_without_leave_is_10013() {
    let socket = Socket::udp(V4);
    let broadcast = SocketAddr::from(([127, 255, 255, 255], 9));
    assert_eq!(socket.send_to(b"x", broadcast), Err(WSAEACCES));
    socket.set(SOL_SOCKET, SO_BROADCAST, 1).unwrap();
    assert_eq!(socket.send_to(b"x", broadcast), Ok(1));
}

/// S11.16: getsockname before there is a name is 10022, getpeername before a peer 10057.
#[test]
fn names_before_there_are_any() {
    for socket in [Socket::tcp(V4), Socket::udp(V4), Socket::tcp(V6)] {
        assert_eq!((socket.name(), socket.peer()), (Err(WSAEINVAL), Err(WSAENOTCONN)));
    }
}

/// S11.17: a send on an unconnected datagram socket is 10057, a receive on an unbound one 10022.
#[test]
fn unconnected_datagram_errors() {
    wine_differs!("S11.17", "calls a send without a peer invalid, 10022");
    let socket = Socket::udp(V4);
    assert_eq!(socket.send(b"x", 0), Err(WSAENOTCONN));
    assert_eq!(socket.recv(1, 0), Err(WSAEINVAL));
}

//! WSAPoll's array and time-outs (S9.1–S9.7).
//!
//! # Safety
//!
//! Pointers are null, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::mem::offset_of;
use std::ptr::null_mut;
use std::time::{Duration, Instant};

use conformance::{Socket, V4, V6, call, poll, polled, startup, waiting, wine_differs};
use overlapped::sys::*;

/// A value that was a socket.
fn closed() -> SOCKET {
    let socket = Socket::tcp(V4);
    let value = socket.raw();
    socket.close().unwrap();
    value
}

/// S9.1: an entry is a SOCKET and two short words.
#[test]
fn an_entry_has_sixteen_bytes() {
    assert_eq!(size_of::<WSAPOLLFD>(), 16);
    assert_eq!((offset_of!(WSAPOLLFD, events), offset_of!(WSAPOLLFD, revents)), (8, 10));
}

/// S9.2: the flags' numbers, none of which is Linux'.
#[test]
fn the_flags_are_windows() {
    assert_eq!((POLLRDNORM, POLLRDBAND, POLLIN, POLLPRI), (0x100, 0x200, 0x300, 0x400));
    assert_eq!((POLLWRNORM, POLLOUT, POLLWRBAND), (0x10, 0x10, 0x20));
    assert_eq!((POLLERR, POLLHUP, POLLNVAL), (1, 2, 4));
}

/// S9.3: anything but POLLRDNORM, POLLRDBAND and POLLWRNORM fails the whole call.
#[test]
fn other_events_are_10022() {
    wine_differs!("S9.3", "accepts any events");
    let (_client, server) = Socket::pair(V4);
    let good = (server.raw(), POLLOUT);
    for bad in [POLLPRI, POLLWRBAND, POLLERR, POLLHUP, POLLNVAL, 8, 0x40, 0x80, 0x800, i16::MIN] {
        for events in [bad, bad | POLLIN] {
            let (told, revents) = poll(&[good, (server.raw(), events), good], 0);
            assert_eq!((told, revents), (Err(WSAEINVAL), vec![0; 3]), "{events:#x}");
        }
    }
}

/// S9.3: no events are fine: ends are told all the same.
#[test]
fn no_events_still_tell_the_end() {
    let (client, server) = Socket::pair(V4);
    assert_eq!(polled(&server, 0), 0);
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(poll(&[(server.raw(), 0)], -1), (Ok(1), vec![POLLHUP]));
}

/// S9.4: no entries are 10022, with or without an array.
#[test]
fn no_entries_are_10022() {
    startup();
    assert_eq!(poll(&[], 0).0, Err(WSAEINVAL));
    let told = call(SOCKET_ERROR, || unsafe { WSAPoll(null_mut(), 0, 0) });
    assert_eq!(told, Err(WSAEINVAL));
}

/// S9.4: entries without an array are 10014.
#[test]
fn no_array_is_10014() {
    startup();
    let told = call(SOCKET_ERROR, || unsafe { WSAPoll(null_mut(), 1, 0) });
    assert_eq!(told, Err(WSAEFAULT));
}

/// S9.5: values that are no socket get POLLNVAL and are not counted.
#[test]
fn bad_sockets_are_told_and_not_counted() {
    let (_client, server) = Socket::pair(V4);
    let entries = [
        (INVALID_SOCKET, POLLIN),
        (server.raw(), POLLOUT),
        (closed(), POLLIN),
        (server.raw(), POLLIN),
    ];
    let (told, revents) = poll(&entries, 0);
    assert_eq!((told, revents), (Ok(1), vec![POLLNVAL, POLLWRNORM, POLLNVAL, 0]));
}

/// S9.5: what is asked of INVALID_SOCKET is not looked at.
#[test]
fn events_of_invalid_socket_may_be_anything() {
    let (_client, server) = Socket::pair(V4);
    let entries = [(INVALID_SOCKET, -1), (server.raw(), POLLOUT)];
    assert_eq!(poll(&entries, 0), (Ok(1), vec![POLLNVAL, POLLWRNORM]));
}

/// S9.6: without any socket it is 10038.
#[test]
fn only_bad_sockets_are_10038() {
    startup();
    let entries = [(INVALID_SOCKET, POLLIN), (closed(), POLLOUT)];
    assert_eq!(poll(&entries, -1), (Err(WSAENOTSOCK), vec![POLLNVAL; 2]));
}

/// S9.7: the entries that tell something are counted, each for itself.
#[test]
fn entries_are_counted() {
    wine_differs!("S9.7", "counts a socket that is in two entries too often");
    let ((one, other), (lone, _its)) = (Socket::pair(V4), Socket::pair(V6));
    one.send(b"x", 0).unwrap();
    other.await_readable(1);
    let entries = [
        (other.raw(), POLLIN),
        (lone.raw(), POLLIN),
        (other.raw(), POLLIN | POLLOUT),
        (one.raw(), POLLOUT),
    ];
    let (told, revents) = poll(&entries, -1);
    assert_eq!(told, Ok(3));
    assert_eq!(revents, [POLLRDNORM, 0, POLLRDNORM | POLLWRNORM, POLLWRNORM]);
}

/// S9.7: when time is up it is 0, and nothing is told.
#[test]
fn time_up_is_zero() {
    let (_client, server) = Socket::pair(V4);
    let began = Instant::now();
    assert_eq!(poll(&[(server.raw(), POLLIN)], 30), (Ok(0), vec![0]));
    assert!(began.elapsed() >= Duration::from_millis(29), "not before its time");
}

/// S9.7: any time below zero is without end.
#[test]
fn below_zero_it_waits() {
    for timeout_ms in [-1, i32::MIN] {
        let (client, server) = Socket::pair(V4);
        let answer = waiting(move || poll(&[(server.raw(), POLLIN)], timeout_ms));
        client.send(b"x", 0).unwrap();
        assert_eq!(answer.wait(), (Ok(1), vec![POLLRDNORM]));
    }
}

/// S9.7: more sockets than a select's usual limit.
#[test]
fn two_hundred_sockets_fit_into_one_poll() {
    let sockets: Vec<_> = (0..200).map(|_| Socket::bound_udp(V4).0).collect();
    let entries: Vec<_> = sockets.iter().map(|socket| (socket.raw(), POLLIN)).collect();
    sockets[0].send_to(b"x", sockets[199].name().unwrap()).unwrap();
    let (told, revents) = poll(&entries, -1);
    assert_eq!(told, Ok(1));
    assert_eq!((revents[199], revents[..199].iter().any(|&told| told != 0)), (POLLRDNORM, false));
}

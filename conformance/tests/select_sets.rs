//! select's sets and time-outs (S8.1–S8.9, S8.19).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::mem::offset_of;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use conformance::{Set, Sets, Socket, V4, V6, call, startup, waiting, wine_differs};
use overlapped::sys::*;

const AT_ONCE: Option<TIMEVAL> = Some(TIMEVAL { tv_sec: 0, tv_usec: 0 });

fn none() -> Vec<SOCKET> {
    vec![]
}

/// S8.1: a set is a count and an array.
#[test]
fn a_set_is_a_count_and_an_array() {
    assert_eq!((size_of::<FD_SET>(), offset_of!(FD_SET, fd_array)), (520, 8));
}

/// S8.2: only as many elements as the count says are read, and no room is needed for more.
#[test]
fn elements_beyond_the_count_are_not_read() {
    let (_client, server) = Socket::pair(V4);
    let mut set = FD_SET { fd_count: 1, fd_array: [0xBAD; 64] };
    set.fd_array[0] = server.raw();
    let timeout = TIMEVAL::default();
    let ready =
        call(SOCKET_ERROR, || unsafe { select(0, null_mut(), &mut set, null_mut(), &timeout) });
    assert_eq!((ready, set.fd_count, set.fd_array[0]), (Ok(1), 1, server.raw()));
    assert!(set.fd_array[1..].iter().all(|&socket| socket == 0xBAD));
}

/// S8.2: a set may hold more sockets than FD_SETSIZE.
#[test]
fn two_hundred_sockets_fit_into_one_select() {
    let sockets: Vec<_> = (0..200).map(|_| Socket::bound_udp(V4).0).collect();
    let all: Vec<_> = sockets.iter().collect();
    let [_, write, _] = Sets::reading(&all).writing(&all).ready();
    assert_eq!(write, all.iter().map(|socket| socket.raw()).collect::<Vec<_>>());
    sockets[150].send_to(b"x", sockets[199].name().unwrap()).unwrap();
    let [read, ..] = Sets::reading(&all).wait();
    assert_eq!(read, [sockets[199].raw()]);
}

/// S8.3, S8.4: whatever nfds is, the ready ones are left, in the order they had; the count is that
/// of all sets together.
#[test]
fn ready_sockets_are_left_in_order() {
    let pairs = [Socket::pair(V4), Socket::pair(V6), Socket::pair(V4)];
    let servers = [&pairs[2].1, &pairs[0].1, &pairs[1].1];
    pairs[1].0.send(b"x", 0).unwrap();
    pairs[2].0.send(b"x", 0).unwrap();
    pairs.iter().skip(1).for_each(|(_, server)| server.await_readable(1));
    let [read, write, except] =
        Sets::reading(&servers).writing(&servers).excepting(&servers).ready();
    assert_eq!(read, [servers[0].raw(), servers[2].raw()]);
    assert_eq!(write, servers.map(Socket::raw));
    assert_eq!(except, none());
}

/// S8.5: a socket twice in a set is in it once afterwards, and counts once.
#[test]
fn duplicates_collapse() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    let [read, write, _] =
        Sets::reading(&[&server, &client, &server]).writing(&[&server, &server]).ready();
    assert_eq!((read, write), (vec![server.raw()], vec![server.raw()]));
}

/// S8.6: without a socket in any set it fails at once: it is no sleep.
#[test]
fn no_sockets_are_10022() {
    startup();
    let empty = || Set::of(&[]);
    for mut sets in [
        Sets::default(),
        Sets { read: empty(), ..Sets::default() },
        Sets { read: empty(), write: empty(), except: empty() },
    ] {
        for timeout in [AT_ONCE, None, Some(TIMEVAL { tv_sec: 1000, tv_usec: 0 })] {
            assert_eq!(sets.select(timeout), Err(WSAEINVAL));
        }
    }
}

/// S8.6: one set with a socket is enough.
#[test]
fn empty_sets_beside_another_are_fine() {
    let (_client, server) = Socket::pair(V4);
    let [read, write, except] = Sets::reading(&[]).writing(&[&server]).excepting(&[]).ready();
    assert_eq!((read, write, except), (none(), vec![server.raw()], none()));
}

/// S8.7: a value that is no socket, in any set, fails and leaves all sets as they were.
#[test]
fn a_bad_socket_is_10038_and_changes_nothing() {
    let (_client, server) = Socket::pair(V4);
    let closed = Socket::tcp(V4);
    let closed_value = closed.raw();
    closed.close().unwrap();
    for bad in [closed_value, 0, INVALID_SOCKET, 0x7FFF_FFF0] {
        let (good, mixed) = (Set::of(&[server.raw()]), Set::of(&[server.raw(), bad]));
        for at in 0..3 {
            let mut sets = [good.clone(), good.clone(), good.clone()];
            sets[at] = mixed.clone();
            let [read, write, except] = sets;
            let before = Sets { read, write, except };
            let mut sets = before.clone();
            assert_eq!(sets.select(AT_ONCE), Err(WSAENOTSOCK));
            assert_eq!(sets, before);
        }
    }
}

/// S8.8: with no time-out it waits as long as it takes.
#[test]
fn without_a_timeout_it_waits() {
    let (client, server) = Socket::pair(V4);
    let answer = waiting(move || {
        let mut sets = Sets::reading(&[&server]);
        (sets.select(None), sets.read.sockets() == [server.raw()])
    });
    client.send(b"x", 0).unwrap();
    assert_eq!(answer.wait(), (Ok(1), true));
}

/// S8.8: the time-out is not changed.
#[test]
fn the_timeout_is_not_modified() {
    let (_client, server) = Socket::pair(V4);
    let timeout = TIMEVAL { tv_sec: 0, tv_usec: 1234 };
    let mut set = FD_SET { fd_count: 1, fd_array: [server.raw(); 64] };
    let ready =
        call(SOCKET_ERROR, || unsafe { select(0, &mut set, null_mut(), null_mut(), &timeout) });
    assert_eq!((ready, timeout.tv_sec, timeout.tv_usec), (Ok(0), 0, 1234));
}

/// S8.8: times below zero, and a million microseconds or more, are none.
#[test]
fn a_bad_timeout_is_10022() {
    wine_differs!("S8.8", "accepts times below zero");
    let (_client, server) = Socket::pair(V4);
    for (tv_sec, tv_usec) in [(-1, 0), (0, -1), (-1, 5), (0, 1_000_000), (1, i32::MAX)] {
        let before = Sets::all(&server);
        let mut sets = before.clone();
        assert_eq!(sets.select(Some(TIMEVAL { tv_sec, tv_usec })), Err(WSAEINVAL));
        assert_eq!(sets, before);
    }
}

/// S8.9: when time is up it is 0, with empty sets.
#[test]
fn time_up_is_zero_and_empties_the_sets() {
    let (client, server) = Socket::pair(V4);
    let began = Instant::now();
    let mut sets = Sets::reading(&[&client, &server]).excepting(&[&server]);
    assert_eq!(sets.select(Some(TIMEVAL { tv_sec: 0, tv_usec: 30_000 })), Ok(0));
    assert!(began.elapsed() >= Duration::from_millis(29), "not before its time");
    assert_eq!([sets.read.sockets(), sets.except.sockets()], [none(), none()]);
}

/// S8.19: __WSAFDIsSet looks no further than the count.
#[test]
fn is_set_tells_members() {
    let mut set = Set::of(&[16, 4, 8]);
    assert_eq!([4, 8, 16, 12].map(|socket| set.has(socket)), [1, 1, 1, 0]);
    let mut short = FD_SET { fd_count: 1, fd_array: [4; 64] };
    short.fd_array[1] = 8;
    assert_eq!([4, 8].map(|socket| unsafe { __WSAFDIsSet(socket, &mut short) }), [1, 0]);
}

/// S8.7: a set may be null where another is not.
#[test]
fn null_sets_are_skipped() {
    let (_client, server) = Socket::pair(V4);
    let mut set = FD_SET { fd_count: 1, fd_array: [server.raw(); 64] };
    let ready =
        call(SOCKET_ERROR, || unsafe { select(0, null_mut(), &mut set, null_mut(), null()) });
    assert_eq!((ready, set.fd_count), (Ok(1), 1));
}

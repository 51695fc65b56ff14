//! WSAEventSelect and WSAEnumNetworkEvents: the record and its object (S6.1–S6.10, S6.26).
//!
//! # Safety
//!
//! Handles are values; structures are locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{Selection, Socket, V4, call, enumerate, eventually, select, startup};
use overlapped::sys::*;

const NONE: WSAEVENT = 0 as WSAEVENT;

/// Waits until a connection waits at `listener`, which is left non-blocking.
fn await_connection(client: &Socket) {
    eventually(|| client.peer().is_ok());
}

/// S6.1: a select makes the socket non-blocking, with no events as well.
#[test]
fn select_makes_the_socket_nonblocking() {
    for bits in [0, FD_READ] {
        let (_client, server) = Socket::pair(V4);
        let _selection = Selection::of(&server, bits);
        assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
    }
    let (_client, server) = Socket::pair(V4);
    assert_eq!(select(&server, NONE, 0), Ok(()));
    assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
}

/// S6.1: while events are selected the socket cannot be made blocking; after a cancel it can.
#[test]
fn blocking_again_needs_a_cancel() {
    let (_client, server) = Socket::pair(V4);
    let _selection = Selection::of(&server, FD_READ);
    assert_eq!(server.ioctl(FIONBIO, 0), Err(WSAEINVAL));
    assert_eq!(server.ioctl(FIONBIO, 1), Ok(1));
    assert_eq!(select(&server, NONE, 0), Ok(()));
    assert_eq!(server.ioctl(FIONBIO, 0), Ok(0));
    server.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S6.2: events without an event object are 10022, and nothing changes.
#[test]
fn events_without_an_object_are_10022() {
    let (client, server) = Socket::pair(V4);
    assert_eq!(select(&server, NONE, FD_READ), Err(WSAEINVAL));
    client.send(b"x", 0).unwrap();
    assert_eq!(server.recv_exactly(1), b"x", "it blocks still");
}

/// S6.2: a cancel: nothing is reported and nothing is signalled any more.
#[test]
fn cancel_ends_it() {
    let (client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_READ | FD_CLOSE);
    client.send(b"x", 0).unwrap();
    eventually(|| selection.is_set());
    assert_eq!(select(&server, NONE, 0), Ok(()));
    assert_eq!(selection.enumerate(&server), []);
    client.shutdown(SD_SEND).unwrap();
    selection.expect_nothing(&server);
    assert!(!selection.is_set());
}

/// S6.3: a new select replaces the object and the events: they do not add up.
#[test]
fn new_select_replaces_object_and_events() {
    let (client, server) = Socket::pair(V4);
    let old = Selection::of(&server, FD_READ);
    let new = Selection::of(&server, FD_CLOSE);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    new.expect_nothing(&server);
    server.recv(1, 0).unwrap();
    client.shutdown(SD_SEND).unwrap();
    new.expect_success(&server, FD_CLOSE);
    assert!(!old.is_set());
}

/// S6.4, S6.5: an event is recorded and its object set; receiving does not reset the object.
#[test]
fn event_is_recorded_and_its_object_stays_set() {
    let (client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_READ);
    assert!(!selection.is_set());
    client.send(b"x", 0).unwrap();
    eventually(|| selection.is_set());
    assert_eq!(server.recv_exactly(1), b"x");
    assert!(selection.is_set());
    selection.enumerate(&server);
    assert!(!selection.is_set());
}

/// S6.5: two events at once stand in the record together.
#[test]
fn events_collect_until_they_are_enumerated() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    let selection = Selection::of(&server, FD_READ | FD_CLOSE | FD_WRITE);
    assert_eq!(selection.enumerate(&server), [(FD_READ, 0), (FD_WRITE, 0)]);
    selection.expect_nothing(&server);
}

/// S6.6: without a handle the object is not reset; with one it is, in the same step.
#[test]
fn enumeration_resets_the_object_it_is_given() {
    let (client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_READ);
    client.send(b"x", 0).unwrap();
    eventually(|| selection.is_set());
    assert_eq!(enumerate(&server, NONE), Ok(vec![(FD_READ, 0)]));
    assert!(selection.is_set());
    assert_eq!(selection.enumerate(&server), []);
    assert!(!selection.is_set());
    let other = Selection::default();
    assert_eq!(unsafe { WSASetEvent(other.event()) }, 1);
    assert_eq!(enumerate(&server, other.event()), Ok(vec![]));
    assert!(!other.is_set());
}

/// S6.6, S6.7: a socket that never selected has no events; the object is reset all the same.
#[test]
fn enumeration_without_a_select_has_nothing() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    let object = Selection::default();
    assert_eq!(unsafe { WSASetEvent(object.event()) }, 1);
    assert_eq!(object.enumerate(&server), []);
    assert!(!object.is_set());
}

/// S6.8: bits that are not selected are neither reported nor cleared.
#[test]
fn enumeration_leaves_unselected_bits_alone() {
    let (client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_READ | FD_WRITE);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    selection.select(&server, FD_WRITE).unwrap();
    selection.expect_success(&server, FD_WRITE);
    selection.select(&server, FD_READ).unwrap();
    selection.expect_success(&server, FD_READ);
}

/// S6.9: what holds already is recorded and signalled by the select itself.
#[test]
fn condition_that_holds_is_recorded_at_once() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    let selection = Selection::of(&server, FD_READ);
    assert!(selection.is_set());
    assert_eq!(selection.enumerate(&server), [(FD_READ, 0)]);
    let (listener, address) = Socket::listener(V4);
    let client = Socket::connected(address);
    await_connection(&client);
    let selection = Selection::of(&listener, FD_ACCEPT);
    selection.expect_success(&listener, FD_ACCEPT);
}

/// S6.10: what was enumerated is not reported again by another select.
#[test]
fn consumed_events_are_not_reported_again() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    let all = FD_READ | FD_WRITE | FD_CLOSE;
    let selection = Selection::of(&server, all);
    selection.expect_success(&server, FD_READ | FD_WRITE);
    let again = |bits| {
        selection.select(&server, bits).unwrap();
        assert!(!selection.is_set());
        selection.expect_nothing(&server);
    };
    [all, FD_READ, FD_WRITE, all].into_iter().for_each(again);
    server.recv(1, 0).unwrap();
    client.shutdown(SD_SEND).unwrap();
    selection.expect_success(&server, FD_CLOSE);
    [all, FD_CLOSE].into_iter().for_each(again);
    let (listener, address) = Socket::listener(V4);
    let client = Socket::connected(address);
    await_connection(&client);
    let selection = Selection::of(&listener, FD_ACCEPT);
    selection.expect_success(&listener, FD_ACCEPT);
    selection.select(&listener, FD_ACCEPT).unwrap();
    selection.expect_nothing(&listener);
}

/// S6.26: a handle that is none of an event is refused.
#[test]
fn object_must_be_valid() {
    let (client, server) = Socket::pair(V4);
    let closed = Selection::default().event();
    assert!(select(&server, closed, FD_READ).is_err());
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    assert_eq!(enumerate(&server, NONE), Ok(vec![]));
}

/// S6.26: closing the socket ends the association and signals nothing; the object stays usable.
#[test]
fn closesocket_signals_nothing() {
    let (_client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_READ | FD_CLOSE);
    server.close().unwrap();
    assert!(!selection.is_set());
    let (client, other) = Socket::pair(V4);
    selection.select(&other, FD_READ).unwrap();
    client.send(b"x", 0).unwrap();
    selection.expect_success(&other, FD_READ);
}

/// S6.2: what is no socket is 10038.
#[test]
fn bad_arguments() {
    startup();
    let selection = Selection::default();
    let selected = call(SOCKET_ERROR, || unsafe { WSAEventSelect(!3, selection.event(), 1) });
    assert_eq!(selected, Err(WSAENOTSOCK));
    let mut events = WSANETWORKEVENTS::default();
    let asked = call(SOCKET_ERROR, || unsafe { WSAEnumNetworkEvents(!3, NONE, &mut events) });
    assert_eq!(asked, Err(WSAENOTSOCK));
}

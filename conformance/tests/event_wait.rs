//! Events and waits (S4.1–S4.9, S4.12, S4.13).
//!
//! # Safety
//!
//! Handles are values; arrays of them are locals, read during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;
use std::sync::mpsc;
use std::time::Duration;

use conformance::{
    Event, Operation, OwnPort, PATIENCE, Socket, Started, V4, call, startup, wine_differs,
};
use overlapped::sys::*;

/// WSAWaitForMultipleEvents: what it returned, and the last error if it failed.
fn wait(handles: &[HANDLE], all: bool, timeout_ms: u32) -> Result<u32, i32> {
    startup();
    call(WSA_WAIT_FAILED, || unsafe {
        let count = handles.len() as u32;
        WSAWaitForMultipleEvents(count, handles.as_ptr(), i32::from(all), timeout_ms, 0)
    })
}

fn raw(events: &[Event]) -> Vec<HANDLE> {
    events.iter().map(Event::handle).collect()
}

/// S4.1: WSACreateEvent makes a manual-reset event, not signalled; the others return TRUE.
#[test]
fn wsa_create_event_is_manual_reset_and_not_signalled() {
    startup();
    unsafe {
        let event = WSACreateEvent();
        assert_ne!(event, WSA_INVALID_EVENT);
        let handle = event as HANDLE;
        assert_eq!(wait(&[handle], false, 0), Ok(WSA_WAIT_TIMEOUT));
        assert_eq!(WSASetEvent(event), 1);
        assert_eq!(wait(&[handle], false, 0), Ok(0));
        assert_eq!(wait(&[handle], false, 0), Ok(0));
        assert_eq!(WSAResetEvent(event), 1);
        assert_eq!(wait(&[handle], false, 0), Ok(WSA_WAIT_TIMEOUT));
        assert_eq!(WSACloseEvent(event), 1);
    }
}

/// S4.1, S4.8: on a closed event they return FALSE with 6.
#[test]
fn closed_events_are_invalid() {
    startup();
    unsafe {
        let event = WSACreateEvent();
        assert_eq!(WSACloseEvent(event), 1);
        let (invalid, handle) = (Err(WSA_INVALID_HANDLE), event as HANDLE);
        assert_eq!(call(0, || WSASetEvent(event)), invalid);
        assert_eq!(call(0, || WSAResetEvent(event)), invalid);
        assert_eq!(call(0, || WSACloseEvent(event)), invalid);
        assert_eq!(wait(&[handle], false, 0), Err(WSA_INVALID_HANDLE));
        let waited = call(WAIT_FAILED, || WaitForSingleObject(handle, 0));
        assert_eq!(waited, Err(WSA_INVALID_HANDLE));
    }
}

/// S4.2: an operation that is done at once has set its event when the call returns.
#[test]
fn event_is_set_when_a_call_is_done_at_once() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(b"abc").with_event();
    assert_eq!(send.send(&client), Started::Done(3));
    assert!(send.event().is_set());
    server.await_readable(3);
    let receive = Operation::new(3).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Done(3));
    assert!(receive.event().is_set());
}

/// S4.2: of a pending operation it is set at completion.
#[test]
fn event_is_set_at_completion() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(3).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert!(!receive.event().is_set());
    client.send_all(b"abc");
    assert_eq!(wait(&[receive.event().handle()], false, INFINITE), Ok(0));
    assert_eq!(receive.result(&server), Ok((3, 0)));
}

/// S4.3: no events, or more than 64, is 87; 64 are fine.
#[test]
fn a_wait_takes_1_to_64_events() {
    let events: Vec<Event> = (0..65).map(|_| Event::manual()).collect();
    events[63].set();
    let handles = raw(&events);
    assert_eq!(wait(&[], false, 0), Err(WSA_INVALID_PARAMETER));
    assert_eq!(wait(&handles, false, 0), Err(WSA_INVALID_PARAMETER));
    assert_eq!(wait(&handles[..64], false, 0), Ok(63));
}

/// S4.4: a wait for any returns the lowest signalled index.
#[test]
fn wait_for_any_returns_the_lowest_index() {
    let events: Vec<Event> = (0..8).map(|_| Event::manual()).collect();
    events[5].set();
    events[3].set();
    assert_eq!(wait(&raw(&events), false, INFINITE), Ok(3));
}

/// S4.5: a wait for all ends when all are set, and only then uses up auto-reset ones.
#[test]
fn wait_for_all_consumes_all_or_none() {
    let events = [Event::auto_set(), Event::auto(), Event::manual_set()];
    let handles = raw(&events);
    assert_eq!(wait(&handles, true, 10), Ok(WSA_WAIT_TIMEOUT));
    assert!(events[0].is_set(), "looked at, and so used up, by this line only");
    events[0].set();
    events[1].set();
    assert_eq!(wait(&handles, true, INFINITE), Ok(0));
    assert_eq!(events.each_ref().map(Event::is_set), [false, false, true]);
}

/// S4.5: a sleeping wait for all ends when the last one is set.
#[test]
fn wait_for_all_wakes_when_the_last_is_set() {
    let events = [Event::auto(), Event::manual()];
    std::thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let handles = [&events[0], &events[1]].map(|event| event.handle() as usize);
        scope.spawn(move || {
            let handles = handles.map(|handle| handle as HANDLE);
            tell.send(wait(&handles, true, INFINITE)).unwrap();
        });
        events[1].set();
        // not synchronisation: gives a wait that ends too early the time to do so
        assert!(told.recv_timeout(Duration::from_millis(20)).is_err());
        events[0].set();
        assert_eq!(told.recv_timeout(PATIENCE), Ok(Ok(0)));
    });
}

/// S4.5: the same handle twice in a wait for all is 87.
#[test]
fn duplicate_in_a_wait_for_all_is_87() {
    wine_differs!("S4.5", "accepts it");
    let event = Event::manual_set();
    assert_eq!(wait(&[event.handle(), event.handle()], true, 0), Err(WSA_INVALID_PARAMETER));
    assert_eq!(wait(&[event.handle(), event.handle()], false, 0), Ok(0));
}

/// S4.6: a manual-reset event stays set after the wait, an auto-reset one does not.
#[test]
fn manual_stays_set_and_auto_does_not() {
    let (manual, auto) = (Event::manual_set(), Event::auto_set());
    assert_eq!(wait(&[manual.handle()], false, 0), Ok(0));
    assert_eq!(wait(&[manual.handle()], false, 0), Ok(0));
    assert_eq!(wait(&[auto.handle()], false, 0), Ok(0));
    assert_eq!(wait(&[auto.handle()], false, 0), Ok(WSA_WAIT_TIMEOUT));
}

/// S4.6: a wait for any uses up the one it returns, no other.
#[test]
fn wait_for_any_consumes_one() {
    let events = [Event::auto_set(), Event::auto_set()];
    let handles = raw(&events);
    assert_eq!(wait(&handles, false, 0), Ok(0));
    assert_eq!(wait(&handles, false, 0), Ok(1));
    assert_eq!(wait(&handles, false, 0), Ok(WSA_WAIT_TIMEOUT));
}

/// S4.6: one signal of an auto-reset event releases exactly one of its waiters.
#[test]
fn auto_reset_releases_exactly_one_waiter() {
    let event = Event::auto();
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (tell, handle) = (tell.clone(), event.handle() as usize);
            scope.spawn(move || {
                let waited = unsafe { WaitForSingleObject(handle as HANDLE, INFINITE) };
                tell.send(waited).unwrap();
            });
        }
        for _ in 0..3 {
            event.set();
            assert_eq!(told.recv_timeout(PATIENCE), Ok(WAIT_OBJECT_0));
            // not synchronisation: a second waiter must not come
            assert!(told.recv_timeout(Duration::from_millis(20)).is_err());
        }
    });
}

/// S4.7: time 0 looks; a limit that passes is 258.
#[test]
fn a_wait_that_times_out_is_258() {
    let event = Event::manual();
    assert_eq!(wait(&[event.handle()], false, 0), Ok(258));
    assert_eq!(wait(&[event.handle()], false, 5), Ok(258));
    assert_eq!(wait(&[event.handle()], true, 5), Ok(258));
    let waited = unsafe { WaitForMultipleObjects(1, &event.handle(), 0, 5) };
    assert_eq!(waited, WAIT_TIMEOUT);
}

/// S4.8: a handle that is none fails the whole wait with 6, though another is signalled.
#[test]
fn a_bad_handle_fails_the_wait_with_6() {
    wine_differs!("S4.8", "looks no further than the first that is signalled");
    let event = Event::manual_set();
    for bad in [null_mut(), INVALID_HANDLE_VALUE, 0x7FFF_FFF0 as HANDLE] {
        assert_eq!(wait(&[event.handle(), bad], false, 0), Err(WSA_INVALID_HANDLE));
    }
}

/// S4.9: an alertable wait without an APC is an ordinary one.
#[test]
fn alertable_wait_without_apc_waits() {
    startup();
    let event = Event::manual();
    unsafe {
        assert_eq!(WSAWaitForMultipleEvents(1, &event.handle(), 0, 5, 1), WSA_WAIT_TIMEOUT);
        event.set();
        assert_eq!(WSAWaitForMultipleEvents(1, &event.handle(), 0, 5, 1), 0);
        assert_eq!(WaitForSingleObjectEx(event.handle(), 5, 1), WAIT_OBJECT_0);
        assert_eq!(SleepEx(1, 1), 0);
    }
}

/// S4.12, S1.16: sockets, events and ports mix in one wait.
#[test]
fn sockets_events_and_ports_mix_in_one_wait() {
    let (client, server) = Socket::pair(V4);
    let (other, _other_peer) = Socket::pair(V4);
    let port = OwnPort::of(&other, 7);
    let event = Event::manual();
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    let handles = [event.handle(), port.handle(), server.handle()];
    assert_eq!(wait(&handles, false, 0), Ok(WSA_WAIT_TIMEOUT));
    client.send_all(b"abc");
    assert_eq!(wait(&handles, false, INFINITE), Ok(2));
    let send = Operation::new(0);
    assert_eq!(send.send(&other), Started::Done(0));
    assert_eq!(wait(&handles, false, INFINITE), Ok(1));
    event.set();
    assert_eq!(wait(&handles, true, INFINITE), Ok(0));
    assert_eq!(port.next_of(&send), (0, 0));
    assert_eq!(wait(&handles[..2], false, 0), Ok(0));
    assert_eq!(wait(&handles[1..2], false, 0), Ok(WSA_WAIT_TIMEOUT));
}

/// S4.13: an event shared by two operations is set by the first that completes and reset by the
/// next that starts.
#[test]
fn a_shared_event_tells_of_the_first_and_is_reset_by_the_next() {
    let (client, server) = Socket::pair(V4);
    let (other, other_server) = Socket::pair(V4);
    let (first, second) = (Operation::new(4).with_event(), Operation::new(4).with_event());
    second.share_event(&first);
    assert_eq!(first.receive(&server, 0), Started::Pending);
    assert_eq!(second.receive(&other_server, 0), Started::Pending);
    client.send_all(b"abc");
    assert_eq!(first.finish(&server), Ok(3));
    assert_eq!(second.result(&other_server), Err(WSA_IO_INCOMPLETE));
    assert_eq!(first.receive(&server, 0), Started::Pending);
    assert!(!first.event().is_set(), "the signal of the second would be lost so");
    other.send_all(b"abc");
    assert_eq!(wait(&[first.event().handle()], false, INFINITE), Ok(0));
    assert_eq!(second.result(&other_server), Ok((3, 0)));
    assert_eq!(first.result(&server), Err(WSA_IO_INCOMPLETE));
}

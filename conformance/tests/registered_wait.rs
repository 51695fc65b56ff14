//! Functions that are called when an object is signalled (S14.13, S14.14).
//!
//! # Safety
//!
//! Handles are values.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{Event, RegisteredWait, Semaphore, win32_call, wine_differs};
use overlapped::sys::*;

/// S14.13: each signal is a call, as it would satisfy a wait.
#[test]
fn each_signal_is_a_call() {
    let event = Event::auto();
    let wait = RegisteredWait::of(event.handle(), INFINITE, WT_EXECUTEDEFAULT).unwrap();
    for _ in 0..3 {
        event.set();
        assert!(!wait.told.next());
    }
    assert!(wait.told.stays_silent());
    let (ended, told) = wait.end(INVALID_HANDLE_VALUE);
    event.set();
    assert_eq!((ended, told.stays_silent(), event.is_set()), (Ok(()), true, true));
}

/// S14.13: a count is taken by as many calls.
#[test]
fn a_semaphore_is_called_for_as_often_as_it_counts() {
    let semaphore = Semaphore::new(3, 5).unwrap();
    let wait = RegisteredWait::of(semaphore.handle(), INFINITE, WT_EXECUTEDEFAULT).unwrap();
    for _ in 0..3 {
        assert!(!wait.told.next());
    }
    assert!(wait.told.stays_silent());
    assert_eq!(wait.end(INVALID_HANDLE_VALUE).0, Ok(()));
}

/// S14.13: once means once.
#[test]
fn once_is_one_call() {
    let event = Event::manual_set();
    let wait = RegisteredWait::of(event.handle(), INFINITE, WT_EXECUTEONLYONCE).unwrap();
    assert!(!wait.told.next());
    assert!(wait.told.stays_silent());
    assert_eq!(wait.end(INVALID_HANDLE_VALUE).0, Ok(()));
}

/// S14.13: when time is up the function is told so, time and again.
#[test]
fn time_that_is_up_is_a_call() {
    wine_differs!("S14.13", "mostly tells once that time was up", sometimes);
    let event = Event::manual();
    let wait = RegisteredWait::of(event.handle(), 1, WT_EXECUTEDEFAULT).unwrap();
    assert_eq!((wait.told.next(), wait.told.next()), (true, true));
    assert_eq!(wait.end(INVALID_HANDLE_VALUE).0, Ok(()));
}

/// S14.13: what is no object to wait for is 6.
#[test]
fn no_object_is_refused() {
    wine_differs!("S14.13", "takes a handle of nothing");
    let refused = RegisteredWait::of(1234567 as HANDLE, INFINITE, WT_EXECUTEDEFAULT).err();
    assert_eq!(refused, Some(ERROR_INVALID_HANDLE));
    let none = win32_call(0, || unsafe { UnregisterWait(null_mut()) });
    assert_eq!(none, Err(ERROR_INVALID_HANDLE));
}

/// S14.14: an event is set when no call is under way any more.
#[test]
fn an_event_tells_that_it_is_over() {
    let (event, over) = (Event::auto(), Event::manual());
    let wait = RegisteredWait::of(event.handle(), INFINITE, WT_EXECUTEDEFAULT).unwrap();
    event.set();
    assert!(!wait.told.next());
    let (ended, told) = wait.end(over.handle());
    assert!(matches!(ended, Ok(()) | Err(ERROR_IO_PENDING)));
    over.wait();
    event.set();
    assert!(told.stays_silent());
}

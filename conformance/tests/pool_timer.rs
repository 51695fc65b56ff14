//! What the pool calls when it is time: timer queues, its own timers, its waits (S14.15–S14.18).
//!
//! # Safety
//!
//! Handles are values; what a function is told lives as long as the process.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Condvar, Mutex};

use conformance::{Event, PoolTimer, PoolWait, QueueTimer, win32_call};
use overlapped::sys::*;

const ANY_QUEUE: HANDLE = null_mut();
const NOWHERE: HANDLE = null_mut();

/// S14.15: once, or again and again; the function is told TRUE.
#[test]
fn a_timer_of_a_queue_calls_once_or_again_and_again() {
    let queue = win32_call(NOWHERE, || unsafe { CreateTimerQueue() }).unwrap();
    let once = QueueTimer::of(queue, 1, 0, WT_EXECUTEDEFAULT).unwrap();
    let marked = QueueTimer::of(queue, 1, 0, WT_EXECUTEONLYONCE).unwrap();
    let often = QueueTimer::of(queue, 0, 1, WT_EXECUTEDEFAULT).unwrap();
    for _ in 0..3 {
        assert!(often.told.next());
    }
    assert!(once.told.next() && marked.told.next());
    assert!(once.told.stays_silent() && marked.told.stays_silent());
    assert_eq!(often.end(INVALID_HANDLE_VALUE), Ok(()));
    often.told.so_far();
    assert!(often.told.stays_silent());
    assert_eq!(win32_call(0, || unsafe { DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE) }), Ok(1));
}

/// S14.15: a timer is set anew, unless it was to call once and has.
#[test]
fn a_timer_of_a_queue_is_changed() {
    let late = QueueTimer::of(ANY_QUEUE, 60_000, 0, WT_EXECUTEDEFAULT).unwrap();
    assert!(late.told.stays_silent());
    assert_eq!(late.change(1, 0), Ok(()));
    assert!(late.told.next());
    assert_eq!(late.change(1, 1), Ok(()));
    assert!(late.told.stays_silent());
    assert_eq!(late.end(INVALID_HANDLE_VALUE), Ok(()));
}

static GATE: (Mutex<u32>, Condvar) = (Mutex::new(0), Condvar::new());

fn pass(to: u32) {
    *GATE.0.lock().unwrap() = to;
    GATE.1.notify_all();
}

fn await_gate(at: u32) {
    let state = GATE.0.lock().unwrap();
    drop(GATE.1.wait_while(state, |now| *now < at).unwrap());
}

unsafe extern "system" fn enter_and_wait(_: *mut c_void, _: bool) {
    pass(1);
    await_gate(2);
}

/// S14.16: a call under way makes the end 997, and an event tells when it is over.
#[test]
fn the_end_of_a_timer_tells_of_a_call_under_way() {
    let timer = QueueTimer::calling(ANY_QUEUE, Some(enter_and_wait), (0, 0, 0)).unwrap();
    await_gate(1);
    let over = Event::manual();
    assert_eq!(timer.end(over.handle()), Err(ERROR_IO_PENDING));
    assert!(!over.is_set());
    pass(2);
    over.wait();
}

/// S14.17: the pool's timer is set, stopped, set anew.
#[test]
fn a_timer_of_the_pool_is_set_and_stopped() {
    let timer = PoolTimer::default();
    assert!(!timer.is_set());
    timer.set(1, 0);
    assert!(timer.is_set());
    assert_eq!(timer.told.next(), timer.object);
    assert!(timer.told.stays_silent());
    timer.set(0, 1);
    for _ in 0..3 {
        assert_eq!(timer.told.next(), timer.object);
    }
    assert!(timer.is_set());
    timer.stop();
    timer.wait(false);
    timer.told.so_far();
    assert!(timer.told.stays_silent() && !timer.is_set());
    timer.set(60_000, 0);
    timer.set(1, 0);
    assert_eq!(timer.told.next(), timer.object);
    assert!(timer.told.stays_silent());
}

/// S14.18: a wait of the pool calls once for each time it is set.
#[test]
fn a_wait_of_the_pool_calls_once() {
    let (event, wait) = (Event::auto(), PoolWait::default());
    event.set();
    assert!(wait.told.stays_silent());
    wait.set(event.handle(), None);
    assert_eq!(wait.told.next(), WAIT_OBJECT_0);
    event.set();
    assert!(wait.told.stays_silent() && event.is_set()); // which takes the signal
    wait.set(event.handle(), Some(1));
    assert_eq!(wait.told.next(), WAIT_TIMEOUT);
    wait.set(event.handle(), None);
    wait.set(NOWHERE, None);
    wait.wait(true);
    event.set();
    assert!(wait.told.stays_silent());
}

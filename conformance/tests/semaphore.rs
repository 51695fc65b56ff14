//! Semaphores as objects to wait for (S4.15).
//!
//! # Safety
//!
//! Handles are values only.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::atomic::{AtomicU32, Ordering};

use conformance::{
    Event, PATIENCE_MS, Semaphore, Worker, settle, wait_alertably, wait_for, wine_differs,
};
use overlapped::sys::*;

/// S4.15: 0 ≤ initial ≤ maximum, and maximum > 0, or 87.
#[test]
fn a_semaphore_needs_a_sane_count() {
    for (count, most) in [(-1, 1), (2, 1), (0, 0), (0, -1)] {
        let made = Semaphore::new(count, most);
        assert_eq!(made.err(), Some(ERROR_INVALID_PARAMETER), "{count} of {most}");
    }
    for (count, most) in [(0, 1), (1, 1), (5, i32::MAX)] {
        assert!(Semaphore::new(count, most).is_ok(), "{count} of {most}");
    }
}

/// S4.15: each wait takes one, until none is left.
#[test]
fn a_wait_takes_one() {
    let semaphore = Semaphore::new(2, 2).unwrap();
    let waits = [0; 3].map(|_| wait_for(semaphore.handle(), 0));
    assert_eq!(waits, [Ok(WAIT_OBJECT_0), Ok(WAIT_OBJECT_0), Ok(WAIT_TIMEOUT)]);
}

/// S4.15: a release adds, and says how many there were before.
#[test]
fn a_release_says_the_count_before() {
    let semaphore = Semaphore::new(0, 5).unwrap();
    assert_eq!(semaphore.release(2), Ok(0));
    assert_eq!(semaphore.release(3), Ok(2));
    let taken = (0..9).filter(|_| wait_for(semaphore.handle(), 0) == Ok(WAIT_OBJECT_0)).count();
    assert_eq!(taken, 5);
}

/// S4.15: more than the maximum is 298, fewer than one is 87, and nothing changes.
#[test]
fn a_release_keeps_the_maximum() {
    wine_differs!("S4.15", "takes a release of none");
    let semaphore = Semaphore::new(1, 3).unwrap();
    assert_eq!(semaphore.release(3), Err(ERROR_TOO_MANY_POSTS));
    assert_eq!(semaphore.release(i32::MAX), Err(ERROR_TOO_MANY_POSTS));
    assert_eq!(semaphore.release(0), Err(ERROR_INVALID_PARAMETER));
    assert_eq!(semaphore.release(-1), Err(ERROR_INVALID_PARAMETER));
    assert_eq!(semaphore.release(2), Ok(1));
}

/// S4.15: a release of n lets n waiters go, and no more.
#[test]
fn a_release_wakes_as_many_waiters() {
    let semaphore = Semaphore::new(0, 9).unwrap();
    let (handle, through) = (semaphore.handle() as usize, &*Box::leak(Box::new(AtomicU32::new(0))));
    let workers: Vec<_> = (0..4).map(|_| Worker::start()).collect();
    let answers: Vec<_> = workers
        .iter()
        .map(|worker| {
            worker.enter(move || {
                let waited = wait_for(handle as HANDLE, PATIENCE_MS);
                through.fetch_add(1, Ordering::SeqCst);
                waited
            })
        })
        .collect();
    settle();
    assert_eq!(semaphore.release(3), Ok(0));
    conformance::eventually(|| through.load(Ordering::SeqCst) == 3);
    settle();
    assert_eq!(through.load(Ordering::SeqCst), 3);
    assert_eq!(semaphore.release(1), Ok(0));
    assert!(answers.iter().all(|answer| answer.wait() == Ok(WAIT_OBJECT_0)));
}

/// S4.5, S4.15: a wait for all takes from it only when all are there.
#[test]
fn a_wait_for_all_takes_from_a_semaphore_at_the_end() {
    let (semaphore, event) = (Semaphore::new(1, 1).unwrap(), Event::auto());
    let handles = [semaphore.handle(), event.handle()];
    assert_eq!(wait_alertably(&handles, true, 1), Ok(WAIT_TIMEOUT));
    assert_eq!(wait_for(semaphore.handle(), 0), Ok(WAIT_OBJECT_0), "it is still there");
    assert_eq!(semaphore.release(1), Ok(0));
    event.set();
    assert_eq!(wait_alertably(&handles, true, PATIENCE_MS), Ok(0));
    assert_eq!(wait_for(semaphore.handle(), 0), Ok(WAIT_TIMEOUT));
}

/// S4.18: SignalObjectAndWait adds one.
#[test]
fn signal_and_wait_adds_one() {
    let (semaphore, event) = (Semaphore::new(0, 1).unwrap(), Event::auto_set());
    let signal = || unsafe { SignalObjectAndWait(semaphore.handle(), event.handle(), 0, 0) };
    assert_eq!(signal(), WAIT_OBJECT_0);
    event.set();
    let full = conformance::win32_call(WAIT_FAILED, signal);
    assert_eq!(full, Err(ERROR_TOO_MANY_POSTS));
    assert!(event.is_set(), "it did not wait");
}

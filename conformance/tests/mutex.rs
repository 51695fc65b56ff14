//! Mutexes as objects to wait for (S4.16).
//!
//! # Safety
//!
//! Handles are values only.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Event, Mutex, PATIENCE_MS, Thread, Worker, wait_alertably, wait_for, win32_call,
};
use overlapped::sys::*;

/// Takes a mutex on a new thread, which then ends.
fn taken_and_left(mutex: &Mutex) {
    let handle = mutex.handle() as usize;
    let thread = Thread::start(move || wait_for(handle as HANDLE, PATIENCE_MS).unwrap());
    assert_eq!(thread.join(), WAIT_OBJECT_0);
}

/// S4.16: a wait owns it; others wait until it is given back.
#[test]
fn a_mutex_has_one_owner() {
    let mutex = Mutex::new(false);
    let handle = mutex.handle() as usize;
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_OBJECT_0));
    let worker = Worker::start();
    let other = worker.ask(move || wait_for(handle as HANDLE, 0)).wait();
    assert_eq!(other, Ok(WAIT_TIMEOUT));
    let waiter = worker.enter(move || wait_for(handle as HANDLE, PATIENCE_MS));
    assert!(waiter.is_withheld());
    assert_eq!(mutex.release(), Ok(()));
    assert_eq!(waiter.wait(), Ok(WAIT_OBJECT_0));
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_TIMEOUT));
    worker.end();
}

/// S4.16: its owner may take it again, and gives it back as often.
#[test]
fn its_owner_takes_it_again() {
    let mutex = Mutex::new(true);
    let handle = mutex.handle() as usize;
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_OBJECT_0));
    assert_eq!(mutex.release(), Ok(()));
    let worker = Worker::start();
    let look = move || wait_for(handle as HANDLE, 0);
    assert_eq!(worker.ask(look).wait(), Ok(WAIT_TIMEOUT), "taken twice, given back once");
    assert_eq!(mutex.release(), Ok(()));
    assert_eq!(worker.ask(look).wait(), Ok(WAIT_OBJECT_0));
    assert_eq!(mutex.release(), Err(ERROR_NOT_OWNER));
    worker.end();
}

/// S4.16: who does not own it cannot give it back: 288.
#[test]
fn only_the_owner_gives_it_back() {
    assert_eq!(Mutex::new(false).release(), Err(ERROR_NOT_OWNER));
    let mutex = Mutex::new(true);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| mutex.release());
        assert_eq!(other.join().unwrap(), Err(ERROR_NOT_OWNER));
    });
    assert_eq!(mutex.release(), Ok(()));
}

/// S4.16: one whose owner has ended is abandoned: the next wait has it, and is told once, by 128.
#[test]
fn a_dead_owners_mutex_is_abandoned() {
    let mutex = Mutex::new(false);
    taken_and_left(&mutex);
    assert_eq!(wait_for(mutex.handle(), PATIENCE_MS), Ok(WAIT_ABANDONED));
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_OBJECT_0), "it is owned");
    assert_eq!((mutex.release(), mutex.release()), (Ok(()), Ok(())));
    assert_eq!(mutex.release(), Err(ERROR_NOT_OWNER));
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_OBJECT_0));
}

/// S4.16: among several it is 128 and the index.
#[test]
fn an_abandoned_mutex_is_named_by_its_index() {
    let (event, mutex) = (Event::auto(), Mutex::new(false));
    taken_and_left(&mutex);
    let handles = [event.handle(), mutex.handle()];
    assert_eq!(wait_alertably(&handles, false, PATIENCE_MS), Ok(WAIT_ABANDONED + 1));
}

/// S4.16: a waiter gets the mutex of a thread that ends meanwhile.
#[test]
fn a_waiter_inherits_a_dead_owners_mutex() {
    let mutex = Mutex::new(false);
    let handle = mutex.handle() as usize;
    let owner = Worker::start();
    assert_eq!(owner.ask(move || wait_for(handle as HANDLE, 0)).wait(), Ok(WAIT_OBJECT_0));
    let waiter = Worker::start();
    let waits = waiter.enter(move || wait_for(handle as HANDLE, PATIENCE_MS));
    assert!(waits.is_withheld());
    owner.end();
    assert_eq!(waits.wait(), Ok(WAIT_ABANDONED));
}

/// S4.18: SignalObjectAndWait gives it back; 288 if it is another's, and then it does not wait.
#[test]
fn signal_and_wait_gives_it_back() {
    let (mutex, event) = (Mutex::new(true), Event::auto_set());
    let signal = || {
        win32_call(WAIT_FAILED, || unsafe {
            SignalObjectAndWait(mutex.handle(), event.handle(), 0, 0)
        })
    };
    assert_eq!(signal(), Ok(WAIT_OBJECT_0));
    event.set();
    assert_eq!(signal(), Err(ERROR_NOT_OWNER));
    assert!(event.is_set(), "it did not wait");
}

/// S4.18: with a bad handle to wait for it signals nothing: 6.
#[test]
fn signal_and_wait_needs_both() {
    let (event, gone) = (Event::auto(), Event::auto());
    let handle = gone.handle();
    drop(gone);
    let both =
        win32_call(WAIT_FAILED, || unsafe { SignalObjectAndWait(event.handle(), handle, 0, 0) });
    assert_eq!(both, Err(ERROR_INVALID_HANDLE));
    assert!(!event.is_set());
}

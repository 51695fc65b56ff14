//! Threads as objects, APCs queued to them, and duplicates of handles (S4.17, S4.19, S5.8).
//!
//! # Safety
//!
//! Handles are values; outputs are locals, written during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::mpsc::channel;

use conformance::{
    Answer, Event, Mutex, PATIENCE_MS, Ran, Semaphore, Thread, Worker, duplicate, eventually, nap,
    queue_apc, ran, wait_alertably, wait_for, win32_call,
};
use overlapped::sys::*;

/// GetExitCodeThread while it runs.
const STILL_ACTIVE: u32 = 259;

/// S4.17: a thread is signalled for good when it has ended; before, its exit code is 259.
#[test]
fn a_thread_is_signalled_by_its_end() {
    let (tell, told) = channel::<u32>();
    let thread = Thread::start(move || told.recv().unwrap());
    assert_eq!(wait_for(thread.handle(), 1), Ok(WAIT_TIMEOUT));
    assert_eq!(thread.exit_code(), STILL_ACTIVE);
    tell.send(0xCAFE).unwrap();
    assert_eq!(thread.join(), 0xCAFE);
    assert_eq!(wait_for(thread.handle(), 0), Ok(WAIT_OBJECT_0));
}

/// S4.17: its number is what GetCurrentThreadId says inside.
#[test]
fn a_thread_has_the_number_it_was_made_with() {
    let thread = Thread::start(|| unsafe { GetCurrentThreadId() });
    assert_eq!(thread.join(), thread.number);
    assert_ne!(thread.number, unsafe { GetCurrentThreadId() });
}

/// S4.17: many end at once, and a wait for all of them is satisfied.
#[test]
fn a_wait_for_all_threads_ends() {
    let threads: Vec<Thread> = (0..64).map(|code| Thread::start(move || code)).collect();
    let handles: Vec<HANDLE> = threads.iter().map(Thread::handle).collect();
    assert_eq!(wait_alertably(&handles, true, PATIENCE_MS), Ok(0));
    assert!(threads.iter().zip(0..).all(|(thread, code)| thread.exit_code() == code));
}

/// S4.17: OpenThread finds a living thread by its number, that of any library; 87 for none.
#[test]
fn a_thread_is_opened_by_its_number() {
    let worker = Worker::start();
    let number = worker.ask(|| unsafe { GetCurrentThreadId() }).wait();
    let thread = Thread::open(number).unwrap();
    assert_eq!(thread.exit_code(), STILL_ACTIVE);
    worker.end();
    assert_eq!(wait_for(thread.handle(), PATIENCE_MS), Ok(WAIT_OBJECT_0));
    assert_eq!(Thread::open(0).err(), Some(ERROR_INVALID_PARAMETER));
}

/// S5.8: QueueUserAPC to a thread that has ended fails.
#[test]
fn no_apc_is_queued_to_a_thread_that_has_ended() {
    let thread = Thread::start(|| 0);
    thread.join();
    assert_eq!(queue_apc(thread.handle(), 1), Err(ERROR_GEN_FAILURE));
    let event = Event::auto();
    assert_eq!(queue_apc(event.handle(), 1), Err(ERROR_INVALID_HANDLE));
}

/// S5.8: APCs of many threads to one all run there, each thread's in its order.
#[test]
fn apcs_of_many_threads_keep_each_threads_order() {
    let stop = Event::manual();
    let at = stop.handle() as usize;
    let worker = Worker::start();
    let number = worker.ask(|| unsafe { GetCurrentThreadId() }).wait();
    let all: Answer<Vec<Ran>> = worker.enter(move || {
        let mut all = Vec::new();
        while wait_alertably(&[at as HANDLE], false, PATIENCE_MS) == Ok(WAIT_IO_COMPLETION) {
            all.extend(ran());
        }
        nap(0);
        all.extend(ran());
        all
    });
    let thread = Thread::open(number).unwrap();
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let thread = &thread;
            scope.spawn(move || {
                for value in 0..1000 {
                    assert_eq!(queue_apc(thread.handle(), sender << 16 | value), Ok(()));
                }
            });
        }
    });
    stop.set();
    let mut next = [0; 4];
    for one in all.wait() {
        let Ran::User(value) = one else { panic!("{one:?}") };
        assert_eq!(value & 0xFFFF, next[value >> 16]);
        next[value >> 16] += 1;
    }
    assert_eq!(next, [1000; 4]);
}

/// S4.19: a duplicate is the same object under another value, and outlives the first.
#[test]
fn a_duplicate_is_the_same_object() {
    let (event, semaphore, mutex) =
        (Event::auto(), Semaphore::new(0, 1).unwrap(), Mutex::new(true));
    let signals: [(HANDLE, &dyn Fn()); 2] = [
        (event.handle(), &|| event.set()),
        (semaphore.handle(), &|| assert_eq!(semaphore.release(1), Ok(0))),
    ];
    for (handle, signal) in signals {
        let copy = duplicate(handle, DUPLICATE_SAME_ACCESS).unwrap();
        assert_ne!(copy, handle);
        assert_eq!(wait_for(copy, 0), Ok(WAIT_TIMEOUT));
        signal();
        assert_eq!(wait_for(copy, 0), Ok(WAIT_OBJECT_0));
        assert_eq!(wait_for(handle, 0), Ok(WAIT_TIMEOUT));
        assert_eq!(unsafe { CloseHandle(copy) }, 1);
        assert_eq!(wait_for(handle, 0), Ok(WAIT_TIMEOUT), "the other is still open");
    }
    let copy = duplicate(mutex.handle(), DUPLICATE_SAME_ACCESS).unwrap();
    drop(mutex);
    assert_eq!(wait_for(copy, 0), Ok(WAIT_OBJECT_0), "its owner is the same");
    assert_eq!(unsafe { CloseHandle(copy) }, 1);
}

/// S4.19: DUPLICATE_CLOSE_SOURCE closes the first.
#[test]
fn a_duplicate_may_replace_the_first() {
    let event = Event::auto_set();
    let copy = duplicate(event.handle(), DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE).unwrap();
    assert_eq!(wait_for(copy, 0), Ok(WAIT_OBJECT_0));
    if copy != event.handle() {
        assert_eq!(wait_for(event.handle(), 0), Err(ERROR_INVALID_HANDLE));
    }
    std::mem::forget(event);
    assert_eq!(unsafe { CloseHandle(copy) }, 1);
}

/// S4.19: GetCurrentThread's value becomes a handle that others may use.
#[test]
fn a_duplicate_of_the_current_thread_is_for_others() {
    let worker = Worker::start();
    let handle = worker
        .ask(|| duplicate(unsafe { GetCurrentThread() }, DUPLICATE_SAME_ACCESS).unwrap() as usize);
    let handle = handle.wait() as HANDLE;
    let answer = worker.enter(|| (nap(PATIENCE_MS), ran()));
    assert_eq!(queue_apc(handle, 4), Ok(()));
    assert_eq!(answer.wait(), (WAIT_IO_COMPLETION, vec![Ran::User(4)]));
    worker.end();
    assert_eq!(wait_for(handle, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    eventually(|| queue_apc(handle, 4) == Err(ERROR_GEN_FAILURE));
    assert_eq!(unsafe { CloseHandle(handle) }, 1);
}

/// S4.19: a handle that is closed cannot be duplicated: 6.
#[test]
fn a_closed_handle_has_no_duplicate() {
    let event = Event::auto();
    let handle = event.handle();
    drop(event);
    assert_eq!(duplicate(handle, DUPLICATE_SAME_ACCESS), Err(ERROR_INVALID_HANDLE));
    let code = win32_call(0, || unsafe { GetExitCodeThread(handle, &mut 0) });
    assert_eq!(code, Err(ERROR_INVALID_HANDLE));
}

//! Work that is submitted to a thread pool (S14.7–S14.12).
//!
//! # Safety
//!
//! Handles and objects are values; an instance is used by the callback that was given it.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};

use conformance::{
    Event, Mutex as WinMutex, OwnPool, PATIENCE, Semaphore, Work, eventually, queue_work, submit,
    wait_for, wine_differs,
};
use overlapped::sys::*;

fn counting() -> (Arc<AtomicU32>, impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync) {
    let count = Arc::new(AtomicU32::new(0));
    let theirs = count.clone();
    (count, move |_| _ = theirs.fetch_add(1, Ordering::SeqCst))
}

/// S14.7: it is called as often as it was submitted, and a wait is for all of them.
#[test]
fn work_is_called_once_for_each_submission() {
    let (count, work) = counting();
    let work = Work::new(work);
    (0..100).for_each(|_| work.submit());
    work.wait(false);
    assert_eq!(count.load(Ordering::SeqCst), 100);
    work.wait(false); // nothing is left to wait for
}

/// S14.7: TrySubmitThreadpoolCallback and QueueUserWorkItem each bring one call, on other threads.
#[test]
fn single_calls_are_made_by_other_threads() {
    let (tell, told) = channel();
    let theirs = tell.clone();
    submit(None, move |_| theirs.send(unsafe { GetCurrentThreadId() }).unwrap()).unwrap();
    queue_work(move || tell.send(unsafe { GetCurrentThreadId() }).unwrap()).unwrap();
    for _ in 0..2 {
        assert_ne!(told.recv_timeout(PATIENCE).unwrap(), unsafe { GetCurrentThreadId() });
    }
}

/// S14.12: a callback that blocks does not hold up others: all must have begun before one ends.
#[test]
fn blocked_callbacks_are_joined_by_others() {
    wine_differs!("S14.12", "makes threads only while work is submitted");
    let barrier = Arc::new(Barrier::new(12));
    let theirs = barrier.clone();
    let work = Work::new(move |_| _ = theirs.wait());
    (0..12).for_each(|_| work.submit());
    work.wait(false);
}

/// S14.12: nor do callbacks that block in waits for objects.
#[test]
fn waiting_callbacks_are_joined_by_others() {
    wine_differs!("S14.12", "makes threads only while work is submitted");
    let (gate, begun) = (Arc::new(Event::manual()), Arc::new(AtomicU32::new(0)));
    let (theirs, count) = (gate.clone(), begun.clone());
    let work = Work::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        theirs.wait();
    });
    (0..12).for_each(|_| work.submit());
    eventually(|| begun.load(Ordering::SeqCst) == 12);
    gate.set();
    work.wait(false);
}

/// S14.9: a cancelling wait is for those that have begun; the others are not called.
#[test]
fn a_cancelling_wait_takes_back_what_has_not_begun() {
    let pool = OwnPool::of(1);
    let (gate, (count, counts)) = (Arc::new(Event::manual()), counting());
    let (begun, theirs) = (Arc::new(Event::manual()), gate.clone());
    let begins = begun.clone();
    let work = Work::within(&pool, move |instance| {
        counts(instance);
        begins.set();
        theirs.wait();
    });
    (0..5).for_each(|_| work.submit());
    begun.wait();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| work.wait(true));
        gate.set();
        waiter.join().unwrap();
    });
    // Between the wait's beginning and the gate's opening nothing tells them apart.
    let called = count.load(Ordering::SeqCst);
    assert!((1..=5).contains(&called));
    work.submit();
    work.wait(false);
    assert_eq!(count.load(Ordering::SeqCst), called + 1);
}

/// S14.8: what was submitted is called also when the object is closed.
#[test]
fn closed_work_is_called_as_often_as_it_was_submitted() {
    let pool = OwnPool::of(1);
    let (count, counts) = counting();
    let gate = Arc::new(Event::manual());
    let theirs = gate.clone();
    let work = Work::within(&pool, move |instance| {
        theirs.wait();
        counts(instance);
    });
    (0..3).for_each(|_| work.submit());
    drop(work);
    drop(pool);
    gate.set();
    eventually(|| count.load(Ordering::SeqCst) == 3);
}

/// S14.10: a pool of one thread makes one call after another, in order.
#[test]
fn a_pool_of_one_thread_calls_in_order() {
    let pool = OwnPool::of(1);
    let (order, running) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU32::new(0)));
    let (gate, done) = (Arc::new(Event::manual()), Arc::new(Event::manual()));
    for at in 0..20 {
        let (order, running) = (order.clone(), running.clone());
        let (gate, done) = (gate.clone(), done.clone());
        let work = move |_| {
            gate.wait();
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            order.lock().unwrap().push(at);
            running.fetch_sub(1, Ordering::SeqCst);
            if at == 19 {
                done.set();
            }
        };
        submit(Some(&pool), work).unwrap();
    }
    gate.set();
    done.wait();
    assert!(order.lock().unwrap().iter().copied().eq(0..20));
}

/// S14.10: a pool of several threads runs so many callbacks at once although they block.
#[test]
fn a_pools_least_threads_are_there() {
    let pool = OwnPool::of(4);
    pool.keep(4).unwrap();
    let barrier = Arc::new(Barrier::new(4));
    let theirs = barrier.clone();
    let work = Work::within(&pool, move |_| _ = theirs.wait());
    (0..4).for_each(|_| work.submit());
    work.wait(false);
}

/// S14.11: what is to be done when the callback returns is done then.
#[test]
fn objects_are_signalled_when_the_callback_returns() {
    let (event, semaphore) = (Arc::new(Event::manual()), Arc::new(Semaphore::new(0, 5).unwrap()));
    let mutex = Arc::new(WinMutex::new(false));
    let returned = Arc::new(AtomicU32::new(0));
    let (e, s, m, r) = (event.clone(), semaphore.clone(), mutex.clone(), returned.clone());
    let work = Work::new(move |instance| unsafe {
        assert_eq!(wait_for(m.handle(), 0), Ok(WAIT_OBJECT_0));
        SetEventWhenCallbackReturns(instance, e.handle());
        ReleaseSemaphoreWhenCallbackReturns(instance, s.handle(), 2);
        ReleaseMutexWhenCallbackReturns(instance, m.handle());
        assert!(!e.is_set());
        r.store(1, Ordering::SeqCst);
    });
    work.submit();
    event.wait();
    assert_eq!(returned.load(Ordering::SeqCst), 1);
    work.wait(false);
    assert_eq!(semaphore.release(1), Ok(2));
    assert_eq!(wait_for(mutex.handle(), 0), Ok(WAIT_OBJECT_0));
}

/// S14.11: nobody waits for a callback that has dissociated itself.
#[test]
fn a_dissociated_callback_is_not_waited_for() {
    let (gate, begun, over) = (Event::manual(), Event::manual(), Event::manual());
    let all = Arc::new((gate, begun, over));
    let theirs = all.clone();
    let work = Work::new(move |instance| {
        unsafe { DisassociateCurrentThreadFromCallback(instance) };
        theirs.1.set();
        theirs.0.wait();
        theirs.2.set();
    });
    work.submit();
    all.1.wait();
    work.wait(false);
    assert!(!all.2.is_set());
    all.0.set();
    all.2.wait();
}

/// S14.11: the pool has threads enough for a callback to run long.
#[test]
fn a_callback_may_run_long() {
    let (tell, told) = channel();
    let work =
        Work::new(move |instance| tell.send(unsafe { CallbackMayRunLong(instance) }).unwrap());
    work.submit();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), 1);
    work.wait(false);
}

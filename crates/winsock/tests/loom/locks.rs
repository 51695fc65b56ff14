//! The biased lock: one at a time holds it and sees what was done before; nobody waits for ever.

use loom::cell::Cell;
use loom::thread;

use crate::biased::Biased;
use crate::explore;
use crate::sync::Arc;

/// Adds one under the lock. The cell reports two that are in at once, or do not see each other.
fn add(lock: &Biased<Cell<usize>>) {
    let count = lock.lock();
    count.set(count.get() + 1);
}

/// Threads that add so many times each: from its second time in a row on a thread owns the lock.
fn adders(times: &[usize]) {
    let lock = Arc::new(Biased::new(Cell::new(0)));
    let others: Vec<_> = times[1..]
        .iter()
        .map(|&times| {
            let lock = lock.clone();
            thread::spawn(move || (0..times).for_each(|_| add(&lock)))
        })
        .collect();
    (0..times[0]).for_each(|_| add(&lock));
    others.into_iter().for_each(|other| other.join().unwrap());
    assert_eq!(lock.lock().get(), times.iter().sum());
}

#[test]
fn an_owner_and_a_visitor_are_never_in_at_once() {
    explore(3, || adders(&[4, 1]));
}

#[test]
fn two_that_would_own_it_are_never_in_at_once() {
    explore(3, || adders(&[3, 3]));
}

#[test]
fn an_owner_regains_it() {
    explore(3, || adders(&[6, 1]));
}

#[test]
fn two_visitors_take_it_from_one_owner() {
    explore(2, || adders(&[3, 1, 1]));
}

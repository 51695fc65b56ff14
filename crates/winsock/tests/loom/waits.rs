//! The waits' rules, S4.4–S4.6.

use loom::thread::{self, JoinHandle};

use crate::explore;
use crate::sync::{Arc, Parker};
use crate::wait::{ObjectId, Waits};

fn nap(parker: &Parker) -> bool {
    parker.park(None);
    true
}

/// A thread that waits without limit for any or all of `objects`.
fn waiter(waits: &Arc<Waits>, objects: &[ObjectId], all: bool) -> JoinHandle<Option<usize>> {
    let (waits, objects) = (waits.clone(), objects.to_vec());
    thread::spawn(move || {
        let parker = Arc::new(Parker::new());
        waits.wait(&objects, all, &parker, || nap(&parker))
    })
}

/// Takes what is signalled among `objects` now, without waiting.
fn look(waits: &Waits, objects: &[ObjectId], all: bool) -> Option<usize> {
    waits.wait(objects, all, &Arc::new(Parker::new()), || false)
}

/// S4.6: one signal of an auto-reset object, one waiter released; the next signal the other.
#[test]
fn an_auto_reset_signal_releases_exactly_one_of_two() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let [event, released] = [false, false].map(|manual| waits.create(manual, false));
        let worker = || {
            let waits = waits.clone();
            thread::spawn(move || {
                let parker = Arc::new(Parker::new());
                assert_eq!(waits.wait(&[event], false, &parker, || nap(&parker)), Some(0));
                waits.set(released);
            })
        };
        let workers = [worker(), worker()];
        let parker = Arc::new(Parker::new());
        for _ in 0..2 {
            assert_eq!(look(&waits, &[released], false), None);
            waits.set(event);
            assert_eq!(waits.wait(&[released], false, &parker, || nap(&parker)), Some(0));
            assert!(!waits.is_set(event));
        }
        workers.into_iter().for_each(|worker| worker.join().unwrap());
    });
}

/// S4.6: a manual-reset object releases all, also if it is reset at once; whoever comes after the
/// reset waits for the next signal.
#[test]
fn a_manual_reset_signal_releases_all_that_wait() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let event = waits.create(true, false);
        let waiters = [waiter(&waits, &[event], false), waiter(&waits, &[event], false)];
        waits.set(event);
        waits.reset(event);
        waits.set(event);
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Some(0));
        }
        assert!(waits.is_set(event));
    });
}

/// S4.5: a wait for all leaves every signal to others until it can have all of them.
#[test]
fn a_wait_for_all_consumes_nothing_until_all_are_set() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let [a, b] = [false, false].map(|manual| waits.create(manual, false));
        let all = waiter(&waits, &[a, b], true);
        waits.set(a);
        assert_eq!(look(&waits, &[a], false), Some(0));
        waits.set(b);
        assert!(waits.is_set(b));
        waits.set(a);
        assert_eq!(all.join().unwrap(), Some(0));
        assert!(!waits.is_set(a));
        assert!(!waits.is_set(b));
    });
}

/// S4.5: two waits for the same two objects, in opposite orders, do not share one pair of signals.
#[test]
fn a_pair_of_signals_satisfies_one_wait_for_all() {
    explore(2, || {
        let waits = Arc::new(Waits::new());
        let [a, b, once] = [false; 3].map(|manual| waits.create(manual, false));
        let worker = |objects: [ObjectId; 2]| {
            let waits = waits.clone();
            thread::spawn(move || {
                let parker = Arc::new(Parker::new());
                assert_eq!(waits.wait(&objects, true, &parker, || nap(&parker)), Some(0));
                waits.set(once);
            })
        };
        let workers = [worker([a, b]), worker([b, a])];
        let parker = Arc::new(Parker::new());
        for _ in 0..2 {
            waits.set(a);
            waits.set(b);
            assert_eq!(waits.wait(&[once], false, &parker, || nap(&parker)), Some(0));
            assert!(!waits.is_set(a) && !waits.is_set(b));
        }
        workers.into_iter().for_each(|worker| worker.join().unwrap());
    });
}

/// S4.4, S4.6: two signals race for one wait for any: it takes one, the other stays.
#[test]
fn a_wait_for_any_consumes_one_of_two_signals() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let [a, b] = [false, false].map(|manual| waits.create(manual, false));
        let any = waiter(&waits, &[a, b], false);
        let setter = {
            let waits = waits.clone();
            thread::spawn(move || waits.set(b))
        };
        waits.set(a);
        setter.join().unwrap();
        let index = any.join().unwrap().expect("it waits without limit");
        let left = [waits.is_set(a), waits.is_set(b)];
        assert!(!left[index] && left[1 - index]);
    });
}

/// S4.6, S4.7: a wait that ends at its time limit either has consumed the signal and says so, or
/// has left it.
#[test]
fn a_signal_at_the_time_limit_is_not_lost() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let event = waits.create(false, false);
        let hasty = {
            let waits = waits.clone();
            thread::spawn(move || {
                let parker = Arc::new(Parker::new());
                parker.unpark(); // the sleep ends by itself
                let hasty = || {
                    parker.park(None);
                    false
                };
                waits.wait(&[event], false, &parker, hasty)
            })
        };
        waits.set(event);
        let got_it = hasty.join().unwrap().is_some();
        assert_eq!(waits.is_set(event), !got_it);
    });
}

//! The waits' rules, S4.4–S4.6.

use loom::thread::{self, JoinHandle};

use crate::explore;
use crate::sync::{Arc, Parker};
use crate::wait::{Kind, ObjectId, Signals, Waits};

fn event(waits: &Waits, manual: bool) -> ObjectId {
    waits.create(if manual { Kind::Manual } else { Kind::Auto }, Signals::default())
}

/// Waits without limit for any or all of `objects`.
fn wait(waits: &Waits, objects: &[ObjectId], all: bool) -> Option<usize> {
    wait_as(1, waits, objects, all)
}

/// As [`wait`], for the thread of this number.
fn wait_as(thread: u32, waits: &Waits, objects: &[ObjectId], all: bool) -> Option<usize> {
    let parker = Arc::new(Parker::new());
    let nap = || {
        parker.park(None);
        true
    };
    waits.wait(objects, all, (thread, &parker), nap).map(|satisfied| satisfied.index)
}

/// A thread that waits without limit for any or all of `objects`.
fn waiter(waits: &Arc<Waits>, objects: &[ObjectId], all: bool) -> JoinHandle<Option<usize>> {
    let (waits, objects) = (waits.clone(), objects.to_vec());
    thread::spawn(move || wait(&waits, &objects, all))
}

/// Takes what is signalled among `objects` now, without waiting.
fn look(waits: &Waits, objects: &[ObjectId], all: bool) -> Option<usize> {
    let parker = Arc::new(Parker::new());
    waits.wait(objects, all, (1, &parker), || false).map(|satisfied| satisfied.index)
}

/// S4.6: one signal of an auto-reset object, one waiter released; the next signal the other.
#[test]
fn an_auto_reset_signal_releases_exactly_one_of_two() {
    explore(3, || {
        let waits = Arc::new(Waits::new());
        let [event, released] = [false, false].map(|manual| event(&waits, manual));
        let worker = || {
            let waits = waits.clone();
            thread::spawn(move || {
                assert_eq!(wait(&waits, &[event], false), Some(0));
                waits.set(released);
            })
        };
        let workers = [worker(), worker()];
        for _ in 0..2 {
            assert_eq!(look(&waits, &[released], false), None);
            waits.set(event);
            assert_eq!(wait(&waits, &[released], false), Some(0));
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
        let event = event(&waits, true);
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
        let [a, b] = [false, false].map(|manual| event(&waits, manual));
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
        let [a, b, once] = [false; 3].map(|manual| event(&waits, manual));
        let worker = |objects: [ObjectId; 2]| {
            let waits = waits.clone();
            thread::spawn(move || {
                assert_eq!(wait(&waits, &objects, true), Some(0));
                waits.set(once);
            })
        };
        let workers = [worker([a, b]), worker([b, a])];
        for _ in 0..2 {
            waits.set(a);
            waits.set(b);
            assert_eq!(wait(&waits, &[once], false), Some(0));
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
        let [a, b] = [false, false].map(|manual| event(&waits, manual));
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
        let event = event(&waits, false);
        let hasty = {
            let waits = waits.clone();
            thread::spawn(move || {
                let parker = Arc::new(Parker::new());
                parker.unpark(); // the sleep ends by itself
                let hasty = || {
                    parker.park(None);
                    false
                };
                waits.wait(&[event], false, (1, &parker), hasty)
            })
        };
        waits.set(event);
        let got_it = hasty.join().unwrap().is_some();
        assert_eq!(waits.is_set(event), !got_it);
    });
}

/// A semaphore of two lets two of three threads through, and the third when one adds.
#[test]
fn a_semaphore_lets_through_what_it_counts() {
    explore(2, || {
        let waits = Arc::new(Waits::new());
        let semaphore =
            waits.create(Kind::Semaphore(2), Signals { count: 1, ..Signals::default() });
        let waiters = [waiter(&waits, &[semaphore], false), waiter(&waits, &[semaphore], false)];
        assert!(waits.add(semaphore, 1).is_some());
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Some(0));
        }
        assert!(!waits.is_set(semaphore));
    });
}

/// A mutex has one owner, who may take it again, and goes to another when given back as often.
#[test]
fn a_mutex_has_one_owner() {
    explore(2, || {
        let waits = Arc::new(Waits::new());
        let mutex = waits.create(Kind::Mutex, Signals { count: 1, owner: 1, abandoned: false });
        let other = {
            let waits = waits.clone();
            thread::spawn(move || {
                let taken = wait_as(2, &waits, &[mutex], false);
                (taken, waits.give_back(mutex, 2))
            })
        };
        assert_eq!(look(&waits, &[mutex], false), Some(0));
        assert!(waits.give_back(mutex, 1) && waits.give_back(mutex, 1));
        assert_eq!(other.join().unwrap(), (Some(0), true));
        assert!(!waits.give_back(mutex, 1));
    });
}

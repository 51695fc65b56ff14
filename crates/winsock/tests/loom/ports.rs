//! The port's rules, S1.25–S1.43.

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Condvar, Mutex};
use loom::thread::{self, JoinHandle};

use crate::explore;
use crate::kernel::{Kernel, packet};
use crate::port::{Nothing, Patience, Port};
use crate::sync::Arc;

type ModelPort = Port<Kernel>;

fn port(limit: usize) -> Arc<ModelPort> {
    Arc::new(Port::new(limit, Kernel::new()))
}

/// A thread that takes one packet and leaves; it returns the packet's key.
fn taker(port: &Arc<ModelPort>) -> JoinHandle<Result<usize, Nothing>> {
    let port = port.clone();
    thread::spawn(move || {
        let mut seat = port.join(1);
        let taken = port.dequeue(&mut seat, Patience::Forever);
        port.leave(seat);
        taken.map(|packet| packet.key)
    })
}

/// As [`taker`], but it stays in its handler until `enough` are there, and the last of these
/// sends the watchman home.
fn worker(
    port: &Arc<ModelPort>,
    done: &Arc<Count>,
    enough: usize,
) -> JoinHandle<Result<usize, Nothing>> {
    let (port, done) = (port.clone(), done.clone());
    thread::spawn(move || {
        let mut seat = port.join(1);
        let taken = port.dequeue(&mut seat, Patience::Forever);
        if done.add() == enough {
            port.source().dismiss_watchman();
        }
        done.until(enough);
        port.leave(seat);
        taken.map(|packet| packet.key)
    })
}

/// Something that several threads count up and wait for.
struct Count(Mutex<usize>, Condvar);

impl Count {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(0), Condvar::new()))
    }

    fn add(&self) -> usize {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        self.1.notify_all();
        *count
    }

    fn now(&self) -> usize {
        *self.0.lock().unwrap()
    }

    fn until(&self, enough: usize) {
        let mut count = self.0.lock().unwrap();
        while *count < enough {
            count = self.1.wait(count).unwrap();
        }
    }
}

/// The watchman's part, until as many are done as are to be: three looks whenever it is called.
/// Thread 7 is the one asleep in foreign code.
fn keep_watch(port: &ModelPort, done: &Count, enough: usize) {
    while done.now() < enough {
        port.source().until_alarmed();
        for _ in 0..3 {
            port.inspect(&mut |thread| thread == 7);
        }
    }
}

/// Joins takers that are to have got exactly `keys`, in whatever order.
fn expect(takers: Vec<JoinHandle<Result<usize, Nothing>>>, keys: &[usize]) {
    let mut taken: Vec<_> =
        takers.into_iter().map(|taker| taker.join().unwrap().unwrap()).collect();
    taken.sort_unstable();
    assert_eq!(taken, keys);
}

/// S1.35: nothing is lost and nothing comes twice, whoever waits already when it is posted.
#[test]
fn each_of_two_foreign_posts_reaches_one_of_two_workers() {
    for limit in [1, 2] {
        explore(3, move || {
            let port = port(limit);
            let takers = vec![taker(&port), taker(&port)];
            assert!(port.post(packet(1), false));
            assert!(port.post(packet(2), false));
            expect(takers, &[1, 2]);
        });
    }
}

/// S1.35: two kicks that the kernel merges into one still bring two sleepers out.
#[test]
fn two_rapid_posts_bring_two_sleepers_out_of_the_kernel() {
    explore(3, || {
        let port = port(2);
        let takers = vec![taker(&port), taker(&port)];
        port.source().until_asleep(2);
        port.post(packet(1), false);
        port.post(packet(2), false);
        expect(takers, &[1, 2]);
    });
}

/// S1.36: the newest waiter gets the older packet.
#[test]
fn the_newest_waiter_gets_the_oldest_packet() {
    explore(3, || {
        let port = port(2);
        let first = taker(&port);
        port.source().until_asleep(1);
        let second = taker(&port);
        port.source().until_asleep(2);
        port.post(packet(1), false);
        port.post(packet(2), false);
        assert_eq!(second.join().unwrap(), Ok(1));
        assert_eq!(first.join().unwrap(), Ok(2));
    });
}

/// S1.37: what was handed to a sleeper is its own, though it has not come out of its sleep.
#[test]
fn a_handed_packet_is_not_taken_by_a_third_thread() {
    explore(3, || {
        let port = port(2);
        let waiter = taker(&port);
        port.source().until_asleep(1);
        port.post(packet(1), false);
        let mut seat = port.join(2);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Err(Nothing::TimedOut));
        assert_eq!(waiter.join().unwrap(), Ok(1));
        port.leave(seat);
    });
}

/// S1.37: nor by one that means to wait; it gets what comes next.
#[test]
fn a_handed_packet_is_not_taken_by_a_later_waiter() {
    explore(2, || {
        let port = port(2);
        let waiter = taker(&port);
        port.source().until_asleep(1);
        port.post(packet(1), false);
        let late = taker(&port);
        assert_eq!(waiter.join().unwrap(), Ok(1));
        port.post(packet(2), false);
        assert_eq!(late.join().unwrap(), Ok(2));
    });
}

/// S1.38: under a limit of 1 no second handler begins before the first has ended.
#[test]
fn a_limit_of_one_runs_one_handler_at_a_time() {
    explore(3, || {
        let port = port(1);
        let inside = Arc::new(AtomicUsize::new(0));
        let worker = |port: &Arc<ModelPort>, inside: &Arc<AtomicUsize>| {
            let (port, inside) = (port.clone(), inside.clone());
            thread::spawn(move || {
                let mut seat = port.join(1);
                port.dequeue(&mut seat, Patience::Forever).unwrap();
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                inside.fetch_sub(1, Ordering::SeqCst);
                port.leave(seat);
            })
        };
        let workers = [worker(&port, &inside), worker(&port, &inside)];
        port.post(packet(1), false);
        port.source().ready(&[(2, 1)]);
        workers.into_iter().for_each(|worker| worker.join().unwrap());
    });
}

/// S1.39, S1.40: a handler that blocks lets a waiter in, and goes on when it wakes.
#[test]
fn a_paused_handler_lets_a_waiter_run() {
    explore(3, || {
        let (port, done) = (port(1), Count::new());
        let worker = |port: &Arc<ModelPort>, done: &Arc<Count>| {
            let (port, done) = (port.clone(), done.clone());
            thread::spawn(move || {
                let mut seat = port.join(1);
                port.dequeue(&mut seat, Patience::Forever).unwrap();
                done.add();
                port.pause(&seat);
                done.until(2);
                port.resume(&seat);
                port.leave(seat);
            })
        };
        let workers = [worker(&port, &done), worker(&port, &done)];
        port.post(packet(1), false);
        port.post(packet(2), false);
        workers.into_iter().for_each(|worker| worker.join().unwrap());
    });
}

/// S1.25: a close ends every wait, in the kernel (limit 2) and parked (limit 1).
#[test]
fn close_ends_every_wait() {
    for limit in [1, 2] {
        explore(3, move || {
            let port = port(limit);
            let takers = [taker(&port), taker(&port)];
            port.close();
            for taker in takers {
                assert_eq!(taker.join().unwrap(), Err(Nothing::Abandoned));
            }
            assert!(!port.post(packet(1), false)); // S1.26
        });
    }
}

/// S1.27: a post and then a close: one sleeper has the packet, the other is told.
#[test]
fn a_packet_posted_just_before_the_close_arrives() {
    for limit in [1, 2] {
        explore(3, move || {
            let port = port(limit);
            let takers = [taker(&port), taker(&port)];
            port.source().until_asleep(limit);
            port.post(packet(1), false);
            port.close();
            let mut taken = takers.map(|taker| taker.join().unwrap());
            taken.sort_by_key(|taken| taken.is_err());
            assert_eq!(taken, [Ok(1), Err(Nothing::Abandoned)]);
        });
    }
}

/// S1.35 with the project's bound: a packet left for its own poster is sent out by the watchman.
#[test]
fn the_watchman_sends_out_a_lone_own_packet() {
    explore(3, || {
        let port = port(2);
        let mut seat = port.join(1);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Err(Nothing::TimedOut));
        let waiter = taker(&port);
        port.source().until_asleep(1);
        port.post(packet(1), true);
        port.source().until_alarmed();
        while port.inspect(&mut |_| false) {}
        assert_eq!(waiter.join().unwrap(), Ok(1));
        port.leave(seat);
    });
}

/// S1.35: the watchman's look does not swallow the kick meant for a sleeper.
#[test]
fn the_watchman_passes_a_kick_on() {
    explore(3, || {
        let port = port(2);
        let waiter = taker(&port);
        port.source().until_asleep(1);
        port.post(packet(1), false);
        port.inspect(&mut |_| false);
        port.inspect(&mut |_| false);
        assert_eq!(waiter.join().unwrap(), Ok(1));
    });
}

/// S1.34, S1.43: a thread that goes away leaves its place, and the work, to a waiter.
#[test]
fn a_worker_that_leaves_hands_the_work_on() {
    explore(3, || {
        let port = port(1);
        let mut seat = port.join(1);
        port.post(packet(1), false);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Ok(packet(1)));
        let waiter = taker(&port);
        port.post(packet(2), true);
        port.leave(seat);
        assert_eq!(waiter.join().unwrap(), Ok(2));
    });
}

/// S1.41: a handler asleep in foreign code is replaced; awake again it counts again.
#[test]
fn the_watchman_replaces_a_sleeping_handler() {
    explore(3, || {
        let (port, done) = (port(1), Count::new());
        port.post(packet(1), false);
        port.post(packet(2), false);
        let mut seat = port.join(7);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Ok(packet(1)));
        let waiter = worker(&port, &done, 1);
        keep_watch(&port, &done, 1);
        assert_eq!(waiter.join().unwrap(), Ok(2));
        assert!(port.inspect(&mut |thread| thread == 7), "one is away");
        port.inspect(&mut |_| false);
        port.post(packet(3), false);
        let mut other = port.join(8);
        assert_eq!(port.dequeue(&mut other, Patience::None), Err(Nothing::TimedOut));
        port.leave(other);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Ok(packet(3)));
        port.leave(seat);
    });
}

/// S1.40, S1.41: a sleep in a call of ours that ended between the watchman's look at the thread
/// and its verdict convicts nobody.
#[test]
fn a_pause_seen_by_the_watchman_is_no_conviction() {
    explore(3, || {
        let port = port(1);
        port.post(packet(1), false);
        port.post(packet(2), false);
        let mut seat = port.join(7);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Ok(packet(1)));
        port.post(packet(3), false);
        let waiter = taker(&port);
        port.source().until_alarmed();
        for _ in 0..3 {
            port.inspect(&mut |_| {
                port.pause(&seat);
                port.resume(&seat);
                true
            });
        }
        let mut other = port.join(8);
        // The waiter was let in by the pause (S1.39); the handler counts again all the same.
        assert_eq!(waiter.join().unwrap(), Ok(2));
        assert_eq!(port.dequeue(&mut other, Patience::None), Err(Nothing::TimedOut));
        port.leave(other);
        port.leave(seat);
    });
}

/// S1.41: a handler asleep in foreign code is noticed also for a waiter that comes too late to
/// have seen the packet queued.
#[test]
fn a_late_waiter_gets_what_a_sleeping_handler_leaves() {
    explore(3, || {
        let (port, done) = (port(1), Count::new());
        port.post(packet(1), false);
        let mut seat = port.join(7);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Ok(packet(1)));
        port.post(packet(2), true);
        let waiter = worker(&port, &done, 1);
        keep_watch(&port, &done, 1);
        assert_eq!(waiter.join().unwrap(), Ok(2));
        port.leave(seat);
    });
}

/// S1.41: so is readiness that a waiter finds while the only handler sleeps in foreign code.
#[test]
fn readiness_found_under_a_full_port_calls_the_watchman() {
    explore(3, || {
        let (port, done) = (port(1), Count::new());
        let waiter = worker(&port, &done, 1);
        port.source().until_asleep(1);
        let mut seat = port.join(7);
        assert_eq!(port.dequeue(&mut seat, Patience::None), Err(Nothing::TimedOut));
        port.source().ready(&[(1, 1)]);
        keep_watch(&port, &done, 1);
        assert_eq!(waiter.join().unwrap(), Ok(1));
        port.leave(seat);
    });
}

/// S1.35: what one poller brought from the kernel is shared out, at the latest by the watchman,
/// while the poller stays in its handler.
#[test]
fn readiness_found_by_one_poller_is_shared_out() {
    for eager in [false, true] {
        explore(2, move || {
            let (port, done) = (port(2), Count::new());
            if eager {
                port.source().set_eager();
            }
            let workers = vec![worker(&port, &done, 2), worker(&port, &done, 2)];
            port.source().until_asleep(2);
            port.source().ready(&[(1, 1), (2, 1)]);
            keep_watch(&port, &done, 2);
            expect(workers, &[1, 2]);
        });
    }
}

/// S1.35: so are the two packets of one readiness.
#[test]
fn a_readiness_worth_two_packets_serves_two_workers() {
    explore(2, || {
        let (port, done) = (port(2), Count::new());
        let workers = vec![worker(&port, &done, 2), worker(&port, &done, 2)];
        port.source().ready(&[(1, 2)]);
        keep_watch(&port, &done, 2);
        expect(workers, &[1, 2]);
    });
}

/// S1.55: operations awaited by events are driven also while the only thread of the port, which
/// was the one that looked, is in its handler.
#[test]
fn a_port_that_loses_its_last_poller_calls_the_watchman() {
    explore(3, || {
        let (port, done) = (port(1), Count::new());
        port.source().set_eager();
        let waiter = worker(&port, &done, 2); // stays in its handler
        port.source().until_asleep(1);
        port.post(packet(1), false);
        done.until(1);
        port.source().ready(&[(2, 1)]);
        while port.source().finished() == 0 {
            port.source().until_alarmed();
            for _ in 0..3 {
                port.inspect(&mut |_| false);
            }
        }
        done.add();
        assert_eq!(waiter.join().unwrap(), Ok(1));
    });
}

/// S1.35, S1.38: posts and readiness together, more workers than may run.
#[test]
fn three_workers_share_posts_and_readiness() {
    explore(3, || {
        let port = port(2);
        let takers = vec![taker(&port), taker(&port), taker(&port)];
        port.post(packet(1), false);
        port.source().ready(&[(2, 0), (3, 1)]);
        port.post(packet(4), false);
        expect(takers, &[1, 3, 4]);
    });
}

/// S1.29b: an alert ends the wait of the member it is meant for, and of no other; one that comes
/// before the wait ends the next one. A packet posted at the same time goes to somebody.
#[test]
fn an_alert_ends_one_wait_and_loses_no_packet() {
    for limit in [1, 2] {
        explore(2, move || {
            let port = port(limit);
            let mut seat = port.join(1);
            let other = taker(&port);
            let helper = {
                let (port, seat) = (port.clone(), seat.id());
                thread::spawn(move || port.alert(seat))
            };
            let mut taken = port.dequeue(&mut seat, Patience::Forever);
            assert_eq!(taken, Err(Nothing::Alerted));
            helper.join().unwrap();
            port.post(packet(1), false);
            if limit == 1 {
                taken = port.dequeue(&mut seat, Patience::None); // it runs; the other may not
                port.leave(seat);
                port.close();
                let other = other.join().unwrap();
                assert!(taken.is_ok() != other.is_ok(), "{taken:?} {other:?}");
            } else {
                assert_eq!(other.join().unwrap(), Ok(1));
                port.leave(seat);
            }
        });
    }
}

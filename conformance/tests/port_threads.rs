//! S1.30–S1.40, S1.42–S1.44: how many threads a port lets run, and which it wakes.
//!
//! Wine 8 has no limit and wakes the oldest waiter: most of this file fails there. It is Windows'
//! behaviour all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use conformance::{
    Answer, Got, OwnPort, Port, Worker, alone, busy_port, mostly, posted, saturated_port, settle,
    wine_differs,
};
use overlapped::sys::{Sleep, WAIT_TIMEOUT};

/// Orders the worker to sleep in short pieces until it is told to stop; the switch stops it.
fn sleep_until_told(worker: &Worker) -> (Arc<AtomicBool>, Answer<()>) {
    let told = Arc::new(AtomicBool::new(false));
    let switch = told.clone();
    let done = worker.ask(move || {
        while !told.load(Ordering::Acquire) {
            // SAFETY: Sleep takes no pointer and keeps nothing.
            unsafe { Sleep(1) };
        }
    });
    (switch, done)
}

/// S1.30: with concurrency 0 as many threads run as there are processors, and no more.
#[test]
fn zero_concurrency_lets_one_thread_a_processor_run() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let port = OwnPort::new(0);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let _running: Vec<_> = (0..processors).map(|at| Worker::running_at(*port, at)).collect();
    let last = Worker::start();
    let kept_waiting = last.take(*port);
    port.post(7);
    assert!(kept_waiting.is_withheld());
}

/// S1.30: any other number is taken as it is, also when it exceeds the processors.
#[test]
fn concurrency_beyond_the_processors_is_honoured() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let limit = processors + 2;
    let port = OwnPort::new(limit as u32);
    let _running: Vec<_> = (0..limit).map(|at| Worker::running_at(*port, at)).collect();
    let last = Worker::start();
    let kept_waiting = last.take(*port);
    port.post(7);
    assert!(kept_waiting.is_withheld());
}

/// S1.30: the largest concurrency there is does not overflow into a small one.
#[test]
fn the_largest_concurrency_limits_nothing() {
    let _alone = alone();
    let port = OwnPort::new(u32::MAX);
    let _running: Vec<_> = (0..6).map(|at| Worker::running_at(*port, at)).collect();
}

/// S1.36, S1.35: of two waiting threads the one that came last gets the first packet.
#[test]
fn packets_go_to_the_newest_waiter_first() {
    wine_differs!("S1.35", "wakes the oldest waiter", sometimes);
    let _alone = alone();
    mostly(|| {
        let port = OwnPort::new(2);
        let (one, two) = (Worker::start(), Worker::start());
        let first = one.take(*port);
        settle();
        let second = two.take(*port);
        settle();
        port.post(0xA);
        port.post(0xB);
        (first.wait(), second.wait()) == (posted(0xB), posted(0xA))
    });
}

/// S1.35: with room for one, three packets posted one after the other find the newest waiter each
/// time: it is back before the older one is needed.
#[test]
fn the_older_waiter_sleeps_while_the_newer_keeps_up() {
    wine_differs!("S1.35", "wakes the oldest waiter", sometimes);
    let _alone = alone();
    let mut served_by_newer = 0;
    mostly(|| {
        let port = OwnPort::new(1);
        let (one, two) = (Worker::start(), Worker::start());
        let older = one.take(*port);
        settle();
        let mut newer = two.take(*port);
        for key in 0..3 {
            settle();
            port.post(key);
            if older.is_withheld() && newer.wait() == posted(key) {
                served_by_newer += 1;
                newer = two.take(*port);
            } else {
                return false;
            }
        }
        true
    });
    assert!(served_by_newer > 0);
}

/// One round of a theft: a packet posted to a waiting thread, asked for at once by another.
/// Whether the waiter got it.
fn handed_packet_survives_a_thief(thief_timeout_ms: u32) -> bool {
    let port = OwnPort::new(2);
    let waiter = Worker::start();
    let handed = waiter.take(*port);
    settle();
    port.post(1);
    let stolen = port.get(thief_timeout_ms);
    port.post(2); // for the waiter, if it had not arrived or was robbed
    stolen == Got::nothing(WAIT_TIMEOUT) && handed.wait() == posted(1)
}

/// S1.37: a packet handed to a waiting thread is out of reach of one that asks afterwards, even
/// if it asks before the waiter has been scheduled.
#[test]
fn a_handed_packet_cannot_be_stolen_by_a_look() {
    wine_differs!("S1.37", "hands no packet over: whoever comes first takes it", sometimes);
    let _alone = alone();
    mostly(|| handed_packet_survives_a_thief(0));
}

/// S1.37: nor can it be by a thread that waits a while for it.
#[test]
fn a_handed_packet_cannot_be_stolen_by_a_wait() {
    wine_differs!("S1.37", "hands no packet over: whoever comes first takes it", sometimes);
    let _alone = alone();
    mostly(|| handed_packet_survives_a_thief(2));
}

/// S1.35: a waiting thread that was called comes out with its packet, whatever the system looks
/// at meanwhile; a second port is saturated all the while to give it something to look at.
#[test]
fn a_called_waiter_is_never_forgotten() {
    wine_differs!("S1.24", "does not end thousands of rounds in time", sometimes);
    let _alone = alone();
    let _saturated = saturated_port();
    for _ in 0..4_000 {
        let (port, waiter) = (OwnPort::new(1), Worker::start());
        let taken = waiter.take(*port);
        settle();
        port.post(1);
        assert!((0..50).any(|_| !taken.is_withheld()), "forgotten");
    }
}

/// S1.38: one thread runs, one may: a second packet wakes nobody, though somebody waits.
#[test]
fn a_packet_wakes_nobody_while_the_limit_is_reached() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, _running, second) = busy_port();
    let kept_waiting = second.take(*port);
    port.post(2);
    assert!(kept_waiting.is_withheld());
}

/// S1.39: the running thread goes to sleep, and the waiting one gets the packet left lying.
#[test]
fn a_waiter_replaces_a_thread_that_sleeps() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, one, two) = busy_port();
    let waiting = two.take(*port);
    port.post(2);
    assert!(waiting.is_withheld());
    let (stop, slept) = sleep_until_told(&one);
    assert_eq!(waiting.wait(), posted(2));
    stop.store(true, Ordering::Release);
    slept.wait();
}

/// S1.33: a running thread that asks again takes the oldest packet itself, in order, and wakes
/// nobody.
#[test]
fn the_running_thread_serves_a_busy_queue_alone() {
    wine_differs!("S1.38", "has no concurrency limit", sometimes);
    let _alone = alone();
    let (port, busy, idle) = busy_port();
    let kept_waiting = idle.take(*port);
    (1..=100).for_each(|key| port.post(key));
    let at = *port;
    let served = busy.ask(move || (1..=100).all(|key| at.next() == posted(key)));
    assert!(served.wait());
    assert!(kept_waiting.is_withheld());
}

/// S1.33: as above, the packets being posted by the running thread itself.
#[test]
fn the_running_thread_serves_its_own_posts_alone() {
    wine_differs!("S1.38", "has no concurrency limit", sometimes);
    let _alone = alone();
    let (port, busy, idle) = busy_port();
    let kept_waiting = idle.take(*port);
    let at = *port;
    let served = busy.ask(move || {
        (1..=100).all(|key| {
            at.post(key);
            at.next() == posted(key)
        })
    });
    assert!(served.wait());
    assert!(kept_waiting.is_withheld());
}

/// S1.35: with room for two, a packet posted by a running thread is the waiter's to take when
/// its poster goes on running.
#[test]
fn a_running_threads_post_reaches_a_waiter_when_there_is_room() {
    let _alone = alone();
    let port = OwnPort::new(2);
    let (poster, waiter) = (Worker::running_at(*port, 0), Worker::start());
    let waiting = waiter.take(*port);
    let at = *port;
    poster.ask(move || at.post(1)).wait();
    assert_eq!(waiting.wait(), posted(1));
}

/// S1.34: a running thread that asks at another port makes room at its old one.
#[test]
fn asking_at_another_port_releases_a_waiter_of_the_old_one() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, other) = (OwnPort::new(1), OwnPort::new(1));
    let (mover, waiter) = (Worker::running_at(*port, 1), Worker::start());
    let waiting = waiter.take(*port);
    port.post(2);
    assert!(waiting.is_withheld());
    let at = *other;
    assert_eq!(mover.ask(move || at.get(0)).wait(), Got::nothing(WAIT_TIMEOUT));
    assert_eq!(waiting.wait(), posted(2));
}

/// S1.32: a thread belongs to one port, the last it asked at; a thread that left keeps no place.
#[test]
fn a_thread_that_moved_counts_at_its_new_port_only() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (old, new) = (OwnPort::new(1), OwnPort::new(1));
    let mover = Worker::running_at(*old, 1);
    let at = *new;
    assert_eq!(mover.ask(move || at.get(0)).wait(), Got::nothing(WAIT_TIMEOUT));
    let _running_at_old = Worker::running_at(*old, 2);
    let waiter = Worker::start();
    let kept_waiting = waiter.take(*new);
    new.post(3);
    assert!(kept_waiting.is_withheld());
}

/// S1.40: a thread that wakes up counts again though the limit is exceeded by it; nobody else is
/// released until the number is below the limit again.
#[test]
fn a_woken_thread_counts_beyond_the_limit() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let port = OwnPort::new(1);
    let (one, two, three) = (Worker::running_at(*port, 1), Worker::start(), Worker::start());
    let (stop, slept) = sleep_until_told(&one);
    let replaced = two.take(*port);
    port.post(2);
    assert_eq!(replaced.wait(), posted(2));
    stop.store(true, Ordering::Release);
    slept.wait(); // two run now, one may
    let kept_waiting = three.take(*port);
    port.post(3);
    assert!(kept_waiting.is_withheld());
    two.end(); // one runs, one may
    assert!(kept_waiting.is_withheld());
    one.end();
    assert_eq!(kept_waiting.wait(), posted(3));
}

/// S1.40: of two threads that run where one may, the first to ask again must wait: the other
/// still fills the limit.
#[test]
fn asking_again_above_the_limit_waits() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, one, two) = busy_port();
    let (stop, slept) = sleep_until_told(&one);
    let replaced = two.take(*port);
    port.post(2);
    assert_eq!(replaced.wait(), posted(2));
    stop.store(true, Ordering::Release);
    slept.wait();
    port.post(3);
    let kept_waiting = two.take(*port);
    assert!(kept_waiting.is_withheld());
    assert_eq!(one.take(*port).wait(), posted(3));
    port.post(4);
    one.end();
    assert_eq!(kept_waiting.wait(), posted(4));
}

/// S1.42: a thread whose wait timed out runs again as far as the port knows.
#[test]
fn a_timed_out_thread_counts_as_running() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    for timeout_ms in [0, 1] {
        let port = OwnPort::new(1);
        let (idle, waiter) = (Worker::start(), Worker::start());
        let at = *port;
        assert_eq!(idle.ask(move || at.get(timeout_ms)).wait(), Got::nothing(WAIT_TIMEOUT));
        let waiting = waiter.take(*port);
        port.post(1);
        assert!(waiting.is_withheld());
        idle.end();
        assert_eq!(waiting.wait(), posted(1));
    }
}

/// S1.43: a running thread that ends makes room.
#[test]
fn the_end_of_a_running_thread_releases_a_waiter() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, one, two) = busy_port();
    let waiting = two.take(*port);
    port.post(2);
    assert!(waiting.is_withheld());
    one.end();
    assert_eq!(waiting.wait(), posted(2));
}

/// S1.44: a thread that only posts is none of the port's: it may run and others too.
#[test]
fn a_thread_that_only_posts_does_not_count() {
    let _alone = alone();
    let port = OwnPort::new(1);
    let (poster, waiter) = (Worker::start(), Worker::start());
    let waiting = waiter.take(*port);
    let at = *port;
    poster.ask(move || at.post(1)).wait(); // it goes on running
    assert_eq!(waiting.wait(), posted(1));
}

/// Each worker takes packets until a key of `usize::MAX` comes; returns how many it took.
fn drain(worker: &Worker, port: Port) -> Answer<usize> {
    worker.ask(move || (0..).take_while(|_| port.next().key != usize::MAX).count())
}

/// S1.31, S1.35: many threads post and many take: every packet is taken once, none is lost.
#[test]
fn every_packet_is_taken_exactly_once() {
    let _alone = alone();
    let port = OwnPort::new(3); // a taker that found its end runs on
    let (takers, posters): (Vec<_>, Vec<_>) =
        (0..3).map(|_| (Worker::start(), Worker::start())).unzip();
    let taken: Vec<_> = takers.iter().map(|taker| drain(taker, *port)).collect();
    let posts = posters.iter().map(|poster| {
        let at = *port;
        poster.ask(move || (0..2_000).for_each(|key| at.post(key)))
    });
    posts.collect::<Vec<_>>().iter().for_each(Answer::wait);
    takers.iter().for_each(|_| port.post(usize::MAX));
    assert_eq!(taken.iter().map(Answer::wait).sum::<usize>(), 6_000);
}

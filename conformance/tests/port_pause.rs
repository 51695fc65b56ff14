//! S1.39, S1.41: a thread that blocks in one of these calls stops counting at its port from the
//! first instant, and counts again when it comes back.
//!
//! # Safety
//!
//! The handles are values; every pointer is a reference to a local that outlives its call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "argued once, above")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use conformance::{
    Event, Operation, OwnPort, PATIENCE_MS, POISON, Sets, Socket, Started, V4, Worker, alone, poll,
    posted, wine_differs,
};
use overlapped::sys::*;

/// On Linux threads asleep in foreign code are found by looking at them. That is switched off
/// here, so that it is the call itself that told the port.
fn calls_only() {
    // Windows has no such switch, and no such name.
    #[cfg(target_os = "linux")]
    winsock::linux::set_watchman(false);
}

/// A thread that runs at a port of one blocks in `block` until `unblock` has been called; another
/// that waits at the port must take over meanwhile, and not earlier; and once the first runs
/// again it counts again.
fn assert_makes_room(block: impl FnOnce() + Send + 'static, unblock: impl FnOnce()) {
    let _alone = alone();
    calls_only();
    let port = OwnPort::new(1);
    let (one, two, three) = (Worker::running_at(*port, 1), Worker::start(), Worker::start());
    let replacing = two.take(*port);
    port.post(2);
    assert!(replacing.is_withheld());
    let blocked = one.ask(block);
    assert_eq!(replacing.wait(), posted(2));
    two.end();
    unblock();
    blocked.wait();
    let kept_waiting = three.take(*port);
    port.post(3);
    assert!(kept_waiting.is_withheld());
    one.end();
    assert_eq!(kept_waiting.wait(), posted(3));
}

/// Two shares of an event: one for who waits, one for who signals.
fn event() -> (Arc<Event>, Arc<Event>) {
    let event = Arc::new(Event::manual());
    (event.clone(), event)
}

/// S1.39, S1.41: Sleep and SleepEx.
#[test]
fn sleeping_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    for sleep in [|| unsafe { Sleep(1) }, || _ = unsafe { SleepEx(1, 0) }] as [fn(); 2] {
        let over = Arc::new(AtomicBool::new(false));
        let told = over.clone();
        let nap = move || {
            while !told.load(Ordering::Acquire) {
                sleep();
            }
        };
        assert_makes_room(nap, || over.store(true, Ordering::Release));
    }
}

/// S1.41: WaitForSingleObject.
#[test]
fn waiting_for_an_event_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    let (waits, signals) = event();
    assert_makes_room(move || waits.wait(), || signals.set());
}

/// S1.41: WaitForMultipleObjects, for any and for all.
#[test]
fn waiting_for_several_objects_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    for all in [0, 1] {
        let ((one, tell_one), (two, tell_two)) = (event(), event());
        let wait = move || {
            let both = [one.handle(), two.handle()];
            let end = unsafe { WaitForMultipleObjects(2, both.as_ptr(), all, PATIENCE_MS) };
            assert!(end < 2);
        };
        assert_makes_room(wait, || {
            tell_one.set();
            tell_two.set();
        });
    }
}

/// S1.41: WSAWaitForMultipleEvents.
#[test]
fn waiting_for_winsock_events_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    conformance::startup();
    let (waits, signals) = event();
    let wait = move || {
        let one = [waits.handle()];
        let end = unsafe { WSAWaitForMultipleEvents(1, one.as_ptr(), 0, PATIENCE_MS, 0) };
        assert_eq!(end, WAIT_OBJECT_0);
    };
    assert_makes_room(wait, || signals.set());
}

/// S1.41: WSAGetOverlappedResult and GetOverlappedResult that wait.
#[test]
fn waiting_for_a_result_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    for winsock in [true, false] {
        let (one, other) = Socket::pair(V4);
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive(&one, 0), Started::Pending);
        let wait = move || {
            let (mut count, mut flags, ov) = (POISON, POISON, receive.overlapped());
            let said = unsafe {
                match winsock {
                    true => WSAGetOverlappedResult(one.raw(), ov, &mut count, 1, &mut flags),
                    false => GetOverlappedResult(one.handle(), ov, &mut count, 1),
                }
            };
            assert_eq!((said, count), (1, 3));
        };
        assert_makes_room(wait, || other.send_all(b"abc"));
    }
}

/// S1.41: a blocking receive, of a stream and of datagrams.
#[test]
fn a_blocking_receive_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    for (one, other) in [Socket::pair(V4), Socket::udp_pair(V4)] {
        let receive = move || assert_eq!(one.recv(8, 0), Ok(b"abc".to_vec()));
        assert_makes_room(receive, || other.send_all(b"abc"));
    }
}

/// S1.41: a blocking accept.
#[test]
fn a_blocking_accept_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    let (listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    assert_makes_room(move || drop(listener.accept()), || client.connect(address).unwrap());
}

/// S1.41: a blocking send, the peer not reading.
#[test]
fn a_blocking_send_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    let (one, other) = Socket::pair(V4);
    let all = 64 << 20;
    let send = move || one.send_all(&vec![7; all]);
    assert_makes_room(send, || {
        let mut read = 0;
        while read < all {
            read += other.recv(1 << 20, 0).expect("the peer sends on").len();
        }
    });
}

/// S1.41: select and WSAPoll, with nothing ready.
#[test]
fn waiting_for_readiness_makes_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    let (one, other) = Socket::pair(V4);
    let wait = move || assert_eq!(Sets::reading(&[&one]).select(None), Ok(1));
    assert_makes_room(wait, || other.send_all(b"abc"));
    let (one, other) = Socket::pair(V4);
    let wait = move || assert_eq!(poll(&[(one.raw(), POLLIN)], -1), (Ok(1), vec![POLLRDNORM]));
    assert_makes_room(wait, || other.send_all(b"abc"));
}

/// S1.39: a wait that has nothing to wait for blocks nobody, and makes no room.
#[test]
fn a_wait_satisfied_at_once_makes_no_room() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    calls_only();
    let port = OwnPort::new(1);
    let (one, two) = (Worker::running_at(*port, 1), Worker::start());
    let kept_waiting = two.take(*port);
    port.post(2);
    assert!(kept_waiting.is_withheld());
    let (waits, signals) = event();
    signals.set();
    one.ask(move || (0..1_000).for_each(|_| waits.wait())).wait();
    let unsignalled = Event::manual();
    one.ask(move || assert!((0..1_000).all(|_| !unsignalled.is_set()))).wait();
    assert!(kept_waiting.is_withheld());
}

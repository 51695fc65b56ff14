//! Sockets without a port go on, whatever the threads do that use them (S4.2, S5.2).
//!
//! # Safety
//!
//! Handles are values only.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::channel;

use conformance::{
    Answer, Event, Operation, Ran, Socket, Started, V4, Worker, eventually, nap, ran, wine_differs,
};
use overlapped::sys::*;

/// A worker that waits by event for one receive, which is under way, then does `then` before it
/// answers.
fn receiving(then: impl FnOnce() + Send + 'static) -> (Worker, Socket, Answer<Result<u32, i32>>) {
    let ((client, server), worker) = (Socket::pair(V4), Worker::start());
    let (tell, told) = channel();
    let answer = worker.ask(move || {
        let receive = Operation::new(8).with_event();
        tell.send(receive.receive(&server, 0)).expect("the test waits for it");
        let result = receive.finish(&server);
        then();
        result
    });
    assert_eq!(told.recv(), Ok(Started::Pending));
    (worker, client, answer)
}

/// S4.2: while one thread is in a long handler, the operations of those that wait go on.
#[test]
fn waits_end_while_another_thread_is_in_its_handler() {
    for round in 0..50 {
        let (go_on, inside) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (told, tell) = (go_on.clone(), inside.clone());
        let handler = move || {
            tell.store(true, Ordering::Release);
            while !told.load(Ordering::Acquire) {
                std::thread::yield_now();
            }
        };
        let (busy, to_busy, busy_answer) = receiving(handler);
        let others: Vec<_> = (0..3).map(|_| receiving(|| ())).collect();
        if round % 2 == 0 {
            conformance::settle();
        }
        to_busy.send_all(b"work");
        eventually(|| inside.load(Ordering::Acquire));
        for (worker, client, answer) in others {
            client.send_all(b"abc");
            assert_eq!(answer.wait(), Ok(3));
            worker.end();
        }
        go_on.store(true, Ordering::Release);
        assert_eq!(busy_answer.wait(), Ok(4));
        busy.end();
    }
}

/// S4.2: many threads that wait at once all hear of their own operations, in any order.
#[test]
fn many_waiting_threads_all_hear_of_theirs() {
    wine_differs!("S4.2", "wakes now and then, or answers late", sometimes);
    let seed = 7;
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..30 {
        let mut all: Vec<_> = (0..8).map(|_| receiving(|| ())).collect();
        random.shuffle(&mut all);
        for (_, client, _) in &all {
            client.send_all(b"abcd");
        }
        for (worker, _client, answer) in all {
            assert_eq!(answer.wait(), Ok(4));
            worker.end();
        }
    }
}

/// S4.2: of two threads that send each other messages by events none sleeps for ever.
#[test]
fn two_threads_play_ping_pong() {
    const ROUNDS: u32 = 2_000;
    let (one, other) = Socket::pair(V4);
    let played = Arc::new(AtomicU32::new(0));
    let play = |socket: Socket, serves: bool| {
        let played = played.clone();
        move || {
            let receive = Operation::new(1).with_event();
            for _ in 0..ROUNDS {
                if serves {
                    socket.send_all(b"x");
                }
                if receive.receive(&socket, 0) == Started::Pending {
                    receive.event().wait();
                }
                assert_eq!(receive.result(&socket), Ok((1, 0)));
                if !serves {
                    socket.send_all(b"x");
                }
                played.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let threads = [play(one, true), play(other, false)].map(std::thread::spawn);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(played.load(Ordering::Relaxed), 2 * ROUNDS);
}

/// S5.2: a routine's operation goes on while its thread computes, and while it waits plainly.
#[test]
fn a_routines_operation_goes_on_without_its_thread() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(8).with_routine();
    for _ in 0..20 {
        assert_eq!(receive.receive(&server, 0), Started::Pending);
        client.send_all(b"abc");
        eventually(|| !receive.is_pending()); // no call at all
        assert_eq!((nap(0), ran()), (WAIT_IO_COMPLETION, vec![Ran::done(&receive, 3)]));
        let (never, late) = (Event::auto(), Worker::start());
        assert_eq!(receive.receive(&server, 0), Started::Pending);
        let sent = late.enter(|| ());
        client.send_all(b"abc");
        // not synchronisation: the wait that is not alertable is what is tested
        assert_eq!(unsafe { WaitForSingleObject(never.handle(), 2) }, WAIT_TIMEOUT);
        eventually(|| !receive.is_pending());
        assert_eq!((nap(0), ran()), (WAIT_IO_COMPLETION, vec![Ran::done(&receive, 3)]));
        sent.wait();
        late.end();
    }
}

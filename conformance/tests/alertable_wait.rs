//! Waits that APCs may end (S4.9, S4.10, S4.12, S4.14, S1.23, S1.29b–S1.29d).
//!
//! # Safety
//!
//! Handles are values; outputs are locals, written during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Event, Got, GotMany, Operation, OwnPort, PATIENCE_MS, POISON, Port, Ran, Socket, Started,
    Thread, V4, Worker, eventually, get_many_alertably, nap, pending_pair, posted, queue_apc,
    queue_note, ran, settle, wait_alertably, win32_call, wine_differs,
};
use overlapped::sys::*;

/// What Ex says of APCs that ran.
fn alerted() -> GotMany {
    GotMany { ok: false, count: 1, entries: vec![], error: WAIT_IO_COMPLETION }
}

/// GetOverlappedResultEx: the bytes, or the error.
fn result_ex(receive: &Operation, socket: &Socket, timeout_ms: u32) -> Result<u32, u32> {
    let mut bytes = POISON;
    let (file, overlapped) = (socket.handle(), receive.overlapped());
    let asked = || unsafe { GetOverlappedResultEx(file, overlapped, &mut bytes, timeout_ms, 1) };
    win32_call(0, asked).map(|_| bytes)
}

/// A thread that is about to do `wait`, and its handle to queue to.
fn waiting<T: Send + 'static>(
    wait: impl FnOnce() -> T + Send + 'static,
) -> (Worker, Thread, conformance::Answer<T>) {
    let worker = Worker::start();
    let number = worker.ask(|| unsafe { GetCurrentThreadId() }).wait();
    let thread = Thread::open(number).unwrap();
    let answer = worker.enter(wait);
    settle();
    (worker, thread, answer)
}

/// S4.9: an APC that is queued ends an alertable wait with 192 and takes no signal.
#[test]
fn an_apc_ends_the_wait_and_takes_no_event() {
    let events = [Event::auto(), Event::auto()];
    events[0].set();
    let handles = events.each_ref().map(Event::handle);
    queue_note(1);
    assert_eq!(wait_alertably(&handles, true, PATIENCE_MS), Ok(WAIT_IO_COMPLETION));
    assert_eq!(ran(), [Ran::User(1)]);
    assert!(events[0].is_set(), "its signal is still there");
}

/// S4.9: so does one that another thread queues while the wait lasts.
#[test]
fn an_apc_wakes_a_sleeping_wait() {
    for _ in 0..50 {
        let (worker, thread, answer) = waiting(|| {
            let never = Event::auto();
            (wait_alertably(&[never.handle()], false, PATIENCE_MS), ran())
        });
        assert_eq!(queue_apc(thread.handle(), 5), Ok(()));
        assert_eq!(answer.wait(), (Ok(WAIT_IO_COMPLETION), vec![Ran::User(5)]));
        worker.end();
    }
}

/// S4.9: a wait that is not alertable is left alone by it.
#[test]
fn an_apc_does_not_wake_a_plain_wait() {
    let event = Event::auto();
    let handle = event.handle() as usize;
    let (worker, thread, answer) = waiting(move || unsafe {
        let waited = WaitForSingleObject(handle as HANDLE, PATIENCE_MS);
        (waited, ran(), nap(0), ran())
    });
    assert_eq!(queue_apc(thread.handle(), 5), Ok(()));
    assert!(answer.is_withheld());
    event.set();
    assert_eq!(answer.wait(), (WAIT_OBJECT_0, vec![], WAIT_IO_COMPLETION, vec![Ran::User(5)]));
    worker.end();
}

/// S4.9: where a signal and an APC arrive at a wait together, neither is lost, and a signal is
/// taken only by a wait that says so.
#[test]
fn neither_a_signal_nor_an_apc_is_lost() {
    for round in 0..300 {
        let event = Event::auto();
        let handle = event.handle() as usize;
        let worker = Worker::start();
        let number = worker.ask(|| unsafe { GetCurrentThreadId() }).wait();
        let thread = Thread::open(number).unwrap();
        let answer = worker.enter(move || {
            let handle = handle as HANDLE;
            let first = wait_alertably(&[handle], false, PATIENCE_MS);
            let second = wait_alertably(&[handle], false, PATIENCE_MS);
            (first, second, ran())
        });
        if round % 2 == 0 {
            event.set();
            assert_eq!(queue_apc(thread.handle(), round), Ok(()));
        } else {
            assert_eq!(queue_apc(thread.handle(), round), Ok(()));
            event.set();
        }
        let (first, second, all) = answer.wait();
        let mut both = [first.unwrap(), second.unwrap()];
        both.sort_unstable();
        assert_eq!((both, all), ([0, WAIT_IO_COMPLETION], vec![Ran::User(round)]));
        worker.end();
    }
}

/// S4.10: of a signalled event and a queued APC, the APC goes first.
#[test]
fn an_apc_goes_before_a_signalled_event() {
    wine_differs!("S4.10", "takes the event first");
    let event = Event::auto_set();
    queue_note(1);
    let first = wait_alertably(&[event.handle()], false, PATIENCE_MS);
    assert_eq!((first, ran()), (Ok(WAIT_IO_COMPLETION), vec![Ran::User(1)]));
    assert_eq!(wait_alertably(&[event.handle()], false, 0), Ok(0));
}

/// S4.11: a wait for any starves what is behind a busy index, until that is looked at itself.
#[test]
fn a_busy_low_index_hides_the_others() {
    let (busy, late) = (Event::manual_set(), Event::auto_set());
    let handles = [busy.handle(), late.handle()];
    for _ in 0..10 {
        assert_eq!(wait_alertably(&handles, false, PATIENCE_MS), Ok(0));
    }
    assert_eq!(wait_alertably(&handles[1..], false, 0), Ok(0));
}

/// S4.12: sockets, threads, events and ports mix in one wait.
#[test]
fn all_kinds_mix_in_one_wait() {
    let (event, port, (client, server)) = (Event::auto(), OwnPort::new(1), Socket::pair(V4));
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    let (tell, told) = std::sync::mpsc::channel::<()>();
    let thread = Thread::start(move || told.recv().map_or(1, |()| 0));
    let handles = [event.handle(), port.handle(), server.handle(), thread.handle()];
    assert_eq!(wait_alertably(&handles, false, 0), Ok(WSA_WAIT_TIMEOUT));
    tell.send(()).unwrap();
    assert_eq!(wait_alertably(&handles, false, PATIENCE_MS), Ok(3));
    client.send_all(b"abc");
    assert_eq!(wait_alertably(&handles[..3], false, PATIENCE_MS), Ok(2));
    port.post(1);
    assert_eq!(wait_alertably(&handles[..2], false, PATIENCE_MS), Ok(1));
    event.set();
    assert_eq!(wait_alertably(&handles, true, PATIENCE_MS), Ok(0));
    assert_eq!(wait_alertably(&handles[..1], false, 0), Ok(WSA_WAIT_TIMEOUT), "taken");
}

/// S4.14: GetOverlappedResultEx, alertable, ends with 192 when an APC runs.
#[test]
fn asking_for_a_result_may_be_alertable() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_event());
    queue_note(3);
    assert_eq!(result_ex(&receive, &server, PATIENCE_MS), Err(WAIT_IO_COMPLETION));
    assert_eq!(ran(), [Ran::User(3)]);
    assert_eq!(result_ex(&receive, &server, 0), Err(ERROR_IO_INCOMPLETE));
    assert_eq!(result_ex(&receive, &server, 1), Err(WAIT_TIMEOUT));
    client.send_all(b"abc");
    assert_eq!(result_ex(&receive, &server, PATIENCE_MS), Ok(3));
}

/// S4.14: what is over is told without a wait, and no APC runs.
#[test]
fn asking_for_a_result_that_is_there_runs_no_apc() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_event());
    client.send_all(b"abc");
    eventually(|| !receive.is_pending());
    queue_note(3);
    assert_eq!(result_ex(&receive, &server, PATIENCE_MS), Ok(3));
    assert_eq!(ran(), []);
    assert_eq!(nap(0), WAIT_IO_COMPLETION);
}

/// S1.23: GetQueuedCompletionStatus is not alertable.
#[test]
fn a_plain_wait_at_a_port_runs_no_apc() {
    let port = OwnPort::new(1);
    queue_note(1);
    assert_eq!(port.get(5), Got::nothing(WAIT_TIMEOUT));
    port.post(2);
    assert_eq!(port.next(), posted(2));
    assert_eq!(ran(), []);
    assert_eq!(nap(0), WAIT_IO_COMPLETION);
    let port = OwnPort::new(1);
    let seat = *port;
    let (worker, thread, answer) = waiting(move || (seat.get(PATIENCE_MS), ran()));
    assert_eq!(queue_apc(thread.handle(), 1), Ok(()));
    assert!(answer.is_withheld());
    port.post(2);
    assert_eq!(answer.wait(), (posted(2), vec![]));
    worker.end();
}

/// S1.29b: an APC that is queued ends an alertable Ex without a packet: 192.
#[test]
fn a_queued_apc_ends_a_wait_at_a_port() {
    let port = OwnPort::new(1);
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT)); // it is one of the port's threads now
    queue_note(1);
    assert_eq!(get_many_alertably(*port, PATIENCE_MS), alerted());
    assert_eq!(ran(), [Ran::User(1)]);
    let timed_out = GotMany { error: WAIT_TIMEOUT, ..alerted() };
    assert_eq!(get_many_alertably(*port, 1), timed_out);
}

/// S1.29b: and one that comes while it waits; after it the thread waits and takes as before.
#[test]
fn an_apc_wakes_a_thread_at_a_port() {
    for _ in 0..50 {
        let port = OwnPort::new(1);
        let seat: Port = *port;
        let (worker, thread, answer) =
            waiting(move || (get_many_alertably(seat, PATIENCE_MS), ran()));
        assert_eq!(queue_apc(thread.handle(), 5), Ok(()));
        assert_eq!(answer.wait(), (alerted(), vec![Ran::User(5)]));
        let next = worker.enter(move || seat.get(PATIENCE_MS));
        port.post(8);
        assert_eq!(next.wait(), posted(8), "no alert is left over");
        worker.end();
    }
}

/// S1.29b: a packet and an APC that come together: neither is lost.
#[test]
fn neither_a_packet_nor_an_apc_is_lost() {
    for round in 0..300 {
        let port = OwnPort::new(1);
        let seat: Port = *port;
        let worker = Worker::start();
        let number = worker.ask(|| unsafe { GetCurrentThreadId() }).wait();
        let thread = Thread::open(number).unwrap();
        let answer = worker.enter(move || {
            let two = [(); 2].map(|()| get_many_alertably(seat, PATIENCE_MS));
            (two, ran(), seat.get(0))
        });
        port.post(8);
        assert_eq!(queue_apc(thread.handle(), round), Ok(()));
        let (two, all, rest) = answer.wait();
        assert_eq!(two.iter().filter(|got| got.ok).count(), 1, "{two:?}");
        assert_eq!(two.iter().filter(|got| **got == alerted()).count(), 1, "{two:?}");
        assert_eq!((all, rest), (vec![Ran::User(round)], Got::nothing(WAIT_TIMEOUT)));
        worker.end();
    }
}

/// S1.29c: a thread of the port takes a packet before an APC, which stays queued.
#[test]
fn a_packet_goes_before_an_apc() {
    let port = OwnPort::new(1);
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT)); // it is one of the port's threads now
    port.post(8);
    queue_note(1);
    let packet = GotMany { ok: true, count: 1, entries: vec![(8, 0, 0, 0)], error: POISON };
    assert_eq!(get_many_alertably(*port, PATIENCE_MS), packet);
    assert_eq!(ran(), []);
    assert_eq!(get_many_alertably(*port, PATIENCE_MS), alerted());
    assert_eq!(ran(), [Ran::User(1)]);
}

/// S1.29d: at a thread's first call on the port the APC goes first.
#[test]
fn an_apc_goes_before_the_first_packet() {
    wine_differs!("S1.29d", "takes the packet first");
    let port = OwnPort::new(1);
    port.post(8);
    queue_note(1);
    assert_eq!(get_many_alertably(*port, PATIENCE_MS), alerted());
    assert_eq!(ran(), [Ran::User(1)]);
    assert_eq!(port.next(), posted(8));
}

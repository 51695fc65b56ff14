//! Completion routines (S5.1–S5.19, S1.12, S1.13, S1.88, S1.91, S13.33).
//!
//! # Safety
//!
//! Handles are values; an OVERLAPPED's field is the test's while nothing is in flight, and
//! hEvent of one with a routine always.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::rc::Rc;

use conformance::{
    Event, Operation, OwnPort, PATIENCE_MS, POISON, Ran, Socket, Started, V4, Worker, eventually,
    last_error, nap, on_completion, pending_pair, poison_last_error, queue_call, queue_note, ran,
    settle, wait_alertably, wine_differs,
};
use overlapped::sys::*;

/// STATUS_CANCELLED.
const CANCELLED: u32 = 0xC000_0120;

/// Naps until something ran, and returns it.
#[track_caller]
fn next_ran() -> Vec<Ran> {
    assert_eq!(nap(PATIENCE_MS), WAIT_IO_COMPLETION, "nothing ran in time");
    ran()
}

/// S5.1: a routine is told no error, the bytes, the OVERLAPPED and the flags.
#[test]
fn a_routine_is_told_bytes_and_overlapped() {
    let (client, _server, receive) = pending_pair(Operation::new(8).with_routine());
    client.send_all(b"abc");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    assert_eq!(receive.received(), b"abc");
}

/// S5.1: of a failure it is told the Winsock error and no bytes.
#[test]
fn a_routine_is_told_the_winsock_error() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_routine());
    client.reset();
    assert_eq!(next_ran(), [Ran::failed(&receive, WSAECONNRESET)]);
    drop(server);
}

/// S5.1: the end of the stream is no error, and no bytes.
#[test]
fn a_routine_is_told_the_end_of_the_stream_as_no_bytes() {
    let (client, _server, receive) = pending_pair(Operation::new(8).with_routine());
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(next_ran(), [Ran::done(&receive, 0)]);
}

/// S5.2: it runs in no other thread, though that waits alertably.
#[test]
fn a_routine_runs_on_the_thread_that_issued_it() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(8).with_routine();
    let other = Worker::start();
    let stop = Event::manual();
    let stop_handle = stop.handle() as usize;
    let waited = other.enter(move || {
        let waited = wait_alertably(&[stop_handle as HANDLE], false, PATIENCE_MS);
        (waited, ran())
    });
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send_all(b"abc");
    eventually(|| !receive.is_pending());
    stop.set();
    assert_eq!(waited.wait(), (Ok(0), vec![]), "a bystander ran it");
    assert_eq!(ran(), [], "it ran outside an alertable wait");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
}

/// S5.2, S13.33: it does not run in waits that are not alertable, however long it has been over.
#[test]
fn a_routine_does_not_run_in_plain_waits() {
    let (client, _server, receive) = pending_pair(Operation::new(8).with_routine());
    client.send_all(b"abc");
    eventually(|| !receive.is_pending());
    let event = Event::auto();
    // not synchronisation: waits that end by time are what is tested
    let waited = unsafe {
        Sleep(5);
        (SleepEx(1, 0), WaitForSingleObject(event.handle(), 5))
    };
    assert_eq!(waited, (0, WAIT_TIMEOUT));
    assert_eq!(ran(), []);
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
}

/// S5.3: each alertable wait runs it and returns 192.
#[test]
fn every_alertable_wait_runs_it() {
    let (event, port) = (Event::manual(), OwnPort::new(1));
    let at = event.handle() as usize;
    let at = move || at as HANDLE;
    type Wait = Box<dyn Fn() -> u32>;
    let waits: [(&str, Wait); 6] = [
        ("SleepEx", Box::new(|| nap(PATIENCE_MS))),
        ("single", Box::new(move || unsafe { WaitForSingleObjectEx(at(), PATIENCE_MS, 1) })),
        (
            "multiple",
            Box::new(move || unsafe { WaitForMultipleObjectsEx(1, &at(), 0, PATIENCE_MS, 1) }),
        ),
        ("events", Box::new(move || wait_alertably(&[at()], true, PATIENCE_MS).unwrap())),
        (
            "signal",
            Box::new(move || {
                let signalled = Event::manual();
                let wait = unsafe { SignalObjectAndWait(signalled.handle(), at(), PATIENCE_MS, 1) };
                assert!(signalled.is_set());
                wait
            }),
        ),
        (
            "port",
            Box::new(move || {
                let got = conformance::get_many_alertably(*port, PATIENCE_MS);
                assert!(!got.ok);
                got.error
            }),
        ),
    ];
    for (name, wait) in waits {
        let (client, _server, receive) = pending_pair(Operation::new(8).with_routine());
        client.send_all(b"abc");
        assert_eq!(wait(), WAIT_IO_COMPLETION, "{name}");
        assert_eq!(ran(), [Ran::done(&receive, 3)], "{name}");
    }
}

/// S5.4: a blocking recv runs what is queued inside, and waits on for its data.
#[test]
fn a_blocking_receive_runs_apcs_inside() {
    let (client, server) = Socket::pair(V4);
    let client = Rc::new(client);
    let sender = client.clone();
    queue_note(7);
    queue_call(move || sender.send_all(b"from inside"));
    assert_eq!(server.recv(32, 0), Ok(b"from inside".to_vec()));
    assert_eq!(ran(), [Ran::User(7)]);
}

/// S5.4: and what is queued while it waits, by an operation's end.
#[test]
fn a_blocking_receive_runs_routines_that_become_due() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_routine());
    let (other, blocking) = Socket::pair(V4);
    on_completion(&receive, move || other.send_all(b"go on"));
    let starter = Worker::start();
    let sent = starter.enter(move || {
        settle();
        client.send_all(b"abc");
        client
    });
    assert_eq!(blocking.recv(32, 0), Ok(b"go on".to_vec()));
    assert_eq!(ran(), [Ran::done(&receive, 3)]);
    drop((sent.wait(), server));
}

/// S5.4: a call that can finish at once runs no APC.
#[test]
fn a_call_that_is_done_at_once_runs_no_apc() {
    let (client, server) = Socket::pair(V4);
    client.send_all(b"abc");
    server.await_readable(3);
    queue_note(7);
    assert_eq!(server.recv(8, 0), Ok(b"abc".to_vec()));
    assert_eq!(ran(), []);
    assert_eq!(nap(0), WAIT_IO_COMPLETION);
    assert_eq!(ran(), [Ran::User(7)]);
}

/// S5.6: an operation that is done at once returns 0 and its count, and its routine runs in the
/// next alertable wait.
#[test]
fn success_at_once_queues_the_routine() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(b"abc").with_routine();
    assert_eq!(send.send(&client), Started::Done(3));
    assert_eq!(ran(), [], "inline");
    assert_eq!(next_ran(), [Ran::done(&send, 3)]);
    server.await_readable(3);
    let receive = Operation::new(8).with_routine();
    assert_eq!(receive.receive(&server, 0), Started::Done(3));
    assert_eq!(ran(), [], "inline");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
}

/// S5.7: after an error at once it never runs.
#[test]
fn an_error_at_once_queues_no_routine() {
    let socket = Socket::tcp(V4);
    let receive = Operation::new(8).with_routine();
    assert_eq!(receive.receive(&socket, 0), Started::Failed(WSAENOTCONN));
    assert_eq!(nap(0), 0);
    assert_eq!(ran(), []);
}

/// S5.8: one queue for routines and user APCs, in the order in which they came.
#[test]
fn apcs_and_routines_run_in_the_order_of_queueing() {
    let (client, _server) = Socket::pair(V4);
    let send = Operation::sending(b"abc").with_routine();
    queue_note(1);
    assert_eq!(send.send(&client), Started::Done(3));
    queue_note(2);
    assert_eq!(next_ran(), [Ran::User(1), Ran::done(&send, 3), Ran::User(2)]);
}

/// S5.9: one alertable wait runs all that are queued, and returns 192 once.
#[test]
fn one_wait_runs_all_that_are_queued() {
    for value in 0..5 {
        queue_note(value);
    }
    assert_eq!(nap(PATIENCE_MS), WAIT_IO_COMPLETION);
    assert_eq!(ran(), (0..5).map(Ran::User).collect::<Vec<_>>());
    assert_eq!(nap(0), 0);
}

/// S5.10: SleepEx returns 192 or 0 and leaves the last error as it is.
#[test]
fn sleep_ex_leaves_the_last_error() {
    unsafe extern "system" fn nothing(_: usize) {} // what touches a thread local calls Windows
    poison_last_error();
    assert_eq!((nap(0), last_error()), (0, POISON));
    assert_ne!(unsafe { QueueUserAPC(Some(nothing), GetCurrentThread(), 0) }, 0);
    poison_last_error();
    assert_eq!((nap(0), last_error()), (WAIT_IO_COMPLETION, POISON));
    poison_last_error();
    assert_eq!((nap(1), last_error()), (0, POISON));
}

/// S5.10: a SleepEx that is not alertable leaves the queue alone.
#[test]
fn a_sleep_that_is_not_alertable_runs_nothing() {
    queue_note(1);
    assert_eq!(unsafe { SleepEx(0, 0) }, 0);
    assert_eq!(ran(), []);
    assert_eq!(nap(0), WAIT_IO_COMPLETION);
}

/// S5.11: a routine may use its OVERLAPPED again; what is then done at once runs in the same wait.
#[test]
fn a_routine_may_start_anew_in_the_same_wait() {
    let (client, _server) = Socket::pair(V4);
    let (client, send) = (Rc::new(client), Rc::new(Operation::sending(b"abc").with_routine()));
    let (same, again) = (client.clone(), send.clone());
    on_completion(&send, move || assert_eq!(again.send(&same), Started::Done(3)));
    assert_eq!(send.send(&client), Started::Done(3));
    assert_eq!(next_ran(), [Ran::done(&send, 3); 2]);
    assert_eq!(nap(0), 0);
}

/// S5.11: what pends then is told later, and so on.
#[test]
fn a_routine_may_start_one_that_pends() {
    let (client, server) = Socket::pair(V4);
    let (server, receive) = (Rc::new(server), Rc::new(Operation::new(8).with_routine()));
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    for round in 1..=100 {
        let (same, again) = (server.clone(), receive.clone());
        on_completion(&receive, move || {
            assert_eq!(again.receive(&same, 0), Started::Pending);
        });
        client.send_all(&[0; 8][..round % 8 + 1]);
        assert_eq!(next_ran(), [Ran::done(&receive, round as u32 % 8 + 1)]);
    }
}

/// S5.12: a routine that waits alertably lets others run inside it.
#[test]
fn a_routine_that_waits_alertably_nests() {
    let ((client, _server), log) = (Socket::pair(V4), Rc::new(std::cell::Cell::new(0)));
    let outer = Operation::sending(b"outer").with_routine();
    let inner = Operation::sending(b"inner").with_routine();
    let depth = log.clone();
    on_completion(&outer, move || {
        assert_eq!(nap(PATIENCE_MS), WAIT_IO_COMPLETION);
        depth.set(ran().len());
    });
    assert_eq!(outer.send(&client), Started::Done(5));
    assert_eq!(inner.send(&client), Started::Done(5));
    assert_eq!(nap(PATIENCE_MS), WAIT_IO_COMPLETION);
    assert_eq!(log.get(), 2, "both had run when the inner wait was over");
    assert_eq!(nap(0), 0);
}

/// S5.12, S4.9: a routine's own wait takes its own signal, and leaves the outer wait's alone.
#[test]
fn an_outer_wait_outlives_an_inner_one() {
    let (inner, outer) = (Event::auto_set(), Rc::new(Event::auto()));
    let later = outer.clone();
    queue_call(move || {
        assert_eq!(wait_alertably(&[inner.handle()], false, PATIENCE_MS), Ok(0));
        later.set();
    });
    assert_eq!(wait_alertably(&[outer.handle()], false, PATIENCE_MS), Ok(WAIT_IO_COMPLETION));
    assert!(outer.is_set(), "the wait that was alerted took nothing");
}

/// S5.13: hEvent is ignored: neither reset nor set.
#[test]
fn the_event_is_ignored() {
    let receive = Operation::new(8).with_event().with_routine();
    receive.event().set();
    let (client, server) = Socket::pair(V4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert!(receive.event().is_set(), "it was reset");
    client.send_all(b"abc");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    assert_eq!(unsafe { ResetEvent(receive.event().handle()) }, 1);
    let again = receive.receive(&server, 0);
    assert_eq!(again, Started::Pending);
    client.send_all(b"abc");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    assert!(!receive.event().is_set(), "it was set");
}

/// S5.13: hEvent is not even looked at: it may be any value of the program's.
#[test]
fn the_event_may_be_any_value() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(8).with_routine();
    unsafe { (*receive.overlapped()).hEvent = 0x1234_5678 as HANDLE };
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send_all(b"abc");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    assert_eq!(unsafe { (*receive.overlapped()).hEvent } as usize, 0x1234_5678);
}

/// S5.14: it may be polled, before and after it is over.
#[test]
fn it_may_be_polled() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_routine());
    assert_eq!(receive.result(&server), Err(WSA_IO_INCOMPLETE));
    client.send_all(b"abc");
    eventually(|| receive.result(&server) == Ok((3, 0)));
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    assert_eq!(receive.result(&server), Ok((3, 0)));
}

/// S5.15: WSARecvFrom and WSASendTo take routines.
#[test]
fn datagrams_take_routines() {
    let ((one, at_one), (other, at_other)) = (Socket::bound_udp(V4), Socket::bound_udp(V4));
    let receive = Operation::new(8).with_routine();
    assert_eq!(receive.receive_from(&one), Started::Pending);
    let send = Operation::sending(b"abc").with_routine();
    assert!(send.send_to(&other, at_one).begun());
    let mut all = next_ran();
    while all.len() < 2 {
        all.extend(next_ran());
    }
    assert!(all.contains(&Ran::done(&send, 3)) && all.contains(&Ran::done(&receive, 3)), "{all:?}");
    assert_eq!(receive.from().to_std(), at_other);
}

/// S5.15: so does WSAIoctl.
#[test]
fn controls_take_routines() {
    let (socket, mut on) = (Socket::tcp(V4), [0xCC; 4]);
    let control = Operation::new(0).with_routine();
    let done = control.control(&socket, FIONBIO as u32, &1_u32.to_le_bytes(), &mut on[..0]);
    assert!(done.begun(), "{done:?}");
    assert_eq!(next_ran(), [Ran::done(&control, 0)]);
}

/// S5.16: when its socket is closed it runs with 10053, or 995 for datagrams.
#[test]
fn closing_the_socket_runs_pending_routines() {
    wine_differs!("S5.16", "its own tests mark this as still to do");
    let (client, server, receive) = pending_pair(Operation::new(8).with_routine());
    server.close().unwrap();
    assert_eq!(ran(), []);
    assert_eq!(next_ran(), [Ran::failed(&receive, WSAECONNABORTED)]);
    drop(client);
    let (one, _other) = Socket::udp_pair(V4);
    let receive = Operation::new(8).with_routine();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    one.close().unwrap();
    assert_eq!(next_ran(), [Ran::failed(&receive, WSA_OPERATION_ABORTED)]);
}

/// S5.16, S1.75: a cancelled operation's routine is told 995.
#[test]
fn a_cancelled_operations_routine_runs() {
    let (_client, server, receive) = pending_pair(Operation::new(8).with_routine());
    assert_eq!(receive.cancel(&server), Ok(()));
    assert_eq!(next_ran(), [Ran::failed(&receive, WSA_OPERATION_ABORTED)]);
}

/// S5.17, S1.91: routines that are queued or due when their thread ends do not run anywhere.
#[test]
fn a_threads_end_discards_its_routines() {
    let (client, server) = Socket::pair(V4);
    let (queued, pending) = (Operation::sending(b"abc"), Operation::new(8));
    let (queued, pending) = (queued.with_routine(), pending.with_routine());
    let worker = Worker::start();
    let order = move || {
        assert_eq!(queued.send(&client), Started::Done(3));
        assert_eq!(pending.receive(&client, 0), Started::Pending);
        (client, queued, pending)
    };
    let (client, _queued, pending) = worker.ask(order).wait();
    worker.end();
    eventually(|| pending.status() == CANCELLED);
    server.send_all(b"abc");
    assert_eq!(nap(0), 0);
    assert_eq!(ran(), []);
    assert_eq!(client.recv(8, 0), Ok(b"abc".to_vec()), "nobody received it");
}

/// S1.88: an operation with a routine ends with its thread also on a socket that has a port by
/// now, and queues no packet.
#[test]
fn a_threads_end_cancels_a_routine_on_a_ported_socket() {
    let ((_client, server), receive) = (Socket::pair(V4), Operation::new(8).with_routine());
    let worker = Worker::start();
    let order = move || (receive.receive(&server, 0), server, receive);
    let (started, server, receive) = worker.ask(order).wait();
    assert_eq!(started, Started::Pending);
    let port = OwnPort::of(&server, 9);
    worker.end();
    eventually(|| receive.status() == CANCELLED);
    port.assert_empty();
}

/// S5.18: several on one socket fill their buffers, and are told, in order.
#[test]
fn routines_of_one_socket_run_in_order() {
    let (client, server) = Socket::pair(V4);
    let receives: Vec<_> = (0..8).map(|_| Operation::new(2).with_routine()).collect();
    for receive in &receives {
        assert_eq!(receive.receive(&server, 0), Started::Pending);
    }
    client.send_all(b"0011223344556677");
    let mut all = next_ran();
    while all.len() < 8 {
        all.extend(next_ran());
    }
    assert_eq!(all, receives.iter().map(|receive| Ran::done(receive, 2)).collect::<Vec<_>>());
    for (receive, expected) in receives.iter().zip(b"01234567") {
        assert_eq!(receive.received(), [*expected; 2]);
    }
}

/// S5.19, S1.12: on a socket with a port it is refused with 10022, and nothing runs.
#[test]
fn a_routine_on_a_ported_socket_is_refused() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 9);
    let (receive, send) = (Operation::new(8), Operation::sending(b"abc"));
    assert_eq!(receive.with_routine().receive(&server, 0), Started::Failed(WSAEINVAL));
    assert_eq!(send.with_routine().send(&server), Started::Failed(WSAEINVAL));
    client.send_all(b"abc");
    assert_eq!(nap(0), 0);
    assert_eq!(ran(), []);
    port.assert_empty();
}

/// S1.13: routine first and association afterwards: the routine runs, and no packet comes.
#[test]
fn a_routine_from_before_the_association_runs() {
    let (client, server, receive) = pending_pair(Operation::new(8).with_routine());
    let port = OwnPort::of(&server, 9);
    client.send_all(b"abc");
    assert_eq!(next_ran(), [Ran::done(&receive, 3)]);
    port.assert_empty();
}

//! S1.72–S1.78: cancelling.

use std::ptr::null;

use conformance::operation::{Event, Operation, Start};
use conformance::pair::{Socket, listener, tcp_pair, udp_pair};
use conformance::port::{Got, OwnPort, last_error, poison_last_error};
use conformance::worker::Worker;
use overlapped::sys::*;

/// STATUS_CANCELLED.
const CANCELLED: u32 = 0xC000_0120;

/// CancelIoEx of all operations of a socket: 0, or the last error.
fn cancel_all(socket: &Socket) -> u32 {
    poison_last_error();
    // SAFETY: CancelIoEx takes the handle as a value, and no OVERLAPPED here.
    match unsafe { CancelIoEx(socket.handle(), null()) } {
        0 => last_error(),
        _ => 0,
    }
}

/// CancelIo: whether it said TRUE.
fn cancel_own(socket: &Socket) -> bool {
    // SAFETY: CancelIo takes the handle as a value.
    unsafe { CancelIo(socket.handle()) != 0 }
}

fn cancelled(operation: Operation) -> Got {
    Got::failure(ERROR_OPERATION_ABORTED, 0, 9, operation.address())
}

fn pending_receive(socket: &Socket) -> Operation {
    let receive = Operation::new(8);
    assert_eq!(receive.receive(socket), Start::Pending);
    receive
}

/// Sends of a megabyte until one pends, for the peer does not read; how many were done at once.
fn fill(socket: &Socket) -> (usize, Operation) {
    for count in 0..64 {
        let send = Operation::of(&vec![1; 1 << 20]);
        if send.send(socket) == Start::Pending {
            return (count, send);
        }
    }
    panic!("64 MB were taken and nobody reads");
}

/// S1.72: the operation of that OVERLAPPED ends with 995, 0 bytes and one packet; others go on.
#[test]
fn cancel_ends_the_one_operation() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let (first, second) = (pending_receive(&one), pending_receive(&one));
    assert_eq!(first.cancel(&one), 0);
    assert_eq!(port.next(), cancelled(first));
    assert_eq!((first.status(), first.transferred()), (CANCELLED, 0));
    port.assert_empty();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, second.address()));
}

/// S1.72: an event is told as well as a port.
#[test]
fn cancel_signals_the_event() {
    let (one, _other) = tcp_pair();
    let event = Event::new();
    let receive = Operation::with_event(8, &event, 0);
    assert_eq!(receive.receive(&one), Start::Pending);
    assert_eq!(receive.cancel(&one), 0);
    event.wait();
    assert_eq!(receive.winsock_result(&one), Err(ERROR_OPERATION_ABORTED));
}

/// S1.72: any thread may cancel, not only the one that began the operation.
#[test]
fn cancel_works_from_another_thread() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let receive = pending_receive(&one);
    let said = Worker::start().ask(move || (receive.cancel(&one), one)).wait();
    assert_eq!(said.0, 0);
    assert_eq!(port.next(), cancelled(receive));
}

/// S1.72: datagrams, accepts and sends can be cancelled too.
#[test]
fn cancel_ends_any_kind_of_operation() {
    let port = OwnPort::new(1);
    let (udp, _far) = udp_pair();
    port.associate(&udp, 9);
    let receive = pending_receive(&udp);
    assert_eq!(receive.cancel(&udp), 0);
    assert_eq!(port.next(), cancelled(receive));

    let (listener, acceptor, accept) = (listener(), Socket::tcp(), Operation::new(64));
    port.associate(&listener, 9);
    assert_eq!(accept.accept(&listener, &acceptor), Start::Pending);
    assert_eq!(accept.cancel(&listener), 0);
    assert_eq!(port.next(), cancelled(accept));
}

/// S1.72: a thread that waits for the packet gets it.
#[test]
fn cancel_wakes_a_waiting_thread() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let waiter = Worker::start();
    let taken = waiter.take(*port);
    let receive = pending_receive(&one);
    assert!(taken.is_withheld());
    assert_eq!(receive.cancel(&one), 0);
    assert_eq!(taken.wait(), cancelled(receive));
}

/// S1.73: nothing to cancel: FALSE and 1168, with an OVERLAPPED and without. Wine says TRUE.
#[test]
fn cancelling_nothing_is_not_found() {
    let (one, other) = tcp_pair();
    assert_eq!(cancel_all(&one), ERROR_NOT_FOUND);
    let receive = pending_receive(&one);
    assert_eq!(Operation::new(8).cancel(&one), ERROR_NOT_FOUND);
    assert_eq!(receive.cancel(&other), ERROR_NOT_FOUND);
    assert_eq!(receive.cancel(&one), 0);
}

/// S1.73: what is over cannot be cancelled, also while its packet waits in the queue.
#[test]
fn cancelling_a_finished_operation_is_not_found() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let send = Operation::of(b"abc");
    assert_eq!(send.send(&one), Start::Done(3));
    assert_eq!(send.cancel(&one), ERROR_NOT_FOUND);
    assert_eq!(port.next(), Got::packet(3, 9, send.address()));
    assert_eq!(send.cancel(&one), ERROR_NOT_FOUND);
    port.assert_empty();
}

/// S1.73: a second cancel of the same operation finds nothing, or the same one on its way; one
/// packet comes.
#[test]
fn cancelling_twice_queues_one_packet() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let receive = pending_receive(&one);
    assert_eq!(receive.cancel(&one), 0);
    assert!([0, ERROR_NOT_FOUND].contains(&receive.cancel(&one)));
    assert_eq!(port.next(), cancelled(receive));
    port.assert_empty();
}

/// S1.73: without an OVERLAPPED all operations of the socket end, whichever thread began them.
#[test]
fn cancelling_all_ends_all_operations_of_the_socket() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let mine = pending_receive(&one);
    let worker = Worker::start();
    let (one, theirs) = worker
        .ask(move || {
            let op = pending_receive(&one);
            (one, op)
        })
        .wait();
    assert_eq!(cancel_all(&one), 0);
    assert_eq!((port.next(), port.next()), (cancelled(mine), cancelled(theirs)));
    port.assert_empty();
}

/// S1.74: CancelIo ends what the calling thread began, and nothing else.
#[test]
fn cancel_io_ends_the_calling_threads_operations_only() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let worker = Worker::start();
    let (one, theirs) = worker
        .ask(move || {
            let op = pending_receive(&one);
            (one, op)
        })
        .wait();
    let mine = pending_receive(&one);
    assert!(cancel_own(&one));
    assert_eq!(port.next(), cancelled(mine));
    port.assert_empty();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, theirs.address()));
}

/// S1.74: TRUE also when there was nothing to cancel.
#[test]
fn cancel_io_of_nothing_is_true() {
    let (one, _other) = tcp_pair();
    assert!(cancel_own(&one));
}

/// S1.75: until the packet comes the operation is the system's; then its OVERLAPPED and buffer
/// serve again.
#[test]
fn a_cancelled_operation_can_be_issued_again() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let receive = pending_receive(&one);
    for _ in 0..50 {
        assert_eq!(receive.cancel(&one), 0);
        assert_eq!(port.next(), cancelled(receive));
        assert_eq!(receive.receive(&one), Start::Pending);
    }
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
}

/// S1.76, S1.77: cancel races with arriving data: either the operation succeeds with the data, or
/// it is cancelled and the next one gets them. No byte is lost, and one packet comes.
#[test]
fn a_cancel_that_races_with_data_loses_none() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let sender = Worker::start();
    let mut other = Some(other);
    for round in 0..200_u8 {
        let receive = pending_receive(&one);
        let peer = other.take().expect("it came back");
        let sent = sender.ask(move || {
            peer.send(&[round]);
            peer
        });
        let said = receive.cancel(&one);
        let mut got = port.next();
        assert!(said == 0 || said == ERROR_NOT_FOUND);
        let mut receiver = receive;
        if got == cancelled(receive) {
            receiver = Operation::new(8);
            assert!(receiver.receive(&one).begun());
            got = port.next();
        }
        assert_eq!(got, Got::packet(1, 9, receiver.address()));
        assert_eq!(receiver.data(1), [round]);
        other = Some(sent.wait());
    }
    port.assert_empty();
}

/// S1.77: data that come after a cancelled receive go to the next one, from the first byte on.
#[test]
fn a_cancelled_receive_consumes_nothing() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let (first, second) = (pending_receive(&one), pending_receive(&one));
    assert_eq!(first.cancel(&one), 0);
    assert_eq!(port.next(), cancelled(first));
    other.send(b"abcdef");
    assert_eq!(port.next(), Got::packet(6, 9, second.address()));
    assert_eq!(second.data(6), b"abcdef");
    assert_eq!(first.data(8), [0xAA; 8]);
}

/// S1.78: a send that is partly under way can be cancelled: one packet with 995. What the peer
/// has got is not defined, so nothing is asked of it.
#[test]
fn a_send_under_way_can_be_cancelled() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let (done, send) = fill(&one);
    (0..done).for_each(|_| assert!(port.next().ok));
    assert_eq!(send.cancel(&one), 0);
    let got = port.next();
    assert_eq!((got.ok, got.error), (false, ERROR_OPERATION_ABORTED));
    assert_eq!((got.key, got.overlapped), (9, send.address()));
    port.assert_empty();
}

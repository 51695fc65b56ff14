//! S1.72–S1.78: cancelling.

use conformance::{
    Addresses, Got, Operation, OwnPort, Socket, Started, V4, Worker, pending_receive, ported_pair,
    wine_differs,
};
use overlapped::sys::*;

/// STATUS_CANCELLED.
const CANCELLED: u32 = 0xC000_0120;

/// CancelIo: whether it said TRUE.
fn cancel_own(socket: &Socket) -> bool {
    // SAFETY: CancelIo takes the handle as a value.
    unsafe { CancelIo(socket.handle()) != 0 }
}

fn cancelled(operation: &Operation) -> Got {
    Got::failure(ERROR_OPERATION_ABORTED, 0, 9, operation.address())
}

/// Sends of a megabyte until one pends, for the peer does not read; how many were done at once.
fn fill(socket: &Socket) -> (usize, Operation) {
    for count in 0..64 {
        let send = Operation::sending(&vec![1; 1 << 20]);
        if send.send(socket) == Started::Pending {
            return (count, send);
        }
    }
    panic!("64 MB were taken and nobody reads");
}

/// S1.72: the operation of that OVERLAPPED ends with 995, 0 bytes and one packet; others go on.
#[test]
fn cancel_ends_the_one_operation() {
    let (port, one, other) = ported_pair();
    let (first, second) = (pending_receive(&one), pending_receive(&one));
    assert_eq!(first.cancel(&one), Ok(()));
    assert_eq!(port.next(), cancelled(&first));
    assert_eq!((first.status(), first.transferred()), (CANCELLED, 0));
    port.assert_empty();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, second.address()));
}

/// S1.72: an event is told as well as a port.
#[test]
fn cancel_signals_the_event() {
    let (one, _other) = Socket::pair(V4);
    let receive = Operation::new(8).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    assert_eq!(receive.cancel(&one), Ok(()));
    receive.event().wait();
    assert_eq!(receive.result(&one), Err(WSA_OPERATION_ABORTED));
}

/// S1.72: any thread may cancel, not only the one that began the operation.
#[test]
fn cancel_works_from_another_thread() {
    let (port, one, _other) = ported_pair();
    let receive = pending_receive(&one);
    let worker = Worker::start();
    let (said, receive, _one) = worker.ask(move || (receive.cancel(&one), receive, one)).wait();
    assert_eq!(said, Ok(()));
    assert_eq!(port.next(), cancelled(&receive));
}

/// S1.72: datagrams, accepts and sends can be cancelled too.
#[test]
fn cancel_ends_any_kind_of_operation() {
    let port = OwnPort::new(1);
    let (udp, _far) = Socket::udp_pair(V4);
    port.associate(&udp, 9);
    let receive = pending_receive(&udp);
    assert_eq!(receive.cancel(&udp), Ok(()));
    assert_eq!(port.next(), cancelled(&receive));

    let ((listener, _), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let accept = Operation::new(Addresses::NO_DATA.room());
    port.associate(&listener, 9);
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    assert_eq!(accept.cancel(&listener), Ok(()));
    assert_eq!(port.next(), cancelled(&accept));
}

/// S1.72: a thread that waits for the packet gets it.
#[test]
fn cancel_wakes_a_waiting_thread() {
    let (port, one, _other) = ported_pair();
    let waiter = Worker::start();
    let taken = waiter.take(*port);
    let receive = pending_receive(&one);
    assert!(taken.is_withheld());
    assert_eq!(receive.cancel(&one), Ok(()));
    assert_eq!(taken.wait(), cancelled(&receive));
}

/// S1.73: nothing to cancel: FALSE and 1168, with an OVERLAPPED and without. Wine says TRUE.
#[test]
fn cancelling_nothing_is_not_found() {
    wine_differs!("S1.73", "says TRUE");
    let (one, other) = Socket::pair(V4);
    assert_eq!(one.cancel_all(), Err(ERROR_NOT_FOUND));
    let receive = pending_receive(&one);
    assert_eq!(Operation::new(8).cancel(&one), Err(ERROR_NOT_FOUND));
    assert_eq!(receive.cancel(&other), Err(ERROR_NOT_FOUND));
    assert_eq!(receive.cancel(&one), Ok(()));
}

/// S1.73: what is over cannot be cancelled, also while its packet waits in the queue.
#[test]
fn cancelling_a_finished_operation_is_not_found() {
    let (port, one, _other) = ported_pair();
    let send = Operation::sending(b"abc");
    assert_eq!(send.send(&one), Started::Done(3));
    assert_eq!(send.cancel(&one), Err(ERROR_NOT_FOUND));
    assert_eq!(port.next(), Got::packet(3, 9, send.address()));
    assert_eq!(send.cancel(&one), Err(ERROR_NOT_FOUND));
    port.assert_empty();
}

/// S1.73: a second cancel of the same operation finds nothing, or the same one on its way; one
/// packet comes.
#[test]
fn cancelling_twice_queues_one_packet() {
    let (port, one, _other) = ported_pair();
    let receive = pending_receive(&one);
    assert_eq!(receive.cancel(&one), Ok(()));
    assert!(matches!(receive.cancel(&one), Ok(()) | Err(ERROR_NOT_FOUND)));
    assert_eq!(port.next(), cancelled(&receive));
    port.assert_empty();
}

/// S1.73: without an OVERLAPPED all operations of the socket end, whichever thread began them (and
/// in whichever order).
#[test]
fn cancelling_all_ends_all_operations_of_the_socket() {
    let (port, one, _other) = ported_pair();
    let mine = pending_receive(&one);
    let worker = Worker::start();
    let (one, theirs) = worker
        .ask(move || {
            let op = pending_receive(&one);
            (one, op)
        })
        .wait();
    assert_eq!(one.cancel_all(), Ok(()));
    let mut ended = [port.next(), port.next()];
    ended.sort_by_key(|got| got.overlapped != mine.address());
    assert_eq!(ended, [cancelled(&mine), cancelled(&theirs)]);
    port.assert_empty();
}

/// S1.74: CancelIo ends what the calling thread began, and nothing else.
#[test]
fn cancel_io_ends_the_calling_threads_operations_only() {
    let (port, one, other) = ported_pair();
    let worker = Worker::start();
    let (one, theirs) = worker
        .ask(move || {
            let op = pending_receive(&one);
            (one, op)
        })
        .wait();
    let mine = pending_receive(&one);
    assert!(cancel_own(&one));
    assert_eq!(port.next(), cancelled(&mine));
    port.assert_empty();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, theirs.address()));
}

/// S1.74: TRUE also when there was nothing to cancel.
#[test]
fn cancel_io_of_nothing_is_true() {
    let (one, _other) = Socket::pair(V4);
    assert!(cancel_own(&one));
}

/// S1.75: until the packet comes the operation is the system's; then its OVERLAPPED and buffer
/// serve again.
#[test]
fn a_cancelled_operation_can_be_issued_again() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    for _ in 0..50 {
        assert_eq!(receive.cancel(&one), Ok(()));
        assert_eq!(port.next(), cancelled(&receive));
        assert_eq!(receive.receive(&one, 0), Started::Pending);
    }
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
}

/// S1.76, S1.77: cancel races with arriving data: either the operation succeeds with the data, or
/// it is cancelled and the next one gets them. No byte is lost, and one packet comes.
#[test]
fn a_cancel_that_races_with_data_loses_none() {
    let (port, one, other) = ported_pair();
    let sender = Worker::start();
    let mut other = Some(other);
    for round in 0..200_u8 {
        let receive = pending_receive(&one);
        let peer = other.take().expect("it came back");
        let sent = sender.ask(move || {
            peer.send_all(&[round]);
            peer
        });
        let said = receive.cancel(&one);
        let mut got = port.next();
        assert!(matches!(said, Ok(()) | Err(ERROR_NOT_FOUND)));
        let mut receiver = receive;
        if got == cancelled(&receiver) {
            receiver = Operation::new(8);
            assert!(receiver.receive(&one, 0).begun());
            got = port.next();
        }
        assert_eq!(got, Got::packet(1, 9, receiver.address()));
        assert_eq!(receiver.received(), [round]);
        other = Some(sent.wait());
    }
    port.assert_empty();
}

/// S1.77: data that come after a cancelled receive go to the next one, from the first byte on.
#[test]
fn a_cancelled_receive_consumes_nothing() {
    let (port, one, other) = ported_pair();
    let (first, second) = (pending_receive(&one), pending_receive(&one));
    assert_eq!(first.cancel(&one), Ok(()));
    assert_eq!(port.next(), cancelled(&first));
    other.send_all(b"abcdef");
    assert_eq!(port.next(), Got::packet(6, 9, second.address()));
    assert_eq!(second.received(), b"abcdef");
    assert_eq!(first.data(), [0xCC; 8]);
}

/// S1.78: a send that is partly under way can be cancelled: one packet with 995. What the peer
/// has got is not defined, so nothing is asked of it.
#[test]
fn a_send_under_way_can_be_cancelled() {
    let (port, one, _other) = ported_pair();
    let (done, send) = fill(&one);
    (0..done).for_each(|_| assert!(port.next().ok));
    assert_eq!(send.cancel(&one), Ok(()));
    let got = port.next();
    assert_eq!((got.ok, got.error), (false, ERROR_OPERATION_ABORTED));
    assert_eq!((got.key, got.overlapped), (9, send.address()));
    port.assert_empty();
}

//! S1.59–S1.64: what the system writes into an OVERLAPPED, and when.

use conformance::{
    Addresses, Got, Operation, OwnPort, POISON, Socket, Started, V4, Worker, alone,
    pending_receive, ported_pair, wine_differs,
};
use overlapped::sys::*;

/// STATUS_PENDING.
const PENDING: u32 = STATUS_PENDING as u32;

/// S1.59: a call that pends marks the OVERLAPPED as pending before it returns and leaves
/// InternalHigh alone.
#[test]
fn a_pending_call_marks_the_status_and_keeps_the_bytes() {
    let (one, _other) = Socket::pair(V4);
    let receive = pending_receive(&one);
    assert_eq!((receive.status(), receive.transferred()), (PENDING, POISON as usize));
}

/// S1.59: AcceptEx and ConnectEx likewise.
#[test]
fn a_pending_accept_marks_the_status() {
    wine_differs!("S1.59", "sets InternalHigh to 0 when AcceptEx pends");
    let ((listener, _), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let accept = Operation::new(64);
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    assert_eq!((accept.status(), accept.transferred()), (PENDING, POISON as usize));
}

/// S1.60: success at once: status 0 and the bytes, before the call returns.
#[test]
fn a_success_at_once_stores_status_and_bytes() {
    let (port, (one, other)) = (OwnPort::new(1), Socket::pair(V4));
    for ported in [false, true] {
        if ported {
            port.associate(&one, 9);
        }
        let send = Operation::sending(b"hello");
        assert_eq!(send.send(&one), Started::Done(5));
        assert_eq!((send.status(), send.transferred()), (0, 5));
    }
    let receive = Operation::new(16);
    assert_eq!(receive.receive(&other, 0), Started::Done(10));
    assert_eq!((receive.status(), receive.transferred()), (0, 10));
}

/// S1.60: a datagram taken at once as well.
#[test]
fn a_datagram_at_once_stores_status_and_bytes() {
    let (one, other) = Socket::udp_pair(V4);
    other.send_all(b"abc");
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&one, 0), Started::Done(3));
    assert_eq!((receive.status(), receive.transferred()), (0, 3));
}

/// S1.61: whoever sees a final status sees the bytes and the data too: a thread that polls the
/// OVERLAPPED of a socket without a port.
#[test]
fn a_final_status_is_seen_after_the_bytes() {
    let _alone = alone();
    let (one, other) = Socket::pair(V4);
    let poller = Worker::start();
    for round in 1..200_usize {
        let receive = Operation::new(256);
        assert_eq!(receive.receive(&one, 0), Started::Pending);
        let seen = poller.ask(move || {
            while receive.status() == PENDING {
                std::thread::yield_now();
            }
            (receive.status(), receive.transferred(), receive.received())
        });
        let sent = vec![round as u8; round];
        other.send_all(&sent);
        assert_eq!(seen.wait(), (0, round, sent));
    }
}

/// S1.62: at the latest when its packet has been taken is the OVERLAPPED final; before that a
/// program must not count on it.
#[test]
fn a_taken_packets_overlapped_is_final() {
    let (port, one, other) = ported_pair();
    let (first, second) = (Operation::new(8), Operation::new(8));
    assert_eq!(
        (first.receive(&one, 0), second.receive(&one, 0)),
        (Started::Pending, Started::Pending)
    );
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, first.address()));
    assert_eq!((first.status(), first.transferred()), (0, 3));
    assert_eq!(second.cancel(&one), Ok(()));
    assert_eq!(port.next().overlapped, second.address());
    assert_eq!((second.status(), second.transferred()), (0xC000_0120, 0));
}

/// S1.63: an AcceptEx or ConnectEx that fails on its arguments leaves the mark of a pending
/// operation behind, though nothing pends.
#[test]
fn a_refused_accept_or_connect_leaves_pending_behind() {
    wine_differs!("S3.1", "takes what must be refused");
    let (port, not_listening, acceptor) = (OwnPort::new(1), Socket::bound_tcp(V4), Socket::tcp(V4));
    port.associate(&not_listening, 1);
    let accept = Operation::new(64);
    let refused = accept.accept(&not_listening, &acceptor, Addresses::NO_DATA);
    assert_eq!(refused, Started::Failed(WSAEINVAL));
    assert_eq!(accept.status(), PENDING);
    let listener = Socket::listener(V4);
    let (unbound, connect) = (Socket::tcp(V4), Operation::new(0));
    port.associate(&unbound, 2);
    let refused = connect.connect(&unbound, listener.1);
    assert_eq!(refused, Started::Failed(WSAEINVAL));
    assert_eq!(connect.status(), PENDING);
    port.assert_empty();
}

/// S1.63: a WSAIoctl that fails on its arguments leaves it as it was.
#[test]
fn a_refused_control_call_leaves_the_overlapped_alone() {
    let (port, one, _other) = ported_pair();
    let control = Operation::new(0);
    let refused = control.control(&one, FIONBIO as u32, &[], &mut []);
    assert_eq!(refused, Started::Failed(WSAEFAULT));
    assert_eq!((control.status(), control.transferred()), (POISON, POISON as usize));
    port.assert_empty();
}

/// S1.64: a receive without an OVERLAPPED that would block touches no earlier one.
#[test]
fn a_receive_that_would_block_leaves_a_stale_overlapped_alone() {
    let (one, other) = Socket::pair(V4);
    let receive = pending_receive(&one);
    other.send_all(b"abc");
    while receive.status() == PENDING {
        std::thread::yield_now();
    }
    one.set_nonblocking(true);
    assert_eq!(one.recv(8, 0), Err(WSAEWOULDBLOCK));
    assert_eq!((receive.status(), receive.transferred()), (0, 3));
    assert_eq!(receive.result(&one), Ok((3, 0)));
}

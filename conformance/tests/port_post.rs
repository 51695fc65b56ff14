//! S1.29g, S1.29h: posting.

use conformance::{
    Event, Got, Operation, OwnPort, Port, Socket, V4, Worker, pending_receive, ported_pair, posted,
};
use overlapped::sys::*;

/// S1.29g: the three values come out as they went in, at their limits too; the pointer may be
/// anything, for nobody follows it.
#[test]
fn posted_values_come_out_as_they_went_in() {
    let port = OwnPort::new(1);
    for bytes in [0, 1, 0x8000_0000, u32::MAX] {
        for wide in [0, 1, 0x1234_5678_9ABC_DEF0, usize::MAX] {
            assert_eq!(port.try_post(bytes, wide, !wide), Ok(()));
            assert_eq!(port.next(), Got::packet(bytes, wide, !wide));
        }
    }
}

/// S1.29g: nor is the OVERLAPPED of a posted packet written to.
#[test]
fn posting_leaves_the_overlapped_alone() {
    let (port, idle) = (OwnPort::new(1), Operation::new(0));
    let before = (idle.status(), idle.transferred());
    assert_eq!(port.try_post(5, 6, idle.address()), Ok(()));
    assert_eq!(port.next(), Got::packet(5, 6, idle.address()));
    assert_eq!((idle.status(), idle.transferred()), before);
}

/// S1.29g: a packet with the OVERLAPPED of a pending operation is a packet of its own.
#[test]
fn posting_a_pending_operations_overlapped_does_not_complete_it() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    assert_eq!(port.try_post(5, 6, receive.address()), Ok(()));
    assert_eq!(port.next(), Got::packet(5, 6, receive.address()));
    assert_eq!(receive.result(&one), Err(WSA_IO_INCOMPLETE));
    other.send_all(b"x");
    assert_eq!(port.next(), Got::packet(1, 9, receive.address()));
}

/// S1.29h: a handle that is no port: FALSE and 6.
#[test]
fn posting_to_a_bad_handle_is_6() {
    let (socket, event) = (Socket::tcp(V4), Event::manual());
    let closed = OwnPort::new(1);
    let stale = closed.handle();
    closed.close();
    for bad in [std::ptr::null_mut(), stale, event.handle(), socket.handle()] {
        assert_eq!(Port::from_handle(bad).try_post(1, 2, 3), Err(ERROR_INVALID_HANDLE));
    }
}

/// S1.29h: any thread may post: one that waits nowhere, and one that runs at the port or at
/// another.
#[test]
fn any_thread_may_post() {
    let (port, other) = (OwnPort::new(4), OwnPort::new(4));
    let posters = [Worker::start(), Worker::running_at(*port, 1), Worker::running_at(*other, 2)];
    for (key, poster) in posters.iter().enumerate() {
        let at = *port;
        assert_eq!(poster.ask(move || at.try_post(0, key, 0)).wait(), Ok(()));
        assert_eq!(port.next(), posted(key));
    }
}

/// S1.29g: a success leaves the poster's last error alone as far as anybody can rely on; what
/// counts is TRUE, also for thousands that nobody takes.
#[test]
fn the_queue_holds_what_is_posted() {
    let port = OwnPort::new(1);
    (0..20_000).for_each(|key| port.post(key));
    (0..20_000).for_each(|key| assert_eq!(port.next(), posted(key)));
    port.assert_empty();
}

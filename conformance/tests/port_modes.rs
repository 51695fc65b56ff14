//! S1.52, S1.53: notification modes, and the socket handle as an object to wait for.

use conformance::operation::{Event, Operation, Start, is_signalled};
use conformance::pair::{Socket, tcp_pair};
use conformance::port::{Got, OwnPort, last_error, poison_last_error};
use overlapped::sys::*;

/// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS.
const SKIP_PACKETS: u8 = 1;
/// FILE_SKIP_SET_EVENT_ON_HANDLE.
const SKIP_SIGNAL: u8 = 2;

/// SetFileCompletionNotificationModes: 0, or the last error.
fn set_modes(handle: HANDLE, modes: u8) -> u32 {
    poison_last_error();
    // SAFETY: SetFileCompletionNotificationModes takes the handle as a value.
    match unsafe { SetFileCompletionNotificationModes(handle, modes) } {
        0 => last_error(),
        _ => 0,
    }
}

/// Begins a receive on `one`, ends it from `other` and waits until it is over.
fn complete_a_receive(one: &Socket, other: &Socket, receive: Operation) {
    assert_eq!(receive.receive(one), Start::Pending);
    assert!(!is_signalled(one.handle()));
    other.send(b"x");
    let over = (0..10_000_000).any(|_| {
        std::thread::yield_now();
        receive.winsock_result(one) == Ok(1)
    });
    assert!(over);
}

/// S1.52: without the mode, and without an event, the handle itself is signalled.
#[test]
fn a_completion_signals_the_socket_handle() {
    let (one, other) = tcp_pair();
    complete_a_receive(&one, &other, Operation::new(8));
    let signalled = (0..10_000_000).any(|_| is_signalled(one.handle()));
    assert!(signalled);
}

/// S1.52: with it, the handle stays as it is.
#[test]
fn skipping_the_signal_leaves_the_socket_handle_alone() {
    let (one, other) = tcp_pair();
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), 0);
    for _ in 0..3 {
        complete_a_receive(&one, &other, Operation::new(8));
        assert!(!is_signalled(one.handle()));
    }
}

/// S1.52: an event of the operation's own is signalled all the same.
#[test]
fn skipping_the_signal_does_not_concern_an_explicit_event() {
    let (one, other) = tcp_pair();
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), 0);
    let event = Event::new();
    complete_a_receive(&one, &other, Operation::with_event(8, &event, 0));
    event.wait();
}

/// S1.52: packets are not concerned either.
#[test]
fn skipping_the_signal_does_not_concern_packets() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), 0);
    let (send, receive) = (Operation::of(b"x"), Operation::new(8));
    assert_eq!(send.send(&one), Start::Done(1));
    assert_eq!(port.next(), Got::packet(1, 9, send.address()));
    assert_eq!(receive.receive(&one), Start::Pending);
    other.send(b"y");
    assert_eq!(port.next(), Got::packet(1, 9, receive.address()));
}

/// S1.53: a mode once set stays: 0 later succeeds and changes nothing, another is added.
#[test]
fn modes_are_added_and_never_removed() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    for modes in [SKIP_PACKETS, 0, SKIP_SIGNAL, 0] {
        assert_eq!(set_modes(one.handle(), modes), 0);
        assert_eq!(Operation::of(b"x").send(&one), Start::Done(1));
        port.assert_empty();
    }
}

/// S1.53: bits that mean nothing are accepted and do nothing.
#[test]
fn unknown_mode_bits_are_ignored() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    assert_eq!(set_modes(one.handle(), 0xFC), 0);
    let send = Operation::of(b"x");
    assert_eq!(send.send(&one), Start::Done(1));
    assert_eq!(port.next(), Got::packet(1, 9, send.address()));
}

/// S1.53: modes may be set before the association.
#[test]
fn modes_set_before_the_association_hold() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    assert_eq!(set_modes(one.handle(), SKIP_PACKETS), 0);
    port.associate(&one, 9);
    assert_eq!(Operation::of(b"x").send(&one), Start::Done(1));
    port.assert_empty();
}

/// S1.53: a socket without the overlapped attribute has no modes: 87.
#[test]
fn modes_of_a_socket_that_is_not_overlapped_are_an_invalid_parameter() {
    let socket = Socket::not_overlapped();
    for modes in [SKIP_PACKETS, SKIP_SIGNAL] {
        assert_eq!(set_modes(socket.handle(), modes), ERROR_INVALID_PARAMETER);
    }
}

/// S1.53: nor has a handle that is none: 6.
#[test]
fn modes_of_a_bad_handle_are_6() {
    let closed = Socket::tcp();
    let stale = closed.handle();
    closed.close();
    assert_eq!(set_modes(stale, SKIP_PACKETS), ERROR_INVALID_HANDLE);
}

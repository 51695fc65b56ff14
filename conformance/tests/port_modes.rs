//! S1.52, S1.53: notification modes, and the socket handle as an object to wait for.

use conformance::{
    Got, Operation, OwnPort, Socket, Started, V4, eventually, is_signalled, ported_pair, win32_call,
};
use overlapped::sys::*;

/// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS.
const SKIP_PACKETS: u8 = 1;
/// FILE_SKIP_SET_EVENT_ON_HANDLE.
const SKIP_SIGNAL: u8 = 2;

/// SetFileCompletionNotificationModes: its verdict.
fn set_modes(handle: HANDLE, modes: u8) -> Result<(), u32> {
    // SAFETY: SetFileCompletionNotificationModes takes the handle as a value.
    win32_call(0, || unsafe { SetFileCompletionNotificationModes(handle, modes) }).map(drop)
}

/// Begins a receive on `one`, ends it from `other` and waits until it is over.
fn complete_a_receive(one: &Socket, other: &Socket, receive: &Operation) {
    assert_eq!(receive.receive(one, 0), Started::Pending);
    assert!(!is_signalled(one.handle()));
    other.send_all(b"x");
    eventually(|| receive.result(one) == Ok((1, 0)));
}

/// S1.52: without the mode, and without an event, the handle itself is signalled.
#[test]
fn a_completion_signals_the_socket_handle() {
    let (one, other) = Socket::pair(V4);
    complete_a_receive(&one, &other, &Operation::new(8));
    eventually(|| is_signalled(one.handle()));
}

/// S1.52: with it, the handle stays as it is.
#[test]
fn skipping_the_signal_leaves_the_socket_handle_alone() {
    let (one, other) = Socket::pair(V4);
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), Ok(()));
    for _ in 0..3 {
        complete_a_receive(&one, &other, &Operation::new(8));
        assert!(!is_signalled(one.handle()));
    }
}

/// S1.52: an event of the operation's own is signalled all the same.
#[test]
fn skipping_the_signal_does_not_concern_an_explicit_event() {
    let (one, other) = Socket::pair(V4);
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), Ok(()));
    let receive = Operation::new(8).with_event();
    complete_a_receive(&one, &other, &receive);
    receive.event().wait();
}

/// S1.52: packets are not concerned either.
#[test]
fn skipping_the_signal_does_not_concern_packets() {
    let (port, one, other) = ported_pair();
    assert_eq!(set_modes(one.handle(), SKIP_SIGNAL), Ok(()));
    let (send, receive) = (Operation::sending(b"x"), Operation::new(8));
    assert_eq!(send.send(&one), Started::Done(1));
    assert_eq!(port.next(), Got::packet(1, 9, send.address()));
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    other.send_all(b"y");
    assert_eq!(port.next(), Got::packet(1, 9, receive.address()));
}

/// S1.53: a mode once set stays: 0 later succeeds and changes nothing, another is added.
#[test]
fn modes_are_added_and_never_removed() {
    let (port, one, _other) = ported_pair();
    for modes in [SKIP_PACKETS, 0, SKIP_SIGNAL, 0] {
        assert_eq!(set_modes(one.handle(), modes), Ok(()));
        assert_eq!(Operation::sending(b"x").send(&one), Started::Done(1));
        port.assert_empty();
    }
}

/// S1.53: bits that mean nothing are accepted and do nothing.
#[test]
fn unknown_mode_bits_are_ignored() {
    let (port, one, _other) = ported_pair();
    assert_eq!(set_modes(one.handle(), 0xFC), Ok(()));
    let send = Operation::sending(b"x");
    assert_eq!(send.send(&one), Started::Done(1));
    assert_eq!(port.next(), Got::packet(1, 9, send.address()));
}

/// S1.53: modes may be set before the association.
#[test]
fn modes_set_before_the_association_hold() {
    let (port, (one, _other)) = (OwnPort::new(1), Socket::pair(V4));
    assert_eq!(set_modes(one.handle(), SKIP_PACKETS), Ok(()));
    port.associate(&one, 9);
    assert_eq!(Operation::sending(b"x").send(&one), Started::Done(1));
    port.assert_empty();
}

/// S1.53: a socket without the overlapped attribute has no modes: 87.
#[test]
fn modes_of_a_socket_that_is_not_overlapped_are_an_invalid_parameter() {
    let socket = Socket::not_overlapped();
    for modes in [SKIP_PACKETS, SKIP_SIGNAL] {
        assert_eq!(set_modes(socket.handle(), modes), Err(ERROR_INVALID_PARAMETER));
    }
}

/// S1.53: nor has a handle that is none: 6.
#[test]
fn modes_of_a_bad_handle_are_6() {
    let closed = Socket::tcp(V4);
    let stale = closed.handle();
    closed.close().unwrap();
    assert_eq!(set_modes(stale, SKIP_PACKETS), Err(ERROR_INVALID_HANDLE));
}

//! S1.45–S1.51, S1.54–S1.58: which operations queue a packet, and which never do.

use conformance::{
    Addresses, Event, Got, Operation, OwnPort, Socket, Started, V4, Worker, pending_receive,
    ported_pair, ported_udp_pair, posted, wine_differs,
};
use overlapped::sys::*;

/// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS.
const SKIP_PACKETS: u8 = 1;
/// STATUS_BUFFER_OVERFLOW.
const CUT: u32 = 0x8000_0005;

fn set_modes(socket: &Socket, modes: u8) {
    // SAFETY: SetFileCompletionNotificationModes takes the handle as a value.
    let set = unsafe { SetFileCompletionNotificationModes(socket.handle(), modes) };
    assert_eq!(set, 1);
}

/// As [`ported_pair`], the socket's packets of immediate successes being skipped.
fn skipping_pair() -> (OwnPort, Socket, Socket) {
    let (port, one, other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    (port, one, other)
}

/// S1.45: an operation done at once queues its packet all the same.
#[test]
fn a_success_at_once_queues_a_packet() {
    let (port, one, _other) = ported_pair();
    let send = Operation::sending(b"hello");
    assert_eq!(send.send(&one), Started::Done(5));
    assert_eq!(port.next(), Got::packet(5, 9, send.address()));
    port.assert_empty();
}

/// S1.45, S1.46: a receive of bytes that have come already queues one packet, whether it says
/// that it is done or that it pends.
#[test]
fn a_receive_of_present_bytes_queues_one_packet() {
    let (port, one, other) = ported_pair();
    other.send_all(b"abc");
    let receive = Operation::new(8);
    assert!(receive.receive(&one, 0).begun());
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    assert_eq!(receive.received(), b"abc");
    port.assert_empty();
}

/// S1.46: an operation that pends queues exactly one packet, when it ends.
#[test]
fn a_pending_operation_queues_exactly_one_packet() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    port.assert_empty();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    port.assert_empty();
}

/// S1.47: a receive on a socket that was never connected: 10057, and no packet.
#[test]
fn a_receive_on_an_unconnected_socket_queues_nothing() {
    let (port, socket) = (OwnPort::new(1), Socket::tcp(V4));
    port.associate(&socket, 9);
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&socket, 0), Started::Failed(WSAENOTCONN));
    port.assert_empty();
}

/// S1.47: after a reset has been seen, receives and sends fail with 10054 and queue no packet;
/// their OVERLAPPED is free at once. Wine queues a packet for the receive.
#[test]
fn operations_after_a_seen_reset_queue_nothing() {
    wine_differs!("S1.47", "receives 0 bytes after the reset");
    let (port, one, other) = ported_pair();
    let first = pending_receive(&one);
    other.reset();
    let reset = Got::failure(ERROR_NETNAME_DELETED, 0, 9, first.address());
    assert_eq!(port.next(), reset);
    for _ in 0..2 {
        assert_eq!(first.receive(&one, 0), Started::Failed(WSAECONNRESET));
        assert_eq!(Operation::sending(b"x").send(&one), Started::Failed(WSAECONNRESET));
    }
    port.assert_empty();
}

/// S1.47: an operation on a closed socket: 10038, and no packet.
#[test]
fn an_operation_on_a_closed_socket_queues_nothing() {
    let (port, one, _other) = ported_pair();
    let stale = std::mem::ManuallyDrop::new(Socket::owning(one.raw()));
    one.close().unwrap();
    assert_eq!(Operation::new(8).receive(&stale, 0), Started::Failed(WSAENOTSOCK));
    port.assert_empty();
}

/// S1.48: a datagram longer than the buffer that is there already: the call says 10040 and a
/// packet is queued as well, for the status is a warning.
#[test]
fn a_cut_datagram_fails_and_queues_a_packet() {
    let (port, one, other) = ported_udp_pair();
    other.send_all(b"too long");
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT));
    let receive = Operation::new(3);
    assert_eq!(receive.receive(&one, 0), Started::Failed(WSAEMSGSIZE));
    assert_eq!(port.next(), Got::failure(ERROR_MORE_DATA, 3, 9, receive.address()));
    assert_eq!((receive.status(), receive.received()), (CUT, b"too".to_vec()));
    port.assert_empty();
}

/// S1.48, S1.50: packets of successes are skipped, but a cut datagram is none.
#[test]
fn skipping_does_not_skip_a_cut_datagram() {
    wine_differs!("S1.48", "skips the packet of a warning too");
    let (port, one, other) = ported_udp_pair();
    set_modes(&one, SKIP_PACKETS);
    other.send_all(b"too long");
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT));
    let receive = Operation::new(3);
    assert_eq!(receive.receive(&one, 0), Started::Failed(WSAEMSGSIZE));
    assert_eq!(port.next(), Got::failure(ERROR_MORE_DATA, 3, 9, receive.address()));
}

/// S1.49, S1.56: calls without an OVERLAPPED work on an associated socket and queue nothing.
#[test]
fn calls_without_overlapped_queue_nothing() {
    let (port, one, other) = ported_pair();
    one.send_all(b"ask");
    assert_eq!(other.recv(8, 0), Ok(b"ask".to_vec()));
    other.send_all(b"tell");
    assert_eq!(one.recv(8, 0), Ok(b"tell".to_vec()));
    port.assert_empty();
}

/// S1.49: such a receive waits for bytes, and thread and port part no packet for it.
#[test]
fn a_blocking_receive_on_an_associated_socket_waits() {
    let (port, one, other) = ported_pair();
    let reader = Worker::start();
    let received = reader.ask(move || (one.recv(8, 0), one));
    assert!(received.is_withheld());
    other.send_all(b"tell");
    assert_eq!(received.wait().0, Ok(b"tell".to_vec()));
    port.assert_empty();
}

/// S1.50: with packets of immediate successes skipped, a send done at once queues none.
#[test]
fn skipping_suppresses_the_packet_of_a_success_at_once() {
    let (port, one, other) = skipping_pair();
    let send = Operation::sending(b"hello");
    assert_eq!(send.send(&one), Started::Done(5));
    assert_eq!((send.status(), send.transferred()), (0, 5));
    assert_eq!(other.recv(8, 0), Ok(b"hello".to_vec()));
    port.assert_empty();
}

/// S1.50: a receive of present bytes queues a packet if, and only if, it said that it pends.
#[test]
fn skipping_agrees_with_what_the_call_said() {
    let (port, one, other) = skipping_pair();
    for _ in 0..20 {
        other.send_all(b"abc");
        let receive = Operation::new(8);
        if receive.receive(&one, 0) == Started::Pending {
            assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
        }
        assert_eq!(receive.received(), b"abc");
        port.assert_empty();
    }
}

/// S1.50: what has pended queues its packet: on success and on failure.
#[test]
fn skipping_leaves_the_packets_of_pending_operations() {
    let (port, one, other) = skipping_pair();
    let (first, second) = (Operation::new(8), Operation::new(8));
    assert_eq!(
        (first.receive(&one, 0), second.receive(&one, 0)),
        (Started::Pending, Started::Pending)
    );
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, first.address()));
    assert_eq!(second.cancel(&one), Ok(()));
    let cancelled = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, second.address());
    assert_eq!(port.next(), cancelled);
}

/// S1.51: ConnectEx pends always, so its packet is never skipped.
#[test]
fn skipping_never_suppresses_connect_ex() {
    let ((_listener, address), socket) = (Socket::listener(V4), Socket::bound_tcp(V4));
    let port = OwnPort::of(&socket, 9);
    set_modes(&socket, SKIP_PACKETS);
    let connect = Operation::new(0);
    assert_eq!(connect.connect(&socket, address), Started::Pending);
    assert_eq!(port.next(), Got::packet(0, 9, connect.address()));
}

/// S1.51: so does AcceptEx while no connection waits.
#[test]
fn skipping_never_suppresses_a_waiting_accept_ex() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = OwnPort::of(&listener, 9);
    set_modes(&listener, SKIP_PACKETS);
    let accept = Operation::new(64);
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    let _client = Socket::connected(address);
    assert_eq!(port.next(), Got::packet(0, 9, accept.address()));
}

/// S1.51: and DisconnectEx.
#[test]
fn skipping_never_suppresses_disconnect_ex() {
    wine_differs!("S1.51", "is done at once, so skips the packet");
    let (port, one, other) = skipping_pair();
    let disconnect = Operation::new(0);
    assert_eq!(disconnect.disconnect(&one, 0), Started::Pending);
    assert_eq!(port.next(), Got::packet(0, 9, disconnect.address()));
    assert_eq!(other.recv(8, 0), Ok(vec![]));
}

/// S1.54: with the lowest bit of hEvent set the event is signalled and no packet queued, for an
/// operation done at once as well as for one that pended.
#[test]
fn a_tagged_event_replaces_the_packet() {
    let (port, one, other) = ported_pair();
    let send = Operation::sending(b"hi").with_tagged_event();
    let receive = Operation::new(8).with_tagged_event();
    assert_eq!(send.send(&one), Started::Done(2));
    assert!(send.event().is_set());
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    assert!(!receive.event().is_set());
    other.send_all(b"abc");
    receive.event().wait();
    assert_eq!(receive.result(&one), Ok((3, 0)));
    port.assert_empty();
}

/// S1.54: the tag is no part of the handle: waiting with it works.
#[test]
fn a_tagged_handle_can_be_waited_for() {
    let event = Event::manual();
    event.set();
    let tagged = (event.handle() as usize | 1) as HANDLE;
    // SAFETY: WaitForSingleObject takes the handle as a value.
    assert_eq!(unsafe { WaitForSingleObject(tagged, 0) }, WAIT_OBJECT_0);
}

/// S1.55: with an event and a port both are told.
#[test]
fn an_event_and_a_port_are_both_told() {
    let (port, one, other) = ported_pair();
    let receive = Operation::new(8).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    assert!(!receive.event().is_set());
    other.send_all(b"abc");
    receive.event().wait();
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    port.assert_empty();
}

/// S1.55: the event is signalled though nobody takes packets, and though the only thread of the
/// port is busy elsewhere.
#[test]
fn an_event_is_told_without_anybody_at_the_port() {
    let (port, one, other) = ported_pair();
    let _busy = Worker::running_at(*port, 1);
    for _ in 0..10 {
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive(&one, 0), Started::Pending);
        other.send_all(b"abc");
        receive.event().wait();
        assert_eq!(receive.result(&one), Ok((3, 0)));
    }
}

/// S1.56: connecting, accepting and shutting down queue nothing.
#[test]
fn plain_calls_queue_nothing() {
    let (port, (listener, address), client) =
        (OwnPort::new(1), Socket::listener(V4), Socket::tcp(V4));
    port.associate(&listener, 1);
    port.associate(&client, 2);
    client.connect(address).unwrap();
    let accepted = listener.accept().unwrap();
    port.associate(&accepted, 3);
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(accepted.recv(8, 0), Ok(vec![]));
    port.assert_empty();
}

/// S1.57: closing a socket on which nothing pends queues nothing.
#[test]
fn closing_an_idle_socket_queues_nothing() {
    let (port, one, other) = ported_pair();
    let (listener, _) = Socket::listener(V4);
    port.associate(&listener, 10);
    port.associate(&other, 11);
    for socket in [one, other, listener] {
        socket.close().unwrap();
    }
    port.assert_empty();
}

/// S1.58: WSAIoctl with an OVERLAPPED queues a packet of 0 bytes and status 0, though it stored
/// something.
#[test]
fn a_control_call_queues_a_packet_without_bytes() {
    let (port, one, _other) = ported_pair();
    let lookup = WSAID_CONNECTEX;
    // SAFETY: a GUID is sixteen bytes without padding.
    let id: [u8; 16] = unsafe { std::mem::transmute(lookup) };
    let cases: [(u32, &[u8], &mut [u8]); 3] = [
        (FIONBIO as u32, &[1, 0, 0, 0], &mut []),
        (FIONREAD as u32, &[], &mut [0xAA; 4]),
        (SIO_GET_EXTENSION_FUNCTION_POINTER, &id, &mut [0xAA; 8]),
    ];
    for (code, input, output) in cases {
        let control = Operation::new(0);
        let stored = output.len() as u32;
        assert_eq!(control.control(&one, code, input, output), Started::Done(stored));
        assert!(output.is_empty() || output.iter().any(|&byte| byte != 0xAA));
        assert_eq!(port.next(), Got::packet(0, 9, control.address()));
        assert_eq!((control.status(), control.transferred()), (0, 0));
    }
}

/// S1.58, S1.50: its packet is one of success at once, and can be skipped.
#[test]
fn skipping_suppresses_the_packet_of_a_control_call() {
    let (port, one, _other) = skipping_pair();
    let control = Operation::new(0);
    let said = control.control(&one, FIONREAD as u32, &[], &mut [0; 4]);
    assert_eq!(said, Started::Done(4));
    port.post(1);
    assert_eq!(port.next(), posted(1));
}

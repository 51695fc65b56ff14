//! S1.45–S1.51, S1.54–S1.58: which operations queue a packet, and which never do.

use conformance::operation::{Event, Operation, Start};
use conformance::pair::{Socket, listener, tcp_pair, udp_pair};
use conformance::port::{Got, OwnPort, posted};
use conformance::worker::Worker;
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

/// A port, a socket associated with it under key 9, and its peer.
fn ported_pair() -> (OwnPort, Socket, Socket) {
    let (port, (one, other)) = (OwnPort::new(4), tcp_pair());
    port.associate(&one, 9);
    (port, one, other)
}

/// S1.45: an operation done at once queues its packet all the same.
#[test]
fn a_success_at_once_queues_a_packet() {
    let (port, one, _other) = ported_pair();
    let send = Operation::of(b"hello");
    assert_eq!(send.send(&one), Start::Done(5));
    assert_eq!(port.next(), Got::packet(5, 9, send.address()));
    port.assert_empty();
}

/// S1.45, S1.46: a receive of bytes that have come already queues one packet, whether it says
/// that it is done or that it pends.
#[test]
fn a_receive_of_present_bytes_queues_one_packet() {
    let (port, one, other) = ported_pair();
    other.send(b"abc");
    let receive = Operation::new(8);
    assert!(receive.receive(&one).begun());
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    assert_eq!(receive.data(3), b"abc");
    port.assert_empty();
}

/// S1.46: an operation that pends queues exactly one packet, when it ends.
#[test]
fn a_pending_operation_queues_exactly_one_packet() {
    let (port, one, other) = ported_pair();
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&one), Start::Pending);
    port.assert_empty();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    port.assert_empty();
}

/// S1.47: a receive on a socket that was never connected: 10057, and no packet.
#[test]
fn a_receive_on_an_unconnected_socket_queues_nothing() {
    let (port, socket) = (OwnPort::new(1), Socket::tcp());
    port.associate(&socket, 9);
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&socket), Start::Failed(WSAENOTCONN as u32));
    port.assert_empty();
}

/// S1.47: after a reset has been seen, receives and sends fail with 10054 and queue no packet;
/// their OVERLAPPED is free at once. Wine queues a packet for the receive.
#[test]
fn operations_after_a_seen_reset_queue_nothing() {
    let (port, one, other) = ported_pair();
    let first = Operation::new(8);
    assert_eq!(first.receive(&one), Start::Pending);
    other.reset();
    let reset = Got::failure(ERROR_NETNAME_DELETED, 0, 9, first.address());
    assert_eq!(port.next(), reset);
    for _ in 0..2 {
        assert_eq!(first.receive(&one), Start::Failed(WSAECONNRESET as u32));
        assert_eq!(Operation::of(b"x").send(&one), Start::Failed(WSAECONNRESET as u32));
    }
    port.assert_empty();
}

/// S1.47: an operation on a closed socket: 10038, and no packet.
#[test]
fn an_operation_on_a_closed_socket_queues_nothing() {
    let (port, one, _other) = ported_pair();
    let stale = std::mem::ManuallyDrop::new(Socket(one.0));
    one.close();
    assert_eq!(Operation::new(8).receive(&stale), Start::Failed(WSAENOTSOCK as u32));
    port.assert_empty();
}

/// S1.48: a datagram longer than the buffer that is there already: the call says 10040 and a
/// packet is queued as well, for the status is a warning.
#[test]
fn a_cut_datagram_fails_and_queues_a_packet() {
    let (port, (one, other)) = (OwnPort::new(1), udp_pair());
    port.associate(&one, 9);
    other.send(b"too long");
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT));
    let receive = Operation::new(3);
    assert_eq!(receive.receive(&one), Start::Failed(WSAEMSGSIZE as u32));
    assert_eq!(port.next(), Got::failure(ERROR_MORE_DATA, 3, 9, receive.address()));
    assert_eq!((receive.status(), receive.data(3)), (CUT, b"too".to_vec()));
    port.assert_empty();
}

/// S1.48, S1.50: packets of successes are skipped, but a cut datagram is none.
#[test]
fn skipping_does_not_skip_a_cut_datagram() {
    let (port, (one, other)) = (OwnPort::new(1), udp_pair());
    port.associate(&one, 9);
    set_modes(&one, SKIP_PACKETS);
    other.send(b"too long");
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT));
    let receive = Operation::new(3);
    assert_eq!(receive.receive(&one), Start::Failed(WSAEMSGSIZE as u32));
    assert_eq!(port.next(), Got::failure(ERROR_MORE_DATA, 3, 9, receive.address()));
}

/// S1.49, S1.56: calls without an OVERLAPPED work on an associated socket and queue nothing.
#[test]
fn calls_without_overlapped_queue_nothing() {
    let (port, one, other) = ported_pair();
    one.send(b"ask");
    assert_eq!(other.receive(8), Ok(b"ask".to_vec()));
    other.send(b"tell");
    assert_eq!(one.receive(8), Ok(b"tell".to_vec()));
    port.assert_empty();
}

/// S1.49: such a receive waits for bytes, and thread and port part no packet for it.
#[test]
fn a_blocking_receive_on_an_associated_socket_waits() {
    let (port, one, other) = ported_pair();
    let reader = Worker::start();
    let received = reader.ask(move || (one.receive(8), one));
    assert!(received.is_withheld());
    other.send(b"tell");
    assert_eq!(received.wait().0, Ok(b"tell".to_vec()));
    port.assert_empty();
}

/// S1.50: with packets of immediate successes skipped, a send done at once queues none.
#[test]
fn skipping_suppresses_the_packet_of_a_success_at_once() {
    let (port, one, other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    let send = Operation::of(b"hello");
    assert_eq!(send.send(&one), Start::Done(5));
    assert_eq!((send.status(), send.transferred()), (0, 5));
    assert_eq!(other.receive(8), Ok(b"hello".to_vec()));
    port.assert_empty();
}

/// S1.50: a receive of present bytes queues a packet if, and only if, it said that it pends.
#[test]
fn skipping_agrees_with_what_the_call_said() {
    let (port, one, other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    for _ in 0..20 {
        other.send(b"abc");
        let receive = Operation::new(8);
        if receive.receive(&one) == Start::Pending {
            assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
        }
        assert_eq!(receive.data(3), b"abc");
        port.assert_empty();
    }
}

/// S1.50: what has pended queues its packet: on success and on failure.
#[test]
fn skipping_leaves_the_packets_of_pending_operations() {
    let (port, one, other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    let (first, second) = (Operation::new(8), Operation::new(8));
    assert_eq!((first.receive(&one), second.receive(&one)), (Start::Pending, Start::Pending));
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, first.address()));
    assert_eq!(second.cancel(&one), 0);
    let cancelled = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, second.address());
    assert_eq!(port.next(), cancelled);
}

/// S1.51: ConnectEx pends always, so its packet is never skipped.
#[test]
fn skipping_never_suppresses_connect_ex() {
    let (port, listener, socket) = (OwnPort::new(1), listener(), Socket::tcp().bind());
    port.associate(&socket, 9);
    set_modes(&socket, SKIP_PACKETS);
    let connect = Operation::new(0);
    assert_eq!(connect.connect(&socket, &listener.address()), Start::Pending);
    assert_eq!(port.next(), Got::packet(0, 9, connect.address()));
}

/// S1.51: so does AcceptEx while no connection waits.
#[test]
fn skipping_never_suppresses_a_waiting_accept_ex() {
    let (port, listener, acceptor) = (OwnPort::new(1), listener(), Socket::tcp());
    port.associate(&listener, 9);
    set_modes(&listener, SKIP_PACKETS);
    let accept = Operation::new(64);
    assert_eq!(accept.accept(&listener, &acceptor), Start::Pending);
    let client = Socket::tcp();
    client.connect(&listener.address());
    assert_eq!(port.next(), Got::packet(0, 9, accept.address()));
}

/// S1.51: and DisconnectEx.
#[test]
fn skipping_never_suppresses_disconnect_ex() {
    let (port, one, other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    let disconnect = Operation::new(0);
    assert_eq!(disconnect.disconnect(&one), Start::Pending);
    assert_eq!(port.next(), Got::packet(0, 9, disconnect.address()));
    assert_eq!(other.receive(8), Ok(vec![]));
}

/// S1.54: with the lowest bit of hEvent set the event is signalled and no packet queued, for an
/// operation done at once as well as for one that pended.
#[test]
fn a_tagged_event_replaces_the_packet() {
    let (port, one, other) = ported_pair();
    let (sent, received) = (Event::new(), Event::new());
    let (send, receive) = (Operation::of(b"hi"), Operation::with_event(8, &received, 1));
    send.set_event(&sent, 1);
    assert_eq!(send.send(&one), Start::Done(2));
    assert!(sent.is_set());
    assert_eq!(receive.receive(&one), Start::Pending);
    assert!(!received.is_set());
    other.send(b"abc");
    received.wait();
    assert_eq!(receive.winsock_result(&one), Ok(3));
    port.assert_empty();
}

/// S1.54: the tag is no part of the handle: waiting with it works.
#[test]
fn a_tagged_handle_can_be_waited_for() {
    let event = Event::new();
    event.set();
    let tagged = (event.handle() as usize | 1) as HANDLE;
    // SAFETY: WaitForSingleObject takes the handle as a value.
    assert_eq!(unsafe { WaitForSingleObject(tagged, 0) }, WAIT_OBJECT_0);
}

/// S1.55: with an event and a port both are told.
#[test]
fn an_event_and_a_port_are_both_told() {
    let (port, one, other) = ported_pair();
    let event = Event::new();
    let receive = Operation::with_event(8, &event, 0);
    assert_eq!(receive.receive(&one), Start::Pending);
    assert!(!event.is_set());
    other.send(b"abc");
    event.wait();
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    port.assert_empty();
}

/// S1.55: the event is signalled though nobody takes packets, and though the only thread of the
/// port is busy elsewhere.
#[test]
fn an_event_is_told_without_anybody_at_the_port() {
    let (port, one, other) = ported_pair();
    let _busy = Worker::running_at(*port, 1);
    let event = Event::new();
    for _ in 0..10 {
        let receive = Operation::with_event(8, &event, 0);
        assert_eq!(receive.receive(&one), Start::Pending);
        other.send(b"abc");
        event.wait();
        assert_eq!(receive.winsock_result(&one), Ok(3));
    }
}

/// S1.56: connecting, accepting and shutting down queue nothing.
#[test]
fn plain_calls_queue_nothing() {
    let (port, listener, client) = (OwnPort::new(1), listener(), Socket::tcp());
    port.associate(&listener, 1);
    port.associate(&client, 2);
    client.connect(&listener.address());
    let accepted = listener.accept();
    port.associate(&accepted, 3);
    client.finish_sending();
    assert_eq!(accepted.receive(8), Ok(vec![]));
    port.assert_empty();
}

/// S1.57: closing a socket on which nothing pends queues nothing.
#[test]
fn closing_an_idle_socket_queues_nothing() {
    let (port, one, other) = ported_pair();
    let listener = listener();
    port.associate(&listener, 10);
    port.associate(&other, 11);
    for socket in [one, other, listener] {
        socket.close();
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
        assert_eq!(control.control(&one, code, input, output), Start::Done(stored));
        assert!(output.is_empty() || output.iter().any(|&byte| byte != 0xAA));
        assert_eq!(port.next(), Got::packet(0, 9, control.address()));
        assert_eq!((control.status(), control.transferred()), (0, 0));
    }
}

/// S1.58, S1.50: its packet is one of success at once, and can be skipped.
#[test]
fn skipping_suppresses_the_packet_of_a_control_call() {
    let (port, one, _other) = ported_pair();
    set_modes(&one, SKIP_PACKETS);
    let control = Operation::new(0);
    let said = control.control(&one, FIONREAD as u32, &[], &mut [0; 4]);
    assert_eq!(said, Start::Done(4));
    port.post(1);
    assert_eq!(port.next(), posted(1));
}

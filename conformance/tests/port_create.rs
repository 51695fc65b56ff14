//! S1.1–S1.11, S1.15, S1.16: making ports, associating sockets, the port as an object to wait for.

use std::ptr::null_mut;

use conformance::{
    Event, Got, Operation, OwnPort, PATIENCE_MS, Port, Socket, Started, V4, Worker, alone,
    create_port, is_signalled, mostly, pending_receive, posted, settle, wine_differs,
};
use overlapped::sys::*;

/// S1.1: without a file and a port a new port is made: a handle that is neither NULL nor INVALID.
#[test]
fn a_new_port_has_a_handle_of_its_own() {
    let (one, two) = (OwnPort::new(1), OwnPort::new(1));
    assert!(!one.handle().is_null() && one.handle() != INVALID_HANDLE_VALUE);
    assert_ne!(*one, *two);
}

/// S1.1: the key means nothing when only a port is made.
#[test]
fn the_key_of_a_new_port_is_ignored() {
    let port = create_port(INVALID_HANDLE_VALUE, null_mut(), usize::MAX, 1).expect("a new port");
    let port = Port::from_handle(port as HANDLE);
    port.post(1);
    assert_eq!(port.next(), posted(1));
}

/// S1.2: association returns the port's handle, whatever concurrency is asked for, which has no
/// effect.
#[test]
fn association_returns_the_port_and_ignores_the_concurrency() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let (port, socket) = (OwnPort::new(1), Socket::tcp(V4));
    let made = create_port(socket.handle(), port.handle(), 5, 64);
    assert_eq!(made, Ok(port.handle() as usize));
    let _running = Worker::running_at(*port, 1);
    let second = Worker::start();
    let kept_waiting = second.take(*port);
    port.post(2);
    assert!(kept_waiting.is_withheld());
}

/// S1.3: with a file and no port both happen: a new port, and the association with it.
#[test]
fn one_call_makes_a_port_and_associates() {
    let (one, other) = Socket::pair(V4);
    let made = create_port(one.handle(), null_mut(), 77, 1).expect("a new port");
    let port = Port::from_handle(made as HANDLE);
    let receive = pending_receive(&one);
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 77, receive.address()));
}

/// S1.5, S1.4: no file but a port: NULL and 87.
#[test]
fn a_port_without_a_file_is_an_invalid_parameter() {
    let port = OwnPort::new(1);
    let made = create_port(INVALID_HANDLE_VALUE, port.handle(), 0, 1);
    assert_eq!(made, Err(ERROR_INVALID_PARAMETER));
}

/// S1.6: a socket is associated once: again with the same port or another, with the same key or
/// another, fails with 87.
#[test]
fn a_second_association_is_an_invalid_parameter() {
    let (port, other, socket) = (OwnPort::new(1), OwnPort::new(1), Socket::tcp(V4));
    port.associate(&socket, 5);
    for (again, key) in [(&port, 5), (&port, 6), (&other, 5), (&other, 6)] {
        let made = create_port(socket.handle(), again.handle(), key, 0);
        assert_eq!(made, Err(ERROR_INVALID_PARAMETER));
    }
    let made = create_port(socket.handle(), null_mut(), 5, 1);
    assert_eq!(made, Err(ERROR_INVALID_PARAMETER));
}

/// S1.6: what failed changes nothing: packets go on to the first port with the first key.
#[test]
fn the_first_association_stays() {
    let (port, other, (one, two)) = (OwnPort::new(1), OwnPort::new(1), Socket::pair(V4));
    port.associate(&one, 5);
    create_port(one.handle(), other.handle(), 6, 0).expect_err("associated already");
    let receive = pending_receive(&one);
    two.send_all(b"x");
    assert_eq!(port.next(), Got::packet(1, 5, receive.address()));
    other.assert_empty();
}

/// S1.7: a file that is no file: NULL and 6.
#[test]
fn a_bad_file_is_an_invalid_handle() {
    let port = OwnPort::new(1);
    let closed = Socket::tcp(V4);
    let stale = closed.handle();
    closed.close().unwrap();
    for file in [null_mut(), stale, 0x7FFF_0000 as HANDLE] {
        assert_eq!(create_port(file, port.handle(), 0, 0), Err(ERROR_INVALID_HANDLE));
        assert_eq!(create_port(file, null_mut(), 0, 0), Err(ERROR_INVALID_HANDLE));
    }
}

/// S1.7: a port that is no port: NULL and 6, and the socket is free for a real one.
#[test]
fn a_bad_port_is_an_invalid_handle() {
    let (port, socket, event) = (OwnPort::new(1), Socket::tcp(V4), Event::manual());
    let closed = OwnPort::new(1);
    let stale = closed.handle();
    closed.close();
    for bad in [stale, event.handle(), socket.handle(), 0x7FFF_0000 as HANDLE] {
        assert_eq!(create_port(socket.handle(), bad, 0, 0), Err(ERROR_INVALID_HANDLE));
    }
    port.associate(&socket, 1);
}

/// S1.8: a socket without the overlapped attribute cannot be associated: 87.
#[test]
fn a_socket_that_is_not_overlapped_is_an_invalid_parameter() {
    let (port, socket) = (OwnPort::new(1), Socket::not_overlapped());
    let made = create_port(socket.handle(), port.handle(), 0, 0);
    assert_eq!(made, Err(ERROR_INVALID_PARAMETER));
    assert_eq!(create_port(socket.handle(), null_mut(), 0, 0), Err(ERROR_INVALID_PARAMETER));
}

/// S1.8: `socket` gives the attribute by itself, and `accept` hands it on.
#[test]
fn sockets_of_socket_and_accept_are_overlapped() {
    let (port, (listener, address)) = (OwnPort::new(1), Socket::listener(V4));
    // SAFETY: socket takes no pointer; its result is closed by the wrapper.
    let plain = Socket::owning(unsafe { socket(AF_INET.into(), SOCK_STREAM, 0) });
    plain.connect(address).unwrap();
    port.associate(&plain, 1);
    port.associate(&listener.accept().unwrap(), 2);
}

/// S1.9: the association stays through connecting, and ends with the socket: its successor, even
/// under the same value, is free.
#[test]
fn an_association_lasts_as_long_as_the_socket() {
    let (port, other) = (OwnPort::new(1), OwnPort::new(1));
    let (listener, address) = Socket::listener(V4);
    let socket = Socket::tcp(V4);
    port.associate(&socket, 1);
    socket.connect(address).unwrap();
    let peer = listener.accept().unwrap();
    let receive = pending_receive(&socket);
    peer.send_all(b"x");
    assert_eq!(port.next(), Got::packet(1, 1, receive.address()));
    socket.close().unwrap();
    other.associate(&Socket::tcp(V4), 2);
}

/// S1.10: keys are opaque: zero, all bits, and the same for two sockets come back as they are.
#[test]
fn keys_come_back_as_they_were_given() {
    let port = OwnPort::new(1);
    for key in [0, usize::MAX, 1 << 63, 42, 42] {
        let (one, other) = Socket::pair(V4);
        port.associate(&one, key);
        for _ in 0..2 {
            let receive = pending_receive(&one);
            other.send_all(b"x");
            assert_eq!(port.next(), Got::packet(1, key, receive.address()));
        }
    }
}

/// S1.11: an operation that was pending before the association completes to the port.
#[test]
fn association_takes_in_what_is_pending() {
    let (port, (one, other)) = (OwnPort::new(1), Socket::pair(V4));
    let receive = pending_receive(&one);
    port.associate(&one, 3);
    other.send_all(b"late");
    assert_eq!(port.next(), Got::packet(4, 3, receive.address()));
    assert_eq!(receive.received(), b"late");
}

/// S1.12: an operation with a completion routine is refused on an associated socket: 10022.
#[test]
fn a_completion_routine_is_refused_on_an_associated_socket() {
    let (port, (one, other)) = (OwnPort::new(1), Socket::pair(V4));
    port.associate(&one, 3);
    let refused = Operation::new(8).with_routine().receive(&one, 0);
    assert_eq!(refused, Started::Failed(WSAEINVAL));
    other.send_all(b"x");
    port.assert_empty();
}

/// S1.15: a socket outlives the handle of its port: it goes on as a socket, and operations end.
#[test]
fn a_socket_outlives_its_ports_handle() {
    let (port, (one, other)) = (OwnPort::new(1), Socket::pair(V4));
    port.associate(&one, 3);
    let receive = Operation::new(8).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    port.close();
    other.send_all(b"abc");
    receive.event().wait();
    assert_eq!(receive.received(), b"abc");
    one.send_all(b"answer");
    assert_eq!(other.recv(8, 0), Ok(b"answer".to_vec()));
}

/// S1.15: the port object lives on with its socket, but its handle is gone for association.
#[test]
fn a_closed_port_takes_no_more_sockets() {
    let (port, first, second) = (OwnPort::new(1), Socket::tcp(V4), Socket::tcp(V4));
    port.associate(&first, 1);
    let stale = port.handle();
    port.close();
    assert_eq!(create_port(second.handle(), stale, 1, 0), Err(ERROR_INVALID_HANDLE));
}

/// S1.16: a port is signalled while packets are queued; waiting for it takes none.
#[test]
fn a_port_is_signalled_while_packets_are_queued() {
    let port = OwnPort::new(1);
    assert!(!is_signalled(port.handle()));
    port.post(1);
    port.post(2);
    assert!(is_signalled(port.handle()) && is_signalled(port.handle()));
    assert_eq!(port.next(), posted(1));
    assert!(is_signalled(port.handle()));
    assert_eq!(port.next(), posted(2));
    assert!(!is_signalled(port.handle()));
}

/// S1.16: a packet that stays queued wakes all who wait for the port itself.
#[test]
fn a_queued_packet_wakes_all_direct_waiters() {
    let port = OwnPort::new(1);
    let (one, two) = (Worker::start(), Worker::start());
    let wait = move |port: Port| {
        // SAFETY: WaitForSingleObject takes the handle as a value.
        unsafe { WaitForSingleObject(port.handle(), PATIENCE_MS) }
    };
    let at = *port;
    let (first, second) = (one.ask(move || wait(at)), two.ask(move || wait(at)));
    port.post(1);
    assert_eq!((first.wait(), second.wait()), (WAIT_OBJECT_0, WAIT_OBJECT_0));
    assert_eq!(port.next(), posted(1));
}

/// S1.16: a packet handed straight to a waiting thread never signals the port.
#[test]
fn a_handed_packet_does_not_signal_the_port() {
    wine_differs!("S1.16", "signals the port for a packet that a waiter gets", sometimes);
    let _alone = alone();
    let (port, waiter) = (OwnPort::new(1), Worker::start());
    assert!(!is_signalled(port.handle()));
    mostly(|| {
        let taken = waiter.take(*port);
        settle();
        port.post(1);
        let signalled = is_signalled(port.handle());
        taken.wait() == posted(1) && !signalled
    });
}

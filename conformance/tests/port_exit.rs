//! S1.88–S1.90, S1.92: the end of a thread, and of a process.

use conformance::operation::{Event, Operation, Start};
use conformance::pair::{Socket, listener, loopback, tcp_pair, udp_pair};
use conformance::port::{Got, OwnPort, PATIENCE_MS};
use conformance::worker::Worker;
use overlapped::sys::*;

/// STATUS_CANCELLED.
const CANCELLED: u32 = 0xC000_0120;

/// Lets a new thread begin a receive and end.
fn receive_and_end(socket: Socket, receive: Operation) -> Socket {
    let worker = Worker::start();
    let (started, socket) = worker.ask(move || (receive.receive(&socket), socket)).wait();
    assert_eq!(started, Start::Pending);
    worker.end();
    socket
}

/// S1.88: what a thread began with an event and without a port is cancelled when it ends.
#[test]
fn a_threads_end_cancels_its_operations_with_events() {
    for (one, _other) in [tcp_pair(), udp_pair()] {
        let event = Event::new();
        let receive = Operation::with_event(8, &event, 0);
        let one = receive_and_end(one, receive);
        event.wait();
        assert_eq!((receive.status(), receive.transferred()), (CANCELLED, 0));
        assert_eq!(receive.winsock_result(&one), Err(ERROR_OPERATION_ABORTED));
    }
}

/// S1.88: and what it began with neither.
#[test]
fn a_threads_end_cancels_its_operations_without_events() {
    let (one, _other) = tcp_pair();
    let receive = Operation::new(8);
    let one = receive_and_end(one, receive);
    // The thread is joined; the system may take a moment more to cancel.
    let over = (0..10_000_000).any(|_| receive.status() == CANCELLED);
    assert!(over);
    assert_eq!(receive.winsock_result(&one), Err(ERROR_OPERATION_ABORTED));
}

/// S1.88: it concerns the operations of that thread only.
#[test]
fn a_threads_end_leaves_the_operations_of_others() {
    let (one, other) = tcp_pair();
    let event = Event::new();
    let mine = Operation::with_event(8, &event, 0);
    assert_eq!(mine.receive(&one), Start::Pending);
    let theirs = Operation::new(8);
    let one = receive_and_end(one, theirs);
    assert_eq!(mine.winsock_result(&one), Err(ERROR_IO_INCOMPLETE));
    other.send(b"abc");
    event.wait();
    assert_eq!(mine.winsock_result(&one), Ok(3));
}

/// S1.89: an operation on an associated socket, with an OVERLAPPED and no event, outlives the
/// thread that began it.
#[test]
fn a_ported_operation_outlives_its_thread() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let receive = Operation::new(8);
    let one = receive_and_end(one, receive);
    port.assert_empty();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    drop(one);
}

/// S1.89: also when the thread was one of the port's own.
#[test]
fn a_ported_operation_outlives_the_ports_own_thread() {
    let (port, (one, other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let (worker, receive) = (Worker::running_at(*port, 1), Operation::new(8));
    let (started, one) = worker.ask(move || (receive.receive(&one), one)).wait();
    assert_eq!(started, Start::Pending);
    worker.end();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    drop(one);
}

/// S1.88, S1.89: a thread that leaves operations of both kinds takes only the one kind with it.
#[test]
fn a_threads_end_tells_its_operations_apart() {
    let (port, (ported, other), (bare, _peer)) = (OwnPort::new(1), tcp_pair(), tcp_pair());
    port.associate(&ported, 9);
    let (stays, ends) = (Operation::new(8), Operation::new(8));
    let worker = Worker::start();
    let order = move || (stays.receive(&ported), ends.receive(&bare), ported, bare);
    let (first, second, _ported, _bare) = worker.ask(order).wait();
    assert_eq!((first, second), (Start::Pending, Start::Pending));
    worker.end();
    let over = (0..10_000_000).any(|_| ends.status() == CANCELLED);
    assert!(over);
    port.assert_empty();
    other.send(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, stays.address()));
}

/// S1.89: so does an AcceptEx on an associated listener.
#[test]
fn a_ported_accept_outlives_its_thread() {
    let (port, listener, acceptor) = (OwnPort::new(1), listener(), Socket::tcp());
    port.associate(&listener, 9);
    let (worker, accept) = (Worker::start(), Operation::new(64));
    let order = move || (accept.accept(&listener, &acceptor), listener, acceptor);
    let (started, listener, _acceptor) = worker.ask(order).wait();
    assert_eq!(started, Start::Pending);
    worker.end();
    let client = Socket::tcp();
    client.connect(&listener.address());
    assert_eq!(port.next(), Got::packet(0, 9, accept.address()));
}

/// S1.90: with an event it is cancelled although the socket is associated: event and packet tell.
#[test]
fn a_ported_operation_with_an_event_ends_with_its_thread() {
    let (port, (one, _other)) = (OwnPort::new(1), tcp_pair());
    port.associate(&one, 9);
    let event = Event::new();
    let receive = Operation::with_event(8, &event, 0);
    let one = receive_and_end(one, receive);
    event.wait();
    let expected = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, receive.address());
    assert_eq!(port.next(), expected);
    assert_eq!(receive.status(), CANCELLED);
    drop(one);
}

/// The variable that tells the child its parent's port.
const CHILD: &str = "CONFORMANCE_PARENT_PORT";

/// S1.92: the end of a process closes its sockets, with what pends on them: the peer learns it.
#[test]
fn the_end_of_a_process_closes_its_sockets() {
    if let Ok(parent) = std::env::var(CHILD) {
        let (port, socket) = (OwnPort::new(1), Socket::tcp());
        socket.connect(&loopback(parent.parse().expect("the parent's port")));
        port.associate(&socket, 9);
        let _pending = Operation::new(8).receive(&socket);
        std::process::exit(0);
    }
    let (port, listener) = (OwnPort::new(1), listener());
    let number = u16::from_be(listener.address().sin_port).to_string();
    let me = std::env::current_exe().expect("this program has a path");
    let mut child = std::process::Command::new(me)
        .args(["--exact", "the_end_of_a_process_closes_its_sockets"])
        .env(CHILD, number)
        .spawn()
        .expect("this program can be run again");
    let accepted = listener.accept();
    port.associate(&accepted, 9);
    let receive = Operation::new(8);
    if receive.receive(&accepted).begun() {
        let got = port.get(PATIENCE_MS);
        assert_eq!((got.bytes, got.key, got.overlapped), (0, 9, receive.address()));
        assert!(got.ok || got.error == ERROR_NETNAME_DELETED);
    }
    assert!(child.wait().expect("it was started").success());
}

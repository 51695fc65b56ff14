//! S1.88–S1.90, S1.92: the end of a thread, and of a process.

use conformance::{
    Addresses, Got, Operation, OwnPort, PATIENCE_MS, Socket, Started, V4, Worker, eventually,
    ported_pair,
};
use overlapped::sys::*;

/// STATUS_CANCELLED.
const CANCELLED: u32 = 0xC000_0120;

/// Lets a new thread begin a receive and end.
fn receive_and_end(socket: Socket, receive: Operation) -> (Socket, Operation) {
    let worker = Worker::start();
    let order = move || (receive.receive(&socket, 0), socket, receive);
    let (started, socket, receive) = worker.ask(order).wait();
    assert_eq!(started, Started::Pending);
    worker.end();
    (socket, receive)
}

/// S1.88: what a thread began with an event and without a port is cancelled when it ends.
#[test]
fn a_threads_end_cancels_its_operations_with_events() {
    for (one, _other) in [Socket::pair(V4), Socket::udp_pair(V4)] {
        let receive = Operation::new(8).with_event();
        let (one, receive) = receive_and_end(one, receive);
        receive.event().wait();
        assert_eq!((receive.status(), receive.transferred()), (CANCELLED, 0));
        assert_eq!(receive.result(&one), Err(WSA_OPERATION_ABORTED));
    }
}

/// S1.88: and what it began with neither.
#[test]
fn a_threads_end_cancels_its_operations_without_events() {
    let (one, _other) = Socket::pair(V4);
    let receive = Operation::new(8);
    let (one, receive) = receive_and_end(one, receive);
    // The thread is joined; the system may take a moment more to cancel.
    eventually(|| receive.status() == CANCELLED);
    assert_eq!(receive.result(&one), Err(WSA_OPERATION_ABORTED));
}

/// S1.88: it concerns the operations of that thread only.
#[test]
fn a_threads_end_leaves_the_operations_of_others() {
    let (one, other) = Socket::pair(V4);
    let mine = Operation::new(8).with_event();
    assert_eq!(mine.receive(&one, 0), Started::Pending);
    let theirs = Operation::new(8);
    let (one, _theirs) = receive_and_end(one, theirs);
    assert_eq!(mine.result(&one), Err(WSA_IO_INCOMPLETE));
    other.send_all(b"abc");
    mine.event().wait();
    assert_eq!(mine.result(&one), Ok((3, 0)));
}

/// S1.89: an operation on an associated socket, with an OVERLAPPED and no event, outlives the
/// thread that began it.
#[test]
fn a_ported_operation_outlives_its_thread() {
    let (port, one, other) = ported_pair();
    let receive = Operation::new(8);
    let (one, receive) = receive_and_end(one, receive);
    port.assert_empty();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    drop(one);
}

/// S1.89: also when the thread was one of the port's own.
#[test]
fn a_ported_operation_outlives_the_ports_own_thread() {
    let (port, one, other) = ported_pair();
    let (worker, receive) = (Worker::running_at(*port, 1), Operation::new(8));
    let order = move || (receive.receive(&one, 0), one, receive);
    let (started, one, receive) = worker.ask(order).wait();
    assert_eq!(started, Started::Pending);
    worker.end();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
    drop(one);
}

/// S1.88, S1.89: a thread that leaves operations of both kinds takes only the one kind with it.
#[test]
fn a_threads_end_tells_its_operations_apart() {
    let (port, (ported, other), (bare, _peer)) =
        (OwnPort::new(1), Socket::pair(V4), Socket::pair(V4));
    port.associate(&ported, 9);
    let (stays, ends) = (Operation::new(8), Operation::new(8));
    let worker = Worker::start();
    let order = move || {
        let started = [stays.receive(&ported, 0), ends.receive(&bare, 0)];
        (started, stays, ends, ported, bare)
    };
    let (started, stays, ends, _ported, _bare) = worker.ask(order).wait();
    assert_eq!(started, [Started::Pending; 2]);
    worker.end();
    eventually(|| ends.status() == CANCELLED);
    port.assert_empty();
    other.send_all(b"abc");
    assert_eq!(port.next(), Got::packet(3, 9, stays.address()));
}

/// S1.89: so does an AcceptEx on an associated listener.
#[test]
fn a_ported_accept_outlives_its_thread() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = OwnPort::of(&listener, 9);
    let (worker, accept) = (Worker::start(), Operation::new(Addresses::NO_DATA.room()));
    let order = move || {
        let started = accept.accept(&listener, &acceptor, Addresses::NO_DATA);
        (started, accept, listener, acceptor)
    };
    let (started, accept, _listener, _acceptor) = worker.ask(order).wait();
    assert_eq!(started, Started::Pending);
    worker.end();
    let _client = Socket::connected(address);
    assert_eq!(port.next(), Got::packet(0, 9, accept.address()));
}

/// S1.90: with an event it is cancelled although the socket is associated: event and packet tell.
#[test]
fn a_ported_operation_with_an_event_ends_with_its_thread() {
    let (port, one, _other) = ported_pair();
    let receive = Operation::new(8).with_event();
    let (one, receive) = receive_and_end(one, receive);
    receive.event().wait();
    let expected = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, receive.address());
    assert_eq!(port.next(), expected);
    assert_eq!(receive.status(), CANCELLED);
    drop(one);
}

/// The variable that tells the child its parent's address.
const CHILD: &str = "CONFORMANCE_PARENT_ADDRESS";

/// S1.92: the end of a process closes its sockets, with what pends on them: the peer learns it.
#[test]
fn the_end_of_a_process_closes_its_sockets() {
    if let Ok(parent) = std::env::var(CHILD) {
        let socket = Socket::connected(parent.parse().expect("the parent's address"));
        let _port = OwnPort::of(&socket, 9);
        let _pending = Operation::new(8).receive(&socket, 0);
        std::process::exit(0);
    }
    let (listener, address) = Socket::listener(V4);
    let me = std::env::current_exe().expect("this program has a path");
    let mut child = std::process::Command::new(me)
        .args(["--exact", "the_end_of_a_process_closes_its_sockets"])
        .env(CHILD, address.to_string())
        .spawn()
        .expect("this program can be run again");
    let accepted = listener.accept().unwrap();
    let port = OwnPort::of(&accepted, 9);
    let receive = Operation::new(8);
    if receive.receive(&accepted, 0).begun() {
        let got = port.get(PATIENCE_MS);
        assert_eq!((got.bytes, got.key, got.overlapped), (0, 9, receive.address()));
        assert!(got.ok || got.error == ERROR_NETNAME_DELETED);
    }
    assert!(child.wait().expect("it was started").success());
}

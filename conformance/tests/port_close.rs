//! S1.25–S1.27, S1.79–S1.82, S1.84–S1.87: closing ports and sockets while something pends.

use conformance::{
    Addresses, Answer, Got, Operation, OwnPort, Socket, Started, V4, Worker, alone, mostly,
    pending_receive, ported_pair, posted, settle, wine_differs,
};
use overlapped::sys::*;

/// What connected streams' operations end with when their own side closes.
const ABORTED: u32 = 0xC000_0241;
/// What everything else's operations end with.
const CANCELLED: u32 = 0xC000_0120;

/// S1.25: closing the port ends all its waits: FALSE, NULL, 735. A thread that came too late is
/// told 6 (S1.26). Wine wakes nobody.
#[test]
fn closing_the_port_ends_all_waits_with_735() {
    wine_differs!("S1.25", "wakes nobody");
    let _alone = alone();
    mostly(|| {
        let port = OwnPort::new(1);
        let workers: Vec<_> = (0..3).map(|_| Worker::start()).collect();
        let waits: Vec<_> = workers.iter().map(|worker| worker.take(*port)).collect();
        settle();
        port.close();
        let ends: Vec<_> = waits.iter().map(Answer::wait).collect();
        let abandoned = Got::nothing(ERROR_ABANDONED_WAIT_0);
        let too_late = Got::nothing(ERROR_INVALID_HANDLE);
        assert!(ends.iter().all(|&end| end == abandoned || end == too_late));
        ends.iter().all(|&end| end == abandoned)
    });
}

/// S1.25: an Ex wait ends likewise.
#[test]
fn closing_the_port_ends_an_ex_wait_with_735() {
    wine_differs!("S1.25", "wakes nobody");
    let _alone = alone();
    mostly(|| {
        let (port, worker) = (OwnPort::new(1), Worker::start());
        let at = *port;
        let wait = worker.enter(move || at.get_many(4, INFINITE));
        settle();
        port.close();
        let end = wait.wait();
        assert!(!end.ok && end.entries.is_empty());
        end.error == ERROR_ABANDONED_WAIT_0
    });
}

/// S1.25: waits end also when sockets keep the port object alive, and when its limit is reached.
#[test]
fn closing_a_saturated_port_with_sockets_ends_its_waits() {
    wine_differs!("S1.25", "wakes nobody");
    let _alone = alone();
    mostly(|| {
        let (port, _one, _other) = ported_pair();
        let (_running, worker) = (Worker::running_at(*port, 1), Worker::start());
        let wait = worker.take(*port);
        settle();
        port.close();
        wait.wait() == Got::nothing(ERROR_ABANDONED_WAIT_0)
    });
}

/// S1.26: after the close the handle is none: 6 to take and to post. What was queued is gone.
#[test]
fn a_closed_port_is_an_invalid_handle() {
    let port = OwnPort::new(1);
    port.post(1);
    assert_eq!(port.next(), posted(1)); // this thread has been at the port
    port.post(2);
    let closed = *port;
    port.close();
    assert_eq!(closed.get(0), Got::nothing(ERROR_INVALID_HANDLE));
    assert_eq!(closed.get(INFINITE), Got::nothing(ERROR_INVALID_HANDLE));
    assert_eq!(closed.try_post(0, 3, 0), Err(ERROR_INVALID_HANDLE));
}

/// S1.27: a packet posted just before the close reaches the thread that was waiting.
#[test]
fn a_packet_posted_just_before_the_close_reaches_its_waiter() {
    wine_differs!("S1.27", "hands no packet over: the waiter may find the port closed", sometimes);
    let _alone = alone();
    mostly(|| {
        let (port, worker) = (OwnPort::new(1), Worker::start());
        let wait = worker.take(*port);
        settle();
        port.post(1);
        port.close();
        wait.wait() == posted(1)
    });
}

/// S1.79: closing a connected TCP socket ends its receives with 0xC0000241: 1236, 0 bytes. (The
/// documents say 995, old systems said 64; Wine says something of its own.)
#[test]
fn closing_a_connected_socket_aborts_its_receives() {
    wine_differs!("S1.79", "ends a receive with 0x8000000A, 676");
    let (port, one, _other) = ported_pair();
    let receives = [pending_receive(&one), pending_receive(&one)];
    one.close().unwrap();
    for receive in receives {
        let expected = Got::failure(ERROR_CONNECTION_ABORTED, 0, 9, receive.address());
        assert_eq!(port.next(), expected);
        assert_eq!((receive.status(), receive.transferred()), (ABORTED, 0));
    }
    port.assert_empty();
}

/// S1.79: and its sends.
#[test]
fn closing_a_connected_socket_aborts_its_sends() {
    wine_differs!("S1.79", "ends no send");
    let (port, one, _other) = ported_pair();
    let last = (0..64).map(|_| Operation::sending(&vec![1; 1 << 20])).find(|send| {
        let pends = send.send(&one) == Started::Pending;
        assert!(pends || port.next().ok);
        pends
    });
    let send = last.expect("nobody reads, so one of them pends");
    one.close().unwrap();
    let got = port.next();
    assert_eq!((got.ok, got.error), (false, ERROR_CONNECTION_ABORTED));
    assert_eq!((got.key, got.overlapped, send.status()), (9, send.address(), ABORTED));
}

/// S1.79: without a port the event tells.
#[test]
fn closing_a_connected_socket_signals_its_events() {
    wine_differs!("S1.79", "ends a receive with 0x8000000A, 676");
    let (one, _other) = Socket::pair(V4);
    let receive = Operation::new(8).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    one.close().unwrap();
    receive.event().wait();
    assert_eq!(receive.status(), ABORTED);
}

/// S1.80: closing a listener cancels its AcceptEx calls: 0xC0000120, 995.
#[test]
fn closing_a_listener_cancels_its_accepts() {
    let (listener, _) = Socket::listener(V4);
    let port = OwnPort::of(&listener, 9);
    let acceptors = [Socket::tcp(V4), Socket::tcp(V4)];
    let accepts = [Operation::new(64), Operation::new(64)];
    for (accept, acceptor) in accepts.iter().zip(&acceptors) {
        assert_eq!(accept.accept(&listener, acceptor, Addresses::NO_DATA), Started::Pending);
    }
    listener.close().unwrap();
    for accept in accepts {
        let expected = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, accept.address());
        assert_eq!(port.next(), expected);
        assert_eq!(accept.status(), CANCELLED);
    }
}

/// S1.81: closing a UDP socket cancels its receives: 0xC0000120, 995, whether it is connected or
/// not. Wine says something of its own.
#[test]
fn closing_a_udp_socket_cancels_its_receives() {
    wine_differs!("S1.81", "ends a receive with 0x8000000A, 676");
    let port = OwnPort::new(1);
    for socket in [Socket::bound_udp(V4).0, Socket::udp_pair(V4).0] {
        port.associate(&socket, 9);
        let receive = pending_receive(&socket);
        socket.close().unwrap();
        let expected = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, receive.address());
        assert_eq!(port.next(), expected);
        assert_eq!((receive.status(), receive.transferred()), (CANCELLED, 0));
    }
}

/// S1.82: the packets of closed sockets carry their keys; the values of the sockets may belong to
/// new ones by then.
#[test]
fn packets_of_closed_sockets_carry_their_keys() {
    wine_differs!("S1.79", "ends a receive with 0x8000000A, 676");
    let port = OwnPort::new(1);
    let (mut expected, mut receives) = (Vec::new(), Vec::new());
    for key in 0..100 {
        let (one, other) = Socket::pair(V4);
        port.associate(&one, key);
        let receive = pending_receive(&one);
        one.close().unwrap();
        let error = ERROR_CONNECTION_ABORTED;
        expected.push(Got::failure(error, 0, key, receive.address()));
        receives.push(receive);
        drop(other);
    }
    let mut taken: Vec<_> = expected.iter().map(|_| port.next()).collect();
    taken.sort_by_key(|got| got.key);
    assert_eq!(taken, expected);
    port.assert_empty();
}

/// S1.82: a thread asleep at the port is woken by the packet of a close.
#[test]
fn closing_a_socket_wakes_a_waiting_thread() {
    wine_differs!("S1.79", "ends a receive with 0x8000000A, 676");
    let (port, one, _other) = ported_pair();
    let receive = pending_receive(&one);
    let waiter = Worker::start();
    let taken = waiter.take(*port);
    assert!(taken.is_withheld());
    one.close().unwrap();
    let expected = Got::failure(ERROR_CONNECTION_ABORTED, 0, 9, receive.address());
    assert_eq!(taken.wait(), expected);
}

/// S1.84: closing under a pending receive resets the connection.
#[test]
fn closing_under_a_pending_receive_resets_the_connection() {
    wine_differs!("S1.84", "sends the end of the stream before the reset");
    let (one, other) = Socket::pair(V4);
    let _receive = pending_receive(&one);
    one.close().unwrap();
    assert_eq!(other.recv(8, 0), Err(WSAECONNRESET));
}

/// S1.84: so does closing with received bytes unread.
#[test]
fn closing_with_unread_bytes_resets_the_connection() {
    wine_differs!("S1.84", "sends the end of the stream before the reset");
    let (one, other) = Socket::pair(V4);
    other.send_all(b"unread");
    one.close().unwrap();
    assert_eq!(other.recv(8, 0), Err(WSAECONNRESET));
}

/// S1.84: a shutdown, the peer's last bytes and its end, then the close: nothing is lost.
#[test]
fn shutting_down_and_reading_to_the_end_closes_gracefully() {
    let (one, other) = Socket::pair(V4);
    one.send_all(b"last words");
    one.shutdown(SD_SEND).unwrap();
    assert_eq!(other.recv(16, 0), Ok(b"last words".to_vec()));
    assert_eq!(other.recv(16, 0), Ok(vec![]));
    other.close().unwrap();
    assert_eq!(one.recv(16, 0), Ok(vec![]));
}

/// S1.85: CloseHandle ends a socket's operations as closesocket does. Wine says something of its
/// own.
#[test]
fn close_handle_ends_a_sockets_operations() {
    wine_differs!("S1.85", "ends a receive with 0x8000000A, 676");
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    // SAFETY: CloseHandle takes the handle as a value.
    assert_eq!(unsafe { CloseHandle(one.handle()) }, 1);
    std::mem::forget(one);
    let expected = Got::failure(ERROR_CONNECTION_ABORTED, 0, 9, receive.address());
    assert_eq!(port.next(), expected);
    assert_eq!(receive.status(), ABORTED);
    assert_eq!(other.recv(8, 0), Err(WSAECONNRESET));
}

/// S1.86: the peer's reset under a pending receive: 0xC000020D, 64, 0 bytes.
#[test]
fn a_reset_under_a_pending_receive_is_64() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    other.reset();
    let expected = Got::failure(ERROR_NETNAME_DELETED, 0, 9, receive.address());
    assert_eq!(port.next(), expected);
    assert_eq!((receive.status(), receive.transferred()), (0xC000_020D, 0));
}

/// S1.86: several pending receives all end with the reset.
#[test]
fn a_reset_ends_all_pending_receives() {
    let (port, one, other) = ported_pair();
    let receives = [pending_receive(&one), pending_receive(&one)];
    other.reset();
    let first = Got::failure(ERROR_NETNAME_DELETED, 0, 9, receives[0].address());
    assert_eq!(port.next(), first);
    let second = Got::failure(ERROR_NETNAME_DELETED, 0, 9, receives[1].address());
    assert_eq!(port.next(), second);
}

/// S1.87: the peer's end under a pending receive: success with 0 bytes, and again for the next.
#[test]
fn the_peers_end_under_a_pending_receive_is_a_success_of_no_bytes() {
    let (port, one, other) = ported_pair();
    let receives = [pending_receive(&one), pending_receive(&one)];
    other.shutdown(SD_SEND).unwrap();
    for receive in receives {
        assert_eq!(port.next(), Got::packet(0, 9, receive.address()));
        assert_eq!((receive.status(), receive.transferred()), (0, 0));
    }
}

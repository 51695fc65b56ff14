//! Receives on streams (S2.14–S2.30).

use conformance::{
    Operation, OwnPort, Socket, Started, V4, V6, eventually, gap, pending_pair, wine_differs,
};
use overlapped::sys::*;

/// Two connected TCP sockets; `bytes` have been sent by the one and have come to the other.
fn pair_with(bytes: &[u8]) -> (Socket, Socket) {
    let (client, server) = Socket::pair(V4);
    client.send_all(bytes);
    server.await_readable(bytes.len() as u32);
    (client, server)
}

/// S2.14: data that is there completes the call at once, with as much as there is; one byte is
/// enough.
#[test]
fn receive_takes_what_is_there_and_does_not_wait_for_more() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        client.send_all(b"a");
        server.await_readable(1);
        let receive = Operation::new(100).with_event();
        assert_eq!(receive.receive(&server, 0), Started::Done(1));
        assert_eq!((receive.status(), receive.transferred(), receive.data()[0]), (0, 1, b'a'));
        assert!(receive.data()[1..].iter().all(|&byte| byte == 0xCC));
    }
}

/// S2.14: no more than the buffer holds; the rest is for the next receive.
#[test]
fn receive_takes_no_more_than_the_buffer_holds() {
    let (_client, server) = pair_with(b"abcdef");
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Done(4));
    assert_eq!(receive.data(), b"abcd");
    assert_eq!(receive.receive(&server, 0), Started::Done(2));
    assert_eq!(receive.data(), b"efcd");
}

/// S2.14: the same when the socket has a port; the packet tells the bytes. (The call may say
/// pending where Windows is done: a documented deviation.)
#[test]
fn receive_on_a_port_gets_what_is_there_by_packet() {
    let (_client, server) = pair_with(b"abcdef");
    let port = OwnPort::of(&server, 7);
    let receive = Operation::new(4);
    let started = receive.receive(&server, 0);
    assert!(matches!(started, Started::Done(4) | Started::Pending), "{started:?}");
    assert_eq!(port.next_of(&receive), (0, 4));
    assert_eq!(receive.data(), b"abcd");
}

/// S2.15: pending receives are filled in the order of posting.
#[test]
fn pending_receives_are_filled_in_posting_order() {
    let (client, server) = Socket::pair(V4);
    let (first, second) = (Operation::new(16).with_event(), Operation::new(16).with_event());
    assert_eq!(first.receive(&server, 0), Started::Pending);
    assert_eq!(second.receive(&server, 0), Started::Pending);
    let bytes: Vec<u8> = (0..32).collect();
    client.send_all(&bytes);
    assert_eq!((first.finish(&server), second.finish(&server)), (Ok(16), Ok(16)));
    assert_eq!((first.data(), second.data()), (bytes[..16].to_vec(), bytes[16..].to_vec()));
}

/// S2.16: a receive posted behind a pending one waits for its turn. (MSG_WAITALL keeps the first
/// pending with data at hand.)
#[test]
fn a_later_receive_does_not_overtake_a_pending_one() {
    wine_differs!("S2.24", "MSG_WAITALL does not wait for all");
    let (client, server) = Socket::pair(V4);
    let (first, second) = (Operation::new(4).with_event(), Operation::new(2).with_event());
    assert_eq!(first.receive(&server, MSG_WAITALL), Started::Pending);
    client.send_all(b"ab");
    assert_eq!(second.receive(&server, 0), Started::Pending);
    assert!(second.stays_pending());
    client.send_all(b"cdef");
    assert_eq!((first.finish(&server), second.finish(&server)), (Ok(4), Ok(2)));
    assert_eq!((first.data(), second.data()), (b"abcd".to_vec(), b"ef".to_vec()));
}

/// S2.17: the port queues the packets of several receives in the order of completion.
#[test]
fn the_port_gets_the_packets_of_receives_in_order() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 7);
    let receives: Vec<Operation> = (0..8).map(|_| Operation::new(2)).collect();
    for receive in &receives {
        assert_eq!(receive.receive(&server, 0), Started::Pending);
    }
    client.send_all(b"0011223344556677");
    for receive in &receives {
        assert_eq!(port.next_of(receive), (0, 2));
    }
}

/// S2.18, S1.87: after the peer's FIN every receive succeeds with 0 bytes, the pending one and
/// all later ones.
#[test]
fn graceful_close_is_zero_bytes_every_time() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        let receive = Operation::new(4).with_event();
        assert_eq!(receive.receive(&server, 0), Started::Pending);
        client.shutdown(SD_SEND).unwrap();
        assert_eq!(receive.finish(&server), Ok(0));
        for _ in 0..3 {
            assert_eq!(server.recv(4, 0), Ok(vec![]));
            let again = Operation::new(4).with_event();
            // The engine may need a moment to see on its own that there is something to take.
            assert!(matches!(again.receive(&server, 0), Started::Done(0) | Started::Pending));
            assert_eq!(again.finish(&server), Ok(0));
        }
    }
}

/// S2.18: a receive posted after the FIN is done at once.
#[test]
fn a_receive_after_the_fin_is_done_at_once() {
    let (client, server) = Socket::pair(V4);
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    assert_eq!(Operation::new(4).with_event().receive(&server, 0), Started::Done(0));
}

/// S2.19, S1.86: the peer's reset ends a pending receive with 10054, or 64 at a port.
#[test]
fn reset_ends_a_pending_receive() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    client.reset();
    assert_eq!(receive.finish(&server), Err(WSAECONNRESET));
    assert_eq!((receive.status(), receive.transferred()), (0xC000_020D, 0));

    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 7);
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.reset();
    assert_eq!(port.next_of(&receive), (ERROR_NETNAME_DELETED, 0));
}

/// S2.19, S1.47: a receive after the reset fails at once, and no packet comes.
#[test]
fn receive_after_a_seen_reset_fails_at_once_without_packet() {
    wine_differs!("S2.19", "receives 0 bytes after the reset");
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&server, 7);
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.reset();
    assert_eq!(port.next_of(&receive), (ERROR_NETNAME_DELETED, 0));
    for _ in 0..2 {
        assert_eq!(receive.receive(&server, 0), Started::Failed(WSAECONNRESET));
        assert_eq!(server.recv(4, 0), Err(WSAECONNRESET));
    }
    assert!(port.stays_empty());
}

/// S2.20: once the reset has come, data received before it is gone.
#[test]
fn data_received_before_a_reset_is_discarded() {
    wine_differs!("S2.20", "delivers it, as Linux does");
    gap!("Linux delivers what came before the reset", {
        let (client, server) = Socket::pair(V4);
        client.send_all(b"abc");
        server.await_readable(3);
        client.reset();
        assert_eq!(server.recv(4, 0), Err(WSAECONNRESET));
    });
}

/// S2.21, S2.22: a receive of no bytes pends until data has come and consumes nothing.
#[test]
fn zero_byte_receive_tells_of_data_without_consuming() {
    let (client, server) = Socket::pair(V4);
    let probe = Operation::new(0).with_event();
    assert_eq!(probe.receive(&server, 0), Started::Pending);
    client.send_all(b"abc");
    assert_eq!(probe.finish(&server), Ok(0));
    assert_eq!(server.recv_exactly(3), b"abc");
}

/// S2.21: with data there already it is done at once, and again.
#[test]
fn zero_byte_receive_with_data_there_is_done_at_once() {
    let (_client, server) = pair_with(b"abc");
    for _ in 0..2 {
        assert_eq!(Operation::new(0).with_event().receive(&server, 0), Started::Done(0));
    }
    assert_eq!(server.recv_exactly(3), b"abc");
}

/// S2.21: the peer's FIN ends it, too.
#[test]
fn zero_byte_receive_ends_at_the_fin() {
    let (client, server) = Socket::pair(V4);
    let probe = Operation::new(0).with_event();
    assert_eq!(probe.receive(&server, 0), Started::Pending);
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(probe.finish(&server), Ok(0));
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S2.23: recv of 0 bytes with data there returns 0 and leaves it.
#[test]
fn recv_of_zero_bytes_consumes_nothing() {
    let (_client, server) = pair_with(b"abc");
    assert_eq!(server.recv(0, 0), Ok(vec![]));
    assert_eq!(server.recv_exactly(3), b"abc");
}

/// S2.24: MSG_WAITALL pends until the buffer is full.
#[test]
fn waitall_completes_when_the_buffer_is_full() {
    wine_differs!("S2.24", "MSG_WAITALL does not wait for all");
    let (client, server) = Socket::pair(V4);
    client.send_all(b"abcd");
    server.await_readable(4);
    let receive = Operation::new(6).with_event();
    assert_eq!(receive.receive(&server, MSG_WAITALL), Started::Pending);
    assert!(receive.stays_pending());
    client.send_all(b"efgh");
    assert_eq!(receive.finish(&server), Ok(6));
    assert_eq!(receive.data(), b"abcdef");
    assert_eq!(server.recv_exactly(2), b"gh");
}

/// S2.24: a blocking recv with MSG_WAITALL waits for all as well.
#[test]
fn blocking_waitall_returns_when_the_buffer_is_full() {
    let (client, server) = Socket::pair(V4);
    client.send_all(b"abcd");
    server.await_readable(4);
    let receiver = std::thread::spawn(move || server.recv(6, MSG_WAITALL));
    client.send_all(b"ef");
    assert_eq!(receiver.join().unwrap(), Ok(b"abcdef".to_vec()));
}

/// S2.24: at the FIN it completes with what it has.
#[test]
fn waitall_completes_at_the_fin_with_what_it_has() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(6).with_event();
    assert_eq!(receive.receive(&server, MSG_WAITALL), Started::Pending);
    client.send_all(b"abcd");
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(receive.finish(&server), Ok(4));
    assert_eq!(&receive.data()[..4], b"abcd");
}

/// S2.24: it is refused where it cannot be meant.
#[test]
fn waitall_is_10045_when_nonblocking_or_udp_or_with_other_flags() {
    wine_differs!("S2.24", "accepts it everywhere");
    let (_client, server) = Socket::pair(V4);
    for flags in [MSG_PEEK, MSG_OOB, MSG_PARTIAL as i32] {
        assert_eq!(server.recv(1, MSG_WAITALL | flags), Err(WSAEOPNOTSUPP), "{flags:#x}");
        let receive = Operation::new(1).with_event();
        assert_eq!(receive.receive(&server, MSG_WAITALL | flags), Started::Failed(WSAEOPNOTSUPP));
    }
    server.set_nonblocking(true);
    assert_eq!(server.recv(1, MSG_WAITALL), Err(WSAEOPNOTSUPP));
    let (udp, _) = Socket::bound_udp(V4);
    assert_eq!(udp.recv(1, MSG_WAITALL), Err(WSAEOPNOTSUPP));
}

/// S2.25: a peek copies and keeps, as often as one likes.
#[test]
fn peek_gives_the_same_bytes_again() {
    let (_client, server) = pair_with(b"abc");
    for _ in 0..2 {
        assert_eq!(server.recv(2, MSG_PEEK), Ok(b"ab".to_vec()));
    }
    let peek = Operation::new(2).with_event();
    assert_eq!(peek.receive(&server, MSG_PEEK), Started::Done(2));
    assert_eq!(server.recv_exactly(3), b"abc");
}

/// S2.27: a receive that is done at once says 0 in its flags: the input is not echoed.
#[test]
fn flags_are_zero_after_an_ordinary_receive() {
    wine_differs!("S2.27", "gives MSG_PEEK back");
    let (_client, server) = pair_with(b"abcdef");
    let receive = Operation::new(2).with_event();
    for flags in [0, MSG_PEEK, MSG_WAITALL] {
        assert_eq!(receive.receive(&server, flags), Started::Done(2));
        assert_eq!((receive.flags(), receive.result(&server)), (0, Ok((2, 0))), "{flags}");
    }
}

/// S2.28, S1.47: a stream that was never connected, or listens, is 10057.
#[test]
fn receive_on_an_unconnected_stream_is_10057() {
    wine_differs!("S2.28", "pends");
    let (fresh, bound, (listener, _)) =
        (Socket::tcp(V4), Socket::bound_tcp(V4), Socket::listener(V4));
    for socket in [fresh, bound, listener] {
        assert_eq!(socket.recv(1, 0), Err(WSAENOTCONN));
        let receive = Operation::new(1);
        assert_eq!(receive.receive(&socket, 0), Started::Failed(WSAENOTCONN));
        let port = OwnPort::of(&socket, 7);
        assert_eq!(receive.receive(&socket, 0), Started::Failed(WSAENOTCONN));
        assert!(port.stays_empty());
    }
}

/// S2.28: after shutdown(SD_RECEIVE) receives are 10058, with data there or not.
#[test]
fn receive_after_shutdown_is_10058() {
    let (client, server) = pair_with(b"abc");
    server.shutdown(SD_RECEIVE).unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAESHUTDOWN));
    assert_eq!(Operation::new(1).with_event().receive(&server, 0), Started::Failed(WSAESHUTDOWN));
    server.send_all(b"still");
    assert_eq!(client.recv_exactly(5), b"still");
}

/// S2.29: shutdown(SD_RECEIVE) leaves a pending receive alone, and it still gets data.
#[test]
fn shutdown_does_not_end_a_pending_receive() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    server.shutdown(SD_RECEIVE).unwrap();
    assert!(receive.stays_pending());
    client.send_all(b"abc");
    assert_eq!(receive.finish(&server), Ok(3));
    assert_eq!(&receive.data()[..3], b"abc");
}

/// S2.30: while a connect is under way, transfers are 10057.
#[test]
fn transfers_while_connecting_are_10057() {
    wine_differs!("S2.30", "says 10035");
    let (socket, _others) = Socket::connecting(V4);
    assert_eq!(socket.recv(1, 0), Err(WSAENOTCONN));
    assert_eq!(socket.send(b"x", 0), Err(WSAENOTCONN));
    assert_eq!(Operation::new(1).with_event().receive(&socket, 0), Started::Failed(WSAENOTCONN));
    assert_eq!(Operation::new(1).with_event().send(&socket), Started::Failed(WSAENOTCONN));
}

/// S1.77: a cancelled receive consumes nothing.
#[test]
fn cancelled_receive_leaves_the_bytes_to_the_next() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    receive.cancel(&server).unwrap();
    assert_eq!(receive.finish(&server), Err(WSA_OPERATION_ABORTED));
    client.send_all(b"abc");
    assert_eq!(server.recv_exactly(3), b"abc");
    assert_eq!(receive.data(), [0xCC; 4]);
}

/// S2.26: urgent bytes come by MSG_OOB, apart from the stream.
#[test]
fn urgent_byte_is_received_out_of_band() {
    let (client, server) = Socket::pair(V4);
    client.send_all(b"a");
    client.send(b"!", MSG_OOB).unwrap();
    client.send_all(b"b");
    eventually(|| server.recv(1, MSG_OOB) == Ok(b"!".to_vec()));
    assert_eq!(server.recv_exactly(2), b"ab");
}

/// S2.26: several urgent bytes queue up and come one by one.
#[test]
fn several_urgent_bytes_come_one_by_one() {
    wine_differs!("S2.26", "keeps one urgent byte, as Linux does");
    gap!("Linux keeps one urgent byte; the earlier ones fall into the stream", {
        let (client, server) = Socket::pair(V4);
        client.send(b"!", MSG_OOB).unwrap();
        client.send(b"?", MSG_OOB).unwrap();
        client.send_all(b"end");
        assert_eq!(server.recv(1, MSG_OOB), Ok(b"!".to_vec()));
        assert_eq!(server.recv(1, MSG_OOB), Ok(b"?".to_vec()));
        assert_eq!(server.recv_exactly(3), b"end");
    });
}

/// S2.26: with SO_OOBINLINE there is nothing out of band: 10022, and the byte is in the stream.
#[test]
fn out_of_band_receive_with_oobinline_is_10022() {
    let (client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_OOBINLINE, 1).unwrap();
    client.send_all(b"a");
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(server.recv(1, MSG_OOB), Err(WSAEINVAL));
    assert_eq!(
        Operation::new(1).with_event().receive(&server, MSG_OOB),
        Started::Failed(WSAEINVAL)
    );
    assert_eq!(server.recv_exactly(2), b"a!");
}

/// S2.26: an overlapped MSG_OOB receive pends until an urgent byte comes; ordinary data is not
/// for it.
#[test]
fn overlapped_out_of_band_receive_waits_for_an_urgent_byte() {
    wine_differs!("S2.55", "reports no flags");
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&server, MSG_OOB), Started::Pending);
    client.send_all(b"a");
    assert!(receive.stays_pending());
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(receive.finish(&server), Ok(1));
    assert_eq!(receive.data()[0], b'!');
    assert_eq!(receive.result(&server), Ok((1, MSG_OOB as u32)));
    assert_eq!(server.recv_exactly(1), b"a");
}

//! Sends on streams (S2.31–S2.41).

use std::sync::atomic::{AtomicUsize, Ordering};

use conformance::{Operation, OwnPort, Socket, Started, V4, V6, eventually, gap, wine_differs};
use overlapped::sys::*;

/// More than the buffers of both ends hold, with a pattern that shows disorder.
fn many_bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at % 251) as u8).collect()
}

/// S2.31: an overlapped send that pends transfers all of it before it completes.
#[test]
fn pended_send_completes_with_all_its_bytes() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        let bytes = many_bytes(8_000_000);
        let send = Operation::sending(&bytes).with_event();
        assert_eq!(send.send(&client), Started::Pending);
        assert!(send.is_pending());
        assert!(server.recv_exactly(bytes.len()) == bytes);
        assert_eq!(send.finish(&client), Ok(8_000_000));
    }
}

/// S2.31: and so does one on a non-blocking socket, by packet.
#[test]
fn pended_send_on_a_port_completes_with_all_its_bytes() {
    let (client, server) = Socket::pair(V4);
    client.set_nonblocking(true);
    let port = OwnPort::of(&client, 7);
    let bytes = many_bytes(8_000_000);
    let send = Operation::sending(&bytes).with_event();
    assert_eq!(send.send(&client), Started::Pending);
    assert!(server.recv_exactly(bytes.len()) == bytes);
    assert_eq!(port.next_of(&send), (0, 8_000_000));
}

/// S2.31: a blocking send returns when all is taken.
#[test]
fn blocking_send_takes_all() {
    let (client, server) = Socket::pair(V4);
    let bytes = many_bytes(8_000_000);
    let expected = bytes.clone();
    let sender = std::thread::spawn(move || client.send(&bytes, 0));
    assert!(server.recv_exactly(expected.len()) == expected);
    assert_eq!(sender.join().unwrap(), Ok(8_000_000));
}

/// S2.32: a non-blocking send takes all or nothing.
#[test]
fn nonblocking_send_takes_all_or_nothing() {
    wine_differs!("S2.32", "takes what the kernel takes, as Linux does");
    gap!("a non-blocking send may be short, as documented", {
        let (client, _server) = Socket::pair(V4);
        client.set_nonblocking(true);
        let sent = client.send(&many_bytes(64_000_000), 0);
        assert!(matches!(sent, Ok(64_000_000) | Err(WSAEWOULDBLOCK)), "{sent:?}");
    });
}

/// S2.32: when there is no room at all it is 10035.
#[test]
fn nonblocking_send_without_room_is_10035() {
    let (client, _server) = Socket::pair(V4);
    client.set_nonblocking(true);
    let bytes = many_bytes(1 << 20);
    let failed = (0..256).find_map(|_| client.send(&bytes, 0).err());
    assert_eq!(failed, Some(WSAEWOULDBLOCK));
}

/// S2.33: a completed send needs its buffer no more.
#[test]
fn the_buffer_may_be_reused_after_completion() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(b"first").with_event();
    assert_eq!(send.send(&client), Started::Done(5));
    drop(send);
    let send = Operation::sending(b"other").with_event();
    assert_eq!(send.send(&client), Started::Done(5));
    assert_eq!(server.recv_exactly(10), b"firstother");
}

/// S2.34: while the quota lasts a send is done at once, even one beyond SO_SNDBUF.
#[test]
fn send_larger_than_the_buffer_is_copied_at_once() {
    wine_differs!("S2.34", "pends beyond the kernel's buffer");
    gap!("Linux copies no more than its own buffers hold", {
        let (client, _server) = Socket::pair(V4);
        client.set(SOL_SOCKET, SO_SNDBUF, 65536).unwrap();
        let send = Operation::sending(&many_bytes(64_000_000)).with_event();
        assert_eq!(send.send(&client), Started::Done(64_000_000));
    });
}

/// S2.34: sends that fit are done at once; when the room is used up they pend.
#[test]
fn sends_are_done_at_once_until_the_room_is_used_up() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(&many_bytes(100_000)).with_event();
    let mut done = 0;
    while send.send(&client) == Started::Done(100_000) {
        done += 1;
        assert!(done < 1000, "it never pends");
    }
    assert!(done > 0, "even the first one pended");
    assert!(send.stays_pending());
    server.recv_exactly(100_000 * (done + 1));
    assert_eq!(send.finish(&client), Ok(100_000));
}

/// S2.35: with SO_SNDBUF 0 a large send pends until the peer has taken it.
#[test]
fn large_send_without_send_buffer_pends_until_drained() {
    let (client, server) = Socket::pair(V4);
    client.set(SOL_SOCKET, SO_SNDBUF, 0).unwrap();
    let bytes = many_bytes(1 << 20);
    let send = Operation::sending(&bytes).with_event();
    assert_eq!(send.send(&client), Started::Pending);
    assert!(send.stays_pending());
    assert!(server.recv_exactly(bytes.len()) == bytes);
    assert_eq!(send.finish(&client), Ok(1 << 20));
}

/// S2.36: pending sends leave in call order, each in one piece.
#[test]
fn pending_sends_leave_in_call_order() {
    let (client, server) = Socket::pair(V4);
    let sends: Vec<_> =
        (0..6).map(|at| Operation::sending(&vec![at; 2_000_000]).with_event()).collect();
    for send in &sends {
        assert!(matches!(send.send(&client), Started::Done(_) | Started::Pending));
    }
    for at in 0..6 {
        assert!(server.recv_exactly(2_000_000).iter().all(|&byte| byte == at), "bytes of {at}");
    }
    for send in &sends {
        assert_eq!(send.finish(&client), Ok(2_000_000));
    }
}

/// S2.37: sends of two threads may come in either order, but each in one piece.
#[test]
fn sends_of_two_threads_stay_in_one_piece() {
    let (client, server) = Socket::pair(V4);
    std::thread::scope(|scope| {
        for of in [1u8, 2] {
            let client = &client;
            scope.spawn(move || {
                for _ in 0..20 {
                    let send = Operation::sending(&vec![of; 100_000]).with_event();
                    assert!(!matches!(send.send(client), Started::Failed(_)));
                    assert_eq!(send.finish(client), Ok(100_000));
                }
            });
        }
        for _ in 0..40 {
            let piece = server.recv_exactly(100_000);
            assert!(piece.iter().all(|&byte| byte == piece[0]), "two sends are mixed");
        }
    });
}

/// S2.38: a send of no bytes succeeds, queues its packet, and the peer gets nothing of it.
#[test]
fn zero_byte_send_succeeds_with_a_packet_and_sends_nothing() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    let send = Operation::new(0);
    assert_eq!(send.send(&client), Started::Done(0));
    assert_eq!(port.next_of(&send), (0, 0));
    assert_eq!(client.send(b"", 0), Ok(0));
    client.send_all(b"x");
    assert_eq!(server.recv(4, 0), Ok(b"x".to_vec()));
}

/// S2.39: after shutdown(SD_SEND) sends are 10058, and the peer has read the end.
#[test]
fn send_after_shutdown_is_10058() {
    for how in [SD_SEND, SD_BOTH] {
        let (client, server) = Socket::pair(V4);
        client.shutdown(how).unwrap();
        assert_eq!(client.send(b"x", 0), Err(WSAESHUTDOWN));
        assert_eq!(
            Operation::sending(b"x").with_event().send(&client),
            Started::Failed(WSAESHUTDOWN)
        );
        assert_eq!(
            Operation::sending(b"").with_event().send(&client),
            Started::Failed(WSAESHUTDOWN)
        );
        assert_eq!(server.recv(1, 0), Ok(vec![]));
    }
}

/// S2.39: after DisconnectEx sends are 10058.
#[test]
fn send_after_disconnect_ex_is_10058() {
    let (client, _server) = Socket::pair(V4);
    let disconnect = Operation::new(0).with_event();
    assert_eq!(disconnect.disconnect(&client, 0), Started::Pending);
    assert_eq!(disconnect.finish(&client), Ok(0));
    assert_eq!(client.send(b"x", 0), Err(WSAESHUTDOWN));
    assert_eq!(Operation::sending(b"x").with_event().send(&client), Started::Failed(WSAESHUTDOWN));
}

/// S2.39, S1.47: after the peer's reset sends fail at once with 10054, time and again, and
/// nothing is queued.
#[test]
fn send_after_reset_is_10054_without_packet() {
    let (client, server) = Socket::pair(V4);
    server.reset();
    client.await_reset();
    let port = OwnPort::of(&client, 7);
    for _ in 0..3 {
        assert_eq!(client.send(b"x", 0), Err(WSAECONNRESET));
        let send = Operation::sending(b"x").with_event();
        assert_eq!(send.send(&client), Started::Failed(WSAECONNRESET));
    }
    assert!(port.stays_empty());
}

/// S2.39: a reset under a pending send ends it with 10054, or 64 at a port.
#[test]
fn reset_ends_a_pending_send() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(&many_bytes(8_000_000)).with_event();
    assert_eq!(send.send(&client), Started::Pending);
    server.reset();
    assert_eq!(send.finish(&client), Err(WSAECONNRESET));

    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    assert_eq!(send.send(&client), Started::Pending);
    server.reset();
    assert_eq!(port.next_of(&send).0, ERROR_NETNAME_DELETED);
}

/// S2.40: the first send after the peer has closed succeeds; its answer makes later ones fail.
#[test]
fn sends_after_the_peer_has_closed_succeed_once_and_then_fail() {
    let (client, server) = Socket::pair(V4);
    server.close().unwrap();
    assert_eq!(client.recv(1, 0), Ok(vec![]));
    assert_eq!(client.send(b"x", 0), Ok(1));
    let mut failed = Ok(1);
    eventually(|| {
        failed = client.send(b"x", 0);
        failed.is_err()
    });
    assert!(matches!(failed, Err(WSAECONNRESET | WSAECONNABORTED)), "{failed:?}");
}

/// S1.78, S1.72: a cancelled send ends with 995.
#[test]
fn cancelled_send_is_995() {
    let (client, _server) = Socket::pair(V4);
    let send = Operation::sending(&many_bytes(8_000_000)).with_event();
    assert_eq!(send.send(&client), Started::Pending);
    assert_eq!(send.cancel(&client), Ok(()));
    assert_eq!(send.finish(&client), Err(WSA_OPERATION_ABORTED));
    assert_eq!(send.cancel(&client), Err(ERROR_NOT_FOUND));
}

/// S2.36: a send posted while an earlier one is pending does not overtake it, though room comes
/// all the time.
#[test]
fn a_later_send_does_not_overtake_a_pending_one() {
    let (client, server) = Socket::pair(V4);
    let large = Operation::sending(&vec![0; 16_000_000]).with_event();
    assert_eq!(large.send(&client), Started::Pending);
    let small: Vec<_> = (1..=255u8).map(|of| Operation::sending(&[of; 100]).with_event()).collect();
    let read = AtomicUsize::new(0);
    let bytes = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut bytes = Vec::new();
            while bytes.len() < 16_000_000 + 255 * 100 {
                bytes.extend(server.recv(10_000, 0).expect("bytes are under way"));
                read.store(bytes.len(), Ordering::Relaxed);
            }
            bytes
        });
        for (at, send) in small.iter().enumerate() {
            eventually(|| read.load(Ordering::Relaxed) > at * 20_000);
            assert!(!matches!(send.send(&client), Started::Failed(_)));
        }
        reader.join().unwrap()
    });
    assert!(bytes.is_sorted(), "the sends are mixed");
    assert_eq!(large.finish(&client), Ok(16_000_000));
    for send in &small {
        assert_eq!(send.finish(&client), Ok(100));
    }
}

/// S1.47: the send that finds the reset out fails at once; it queues nothing and sets no event.
#[test]
fn the_send_that_finds_the_reset_queues_nothing() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    server.reset();
    let send = Operation::sending(b"x").with_event();
    loop {
        match send.send(&client) {
            Started::Done(1) => assert_eq!(port.next_of(&send), (0, 1)),
            Started::Failed(WSAECONNRESET) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(port.stays_empty());
    assert!(!send.event().is_set());
}

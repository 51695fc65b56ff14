//! Registered I/O on streams: receives, sends and their results (S10.11–S10.18). Wine 8 has no
//! registered I/O: the documents are the judge.

use conformance::{CompletionQueue, Region, V6, eventually, queued_pair, registered_pair};
use conformance::{RequestQueue, wine_differs};
use overlapped::sys::*;

/// S10.11, S10.17, S10.18: a receive is accepted, and completes when data comes, with both
/// contexts.
#[test]
fn a_receive_completes_when_data_comes() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::new(8);
    assert_eq!(requests.receive(Some(region.whole()), 0, 11), Ok(()));
    assert_eq!(queue.dequeue(4), []);
    peer.send_all(b"hello");
    assert_eq!(queue.next(), (0, 5, 7, 11));
    assert_eq!(region.bytes(), *b"hello\xCC\xCC\xCC");
    assert_eq!(queue.dequeue(4), []);
}

/// S10.11, S10.18: data that has come before the receive is taken as well.
#[test]
fn a_receive_takes_what_has_come_before() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, socket, peer) = queued_pair([2, 2], &queue);
    peer.send_all(b"early");
    socket.await_readable(5);
    let region = Region::new(3);
    for context in [1, 2] {
        requests.receive(Some(region.whole()), 0, context).expect("two fit");
    }
    assert_eq!(queue.take(2), [(0, 3, 7, 1), (0, 2, 7, 2)]);
    assert_eq!(region.bytes(), *b"lyr");
}

/// S10.11: a send goes out, and completes with its length.
#[test]
fn a_send_goes_out_and_completes() {
    wine_differs!("S10.1", "has no registered I/O");
    for ip in [conformance::V4, V6] {
        let (queue, (socket, peer)) = (CompletionQueue::polled(4), registered_pair(ip));
        let requests = RequestQueue::new(&socket, [1, 1], &queue, 3);
        let region = Region::of(b"0123456789");
        requests.send(Some(region.slice(2, 5)), 0, 4).expect("it is connected");
        assert_eq!(peer.recv_exactly(5), b"23456");
        assert_eq!(queue.next(), (0, 5, 3, 4));
    }
}

/// S10.16: receives are filled, and sends go out, in the order of the calls.
#[test]
fn requests_of_one_direction_keep_their_order() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(64);
    let (requests, _socket, peer) = queued_pair([16, 16], &queue);
    let (inbox, outbox) = (Region::new(32), Region::of(b"abcdefghijklmnop"));
    for at in 0..16 {
        requests.receive(Some(inbox.slice(at * 2, 2)), 0, at as usize).expect("sixteen fit");
        requests.send(Some(outbox.slice(at, 1)), 0, 100 + at as usize).expect("sixteen fit");
    }
    assert_eq!(peer.recv_exactly(16), b"abcdefghijklmnop");
    peer.send_all(b"00112233445566778899AABBCCDDEEFF");
    let contexts: Vec<u64> = queue.take(32).iter().map(|result| result.3).collect();
    let of =
        |sends: bool| contexts.iter().copied().filter(move |&context| (context >= 100) == sends);
    assert!(of(false).eq(0..16), "{contexts:?}");
    assert!(of(true).eq(100..116), "{contexts:?}");
    assert_eq!(inbox.bytes(), b"00112233445566778899AABBCCDDEEFF");
}

/// S10.18: the peer's end is success with 0 bytes, for every receive.
#[test]
fn the_end_of_the_stream_is_success_with_0_bytes() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, peer) = queued_pair([3, 1], &queue);
    let region = Region::new(8);
    for context in 1..=3 {
        requests.receive(Some(region.whole()), 0, context).expect("three fit");
    }
    peer.send_all(b"bye");
    peer.shutdown(SD_SEND).expect("it is connected");
    assert_eq!(queue.take(3), [(0, 3, 7, 1), (0, 0, 7, 2), (0, 0, 7, 3)]);
}

/// S10.18: a reset is told as Winsock's error number.
#[test]
fn a_reset_is_10054() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, peer) = queued_pair([1, 1], &queue);
    let region = Region::new(8);
    requests.receive(Some(region.whole()), 0, 1).expect("one fits");
    peer.reset();
    assert_eq!(queue.next(), (WSAECONNRESET, 0, 7, 1));
}

/// S10.13: WAITALL waits until the slice is full; the end of the stream ends it early.
#[test]
fn waitall_fills_the_slice() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, peer) = queued_pair([2, 1], &queue);
    let region = Region::new(8);
    requests.receive(Some(region.whole()), RIO_MSG_WAITALL, 1).expect("one fits");
    for part in [b"abc", b"def"] {
        peer.send_all(part);
        eventually(|| {
            assert_eq!(queue.dequeue(4), [], "done before the slice is full");
            region.bytes().contains(&part[2])
        });
    }
    assert_eq!(queue.dequeue(4), []);
    peer.send_all(b"ghi");
    assert_eq!(queue.next(), (0, 8, 7, 1));
    assert_eq!(region.bytes(), b"abcdefgh");
    requests.receive(Some(region.whole()), RIO_MSG_WAITALL, 2).expect("one fits");
    peer.shutdown(SD_SEND).expect("it is connected");
    assert_eq!(queue.next(), (0, 1, 7, 2));
}

/// S10.13: other flags are 10022, as is WAITALL of a send.
#[test]
fn unknown_flags_are_10022() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, _peer) = queued_pair([1, 1], &queue);
    let region = Region::new(8);
    for flags in [16, 32, 0x8000_0000, 1 | 64] {
        assert_eq!(requests.receive(Some(region.whole()), flags, 0), Err(WSAEINVAL));
        assert_eq!(requests.send(Some(region.whole()), flags, 0), Err(WSAEINVAL));
    }
    assert_eq!(requests.send(Some(region.whole()), RIO_MSG_WAITALL, 0), Err(WSAEINVAL));
    assert_eq!(queue.dequeue(4), []);
}

/// S10.14: a deferred send starts at the latest with the next that is not, in order.
#[test]
fn deferred_sends_go_with_the_next() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, peer) = queued_pair([1, 3], &queue);
    let region = Region::of(b"abcdef");
    requests.send(Some(region.slice(0, 2)), RIO_MSG_DEFER, 1).expect("three fit");
    requests.send(Some(region.slice(2, 2)), RIO_MSG_DEFER, 2).expect("three fit");
    requests.send(Some(region.slice(4, 2)), 0, 3).expect("three fit");
    assert_eq!(peer.recv_exactly(6), b"abcdef");
    assert_eq!(queue.take(3), [(0, 2, 7, 1), (0, 2, 7, 2), (0, 2, 7, 3)]);
}

/// S10.14, S10.15: COMMIT_ONLY starts what was deferred, of its direction, and has no result.
#[test]
fn commit_only_starts_what_was_deferred() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let (inbox, outbox) = (Region::new(4), Region::of(b"wxyz"));
    requests.send(Some(outbox.slice(0, 2)), RIO_MSG_DEFER, 1).expect("two fit");
    requests.send(Some(outbox.slice(2, 2)), RIO_MSG_DEFER, 2).expect("two fit");
    requests.receive(Some(inbox.whole()), RIO_MSG_DEFER, 3).expect("two fit");
    assert_eq!(requests.send(None, RIO_MSG_COMMIT_ONLY, 0), Ok(()));
    assert_eq!(peer.recv_exactly(4), b"wxyz");
    assert_eq!(queue.take(2), [(0, 2, 7, 1), (0, 2, 7, 2)]);
    peer.send_all(b"four");
    assert_eq!(requests.receive(None, RIO_MSG_COMMIT_ONLY, 0), Ok(()));
    assert_eq!(queue.next(), (0, 4, 7, 3));
    assert_eq!(requests.receive(None, RIO_MSG_COMMIT_ONLY, 0), Ok(())); // nothing to start
    assert_eq!(queue.dequeue(8), []);
}

/// S10.15: COMMIT_ONLY stands alone: no data, no count, no context, no other flag.
#[test]
fn commit_only_takes_nothing_else() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, _peer) = queued_pair([1, 1], &queue);
    let (region, only) = (Region::new(4), RIO_MSG_COMMIT_ONLY);
    assert_eq!(requests.send(Some(region.whole()), only, 0), Err(WSAEINVAL));
    assert_eq!(requests.send(None, only, 1), Err(WSAEINVAL));
    assert_eq!(requests.receive_counted(None, 1, only, 0), Err(WSAEINVAL));
    for other in [RIO_MSG_DEFER, RIO_MSG_DONT_NOTIFY, RIO_MSG_WAITALL] {
        assert_eq!(requests.receive(None, only | other, 0), Err(WSAEINVAL));
    }
}

/// S10.12: a data slice and the count go together; a stream needs one.
#[test]
fn data_and_its_count_go_together() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, _socket, _peer) = queued_pair([2, 2], &queue);
    let region = Region::new(4);
    for count in [0, 2, u32::MAX] {
        let issued = requests.receive_counted(Some(region.whole()), count, 0, 0);
        assert_eq!(issued, Err(WSAEINVAL), "{count} buffers");
    }
    assert_eq!(requests.receive_counted(None, 1, 0, 0), Err(WSAEINVAL));
    assert_eq!(requests.receive(None, 0, 0), Err(WSAEINVAL));
    assert_eq!(requests.send(None, 0, 0), Err(WSAEINVAL));
    assert_eq!(queue.dequeue(4), []);
}

/// S10.11, S10.16: sends that the peer does not read wait, and complete in order once it does.
#[test]
fn sends_wait_for_room() {
    wine_differs!("S10.1", "has no registered I/O");
    const EACH: u32 = 1 << 20;
    let queue = CompletionQueue::polled(16);
    let (requests, _socket, peer) = queued_pair([1, 8], &queue);
    let region = Region::new(EACH);
    for context in 0..8 {
        requests.send(Some(region.whole()), 0, context).expect("eight fit");
    }
    let mut contexts: Vec<u64> = queue.dequeue(16).iter().map(|result| result.3).collect();
    assert!(contexts.len() < 8, "8 MiB went into buffers");
    let mut unread = 8 * EACH as usize;
    while unread > 0 {
        unread -= peer.recv(1 << 18, 0).expect("bytes are under way").len();
        contexts.extend(queue.dequeue(16).iter().map(|result| result.3));
    }
    eventually(|| {
        contexts.extend(queue.dequeue(16).iter().map(|result| result.3));
        contexts.len() == 8
    });
    assert!(contexts.iter().copied().eq(0..8), "{contexts:?}");
}

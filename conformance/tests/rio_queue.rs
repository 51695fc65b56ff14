//! Registered I/O: memory and queues, their sizes and their limits (S10.3–S10.10, S10.24, S10.25,
//! S10.27). Wine 8 has no registered I/O: the documents are the judge.

use std::ptr::{null, null_mut, without_provenance_mut};
use std::sync::atomic::{AtomicBool, Ordering};

use conformance::{
    CompletionQueue, Event, Notified, OwnPort, Region, RequestQueue, Result4, Socket, V4,
    dequeue_of, deregister, notify_of, queued_pair, register, registered_pair, wine_differs,
};
use overlapped::sys::*;

/// RIO_INVALID_CQ.
const NO_QUEUE: RIO_CQ = 0;

/// S10.3: no bytes: 10022; no memory: 10014.
#[test]
fn memory_that_cannot_be_registered() {
    wine_differs!("S10.1", "has no registered I/O");
    let mut byte = 0u8;
    assert_eq!(register(&mut byte, 0), Err(WSAEINVAL));
    assert_eq!(register(null_mut(), 16), Err(WSAEFAULT));
    assert_eq!(register(without_provenance_mut(8), 16), Err(WSAEFAULT));
}

/// S10.3: the same memory can be registered more than once, under numbers of their own.
#[test]
fn memory_can_be_registered_twice() {
    wine_differs!("S10.1", "has no registered I/O");
    let bytes = vec![0u8; 4096].leak();
    let first = register(bytes.as_mut_ptr(), 4096).expect("it is there");
    let second = register(bytes.as_mut_ptr(), 4096).expect("it is there");
    assert_ne!(first, second);
    deregister(first);
    deregister(second);
}

/// S10.4: a slice lies inside what was registered.
#[test]
fn a_slice_outside_its_buffer_is_refused() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(2);
    let (requests, _socket, _peer) = queued_pair([1, 1], &queue);
    let region = Region::new(16);
    for (offset, length) in [(0, 17), (16, 1), (15, 2), (u32::MAX, 1), (1, u32::MAX)] {
        for issued in [
            requests.receive(Some(region.slice(offset, length)), 0, 0),
            requests.send(Some(region.slice(offset, length)), 0, 0),
        ] {
            assert!(
                matches!(issued, Err(WSAEFAULT | WSAEINVAL)),
                "{offset} + {length}: {issued:?}"
            );
        }
    }
    assert_eq!(requests.receive(Some(region.slice(15, 1)), 0, 0), Ok(()));
}

/// S10.5: a number that was given back, or never given out, is 10014.
#[test]
fn an_unregistered_buffer_is_10014() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(2);
    let (requests, _socket, _peer) = queued_pair([1, 1], &queue);
    let region = Region::new(16);
    deregister(region.id());
    assert_eq!(requests.receive(Some(region.whole()), 0, 0), Err(WSAEFAULT));
    assert_eq!(requests.send(Some(region.whole()), 0, 0), Err(WSAEFAULT));
    let nobody = RIO_BUF { BufferId: 0x7777_7777, Offset: 0, Length: 1 };
    assert_eq!(requests.send(Some(nobody), 0, 0), Err(WSAEFAULT));
}

/// S10.6: a size is at least 1 and at most RIO_MAX_CQ_SIZE.
#[test]
fn a_completion_queue_has_a_size() {
    wine_differs!("S10.1", "has no registered I/O");
    for size in [0, RIO_MAX_CQ_SIZE + 1, u32::MAX] {
        assert_eq!(CompletionQueue::raw(size, null()).err(), Some(WSAEINVAL), "{size}");
    }
    CompletionQueue::polled(1);
    CompletionQueue::polled(4096);
}

/// S10.7: what is told by a packet needs an OVERLAPPED, and a known kind.
#[test]
fn a_notice_must_be_complete() {
    wine_differs!("S10.1", "has no registered I/O");
    let port = OwnPort::new(1);
    let told = Notified::ByPacket { port: *port, key: 1, overlapped: 0 };
    assert_eq!(CompletionQueue::create(4, told).err(), Some(WSAEINVAL));
    let unknown = RIO_NOTIFICATION_COMPLETION { Type: 3, ..Default::default() };
    assert_eq!(CompletionQueue::raw(4, &unknown).err(), Some(WSAEINVAL));
    let nowhere = RIO_NOTIFICATION_COMPLETION { Type: RIO_EVENT_COMPLETION, ..Default::default() };
    assert!(CompletionQueue::raw(4, &nowhere).is_err());
}

/// S10.8: no socket: 10038; no completion queue, or nothing outstanding at all: 10022.
#[test]
fn a_request_queue_needs_its_parts() {
    wine_differs!("S10.1", "has no registered I/O");
    let (queue, (socket, _peer)) = (CompletionQueue::polled(4), registered_pair(V4));
    let (raw, id) = (socket.raw(), queue.id());
    let create = |limits, queues| RequestQueue::create(raw, limits, queues, 0).err();
    assert_eq!(create([0, 0], [id, id]), Some(WSAEINVAL));
    assert_eq!(create([1, 1], [NO_QUEUE, id]), Some(WSAEINVAL));
    assert_eq!(create([1, 1], [id, NO_QUEUE]), Some(WSAEINVAL));
    let closed = { CompletionQueue::polled(4).id() };
    assert_eq!(create([1, 1], [closed, id]), Some(WSAEINVAL));
    for nobody in [INVALID_SOCKET, 0, 0x7FFF_FFF0] {
        let made = RequestQueue::create(nobody, [1, 1], [id, id], 0);
        assert_eq!(made.err(), Some(WSAENOTSOCK), "{nobody:#x}");
    }
    assert_eq!(create([1, 0], [id, id]), None);
}

/// S10.8, S10.9: what the request queues reserve fits into their completion queues, until
/// closesocket.
#[test]
fn a_completion_queue_holds_what_is_reserved() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let [one, two, three] = [(); 3].map(|()| registered_pair(V4));
    let create = |socket: &Socket, limits| {
        RequestQueue::create(socket.raw(), limits, [queue.id(); 2], 0).map(drop)
    };
    assert_eq!(create(&one.0, [3, 2]), Err(WSAENOBUFS));
    assert_eq!(create(&one.0, [2, 1]), Ok(()));
    assert_eq!(create(&two.0, [1, 1]), Err(WSAENOBUFS));
    assert_eq!(create(&two.0, [1, 0]), Ok(()));
    assert_eq!(create(&three.0, [0, 1]), Err(WSAENOBUFS));
    one.0.close().expect("it is open");
    assert_eq!(create(&three.0, [2, 1]), Ok(()));
}

/// S10.9: the two kinds of results may go to queues of their own.
#[test]
fn receives_and_sends_may_go_to_different_queues() {
    wine_differs!("S10.1", "has no registered I/O");
    let [receives, sends] = [(); 2].map(|()| CompletionQueue::polled(1));
    let (socket, peer) = registered_pair(V4);
    let queues = [receives.id(), sends.id()];
    let requests = RequestQueue::create(socket.raw(), [1, 1], queues, 9).expect("it fits");
    let (inbox, outbox) = (Region::new(8), Region::of(b"ping"));
    requests.receive(Some(inbox.whole()), 0, 1).expect("one fits");
    requests.send(Some(outbox.whole()), 0, 2).expect("one fits");
    assert_eq!(sends.next(), (0, 4, 9, 2));
    assert_eq!(peer.recv_exactly(4), b"ping");
    peer.send_all(b"pong");
    assert_eq!(receives.next(), (0, 4, 9, 1));
    assert_eq!((receives.dequeue(1), sends.dequeue(1)), (vec![], vec![]));
}

/// S10.10: a request beyond the limit is 10055 and has no result; a place is free again only when
/// the result is dequeued.
#[test]
fn a_place_is_free_when_its_result_is_dequeued() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, socket, peer) = queued_pair([2, 1], &queue);
    let region = Region::new(4);
    for context in [1, 2] {
        assert_eq!(requests.receive(Some(region.whole()), 0, context), Ok(()));
    }
    assert_eq!(requests.receive(Some(region.whole()), 0, 3), Err(WSAENOBUFS));
    peer.send_all(b"12345678");
    assert_eq!(requests.send(Some(region.whole()), 0, 4), Ok(()));
    assert_eq!(peer.recv_exactly(4).len(), 4); // it is done, and not dequeued
    assert_eq!(requests.send(Some(region.whole()), 0, 5), Err(WSAENOBUFS));
    assert_eq!(queue.take(3).len(), 3);
    assert_eq!(requests.send(Some(region.whole()), 0, 6), Ok(()));
    assert_eq!(requests.receive(Some(region.whole()), 0, 7), Ok(()));
    assert_eq!(queue.next(), (0, 4, 7, 6));
    drop(socket);
}

/// S10.10: a deferred request counts.
#[test]
fn a_deferred_request_takes_a_place() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, _socket, _peer) = queued_pair([1, 1], &queue);
    let region = Region::new(4);
    assert_eq!(requests.send(Some(region.whole()), RIO_MSG_DEFER, 1), Ok(()));
    assert_eq!(requests.send(Some(region.whole()), 0, 2), Err(WSAENOBUFS));
    assert_eq!(requests.send(None, RIO_MSG_COMMIT_ONLY, 0), Ok(()));
    assert_eq!(queue.next(), (0, 4, 7, 1));
}

/// S10.10: a direction with a limit of 0 takes nothing.
#[test]
fn a_limit_of_0_takes_nothing() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, _socket, _peer) = queued_pair([0, 1], &queue);
    let region = Region::new(4);
    assert_eq!(requests.receive(Some(region.whole()), 0, 1), Err(WSAENOBUFS));
    assert_eq!(requests.send(Some(region.whole()), 0, 2), Ok(()));
}

/// S10.17: an invalid queue is RIO_CORRUPT_CQ to the one call, and 10022 to the other (S10.19).
#[test]
fn an_invalid_queue_is_corrupt() {
    wine_differs!("S10.1", "has no registered I/O");
    let closed = { CompletionQueue::polled(4).id() };
    let port = OwnPort::new(1);
    for nobody in [NO_QUEUE, closed, -1, port.handle() as RIO_CQ] {
        assert_eq!(dequeue_of(nobody, 4), None, "{nobody:#x}");
        assert_eq!(notify_of(nobody), WSAEINVAL, "{nobody:#x}");
    }
}

/// S10.11: an invalid request queue is 10022.
#[test]
fn an_invalid_request_queue_is_10022() {
    wine_differs!("S10.1", "has no registered I/O");
    let (region, (socket, _peer)) = (Region::new(4), registered_pair(V4));
    for nobody in [0, -1, socket.raw() as RIO_RQ] {
        let requests = RequestQueue::from_id(nobody);
        assert_eq!(requests.receive(Some(region.whole()), 0, 0), Err(WSAEINVAL));
        assert_eq!(requests.send(Some(region.whole()), 0, 0), Err(WSAEINVAL));
        assert_eq!(requests.resize([1, 1]), Err(WSAEINVAL));
    }
}

/// S10.25: a completion queue is resized with its results; not below what is reserved.
#[test]
fn a_completion_queue_can_be_resized() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(3);
    let (requests, _socket, peer) = queued_pair([2, 1], &queue);
    let region = Region::new(1);
    peer.send_all(b"ab");
    for context in [1, 2] {
        requests.receive(Some(region.whole()), 0, context).expect("two fit");
    }
    requests.send(Some(region.whole()), 0, 3).expect("one fits");
    assert_eq!(peer.recv_exactly(1).len(), 1);
    assert_eq!(queue.resize(RIO_MAX_CQ_SIZE + 1), Err(WSAEINVAL));
    assert!(matches!(queue.resize(2), Err(WSAENOBUFS | WSAETOOMANYREFS)));
    assert_eq!(queue.resize(64), Ok(()));
    assert_eq!(queue.take(3).len(), 3);
    let (other, _other_peer) = registered_pair(V4);
    RequestQueue::new(&other, [61, 0], &queue, 0);
    assert!(queue.resize(63).is_err());
}

/// S10.25: a request queue is resized with its requests, in order; not below what is outstanding.
#[test]
fn a_request_queue_can_be_resized() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(16);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::new(4);
    for at in 0..2 {
        requests.receive(Some(region.slice(at, 1)), 0, at as usize).expect("two fit");
    }
    assert_eq!(requests.resize([0, 0]), Err(WSAEINVAL));
    assert!(matches!(requests.resize([1, 2]), Err(WSAENOBUFS | WSAETOOMANYREFS)));
    assert!(matches!(requests.resize([15, 2]), Err(WSAENOBUFS | WSAETOOMANYREFS)));
    assert_eq!(requests.resize([9, 1]), Ok(()));
    for at in 2..4 {
        requests.receive(Some(region.slice(at, 1)), 0, at as usize).expect("nine fit");
    }
    peer.send_all(b"wxyz");
    let results = queue.take(4);
    assert!(results.iter().map(|result| result.3).eq(0..4), "{results:?}");
    assert_eq!(region.bytes(), b"wxyz");
    assert_eq!(requests.send(Some(region.whole()), 0, 10), Ok(()));
    assert_eq!(requests.send(Some(region.whole()), 0, 11), Err(WSAENOBUFS));
}

/// S10.27: with the completion queue its results are gone, and its request queues fail.
#[test]
fn closing_a_completion_queue_ends_its_request_queues() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(4);
    let (requests, socket, peer) = queued_pair([2, 2], &queue);
    let (id, region) = (queue.id(), Region::new(4));
    requests.receive(Some(region.whole()), 0, 1).expect("two fit");
    requests.send(Some(region.whole()), 0, 2).expect("two fit");
    drop(queue);
    assert!(requests.receive(Some(region.whole()), 0, 3).is_err());
    assert!(requests.send(Some(region.whole()), 0, 4).is_err());
    assert_eq!(dequeue_of(id, 4), None);
    assert_eq!(peer.recv_exactly(4).len(), 4);
    peer.send_all(b"late");
    socket.close().expect("it is open");
}

/// S10.24: two threads in one completion queue get results or RIO_CORRUPT_CQ, each result once.
#[test]
fn two_readers_never_get_the_same_result() {
    wine_differs!("S10.1", "has no registered I/O");
    const SENDS: usize = 2000;
    static ALL_SENT: AtomicBool = AtomicBool::new(false);
    let queue = CompletionQueue::polled(64);
    let (requests, _socket, peer) = queued_pair([0, 64], &queue);
    let (region, id) = (Region::new(1), queue.id());
    let drain = std::thread::spawn(move || peer.recv_exactly(SENDS).len());
    let contexts = |results: Option<Vec<Result4>>| {
        results.unwrap_or_default().into_iter().map(|result| result.3)
    };
    let other = std::thread::spawn(move || {
        let mut seen = Vec::new();
        while !ALL_SENT.load(Ordering::Acquire) {
            seen.extend(contexts(dequeue_of(id, 1)));
        }
        seen
    });
    let mut seen = Vec::new();
    for context in 0..SENDS {
        while requests.send(Some(region.whole()), 0, context).is_err() {
            seen.extend(contexts(queue.try_dequeue(4)));
        }
    }
    assert_eq!(drain.join().expect("it only receives"), SENDS);
    ALL_SENT.store(true, Ordering::Release);
    seen.extend(other.join().expect("it only dequeues"));
    seen.extend(contexts(queue.try_dequeue(64)));
    seen.sort_unstable();
    assert!(seen.iter().copied().eq(0..SENDS as u64), "{} results", seen.len());
}

/// S10.24: two threads that issue on one request queue are refused or served, never mixed up.
#[test]
fn two_issuers_are_served_or_refused() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(256);
    let (requests, _socket, peer) = queued_pair([128, 128], &queue);
    let (inbox, outbox) = (Region::new(64), Region::of(&[7; 64]));
    let sender = std::thread::spawn(move || {
        let send = |_| requests.send(Some(outbox.whole()), 0, 1);
        let (sent, refused): (Vec<_>, Vec<_>) = (0..128).map(send).partition(Result::is_ok);
        assert!(refused.iter().all(|refused| *refused == Err(WSAEINVAL)), "{refused:?}");
        sent.len()
    });
    let receive = |_| requests.receive(Some(inbox.whole()), 0, 2);
    let (received, refused): (Vec<_>, Vec<_>) = (0..128).map(receive).partition(Result::is_ok);
    assert!(refused.iter().all(|refused| *refused == Err(WSAEINVAL)), "{refused:?}");
    let sent = sender.join().expect("it only sends");
    assert_eq!(peer.recv_exactly(sent * 64).len(), sent * 64);
    peer.shutdown(SD_SEND).expect("it is connected");
    let results = queue.take(sent + received.len());
    assert_eq!(results.iter().filter(|result| result.3 == 1).count(), sent);
}

/// S10.7: by event an event is needed, and any is good.
#[test]
fn any_event_will_do() {
    wine_differs!("S10.1", "has no registered I/O");
    for event in [Event::manual(), Event::auto()] {
        let told = Notified::ByEvent { event: &event, reset: false };
        CompletionQueue::create(4, told).expect("an event is enough");
    }
}

//! Registered I/O: how request queues end (S10.26). Wine 8 has no registered I/O: the documents are
//! the judge.

use conformance::{
    CompletionQueue, Event, Notified, Region, RequestQueue, V4, queued_pair, registered_pair,
    registered_udp, wine_differs,
};
use overlapped::sys::*;

fn is_aborted(status: i32) -> bool {
    matches!(status, WSA_OPERATION_ABORTED | WSAECONNABORTED)
}

/// S10.26: closesocket completes what is outstanding, deferred requests too, once each.
#[test]
fn closing_completes_what_is_outstanding() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, socket, _peer) = queued_pair([3, 2], &queue);
    let region = Region::new(8);
    for context in 1..=3 {
        let flags = if context == 3 { RIO_MSG_DEFER } else { 0 };
        requests.receive(Some(region.whole()), flags, context).expect("three fit");
    }
    requests.send(Some(region.whole()), RIO_MSG_DEFER, 4).expect("two fit");
    socket.close().expect("it is open");
    let mut results = queue.take(4);
    results.sort_by_key(|result| result.3);
    for (at, (status, bytes, context, request)) in results.into_iter().enumerate() {
        assert!(is_aborted(status), "{status}");
        assert_eq!((bytes, context, request), (0, 7, at as u64 + 1));
    }
    assert_eq!(queue.dequeue(8), []);
}

/// S10.26: the request queue is invalid afterwards.
#[test]
fn the_request_queue_ends_with_its_socket() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (requests, socket, _peer) = queued_pair([1, 1], &queue);
    let region = Region::new(8);
    socket.close().expect("it is open");
    assert_eq!(requests.receive(Some(region.whole()), 0, 1), Err(WSAEINVAL));
    assert_eq!(requests.send(Some(region.whole()), 0, 2), Err(WSAEINVAL));
    assert_eq!(requests.send(None, RIO_MSG_COMMIT_ONLY, 0), Err(WSAEINVAL));
    assert_eq!(queue.dequeue(8), []);
}

/// S10.26: results of before the close stay, and their places serve others (S10.9).
#[test]
fn results_outlive_their_socket() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(2);
    for round in 0..20 {
        let (socket, peer) = registered_pair(V4);
        let requests = RequestQueue::new(&socket, [1, 1], &queue, round);
        let region = Region::of(b"data");
        requests.receive(Some(region.whole()), 0, 1).expect("one fits");
        requests.send(Some(region.whole()), 0, 2).expect("one fits");
        assert_eq!(peer.recv_exactly(4), b"data");
        socket.close().expect("it is open");
    }
    let results = queue.take(40);
    let sent = results.iter().filter(|result| result.3 == 2);
    assert!(sent.clone().all(|result| (result.0, result.1) == (0, 4)));
    assert!(sent.map(|result| result.2).eq(0..20));
    let aborted = results.iter().filter(|result| result.3 == 1);
    assert!(aborted.clone().all(|result| is_aborted(result.0)));
    assert!(aborted.map(|result| result.2).eq(0..20));
}

/// S10.20, S10.26: an abort is told as any result is.
#[test]
fn an_abort_is_told() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::auto();
    let told = Notified::ByEvent { event: &event, reset: true };
    let queue = CompletionQueue::create(4, told).expect("it can be made");
    let (socket, _) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [1, 1], &queue, 7);
    let region = Region::new(8);
    requests.receive(Some(region.whole()), 0, 1).expect("one fits");
    assert_eq!(queue.notify(), 0);
    socket.close().expect("it is open");
    event.wait();
    let (status, bytes, ..) = queue.next();
    assert!(is_aborted(status), "{status}");
    assert_eq!(bytes, 0);
}

/// S10.26: closing while another thread polls ends each request exactly once.
#[test]
fn closing_under_a_poller_ends_each_request_once() {
    wine_differs!("S10.1", "has no registered I/O");
    for _ in 0..50 {
        let queue = CompletionQueue::polled(8);
        let (requests, socket, peer) = queued_pair([4, 0], &queue);
        let region = Region::new(1);
        for context in 0..4 {
            requests.receive(Some(region.whole()), 0, context).expect("four fit");
        }
        let closer = std::thread::spawn(move || {
            peer.send_all(b"a");
            socket.close().expect("it is open");
            peer
        });
        let results = queue.take(4);
        assert!(results.iter().map(|result| result.3).eq(0..4), "{results:?}");
        assert_eq!(queue.dequeue(8), []);
        drop(closer.join().expect("it only closes"));
    }
}

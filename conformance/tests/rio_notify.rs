//! Registered I/O: how a program is told of results (S10.19–S10.23), and that a socket's own port
//! is not concerned (S10.29). Wine 8 has no registered I/O: the documents are the judge.

use conformance::{
    CompletionQueue, Event, Got, Notified, OwnPort, Region, RequestQueue, V4, queued_pair,
    registered_pair, settle, wine_differs,
};
use overlapped::sys::*;

/// A queue that tells by this event, with NotifyReset.
fn by_event(event: &Event) -> CompletionQueue {
    CompletionQueue::create(64, Notified::ByEvent { event, reset: true }).expect("it can be made")
}

/// S10.20, S10.21: the event is set when the next result comes.
#[test]
fn the_event_is_set_when_a_result_comes() {
    wine_differs!("S10.1", "has no registered I/O");
    for event in [Event::manual(), Event::auto()] {
        let queue = by_event(&event);
        let (requests, _socket, peer) = queued_pair([2, 2], &queue);
        let region = Region::new(8);
        for round in 0..50 {
            requests.receive(Some(region.whole()), 0, round).expect("two fit");
            assert_eq!(queue.notify(), 0);
            assert!(!event.is_set(), "round {round}: nothing has come");
            peer.send_all(b"x");
            event.wait();
            assert_eq!(queue.dequeue(4), [(0, 1, 7, round as u64)]);
        }
    }
}

/// S10.20: a result that is there already sets it at once.
#[test]
fn a_result_that_is_there_fires_at_once() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::manual();
    let queue = by_event(&event);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::of(b"data");
    requests.send(Some(region.whole()), 0, 1).expect("two fit");
    assert_eq!(peer.recv_exactly(4), b"data");
    assert!(!event.is_set(), "nobody asked to be told");
    assert_eq!(queue.notify(), 0);
    event.wait();
    assert_eq!(queue.dequeue(4), [(0, 4, 7, 1)]);
}

/// S10.20: data that has come before the receive counts as well.
#[test]
fn data_that_was_there_first_is_told() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::manual();
    let queue = by_event(&event);
    let (requests, socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::new(4);
    peer.send_all(b"data");
    socket.await_readable(4);
    assert_eq!(queue.notify(), 0);
    requests.receive(Some(region.whole()), 0, 1).expect("two fit");
    event.wait();
    assert_eq!(queue.dequeue(4), [(0, 4, 7, 1)]);
}

/// S10.19: while one notice is awaited, asking for another is 10037, which is returned.
#[test]
fn a_second_notify_is_10037() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::auto();
    let queue = by_event(&event);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::new(4);
    requests.receive(Some(region.whole()), 0, 1).expect("two fit");
    assert_eq!(queue.notify(), 0);
    assert_eq!(queue.notify(), WSAEALREADY);
    peer.send_all(b"data");
    event.wait();
    assert_eq!(queue.notify(), 0); // fires at once: nothing was dequeued
    event.wait();
}

/// S10.19: a queue that is only polled has no notice: 10022.
#[test]
fn a_polled_queue_cannot_notify() {
    wine_differs!("S10.1", "has no registered I/O");
    assert_eq!(CompletionQueue::polled(4).notify(), WSAEINVAL);
}

/// S10.19: one call, one notice.
#[test]
fn a_notice_is_given_once() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::auto();
    let queue = by_event(&event);
    let (requests, _socket, peer) = queued_pair([2, 2], &queue);
    let region = Region::of(b"data");
    assert_eq!(queue.notify(), 0);
    for context in [1, 2] {
        requests.send(Some(region.whole()), 0, context).expect("two fit");
    }
    assert_eq!(peer.recv_exactly(8), b"datadata");
    event.wait();
    assert!(!event.is_set(), "told of the second, too");
    assert_eq!(queue.take(2).len(), 2);
}

/// S10.20: results that carry DONT_NOTIFY are not told, alone or with a RIONotify after them, and
/// can be dequeued all the same.
#[test]
fn quiet_results_are_not_told() {
    wine_differs!("S10.1", "has no registered I/O");
    let event = Event::manual();
    let queue = by_event(&event);
    let (requests, _socket, peer) = queued_pair([2, 4], &queue);
    let region = Region::of(b"data");
    requests.send(Some(region.whole()), RIO_MSG_DONT_NOTIFY, 1).expect("four fit");
    assert_eq!(queue.notify(), 0);
    requests.send(Some(region.whole()), RIO_MSG_DONT_NOTIFY, 2).expect("four fit");
    assert_eq!(peer.recv_exactly(8), b"datadata");
    settle();
    assert!(!event.is_set(), "told of quiet results");
    assert_eq!(queue.take(2).len(), 2);
    requests.send(Some(region.whole()), 0, 3).expect("four fit");
    event.wait();
    assert_eq!(queue.next(), (0, 4, 7, 3));
}

/// S10.21: with NotifyReset RIONotify resets the event, without it does not.
#[test]
fn notify_reset_resets_the_event() {
    wine_differs!("S10.1", "has no registered I/O");
    for reset in [true, false] {
        let event = Event::manual_set();
        let told = Notified::ByEvent { event: &event, reset };
        let queue = CompletionQueue::create(4, told).expect("it can be made");
        assert!(event.is_set(), "made, not told to");
        assert_eq!(queue.notify(), 0);
        assert_eq!(event.is_set(), !reset);
    }
}

/// S10.22: by a port it is one packet, of success, with the given key and OVERLAPPED.
#[test]
fn the_port_gets_one_packet() {
    wine_differs!("S10.1", "has no registered I/O");
    let port = OwnPort::new(1);
    let told = Notified::ByPacket { port: *port, key: 42, overlapped: 0x1230 };
    let queue = CompletionQueue::create(64, told).expect("it can be made");
    let (requests, _socket, peer) = queued_pair([4, 4], &queue);
    let region = Region::new(8);
    for round in 0..50 {
        requests.receive(Some(region.whole()), 0, round).expect("four fit");
        assert_eq!(queue.notify(), 0);
        assert_eq!(queue.notify(), WSAEALREADY);
        port.assert_empty();
        peer.send_all(b"x");
        assert_eq!(port.next(), Got::packet(0, 42, 0x1230), "round {round}");
        assert_eq!(queue.dequeue(8), [(0, 1, 7, round as u64)]);
    }
    port.assert_empty();
}

/// S10.20, S10.22: a result that is there already is told at once, before anybody waits.
#[test]
fn the_packet_comes_at_once_for_what_is_there() {
    wine_differs!("S10.1", "has no registered I/O");
    let port = OwnPort::new(1);
    let told = Notified::ByPacket { port: *port, key: 1, overlapped: 0x10 };
    let queue = CompletionQueue::create(64, told).expect("it can be made");
    let (requests, _socket, peer) = queued_pair([4, 4], &queue);
    let region = Region::of(b"data");
    requests.send(Some(region.whole()), 0, 1).expect("four fit");
    assert_eq!(peer.recv_exactly(4), b"data");
    port.assert_empty();
    assert_eq!(queue.notify(), 0);
    assert_eq!(port.get(0), Got::packet(0, 1, 0x10));
    assert_eq!(queue.dequeue(8), [(0, 4, 7, 1)]);
}

/// S10.22: a thread that waits at the port already is woken.
#[test]
fn a_waiting_worker_is_woken() {
    wine_differs!("S10.1", "has no registered I/O");
    let port = OwnPort::new(1);
    let told = Notified::ByPacket { port: *port, key: 5, overlapped: 0x10 };
    let queue = CompletionQueue::create(64, told).expect("it can be made");
    let (requests, _socket, peer) = queued_pair([4, 4], &queue);
    let region = Region::new(8);
    let at = *port;
    let waiter = std::thread::spawn(move || at.next());
    requests.receive(Some(region.whole()), 0, 1).expect("four fit");
    assert_eq!(queue.notify(), 0);
    peer.send_all(b"data");
    assert_eq!(waiter.join().expect("it only waits"), Got::packet(0, 5, 0x10));
    assert_eq!(queue.dequeue(8), [(0, 4, 7, 1)]);
}

/// S10.23: dequeue until less comes than there was room for, then notify: nothing gets lost, though
/// data comes at any moment.
#[test]
fn nothing_is_lost_between_dequeue_and_notify() {
    wine_differs!("S10.1", "has no registered I/O");
    const BYTES: usize = 20_000;
    let event = Event::auto();
    let queue = by_event(&event);
    let (requests, _socket, peer) = queued_pair([4, 0], &queue);
    let region = Region::new(1);
    for _ in 0..4 {
        requests.receive(Some(region.whole()), 0, 0).expect("four fit");
    }
    let sender = std::thread::spawn(move || {
        for _ in 0..BYTES / 10 {
            peer.send_all(b"0123456789");
        }
        peer
    });
    let mut received = 0;
    while received < BYTES {
        assert_eq!(queue.notify(), 0);
        event.wait();
        loop {
            let results = queue.dequeue(3);
            for result in &results {
                assert_eq!(*result, (0, 1, 7, 0));
                requests.receive(Some(region.whole()), 0, 0).expect("one was dequeued");
            }
            received += results.len();
            if results.len() < 3 {
                break;
            }
        }
    }
    assert_eq!(received, BYTES);
    drop(sender.join().expect("it only sends"));
}

/// S10.20, S10.22: many sockets, one queue, a notice by the port.
#[test]
fn one_queue_serves_many_sockets() {
    wine_differs!("S10.1", "has no registered I/O");
    const SOCKETS: usize = 40;
    let port = OwnPort::new(1);
    let told = Notified::ByPacket { port: *port, key: 1, overlapped: 0x10 };
    let queue = CompletionQueue::create(256, told).expect("it can be made");
    let region = Region::new(SOCKETS as u32);
    let pairs: Vec<_> = (0..SOCKETS).map(|_| registered_pair(V4)).collect();
    let requests: Vec<_> =
        (0..SOCKETS).map(|at| RequestQueue::new(&pairs[at].0, [2, 2], &queue, at)).collect();
    for round in 0..20 {
        for (at, requests) in requests.iter().enumerate() {
            requests.receive(Some(region.slice(at as u32, 1)), 0, round).expect("two fit");
        }
        let mut seen = [false; SOCKETS];
        for (_, peer) in &pairs {
            peer.send_all(&[round as u8]);
        }
        while seen.contains(&false) {
            assert_eq!(queue.notify(), 0);
            assert_eq!(port.next(), Got::packet(0, 1, 0x10));
            for (status, bytes, socket, context) in queue.dequeue(256) {
                assert_eq!((status, bytes, context), (0, 1, round as u64));
                assert!(!std::mem::replace(&mut seen[socket as usize], true), "{socket} twice");
            }
        }
        assert_eq!(region.bytes(), vec![round as u8; SOCKETS]);
    }
}

/// S10.17: many sockets can be polled as well.
#[test]
fn many_sockets_can_be_polled() {
    wine_differs!("S10.1", "has no registered I/O");
    const SOCKETS: usize = 40;
    let queue = CompletionQueue::polled(256);
    let region = Region::new(SOCKETS as u32);
    let pairs: Vec<_> = (0..SOCKETS).map(|_| registered_pair(V4)).collect();
    let requests: Vec<_> =
        (0..SOCKETS).map(|at| RequestQueue::new(&pairs[at].0, [2, 2], &queue, at)).collect();
    for round in 0..20 {
        for (at, requests) in requests.iter().enumerate() {
            requests.receive(Some(region.slice(at as u32, 1)), 0, round).expect("two fit");
            if round % 2 == 0 {
                queue.dequeue(0);
            }
        }
        for (_, peer) in &pairs {
            peer.send_all(&[round as u8]);
        }
        let mut sockets: Vec<u64> = queue.take(SOCKETS).iter().map(|result| result.2).collect();
        sockets.sort_unstable();
        assert!(sockets.into_iter().eq(0..SOCKETS as u64));
        assert_eq!(region.bytes(), vec![round as u8; SOCKETS]);
    }
}

/// S10.29: the socket's own port hears nothing of registered I/O.
#[test]
fn the_sockets_own_port_is_not_concerned() {
    wine_differs!("S10.1", "has no registered I/O");
    let (queue, (socket, peer)) = (CompletionQueue::polled(4), registered_pair(V4));
    let port = OwnPort::of(&socket, 9);
    let requests = RequestQueue::new(&socket, [1, 1], &queue, 7);
    let region = Region::new(4);
    requests.receive(Some(region.whole()), 0, 1).expect("one fits");
    requests.send(Some(region.whole()), 0, 2).expect("one fits");
    peer.send_all(b"data");
    let mut results = queue.take(2);
    results.sort_by_key(|result| result.3);
    assert_eq!(results, [(0, 4, 7, 1), (0, 4, 7, 2)]);
    port.assert_empty();
}

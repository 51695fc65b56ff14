//! Registered I/O over the loopback fast path (S12.13): the rules of S10 hold, however a program
//! learns of its results. Wine 8 has neither: the documents are the judge.
//!
//! # Safety
//!
//! The pointers are null or to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{
    CompletionQueue, Event, Got, Notified, Operation, OwnPort, REGISTERED, Region, RequestQueue,
    Socket, Started, V4, call, eventually, wine_differs,
};
use overlapped::sys::*;

fn ask(socket: &Socket) {
    let (on, mut bytes) = (1u32, 0);
    let asked = call(SOCKET_ERROR, || unsafe {
        let (code, on, none) = (SIO_LOOPBACK_FAST_PATH, (&raw const on).cast(), null_mut());
        WSAIoctl(socket.raw(), code, on, 4, none, 0, &mut bytes, null_mut(), None)
    });
    assert_eq!(asked, Ok(0));
}

fn registered() -> Socket {
    Socket::made(AF_INET, SOCK_STREAM, 0, REGISTERED).expect("registered I/O is there")
}

/// Both sent and received, so that whatever happens, has: the connection is fast.
fn settle(one: &Socket, other: &Socket) {
    for _ in 0..3 {
        for (from, to) in [(one, other), (other, one)] {
            from.send_all(b"are we there yet");
            assert_eq!(to.recv_exactly(16), b"are we there yet");
        }
    }
    // Windows tells nobody whether the path is taken.
    #[cfg(target_os = "linux")]
    for socket in [one, other] {
        assert_eq!(winsock::linux::is_fast_loopback(socket.raw()), Ok(true));
    }
}

/// A fast connection: a socket for registered I/O, and its ordinary peer.
fn pair() -> (Socket, Socket) {
    let (listener, address) = Socket::listener(V4);
    let socket = registered();
    ask(&listener);
    ask(&socket);
    socket.connect(address).expect("it listens");
    let peer = listener.accept().expect("one has connected");
    settle(&socket, &peer);
    (socket, peer)
}

/// Its request queue (context 7), too.
fn queued(limits: [u32; 2], queue: &CompletionQueue) -> (RequestQueue, Socket, Socket) {
    let (socket, peer) = pair();
    (RequestQueue::new(&socket, limits, queue, 7), socket, peer)
}

/// The three ways to learn of results.
enum Told {
    Polled,
    ByEvent(Event),
    ByPacket(OwnPort),
}

impl Told {
    fn all() -> [Told; 3] {
        [Told::Polled, Told::ByEvent(Event::auto()), Told::ByPacket(OwnPort::new(1))]
    }

    fn queue(&self, size: u32) -> CompletionQueue {
        let told = match self {
            Told::Polled => Notified::Never,
            Told::ByEvent(event) => Notified::ByEvent { event, reset: true },
            Told::ByPacket(port) => Notified::ByPacket { port: **port, key: 3, overlapped: 0x10 },
        };
        CompletionQueue::create(size, told).expect("it can be made")
    }

    /// RIONotify; nothing has come yet.
    fn begin(&self, queue: &CompletionQueue) {
        match self {
            Told::Polled => {}
            Told::ByEvent(event) => {
                assert_eq!(queue.notify(), 0);
                assert!(!event.is_set(), "nothing has come");
            }
            Told::ByPacket(port) => {
                assert_eq!(queue.notify(), 0);
                port.assert_empty();
            }
        }
    }

    /// Waits for the notice of [`Told::begin`].
    fn await_notice(&self) {
        match self {
            Told::Polled => {}
            Told::ByEvent(event) => event.wait(),
            Told::ByPacket(port) => assert_eq!(port.next(), Got::packet(0, 3, 0x10)),
        }
    }

    /// The next result, which the notice tells.
    #[track_caller]
    fn next(&self, queue: &CompletionQueue) -> (i32, u32, u64, u64) {
        self.await_notice();
        match self {
            Told::Polled => queue.next(),
            _ => queue.dequeue(1)[0],
        }
    }
}

fn pattern(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at ^ at >> 8 ^ at >> 16) as u8).collect()
}

/// S12.13, S10.11, S10.20: a receive completes when data comes, however that is told.
#[test]
fn a_receive_completes_when_data_comes() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(8);
        let (requests, _socket, peer) = queued([2, 2], &queue);
        let region = Region::new(8);
        for round in 0..50 {
            requests.receive(Some(region.whole()), 0, round).expect("two fit");
            assert_eq!(queue.dequeue(4), []);
            told.begin(&queue);
            peer.send_all(b"hello");
            assert_eq!(told.next(&queue), (0, 5, 7, round as u64));
            assert_eq!(region.bytes(), *b"hello\xCC\xCC\xCC");
        }
    }
}

/// S12.13, S10.20: a receive that is issued after RIONotify is told as well, be its data there
/// already or not.
#[test]
fn a_receive_after_the_notify_is_told() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        for early in [true, false] {
            let queue = told.queue(8);
            let (requests, socket, peer) = queued([2, 2], &queue);
            let region = Region::new(8);
            for round in 0..50 {
                told.begin(&queue);
                if early {
                    peer.send_all(b"x");
                    socket.await_readable(1);
                }
                requests.receive(Some(region.whole()), 0, round).expect("two fit");
                if !early {
                    peer.send_all(b"x");
                }
                assert_eq!(told.next(&queue), (0, 1, 7, round as u64));
            }
        }
    }
}

/// S12.13, S10.14–S10.16: deferred requests start with the next or by COMMIT_ONLY, in order.
#[test]
fn deferred_requests_start_in_order() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(16);
    let (requests, _socket, peer) = queued([2, 5], &queue);
    let (inbox, outbox) = (Region::new(4), Region::of(b"abcdefghij"));
    for at in 0..5 {
        let flags = if at == 2 { 0 } else { RIO_MSG_DEFER };
        requests.send(Some(outbox.slice(at * 2, 2)), flags, at as usize).expect("five fit");
    }
    assert_eq!(peer.recv_exactly(6), b"abcdef");
    assert_eq!(queue.take(3), [(0, 2, 7, 0), (0, 2, 7, 1), (0, 2, 7, 2)]);
    assert_eq!(queue.dequeue(16), [], "two are deferred");
    assert_eq!(requests.send(None, RIO_MSG_COMMIT_ONLY, 0), Ok(()));
    assert_eq!(peer.recv_exactly(4), b"ghij");
    assert_eq!(queue.take(2), [(0, 2, 7, 3), (0, 2, 7, 4)]);
    requests.receive(Some(inbox.slice(0, 2)), RIO_MSG_DEFER, 8).expect("two fit");
    requests.receive(Some(inbox.slice(2, 2)), RIO_MSG_DEFER, 9).expect("two fit");
    peer.send_all(b"four");
    assert_eq!(queue.dequeue(16), [], "both are deferred");
    assert_eq!(requests.receive(None, RIO_MSG_COMMIT_ONLY, 0), Ok(()));
    assert_eq!(queue.take(2), [(0, 2, 7, 8), (0, 2, 7, 9)]);
    assert_eq!(inbox.bytes(), b"four");
}

/// S12.12, S10.16: with a peer that does not read sends wait; they complete in order once it does,
/// and nothing is lost. However room is told of.
#[test]
fn sends_wait_for_room() {
    wine_differs!("S10.1", "has no registered I/O");
    const EACH: usize = 1 << 20;
    const COUNT: usize = 6;
    for told in Told::all() {
        let queue = told.queue(16);
        let (requests, _socket, peer) = queued([1, COUNT as u32], &queue);
        let bytes = pattern(COUNT * EACH);
        let region = Region::of(&bytes);
        for at in 0..COUNT {
            let part = region.slice((at * EACH) as u32, EACH as u32);
            requests.send(Some(part), 0, at).expect("they fit");
        }
        assert_eq!(queue.dequeue(16), [], "1 MiB fits into no ring");
        told.begin(&queue);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| peer.recv_exactly(COUNT * EACH));
            for at in 0..COUNT {
                let result = loop {
                    if let [result] = queue.dequeue(1)[..] {
                        break result;
                    }
                    told.await_notice();
                    queue.notify();
                };
                assert_eq!(result, (0, EACH as u32, 7, at as u64));
            }
            assert!(reader.join().expect("it only reads") == bytes);
        });
    }
}

/// S12.13, S10.18: the peer's end is success with 0 bytes, and its other half still works.
#[test]
fn half_close_is_success_with_0_bytes() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(8);
        let (requests, _socket, peer) = queued([3, 1], &queue);
        let (inbox, outbox) = (Region::new(8), Region::of(b"still"));
        for context in 1..=3 {
            requests.receive(Some(inbox.whole()), 0, context).expect("three fit");
        }
        told.begin(&queue);
        peer.send_all(b"bye");
        peer.shutdown(SD_SEND).expect("it is connected");
        told.await_notice();
        assert_eq!(queue.take(3), [(0, 3, 7, 1), (0, 0, 7, 2), (0, 0, 7, 3)]);
        requests.send(Some(outbox.whole()), 0, 4).expect("one fits");
        assert_eq!(peer.recv_exactly(5), b"still");
        assert_eq!(queue.next(), (0, 5, 7, 4));
    }
}

/// S12.13, S10.18: a reset is told as Winsock's error number.
#[test]
fn a_reset_is_10054() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(8);
        let (requests, _socket, peer) = queued([2, 1], &queue);
        let region = Region::new(8);
        requests.receive(Some(region.whole()), 0, 1).expect("two fit");
        told.begin(&queue);
        peer.reset();
        assert_eq!(told.next(&queue), (WSAECONNRESET, 0, 7, 1));
        let sent = requests.send(Some(region.whole()), 0, 2).map(|()| queue.next().0);
        assert!(matches!(sent, Err(WSAECONNRESET) | Ok(WSAECONNRESET)), "{sent:?}");
    }
}

/// S12.13, S10.26: closesocket ends what is outstanding, waiting sends too, and the peer is told.
#[test]
fn closing_completes_what_is_outstanding() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(8);
        let (requests, socket, peer) = queued([2, 2], &queue);
        let region = Region::new(1 << 20);
        for context in [1, 2] {
            requests.receive(Some(region.slice(0, 8)), 0, context).expect("two fit");
            requests.send(Some(region.whole()), 0, 10 + context).expect("two fit");
        }
        told.begin(&queue);
        socket.close().expect("it is open");
        told.await_notice();
        let mut results = queue.take(4);
        results.sort_by_key(|result| result.3);
        assert!(results.iter().all(|result| (result.0, result.1) == (WSAECONNABORTED, 0)));
        assert!(results.iter().map(|result| result.3).eq([1, 2, 11, 12]), "{results:?}");
        assert_eq!(queue.dequeue(8), []);
        eventually(|| peer.recv(1 << 20, 0) == Err(WSAECONNRESET));
    }
}

/// S12.13, S10.13: WAITALL waits until the slice is full.
#[test]
fn waitall_fills_the_slice() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(4);
        let (requests, _socket, peer) = queued([1, 1], &queue);
        let region = Region::new(8);
        requests.receive(Some(region.whole()), RIO_MSG_WAITALL, 1).expect("one fits");
        told.begin(&queue);
        for part in [&b"abc"[..], b"def"] {
            peer.send_all(part);
            assert_eq!(queue.dequeue(4), [], "done before the slice is full");
        }
        peer.send_all(b"ghi");
        assert_eq!(told.next(&queue), (0, 8, 7, 1));
        assert_eq!(region.bytes(), b"abcdefgh");
    }
}

/// S12.13, S10.23: nothing gets lost between dequeue and notify, though data comes at any moment.
#[test]
fn nothing_is_lost_between_dequeue_and_notify() {
    wine_differs!("S10.1", "has no registered I/O");
    const BYTES: usize = 20_000;
    for told in Told::all() {
        let queue = told.queue(8);
        let (requests, _socket, peer) = queued([4, 0], &queue);
        let region = Region::new(1);
        for _ in 0..4 {
            requests.receive(Some(region.whole()), 0, 0).expect("four fit");
        }
        std::thread::scope(|scope| {
            scope.spawn(|| (0..BYTES / 10).for_each(|_| peer.send_all(b"0123456789")));
            let mut received = 0;
            while received < BYTES {
                queue.notify();
                told.await_notice();
                loop {
                    let count = queue.dequeue(3).len();
                    for _ in 0..count {
                        requests.receive(Some(region.whole()), 0, 0).expect("one was dequeued");
                    }
                    received += count;
                    if count < 3 {
                        break;
                    }
                }
            }
            assert_eq!(received, BYTES);
        });
    }
}

/// S12.13, S10.17, S10.20: one queue serves many connections, fast ones and others.
#[test]
fn one_queue_serves_many_connections() {
    wine_differs!("S10.1", "has no registered I/O");
    const SOCKETS: usize = 24;
    for told in Told::all() {
        let queue = told.queue(256);
        let region = Region::new(SOCKETS as u32);
        let plain = || conformance::registered_pair(V4);
        let pairs: Vec<_> =
            (0..SOCKETS).map(|at| if at % 3 == 0 { plain() } else { pair() }).collect();
        let requests: Vec<_> =
            (0..SOCKETS).map(|at| RequestQueue::new(&pairs[at].0, [2, 2], &queue, at)).collect();
        for round in 0..20 {
            for (at, requests) in requests.iter().enumerate() {
                requests.receive(Some(region.slice(at as u32, 1)), 0, round).expect("two fit");
            }
            assert_eq!(queue.dequeue(256), []);
            told.begin(&queue);
            pairs.iter().for_each(|(_, peer)| peer.send_all(&[round as u8]));
            told.await_notice();
            let mut keys: Vec<u64> = queue.take(SOCKETS).iter().map(|result| result.2).collect();
            keys.sort_unstable();
            assert!(keys.into_iter().eq(0..SOCKETS as u64));
            assert_eq!(region.bytes(), vec![round as u8; SOCKETS]);
        }
    }
}

/// S12.13, S3.31: a socket that is used again has a fast connection again, or another one, and its
/// request queue serves it.
#[test]
fn a_reused_socket_is_served_again() {
    wine_differs!("S10.1", "has no registered I/O");
    for told in Told::all() {
        let queue = told.queue(8);
        let ((listener, address), socket) = (Socket::listener(V4), registered());
        ask(&socket);
        socket.bind_any(V4);
        let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
        let region = Region::new(4);
        for round in 0..4 {
            if round == 2 {
                ask(&listener);
            }
            let connect = Operation::new(0).with_event();
            assert_eq!(connect.connect(&socket, address), Started::Pending);
            let peer = listener.accept().expect("one connects");
            assert_eq!(connect.finish(&socket), Ok(0));
            socket.set(SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, 0).ok();
            for message in 0..5 {
                requests.receive(Some(region.whole()), 0, message).expect("two fit");
                assert_eq!(queue.dequeue(4), []);
                told.begin(&queue);
                peer.send_all(b"data");
                assert_eq!(told.next(&queue), (0, 4, 7, message as u64), "connection {round}");
                socket.send_all(b"back");
                assert_eq!(peer.recv_exactly(4), b"back");
            }
            peer.shutdown(SD_SEND).expect("it is connected");
            let disconnect = Operation::new(0).with_event();
            assert!(!matches!(disconnect.disconnect(&socket, TF_REUSE_SOCKET), Started::Failed(_)));
            assert_eq!(disconnect.finish(&socket), Ok(0));
        }
    }
}

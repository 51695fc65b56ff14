//! The safe face of registered I/O.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use overlapped::event::Event;
use overlapped::rio::{self, Completion, CompletionQueue, Operation, RequestQueue, operations};
use overlapped::{Result, Socket};

const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Both ends of a connection, the first for registered I/O. `None` where there is none: Wine.
fn pair() -> Option<(Socket, Socket)> {
    if !rio::is_available() {
        assert!(std::env::var_os("OVERLAPPED_JUDGE").is_some(), "Wine alone has none");
        println!("skipped: there is no registered I/O here");
        return None;
    }
    let listener = rio::listen(SocketAddr::from(ANY)).expect("loopback is there");
    let peer = Socket::connect(listener.local_addr().expect("it listens")).expect("it listens");
    Some((listener.accept().expect("one has connected").0, peer))
}

fn next<D>(queue: &CompletionQueue<D>) -> Completion<D> {
    loop {
        if let Some(completion) = queue.next() {
            return completion;
        }
        thread::yield_now();
    }
}

fn one(bytes: usize) -> Operation<&'static str> {
    operations(1, bytes, |_| "data").expect("memory can be registered").remove(0)
}

#[test]
fn an_echo_by_polling() -> Result<()> {
    let Some((socket, peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(4)?;
    let requests = RequestQueue::new(socket, 2, 2, &queue, 77)?;
    requests.recv(one(16))?;
    for round in 0..100u8 {
        assert_eq!(peer.send(&[round; 5])?, 5);
        let Completion { key, operation, result } = next(&queue);
        assert_eq!((key, result, operation.received()), (77, Ok(5), &[round; 5][..]));
        assert_eq!(*operation.data(), "data");
        requests.send(operation, 1..4)?;
        let mut room = [0; 16];
        assert_eq!((peer.recv(&mut room)?, room[..3] == [round; 3]), (3, true));
        let sent = next(&queue);
        assert_eq!(sent.result, Ok(3));
        requests.recv(sent.operation)?;
    }
    Ok(())
}

#[test]
fn a_wait_ends_with_a_result_or_a_signal() -> Result<()> {
    let Some((socket, peer)) = pair() else { return Ok(()) };
    let event = Event::auto_reset()?;
    let queue = CompletionQueue::with_event(4, event.clone())?;
    let requests = RequestQueue::new(socket, 2, 2, &queue, 0)?;
    assert_eq!(queue.wait(Some(Duration::ZERO)), Ok(false));
    event.set();
    assert_eq!(queue.wait(None), Ok(true));
    assert!(queue.next().is_none());
    requests.recv(one(16))?;
    let sender = thread::spawn(move || (peer.send(b"x"), peer));
    while queue.next().is_none() {
        queue.wait(None)?;
    }
    sender.join().expect("it only sends").0?;
    Ok(())
}

#[test]
fn deferred_sends_are_committed() -> Result<()> {
    let Some((socket, peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(8)?;
    let requests = RequestQueue::new(socket, 1, 4, &queue, 0)?;
    for mut operation in operations(3, 2, |at| at)? {
        let at = *operation.data() as u8;
        operation.buffer_mut().fill(b'a' + at);
        requests.defer_send(operation, 0..2)?;
    }
    requests.commit_sends()?;
    let (mut room, mut got) = ([0; 16], 0);
    while got < 6 {
        got += peer.recv(&mut room[got..])?;
    }
    assert_eq!(&room[..6], b"aabbcc");
    assert!((0..3).all(|at| *next(&queue).operation.data() == at));
    Ok(())
}

#[test]
fn a_full_queue_refuses_and_gives_back() -> Result<()> {
    let Some((socket, _peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(4)?;
    let requests = RequestQueue::new(socket, 1, 1, &queue, 0)?;
    requests.recv(one(16))?;
    let refused = requests.recv(one(16)).expect_err("one is in flight");
    assert_eq!(refused.error.name(), Some("WSAENOBUFS"));
    assert_eq!(*refused.operation.data(), "data");
    Ok(())
}

#[test]
fn what_is_in_flight_comes_back_or_is_freed() -> Result<()> {
    let Some((socket, _peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(8)?;
    let counted = std::sync::Arc::new(());
    let requests = RequestQueue::new(socket, 4, 1, &queue, 5)?;
    for operation in operations(4, 8, |_| counted.clone())? {
        requests.recv(operation)?;
    }
    drop(requests);
    let aborted = next(&queue);
    assert!(aborted.result.is_err());
    drop((aborted, queue));
    assert_eq!(std::sync::Arc::strong_count(&counted), 1, "each is freed");
    Ok(())
}

#[test]
fn the_order_of_dropping_does_not_matter() -> Result<()> {
    let Some((socket, peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(8)?;
    let requests = RequestQueue::new(socket, 4, 1, &queue, 5)?;
    let counted = std::sync::Arc::new(());
    for operation in operations(3, 8, |_| counted.clone())? {
        requests.recv(operation)?;
    }
    drop(queue);
    peer.send(b"late")?;
    drop(requests);
    assert_eq!(std::sync::Arc::strong_count(&counted), 1, "each is freed");
    Ok(())
}

#[test]
fn connected_datagrams() -> Result<()> {
    let Some(_) = pair() else { return Ok(()) };
    let socket = rio::datagram(SocketAddr::from(ANY))?;
    let peer = Socket::datagram(SocketAddr::from(ANY))?;
    socket.connect_to(peer.local_addr()?)?;
    peer.connect_to(socket.local_addr()?)?;
    let queue = CompletionQueue::new(4)?;
    let requests = RequestQueue::new(socket, 1, 1, &queue, 0)?;
    requests.recv(one(16))?;
    peer.send(b"question")?;
    let Completion { operation, result, .. } = next(&queue);
    assert_eq!((result, operation.received()), (Ok(8), &b"question"[..]));
    requests.send(operation, 0..8)?;
    assert_eq!(peer.recv(&mut [0; 16])?, 8);
    Ok(())
}

#[test]
fn datagrams_to_anybody() -> Result<()> {
    let Some(_) = pair() else { return Ok(()) };
    let [one, other] =
        [rio::datagram(SocketAddr::from(ANY))?, rio::datagram(SocketAddr::from(ANY))?];
    let (at_one, at_other) = (one.local_addr()?, other.local_addr()?);
    let queue = CompletionQueue::new(8)?;
    let one = RequestQueue::new(one, 1, 1, &queue, 1)?;
    let other = RequestQueue::new(other, 1, 1, &queue, 2)?;
    other.recv_from(self::one(13))?;
    let mut question = self::one(13);
    question.buffer_mut()[..3].copy_from_slice(b"how");
    one.send_to(question, 0..3, at_other)?;
    let mut both = [next(&queue), next(&queue)];
    both.sort_by_key(|completion| completion.key);
    let [sent, received] = both;
    assert_eq!((sent.result, received.result), (Ok(3), Ok(3)));
    assert_eq!(received.operation.received(), b"how");
    assert_eq!(received.operation.sender(), Some(at_one));
    Ok(())
}

#[test]
fn queues_move_to_other_threads() -> Result<()> {
    let Some((socket, peer)) = pair() else { return Ok(()) };
    let queue = CompletionQueue::new(4)?;
    let requests = RequestQueue::new(socket, 1, 1, &queue, 0)?;
    let issuer = thread::spawn(move || {
        requests.recv(one(16)).expect("one fits");
        requests
    });
    let requests = issuer.join().expect("it only issues");
    peer.send(b"x")?;
    assert_eq!(next(&queue).result, Ok(1));
    drop(requests);
    Ok(())
}

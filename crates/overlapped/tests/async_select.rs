//! WSAAsyncSelect through the safe API, on both systems.

mod loopback;

use std::time::Duration;

use overlapped::async_select::{Key, MessageQueue, NetworkEvents};
use overlapped::{Error, Socket};

use loopback::{ANY, AT_ONCE, PATIENCE, pair};

fn next(queue: &mut MessageQueue<Socket>) -> (Key, NetworkEvents, Option<Error>) {
    let message = queue.next(PATIENCE).unwrap().expect("a message comes");
    (message.key, message.event, message.error)
}

#[test]
fn an_event_is_posted_once_and_again_after_its_call() {
    let (client, server) = pair();
    let mut queue = MessageQueue::new().unwrap();
    let key = queue.push(server, NetworkEvents::READ | NetworkEvents::CLOSE).unwrap();
    assert_eq!(queue.next(AT_ONCE).unwrap(), None);
    client.send(b"ab").unwrap();
    for _ in 0..2 {
        assert_eq!(next(&mut queue), (key, NetworkEvents::READ, None));
        assert_eq!(queue.next(AT_ONCE).unwrap(), None, "it was told (S7.6)");
        assert_eq!(queue.member(key).unwrap().recv(&mut [0xCC]).unwrap(), 1);
    }
    drop(client);
    assert_eq!(next(&mut queue), (key, NetworkEvents::CLOSE, None));
}

#[test]
fn two_queues_of_one_thread_get_their_own() {
    let (client, server) = pair();
    let (mut one, mut other) = (MessageQueue::new().unwrap(), MessageQueue::new().unwrap());
    let at_one = one.push(client, NetworkEvents::WRITE).unwrap();
    let at_other = other.push(server, NetworkEvents::WRITE).unwrap();
    assert_eq!(next(&mut other), (at_other, NetworkEvents::WRITE, None));
    assert_eq!(next(&mut one), (at_one, NetworkEvents::WRITE, None));
    let none = one.next(Some(Duration::from_nanos(1))).unwrap();
    assert_eq!((none, other.next(AT_ONCE).unwrap()), (None, None));
}

#[test]
fn who_is_taken_out_is_told_of_no_more() {
    let (client, server) = pair();
    let mut queue = MessageQueue::new().unwrap();
    let key = queue.push(server, NetworkEvents::WRITE).unwrap();
    let server = queue.remove(key).unwrap(); // its message is posted already (S7.3)
    assert_eq!(queue.next(AT_ONCE).unwrap(), None);
    assert_eq!(queue.set_events(key, NetworkEvents::READ), Err(Error::from_code(10038)));
    server.set_nonblocking(false).unwrap(); // refused while anything is selected (S7.3)
    client.send(b"x").unwrap();
    assert_eq!(server.recv(&mut [0; 4]).unwrap(), 1);
    assert!(queue.is_empty() && queue.remove(key).is_none());
}

#[test]
fn a_refused_connect_comes_with_its_error() {
    let nobody = Socket::stream(&ANY).unwrap();
    nobody.bind(ANY).unwrap();
    let mut queue = MessageQueue::new().unwrap();
    let key = queue.push(Socket::stream(&ANY).unwrap(), NetworkEvents::CONNECT).unwrap();
    let begun = queue.member(key).unwrap().connect_to(nobody.local_addr().unwrap());
    assert_eq!(begun, Err(Error::from_code(10035)));
    let refused = Some(Error::from_code(10061));
    assert_eq!(next(&mut queue), (key, NetworkEvents::CONNECT, refused), "S6.18");
}

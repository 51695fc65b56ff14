//! select and WSAPoll through the safe API, on both systems.

mod loopback;

use std::io::ErrorKind;
use std::time::Duration;

use overlapped::poll::{Events, PollSet};
use overlapped::select::{FdSet, select};
use overlapped::{Error, Socket};

use loopback::{ANY, AT_ONCE, PATIENCE, pair};

#[test]
fn blocking_calls_carry_bytes() {
    let (client, server) = pair();
    assert_eq!(client.send(b"abc").unwrap(), 3);
    let mut room = [0xCC; 8];
    assert_eq!(server.recv(&mut room).unwrap(), 3);
    assert_eq!(&room[..4], b"abc\xCC");
    drop(client);
    assert_eq!(server.recv(&mut room).unwrap(), 0);
}

#[test]
fn nonblocking_calls_do_not_wait() {
    let (client, server) = pair();
    server.set_nonblocking(true).unwrap();
    let would_block = server.recv(&mut [0]).unwrap_err();
    assert_eq!((would_block.kind(), would_block.code()), (ErrorKind::WouldBlock, 10035));
    client.send(b"x").unwrap();
    let mut set = FdSet::new();
    assert!(set.insert(&server));
    assert_eq!(select(Some(&mut set), None, None, PATIENCE).unwrap(), 1);
    assert_eq!(server.recv(&mut [0]).unwrap(), 1);
}

#[test]
fn select_leaves_what_is_ready() {
    let ((client, server), (_quiet, idle)) = (pair(), pair());
    client.send(b"x").unwrap();
    let (mut readable, mut writable) = (FdSet::new(), FdSet::new());
    assert!(readable.insert(&server) && readable.insert(&idle) && readable.insert(&server));
    assert_eq!(readable.len(), 2, "a socket is in a set once");
    assert_eq!(select(Some(&mut readable), None, None, PATIENCE).unwrap(), 1);
    assert!(readable.contains(&server) && !readable.contains(&idle));
    assert!(writable.insert(&idle));
    assert_eq!(select(Some(&mut readable), Some(&mut writable), None, AT_ONCE).unwrap(), 2);
    let mut nothing = FdSet::new();
    assert!(nothing.insert(&idle));
    assert_eq!(select(Some(&mut nothing), None, None, Some(Duration::from_nanos(1))).unwrap(), 0);
    assert!(nothing.is_empty());
}

#[test]
fn a_set_holds_64_sockets() {
    let sockets: Vec<_> = (0..=FdSet::CAPACITY).map(|_| Socket::datagram(ANY).unwrap()).collect();
    let mut set = FdSet::new();
    let (last, fitting) = sockets.split_last().unwrap();
    assert!(fitting.iter().all(|socket| set.insert(socket)));
    assert!(!set.insert(last) && !set.contains(last));
    assert!(set.insert(&fitting[0]), "it is there already");
    assert_eq!(select(None, Some(&mut set), None, AT_ONCE).unwrap(), 64);
}

#[test]
fn nothing_to_wait_for_is_an_error() {
    let _started = Socket::datagram(ANY).unwrap();
    assert_eq!(select(None, None, None, None), Err(Error::from_code(10022)));
    assert_eq!(PollSet::<Socket>::new().poll(None), Err(Error::from_code(10022)));
}

#[test]
fn a_nonblocking_connect_ends_as_writable_or_failed() {
    let listener = Socket::listen(ANY).unwrap();
    let nobody = Socket::stream(&ANY).unwrap();
    nobody.bind(ANY).unwrap();
    for (peer, refused) in [(&listener, false), (&nobody, true)] {
        let client = Socket::stream(&ANY).unwrap();
        client.set_nonblocking(true).unwrap();
        let begun = client.connect_to(peer.local_addr().unwrap()).unwrap_err();
        assert_eq!(begun.kind(), ErrorKind::WouldBlock);
        let (mut writable, mut failed) = (FdSet::new(), FdSet::new());
        assert!(writable.insert(&client) && failed.insert(&client));
        assert_eq!(select(None, Some(&mut writable), Some(&mut failed), PATIENCE).unwrap(), 1);
        assert_eq!((writable.is_empty(), failed.is_empty()), (refused, !refused));
        let error = client.connect_error().unwrap().map(Error::kind);
        assert_eq!(error, refused.then_some(ErrorKind::ConnectionRefused));
    }
}

#[test]
fn a_poll_set_tells_each_member() {
    let ((client, server), (_quiet, idle)) = (pair(), pair());
    let mut set = PollSet::default();
    set.push(server, Events::READ);
    set.push(idle, Events::READ | Events::WRITE);
    assert_eq!(set.poll(AT_ONCE).unwrap(), 1);
    assert!(set.ready(0).is_none() && set.ready(1).is_writable() && !set.ready(1).is_readable());
    set.set_events(1, Events::NONE);
    client.send(b"x").unwrap();
    assert_eq!(set.poll(PATIENCE).unwrap(), 1);
    assert!(set.ready(0).is_readable() && set.ready(1).is_none());
    assert_eq!(set.member(0).recv(&mut [0; 4]).unwrap(), 1);
    drop(client);
    assert_eq!(set.poll(None).unwrap(), 1);
    assert!(set.ready(0).is_hung_up() && set.ready(0).is_readable());
    drop(set.swap_remove(0));
    assert_eq!((set.len(), set.poll(AT_ONCE).unwrap()), (1, 0));
}

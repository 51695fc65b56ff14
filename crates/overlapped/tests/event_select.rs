//! WSAEventSelect through the safe API, on both systems.

mod loopback;

use std::thread;

use overlapped::event_select::{Event, EventSet, NetworkEvents, Woken};
use overlapped::{Error, Socket};

use loopback::{ANY, AT_ONCE, PATIENCE, pair};

#[test]
fn an_event_happens_once_and_again_after_its_call() {
    let ((client, server), (_quiet, idle)) = (pair(), pair());
    let mut set = EventSet::new();
    set.push(idle, NetworkEvents::READ).unwrap();
    set.push(server, NetworkEvents::READ | NetworkEvents::CLOSE).unwrap();
    assert_eq!(set.wait(AT_ONCE).unwrap(), Woken::TimedOut);
    client.send(b"ab").unwrap();
    for _ in 0..2 {
        assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(1));
        assert_eq!(set.happened(1).unwrap().events(), NetworkEvents::READ);
        assert!(set.happened(1).unwrap().events().is_none(), "it was taken (S6.6)");
        assert_eq!(set.wait(AT_ONCE).unwrap(), Woken::TimedOut);
        assert_eq!(set.member(1).recv(&mut [0xCC]).unwrap(), 1); // again for the second (S6.12)
    }
    drop(client);
    assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(1));
    let end = set.happened(1).unwrap();
    assert_eq!((end.events(), end.error(NetworkEvents::CLOSE)), (NetworkEvents::CLOSE, None));
}

#[test]
fn a_listener_is_told_of_connections_and_a_client_of_its_end() {
    let listener = Socket::listen(ANY).unwrap();
    let (address, nobody) = (listener.local_addr().unwrap(), Socket::stream(&ANY).unwrap());
    nobody.bind(ANY).unwrap();
    let mut set = EventSet::new();
    for peer in [address, nobody.local_addr().unwrap()] {
        let asked = NetworkEvents::CONNECT | NetworkEvents::WRITE;
        set.push(Socket::stream(&ANY).unwrap(), asked).unwrap();
        let at = set.len() - 1;
        assert_eq!(set.member(at).connect_to(peer).unwrap_err().code(), 10035, "it waits not");
        assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(at));
        let connected = set.happened(at).unwrap();
        assert!(connected.has(NetworkEvents::CONNECT));
        let refused = (peer != address).then_some(Error::from_code(10061));
        assert_eq!(connected.error(NetworkEvents::CONNECT), refused, "S6.18");
        if refused.is_none() {
            drop(set.swap_remove(at));
        }
    }
    set.push(listener, NetworkEvents::ACCEPT).unwrap();
    assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(1), "a connection waits already (S6.9)");
    assert_eq!(set.happened(1).unwrap().events(), NetworkEvents::ACCEPT);
    set.member(1).accept().unwrap();
}

#[test]
fn a_set_has_room_for_64_events_and_the_signal_is_one() {
    let signal = Event::manual_reset().unwrap();
    for (mut set, places) in [(EventSet::new(), 64), (EventSet::with_signal(signal), 63)] {
        let mut count = 0;
        while !set.is_full() {
            set.push(Socket::datagram(ANY).unwrap(), NetworkEvents::READ).unwrap();
            count += 1;
        }
        assert_eq!(count, places);
        let more = set.push(Socket::datagram(ANY).unwrap(), NetworkEvents::READ);
        assert_eq!((more, set.len()), (Err(Error::from_code(87)), count));
        let last = set.member(count - 1).local_addr().unwrap();
        let sender = Socket::datagram(ANY).unwrap();
        sender.connect_to(last).unwrap();
        sender.send(b"x").unwrap();
        assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(count - 1));
    }
}

#[test]
fn a_signal_ends_the_waits_of_all_threads() {
    let signal = Event::manual_reset().unwrap();
    thread::scope(|scope| {
        for _ in 0..2 {
            let (client, server) = pair();
            let mut set = EventSet::with_signal(signal.clone());
            set.push(server, NetworkEvents::READ).unwrap();
            scope.spawn(move || {
                assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Signal);
                drop(client);
            });
        }
        signal.set();
    });
    signal.reset();
    assert_eq!(EventSet::<Socket>::with_signal(signal).wait(AT_ONCE).unwrap(), Woken::TimedOut);
    assert_eq!(EventSet::<Socket>::new().wait(AT_ONCE), Err(Error::from_code(87)));
}

#[test]
fn who_is_taken_out_is_told_of_no_more() {
    let (client, server) = pair();
    let mut set = EventSet::with_signal(Event::manual_reset().unwrap());
    set.push(server, NetworkEvents::READ).unwrap();
    let server = set.swap_remove(0);
    server.set_nonblocking(false).unwrap(); // refused while anything is selected (S6.1)
    client.send(b"x").unwrap();
    assert_eq!(server.recv(&mut [0; 4]).unwrap(), 1);
    set.push(server, NetworkEvents::WRITE).unwrap();
    assert_eq!(set.wait(PATIENCE).unwrap(), Woken::Member(0));
    assert_eq!(set.happened(0).unwrap().events(), NetworkEvents::WRITE);
}

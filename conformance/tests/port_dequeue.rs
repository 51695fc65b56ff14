//! S1.17–S1.22, S1.24, S1.28–S1.29f: what the two functions that take packets return.

use conformance::{
    Event, Got, GotMany, Operation, OwnPort, POISON, Port, Socket, Started, V4, Worker, alone, gap,
    mostly, pending_receive, ported_pair, posted, saturated_port, settle, wine_differs,
};
use overlapped::sys::*;

/// NTSTATUS of a cancelled operation.
const CANCELLED: usize = 0xC000_0120;

/// What Ex returns with these entries; the last error stays.
fn many(entries: &[(usize, usize, usize, u32)]) -> GotMany {
    GotMany { ok: true, count: entries.len() as u32, entries: entries.to_vec(), error: POISON }
}

/// S1.17: success: TRUE, the three outputs filled, the last error left alone.
#[test]
fn a_success_fills_the_outputs_and_keeps_the_last_error() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    other.send_all(b"hello");
    assert_eq!(port.next(), Got::packet(5, 9, receive.address()));
    assert_eq!(receive.received(), b"hello");
}

/// S1.18: failed operation: FALSE, the outputs filled too, the error in Win32's numbers.
#[test]
fn a_failed_operation_fills_the_outputs_too() {
    let (port, one, _other) = ported_pair();
    let receive = pending_receive(&one);
    assert_eq!(receive.cancel(&one), Ok(()));
    let expected = Got::failure(ERROR_OPERATION_ABORTED, 0, 9, receive.address());
    assert_eq!(port.next(), expected);
}

/// S1.19, S1.20: nothing to take: FALSE, a NULL overlapped, bytes and key untouched, 258. A
/// time-out of 0 only looks.
#[test]
fn a_time_out_leaves_bytes_and_key_alone() {
    let port = OwnPort::new(1);
    for timeout_ms in [0, 1, 5] {
        assert_eq!(port.get(timeout_ms), Got::nothing(WAIT_TIMEOUT));
    }
}

/// S1.20: a look finds what is there.
#[test]
fn a_look_takes_a_queued_packet() {
    let port = OwnPort::new(1);
    port.post(1);
    assert_eq!(port.get(0), posted(1));
    assert_eq!(port.get(0), Got::nothing(WAIT_TIMEOUT));
}

/// S1.20: a look finds an operation that has completed as well as a posted packet.
#[test]
fn a_look_takes_a_completed_operation() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    other.send_all(b"x");
    let mut looks = (0..100_000).map(|_| port.get(0));
    let got = looks.find(|&got| got != Got::nothing(WAIT_TIMEOUT));
    assert_eq!(got, Some(Got::packet(1, 9, receive.address())));
}

/// S1.20: INFINITE waits until something comes.
#[test]
fn an_infinite_wait_ends_with_a_packet() {
    let (port, waiter) = (OwnPort::new(1), Worker::start());
    let at = *port;
    let taken = waiter.ask(move || at.get(INFINITE));
    assert!(taken.is_withheld());
    port.post(1);
    assert_eq!(taken.wait(), posted(1));
}

/// S1.21: a handle that is no port: 6, and the outputs as when nothing came.
#[test]
fn a_bad_handle_is_6() {
    let (socket, event) = (Socket::tcp(V4), Event::manual());
    let closed = OwnPort::new(1);
    let stale = closed.handle();
    closed.close();
    for bad in [std::ptr::null_mut(), stale, event.handle(), socket.handle()] {
        assert_eq!(Port::from_handle(bad).get(0), Got::nothing(ERROR_INVALID_HANDLE));
    }
}

/// S1.22: a posted packet with a NULL overlapped is TRUE, unlike a time-out.
#[test]
fn a_posted_null_overlapped_is_true() {
    let port = OwnPort::new(1);
    assert_eq!(port.try_post(3, 4, 0), Ok(()));
    assert_eq!(port.next(), Got::packet(3, 4, 0));
}

/// S1.24: posted packets come oldest first.
#[test]
fn packets_come_oldest_first() {
    let port = OwnPort::new(1);
    (0..1_000).for_each(|key| port.post(key));
    (0..1_000).for_each(|key| assert_eq!(port.next(), posted(key)));
}

/// S1.24: completions and posts stand in one queue, in the order in which they happened.
#[test]
fn completions_and_posts_share_one_order() {
    let (port, (one, _other)) = (OwnPort::new(1), Socket::pair(V4));
    port.associate(&one, 100);
    let mut expected = Vec::new();
    for key in 0..10 {
        port.post(key);
        expected.push(posted(key));
        let send = Operation::sending(b"abc");
        assert_eq!(send.send(&one), Started::Done(3));
        expected.push(Got::packet(3, 100, send.address()));
    }
    let taken: Vec<_> = expected.iter().map(|_| port.next()).collect();
    assert_eq!(taken, expected);
}

/// One round: receives of two sockets end at two sends, on a port of their own. Whether their
/// packets came in that order.
fn two_receives_end_in_order() -> bool {
    let (port, (one, far_one), (two, far_two)) =
        (OwnPort::new(1), Socket::udp_pair(V4), Socket::udp_pair(V4));
    port.associate(&one, 1);
    port.associate(&two, 2);
    let (first, second) = (Operation::new(1), Operation::new(1));
    assert_eq!(
        (second.receive(&two, 0), first.receive(&one, 0)),
        (Started::Pending, Started::Pending)
    );
    far_one.send_all(b"a");
    far_two.send_all(b"b");
    [port.next().key, port.next().key] == [1, 2]
}

/// S1.24: what ended first is taken first, whatever else the system looks at; a second port is
/// saturated all the while to give it something to look at.
#[test]
fn completions_come_in_the_order_they_happened() {
    wine_differs!("S1.24", "does not end thousands of rounds in time", sometimes);
    let _alone = alone();
    let _saturated = saturated_port();
    gap!("packets found by the watchman's look are overtaken before they are queued", {
        assert!((0..10_000).all(|_| two_receives_end_in_order()));
    });
}

/// S1.28: Ex takes what is there, oldest first, at most as many as there is room for.
#[test]
fn many_takes_what_is_queued_up_to_its_room() {
    let port = OwnPort::new(1);
    (0..5).for_each(|key| port.post(key));
    let entry = |key| (key, 0, 0, 0);
    assert_eq!(port.get_many(3, 0), many(&[entry(0), entry(1), entry(2)]));
    assert_eq!(port.get_many(3, 0), many(&[entry(3), entry(4)]));
}

/// S1.28: Ex does not wait for its array to fill.
#[test]
fn many_returns_with_one() {
    let port = OwnPort::new(1);
    port.post(7);
    assert_eq!(port.get_many(64, INFINITE), many(&[(7, 0, 0, 0)]));
}

/// S1.29: entries carry the status of their packet, and Ex is TRUE though all of them failed.
#[test]
fn many_is_true_for_failed_operations() {
    let (port, one, _other) = ported_pair();
    let (first, second) = (Operation::new(8), Operation::new(8));
    for receive in [&first, &second] {
        assert_eq!(receive.receive(&one, 0), Started::Pending);
    }
    assert_eq!((first.cancel(&one), second.cancel(&one)), (Ok(()), Ok(())));
    let entry = |receive: &Operation| (9, receive.address(), CANCELLED, 0);
    assert_eq!(port.get_many(8, 1_000), many(&[entry(&first), entry(&second)]));
}

/// S1.29: a posted packet's status is 0, and all its values come through.
#[test]
fn many_fills_all_fields_of_a_posted_packet() {
    let port = OwnPort::new(1);
    assert_eq!(port.try_post(u32::MAX, usize::MAX - 1, 0xF00D_0001), Ok(()));
    assert_eq!(port.get_many(2, 0), many(&[(usize::MAX - 1, 0xF00D_0001, 0, u32::MAX)]));
}

/// S1.29a: Ex at a time-out: FALSE, 258, and a count of 1 that means nothing.
#[test]
fn many_stores_one_at_a_time_out() {
    let port = OwnPort::new(1);
    for timeout_ms in [0, 2] {
        let nothing = GotMany { ok: false, count: 1, entries: vec![], error: WAIT_TIMEOUT };
        assert_eq!(port.get_many(4, timeout_ms), nothing);
    }
}

/// S1.28, S1.21: Ex on a handle that is no port: FALSE, 6, no entry written.
#[test]
fn many_on_a_bad_handle_is_6() {
    let event = Event::manual();
    let got = Port::from_handle(event.handle()).get_many(4, 0);
    assert_eq!((got.ok, got.error, got.entries), (false, ERROR_INVALID_HANDLE, vec![]));
}

/// S1.29e: an Ex call that was woken by one packet may bring what has been queued since; all
/// packets come, oldest first.
#[test]
fn many_woken_by_one_packet_brings_them_in_order() {
    let _alone = alone();
    let (port, waiter) = (OwnPort::new(1), Worker::start());
    let at = *port;
    let taken = waiter.enter(move || {
        let mut keys = Vec::new();
        while keys.len() < 6 {
            keys.extend(at.get_many(4, 10_000).entries.iter().map(|entry| entry.0));
        }
        keys
    });
    settle();
    (0..6).for_each(|key| port.post(key));
    assert_eq!(taken.wait(), [0, 1, 2, 3, 4, 5]);
}

/// S1.29e, S1.35: an Ex call waits in the same stack as the plain one: the newest is served first.
#[test]
fn many_waits_in_the_same_stack() {
    wine_differs!("S1.35", "wakes the oldest waiter", sometimes);
    let _alone = alone();
    mostly(|| {
        let port = OwnPort::new(2);
        let (one, two) = (Worker::start(), Worker::start());
        let older = one.take(*port);
        settle();
        let at = *port;
        let newer = two.enter(move || at.get_many(1, 10_000));
        settle();
        port.post(0xA);
        port.post(0xB);
        (older.wait(), newer.wait()) == (posted(0xB), many(&[(0xA, 0, 0, 0)]))
    });
}

/// S1.29f: no room for entries: FALSE and 87. Wine says TRUE, so this is not a judge there.
#[test]
fn many_without_room_is_an_invalid_parameter() {
    wine_differs!("S1.29f", "says TRUE and takes nothing");
    let port = OwnPort::new(1);
    port.post(1);
    let got = port.get_many(0, 0);
    assert_eq!((got.ok, got.error), (false, ERROR_INVALID_PARAMETER));
    assert_eq!(port.next(), posted(1));
}

//! S1.65: operations at a port go on although no thread dequeues, over TCP and over the loopback fast
//! path.

use conformance::{Addresses, Operation, OwnPort, Socket, Started, V4, eventually, posted};

const EACH: usize = 1 << 20;
const SENDS: usize = 12;

/// What a port does while nobody is at it, over TCP and over the fast path.
fn over_both(check: impl Fn((Socket, Socket))) {
    check(Socket::pair(V4));
    check(Socket::fast_pair(V4));
}

/// A port that the calling thread has dequeued from, so that it counts there, and then has not.
fn left_port(socket: &Socket) -> OwnPort {
    let port = OwnPort::of(socket, 7);
    port.post(1);
    assert_eq!(port.next(), posted(1));
    port
}

/// Sends more than fits anywhere, reads it at the other end by the same thread, and sees it done.
fn send_and_read(client: &Socket, server: &Socket) {
    let bytes: Vec<u8> = (0..SENDS * EACH).map(|at| (at ^ at >> 8 ^ at >> 16) as u8).collect();
    let sends: Vec<_> = bytes.chunks(EACH).map(Operation::sending).collect();
    let started: Vec<_> = sends.iter().map(|send| send.send(client)).collect();
    assert_eq!(started.last(), Some(&Started::Pending), "so much fits nowhere");
    assert!(server.recv_exactly(bytes.len()) == bytes);
    for send in &sends {
        eventually(|| !send.is_pending());
        assert_eq!((send.status(), send.transferred()), (0, EACH));
    }
}

/// S1.65, S12.12: pending sends go out as the peer reads.
#[test]
fn sends_go_out_as_the_peer_reads() {
    over_both(|(client, server)| {
        let _port = OwnPort::of(&client, 7);
        send_and_read(&client, &server);
    });
}

/// S1.65: also if the thread that would dequeue is busy elsewhere; their packets wait for it.
#[test]
fn sends_go_out_while_the_ports_thread_is_away() {
    over_both(|(client, server)| {
        let port = left_port(&client);
        send_and_read(&client, &server);
        for _ in 0..SENDS {
            assert!(port.next().ok);
        }
        port.assert_empty();
    });
}

fn receive_again_and_again(at: &Socket, from: &Socket) {
    for round in 1..20_u8 {
        let receive = Operation::new(8);
        assert_eq!(receive.receive(at, 0), Started::Pending);
        from.send_all(&[round; 5]);
        eventually(|| !receive.is_pending());
        assert_eq!((receive.status(), receive.received()), (0, vec![round; 5]));
    }
}

/// S1.65: a receive ends when the data comes, again and again.
#[test]
fn receives_end_as_data_comes() {
    over_both(|(client, server)| {
        let _port = OwnPort::of(&client, 7);
        receive_again_and_again(&client, &server);
        let _left = left_port(&server);
        receive_again_and_again(&server, &client);
    });
}

/// S1.65: what is ready when a thread takes something else, and goes away with that, ends as well.
#[test]
fn what_is_ready_when_the_thread_leaves_ends_as_well() {
    over_both(|(client, server)| {
        let port = left_port(&client);
        let (other, its_peer) = Socket::pair(V4);
        port.associate(&other, 8);
        let (one, two) = (Operation::new(8), Operation::new(8));
        assert_eq!(one.receive(&client, 0), Started::Pending);
        assert_eq!(two.receive(&other, 0), Started::Pending);
        server.send_all(b"abc");
        its_peer.send_all(b"defg");
        assert!(port.next().ok);
        eventually(|| !one.is_pending() && !two.is_pending());
        assert_eq!((one.received(), two.received()), (b"abc".to_vec(), b"defg".to_vec()));
        assert!(port.next().ok);
        port.assert_empty();
    });
}

/// S1.65: an AcceptEx.
#[test]
fn a_connection_is_accepted() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let _port = OwnPort::of(&listener, 7);
    let accept = Operation::new(64);
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    let _client = Socket::connected(address);
    eventually(|| !accept.is_pending());
    assert_eq!(accept.status(), 0);
}

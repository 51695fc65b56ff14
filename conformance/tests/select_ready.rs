//! What select calls ready (S8.10–S8.18).

use conformance::{
    Operation, OwnPort, Ran, Sets, Socket, Started, V4, V6, eventually, mostly, queue_note, ran,
    waiting, wine_differs,
};
use overlapped::sys::*;

/// A socket, and its peer if it has one.
type WithPeer = (Socket, Option<Socket>);

/// Which sets a socket is left in: r, w, e. Does not wait.
fn ready(socket: &Socket) -> String {
    let left = Sets::all(socket).ready();
    left.iter().zip("rwe".chars()).filter(|(set, _)| !set.is_empty()).map(|(_, set)| set).collect()
}

/// A socket whose non-blocking connect was refused.
fn refused() -> Socket {
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    client.set_nonblocking(true);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    let [.., except] = Sets::default().excepting(&[&client]).wait();
    assert_eq!(except, [client.raw()]);
    client
}

/// S8.10: a socket is readable with data, and no more when it is read.
#[test]
fn data_makes_readable() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        assert_eq!(ready(&server), "w");
        client.send(b"ab", 0).unwrap();
        assert_eq!(Sets::reading(&[&server]).wait()[0], [server.raw()]);
        assert_eq!(ready(&server), "rw");
        server.recv_exactly(1);
        assert_eq!(ready(&server), "rw", "one byte is left");
        server.recv_exactly(1);
        assert_eq!(ready(&server), "w");
    }
}

/// S8.10: the end of the stream makes readable, and goes on doing so.
#[test]
fn the_end_makes_readable() {
    let (client, server) = Socket::pair(V4);
    client.shutdown(SD_SEND).unwrap();
    for _ in 0..3 {
        assert_eq!(Sets::reading(&[&server]).wait()[0], [server.raw()]);
        assert_eq!(server.recv(1, 0), Ok(vec![]));
    }
    assert_eq!(ready(&server), "rw");
}

/// S8.10: a listener with a connection is readable; it is never writable (S8.11).
#[test]
fn a_connection_makes_a_listener_readable() {
    let (listener, address) = Socket::listener(V4);
    assert_eq!(ready(&listener), "");
    let _client = Socket::connected(address);
    assert_eq!(Sets::reading(&[&listener]).wait()[0], [listener.raw()]);
    assert_eq!(ready(&listener), "r");
    listener.accept().unwrap();
    assert_eq!(ready(&listener), "");
}

/// S8.11: a stream that was never connected is neither readable nor writable.
#[test]
fn an_unconnected_stream_is_not_ready() {
    for socket in [Socket::tcp(V4), Socket::bound_tcp(V6)] {
        assert_eq!(ready(&socket), "");
        let a_while = TIMEVAL { tv_sec: 0, tv_usec: 10_000 };
        assert_eq!(Sets::all(&socket).select(Some(a_while)), Ok(0));
    }
}

/// S8.11: an unconnected stream becomes writable for a sleeper when another thread connects it.
#[test]
fn a_connect_on_another_thread_is_seen() {
    let (_listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    let sets = Sets::reading(&[&client]).writing(&[&client]);
    let answer = waiting(move || sets.wait());
    client.connect(address).unwrap();
    assert_eq!(answer.wait(), [vec![], vec![client.raw()], vec![]]);
}

/// S8.11: a full buffer makes a stream not writable, room makes it so again.
#[test]
fn a_full_buffer_is_not_writable() {
    let (client, server) = Socket::pair(V4);
    client.set_nonblocking(true);
    let chunk = vec![7; 1 << 16];
    let mut sent = 0;
    eventually(|| match client.send(&chunk, 0) {
        Ok(bytes) => {
            sent += bytes as usize;
            false
        }
        Err(error) => {
            assert_eq!(error, WSAEWOULDBLOCK);
            ready(&client).is_empty()
        }
    });
    std::thread::scope(|scope| {
        scope.spawn(|| server.recv_exactly(sent));
        assert_eq!(Sets::default().writing(&[&client]).wait()[1], [client.raw()]);
    });
}

/// S8.11: a datagram socket is writable, bound or not.
#[test]
fn datagram_sockets_are_writable() {
    let (socket, address) = Socket::bound_udp(V4);
    let unbound = Socket::udp(V4);
    assert_eq!((ready(&unbound).as_str(), ready(&socket).as_str()), ("w", "w"));
    unbound.send_to(b"x", address).unwrap();
    assert_eq!(Sets::reading(&[&socket, &unbound]).wait()[0], [socket.raw()]);
}

/// S8.10, S2.51: that a datagram found no port is for the next receive, so it makes readable.
#[test]
fn an_unreachable_port_makes_readable() {
    wine_differs!("S2.51", "tells connected sockets only");
    let (gone, nowhere) = Socket::bound_udp(V4);
    drop(gone);
    let (socket, _) = Socket::bound_udp(V4);
    socket.send_to(b"x", nowhere).unwrap();
    assert_eq!(Sets::reading(&[&socket]).wait()[0], [socket.raw()]);
    assert_eq!(socket.recv(1, 0), Err(WSAECONNRESET));
    assert_eq!(ready(&socket), "w");
}

/// S8.11: a connect that succeeds makes writable, and nothing else.
#[test]
fn a_finished_connect_makes_writable() {
    for ip in [V4, V6] {
        let (_listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        client.set_nonblocking(true);
        assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
        assert_eq!(Sets::all(&client).wait(), [vec![], vec![client.raw()], vec![]]);
        assert_eq!(client.connect(address), Err(WSAEISCONN));
    }
}

/// S8.11: while a connect is under way a socket is in no set.
#[test]
fn a_connect_under_way_is_not_ready() {
    let (client, _others) = Socket::connecting(V4);
    assert_eq!(ready(&client), "");
}

/// S8.12: urgent data is in exceptfds, and not in readfds.
#[test]
fn urgent_data_is_an_exception() {
    let (client, server) = Socket::pair(V4);
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(Sets::default().excepting(&[&server]).wait()[2], [server.raw()]);
    assert_eq!(ready(&server), "we");
    assert_eq!(server.recv(1, MSG_OOB), Ok(b"!".to_vec()));
    assert_eq!(ready(&server), "w");
}

/// S8.12: with SO_OOBINLINE it is data like other data.
#[test]
fn urgent_data_in_line_is_data() {
    let (client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_OOBINLINE, 1).unwrap();
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(Sets::reading(&[&server]).wait()[0], [server.raw()]);
    assert_eq!(ready(&server), "rw");
}

/// S8.12, S8.15: a reset makes readable and writable and is no exception; SO_ERROR stays 0.
#[test]
fn a_reset_is_readable_and_writable() {
    wine_differs!("S8.15", "forgets the reset when asked for SO_ERROR");
    let (client, server) = Socket::pair(V4);
    client.reset();
    assert_eq!(Sets::reading(&[&server]).wait()[0], [server.raw()]);
    assert_eq!(ready(&server), "rw");
    assert_eq!(server.get(SOL_SOCKET, SO_ERROR), Ok(0));
    assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
    assert_eq!(ready(&server), "rw");
    // In exceptfds alone it is waited for in vain.
    let mut sets = Sets::default().excepting(&[&server]);
    assert_eq!(sets.select(Some(TIMEVAL { tv_sec: 0, tv_usec: 10_000 })), Ok(0));
}

/// S8.13: a connect that failed is in exceptfds only.
#[test]
fn a_failed_connect_is_an_exception_only() {
    let client = refused();
    for _ in 0..2 {
        assert_eq!(ready(&client), "e");
    }
    let mut sets = Sets::reading(&[&client]).writing(&[&client]);
    assert_eq!(sets.select(Some(TIMEVAL { tv_sec: 0, tv_usec: 10_000 })), Ok(0));
}

/// S8.13: it fails while a thread waits, too.
#[test]
fn a_connect_that_fails_during_the_wait_ends_it() {
    wine_differs!("S8.13", "may tell it as readable too", sometimes);
    let holder = Socket::bound_tcp(V6);
    let client = Socket::tcp(V6);
    client.set_nonblocking(true);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    assert_eq!(Sets::all(&client).wait(), [vec![], vec![], vec![client.raw()]]);
}

/// S8.13: SO_ERROR tells the reason as often as it is asked, until a connect succeeds.
#[test]
fn the_reason_stays_until_a_connect_succeeds() {
    wine_differs!("S8.17", "says 10053 first, as Linux does");
    let client = refused();
    for _ in 0..3 {
        assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(WSAECONNREFUSED as u32));
    }
    let (_listener, address) = Socket::listener(V4);
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK)); // S8.17
    assert_eq!(Sets::all(&client).wait(), [vec![], vec![client.raw()], vec![]]);
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
}

/// S8.14: after a blocking connect failed SO_ERROR is 0, and exceptfds reports all the same.
#[test]
fn a_failed_blocking_connect_is_an_exception() {
    wine_differs!("S8.14", "keeps the error");
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAECONNREFUSED));
    assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(0));
    assert_eq!(ready(&client), "e");
}

/// S8.17: after a failure the socket may connect again, and is 10035 at once.
#[test]
fn a_connect_after_a_failure_is_10035() {
    wine_differs!("S8.17", "says 10053 first, as Linux does");
    let client = refused();
    let holder = Socket::bound_tcp(V4);
    for _ in 0..2 {
        assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
        assert_eq!(Sets::default().excepting(&[&client]).wait()[2], [client.raw()]);
    }
}

/// A select on another thread, and the socket is closed meanwhile.
fn closed_during(sets: impl FnOnce(&Socket) -> Sets, socket: Socket) -> (Result<i32, i32>, Sets) {
    let mut sets = sets(&socket);
    let answer = waiting(move || (sets.select(None), sets));
    socket.close().unwrap();
    answer.wait()
}

/// S8.16: a socket that is closed during the wait is readable.
#[test]
fn a_socket_closed_meanwhile_is_readable() {
    let kinds: [fn() -> WithPeer; 5] = [
        || {
            let (peer, socket) = Socket::pair(V4);
            (socket, Some(peer))
        },
        || (Socket::listener(V4).0, None),
        || (Socket::bound_udp(V4).0, None),
        || (Socket::udp(V6), None),
        || (Socket::tcp(V4), None),
    ];
    for make in kinds {
        mostly(|| {
            let (socket, _peer) = make();
            let raw = socket.raw();
            let (returned, sets) = closed_during(|socket| Sets::reading(&[socket]), socket);
            (returned, sets.read.sockets()) == (Ok(1), vec![raw]) // closed before the call: S8.7
        });
    }
}

/// S8.16: in exceptfds alone it is 10038.
#[test]
fn a_socket_closed_meanwhile_is_10038_to_exceptfds() {
    for socket in [Socket::listener(V4).0, Socket::tcp(V4), Socket::bound_udp(V4).0] {
        let (returned, _) = closed_during(|socket| Sets::default().excepting(&[socket]), socket);
        assert_eq!(returned, Err(WSAENOTSOCK));
    }
}

/// S8.18: an operation that is outstanding on a port is not disturbed.
#[test]
fn select_leaves_overlapped_operations_alone() {
    let (client, server) = Socket::pair(V4);
    let packets = OwnPort::of(&server, 7);
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert_eq!(ready(&server), "w");
    client.send(b"abc", 0).unwrap();
    assert_eq!(packets.next_of(&receive), (0, 3));
    assert_eq!(ready(&server), "w");
}

/// S5.4, S5.5: with nothing ready queued APCs run inside, and it goes on waiting to its time-out.
#[test]
fn a_select_that_waits_runs_apcs_and_times_out() {
    let (_client, server) = Socket::pair(V4);
    queue_note(5);
    assert_eq!(ran(), []);
    let timeout = TIMEVAL { tv_sec: 0, tv_usec: 10_000 };
    assert_eq!(Sets::reading(&[&server]).select(Some(timeout)), Ok(0));
    assert_eq!(ran(), [Ran::User(5)]);
}

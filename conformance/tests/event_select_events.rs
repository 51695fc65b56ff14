//! Network events, one by one: when each happens, and when it happens again (S6.11–S6.25).

use conformance::{Operation, Selection, Socket, Started, V4, V6, eventually, wine_differs};
use overlapped::sys::*;

/// Everything a stream can tell.
const ALL: u32 = FD_READ | FD_WRITE | FD_OOB | FD_ACCEPT | FD_CONNECT | FD_CLOSE;

/// An accepted socket, its peer, and a selection of everything whose first FD_WRITE is consumed.
fn selected_pair() -> (Socket, Socket, Selection) {
    let (client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, ALL);
    selection.expect_success(&server, FD_WRITE);
    (client, server, selection)
}

/// Sends until it would block; the bytes that went out.
fn fill(socket: &Socket) -> usize {
    let chunk = vec![7; 65536];
    let mut sent = 0;
    loop {
        match socket.send(&chunk, 0) {
            Ok(bytes) => sent += bytes as usize,
            Err(error) => {
                assert_eq!(error, WSAEWOULDBLOCK);
                return sent;
            }
        }
    }
}

/// S6.11, S6.12: ten bytes received one at a time: FD_READ after each of the first nine.
#[test]
fn recv_reenables_read_while_data_is_left() {
    let (client, server, selection) = selected_pair();
    client.send(b"0123456789", 0).unwrap();
    server.await_readable(10);
    for left in (0..10).rev() {
        if left == 9 {
            selection.expect_success(&server, FD_READ);
        } else {
            assert_eq!(selection.enumerate(&server), [(FD_READ, 0)]);
        }
        server.recv(1, 0).unwrap();
    }
    selection.expect_nothing(&server);
    assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
}

/// S6.11: so does WSARecv; a peek is a receive, too.
#[test]
fn every_receive_reenables_read() {
    let (client, server, selection) = selected_pair();
    client.send(b"0123456789", 0).unwrap();
    server.await_readable(10);
    selection.expect_success(&server, FD_READ);
    server.recv(1, MSG_PEEK).unwrap();
    selection.expect_success(&server, FD_READ);
    let receive = Operation::new(1);
    assert_eq!(receive.receive(&server, 0), Started::Done(1));
    selection.expect_success(&server, FD_READ);
}

/// S6.12: after all was taken FD_READ waits for more.
#[test]
fn read_happens_again_with_new_data() {
    let (client, server, selection) = selected_pair();
    for _ in 0..3 {
        client.send(b"abc", 0).unwrap();
        selection.expect_success(&server, FD_READ);
        eventually(|| server.recv(3, 0).is_ok());
        selection.expect_nothing(&server);
    }
}

/// S6.14: new data is news, and a new connection, though the old was not taken.
#[test]
fn news_happen_again_without_a_reenabling_call() {
    wine_differs!("S6.14", "says nothing before the re-enabling call");
    let (client, server, selection) = selected_pair();
    client.send(b"a", 0).unwrap();
    selection.expect_success(&server, FD_READ);
    client.send(b"b", 0).unwrap();
    selection.expect_success(&server, FD_READ);
    selection.expect_nothing(&server);
    let (listener, address) = Socket::listener(V4);
    let selection = Selection::of(&listener, FD_ACCEPT);
    let _clients = [(); 2].map(|()| {
        let client = Socket::connected(address);
        selection.expect_success(&listener, FD_ACCEPT);
        client
    });
    selection.expect_nothing(&listener);
}

/// S6.14: of datagrams as well.
#[test]
fn new_datagrams_are_news() {
    wine_differs!("S6.14", "says nothing before the re-enabling call");
    let (socket, address) = Socket::bound_udp(V4);
    let selection = Selection::of(&socket, FD_READ);
    let sender = Socket::udp(V4);
    for _ in 0..2 {
        sender.send_to(b"abc", address).unwrap();
        selection.expect_success(&socket, FD_READ);
    }
    selection.expect_nothing(&socket);
    socket.recv(3, 0).unwrap();
    selection.expect_success(&socket, FD_READ);
    socket.recv(3, 0).unwrap();
    selection.expect_nothing(&socket);
}

/// S6.11, S6.12: accept re-enables FD_ACCEPT, which happens again while connections wait.
#[test]
fn accept_reenables_accept() {
    let (listener, address) = Socket::listener(V4);
    let _clients = [(); 3].map(|()| Socket::connected(address));
    let selection = Selection::of(&listener, FD_ACCEPT);
    for _ in 0..3 {
        selection.expect_success(&listener, FD_ACCEPT);
        listener.accept().unwrap();
    }
    assert_eq!(listener.accept().err(), Some(WSAEWOULDBLOCK));
    selection.expect_nothing(&listener);
    let _client = Socket::connected(address);
    selection.expect_success(&listener, FD_ACCEPT);
}

/// S6.15: FD_WRITE comes once, not as often as one can send.
#[test]
fn write_is_told_once() {
    let (_client, server, selection) = selected_pair();
    server.send(b"abc", 0).unwrap();
    selection.expect_nothing(&server);
}

/// S6.15: a successful send leaves an unread FD_WRITE alone.
#[test]
fn send_leaves_an_unread_write_alone() {
    let (_client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, FD_WRITE);
    server.send(b"abc", 0).unwrap();
    selection.expect_success(&server, FD_WRITE);
    selection.expect_nothing(&server);
}

/// S6.15, S13.32: after a send has failed with 10035 FD_WRITE tells of room, once.
#[test]
fn room_is_told_after_10035() {
    let (client, server, selection) = selected_pair();
    let mut left = fill(&server);
    selection.expect_nothing(&server);
    while left > 0 {
        left -= client.recv(65536, 0).unwrap().len();
    }
    selection.expect_success(&server, FD_WRITE);
    server.send(b"abc", 0).unwrap();
    client.recv_exactly(3);
    selection.expect_nothing(&server);
}

/// S6.13: a receive that fails enables FD_READ again, but not one whose buffer was bad.
#[test]
fn failed_receives_enable_again() {
    wine_differs!("S6.13", "enables nothing again", sometimes);
    let (one, other) = Socket::udp_pair(V4);
    let selection = Selection::of(&other, FD_READ);
    for bytes in [b"long", b"next"] {
        one.send(bytes, 0).unwrap();
    }
    other.await_readable(4);
    selection.expect_success(&other, FD_READ);
    assert_eq!(other.recv_nowhere(), Err(WSAEFAULT));
    selection.expect_nothing(&other);
    assert_eq!(other.recv(1, 0), Err(WSAEMSGSIZE));
    selection.expect_success(&other, FD_READ);
    assert_eq!(other.recv(8, 0), Ok(b"next".to_vec()));
    selection.expect_nothing(&other);
}

/// S6.16: a stream that is not connected has nothing to tell.
#[test]
fn unconnected_stream_tells_nothing() {
    for socket in [Socket::tcp(V4), Socket::bound_tcp(V4)] {
        Selection::of(&socket, ALL).expect_nothing(&socket);
    }
}

/// S6.16: a bound datagram socket can send, once; an unbound one says nothing.
#[test]
fn datagram_sockets_can_send_when_bound() {
    wine_differs!("S6.16", "tells FD_WRITE of an unbound socket");
    let (socket, _) = Socket::bound_udp(V4);
    let selection = Selection::of(&socket, ALL);
    selection.expect_success(&socket, FD_WRITE);
    selection.select(&socket, ALL).unwrap();
    selection.expect_nothing(&socket);
    let unbound = Socket::udp(V4);
    Selection::of(&unbound, ALL).expect_nothing(&unbound);
}

/// S6.16a: connecting a datagram socket is a connect, and it can send.
#[test]
fn connected_datagram_socket_tells_connect_and_write() {
    wine_differs!("S6.16a", "tells no FD_CONNECT");
    let (_other, address) = Socket::bound_udp(V4);
    let socket = Socket::udp(V4);
    let selection = Selection::of(&socket, ALL);
    socket.connect(address).unwrap();
    selection.expect_success(&socket, FD_CONNECT | FD_WRITE);
    selection.expect_nothing(&socket);
}

/// S6.17: a connect that succeeds: FD_CONNECT and FD_WRITE.
#[test]
fn connect_tells_connect_and_write() {
    for ip in [V4, V6] {
        let (_listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        let selection = Selection::of(&client, ALL);
        assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
        selection.expect_success(&client, FD_CONNECT | FD_WRITE);
        selection.expect_nothing(&client);
    }
}

/// S6.17: of a socket that was connected before the first select it is told as well.
#[test]
fn earlier_connect_is_told() {
    let (client, _server) = Socket::pair(V4);
    let selection = Selection::of(&client, ALL);
    assert_eq!(selection.enumerate(&client), [(FD_WRITE, 0), (FD_CONNECT, 0)]);
    selection.expect_nothing(&client);
}

/// S6.17: an accepted socket never connects.
#[test]
fn accepted_socket_tells_write_only() {
    let (_client, server) = Socket::pair(V4);
    let selection = Selection::of(&server, ALL);
    assert_eq!(selection.enumerate(&server), [(FD_WRITE, 0)]);
    selection.expect_nothing(&server);
}

/// S6.18: a refused connect: FD_CONNECT with 10061 and nothing more.
#[test]
fn refused_connect_tells_10061() {
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    let selection = Selection::of(&client, ALL);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    assert_eq!(selection.expect(&client, FD_CONNECT), [(FD_CONNECT, WSAECONNREFUSED)]);
    selection.expect_nothing(&client);
}

/// S6.19, S6.22: the peer's FIN is FD_CLOSE, once, and no FD_READ; its close adds nothing.
#[test]
fn fin_tells_close_once() {
    let (client, server, selection) = selected_pair();
    client.shutdown(SD_SEND).unwrap();
    selection.expect_success(&server, FD_CLOSE);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    selection.expect_nothing(&server);
    client.close().unwrap();
    selection.expect_nothing(&server);
}

/// S6.19: a close of the peer is FD_CLOSE with 0.
#[test]
fn close_of_the_peer_tells_close() {
    let (client, server, selection) = selected_pair();
    client.close().unwrap();
    selection.expect_success(&server, FD_CLOSE);
}

/// S6.19: no FD_CLOSE for one's own shutdown, nor for the peer's of its receiving half.
#[test]
fn own_shutdown_tells_nothing() {
    let (client, server, selection) = selected_pair();
    server.shutdown(SD_SEND).unwrap();
    client.shutdown(SD_RECEIVE).unwrap();
    selection.expect_nothing(&server);
}

/// S6.20: FD_CLOSE comes with the FIN though data is unread; FD_READ goes on until it is drained.
#[test]
fn close_does_not_wait_for_the_data() {
    wine_differs!("S6.20", "tells FD_CLOSE after the last byte");
    let (client, server, selection) = selected_pair();
    client.send(b"abc", 0).unwrap();
    client.shutdown(SD_SEND).unwrap();
    selection.expect_success(&server, FD_READ | FD_CLOSE);
    for _ in 0..2 {
        server.recv(1, 0).unwrap();
        selection.expect_success(&server, FD_READ);
    }
    assert_eq!(server.recv(1, 0), Ok(b"c".to_vec()));
    selection.expect_nothing(&server);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    selection.expect_nothing(&server);
}

/// S6.21: the peer's reset is FD_CLOSE with 10053.
#[test]
fn reset_tells_close_with_10053() {
    wine_differs!("S6.21", "tells it without an error");
    let (client, server, selection) = selected_pair();
    client.reset();
    assert_eq!(selection.expect(&server, FD_CLOSE), [(FD_CLOSE, WSAECONNABORTED)]);
    selection.expect_nothing(&server);
}

/// S6.23: after the end of the stream was received nothing more happens.
#[test]
fn nothing_happens_after_the_end() {
    let (client, server, selection) = selected_pair();
    client.close().unwrap();
    selection.expect_success(&server, FD_CLOSE);
    for _ in 0..2 {
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        selection.expect_nothing(&server);
    }
}

/// S6.24: an accepted socket has the object and the events of its listener, and can send.
#[test]
fn accepted_socket_inherits_the_selection() {
    wine_differs!("S6.24", "does not signal all that the accepted socket inherits");
    let (listener, address) = Socket::listener(V4);
    let selection = Selection::of(&listener, ALL);
    let client = Socket::connected(address);
    selection.expect_success(&listener, FD_ACCEPT);
    let server = listener.accept().unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
    selection.expect_success(&server, FD_WRITE);
    client.send(b"x", 0).unwrap();
    selection.expect_success(&server, FD_READ);
    let own = Selection::of(&server, FD_READ | FD_CLOSE);
    own.expect_nothing(&server);
    client.close().unwrap();
    own.expect_success(&server, FD_CLOSE);
    assert!(!selection.is_set());
}

/// S6.25: data that a pending receive takes is no FD_READ.
#[test]
fn pending_receive_takes_its_data_silently() {
    let (client, server, selection) = selected_pair();
    let receive = Operation::new(3);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send(b"abc", 0).unwrap();
    assert_eq!(receive.finish(&server), Ok(3));
    selection.expect_nothing(&server);
    client.send(b"d", 0).unwrap();
    selection.expect_success(&server, FD_READ);
}

/// S6.27: urgent data is FD_OOB, not FD_READ; with SO_OOBINLINE it is FD_READ.
#[test]
fn urgent_data_is_oob() {
    wine_differs!("S6.27", "tells FD_OOB in line as well");
    let (client, server, selection) = selected_pair();
    client.send(b"!", MSG_OOB).unwrap();
    selection.expect_success(&server, FD_OOB);
    selection.expect_nothing(&server);
    assert_eq!(server.recv(1, MSG_OOB), Ok(b"!".to_vec()));
    selection.expect_nothing(&server);
    server.set(SOL_SOCKET, SO_OOBINLINE, 1).unwrap();
    client.send(b"!", MSG_OOB).unwrap();
    selection.expect_success(&server, FD_READ);
}

/// S6.14: a second urgent byte is news, too.
#[test]
fn second_urgent_byte_is_news() {
    wine_differs!("S6.14", "says nothing before the re-enabling call");
    let (client, server, selection) = selected_pair();
    for _ in 0..2 {
        client.send(b"!", MSG_OOB).unwrap();
        selection.expect_success(&server, FD_OOB);
    }
    selection.expect_nothing(&server);
}

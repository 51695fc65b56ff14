//! What WSAPoll tells of a socket (S9.8–S9.14).

use conformance::{
    Socket, V4, V6, eventually, mostly, poll, poll_until_told, polled, waiting, wine_differs,
};
use overlapped::sys::*;

/// A socket, and its peer if it has one.
type WithPeer = (Socket, Option<Socket>);

const BOTH: i16 = POLLIN | POLLOUT;

/// S9.8: a listener with a connection is POLLRDNORM, never POLLWRNORM.
#[test]
fn a_connection_is_rdnorm() {
    let (listener, address) = Socket::listener(V4);
    assert_eq!(polled(&listener, BOTH), 0);
    let _client = Socket::connected(address);
    assert_eq!(poll_until_told(&listener, BOTH), POLLRDNORM);
    listener.accept().unwrap();
    assert_eq!(polled(&listener, BOTH), 0);
}

/// S9.9: data is POLLRDNORM, as long as there is some.
#[test]
fn data_is_rdnorm() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        client.send(b"x", 0).unwrap();
        assert_eq!(poll_until_told(&server, POLLIN), POLLRDNORM);
        assert_eq!(polled(&server, BOTH), POLLRDNORM | POLLWRNORM);
        assert_eq!((polled(&server, POLLRDBAND), polled(&server, POLLWRNORM)), (0, POLLWRNORM));
        server.recv_exactly(1);
        assert_eq!(polled(&server, POLLIN), 0);
    }
}

/// S9.9: urgent data is POLLRDBAND.
#[test]
fn urgent_data_is_rdband() {
    let (client, server) = Socket::pair(V4);
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(poll_until_told(&server, POLLIN), POLLRDBAND);
    assert_eq!(polled(&server, POLLRDNORM), 0);
    assert_eq!(server.recv(1, MSG_OOB), Ok(b"!".to_vec()));
    assert_eq!(polled(&server, POLLIN), 0);
}

/// S9.9: with SO_OOBINLINE it is POLLRDNORM.
#[test]
fn urgent_data_in_line_is_rdnorm() {
    let (client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_OOBINLINE, 1).unwrap();
    client.send(b"!", MSG_OOB).unwrap();
    assert_eq!(poll_until_told(&server, POLLIN), POLLRDNORM);
}

/// S9.10: the peer's end is POLLHUP, with nothing to read.
#[test]
fn the_end_is_hup_without_rdnorm() {
    let (client, server) = Socket::pair(V4);
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(poll_until_told(&server, POLLIN), POLLHUP);
    assert_eq!(polled(&server, BOTH), POLLHUP | POLLWRNORM);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
    assert_eq!(polled(&server, POLLIN), POLLHUP);
}

/// S9.10: with unread data it is both.
#[test]
fn the_end_behind_data_is_hup_and_rdnorm() {
    wine_differs!("S9.10", "does not tell the end behind unread data");
    for close in [false, true] {
        let (client, server) = Socket::pair(V4);
        client.send(b"x", 0).unwrap();
        match close {
            true => client.close().unwrap(),
            false => client.shutdown(SD_SEND).unwrap(),
        }
        eventually(|| polled(&server, POLLIN) == POLLHUP | POLLRDNORM);
        server.recv_exactly(1);
        assert_eq!(polled(&server, POLLIN), POLLHUP);
    }
}

/// S9.11: a reset is POLLERR and POLLHUP, and POLLWRNORM if asked.
#[test]
fn a_reset_is_err_and_hup() {
    wine_differs!("S9.11", "forgets the reset once it was told");
    let (client, server) = Socket::pair(V4);
    client.reset();
    assert_eq!(poll_until_told(&server, 0), POLLERR | POLLHUP);
    assert_eq!(polled(&server, POLLIN), POLLERR | POLLHUP);
    assert_eq!(polled(&server, BOTH), POLLERR | POLLHUP | POLLWRNORM);
    assert_eq!(server.recv(1, 0), Err(WSAECONNRESET));
}

/// S9.12: a connect that failed is told; a wait for it ends.
#[test]
fn a_failed_connect_is_told() {
    wine_differs!("S9.12", "tells POLLERR alone");
    for ip in [V4, V6] {
        let holder = Socket::bound_tcp(ip);
        let client = Socket::tcp(ip);
        client.set_nonblocking(true);
        assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
        let all = POLLERR | POLLHUP | POLLWRNORM;
        assert_eq!(poll_until_told(&client, POLLOUT), all);
        assert_eq!((polled(&client, BOTH), polled(&client, POLLIN)), (all, POLLERR | POLLHUP));
        assert_eq!(client.get(SOL_SOCKET, SO_ERROR), Ok(WSAECONNREFUSED as u32));
    }
}

/// S9.12: a connect that succeeds is POLLWRNORM; before that there is nothing to tell.
#[test]
fn a_finished_connect_is_wrnorm() {
    let (listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    assert_eq!(polled(&client, BOTH), 0);
    client.set_nonblocking(true);
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
    assert_eq!(poll_until_told(&client, BOTH), POLLWRNORM);
    drop(listener);
    let (connecting, _others) = Socket::connecting(V4);
    assert_eq!(polled(&connecting, BOTH), 0);
}

/// S9.13: a socket that another thread closes during the wait is POLLNVAL, and counted.
#[test]
fn a_socket_closed_meanwhile_is_nval() {
    let kinds: [fn() -> WithPeer; 4] = [
        || {
            let (peer, socket) = Socket::pair(V4);
            (socket, Some(peer))
        },
        || (Socket::listener(V4).0, None),
        || (Socket::tcp(V4), None),
        || (Socket::udp(V4), None),
    ];
    for make in kinds {
        mostly(|| {
            let (socket, _peer) = make();
            let entries = [(socket.raw(), POLLIN)];
            let answer = waiting(move || poll(&entries, -1));
            socket.close().unwrap();
            answer.wait() == (Ok(1), vec![POLLNVAL]) // closed before the call: S9.6
        });
    }
}

/// S9.14: this end's shutdown of receives adds nothing.
#[test]
fn shutting_receives_down_tells_nothing() {
    let (_client, server) = Socket::pair(V4);
    server.shutdown(SD_RECEIVE).unwrap();
    assert_eq!((polled(&server, POLLIN), polled(&server, BOTH)), (0, POLLWRNORM));
}

/// S9.9: datagrams are POLLRDNORM, room is POLLWRNORM.
#[test]
fn datagrams_are_rdnorm() {
    let (socket, address) = Socket::bound_udp(V4);
    assert_eq!(polled(&socket, BOTH), POLLWRNORM);
    socket.send_to(b"x", address).unwrap();
    assert_eq!(poll_until_told(&socket, POLLIN), POLLRDNORM);
}

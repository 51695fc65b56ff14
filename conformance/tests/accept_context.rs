//! AcceptEx: what the accepted socket is (S3.16–S3.19).

use conformance::{
    Addresses, Got, Operation, Outcome, OwnPort, Socket, Started, V4, eventually, pending_accept,
    wine_differs,
};
use overlapped::sys::*;

fn update_context(acceptor: &Socket, listener: &Socket) -> Outcome<()> {
    let value = listener.raw().to_ne_bytes();
    acceptor.set_bytes(SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, &value)
}

/// S3.16, S3.17: before SO_UPDATE_ACCEPT_CONTEXT the acceptor sends and receives but has no names
/// and no shutdown; after it, it has.
#[test]
fn names_and_shutdown_need_the_accept_context() {
    wine_differs!("S3.16", "does not need it");
    let (listener, address, acceptor, accept) = pending_accept(Addresses::NO_DATA);
    let client = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!((acceptor.name(), acceptor.peer()), (Err(WSAENOTCONN), Err(WSAENOTCONN)));
    assert_eq!(acceptor.shutdown(SD_SEND), Err(WSAENOTCONN));
    acceptor.send_all(b"abc");
    assert_eq!(client.recv_exactly(3), b"abc");
    assert_eq!(update_context(&acceptor, &listener), Ok(()));
    assert_eq!((acceptor.name(), acceptor.peer()), (Ok(address), client.name()));
    assert_eq!(acceptor.shutdown(SD_SEND), Ok(()));
    assert_eq!(client.recv(1, 0), Ok(vec![]));
}

/// S3.17: the accepted socket inherits the listener's options.
#[test]
fn accept_context_copies_the_listeners_options() {
    wine_differs!("S3.17", "takes the option and does nothing");
    let (listener, address) = Socket::listener(V4);
    let inherited = [(SO_RCVTIMEO, 1234), (SO_SNDTIMEO, 2345), (SO_KEEPALIVE, 1)];
    for (name, value) in inherited {
        listener.set(SOL_SOCKET, name, value).unwrap();
    }
    let (acceptor, accept) =
        (Socket::tcp(V4), Operation::new(Addresses::NO_DATA.room()).with_event());
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    let _client = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    update_context(&acceptor, &listener).unwrap();
    for (name, value) in inherited {
        assert_eq!(acceptor.get(SOL_SOCKET, name), Ok(value), "{name:#x}");
    }
}

/// S3.17: the value is the listener's SOCKET: too short is 10014, no socket 10038, and a socket
/// that was not accepted cannot take it.
#[test]
fn accept_context_wants_the_listener() {
    wine_differs!("S3.17", "takes the option and does nothing");
    let (listener, address, acceptor, accept) = pending_accept(Addresses::NO_DATA);
    let client = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    let name = SO_UPDATE_ACCEPT_CONTEXT;
    assert_eq!(acceptor.set_bytes(SOL_SOCKET, name, &[1; 4]), Err(WSAEFAULT));
    assert_eq!(acceptor.set_bytes(SOL_SOCKET, name, &[0xFF; 8]), Err(WSAENOTSOCK));
    assert!(update_context(&client, &listener).is_err());
    assert_eq!(update_context(&acceptor, &listener), Ok(()));
}

/// S3.18: SO_CONNECT_TIME is all ones until there is a connection, and whole seconds from then,
/// also while the AcceptEx waits for data. It cannot be set.
#[test]
fn connect_time_shows_the_silent_client() {
    let (_listener, address, acceptor, accept) = pending_accept(Addresses::SOME_DATA);
    assert_eq!(acceptor.get(SOL_SOCKET, SO_CONNECT_TIME), Ok(u32::MAX));
    let client = Socket::connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    assert!(accept.is_pending());
    assert!(client.get(SOL_SOCKET, SO_CONNECT_TIME).unwrap() < 3600);
    assert!(client.set(SOL_SOCKET, SO_CONNECT_TIME, 0).is_err());
    assert_eq!(Socket::tcp(V4).get(SOL_SOCKET, SO_CONNECT_TIME), Ok(u32::MAX));
}

/// S3.18: of a datagram socket it is always all ones.
#[test]
fn connect_time_of_a_datagram_socket_is_all_ones() {
    let (socket, address) = Socket::bound_udp(V4);
    socket.connect(address).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_CONNECT_TIME), Ok(u32::MAX));
}

/// S3.19: the acceptor has no port until the program gives it one.
#[test]
fn acceptor_is_not_associated_by_acceptex() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = OwnPort::of(&listener, 7);
    let accept = Operation::new(Addresses::NO_DATA.room());
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    let client = Socket::connected(address);
    assert_eq!(port.next_of(&accept), (0, 0));
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&acceptor, 0), Started::Pending);
    client.send_all(b"abc");
    assert_eq!(receive.finish(&acceptor), Ok(3));
    assert!(port.stays_empty());
    port.associate(&acceptor, 9);
    client.send_all(b"def");
    assert!(!matches!(receive.receive(&acceptor, 0), Started::Failed(_)));
    assert_eq!(port.next(), Got::packet(3, 9, receive.address()));
}

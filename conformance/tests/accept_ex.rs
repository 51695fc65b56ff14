//! AcceptEx (S3.1–S3.19) and the addresses it leaves (S3.6).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "the Safety paragraph above"
)]

use std::net::SocketAddr;
use std::ptr::null_mut;

use conformance::socket::{
    Addresses, Operation, Outcome, POISON_BYTES, Packets, Socket, Started, V4, V6, call, data_room,
    eventually, sockaddrs,
};
use overlapped::sys::*;

const NO_DATA: Addresses = Addresses {
    data: 0,
    local: 32,
    remote: 32,
};
const SOME_DATA: Addresses = Addresses {
    data: 16,
    local: 32,
    remote: 32,
};

/// A listener, a fresh acceptor, and a pending AcceptEx between them.
fn pending(addresses: Addresses) -> (Socket, SocketAddr, Socket, Operation) {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let accept = Operation::new(data_room(addresses));
    assert_eq!(
        accept.accept(&listener, &acceptor, addresses),
        Started::Pending
    );
    (listener, address, acceptor, accept)
}

fn connected(address: SocketAddr) -> Socket {
    let client = Socket::tcp(address.ip());
    client.connect(address).unwrap();
    client
}

fn update_context(acceptor: &Socket, listener: &Socket) -> Outcome<()> {
    let value = listener.raw().to_ne_bytes();
    acceptor.set_bytes(SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, &value)
}

/// AcceptEx with these raw arguments.
fn raw_accept(
    sockets: (SOCKET, SOCKET),
    buffer: *mut u8,
    remote: u32,
    overlapped: *mut OVERLAPPED,
) -> Outcome<i32> {
    let ((listener, acceptor), mut count) = (sockets, POISON_BYTES);
    let returned = call(0, || unsafe {
        AcceptEx(
            listener,
            acceptor,
            buffer.cast(),
            0,
            32,
            remote,
            &mut count,
            overlapped,
        )
    });
    assert_eq!(count, POISON_BYTES);
    returned
}

/// S3.1: the acceptor must be fresh: not bound, connected, listening, UDP, or waiting in another
/// AcceptEx.
#[test]
fn acceptor_that_is_not_fresh_is_10022() {
    let (listener, _, busy, _pending) = pending(NO_DATA);
    let (bound, (client, _server)) = (Socket::bound_tcp(V4), Socket::pair(V4));
    let ((other, _), udp) = (Socket::listener(V4), Socket::udp(V4));
    for acceptor in [&bound, &client, &other, &udp, &listener, &busy] {
        let accept = Operation::new(data_room(NO_DATA));
        assert_eq!(
            accept.accept(&listener, acceptor, NO_DATA),
            Started::Failed(WSAEINVAL)
        );
    }
}

/// S3.1, S1.63: the listener must listen; the OVERLAPPED says pending although nothing is.
#[test]
fn listener_that_does_not_listen_is_10022() {
    for listener in [Socket::tcp(V4), Socket::bound_tcp(V4)] {
        let acceptor = Socket::tcp(V4);
        let accept = std::mem::ManuallyDrop::new(Operation::new(data_room(NO_DATA)));
        assert_eq!(
            accept.accept(&listener, &acceptor, NO_DATA),
            Started::Failed(WSAEINVAL)
        );
        assert_eq!(accept.status(), STATUS_PENDING);
    }
}

/// S3.2: the arguments, each with its own error.
#[test]
fn bad_arguments_have_their_own_errors() {
    let ((listener, _), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let sockets = (listener.raw(), acceptor.raw());
    let accept = Operation::new(64);
    let (buffer, overlapped) = (accept.data_pointer(), accept.overlapped());
    let no_socket = INVALID_SOCKET;
    let refused = |sockets, buffer, remote, overlapped| {
        raw_accept(sockets, buffer, remote, overlapped).expect_err("it must be refused")
    };
    assert_eq!(
        refused((no_socket, acceptor.raw()), buffer, 32, overlapped),
        WSAENOTSOCK
    );
    assert_eq!(
        refused((listener.raw(), no_socket), buffer, 32, overlapped),
        WSAENOTSOCK
    );
    assert_eq!(
        refused(sockets, buffer, 32, null_mut()),
        WSA_INVALID_PARAMETER
    );
    assert_eq!(refused(sockets, null_mut(), 32, overlapped), WSAEFAULT);
    assert_eq!(refused(sockets, buffer, 0, overlapped), WSAEFAULT);
    unsafe { (*overlapped).Internal = 0 };
}

/// S3.3: with a local length of 0 no local address is stored, and the outputs for it are left
/// alone.
#[test]
fn local_length_0_stores_no_local_address() {
    let addresses = Addresses {
        data: 0,
        local: 0,
        remote: 32,
    };
    let (listener, address, _acceptor, accept) = pending(addresses);
    let client = connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!(
        sockaddrs(&accept, addresses),
        (None, client.name().unwrap())
    );
}

/// S3.4: with too little room for an address the call pends, and a connection ends it with
/// BUFFER_TOO_SMALL but stays in the queue.
#[test]
fn too_little_room_fails_at_connection_time_without_consuming_it() {
    for (local, remote) in [(3, 32), (20, 20), (32, 3)] {
        let addresses = Addresses {
            data: 0,
            local,
            remote,
        };
        let (listener, address, _acceptor, accept) = pending(addresses);
        let client = connected(address);
        assert_eq!(accept.finish(&listener), Err(WSAEFAULT));
        assert_eq!(accept.status() as u32, 0xC000_0023);
        let server = listener.accept().unwrap();
        client.send(b"abc", 0).unwrap();
        assert_eq!(server.recv_exactly(3), b"abc");
    }
}

/// S3.4: at a port that is 122.
#[test]
fn too_little_room_is_122_at_the_port() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = Packets::of(&listener, 7);
    let accept = Operation::without_event(64);
    let addresses = Addresses {
        data: 0,
        local: 3,
        remote: 3,
    };
    assert_eq!(
        accept.accept(&listener, &acceptor, addresses),
        Started::Pending
    );
    let _client = connected(address);
    assert_eq!(port.next_of(&accept), (122, 0));
}

/// S3.4: one byte less than documented is room enough.
#[test]
fn room_of_the_address_and_15_is_enough_to_pend() {
    for (ip, room) in [(V4, 31), (V6, 43)] {
        let ((listener, _), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let accept = Operation::new(128);
        let addresses = Addresses {
            data: 0,
            local: room,
            remote: room,
        };
        assert_eq!(
            accept.accept(&listener, &acceptor, addresses),
            Started::Pending
        );
        accept.cancel(&listener).unwrap();
        assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    }
}

/// S3.5, S3.6, S3.7: without data it completes on connection; both addresses are in the buffer.
#[test]
fn accept_without_data_completes_on_connection_with_both_addresses() {
    for ip in [V4, V6] {
        let ((listener, address), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let addresses = Addresses::fitting(ip, 0);
        let accept = Operation::new(data_room(addresses));
        assert_eq!(
            accept.accept(&listener, &acceptor, addresses),
            Started::Pending
        );
        assert_eq!(accept.status(), STATUS_PENDING);
        let client = connected(address);
        assert_eq!(accept.finish(&listener), Ok(0));
        assert_eq!(
            sockaddrs(&accept, addresses),
            (Some(address), client.name().unwrap())
        );
        client.send(b"abc", 0).unwrap();
        assert_eq!(acceptor.recv_exactly(3), b"abc");
        acceptor.send(b"def", 0).unwrap();
        assert_eq!(client.recv_exactly(3), b"def");
    }
}

/// S3.6, S3.7: with data it completes when the first bytes have come; they are in front, and the
/// addresses behind the room for them, however few came.
#[test]
fn accept_with_data_completes_with_the_first_bytes() {
    for ip in [V4, V6] {
        let ((listener, address), acceptor) = (Socket::listener(ip), Socket::tcp(ip));
        let addresses = Addresses::fitting(ip, 16);
        let accept = Operation::new(data_room(addresses));
        assert_eq!(
            accept.accept(&listener, &acceptor, addresses),
            Started::Pending
        );
        let client = connected(address);
        assert!(accept.stays_pending());
        client.send(b"hello", 0).unwrap();
        assert_eq!(accept.finish(&listener), Ok(5));
        assert_eq!(&accept.data()[..6], b"hello\xCC");
        assert_eq!(
            sockaddrs(&accept, addresses),
            (Some(address), client.name().unwrap())
        );
    }
}

/// S3.7: it takes no more than the room given for data; the rest is for receives.
#[test]
fn accept_leaves_what_does_not_fit() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    let client = connected(address);
    client.send(b"0123456789abcdefrest", 0).unwrap();
    assert_eq!(accept.finish(&listener), Ok(16));
    assert_eq!(&accept.data()[..16], b"0123456789abcdef");
    assert_eq!(acceptor.recv_exactly(4), b"rest");
}

/// S3.8: a client that closes without data ends the receiving form with success and 0 bytes.
#[test]
fn client_that_closes_without_data_is_success_with_0_bytes() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    connected(address).close().unwrap();
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!(acceptor.recv(1, 0), Ok(vec![]));
}

/// S3.8: a client that resets ends it with 10054.
#[test]
fn client_that_resets_without_data_is_an_error() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    let client = connected(address);
    // The connection is taken once the acceptor knows since when it is connected.
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    client.reset();
    assert_eq!(accept.finish(&listener), Err(WSAECONNRESET));
}

/// S3.9: a connection in the queue is taken at once, or after a 997.
#[test]
fn connection_in_the_queue_is_taken() {
    for addresses in [NO_DATA, SOME_DATA] {
        let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
        let client = connected(address);
        client.send(b"abc", 0).unwrap();
        let accept = Operation::new(data_room(addresses));
        let bytes = addresses.data.min(3);
        let started = accept.accept(&listener, &acceptor, addresses);
        assert!(
            started == Started::Pending || started == Started::Done(bytes),
            "{started:?}"
        );
        assert_eq!(accept.finish(&listener), Ok(bytes));
    }
}

/// S3.10: the packet goes to the listener's port under the listener's key, even if the acceptor
/// has a port of its own.
#[test]
fn packet_goes_to_the_listeners_port() {
    for addresses in [NO_DATA, SOME_DATA] {
        let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
        let (port, other) = (Packets::of(&listener, 7), Packets::of(&acceptor, 8));
        let accept = Operation::without_event(data_room(addresses));
        assert_eq!(
            accept.accept(&listener, &acceptor, addresses),
            Started::Pending
        );
        let client = connected(address);
        client.send(b"abc", 0).unwrap();
        let packet = port.next();
        let bytes = addresses.data.min(3);
        assert_eq!((packet.error, packet.bytes, packet.key), (0, bytes, 7));
        assert_eq!(packet.overlapped, accept.overlapped() as usize);
        assert!(other.stays_empty());
        let receive = Operation::without_event(4);
        client.send(b"more", 0).unwrap();
        assert!(!matches!(receive.receive(&acceptor, 0), Started::Failed(_)));
        assert_eq!(other.next().key, 8);
    }
}

/// S3.11: closing the acceptor while it waits for a connection ends the AcceptEx with 995, and
/// the listener lives on.
#[test]
fn closing_a_waiting_acceptor_is_995() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    acceptor.close().unwrap();
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    let client = connected(address);
    listener.accept().unwrap().send(b"abc", 0).unwrap();
    assert_eq!(client.recv_exactly(3), b"abc");
}

/// S3.11: the same after the connection was taken and before data: 995 or 1236 (10053).
#[test]
fn closing_an_acceptor_that_waits_for_data_ends_it() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    let client = connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    acceptor.close().unwrap();
    let ended = accept.finish(&listener);
    assert!(
        matches!(ended, Err(WSA_OPERATION_ABORTED | WSAECONNABORTED)),
        "{ended:?}"
    );
    assert!(matches!(client.recv(1, 0), Ok(_) | Err(WSAECONNRESET)));
}

/// S3.11: once data has come, the success stands.
#[test]
fn closing_an_acceptor_after_data_leaves_the_success() {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let port = Packets::of(&listener, 7);
    let accept = Operation::new(data_room(SOME_DATA));
    assert_eq!(
        accept.accept(&listener, &acceptor, SOME_DATA),
        Started::Pending
    );
    connected(address).send(b"abc", 0).unwrap();
    accept.finish(&listener).unwrap();
    acceptor.close().unwrap();
    assert_eq!(port.next_of(&accept), (0, 3));
    assert!(port.stays_empty());
}

/// S1.80: closing the listener ends all its AcceptEx calls with 995.
#[test]
fn closing_the_listener_ends_all_accepts_with_995() {
    let (listener, _) = Socket::listener(V4);
    let port = Packets::of(&listener, 7);
    let accepts: Vec<_> = (0..3)
        .map(|_| {
            (
                Operation::without_event(data_room(NO_DATA)),
                Socket::tcp(V4),
            )
        })
        .collect();
    for (accept, acceptor) in &accepts {
        assert_eq!(
            accept.accept(&listener, acceptor, NO_DATA),
            Started::Pending
        );
    }
    listener.close().unwrap();
    for (accept, _) in &accepts {
        assert_eq!(port.next_of(accept), (ERROR_OPERATION_ABORTED, 0));
    }
}

/// S3.12: CancelIo on the acceptor does nothing; CancelIoEx on the listener cancels; the acceptor
/// is free for another AcceptEx.
#[test]
fn cancel_belongs_to_the_listener_and_frees_the_acceptor() {
    let (listener, address, acceptor, accept) = pending(NO_DATA);
    assert_eq!(call(0, || unsafe { CancelIo(acceptor.handle()) }), Ok(1));
    assert_eq!(accept.cancel(&acceptor), Err(ERROR_NOT_FOUND as i32));
    assert!(accept.stays_pending());
    assert_eq!(accept.cancel(&listener), Ok(()));
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
    assert_eq!(
        accept.accept(&listener, &acceptor, NO_DATA),
        Started::Pending
    );
    let _client = connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
}

/// S3.12: an AcceptEx that has its connection and waits for data is cancelled as well.
#[test]
fn cancel_reaches_an_accept_that_waits_for_data() {
    let (listener, address, acceptor, accept) = pending(SOME_DATA);
    let _client = connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    assert_eq!(accept.cancel(&listener), Ok(()));
    assert_eq!(accept.finish(&listener), Err(WSA_OPERATION_ABORTED));
}

/// S3.13: a socket that waits in an AcceptEx cannot connect.
#[test]
fn connect_on_a_waiting_acceptor_is_10022() {
    let (_listener, _, acceptor, _accept) = pending(NO_DATA);
    let (_other, address) = Socket::listener(V4);
    assert_eq!(acceptor.connect(address), Err(WSAEINVAL));
    assert_eq!(
        Operation::new(0).connect(&acceptor, address),
        Started::Failed(WSAEINVAL)
    );
}

/// S3.14: several AcceptEx calls serve connections in the order in which they were posted.
#[test]
fn accepts_are_served_in_posting_order() {
    let (listener, address) = Socket::listener(V4);
    let port = Packets::of(&listener, 7);
    let accepts: Vec<_> = (0..4)
        .map(|_| {
            (
                Operation::without_event(data_room(NO_DATA)),
                Socket::tcp(V4),
            )
        })
        .collect();
    for (accept, acceptor) in &accepts {
        assert_eq!(
            accept.accept(&listener, acceptor, NO_DATA),
            Started::Pending
        );
    }
    for (accept, _) in &accepts {
        let client = connected(address);
        assert_eq!(port.next_of(accept), (0, 0));
        assert_eq!(sockaddrs(accept, NO_DATA).1, client.name().unwrap());
    }
}

/// S3.16, S3.17: before SO_UPDATE_ACCEPT_CONTEXT the acceptor sends and receives but has no names
/// and no shutdown; after it, it has.
#[test]
fn names_and_shutdown_need_the_accept_context() {
    let (listener, address, acceptor, accept) = pending(NO_DATA);
    let client = connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    assert_eq!(
        (acceptor.name(), acceptor.peer()),
        (Err(WSAENOTCONN), Err(WSAENOTCONN))
    );
    assert_eq!(acceptor.shutdown(SD_SEND), Err(WSAENOTCONN));
    acceptor.send(b"abc", 0).unwrap();
    assert_eq!(client.recv_exactly(3), b"abc");
    assert_eq!(update_context(&acceptor, &listener), Ok(()));
    assert_eq!(
        (acceptor.name(), acceptor.peer()),
        (Ok(address), client.name())
    );
    assert_eq!(acceptor.shutdown(SD_SEND), Ok(()));
    assert_eq!(client.recv(1, 0), Ok(vec![]));
}

/// S3.17: the accepted socket inherits the listener's options.
#[test]
fn accept_context_copies_the_listeners_options() {
    let (listener, address) = Socket::listener(V4);
    let inherited = [(SO_RCVTIMEO, 1234), (SO_SNDTIMEO, 2345), (SO_KEEPALIVE, 1)];
    for (name, value) in inherited {
        listener.set(SOL_SOCKET, name, value).unwrap();
    }
    let (acceptor, accept) = (Socket::tcp(V4), Operation::new(data_room(NO_DATA)));
    assert_eq!(
        accept.accept(&listener, &acceptor, NO_DATA),
        Started::Pending
    );
    let _client = connected(address);
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
    let (listener, address, acceptor, accept) = pending(NO_DATA);
    let client = connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    let name = SO_UPDATE_ACCEPT_CONTEXT;
    assert_eq!(
        acceptor.set_bytes(SOL_SOCKET, name, &[1; 4]),
        Err(WSAEFAULT)
    );
    assert_eq!(
        acceptor.set_bytes(SOL_SOCKET, name, &[0xFF; 8]),
        Err(WSAENOTSOCK)
    );
    assert!(update_context(&client, &listener).is_err());
    assert_eq!(update_context(&acceptor, &listener), Ok(()));
}

/// S3.18: SO_CONNECT_TIME is all ones until there is a connection, and whole seconds from then,
/// also while the AcceptEx waits for data. It cannot be set.
#[test]
fn connect_time_shows_the_silent_client() {
    let (_listener, address, acceptor, accept) = pending(SOME_DATA);
    assert_eq!(acceptor.get(SOL_SOCKET, SO_CONNECT_TIME), Ok(u32::MAX));
    let client = connected(address);
    eventually(|| acceptor.get(SOL_SOCKET, SO_CONNECT_TIME) != Ok(u32::MAX));
    assert_eq!(accept.status(), STATUS_PENDING);
    assert!(client.get(SOL_SOCKET, SO_CONNECT_TIME).unwrap() < 3600);
    assert!(client.set(SOL_SOCKET, SO_CONNECT_TIME, 0).is_err());
    assert_eq!(
        Socket::tcp(V4).get(SOL_SOCKET, SO_CONNECT_TIME),
        Ok(u32::MAX)
    );
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
    let port = Packets::of(&listener, 7);
    let accept = Operation::without_event(data_room(NO_DATA));
    assert_eq!(
        accept.accept(&listener, &acceptor, NO_DATA),
        Started::Pending
    );
    let client = connected(address);
    assert_eq!(port.next_of(&accept), (0, 0));
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&acceptor, 0), Started::Pending);
    client.send(b"abc", 0).unwrap();
    assert_eq!(receive.finish(&acceptor), Ok(3));
    assert!(port.stays_empty());
    port.associate(&acceptor, 9);
    client.send(b"def", 0).unwrap();
    assert!(!matches!(receive.receive(&acceptor, 0), Started::Failed(_)));
    let packet = port.next();
    assert_eq!((packet.key, packet.bytes), (9, 3));
}

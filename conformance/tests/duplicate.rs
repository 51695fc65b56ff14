//! Several handles of one socket: WSADuplicateSocket, then WSASocket (S1.14).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{Operation, Outcome, OwnPort, Socket, Started, V4, call, wine_differs};
use overlapped::sys::*;

fn information(socket: &Socket, process: u32) -> Outcome<WSAPROTOCOL_INFOW> {
    let mut info = WSAPROTOCOL_INFOW { iSocketType: -1, ..Default::default() };
    let raw = socket.raw();
    call(SOCKET_ERROR, || unsafe { WSADuplicateSocketW(raw, process, &mut info) })?;
    Ok(info)
}

fn duplicate(socket: &Socket) -> Socket {
    let info = information(socket, std::process::id()).unwrap();
    let raw = call(INVALID_SOCKET, || unsafe {
        let (any, flags) = (FROM_PROTOCOL_INFO, WSA_FLAG_OVERLAPPED);
        WSASocketW(any, any, any, &info, 0, flags)
    });
    Socket::owning(raw.unwrap())
}

/// S1.14: operations issued through either handle send their packets to one port, with one key.
#[test]
fn both_handles_have_one_association_and_one_key() {
    let (client, server) = Socket::pair(V4);
    let port = OwnPort::of(&client, 7);
    let other = duplicate(&client);
    assert_ne!(other.raw(), client.raw());
    let (first, second) = (Operation::new(1), Operation::new(1));
    assert_eq!(first.receive(&client, 0), Started::Pending);
    assert_eq!(second.receive(&other, 0), Started::Pending);
    server.send_all(b"ab");
    for (operation, byte) in [(&first, b"a"), (&second, b"b")] {
        assert_eq!((port.next_of(operation), &operation.data()[..]), ((0, 1), &byte[..]));
    }
    let send = Operation::sending(b"xyz");
    assert_eq!(send.send(&other), Started::Done(3));
    let got = port.next();
    assert_eq!((got.key, got.overlapped, got.bytes), (7, send.address(), 3));
}

/// S1.14, S1.81: whichever handle is closed first, the socket goes on until the last is.
#[test]
fn the_socket_lives_as_long_as_one_of_its_handles() {
    wine_differs!("S1.14", "ends what was issued through the handle that is closed");
    for original_first in [true, false] {
        let (client, server) = Socket::pair(V4);
        let port = OwnPort::of(&client, 7);
        let other = duplicate(&client);
        let receive = Operation::new(8);
        assert_eq!(receive.receive(&client, 0), Started::Pending);
        let raw = [client.raw(), other.raw()];
        let (first, last, closed) = match original_first {
            true => (client, other, raw[0]),
            false => (other, client, raw[1]),
        };
        first.close().unwrap();
        let gone = std::mem::ManuallyDrop::new(Socket::owning(closed));
        assert_eq!(gone.send(b"x", 0), Err(WSAENOTSOCK));
        assert!(receive.is_pending());
        server.send_all(b"on");
        assert_eq!((port.next_of(&receive), receive.received()), ((0, 2), b"on".to_vec()));
        last.send_all(b"still");
        assert_eq!(server.recv_exactly(5), b"still");
        assert_eq!(receive.receive(&last, 0), Started::Pending);
        last.close().unwrap();
        assert_eq!(port.next_of(&receive).0, ERROR_CONNECTION_ABORTED);
    }
}

/// S1.14: the information says what the socket is, and serves the process it was made for.
#[test]
fn information_says_what_the_socket_is() {
    let info = information(&Socket::udp(V4), std::process::id()).unwrap();
    let what = (info.iAddressFamily, info.iSocketType, info.iProtocol);
    assert_eq!(what, (i32::from(AF_INET), SOCK_DGRAM, IPPROTO_UDP));
    let closed = Socket::owning(INVALID_SOCKET);
    assert_eq!(information(&closed, std::process::id()).err(), Some(WSAENOTSOCK));
    let nobody = information(&Socket::tcp(V4), 0).err();
    assert_eq!(nobody, Some(WSAEINVAL));
}

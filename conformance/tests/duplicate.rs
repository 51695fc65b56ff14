//! Several handles of one socket: WSADuplicateSocket, then WSASocket (S1.14).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::io::Write;
use std::process::{Command, Stdio};

use conformance::{Operation, Outcome, OwnPort, Socket, Started, V4, call, startup, wine_differs};
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

/// The variable that makes a test the child, which is given the information at its input.
const CHILD: &str = "CONFORMANCE_DUPLICATE";

fn given() -> WSAPROTOCOL_INFOW {
    let text = std::io::read_to_string(std::io::stdin()).expect("it is text");
    let bytes: Vec<u8> =
        text.split_whitespace().map(|byte| byte.parse().expect("a byte")).collect();
    let mut info = WSAPROTOCOL_INFOW::default();
    assert_eq!(bytes.len(), size_of_val(&info));
    let to = (&raw mut info).cast::<u8>();
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
    info
}

fn give(child: &mut std::process::Child, info: &WSAPROTOCOL_INFOW) {
    let at = std::ptr::from_ref(info).cast::<u8>();
    let bytes = unsafe { std::slice::from_raw_parts(at, size_of_val(info)) };
    let text: String = bytes.iter().map(|byte| format!("{byte} ")).collect();
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it listens");
}

/// S1.14: a socket that one process has another may have, too, and it lives as long as either.
#[test]
fn another_process_gets_the_socket() {
    if std::env::var_os(CHILD).is_some() {
        let info = given();
        startup();
        let (any, flags) = (FROM_PROTOCOL_INFO, WSA_FLAG_OVERLAPPED);
        let make = || unsafe { WSASocketW(any, any, any, &info, 0, flags) };
        let socket = Socket::owning(call(INVALID_SOCKET, make).unwrap());
        let port = OwnPort::of(&socket, 7);
        let receive = Operation::new(8);
        assert!(receive.receive(&socket, 0).begun());
        assert_eq!((port.next_of(&receive), receive.received()), ((0, 3), b"for".to_vec()));
        return socket.send_all(b"child");
    }
    let (client, server) = Socket::pair(V4);
    let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "another_process_gets_the_socket"])
        .env(CHILD, "yes")
        .stdin(Stdio::piped())
        .spawn()
        .expect("this program can be run again");
    let info = information(&server, child.id()).unwrap();
    assert_eq!((info.iSocketType, info.iProtocol), (SOCK_STREAM, IPPROTO_TCP));
    give(&mut child, &info);
    client.send_all(b"for");
    assert_eq!(client.recv_exactly(5), b"child");
    assert!(child.wait().expect("it was started").success());
    server.send_all(b"mine still");
    assert_eq!(client.recv_exactly(10), b"mine still");
}

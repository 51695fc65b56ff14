//! What all transfers share (S2.1–S2.12).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};
use std::time::Duration;

use conformance::{
    Operation, Outcome, POISON, RawAddress, Socket, Started, V4, V6, call, wine_differs,
};
use overlapped::sys::*;

fn wsa_recv(socket: SOCKET, buffers: &[WSABUF], count: *mut u32, flags: *mut u32) -> Outcome<i32> {
    call(SOCKET_ERROR, || unsafe {
        let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
        WSARecv(socket, array, length, count, flags, null_mut(), None)
    })
}

/// S2.1: the WSABUF array may go when the call returns, though the operation pends (the wrapper
/// overwrites it).
#[test]
fn the_buffer_array_is_captured_before_the_call_returns() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(6).with_event();
    assert_eq!(receive.receive_into(&server, 0, &[1, 2, 3]), Started::Pending);
    client.send_all(b"abcdef");
    // It completes with the first bytes, which come as one segment.
    assert_eq!(receive.finish(&server), Ok(6));
    assert_eq!(receive.data(), b"abcdef");
}

/// S2.1: a pended send, too, needs its data and its OVERLAPPED only.
#[test]
fn the_buffer_array_of_a_pended_send_is_captured() {
    let (client, server) = Socket::pair(V4);
    let bytes: Vec<u8> = (0..8_000_000u32).map(|at| (at % 251) as u8).collect();
    let send = Operation::sending(&bytes).with_event();
    assert_eq!(send.send_from(&client, &[1_000_000, 2_000_000, 5_000_000]), Started::Pending);
    assert_eq!(server.recv_exactly(bytes.len()), bytes);
    assert_eq!(send.finish(&client), Ok(8_000_000));
}

/// S2.2: a receive fills its buffers in order and leaves no holes.
#[test]
fn receive_scatters_in_order_without_holes() {
    let (client, server) = Socket::pair(V4);
    client.send_all(b"abcd");
    server.await_readable(4);
    let receive = Operation::new(9).with_event();
    assert_eq!(receive.receive_into(&server, 0, &[1, 2, 6]), Started::Done(4));
    assert_eq!(receive.data(), b"abcd\xCC\xCC\xCC\xCC\xCC");
}

/// S2.2: a send takes its buffers in order; empty ones among them do no harm.
#[test]
fn send_gathers_in_order() {
    let (client, server) = Socket::pair(V4);
    let send = Operation::sending(b"abcdef").with_event();
    assert_eq!(send.send_from(&client, &[1, 0, 2, 3]), Started::Done(6));
    assert_eq!(server.recv_exactly(6), b"abcdef");
}

/// S2.2: more buffers than Linux takes in one call are still one stream of bytes.
#[test]
fn thousands_of_buffers_are_sent_and_received_whole() {
    wine_differs!("S2.2", "has Linux' limit of 1024 buffers in a call");
    let (client, server) = Socket::pair(V4);
    let bytes: Vec<u8> = (0..3000u32).map(|at| (at % 251) as u8).collect();
    let send = Operation::sending(&bytes).with_event();
    assert_eq!(send.send_from(&client, &vec![1; 3000]), Started::Done(3000));
    server.await_readable(3000);
    let receive = Operation::new(3000).with_event();
    assert_eq!(receive.receive_into(&server, MSG_WAITALL, &vec![1; 3000]), Started::Done(3000));
    assert_eq!(receive.data(), bytes);
}

/// S2.2: the buffers of one send are one datagram, and one datagram fills the buffers of one
/// receive.
#[test]
fn a_buffer_list_is_one_datagram() {
    for ip in [V4, V6] {
        let (receiver, address) = Socket::bound_udp(ip);
        let (sender, _) = Socket::bound_udp(ip);
        sender.connect(address).unwrap();
        let send = Operation::sending(b"abcdef").with_event();
        assert_eq!(send.send_from(&sender, &[1, 2, 3]), Started::Done(6));
        receiver.await_readable(1);
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive_into(&receiver, 0, &[4, 4]), Started::Done(6));
        assert_eq!(receive.data(), b"abcdef\xCC\xCC");
    }
}

/// S2.3: no buffers at all is an error.
#[test]
fn receive_without_buffers_is_10022() {
    wine_differs!("S2.3", "accepts no buffers and waits");
    let (_client, server) = Socket::pair(V4);
    let (mut count, mut flags) = (POISON, 0);
    assert_eq!(wsa_recv(server.raw(), &[], &mut count, &mut flags), Err(WSAEINVAL));
    let returned = call(SOCKET_ERROR, || unsafe {
        WSARecv(server.raw(), null(), 1, &mut count, &mut flags, null_mut(), None)
    });
    assert_eq!((returned, count), (Err(WSAEINVAL), POISON));
    let receive = Operation::new(0).with_event();
    assert_eq!(receive.receive_into(&server, 0, &[]), Started::Failed(WSAEINVAL));
}

/// S2.4: without an OVERLAPPED there must be a place for the byte count.
#[test]
fn no_count_without_overlapped_is_10014() {
    let (sender, address) = Socket::bound_udp(V4);
    let (buffer, to) = (WSABUF { len: 1, buf: b"x".as_ptr().cast_mut() }, RawAddress::of(address));
    let (array, to, length) = (&raw const buffer, to.as_ptr(), to.length);
    let returned = call(SOCKET_ERROR, || unsafe {
        WSASendTo(sender.raw(), array, 1, null_mut(), 0, to, length, null_mut(), None)
    });
    assert_eq!(returned, Err(WSAEFAULT));
}

/// S2.4: with an OVERLAPPED the place for the count may be missing.
#[test]
fn no_count_with_overlapped_is_fine() {
    let (sender, address) = Socket::bound_udp(V4);
    let (buffer, to) = (WSABUF { len: 1, buf: b"x".as_ptr().cast_mut() }, RawAddress::of(address));
    let (array, to, length) = (&raw const buffer, to.as_ptr(), to.length);
    let send = Operation::new(0).with_event();
    let returned = call(SOCKET_ERROR, || unsafe {
        let overlapped = send.overlapped();
        WSASendTo(sender.raw(), array, 1, null_mut(), 0, to, length, overlapped, None)
    });
    assert_eq!((returned, send.finish(&sender)), (Ok(0), Ok(1)));
}

/// S2.5: lpFlags must be given.
#[test]
fn receive_without_flags_is_10014() {
    let (_client, server) = Socket::pair(V4);
    let mut byte = 0u8;
    let buffer = WSABUF { len: 1, buf: &mut byte };
    let mut count = POISON;
    assert_eq!(wsa_recv(server.raw(), &[buffer], &mut count, null_mut()), Err(WSAEFAULT));
    assert_eq!(count, POISON);
}

/// S2.6, S1.59: a call that pends writes neither count nor flags (the wrapper looks), and
/// Internal says pending while InternalHigh stays.
#[test]
fn pending_writes_only_internal() {
    let (_client, server) = Socket::pair(V4);
    let receive = Operation::new(1).with_event();
    assert_eq!(receive.receive(&server, MSG_PEEK), Started::Pending);
    assert!(receive.is_pending());
    assert_eq!(receive.transferred(), POISON as usize);
    assert_eq!(receive.flags(), MSG_PEEK as u32);
    receive.cancel(&server).unwrap();
    assert_eq!(receive.finish(&server), Err(WSA_OPERATION_ABORTED));
}

/// S2.7: an overlapped call pends on a non-blocking socket too.
#[test]
fn overlapped_receive_on_a_nonblocking_socket_pends() {
    let (client, server) = Socket::pair(V4);
    server.set_nonblocking(true);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send_all(b"abc");
    assert_eq!(receive.finish(&server), Ok(3));
    let (udp, _) = Socket::bound_udp(V4);
    udp.set_nonblocking(true);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&udp, 0), Started::Pending);
}

/// S2.8: without OVERLAPPED, a non-blocking WSARecv is 10035 when there is nothing.
#[test]
fn plain_receive_on_a_nonblocking_socket_is_10035() {
    let (_client, server) = Socket::pair(V4);
    server.set_nonblocking(true);
    let mut byte = 0xCCu8;
    let buffer = WSABUF { len: 1, buf: &mut byte };
    let (mut count, mut flags) = (POISON, 0);
    assert_eq!(wsa_recv(server.raw(), &[buffer], &mut count, &mut flags), Err(WSAEWOULDBLOCK));
    assert_eq!((byte, count, flags), (0xCC, POISON, 0));
}

/// S2.8: without OVERLAPPED, WSARecv waits for data on a blocking socket.
#[test]
fn plain_receive_on_a_blocking_socket_waits() {
    let (client, server) = Socket::pair(V4);
    let receiver = std::thread::spawn(move || {
        let mut bytes = [0xCCu8; 4];
        let buffer = WSABUF { len: 4, buf: bytes.as_mut_ptr() };
        let (mut count, mut flags) = (POISON, 0);
        let returned = wsa_recv(server.raw(), &[buffer], &mut count, &mut flags);
        (returned, count, flags, bytes)
    });
    client.send_all(b"abc");
    assert_eq!(receiver.join().unwrap(), (Ok(0), 3, 0, *b"abc\xCC"));
}

/// S2.9: on a socket without the overlapped attribute an OVERLAPPED does not make a call pend: it
/// waits, even if the socket is non-blocking, and fills the OVERLAPPED.
#[test]
fn overlapped_on_a_plain_socket_waits() {
    let (listener, address) = Socket::listener(V4);
    let plain = Socket::made(AF_INET, SOCK_STREAM, 0, 0).unwrap();
    plain.connect(address).unwrap();
    let peer = listener.accept().unwrap();
    plain.set_nonblocking(true);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let receive = Operation::new(4).with_event();
        let started = receive.receive(&plain, 0);
        tell.send((started, receive.status(), receive.transferred(), receive.data())).unwrap();
    });
    // not synchronisation: gives a call that does not wait the time to return
    assert!(told.recv_timeout(Duration::from_millis(30)).is_err());
    peer.send_all(b"abc");
    assert_eq!(told.recv().unwrap(), (Started::Done(3), 0, 3, b"abc\xCC".to_vec()));
}

/// S2.10: SO_RCVTIMEO ends a blocking receive with 10060.
#[test]
fn a_blocking_receive_times_out_with_10060() {
    let (_client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_RCVTIMEO, 20).unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAETIMEDOUT));
    let (udp, _) = Socket::bound_udp(V4);
    udp.set(SOL_SOCKET, SO_RCVTIMEO, 20).unwrap();
    assert_eq!(udp.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S2.10: SO_SNDTIMEO ends a blocking send that finds no room with 10060.
#[test]
fn a_blocking_send_times_out_with_10060() {
    let (client, _server) = Socket::pair(V4);
    client.set(SOL_SOCKET, SO_SNDTIMEO, 20).unwrap();
    let bytes = vec![0; 1 << 20];
    let failed = (0..64).find_map(|_| client.send(&bytes, 0).err());
    assert_eq!(failed, Some(WSAETIMEDOUT));
}

/// S2.10: an overlapped receive takes no notice of SO_RCVTIMEO.
#[test]
fn an_overlapped_receive_does_not_time_out() {
    let (client, server) = Socket::pair(V4);
    server.set(SOL_SOCKET, SO_RCVTIMEO, 1).unwrap();
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert!(receive.stays_pending());
    client.send_all(b"abc");
    assert_eq!(receive.finish(&server), Ok(3));
}

/// S2.12: no socket, or one that was closed, is 10038, whatever else is wrong.
#[test]
fn transfers_on_no_socket_are_10038() {
    let closed = {
        let socket = Socket::tcp(V4);
        let raw = socket.raw();
        socket.close().unwrap();
        raw
    };
    for raw in [INVALID_SOCKET, closed] {
        let socket = std::mem::ManuallyDrop::new(Socket::owning(raw));
        assert_eq!(socket.send(b"x", 0), Err(WSAENOTSOCK));
        assert_eq!(socket.recv(1, 0), Err(WSAENOTSOCK));
        assert_eq!(
            Operation::new(1).with_event().receive(&socket, 0),
            Started::Failed(WSAENOTSOCK)
        );
        assert_eq!(Operation::new(1).with_event().send(&socket), Started::Failed(WSAENOTSOCK));
        let mut count = POISON;
        assert_eq!(wsa_recv(raw, &[], &mut count, null_mut()), Err(WSAENOTSOCK));
    }
}

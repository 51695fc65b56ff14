//! TransmitFile (S3.34–S3.38) and TransmitPackets.
//!
//! # Safety
//!
//! Pointers are null or to locals that live until the operation is over; operations keep their own
//! memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};

use conformance::{
    File, Operation, Outcome, OwnPort, Socket, Started, V4, V6, call, extension, open_file,
    wine_differs,
};
use overlapped::sys::*;

const FILE: &[u8] = b"0123456789";

/// Head and tail, which the caller keeps until the operation is over.
fn around(head: &[u8], tail: &[u8]) -> TRANSMIT_FILE_BUFFERS {
    TRANSMIT_FILE_BUFFERS {
        Head: head.as_ptr().cast_mut().cast(),
        HeadLength: head.len() as u32,
        Tail: tail.as_ptr().cast_mut().cast(),
        TailLength: tail.len() as u32,
    }
}

/// TransmitFile without OVERLAPPED.
fn transmit(
    socket: SOCKET,
    file: HANDLE,
    bytes: u32,
    around: Option<&TRANSMIT_FILE_BUFFERS>,
    flags: u32,
) -> Outcome<i32> {
    let around = around.map_or(null(), std::ptr::from_ref);
    call(0, || unsafe { TransmitFile(socket, file, bytes, 0, null_mut(), around, flags) })
}

/// TransmitFile with the OVERLAPPED of `operation`, from byte `at` of the file.
fn begin(
    operation: &Operation,
    socket: &Socket,
    file: HANDLE,
    (at, bytes): (u32, u32),
    around: Option<&TRANSMIT_FILE_BUFFERS>,
    flags: u32,
) -> Started {
    let (overlapped, s) = (operation.overlapped(), socket.raw());
    let around = around.map_or(null(), std::ptr::from_ref);
    unsafe { (*overlapped).Anonymous.Anonymous.Offset = at };
    match call(0, || unsafe { TransmitFile(s, file, bytes, 0, overlapped, around, flags) }) {
        Ok(_) => Started::Done(0),
        Err(WSA_IO_PENDING) => Started::Pending,
        Err(error) => Started::Failed(error),
    }
}

/// S3.34, S3.36: head, file and tail in this order; TRUE when it is all sent.
#[test]
fn head_file_and_tail_are_sent_in_this_order() {
    for ip in [V4, V6] {
        let ((client, server), file) = (Socket::pair(ip), File::of(FILE));
        let around = around(b"head", b"tail");
        assert_eq!(transmit(client.raw(), file.handle(), 0, Some(&around), 0), Ok(1));
        assert_eq!(server.recv_exactly(18), b"head0123456789tail");
    }
}

/// S3.34: without a file head and tail are sent; with nothing at all nothing is.
#[test]
fn file_and_buffers_may_be_left_out() {
    let ((client, server), file) = (Socket::pair(V4), File::of(FILE));
    assert_eq!(transmit(client.raw(), null_mut(), 0, Some(&around(b"a", b"b")), 0), Ok(1));
    assert_eq!(transmit(client.raw(), null_mut(), 0, None, 0), Ok(1));
    assert_eq!(transmit(client.raw(), file.handle(), 0, Some(&around(b"", b"c")), 0), Ok(1));
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(server.recv_exactly(13), b"ab0123456789c");
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S3.35: without OVERLAPPED it begins where the file stands, and moves on; 0 bytes: to the end.
#[test]
fn without_overlapped_it_begins_where_the_file_stands() {
    let ((client, server), file) = (Socket::pair(V4), File::of(FILE));
    assert_eq!((file.bytes(), file.seek(2, FILE_BEGIN)), (Ok(10), Ok(2)));
    assert_eq!(transmit(client.raw(), file.handle(), 3, None, 0), Ok(1));
    assert_eq!(server.recv_exactly(3), b"234");
    assert_eq!(file.seek(0, FILE_CURRENT), Ok(5));
    assert_eq!(transmit(client.raw(), file.handle(), 0, None, 0), Ok(1));
    assert_eq!(server.recv_exactly(5), b"56789");
}

/// S3.35, S3.36: with an OVERLAPPED it begins at its Offset, pends, and one packet brings the sum.
#[test]
fn with_overlapped_it_begins_at_the_offset_and_queues_one_packet() {
    let ((client, server), file) = (Socket::pair(V4), File::of(FILE));
    let port = OwnPort::of(&client, 7);
    let (operation, around) = (Operation::new(0), around(b"head", b"tail"));
    let begun = begin(&operation, &client, file.handle(), (4, 3), Some(&around), 0);
    assert_eq!((begun, port.next_of(&operation)), (Started::Pending, (0, 11)));
    assert_eq!(server.recv_exactly(11), b"head456tail");
    assert!(port.stays_empty());
    let begun = begin(&operation, &client, file.handle(), (7, 0), None, 0);
    assert_eq!((begun, port.next_of(&operation)), (Started::Pending, (0, 3)));
    assert_eq!(server.recv_exactly(3), b"789");
}

/// S3.38a: the Offset stays as the caller has set it.
#[test]
fn the_offset_stays() {
    let ((client, _server), file) = (Socket::pair(V4), File::of(FILE));
    let operation = Operation::new(0).with_event();
    assert_eq!(begin(&operation, &client, file.handle(), (4, 3), None, 0), Started::Pending);
    assert_eq!(operation.finish(&client), Ok(3));
    assert_eq!(unsafe { (*operation.overlapped()).Anonymous.Anonymous.Offset }, 4);
}

/// S3.34, S3.36: what does not fit waits for room, and more than one fits into the queue.
#[test]
fn a_large_file_is_sent_as_room_comes() {
    let bytes: Vec<u8> = (0..20_000_000u32).map(|at| (at % 251) as u8).collect();
    let ((client, server), file) = (Socket::pair(V4), File::of(&bytes));
    let port = OwnPort::of(&client, 7);
    let (first, second) = (Operation::new(0), Operation::sending(b"then"));
    assert_eq!(begin(&first, &client, file.handle(), (0, 0), None, 0), Started::Pending);
    assert_eq!(second.send(&client), Started::Pending);
    let reader = std::thread::spawn(move || server.recv_exactly(20_000_004));
    assert_eq!(port.next_of(&first), (0, 20_000_000));
    assert_eq!(port.next_of(&second), (0, 4));
    let read = reader.join().unwrap();
    assert!(read[..bytes.len()] == bytes && &read[bytes.len()..] == b"then");
}

/// S3.36, S1.72: it can be cancelled.
#[test]
fn a_pending_one_can_be_cancelled() {
    let bytes = vec![0; 20_000_000];
    let ((client, _server), file) = (Socket::pair(V4), File::of(&bytes));
    let operation = Operation::new(0).with_event();
    assert_eq!(begin(&operation, &client, file.handle(), (0, 0), None, 0), Started::Pending);
    assert!(operation.stays_pending());
    operation.cancel(&client).unwrap();
    assert_eq!(operation.finish(&client), Err(WSA_OPERATION_ABORTED));
}

/// S3.37: what is refused, and in which order it is looked at.
#[test]
fn bad_arguments_and_states_are_refused() {
    wine_differs!("S3.37", "refuses a socket that is not connected without an error");
    let ((client, _server), file) = (Socket::pair(V4), File::of(FILE));
    let refused =
        |socket: SOCKET, bytes, flags| transmit(socket, file.handle(), bytes, None, flags);
    assert_eq!(refused(INVALID_SOCKET, 0, 0), Err(WSAENOTSOCK));
    for socket in [&Socket::tcp(V4), &Socket::bound_tcp(V4), &Socket::bound_udp(V4).0] {
        assert_eq!(refused(socket.raw(), 0, TF_REUSE_SOCKET), Err(WSAENOTCONN));
    }
    assert_eq!(refused(client.raw(), 0, TF_REUSE_SOCKET), Err(WSAEINVAL));
    assert_eq!(refused(client.raw(), 2_147_483_647, 0), Err(WSAEINVAL));
    client.shutdown(SD_SEND).unwrap();
    assert_eq!(refused(client.raw(), 0, 0), Err(WSAESHUTDOWN));
}

/// S3.38a: a handle of no file is 10038, as a bad socket is.
#[test]
fn a_handle_of_no_file_is_10038() {
    let (client, _server) = Socket::pair(V4);
    let closed = File::of(FILE).handle();
    assert_eq!(transmit(client.raw(), closed, 0, None, 0), Err(WSAENOTSOCK));
    let nowhere = open_file(std::path::Path::new("there-is-no-such-file")).err();
    assert_eq!(nowhere, Some(ERROR_FILE_NOT_FOUND));
}

/// S3.38: TF_DISCONNECT sends FIN behind the data.
#[test]
fn disconnect_sends_fin_behind_the_data() {
    wine_differs!("S3.38", "does not disconnect");
    let ((client, server), file) = (Socket::pair(V4), File::of(FILE));
    let operation = Operation::new(0).with_event();
    let begun = begin(&operation, &client, file.handle(), (0, 0), None, TF_DISCONNECT);
    assert_eq!((begun, operation.finish(&client)), (Started::Pending, Ok(10)));
    assert_eq!(server.recv_exactly(10), FILE);
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

/// S3.38, S3.31: with TF_REUSE_SOCKET it waits for the peer's FIN, and the socket is new.
#[test]
fn reuse_waits_for_the_peer_and_makes_the_socket_new() {
    wine_differs!("S3.38", "does not disconnect");
    let file = File::of(FILE);
    for ported in [false, true] {
        let (client, server) = Socket::pair(V4);
        let port = ported.then(|| OwnPort::of(&client, 7));
        let operation = Operation::new(0).with_event();
        let flags = TF_DISCONNECT | TF_REUSE_SOCKET;
        let begun = begin(&operation, &client, file.handle(), (0, 0), None, flags);
        assert_eq!(begun, Started::Pending);
        assert_eq!(server.recv_exactly(10), FILE);
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        assert!(operation.stays_pending());
        server.shutdown(SD_SEND).unwrap();
        match port {
            Some(port) => assert_eq!(port.next_of(&operation), (0, 10)),
            None => assert_eq!(operation.finish(&client), Ok(10)),
        }
        assert_eq!(client.send(b"x", 0), Err(WSAENOTCONN));
    }
}

/// S3.36, S3.38: a call without OVERLAPPED waits, on a non-blocking socket too.
#[test]
fn synchronous_ones_wait_on_a_nonblocking_socket_too() {
    let bytes = vec![7; 20_000_000];
    let ((client, server), file) = (Socket::pair(V4), File::of(&bytes));
    client.set_nonblocking(true);
    let reader = std::thread::spawn(move || server.recv_exactly(20_000_000));
    assert_eq!(transmit(client.raw(), file.handle(), 0, None, TF_DISCONNECT), Ok(1));
    assert!(reader.join().unwrap() == bytes);
}

/// S3.38b: TransmitPackets sends memory and files as they come in the array.
#[test]
fn packets_are_memory_and_files_in_any_order() {
    wine_differs!("S3.38b", "has no TransmitPackets");
    let ((client, server), file) = (Socket::pair(V4), File::of(FILE));
    let function: LPFN_TRANSMITPACKETS = extension(WSAID_TRANSMITPACKETS);
    let function = function.unwrap();
    let of_file = |at, bytes| TRANSMIT_PACKETS_ELEMENT {
        dwElFlags: TP_ELEMENT_FILE,
        cLength: bytes,
        Anonymous: TRANSMIT_PACKETS_ELEMENT_0 {
            Anonymous: TRANSMIT_PACKETS_ELEMENT_0_0 { nFileOffset: at, hFile: file.handle() },
        },
    };
    let of_memory = TRANSMIT_PACKETS_ELEMENT {
        dwElFlags: TP_ELEMENT_MEMORY | TP_ELEMENT_EOP,
        cLength: 2,
        Anonymous: TRANSMIT_PACKETS_ELEMENT_0 { pBuffer: b"ab".as_ptr().cast_mut().cast() },
    };
    let elements = [of_file(8, 0), of_memory, of_file(-1, 3), of_memory];
    let operation = Operation::new(0).with_event();
    let begun = call(0, || unsafe {
        function(client.raw(), elements.as_ptr(), 4, 0, operation.overlapped(), TP_DISCONNECT)
    });
    assert_eq!((begun, operation.finish(&client)), (Err(WSA_IO_PENDING), Ok(9)));
    assert_eq!(server.recv_exactly(9), b"89ab012ab");
    assert_eq!(server.recv(1, 0), Ok(vec![]));
}

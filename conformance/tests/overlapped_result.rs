//! Asking for the outcome of an operation (S2.54–S2.60, S4.14).
//!
//! # Safety
//!
//! Pointers are to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::time::Duration;

use conformance::{
    Operation, PATIENCE_MS, POISON, Socket, Started, V4, call, eventually, pending_pair,
};
use overlapped::sys::*;

/// GetOverlappedResultEx: its verdict and the count as it left it.
fn kernel_result(socket: &Socket, operation: &Operation, timeout_ms: u32) -> (u32, u32) {
    let mut bytes = POISON;
    let returned = call(0, || unsafe {
        let overlapped = operation.overlapped();
        GetOverlappedResultEx(socket.handle(), overlapped, &mut bytes, timeout_ms, 0)
    });
    (returned.err().unwrap_or(0) as u32, bytes)
}

/// S2.54: while it is pending, asking without waiting is 996 and writes nothing.
#[test]
fn pending_is_996_and_outputs_are_untouched() {
    let (_client, server, receive) = pending_pair(Operation::new(4).with_event());
    let pending = (Err(WSA_IO_INCOMPLETE), POISON, POISON);
    assert_eq!(receive.result_raw(server.raw(), false), pending);
}

/// S2.55: done: TRUE, the bytes, the receive flags.
#[test]
fn success_tells_bytes_and_flags() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    client.send_all(b"abc");
    receive.finish(&server).unwrap();
    assert_eq!(receive.result_raw(server.raw(), false), (Ok(()), 3, 0));
    assert_eq!((receive.status(), receive.transferred()), (0, 3));
}

/// S2.55, S1.70: failed: FALSE, the Winsock number, 0 bytes; GetOverlappedResult has the Win32
/// number for the same.
#[test]
fn failure_is_a_winsock_number_here_and_a_win32_number_there() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    client.reset();
    assert_eq!(receive.finish(&server), Err(WSAECONNRESET));
    let (verdict, bytes, _) = receive.result_raw(server.raw(), false);
    assert_eq!((verdict, bytes), (Err(WSAECONNRESET), 0));
    assert_eq!(kernel_result(&server, &receive, 0), (ERROR_NETNAME_DELETED, 0));
}

/// S2.55: a cancelled operation is 995 for both.
#[test]
fn cancelled_is_995() {
    let (_client, server, receive) = pending_pair(Operation::new(4).with_event());
    receive.cancel(&server).unwrap();
    assert_eq!(receive.finish(&server), Err(WSA_OPERATION_ABORTED));
    assert_eq!(receive.status(), 0xC000_0120);
    assert_eq!(kernel_result(&server, &receive, 0), (ERROR_OPERATION_ABORTED, 0));
}

/// S2.55: a cut datagram is 10040 or 234, with the bytes that fitted.
#[test]
fn cut_datagram_tells_its_bytes() {
    let (socket, address) = Socket::bound_udp(V4);
    let receive = Operation::new(2).with_event();
    assert_eq!(receive.receive(&socket, 0), Started::Pending);
    socket.send_to(b"abc", address).unwrap();
    assert_eq!(receive.finish(&socket), Err(WSAEMSGSIZE));
    assert_eq!(kernel_result(&socket, &receive, 0), (ERROR_MORE_DATA, 2));
}

/// S2.56: with fWait it waits for the event; a manual-reset event stays set.
#[test]
fn waiting_leaves_a_manual_reset_event_set() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| receive.result_raw(server.raw(), true));
        client.send_all(b"abc");
        assert_eq!(waiter.join().unwrap(), (Ok(()), 3, 0));
    });
    assert!(receive.event().is_set());
}

/// S2.56: an auto-reset event is consumed by the wait.
#[test]
fn waiting_consumes_an_auto_reset_event() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_auto_event();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| receive.result_raw(server.raw(), true));
        // not synchronisation: lets the waiter sleep first, where the wait is what consumes
        std::thread::park_timeout(Duration::from_millis(20));
        client.send_all(b"abc");
        assert_eq!(waiter.join().unwrap(), (Ok(()), 3, 0));
    });
    assert!(!receive.event().is_set());
}

/// S2.56: without an event the wait is for the socket handle.
#[test]
fn waiting_without_an_event_waits_for_the_socket() {
    let (client, server, receive) = pending_pair(Operation::new(4));
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| receive.result_raw(server.raw(), true));
        client.send_all(b"abc");
        assert_eq!(waiter.join().unwrap(), (Ok(()), 3, 0));
    });
}

/// S2.57: an operation that starts resets its event, also when it fails later or is done at once.
#[test]
fn starting_resets_the_event() {
    let (client, server) = Socket::pair(V4);
    let receive = Operation::new(4).with_event();
    receive.event().set();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert!(!receive.event().is_set());
    client.send_all(b"abc");
    assert_eq!(receive.finish(&server), Ok(3));
    assert!(receive.event().is_set());
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    assert!(!receive.event().is_set());
}

/// S2.58, S4.12: without an event the socket handle is signalled at completion, and not before.
#[test]
fn completion_without_event_signals_the_socket_handle() {
    let (client, server, receive) = pending_pair(Operation::new(4));
    assert_eq!(unsafe { WaitForSingleObject(server.handle(), 0) }, WAIT_TIMEOUT);
    client.send_all(b"abc");
    assert_eq!(unsafe { WaitForSingleObject(server.handle(), PATIENCE_MS) }, WAIT_OBJECT_0);
    assert_eq!(receive.result(&server), Ok((3, 0)));
}

/// S2.58: an operation with an event of its own leaves the socket handle alone.
#[test]
fn completion_with_event_does_not_signal_the_socket_handle() {
    let (client, server) = Socket::pair(V4);
    let quiet = Operation::new(4);
    assert_eq!(quiet.receive(&server, MSG_WAITALL), Started::Pending);
    let send = Operation::sending(b"abc").with_event();
    assert_eq!(send.send(&server), Started::Done(3));
    assert!(send.event().is_set());
    assert_eq!(unsafe { WaitForSingleObject(server.handle(), 0) }, WAIT_TIMEOUT);
    client.send_all(b"abcd");
    assert_eq!(unsafe { WaitForSingleObject(server.handle(), PATIENCE_MS) }, WAIT_OBJECT_0);
    assert_eq!(quiet.finish(&server), Ok(4));
}

/// S2.59: the handle must be a socket's.
#[test]
fn not_a_socket_is_10038() {
    let (client, server) = Socket::pair(V4);
    client.send_all(b"abc");
    let receive = Operation::new(4).with_event();
    receive.receive(&server, 0);
    receive.finish(&server).unwrap();
    for raw in [INVALID_SOCKET, receive.event().handle() as usize] {
        let untouched = (Err(WSAENOTSOCK), POISON, POISON);
        assert_eq!(receive.result_raw(raw, false), untouched);
    }
}

/// S4.14: GetOverlappedResultEx: 996 at time 0, 258 when time is up, the bytes when it is done.
#[test]
fn get_overlapped_result_ex_waits_as_long_as_it_is_told() {
    let (client, server, receive) = pending_pair(Operation::new(4).with_event());
    assert_eq!(kernel_result(&server, &receive, 0), (ERROR_IO_INCOMPLETE, POISON));
    assert_eq!(kernel_result(&server, &receive, 10), (WAIT_TIMEOUT, POISON));
    client.send_all(b"abc");
    assert_eq!(kernel_result(&server, &receive, PATIENCE_MS), (0, 3));
}

/// S1.61: whoever polls Internal finds the bytes there once it is final.
#[test]
fn internal_may_be_polled() {
    let (client, _server, receive) = pending_pair(Operation::new(4));
    client.send_all(b"abc");
    eventually(|| !receive.is_pending());
    assert_eq!((receive.status(), receive.transferred()), (0, 3));
    assert_eq!(receive.data(), b"abc\xCC");
}

//! Operations whose end a thread pool tells: BindIoCompletionCallback and CreateThreadpoolIo (S14).
//!
//! # Safety
//!
//! Handles are values; the memory of an operation is its own.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Operation, OwnPort, PoolIo, Socket, Started, V4, bind_callback, bound_call, create_port,
    eventually, win32_call, wine_differs,
};
use overlapped::sys::*;

const STATUS_CANCELLED: u32 = 0xC000_0120;

/// S14.1: the bound function is called with the status, the bytes and the OVERLAPPED.
#[test]
fn a_bound_function_is_told_every_end() {
    let (client, server) = Socket::pair(V4);
    bind_callback(server.handle()).unwrap();
    let (receive, send) = (Operation::new(8), Operation::sending(b"there"));
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send(b"here", 0).unwrap();
    assert_eq!(bound_call(&receive), (0, 4));
    assert_eq!(receive.received(), b"here");
    assert!(send.send(&server).begun());
    assert_eq!(bound_call(&send), (0, 5));
}

/// S14.1: what a failed operation is told as is its NTSTATUS.
#[test]
fn a_bound_function_is_told_an_ntstatus() {
    wine_differs!("S14.1", "tells the Win32 error");
    let (_client, server) = Socket::pair(V4);
    bind_callback(server.handle()).unwrap();
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    receive.cancel(&server).unwrap();
    assert_eq!(bound_call(&receive), (STATUS_CANCELLED, 0));
}

/// S14.2: a handle is bound once, to a pool or to a port.
#[test]
fn a_handle_is_bound_once() {
    let (_client, server) = Socket::pair(V4);
    bind_callback(server.handle()).unwrap();
    assert_eq!(bind_callback(server.handle()), Err(ERROR_INVALID_PARAMETER));
    let port = OwnPort::new(1);
    let again = create_port(server.handle(), port.handle(), 1, 0);
    assert_eq!(again, Err(ERROR_INVALID_PARAMETER));
    assert_eq!(bind_callback(1234567 as HANDLE), Err(ERROR_INVALID_HANDLE));
}

/// S14.3: CreateThreadpoolIo refuses a bad handle and one that belongs to a port.
#[test]
fn an_object_is_made_of_a_free_handle_only() {
    let (_client, server) = Socket::pair(V4);
    let _port = OwnPort::of(&server, 1);
    assert_eq!(PoolIo::of(server.handle()).err(), Some(ERROR_INVALID_PARAMETER));
    assert_eq!(PoolIo::of(1234567 as HANDLE).err(), Some(ERROR_INVALID_HANDLE));
}

/// S14.6: the function is told the bytes, the OVERLAPPED, the context and the object.
#[test]
fn an_announced_operation_is_told() {
    let (client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let receive = Operation::new(8);
    io.start();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    client.send(b"here", 0).unwrap();
    assert_eq!(io.next_of(&receive), (0, 4));
    io.start();
    let send = Operation::sending(b"there");
    assert!(send.send(&server).begun());
    assert_eq!(io.next_of(&send), (0, 5)); // also when it was done at once
}

/// S14.6: what a failed operation is told as is its Win32 error.
#[test]
fn a_failure_is_told_as_a_win32_error() {
    let (_client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let receive = Operation::new(8);
    io.start();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    receive.cancel(&server).unwrap();
    assert_eq!(io.next_of(&receive), (ERROR_OPERATION_ABORTED, 0));
}

/// S14.4: an operation that was not announced is not told.
#[test]
fn an_operation_that_was_not_announced_is_not_told() {
    let (client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let (first, second) = (Operation::new(8), Operation::new(8));
    assert_eq!(first.receive(&server, 0), Started::Pending);
    client.send(b"a", 0).unwrap();
    eventually(|| !first.is_pending());
    assert!(io.told.stays_silent());
    io.start();
    assert_eq!(second.receive(&server, 0), Started::Pending);
    client.send(b"b", 0).unwrap();
    assert_eq!(io.next_of(&second), (0, 1));
}

/// S14.5: an operation that fails at once is taken back, and nobody waits for it.
#[test]
fn a_failure_at_once_is_taken_back() {
    let socket = Socket::tcp(V4);
    let io = PoolIo::of(socket.handle()).unwrap();
    io.start();
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&socket, 0), Started::Failed(WSAENOTCONN));
    io.cancel();
    io.wait(false);
    assert_eq!(io.told.so_far(), []);
}

/// S14.5: so is one that is done at once on a socket that then queues no packet.
#[test]
fn a_success_without_a_packet_is_taken_back() {
    const SKIP: u8 = 1; // FILE_SKIP_COMPLETION_PORT_ON_SUCCESS
    let (client, _server) = Socket::pair(V4);
    let io = PoolIo::of(client.handle()).unwrap();
    let set = || unsafe { SetFileCompletionNotificationModes(client.handle(), SKIP) };
    assert_eq!(win32_call(0, set), Ok(1));
    io.start();
    let send = Operation::sending(b"x");
    assert_eq!(send.send(&client), Started::Done(1));
    io.cancel();
    io.wait(false);
    assert!(io.told.stays_silent());
}

/// S14.9: a wait ends when what was announced is over and told.
#[test]
fn a_wait_is_for_operations_and_their_callbacks() {
    let (client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let receives = [Operation::new(1), Operation::new(1), Operation::new(1)];
    for receive in &receives {
        io.start();
        assert_eq!(receive.receive(&server, 0), Started::Pending);
    }
    let object = io.object();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            unsafe { WaitForThreadpoolIoCallbacks(object, 0) };
            receives.iter().all(|receive| !receive.is_pending())
        });
        for byte in [b"a", b"b", b"c"] {
            client.send(byte, 0).unwrap();
        }
        assert!(waiter.join().unwrap());
    });
    assert_eq!(io.told.so_far().len(), 3);
}

/// S14.9: with TRUE it does not wait for operations, and they are not told; they go on.
#[test]
fn a_cancelling_wait_leaves_the_operation_and_drops_its_callback() {
    let (client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let receive = Operation::new(8);
    io.start();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    io.wait(true);
    assert!(receive.is_pending());
    client.send(b"x", 0).unwrap();
    eventually(|| !receive.is_pending());
    assert!(io.told.stays_silent());
    io.start();
    let next = Operation::new(8);
    assert_eq!(next.receive(&server, 0), Started::Pending);
    client.send(b"yz", 0).unwrap();
    assert_eq!(io.next_of(&next), (0, 2));
}

/// S14.8: an object that is closed goes when what was announced has been told; the handle stays
/// bound.
#[test]
fn a_closed_object_tells_what_was_announced() {
    let (client, server) = Socket::pair(V4);
    let io = PoolIo::of(server.handle()).unwrap();
    let receive = Operation::new(8);
    io.start();
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    unsafe { CloseThreadpoolIo(io.object()) };
    client.send(b"x", 0).unwrap();
    assert_eq!(io.next_of(&receive), (0, 1));
    std::mem::forget(io);
    assert_eq!(PoolIo::of(server.handle()).err(), Some(ERROR_INVALID_PARAMETER));
}

/// S14.12: many sockets, an echo in the callbacks' threads; every byte comes back.
#[test]
fn callbacks_of_many_sockets_run_side_by_side() {
    let pairs: Vec<(Socket, Socket)> = (0..8).map(|_| Socket::pair(V4)).collect();
    let ios: Vec<PoolIo> = pairs.iter().map(|pair| PoolIo::of(pair.1.handle()).unwrap()).collect();
    for round in 0..50u8 {
        let receives: Vec<Operation> = pairs.iter().map(|_| Operation::new(1)).collect();
        for ((pair, io), receive) in pairs.iter().zip(&ios).zip(&receives) {
            io.start();
            assert!(receive.receive(&pair.1, 0).begun());
            pair.0.send(&[round], 0).unwrap();
        }
        for (io, receive) in ios.iter().zip(&receives) {
            assert_eq!(io.next_of(receive), (0, 1));
            assert_eq!(receive.received(), [round]);
        }
    }
}

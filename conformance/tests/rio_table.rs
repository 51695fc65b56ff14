//! Registered I/O: the function table and the sockets that can have it (S10.1, S10.2). Wine 8 has
//! no registered I/O: the documents are the judge.

use conformance::{
    CompletionQueue, Operation, POISON, REGISTERED, Region, RequestQueue, Socket, Started, V4, V6,
    look_up_table, pending_accept_on, registered_pair, registered_udp, wine_differs,
};
use overlapped::sys::*;

const ROOM: u32 = size_of::<RIO_EXTENSION_FUNCTION_TABLE>() as u32;

/// S10.1: any socket hands out the table, all of it, with its size filled in.
#[test]
fn the_table_is_full() {
    wine_differs!("S10.1", "has no registered I/O");
    for socket in [Socket::tcp(V4), Socket::udp(V6), registered_pair(V4).0] {
        let (returned, bytes, table) = look_up_table(&socket, WSAID_MULTIPLE_RIO, ROOM);
        assert_eq!((returned, bytes, table.cbSize), (Ok(0), ROOM, ROOM));
        assert!(table.RIOReceive.is_some() && table.RIOReceiveEx.is_some());
        assert!(table.RIOSend.is_some() && table.RIOSendEx.is_some());
        assert!(table.RIOCloseCompletionQueue.is_some() && table.RIOCreateRequestQueue.is_some());
        assert!(table.RIOCreateCompletionQueue.is_some() && table.RIODequeueCompletion.is_some());
        assert!(table.RIODeregisterBuffer.is_some() && table.RIORegisterBuffer.is_some());
        assert!(table.RIONotify.is_some() && table.RIOResizeCompletionQueue.is_some());
        assert!(table.RIOResizeRequestQueue.is_some());
    }
}

/// S10.1: another number names no table, and too little room is 10014.
#[test]
fn no_other_table_and_no_half_of_one() {
    wine_differs!("S10.1", "has no registered I/O");
    let socket = Socket::tcp(V4);
    let nobody = GUID::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let (returned, bytes, table) = look_up_table(&socket, nobody, ROOM);
    assert_eq!((returned, bytes, table.cbSize), (Err(WSAEINVAL), POISON, 0));
    let (returned, _, table) = look_up_table(&socket, WSAID_MULTIPLE_RIO, ROOM - 1);
    assert_eq!((returned, table.cbSize), (Err(WSAEFAULT), 0));
}

/// S10.2: a socket made without the flag has no request queue.
#[test]
fn without_the_flag_there_is_no_request_queue() {
    wine_differs!("S10.1", "has no registered I/O");
    let (queue, (socket, _peer)) = (CompletionQueue::polled(4), Socket::pair(V4));
    let made = RequestQueue::create(socket.raw(), [1, 1], [queue.id(); 2], 0);
    assert!(made.is_err(), "a request queue on an ordinary socket");
}

/// S10.2: the flag goes with the overlapped one or alone, for streams and datagrams.
#[test]
fn the_flag_stands_alone_or_with_overlapped() {
    wine_differs!("S10.1", "has no registered I/O");
    for kind in [SOCK_STREAM, SOCK_DGRAM] {
        for flags in [WSA_FLAG_REGISTERED_IO, REGISTERED] {
            let queue = CompletionQueue::polled(4);
            let socket = Socket::made(AF_INET, kind, 0, flags).expect("the flag is known");
            RequestQueue::new(&socket, [1, 1], &queue, 0);
        }
    }
}

/// S10.2: the socket is an ordinary one for all other calls.
#[test]
fn other_calls_work_on_the_socket() {
    wine_differs!("S10.1", "has no registered I/O");
    let (queue, (socket, peer)) = (CompletionQueue::polled(2), registered_pair(V4));
    RequestQueue::new(&socket, [1, 1], &queue, 0);
    socket.send_all(b"ping");
    assert_eq!(peer.recv(16, 0), Ok(b"ping".to_vec()));
    let receive = Operation::new(16).with_event();
    assert_eq!(receive.receive(&socket, 0), Started::Pending);
    peer.send_all(b"pong");
    assert_eq!(receive.finish(&socket), Ok(4));
    let (socket, address) = registered_udp(V4);
    let sender = Socket::bound_udp(V4).0;
    assert_eq!(sender.send_to(b"hello", address), Ok(5));
    assert_eq!(socket.recv(16, 0), Ok(b"hello".to_vec()));
}

/// S10.2: an accepted socket is like its listener.
#[test]
fn accepted_sockets_inherit_the_flag() {
    wine_differs!("S10.1", "has no registered I/O");
    let listener = Socket::made(AF_INET, SOCK_STREAM, 0, REGISTERED).expect("the flag is known");
    listener.bind_any(V4);
    listener.listen(4).expect("it is bound");
    let peer = Socket::connected(listener.name().expect("it is bound"));
    let accepted = listener.accept().expect("one has connected");
    let queue = CompletionQueue::polled(2);
    let requests = RequestQueue::new(&accepted, [1, 1], &queue, 5);
    let region = Region::new(8);
    requests.receive(Some(region.whole()), 0, 6).expect("it is connected");
    peer.send_all(b"hi");
    assert_eq!(queue.next(), (0, 2, 5, 6));
}

/// S10.2: for AcceptEx it is the acceptor that carries the flag.
#[test]
fn acceptex_asks_the_acceptor() {
    wine_differs!("S10.1", "has no registered I/O");
    let (listener, address) = Socket::listener(V4);
    let acceptor = Socket::made(AF_INET, SOCK_STREAM, 0, REGISTERED).expect("the flag is known");
    let queue = CompletionQueue::polled(2);
    let requests = RequestQueue::new(&acceptor, [1, 1], &queue, 5);
    let accept = pending_accept_on(&listener, &acceptor);
    let peer = Socket::connected(address);
    assert_eq!(accept.finish(&listener), Ok(0));
    let (region, answer) = (Region::new(8), Region::of(b"welcome"));
    requests.receive(Some(region.whole()), 0, 1).expect("it is connected");
    requests.send(Some(answer.whole()), 0, 2).expect("it is connected");
    assert_eq!(peer.recv_exactly(7), b"welcome");
    peer.send_all(b"thanks");
    let mut results = queue.take(2);
    results.sort_by_key(|result| result.3);
    assert_eq!(results, [(0, 6, 5, 1), (0, 7, 5, 2)]);
    assert_eq!(&region.bytes()[..6], b"thanks");
}

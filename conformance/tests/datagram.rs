//! Datagrams (S2.44–S2.53).
//!
//! # Safety
//!
//! Pointers are to locals, used during the call; operations keep their own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ptr::null_mut;

use conformance::{
    Operation, Outcome, OwnPort, POISON, RawAddress, Socket, Started, V4, V6, call, gap,
    wine_differs,
};
use overlapped::sys::*;

/// An address where nobody listens: everything here binds 127.0.0.1, and a connected UDP socket
/// takes nothing from strangers.
fn dead_address(ip: IpAddr) -> (SocketAddr, Socket) {
    let (holder, mut address) = Socket::bound_udp(ip);
    if ip.is_ipv4() {
        address.set_ip(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 77)));
    } else {
        holder.connect(address).unwrap();
    }
    (address, holder)
}

fn set_port_errors(socket: &Socket, on: bool) -> Outcome<i32> {
    let (value, mut bytes) = (i32::from(on), POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        let (input, output) = ((&raw const value).cast(), null_mut());
        let (code, overlapped) = (SIO_UDP_CONNRESET, null_mut());
        WSAIoctl(socket.raw(), code, input, 4, output, 0, &mut bytes, overlapped, None)
    });
    assert!(returned.is_err() || bytes == 0);
    returned
}

/// S2.44: a receive on an unbound socket is 10022.
#[test]
fn receive_on_an_unbound_socket_is_10022() {
    wine_differs!("S2.44", "waits");
    for ip in [V4, V6] {
        let socket = Socket::udp(ip);
        assert_eq!(socket.recv(1, 0), Err(WSAEINVAL));
        assert_eq!(socket.recv_from(1), Err(WSAEINVAL));
        assert_eq!(Operation::new(1).with_event().receive(&socket, 0), Started::Failed(WSAEINVAL));
        assert_eq!(
            Operation::new(1).with_event().receive_from(&socket),
            Started::Failed(WSAEINVAL)
        );
    }
}

/// S2.44: sendto binds the socket.
#[test]
fn sendto_binds_implicitly() {
    for ip in [V4, V6] {
        let (receiver, address) = Socket::bound_udp(ip);
        let sender = Socket::udp(ip);
        assert_eq!(sender.name(), Err(WSAEINVAL));
        assert_eq!(sender.send_to(b"abc", address), Ok(3));
        let port = sender.name().unwrap().port();
        assert_ne!(port, 0);
        assert_eq!(receiver.recv_from(8), Ok((b"abc".to_vec(), SocketAddr::new(ip, port))));
    }
}

/// S2.45, S2.46: what does not fit is lost; the call fails with 10040, the buffer is full and the
/// sender known.
#[test]
fn datagram_larger_than_the_buffer_is_cut_with_10040() {
    for ip in [V4, V6] {
        let (receiver, address) = Socket::bound_udp(ip);
        let (sender, from) = Socket::bound_udp(ip);
        sender.send_to(b"abcdef", address).unwrap();
        sender.send_to(b"next", address).unwrap();
        receiver.await_readable(1);
        let receive = Operation::new(4).with_event();
        assert_eq!(receive.receive_from(&receiver), Started::Failed(WSAEMSGSIZE));
        assert_eq!((receive.status(), receive.transferred()), (0x8000_0005, 4));
        assert_eq!((receive.data(), receive.from().to_std()), (b"abcd".to_vec(), from));
        assert_eq!(receiver.recv(8, 0), Ok(b"next".to_vec()));
    }
}

/// S2.45: the same from a receive that had pended.
#[test]
fn cut_datagram_ends_a_pended_receive_with_10040() {
    let (receiver, address) = Socket::bound_udp(V4);
    let (sender, from) = Socket::bound_udp(V4);
    let receive = Operation::new(4).with_event();
    assert_eq!(receive.receive_from(&receiver), Started::Pending);
    sender.send_to(b"abcdef", address).unwrap();
    assert_eq!(receive.finish(&receiver), Err(WSAEMSGSIZE));
    assert_eq!((receive.status(), receive.transferred()), (0x8000_0005, 4));
    let (verdict, bytes, _) = receive.result_raw(receiver.raw(), false);
    assert_eq!((verdict, bytes), (Err(WSAEMSGSIZE), 4));
    assert_eq!((receive.data(), receive.from().to_std()), (b"abcd".to_vec(), from));
}

/// S2.45: recv has no place for the count, but the bytes are there.
#[test]
fn recv_of_a_cut_datagram_is_10040() {
    let (receiver, address) = Socket::bound_udp(V4);
    let (sender, _) = Socket::bound_udp(V4);
    sender.send_to(b"abcdef", address).unwrap();
    sender.send_to(b"next", address).unwrap();
    let mut bytes = [0xCCu8; 4];
    let returned = call(SOCKET_ERROR, || unsafe { recv(receiver.raw(), bytes.as_mut_ptr(), 4, 0) });
    assert_eq!((returned, &bytes), (Err(WSAEMSGSIZE), b"abcd"));
    assert_eq!(receiver.recv(8, 0), Ok(b"next".to_vec()));
}

/// S2.45, S1.48: a port gets a packet of a cut datagram in both cases: FALSE, 234, the bytes.
#[test]
fn cut_datagram_queues_a_packet_with_234() {
    let (receiver, address) = Socket::bound_udp(V4);
    let (sender, _) = Socket::bound_udp(V4);
    let port = OwnPort::of(&receiver, 7);
    let receive = Operation::new(4);
    assert_eq!(receive.receive(&receiver, 0), Started::Pending);
    sender.send_to(b"abcdef", address).unwrap();
    assert_eq!(port.next_of(&receive), (ERROR_MORE_DATA, 4));
    sender.send_to(b"ghijkl", address).unwrap();
    receiver.await_readable(1);
    let started = receive.receive(&receiver, 0);
    assert!(matches!(started, Started::Failed(WSAEMSGSIZE) | Started::Pending), "{started:?}");
    assert_eq!(port.next_of(&receive), (ERROR_MORE_DATA, 4));
    assert!(port.stays_empty());
    assert_eq!(receive.data(), b"ghij");
}

/// S2.47: a datagram without bytes is received as 0 bytes, and the socket goes on.
#[test]
fn zero_length_datagram_is_received() {
    for ip in [V4, V6] {
        let (receiver, address) = Socket::bound_udp(ip);
        let (sender, from) = Socket::bound_udp(ip);
        let receive = Operation::new(4).with_event();
        assert_eq!(receive.receive_from(&receiver), Started::Pending);
        assert_eq!(sender.send_to(b"", address), Ok(0));
        assert_eq!(receive.finish(&receiver), Ok(0));
        assert_eq!(receive.from().to_std(), from);
        sender.send_to(b"", address).unwrap();
        sender.send_to(b"abc", address).unwrap();
        assert_eq!(receiver.recv_from(4), Ok((vec![], from)));
        assert_eq!(receiver.recv_from(4), Ok((b"abc".to_vec(), from)));
    }
}

/// S2.48: a buffer without room consumes a datagram all the same: 10040, 0 bytes.
#[test]
fn zero_length_buffer_consumes_a_datagram() {
    let (receiver, address) = Socket::bound_udp(V4);
    let (sender, _) = Socket::bound_udp(V4);
    let receive = Operation::new(0).with_event();
    assert_eq!(receive.receive(&receiver, 0), Started::Pending);
    sender.send_to(b"lost", address).unwrap();
    assert_eq!(receive.finish(&receiver), Err(WSAEMSGSIZE));
    assert_eq!(receive.transferred(), 0);
    sender.send_to(b"kept", address).unwrap();
    assert_eq!(receiver.recv(8, 0), Ok(b"kept".to_vec()));
}

/// S2.49: too little room for the sender's address is 10014.
#[test]
fn too_small_a_place_for_the_sender_is_10014() {
    wine_differs!("S2.49", "leaves the address out and succeeds");
    for (ip, needed) in [(V4, 16), (V6, 28)] {
        let (receiver, address) = Socket::bound_udp(ip);
        receiver.send_to(b"x", address).unwrap();
        receiver.await_readable(1);
        for room in [0, needed - 1] {
            let (mut byte, mut from) = (0xCCu8, RawAddress::room());
            from.length = room;
            let returned = call(SOCKET_ERROR, || unsafe {
                let at = from.as_mut_ptr();
                recvfrom(receiver.raw(), &mut byte, 1, 0, at, &mut from.length)
            });
            assert_eq!((returned, from.length), (Err(WSAEFAULT), room));
        }
    }
}

/// S2.49: a pended receive writes the address and its length when it completes, not before.
#[test]
fn the_sender_of_a_pended_receive_is_written_at_completion() {
    for ip in [V4, V6] {
        let (receiver, address) = Socket::bound_udp(ip);
        let (sender, from) = Socket::bound_udp(ip);
        let receive = Operation::new(4).with_event();
        assert_eq!(receive.receive_from(&receiver), Started::Pending);
        assert!(receive.from().is_untouched() && receive.from().length == 128);
        sender.send_to(b"abc", address).unwrap();
        assert_eq!(receive.finish(&receiver), Ok(3));
        assert_eq!(receive.from().to_std(), from);
    }
}

/// S2.50: connect makes a datagram socket receive from its peer only.
#[test]
fn connect_filters_the_peer() {
    let ((receiver, address), (peer, peer_address)) =
        (Socket::bound_udp(V4), Socket::bound_udp(V4));
    let (stranger, _) = Socket::bound_udp(V4);
    receiver.connect(peer_address).unwrap();
    assert_eq!(receiver.peer(), Ok(peer_address));
    stranger.send_to(b"stranger", address).unwrap();
    peer.send_to(b"peer", address).unwrap();
    assert_eq!(receiver.recv(16, 0), Ok(b"peer".to_vec()));
    assert_eq!(receiver.send(b"answer", 0), Ok(6));
    assert_eq!(peer.recv(16, 0), Ok(b"answer".to_vec()));
}

/// S2.50, S11.17: send on an unconnected datagram socket is 10057.
#[test]
fn send_without_a_peer_is_10057() {
    wine_differs!("S2.50", "calls a send without a peer invalid, 10022");
    for ip in [V4, V6] {
        let (bound, _) = Socket::bound_udp(ip);
        for socket in [bound, Socket::udp(ip)] {
            assert_eq!(socket.send(b"x", 0), Err(WSAENOTCONN));
            assert_eq!(
                Operation::sending(b"x").with_event().send(&socket),
                Started::Failed(WSAENOTCONN)
            );
        }
    }
}

/// S2.50: connect to AF_UNSPEC dissolves the association.
#[test]
fn connect_to_nothing_dissolves() {
    wine_differs!("S2.50", "calls a send without a peer invalid, 10022");
    let ((receiver, address), (peer, peer_address)) =
        (Socket::bound_udp(V4), Socket::bound_udp(V4));
    let (stranger, _) = Socket::bound_udp(V4);
    receiver.connect(peer_address).unwrap();
    let nothing = RawAddress::unspecified();
    let returned =
        call(SOCKET_ERROR, || unsafe { connect(receiver.raw(), nothing.as_ptr(), nothing.length) });
    assert_eq!(returned, Ok(0));
    assert_eq!((receiver.peer(), receiver.send(b"x", 0)), (Err(WSAENOTCONN), Err(WSAENOTCONN)));
    stranger.send_to(b"stranger", address).unwrap();
    assert_eq!(receiver.recv(16, 0), Ok(b"stranger".to_vec()));
    drop(peer);
}

/// S2.51: a send to a port nobody has open makes the next receive fail with 10054, even on an
/// unconnected socket; after that the socket goes on.
#[test]
fn unreachable_port_fails_the_next_receive_with_10054() {
    wine_differs!("S2.51", "tells connected sockets only");
    for ip in [V4, V6] {
        let (socket, address) = Socket::bound_udp(ip);
        let (dead, _holder) = dead_address(ip);
        socket.send_to(b"x", dead).unwrap();
        assert_eq!(socket.recv_from(8), Err(WSAECONNRESET));
        socket.send_to(b"abc", address).unwrap();
        assert_eq!(socket.recv_from(8), Ok((b"abc".to_vec(), address)));
    }
}

/// S2.51: it ends a pending receive: status 0xC000023F, 10054, and 1234 at a port.
#[test]
fn unreachable_port_ends_a_pending_receive() {
    wine_differs!("S2.51", "tells connected sockets only");
    for ip in [V4, V6] {
        let (socket, _) = Socket::bound_udp(ip);
        let (dead, _holder) = dead_address(ip);
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive_from(&socket), Started::Pending);
        socket.send_to(b"x", dead).unwrap();
        assert_eq!(receive.finish(&socket), Err(WSAECONNRESET));
        assert_eq!((receive.status(), receive.transferred()), (0xC000_023F, 0));

        let (socket, address) = Socket::bound_udp(ip);
        let port = OwnPort::of(&socket, 7);
        let receive = Operation::new(8);
        assert_eq!(receive.receive_from(&socket), Started::Pending);
        socket.send_to(b"x", dead).unwrap();
        assert_eq!(port.next_of(&receive), (1234, 0));
        assert_eq!(receive.receive_from(&socket), Started::Pending);
        socket.send_to(b"abc", address).unwrap();
        assert_eq!(port.next_of(&receive), (0, 3));
    }
}

/// S2.51: the report does not disturb sends, nor consume a datagram that has come.
#[test]
fn unreachable_port_disturbs_neither_sends_nor_data() {
    let (socket, address) = Socket::bound_udp(V4);
    let (dead, _holder) = dead_address(V4);
    socket.send_to(b"kept", address).unwrap();
    for _ in 0..3 {
        assert_eq!(socket.send_to(b"x", dead), Ok(1));
    }
    let mut resets = 0;
    let kept = loop {
        match socket.recv(8, 0) {
            Err(WSAECONNRESET) => resets += 1,
            other => break other,
        }
        assert!(resets <= 3, "one report a datagram at most");
    };
    assert_eq!(kept, Ok(b"kept".to_vec()));
}

/// S2.52: SIO_UDP_CONNRESET off: no report; on again: a report.
#[test]
fn udp_connreset_turns_the_report_off_and_on() {
    wine_differs!("S2.52", "accepts the code and does nothing");
    for ip in [V4, V6] {
        let (socket, address) = Socket::bound_udp(ip);
        let (dead, _holder) = dead_address(ip);
        assert_eq!(set_port_errors(&socket, false), Ok(0));
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive(&socket, 0), Started::Pending);
        socket.send_to(b"x", dead).unwrap();
        assert!(receive.stays_pending());
        socket.send_to(b"abc", address).unwrap();
        assert_eq!(receive.finish(&socket), Ok(3));
        assert_eq!(set_port_errors(&socket, true), Ok(0));
        socket.send_to(b"x", dead).unwrap();
        assert_eq!(socket.recv(8, 0), Err(WSAECONNRESET));
    }
}

/// S2.52: off means off for a connected socket too.
#[test]
fn udp_connreset_off_holds_for_a_connected_socket() {
    wine_differs!("S2.52", "accepts the code and does nothing");
    let (socket, _) = Socket::bound_udp(V4);
    let (dead, _holder) = dead_address(V4);
    assert_eq!(set_port_errors(&socket, false), Ok(0));
    socket.connect(dead).unwrap();
    let receive = Operation::new(8).with_event();
    assert_eq!(receive.receive(&socket, 0), Started::Pending);
    for _ in 0..3 {
        assert_eq!(socket.send(b"x", 0), Ok(1));
    }
    assert!(receive.stays_pending());
}

/// S2.52: the value is four bytes; a shorter one is 10014.
#[test]
fn udp_connreset_wants_four_bytes() {
    wine_differs!("S2.52", "accepts any length");
    let (socket, _) = Socket::bound_udp(V4);
    let mut bytes = POISON;
    let returned = call(SOCKET_ERROR, || unsafe {
        let (code, nothing) = (SIO_UDP_CONNRESET, null_mut());
        WSAIoctl(socket.raw(), code, nothing, 0, null_mut(), 0, &mut bytes, null_mut(), None)
    });
    assert_eq!(returned, Err(WSAEFAULT));
}

/// S2.53: a datagram send is done at once; one too large is 10040 and nothing is sent.
#[test]
fn sends_are_done_at_once_and_too_large_ones_are_10040() {
    for (ip, most) in [(V4, 65507), (V6, 65527)] {
        let (receiver, address) = Socket::bound_udp(ip);
        receiver.set(SOL_SOCKET, SO_RCVBUF, 1 << 20).unwrap();
        let (sender, _) = Socket::bound_udp(ip);
        let bytes = vec![7; most + 1];
        assert_eq!(sender.send_to(&bytes, address), Err(WSAEMSGSIZE));
        let send = Operation::sending(&bytes).with_event();
        assert_eq!(send.send_to(&sender, address), Started::Failed(WSAEMSGSIZE));
        let send = Operation::sending(&bytes[1..]).with_event();
        assert_eq!(send.send_to(&sender, address), Started::Done(most as u32));
        assert_eq!(receiver.recv(70_000, 0).unwrap().len(), most);
    }
}

/// S2.43: with SO_RCVBUF 0 a datagram without a posted receive is lost.
#[test]
fn without_receive_buffer_datagrams_need_a_posted_receive() {
    wine_differs!("S2.43", "keeps datagrams in the kernel's buffer");
    gap!("Linux keeps a receive buffer of some 2 KB at least", {
        let (receiver, address) = Socket::bound_udp(V4);
        receiver.set(SOL_SOCKET, SO_RCVBUF, 0).unwrap();
        receiver.set(SOL_SOCKET, SO_RCVTIMEO, 50).unwrap();
        receiver.send_to(b"lost", address).unwrap();
        assert_eq!(receiver.recv(8, 0), Err(WSAETIMEDOUT));
    });
}

/// S1.81: closesocket ends a pending receive of a datagram socket with 995.
#[test]
fn close_ends_a_pending_receive_with_995() {
    wine_differs!("S1.81", "ends a receive with 0x8000000A, 676");
    let (socket, _) = Socket::bound_udp(V4);
    let port = OwnPort::of(&socket, 7);
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&socket, 0), Started::Pending);
    socket.close().unwrap();
    assert_eq!(port.next_of(&receive), (ERROR_OPERATION_ABORTED, 0));
}

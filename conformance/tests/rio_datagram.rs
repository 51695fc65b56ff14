//! Registered I/O on datagrams (S10.12, S10.28). Wine 8 has no registered I/O: the documents are
//! the judge.

use conformance::{
    CompletionQueue, Region, RequestQueue, Slices, Socket, V4, V6, registered_udp, wine_differs,
};
use overlapped::sys::*;

/// S10.28: ReceiveEx stores the sender's SOCKADDR_INET, and SendEx sends there.
#[test]
fn datagrams_come_and_go_with_addresses() {
    wine_differs!("S10.1", "has no registered I/O");
    for ip in [V4, V6] {
        let queue = CompletionQueue::polled(8);
        let (socket, address) = registered_udp(ip);
        let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
        let (inbox, from, local) = (Region::new(16), Region::new(28), Region::new(28));
        let slices = Slices {
            data: Some(inbox.whole()),
            remote: Some(from.whole()),
            local: Some(local.whole()),
            ..Slices::default()
        };
        requests.receive_ex(slices, 0, 1).expect("two fit");
        let (peer, at_peer) = Socket::bound_udp(ip);
        assert_eq!(peer.send_to(b"question", address), Ok(8));
        assert_eq!(queue.next(), (0, 8, 7, 1));
        assert_eq!(&inbox.bytes()[..8], b"question");
        assert_eq!((from.address(), local.address()), (at_peer, address));
        let (answer, to) = (Region::of(b"answer"), Region::of_address(at_peer));
        let slices =
            Slices { data: Some(answer.whole()), remote: Some(to.whole()), ..Slices::default() };
        requests.send_ex(slices, 0, 2).expect("two fit");
        assert_eq!(queue.next(), (0, 6, 7, 2));
        assert_eq!(peer.recv_from(16), Ok((b"answer".to_vec(), address)));
    }
}

/// S10.28: address slices have room for a SOCKADDR_INET, and lie in registered memory.
#[test]
fn address_slices_are_checked() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, _) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let (data, small) = (Region::new(16), Region::new(27));
    let with = |remote| Slices { data: Some(data.whole()), remote, ..Slices::default() };
    let receive = requests.receive_ex(with(Some(small.whole())), 0, 1);
    assert!(matches!(receive, Err(WSAEFAULT | WSAEINVAL)), "{receive:?}");
    let outside = small.slice(20, 28);
    let receive = requests.receive_ex(with(Some(outside)), 0, 1);
    assert!(matches!(receive, Err(WSAEFAULT | WSAEINVAL)), "{receive:?}");
    assert_eq!(queue.dequeue(8), []);
}

/// S10.28: the flags slice is filled.
#[test]
fn result_flags_are_stored() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let (data, flags) = (Region::new(16), Region::new(4));
    let slices =
        Slices { data: Some(data.whole()), flags: Some(flags.whole()), ..Slices::default() };
    requests.receive_ex(slices, 0, 1).expect("two fit");
    assert_eq!(Socket::bound_udp(V4).0.send_to(b"x", address), Ok(1));
    assert_eq!(queue.next(), (0, 1, 7, 1));
    assert_eq!(flags.bytes(), [0; 4]);
}

/// A RIO_CMSG_BUFFER with one message.
fn control(kind: i32, data: &[u8]) -> Vec<u8> {
    let length = 16 + data.len();
    let mut bytes = (8 + length.next_multiple_of(8) as u64).to_ne_bytes().to_vec();
    bytes.extend(length.to_ne_bytes());
    bytes.extend(IPPROTO_IP.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// S10.30: IP_PKTINFO tells whereto a datagram was sent, and chooses whence one is.
#[test]
fn control_data_comes_and_goes_with_datagrams() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    socket.set(IPPROTO_IP, IP_PKTINFO, 1).expect("a datagram has it");
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let (data, room) = (Region::of(&[0xCC; 16]), Region::of(&[0xCC; 64]));
    let slices =
        Slices { data: Some(data.whole()), control: Some(room.whole()), ..Slices::default() };
    requests.receive_ex(slices, 0, 1).expect("two fit");
    let (peer, at_peer) = Socket::bound_udp(V4);
    assert_eq!(peer.send_to(b"question", address), Ok(8));
    assert_eq!(queue.next(), (0, 8, 7, 1));
    assert_eq!(&data.bytes()[..8], b"question");
    let told = room.bytes();
    let interface: [u8; 4] = told[28..32].try_into().expect("four bytes");
    assert_ne!(u32::from_ne_bytes(interface), 0);
    let expected = control(IP_PKTINFO, &[[127, 0, 0, 1], interface].concat());
    assert_eq!(told[..4], 32u32.to_ne_bytes());
    assert_eq!((&told[8..32], &told[32..]), (&expected[8..], &[0xCC; 32][..]));
    let chosen = Region::of(&control(IP_PKTINFO, &[127, 0, 0, 5, 0, 0, 0, 0]));
    let to = Region::of_address(at_peer);
    let slices = Slices { remote: Some(to.whole()), control: Some(chosen.whole()), ..slices };
    requests.send_ex(slices, 0, 2).expect("two fit");
    assert_eq!(queue.next(), (0, 16, 7, 2));
    let (_, whence) = peer.recv_from(16).expect("it was sent");
    assert_eq!(whence.ip().to_string(), "127.0.0.5");
}

/// S10.30: what has no room is left out, and the flags say so.
#[test]
fn control_data_without_room_is_told_of() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    socket.set(IPPROTO_IP, IP_PKTINFO, 1).expect("a datagram has it");
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let (data, room, flags) = (Region::new(16), Region::of(&[0xCC; 24]), Region::new(4));
    let slices = Slices {
        data: Some(data.whole()),
        control: Some(room.whole()),
        flags: Some(flags.whole()),
        ..Slices::default()
    };
    requests.receive_ex(slices, 0, 1).expect("two fit");
    assert_eq!(Socket::bound_udp(V4).0.send_to(b"x", address), Ok(1));
    assert_eq!(queue.next().0, WSAEMSGSIZE);
    assert_eq!(flags.bytes(), MSG_CTRUNC.to_ne_bytes());
    assert_eq!(room.bytes()[..4], 8u32.to_ne_bytes());
}

/// S10.30: control data that is malformed or has no place for its length is refused.
#[test]
fn control_slices_are_checked() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let (data, to) = (Region::new(16), Region::of_address(address));
    let with = |control: &Region| Slices {
        data: Some(data.whole()),
        remote: Some(to.whole()),
        control: Some(control.whole()),
        ..Slices::default()
    };
    let small = requests.receive_ex(with(&Region::new(7)), 0, 1);
    assert!(matches!(small, Err(WSAEFAULT | WSAEINVAL)), "{small:?}");
    let mut long = control(IP_PKTINFO, &[0; 8]);
    long[0] = 33;
    assert_eq!(requests.send_ex(with(&Region::of(&long)), 0, 1), Err(WSAEINVAL));
    let unknown = control(12345, &[0; 4]);
    assert_eq!(requests.send_ex(with(&Region::of(&unknown)), 0, 1), Err(WSAEINVAL));
    assert_eq!(queue.dequeue(8), []);
}

/// S10.12: a datagram may be received, and sent, without data.
#[test]
fn datagrams_need_no_data() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    let (peer, at_peer) = Socket::bound_udp(V4);
    socket.connect(at_peer).expect("it is bound");
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    requests.send(None, 0, 1).expect("two fit");
    assert_eq!(queue.next(), (0, 0, 7, 1));
    assert_eq!(peer.recv_from(16), Ok((vec![], address)));
    requests.receive(None, 0, 2).expect("two fit");
    assert_eq!(peer.send_to(b"", address), Ok(0));
    assert_eq!(queue.next(), (0, 0, 7, 2));
}

/// S10.18: a datagram larger than the slice is cut, and that is 10040.
#[test]
fn a_datagram_that_is_too_large_is_10040() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, address) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let region = Region::new(4);
    requests.receive(Some(region.whole()), 0, 1).expect("two fit");
    assert_eq!(Socket::bound_udp(V4).0.send_to(b"too long", address), Ok(8));
    let (status, ..) = queue.next();
    assert_eq!(status, WSAEMSGSIZE);
    assert_eq!(region.bytes(), b"too ");
}

/// S10.16: datagrams fill the receives in order, one each.
#[test]
fn each_datagram_fills_one_receive() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(64);
    let (socket, address) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [32, 0], &queue, 7);
    let region = Region::new(32 * 8);
    for at in 0..32 {
        requests.receive(Some(region.slice(at * 8, 8)), 0, at as usize).expect("they fit");
    }
    let peer = Socket::bound_udp(V4).0;
    for at in 0..32u8 {
        assert_eq!(peer.send_to(&[at], address), Ok(1));
    }
    let results = queue.take(32);
    assert!(results.iter().map(|result| (result.1, result.3)).eq((0..32).map(|at| (1, at))));
    assert!(region.bytes().chunks(8).map(|chunk| chunk[0]).eq(0..32));
}

/// S10.13: WAITALL is for streams.
#[test]
fn waitall_is_for_streams() {
    wine_differs!("S10.1", "has no registered I/O");
    let queue = CompletionQueue::polled(8);
    let (socket, _) = registered_udp(V4);
    let requests = RequestQueue::new(&socket, [2, 2], &queue, 7);
    let issued = requests.receive(Some(Region::new(4).whole()), RIO_MSG_WAITALL, 0);
    assert!(matches!(issued, Err(WSAEOPNOTSUPP | WSAEINVAL)), "{issued:?}");
}

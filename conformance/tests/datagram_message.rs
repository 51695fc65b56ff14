//! WSARecvMsg and WSASendMsg (S3.43–S3.45).
//!
//! # Safety
//!
//! Pointers are to locals that live until the operation is over, or to what a [`Message`] keeps.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{
    Operation, Outcome, OwnPort, POISON, RawAddress, Socket, V4, V6, call, extension, wine_differs,
};
use overlapped::sys::*;

/// What a WSAMSG needs, in one place.
struct Message {
    data: Vec<u8>,
    buffer: WSABUF,
    control: Vec<u64>,
    address: RawAddress,
    raw: WSAMSG,
}

impl Message {
    /// With room for so many bytes, and for control data; everything poisoned.
    fn receiving(room: usize, control_room: usize) -> Box<Self> {
        let mut message = Self::of(&vec![0xCC; room], RawAddress::room());
        message.control = vec![0xCCCC_CCCC_CCCC_CCCC; control_room.div_ceil(8)];
        message.raw.Control.buf = message.control.as_mut_ptr().cast();
        message.raw.Control.len = control_room as u32;
        message
    }

    /// With these bytes to this address.
    fn sending(bytes: &[u8], to: std::net::SocketAddr) -> Box<Self> {
        Self::of(bytes, RawAddress::of(to))
    }

    fn of(bytes: &[u8], address: RawAddress) -> Box<Self> {
        let (data, buffer) = (bytes.to_vec(), WSABUF::default());
        let raw = WSAMSG::default();
        let mut message = Box::new(Self { data, buffer, control: vec![], address, raw });
        let buf = message.data.as_mut_ptr();
        message.buffer = WSABUF { len: bytes.len() as u32, buf };
        message.raw.name = message.address.as_mut_ptr();
        message.raw.namelen = message.address.length;
        message.raw.lpBuffers = &raw mut message.buffer;
        message.raw.dwBufferCount = 1;
        message
    }

    /// Adds one piece of control data to send.
    fn attach(&mut self, level: i32, kind: i32, data: &[u8]) {
        let mut bytes = (16 + data.len()).to_ne_bytes().to_vec();
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let words = bytes.chunks(8).map(|word| u64::from_ne_bytes(word.try_into().unwrap()));
        self.control.extend(words);
        self.raw.Control.buf = self.control.as_mut_ptr().cast();
        self.raw.Control.len = self.control.len() as u32 * 8;
    }

    /// The control data received: level, type, data.
    fn control(&self) -> Vec<(i32, i32, Vec<u8>)> {
        let bytes: Vec<u8> = self.control.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let (mut rest, mut found) = (&bytes[..self.raw.Control.len as usize], vec![]);
        let int = |bytes: &[u8]| i32::from_ne_bytes(bytes.try_into().unwrap());
        while rest.len() >= 16 {
            let length = usize::from_ne_bytes(rest[..8].try_into().unwrap());
            found.push((int(&rest[8..12]), int(&rest[12..16]), rest[16..length].to_vec()));
            rest = rest.get(length.next_multiple_of(8)..).unwrap_or(&[]);
        }
        found
    }
}

fn receive(socket: &Socket, message: &mut Message, overlapped: *mut OVERLAPPED) -> Outcome<u32> {
    let function: LPFN_WSARECVMSG = extension(WSAID_WSARECVMSG);
    let (function, mut count) = (function.unwrap(), POISON);
    let (s, raw) = (socket.raw(), &raw mut message.raw);
    let returned = call(SOCKET_ERROR, || unsafe { function(s, raw, &mut count, overlapped, None) });
    returned.map(|_| count)
}

fn send(socket: &Socket, message: &Message, overlapped: *mut OVERLAPPED) -> Outcome<u32> {
    let (s, mut count) = (socket.raw(), POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        WSASendMsg(s, &message.raw, 0, &mut count, overlapped, None)
    });
    returned.map(|_| count)
}

/// What IP_PKTINFO says of a datagram that was sent to loopback at `ip`.
fn loopback_info(ip: std::net::IpAddr) -> (i32, i32, Vec<u8>) {
    match ip {
        std::net::IpAddr::V4(ip) => (IPPROTO_IP, IP_PKTINFO, ip.octets().to_vec()),
        std::net::IpAddr::V6(ip) => (IPPROTO_IPV6, IPV6_PKTINFO, ip.octets().to_vec()),
    }
}

/// S3.43: bytes and sender come as with WSARecvFrom, bytes go as with WSASendTo.
#[test]
fn bytes_and_addresses_are_those_of_the_older_calls() {
    for ip in [V4, V6] {
        let ((one, at_one), (other, at_other)) = (Socket::bound_udp(ip), Socket::bound_udp(ip));
        assert_eq!(send(&one, &Message::sending(b"hello", at_other), null_mut()), Ok(5));
        let mut message = Message::receiving(16, 0);
        assert_eq!(receive(&other, &mut message, null_mut()), Ok(5));
        assert_eq!(&message.data[..6], b"hello\xCC");
        message.address.length = message.raw.namelen;
        assert_eq!(message.address.to_std(), at_one);
        assert_eq!((message.raw.Control.len, message.raw.dwFlags), (0, 0));
    }
}

/// S3.44: with IP_PKTINFO the address it was sent to comes along, and the interface.
#[test]
fn packet_information_comes_along() {
    for ip in [V4, V6] {
        let ((one, _), (other, at_other)) = (Socket::bound_udp(ip), Socket::bound_udp(ip));
        let (level, kind, address) = loopback_info(ip);
        other.set(level, kind, 1).unwrap();
        one.send_to(b"hello", at_other).unwrap();
        let mut message = Message::receiving(16, 256);
        assert_eq!(receive(&other, &mut message, null_mut()), Ok(5));
        let control = message.control();
        let [(got_level, got_kind, data)] = &control[..] else { panic!("{control:?}") };
        assert_eq!((*got_level, *got_kind, data.len()), (level, kind, address.len() + 4));
        assert_eq!(data[..address.len()], address);
        assert_ne!(data[address.len()..], [0; 4], "the interface's number");
    }
}

/// S3.44: where there is no room for control data it is 10040 with MSG_CTRUNC; the data is there.
#[test]
fn control_data_without_room_is_said_to_be_missing() {
    let ((one, _), (other, at_other)) = (Socket::bound_udp(V4), Socket::bound_udp(V4));
    other.set(IPPROTO_IP, IP_PKTINFO, 1).unwrap();
    one.send_to(b"hello", at_other).unwrap();
    let mut message = Message::receiving(16, 16);
    assert_eq!(receive(&other, &mut message, null_mut()), Err(WSAEMSGSIZE));
    assert_eq!((&message.data[..5], message.raw.Control.len), (&b"hello"[..], 0));
    assert_eq!(message.raw.dwFlags & MSG_CTRUNC, MSG_CTRUNC);
}

/// S3.43, S2.45: a datagram longer than the buffer is 10040 with MSG_TRUNC, and what fits is there.
#[test]
fn long_datagram_is_10040_with_what_fits() {
    wine_differs!("S3.43", "does not say MSG_TRUNC");
    let ((one, _), (other, at_other)) = (Socket::bound_udp(V4), Socket::bound_udp(V4));
    one.send_to(b"hello", at_other).unwrap();
    let mut message = Message::receiving(3, 0);
    assert_eq!(receive(&other, &mut message, null_mut()), Err(WSAEMSGSIZE));
    assert_eq!((&message.data[..], message.raw.dwFlags & MSG_TRUNC), (&b"hel"[..], MSG_TRUNC));
}

/// S3.43: overlapped, it pends, and one packet says that all of it is there.
#[test]
fn overlapped_receive_pends_and_fills_the_message() {
    let ((one, at_one), (other, at_other)) = (Socket::bound_udp(V4), Socket::bound_udp(V4));
    other.set(IPPROTO_IP, IP_PKTINFO, 1).unwrap();
    let port = OwnPort::of(&other, 7);
    let (operation, mut message) = (Operation::new(0), Message::receiving(16, 64));
    let begun = receive(&other, &mut message, operation.overlapped());
    assert_eq!(begun, Err(WSA_IO_PENDING));
    one.send_to(b"hello", at_other).unwrap();
    assert_eq!(port.next_of(&operation), (0, 5));
    message.address.length = message.raw.namelen;
    assert_eq!((&message.data[..5], message.address.to_std()), (&b"hello"[..], at_one));
    assert_eq!(message.control().len(), 1);
    let sending = Operation::new(0);
    let port = OwnPort::of(&one, 8);
    let mut answer = Message::sending(b"bye", at_other);
    answer.attach(IPPROTO_IP, IP_PKTINFO, &[127, 0, 0, 1, 0, 0, 0, 0]);
    assert!(matches!(send(&one, &answer, sending.overlapped()), Ok(3) | Err(WSA_IO_PENDING)));
    assert_eq!(port.next_of(&sending), (0, 3));
    assert_eq!(other.recv_from(8).unwrap().0, b"bye");
}

/// S3.45: IP_PKTINFO chooses the source address.
#[test]
fn packet_information_chooses_the_source() {
    wine_differs!("S3.45", "ignores control data that is sent");
    let (one, other) = (Socket::udp(V4), Socket::bound_udp(V4));
    one.bind("0.0.0.0:0".parse().unwrap()).unwrap();
    let mut message = Message::sending(b"hello", other.1);
    message.attach(IPPROTO_IP, IP_PKTINFO, &[127, 0, 0, 5, 0, 0, 0, 0]);
    assert_eq!(send(&one, &message, null_mut()), Ok(5));
    let (bytes, from) = other.0.recv_from(8).unwrap();
    assert_eq!((&bytes[..], from.ip().to_string()), (&b"hello"[..], "127.0.0.5".to_string()));
    assert_eq!(from.port(), one.name().unwrap().port());
}

/// S3.45: control data that is malformed or unknown is 10022, and nothing is sent.
#[test]
fn unknown_control_data_is_10022() {
    wine_differs!("S3.45", "ignores control data that is sent");
    let ((one, _), (other, at_other)) = (Socket::bound_udp(V4), Socket::bound_udp(V4));
    let mut message = Message::sending(b"x", at_other);
    message.attach(IPPROTO_IP, 12345, &[0; 4]);
    assert_eq!(send(&one, &message, null_mut()), Err(WSAEINVAL));
    message.raw.Control.len = 15;
    assert_eq!(send(&one, &message, null_mut()), Err(WSAEINVAL));
    other.set_nonblocking(true);
    assert_eq!(other.recv(1, 0), Err(WSAEWOULDBLOCK));
}

/// S3.43: what is no datagram socket, and what is no message.
#[test]
fn streams_and_missing_messages_are_refused() {
    wine_differs!("S3.43", "takes streams too");
    let function: LPFN_WSARECVMSG = extension(WSAID_WSARECVMSG);
    let function = function.unwrap();
    let ((udp, _), mut count) = (Socket::bound_udp(V4), POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        function(udp.raw(), null_mut(), &mut count, null_mut(), None)
    });
    assert_eq!((returned, count), (Err(WSAEFAULT), POISON));
    let closed = Socket::owning(INVALID_SOCKET);
    let mut message = Message::receiving(8, 0);
    assert_eq!(receive(&closed, &mut message, null_mut()), Err(WSAENOTSOCK));
    let (client, _server) = Socket::pair(V4);
    client.set_nonblocking(true);
    assert_eq!(receive(&client, &mut message, null_mut()), Err(WSAEOPNOTSUPP));
}

//! Raw sockets (S11.30). They need a privilege; without it the tests say that they were skipped.
//!
//! # Safety
//!
//! Pointers are to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, SocketAddr};

use conformance::{Socket, V4, V6};
use overlapped::sys::*;

fn raw(ip: IpAddr, protocol: i32) -> Option<Socket> {
    let family = if ip.is_ipv4() { AF_INET } else { AF_INET6 };
    match Socket::made(family, SOCK_RAW, protocol, WSA_FLAG_OVERLAPPED) {
        Err(WSAEACCES) => {
            println!("skipped: raw sockets need a privilege");
            None
        }
        made => Some(made.expect("a raw socket")),
    }
}

/// An echo request: type, code, checksum, identifier, sequence, eight bytes.
fn request(kind: u8, sequence: u16) -> Vec<u8> {
    let mut packet = vec![kind, 0, 0, 0];
    packet.extend((std::process::id() as u16).to_be_bytes());
    packet.extend(sequence.to_be_bytes());
    packet.extend(b"overlapp");
    let sum: u32 = packet.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(two[1])).sum();
    let sum = (sum >> 16) + (sum & 0xFFFF);
    let sum = !(sum + (sum >> 16)) as u16;
    packet[2..4].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// Pings the loopback, and finds the answer among what else comes.
fn pinged(socket: &Socket, ip: IpAddr, [ask, answer]: [u8; 2], header: impl Fn(&[u8]) -> usize) {
    let packet = request(ask, 7);
    assert_eq!(socket.send_to(&packet, SocketAddr::new(ip, 0)), Ok(packet.len() as i32));
    loop {
        let (got, from) = socket.recv_from(512).expect("an answer comes");
        let got = &got[header(&got)..];
        if got[0] == answer && got[4..] == packet[4..] {
            assert_eq!(from.ip(), ip);
            break;
        }
    }
}

/// S11.30: what IPv4 brings has its header in front, and getsockopt says what the socket is.
#[test]
fn an_echo_comes_back_with_its_header() {
    let Some(socket) = raw(V4, IPPROTO_ICMP) else { return };
    pinged(&socket, V4, [8, 0], |got| {
        assert_eq!(got[0] >> 4, 4, "a header of IPv4");
        usize::from(got[0] & 0xF) * 4
    });
    let (mut kind, mut bytes) = (0xCCCC_CCCC_u32, 4);
    let out = (&raw mut kind).cast();
    unsafe { getsockopt(socket.raw(), SOL_SOCKET, SO_TYPE, out, &mut bytes) };
    assert_eq!((kind, bytes), (SOCK_RAW as u32, 4));
}

/// S11.30: what IPv6 brings has none.
#[test]
fn an_echo_of_ipv6_comes_back_without_one() {
    let Some(socket) = raw(V6, IPPROTO_ICMPV6) else { return };
    pinged(&socket, V6, [128, 129], |_| 0);
}

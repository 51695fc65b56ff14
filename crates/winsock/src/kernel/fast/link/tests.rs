//! Two ends in one process: what they agree on, and what a hostile other end can do.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;

use proptest::prelude::{ProptestConfig, Strategy};
use proptest::{collection, prop_assert, prop_oneof, proptest};

use super::*;
use crate::hot::Hot;
use crate::kernel::epoll::Epoll;
use crate::kernel::fast::meeting::Meeting;
use crate::kernel::net::Interest;

/// One end: its link and its TCP.
struct At {
    link: Link,
    tcp: TcpStream,
}

impl At {
    fn fd(&self) -> RawFd {
        self.tcp.as_raw_fd()
    }

    fn send(&self, bytes: &[u8]) -> Result<u32, Errno> {
        let buffer = [WSABUF { len: bytes.len() as u32, buf: bytes.as_ptr().cast_mut() }];
        // SAFETY: a slice of the caller's, only read.
        unsafe { self.link.send(self.fd(), &buffer, 0, 0) }
    }

    fn receive(&self, room: usize, flags: u32) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; room];
        let buffer = [WSABUF { len: room as u32, buf: bytes.as_mut_ptr() }];
        // SAFETY: the vector's own bytes, as many as it has.
        let got = unsafe { self.link.receive(self.fd(), &buffer, 0, flags)? };
        bytes.truncate(got as usize);
        Ok(bytes)
    }
}

/// The connector and the acceptor of one connection, which have not said anything yet.
fn pair() -> (At, At) {
    pair_with([None, None])
}

/// As [`pair`], with their windows.
fn pair_with([connector, acceptor]: [Option<u64>; 2]) -> (At, At) {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = Address::from(listener.local_addr().unwrap());
    let mut meeting = Meeting::open(&address).expect("the name is free");
    let fd = net::socket(libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
    let link = Link::offer(fd.as_raw_fd(), &address, true, connector).expect("somebody is there");
    assert!(matches!(net::connect(fd.as_raw_fd(), &address), Ok(()) | Err(Errno::IN_PROGRESS)));
    let (tcp, peer) = listener.accept().unwrap();
    let offer = meeting.find(&Address::from(peer)).expect("it was offered");
    let taken = Link::take(tcp.as_raw_fd(), offer, acceptor).expect("it is as it should be");
    (At { link, tcp: fd.into() }, At { link: taken, tcp })
}

#[test]
fn bytes_go_by_tcp_until_both_know_and_then_by_the_ring() {
    let (one, other) = pair();
    assert_eq!(other.send(b"by tcp"), Ok(6), "nobody has answered yet");
    assert!(!other.link.is_agreed());
    assert_eq!(one.receive(9, 0), Ok(b"by tcp".to_vec()));
    assert_eq!(one.send(b"by ring"), Ok(7));
    assert!(one.link.is_agreed());
    assert_eq!(one.link.unsent_bytes(), 7);
    assert_eq!(other.receive(9, 0), Ok(b"by ring".to_vec()));
    assert_eq!(other.send(b"too"), Ok(3));
    assert_eq!(one.receive(2, PEEK), Ok(b"to".to_vec()));
    assert_eq!(one.link.unread(one.fd()), Ok(3));
    assert_eq!(one.receive(9, 0), Ok(b"too".to_vec()));
    assert_eq!(one.receive(9, 0), Err(Errno::WOULD_BLOCK));
    other.link.finish();
    assert_eq!(one.receive(9, 0), Ok(vec![]));
    assert_eq!(other.send(b"x"), Err(Errno::BROKEN_PIPE));
}

#[test]
fn no_more_is_under_way_than_the_receiver_wants() {
    let lots = vec![7; 2 << 20];
    for (wanted, given) in [
        ([Some(20_000), Some(5)], [4096, 20_000]),
        ([None, None], [RING_BYTES as u32; 2]),
        ([Some(1 << 20), Some(600_000)], [600_000, 1 << 20]),
        ([Some(u64::MAX), None], [2 << 20; 2]),
    ] {
        let (one, other) = pair_with(wanted);
        assert!(one.link.settle(one.fd()) && other.link.settle(other.fd()));
        for ((from, to), most) in [(&one, &other), (&other, &one)].into_iter().zip(given) {
            assert_eq!(from.send(&lots), Ok(most), "{wanted:?}");
            if most < lots.len() as u32 {
                assert_eq!(from.send(&lots), Err(Errno::WOULD_BLOCK));
                assert!(!from.link.arm(Interest::Writable));
                assert_eq!(to.receive(100, 0).map(|bytes| bytes.len()), Ok(100));
                assert!(from.link.arm(Interest::Writable));
                assert_eq!(from.send(&lots), Ok(100));
            }
            assert_eq!(from.link.unsent_bytes(), most);
        }
    }
}

#[test]
fn nobody_sleeps_beside_what_came_after_the_last_look() {
    let (one, other) = pair();
    assert!(one.link.settle(one.fd()) && other.link.settle(other.fd()));
    assert_eq!((one.send(b"once"), other.receive(9, 0)), (Ok(4), Ok(b"once".to_vec())));
    let (hot, epoll, mut ready) = (Hot::default(), Epoll::new().unwrap(), Vec::new());
    assert!(hot.list(8, &Arc::new(other.link)));
    hot.stand_by(); // somebody else has fallen asleep, who counts on being told
    assert_eq!(one.send(b"news"), Ok(4));
    hot.wait(true, &epoll, &mut ready, |_| panic!("asleep, and nobody told"));
    assert!(matches!(ready[..], [report] if report.id == 8 && report.ready.readable()));
}

#[test]
fn what_the_connector_sent_by_tcp_comes_first() {
    let (one, other) = pair();
    one.link.stage.store(OFFERED, Ordering::Relaxed);
    let early = transfer_by_tcp(&one, b"early ");
    assert_eq!((early, one.send(b"late")), (6, Ok(4)));
    let mut got = Vec::new();
    while got.len() < 10 {
        match other.receive(4, 0) {
            Ok(more) => got.extend(more),
            Err(errno) => assert_eq!(errno, Errno::WOULD_BLOCK),
        }
    }
    assert_eq!(got, b"early late");
}

/// Sends as an end does that has not heard of the other's answer yet.
fn transfer_by_tcp(at: &At, bytes: &[u8]) -> u32 {
    let buffer = [WSABUF { len: bytes.len() as u32, buf: bytes.as_ptr().cast_mut() }];
    // SAFETY: a slice of the caller's, only read.
    unsafe { at.link.send_by_tcp(at.fd(), &buffer, 0, 0).unwrap() }
}

#[test]
fn another_connections_offer_is_refused() {
    let (one, _) = pair();
    let (two, _) = pair();
    two.link
        .memory
        .agreement()
        .take(&Names(one.tcp.local_addr().unwrap(), one.tcp.peer_addr().unwrap()));
    assert!(!two.link.settle(two.fd()) && two.link.is_plain());
}

#[test]
fn an_end_that_vanishes_is_a_reset_after_its_bytes() {
    let (one, other) = pair();
    assert!(one.link.settle(one.fd()) && other.link.settle(other.fd()));
    assert_eq!(other.send(b"last words"), Ok(10));
    drop(other); // as the kernel does it for a process that was killed: nothing is said
    one.link.suspect();
    assert_eq!(one.receive(99, 0), Ok(b"last words".to_vec()));
    one.link.suspect();
    assert_eq!(one.receive(99, 0), Err(Errno::RESET));
    assert_eq!(one.send(b"x"), Err(Errno::RESET));
}

#[derive(Clone, Debug)]
enum Op {
    /// The other end writes a word somewhere among the shared ones.
    Scribble {
        at: usize,
        value: u64,
    },
    Send {
        length: usize,
    },
    Receive {
        room: usize,
        peek: bool,
    },
    Look,
    /// The other end behaves for once.
    PeerSend {
        length: usize,
    },
    PeerReceive {
        room: usize,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let value = prop_oneof![0..3u64, 0..RING_BYTES * 2, proptest::num::u64::ANY];
    // The words that mean something are few: meet them often.
    let at = prop_oneof![
        (0..2usize, 0..5usize, 0..3usize)
            .prop_map(|(way, line, word)| way * 128 + line * 16 + word),
        256..262usize,
        0..512usize,
    ];
    let length = || prop_oneof![1..100usize, 1..RING_BYTES as usize * 2];
    prop_oneof![
        1 => (at, value).prop_map(|(at, value)| Op::Scribble { at, value }),
        2 => length().prop_map(|length| Op::Send { length }),
        3 => (length(), proptest::bool::ANY).prop_map(|(room, peek)| Op::Receive { room, peek }),
        1 => proptest::strategy::Just(Op::Look),
        2 => length().prop_map(|length| Op::PeerSend { length }),
        2 => length().prop_map(|room| Op::PeerReceive { room }),
    ]
}

/// More than a test's share, for a night: `OVERLAPPED_HOSTILE_CASES=1000000`.
fn cases() -> u32 {
    std::env::var("OVERLAPPED_HOSTILE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// S12.17: whatever the other end writes, nothing panics and nothing is read or written
    /// elsewhere; nonsense ends the connection as a reset, for good.
    #[test]
    fn a_hostile_peer_ends_its_own_connection_only(ops in collection::vec(op(), 1..60)) {
        let (mine, peer) = pair();
        for end in [&mine, &peer] {
            end.tcp.set_nonblocking(true).unwrap();
            end.link.settle(end.fd());
        }
        let guard = vec![0xA5u8; RING_BYTES as usize * 2];
        for op in ops {
            match op {
                Op::Scribble { at, value } => peer.link.memory.scribble(at, value),
                Op::Send { length } => {
                    let sent = mine.send(&guard[..length]);
                    prop_assert!(sent.is_ok_and(|sent| sent as usize <= length) || sent.is_err());
                }
                Op::Receive { room, peek } => {
                    let got = mine.receive(room, if peek { PEEK } else { 0 });
                    if mine.link.corrupt.load(Ordering::Relaxed) {
                        prop_assert!(got.is_err() || !mine.link.reads_ring(mine.fd()));
                    }
                }
                Op::Look => {
                    _ = mine.link.unread(mine.fd());
                    _ = mine.link.peek(mine.fd());
                    mine.link.arm(Interest::Readable);
                    mine.link.arm(Interest::Writable);
                    mine.link.events(mine.fd());
                }
                Op::PeerSend { length } => _ = peer.send(&guard[..length]),
                Op::PeerReceive { room } => _ = peer.receive(room, 0),
            }
        }
        mine.link.close(false);
    }
}

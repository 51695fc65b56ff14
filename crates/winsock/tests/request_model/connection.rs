//! A connection: the engine's socket at one end, a plain stream at the other.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::LazyLock;

use windows_sys::Win32::Networking::WinSock::SOCKET;

/// The largest transfer: more than loopback holds.
pub const PATTERN_BYTES: usize = 8 << 20;
const PERIOD: usize = 251;

/// What both ends send, for ever from the start of each stream.
static PATTERN: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..PATTERN_BYTES + PERIOD).map(|at| (at % PERIOD) as u8).collect());

/// The stream's bytes from `offset` on.
pub fn pattern(offset: usize, length: usize) -> &'static [u8] {
    &PATTERN[offset % PERIOD..][..length]
}

/// How the peer's stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Open,
    Shut,
    Reset,
}

pub struct Connection {
    pub socket: SOCKET,
    pub closed: bool,
    /// Bytes that came out of completed receives, and the peer's bytes that went in.
    pub received: usize,
    pub peer_sent: usize,
    /// Bytes of accepted sends, and how many the peer has read.
    pub sent: usize,
    pub peer_read: usize,
    /// A send was cut short: what the peer reads is not known from there on.
    pub cut: bool,
    pub end: End,
    /// It was shut, perhaps before it was reset.
    pub shut: bool,
    peer: Option<TcpStream>,
}

impl Connection {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        peer.set_nonblocking(true).unwrap();
        peer.set_nodelay(true).unwrap(); // a reset overtakes nothing
        let (stream, _) = listener.accept().unwrap();
        Self {
            socket: winsock::linux::socket_from_fd(stream.into()).unwrap(),
            closed: false,
            received: 0,
            peer_sent: 0,
            sent: 0,
            peer_read: 0,
            cut: false,
            end: End::Open,
            shut: false,
            peer: Some(peer),
        }
    }

    /// The peer sends as much of `length` bytes as goes.
    pub fn peer_send(&mut self, length: usize) {
        if let (Some(peer), End::Open) = (&mut self.peer, self.end) {
            match peer.write(pattern(self.peer_sent, length)) {
                Ok(bytes) => self.peer_sent += bytes,
                Err(error) => assert!(self.closed || error.kind() == ErrorKind::WouldBlock),
            }
        }
    }

    /// The peer reads what is there; true if there was something.
    pub fn peer_read(&mut self) -> bool {
        let mut bytes = [0; 65536];
        let Some(peer) = &mut self.peer else { return false };
        match peer.read(&mut bytes) {
            Ok(0) => assert!(self.closed, "the engine's end is open"),
            Ok(count) => {
                let expected = pattern(self.peer_read, count);
                assert!(self.cut || bytes[..count] == *expected, "sent bytes in order");
                self.peer_read += count;
                assert!(self.peer_read <= self.sent);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => assert!(self.closed, "the engine's end is whole"),
        }
        false
    }

    pub fn peer_shut(&mut self) {
        if let (Some(peer), End::Open) = (&self.peer, self.end) {
            let shut = peer.shutdown(Shutdown::Write);
            assert!(shut.is_ok() || self.closed);
            self.end = End::Shut;
            self.shut = true;
        }
    }

    pub fn peer_reset(&mut self) {
        if let Some(peer) = self.peer.take() {
            linger_not(&peer);
            self.end = End::Reset;
        }
    }
}

/// Makes the close of a stream a reset.
fn linger_not(stream: &TcpStream) {
    let off = libc::linger { l_onoff: 1, l_linger: 0 };
    let size = size_of::<libc::linger>() as libc::socklen_t;
    // SAFETY: the value is this frame's and is read during the call; the descriptor is the
    // stream's, open while it is borrowed.
    let set = unsafe {
        let value = (&raw const off).cast();
        libc::setsockopt(stream.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, value, size)
    };
    assert_eq!(set, 0);
}

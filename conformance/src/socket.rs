//! A socket for tests: each method is one Winsock call, with the last error poisoned before it
//! and returned by it.
//!
//! # Safety
//!
//! Pointers handed to the calls are to locals or to the arguments of the method, and every call
//! here is over with them when it returns. Memory of overlapped operations is kept by
//! `operation.rs`.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Once;
use std::time::{Duration, Instant};

use overlapped::sys::*;

mod address;
mod events;
mod extension;
mod operation;
mod packets;

pub use address::RawAddress;
pub use events::{Happened, Selection, enumerate, select};
pub use extension::{Addresses, extension, pending_accept, sockaddrs};
pub use operation::{Operation, Started, data_room};
pub use packets::{Packet, Packets};

/// 127.0.0.1.
pub const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// ::1.
pub const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
/// The last error before every call: none of Windows' numbers.
pub const POISON: i32 = 0x5EED;
/// What output variables hold before a call.
pub const POISON_BYTES: u32 = 0xCCCC_CCCC;
/// How long an effect may take to be seen: a limit for broken engines, never reached.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// PATIENCE for calls that count milliseconds.
pub const PATIENCE_MS: u32 = 20_000;

/// What a call returned, or the last error.
pub type Outcome<T> = Result<T, i32>;

/// Makes one call with the last error poisoned; `failure` is what it returns when it fails.
pub fn call<T: PartialEq>(failure: T, work: impl FnOnce() -> T) -> Outcome<T> {
    unsafe { SetLastError(POISON as u32) };
    let value = work();
    if value == failure { Err(unsafe { GetLastError() } as i32) } else { Ok(value) }
}

fn zero(work: impl FnOnce() -> i32) -> Outcome<()> {
    call(SOCKET_ERROR, work).map(|value| assert_eq!(value, 0, "success is 0"))
}

/// Looks until `seen` is true. Fails the test after [`PATIENCE`].
#[track_caller]
pub fn eventually(mut seen: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !seen() {
        assert!(Instant::now() < end, "it was not to be seen in time");
        std::thread::yield_now();
    }
}

/// WSAStartup, once a process; every constructor here does it.
pub fn startup() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let mut data = WSADATA::default();
        assert_eq!(unsafe { WSAStartup(0x0202, &mut data) }, 0);
    });
}

/// A SOCKET, closed when dropped.
#[derive(Debug)]
pub struct Socket(SOCKET);

impl Drop for Socket {
    fn drop(&mut self) {
        unsafe { closesocket(self.0) };
    }
}

impl Socket {
    /// WSASocketW with these arguments.
    pub fn made(family: u16, kind: i32, protocol: i32, flags: u32) -> Outcome<Socket> {
        startup();
        let (family, no_info) = (i32::from(family), std::ptr::null());
        let make = || unsafe { WSASocketW(family, kind, protocol, no_info, 0, flags) };
        call(INVALID_SOCKET, make).map(Socket)
    }

    /// A TCP socket for addresses like `ip`, overlapped, with blocking calls bounded in time.
    pub fn tcp(ip: IpAddr) -> Socket {
        let family = if ip.is_ipv4() { AF_INET } else { AF_INET6 };
        Self::made(family, SOCK_STREAM, 0, WSA_FLAG_OVERLAPPED).expect("TCP is there").bounded()
    }

    /// A UDP socket for addresses like `ip`, overlapped, with blocking calls bounded in time.
    pub fn udp(ip: IpAddr) -> Socket {
        let family = if ip.is_ipv4() { AF_INET } else { AF_INET6 };
        Self::made(family, SOCK_DGRAM, 0, WSA_FLAG_OVERLAPPED).expect("UDP is there").bounded()
    }

    /// A socket of this SOCKET value, which it owns.
    pub fn owning(raw: SOCKET) -> Socket {
        Socket(raw)
    }

    fn bounded(self) -> Self {
        self.set(SOL_SOCKET, SO_RCVTIMEO, PATIENCE_MS).expect("a timeout can be set");
        self
    }

    /// A UDP socket bound to a free port of `ip`, and its address.
    pub fn bound_udp(ip: IpAddr) -> (Socket, SocketAddr) {
        let socket = Self::udp(ip);
        socket.bind_any(ip);
        let address = socket.name().expect("it is bound");
        (socket, address)
    }

    /// A TCP socket bound to a free port of `ip`.
    pub fn bound_tcp(ip: IpAddr) -> Socket {
        let socket = Self::tcp(ip);
        socket.bind_any(ip);
        socket
    }

    /// A listener at a free port of `ip`, and its address.
    pub fn listener(ip: IpAddr) -> (Socket, SocketAddr) {
        let socket = Self::bound_tcp(ip);
        socket.listen(16).expect("bound, so it may listen");
        let address = socket.name().expect("it is bound");
        (socket, address)
    }

    /// A TCP socket connected to `address`.
    pub fn connected(address: SocketAddr) -> Socket {
        let socket = Self::tcp(address.ip());
        socket.connect(address).expect("it listens");
        socket
    }

    /// Two connected TCP sockets: the one that connected and the accepted one.
    pub fn pair(ip: IpAddr) -> (Socket, Socket) {
        let (listener, address) = Self::listener(ip);
        let client = Self::tcp(ip);
        client.connect(address).expect("it listens");
        (client, listener.accept().expect("one has connected"))
    }

    /// A TCP socket whose connect is under way and stays so, and what keeps it so: the listener
    /// (its queue is full, so Linux drops and Windows repeats the first packet) and those in it.
    pub fn connecting(ip: IpAddr) -> (Socket, Vec<Socket>) {
        let listener = Self::bound_tcp(ip);
        listener.listen(1).expect("bound, so it may listen");
        let address = listener.name().expect("it is bound");
        let mut others = vec![listener];
        loop {
            let socket = Self::tcp(ip);
            socket.set_nonblocking(true);
            assert_eq!(socket.connect(address), Err(WSAEWOULDBLOCK));
            // not synchronisation: one that finds room is connected long before this
            let end = Instant::now() + Duration::from_millis(20);
            while Instant::now() < end && socket.connect(address) == Err(WSAEALREADY) {
                std::thread::yield_now();
            }
            if socket.connect(address) == Err(WSAEALREADY) {
                return (socket, others);
            }
            others.push(socket);
            assert!(others.len() < 64, "the queue never fills");
        }
    }

    /// Its SOCKET value.
    pub fn raw(&self) -> SOCKET {
        self.0
    }

    /// Its value as a HANDLE.
    pub fn handle(&self) -> HANDLE {
        self.0 as HANDLE
    }

    /// closesocket, with its result. The value is invalid afterwards.
    pub fn close(self) -> Outcome<()> {
        let raw = self.0;
        std::mem::forget(self);
        zero(|| unsafe { closesocket(raw) })
    }

    /// Closes it with a reset.
    pub fn reset(self) {
        self.set_linger(true, 0).expect("LINGER can be set");
        self.close().expect("it is open");
    }

    /// bind to a free port of `ip`.
    pub fn bind_any(&self, ip: IpAddr) {
        self.bind(SocketAddr::new(ip, 0)).expect("loopback has free ports");
    }

    /// bind.
    pub fn bind(&self, address: SocketAddr) -> Outcome<()> {
        let address = RawAddress::of(address);
        zero(|| unsafe { bind(self.0, address.as_ptr(), address.length) })
    }

    /// listen.
    pub fn listen(&self, backlog: i32) -> Outcome<()> {
        zero(|| unsafe { listen(self.0, backlog) })
    }

    /// connect.
    pub fn connect(&self, address: SocketAddr) -> Outcome<()> {
        let address = RawAddress::of(address);
        zero(|| unsafe { connect(self.0, address.as_ptr(), address.length) })
    }

    /// accept, with blocking calls of the new socket bounded in time.
    pub fn accept(&self) -> Outcome<Socket> {
        let nowhere = std::ptr::null_mut();
        let accepted =
            call(INVALID_SOCKET, || unsafe { accept(self.0, nowhere, std::ptr::null_mut()) });
        accepted.map(|raw| Socket(raw).bounded())
    }

    /// shutdown.
    pub fn shutdown(&self, how: i32) -> Outcome<()> {
        zero(|| unsafe { shutdown(self.0, how) })
    }

    /// getsockname.
    pub fn name(&self) -> Outcome<SocketAddr> {
        let mut out = RawAddress::room();
        zero(|| unsafe { getsockname(self.0, out.as_mut_ptr(), &mut out.length) })?;
        Ok(out.to_std())
    }

    /// getpeername.
    pub fn peer(&self) -> Outcome<SocketAddr> {
        let mut out = RawAddress::room();
        zero(|| unsafe { getpeername(self.0, out.as_mut_ptr(), &mut out.length) })?;
        Ok(out.to_std())
    }

    /// send.
    pub fn send(&self, bytes: &[u8], flags: i32) -> Outcome<i32> {
        let length = bytes.len() as i32;
        call(SOCKET_ERROR, || unsafe { send(self.0, bytes.as_ptr(), length, flags) })
    }

    /// recv of at most `room` bytes; what is beyond those received must be untouched.
    pub fn recv(&self, room: usize, flags: i32) -> Outcome<Vec<u8>> {
        let mut bytes = vec![0xCC; room];
        let got =
            call(SOCKET_ERROR, || unsafe { recv(self.0, bytes.as_mut_ptr(), room as i32, flags) })?;
        assert!(bytes[got as usize..].iter().all(|&byte| byte == 0xCC), "written beyond the end");
        bytes.truncate(got as usize);
        Ok(bytes)
    }

    /// Exactly `count` bytes, by as many receives as it takes.
    pub fn recv_exactly(&self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let more = self.recv(count - bytes.len(), 0).expect("bytes are under way");
            assert!(!more.is_empty(), "the stream ended after {} bytes", bytes.len());
            bytes.extend(more);
        }
        bytes
    }

    /// sendto.
    pub fn send_to(&self, bytes: &[u8], to: SocketAddr) -> Outcome<i32> {
        let (length, to) = (bytes.len() as i32, RawAddress::of(to));
        call(SOCKET_ERROR, || unsafe {
            sendto(self.0, bytes.as_ptr(), length, 0, to.as_ptr(), to.length)
        })
    }

    /// recvfrom of at most `room` bytes.
    pub fn recv_from(&self, room: usize) -> Outcome<(Vec<u8>, SocketAddr)> {
        let (mut bytes, mut from) = (vec![0xCC; room], RawAddress::room());
        let got = call(SOCKET_ERROR, || unsafe {
            let (at, room) = (bytes.as_mut_ptr(), room as i32);
            recvfrom(self.0, at, room, 0, from.as_mut_ptr(), &mut from.length)
        })?;
        bytes.truncate(got as usize);
        Ok((bytes, from.to_std()))
    }
}

/// Options and controls.
impl Socket {
    /// setsockopt of these bytes.
    pub fn set_bytes(&self, level: i32, name: i32, value: &[u8]) -> Outcome<()> {
        let length = value.len() as i32;
        zero(|| unsafe { setsockopt(self.0, level, name, value.as_ptr(), length) })
    }

    /// setsockopt of a DWORD.
    pub fn set(&self, level: i32, name: i32, value: u32) -> Outcome<()> {
        self.set_bytes(level, name, &value.to_ne_bytes())
    }

    /// getsockopt of a DWORD.
    pub fn get(&self, level: i32, name: i32) -> Outcome<u32> {
        let mut bytes = POISON_BYTES.to_ne_bytes();
        let mut length = 4;
        zero(|| unsafe { getsockopt(self.0, level, name, bytes.as_mut_ptr(), &mut length) })?;
        assert!(length == 4 || length == 1, "a DWORD, or a BOOL of one byte");
        let number = u32::from_ne_bytes(bytes);
        Ok(if length == 1 { number & 0xFF } else { number })
    }

    /// SO_LINGER.
    pub fn set_linger(&self, on: bool, seconds: u16) -> Outcome<()> {
        let (on, off) = (u16::from(on).to_ne_bytes(), seconds.to_ne_bytes());
        self.set_bytes(SOL_SOCKET, SO_LINGER, &[on, off].concat())
    }

    /// ioctlsocket; the value as the call left it.
    pub fn ioctl(&self, command: i32, mut value: u32) -> Outcome<u32> {
        zero(|| unsafe { ioctlsocket(self.0, command, &mut value) })?;
        Ok(value)
    }

    /// FIONBIO.
    pub fn set_nonblocking(&self, on: bool) {
        self.ioctl(FIONBIO, u32::from(on)).expect("FIONBIO is always there");
    }

    /// FIONREAD.
    pub fn readable(&self) -> u32 {
        self.ioctl(FIONREAD, POISON_BYTES).expect("FIONREAD is always there")
    }

    /// Waits until `count` bytes or more can be read, without reading them.
    #[track_caller]
    pub fn await_readable(&self, count: u32) {
        eventually(|| self.readable() >= count);
    }

    /// Waits until the peer's reset has come, which a send finds out.
    #[track_caller]
    pub fn await_reset(&self) {
        eventually(|| self.send(b"?", 0).is_err());
    }
}

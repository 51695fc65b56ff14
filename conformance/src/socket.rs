//! A socket for tests: each method is one Winsock call, with the last error poisoned before it
//! and returned by it.
//!
//! # Safety
//!
//! Pointers handed to the calls are to locals or to the arguments of the method, and every call
//! here is over with them when it returns. Memory of overlapped operations is kept by
//! `operation.rs`.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use overlapped::sys::*;

use crate::{Outcome, PATIENCE_MS, RawAddress, call, startup, win32_call};

mod fast;
mod option;

/// A call that returns 0 or SOCKET_ERROR.
fn zero(work: impl FnOnce() -> i32) -> Outcome<()> {
    call(SOCKET_ERROR, work).map(|value| assert_eq!(value, 0, "success is 0"))
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

    /// A TCP socket without the overlapped attribute.
    pub fn not_overlapped() -> Socket {
        Self::made(AF_INET, SOCK_STREAM, 0, 0).expect("TCP is there")
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

    /// Two bound UDP sockets, each connected to the other.
    pub fn udp_pair(ip: IpAddr) -> (Socket, Socket) {
        let ((one, at_one), (other, at_other)) = (Self::bound_udp(ip), Self::bound_udp(ip));
        one.connect(at_other).expect("it is bound");
        other.connect(at_one).expect("it is bound");
        (one, other)
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

    /// CancelIoEx of all its operations.
    pub fn cancel_all(&self) -> Result<(), u32> {
        let (handle, all) = (self.handle(), std::ptr::null());
        win32_call(0, || unsafe { CancelIoEx(handle, all) }).map(drop)
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

    /// send without flags, which must take all.
    #[track_caller]
    pub fn send_all(&self, bytes: &[u8]) {
        assert_eq!(self.send(bytes, 0), Ok(bytes.len() as i32));
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

    /// recv of one byte to nowhere.
    pub fn recv_nowhere(&self) -> Outcome<i32> {
        call(-1, || unsafe { recv(self.0, std::ptr::null_mut(), 1, 0) })
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

//! Connecting and disconnecting: `connect`, ConnectEx, DisconnectEx.
//!
//! # Safety
//!
//! The only memory handed to the kernel is a copy that the request owns.

#![allow(unsafe_code, reason = "hands memory to the kernel")]

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::kernel::address::Address;
use crate::kernel::net::{self, Direction, Errno, Interest};
use crate::kernel::transfer;
use crate::lane::Sight;
use crate::netevent;
use crate::request::{Outcome, Step};
use crate::socket::{Mark, Socket};

/// A ConnectEx under way.
pub struct Connect {
    /// Why it failed at once, if it did: told as a completion all the same (S3.22).
    failed: Option<Errno>,
    /// A copy of the optional data (S3.23), and how much of it is sent.
    data: Box<[u8]>,
    sent: usize,
}

/// The peer's reset was seen: later calls fail at once (S2.19).
pub fn mark_reset(socket: &Socket) {
    socket.mark(Mark::RESET, true);
}

impl Connect {
    /// Begins to connect `socket` to `peer`; `data` goes out once it is connected.
    pub fn begin(socket: &Socket, peer: &Address, data: Box<[u8]>) -> Self {
        socket.mark(Mark::PRISTINE, false);
        socket.offer_link(peer);
        socket.mark(Mark::CONNECTING.and(Mark::NEEDS_CONTEXT), true);
        socket.let_port_be_rebound();
        let failed = match net::connect(socket.fd(), peer) {
            Ok(()) | Err(Errno::IN_PROGRESS) => None,
            Err(errno) => Some(errno),
        };
        Self { failed, data, sent: 0 }
    }

    /// One try to get further.
    pub fn attempt(&mut self, socket: &Socket) -> Step {
        if !socket.is(Mark::CONNECTED) {
            match self.failed.map_or_else(|| progress(socket), Err) {
                Ok(true) => succeed(socket),
                Ok(false) => return Step::Blocked,
                Err(errno) => {
                    fail(socket, errno);
                    socket.mark(Mark::NEEDS_CONTEXT, false);
                    return Step::Done(Outcome::failure(errno.status()));
                }
            }
        }
        while self.sent < self.data.len() {
            let rest = windows_sys::Win32::Networking::WinSock::WSABUF {
                len: (self.data.len() - self.sent) as u32,
                buf: self.data[self.sent..].as_mut_ptr(),
            };
            // SAFETY: the buffer is the request's own copy, borrowed for the call; a request is
            // tried under its lane's lock.
            let sent = unsafe {
                match socket.link(Direction::Send) {
                    None => transfer::send(socket.fd(), &[rest], 0, 0, None),
                    Some(link) => link.send(socket.fd(), &[rest], 0, 0),
                }
            };
            match sent {
                Ok(bytes) => self.sent += bytes as usize,
                Err(Errno::WOULD_BLOCK) => return Step::Blocked,
                Err(errno) => return Step::Done(Outcome::failure(errno.status())),
            }
        }
        Step::Done(Outcome::success(self.sent as u32))
    }
}

/// Whether a connect under way has succeeded; `Ok(false)`: not yet.
fn progress(socket: &Socket) -> Result<bool, Errno> {
    match net::take_error(socket.fd()) {
        Some(errno) => Err(errno),
        None => Ok(net::peer_address(socket.fd()).is_ok()),
    }
}

fn succeed(socket: &Socket) {
    let known = socket.mark(Mark::CONNECTED, true);
    socket.set_connected();
    if !known && socket.is(Mark::SELECTED) {
        netevent::connected(socket, Error::SUCCESS);
    }
}

fn fail(socket: &Socket, errno: Errno) {
    socket.forget_link();
    reset_to_bound(socket);
    socket.mark(Mark::CONNECTING, false);
    socket.mark(Mark::CONNECT_FAILED, true);
    socket.set_connect_error(errno.error());
    if socket.is(Mark::SELECTED) {
        netevent::connected(socket, errno.error());
    }
}

/// After a failed connect Linux neither lets a socket listen nor keeps the port it had chosen for
/// it; Windows does both (S3.24, S11.5).
fn reset_to_bound(socket: &Socket) {
    let local = net::local_address(socket.fd());
    _ = net::connect(socket.fd(), &Address::any(0)); // dissolves what is left of the connect
    let (Ok(before), Ok(mut now)) = (local, net::local_address(socket.fd())) else { return };
    now.set_port(before.port());
    if let Err(Errno::IN_USE) = net::bind(socket.fd(), &now) {
        now.set_port(0); // somebody was quicker; another refusal means that it is still bound
        _ = net::bind(socket.fd(), &now);
    }
}

impl Socket {
    /// A ConnectEx ended without a connection for another reason than the network's: cancelled, so
    /// that the socket may connect again, or closed.
    pub fn abandon_connect(&self) {
        if self.is(Mark::CONNECTING) && !self.is(Mark::CONNECTED) {
            self.mark(Mark::CONNECTING.and(Mark::NEEDS_CONTEXT), false);
            self.forget_link();
            if !self.is(Mark::CLOSED) {
                reset_to_bound(self);
            }
        }
    }

    /// Brings the state of a non-blocking connect up to date.
    pub fn settle_connect(&self) {
        if !self.is(Mark::CONNECTING) || self.is(Mark::NEEDS_CONTEXT) {
            return; // a ConnectEx settles itself
        }
        match progress(self) {
            Ok(true) => succeed(self),
            Ok(false) => {}
            Err(errno) => fail(self, errno),
        }
    }

    /// connect, WSAConnect (S11.3, S2.50).
    pub fn connect(&self, peer: &Address) -> Result<(), Error> {
        self.settle_connect();
        if self.is_any(Mark::LISTENING.and(Mark::IN_ACCEPT)) {
            return Err(Error::INVALID); // S3.13
        }
        if !self.is(Mark::STREAM) {
            return self.connect_datagrams(peer);
        }
        self.begin_connect(peer)?;
        match self.is(Mark::NONBLOCKING) {
            true => Err(Error::WOULD_BLOCK), // S11.3, also when it is over already
            false => self.await_connect(None),
        }
    }

    /// Connects a stream to the first of `peers` that answers, waiting in place, and says which it
    /// was; `timeout_ms` for all of them together, 0: no limit. Fails as the last one did.
    pub fn connect_to_first(&self, peers: &[Address], timeout_ms: u32) -> Result<Address, Error> {
        self.settle_connect();
        if !self.is(Mark::STREAM) || self.is_any(Mark::LISTENING.and(Mark::IN_ACCEPT)) {
            return Err(Error::INVALID);
        }
        let limit = (timeout_ms != 0).then(|| Duration::from_millis(timeout_ms.into()));
        let end = limit.map(|limit| Instant::now() + limit);
        let mut failure = Error::HOST_UNREACHABLE; // of none
        for peer in peers {
            match self.begin_connect(peer).and_then(|()| self.await_connect(end)) {
                Ok(()) => return Ok(*peer),
                Err(error @ (Error::IS_CONNECTED | Error::ALREADY | Error::INTERRUPTED)) => {
                    return Err(error);
                }
                Err(error) => failure = error,
            }
            if end.is_some_and(|end| end <= Instant::now()) {
                return Err(Error::TIMED_OUT);
            }
        }
        Err(failure)
    }

    /// Waits until a connect of a stream is over, or until `end`: then it is given up with 10060.
    fn await_connect(&self, end: Option<Instant>) -> Result<(), Error> {
        while self.is(Mark::CONNECTING) {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let left_ms = left.map_or(0, |left| (left.as_millis() as u32).max(1));
            let waited = self.block(Interest::Writable, left_ms);
            self.settle_connect();
            if waited == Err(Error::TIMED_OUT) && self.is(Mark::CONNECTING) {
                fail(self, Errno::TIMED_OUT);
            } else if waited != Err(Error::TIMED_OUT) {
                waited?;
            }
        }
        self.take_connect_error()
    }

    /// Begins to connect a stream, which may be over with that.
    fn begin_connect(&self, peer: &Address) -> Result<(), Error> {
        match () {
            () if self.is(Mark::CONNECTED.and(Mark::NEEDS_CONTEXT)) => return Err(Error::INVALID),
            () if self.is(Mark::CONNECTED) => return Err(Error::IS_CONNECTED),
            () if self.is(Mark::CONNECTING) => return Err(Error::ALREADY),
            () if peer.is_unspecified() => return Err(Error::ADDRESS_NOT_AVAILABLE),
            () if peer.port() == 0 => return Err(Error::ADDRESS_NOT_AVAILABLE),
            () => {}
        }
        self.mark(Mark::PRISTINE, false);
        self.offer_link(peer);
        self.mark(Mark::CONNECTING.and(Mark::BOUND), true);
        self.let_port_be_rebound();
        match net::connect(self.fd(), peer) {
            Ok(()) => succeed(self),
            Err(Errno::IN_PROGRESS) => {}
            Err(errno) => fail(self, errno),
        }
        if self.is(Mark::SELECTED) {
            self.watch_events()?;
        }
        Ok(())
    }

    /// Fixes or, with no address, dissolves the peer of a datagram socket (S2.50).
    fn connect_datagrams(&self, peer: &Address) -> Result<(), Error> {
        self.mark(Mark::PRISTINE, false);
        if !peer.is_empty() {
            net::connect(self.fd(), peer).map_err(Errno::error)?;
            self.mark(Mark::BOUND.and(Mark::CONNECTED), true);
            if self.is(Mark::SELECTED) {
                netevent::connected(self, Error::SUCCESS);
            }
            return Ok(());
        }
        let port = self.local_address()?.port();
        net::connect(self.fd(), peer).map_err(Errno::error)?;
        self.mark(Mark::CONNECTED, false);
        // Linux gives up a port that it had chosen itself; on Windows the socket stays bound.
        let mut local = self.local_address()?;
        if local.port() != port {
            local.set_port(port);
            net::bind(self.fd(), &local).map_err(Errno::error)?;
        }
        Ok(())
    }

    /// Whether ConnectEx may begin (S3.21).
    pub fn check_connect_ex(&self, peer: &Address) -> Result<(), Error> {
        self.settle_connect();
        match () {
            () if !self.is(Mark::STREAM) => Err(Error::INVALID),
            () if self.is_any(Mark::LISTENING.and(Mark::IN_ACCEPT)) => Err(Error::INVALID),
            () if self.is(Mark::CONNECTED) => Err(Error::IS_CONNECTED),
            () if self.is(Mark::CONNECTING) || !self.is(Mark::BOUND) => Err(Error::INVALID),
            () if peer.is_unspecified() => Err(Error::ADDRESS_NOT_AVAILABLE),
            () => Ok(()),
        }
    }

    /// shutdown (S11.7). `how`: 0 receives, 1 sends, 2 both.
    pub fn shutdown(&self, how: i32) -> Result<(), Error> {
        if !(0..=2).contains(&how) {
            return Err(Error::INVALID);
        }
        self.settle_connect();
        let connected = self.is(Mark::CONNECTED) && !self.is(Mark::NEEDS_CONTEXT);
        if self.is(Mark::STREAM) && !connected {
            return Err(Error::NOT_CONNECTED); // S3.16, S3.25
        }
        if how != 1 {
            // Linux is not told: a receive already pending still gets later data (S2.29).
            self.mark(Mark::SHUT_RECEIVE, true);
        }
        if how != 0 {
            self.mark(Mark::SHUT_SEND, true);
            _ = self.shared_link().map(|link| link.finish());
            _ = net::shutdown(self.fd(), 1); // unconnected UDP: nothing to tell
        }
        Ok(())
    }

    /// Whether DisconnectEx may begin (S3.28).
    pub fn check_disconnect(&self) -> Result<(), Error> {
        self.settle_connect();
        match self.is(Mark::STREAM.and(Mark::CONNECTED)) {
            true => Ok(()),
            false => Err(Error::NOT_CONNECTED),
        }
    }

    /// The first half of DisconnectEx: no more sends (S3.30).
    pub fn begin_disconnect(&self) {
        self.mark(Mark::SHUT_SEND, true);
        _ = self.shared_link().map(|link| link.finish());
        _ = net::shutdown(self.fd(), 1);
    }

    /// The second half, with reuse: waits for the peer's FIN, then makes the socket new (S3.31).
    pub fn attempt_disconnect(&self, sight: &mut Sight) -> Step {
        let drained = match self.shared_link() {
            None => transfer::drain(self.fd()),
            Some(link) => link.drain(self.fd()),
        };
        if let Ok(false) = drained {
            sight.blocked();
            return Step::Blocked; // a reset ends the connection as well as the end does
        }
        *sight = Sight::default();
        match self.renew() {
            Ok(()) => Step::Done(Outcome::success(0)),
            Err(errno) => Step::Done(Outcome::failure(errno.status())),
        }
    }

    fn renew(&self) -> Result<(), Errno> {
        let connected_by_us = self.is(Mark::BOUND) && !self.is(Mark::ACCEPTED);
        let local = net::local_address(self.fd());
        let fresh = net::socket(self.family(), 1, self.protocol())?;
        let fd = self.fd();
        // Under the old number: another thread may have it in hand, under the other lane's lock or
        // asleep, and must not meet a stranger there.
        net::take_place(fresh, fd)?;
        self.set_disconnected();
        if connected_by_us {
            // ConnectEx finds it bound, as it was (S3.31); to another port where Linux had chosen
            // the old one at the connect and has given it to strangers' connections as well.
            let mut local = local?;
            match net::bind_stream(fd, &local) {
                Err(Errno::IN_USE) => {
                    local.set_port(0);
                    net::bind(fd, &local)?;
                }
                bound => bound?,
            }
        } else {
            self.mark(Mark::BOUND.and(Mark::ACCEPTED), false);
            self.mark(Mark::PRISTINE, true);
        }
        if self.is(Mark::SELECTED) {
            netevent::forget(self);
        }
        Ok(())
    }
}

//! A socket's beginnings: its making, its address, its listening.

use std::os::fd::AsRawFd;

use windows_sys::Win32::Networking::WinSock::{
    IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOMAXCONN,
    WSA_FLAG_OVERLAPPED,
};

use crate::accept;
use crate::error::Error;
use crate::kernel::address::{Address, family_to_linux};
use crate::kernel::fast;
use crate::kernel::net::{self, Errno};
use crate::netevent;
use crate::socket::{self, Mark, Socket};

const WSA_FLAG_REGISTERED_IO: u32 = 0x100;

/// A new socket of Windows' `family` and `kind` (S1.8, S11.12): TCP, UDP or raw, over IPv4 or IPv6.
pub fn create(family: i32, kind: i32, protocol: i32, flags: u32) -> Result<u32, Error> {
    let family = u16::try_from(family).ok().filter(|&family| family != 0);
    let family = family.and_then(family_to_linux).ok_or(Error::FAMILY_NOT_SUPPORTED)?;
    let (stream, fitting) = match kind {
        SOCK_STREAM => (true, IPPROTO_TCP),
        SOCK_DGRAM => (false, IPPROTO_UDP),
        SOCK_RAW => return raw(family, protocol, flags),
        _ => return Err(Error::SOCKET_NOT_SUPPORTED),
    };
    if protocol != 0 && protocol != fitting {
        return Err(Error::PROTOCOL_NOT_SUPPORTED);
    }
    let mut marks = match flags & WSA_FLAG_OVERLAPPED {
        0 => Mark::PLAIN,
        _ => Mark::NONE,
    };
    if flags & WSA_FLAG_REGISTERED_IO != 0 {
        marks = marks.and(Mark::REGISTERED); // S10.2
    }
    let fd = if stream {
        marks = marks.and(Mark::STREAM).and(Mark::PRISTINE);
        if fast::is_asked_by_all() {
            marks = marks.and(Mark::FAST_ASKED);
        }
        accept::stream_fd(family, fitting)
    } else {
        net::socket(family, kind, fitting)
    };
    let fd = fd.map_err(Errno::error)?;
    if !stream {
        net::set_port_errors(fd.as_raw_fd(), family, true).map_err(Errno::error)?; // S2.51
    }
    socket::adopt(fd, family, fitting, marks)
}

/// A raw socket, a socket of datagrams: it receives every packet of its protocol, those of IPv4
/// with their header (S11.30). Without a protocol it only sends, whole packets.
fn raw(family: i32, protocol: i32, flags: u32) -> Result<u32, Error> {
    let protocol = if protocol == 0 { IPPROTO_RAW } else { protocol };
    let marks = if flags & WSA_FLAG_OVERLAPPED == 0 { Mark::PLAIN } else { Mark::NONE };
    let fd = net::socket(family, SOCK_RAW, protocol).map_err(Errno::error)?;
    socket::adopt(fd, family, protocol, marks)
}

impl Socket {
    /// bind (S11.5).
    pub fn bind(&self, address: &Address) -> Result<(), Error> {
        if address.family() != self.family() {
            return Err(Error::FAULT);
        }
        if self.is(Mark::BOUND) {
            return Err(Error::INVALID);
        }
        self.mark(Mark::PRISTINE, false);
        let bind = match self.is(Mark::STREAM) && !self.is(Mark::EXCLUSIVE) {
            true => net::bind_stream,
            false => net::bind,
        };
        bind(self.fd(), address).map_err(Errno::error)?;
        self.mark(Mark::BOUND, true);
        if self.is_exactly(Mark::SELECTED, Mark::STREAM) {
            netevent::bound(self);
        }
        Ok(())
    }

    /// listen; a backlog below one, or SOMAXCONN, is as much as the system gives (S11.5).
    pub fn listen(&self, backlog: i32) -> Result<(), Error> {
        self.settle_connect();
        match () {
            () if !self.is(Mark::STREAM) => return Err(Error::OP_NOT_SUPPORTED),
            () if !self.is(Mark::BOUND) => return Err(Error::INVALID),
            () if self.is(Mark::CONNECTED) => return Err(Error::IS_CONNECTED),
            () => {}
        }
        const DEFAULT: i32 = SOMAXCONN as i32;
        let backlog = match backlog {
            ..=0 | DEFAULT => i32::from(u16::MAX),
            given => given,
        };
        self.let_port_be_rebound();
        net::listen(self.fd(), backlog).map_err(Errno::error)?;
        self.mark(Mark::LISTENING, true);
        self.open_meeting();
        if self.is(Mark::SELECTED) {
            self.watch_events()?;
        }
        match self.association().is_some() {
            true => self.watch(),
            false => Ok(()),
        }
    }

    /// Its connections, and those it accepts, will not keep others from binding its port, unless
    /// it has that to itself (S11.6).
    pub fn let_port_be_rebound(&self) {
        if !self.is(Mark::EXCLUSIVE) {
            net::set_rebindable(self.fd(), true);
        }
    }

    /// getsockname: 10022 while unbound, 10057 while an AcceptEx's context is missing (S3.16).
    pub fn name(&self) -> Result<Address, Error> {
        match () {
            () if self.is(Mark::ACCEPTED.and(Mark::NEEDS_CONTEXT)) => Err(Error::NOT_CONNECTED),
            () if !self.is(Mark::BOUND) && !self.is(Mark::CONNECTING) => Err(Error::INVALID),
            () => self.local_address(),
        }
    }

    /// getpeername: 10057 while not connected, or while the context is missing (S3.16, S3.25).
    pub fn peer(&self) -> Result<Address, Error> {
        self.settle_connect();
        if !self.is(Mark::CONNECTED) || self.is(Mark::NEEDS_CONTEXT) {
            return Err(Error::NOT_CONNECTED);
        }
        net::peer_address(self.fd())
            .or_else(|_| net::former_peer_address(self.fd(), self.family()))
            .map_err(Errno::error)
    }
}

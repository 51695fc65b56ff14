//! The socket calls. Everything is non-blocking: a call either finishes or says it would block.
//!
//! # Safety
//!
//! As in kernel/sys.rs: memory handed over is used during the call only.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

use libc::{c_int, c_void};

use super::address::Address;
use super::bell::Bell;
use super::sys::errno;
use crate::error::{Error, Status};

/// Linux's number of a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Errno(i32);

impl Errno {
    pub const WOULD_BLOCK: Errno = Errno(libc::EAGAIN);
    pub const IN_PROGRESS: Errno = Errno(libc::EINPROGRESS);
    pub const REFUSED: Errno = Errno(libc::ECONNREFUSED);
    pub const ABORTED: Errno = Errno(libc::ECONNABORTED);
    pub const RESET: Errno = Errno(libc::ECONNRESET);
    pub const BROKEN_PIPE: Errno = Errno(libc::EPIPE);
    pub const TOO_MANY_FILES: Errno = Errno(libc::EMFILE);
    pub const INTERRUPTED: Errno = Errno(libc::EINTR);
    pub const INVALID: Errno = Errno(libc::EINVAL);
    pub const FAULT: Errno = Errno(libc::EFAULT);
    pub const TIMED_OUT: Errno = Errno(libc::ETIMEDOUT);
    pub const IN_USE: Errno = Errno(libc::EADDRINUSE);

    fn last() -> Self {
        Self(errno())
    }

    /// As a call reports it.
    pub fn error(self) -> Error {
        Error::from_errno(self.0)
    }

    /// As an operation that had pended ends.
    pub fn status(self) -> Status {
        Status::from_errno(self.0)
    }
}

impl From<rustix::io::Errno> for Errno {
    #[inline]
    fn from(errno: rustix::io::Errno) -> Self {
        Self(errno.raw_os_error())
    }
}

/// Puts a descriptor under the number of another, which closes in the same instant.
pub fn take_place(fresh: OwnedFd, number: RawFd) -> Result<(), Errno> {
    // SAFETY: both are open; what the number stood for is its owner's, who asks for this.
    checked(unsafe { libc::dup3(fresh.as_raw_fd(), number, libc::O_CLOEXEC) }).map(drop)
}

fn checked(result: c_int) -> Result<c_int, Errno> {
    if result < 0 { Err(Errno::last()) } else { Ok(result) }
}

pub fn counted(result: isize) -> Result<usize, Errno> {
    usize::try_from(result).map_err(|_| Errno::last())
}

fn owned(result: c_int) -> Result<OwnedFd, Errno> {
    let fd = checked(result)?;
    // SAFETY: the kernel made this descriptor for this call and told nobody else; the OwnedFd
    // owns it until dropped.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A new socket, non-blocking, closed on exec.
pub fn socket(family: i32, kind: i32, protocol: i32) -> Result<OwnedFd, Errno> {
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: the call takes no memory.
    owned(unsafe { libc::socket(family, kind | flags, protocol) })
}

/// Sets an option whose value is an int.
pub fn set_int(fd: RawFd, level: i32, name: i32, value: c_int) -> Result<(), Errno> {
    let value = std::ptr::from_ref(&value).cast::<c_void>();
    // SAFETY: four bytes of a local are read during the call.
    checked(unsafe { libc::setsockopt(fd, level, name, value, 4) }).map(drop)
}

/// Reads an option whose value is an int.
pub fn get_int(fd: RawFd, level: i32, name: i32) -> Result<c_int, Errno> {
    let mut value: c_int = 0;
    let mut length: libc::socklen_t = 4;
    let out = std::ptr::from_mut(&mut value).cast::<c_void>();
    // SAFETY: at most `length` bytes of a local are written during the call.
    checked(unsafe { libc::getsockopt(fd, level, name, out, &raw mut length) })?;
    Ok(value)
}

/// Whether a stream holds back what does not fill a packet. Off, it all goes out.
pub fn set_corked(fd: RawFd, on: bool) {
    _ = set_int(fd, libc::IPPROTO_TCP, libc::TCP_CORK, c_int::from(on));
}

/// Whether others may bind the port of this stream, as far as they say the same, while it is
/// neither bound only nor listening (S11.6).
pub fn set_rebindable(fd: RawFd, on: bool) {
    _ = set_int(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, c_int::from(on));
}

/// Binds a stream to an address that nobody has, or that only connections have, alive or in
/// TIME_WAIT: Windows' default (S11.6). Those that are bound only do not say that they share, so
/// that the second try, too, finds them in the way.
pub fn bind_stream(fd: RawFd, address: &Address) -> Result<(), Errno> {
    match bind(fd, address) {
        Err(Errno::IN_USE) => {
            set_rebindable(fd, true);
            let bound = bind(fd, address);
            set_rebindable(fd, false);
            bound
        }
        bound => bound,
    }
}

/// Whether datagram sockets learn of unreachable ports (SIO_UDP_CONNRESET, S2.52).
pub fn set_port_errors(fd: RawFd, family: i32, on: bool) -> Result<(), Errno> {
    let (level, name) = if family == libc::AF_INET6 {
        (libc::IPPROTO_IPV6, libc::IPV6_RECVERR)
    } else {
        (libc::IPPROTO_IP, libc::IP_RECVERR)
    };
    set_int(fd, level, name, c_int::from(on))
}

/// Empties the queue of reported errors, of which the first was returned already.
pub fn drop_port_errors(fd: RawFd) {
    let mut byte = 0u8;
    let flags = libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT;
    loop {
        // SAFETY: one byte of a local may be written during the call.
        let got = unsafe { libc::recv(fd, (&raw mut byte).cast(), 1, flags) };
        if got < 0 {
            return;
        }
    }
}

pub fn bind(fd: RawFd, address: &Address) -> Result<(), Errno> {
    // SAFETY: the address is borrowed for the call and as long as it says.
    checked(unsafe { libc::bind(fd, address.as_ptr(), address.len()) }).map(drop)
}

pub fn listen(fd: RawFd, backlog: i32) -> Result<(), Errno> {
    // SAFETY: the call takes no memory.
    checked(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// Begins to connect; `Ok` if it is done already. Linux reports an earlier failure once more as
/// an abort before it tries again (S8.17).
pub fn connect(fd: RawFd, address: &Address) -> Result<(), Errno> {
    // SAFETY: the address is borrowed for the call and as long as it says.
    let once = || checked(unsafe { libc::connect(fd, address.as_ptr(), address.len()) }).map(drop);
    match once() {
        Err(Errno::ABORTED) => once(),
        result => result,
    }
}

/// Takes a connection from the backlog, with the peer's address.
pub fn accept(fd: RawFd) -> Result<(OwnedFd, Address), Errno> {
    let mut peer = Address::empty();
    let (address, length) = peer.as_mut_parts();
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: the kernel writes at most the stated length into the local address.
    let accepted = owned(unsafe { libc::accept4(fd, address, length, flags) })?;
    Ok((accepted, peer))
}

/// 0: no more receives; 1: no more sends; 2: both. The same numbers on both sides.
pub fn shutdown(fd: RawFd, how: i32) -> Result<(), Errno> {
    // SAFETY: the call takes no memory.
    checked(unsafe { libc::shutdown(fd, how) }).map(drop)
}

/// Whether a close would send a reset, as far as SO_LINGER says.
pub fn resets_on_close(fd: RawFd) -> bool {
    let mut linger = libc::linger { l_onoff: 0, l_linger: 0 };
    let mut length = size_of::<libc::linger>() as libc::socklen_t;
    let value = (&raw mut linger).cast();
    // SAFETY: at most `length` bytes of a local are written during the call.
    unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, value, &raw mut length) };
    linger.l_onoff != 0 && linger.l_linger == 0
}

/// A close from now on sends a reset and drops what is unsent.
pub fn close_abortively(fd: RawFd) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let (value, length) = (std::ptr::from_ref(&linger).cast(), size_of::<libc::linger>());
    // SAFETY: a local is read during the call.
    unsafe {
        libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, value, length as libc::socklen_t)
    };
}

/// Bytes sent but not yet acknowledged by the peer.
pub fn unsent_bytes(fd: RawFd) -> u32 {
    let mut bytes: c_int = 0;
    // SAFETY: one int of a local is written during the call.
    unsafe { libc::ioctl(fd, libc::TIOCOUTQ, &raw mut bytes) };
    bytes.max(0) as u32
}

pub fn local_address(fd: RawFd) -> Result<Address, Errno> {
    let mut local = Address::empty();
    let (address, length) = local.as_mut_parts();
    // SAFETY: the kernel writes at most the stated length into the local address.
    checked(unsafe { libc::getsockname(fd, address, length) })?;
    Ok(local)
}

pub fn peer_address(fd: RawFd) -> Result<Address, Errno> {
    let mut peer = Address::empty();
    let (address, length) = peer.as_mut_parts();
    // SAFETY: the kernel writes at most the stated length into the local address.
    checked(unsafe { libc::getpeername(fd, address, length) })?;
    Ok(peer)
}

/// The peer of a connection that may be over: Linux' getpeername knows it no more then (S11.7).
pub fn former_peer_address(fd: RawFd, family: i32) -> Result<Address, Errno> {
    let mut peer = Address::any(family);
    let (address, length) = peer.as_mut_parts();
    let (level, name) = (libc::SOL_SOCKET, libc::SO_PEERNAME);
    // SAFETY: the option's value is an address, stored in the local one at most to its length.
    checked(unsafe { libc::getsockopt(fd, level, name, address.cast(), length) })?;
    Ok(peer)
}

/// The error a connect or an established connection ended with, if any; reading clears it.
pub fn take_error(fd: RawFd) -> Option<Errno> {
    match get_int(fd, libc::SOL_SOCKET, libc::SO_ERROR) {
        Ok(0) => None,
        Ok(code) => Some(Errno(code)),
        Err(errno) => Some(errno),
    }
}

/// Another descriptor of what this one stands for.
pub fn duplicate(fd: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: the call takes numbers and touches no memory.
    owned(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
}

/// How many connections wait at a listener to be accepted.
pub fn waiting_connections(fd: RawFd) -> u32 {
    // SAFETY: all zero is an answer in which nothing waits; the option fills it in below.
    let mut info: libc::tcp_info = unsafe { std::mem::zeroed() };
    let mut length = size_of_val(&info) as libc::socklen_t;
    let (at, level, name) = ((&raw mut info).cast(), libc::IPPROTO_TCP, libc::TCP_INFO);
    // SAFETY: at most `length` bytes of the local answer are written during the call.
    unsafe { libc::getsockopt(fd, level, name, at, &raw mut length) };
    info.tcpi_unacked // a listener's accept queue
}

/// How much memory the datagrams waiting at a socket take, in bytes.
pub fn queued_bytes(fd: RawFd) -> u32 {
    const SO_MEMINFO: c_int = 55;
    let mut queued = 0u32; // SK_MEMINFO_RMEM_ALLOC is the first number of several
    let mut length = size_of_val(&queued) as libc::socklen_t;
    let at = (&raw mut queued).cast();
    // SAFETY: four bytes of a local are written during the call, as `length` says.
    unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, SO_MEMINFO, at, &raw mut length) };
    queued
}

/// The two ways of a socket; each has a lane of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Receive,
    Send,
}

/// What to wait for in [`wait`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    Readable,
    Writable,
    /// Urgent data (MSG_OOB).
    Urgent,
}

/// How a wait for readiness ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// The socket may be ready.
    Ready,
    /// The bell was rung.
    Rung,
    /// Time was up.
    TimedOut,
}

/// Whether the socket may be ready now.
pub fn is_ready(fd: RawFd, interest: Interest) -> bool {
    wait(fd, interest, None, Some(Duration::ZERO)) == Woken::Ready
}

/// Sleeps until the socket may be ready, `bell` is rung, or `timeout` has passed.
pub fn wait(
    fd: RawFd,
    interest: Interest,
    bell: Option<&Bell>,
    timeout: Option<Duration>,
) -> Woken {
    let events = match interest {
        Interest::Readable => libc::POLLIN | libc::POLLPRI,
        Interest::Writable => libc::POLLOUT,
        Interest::Urgent => libc::POLLPRI,
    };
    let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    loop {
        let mut polls = [
            libc::pollfd { fd, events, revents: 0 },
            libc::pollfd { fd: bell.map_or(-1, Bell::fd), events: libc::POLLIN, revents: 0 },
        ];
        let limit_ms = end.map_or(-1, |end| {
            let left = end.saturating_duration_since(Instant::now());
            left.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(c_int::MAX)
        });
        // SAFETY: two pollfds, locals, are read and written during the call.
        let found = checked(unsafe { libc::poll(polls.as_mut_ptr(), 2, limit_ms) });
        return match (found, polls[1].revents) {
            (Err(Errno::INTERRUPTED), _) => continue, // a signal never ends a wait (S11.15)
            (Ok(0), _) => Woken::TimedOut,
            (_, 0) => Woken::Ready,
            _ => Woken::Rung,
        };
    }
}

/// What a descriptor turns out to be.
pub struct Facts {
    pub family: i32,
    pub protocol: i32,
    pub stream: bool,
    pub bound: bool,
    pub connected: bool,
    pub listening: bool,
}

/// Looks at a TCP or UDP descriptor over IPv4 or IPv6; others are refused as of a wrong type.
pub fn describe(fd: RawFd) -> Result<Facts, Errno> {
    let get = |name| get_int(fd, libc::SOL_SOCKET, name);
    let (family, kind) = (get(libc::SO_DOMAIN)?, get(libc::SO_TYPE)?);
    let ip = matches!(family, libc::AF_INET | libc::AF_INET6);
    if !ip || !matches!(kind, libc::SOCK_STREAM | libc::SOCK_DGRAM) {
        return Err(Errno(libc::ESOCKTNOSUPPORT));
    }
    Ok(Facts {
        family,
        protocol: get(libc::SO_PROTOCOL)?,
        stream: kind == libc::SOCK_STREAM,
        bound: local_address(fd)?.port() != 0,
        connected: peer_address(fd).is_ok(),
        listening: get(libc::SO_ACCEPTCONN)? != 0,
    })
}

/// Makes a descriptor non-blocking, or blocking.
pub fn set_nonblocking(fd: RawFd, on: bool) -> Result<(), Errno> {
    let mut on = c_int::from(on);
    // SAFETY: one int of a local is read during the call.
    checked(unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut on) }).map(drop)
}

/// Whether a program that this process becomes, or makes, gets the descriptor.
pub fn is_inherited(fd: RawFd) -> Result<bool, Errno> {
    // SAFETY: the flags of a descriptor are asked for by its number alone.
    let flags = checked(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    Ok(flags & libc::FD_CLOEXEC == 0)
}

/// Lets a program that this process becomes, or makes, get the descriptor, or not.
pub fn set_inherited(fd: RawFd, on: bool) -> Result<(), Errno> {
    let flags = if on { 0 } else { libc::FD_CLOEXEC };
    // SAFETY: the call takes two numbers, no memory.
    checked(unsafe { libc::fcntl(fd, libc::F_SETFD, flags) }).map(drop)
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;
    use std::os::unix::thread::JoinHandleExt;
    use std::time::Duration;

    use super::{Interest, Woken, wait};

    extern "C" fn ignore(_: libc::c_int) {}

    #[test]
    fn a_signal_does_not_end_a_wait() {
        // SAFETY: the handler does nothing, and no other test of this crate uses this signal.
        unsafe { libc::signal(libc::SIGUSR2, ignore as *const () as libc::sighandler_t) };
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback exists");
        let limit = Some(Duration::from_millis(20));
        let waiter =
            std::thread::spawn(move || wait(socket.as_raw_fd(), Interest::Readable, None, limit));
        while !waiter.is_finished() {
            // SAFETY: the thread is not joined yet, so its handle is valid.
            unsafe { libc::pthread_kill(waiter.as_pthread_t(), libc::SIGUSR2) };
            std::thread::yield_now();
        }
        let woken = waiter.join().expect("it only waits");
        assert_eq!(woken, Woken::TimedOut, "nothing came, so time must be up");
    }
}

//! Accepting: `accept`, AcceptEx and what it writes into the caller's buffer.
//!
//! ```text
//!   AcceptEx ─▶ listener's receiving lane ── connection ──▶ acceptor gets the descriptor
//!                                              │ dwReceiveDataLength > 0
//!                                              └──▶ acceptor's receiving lane ── bytes ──▶ end
//! ```
//!
//! # Safety
//!
//! The output buffer is the caller's from the call to the completion (invariant 5).

#![allow(unsafe_code, reason = "writes into the caller's buffer")]

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use windows_sys::Win32::Networking::WinSock::WSABUF;

use crate::complete::{self, Here};
use crate::error::{Error, Status};
use crate::handle::{self, SocketGuard};
use crate::kernel::address::Address;
use crate::kernel::fast::link::Link;
use crate::kernel::net::{self, Direction, Errno, Interest};
use crate::kernel::transfer;
use crate::lane::Sight;
use crate::netevent;
use crate::request::{Outcome, Request, Step, Work};
use crate::socket::{self, Association, Mark, Socket};

mod conditional;

pub use conditional::{Connection, Verdict};

/// An AcceptEx under way.
pub struct Accept {
    /// The socket that becomes the connection.
    pub acceptor: u32,
    /// The caller's buffer: data, local address, remote address (S3.6).
    pub buffer: *mut u8,
    /// dwReceiveDataLength.
    pub data_bytes: u32,
    /// dwLocalAddressLength.
    pub local_bytes: u32,
    /// dwRemoteAddressLength.
    pub remote_bytes: u32,
    /// The listener's port and key, once a connection was taken (S3.10).
    pub target: Option<Association>,
}

/// In front of each address in the buffer: its length. The format is ours alone (S3.6).
const HEADER_BYTES: usize = 8;

/// Descriptors of acceptors that were replaced by connections, as good as new: the next
/// WSASocket takes one. Bounded.
static SPARE: Mutex<Vec<(i32, OwnedFd)>> = Mutex::new(Vec::new());
const SPARE_MAX: usize = 64;

/// A descriptor for a new TCP socket of `family`, made or spared.
pub fn stream_fd(family: i32, protocol: i32) -> Result<OwnedFd, Errno> {
    let mut spare = SPARE.lock();
    if let Some(at) = spare.iter().rposition(|&(of, _)| of == family) {
        return Ok(spare.swap_remove(at).1);
    }
    match net::socket(family, 1, protocol) {
        Err(Errno::TOO_MANY_FILES) if !spare.is_empty() => {
            spare.clear();
            net::socket(family, 1, protocol)
        }
        made => made,
    }
}

impl Socket {
    /// accept, and WSAAccept without a condition: the new socket and the peer's address (S11.2).
    pub fn accept(&self) -> Result<(u32, Address), Error> {
        let accepted = self.await_connection().and_then(|(fd, peer)| self.adopt_accepted(fd, peer));
        self.accept_again();
        accepted
    }

    /// The next connection; a call that blocks waits for it.
    fn await_connection(&self) -> Result<Connection, Error> {
        if !self.is(Mark::STREAM) {
            return Err(Error::OP_NOT_SUPPORTED);
        }
        if !self.is(Mark::LISTENING) {
            return Err(Error::INVALID);
        }
        loop {
            match self.next_connection() {
                Ok(connection) => return Ok(connection),
                Err(Errno::WOULD_BLOCK) if self.is(Mark::NONBLOCKING) => {
                    return Err(Error::WOULD_BLOCK);
                }
                Err(Errno::WOULD_BLOCK) => self.block(Interest::Readable, 0)?,
                Err(Errno::ABORTED | Errno::INTERRUPTED) => {}
                Err(_) if self.is(Mark::CLOSED) => return Err(Error::INTERRUPTED),
                Err(errno) => return Err(errno.error()),
            }
        }
    }

    fn adopt_accepted(&self, fd: OwnedFd, peer: Address) -> Result<(u32, Address), Error> {
        let kept = [Mark::NONBLOCKING, Mark::PLAIN, Mark::REGISTERED];
        let inherited = kept.into_iter().chain([Mark::OOB_INLINE, Mark::LINGERS]);
        let marks = inherited
            .filter(|&mark| self.is(mark))
            .fold(Mark::STREAM.and(Mark::ACCEPTED), Mark::and);
        let link = self.take_link(&fd, &peer);
        let handle = socket::adopt(fd, self.family(), self.protocol(), marks)?;
        let accepted = handle::socket(handle as usize)?;
        accepted.inherit_timeouts(self);
        accepted.set_connected();
        if let Some(link) = link {
            accepted.install_link(link);
        }
        if self.is(Mark::SELECTED) {
            netevent::inherit(&accepted, self);
        }
        Ok((handle, peer))
    }

    /// SO_RCVTIMEO and SO_SNDTIMEO as they are at the listener (S11.2, S3.17).
    pub fn inherit_timeouts(&self, from: &Socket) {
        for direction in [Direction::Receive, Direction::Send] {
            self.set_timeout_ms(direction, from.timeout_ms(direction));
        }
    }

    /// Claims this socket as the acceptor of an AcceptEx on `listener` (S3.1).
    pub fn enter_accept(&self, listener: &Socket) -> Result<(), Error> {
        let busy = Mark::BOUND.and(Mark::CONNECTED).and(Mark::CONNECTING).and(Mark::LISTENING);
        let fits = self.is(Mark::STREAM) && self.family() == listener.family();
        if !fits || self.is_any(busy) || !listener.is(Mark::LISTENING) {
            return Err(Error::INVALID);
        }
        if self.mark(Mark::IN_ACCEPT, true) {
            return Err(Error::INVALID);
        }
        self.listener.store(listener.handle(), Ordering::Release);
        Ok(())
    }

    /// It is no acceptor any more; a pending AcceptEx on its listener ends with 995 (S3.11).
    pub fn leave_accept(&self) {
        if !self.is(Mark::IN_ACCEPT) || !self.mark(Mark::IN_ACCEPT, false) {
            return;
        }
        let listener = self.listener.swap(0, Ordering::AcqRel);
        if self.is(Mark::CONNECTED) {
            return; // it waits for bytes in its own lane
        }
        if let Ok(listener) = handle::socket(listener as usize) {
            let mine = self.handle();
            listener.abort(
                Direction::Receive,
                Status::CANCELLED,
                |request| matches!(&request.work, Work::Accept(accept) if accept.acceptor == mine),
            );
        }
    }
}

/// An accepted connection takes the place of the acceptor's own descriptor. Its lanes are not
/// locked: the number it had stays its own while another call may have it in hand.
fn become_connection(acceptor: &SocketGuard, fd: OwnedFd, link: Option<Link>) {
    let reusable = acceptor.is(Mark::PRISTINE) && !acceptor.is(Mark::WATCHED);
    let old = acceptor.replace_fd(fd);
    if !acceptor.is_alone() {
        acceptor.former_fds().lock().push(old);
    } else {
        if acceptor.has_former_fds() {
            acceptor.former_fds().lock().clear();
        }
        let mut spare = SPARE.lock();
        if reusable && spare.len() < SPARE_MAX {
            spare.push((acceptor.family(), old));
        }
    }
    acceptor.set_connected();
    acceptor.mark(Mark::ACCEPTED.and(Mark::NEEDS_CONTEXT), true);
    if let Some(link) = link {
        acceptor.install_link(link);
    }
    if acceptor.association().is_some() {
        _ = acceptor.watch();
    }
    if acceptor.is(Mark::SELECTED) {
        _ = acceptor.watch_events();
        netevent::connected(acceptor, Error::SUCCESS);
    }
}

/// Ends the AcceptEx calls of `listener` that have a connection and wait for its first bytes, as
/// far as `chosen` picks them; returns how many.
pub fn abort_first_bytes(listener: &Socket, chosen: impl Fn(&Request) -> bool) -> usize {
    let acceptors = handle::all_sockets().into_iter().filter_map(|handle| {
        handle::socket(handle as usize).ok().filter(|socket| {
            socket.is(Mark::IN_ACCEPT)
                && socket.listener.load(Ordering::Acquire) == listener.handle()
        })
    });
    acceptors
        .map(|acceptor| {
            acceptor.abort(Direction::Receive, Status::CANCELLED, |request| {
                matches!(request.work, Work::FirstBytes(_)) && chosen(request)
            })
        })
        .sum()
}

impl Accept {
    /// One try to take a connection from `listener`'s backlog.
    pub fn attempt(&mut self, listener: &Socket, sight: &mut Sight) -> Step {
        let Ok(acceptor) = handle::socket(self.acceptor as usize) else {
            return Step::Done(Outcome::failure(Status::CANCELLED));
        };
        if !self.has_room(listener) {
            if listener.is(Mark::DEFERRED) || net::is_ready(listener.fd(), Interest::Readable) {
                return Step::Done(Outcome::failure(Status::BUFFER_TOO_SMALL)); // S3.4
            }
            sight.blocked();
            return Step::Blocked;
        }
        let mut spared = false;
        loop {
            match listener.next_connection() {
                Ok((fd, peer)) => return self.take(listener, &acceptor, fd, &peer),
                Err(Errno::WOULD_BLOCK) => {
                    sight.blocked();
                    return Step::Blocked;
                }
                Err(Errno::ABORTED | Errno::INTERRUPTED) => {}
                Err(Errno::TOO_MANY_FILES) if !spared => {
                    SPARE.lock().clear(); // the acceptors' own descriptors are a reserve
                    spared = true;
                }
                Err(errno) => return Step::Done(Outcome::failure(errno.status())),
            }
        }
    }

    fn take(
        &mut self,
        listener: &Socket,
        acceptor: &SocketGuard,
        fd: OwnedFd,
        peer: &Address,
    ) -> Step {
        if self.local_bytes > 0
            && let Ok(local) = net::local_address(fd.as_raw_fd())
        {
            self.store(self.data_bytes, &local);
        }
        self.store(self.data_bytes + self.local_bytes, peer);
        let link = listener.take_link(&fd, peer);
        become_connection(acceptor, fd, link);
        for mark in [Mark::OOB_INLINE, Mark::LINGERS] {
            acceptor.mark(mark, listener.is(mark)); // the descriptor is the listener's child
        }
        self.target = listener.association().cloned();
        if self.data_bytes > 0 {
            return Step::Moved;
        }
        acceptor.mark(Mark::IN_ACCEPT, false);
        Step::Done(Outcome::success(0))
    }

    /// Whether the caller left room for the addresses of this family (S3.4, S3.5).
    fn has_room(&self, listener: &Socket) -> bool {
        let needed = HEADER_BYTES + Address::any(listener.family()).to_windows_bytes().0;
        let fits = |bytes: u32| bytes as usize >= needed;
        (self.local_bytes == 0 || fits(self.local_bytes)) && fits(self.remote_bytes)
    }

    fn store(&self, offset: u32, address: &Address) {
        let (length, bytes) = address.to_windows_bytes();
        let at = self.buffer.wrapping_add(offset as usize);
        // SAFETY: the caller's buffer holds the data and both address fields until the
        // completion, and has_room found the field large enough (invariant 5).
        unsafe {
            at.cast::<u32>().write_unaligned(length as u32);
            at.add(HEADER_BYTES).copy_from_nonoverlapping(bytes.as_ptr(), length);
        }
    }

    /// One try to receive the first bytes on the acceptor (S3.7, S3.8).
    pub fn attempt_first_bytes(&mut self, acceptor: &Socket, sight: &mut Sight) -> Step {
        let buffer = WSABUF { len: self.data_bytes, buf: self.buffer };
        // SAFETY: the caller's buffer is valid until the completion (invariant 5), and the try is
        // made under the acceptor's lane lock.
        let received = unsafe {
            match acceptor.link(Direction::Receive) {
                None => transfer::receive(acceptor.fd(), &[buffer], 0, 0),
                Some(link) => link.receive(acceptor.fd(), &[buffer], 0, 0),
            }
        };
        match received {
            Ok(bytes) => Step::Done(Outcome::success(bytes)),
            Err(Errno::WOULD_BLOCK) => {
                sight.blocked();
                Step::Blocked
            }
            Err(errno) => Step::Done(Outcome::failure(errno.status())),
        }
    }
}

/// An AcceptEx that has its connection goes on in the acceptor's lane.
pub fn await_first_bytes(listener: &Socket, mut request: Request, here: Option<&mut Here<'_>>) {
    let Work::Accept(accept) = request.work else { unreachable!("only accepts move on") };
    let acceptor = handle::lock(accept.acceptor as usize, Direction::Receive);
    request.work = Work::FirstBytes(accept);
    let refused = match acceptor {
        Ok(mut acceptor) => acceptor.submit_pending(Direction::Receive, request).err(),
        Err(error) => Some((error, request)),
    };
    if let Some((_, request)) = refused {
        // The acceptor was closed in this very moment (S3.11).
        complete::mark_pending(&request.target);
        complete::complete(listener, &request.target, Outcome::failure(Status::CANCELLED), here);
    }
}

/// The addresses in an AcceptEx buffer, each with its length, as GetAcceptExSockaddrs returns
/// them: positions in the caller's own buffer. The local one is absent if no room was given.
///
/// # Safety
///
/// `buffer` is the completed AcceptEx's buffer, with the lengths given to it.
pub unsafe fn stored_addresses(
    buffer: *mut u8,
    data_bytes: u32,
    local_bytes: u32,
) -> (Option<(*mut u8, i32)>, (*mut u8, i32)) {
    let stored = |offset: u32| {
        let at = buffer.wrapping_add(offset as usize);
        // SAFETY: the header was written there when the AcceptEx took its connection, and the
        // buffer is the caller's again since.
        let length = unsafe { at.cast::<u32>().read_unaligned() };
        (at.wrapping_add(HEADER_BYTES), length as i32)
    };
    let local = (local_bytes > 0).then(|| stored(data_bytes));
    (local, stored(data_bytes + local_bytes))
}

#[cfg(test)]
mod tests {
    use std::mem::zeroed;
    use std::net::TcpStream;
    use std::ptr::null_mut;

    use windows_sys::Win32::Networking::WinSock::{AF_INET, SOCK_STREAM, SOCKADDR, WSADATA};
    use windows_sys::Win32::System::IO::OVERLAPPED;

    use crate::{AcceptEx, CreateEventW, GetOverlappedResult, WSAStartup};
    use crate::{bind, closesocket, handle, listen, socket};

    #[test]
    fn a_number_that_a_call_has_in_hand_becomes_no_strangers() {
        let mut buffer = [0u8; 128];
        // SAFETY: plain data, of which all zeros are values.
        let (mut done, mut address, mut facts) =
            unsafe { (zeroed::<OVERLAPPED>(), zeroed::<SOCKADDR>(), zeroed::<WSADATA>()) };
        (address.sa_family, address.sa_data[2], address.sa_data[5]) = (AF_INET, 127, 1);
        // SAFETY: the call takes numbers and no pointer.
        let stream = || unsafe { socket(AF_INET.into(), SOCK_STREAM, 0) };
        // SAFETY: facts and address are locals, used during the calls.
        let (listener, acceptor) = unsafe {
            WSAStartup(0x202, &mut facts);
            done.hEvent = CreateEventW(null_mut(), 1, 0, null_mut());
            let listener = stream();
            assert_eq!((bind(listener, &address, 16), listen(listener, 5)), (0, 0));
            (listener, stream())
        };
        let in_hand = handle::socket(acceptor).expect("it is open");
        let number = in_hand.fd();
        let port = handle::socket(listener).and_then(|it| it.local_address());
        let port = port.expect("it is bound").port();
        let mut bytes = 0;
        // SAFETY: buffer and OVERLAPPED are locals that outlive the operation, awaited here.
        let accepted = unsafe {
            let at = buffer.as_mut_ptr().cast();
            AcceptEx(listener, acceptor, at, 0, 64, 64, &mut bytes, &mut done);
            let _peer = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
            GetOverlappedResult(listener as _, &done, &mut bytes, 1)
        };
        assert_eq!((accepted, in_hand.fd() == number), (1, false));
        let strangers: Vec<_> = (0..100).map(|_| stream()).collect();
        let number_of = |socket: usize| handle::socket(socket).expect("it is open").fd();
        assert!(strangers.iter().all(|&stranger| number_of(stranger) != number));
        assert!(std::fs::exists(format!("/proc/self/fd/{number}")).expect("it is readable"));
        drop(in_hand);
        for socket in strangers.into_iter().chain([listener, acceptor]) {
            // SAFETY: the handle is a value, and nobody uses it any more.
            assert_eq!(unsafe { closesocket(socket) }, 0);
        }
    }
}

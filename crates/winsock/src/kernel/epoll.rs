//! A set of descriptors watched edge-triggered, with a way to wake one of its sleepers.
//!
//! The kernel wakes sleepers newest first, one per event. The kick is an eventfd that is written
//! and never read: every write is one more edge (DESIGN section 4).

use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Duration;

use super::poll::Events;
use super::sys;
use crate::error::Error;

/// What the kernel reports of one descriptor.
///
/// Aligned as a packet is, beside which it lies in a queue: so both are copied in whole words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(8))]
pub struct Readiness {
    /// The number given at [`Epoll::add`].
    pub id: u32,
    /// What is ready.
    pub ready: Ready,
}

/// A set of readiness flags.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready(u32);

impl Ready {
    /// What is ready of `fd` now.
    pub fn now(fd: RawFd) -> Self {
        Self(sys::poll_now(fd, sys::EPOLLIN | sys::EPOLLOUT | sys::EPOLLPRI | sys::EPOLLRDHUP))
    }

    /// Something can be received.
    pub const INPUT: Ready = Ready(sys::EPOLLIN);

    /// What poll(2) found.
    pub fn of(found: Events) -> Self {
        Self(found.bits().into())
    }

    /// A receive, an accept or an error report would not block.
    pub fn readable(self) -> bool {
        self.0 & (sys::EPOLLIN | sys::EPOLLRDHUP | sys::EPOLLHUP | sys::EPOLLERR) != 0
    }

    /// A send would not block, or a connect ended.
    pub fn writable(self) -> bool {
        self.0 & (sys::EPOLLOUT | sys::EPOLLHUP | sys::EPOLLERR) != 0
    }

    /// The peer will send no more, or the connection failed: a short read does not mean drained.
    pub fn hung_up(self) -> bool {
        self.0 & (sys::EPOLLRDHUP | sys::EPOLLHUP | sys::EPOLLERR) != 0
    }

    /// The connection failed, or an error waits to be told.
    pub fn failed(self) -> bool {
        self.0 & sys::EPOLLERR != 0
    }

    /// Urgent data stands in the stream: a short read may have stopped at its mark.
    pub fn urgent(self) -> bool {
        self.0 & sys::EPOLLPRI != 0
    }
}

/// The number reserved for kicks; handles are multiples of four.
const KICK: u32 = 1;
const EVENTS_MAX: usize = 64;
const EVERYTHING: u32 =
    sys::EPOLLIN | sys::EPOLLOUT | sys::EPOLLRDHUP | sys::EPOLLPRI | sys::EPOLLET;

/// An epoll set.
#[derive(Debug)]
pub struct Epoll {
    set: OwnedFd,
    kick: OwnedFd,
}

impl Epoll {
    /// Fails with 10024 when descriptors run out.
    pub fn new() -> Result<Self, Error> {
        let (set, kick) = (sys::epoll_create()?, sys::eventfd()?);
        sys::epoll_add(set.as_raw_fd(), kick.as_raw_fd(), sys::EPOLLIN | sys::EPOLLET, KICK)?;
        Ok(Self { set, kick })
    }

    /// Watches `fd` for everything, by edges, until it is closed or removed.
    pub fn add(&self, fd: RawFd, id: u32) -> Result<(), Error> {
        sys::epoll_add(self.set.as_raw_fd(), fd, EVERYTHING, id)
    }

    /// As [`Epoll::add`], for the bell of a fast connection: what it reports is room to send, too.
    pub fn add_bell(&self, bell: RawFd, id: u32) -> Result<(), Error> {
        let events = sys::EPOLLIN | sys::EPOLLOUT | sys::EPOLLET;
        sys::epoll_add(self.set.as_raw_fd(), bell, events, id)
    }

    /// As [`Epoll::add_bell`], also if it is watched already.
    pub fn add_bell_or_keep(&self, bell: RawFd, id: u32) -> Result<(), Error> {
        match self.add_bell(bell, id) {
            Err(_) if sys::errno_is_exists() => Ok(()),
            added => added,
        }
    }

    /// Watches a bell under another number.
    pub fn put_bell(&self, bell: RawFd, id: u32) {
        let events = sys::EPOLLIN | sys::EPOLLOUT | sys::EPOLLET;
        sys::epoll_put(self.set.as_raw_fd(), bell, events, id);
    }

    /// As [`Epoll::add`], also if it is watched already.
    pub fn add_or_keep(&self, fd: RawFd, id: u32) -> Result<(), Error> {
        match self.add(fd, id) {
            Err(_) if sys::errno_is_exists() => Ok(()),
            added => added,
        }
    }

    /// Watches `fd` under another number; what is ready now is reported anew.
    pub fn put(&self, fd: RawFd, id: u32) {
        sys::epoll_put(self.set.as_raw_fd(), fd, EVERYTHING, id);
    }

    /// Its descriptor, readable while there is something to [`Epoll::wait`] for.
    pub fn fd(&self) -> RawFd {
        self.set.as_raw_fd()
    }

    /// Stops watching `fd`.
    pub fn remove(&self, fd: RawFd) {
        sys::epoll_remove(self.set.as_raw_fd(), fd);
    }

    /// Reports once, under a number of its own, that `other` has something ready; asked again at
    /// each call. In a set of sockets the number is a handle whose lowest bits are 2: no descriptor
    /// of a socket.
    pub fn report_once(&self, other: &Epoll, id: u32) {
        let events = sys::EPOLLIN | sys::EPOLLONESHOT;
        sys::epoll_put(self.set.as_raw_fd(), other.set.as_raw_fd(), events, id);
    }

    /// Sleeps until something is ready, [`Epoll::kick`] is called or `timeout` has passed;
    /// appends at most 64 reports. True if it took a kick.
    pub fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Readiness>) -> bool {
        let mut events = [const { MaybeUninit::uninit() }; EVENTS_MAX];
        let mut kicked = false;
        for event in sys::epoll_wait(&self.set, &mut events, timeout) {
            let (data, flags) = (event.data, event.flags);
            let id = data.u64() as u32;
            if id == KICK {
                kicked = true;
            } else {
                reports.push(Readiness { id, ready: Ready(flags.bits()) });
            }
        }
        kicked
    }

    /// Wakes one sleeper, or makes the next [`Epoll::wait`] return.
    pub fn kick(&self) {
        sys::eventfd_add(self.kick.as_raw_fd());
    }
}

//! Many descriptors looked at in one call, by level: poll(2), to the nanosecond.
//!
//! # Safety
//!
//! The array handed over is borrowed for the call, which keeps nothing.

use std::ops::BitOr;
use std::os::fd::RawFd;
use std::time::Duration;

use super::sys::errno;
use crate::error::Error;

/// What is asked of a descriptor, or was found at it. Errors and hang-ups are found unasked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Events(i16);

impl Events {
    pub const NONE: Events = Events(0);
    /// Data, a connection or the end can be taken.
    pub const INPUT: Events = Events(libc::POLLIN);
    /// There is room to send.
    pub const OUTPUT: Events = Events(libc::POLLOUT);
    /// Urgent data.
    pub const URGENT: Events = Events(libc::POLLPRI);
    /// The peer will send no more.
    pub const END: Events = Events(libc::POLLRDHUP);
    /// Both ways are over, or were never begun.
    pub const HANG_UP: Events = Events(libc::POLLHUP);
    pub const ERROR: Events = Events(libc::POLLERR);

    /// Whether any of `events` is among these.
    pub fn any(self, events: Events) -> bool {
        self.0 & events.0 != 0
    }

    /// These without `events`.
    pub fn without(self, events: Events) -> Events {
        Events(self.0 & !events.0)
    }

    /// As poll(2) numbers them.
    pub fn bits(self) -> u16 {
        self.0 as u16
    }

    /// These, if `wanted`.
    pub fn when(self, wanted: bool) -> Events {
        if wanted { self } else { Events::NONE }
    }
}

impl BitOr for Events {
    type Output = Events;

    fn bitor(self, more: Events) -> Events {
        Events(self.0 | more.0)
    }
}

/// A descriptor to look at.
#[repr(transparent)]
#[derive(Debug)]
pub struct Entry(libc::pollfd);

impl Entry {
    pub fn new(fd: RawFd, asked: Events) -> Self {
        Self(libc::pollfd { fd, events: asked.0, revents: 0 })
    }

    /// One that is not looked at.
    pub fn skipped() -> Self {
        Self::new(-1, Events::NONE)
    }

    pub fn is_skipped(&self) -> bool {
        self.0.fd < 0
    }

    /// What the last [`poll`] found.
    #[inline(always)]
    pub fn found(&self) -> Events {
        Events(self.0.revents)
    }
}

/// Sleeps until something is found or `timeout` has passed; the number of entries with a finding.
/// A signal may end it early, with none. Fails with 10055 for more entries than the process may
/// have descriptors.
pub fn poll(entries: &mut [Entry], timeout: Option<Duration>) -> Result<usize, Error> {
    let limit = timeout.map(|timeout| libc::timespec {
        tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: i64::from(timeout.subsec_nanos()),
    });
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let (array, count) = (entries.as_mut_ptr().cast(), entries.len() as libc::nfds_t);
    // SAFETY: an Entry is a pollfd; the array and the local limit are borrowed for the call.
    let found = unsafe { libc::ppoll(array, count, limit, std::ptr::null()) };
    match usize::try_from(found) {
        Ok(found) => Ok(found),
        Err(_) if errno() == libc::EINTR => {
            entries.iter_mut().for_each(|entry| entry.0.revents = 0);
            Ok(0)
        }
        Err(_) => Err(Error::NO_BUFFERS),
    }
}

/// Looks at one descriptor without waiting.
pub fn look(fd: RawFd, asked: Events) -> Events {
    let mut entry = [Entry::new(fd, asked)];
    _ = poll(&mut entry, Some(Duration::ZERO));
    entry[0].found()
}

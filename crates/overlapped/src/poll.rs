//! The model `WSAPoll`: an array of sockets that stays from wait to wait.
//!
//! ```no_run
//! use overlapped::Socket;
//! use overlapped::poll::{Events, PollSet};
//!
//! # fn serve(listener: Socket) -> overlapped::Result<()> {
//! let mut set = PollSet::new();
//! set.push(listener, Events::READ);
//! loop {
//!     set.poll(None)?; // waits
//!     for at in 0..set.len() {
//!         if set.ready(at).is_readable() {
//!             // take the connection, or the data
//!         }
//!     }
//! }
//! # }
//! ```
//!
//! A set owns its sockets, so nobody can close them while it waits. It has no limit; each wait
//! costs time in proportion to the whole set, however few are ready.
//!
//! # Safety
//!
//! The array is the set's own and lent to the call.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::fmt;
use std::ops::BitOr;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::socket::Socket;
use crate::sys::{self, SOCKET_ERROR, WSAPOLLFD};

/// What is asked of a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Events(i16);

impl Events {
    /// Nothing but what is told unasked: the end of the stream and errors.
    pub const NONE: Events = Events(0);
    /// Data, or a connection at a listener (POLLRDNORM).
    pub const READ: Events = Events(sys::POLLRDNORM);
    /// Urgent data (POLLRDBAND).
    pub const URGENT: Events = Events(sys::POLLRDBAND);
    /// Room to send, or a connect that has succeeded (POLLWRNORM).
    pub const WRITE: Events = Events(sys::POLLWRNORM);
}

impl BitOr for Events {
    type Output = Events;

    fn bitor(self, more: Events) -> Events {
        Events(self.0 | more.0)
    }
}

/// What the last wait found at a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ready(i16);

impl Ready {
    fn any(self, flags: i16) -> bool {
        self.0 & flags != 0
    }

    /// Nothing.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// A receive or an accept would not wait: there is data or a connection, the stream has ended
    /// or was reset.
    pub fn is_readable(self) -> bool {
        self.any(sys::POLLRDNORM | sys::POLLHUP | sys::POLLERR)
    }

    /// There is urgent data.
    pub fn is_urgent(self) -> bool {
        self.any(sys::POLLRDBAND)
    }

    /// A send would not wait, or a connect has ended.
    pub fn is_writable(self) -> bool {
        self.any(sys::POLLWRNORM)
    }

    /// The peer will send no more, or the connection is gone (S9.10, S9.11).
    pub fn is_hung_up(self) -> bool {
        self.any(sys::POLLHUP)
    }

    /// The connection was reset, or a connect failed (S9.11, S9.12).
    pub fn is_error(self) -> bool {
        self.any(sys::POLLERR)
    }
}

/// Sockets, or values that have one, with what is asked of each.
pub struct PollSet<T> {
    entries: Vec<WSAPOLLFD>,
    /// One for each entry.
    members: Vec<T>,
}

impl<T: AsRef<Socket>> PollSet<T> {
    /// An empty set.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), members: Vec::new() }
    }

    /// Adds a member at the end.
    pub fn push(&mut self, member: T, events: Events) {
        let fd = member.as_ref().as_raw();
        self.entries.push(WSAPOLLFD { fd, events: events.0, revents: 0 });
        self.members.push(member);
    }

    /// Takes the member at `at` out; the last takes its place, with what was found at it.
    ///
    /// # Panics
    ///
    /// If there is none, as with all that name a place.
    pub fn swap_remove(&mut self, at: usize) -> T {
        self.entries.swap_remove(at);
        self.members.swap_remove(at)
    }

    /// Asks something else of the member at `at` from the next wait on.
    pub fn set_events(&mut self, at: usize, events: Events) {
        self.entries[at].events = events.0;
    }

    /// The member at `at`.
    pub fn member(&self, at: usize) -> &T {
        &self.members[at]
    }

    /// The member at `at`, to be changed, but for its socket: put another in its place and the set
    /// goes on asking for the old.
    pub fn member_mut(&mut self, at: usize) -> &mut T {
        &mut self.members[at]
    }

    /// What the last wait found at the member at `at`.
    pub fn ready(&self, at: usize) -> Ready {
        Ready(self.entries[at].revents)
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Waits until something is found, at most `timeout` (`None`: for ever), rounded up to whole
    /// milliseconds. Returns at how many members: 0 when time is up. Fails with `WSAEINVAL` if the
    /// set is empty: it is no sleep (S9.4).
    pub fn poll(&mut self, timeout: Option<Duration>) -> Result<usize> {
        let millis = |timeout: Duration| timeout.as_nanos().div_ceil(1_000_000);
        let limit_ms = timeout.map_or(-1, |time| millis(time).try_into().unwrap_or(i32::MAX));
        let (array, count) = (self.entries.as_mut_ptr(), self.entries.len() as u32);
        // SAFETY: the array is borrowed mutably with the set, and the call keeps nothing of it.
        match unsafe { sys::WSAPoll(array, count, limit_ms) } {
            SOCKET_ERROR => Err(Error::last()),
            found => Ok(found as usize),
        }
    }
}

impl<T: AsRef<Socket>> Default for PollSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for PollSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.entries.iter().map(|entry| Events(entry.events));
        f.debug_map().entries(self.members.iter().zip(asked)).finish()
    }
}

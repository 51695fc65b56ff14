//! The model `WSAEventSelect`: what happens on a socket sets its event object, and a thread waits
//! for event objects.
//!
//! ```no_run
//! use overlapped::Socket;
//! use overlapped::event_select::{EventSet, NetworkEvents, Woken};
//!
//! # fn serve(listener: Socket) -> overlapped::Result<()> {
//! let mut set = EventSet::new();
//! set.push(listener, NetworkEvents::ACCEPT)?;
//! while let Woken::Member(first) = set.wait(None)? {
//!     for at in first..set.len() {
//!         if set.happened(at)?.has(NetworkEvents::ACCEPT) {
//!             let (client, peer) = set.member(at).accept()?;
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A thread waits for at most 64 events, so who has more sockets needs more threads; an [`Event`]
//! that is the signal of all their sets reaches all of them.
//!
//! An event happens once, and again only after the call that answers it: `recv` for
//! [`READ`](NetworkEvents::READ), `accept` for [`ACCEPT`](NetworkEvents::ACCEPT), and for
//! [`WRITE`](NetworkEvents::WRITE) a `send` that failed with `WSAEWOULDBLOCK` (S6.11, S6.15).
//!
//! # Safety
//!
//! A set has the event objects that it waits for. Handles and results are locals of the calls.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::fmt;
use std::mem::zeroed;
use std::ops::BitOr;
use std::ptr::null_mut;
use std::time::Duration;

pub use crate::event::Event;

use crate::error::{Error, Result};
use crate::port::milliseconds;
use crate::socket::{Socket, check};
use crate::sys::{self, SOCKET, WSAEVENT, WSANETWORKEVENTS};

/// Kinds of events on a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NetworkEvents(i32);

impl NetworkEvents {
    /// Data (FD_READ).
    pub const READ: Self = Self(sys::FD_READ as i32);
    /// Room to send: from the first on, and again after a send that failed with `WSAEWOULDBLOCK`
    /// (FD_WRITE, S6.15).
    pub const WRITE: Self = Self(sys::FD_WRITE as i32);
    /// Urgent data (FD_OOB).
    pub const URGENT: Self = Self(sys::FD_OOB as i32);
    /// A connection at a listener (FD_ACCEPT).
    pub const ACCEPT: Self = Self(sys::FD_ACCEPT as i32);
    /// A connect has ended, well or with an error (FD_CONNECT, S6.17, S6.18).
    pub const CONNECT: Self = Self(sys::FD_CONNECT as i32);
    /// The peer will send no more, or the connection is gone; once, and there may be data to
    /// receive before the end (FD_CLOSE, S6.19–S6.21).
    pub const CLOSE: Self = Self(sys::FD_CLOSE as i32);

    /// Whether one of `events` is among these.
    pub fn has(self, events: Self) -> bool {
        self.0 & events.0 != 0
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn from_bits(bits: i32) -> Self {
        Self(bits)
    }

    pub(crate) fn bits(self) -> i32 {
        self.0
    }
}

impl BitOr for NetworkEvents {
    type Output = Self;

    fn bitor(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }
}

/// What happened on a socket since it was asked last.
#[derive(Clone, Copy)]
pub struct Happened(WSANETWORKEVENTS);

impl Happened {
    /// The events.
    pub fn events(&self) -> NetworkEvents {
        NetworkEvents(self.0.lNetworkEvents)
    }

    /// Whether one of `events` happened.
    pub fn has(&self, events: NetworkEvents) -> bool {
        self.events().has(events)
    }

    /// With which error the first of `events` happened, if with any: a refused connect, a reset
    /// connection.
    pub fn error(&self, events: NetworkEvents) -> Option<Error> {
        let bit = (self.0.lNetworkEvents & events.0).trailing_zeros() as usize;
        let code = self.0.iErrorCode.get(bit).copied().unwrap_or(0);
        (code != 0).then(|| Error::from_code(code as u32))
    }
}

impl fmt::Debug for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Happened").field(&self.events()).finish()
    }
}

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// The set's signal is set.
    Signal,
    /// Something happened at the member of this place, and at none before it.
    Member(usize),
    /// Time is up.
    TimedOut,
}

/// Sockets, or values that have one, each with its event object, and a signal if wanted: together
/// at most [`EventSet::CAPACITY`].
pub struct EventSet<T> {
    signal: Option<Event>,
    members: Vec<(T, Event)>,
}

impl<T> EventSet<T> {
    /// How many events a thread can wait for (WSA_MAXIMUM_WAIT_EVENTS).
    pub const CAPACITY: usize = sys::WSA_MAXIMUM_WAIT_EVENTS as usize;

    /// An empty set.
    pub const fn new() -> Self {
        Self { signal: None, members: Vec::new() }
    }

    /// An empty set whose waits end when `signal` is set, too. The signal takes a place.
    pub const fn with_signal(signal: Event) -> Self {
        Self { signal: Some(signal), members: Vec::new() }
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether no member more fits in.
    pub fn is_full(&self) -> bool {
        self.events().count() == Self::CAPACITY
    }

    /// The member at `at`.
    ///
    /// # Panics
    ///
    /// If there is none, as with all that name a place.
    pub fn member(&self, at: usize) -> &T {
        &self.members[at].0
    }

    /// The member at `at`, to be changed, but for its socket.
    pub fn member_mut(&mut self, at: usize) -> &mut T {
        &mut self.members[at].0
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.signal.iter().chain(self.members.iter().map(|member| &member.1))
    }

    /// Waits until something happens, at most `timeout` (`None`: for ever), rounded up to whole
    /// milliseconds. Tells the first place; look at those behind it, too, or the first will starve
    /// the last. Fails with `WSA_INVALID_PARAMETER` if there is neither member nor signal.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<Woken> {
        let limit_ms = milliseconds(timeout);
        let (mut handles, mut count) = ([null_mut(); sys::WSA_MAXIMUM_WAIT_EVENTS as usize], 0);
        for (handle, event) in handles.iter_mut().zip(self.events()) {
            *handle = event.handle();
            count += 1;
        }
        // SAFETY: so many handles are in the local array, and the set keeps them open meanwhile.
        let woken =
            unsafe { sys::WSAWaitForMultipleEvents(count, handles.as_ptr(), 0, limit_ms, 0) };
        match (woken, &self.signal) {
            (sys::WAIT_FAILED, _) => Err(Error::last()),
            (sys::WAIT_TIMEOUT, _) => Ok(Woken::TimedOut),
            (sys::WAIT_OBJECT_0, Some(_)) => Ok(Woken::Signal),
            (at, signal) => Ok(Woken::Member(at as usize - usize::from(signal.is_some()))),
        }
    }
}

impl<T: AsRef<Socket>> EventSet<T> {
    /// Adds a member at the end and asks for `events` on its socket, which does not wait in calls
    /// any more (S6.1). What holds already happens at once (S6.9). A socket has one event object:
    /// what another set asked for is forgotten (S6.3). Fails with `WSA_INVALID_PARAMETER` if the
    /// set is full; then, as whenever it fails, the member is dropped.
    pub fn push(&mut self, member: T, events: NetworkEvents) -> Result<()> {
        if self.is_full() {
            return Err(Error::from_code(sys::ERROR_INVALID_PARAMETER));
        }
        let event = Event::manual_reset()?;
        select(member.as_ref().as_raw(), event.wsa(), events)?;
        self.members.push((member, event));
        Ok(())
    }

    /// Takes the member at `at` out and asks for nothing any more; the last takes its place. The
    /// socket stays non-blocking.
    pub fn swap_remove(&mut self, at: usize) -> T {
        let (member, _event) = self.members.swap_remove(at);
        _ = select(member.as_ref().as_raw(), 0, NetworkEvents::default());
        member
    }

    /// Takes what happened at the member at `at` since the last time, and resets its event object
    /// in the same step (S6.6).
    pub fn happened(&self, at: usize) -> Result<Happened> {
        let (member, event) = &self.members[at];
        // SAFETY: it is plain data, of which zero is a value.
        let mut happened = Happened(unsafe { zeroed() });
        let socket = member.as_ref().as_raw();
        // SAFETY: the result goes to a local; member and event are open as long as the set.
        check(unsafe { sys::WSAEnumNetworkEvents(socket, event.wsa(), &mut happened.0) })?;
        Ok(happened)
    }
}

fn select(socket: SOCKET, event: WSAEVENT, events: NetworkEvents) -> Result<()> {
    // SAFETY: handles are values here; the socket keeps the object behind the event's.
    check(unsafe { sys::WSAEventSelect(socket, event, events.bits()) })
}

impl<T> Default for EventSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for EventSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.members.iter().map(|member| &member.0)).finish()
    }
}

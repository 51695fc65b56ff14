//! The model `select`: sets of sockets, rebuilt for every wait.
//!
//! ```no_run
//! use overlapped::Socket;
//! use overlapped::select::{FdSet, select};
//!
//! # fn serve(listener: &Socket, clients: &[Socket]) -> overlapped::Result<()> {
//! let mut readable = FdSet::new();
//! readable.insert(listener);
//! for client in clients {
//!     assert!(readable.insert(client), "a set has room for {} sockets", FdSet::CAPACITY);
//! }
//! select(Some(&mut readable), None, None, None)?; // waits
//! if readable.contains(listener) {
//!     let (client, peer) = listener.accept()?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A set has room for 64 sockets, and a thread waits for one call at a time: who has more sockets
//! needs more threads. The sockets are borrowed while they are in a set, so nobody can close them.
//!
//! # Safety
//!
//! The sets are borrowed for the call; the sockets in them are borrowed as long as the sets live.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::fmt;
use std::marker::PhantomData;
use std::ptr::{null, null_mut};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::socket::Socket;
use crate::sys::{self, FD_SET, SOCKET_ERROR, TIMEVAL};

/// A set of at most [`FdSet::CAPACITY`] sockets; what [`select`] leaves in it is ready.
#[derive(Clone)]
pub struct FdSet<'s> {
    set: FD_SET,
    sockets: PhantomData<&'s Socket>,
}

impl<'s> FdSet<'s> {
    /// How many sockets a set has room for (FD_SETSIZE).
    pub const CAPACITY: usize = sys::FD_SETSIZE as usize;

    /// An empty set.
    pub const fn new() -> Self {
        let set = FD_SET { fd_count: 0, fd_array: [0; Self::CAPACITY] };
        Self { set, sockets: PhantomData }
    }

    /// Puts a socket into the set, where it is at most once. False if there is no room for it.
    #[must_use = "a full set does not take the socket"]
    pub fn insert(&mut self, socket: &'s Socket) -> bool {
        if self.contains(socket) {
            return true;
        }
        let room = self.len() < Self::CAPACITY;
        if room {
            self.set.fd_array[self.len()] = socket.as_raw();
            self.set.fd_count += 1;
        }
        room
    }

    /// Whether the socket is in the set: after [`select`], whether it is ready.
    pub fn contains(&self, socket: &Socket) -> bool {
        self.set.fd_array[..self.len()].contains(&socket.as_raw())
    }

    /// How many sockets are in it.
    pub fn len(&self) -> usize {
        self.set.fd_count as usize
    }

    /// Whether no socket is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for FdSet<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FdSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.set.fd_array[..self.len()]).finish()
    }
}

/// Waits until a socket is ready, at most `timeout` (`None`: for ever), and leaves in each set
/// those that are. Returns how many, over all sets: 0 when time is up.
///
/// - `readable`: data, the end or a reset of the stream, or a connection at a listener (S8.10).
/// - `writable`: room to send, or a connect that has succeeded (S8.11).
/// - `failed`: a connect that has failed, or urgent data (S8.12, S8.13).
///
/// `timeout` is rounded up to whole microseconds. Fails with `WSAEINVAL` if there is no socket in
/// any set: it is no sleep (S8.6).
pub fn select(
    readable: Option<&mut FdSet<'_>>,
    writable: Option<&mut FdSet<'_>>,
    failed: Option<&mut FdSet<'_>>,
    timeout: Option<Duration>,
) -> Result<usize> {
    let limit = timeout.map(timeval);
    let limit = limit.as_ref().map_or(null(), std::ptr::from_ref);
    let (readable, writable, failed) = (pointer(readable), pointer(writable), pointer(failed));
    // SAFETY: the sets are borrowed mutably and the limit is a local; the call keeps neither.
    match unsafe { sys::select(0, readable, writable, failed, limit) } {
        SOCKET_ERROR => Err(Error::last()),
        count => Ok(count as usize),
    }
}

fn pointer(set: Option<&mut FdSet<'_>>) -> *mut FD_SET {
    set.map_or(null_mut(), |set| std::ptr::from_mut(&mut set.set))
}

fn timeval(timeout: Duration) -> TIMEVAL {
    let micros = timeout.as_nanos().div_ceil(1000);
    match i32::try_from(micros / 1_000_000) {
        Ok(tv_sec) => TIMEVAL { tv_sec, tv_usec: (micros % 1_000_000) as i32 },
        Err(_) => TIMEVAL { tv_sec: i32::MAX, tv_usec: 0 },
    }
}

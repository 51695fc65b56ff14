//! select: three sets of sockets, each an array with a count, rewritten in place (S8).
//!
//! # Safety
//!
//! The sets are the caller's from the call to its end. They may hold more than FD_SETSIZE sockets
//! or lie in memory with room for fewer (S8.2), and two may be one, so they are touched through
//! pointers, element by element.

#![allow(unsafe_code, reason = "the caller's arrays")]

use std::ptr::NonNull;
use std::time::Duration;

use windows_sys::Win32::Networking::WinSock::{FD_SET, SOCKET, TIMEVAL};

use crate::condition::Condition;
use crate::error::Error;
use crate::port::Patience;
use crate::survey;

/// What each of the sets waits for; no two have anything in common (S8.10–S8.13).
const SETS: [Condition; 3] =
    [READ, Condition::SEND, Condition::EXPEDITED.and(Condition::CONNECT_FAILED)];
const READ: Condition =
    Condition::RECEIVE.and(Condition::DISCONNECT).and(Condition::ABORT).and(Condition::CLOSED);

/// One of the caller's sets.
pub struct Set(NonNull<FD_SET>);

impl Set {
    /// # Safety
    ///
    /// `set` is null, or valid for reads and writes of its count and as many sockets as that says.
    pub unsafe fn new(set: *mut FD_SET) -> Option<Self> {
        NonNull::new(set).map(Self)
    }

    fn count(&self) -> usize {
        // SAFETY: the caller's set has a count.
        unsafe { (&raw const (*self.0.as_ptr()).fd_count).read() as usize }
    }

    fn set_count(&mut self, count: usize) {
        // SAFETY: the caller lends the count to be written.
        unsafe { (&raw mut (*self.0.as_ptr()).fd_count).write(count as u32) }
    }

    fn place(&self, at: usize) -> *mut SOCKET {
        // SAFETY: the array is in the caller's memory, which goes as far as the count says.
        unsafe { (&raw mut (*self.0.as_ptr()).fd_array).cast::<SOCKET>().add(at) }
    }

    fn sockets(&self) -> impl Iterator<Item = SOCKET> + '_ {
        // SAFETY: elements below the count are the caller's and initialised.
        (0..self.count()).map(|at| unsafe { self.place(at).read() })
    }

    /// Whether `socket` is in it (S8.19).
    pub fn contains(&self, socket: SOCKET) -> bool {
        self.sockets().any(|other| other == socket)
    }

    /// Leaves in it those of its sockets that are `chosen`, in their order; how many.
    fn keep(&mut self, mut chosen: impl FnMut(SOCKET) -> bool) -> usize {
        let mut kept = 0;
        for at in 0..self.count() {
            // SAFETY: as in `sockets`; `kept` is not above `at`.
            unsafe {
                let socket = self.place(at).read();
                if chosen(socket) {
                    self.place(kept).write(socket);
                    kept += 1;
                }
            }
        }
        self.set_count(kept);
        kept
    }
}

/// Waits until sockets of the sets are ready; those stay in them. Returns how many, over all sets.
pub fn select(mut sets: [Option<Set>; 3], patience: Patience) -> Result<i32, Error> {
    if sets.iter().flatten().all(|set| set.count() == 0) {
        return Err(Error::INVALID); // S8.6
    }
    survey::with(|survey| {
        for (set, wanted) in sets.iter().zip(SETS) {
            for socket in set.iter().flat_map(Set::sockets) {
                survey.merge(socket, wanted)?;
            }
        }
        let found = survey.wait(patience)?;
        let lost = |(wanted, found): (Condition, Condition)| {
            found.any(Condition::CLOSED) && !wanted.any(Condition::RECEIVE)
        };
        if found > 0 && survey.findings().any(lost) {
            return Err(Error::NOT_SOCKET); // S8.16
        }
        let mut kept = 0;
        for (set, wanted) in sets.iter_mut().zip(SETS) {
            let Some(set) = set else { continue };
            match found {
                0 => set.set_count(0), // S8.9
                _ => kept += set.keep(|socket| survey.take(socket, wanted)),
            }
        }
        Ok(kept as i32)
    })
}

/// The wait that a timeout asks for; none: for ever (S8.8).
pub fn patience(timeout: Option<&TIMEVAL>) -> Result<Patience, Error> {
    let Some(timeout) = timeout else { return Ok(Patience::Forever) };
    let seconds = u64::try_from(timeout.tv_sec).map_err(|_| Error::INVALID)?;
    let micros = u32::try_from(timeout.tv_usec).map_err(|_| Error::INVALID)?;
    match (seconds, micros) {
        (_, 1_000_000..) => Err(Error::INVALID),
        (0, 0) => Ok(Patience::None),
        _ => Ok(Patience::For(Duration::new(seconds, micros * 1000))),
    }
}

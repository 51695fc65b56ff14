//! What few sockets have: timeouts, a connect that failed, a request queue.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;

use super::{Mark, Rare, Socket};
use crate::accept::Connection;
use crate::afd::Poll;
use crate::error::{Error, Status};
use crate::kernel::net::Direction;
use crate::mailslot;
use crate::pipe::Pipe;
use crate::rio::RequestQueue;

impl Socket {
    /// The polls of AFD's that wait for something to happen here; those of one socket only.
    pub fn polls(&self) -> &Mutex<Vec<Arc<Poll>>> {
        &self.rare().polls
    }

    /// SO_RCVTIMEO or SO_SNDTIMEO in milliseconds; 0: none (S2.10).
    pub fn timeout_ms(&self, direction: Direction) -> u32 {
        let timeout_ms = |rare: &Rare| rare.timeouts_ms[direction as usize].load(Ordering::Relaxed);
        self.rare.get().map_or(0, timeout_ms)
    }

    /// Sets SO_RCVTIMEO or SO_SNDTIMEO.
    pub fn set_timeout_ms(&self, direction: Direction, timeout_ms: u32) {
        if self.timeout_ms(direction) != timeout_ms {
            self.rare().timeouts_ms[direction as usize].store(timeout_ms, Ordering::Relaxed);
        }
    }

    /// The error that the last connect ended with, if it failed (S8.13).
    pub fn connect_error(&self) -> Error {
        Error(self.rare.get().map_or(0, |rare| rare.connect_error.load(Ordering::Relaxed)))
    }

    /// As [`Socket::connect_error`], which is over with this.
    pub fn take_connect_error(&self) -> Result<(), Error> {
        match self.rare.get().map_or(0, |rare| rare.connect_error.swap(0, Ordering::Relaxed)) {
            0 => Ok(()),
            code => Err(Error(code)),
        }
    }

    /// Remembers the error that a connect ended with.
    pub fn set_connect_error(&self, error: Error) {
        self.rare().connect_error.store(error.0, Ordering::Relaxed);
    }

    /// Connections that a condition function put off; the next one last.
    pub fn deferred(&self) -> &Mutex<Vec<Connection>> {
        &self.rare().deferred
    }

    /// What it is as an end of a named pipe; `None` for a socket.
    pub fn pipe(&self) -> Option<&Pipe> {
        self.rare.get()?.pipe.get().map(|pipe| &**pipe)
    }

    /// Makes it an end of a named pipe, before its handle is told to anybody.
    pub fn set_pipe(&self, pipe: Pipe) {
        _ = self.rare().pipe.set(Box::new(pipe));
    }

    /// What it is as an end of a mailslot; `None` for anything else.
    pub fn mailslot(&self) -> Option<&mailslot::End> {
        self.rare.get()?.mailslot.get().map(|end| &**end)
    }

    /// Makes it an end of a mailslot, before its handle is told to anybody.
    pub fn set_mailslot(&self, end: mailslot::End) {
        _ = self.rare().mailslot.set(Box::new(end));
    }

    /// Whether an operation that ended like this counts as one that was done: a pipe's message that
    /// did not fit was read as far as it did.
    pub fn is_done(&self, status: Status) -> bool {
        status.is_success() || self.is(Mark::PIPE) && !status.is_error()
    }

    /// The number under which a call that failed at once is reported.
    pub fn number(&self, status: Status) -> Error {
        if self.is(Mark::PIPE) { status.win32() } else { status.wsa() }
    }

    /// Its request queue, if it has one.
    #[inline]
    pub fn request_queue(&self) -> Option<&Arc<RequestQueue>> {
        self.rare.get()?.requests.get()
    }

    /// Gives it a request queue, for life; gives that back if it has one.
    pub fn set_request_queue(&self, requests: Arc<RequestQueue>) -> Result<(), Arc<RequestQueue>> {
        self.rare().requests.set(requests)
    }
}

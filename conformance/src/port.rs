//! A completion port as the tests use it: outputs poisoned before each call, all that came of it
//! in one value.
//!
//! # Safety
//!
//! Every pointer given to a call is a reference to a local, valid during the call; pointers that
//! are posted are values that nobody follows.

#![allow(clippy::undocumented_unsafe_blocks, reason = "argued once, above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ops::Deref;
use std::ptr::null_mut;

use overlapped::sys::*;

use crate::{
    Operation, PATIENCE_MS, POISON, POISON_WIDE, Socket, V4, last_error, poison_last_error,
    win32_call,
};

/// A key that no test uses, for packets that only mark a place.
const FENCE: usize = 0xFE2CE;

/// What GetQueuedCompletionStatus returned, stored and set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Got {
    /// TRUE?
    pub ok: bool,
    /// The byte count.
    pub bytes: u32,
    /// The key.
    pub key: usize,
    /// The OVERLAPPED.
    pub overlapped: usize,
    /// The last error afterwards.
    pub error: u32,
}

impl Got {
    /// A successful operation, or a posted packet: the last error stays.
    pub fn packet(bytes: u32, key: usize, overlapped: usize) -> Self {
        Self { ok: true, bytes, key, overlapped, error: POISON }
    }

    /// A failed operation.
    pub fn failure(error: u32, bytes: u32, key: usize, overlapped: usize) -> Self {
        Self { ok: false, bytes, key, overlapped, error }
    }

    /// No packet: bytes and key stay as they were.
    pub fn nothing(error: u32) -> Self {
        Self { ok: false, bytes: POISON, key: POISON_WIDE, overlapped: 0, error }
    }
}

/// What GetQueuedCompletionStatusEx returned, stored and set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GotMany {
    /// TRUE?
    pub ok: bool,
    /// The count it stored.
    pub count: u32,
    /// Key, OVERLAPPED, status and bytes of the entries written.
    pub entries: Vec<(usize, usize, usize, u32)>,
    /// The last error afterwards.
    pub error: u32,
}

/// A port's handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(usize);

/// A port that is closed at the end of its scope.
#[derive(Debug)]
pub struct OwnPort(Port);

impl Deref for OwnPort {
    type Target = Port;

    fn deref(&self) -> &Port {
        &self.0
    }
}

impl Drop for OwnPort {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.handle()) };
    }
}

impl OwnPort {
    /// A port that lets `limit` threads run.
    pub fn new(limit: u32) -> Self {
        let made = create_port(INVALID_HANDLE_VALUE, null_mut(), 0, limit);
        Self(Port(made.expect("a port can be made")))
    }

    /// A port that lets one thread run, with this socket associated under `key`.
    pub fn of(socket: &Socket, key: usize) -> Self {
        let port = Self::new(1);
        port.associate(socket, key);
        port
    }

    /// Closes it, which must succeed.
    pub fn close(self) {
        assert_eq!(unsafe { CloseHandle(self.handle()) }, 1);
        std::mem::forget(self);
    }
}

/// CreateIoCompletionPort: the handle, or the last error.
pub fn create_port(file: HANDLE, port: HANDLE, key: usize, limit: u32) -> Result<usize, u32> {
    let made = || unsafe { CreateIoCompletionPort(file, port, key, limit) };
    win32_call(null_mut(), made).map(|handle| handle as usize)
}

impl Port {
    /// Its handle.
    pub fn handle(self) -> HANDLE {
        self.0 as HANDLE
    }

    /// A port of this handle, whatever it is.
    pub fn from_handle(handle: HANDLE) -> Self {
        Self(handle as usize)
    }

    /// Associates a socket, which must succeed.
    pub fn associate(self, socket: &Socket, key: usize) {
        assert_eq!(create_port(socket.handle(), self.handle(), key, 0), Ok(self.0));
    }

    /// GetQueuedCompletionStatus.
    pub fn get(self, timeout_ms: u32) -> Got {
        let (mut bytes, mut key, mut overlapped) = (POISON, POISON_WIDE, POISON_WIDE as *mut _);
        poison_last_error();
        let ok = unsafe {
            let (port, to) = (self.handle(), &mut overlapped);
            GetQueuedCompletionStatus(port, &mut bytes, &mut key, to, timeout_ms)
        };
        let error = last_error();
        Got { ok: ok != 0, bytes, key, overlapped: overlapped as usize, error }
    }

    /// The next packet, which must come.
    pub fn next(self) -> Got {
        self.get(PATIENCE_MS)
    }

    /// The next packet, which must be that of `operation`: its error, or 0, and its bytes.
    #[track_caller]
    pub fn next_of(self, operation: &Operation) -> (u32, u32) {
        let got = self.next();
        assert_eq!(got.overlapped, operation.address(), "another's packet, or none: {got:?}");
        (if got.ok { 0 } else { got.error }, got.bytes)
    }

    /// GetQueuedCompletionStatusEx.
    pub fn get_many(self, room: usize, timeout_ms: u32) -> GotMany {
        self.get_entries(room, timeout_ms, false)
    }

    pub(crate) fn get_entries(self, room: usize, timeout_ms: u32, alertable: bool) -> GotMany {
        let poisoned = OVERLAPPED_ENTRY {
            lpCompletionKey: POISON_WIDE,
            lpOverlapped: POISON_WIDE as *mut _,
            Internal: POISON_WIDE,
            dwNumberOfBytesTransferred: POISON,
        };
        let (mut entries, mut count) = (vec![poisoned; room.max(1)], POISON);
        poison_last_error();
        let ok = unsafe {
            let (port, to) = (self.handle(), entries.as_mut_ptr());
            GetQueuedCompletionStatusEx(
                port,
                to,
                room as u32,
                &mut count,
                timeout_ms,
                i32::from(alertable),
            )
        };
        let error = last_error();
        let written = entries.iter().take_while(|entry| entry.lpCompletionKey != POISON_WIDE);
        let entries = written
            .map(|e| {
                let bytes = e.dwNumberOfBytesTransferred;
                // An NTSTATUS has 32 bits; what is beside them means nothing.
                let status = e.Internal as u32 as usize;
                (e.lpCompletionKey, e.lpOverlapped as usize, status, bytes)
            })
            .collect();
        GotMany { ok: ok != 0, count, entries, error }
    }

    /// PostQueuedCompletionStatus: its verdict.
    pub fn try_post(self, bytes: u32, key: usize, overlapped: usize) -> Result<(), u32> {
        let (port, pointer) = (self.handle(), overlapped as *const OVERLAPPED);
        let posted = || unsafe { PostQueuedCompletionStatus(port, bytes, key, pointer) };
        win32_call(0, posted).map(drop)
    }

    /// Posts a packet with this key and nothing else, which must succeed.
    pub fn post(self, key: usize) {
        assert_eq!(self.try_post(0, key, 0), Ok(()));
    }

    /// Whether no packet comes within a while that is long for an engine that would queue one.
    pub fn stays_empty(self) -> bool {
        // not synchronisation: nothing can be observed when nothing happens
        self.get(30) == Got::nothing(WAIT_TIMEOUT)
    }

    /// Nothing is queued now: neither at a look, nor in front of a packet posted after it.
    pub fn assert_empty(self) {
        assert_eq!(self.get(0), Got::nothing(WAIT_TIMEOUT));
        self.post(FENCE);
        assert_eq!(self.next(), Got::packet(0, FENCE, 0));
    }
}

/// A port that lets one thread run, a TCP socket associated with it under key 9, and its peer.
pub fn ported_pair() -> (OwnPort, Socket, Socket) {
    let (one, other) = Socket::pair(V4);
    (OwnPort::of(&one, 9), one, other)
}

/// As [`ported_pair`], of UDP sockets.
pub fn ported_udp_pair() -> (OwnPort, Socket, Socket) {
    let (one, other) = Socket::udp_pair(V4);
    (OwnPort::of(&one, 9), one, other)
}

/// A packet that `post(key)` made.
pub fn posted(key: usize) -> Got {
    Got::packet(0, key, 0)
}

//! ④ One request in flight: what is to be done, for whom, and how far it has come.
//!
//! ```text
//!            try at once                      readiness            cancel, close, thread exit
//!   issued ──────────────▶ pending in a lane ───────────▶ ended ◀──────────────────────────
//!      └── done at once ───────────────────────────────────▲      (complete.rs, exactly once)
//! ```
//!
//! # Safety
//!
//! A request carries the caller's pointers: the OVERLAPPED, the data buffers and, for WSARecvFrom,
//! the address. The caller keeps them valid from the call until the completion is delivered
//! (S2.1); invariant 5: they are used only by the request while it is in a lane or in the hands
//! of the thread that ends it.

#![allow(unsafe_code, reason = "carries the caller's pointers")]

use std::sync::Arc;

use windows_sys::Win32::Networking::WinSock::{SOCKADDR, WSABUF};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::accept::Accept;
use crate::connect::Connect;
use crate::error::Status;
use crate::event::Event;

/// An operation and the caller's memory that belongs to it.
pub struct Request {
    /// Whom to tell when it is over.
    pub target: Target,
    /// Bytes transferred so far.
    pub done: u32,
    /// What is to be done.
    pub work: Work,
}

/// Whom an operation tells when it is over.
pub struct Target {
    /// The caller's OVERLAPPED.
    pub overlapped: *mut OVERLAPPED,
    /// The event of `hEvent`, kept alive until the end of the request.
    pub event: Option<Arc<Event>>,
    /// The thread that issued it (S1.74, S1.88).
    pub thread: u32,
    /// The low bit of `hEvent` was set: no packet (S1.54).
    pub silent: bool,
}

// SAFETY: the pointers are the caller's promise to the operation, not to a thread (S2.1); they
// are used by one thread at a time, the one that holds the lane's lock.
unsafe impl std::marker::Send for Request {}

/// What a request does.
pub enum Work {
    /// WSARecv, WSARecvFrom.
    Receive(Receive),
    /// WSASend, WSASendTo.
    Send(Send),
    /// AcceptEx before a connection has come.
    Accept(Accept),
    /// AcceptEx that has its connection and waits for the first bytes (S3.7).
    FirstBytes(Accept),
    /// ConnectEx.
    Connect(Connect),
    /// DisconnectEx with reuse: waits for the peer's FIN (S3.31).
    Disconnect,
    /// An operation that was done before it was issued, such as DisconnectEx without reuse.
    Nothing,
}

/// A receive.
pub struct Receive {
    /// Where the bytes go, in order.
    pub buffers: Buffers,
    /// Windows' MSG_ flags.
    pub flags: u32,
    /// Where the sender's address goes, and its length; null when not asked for.
    pub from: *mut SOCKADDR,
    /// In: room at `from`; out: the address' length (S2.49).
    pub from_len: *mut i32,
}

/// A send.
pub struct Send {
    /// Where the bytes are, in order.
    pub buffers: Buffers,
    /// Windows' MSG_ flags.
    pub flags: u32,
    /// Where to, for a datagram.
    pub to: Option<Box<crate::kernel::address::Address>>,
}

/// The caller's data buffers.
pub enum Buffers {
    /// One, the usual case.
    One(WSABUF),
    /// Several, in the caller's array: valid during the call only (S2.1).
    Lent(*const WSABUF, u32),
    /// Several, copied from the caller's array.
    Kept(Box<[WSABUF]>),
}

impl Buffers {
    /// The buffers at `array`.
    ///
    /// # Safety
    ///
    /// The caller owns the array, valid for reads of `count` elements until its call returns.
    pub unsafe fn lent(array: *const WSABUF, count: u32) -> Self {
        if count == 1 {
            // SAFETY: the caller's array has this one element; it is copied here.
            return Buffers::One(unsafe { array.read() });
        }
        Buffers::Lent(array, count)
    }

    /// Makes them independent of the caller's array, which ends with the call (S2.1).
    pub fn keep(&mut self) {
        if let Buffers::Lent(..) = self {
            *self = Buffers::Kept(self.as_slice().into());
        }
    }

    /// The buffers in order.
    pub fn as_slice(&self) -> &[WSABUF] {
        match self {
            Buffers::One(one) => std::slice::from_ref(one),
            // SAFETY: a lent array is used before its call returns only: `keep` comes first
            // where a request begins to pend.
            Buffers::Lent(array, count) => unsafe {
                std::slice::from_raw_parts(*array, *count as usize)
            },
            Buffers::Kept(kept) => kept,
        }
    }

    /// Their total length in bytes, at most `u32::MAX`.
    pub fn total(&self) -> u32 {
        self.as_slice().iter().fold(0u32, |sum, buffer| sum.saturating_add(buffer.len))
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it is reported as.
    pub status: Status,
    /// Bytes transferred.
    pub bytes: u32,
    /// Receive flags (S2.27).
    pub flags: u32,
}

impl Outcome {
    /// Success with `bytes` transferred.
    pub fn success(bytes: u32) -> Self {
        Self { status: Status::SUCCESS, bytes, flags: 0 }
    }

    /// A failure; no bytes.
    pub fn failure(status: Status) -> Self {
        Self { status, bytes: 0, flags: 0 }
    }
}

/// What trying a request came to.
pub enum Step {
    /// It must wait for readiness.
    Blocked,
    /// It is over.
    Done(Outcome),
    /// An accept has its connection and goes on in the acceptor's lane (S3.7).
    Moved,
}

impl Work {
    /// Makes it independent of everything that ends with the call.
    #[inline]
    pub fn keep(&mut self) {
        match self {
            Work::Receive(receive) => receive.buffers.keep(),
            Work::Send(send) => send.buffers.keep(),
            _ => {}
        }
    }
}

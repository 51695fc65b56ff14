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
use crate::datagram::{ReceiveMessage, SendMessage};
use crate::error::Status;
use crate::event::Event;
use crate::kernel::address::Address;
use crate::kernel::net::{Direction, Interest};
use crate::lane::Sight;
use crate::mailslot;
use crate::pipe;
use crate::socket::Socket;
use crate::transfer::OUT_OF_BAND;
use crate::transmit::Transmit;

/// An operation and the caller's memory that belongs to it.
pub struct Request {
    /// Whom to tell when it is over.
    pub target: Target,
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
    /// A completion routine is to be queued to the thread: the OVERLAPPED's InternalHigh holds it
    /// until then.
    pub routine: bool,
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
    Accept(Box<Accept>),
    /// AcceptEx that has its connection and waits for the first bytes (S3.7).
    FirstBytes(Box<Accept>),
    /// ConnectEx.
    Connect(Box<Connect>),
    /// WSARecvMsg.
    ReceiveMessage(ReceiveMessage),
    /// WSASendMsg with control data.
    SendMessage(Box<SendMessage>),
    /// TransmitFile, TransmitPackets.
    Transmit(Box<Transmit>),
    /// DisconnectEx with reuse: waits for the peer's FIN (S3.31).
    Disconnect,
    /// ReadFile of a named pipe.
    PipeRead(pipe::Read),
    /// WriteFile to a named pipe.
    PipeWrite(pipe::Write),
    /// ConnectNamedPipe.
    PipeConnect,
    /// ReadFile of a mailslot.
    SlotRead(mailslot::Read),
    /// WriteFile to a mailslot.
    SlotWrite(mailslot::Write),
    /// An operation that was done before it was issued, such as DisconnectEx without reuse.
    Nothing,
}

/// What a call issues: tried where it stands, and kept as [`Work`] only if it has to wait.
pub trait Operation {
    /// The lane it belongs to.
    const DIRECTION: Direction;
    /// A call without OVERLAPPED waits on a non-blocking socket too.
    const PATIENT: bool = false;

    /// One try.
    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step;

    /// Makes it independent of everything that ends with the call.
    fn keep(self) -> Work;

    /// What a try that would block waits for.
    fn interest(&self) -> Interest {
        match Self::DIRECTION {
            Direction::Receive => Interest::Readable,
            Direction::Send => Interest::Writable,
        }
    }

    /// Bytes that are sent already, should the rest not be waited for.
    fn sent(&self) -> u32 {
        0
    }
}

/// A receive.
pub struct Receive {
    /// Where the bytes go, in order.
    pub buffers: Buffers,
    /// Windows' MSG_ flags.
    pub flags: u32,
    /// What a waiting receive (MSG_WAITALL) has so far, in bytes.
    pub done: u32,
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
    /// What went out in earlier tries, in bytes.
    pub done: u32,
    /// Where to, for a datagram.
    pub to: To,
}

/// The caller's data buffers.
pub enum Buffers {
    /// One, the usual case: its length and place.
    One(u32, *mut u8),
    /// Several, in the caller's array: valid during the call only (S2.1).
    Lent(*const WSABUF, u32),
    /// Several, copied from the caller's array.
    #[expect(clippy::box_collection, reason = "a third word would make every request larger")]
    Kept(Box<Vec<WSABUF>>),
}

impl Buffers {
    /// The buffers at `array`.
    ///
    /// # Safety
    ///
    /// The caller owns the array, valid for reads of `count` elements until its call returns.
    #[inline(always)]
    pub unsafe fn lent(array: *const WSABUF, count: u32) -> Self {
        if count == 1 {
            // SAFETY: the caller's array has this one element; it is copied here.
            let one = unsafe { array.read() };
            return Buffers::One(one.len, one.buf);
        }
        Buffers::Lent(array, count)
    }

    /// Makes them independent of the caller's array, which ends with the call (S2.1).
    #[inline(always)]
    pub fn keep(self) -> Self {
        match self {
            Buffers::Lent(..) => Buffers::Kept(Box::new(self.several().to_vec())),
            kept => kept,
        }
    }

    /// Hands the buffers, in order, to `work`.
    #[inline(always)]
    pub fn with<T>(&self, work: impl FnOnce(&[WSABUF]) -> T) -> T {
        match *self {
            Buffers::One(len, buf) => work(&[WSABUF { len, buf }]),
            _ => work(self.several()),
        }
    }

    fn several(&self) -> &[WSABUF] {
        match self {
            Buffers::One(..) => unreachable!("one is not several"),
            // SAFETY: a lent array is used before its call returns only: `keep` comes first
            // where a request begins to pend.
            Buffers::Lent(array, count) => unsafe {
                std::slice::from_raw_parts(*array, *count as usize)
            },
            Buffers::Kept(kept) => kept,
        }
    }

    /// Their total length in bytes, at most `u32::MAX`.
    #[inline(always)]
    pub fn total(&self) -> u32 {
        match self {
            Buffers::One(length, _) => *length,
            _ => self.several().iter().fold(0u32, |sum, buffer| sum.saturating_add(buffer.len)),
        }
    }
}

/// Where a send goes.
pub enum To {
    /// To the peer the socket is connected to.
    Peer,
    /// To an address in the caller's hand: valid during the call only.
    Lent(*const Address),
    /// To an address of its own.
    Kept(Box<Address>),
}

impl To {
    #[inline(always)]
    fn keep(self) -> Self {
        match self {
            To::Lent(address) => {
                // SAFETY: lent for the call that is still under way; the copy is the request's.
                To::Kept(Box::new(unsafe { *address }))
            }
            kept => kept,
        }
    }

    /// The address, if there is one.
    #[inline(always)]
    pub fn address(&self) -> Option<&Address> {
        match self {
            To::Peer => None,
            // SAFETY: lent addresses are used before their call returns only, as `keep` sees to.
            To::Lent(address) => Some(unsafe { &**address }),
            To::Kept(address) => Some(address),
        }
    }
}

impl Operation for Receive {
    const DIRECTION: Direction = Direction::Receive;

    #[inline(always)]
    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        self.attempt(socket, sight)
    }

    #[inline(always)]
    fn keep(self) -> Work {
        Work::Receive(Receive { buffers: self.buffers.keep(), ..self })
    }

    fn interest(&self) -> Interest {
        match self.flags & OUT_OF_BAND {
            0 => Interest::Readable,
            _ => Interest::Urgent,
        }
    }
}

impl Operation for Send {
    const DIRECTION: Direction = Direction::Send;

    #[inline(always)]
    fn attempt(&mut self, socket: &Socket, _: &mut Sight) -> Step {
        self.attempt(socket)
    }

    #[inline(always)]
    fn keep(self) -> Work {
        Work::Send(self.kept())
    }

    fn sent(&self) -> u32 {
        self.done
    }
}

impl Send {
    /// Independent of what ends with the call.
    #[inline(always)]
    pub fn kept(self) -> Self {
        Send { buffers: self.buffers.keep(), to: self.to.keep(), ..self }
    }
}

impl Operation for Box<Accept> {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, listener: &Socket, sight: &mut Sight) -> Step {
        Accept::attempt(self, listener, sight)
    }

    fn keep(self) -> Work {
        Work::Accept(self)
    }
}

/// DisconnectEx with reuse.
pub struct Disconnect;

impl Operation for Disconnect {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        socket.attempt_disconnect(sight)
    }

    fn keep(self) -> Work {
        Work::Disconnect
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

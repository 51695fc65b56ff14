//! One entry of a request queue: first the request, then its result. It belongs to its lane until
//! it is done, then to the completion queue until it was dequeued.
//!
//! # Safety
//!
//! Data and addresses are slices of registered memory, the caller's promise until the result is
//! dequeued (S10.5); each try uses them within its call.

#![allow(unsafe_code, reason = "the caller's registered memory")]

use std::ptr::{NonNull, null_mut};

use super::request_queue::Lane;
use crate::error::Status;
use crate::kernel::address::Address;
use crate::kernel::net::{self, Direction};
use crate::lane::Sight;
use crate::request::{Buffers, Outcome, Receive, Send, Step, To};
use crate::socket::{Mark, Socket};

/// A request, or its result.
#[repr(align(64))]
pub struct Entry {
    /// The next in the completion queue.
    pub next: *mut Entry,
    /// Whose it is.
    pub lane: NonNull<Lane>,
    /// The caller's, opaque.
    pub context: u64,
    /// Where the data is or goes; null: none.
    pub data: *mut u8,
    /// Bytes at `data`.
    pub length: u32,
    /// What earlier tries transferred, in bytes.
    pub done: u32,
    /// How it ended: a Winsock error number, 0 for success.
    pub status: u32,
    /// Bytes transferred.
    pub bytes: u32,
    /// Windows' MSG_ flags of a receive.
    pub flags: u32,
    /// Its result does not fire RIONotify (S10.20).
    pub quiet: bool,
    /// What only the Ex calls have.
    pub extra: Extra,
}

/// sizeof(SOCKADDR_INET).
pub const ADDRESS_BYTES: u32 = 28;

/// Further slices of the caller's, each null if it gave none (S10.28).
#[derive(Clone, Copy)]
pub struct Extra {
    /// The peer's SOCKADDR_INET: where a send goes, whence a receive came.
    pub remote: *mut u8,
    /// Where a receive puts the local SOCKADDR_INET.
    pub local: *mut u8,
    /// Where a receive puts its flags, four bytes.
    pub flags: *mut u8,
    /// The length of what `remote` points to, as an address call wants it.
    pub remote_bytes: i32,
}

impl Extra {
    /// None of them.
    pub const NONE: Extra =
        Extra { remote: null_mut(), local: null_mut(), flags: null_mut(), remote_bytes: 0 };
}

impl Entry {
    /// One try, through the place where every receive and every send goes.
    #[inline]
    pub fn attempt(&mut self, direction: Direction, socket: &Socket, sight: &mut Sight) -> Step {
        match direction {
            Direction::Receive => self.attempt_receive(socket, sight),
            Direction::Send => self.attempt_send(socket),
        }
    }

    #[inline]
    fn attempt_receive(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        self.extra.remote_bytes = ADDRESS_BYTES as i32;
        let mut receive = Receive {
            buffers: Buffers::One(self.length, self.data),
            flags: self.flags,
            done: self.done,
            from: self.extra.remote.cast(),
            from_len: &raw mut self.extra.remote_bytes,
        };
        let step = receive.attempt(socket, sight);
        self.done = receive.done;
        if let Step::Done(outcome) = &step
            && !outcome.status.is_error()
        {
            self.report(socket, outcome);
        }
        step
    }

    /// Fills the further slices of a receive.
    #[inline]
    fn report(&self, socket: &Socket, outcome: &Outcome) {
        let Extra { remote, local, flags, .. } = self.extra;
        let store = |at: *mut u8, address: Result<Address, net::Errno>| {
            if let (false, Ok(address)) = (at.is_null(), address) {
                let mut bytes = ADDRESS_BYTES as i32;
                // SAFETY: the caller's slice, which was found to have so many bytes.
                _ = unsafe { address.write_windows(at.cast(), &mut bytes) };
            }
        };
        if !remote.is_null() && socket.is(Mark::STREAM) {
            store(remote, net::peer_address(socket.fd()));
        }
        if !local.is_null() {
            store(local, net::local_address(socket.fd()));
        }
        if !flags.is_null() {
            // SAFETY: the caller's slice, which was found to have four bytes.
            unsafe { flags.cast::<u32>().write_unaligned(outcome.flags) };
        }
    }

    #[inline]
    fn attempt_send(&mut self, socket: &Socket) -> Step {
        let address;
        let to = match self.extra.remote.is_null() {
            true => To::Peer,
            false => {
                // SAFETY: the caller's slice, which was found to have so many bytes.
                let given = unsafe {
                    Address::from_windows(self.extra.remote.cast(), ADDRESS_BYTES as i32)
                };
                match given {
                    Ok(given) => {
                        address = given;
                        To::Lent(&address)
                    }
                    Err(error) => return Step::Done(Outcome::failure(Status::from_wsa(error))),
                }
            }
        };
        let buffers = Buffers::One(self.length, self.data);
        let mut send = Send { buffers, flags: 0, done: self.done, to };
        let step = send.attempt(socket);
        self.done = send.done;
        step
    }
}

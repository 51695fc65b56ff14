//! One entry of a request queue: first the request, then its result. It belongs to its lane until
//! it is done, then to the completion queue until it was dequeued.
//!
//! # Safety
//!
//! Data and addresses are slices of registered memory, the caller's promise until the result is
//! dequeued (S10.5); each try uses them within its call.

#![allow(unsafe_code, reason = "the caller's registered memory")]

use std::ptr::{NonNull, null_mut};

use windows_sys::Win32::Networking::WinSock::{WSABUF, WSAMSG};

use super::request_queue::Lane;
use crate::datagram::{ReceiveMessage, SendMessage};
use crate::error::{Error, Status};
use crate::kernel::address::Address;
use crate::kernel::ancillary::Control;
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
/// RIO_CMSG_BASE_SIZE: where control data begins behind the word with its length, which counts
/// both.
pub const CONTROL_BYTES: u32 = 8;

/// Further slices of the caller's, each null if it gave none (S10.28).
#[derive(Clone, Copy)]
pub struct Extra {
    /// The peer's SOCKADDR_INET: where a send goes, whence a receive came.
    pub remote: *mut u8,
    /// Where a receive puts the local SOCKADDR_INET.
    pub local: *mut u8,
    /// Where a receive puts its flags, four bytes.
    pub flags: *mut u8,
    /// A RIO_CMSG_BUFFER: control data that goes with a datagram, or comes with it.
    pub control: *mut u8,
    /// Bytes at `control`.
    pub control_bytes: u32,
    /// The length of what `remote` points to, as an address call wants it.
    pub remote_bytes: i32,
}

impl Extra {
    /// None of them.
    pub const NONE: Extra = Extra {
        remote: null_mut(),
        local: null_mut(),
        flags: null_mut(),
        control: null_mut(),
        control_bytes: 0,
        remote_bytes: 0,
    };

    /// The control data that goes with a send; 10022 for what is malformed.
    ///
    /// # Safety
    ///
    /// There is some.
    pub unsafe fn control(&self) -> Result<Control, Error> {
        // SAFETY: the caller's slice, which was found to have so many bytes, a word at least.
        let given = unsafe {
            let all = self.control.cast::<u32>().read_unaligned();
            let messages = all.checked_sub(CONTROL_BYTES);
            let messages = messages.filter(|_| all <= self.control_bytes).ok_or(Error::INVALID)?;
            let at = self.control.add(CONTROL_BYTES as usize);
            std::slice::from_raw_parts(at, messages as usize)
        };
        Control::from_windows(given)
    }
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
        if !self.extra.control.is_null() {
            return self.attempt_message(socket, sight);
        }
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

    /// One try of a receive with control data.
    #[cold]
    fn attempt_message(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        let Extra { remote, control, control_bytes, .. } = self.extra;
        let mut nobody = [0u8; ADDRESS_BYTES as usize];
        let name = if remote.is_null() { nobody.as_mut_ptr() } else { remote };
        let buf = control.wrapping_add(CONTROL_BYTES as usize);
        let mut message = WSAMSG {
            name: name.cast(),
            namelen: ADDRESS_BYTES as i32,
            lpBuffers: null_mut(), // the request has them
            dwBufferCount: 0,
            Control: WSABUF { len: control_bytes - CONTROL_BYTES, buf },
            dwFlags: 0,
        };
        let buffers = Buffers::One(self.length, self.data);
        let mut receive = ReceiveMessage { buffers, flags: self.flags, message: &raw mut message };
        let mut step = receive.attempt(socket, sight);
        if let Step::Done(outcome) = &mut step
            && !outcome.status.is_error()
        {
            outcome.flags = message.dwFlags;
            self.report(socket, outcome);
            let all = CONTROL_BYTES + message.Control.len;
            // SAFETY: the caller's slice, which was found to begin with such a word.
            unsafe { control.cast::<u32>().write_unaligned(all) };
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
        if !self.extra.control.is_null() {
            // SAFETY: it was found to be there.
            return match unsafe { self.extra.control() } {
                Ok(control) => SendMessage { send, control }.attempt(socket),
                Err(error) => Step::Done(Outcome::failure(Status::from_wsa(error))),
            };
        }
        let step = send.attempt(socket);
        self.done = send.done;
        step
    }
}

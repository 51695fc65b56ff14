//! Receives and sends: one try of each, on streams and datagrams.
//!
//! # Safety
//!
//! The buffers are the caller's from the call to the completion (S2.1, invariant 5); each try
//! uses them within one system call, under the lane's lock.

#![allow(unsafe_code, reason = "the caller's buffers")]

use std::sync::atomic::Ordering;

use crate::connect::mark_reset;
use crate::error::{Error, Status};
use crate::kernel::address::Address;
use crate::kernel::net::{self, Errno};
use crate::lane::Sight;
use crate::request::{Outcome, Receive, Send, Step};
use crate::socket::{Mark, Socket};

/// MSG_ flags by Windows' numbers.
pub const OUT_OF_BAND: u32 = 1;
/// MSG_PEEK.
pub const PEEK: u32 = 2;
/// MSG_WAITALL.
pub const WAIT_ALL: u32 = 8;
/// MSG_PARTIAL.
pub const PARTIAL: u32 = 0x8000;

impl Socket {
    /// Whether a receive with these flags may begin (S2.24, S2.26, S2.28, S2.30, S2.44).
    #[inline]
    pub fn check_receive(&self, flags: u32) -> Result<(), Error> {
        // The usual case in one look: a connected stream, nothing odd.
        let plain = self.is_exactly(Mark::STREAM.and(Mark::CONNECTED), Mark::ODD_RECEIVES);
        if plain && flags == 0 { Ok(()) } else { self.check_odd_receive(flags) }
    }

    fn check_odd_receive(&self, flags: u32) -> Result<(), Error> {
        self.settle_connect();
        let stream = self.is(Mark::STREAM);
        if self.is(Mark::SHUT_RECEIVE) {
            return Err(Error::SHUT_DOWN);
        }
        if flags & OUT_OF_BAND != 0 && self.is(Mark::OOB_INLINE) {
            return Err(Error::INVALID);
        }
        if flags & WAIT_ALL != 0 {
            let odd = flags & (PEEK | OUT_OF_BAND | PARTIAL) != 0;
            if !stream || odd || self.is(Mark::NONBLOCKING) {
                return Err(Error::OP_NOT_SUPPORTED);
            }
        }
        match stream {
            true if !self.is(Mark::CONNECTED) => Err(Error::NOT_CONNECTED),
            true if self.is(Mark::RESET) => Err(Error::CONNECTION_RESET),
            false if !self.is(Mark::BOUND) => Err(Error::INVALID),
            _ => Ok(()),
        }
    }

    /// Whether a send may begin (S2.30, S2.39, S2.50).
    #[inline]
    pub fn check_send(&self, to: bool) -> Result<(), Error> {
        let plain = self.is_exactly(Mark::STREAM.and(Mark::CONNECTED), Mark::ODD_SENDS);
        if plain { Ok(()) } else { self.check_odd_send(to) }
    }

    fn check_odd_send(&self, to: bool) -> Result<(), Error> {
        self.settle_connect();
        if self.is(Mark::SHUT_SEND) {
            return Err(Error::SHUT_DOWN);
        }
        if !self.is(Mark::CONNECTED) && (self.is(Mark::STREAM) || !to) {
            return Err(Error::NOT_CONNECTED);
        }
        if self.is(Mark::RESET) {
            return Err(Error::CONNECTION_RESET);
        }
        Ok(())
    }
}

impl Receive {
    /// One try; `done` counts what a waiting receive (MSG_WAITALL) has so far.
    #[inline]
    pub fn attempt(&mut self, socket: &Socket, sight: &mut Sight, done: &mut u32) -> Step {
        if socket.is(Mark::RESET) {
            // Linux tells a reset once, then the end of the stream; Windows keeps telling (S1.86).
            return Step::Done(Outcome::failure(Status::CONNECTION_RESET));
        }
        let result = match socket.is(Mark::STREAM) {
            true => self.attempt_stream(socket, sight, done),
            false => self.attempt_datagram(socket),
        };
        match result {
            Ok(outcome) => Step::Done(outcome),
            Err(Errno::WOULD_BLOCK) => {
                if self.flags & OUT_OF_BAND == 0 {
                    sight.blocked(); // ordinary data may lie there all the same
                }
                Step::Blocked
            }
            Err(errno) => {
                if errno == Errno::RESET {
                    mark_reset(socket);
                }
                let flags = 0;
                Step::Done(Outcome { status: errno.status(), bytes: 0, flags })
            }
        }
    }

    #[inline]
    fn attempt_stream(
        &mut self,
        socket: &Socket,
        sight: &mut Sight,
        done: &mut u32,
    ) -> Result<Outcome, Errno> {
        let total = self.buffers.total();
        if total == 0 {
            net::peek(socket.fd())?; // it consumes nothing (S2.21)
            return Ok(Outcome::success(0));
        }
        loop {
            let buffers = self.buffers.as_slice();
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            let got = match unsafe { net::receive(socket.fd(), buffers, *done, self.flags) } {
                // No urgent data now: Linux' answer, where Windows waits (S2.26).
                Err(Errno::INVALID) if self.flags & OUT_OF_BAND != 0 => Err(Errno::WOULD_BLOCK)?,
                got => got?,
            };
            *done += got as u32;
            let short = *done < total;
            if short && got > 0 && !sight.hung_up && !sight.urgent && self.flags & 3 == 0 {
                sight.ready = false; // drained: the next bytes are a new edge
            }
            let waits = self.flags & WAIT_ALL != 0 && short && got > 0;
            if !waits {
                let flags = self.flags & OUT_OF_BAND;
                return Ok(Outcome { status: Status::SUCCESS, bytes: *done, flags });
            }
        }
    }

    fn attempt_datagram(&mut self, socket: &Socket) -> Result<Outcome, Errno> {
        if socket.is(Mark::PORT_UNREACHABLE) && socket.mark(Mark::PORT_UNREACHABLE, false) {
            return Ok(Outcome::failure(Status::PORT_UNREACHABLE));
        }
        let mut sender = (!self.from.is_null()).then(Address::empty);
        let received = loop {
            let (buffers, from) = (self.buffers.as_slice(), sender.as_mut());
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            match unsafe { net::receive_datagram(socket.fd(), buffers, self.flags, from) } {
                // Linux tells a connected socket even where nobody wants to know (S2.52).
                Err(Errno::REFUSED) if socket.is(Mark::IGNORES_PORT_ERRORS) => {}
                Err(Errno::REFUSED) => {
                    net::drop_port_errors(socket.fd());
                    return Ok(Outcome::failure(Status::PORT_UNREACHABLE)); // S2.51
                }
                got => break got?,
            }
        };
        if let Some(sender) = sender {
            // SAFETY: lpFrom and lpFromlen are the caller's until the completion (S2.49).
            _ = unsafe { sender.write_windows(self.from, self.from_len) };
        }
        let (status, flags) = match received.cut {
            true => (Status::BUFFER_OVERFLOW, PARTIAL), // S2.45
            false => (Status::SUCCESS, 0),
        };
        Ok(Outcome { status, bytes: received.bytes as u32, flags })
    }
}

impl Send {
    /// One try; `done` counts the bytes of earlier ones. A stream takes all or goes on later
    /// (S2.31).
    #[inline]
    pub fn attempt(&mut self, socket: &Socket, done: &mut u32) -> Step {
        let stream = socket.is(Mark::STREAM);
        let total = self.buffers.total();
        loop {
            if stream && *done == total {
                return Step::Done(Outcome::success(*done)); // none at all is fine (S2.38)
            }
            let (buffers, to) = (self.buffers.as_slice(), self.to.as_deref());
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            let sent = unsafe { net::send(socket.fd(), buffers, *done, self.flags, to) };
            match sent {
                Ok(bytes) => {
                    *done += bytes as u32;
                    if !stream {
                        socket.mark(Mark::BOUND, true); // S2.44
                        return Step::Done(Outcome::success(*done));
                    }
                }
                Err(Errno::WOULD_BLOCK) => return Step::Blocked,
                Err(Errno::INTERRUPTED) => {}
                Err(Errno::REFUSED) if !stream => {
                    // An earlier datagram's port was unreachable: receives tell it (S2.51).
                    net::drop_port_errors(socket.fd());
                    let wanted = !socket.is(Mark::IGNORES_PORT_ERRORS);
                    socket.mark(Mark::PORT_UNREACHABLE, wanted);
                }
                Err(errno) => return Step::Done(Outcome::failure(send_status(socket, errno))),
            }
        }
    }
}

/// What a failed send ends with (S2.39).
fn send_status(socket: &Socket, errno: Errno) -> Status {
    match errno {
        Errno::BROKEN_PIPE if socket.is(Mark::SHUT_SEND) => Status::PIPE_DISCONNECTED,
        Errno::BROKEN_PIPE | Errno::RESET => {
            mark_reset(socket);
            Status::CONNECTION_RESET
        }
        other => other.status(),
    }
}

/// The time limit of blocking calls in a direction, in milliseconds; 0: none (S2.10).
pub fn timeout_ms(socket: &Socket, direction: net::Direction) -> u32 {
    match direction {
        net::Direction::Receive => socket.receive_timeout_ms.load(Ordering::Relaxed),
        net::Direction::Send => socket.send_timeout_ms.load(Ordering::Relaxed),
    }
}

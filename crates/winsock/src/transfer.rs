//! Receives and sends: one try of each, on streams and datagrams.
//!
//! # Safety
//!
//! The buffers are the caller's from the call to the completion (S2.1, invariant 5); each try
//! uses them within one system call, under the lane's lock.

#![allow(unsafe_code, reason = "the caller's buffers")]

use crate::connect::mark_reset;
use crate::error::{Error, Status};
use crate::kernel::address::Address;
use crate::kernel::fast::link::Link;
use crate::kernel::net::{self, Direction, Errno};
use crate::kernel::transfer::{self, Received};
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
    /// One try.
    #[inline(always)]
    pub fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        if socket.is(Mark::RESET) {
            // Linux tells a reset once, then the end of the stream; Windows keeps telling (S1.86).
            return Step::Done(Outcome::failure(Status::CONNECTION_RESET));
        }
        let result = match socket.is(Mark::STREAM) {
            // SAFETY: a receive is tried under the receiving lane's lock.
            true => match unsafe { socket.link(Direction::Receive) } {
                None => self.attempt_stream(socket, sight),
                Some(link) => self.attempt_link(socket, link),
            },
            false => self.attempt_datagram(socket),
        };
        match result {
            Ok(outcome) => Step::Done(outcome),
            Err(errno) => self.stopped(socket, sight, errno),
        }
    }

    fn stopped(&self, socket: &Socket, sight: &mut Sight, errno: Errno) -> Step {
        match errno {
            Errno::WOULD_BLOCK => {
                if self.flags & OUT_OF_BAND == 0 {
                    sight.blocked(); // ordinary data may lie there all the same
                }
                return Step::Blocked;
            }
            Errno::RESET => mark_reset(socket),
            _ => {}
        }
        Step::Done(Outcome::failure(errno.status()))
    }

    #[inline(always)]
    fn attempt_stream(&mut self, socket: &Socket, sight: &mut Sight) -> Result<Outcome, Errno> {
        let total = self.buffers.total();
        if total == 0 {
            transfer::peek(socket.fd())?; // it consumes nothing (S2.21)
            return Ok(Outcome::success(0));
        }
        loop {
            let (done, flags) = (self.done, self.flags);
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            let receive =
                |buffers: &_| unsafe { transfer::receive(socket.fd(), buffers, done, flags) };
            let got = match self.buffers.with(receive) {
                // No urgent data now: Linux' answer, where Windows waits (S2.26).
                Err(Errno::INVALID) if flags & OUT_OF_BAND != 0 => Err(Errno::WOULD_BLOCK)?,
                got => got?,
            };
            self.done += got;
            let short = self.done < total;
            if short && got > 0 && !sight.hung_up && !sight.urgent && flags & 3 == 0 {
                sight.ready = false; // drained: the next bytes are a new edge
            }
            let waits = flags & WAIT_ALL != 0 && short && got > 0;
            if !waits {
                let (status, flags) = (Status::SUCCESS, flags & OUT_OF_BAND);
                return Ok(Outcome { status, bytes: self.done, flags });
            }
        }
    }

    /// As [`Receive::attempt_stream`]; what is left there, or not, the next try finds out.
    #[inline(never)]
    fn attempt_link(&mut self, socket: &Socket, link: &Link) -> Result<Outcome, Errno> {
        let total = self.buffers.total();
        if total == 0 {
            link.peek(socket.fd())?;
            return Ok(Outcome::success(0));
        }
        loop {
            let (done, flags) = (self.done, self.flags);
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            let receive = |buffers: &_| unsafe { link.receive(socket.fd(), buffers, done, flags) };
            let got = match self.buffers.with(receive) {
                Err(Errno::INVALID) if flags & OUT_OF_BAND != 0 => Err(Errno::WOULD_BLOCK)?,
                got => got?,
            };
            self.done += got;
            if flags & WAIT_ALL == 0 || self.done == total || got == 0 {
                let (status, flags) = (Status::SUCCESS, flags & OUT_OF_BAND);
                return Ok(Outcome { status, bytes: self.done, flags });
            }
        }
    }

    #[inline(never)]
    fn attempt_datagram(&mut self, socket: &Socket) -> Result<Outcome, Errno> {
        let mut sender = (!self.from.is_null()).then(Address::empty);
        let received = next_datagram(socket, || {
            let rest = (sender.as_mut(), None);
            self.buffers.with(|buffers| {
                // SAFETY: lpBuffers' memory is the caller's until the completion (S2.1).
                unsafe { transfer::receive_datagram(socket.fd(), buffers, self.flags, rest) }
            })
        })?;
        let Some(received) = received else {
            return Ok(Outcome::failure(Status::PORT_UNREACHABLE)); // S2.51
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
    /// One try. A stream takes all or goes on later (S2.31).
    #[inline(always)]
    pub fn attempt(&mut self, socket: &Socket) -> Step {
        let stream = socket.is(Mark::STREAM);
        let total = self.buffers.total();
        // SAFETY: a send is tried under the sending lane's lock.
        let link = unsafe { socket.link(Direction::Send) };
        loop {
            if stream && self.done == total {
                return Step::Done(Outcome::success(total)); // none at all is fine (S2.38)
            }
            let (done, flags, to) = (self.done, self.flags, self.to.address());
            // SAFETY: the caller's buffers, valid until the completion (file's Safety paragraph).
            let send = |buffers: &_| unsafe {
                match link {
                    None => transfer::send(socket.fd(), buffers, done, flags, to),
                    Some(link) => link.send(socket.fd(), buffers, done, flags),
                }
            };
            match self.buffers.with(send) {
                Ok(bytes) => {
                    self.done += bytes;
                    if !stream {
                        socket.mark(Mark::BOUND, true); // S2.44
                        return Step::Done(Outcome::success(self.done));
                    }
                }
                Err(errno) => {
                    if let Some(step) = stopped(socket, errno) {
                        return step;
                    }
                }
            }
        }
    }
}

/// One datagram by `receive`; `None`: the news that an earlier one's port was unreachable (S2.51).
#[inline(always)]
pub fn next_datagram(
    socket: &Socket,
    mut receive: impl FnMut() -> Result<Received, Errno>,
) -> Result<Option<Received>, Errno> {
    if socket.is(Mark::PORT_UNREACHABLE) && socket.mark(Mark::PORT_UNREACHABLE, false) {
        return Ok(None);
    }
    loop {
        match receive() {
            // Linux tells a connected socket even where nobody wants to know (S2.52).
            Err(Errno::REFUSED) if socket.is(Mark::IGNORES_PORT_ERRORS) => {}
            Err(Errno::REFUSED) => {
                net::drop_port_errors(socket.fd());
                return Ok(None);
            }
            got => return got.map(Some),
        }
    }
}

/// What a send that failed comes to; `None`: it is tried again.
pub fn stopped(socket: &Socket, errno: Errno) -> Option<Step> {
    match errno {
        Errno::WOULD_BLOCK => Some(Step::Blocked),
        Errno::INTERRUPTED => None,
        Errno::REFUSED if !socket.is(Mark::STREAM) => {
            // An earlier datagram's port was unreachable: receives tell it (S2.51).
            net::drop_port_errors(socket.fd());
            let wanted = !socket.is(Mark::IGNORES_PORT_ERRORS);
            socket.mark(Mark::PORT_UNREACHABLE, wanted);
            None
        }
        errno => Some(Step::Done(Outcome::failure(send_status(socket, errno)))),
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

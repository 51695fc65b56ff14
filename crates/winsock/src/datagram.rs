//! Datagrams with control data: WSARecvMsg and WSASendMsg, one try of each.
//!
//! # Safety
//!
//! Buffers, WSAMSG and what it points to are the caller's from the call to the completion
//! (invariant 5).

#![allow(unsafe_code, reason = "the caller's buffers")]

use windows_sys::Win32::Networking::WinSock::{MSG_CTRUNC, MSG_TRUNC, WSABUF, WSAMSG};

use crate::error::{Error, Status};
use crate::kernel::address::Address;
use crate::kernel::ancillary::Control;
use crate::kernel::net::{Direction, Errno};
use crate::kernel::transfer::{self, Received};
use crate::lane::Sight;
use crate::request::{Buffers, Operation, Outcome, Send, Step, Work};
use crate::socket::{Mark, Socket};
use crate::transfer::{next_datagram, stopped};

/// A WSARecvMsg.
pub struct ReceiveMessage {
    /// Where the bytes go, in order.
    pub buffers: Buffers,
    /// Windows' MSG_ flags.
    pub flags: u32,
    /// Where all the rest goes.
    pub message: *mut WSAMSG,
}

/// A WSASendMsg that has control data; without it is a [`Send`].
pub struct SendMessage {
    /// The bytes and where to.
    pub send: Send,
    /// What goes with them.
    pub control: Control,
}

impl ReceiveMessage {
    /// One try.
    pub fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        let (mut sender, mut control) = (Address::empty(), Control::empty());
        let received = next_datagram(socket, || {
            let rest = (Some(&mut sender), Some(&mut control));
            self.buffers.with(|buffers| {
                // SAFETY: the caller's buffers, valid until the completion (file's Safety
                // paragraph).
                unsafe { transfer::receive_datagram(socket.fd(), buffers, self.flags, rest) }
            })
        });
        match received {
            Ok(Some(received)) => Step::Done(self.store(&received, &sender, &control)),
            Ok(None) => Step::Done(Outcome::failure(Status::PORT_UNREACHABLE)), // S2.51
            Err(Errno::WOULD_BLOCK) => {
                sight.blocked();
                Step::Blocked
            }
            Err(errno) => Step::Done(Outcome::failure(errno.status())),
        }
    }

    fn store(&self, received: &Received, sender: &Address, control: &Control) -> Outcome {
        // SAFETY: the caller's structure, and the two places that it names, are the engine's until
        // the completion.
        let (message, room) = unsafe {
            let message = &mut *self.message;
            _ = sender.write_windows(message.name, &raw mut message.namelen);
            let WSABUF { len, buf } = message.Control;
            let room: &mut [u8] = match buf.is_null() {
                true => &mut [],
                false => std::slice::from_raw_parts_mut(buf, len as usize),
            };
            (message, room)
        };
        let (stored, lost) = control.to_windows(room);
        message.Control.len = stored as u32;
        message.dwFlags = if received.cut { MSG_TRUNC } else { 0 };
        message.dwFlags |= if lost { MSG_CTRUNC } else { 0 };
        let status = match received.cut || lost {
            true => Status::BUFFER_OVERFLOW, // S2.45, S3.44
            false => Status::SUCCESS,
        };
        Outcome { status, ..Outcome::success(received.bytes as u32) }
    }
}

impl SendMessage {
    /// One try.
    pub fn attempt(&mut self, socket: &Socket) -> Step {
        let (send, control) = (&self.send, &self.control);
        loop {
            let sent = send.buffers.with(|buffers| {
                let (fd, to) = (socket.fd(), send.to.address());
                // SAFETY: the caller's buffers, valid until the completion (file's Safety
                // paragraph); address and control data are the operation's own.
                unsafe { transfer::send_message(fd, buffers, send.flags, to, control) }
            });
            match sent {
                Ok(bytes) => {
                    socket.mark(Mark::BOUND, true); // S2.44
                    return Step::Done(Outcome::success(bytes as u32));
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

impl Operation for ReceiveMessage {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        self.attempt(socket, sight)
    }

    fn keep(self) -> Work {
        Work::ReceiveMessage(ReceiveMessage { buffers: self.buffers.keep(), ..self })
    }
}

impl Operation for SendMessage {
    const DIRECTION: Direction = Direction::Send;

    fn attempt(&mut self, socket: &Socket, _: &mut Sight) -> Step {
        self.attempt(socket)
    }

    fn keep(self) -> Work {
        Work::SendMessage(Box::new(SendMessage { send: self.send.kept(), ..self }))
    }
}

impl Socket {
    /// Whether it carries datagrams, as the two calls want (S3.43): 10045.
    pub fn check_datagrams(&self) -> Result<(), Error> {
        if self.is(Mark::STREAM) { Err(Error::OP_NOT_SUPPORTED) } else { Ok(()) }
    }
}

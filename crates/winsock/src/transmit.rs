//! Sending files, and memory around them, by the kernel's own copying: TransmitFile and
//! TransmitPackets.
//!
//! ```text
//!   head ─▶ file ─▶ tail ─▶ FIN (TF_DISCONNECT) ─▶ the peer's FIN (TF_REUSE_SOCKET) ─▶ end
//! ```
//!
//! # Safety
//!
//! Memory that is sent is the caller's from the call to the completion (invariant 5).

#![allow(unsafe_code, reason = "the caller's buffers")]

use std::sync::Arc;

use smallvec::SmallVec;
use windows_sys::Win32::Networking::WinSock::{TF_DISCONNECT, TF_REUSE_SOCKET, WSABUF};

use crate::error::Error;
use crate::kernel::fast::link::Link;
use crate::kernel::file::File;
use crate::kernel::net::{self, Direction, Errno, Interest};
use crate::kernel::transfer;
use crate::lane::Sight;
use crate::request::{Operation, Outcome, Step, Work};
use crate::socket::{Mark, Socket};
use crate::transfer::stopped;

/// The most that one call sends, in bytes (S3.37).
const BYTES_MAX: u64 = 2_147_483_646;

/// TF_WRITE_BEHIND, TF_USE_SYSTEM_THREAD and TF_USE_KERNEL_APC: hints about what Linux has not.
const HINTS: u32 = 4 | 16 | 32;

/// What is sent, in order.
pub type Parts = SmallVec<[Part; 3]>;

/// A piece of what is sent: what is left of it.
pub enum Part {
    /// The caller's memory.
    Memory(WSABUF),
    /// So many bytes of a file.
    File {
        /// Kept open until it is sent.
        file: Arc<File>,
        /// From where in the file; `None`: from where it stands.
        at: Option<i64>,
        /// How many.
        bytes: u32,
    },
}

/// A TransmitFile or TransmitPackets.
pub struct Transmit {
    parts: Parts,
    /// The part under way.
    part: usize,
    sent: u32,
    /// The end of sending follows.
    disconnects: bool,
    /// The socket is made new after the peer's FIN (S3.31).
    renews: bool,
    /// The OVERLAPPED's Offset, which stays what the caller has made it.
    pub offset: u32,
}

impl Part {
    /// A file from byte `at` on, or from where it stands: `bytes`, or with 0 to its end (S3.35).
    pub fn of_file(file: Arc<File>, at: Option<i64>, bytes: u32) -> Result<Part, Error> {
        let begin = match at {
            Some(at) => u64::try_from(at).map_err(|_| Error::INVALID)?,
            None => file.seek(std::io::SeekFrom::Current(0))?,
        };
        let rest = file.bytes()?.saturating_sub(begin);
        let bytes = if bytes == 0 { rest } else { rest.min(bytes.into()) };
        let bytes = u32::try_from(bytes).map_err(|_| Error::INVALID)?;
        Ok(Part::File { file, at, bytes })
    }

    fn bytes(&self) -> u32 {
        match self {
            Part::Memory(buffer) => buffer.len,
            Part::File { bytes, .. } => *bytes,
        }
    }

    /// Sends some of it; 0 when it is over.
    fn send(&mut self, fd: i32, link: Option<&Link>) -> Result<usize, Errno> {
        if self.bytes() == 0 {
            return Ok(0);
        }
        match self {
            Part::Memory(buffer) => {
                // SAFETY: the caller's memory, valid until the completion (file's Safety
                // paragraph).
                let sent = unsafe {
                    match link {
                        None => transfer::send(fd, &[*buffer], 0, 0, None)?,
                        Some(link) => link.send(fd, &[*buffer], 0, 0)?,
                    }
                } as usize;
                buffer.len -= sent as u32;
                buffer.buf = buffer.buf.wrapping_add(sent);
                Ok(sent)
            }
            Part::File { file, at, bytes } => {
                let sent = match link {
                    None => file.send(fd, at.as_mut(), *bytes)?,
                    Some(link) => link.send_file(fd, file, at.as_mut(), *bytes)?,
                };
                *bytes = if sent == 0 { 0 } else { *bytes - sent as u32 }; // 0: cut meanwhile
                Ok(sent)
            }
        }
    }
}

impl Transmit {
    /// 10022 for more than can be sent in one call (S3.37).
    pub fn new(parts: Parts, flags: u32, offset: u32) -> Result<Box<Self>, Error> {
        if parts.iter().map(|part| u64::from(part.bytes())).sum::<u64>() > BYTES_MAX {
            return Err(Error::INVALID);
        }
        let (disconnects, renews) = (flags & TF_DISCONNECT != 0, flags & TF_REUSE_SOCKET != 0);
        Ok(Box::new(Self { parts, part: 0, sent: 0, disconnects, renews, offset }))
    }

    /// One try to get further.
    pub fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        if self.sent == 0 && self.parts.len() > 1 {
            net::set_corked(socket.fd(), true); // head, file and tail share packets
        }
        // SAFETY: a transmission is tried under its lane's lock.
        let link = unsafe { socket.link(Direction::Send) };
        while let Some(part) = self.parts.get_mut(self.part) {
            match part.send(socket.fd(), link) {
                Ok(0) => self.part += 1,
                Ok(bytes) => self.sent += bytes as u32,
                Err(errno) => {
                    if let Some(step) = stopped(socket, errno) {
                        return step;
                    }
                }
            }
        }
        if std::mem::take(&mut self.disconnects) {
            socket.begin_disconnect();
        }
        let done = Outcome { flags: self.offset, ..Outcome::success(self.sent) };
        if !self.renews {
            return Step::Done(done);
        }
        match socket.attempt_disconnect(sight) {
            Step::Done(Outcome { status, .. }) if status.is_success() => Step::Done(done),
            step => step,
        }
    }
}

impl Operation for Box<Transmit> {
    const DIRECTION: Direction = Direction::Send;
    const PATIENT: bool = true;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        Transmit::attempt(self, socket, sight)
    }

    fn keep(self) -> Work {
        Work::Transmit(self)
    }

    fn interest(&self) -> Interest {
        match self.part < self.parts.len() {
            true => Interest::Writable,
            false => Interest::Readable, // the peer's FIN
        }
    }
}

impl Socket {
    /// Whether TransmitFile may begin with these flags, as far as they can tell (S3.37).
    pub fn check_transmit(&self, flags: u32) -> Result<(), Error> {
        self.settle_connect();
        let reuse_alone = flags & (TF_DISCONNECT | TF_REUSE_SOCKET) == TF_REUSE_SOCKET;
        match () {
            () if !self.is(Mark::STREAM.and(Mark::CONNECTED)) => Err(Error::NOT_CONNECTED),
            () if reuse_alone => Err(Error::INVALID),
            () if flags & !(TF_DISCONNECT | TF_REUSE_SOCKET | HINTS) != 0 => Err(Error::INVALID),
            () => Ok(()),
        }
    }

    /// What a transmission left in the kernel's hands goes out.
    pub fn end_transmission(&self) {
        net::set_corked(self.fd(), false);
    }
}

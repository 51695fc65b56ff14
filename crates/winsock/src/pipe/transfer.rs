//! One try of each operation on a named pipe.
//!
//! # Safety
//!
//! The buffers are the caller's from the call to the completion (S2.1, invariant 5); each try uses
//! them within one system call, under the lane's lock.

#![allow(unsafe_code, reason = "the caller's buffers")]

use windows_sys::Win32::Networking::WinSock::LPWSAOVERLAPPED_COMPLETION_ROUTINE;
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::stream::HEAD_BYTES;
use super::{NO_WAIT, Pipe, READ_MESSAGES, State, end};
use crate::error::{Error, Status};
use crate::file;
use crate::handle;
use crate::issue::{self, Transfer};
use crate::kernel::net::{Direction, Errno};
use crate::kernel::pipe as kernel;
use crate::lane::Sight;
use crate::request::{Operation, Outcome, Step, Work};
use crate::socket::Socket;

/// What a completion routine is called with is the same for files and sockets, but for the flags
/// that come last.
pub type Routine = LPWSAOVERLAPPED_COMPLETION_ROUTINE;

/// A read.
pub struct Read {
    to: *mut u8,
    bytes: u32,
    /// Bytes it has so far.
    done: u32,
}

/// A write.
pub struct Write {
    from: *const u8,
    bytes: u32,
    /// Bytes that went, those of the length included.
    done: u32,
}

/// ConnectNamedPipe.
pub struct Connect;

/// One of [`read`] and [`write()`].
///
/// # Safety
///
/// As [`read`].
pub unsafe fn transfer(
    handle: usize,
    what: file::Transfer,
    bytes: u32,
    overlapped: *mut OVERLAPPED,
    routine: Routine,
) -> Result<Outcome, Error> {
    match what {
        // SAFETY: the caller's room, as this function's own caller promises.
        file::Transfer::Read(to) => unsafe { read(handle, (to, bytes), overlapped, routine) },
        // SAFETY: the caller's data, as this function's own caller promises.
        file::Transfer::Write(from) => unsafe { write(handle, (from, bytes), overlapped, routine) },
    }
}

/// ReadFile (S16.15–S16.18). A warning counts as done.
///
/// # Safety
///
/// Buffer and OVERLAPPED are valid until the completion.
pub unsafe fn read(
    handle: usize,
    (to, bytes): (*mut u8, u32),
    overlapped: *mut OVERLAPPED,
    routine: Routine,
) -> Result<Outcome, Error> {
    check(&*end(handle)?, |pipe| pipe.reads)?;
    let lane = handle::lock(handle, Direction::Receive)?;
    // SAFETY: the caller's OVERLAPPED, as this function's own caller promises.
    unsafe { issue::begin(lane, &nothing(overlapped, routine), || Read { to, bytes, done: 0 }) }
        .map_err(interrupted)
}

/// WriteFile (S16.19, S16.20).
///
/// # Safety
///
/// As [`read`].
pub unsafe fn write(
    handle: usize,
    (from, bytes): (*const u8, u32),
    overlapped: *mut OVERLAPPED,
    routine: Routine,
) -> Result<Outcome, Error> {
    check(&*end(handle)?, |pipe| pipe.writes)?;
    let lane = handle::lock(handle, Direction::Send)?;
    // SAFETY: the caller's OVERLAPPED and data, promised for as long as the write lasts.
    unsafe { issue::begin(lane, &nothing(overlapped, routine), || Write { from, bytes, done: 0 }) }
        .map_err(interrupted)
}

/// ConnectNamedPipe (S16.3–S16.7).
///
/// # Safety
///
/// The OVERLAPPED is null or valid until the completion.
pub unsafe fn connect(handle: usize, overlapped: *mut OVERLAPPED) -> Result<(), Error> {
    end(handle)?;
    let lane = handle::lock(handle, Direction::Receive)?;
    let socket = lane.socket();
    let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if !pipe.is_server() {
        return Err(Error::INVALID_FUNCTION);
    }
    let was = pipe.state();
    if was == State::Disconnected {
        pipe.listen(socket)?;
    }
    if was == State::Connected || pipe.take_client(socket).is_ok() {
        let gone = kernel::is_over(socket.fd());
        return Err(if gone { Error::PIPE_CLOSING } else { Error::PIPE_CONNECTED });
    }
    if pipe.modes() & NO_WAIT != 0 {
        let first = was == State::Disconnected;
        return if first { Ok(()) } else { Err(Error::PIPE_LISTENING) };
    }
    // SAFETY: the caller's OVERLAPPED, the engine's until a client has come.
    unsafe { issue::begin(lane, &nothing(overlapped, None), || Connect) }
        .map(drop)
        .map_err(interrupted)
}

fn check(socket: &Socket, may: impl Fn(&Pipe) -> bool) -> Result<(), Error> {
    let pipe = pipe_of(socket);
    if !may(pipe) {
        return Err(Error::ACCESS_DENIED);
    }
    pipe.refusal_now(socket).map_or(Ok(()), |refused| Err(refused.win32()))
}

/// What the lanes need to know beside the operation.
fn nothing(overlapped: *mut OVERLAPPED, routine: Routine) -> Transfer {
    Transfer { buffers: (std::ptr::null(), 0), overlapped, routine, counts: true }
}

/// A call that waited while another thread closed the handle.
fn interrupted(error: Error) -> Error {
    match error {
        Error::INTERRUPTED => Error::BROKEN_PIPE,
        Error::NOT_SOCKET => Error::INVALID_HANDLE,
        other => other,
    }
}

fn pipe_of(socket: &Socket) -> &Pipe {
    socket.pipe().expect("only ends of pipes have such requests")
}

impl Operation for Read {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        let pipe = pipe_of(socket);
        if let Some(refused) = pipe.refusal() {
            return Step::Done(Outcome::failure(refused));
        }
        let tried = match pipe.shape.message {
            true => self.try_messages(pipe, socket),
            false => self.try_bytes(socket),
        };
        match tried {
            Ok(outcome) => Step::Done(outcome),
            Err(Errno::WOULD_BLOCK) if pipe.modes() & NO_WAIT != 0 => {
                self.give_back(socket);
                Step::Done(Outcome::failure(Status::PIPE_EMPTY))
            }
            Err(Errno::WOULD_BLOCK) => {
                sight.blocked();
                Step::Blocked
            }
            Err(_) => Step::Done(Outcome::failure(Status::PIPE_BROKEN)),
        }
    }

    fn keep(self) -> Work {
        Work::PipeRead(self)
    }
}

impl Read {
    fn try_bytes(&mut self, socket: &Socket) -> Result<Outcome, Errno> {
        if self.bytes == 0 {
            return match kernel::look(socket.fd())? {
                None => Err(Errno::BROKEN_PIPE),
                Some(waiting) if waiting.is_empty() => Err(Errno::WOULD_BLOCK),
                Some(_) => Ok(Outcome::success(0)),
            };
        }
        // SAFETY: the caller's buffer of so many bytes, until the completion.
        match unsafe { kernel::receive(socket.fd(), self.to, self.bytes as usize) }? {
            0 => Err(Errno::BROKEN_PIPE),
            count => Ok(Outcome::success(count as u32)),
        }
    }

    /// Reads on: to the end of the message, or of the buffer, or of what there is.
    fn try_messages(&mut self, pipe: &Pipe, socket: &Socket) -> Result<Outcome, Errno> {
        let whole = pipe.modes() & READ_MESSAGES != 0;
        let stream = &mut *pipe.stream.lock();
        loop {
            let Some(left) = stream.left else {
                let mut head = [0; HEAD_BYTES];
                // SAFETY: a local of that size.
                let got =
                    unsafe { kernel::receive(socket.fd(), head.as_mut_ptr(), stream.missing()) };
                match got {
                    Ok(0) | Err(_) if self.done > 0 => return Ok(Outcome::success(self.done)),
                    Ok(0) => return Err(Errno::BROKEN_PIPE),
                    got => stream.add_head(&head[..got?]),
                }
                continue;
            };
            if left == 0 {
                stream.left = None;
                if whole || self.done == 0 || self.done == self.bytes {
                    return Ok(Outcome::success(self.done));
                }
                continue;
            }
            if self.done == self.bytes {
                let status = if whole { Status::BUFFER_OVERFLOW } else { Status::SUCCESS };
                return Ok(Outcome { status, ..Outcome::success(self.done) });
            }
            let wanted = left.min(self.bytes - self.done);
            let to = self.to.wrapping_add(self.done as usize);
            let got = match stream.returned.len().min(wanted as usize) {
                // SAFETY: so many bytes of the caller's buffer are free behind what it has.
                0 => match unsafe { kernel::receive(socket.fd(), to, wanted as usize) } {
                    Err(Errno::WOULD_BLOCK) if self.done > 0 && !whole => {
                        return Ok(Outcome::success(self.done));
                    }
                    Ok(0) => return Err(Errno::BROKEN_PIPE),
                    got => got?,
                },
                count => {
                    let bytes: Vec<u8> = stream.returned.drain(..count).collect();
                    // SAFETY: as many bytes as the buffer has room for, from a vector of our own.
                    unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), count) };
                    count
                }
            };
            self.done += got as u32;
            stream.left = Some(left - got as u32);
        }
    }

    /// It ends without what it had of a message: that is for the next read.
    pub fn give_back(&self, socket: &Socket) {
        if self.done > 0 {
            let stream = &mut *pipe_of(socket).stream.lock();
            // SAFETY: what earlier tries wrote into the caller's buffer, which the operation has
            // until it is completed.
            let bytes = unsafe { std::slice::from_raw_parts(self.to, self.done as usize) };
            stream.returned.splice(..0, bytes.iter().copied());
            stream.left = stream.left.map(|left| left + self.done);
        }
    }
}

impl Operation for Write {
    const DIRECTION: Direction = Direction::Send;

    fn attempt(&mut self, socket: &Socket, _: &mut Sight) -> Step {
        let pipe = pipe_of(socket);
        if let Some(refused) = pipe.refusal() {
            return Step::Done(Outcome::failure(refused));
        }
        let length = self.bytes.to_le_bytes();
        let head = if pipe.shape.message { &length[..] } else { &[] };
        let total = head.len() + self.bytes as usize;
        while (self.done as usize) < total {
            let (bytes, done) = (self.bytes as usize, self.done as usize);
            // SAFETY: the caller's data, which it leaves alone until the completion.
            match unsafe { kernel::send(socket.fd(), head, self.from, bytes, done) } {
                Ok(count) => self.done += count as u32,
                Err(Errno::INTERRUPTED) => {}
                Err(Errno::WOULD_BLOCK) => {
                    let gives_up = pipe.modes() & NO_WAIT != 0 && (head.is_empty() || done == 0);
                    let short = || Step::Done(Outcome::success(self.done));
                    return if gives_up { short() } else { Step::Blocked };
                }
                Err(_) => return Step::Done(Outcome::failure(Status::PIPE_CLOSING)),
            }
        }
        Step::Done(Outcome::success(self.bytes))
    }

    fn keep(self) -> Work {
        Work::PipeWrite(self)
    }
}

impl Operation for Connect {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        let pipe = pipe_of(socket);
        match pipe.state() {
            State::Connected => Step::Done(Outcome::failure(Status::PIPE_CONNECTED)),
            State::Disconnected => Step::Done(Outcome::failure(Status::PIPE_DISCONNECTED)),
            State::Listening => match pipe.take_client(socket) {
                Ok(()) => {
                    *sight = Sight { ready: true, ..Sight::default() };
                    Step::Done(Outcome::success(0))
                }
                Err(Errno::WOULD_BLOCK) => {
                    sight.blocked();
                    Step::Blocked
                }
                Err(errno) => Step::Done(Outcome::failure(errno.status())),
            },
        }
    }

    fn keep(self) -> Work {
        Work::PipeConnect
    }
}

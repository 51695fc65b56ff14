//! ③ Mailslots (S17): the reader's end and the writers' are sockets of the engine with facts of
//! their own, and their operations are requests in its lanes.
//!
//! # Safety
//!
//! The buffers are the caller's from the call to the completion (S2.1, invariant 5); each try uses
//! them under the lane's lock.

#![allow(unsafe_code, reason = "the caller's buffers")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::error::{Error, Status};
use crate::file;
use crate::handle;
use crate::issue::{self, Transfer};
use crate::kernel::mailslot as kernel;
use crate::kernel::net::{Direction, Errno};
use crate::kernel::pipe::FAMILY;
use crate::lane::Sight;
use crate::pipe::Routine;
use crate::request::{Operation, Outcome, Step, Work};
use crate::socket::{self, Mark, Socket};
use crate::timekeeper::{self, Ring};

/// A read waits until there is a message.
pub const FOREVER: u32 = u32::MAX;

/// An end of a mailslot.
pub enum End {
    /// The one that reads.
    Reader(Reader),
    /// One of those that write: the longest message, in bytes; 0: any.
    Writer(u32),
}

/// The end that has the messages.
pub struct Reader {
    /// The longest message, in bytes; 0: any.
    bytes_max: u32,
    /// How long a read waits for a message, in milliseconds; [`FOREVER`].
    timeout_ms: AtomicU32,
    slot: Mutex<kernel::Slot>,
}

/// What GetMailslotInfo tells.
pub struct Facts {
    /// The longest message, in bytes; 0: any.
    pub bytes_max: u32,
    /// Of the next message, in bytes; `None`: there is none.
    pub next_bytes: Option<u32>,
    /// How many messages there are.
    pub count: u32,
    /// How long a read waits, in milliseconds; [`FOREVER`].
    pub timeout_ms: u32,
}

/// CreateMailslot (S17.1, S17.2).
pub fn create(name: &str, bytes_max: u32, timeout_ms: u32) -> Result<u32, Error> {
    timekeeper::employ()?;
    let (set, slot) = kernel::make(&name.to_lowercase(), bytes_max)?;
    let handle = socket::adopt(set, FAMILY, 0, Mark::NONE)?;
    let socket = handle::socket(handle as usize)?;
    let timeout_ms = AtomicU32::new(timeout_ms);
    socket.set_mailslot(End::Reader(Reader { bytes_max, timeout_ms, slot: Mutex::new(slot) }));
    socket.mark(Mark::PIPE, true);
    Ok(handle)
}

/// CreateFile: a writer's end (S17.3).
pub fn open(name: &str, overlapped: bool) -> Result<u32, Error> {
    let (fd, bytes_max) = kernel::open(&name.to_lowercase())?;
    let plain = if overlapped { Mark::NONE } else { Mark::PLAIN };
    let handle = socket::adopt(fd, FAMILY, 0, plain)?;
    let socket = handle::socket(handle as usize)?;
    socket.set_mailslot(End::Writer(bytes_max));
    socket.mark(Mark::PIPE, true);
    Ok(handle)
}

/// Whether the handle is that of an end of a mailslot.
pub fn is_end(handle: usize) -> bool {
    handle::socket(handle).is_ok_and(|socket| socket.mailslot().is_some())
}

/// Works on the reading end behind a handle; 6 for anything else.
fn with_reader<T>(handle: usize, work: impl FnOnce(&Socket, &Reader) -> T) -> Result<T, Error> {
    let socket = handle::socket(handle).map_err(|_| Error::INVALID_HANDLE)?;
    match socket.mailslot() {
        Some(End::Reader(reader)) => Ok(work(&socket, reader)),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// GetMailslotInfo (S17.9).
pub fn look(handle: usize) -> Result<Facts, Error> {
    with_reader(handle, |socket, reader| {
        let _lane = socket.lane(Direction::Receive);
        let mut slot = reader.slot.lock();
        slot.gather(socket.fd());
        Facts {
            bytes_max: reader.bytes_max,
            next_bytes: slot.next().map(|message| message.len() as u32),
            count: slot.count(),
            timeout_ms: reader.timeout_ms.load(Ordering::Relaxed),
        }
    })
}

/// SetMailslotInfo: for reads from now on (S17.9).
pub fn set_timeout(handle: usize, timeout_ms: u32) -> Result<(), Error> {
    with_reader(handle, |_, reader| reader.timeout_ms.store(timeout_ms, Ordering::Relaxed))
}

/// A read.
pub struct Read {
    to: *mut u8,
    bytes: u32,
    /// When it has waited long enough.
    due: Option<Instant>,
}

/// A write.
pub struct Write {
    from: *const u8,
    bytes: u32,
}

/// ReadFile and WriteFile (S17.4–S17.8).
///
/// # Safety
///
/// Buffer and OVERLAPPED are valid until the completion.
pub unsafe fn transfer(
    handle: usize,
    what: file::Transfer,
    bytes: u32,
    overlapped: *mut OVERLAPPED,
    routine: Routine,
) -> Result<Outcome, Error> {
    let nothing = Transfer { buffers: (std::ptr::null(), 0), overlapped, routine, counts: true };
    let socket = handle::socket(handle).map_err(|_| Error::INVALID_HANDLE)?;
    let done = match (what, socket.mailslot().ok_or(Error::INVALID_HANDLE)?) {
        (file::Transfer::Read(to), End::Reader(reader)) => {
            let timeout_ms = reader.timeout_ms.load(Ordering::Relaxed);
            let limit = Duration::from_millis(timeout_ms.into());
            let due = (timeout_ms != FOREVER).then(|| Instant::now() + limit);
            let waits_ms = if timeout_ms == FOREVER { 0 } else { timeout_ms };
            socket.set_timeout_ms(Direction::Receive, waits_ms);
            let lane = handle::lock(handle, Direction::Receive)?;
            // SAFETY: the caller's OVERLAPPED and room, promised for as long as the read lasts.
            let begun = unsafe { issue::begin(lane, &nothing, || Read { to, bytes, due }) };
            if let (Err(Error::IO_PENDING), Some(due)) = (&begun, due) {
                CLOCK.set(due, socket.handle());
            }
            begun
        }
        (file::Transfer::Write(from), End::Writer(bytes_max)) => {
            if *bytes_max > 0 && bytes > *bytes_max {
                return Err(Error::INVALID_PARAMETER);
            }
            let lane = handle::lock(handle, Direction::Send)?;
            // SAFETY: the caller's OVERLAPPED and data, promised for as long as the write lasts.
            unsafe { issue::begin(lane, &nothing, || Write { from, bytes }) }
        }
        _ => Err(Error::ACCESS_DENIED),
    };
    done.map_err(|error| match error {
        Error::TIMED_OUT => Error::SEM_TIMEOUT,
        Error::INTERRUPTED => Error::OPERATION_ABORTED, // another thread closed the handle
        Error::NOT_SOCKET => Error::INVALID_HANDLE,
        other => other,
    })
}

impl Operation for Read {
    const DIRECTION: Direction = Direction::Receive;

    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        let Some(End::Reader(reader)) = socket.mailslot() else {
            return Step::Done(Outcome::failure(Status::INVALID_HANDLE));
        };
        let mut slot = reader.slot.lock();
        slot.gather(socket.fd());
        let Some(message) = slot.next() else {
            if socket.is(Mark::CLOSED) {
                return Step::Done(Outcome::failure(Status::CANCELLED));
            }
            if self.due.is_some_and(|due| due <= Instant::now()) {
                return Step::Done(Outcome::failure(Status::IO_TIMEOUT));
            }
            sight.blocked();
            return Step::Blocked;
        };
        if message.len() > self.bytes as usize {
            return Step::Done(Outcome::failure(Status::BUFFER_TOO_SMALL));
        }
        // SAFETY: the caller's room of so many bytes, until the completion; the message is ours.
        unsafe { self.to.copy_from_nonoverlapping(message.as_ptr(), message.len()) };
        let done = Outcome::success(message.len() as u32);
        slot.drop_next();
        Step::Done(done)
    }

    fn keep(self) -> Work {
        Work::SlotRead(self)
    }
}

impl Operation for Write {
    const DIRECTION: Direction = Direction::Send;

    fn attempt(&mut self, socket: &Socket, _: &mut Sight) -> Step {
        // SAFETY: the caller's data, which it leaves alone until the completion.
        match unsafe { kernel::write(socket.fd(), self.from, self.bytes as usize) } {
            Ok(()) => Step::Done(Outcome::success(self.bytes)),
            Err(Errno::WOULD_BLOCK | Errno::INTERRUPTED) => Step::Blocked,
            Err(Errno::BROKEN_PIPE | Errno::RESET) => {
                Step::Done(Outcome::failure(Status::END_OF_FILE)) // S17.11
            }
            Err(_) => Step::Done(Outcome::failure(Status::INSUFFICIENT_RESOURCES)),
        }
    }

    fn keep(self) -> Work {
        Work::SlotWrite(self)
    }
}

impl Reader {
    /// The handle closes: who sleeps for a message wakes.
    pub fn shut(&self) {
        self.slot.lock().shut();
    }
}

/// Who ends reads that have waited long enough.
struct Clock;

static CLOCK: LazyLock<Arc<Clock>> = LazyLock::new(|| Arc::new(Clock));

impl Clock {
    fn set(self: &Arc<Self>, due: Instant, handle: u32) {
        let this: Weak<Self> = Arc::downgrade(self);
        timekeeper::schedule(due, this, handle.into());
    }
}

impl Ring for Clock {
    fn ring(self: Arc<Self>, due: Instant, turn: u64) {
        if let Ok(socket) = handle::socket(turn as usize) {
            let over = |read: &Read| read.due.is_some_and(|at| at <= due);
            socket.abort(
                Direction::Receive,
                Status::IO_TIMEOUT,
                |request| matches!(&request.work, Work::SlotRead(read) if over(read)),
            );
        }
    }
}

//! ③ Named pipes (S16): an end is a socket of the engine's with facts of its own, and its
//! operations are requests in its lanes.
//!
//! ```text
//!   CreateNamedPipe ─▶ listening ── a client ──▶ connected ── DisconnectNamedPipe ──▶ disconnected
//!                          ▲                                                              │
//!                          └────────────────────── ConnectNamedPipe ──────────────────────┘
//! ```
//!
//! On the wire a message stands behind its length, so that it may be of any length, and empty. The
//! descriptor keeps its number through all states: what it stands for is replaced under it.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::{Error, Status};
use crate::handle;
use crate::kernel::net::{self, Direction, Errno};
use crate::kernel::pipe::{self as kernel, Name, Shape};
use crate::socket::{self, Mark, Socket};
use crate::thread;

mod stream;
mod transfer;

pub use stream::Stream;
pub use transfer::{Connect, Read, Routine, Write, connect, read, transfer, write};

/// PIPE_NOWAIT: what would wait fails.
pub const NO_WAIT: u32 = 1;
/// PIPE_READMODE_MESSAGE: a read ends with its message.
pub const READ_MESSAGES: u32 = 2;

/// An end of a named pipe.
pub struct Pipe {
    /// What all instances have in common.
    pub shape: Shape,
    /// The process' part of the pipe, which only a server's end has.
    server: Option<Arc<Board>>,
    /// What the handle is good for.
    reads: bool,
    writes: bool,
    state: AtomicU8,
    /// [`NO_WAIT`], [`READ_MESSAGES`].
    modes: AtomicU32,
    /// How far the messages have been read.
    stream: Mutex<Stream>,
}

/// What an end's descriptor stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Listening,
    Connected,
    Disconnected,
}

/// What a process has of a pipe whose instances it has made.
struct Board {
    name: Name,
    shape: Shape,
    /// Where those sleep who wait for an instance.
    door: Mutex<Option<OwnedFd>>,
    instances: AtomicU32,
    /// Of the next listener.
    number: AtomicU32,
}

/// The pipes of this process; an entry whose pipe is gone is replaced with the next of that name.
static BOARDS: LazyLock<Mutex<HashMap<Name, Weak<Board>>>> = LazyLock::new(Mutex::default);

/// How an end is wanted.
pub struct Wish {
    /// FILE_FLAG_OVERLAPPED.
    pub overlapped: bool,
    /// FILE_FLAG_FIRST_PIPE_INSTANCE.
    pub first: bool,
    /// [`NO_WAIT`], [`READ_MESSAGES`].
    pub modes: u32,
}

/// CreateNamedPipe: a new instance, which listens (S16.1, S16.2).
pub fn create(name: &str, shape: Shape, wish: Wish) -> Result<u32, Error> {
    let board = board(Name::of(name), shape, wish.first)?;
    let instance = Instance::of(board)?; // counted out again, should the rest fail
    let fd = instance.0.listener()?;
    let [reads, writes] = [1, 2].map(|side| shape.access & side != 0);
    let handle = adopt(fd, wish.overlapped)?;
    let socket = handle::socket(handle as usize)?;
    let board = instance.0.clone();
    std::mem::forget(instance);
    board.reopen();
    socket.set_pipe(Pipe::new(shape, Some(board), [reads, writes], State::Listening, wish.modes));
    socket.mark(Mark::PIPE, true);
    Ok(handle)
}

/// An instance that is being made: counted, and uncounted if nothing comes of it.
struct Instance(Arc<Board>);

impl Instance {
    fn of(board: Arc<Board>) -> Result<Self, Error> {
        let more = |count: u32| (count < board.shape.instances_max).then_some(count + 1);
        match board.instances.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more) {
            Ok(_) => Ok(Self(board)),
            Err(_) => Err(Error::PIPE_BUSY),
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.0.instances.fetch_sub(1, Ordering::SeqCst);
    }
}

/// This process' part of the pipe: the one that there is, or a new one.
fn board(name: Name, shape: Shape, first: bool) -> Result<Arc<Board>, Error> {
    let mut boards = BOARDS.lock();
    let here = boards.get(&name).and_then(Weak::upgrade);
    let there = || name.find().first().map(|found| found.shape);
    if let Some(shape_there) = here.as_ref().map(|board| board.shape).or_else(there) {
        let alike = (shape_there.message, shape_there.access) == (shape.message, shape.access);
        if first || !alike {
            return Err(Error::ACCESS_DENIED);
        }
    }
    if let Some(board) = here {
        return Ok(board);
    }
    let board = Arc::new(Board {
        name: name.clone(),
        shape,
        door: Mutex::new(None),
        instances: AtomicU32::new(0),
        number: AtomicU32::new(0),
    });
    boards.insert(name, Arc::downgrade(&board));
    Ok(board)
}

impl Board {
    fn listener(&self) -> Result<OwnedFd, Error> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        kernel::open_instance(&self.name, &self.shape, number).map_err(Errno::error)
    }

    /// An instance has become free: whoever waits looks again.
    fn reopen(&self) {
        let mut door = self.door.lock();
        *door = None; // its name is free from here on
        *door = kernel::open_door(&self.name, &self.shape).ok();
    }
}

fn adopt(fd: OwnedFd, overlapped: bool) -> Result<u32, Error> {
    let plain = if overlapped { Mark::NONE } else { Mark::PLAIN };
    socket::adopt(fd, kernel::FAMILY, 0, Mark::STREAM.and(plain))
}

/// CreateFile: a client's end (S16.10–S16.12).
pub fn open(name: &str, reads: bool, writes: bool, overlapped: bool) -> Result<u32, Error> {
    let found = Name::of(name).find();
    let shape = found.first().ok_or(Error::FILE_NOT_FOUND)?.shape;
    if reads && shape.access & 2 == 0 || writes && shape.access & 1 == 0 {
        return Err(Error::ACCESS_DENIED);
    }
    let mut free = found.iter().filter(|one| one.is_free(&found));
    let fd = free.find_map(|one| one.reach().ok()).ok_or(Error::PIPE_BUSY)?;
    let handle = adopt(fd, overlapped)?;
    let socket = handle::socket(handle as usize)?;
    socket.set_pipe(Pipe::new(shape, None, [reads, writes], State::Connected, 0));
    socket.mark(Mark::PIPE, true);
    Ok(handle)
}

/// WaitNamedPipe: until an instance is free (S16.13). `timeout_ms`: 0: the pipe's own.
pub fn wait(name: &str, timeout_ms: u32) -> Result<(), Error> {
    let name = Name::of(name);
    let begun = Instant::now();
    loop {
        let found = name.find();
        let shape = found.first().ok_or(Error::FILE_NOT_FOUND)?.shape;
        let doors: Vec<_> = found.iter().filter_map(|one| one.wait_at()).collect();
        let found = name.find(); // one may have become free before we stood at the door
        if found.iter().any(|one| one.is_free(&found)) {
            return Ok(());
        }
        let limit_ms = if timeout_ms == 0 { shape.timeout_ms } else { timeout_ms };
        let limit = (limit_ms != u32::MAX).then(|| Duration::from_millis(limit_ms.into()));
        let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
        let _pause = thread::pause();
        if !doors.is_empty() && !kernel::wait(&doors, left) {
            return Err(Error::SEM_TIMEOUT);
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        if let Some(board) = &self.server {
            board.instances.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The end of a named pipe behind a handle; 6 for anything else.
pub fn end(handle: usize) -> Result<handle::SocketGuard, Error> {
    match handle::socket(handle) {
        Ok(socket) if socket.is(Mark::PIPE) && socket.pipe().is_some() => Ok(socket),
        _ => Err(Error::INVALID_HANDLE),
    }
}

impl Pipe {
    fn new(
        shape: Shape,
        server: Option<Arc<Board>>,
        [reads, writes]: [bool; 2],
        state: State,
        modes: u32,
    ) -> Self {
        Self {
            shape,
            server,
            reads,
            writes,
            state: AtomicU8::new(state as u8),
            modes: AtomicU32::new(modes),
            stream: Mutex::default(),
        }
    }

    fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            0 => State::Listening,
            1 => State::Connected,
            _ => State::Disconnected,
        }
    }

    /// Whether it is a server's end.
    pub fn is_server(&self) -> bool {
        self.server.is_some()
    }

    /// [`NO_WAIT`], [`READ_MESSAGES`].
    pub fn modes(&self) -> u32 {
        self.modes.load(Ordering::Relaxed)
    }

    /// SetNamedPipeHandleState: 87 for messages of a pipe that has none.
    pub fn set_modes(&self, modes: u32) -> Result<(), Error> {
        if modes & !(NO_WAIT | READ_MESSAGES) != 0
            || modes & READ_MESSAGES != 0 && !self.shape.message
        {
            return Err(Error::INVALID_PARAMETER);
        }
        self.modes.store(modes, Ordering::Relaxed);
        Ok(())
    }

    /// How many instances this process has, a client's process one.
    pub fn instances(&self) -> u32 {
        self.server.as_ref().map_or(1, |board| board.instances.load(Ordering::Relaxed))
    }

    /// Why nothing can be transferred now, if so.
    fn refusal(&self) -> Option<Status> {
        match self.state() {
            State::Connected => None,
            State::Disconnected => Some(Status::PIPE_DISCONNECTED),
            State::Listening => Some(Status::PIPE_LISTENING),
        }
    }

    /// As [`Pipe::refusal`], after a client that has come unasked was let in (S16.4). No lane is
    /// locked by the caller.
    fn refusal_now(&self, socket: &Socket) -> Option<Status> {
        if self.state() == State::Listening {
            let mut guard = socket.lane(Direction::Receive);
            if guard.existing().1.is_none_or(|lane| lane.queue.is_empty()) {
                _ = self.take_client(socket);
            }
        }
        self.refusal()
    }

    /// The client that has come takes the listener's place. Under the receiving lane's lock.
    fn take_client(&self, socket: &Socket) -> Result<(), Errno> {
        let mut stream = self.stream.lock();
        if self.state() != State::Listening {
            return Ok(());
        }
        match kernel::take_client(socket.fd())? {
            Some(client) => {
                *stream = Stream::default();
                self.become_state(socket, client, State::Connected)
            }
            None => {
                self.listen(socket).map_err(|_| Errno::INVALID)?;
                Err(Errno::WOULD_BLOCK)
            }
        }
    }

    /// Listens for a new client.
    fn listen(&self, socket: &Socket) -> Result<(), Error> {
        let board = self.server.as_ref().ok_or(Error::INVALID_FUNCTION)?;
        let listener = board.listener()?;
        self.become_state(socket, listener, State::Listening).map_err(Errno::error)?;
        board.reopen();
        Ok(())
    }

    fn become_state(&self, socket: &Socket, fd: OwnedFd, state: State) -> Result<(), Errno> {
        net::take_place(fd, socket.fd())?; // and with it leaves every set of watched descriptors
        socket.mark(Mark::WATCHED, false);
        self.state.store(state as u8, Ordering::Release);
        Ok(())
    }
}

/// DisconnectNamedPipe (S16.8): operations under way end with 233.
pub fn disconnect(handle: usize) -> Result<(), Error> {
    let socket = end(handle)?;
    let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if !pipe.is_server() {
        return Err(Error::INVALID_FUNCTION);
    }
    {
        let _receiving = socket.lane(Direction::Receive);
        let _sending = socket.lane(Direction::Send);
        let mut stream = pipe.stream.lock();
        if pipe.state() == State::Disconnected {
            return Err(Error::PIPE_NOT_CONNECTED);
        }
        _ = net::shutdown(socket.fd(), 2); // who sleeps for it wakes
        *stream = Stream::default();
        let nowhere = kernel::nowhere().map_err(Errno::error)?;
        pipe.become_state(&socket, nowhere, State::Disconnected).map_err(Errno::error)?;
    }
    socket.abort(Direction::Receive, Status::PIPE_DISCONNECTED, |_| true);
    socket.abort(Direction::Send, Status::PIPE_DISCONNECTED, |_| true);
    Ok(())
}

/// FlushFileBuffers: until the other end has read everything (S16.9).
pub fn flush(handle: usize) -> Result<(), Error> {
    let socket = end(handle)?;
    let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if !pipe.writes {
        return Err(Error::ACCESS_DENIED);
    }
    if let Some(refused) = pipe.refusal_now(&socket) {
        return Err(refused.win32());
    }
    let _pause = thread::pause();
    kernel::wait_until_received(socket.fd()).map_err(Errno::error)?;
    match kernel::is_over(socket.fd()) && net::unsent_bytes(socket.fd()) > 0 {
        true => Err(Error::BROKEN_PIPE),
        false => Ok(()),
    }
}

/// What PeekNamedPipe tells: of the next message, or of everything, and how much there is.
pub struct Look {
    /// The bytes that a read would give now.
    pub next: Vec<u8>,
    /// What is left of the message that is next.
    pub left: u32,
    /// All bytes there are, of all messages.
    pub total: u32,
}

/// PeekNamedPipe (S16.14).
pub fn peek(handle: usize) -> Result<Look, Error> {
    let socket = end(handle)?;
    let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if !pipe.reads {
        return Err(Error::ACCESS_DENIED);
    }
    if let Some(refused) = pipe.refusal_now(&socket) {
        return Err(match refused {
            Status::PIPE_LISTENING => Error::BAD_PIPE,
            other => other.win32(),
        });
    }
    let _lane = socket.lane(Direction::Receive);
    let waiting = kernel::look(socket.fd()).map_err(Errno::error)?;
    let stream = pipe.stream.lock();
    match waiting {
        None if stream.is_empty() => Err(Error::BROKEN_PIPE),
        waiting => Ok(stream.look(&waiting.unwrap_or_default(), pipe.shape.message)),
    }
}

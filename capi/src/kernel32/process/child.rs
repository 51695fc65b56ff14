//! A process with a handle: its beginning, its end, and what is known of it.
//!
//! # Safety
//!
//! Between fork and exec a child calls nothing but read, write, close and _exit, on descriptors of
//! its own.

#![allow(unsafe_code, reason = "fork, and descriptors of processes")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock, OnceLock, Weak};

use engine::error::Error;
use engine::linux::Task;
use parking_lot::Mutex;

use super::remains::Remains;
use crate::kernel32::from_errno;

/// A process that somebody has a handle of.
pub struct Process {
    /// Its number.
    pub number: u32,
    /// What its handles wait for.
    pub task: Task,
    /// The class that SetPriorityClass was told, or CreateProcess; 0: neither was.
    pub class: AtomicU32,
    /// The most private memory that a call has seen.
    pub peak: AtomicUsize,
    pidfd: OwnedFd,
    /// What TerminateProcess was told.
    asked: OnceLock<u32>,
    /// This process made it, and so is told its exit code.
    own: bool,
    remains: OnceLock<Remains>,
}

/// Those that have not ended, by their numbers: another handle is of the same one.
static KNOWN: LazyLock<Mutex<HashMap<u32, Weak<Process>>>> = LazyLock::new(Mutex::default);

const BAD_EXE_FORMAT: Error = Error(193);

fn pidfd(number: u32) -> Result<OwnedFd, Error> {
    match unsafe { libc::syscall(libc::SYS_pidfd_open, number, 0) } {
        fd @ 0.. => Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) }),
        _ => Err(match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::ESRCH | libc::EINVAL) => Error::INVALID_PARAMETER,
            errno => from_errno(errno.unwrap_or(0)),
        }),
    }
}

fn failure(why: &std::io::Error) -> Error {
    match why.raw_os_error() {
        Some(libc::ENOEXEC) => BAD_EXE_FORMAT,
        errno => from_errno(errno.unwrap_or(0)),
    }
}

/// The exit code that Windows would have: of Linux' signals those that stand for its exceptions.
fn exit_code(status: ExitStatus) -> u32 {
    match status.signal() {
        None => status.code().unwrap_or(0) as u32,
        Some(libc::SIGSEGV | libc::SIGBUS) => 0xC000_0005,
        Some(libc::SIGILL | libc::SIGTRAP) => 0xC000_001D,
        Some(libc::SIGFPE) => 0xC000_0094,
        Some(libc::SIGINT | libc::SIGTERM | libc::SIGHUP) => 0xC000_013A,
        Some(libc::SIGABRT) => 3,
        Some(other) => 128 + other as u32,
    }
}

/// Makes the child tell its number, and wait for a byte before it becomes another program.
fn close_gate(command: &mut Command) -> Result<UnixStream, Error> {
    let (ours, theirs) = UnixStream::pair().map_err(|_| Error::TOO_MANY_FILES)?;
    let our_end = ours.as_raw_fd();
    let wait = move || {
        unsafe { libc::close(our_end) }; // so that the end of this process is heard in the child
        (&theirs).write_all(&std::process::id().to_ne_bytes())?;
        (&theirs).read_exact(&mut [0])
    };
    unsafe { command.pre_exec(wait) };
    Ok(ours)
}

/// Lets the child go on, which may have been ended before it began.
fn open_gate(gate: &UnixStream) {
    unsafe { libc::send(gate.as_raw_fd(), [1u8].as_ptr().cast(), 1, libc::MSG_NOSIGNAL) };
}

/// Begins a process; suspended, it waits for ResumeThread of its task.
pub fn begin(mut command: Command, suspended: bool) -> Result<Arc<Process>, Error> {
    let gate = if suspended { Some(close_gate(&mut command)?) } else { None };
    let (tell, told) = channel();
    let (give, given) = channel::<Arc<Process>>();
    let spawned = std::thread::Builder::new().name("process".into()).spawn(move || {
        let spawned = command.spawn();
        drop(command); // and its descriptors
        _ = tell.send(spawned.as_ref().map(|child| child.id()).map_err(failure));
        let (Ok(child), Ok(process)) = (spawned, given.recv()) else { return };
        let (status, remains) = Remains::await_child(child.id());
        _ = process.remains.set(remains);
        process.end(process.asked.get().copied().unwrap_or(exit_code(status)));
    });
    spawned.map_err(|_| Error::NOT_ENOUGH_MEMORY)?;
    let number = match &gate {
        None => told.recv().map_err(|_| Error::NOT_ENOUGH_MEMORY)??,
        Some(gate) => {
            let mut number = [0; 4];
            if (&*gate).read_exact(&mut number).is_err() {
                return Err(told.recv().ok().and_then(Result::err).unwrap_or(Error::GEN_FAILURE));
            }
            u32::from_ne_bytes(number)
        }
    };
    let process = Process::new(number, suspended, true)?;
    KNOWN.lock().insert(number, Arc::downgrade(&process));
    _ = give.send(process.clone());
    if let Some(gate) = gate {
        let task = process.task.clone();
        let opener = std::thread::Builder::new().name("process".into());
        let spawned = opener.spawn(move || {
            task.await_resume();
            open_gate(&gate);
        });
        spawned.map_err(|_| Error::NOT_ENOUGH_MEMORY)?; // and the gate opens, for it is dropped
    }
    Ok(process)
}

/// The process of this number, whoever made it; 87 if there is none.
pub fn open(number: u32) -> Result<Arc<Process>, Error> {
    let mut known = KNOWN.lock();
    if let Some(process) = known.get(&number).and_then(Weak::upgrade) {
        return Ok(process);
    }
    let process = Process::new(number, false, false)?;
    known.insert(number, Arc::downgrade(&process));
    let watched = process.clone();
    let watcher = std::thread::Builder::new().name("process".into());
    let spawned = watcher.spawn(move || {
        let events = libc::POLLIN;
        let mut poll = libc::pollfd { fd: watched.pidfd.as_raw_fd(), events, revents: 0 };
        while unsafe { libc::poll(&raw mut poll, 1, -1) } < 1 {} // EINTR
        if let Some(remains) = Remains::of(number) {
            _ = watched.remains.set(remains);
        }
        watched.end(0);
    });
    spawned.map_err(|_| Error::NOT_ENOUGH_MEMORY)?;
    Ok(process)
}

impl Process {
    fn new(number: u32, suspended: bool, own: bool) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self {
            number,
            task: Task::new(number, suspended),
            class: AtomicU32::new(0),
            peak: AtomicUsize::new(0),
            pidfd: pidfd(number)?,
            asked: OnceLock::new(),
            own,
            remains: OnceLock::new(),
        }))
    }

    /// A file of its folder in /proc; of one that has ended what is kept of it. 5: not ours to
    /// read; 50: it has ended, and Linux told its maker alone.
    pub fn read(&self, file: &str) -> Result<String, Error> {
        let live = std::fs::read_to_string(format!("/proc/{}/{file}", self.number));
        // Its number may be another's by now, unless it is still to be found after the reading.
        match self.remains.get() {
            Some(remains) => remains.read(file).ok_or(Error::NOT_SUPPORTED),
            None if self.signal(0) == Err(libc::ESRCH) => Err(Error::NOT_SUPPORTED),
            None => live.map_err(|why| from_errno(why.raw_os_error().unwrap_or(0))),
        }
    }

    /// What is known of one that has ended.
    pub fn remains(&self) -> Option<&Remains> {
        self.remains.get()
    }

    fn end(&self, code: u32) {
        KNOWN.lock().remove(&self.number);
        self.task.end(code);
    }

    /// Ends it with this exit code: 5 if it has ended, or is not ours to end.
    pub fn terminate(&self, code: u32) -> Result<(), Error> {
        if self.task.has_ended() {
            return Err(Error::ACCESS_DENIED);
        }
        _ = self.asked.set(code);
        self.signal(libc::SIGKILL).map_err(|_| Error::ACCESS_DENIED)
    }

    /// Sends a signal, 0: none but the question whether it could be sent; the errno.
    fn signal(&self, signal: i32) -> Result<(), i32> {
        let (fd, null) = (self.pidfd.as_raw_fd(), std::ptr::null::<libc::siginfo_t>());
        match unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, null, 0) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)),
        }
    }

    /// 259 while it runs; 50 for one that has ended and that another process made: Linux tells the
    /// maker alone.
    pub fn exit_code(&self) -> Result<u32, Error> {
        match self.own || !self.task.has_ended() {
            true => Ok(self.task.exit_code()),
            false => Err(Error::NOT_SUPPORTED),
        }
    }
}

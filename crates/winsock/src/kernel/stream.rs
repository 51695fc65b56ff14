//! What a standard handle may be beside an ordinary file: a pipe, a terminal, a device. It has no
//! place to read from or write to but where it stands.
//!
//! # Safety
//!
//! Memory handed over is used during the call only; its function vouches for it.

#![allow(unsafe_code)]

use std::fs;
use std::io::IsTerminal;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::fs::FileTypeExt;
use std::sync::atomic::{AtomicBool, Ordering};

use super::net::{Errno, counted};
use crate::error::Status;

/// What a descriptor is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ordinary file.
    Disk,
    /// A pipe or a socket.
    Pipe,
    /// A terminal.
    Terminal,
    /// Any other device, and `/dev/null`.
    Device,
}

impl Kind {
    /// What this file is.
    pub fn of(file: &fs::File) -> Kind {
        match file.metadata().map(|facts| facts.file_type()) {
            Ok(kind) if kind.is_file() || kind.is_dir() => Kind::Disk,
            Ok(kind) if kind.is_fifo() || kind.is_socket() => Kind::Pipe,
            Ok(_) if file.is_terminal() => Kind::Terminal,
            _ => Kind::Device,
        }
    }
}

/// How a descriptor was opened: whether for reading, and whether for writing. `None`: it is closed.
pub fn access(fd: RawFd) -> Option<(bool, bool)> {
    // SAFETY: the call takes and touches no memory.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    let mode = (flags >= 0).then_some(flags & libc::O_ACCMODE)?;
    Some((mode != libc::O_WRONLY, mode != libc::O_RDONLY))
}

/// The end of a line that was told half: Windows' consoles end it by two characters.
#[derive(Default)]
pub struct Owed(AtomicBool);

/// Reads what there is, waiting for some: up to the end of the line of a terminal that gives lines,
/// which ends by CR LF then. 0 at a terminal's or device's end; a pipe nobody writes to is broken.
///
/// # Safety
///
/// `to` is valid for writes of `bytes` bytes during the call.
pub unsafe fn read(
    file: &fs::File,
    kind: Kind,
    owed: &Owed,
    to: *mut u8,
    bytes: u32,
) -> Result<u32, Status> {
    let fd = file.as_raw_fd();
    if bytes == 0 {
        return Ok(0);
    }
    if owed.0.swap(false, Ordering::AcqRel) {
        // SAFETY: the caller's buffer, which has room for at least one byte.
        unsafe { to.write(b'\n') };
        return Ok(1);
    }
    let got = loop {
        // SAFETY: the caller's buffer; the descriptor is open.
        match counted(unsafe { libc::read(fd, to.cast(), bytes as usize) }) {
            Ok(count) => break count as u32,
            Err(why) => await_more(fd, libc::POLLIN, why)?,
        }
    };
    if got == 0 && kind == Kind::Pipe {
        return Err(Status::PIPE_BROKEN);
    }
    if got == 0 || kind != Kind::Terminal || !gives_lines(fd) {
        return Ok(got);
    }
    // SAFETY: the byte was written by the read above, and what follows it is within the buffer.
    unsafe {
        let last = to.add(got as usize - 1);
        if *last != b'\n' {
            return Ok(got);
        }
        *last = b'\r';
        if got == bytes {
            owed.0.store(true, Ordering::Release);
            return Ok(got);
        }
        *last.add(1) = b'\n';
    }
    Ok(got + 1)
}

/// Writes all of it; a pipe that nobody reads is closing. What the C library holds back for a
/// terminal goes first: on Windows it holds nothing back.
///
/// # Safety
///
/// `from` is valid for reads of `bytes` bytes during the call.
pub unsafe fn write(
    file: &fs::File,
    kind: Kind,
    from: *const u8,
    bytes: u32,
) -> Result<u32, Status> {
    let fd = file.as_raw_fd();
    if kind == Kind::Terminal {
        flush_stdio();
    }
    let mut done = 0;
    while done < bytes as usize {
        let (rest, left) = (from.wrapping_add(done).cast(), bytes as usize - done);
        // SAFETY: the rest of the caller's bytes, which are only read; the descriptor is open.
        match quietly(|| unsafe { libc::write(fd, rest, left) }) {
            Ok(more) => done += more,
            Err(Errno::BROKEN_PIPE) => return Err(Status::PIPE_CLOSING),
            Err(why) => await_more(fd, libc::POLLOUT, why)?,
        }
    }
    Ok(done as u32)
}

/// After a call that failed: waits for a descriptor that does not block, goes on after a signal.
fn await_more(fd: RawFd, what: i16, why: Errno) -> Result<(), Status> {
    match why {
        Errno::INTERRUPTED => Ok(()),
        Errno::WOULD_BLOCK => {
            let mut one = libc::pollfd { fd, events: what, revents: 0 };
            // SAFETY: one entry of our own stack, as the count says.
            unsafe { libc::poll(&raw mut one, 1, -1) };
            Ok(())
        }
        why => Err(why.status()),
    }
}

/// Whether nobody writes to a pipe any more.
pub fn is_over(fd: RawFd) -> bool {
    let mut one = libc::pollfd { fd, events: 0, revents: 0 };
    // SAFETY: the one entry is a local, used during the call.
    unsafe { libc::poll(&raw mut one, 1, 0) > 0 && one.revents & libc::POLLHUP != 0 }
}

/// Whether a terminal is read line by line.
fn gives_lines(fd: RawFd) -> bool {
    let mut termios = MaybeUninit::<libc::termios>::zeroed();
    // SAFETY: the structure is our own stack's, all zero until the call fills it.
    let termios = unsafe {
        libc::tcgetattr(fd, termios.as_mut_ptr());
        termios.assume_init()
    };
    termios.c_lflag & libc::ICANON != 0
}

unsafe extern "C" {
    static stdout: *mut libc::FILE;
    static stderr: *mut libc::FILE;
}

/// Hands on what stdio has for standard output and errors. Not its input, which another thread may
/// be waiting in.
fn flush_stdio() {
    // SAFETY: libc's own two streams, which it keeps as long as the process lives.
    unsafe {
        libc::fflush(stdout);
        libc::fflush(stderr);
    }
}

/// Lets go of a standard descriptor: whoever is at the other end sees the end, and the number stays
/// taken.
pub fn retire(fd: RawFd) {
    if let Ok(null) = fs::File::options().read(true).write(true).open("/dev/null") {
        // SAFETY: both are numbers of open descriptors, and no memory is touched.
        unsafe { libc::dup2(null.as_raw_fd(), fd) };
    }
}

/// A standard descriptor, duplicated; `None` if it is closed.
pub fn duplicate(fd: RawFd) -> Option<fs::File> {
    access(fd)?;
    // SAFETY: the descriptor is open, as was just asked, and is only duplicated here.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    borrowed.try_clone_to_owned().ok().map(fs::File::from)
}

/// Makes a call that knows no MSG_NOSIGNAL, and takes SIGPIPE back if it raised it: Windows has no
/// signals, and the program may not ignore this one.
pub fn quietly(call: impl FnOnce() -> isize) -> Result<usize, Errno> {
    let mut sets = [const { MaybeUninit::<libc::sigset_t>::zeroed() }; 3];
    let [pipe, before, pending] = sets.each_mut().map(MaybeUninit::as_mut_ptr);
    let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: three sets of our own stack, all zero, which is empty, until they are filled.
    unsafe {
        libc::sigaddset(pipe, libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, pipe, before);
        libc::sigpending(pending);
        let result = counted(call());
        let foreign = libc::sigismember(pending, libc::SIGPIPE) == 1;
        if result == Err(Errno::BROKEN_PIPE) && !foreign {
            libc::sigtimedwait(pipe, std::ptr::null_mut(), &raw const at_once);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut());
        result
    }
}

//! A board: memory that all processes of a user share, with a lock that a dead process cannot
//! keep, a word to sleep on, and what it takes to know who of them is alive.
//!
//! ```text
//!   /dev/shm/winsock-objects-1-UID ── mapped ──▶ changes, listeners, cells
//!      │ byte 0 locked: somebody reads or writes the cells
//!      └ byte 1 + n locked: process n is alive
//! ```
//!
//! The number in the file's name is that of its layout. The locks are fcntl(2)'s: the kernel takes
//! them back when a process ends, however it does.
//!
//! # Safety
//!
//! The mapping is made once and stays until the process ends. All of it are atomic words, for
//! which any bits are a value.

#![allow(unsafe_code)]

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::sys;
use crate::error::Error;

/// Named objects that a user can have at a time.
const CELLS: usize = 1024;
/// Processes that can know of them at a time.
const PROCESSES: usize = 1024;
/// The number of a process that has none yet.
const NOBODY: u32 = u32::MAX;
/// The most bytes of a name.
pub const NAME_BYTES: usize = 1024;

/// One object that has a name.
#[repr(C)]
pub struct Cell {
    /// What it is; 0: the cell is free.
    pub kind: AtomicU32,
    /// The most signals of a semaphore.
    pub most: AtomicU32,
    /// Its signals, or how often its owner has taken it.
    pub count: AtomicU32,
    /// The thread that owns it, and the process of that, plus one.
    pub owner: AtomicU32,
    pub owner_process: AtomicU32,
    /// Its owner ended without giving it back: 1.
    pub abandoned: AtomicU32,
    /// The processes that have a handle of it, a bit each.
    users: [AtomicU64; PROCESSES / 64],
    name_bytes: AtomicU32,
    name: [AtomicU8; NAME_BYTES],
}

#[repr(C)]
struct Layout {
    changes: AtomicU32,
    listeners: AtomicU32,
    /// The cells before this one have been in use.
    used: AtomicU32,
    cells: [Cell; CELLS],
}

/// The board of this user.
pub struct Board {
    layout: &'static Layout,
    file: File,
    /// This process' number on it.
    me: u32,
    /// Keeps the threads of this process apart, whom the file's lock takes for one.
    threads: Mutex<()>,
    /// How often this process uses each cell; changed by a thread that is [`Board::alone`].
    uses: [AtomicU32; CELLS],
}

impl Board {
    /// Opens it, makes it if this is the first, and enters this process.
    pub fn open() -> Result<Board, Error> {
        // SAFETY: the call takes and touches no memory.
        let user = unsafe { libc::geteuid() };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC);
        let failed = |error: std::io::Error| Error::from_errno(error.raw_os_error().unwrap_or(0));
        let path = format!("/dev/shm/winsock-objects-1-{user}");
        let file = options.open(path).map_err(failed)?;
        let facts = file.metadata().map_err(failed)?;
        if !facts.is_file() || facts.uid() != user || facts.mode() & 0o077 != 0 {
            return Err(Error::ACCESS_DENIED); // somebody else put it there
        }
        file.set_len(size_of::<Layout>() as u64).map_err(failed)?;
        let (bytes, access) = (size_of::<Layout>(), libc::PROT_READ | libc::PROT_WRITE);
        let none = std::ptr::null_mut();
        // SAFETY: a new mapping at an address of the kernel's choice, of a file that is as long.
        let at = unsafe { libc::mmap(none, bytes, access, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        if at == libc::MAP_FAILED {
            return Err(Error::from_errno(sys::errno()));
        }
        // SAFETY: the mapping is page-aligned, large enough, never unmapped, and all atomic.
        let layout = unsafe { &*at.cast::<Layout>() };
        let uses = [const { AtomicU32::new(0) }; CELLS];
        let mut board = Board { layout, file, me: NOBODY, threads: Mutex::new(()), uses };
        board.me = board.alone(|| board.enter()).ok_or(Error::NO_SYSTEM_RESOURCES)?;
        Ok(board)
    }

    /// Takes a number that no living process has, and clears away what the last one left. To be
    /// alone for: nobody may see that one alive again.
    fn enter(&self) -> Option<u32> {
        let take = |number: &u32| lock(&self.file, libc::F_SETLK, libc::F_WRLCK, byte_of(*number));
        let number = (0..PROCESSES as u32).find(take)?;
        self.cells().for_each(|cell| cell.forget(number));
        Some(number)
    }

    /// This process' number.
    pub fn me(&self) -> u32 {
        self.me
    }

    /// Runs `work` while no other thread of any process does so.
    pub fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        let _threads = self.threads.lock();
        while !lock(&self.file, libc::F_SETLKW, libc::F_WRLCK, 0) {}
        let result = work();
        lock(&self.file, libc::F_SETLK, libc::F_UNLCK, 0);
        result
    }

    /// All cells that have been in use, the free ones too.
    pub fn cells(&self) -> impl Iterator<Item = &'static Cell> {
        let used = (self.layout.used.load(Ordering::Relaxed) as usize).min(CELLS);
        self.layout.cells[..used].iter()
    }

    /// A cell that is free; the dead are forgotten before a new one is begun.
    pub fn free_cell(&self) -> Option<&'static Cell> {
        let free = || self.cells().find(|cell| cell.kind.load(Ordering::Relaxed) == 0);
        free().or_else(|| {
            self.cells().for_each(|cell| self.prune(cell));
            free().or_else(|| {
                let next = self.layout.used.fetch_add(1, Ordering::Relaxed);
                let next = self.layout.cells.get(next as usize);
                next.or_else(|| {
                    self.layout.used.store(CELLS as u32, Ordering::Relaxed);
                    None
                })
            })
        })
    }

    /// Whether a process is alive.
    pub fn is_alive(&self, process: u32) -> bool {
        process == self.me || is_locked(&self.file, byte_of(process))
    }

    /// Forgets the dead among a cell's users.
    pub fn prune(&self, cell: &Cell) {
        let users = cell.users().filter(|&user| !self.is_alive(user));
        users.for_each(|user| cell.forget(user));
    }

    /// This process uses a cell once more.
    pub fn begin_use(&self, cell: &Cell) {
        self.uses[self.number(cell)].fetch_add(1, Ordering::Relaxed);
        let (word, bit) = place(self.me);
        cell.users[word].fetch_or(bit, Ordering::Relaxed);
    }

    /// This process uses a cell once less.
    pub fn end_use(&self, cell: &Cell) {
        if self.uses[self.number(cell)].fetch_sub(1, Ordering::Relaxed) == 1 {
            cell.forget(self.me);
        }
    }

    fn number(&self, cell: &Cell) -> usize {
        let first = self.layout.cells.as_ptr().addr();
        (std::ptr::from_ref(cell).addr() - first) / size_of::<Cell>()
    }

    /// Tells all processes that something changed.
    pub fn ring(&self) {
        self.layout.changes.fetch_add(1, Ordering::SeqCst);
        if self.layout.listeners.load(Ordering::SeqCst) > 0 {
            sys::futex_wake_all_shared(&self.layout.changes);
        }
    }

    /// How often somebody rang.
    pub fn rings(&self) -> u32 {
        self.layout.changes.load(Ordering::SeqCst)
    }

    /// Sleeps until somebody has rung since `rings`, or for as long; may return early.
    pub fn listen(&self, rings: u32, limit: Option<Duration>) {
        self.layout.listeners.fetch_add(1, Ordering::SeqCst);
        sys::futex_wait_shared(&self.layout.changes, rings, limit);
        self.layout.listeners.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Cell {
    /// The process of its owner.
    pub fn owner_process(&self) -> Option<u32> {
        self.owner_process.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Whether it is an object of this name.
    pub fn is_named(&self, name: &str) -> bool {
        self.kind.load(Ordering::Relaxed) != 0
            && self.name_bytes.load(Ordering::Relaxed) as usize == name.len()
            && name.bytes().zip(&self.name).all(|(byte, at)| at.load(Ordering::Relaxed) == byte)
    }

    /// Names it; of at most [`NAME_BYTES`].
    pub fn name(&self, name: &str) {
        self.name_bytes.store(name.len() as u32, Ordering::Relaxed);
        for (at, byte) in self.name.iter().zip(name.bytes()) {
            at.store(byte, Ordering::Relaxed);
        }
    }

    /// A process does not use it any more: what it owned is abandoned, and a cell without a user is
    /// free.
    fn forget(&self, process: u32) {
        let (word, bit) = place(process);
        self.users[word].fetch_and(!bit, Ordering::Relaxed);
        if self.owner_process() == Some(process) {
            self.count.store(0, Ordering::Relaxed);
            self.owner_process.store(0, Ordering::Relaxed);
            self.abandoned.store(1, Ordering::Relaxed);
        }
        if self.users().next().is_none() {
            self.kind.store(0, Ordering::Relaxed);
        }
    }

    fn users(&self) -> impl Iterator<Item = u32> {
        let bits = |(word, users): (usize, &AtomicU64)| {
            let users = users.load(Ordering::Relaxed);
            (0..64).filter(move |bit| users >> bit & 1 != 0).map(move |bit| word as u32 * 64 + bit)
        };
        self.users.iter().enumerate().flat_map(bits)
    }
}

/// The word and bit of a process among a cell's users.
fn place(process: u32) -> (usize, u64) {
    (process as usize / 64, 1 << (process % 64))
}

fn byte_of(process: u32) -> i64 {
    i64::from(process) + 1
}

fn one_byte(kind: libc::c_int, at: i64) -> libc::flock {
    // SAFETY: plain data, of which all zeros are a value.
    let mut range: libc::flock = unsafe { std::mem::zeroed() };
    range.l_type = kind as libc::c_short;
    range.l_whence = libc::SEEK_SET as libc::c_short;
    (range.l_start, range.l_len) = (at, 1);
    range
}

/// Locks or unlocks a byte of the file; whether that was done.
fn lock(file: &File, command: libc::c_int, kind: libc::c_int, at: i64) -> bool {
    let range = one_byte(kind, at);
    // SAFETY: a local is read during the call.
    unsafe { libc::fcntl(file.as_raw_fd(), command, &raw const range) == 0 }
}

/// Whether another process has locked a byte of the file.
fn is_locked(file: &File, at: i64) -> bool {
    let mut range = one_byte(libc::F_WRLCK, at);
    // SAFETY: a local is read and written during the call.
    let asked = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLK, &raw mut range) };
    asked == 0 && libc::c_int::from(range.l_type) != libc::F_UNLCK
}

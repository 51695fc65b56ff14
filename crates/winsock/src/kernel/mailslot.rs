//! Mailslots as Linux has them: a door that writers connect to, under an abstract name, and their
//! connections, which keep messages apart. All of them are in one set of watched descriptors, which
//! stands for the mailslot wherever a descriptor is watched.
//!
//! ```text
//!   winsock-mailslot:USER:NAME:               the door; there is one of a name
//!   winsock-mailslot:USER:NAME:PROCESS:MAX    the longest message it takes, in bytes; 0: any
//! ```
//!
//! Before each message stands when it was written, for messages are read in that order, whoever
//! wrote them.
//!
//! # Safety
//!
//! As in kernel/sys.rs: memory handed over is used during the call only.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::net::{self, Errno, counted};
use super::pipe::{bind, connect, is_ours, peer_process, send, written};
use crate::error::Error;

/// Of the time before each message, in bytes.
const HEAD_BYTES: usize = 8;
/// Reports taken at once, and so many times at most before a read goes on with what there is.
const REPORTS: usize = 64;
/// What the kernel is asked to have room for, of one writer's unread messages, in bytes; it cuts
/// this to net.core.wmem_max.
const ROOM_BYTES: i32 = 4 << 20;
/// So many looks that find nothing say that nothing is there (kernel/pipe.rs).
const LOOKS: u32 = 4;

/// What the reading side of a mailslot holds beside its set.
pub struct Slot {
    door: OwnedFd,
    /// Its name says the longest message.
    _limit: OwnedFd,
    /// Connections of writers, by their numbers; those that are over go.
    writers: HashMap<RawFd, OwnedFd>,
    /// Unread messages and when they were written, oldest first. As on Windows their writers alone
    /// bound them.
    messages: VecDeque<(u64, Vec<u8>)>,
}

fn name_of(name: &str) -> String {
    format!("winsock-mailslot:{:x}:{}:", rustix::process::getuid().as_raw(), written(name))
}

fn end() -> Result<OwnedFd, Errno> {
    net::socket(libc::AF_UNIX, libc::SOCK_SEQPACKET, 0)
}

/// Makes a mailslot: the set that stands for it, and the rest. 183 if there is one of that name.
pub fn make(name: &str, bytes_max: u32) -> Result<(OwnedFd, Slot), Error> {
    let name = name_of(name);
    let door = end().map_err(Errno::error)?;
    bind(&door, &name).map_err(|errno| match errno {
        Errno::IN_USE => Error::ALREADY_EXISTS,
        errno => errno.error(),
    })?;
    let rest = || {
        let limit = net::socket(libc::AF_UNIX, libc::SOCK_DGRAM, 0)?;
        bind(&limit, &format!("{name}{:x}:{bytes_max:x}", std::process::id()))?;
        net::listen(door.as_raw_fd(), i32::MAX)?; // from here on writers find it
        let set = epoll::create(CreateFlags::CLOEXEC)?;
        watch(&set, &door)?;
        Ok((set, limit))
    };
    let (set, limit) = rest().map_err(|errno: Errno| errno.error())?;
    let (writers, messages) = (HashMap::new(), VecDeque::new());
    Ok((set, Slot { door, _limit: limit, writers, messages }))
}

fn watch(set: &OwnedFd, fd: &OwnedFd) -> Result<(), Errno> {
    let data = EventData::new_u64(fd.as_raw_fd() as u64);
    Ok(epoll::add(set, fd, data, EventFlags::IN)?)
}

impl Slot {
    /// Takes in what has been written: the next message is the oldest then.
    pub fn gather(&mut self, set: RawFd) {
        // SAFETY: the mailslot's own set, open for as long as its reader is.
        let set = unsafe { std::os::fd::BorrowedFd::borrow_raw(set) };
        for _ in 0..REPORTS {
            let mut reports = [libc::epoll_event { events: 0, u64: 0 }; REPORTS];
            // SAFETY: room for so many reports, a local.
            let count = unsafe {
                libc::epoll_wait(set.as_raw_fd(), reports.as_mut_ptr(), REPORTS as i32, 0)
            };
            let Ok(count @ 1..) = usize::try_from(count) else { return };
            for report in &reports[..count] {
                match report.u64 as RawFd {
                    door if door == self.door.as_raw_fd() => self.let_in(set),
                    writer => self.receive(writer),
                }
            }
        }
    }

    fn let_in(&mut self, set: std::os::fd::BorrowedFd<'_>) {
        while let Ok((writer, _)) = net::accept(self.door.as_raw_fd()) {
            let data = EventData::new_u64(writer.as_raw_fd() as u64);
            if is_ours(writer.as_raw_fd()) && epoll::add(set, &writer, data, EventFlags::IN).is_ok()
            {
                self.writers.insert(writer.as_raw_fd(), writer);
            }
        }
    }

    fn receive(&mut self, writer: RawFd) {
        loop {
            match next(writer) {
                Ok(Some((at, message))) => {
                    let behind = self.messages.iter().rev().take_while(|other| other.0 > at);
                    let place = self.messages.len() - behind.count();
                    self.messages.insert(place, (at, message));
                }
                Err(Errno::WOULD_BLOCK | Errno::INTERRUPTED) => return,
                Ok(None) | Err(_) => {
                    self.writers.remove(&writer); // which takes it out of the set
                    return;
                }
            }
        }
    }

    /// The oldest message.
    pub fn next(&self) -> Option<&[u8]> {
        self.messages.front().map(|(_, message)| &message[..])
    }

    /// The oldest message is read.
    pub fn drop_next(&mut self) {
        self.messages.pop_front();
    }

    /// How many messages there are.
    pub fn count(&self) -> u32 {
        self.messages.len() as u32
    }

    /// Whoever sleeps for the set wakes, for good.
    pub fn shut(&self) {
        _ = net::shutdown(self.door.as_raw_fd(), 2);
    }
}

/// A writer's next message and when it was written; `None`: there will be none.
fn next(writer: RawFd) -> Result<Option<(u64, Vec<u8>)>, Errno> {
    let look = libc::MSG_PEEK | libc::MSG_TRUNC | libc::MSG_DONTWAIT;
    let mut head = [0; HEAD_BYTES];
    // SAFETY: a local of that size; the length that comes back is the message's own.
    let bytes = counted(unsafe { libc::recv(writer, head.as_mut_ptr().cast(), HEAD_BYTES, look) })?;
    if bytes < HEAD_BYTES {
        return Ok(None); // over; no message is as short
    }
    let mut message = vec![0; bytes];
    // SAFETY: a vector of so many bytes, written during the call.
    counted(unsafe { libc::recv(writer, message.as_mut_ptr().cast(), bytes, libc::MSG_DONTWAIT) })?;
    message.drain(..HEAD_BYTES);
    Ok(Some((u64::from_le_bytes(head), message)))
}

/// A writer's end of the mailslot of this name, and the longest message it takes, 0: any. 2 if
/// there is none, 5 if it is another user's.
pub fn open(name: &str) -> Result<(OwnedFd, u32), Error> {
    let name = name_of(name);
    let end = end().map_err(Errno::error)?;
    connect(&end, &name).map_err(|errno| match errno {
        Errno::REFUSED => Error::FILE_NOT_FOUND,
        errno => errno.error(),
    })?;
    if !is_ours(end.as_raw_fd()) {
        return Err(Error::ACCESS_DENIED);
    }
    _ = net::set_int(end.as_raw_fd(), libc::SOL_SOCKET, libc::SO_SNDBUF, ROOM_BYTES);
    let prefix = format!("@{name}{:x}:", peer_process(end.as_raw_fd()));
    let limit = (0..LOOKS).find_map(|_| limit(&prefix)).ok_or(Error::FILE_NOT_FOUND)?;
    Ok((end, limit))
}

/// What stands behind this in the kernel's table of names.
fn limit(prefix: &str) -> Option<u32> {
    let table = fs::read("/proc/net/unix").ok()?;
    let mut names = table.split(|&byte| byte == b' ' || byte == b'\n');
    let limit = names.find_map(|name| name.strip_prefix(prefix.as_bytes()))?;
    u32::from_str_radix(std::str::from_utf8(limit).ok()?, 16).ok()
}

/// Writes a message. `Err(WOULD_BLOCK)` while its writer's unread ones fill the room there is.
///
/// # Safety
///
/// `data` is valid for reads of `bytes` bytes during the call.
pub unsafe fn write(end: RawFd, data: *const u8, bytes: usize) -> Result<(), Errno> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is written to a local.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let now = now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64;
    // SAFETY: the data is lent to this call by its caller.
    unsafe { send(end, &now.to_le_bytes(), data, bytes, 0) }.map(drop)
}

//! The system calls, one safe function each where that is possible; nothing but the call and the
//! translation of its error.
//!
//! # Safety
//!
//! Functions that hand caller memory to the kernel are `unsafe` and say for how long it must be
//! valid; the kernel is done with it when they return, for every descriptor here is used in
//! calls that finish before they return (epoll, no io_uring).

use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use libc::{c_int, epoll_event};
use rustix::event::epoll;

use crate::error::Error;

pub const EPOLLIN: u32 = libc::EPOLLIN as u32;
pub const EPOLLOUT: u32 = libc::EPOLLOUT as u32;
pub const EPOLLPRI: u32 = libc::EPOLLPRI as u32;
pub const EPOLLRDHUP: u32 = libc::EPOLLRDHUP as u32;
pub const EPOLLHUP: u32 = libc::EPOLLHUP as u32;
pub const EPOLLERR: u32 = libc::EPOLLERR as u32;
pub const EPOLLET: u32 = libc::EPOLLET as u32;
pub const EPOLLONESHOT: u32 = libc::EPOLLONESHOT as u32;

/// The calling thread's errno.
pub fn errno() -> i32 {
    // SAFETY: the location is this thread's own for as long as it lives, and is only read here.
    unsafe { *libc::__errno_location() }
}

/// Whether the last call failed because there is such a thing already.
pub fn errno_is_exists() -> bool {
    errno() == libc::EEXIST
}

/// A call's result as `Ok(value)` or the errno of its failure.
fn checked(result: c_int) -> Result<c_int, Error> {
    if result < 0 { Err(Error::from_errno(errno())) } else { Ok(result) }
}

fn owned(result: c_int) -> Result<OwnedFd, Error> {
    let fd = checked(result)?;
    // SAFETY: the kernel has just made this descriptor and gave it to nobody else, so the
    // OwnedFd owns it until it is dropped.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The calling thread's number, as in /proc/self/task.
pub fn thread_number() -> u32 {
    // SAFETY: the call takes and touches no memory.
    unsafe { libc::gettid() as u32 }
}

/// Sleeps while `word` holds `value`, at most `timeout`; may return early.
pub fn futex_wait(word: &AtomicU32, value: u32, timeout: Option<Duration>) {
    wait_by(libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG, word, value, timeout);
}

/// As [`futex_wait`], for a word in memory that processes share.
pub fn futex_wait_shared(word: &AtomicU32, value: u32, timeout: Option<Duration>) {
    wait_by(libc::FUTEX_WAIT, word, value, timeout);
}

fn wait_by(op: c_int, word: &AtomicU32, value: u32, timeout: Option<Duration>) {
    let limit = timeout.map(timespec);
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: word and limit are borrowed for the whole call, which keeps neither.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, value, limit) };
}

/// Wakes all threads of all processes that sleep on `word`.
pub fn futex_wake_all_shared(word: &AtomicU32) {
    // SAFETY: the kernel uses the address of the borrowed word as a key only.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, c_int::MAX) };
}

/// Wakes one thread sleeping on `word`.
pub fn futex_wake(word: &AtomicU32) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the kernel uses the address of the borrowed word as a key only.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, 1) };
}

const MEMBARRIER_REGISTER: c_int = libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;

/// Asks to be allowed [`membarrier`] in this process; false if the kernel has none to give.
pub fn membarrier_register() -> bool {
    // SAFETY: the call takes two numbers.
    unsafe { libc::syscall(libc::SYS_membarrier, MEMBARRIER_REGISTER, 0, 0) == 0 }
}

/// A full fence on every thread of this process that runs; the others had theirs when they stopped.
pub fn membarrier() {
    let command = libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED;
    // SAFETY: numbers only; the process was registered before.
    let done = unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 };
    assert!(done, "a registered process may always call membarrier");
}

fn timespec(duration: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: duration.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

pub fn epoll_create() -> Result<OwnedFd, Error> {
    // SAFETY: flags are all that the call is given.
    owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
}

pub fn eventfd() -> Result<OwnedFd, Error> {
    // SAFETY: the call takes no memory at all.
    owned(unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) })
}

/// Adds one to an eventfd: one more edge for whoever watches it.
pub fn eventfd_add(fd: RawFd) {
    let one = 1u64;
    // SAFETY: eight bytes of a local are read during the call.
    unsafe { libc::write(fd, std::ptr::from_ref(&one).cast(), 8) };
}

/// Takes everything out of an eventfd.
pub fn eventfd_clear(fd: RawFd) {
    let mut count = 0u64;
    // SAFETY: eight bytes of a local are written during the call.
    unsafe { libc::read(fd, std::ptr::from_mut(&mut count).cast(), 8) };
}

fn epoll_ctl(set: RawFd, op: c_int, fd: RawFd, events: u32, id: u32) -> Result<(), Error> {
    let mut event = epoll_event { events, u64: u64::from(id) };
    // SAFETY: the event is a local that the call reads and does not keep.
    checked(unsafe { libc::epoll_ctl(set, op, fd, &raw mut event) }).map(drop)
}

pub fn epoll_add(set: RawFd, fd: RawFd, events: u32, id: u32) -> Result<(), Error> {
    epoll_ctl(set, libc::EPOLL_CTL_ADD, fd, events, id)
}

/// Adds `fd`, or changes what is asked of it if it is there.
pub fn epoll_put(set: RawFd, fd: RawFd, events: u32, id: u32) {
    if epoll_ctl(set, libc::EPOLL_CTL_MOD, fd, events, id).is_err() {
        _ = epoll_ctl(set, libc::EPOLL_CTL_ADD, fd, events, id);
    }
}

pub fn epoll_remove(set: RawFd, fd: RawFd) {
    _ = epoll_ctl(set, libc::EPOLL_CTL_DEL, fd, 0, 0);
}

/// Which of `events` (epoll's numbers, which are poll's), and of hang-up and error, hold now.
pub fn poll_now(fd: RawFd, events: u32) -> u32 {
    let mut poll = libc::pollfd { fd, events: events as i16, revents: 0 };
    // SAFETY: one pollfd, a local, is written during the call, which does not wait.
    unsafe { libc::poll(&raw mut poll, 1, 0) };
    poll.revents as u16 as u32
}

/// The events found within `timeout`, which is rounded up to whole milliseconds.
pub fn epoll_wait<'a>(
    set: &OwnedFd,
    events: &'a mut [MaybeUninit<epoll::Event>],
    timeout: Option<Duration>,
) -> &'a [epoll::Event] {
    let limit = timeout.map(|timeout| {
        let ms = timeout.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(i64::from(i32::MAX));
        rustix::event::Timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 }
    });
    // EINTR: the caller looks at its clock and comes back.
    epoll::wait(set, events, limit.as_ref()).map_or(&[], |(found, _)| found)
}

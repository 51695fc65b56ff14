//! What a process or a thread has used of the processors.
//!
//! # Safety
//!
//! Outputs are the caller's, valid for writes during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;

use engine::error::Error;
use windows_sys::Win32::Foundation::FILETIME;

use super::clock::{TICKS, filetime, split};
use super::counters::{fields, tick};
use super::process::Subject;
use super::{finish, last_errno};

fn used(time: libc::timeval) -> FILETIME {
    split(time.tv_sec * TICKS + time.tv_usec * 10)
}

/// 100 ns since 1601 at the start of what a stat file of /proc is about; now if it does not say.
fn began(stat: &[i64]) -> FILETIME {
    // The 22nd column: ticks after the boot.
    let ticks = stat.get(22 - 3).copied();
    let mut up = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &mut up) };
    let up = up.tv_sec * TICKS + up.tv_nsec / 100;
    split(ticks.map_or(filetime(), |ticks| filetime() - up + ticks * tick()))
}

/// Kernel and user time.
fn both(usage: &libc::rusage) -> [FILETIME; 2] {
    [used(usage.ru_stime), used(usage.ru_utime)]
}

/// Kernel and user time of this process, or of the calling thread.
fn own(who: i32) -> Result<[FILETIME; 2], Error> {
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    match unsafe { libc::getrusage(who, &mut usage) } {
        0 => Ok(both(&usage)),
        _ => Err(last_errno()),
    }
}

/// Kernel and user time of another thread or process: the 15th and the 14th column.
fn others(stat: &[i64]) -> [FILETIME; 2] {
    let used = |column: usize| split(stat.get(column - 3).map_or(0, |ticks| ticks * tick()));
    [used(15), used(14)]
}

unsafe fn process_times(subject: &Subject, to: [*mut FILETIME; 4]) -> Result<(), Error> {
    let stat = fields(&subject.read("stat")?)?;
    let remains = match subject {
        Subject::Own => return unsafe { tell(&stat, 0, own(libc::RUSAGE_SELF)?, to) },
        Subject::Other(process) => process.remains(),
    };
    let used = remains.and_then(|remains| remains.used.as_ref());
    let ended = remains.map_or(0, |remains| remains.ended);
    unsafe { tell(&stat, ended, used.map_or_else(|| others(&stat), both), to) }
}

unsafe fn tell(
    stat: &[i64],
    ended: i64,
    [kernel, user]: [FILETIME; 2],
    to: [*mut FILETIME; 4],
) -> Result<(), Error> {
    if to.iter().any(|to| to.is_null()) {
        return Err(Error(998)); // ERROR_NOACCESS
    }
    for (to, time) in to.into_iter().zip([began(stat), split(ended), kernel, user]) {
        unsafe { to.write(time) };
    }
    Ok(())
}

/// `BOOL GetProcessTimes(HANDLE hProcess, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
/// LPFILETIME lpKernelTime, LPFILETIME lpUserTime)`: of another process in steps of Linux' clock
/// tick (10 ms mostly) while it runs; of one that has ended what it used in all, 50 if another made
/// it and Linux has forgotten it. 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessTimes(
    process: *mut c_void,
    created: *mut FILETIME,
    ended: *mut FILETIME,
    kernel: *mut FILETIME,
    user: *mut FILETIME,
) -> i32 {
    let all = [created, ended, kernel, user];
    finish(Subject::of(process).and_then(|subject| unsafe { process_times(&subject, all) }))
}

/// `BOOL GetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
/// LPFILETIME lpKernelTime, LPFILETIME lpUserTime)`: of a thread that has not ended, of another
/// than the calling one in steps of Linux' clock tick (10 ms mostly). 6 for another handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetThreadTimes(
    thread: *mut c_void,
    created: *mut FILETIME,
    ended: *mut FILETIME,
    kernel: *mut FILETIME,
    user: *mut FILETIME,
) -> i32 {
    let all = [created, ended, kernel, user];
    let number = unsafe { engine::GetThreadId(thread) };
    let mine = number == unsafe { engine::GetCurrentThreadId() };
    let told = || {
        // The folder of a thread of this process, or of the first of another.
        let stat = fs::read_to_string(format!("/proc/{number}/task/{number}/stat"));
        let stat = fields(&stat.map_err(|_| Error::INVALID_HANDLE)?)?;
        let used = if mine { own(libc::RUSAGE_THREAD)? } else { others(&stat) };
        unsafe { tell(&stat, 0, used, all) }
    };
    finish(if number == 0 { Err(Error::INVALID_HANDLE) } else { told() })
}

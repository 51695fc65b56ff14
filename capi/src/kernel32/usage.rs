//! What a process or a thread has used of the processors.
//!
//! # Safety
//!
//! Outputs are the caller's, valid for writes during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;
use windows_sys::Win32::Foundation::FILETIME;

use super::clock::{TICKS, filetime, split};
use super::counters::{fields, tick};
use super::{finish, last_errno};

fn used(time: libc::timeval) -> FILETIME {
    split(time.tv_sec * TICKS + time.tv_usec * 10)
}

/// 100 ns since 1601 at the start of what a stat file of /proc is about; now if it does not say.
fn began(stat: &str) -> FILETIME {
    // The 22nd column: ticks after the boot.
    let ticks = fields(stat).ok().and_then(|fields| fields.get(22 - 3).copied());
    let mut up = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &mut up) };
    let up = up.tv_sec * TICKS + up.tv_nsec / 100;
    split(ticks.map_or(filetime(), |ticks| filetime() - up + ticks * tick()))
}

/// Kernel and user time of this process, or of the calling thread.
fn own(who: i32) -> Result<[FILETIME; 2], Error> {
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    match unsafe { libc::getrusage(who, &mut usage) } {
        0 => Ok([used(usage.ru_stime), used(usage.ru_utime)]),
        _ => Err(last_errno()),
    }
}

/// Kernel and user time of another thread: the 15th and the 14th column.
fn others(stat: &str) -> Result<[FILETIME; 2], Error> {
    let fields = fields(stat)?;
    let used = |column: usize| split(fields.get(column - 3).map_or(0, |ticks| ticks * tick()));
    Ok([used(15), used(14)])
}

unsafe fn tell(
    stat: &str,
    [kernel, user]: [FILETIME; 2],
    to: [*mut FILETIME; 4],
) -> Result<(), Error> {
    if to.iter().any(|to| to.is_null()) {
        return Err(Error(998)); // ERROR_NOACCESS
    }
    for (to, time) in to.into_iter().zip([began(stat), split(0), kernel, user]) {
        unsafe { to.write(time) };
    }
    Ok(())
}

/// `BOOL GetProcessTimes(HANDLE hProcess, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
/// LPFILETIME lpKernelTime, LPFILETIME lpUserTime)`: of this process; 6 for another.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessTimes(
    process: *mut c_void,
    created: *mut FILETIME,
    ended: *mut FILETIME,
    kernel: *mut FILETIME,
    user: *mut FILETIME,
) -> i32 {
    let all = [created, ended, kernel, user];
    finish(match process == unsafe { engine::GetCurrentProcess() } {
        true => {
            own(libc::RUSAGE_SELF).and_then(|used| unsafe { tell("/proc/self/stat", used, all) })
        }
        false => Err(Error::INVALID_HANDLE),
    })
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
    finish(match number {
        0 => Err(Error::INVALID_HANDLE),
        mine if mine == unsafe { engine::GetCurrentThreadId() } => own(libc::RUSAGE_THREAD)
            .and_then(|used| unsafe { tell("/proc/thread-self/stat", used, all) }),
        _ => {
            let stat = format!("/proc/self/task/{number}/stat");
            others(&stat).and_then(|used| unsafe { tell(&stat, used, all) })
        }
    })
}

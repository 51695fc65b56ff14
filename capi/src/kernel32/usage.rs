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

use super::clock::{filetime, split};
use super::{finish, last_errno};

fn used(time: libc::timeval) -> FILETIME {
    split(time.tv_sec * 10_000_000 + time.tv_usec * 10)
}

/// 100 ns since 1601 at the start of what a stat file of /proc is about; now if it does not say.
fn began(stat: &str) -> FILETIME {
    let text = std::fs::read_to_string(stat).unwrap_or_default();
    // The 22nd column, of which the second ends with a bracket: ticks after the boot.
    let ticks = text.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(19));
    let ticks = ticks.and_then(|ticks| ticks.parse::<i64>().ok());
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    let mut up = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &mut up) };
    let up = up.tv_sec * 10_000_000 + up.tv_nsec / 100;
    split(ticks.map_or(filetime(), |ticks| filetime() - up + ticks * 10_000_000 / per_second))
}

unsafe fn tell(
    who: i32,
    stat: &str,
    [created, ended, kernel, user]: [*mut FILETIME; 4],
) -> Result<(), Error> {
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    if unsafe { libc::getrusage(who, &mut usage) } != 0 {
        return Err(last_errno());
    }
    let all = [
        (created, began(stat)),
        (ended, split(0)),
        (kernel, used(usage.ru_stime)),
        (user, used(usage.ru_utime)),
    ];
    if all.iter().any(|(to, _)| to.is_null()) {
        return Err(Error(998)); // ERROR_NOACCESS
    }
    for (to, time) in all {
        unsafe { to.write(time) };
    }
    Ok(())
}

/// As `tell`, of another thread: the 14th and the 15th column are user and kernel ticks.
unsafe fn told(
    stat: &str,
    [created, ended, kernel, user]: [*mut FILETIME; 4],
) -> Result<(), Error> {
    let text = std::fs::read_to_string(stat).map_err(|_| Error::INVALID_HANDLE)?;
    let columns: Vec<i64> = (text.rsplit_once(')').map_or("", |(_, rest)| rest))
        .split_whitespace()
        .map(|word| word.parse().unwrap_or(0))
        .collect();
    let tick = 10_000_000 / unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1);
    let used = |column: usize| columns.get(column - 3).map_or(0, |ticks| ticks * tick);
    let all = [
        (created, began(stat)),
        (ended, split(0)),
        (kernel, split(used(15))),
        (user, split(used(14))),
    ];
    if all.iter().any(|(to, _)| to.is_null()) {
        return Err(Error(998)); // ERROR_NOACCESS
    }
    for (to, time) in all {
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
        true => unsafe { tell(libc::RUSAGE_SELF, "/proc/self/stat", all) },
        false => Err(Error::INVALID_HANDLE),
    })
}

/// `BOOL GetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
/// LPFILETIME lpKernelTime, LPFILETIME lpUserTime)`: of a thread that has not ended, of another than the
/// calling one in steps of Linux' clock tick (10 ms mostly). 6 for another handle.
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
        own if own == unsafe { engine::GetCurrentThreadId() } => unsafe {
            tell(libc::RUSAGE_THREAD, "/proc/thread-self/stat", all)
        },
        _ => unsafe { told(&format!("/proc/self/task/{number}/stat"), all) },
    })
}

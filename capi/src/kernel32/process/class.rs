//! Priority classes.
//!
//! # Safety
//!
//! Numbers only: the kernel refuses what is not allowed. Handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::sync::atomic::Ordering;

use engine::error::Error;
use engine::linux::set_base_nice;
use windows_sys::Win32::Foundation::HANDLE;

use super::subject::Subject;
use crate::kernel32::{finish, finish_value};

const NORMAL: u32 = 0x20;
const IDLE: u32 = 0x40;
const HIGH: u32 = 0x80;
const REALTIME: u32 = 0x100;
const BELOW_NORMAL: u32 = 0x4000;
const ABOVE_NORMAL: u32 = 0x8000;
/// All of them.
pub const CLASSES: u32 = NORMAL | IDLE | HIGH | REALTIME | BELOW_NORMAL | ABOVE_NORMAL;

/// Linux' nice value for a class: five for each of Windows' priorities, as for those of threads.
/// `None` for no class, or several.
pub fn nice(class: u32) -> Option<i32> {
    Some(match class {
        NORMAL => 0,
        IDLE => 19,
        BELOW_NORMAL => 10,
        ABOVE_NORMAL => -10,
        HIGH | REALTIME => -20,
        _ => return None,
    })
}

/// The class that comes nearest to a nice value.
fn class(nice: i32) -> u32 {
    match nice {
        15.. => IDLE,
        5.. => BELOW_NORMAL,
        -4.. => NORMAL,
        -14.. => ABOVE_NORMAL,
        _ => HIGH,
    }
}

fn set(subject: &Subject, class: u32) -> Result<(), Error> {
    let nice = nice(class).ok_or(Error::INVALID_PARAMETER)?;
    match subject {
        Subject::Own => set_base_nice(nice),
        Subject::Other(_) => {
            for thread in subject.threads()? {
                let set = unsafe { libc::setpriority(libc::PRIO_PROCESS, thread, nice) };
                let errno = std::io::Error::last_os_error().raw_os_error();
                if set != 0 && errno == Some(libc::EPERM) {
                    return Err(Error::ACCESS_DENIED); // another user's
                }
            }
        }
    }
    // Who may not have the highest class gets the next.
    subject.class().store(if class == REALTIME { HIGH } else { class }, Ordering::Relaxed);
    Ok(())
}

/// `DWORD GetPriorityClass(HANDLE hProcess)`: what SetPriorityClass or CreateProcess was told, else
/// what comes nearest to Linux' nice value. 0 with 6, or with 5 for one that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetPriorityClass(process: HANDLE) -> u32 {
    finish_value(Subject::of(process).and_then(|subject| {
        subject.folder()?;
        Ok(match subject.class().load(Ordering::Relaxed) {
            0 => class(unsafe { libc::getpriority(libc::PRIO_PROCESS, subject.number()) }),
            told => told,
        })
    }))
}

/// `BOOL SetPriorityClass(HANDLE hProcess, DWORD dwPriorityClass)`: for the threads that the
/// process has now. The class is kept and becomes Linux' nice value where that is permitted:
/// raising it needs a privilege there. REALTIME_PRIORITY_CLASS gives HIGH_PRIORITY_CLASS. 6; 87 for
/// no class; 5 for another user's process, or one that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetPriorityClass(process: HANDLE, class: u32) -> i32 {
    finish(Subject::of(process).and_then(|subject| set(&subject, class)))
}

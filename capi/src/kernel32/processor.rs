//! Processors, and which of them a process and its threads may use.
//!
//! Linux numbers processors as Windows does within its first group: a mask has a bit for each of
//! the first 64, and there is one group.
//!
//! # Safety
//!
//! What a call writes or reads is the caller's, valid during the call; handles are values only.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;
use std::mem::{size_of, zeroed};

use engine::GetThreadId;
use engine::error::{Error, set_last_error};

use super::memory::LocalAlloc;
use super::process::Subject;
use super::{finish, finish_value, last_errno};
use crate::text::{Wide, read};

/// The processors in the first 64 of a set.
fn mask(set: &libc::cpu_set_t) -> usize {
    let has = |at: &usize| unsafe { libc::CPU_ISSET(*at, set) };
    (0..64).filter(has).fold(0, |mask, at| mask | 1 << at)
}

fn allowed(thread: u32) -> Result<usize, Error> {
    let mut set = unsafe { zeroed::<libc::cpu_set_t>() };
    let size = size_of::<libc::cpu_set_t>();
    match unsafe { libc::sched_getaffinity(thread as i32, size, &mut set) } {
        0 => Ok(mask(&set)),
        _ => Err(last_errno()),
    }
}

/// The processors of the machine; 1 << n for n of them, less one.
pub(super) fn installed() -> usize {
    match unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } {
        count @ 1..64 => (1 << count) - 1,
        _ => usize::MAX,
    }
}

/// Lets a thread run on the processors of a mask; 87 if that names one that is not there, or none.
fn confine(thread: u32, mask: usize) -> Result<(), Error> {
    if mask == 0 || mask & !installed() != 0 {
        return Err(Error::INVALID_PARAMETER);
    }
    let mut set = unsafe { zeroed::<libc::cpu_set_t>() };
    for at in (0..64).filter(|at| mask >> at & 1 == 1) {
        unsafe { libc::CPU_SET(at, &mut set) };
    }
    match unsafe { libc::sched_setaffinity(thread as i32, size_of::<libc::cpu_set_t>(), &set) } {
        0 => Ok(()),
        _ => Err(last_errno()),
    }
}

/// The number of the thread of a handle; 6 if it is of none.
fn number(thread: *mut c_void) -> Result<u32, Error> {
    match unsafe { GetThreadId(thread) } {
        0 => Err(Error::INVALID_HANDLE),
        number => Ok(number),
    }
}

/// `DWORD GetActiveProcessorCount(WORD GroupNumber)`: those of the machine, for group 0 or all of
/// them (0xFFFF). 0 and 87 for another group.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetActiveProcessorCount(group: u16) -> u32 {
    finish_value(match group {
        0 | 0xFFFF => Ok(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } as u32),
        _ => Err(Error::INVALID_PARAMETER),
    })
}

/// `DWORD GetMaximumProcessorCount(WORD GroupNumber)`: with those that are switched off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetMaximumProcessorCount(group: u16) -> u32 {
    finish_value(match group {
        0 | 0xFFFF => Ok(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) } as u32),
        _ => Err(Error::INVALID_PARAMETER),
    })
}

/// `WORD GetActiveProcessorGroupCount()`: 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetActiveProcessorGroupCount() -> u16 {
    1
}

/// `DWORD_PTR SetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask)`: what it was;
/// 0 and 87 for a mask with a processor that is not there, or with none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetThreadAffinityMask(thread: *mut c_void, mask: usize) -> usize {
    finish_value(number(thread).and_then(|number| {
        let old = allowed(number)?;
        confine(number, mask)?;
        Ok(old)
    }))
}

/// `DWORD SetThreadIdealProcessor(HANDLE hThread, DWORD dwIdealProcessor)`: Linux takes no such
/// wish, so that the ideal one is always the one in use; MAXIMUM_PROCESSORS (64) asks for it.
/// 0xFFFFFFFF and 87 for a processor that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetThreadIdealProcessor(thread: *mut c_void, ideal: u32) -> u32 {
    let checked = number(thread).and_then(|_| match ideal {
        64 => Ok(()),
        0..64 if installed() >> ideal & 1 == 1 => Ok(()),
        _ => Err(Error::INVALID_PARAMETER),
    });
    match checked {
        Ok(()) => unsafe { libc::sched_getcpu() as u32 },
        Err(error) => {
            set_last_error(error.0);
            u32::MAX
        }
    }
}

/// `BOOL GetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask, PDWORD_PTR
/// lpSystemAffinityMask)`: a process has its first thread's mask. 6; 5 for one that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessAffinityMask(
    process: *mut c_void,
    own: *mut usize,
    system: *mut usize,
) -> i32 {
    finish(Subject::of(process).and_then(|subject| {
        subject.folder()?;
        let mask = allowed(subject.number())?;
        unsafe {
            own.write(mask);
            system.write(installed());
        }
        Ok(())
    }))
}

/// `BOOL SetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask)`: for every
/// thread that the process has now; those it starts later have it from their starters. 6; 87 for a
/// bad mask; 5 for a process of another user, or one that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetProcessAffinityMask(process: *mut c_void, mask: usize) -> i32 {
    finish(Subject::of(process).and_then(|subject| {
        let threads = subject.threads()?;
        confine(subject.number(), mask)?;
        for thread in threads {
            let _ = confine(thread, mask); // it may have ended meanwhile
        }
        Ok(())
    }))
}

/// `HRESULT SetThreadDescription(HANDLE hThread, PCWSTR lpThreadDescription)`: the name that
/// debuggers and `top` show, cut to the 15 bytes that Linux takes. 0x80070006 for a bad handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetThreadDescription(thread: *mut c_void, text: *const Wide) -> i32 {
    let told = number(thread)
        .and_then(|number| name_thread(number, &unsafe { read(text) }.unwrap_or_default()));
    told.err().map_or(0, |error| (0x8007_0000 | error.0) as i32)
}

/// Names a thread of this process, as SetThreadDescription.
pub(super) fn name_thread(number: u32, text: &str) -> Result<(), Error> {
    let end = (0..=text.len().min(15)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    fs::write(format!("/proc/self/task/{number}/comm"), &text[..end])
        .map_err(|_| Error::GEN_FAILURE)
}

/// `HRESULT GetThreadDescription(HANDLE hThread, PWSTR *ppszThreadDescription)`: the name that
/// debuggers and `top` show, which is the program's until another is set. For LocalFree.
/// 0x80070006 for a bad handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetThreadDescription(thread: *mut c_void, to: *mut *mut Wide) -> i32 {
    let told = number(thread).and_then(|number| {
        let text = fs::read_to_string(format!("/proc/self/task/{number}/comm"))
            .map_err(|_| Error::GEN_FAILURE)?;
        let text = text.trim_end_matches('\n');
        let room = unsafe { LocalAlloc(0, (text.chars().count() + 1) * size_of::<Wide>()) };
        let room = room.cast::<Wide>();
        for (at, c) in text.chars().chain(['\0']).enumerate() {
            unsafe { room.add(at).write(c as Wide) };
        }
        unsafe { to.write(room) };
        Ok(())
    });
    told.err().map_or(0, |error| (0x8007_0000 | error.0) as i32)
}

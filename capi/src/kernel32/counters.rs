//! What the machine has used of its processors and a process of memory, as monitors of servers
//! show it. Linux tells it in `/proc`.
//!
//! # Safety
//!
//! What a call writes is the caller's, valid during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;
use std::sync::atomic::Ordering;

use engine::error::Error;
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::Threading::IO_COUNTERS;

use super::clock::{TICKS, split};
use super::finish;
use super::process::Subject;

/// Ticks of 100 ns in one of the clock ticks that `/proc` counts in.
pub(super) fn tick() -> i64 {
    TICKS / unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1)
}

/// The numbers of a line of `/proc/stat` or of a `stat` file, behind what names it.
fn numbers(line: &str) -> Vec<i64> {
    line.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect()
}

/// A `stat` file's fields from the third, the state, on; the name before it may hold anything.
pub(super) fn fields(text: &str) -> Result<Vec<i64>, Error> {
    Ok(numbers(text.rsplit_once(')').ok_or(Error::INVALID_HANDLE)?.1))
}

/// The number behind a name in a file of /proc with a line for each; 0 if it has none.
fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// `BOOL GetSystemTimes(PFILETIME lpIdleTime, PFILETIME lpKernelTime, PFILETIME lpUserTime)`: of
/// all processors together, since the machine's start; the kernel's time includes the idle time.
/// Each pointer may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSystemTimes(
    idle: *mut FILETIME,
    kernel: *mut FILETIME,
    user: *mut FILETIME,
) -> i32 {
    let read = || {
        let text = fs::read_to_string("/proc/stat").map_err(|_| Error::GEN_FAILURE)?;
        let line = text.lines().next().and_then(|line| line.strip_prefix("cpu"));
        let all = numbers(line.ok_or(Error::GEN_FAILURE)?);
        // proc(5): user nice system idle iowait irq softirq steal
        let sum = |which: &[usize]| {
            let counts = which.iter().filter_map(|&at| all.get(at));
            split(counts.sum::<i64>() * tick())
        };
        for (to, which) in [(idle, &[3, 4][..]), (kernel, &[2, 3, 4, 5, 6, 7]), (user, &[0, 1])] {
            if !to.is_null() {
                unsafe { to.write(sum(which)) };
            }
        }
        Ok(())
    };
    finish(read())
}

/// PROCESS_MEMORY_COUNTERS_EX; without its last field it is PROCESS_MEMORY_COUNTERS.
#[repr(C)]
pub struct Memory {
    bytes: u32,
    faults: u32,
    peak_resident: usize,
    resident: usize,
    peak_paged_pool: usize,
    paged_pool: usize,
    peak_nonpaged_pool: usize,
    nonpaged_pool: usize,
    committed: usize,
    peak_committed: usize,
    private: usize,
}

fn memory(subject: &Subject) -> Result<Memory, Error> {
    let remains = match subject {
        Subject::Own => None,
        Subject::Other(process) => process.remains(),
    };
    // One that has ended has none; Linux tells its maker how much it had once.
    let text = if remains.is_some() { String::new() } else { subject.read("status")? };
    let bytes = |name: &str| number(&text, name) as usize * 1024;
    let once = remains.and_then(|remains| remains.used).map_or(0, |used| used.ru_maxrss as usize);
    let stat = fields(&subject.read("stat")?)?;
    let faults = stat.get(10 - 3).unwrap_or(&0) + stat.get(12 - 3).unwrap_or(&0);
    let private = bytes("RssAnon") + bytes("VmSwap");
    let peak = subject.peak().fetch_max(private, Ordering::Relaxed).max(private);
    Ok(Memory {
        bytes: size_of::<Memory>() as u32,
        faults: faults as u32,
        peak_resident: bytes("VmHWM").max(once * 1024),
        resident: bytes("VmRSS"),
        // Page tables: what the kernel keeps for the process and Linux counts.
        peak_paged_pool: bytes("VmPTE"),
        paged_pool: bytes("VmPTE"),
        peak_nonpaged_pool: 0,
        nonpaged_pool: 0,
        committed: private,
        peak_committed: peak,
        private,
    })
}

/// `BOOL GetProcessMemoryInfo(HANDLE Process, PPROCESS_MEMORY_COUNTERS ppsmemCounters, DWORD cb)`:
/// the working set is the resident memory, the page file's use and PrivateUsage the anonymous
/// memory, swapped out or not; the highest of these is the highest that a call has seen. The paged
/// pool is the page tables. Of a process that has ended only the peak of the working set is left.
/// 122 if cb is less than the structure; 6; 5 for a process that is not ours to look into.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessMemoryInfo(
    process: *mut c_void,
    counters: *mut Memory,
    bytes: u32,
) -> i32 {
    let fill = || {
        let subject = Subject::of(process)?;
        let room = bytes as usize;
        let short = std::mem::offset_of!(Memory, private);
        if room < short {
            return Err(Error::INSUFFICIENT_BUFFER);
        }
        let mut now = memory(&subject)?;
        let count = if room < size_of::<Memory>() { short } else { size_of::<Memory>() };
        now.bytes = count as u32;
        unsafe {
            std::ptr::copy_nonoverlapping((&raw const now).cast::<u8>(), counters.cast(), count);
        }
        Ok(())
    };
    finish(fill())
}

/// `BOOL GetProcessIoCounters(HANDLE hProcess, PIO_COUNTERS lpIoCounters)`: what it has read and
/// written, by calls of Linux' read and write: files, pipes, terminals, and sockets as far as they
/// are read as files. Linux counts no other operations: 0. 6; 5 for a process that is not ours to
/// look into.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessIoCounters(
    process: *mut c_void,
    counters: *mut IO_COUNTERS,
) -> i32 {
    finish(Subject::of(process).and_then(|subject| subject.read("io")).map(|io| {
        let told = IO_COUNTERS {
            ReadOperationCount: number(&io, "syscr"),
            WriteOperationCount: number(&io, "syscw"),
            OtherOperationCount: 0,
            ReadTransferCount: number(&io, "rchar"),
            WriteTransferCount: number(&io, "wchar"),
            OtherTransferCount: 0,
        };
        unsafe { counters.write(told) };
    }))
}

/// `BOOL GetProcessHandleCount(HANDLE hProcess, PDWORD pdwHandleCount)`: the descriptors that it
/// has open: each socket and file is one, events and their like are none. 6; 5 for a process that
/// is not ours to look into, or that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessHandleCount(process: *mut c_void, count: *mut u32) -> i32 {
    finish(Subject::of(process).and_then(|subject| {
        let open = fs::read_dir(subject.folder()?.join("fd")).map_err(|_| Error::ACCESS_DENIED)?;
        unsafe { count.write(open.count() as u32) };
        Ok(())
    }))
}

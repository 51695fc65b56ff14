//! What the machine has used of its processors and the process of memory, as monitors of servers
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
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::error::Error;
use windows_sys::Win32::Foundation::FILETIME;

use super::clock::{TICKS, split};
use super::finish;
use super::memory::this_process;

/// Ticks of 100 ns in one of the clock ticks that `/proc` counts in.
pub(super) fn tick() -> i64 {
    TICKS / unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1)
}

/// The numbers of a line of `/proc/stat` or of a `stat` file, behind what names it.
fn numbers(line: &str) -> Vec<i64> {
    line.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect()
}

/// A `stat` file's fields from the third, the state, on; the name before it may hold anything.
pub(super) fn fields(path: &str) -> Result<Vec<i64>, Error> {
    let text = fs::read_to_string(path).map_err(|_| Error::INVALID_HANDLE)?;
    Ok(numbers(text.rsplit_once(')').ok_or(Error::INVALID_HANDLE)?.1))
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

/// The most private memory that a call has seen: Linux keeps no such mark.
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn memory() -> Result<Memory, Error> {
    let text = fs::read_to_string("/proc/self/status").map_err(|_| Error::GEN_FAILURE)?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or(":");
        let number = line.trim_start_matches(':').split_whitespace().next();
        number.and_then(|number| number.parse::<usize>().ok()).unwrap_or(0) * 1024
    };
    let stat = fields("/proc/self/stat")?;
    let faults = stat.get(10 - 3).unwrap_or(&0) + stat.get(12 - 3).unwrap_or(&0);
    let private = bytes("RssAnon") + bytes("VmSwap");
    let peak = PEAK.fetch_max(private, Ordering::Relaxed).max(private);
    Ok(Memory {
        bytes: size_of::<Memory>() as u32,
        faults: faults as u32,
        peak_resident: bytes("VmHWM"),
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
/// of this process. The working set is its resident memory, the page file's use and PrivateUsage
/// its anonymous memory, swapped out or not; the highest of these is the highest that a call has
/// seen. The paged pool is its page tables. 122 if cb is less than the structure, 6 for another
/// handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessMemoryInfo(
    process: *mut c_void,
    counters: *mut Memory,
    bytes: u32,
) -> i32 {
    let fill = || {
        this_process(process)?;
        let room = bytes as usize;
        let short = std::mem::offset_of!(Memory, private);
        if room < short {
            return Err(Error::INSUFFICIENT_BUFFER);
        }
        let mut now = memory()?;
        let count = if room < size_of::<Memory>() { short } else { size_of::<Memory>() };
        now.bytes = count as u32;
        unsafe {
            std::ptr::copy_nonoverlapping((&raw const now).cast::<u8>(), counters.cast(), count);
        }
        Ok(())
    };
    finish(fill())
}

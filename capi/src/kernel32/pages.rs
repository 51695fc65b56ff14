//! Pages, reserved and committed.
//!
//! # Safety
//!
//! Pages are what mmap gave, within their reservation, and the program's from then on.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::BTreeMap;
use std::ffi::c_void;

use engine::error::Error;
use parking_lot::Mutex;

use super::{finish, finish_value, last_errno};

/// Reservations: where they begin, and their bytes.
static RESERVED: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());
const COMMIT: u32 = 0x1000;
const RESERVE: u32 = 0x2000;
const DECOMMIT: u32 = 0x4000;
const RELEASE: u32 = 0x8000;
pub(super) const PAGE: usize = 4096;
/// Reservations begin at multiples of this.
const GRANULARITY: usize = 0x1_0000;

/// Linux' protection for PAGE_…: 87 for what it has not.
pub(super) fn protection(page: u32) -> Result<i32, Error> {
    Ok(match page & 0xff {
        0x01 => libc::PROT_NONE,
        0x02 => libc::PROT_READ,
        0x04 => libc::PROT_READ | libc::PROT_WRITE,
        0x10 => libc::PROT_EXEC,
        0x20 => libc::PROT_READ | libc::PROT_EXEC,
        0x40 => libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC,
        _ => return Err(Error::INVALID_PARAMETER),
    })
}

/// Where the reservation begins that an address is in, and its bytes.
pub(super) fn reservation(at: usize) -> Option<(usize, usize)> {
    let all = RESERVED.lock();
    let (&start, &bytes) = all.range(..=at).next_back()?;
    (at < start + bytes).then_some((start, bytes))
}

/// New pages, at a multiple of 64 KiB; or at `wanted` exactly, if it is free.
fn reserve(wanted: usize, bytes: usize) -> Result<usize, Error> {
    let (flags, none) = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE, -1);
    let map = |at: usize, bytes: usize, flags: i32| {
        let at = unsafe { libc::mmap(at as *mut c_void, bytes, libc::PROT_NONE, flags, none, 0) };
        if at == libc::MAP_FAILED { Err(Error::NOT_ENOUGH_MEMORY) } else { Ok(at as usize) }
    };
    if wanted != 0 {
        let wanted = wanted & !(GRANULARITY - 1);
        return map(wanted, bytes, flags | libc::MAP_FIXED_NOREPLACE).map_err(|_| Error(487));
    }
    let start = map(0, bytes + GRANULARITY, flags)?;
    let at = start.next_multiple_of(GRANULARITY);
    unsafe {
        if at > start {
            libc::munmap(start as *mut c_void, at - start);
        }
        let rest = start + GRANULARITY - at;
        if rest > 0 {
            libc::munmap((at + bytes) as *mut c_void, rest);
        }
    }
    Ok(at)
}

fn allocate(wanted: usize, bytes: usize, kind: u32, page: u32) -> Result<usize, Error> {
    let protection = protection(page)?;
    if bytes == 0 || kind & (COMMIT | RESERVE) == 0 {
        return Err(Error::INVALID_PARAMETER);
    }
    let is_reserved = |at| {
        let all = RESERVED.lock();
        all.range(..=at).next_back().is_some_and(|(&start, &length)| at < start + length)
    };
    let (mut at, mut length) = (wanted & !(PAGE - 1), 0);
    if kind & RESERVE != 0 || wanted == 0 {
        length = bytes.next_multiple_of(PAGE);
        at = reserve(wanted, length)?;
        RESERVED.lock().insert(at, length);
    } else if !is_reserved(at) {
        return Err(Error(487)); // ERROR_INVALID_ADDRESS
    }
    if kind & COMMIT != 0 {
        let first = if wanted == 0 { at } else { wanted & !(PAGE - 1) };
        let end = if wanted == 0 { at + bytes } else { wanted + bytes };
        let span = end.next_multiple_of(PAGE) - first;
        if unsafe { libc::mprotect(first as *mut c_void, span, protection) } != 0 {
            let why = last_errno();
            if length > 0 {
                RESERVED.lock().remove(&at);
                unsafe { libc::munmap(at as *mut c_void, length) };
            }
            return Err(why);
        }
        return Ok(first);
    }
    Ok(at)
}

fn release(at: usize, bytes: usize, kind: u32) -> Result<(), Error> {
    match kind {
        RELEASE if bytes == 0 => {
            let length = RESERVED.lock().remove(&at).ok_or(Error(487))?;
            unsafe { libc::munmap(at as *mut c_void, length) };
            Ok(())
        }
        DECOMMIT => {
            let first = at & !(PAGE - 1);
            let span = match bytes {
                0 => *RESERVED.lock().get(&at).ok_or(Error(487))?,
                bytes => (at + bytes).next_multiple_of(PAGE) - first,
            };
            // New pages over the old: what was there is gone, and its memory is free.
            let flags =
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
            let first = first as *mut c_void;
            let mapped = unsafe { libc::mmap(first, span, libc::PROT_NONE, flags, -1, 0) };
            if mapped == libc::MAP_FAILED { Err(last_errno()) } else { Ok(()) }
        }
        _ => Err(Error::INVALID_PARAMETER),
    }
}

/// `LPVOID VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect)`
///
/// MEM_RESERVE pages without memory, MEM_COMMIT gives them some, cleared. NULL: 87, 487 for pages
/// that are not reserved, 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualAlloc(
    address: *mut c_void,
    bytes: usize,
    kind: u32,
    page: u32,
) -> *mut c_void {
    finish_value(allocate(address as usize, bytes, kind, page)) as *mut c_void
}

/// `BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)`: MEM_RELEASE with size 0
/// takes a reservation back, MEM_DECOMMIT the memory of pages. 87, 487.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualFree(address: *mut c_void, bytes: usize, kind: u32) -> i32 {
    finish(release(address as usize, bytes, kind))
}

/// Whether a handle means this process; 6 for any other.
fn this_process(process: *mut c_void) -> Result<(), Error> {
    if process as isize == -1 { Ok(()) } else { Err(Error::INVALID_HANDLE) }
}

/// `LPVOID VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
/// DWORD flProtect)`: in this process only, else 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualAllocEx(
    process: *mut c_void,
    address: *mut c_void,
    bytes: usize,
    kind: u32,
    page: u32,
) -> *mut c_void {
    let made = this_process(process).and_then(|()| allocate(address as usize, bytes, kind, page));
    finish_value(made) as *mut c_void
}

/// `BOOL VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)`: in
/// this process only, else 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualFreeEx(
    process: *mut c_void,
    address: *mut c_void,
    bytes: usize,
    kind: u32,
) -> i32 {
    finish(this_process(process).and_then(|()| release(address as usize, bytes, kind)))
}

/// `BOOL VirtualLock(LPVOID lpAddress, SIZE_T dwSize)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualLock(address: *mut c_void, bytes: usize) -> i32 {
    let locked = unsafe { libc::mlock(address, bytes) };
    finish(if locked == 0 { Ok(()) } else { Err(Error(1453)) })
}

/// `BOOL VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualUnlock(address: *mut c_void, bytes: usize) -> i32 {
    let unlocked = unsafe { libc::munlock(address, bytes) };
    finish(if unlocked == 0 { Ok(()) } else { Err(Error(158)) })
}

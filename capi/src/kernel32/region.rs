//! What the process' memory is like, and how it is changed. Linux tells it in `/proc/self/maps`.
//!
//! # Safety
//!
//! Outputs are the caller's; memory whose protection is changed is the caller's, too.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;

use engine::error::Error;

use super::maps::{Area, areas};
use super::pages::{PAGE, protection, reservation};
use super::{finish, finish_value, last_errno};

/// MEMORY_BASIC_INFORMATION.
#[repr(C)]
pub struct Information {
    base: usize,
    allocation: usize,
    allocated_as: u32,
    partition: u16,
    bytes: usize,
    state: u32,
    protection: u32,
    kind: u32,
}

const COMMITTED: u32 = 0x1000;
const RESERVED: u32 = 0x2000;
const FREE: u32 = 0x1_0000;
const PRIVATE: u32 = 0x2_0000;
const MAPPED: u32 = 0x4_0000;
const IMAGE: u32 = 0x100_0000;

/// One line of the map.
struct Region {
    start: usize,
    end: usize,
    page: u32,
    /// It has a file, and whose bytes are shared.
    file: bool,
    image: bool,
}

/// PAGE_… for what Linux allows.
fn page(rights: &str, file: bool) -> u32 {
    let copies = file && rights.ends_with('p');
    match (&rights[..3], copies) {
        ("---", _) => 0x01,
        ("r--", _) => 0x02,
        ("rw-" | "-w-", false) => 0x04,
        ("rw-" | "-w-", true) => 0x08,
        ("--x", _) => 0x10,
        ("r-x", _) => 0x20,
        (_, false) => 0x40,
        (_, true) => 0x80,
    }
}

/// The regions in order; a file of which something can run is an image.
fn regions() -> Vec<Region> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let runs = areas(&maps).filter(|area| area.runs() && !area.path.is_empty());
    let images: Vec<&str> = runs.map(|area| area.path).collect();
    let region = |area: Area| Region {
        start: area.start,
        end: area.end,
        page: page(area.rights, area.is_file()),
        file: area.is_file(),
        image: images.contains(&area.path),
    };
    areas(&maps).map(region).collect()
}

fn information(at: usize) -> Result<Information, Error> {
    if at > 0x7FFF_FFFE_FFFF {
        return Err(Error::INVALID_PARAMETER);
    }
    let at = at & !(PAGE - 1);
    let all = regions();
    let Some(here) = all.iter().find(|region| region.start <= at && at < region.end) else {
        let next = all.iter().map(|region| region.start).find(|&start| start > at);
        let end = next.unwrap_or(0x7FFF_FFFF_0000);
        let free = Information {
            base: at,
            allocation: 0,
            allocated_as: 0,
            partition: 0,
            bytes: end.saturating_sub(at),
            state: FREE,
            protection: 1, // PAGE_NOACCESS
            kind: 0,
        };
        return Ok(free);
    };
    let reservation = reservation(at);
    let reserved = here.page == 1 && !here.file;
    let end = reservation.map_or(here.end, |(start, bytes)| here.end.min(start + bytes));
    Ok(Information {
        base: at,
        allocation: reservation.map_or(here.start, |(start, _)| start),
        allocated_as: here.page,
        partition: 0,
        bytes: end - at,
        state: if reserved { RESERVED } else { COMMITTED },
        protection: if reserved { 0 } else { here.page },
        kind: match (here.image, here.file) {
            (true, _) => IMAGE,
            (false, true) => MAPPED,
            (false, false) => PRIVATE,
        },
    })
}

/// `SIZE_T VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength)`:
/// the bytes written; 0 with 24 for too little room, 87 for no address of a program's. Pages that
/// may not be touched count as reserved: Linux does not tell those that were committed so.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualQuery(
    at: *const c_void,
    to: *mut Information,
    room: usize,
) -> usize {
    let told = match room < size_of::<Information>() {
        true => Err(Error(24)), // ERROR_BAD_LENGTH
        false => information(at as usize),
    };
    finish_value(told.map(|information| {
        unsafe { to.write(information) };
        size_of::<Information>()
    }))
}

/// `BOOL VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD
/// lpflOldProtect)`: 487 for memory that is not there, 87 for a protection that Linux has not, 998
/// without a place for the old one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VirtualProtect(
    at: *mut c_void,
    bytes: usize,
    page: u32,
    old: *mut u32,
) -> i32 {
    let change = || {
        let wanted = protection(page)?;
        if old.is_null() {
            return Err(Error(998)); // ERROR_NOACCESS
        }
        let start = at as usize & !(PAGE - 1);
        let span = (at as usize + bytes.max(1)).next_multiple_of(PAGE) - start;
        let before = match information(start)? {
            Information { state: FREE, .. } => return Err(Error(487)), // ERROR_INVALID_ADDRESS
            Information { protection: 0, .. } => 1,
            known => known.protection,
        };
        match unsafe { libc::mprotect(start as *mut c_void, span, wanted) } {
            0 => {
                unsafe { old.write(before) };
                Ok(())
            }
            _ => Err(match last_errno() {
                Error::NOT_ENOUGH_MEMORY => Error(487),
                error => error,
            }),
        }
    };
    finish(change())
}

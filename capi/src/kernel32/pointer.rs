//! Whether memory may be read or written, for programs that ask before they do.
//!
//! # Safety
//!
//! Pointers are values, which are looked up in `/proc/self/maps`; a text is read only where that
//! says it can be.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;

use super::maps::areas;
use crate::text::{Character, Wide};

/// How many bytes from an address on may be used as `right` says: `r`, `w` or `x`.
fn usable(address: usize, right: char) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let mut end = address;
    for area in areas(&maps) {
        if area.rights.contains(right) && (area.start..area.end).contains(&end) {
            end = area.end; // they come in the order of addresses
        }
    }
    end - address
}

fn is_bad(address: *const c_void, bytes: usize, right: char) -> i32 {
    i32::from(bytes != 0 && usable(address as usize, right) < bytes)
}

/// Up to the null, or for `most` characters.
unsafe fn is_bad_text<C: Character + PartialEq>(text: *const C, most: usize) -> i32 {
    let there = usable(text as usize, 'r') / size_of::<C>();
    let ends = || (0..there.min(most)).any(|at| unsafe { text.add(at).read() } == C::default());
    i32::from(most != 0 && most > there && !ends())
}

/// `BOOL IsBadReadPtr(const VOID *lp, UINT_PTR ucb)`: whether a byte of these cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsBadReadPtr(address: *const c_void, bytes: usize) -> i32 {
    is_bad(address, bytes, 'r')
}

/// `BOOL IsBadWritePtr(LPVOID lp, UINT_PTR ucb)`: whether a byte of these cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsBadWritePtr(address: *const c_void, bytes: usize) -> i32 {
    is_bad(address, bytes, 'w')
}

/// `BOOL IsBadCodePtr(FARPROC lpfn)`: whether the address cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsBadCodePtr(address: *const c_void) -> i32 {
    is_bad(address, 1, 'r')
}

/// `BOOL IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax)`: whether it cannot be read up to its null
/// or, if that comes first, as many characters as that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsBadStringPtrA(text: *const u8, most: usize) -> i32 {
    unsafe { is_bad_text(text, most) }
}

/// `BOOL IsBadStringPtrW(LPCWSTR lpsz, UINT_PTR ucchMax)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsBadStringPtrW(text: *const Wide, most: usize) -> i32 {
    unsafe { is_bad_text(text, most) }
}

//! Whether this is the version of Windows that a program asks for.
//!
//! # Safety
//!
//! Structures are the caller's, with as many bytes as their first member says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::cmp::Ordering;

use engine::error::Error;

use super::finish;
use super::system::{BUILD, MAJOR};
use crate::text::Wide;

/// How many bits of a condition mask are one condition.
const BITS: u32 = 3;

/// VER_MAJORVERSION and its like: the number of the bit.
const MINOR_BIT: u32 = 0;
const MAJOR_BIT: u32 = 1;
const BUILD_BIT: u32 = 2;
const PLATFORM_BIT: u32 = 3;
const PACK_MINOR_BIT: u32 = 4;
const PACK_MAJOR_BIT: u32 = 5;
const PRODUCT_BIT: u32 = 7;

/// `ULONGLONG VerSetConditionMask(ULONGLONG ConditionMask, DWORD TypeMask, BYTE Condition)`: of
/// several types the highest counts.
#[unsafe(no_mangle)]
pub extern "C" fn VerSetConditionMask(mask: u64, kind: u32, condition: u8) -> u64 {
    match (kind & 0xFF, condition & 7) {
        (0, _) | (_, 0) => mask,
        (kind, condition) => mask | u64::from(condition) << (kind.ilog2() * BITS),
    }
}

/// VER_EQUAL to VER_LESS_EQUAL; 160 for no condition.
fn holds(ours: Ordering, condition: u64) -> Result<bool, Error> {
    match condition & 7 {
        1 => Ok(ours.is_eq()),
        2 => Ok(ours.is_gt()),
        3 => Ok(ours.is_ge()),
        4 => Ok(ours.is_lt()),
        5 => Ok(ours.is_le()),
        _ => Err(Error(160)),
    }
}

/// Reads an OSVERSIONINFOEX whose text has `C` characters, and compares.
unsafe fn verify<C>(info: *const u32, kinds: u32, mask: u64) -> Result<(), Error> {
    let asked = |bit: u32| kinds >> bit & 1 != 0;
    let condition = |bit: u32| mask >> (bit * BITS);
    let word = |at: usize| unsafe { *info.add(at) };
    let behind = unsafe { info.cast::<u8>().add(20 + 128 * size_of::<C>()) };
    let pack = |at: usize| u32::from(unsafe { behind.cast::<u16>().add(at).read_unaligned() });
    // The first of these that differs decides, by the condition of the first asked for.
    let numbers = [
        (MAJOR_BIT, MAJOR, word(1)),
        (MINOR_BIT, 0, word(2)),
        (PACK_MAJOR_BIT, 0, pack(0)),
        (PACK_MINOR_BIT, 0, pack(1)),
    ];
    let mut versions = numbers.iter().filter(|(bit, ..)| asked(*bit)).peekable();
    let mut all = true;
    if let Some(&&(first, ..)) = versions.peek() {
        let order =
            versions.fold(Ordering::Equal, |order, (_, ours, theirs)| order.then(ours.cmp(theirs)));
        all &= holds(order, condition(first))?;
    }
    let product = u32::from(unsafe { *behind.add(6) });
    for (bit, ours, theirs) in
        [(BUILD_BIT, BUILD, word(3)), (PLATFORM_BIT, 2, word(4)), (PRODUCT_BIT, 1, product)]
    {
        if asked(bit) {
            all &= holds(ours.cmp(&theirs), condition(bit))?;
        }
    }
    match () {
        () if kinds == 0 => Err(Error(160)),
        () if all => Ok(()),
        () => Err(Error(1150)),
    }
}

/// `BOOL VerifyVersionInfoA(LPOSVERSIONINFOEXA lpVersionInformation, DWORD dwTypeMask,
/// DWORDLONG dwlConditionMask)`
///
/// Compares with what GetVersionEx tells: 1150 if it is not as asked, 160 without a condition. Suites
/// are not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VerifyVersionInfoA(info: *const u32, kinds: u32, mask: u64) -> i32 {
    finish(unsafe { verify::<u8>(info, kinds, mask) })
}

/// `BOOL VerifyVersionInfoW(LPOSVERSIONINFOEXW lpVersionInformation, DWORD dwTypeMask,
/// DWORDLONG dwlConditionMask)`: as VerifyVersionInfoA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn VerifyVersionInfoW(info: *const u32, kinds: u32, mask: u64) -> i32 {
    finish(unsafe { verify::<Wide>(info, kinds, mask) })
}

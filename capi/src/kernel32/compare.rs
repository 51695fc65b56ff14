//! Texts compared. There is one order for all languages here: that of the characters' numbers.
//!
//! # Safety
//!
//! A text has as many characters as is said, or ends with a null where −1 is said.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::cmp::Ordering;

use engine::error::{Error, set_last_error};

use crate::text::{Character, Wide, decode, read};

/// Text of a width, with a length.
trait Counted: Character {
    unsafe fn counted(text: *const Self, count: usize) -> String;
}

impl Counted for u8 {
    unsafe fn counted(text: *const u8, count: usize) -> String {
        String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text, count) }).into_owned()
    }
}

impl Counted for Wide {
    unsafe fn counted(text: *const Wide, count: usize) -> String {
        decode(unsafe { std::slice::from_raw_parts(text, count) })
    }
}

unsafe fn text<C: Counted>(text: *const C, count: i32) -> Result<String, Error> {
    match (usize::try_from(count), text.is_null()) {
        (_, true) => Err(Error::INVALID_PARAMETER),
        (Ok(count), _) => Ok(unsafe { C::counted(text, count) }),
        (Err(_), _) => Ok(unsafe { read(text) }.unwrap_or_default()),
    }
}

/// CSTR_LESS_THAN 1, CSTR_EQUAL 2, CSTR_GREATER_THAN 3; 0 and 87.
unsafe fn compare<C: Counted>(
    folds: bool,
    (first, first_count): (*const C, i32),
    (second, second_count): (*const C, i32),
) -> i32 {
    let first = unsafe { text(first, first_count) };
    let both = first.and_then(|a| Ok((a, unsafe { text(second, second_count) }?)));
    let order = both.map(|(a, b)| match folds {
        true => a.to_lowercase().cmp(&b.to_lowercase()),
        false => a.cmp(&b),
    });
    match order {
        Ok(Ordering::Less) => 1,
        Ok(Ordering::Equal) => 2,
        Ok(Ordering::Greater) => 3,
        Err(error) => {
            set_last_error(error.0);
            0
        }
    }
}

/// NORM_IGNORECASE, LINGUISTIC_IGNORECASE.
const FOLDS: u32 = 0x11;

/// `int CompareStringA(LCID Locale, DWORD dwCmpFlags, lpString1, int cchCount1, lpString2,
/// int cchCount2)`: of the flags those that ignore upper and lower case are heeded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CompareStringA(
    _: u32,
    flags: u32,
    first: *const u8,
    first_count: i32,
    second: *const u8,
    second_count: i32,
) -> i32 {
    unsafe { compare(flags & FOLDS != 0, (first, first_count), (second, second_count)) }
}

/// `int CompareStringW(LCID Locale, DWORD dwCmpFlags, lpString1, int cchCount1, lpString2,
/// int cchCount2)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CompareStringW(
    _: u32,
    flags: u32,
    first: *const Wide,
    first_count: i32,
    second: *const Wide,
    second_count: i32,
) -> i32 {
    unsafe { compare(flags & FOLDS != 0, (first, first_count), (second, second_count)) }
}

/// `int CompareStringOrdinal(lpString1, int cchCount1, lpString2, int cchCount2, BOOL bIgnoreCase)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CompareStringOrdinal(
    first: *const Wide,
    first_count: i32,
    second: *const Wide,
    second_count: i32,
    folds: i32,
) -> i32 {
    unsafe { compare(folds != 0, (first, first_count), (second, second_count)) }
}

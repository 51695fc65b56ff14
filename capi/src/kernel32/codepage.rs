//! Text of code pages, and of the runtime's wchar_t: here UTF-8 and UTF-32.
//!
//! # Safety
//!
//! Inputs have as many characters as their count says, or end with a null; outputs have the room
//! that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_char;

use engine::error::Error;

use super::finish_value;
use crate::text::{Wide, decode};

/// CP_ACP, CP_OEMCP, CP_THREAD_ACP and CP_UTF8, all of which are UTF-8 here.
fn check(page: u32) -> Result<(), Error> {
    if matches!(page, 0 | 1 | 3 | 65001) { Ok(()) } else { Err(Error::INVALID_PARAMETER) }
}

/// What a conversion returns: characters needed, or written. 122 if they do not fit.
unsafe fn give<T: Copy>(made: &[T], to: *mut T, room: i32) -> Result<i32, Error> {
    if room == 0 {
        return Ok(made.len() as i32);
    }
    if made.len() > room as usize {
        return Err(Error::INSUFFICIENT_BUFFER);
    }
    unsafe { to.copy_from_nonoverlapping(made.as_ptr(), made.len()) };
    Ok(made.len() as i32)
}

/// `int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr, int cbMultiByte,
/// LPWSTR lpWideCharStr, int cchWideChar)`
///
/// UTF-8 only: 87 for another code page. MB_ERR_INVALID_CHARS (8): 1113 for what is not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MultiByteToWideChar(
    page: u32,
    flags: u32,
    from: *const u8,
    count: i32,
    to: *mut Wide,
    room: i32,
) -> i32 {
    let converted = || {
        check(page)?;
        if from.is_null() || count == 0 || room < 0 {
            return Err(Error::INVALID_PARAMETER);
        }
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => unsafe { libc::strlen(from.cast::<c_char>()) + 1 },
        };
        let bytes = unsafe { std::slice::from_raw_parts(from, count) };
        if flags & 8 != 0 && str::from_utf8(bytes).is_err() {
            return Err(Error(1113)); // ERROR_NO_UNICODE_TRANSLATION
        }
        let wide: Vec<Wide> = String::from_utf8_lossy(bytes).chars().map(u32::from).collect();
        unsafe { give(&wide, to, room) }
    };
    finish_value(converted())
}

/// `int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr, int cchWideChar,
/// LPSTR lpMultiByteStr, int cbMultiByte, LPCCH lpDefaultChar, LPBOOL lpUsedDefaultChar)`
///
/// To UTF-8 only: 87 for another code page. Every character has a place in it: no default is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WideCharToMultiByte(
    page: u32,
    _: u32,
    from: *const Wide,
    count: i32,
    to: *mut u8,
    room: i32,
    _: *const u8,
    used_default: *mut i32,
) -> i32 {
    let converted = || {
        check(page)?;
        if from.is_null() || count == 0 || room < 0 {
            return Err(Error::INVALID_PARAMETER);
        }
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => unsafe { libc::wcslen(from.cast()) + 1 },
        };
        let text = decode(unsafe { std::slice::from_raw_parts(from, count) });
        if !used_default.is_null() {
            unsafe { used_default.write(0) };
        }
        unsafe { give(text.as_bytes(), to, room) }
    };
    finish_value(converted())
}

/// `UINT GetACP()`: UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetACP() -> u32 {
    65001
}

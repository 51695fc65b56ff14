//! Settings in .ini files.
//!
//! # Safety
//!
//! Texts that come in end with a null; what goes out has the room that its size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::fs;
use std::path::Path;

use engine::error::Error;

use super::file::path;
use super::finish;
use crate::text::{Character, Wide, read, write_cut};

fn is_section(line: &str, section: &str) -> bool {
    let name = line.trim().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    name.is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(section))
}

/// The number of the line that sets `key` in `section`, and the value; where the section ends.
fn find(lines: &[String], section: &str, key: &str) -> (Option<(usize, String)>, Option<usize>) {
    let Some(start) = lines.iter().position(|line| is_section(line, section)) else {
        return (None, None);
    };
    let mut end = start + 1;
    for (at, line) in lines.iter().enumerate().skip(start + 1) {
        let line = line.trim();
        if line.starts_with('[') {
            break;
        }
        if !line.is_empty() {
            end = at + 1;
        }
        if let Some((name, value)) = line.split_once('=')
            && !line.starts_with(';')
            && name.trim().eq_ignore_ascii_case(key)
        {
            return (Some((at, unquoted(value.trim()).to_owned())), Some(end));
        }
    }
    (None, Some(end))
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn lines_of(file: &Path) -> Vec<String> {
    let text = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
}

unsafe fn value<C: Character>(section: *const C, key: *const C, file: *const C) -> Option<String> {
    let (section, key) = unsafe { (read(section)?, read(key)?) };
    let file = unsafe { path(file) }.ok()?;
    find(&lines_of(&file), &section, &key).0.map(|(_, value)| value)
}

unsafe fn store<C: Character>(
    section: *const C,
    key: *const C,
    value: *const C,
    file: *const C,
) -> Result<(), Error> {
    let wanted = unsafe { (read(section), read(key)) };
    let (Some(section), Some(key)) = wanted else { return Err(Error::INVALID_PARAMETER) };
    let file = unsafe { path(file) }?;
    let mut lines = lines_of(&file);
    let line = unsafe { read(value) }.map(|value| format!("{key}={value}"));
    match (find(&lines, &section, &key), line) {
        ((Some((at, _)), _), Some(line)) => lines[at] = line,
        ((Some((at, _)), _), None) => drop(lines.remove(at)),
        ((None, Some(end)), Some(line)) => lines.insert(end, line),
        ((None, None), Some(line)) => lines.extend([format!("[{section}]"), line]),
        ((None, _), None) => return Ok(()),
    }
    let text: String = lines.into_iter().flat_map(|line| [line, "\r\n".into()]).collect();
    fs::write(file, text).map_err(|error| super::from_errno(error.raw_os_error().unwrap_or(0)))
}

/// `DWORD GetPrivateProfileStringA(lpAppName, lpKeyName, lpDefault, lpReturnedString, DWORD nSize,
/// lpFileName)`
///
/// The value, or the default; a path without a folder is in the current one. Lists of keys or
/// sections, which NULL would ask for, are not told: then it is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetPrivateProfileStringA(
    section: *const u8,
    key: *const u8,
    default: *const u8,
    to: *mut u8,
    room: u32,
    file: *const u8,
) -> u32 {
    unsafe {
        let value = value(section, key, file).or_else(|| read(default)).unwrap_or_default();
        write_cut(&value, to, room as usize) as u32
    }
}

/// `DWORD GetPrivateProfileStringW(lpAppName, lpKeyName, lpDefault, lpReturnedString, DWORD nSize,
/// lpFileName)`
///
/// The value, or the default; a path without a folder is in the current one. Lists of keys or
/// sections, which NULL would ask for, are not told: then it is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetPrivateProfileStringW(
    section: *const Wide,
    key: *const Wide,
    default: *const Wide,
    to: *mut Wide,
    room: u32,
    file: *const Wide,
) -> u32 {
    unsafe {
        let value = value(section, key, file).or_else(|| read(default)).unwrap_or_default();
        write_cut(&value, to, room as usize) as u32
    }
}

/// `UINT GetPrivateProfileIntA(lpAppName, lpKeyName, INT nDefault, lpFileName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetPrivateProfileIntA(
    section: *const u8,
    key: *const u8,
    default: i32,
    file: *const u8,
) -> u32 {
    let Some(value) = (unsafe { value(section, key, file) }) else { return default as u32 };
    let (sign, digits) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.as_str()),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (digits[..end].parse::<i64>().unwrap_or(0) * sign) as u32
}

/// `UINT GetPrivateProfileIntW(lpAppName, lpKeyName, INT nDefault, lpFileName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetPrivateProfileIntW(
    section: *const Wide,
    key: *const Wide,
    default: i32,
    file: *const Wide,
) -> u32 {
    let Some(value) = (unsafe { value(section, key, file) }) else { return default as u32 };
    let (sign, digits) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.as_str()),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (digits[..end].parse::<i64>().unwrap_or(0) * sign) as u32
}

/// `BOOL WritePrivateProfileStringA(lpAppName, lpKeyName, lpString, lpFileName)`: NULL takes the
/// key away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WritePrivateProfileStringA(
    section: *const u8,
    key: *const u8,
    value: *const u8,
    file: *const u8,
) -> i32 {
    finish(unsafe { store(section, key, value, file) })
}

/// `BOOL WritePrivateProfileStringW(lpAppName, lpKeyName, lpString, lpFileName)`: NULL takes the
/// key away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WritePrivateProfileStringW(
    section: *const Wide,
    key: *const Wide,
    value: *const Wide,
    file: *const Wide,
) -> i32 {
    finish(unsafe { store(section, key, value, file) })
}

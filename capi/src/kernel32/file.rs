//! Folders and the names of files. Paths are Linux'; a backslash separates as a slash does, and
//! does so in every path that is given out.
//!
//! # Safety
//!
//! Texts that come in end with a null; what goes out has the room that its size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{OsStr, c_void};
use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use engine::error::{Error, set_last_error};

use super::{finish, finish_value, from_errno};
use crate::text::{Character, Wide, read, write};

pub(super) fn number(error: &io::Error) -> Error {
    from_errno(error.raw_os_error().unwrap_or(0))
}

/// A name with Linux' strokes.
pub(super) fn divided(name: &str) -> String {
    name.replace('\\', "/")
}

/// A path with Windows' strokes: programs cut it there, without a look.
pub(super) fn undivided(path: &str) -> String {
    path.replace('/', "\\")
}

/// The path in a caller's text; 3 for none.
pub(super) unsafe fn path<C: Character>(text: *const C) -> Result<PathBuf, Error> {
    let text = unsafe { read(text) }.filter(|text| !text.is_empty());
    Ok(divided(&text.ok_or(Error::PATH_NOT_FOUND)?).into())
}

/// What GetCurrentDirectory and their like return: characters without the null, or what they need
/// with it.
pub(super) unsafe fn tell<C: Character>(text: &str, to: *mut C, room: u32) -> u32 {
    let length = unsafe { write(text, to, room as usize) };
    (if length < room as usize { length } else { length + 1 }) as u32
}

unsafe fn with_path<C: Character>(
    text: *const C,
    work: impl FnOnce(PathBuf) -> io::Result<()>,
) -> i32 {
    finish(unsafe { path(text) }.and_then(|path| work(path).map_err(|error| number(&error))))
}

const READ_ONLY: u32 = 0x1;
const HIDDEN: u32 = 0x2;
const FOLDER: u32 = 0x10;
const NORMAL: u32 = 0x80;

/// The attributes of what is called `name`.
pub(super) fn attributes_of(facts: &Metadata, name: &[u8]) -> u32 {
    let mut bits = if facts.is_dir() { FOLDER } else { 0 };
    bits |= if facts.permissions().mode() & 0o222 == 0 { READ_ONLY } else { 0 };
    bits |= if name.starts_with(b".") && name != b"." && name != b".." { HIDDEN } else { 0 };
    if bits == 0 { NORMAL } else { bits }
}

/// What is known of the file at a path, and its attributes; 3 without the folder around it.
pub(super) fn facts(path: &Path) -> Result<(Metadata, u32), Error> {
    let facts = path.metadata().map_err(|error| match number(&error) {
        Error(2) if !path.parent().is_none_or(|p| p.as_os_str().is_empty() || p.is_dir()) => {
            Error::PATH_NOT_FOUND
        }
        error => error,
    })?;
    let name = path.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    let bits = attributes_of(&facts, name);
    Ok((facts, bits))
}

unsafe fn attributes<C: Character>(text: *const C) -> u32 {
    let told = unsafe { path(text) }.and_then(|path| facts(&path)).map(|(_, bits)| bits);
    told.unwrap_or_else(|error| {
        set_last_error(error.0);
        u32::MAX // INVALID_FILE_ATTRIBUTES
    })
}

unsafe fn rename<C: Character>(from: *const C, to: *const C) -> i32 {
    finish(unsafe { path(from).and_then(|from| Ok((from, path(to)?))) }.and_then(|(from, to)| {
        if to.exists() {
            return Err(Error::ALREADY_EXISTS);
        }
        std::fs::rename(from, to).map_err(|error| number(&error))
    }))
}

unsafe fn copy<C: Character>(from: *const C, to: *const C, fails_if_exists: i32) -> i32 {
    finish(unsafe { path(from).and_then(|from| Ok((from, path(to)?))) }.and_then(|(from, to)| {
        if fails_if_exists != 0 && to.exists() {
            return Err(Error(80)); // ERROR_FILE_EXISTS
        }
        std::fs::copy(from, to).map(drop).map_err(|error| number(&error))
    }))
}

fn current() -> Result<String, Error> {
    let path = std::env::current_dir().map_err(|error| number(&error))?;
    Ok(undivided(&path.to_string_lossy()))
}

/// `BOOL CreateDirectoryA(lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)`: 183 if it is
/// there, 3 without the folder around it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateDirectoryA(name: *const u8, _: *const c_void) -> i32 {
    let made = unsafe { path(name) }.and_then(|path| {
        std::fs::create_dir(path).map_err(|error| match number(&error) {
            Error(2) => Error::PATH_NOT_FOUND,
            error => error,
        })
    });
    finish(made)
}

/// `BOOL CreateDirectoryW(lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)`: 183 if it is
/// there, 3 without the folder around it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateDirectoryW(name: *const Wide, _: *const c_void) -> i32 {
    let made = unsafe { path(name) }.and_then(|path| {
        std::fs::create_dir(path).map_err(|error| match number(&error) {
            Error(2) => Error::PATH_NOT_FOUND,
            error => error,
        })
    });
    finish(made)
}

/// `BOOL RemoveDirectoryA(lpPathName)`: 145 unless it is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RemoveDirectoryA(name: *const u8) -> i32 {
    unsafe { with_path(name, std::fs::remove_dir) }
}

/// `BOOL RemoveDirectoryW(lpPathName)`: 145 unless it is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RemoveDirectoryW(name: *const Wide) -> i32 {
    unsafe { with_path(name, std::fs::remove_dir) }
}

/// `BOOL SetCurrentDirectoryA(lpPathName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetCurrentDirectoryA(name: *const u8) -> i32 {
    unsafe { with_path(name, std::env::set_current_dir) }
}

/// `BOOL SetCurrentDirectoryW(lpPathName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetCurrentDirectoryW(name: *const Wide) -> i32 {
    unsafe { with_path(name, std::env::set_current_dir) }
}

/// `DWORD GetCurrentDirectoryA(DWORD nBufferLength, lpBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetCurrentDirectoryA(room: u32, to: *mut u8) -> u32 {
    finish_value(current().map(|path| unsafe { tell(&path, to, room) }))
}

/// `DWORD GetCurrentDirectoryW(DWORD nBufferLength, lpBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetCurrentDirectoryW(room: u32, to: *mut Wide) -> u32 {
    finish_value(current().map(|path| unsafe { tell(&path, to, room) }))
}

/// `DWORD GetFileAttributesA(lpFileName)`: folder, read-only, hidden (a dot in front), or normal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesA(name: *const u8) -> u32 {
    unsafe { attributes(name) }
}

/// `DWORD GetFileAttributesW(lpFileName)`: folder, read-only, hidden (a dot in front), or normal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesW(name: *const Wide) -> u32 {
    unsafe { attributes(name) }
}

/// `BOOL MoveFileA(lpExistingFileName, lpNewFileName)`: 183 if the new name is in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileA(from: *const u8, to: *const u8) -> i32 {
    unsafe { rename(from, to) }
}

/// `BOOL MoveFileW(lpExistingFileName, lpNewFileName)`: 183 if the new name is in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileW(from: *const Wide, to: *const Wide) -> i32 {
    unsafe { rename(from, to) }
}

/// `BOOL CopyFileA(lpExistingFileName, lpNewFileName, BOOL bFailIfExists)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CopyFileA(from: *const u8, to: *const u8, fails: i32) -> i32 {
    unsafe { copy(from, to, fails) }
}

/// `BOOL CopyFileW(lpExistingFileName, lpNewFileName, BOOL bFailIfExists)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CopyFileW(from: *const Wide, to: *const Wide, fails: i32) -> i32 {
    unsafe { copy(from, to, fails) }
}

/// The folder for temporary files, with a stroke behind it.
fn temporary() -> String {
    let path = undivided(&std::env::temp_dir().to_string_lossy());
    if path.ends_with('\\') { path } else { path + "\\" }
}

/// `DWORD GetTempPathA(DWORD nBufferLength, lpBuffer)`: with a backslash behind it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTempPathA(room: u32, to: *mut u8) -> u32 {
    unsafe { tell(&temporary(), to, room) }
}

/// `DWORD GetTempPathW(DWORD nBufferLength, lpBuffer)`: with a backslash behind it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTempPathW(room: u32, to: *mut Wide) -> u32 {
    unsafe { tell(&temporary(), to, room) }
}

/// Only READONLY is Linux', too, and it is for everybody; a name has a dot in front or has not.
unsafe fn set_attributes<C: Character>(text: *const C, bits: u32) -> i32 {
    let work = |path: PathBuf| {
        let mode = path.metadata()?.permissions().mode();
        let mode = if bits & READ_ONLY != 0 { mode & !0o222 } else { mode | 0o200 };
        std::fs::set_permissions(path, Permissions::from_mode(mode))
    };
    unsafe { with_path(text, work) }
}

/// `BOOL SetFileAttributesA(lpFileName, DWORD dwFileAttributes)`: FILE_ATTRIBUTE_READONLY or not;
/// the others are not Linux' and are ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileAttributesA(name: *const u8, bits: u32) -> i32 {
    unsafe { set_attributes(name, bits) }
}

/// `BOOL SetFileAttributesW(lpFileName, DWORD dwFileAttributes)`: as SetFileAttributesA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileAttributesW(name: *const Wide, bits: u32) -> i32 {
    unsafe { set_attributes(name, bits) }
}

//! Files by their handles: where they are now, what is known of them, and what of it is changed.
//!
//! # Safety
//!
//! Outputs and inputs have as many bytes as their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs::{self, File};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use engine::error::Error;
use engine::linux::file_fd;
use windows_sys::Win32::Foundation::{FILETIME, HANDLE};

use super::clock::since_1970;
use super::file::{attributes_of, number, tell};
use super::{finish, finish_value};
use crate::text::{Character, Wide};

const BAD_LENGTH: Error = Error(24);

/// The file behind a handle, which stays the handle's.
fn file(handle: HANDLE) -> Result<ManuallyDrop<File>, Error> {
    file_fd(handle).map(|fd| ManuallyDrop::new(unsafe { File::from_raw_fd(fd) }))
}

/// Where the file is now; 2 if it is nowhere any more.
fn place(handle: HANDLE) -> Result<PathBuf, Error> {
    let path = fs::read_link(format!("/proc/self/fd/{}", file_fd(handle)?));
    let path = path.map_err(|error| number(&error))?;
    let is_there = path.is_absolute() && path.symlink_metadata().is_ok();
    is_there.then_some(path).ok_or(Error::FILE_NOT_FOUND)
}

unsafe fn final_path<C: Character>(handle: HANDLE, to: *mut C, room: u32, flags: u32) -> u32 {
    const OPENED_NAME: u32 = 0x8;
    const NO_VOLUME: u32 = 0x4;
    if flags & !(OPENED_NAME | NO_VOLUME) != 0 {
        return finish_value(Err(Error::INVALID_PARAMETER)); // volumes have no other names here
    }
    finish_value(place(handle).map(|path| {
        let text = path.to_string_lossy().replace('/', "\\");
        unsafe { tell(&text, to, room) }
    }))
}

/// `DWORD GetFinalPathNameByHandleA(HANDLE hFile, LPSTR lpszFilePath, DWORD cchFilePath, DWORD
/// dwFlags)`: without `\\?\`, which stands for nothing here. What is needed where there is too
/// little room. 0: 2 for a file that has no name any more, 6, 87 for names of volumes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFinalPathNameByHandleA(
    handle: HANDLE,
    to: *mut u8,
    room: u32,
    flags: u32,
) -> u32 {
    unsafe { final_path(handle, to, room, flags) }
}

/// `DWORD GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath, DWORD cchFilePath,
/// DWORD dwFlags)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFinalPathNameByHandleW(
    handle: HANDLE,
    to: *mut Wide,
    room: u32,
    flags: u32,
) -> u32 {
    unsafe { final_path(handle, to, room, flags) }
}

/// FILE_BASIC_INFO.
#[repr(C)]
struct Basic {
    created: u64,
    accessed: u64,
    written: u64,
    changed: u64,
    attributes: u32,
}

/// FILE_STANDARD_INFO.
#[repr(C)]
struct Standard {
    allocated: i64,
    end: i64,
    links: u32,
    doomed: u8,
    folder: u8,
}

fn whole(time: FILETIME) -> u64 {
    u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)
}

/// Writes what was asked for, if there is room.
unsafe fn put<T>(value: T, to: *mut c_void, room: u32) -> Result<(), Error> {
    if (room as usize) < size_of::<T>() {
        return Err(BAD_LENGTH);
    }
    unsafe { to.cast::<T>().write_unaligned(value) };
    Ok(())
}

/// `BOOL GetFileInformationByHandleEx(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass,
/// LPVOID lpFileInformation, DWORD dwBufferSize)`: FileBasicInfo (0) and FileStandardInfo (1).
/// FALSE: 24 for too little room, 87 for others, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileInformationByHandleEx(
    handle: HANDLE,
    class: i32,
    to: *mut c_void,
    room: u32,
) -> i32 {
    let told = || {
        let facts = file(handle)?.metadata().map_err(|error| number(&error))?;
        match class {
            0 => {
                let changed = whole(since_1970(facts.ctime(), facts.ctime_nsec()));
                let created = facts.created().ok().and_then(|time| {
                    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
                    Some(whole(since_1970(since.as_secs() as i64, since.subsec_nanos().into())))
                });
                let basic = Basic {
                    created: created.unwrap_or(changed),
                    accessed: whole(since_1970(facts.atime(), facts.atime_nsec())),
                    written: whole(since_1970(facts.mtime(), facts.mtime_nsec())),
                    changed,
                    attributes: attributes_of(&facts, b""),
                };
                unsafe { put(basic, to, room) }
            }
            1 => {
                let standard = Standard {
                    allocated: facts.blocks() as i64 * 512,
                    end: facts.size() as i64,
                    links: facts.nlink() as u32,
                    doomed: 0,
                    folder: facts.is_dir().into(),
                };
                unsafe { put(standard, to, room) }
            }
            _ => Err(Error::INVALID_PARAMETER),
        }
    };
    finish(told())
}

/// `BOOL SetFileInformationByHandle(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass,
/// LPVOID lpFileInformation, DWORD dwBufferSize)`: FileDispositionInfo (4), which removes the name
/// at once, and FileEndOfFileInfo (6). FALSE: 24, 87 for others, 5, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileInformationByHandle(
    handle: HANDLE,
    class: i32,
    from: *const c_void,
    bytes: u32,
) -> i32 {
    let done = || match class {
        4 if bytes < 1 => Err(BAD_LENGTH),
        4 if unsafe { *from.cast::<u8>() } == 0 => Ok(()),
        4 => fs::remove_file(place(handle)?).map_err(|error| number(&error)),
        6 if bytes < 8 => Err(BAD_LENGTH),
        6 => {
            let end = unsafe { from.cast::<i64>().read_unaligned() };
            let end = u64::try_from(end).map_err(|_| Error::INVALID_PARAMETER)?;
            // A handle that may not write is a descriptor that Linux says EINVAL of.
            file(handle)?.set_len(end).map_err(|error| match error.raw_os_error() {
                Some(libc::EINVAL) => Error::ACCESS_DENIED,
                _ => number(&error),
            })
        }
        _ => Err(Error::INVALID_PARAMETER),
    };
    finish(done())
}

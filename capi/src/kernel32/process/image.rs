//! The processes of the machine, and the files that they run.
//!
//! A module of this process has the handle of GetModuleHandle or LoadLibrary; the program of
//! another has the address at which it lies there, as every module of one has in a list.
//!
//! # Safety
//!
//! What a call writes is the caller's, with the room that its size says; handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs;
use std::path::Path;

use engine::error::Error;
use windows_sys::Win32::Foundation::HANDLE;

use super::subject::Subject;
use crate::kernel32::file::undivided;
use crate::kernel32::loaded::{self, Module, present};
use crate::kernel32::{finish, finish_value};
use crate::text::{Character, Wide, write, write_cut};

/// The numbers among the names in a folder, in order.
pub fn numbers(folder: impl AsRef<Path>) -> std::io::Result<Vec<u32>> {
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    let mut numbers: Vec<u32> = fs::read_dir(folder)?.flatten().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The name of the file that a process runs, or what Linux calls the process where that may not be
/// known; `None` if it has gone.
pub fn program_name(number: u32) -> Option<String> {
    let path = fs::read_link(format!("/proc/{number}/exe")).ok();
    let file = path.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    file.or_else(|| {
        Some(fs::read_to_string(format!("/proc/{number}/comm")).ok()?.trim_end().to_owned())
    })
}

/// The file that a process runs, with backslashes as GetModuleFileName has it.
fn program(subject: &Subject) -> Result<String, Error> {
    let link = fs::read_link(subject.folder()?.join("exe")).map_err(|_| Error::ACCESS_DENIED)?;
    Ok(undivided(present(&link.to_string_lossy())))
}

/// The modules of a process by their handles, the program first.
fn modules(subject: &Subject) -> Result<Vec<(usize, String)>, Error> {
    let link = fs::read_link(subject.folder()?.join("exe")).map_err(|_| Error::ACCESS_DENIED)?;
    let found = loaded::modules(&subject.read("maps")?, &link);
    let handle = |module: &Module| match subject {
        Subject::Own => module.handle() as usize,
        _ => module.base,
    };
    Ok(found.iter().map(|module| (handle(module), module.path())).collect())
}

fn path_of(process: HANDLE, module: *mut c_void) -> Result<String, Error> {
    let subject = Subject::of(process)?;
    if module.is_null() {
        return program(&subject);
    }
    let found = modules(&subject)?.into_iter().find(|(at, _)| *at == module as usize);
    found.map(|(_, path)| path).ok_or(Error::INVALID_HANDLE)
}

/// Writes as much of it as there is room for; how many characters that were.
unsafe fn tell<C: Character>(path: Result<String, Error>, to: *mut C, room: u32) -> u32 {
    finish_value(path.and_then(|path| match room {
        0 => Err(Error::INSUFFICIENT_BUFFER),
        _ => Ok(unsafe { write_cut(&path, to, room as usize) } as u32),
    }))
}

unsafe fn base_name<C: Character>(
    process: HANDLE,
    module: *mut c_void,
    to: *mut C,
    room: u32,
) -> u32 {
    let name = |path: String| path.rsplit('\\').next().unwrap_or_default().to_owned();
    unsafe { tell(path_of(process, module).map(name), to, room) }
}

unsafe fn image_name<C: Character>(process: HANDLE, flags: u32, to: *mut C, room: *mut u32) -> i32 {
    let told = Subject::of(process).and_then(|subject| match flags {
        0 => program(&subject),
        1 => Err(Error::NOT_SUPPORTED), // PROCESS_NAME_NATIVE: there are no NT devices
        _ => Err(Error::INVALID_PARAMETER),
    });
    finish(told.and_then(|path| {
        let length = unsafe { write(&path, to, *room as usize) };
        if length >= unsafe { *room } as usize {
            return Err(Error::INSUFFICIENT_BUFFER);
        }
        unsafe { room.write(length as u32) };
        Ok(())
    }))
}

/// Writes as many as there is room for; `needed`: the bytes of those that were written, or of all.
unsafe fn list<T: Copy>(all: &[T], to: *mut T, bytes: u32) -> u32 {
    let count = all.len().min(bytes as usize / size_of::<T>());
    unsafe { std::ptr::copy_nonoverlapping(all.as_ptr(), to, count) };
    (count * size_of::<T>()) as u32
}

/// `BOOL EnumProcesses(DWORD *lpidProcess, DWORD cb, LPDWORD lpcbNeeded)`: the numbers of those
/// that /proc shows; cbNeeded is what was written, so that a full buffer may have lacked room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EnumProcesses(to: *mut u32, bytes: u32, told: *mut u32) -> i32 {
    finish(numbers("/proc").map_err(|_| Error::ACCESS_DENIED).map(|all| {
        unsafe { told.write(list(&all, to, bytes)) };
    }))
}

/// `BOOL EnumProcessModules(HANDLE hProcess, HMODULE *lphModule, DWORD cb, LPDWORD lpcbNeeded)`:
/// the program first, then the shared libraries; cbNeeded is for all of them. 6; 5 for a process
/// that is not ours to look into, or that has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EnumProcessModules(
    process: HANDLE,
    to: *mut usize,
    bytes: u32,
    needed: *mut u32,
) -> i32 {
    finish(Subject::of(process).and_then(|subject| modules(&subject)).map(|found| {
        let all: Vec<usize> = found.into_iter().map(|(at, _)| at).collect();
        unsafe { list(&all, to, bytes) };
        unsafe { needed.write(size_of_val(&all[..]) as u32) };
    }))
}

/// `DWORD GetModuleFileNameExA(HANDLE hProcess, HMODULE hModule, LPSTR lpFilename, DWORD nSize)`:
/// of the program for NULL, with backslashes; cut if there is no room. 0 with 6 for a module that
/// the process has not, 5 for a process that is not ours to look into.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleFileNameExA(
    process: HANDLE,
    module: *mut c_void,
    to: *mut u8,
    room: u32,
) -> u32 {
    unsafe { tell(path_of(process, module), to, room) }
}

/// `DWORD GetModuleFileNameExW(HANDLE hProcess, HMODULE hModule, LPWSTR lpFilename, DWORD nSize)`:
/// as GetModuleFileNameExA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleFileNameExW(
    process: HANDLE,
    module: *mut c_void,
    to: *mut Wide,
    room: u32,
) -> u32 {
    unsafe { tell(path_of(process, module), to, room) }
}

/// `DWORD GetModuleBaseNameA(HANDLE hProcess, HMODULE hModule, LPSTR lpBaseName, DWORD nSize)`: the
/// last part of what GetModuleFileNameEx tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleBaseNameA(
    process: HANDLE,
    module: *mut c_void,
    to: *mut u8,
    room: u32,
) -> u32 {
    unsafe { base_name(process, module, to, room) }
}

/// `DWORD GetModuleBaseNameW(HANDLE hProcess, HMODULE hModule, LPWSTR lpBaseName, DWORD nSize)`:
/// the last part of what GetModuleFileNameEx tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleBaseNameW(
    process: HANDLE,
    module: *mut c_void,
    to: *mut Wide,
    room: u32,
) -> u32 {
    unsafe { base_name(process, module, to, room) }
}

/// `BOOL QueryFullProcessImageNameA(HANDLE hProcess, DWORD dwFlags, LPSTR lpExeName, PDWORD
/// lpdwSize)`: the program's path with backslashes. 122 if there is no room; 5 for a process of
/// another user, or one that has ended; 50 for PROCESS_NAME_NATIVE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryFullProcessImageNameA(
    process: HANDLE,
    flags: u32,
    to: *mut u8,
    room: *mut u32,
) -> i32 {
    unsafe { image_name(process, flags, to, room) }
}

/// `BOOL QueryFullProcessImageNameW(HANDLE hProcess, DWORD dwFlags, LPWSTR lpExeName, PDWORD
/// lpdwSize)`: as QueryFullProcessImageNameA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryFullProcessImageNameW(
    process: HANDLE,
    flags: u32,
    to: *mut Wide,
    room: *mut u32,
) -> i32 {
    unsafe { image_name(process, flags, to, room) }
}

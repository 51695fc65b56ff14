//! Processes: made from a command line, waited for, ended.
//!
//! ```text
//!   CreateProcess ─▶ program: which file, which words ─▶ child: fork, exec, a handle ─▶ remains
//!   subject: of a handle, this process or another   class: of priority   image: what it runs
//! ```
//!
//! # Safety
//!
//! Texts are null or end with a null, an environment with two; structures are read or written
//! during the call; handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod child;
mod class;
mod command_line;
mod image;
mod program;
mod remains;
mod spawn;
mod subject;

use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engine::error::Error;
use engine::linux::{file_fd, foreign, raw_fd};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Networking::WinSock::SOCKET;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{PROCESS_INFORMATION, STARTUPINFOA};

use self::child::Process;
pub(super) use self::image::{numbers, program_name};
use self::program::Program;
pub(super) use self::subject::Subject;
use super::file::divided;
use super::{finish, finish_value};
use crate::text::{Character, Wide, read};

const SUSPENDED: u32 = 0x4;
const DETACHED: u32 = 0x8;
const NEW_CONSOLE: u32 = 0x10;
const NEW_GROUP: u32 = 0x200;
const WIDE_ENVIRONMENT: u32 = 0x400;
const DEFAULT_ERROR_MODE: u32 = 0x0400_0000;
const NO_WINDOW: u32 = 0x0800_0000;
const KNOWN: u32 = SUSPENDED
    | DETACHED
    | NEW_CONSOLE
    | NEW_GROUP
    | WIDE_ENVIRONMENT
    | DEFAULT_ERROR_MODE
    | NO_WINDOW
    | class::CLASSES;
/// STARTF_USESTDHANDLES.
const USES_STD_HANDLES: u32 = 0x100;
/// GetCurrentProcess's value.
const MYSELF: HANDLE = -1isize as HANDLE;
const STILL_ACTIVE: u32 = 259;

/// The variables of an environment block.
unsafe fn variables<C: Character>(mut block: *const C) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        let text = unsafe { C::read(block) };
        if text.is_empty() {
            return all;
        }
        block = unsafe { block.add(C::encode(&text).len() + 1) };
        if let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) {
            all.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// What a handle among the standard ones is to the child: a descriptor, or nothing.
fn standard(handle: HANDLE) -> Result<Stdio, Error> {
    let Ok(fd) = file_fd(handle).or_else(|_| raw_fd(handle as SOCKET)) else {
        return Ok(Stdio::null());
    };
    let own = unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned();
    own.map(Stdio::from).map_err(|_| Error::TOO_MANY_FILES)
}

fn begun(program: Program) -> Result<Command, Error> {
    // The child begins in its own folder, from where a relative name would mean another file.
    let file = std::fs::canonicalize(program.file).map_err(|_| Error::FILE_NOT_FOUND)?;
    let mut command = Command::new(file);
    command.arg0(&program.words[0]).args(&program.words[1..]);
    Ok(command)
}

unsafe fn create<C: Character>(
    (application, line): (*const C, *const C),
    flags: u32,
    environment: *const c_void,
    folder: *const C,
    startup: *const STARTUPINFOA,
) -> Result<Arc<Process>, Error> {
    if flags & !KNOWN != 0 {
        return Err(if flags & 0x3 != 0 { Error::NOT_SUPPORTED } else { Error::INVALID_PARAMETER });
    }
    let startup = unsafe { startup.as_ref() }.ok_or(Error::INVALID_PARAMETER)?;
    let program = unsafe { program::find(read(application), read(line)) }?;
    let mut command = begun(program)?;
    if let Some(folder) = unsafe { read(folder) } {
        let folder = divided(&folder);
        match std::path::Path::new(&folder).is_dir() {
            true => command.current_dir(folder),
            false => return Err(Error(267)), // ERROR_DIRECTORY
        };
    }
    if !environment.is_null() {
        command.env_clear();
        command.envs(match flags & WIDE_ENVIRONMENT != 0 {
            true => unsafe { variables(environment.cast::<Wide>()) },
            false => unsafe { variables(environment.cast::<u8>()) },
        });
    }
    if startup.dwFlags & USES_STD_HANDLES != 0 {
        command.stdin(standard(startup.hStdInput)?);
        command.stdout(standard(startup.hStdOutput)?);
        command.stderr(standard(startup.hStdError)?);
    }
    if flags & (NEW_GROUP | DETACHED | NEW_CONSOLE) != 0 {
        command.process_group(0); // Ctrl-C of this terminal is not for it
    }
    if let Some(nice) = class::nice(flags & class::CLASSES) {
        let set = move || {
            unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, nice) }; // as far as is permitted
            Ok(())
        };
        unsafe { command.pre_exec(set) };
    }
    let process = child::begin(command, flags & SUSPENDED != 0)?;
    process.class.store(flags & class::CLASSES, Ordering::Relaxed);
    Ok(process)
}

unsafe fn tell(process: &Arc<Process>, to: *mut PROCESS_INFORMATION) -> Result<(), Error> {
    let (number, task) = (process.number, &process.task);
    let (process, thread) = (task.process(process.clone())?, task.handle()?);
    let told = PROCESS_INFORMATION {
        hProcess: process,
        hThread: thread,
        dwProcessId: number,
        dwThreadId: number,
    };
    unsafe { to.write(told) };
    Ok(())
}

/// `BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
/// LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
/// BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
/// LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)`
///
/// Begins a program of Linux' with the words of the command line, taken apart by the rules of
/// Microsoft's runtime. ".exe" may be missing from the file's name. Of the handles the child gets
/// the three standard ones, this process' or those of STARTF_USESTDHANDLES. FALSE: 2, no such
/// program; 5, none to be run; 193, none of this machine; 267, no such folder; 87; 50, debugging.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateProcessA(
    application: *const u8,
    line: *mut u8,
    _: *const SECURITY_ATTRIBUTES,
    _: *const SECURITY_ATTRIBUTES,
    _: i32,
    flags: u32,
    environment: *const c_void,
    folder: *const u8,
    startup: *const STARTUPINFOA,
    told: *mut PROCESS_INFORMATION,
) -> i32 {
    let texts = (application, line.cast_const());
    let made = unsafe { create(texts, flags, environment, folder, startup) };
    finish(made.and_then(|process| unsafe { tell(&process, told) }))
}

/// `BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
/// LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
/// BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
/// LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation)`
///
/// As CreateProcessA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateProcessW(
    application: *const Wide,
    line: *mut Wide,
    _: *const SECURITY_ATTRIBUTES,
    _: *const SECURITY_ATTRIBUTES,
    _: i32,
    flags: u32,
    environment: *const c_void,
    folder: *const Wide,
    startup: *const STARTUPINFOA,
    told: *mut PROCESS_INFORMATION,
) -> i32 {
    let texts = (application, line.cast_const());
    let made = unsafe { create(texts, flags, environment, folder, startup) };
    finish(made.and_then(|process| unsafe { tell(&process, told) }))
}

/// `HANDLE OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId)`
///
/// With every right that Linux gives. NULL: 87, there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenProcess(_: u32, _: i32, number: u32) -> HANDLE {
    let opened = child::open(number);
    let handle = opened.and_then(|process| process.task.clone().process(process));
    finish_value(handle.map(|handle| handle as usize)) as HANDLE
}

/// `BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode)`
///
/// 259 while it runs; Linux keeps the lowest byte of a code, and what a signal ended has the code
/// of the exception that the signal stands for. FALSE: 6; 50 for the end of a process that another
/// has made, of which Linux tells the maker alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetExitCodeProcess(process: HANDLE, code: *mut u32) -> i32 {
    let told = match process {
        MYSELF => Ok(STILL_ACTIVE),
        process => foreign::<Process>(process).and_then(|process| process.exit_code()),
    };
    finish(told.map(|told| unsafe { code.write(told) }))
}

/// `BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode)`
///
/// Ends it at once. FALSE: 6; 5 for one that has ended, or that is not ours to end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TerminateProcess(process: HANDLE, code: u32) -> i32 {
    match process {
        MYSELF => unsafe { libc::_exit(code as i32) },
        process => finish(foreign::<Process>(process).and_then(|it| it.terminate(code))),
    }
}

/// `DWORD GetProcessId(HANDLE Process)`: 0 with 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessId(process: HANDLE) -> u32 {
    match process {
        MYSELF => std::process::id(),
        process => finish_value(foreign::<Process>(process).map(|process| process.number)),
    }
}

/// `BOOL IsWow64Process(HANDLE hProcess, PBOOL Wow64Process)`: tells FALSE, for no process here is
/// of another width. FALSE: 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsWow64Process(process: HANDLE, is: *mut i32) -> i32 {
    if unsafe { GetProcessId(process) } == 0 {
        return 0;
    }
    finish(unsafe { is.as_mut() }.map(|is| *is = 0).ok_or(Error::INVALID_PARAMETER))
}

//! Programs begun by the C runtime's names. Its words make a command line, as on Windows: one with
//! a blank in it becomes two unless it has quotes.
//!
//! # Safety
//!
//! Texts end with a null, lists of them with a null pointer, and all are read during the call;
//! handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::{OsStr, c_int};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use engine::error::Error;
use engine::{CloseHandle, GetLastError, WaitForSingleObject};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Threading::INFINITE;

use super::program::{Program, find};
use super::{GetExitCodeProcess, begun, child};
use crate::kernel32::file::divided;
use crate::kernel32::from_errno;
use crate::text::{Character, Wide, read};

const WAIT: c_int = 0;
const NO_WAIT: c_int = 1;
const OVERLAY: c_int = 2;
const DETACH: c_int = 4;
const INVALID_HANDLE: u32 = 6;

unsafe extern "C" {
    fn winsock_invalid_parameter();
}

/// -1 and this errno.
fn fail(errno: c_int) -> isize {
    unsafe { libc::__errno_location().write(errno) };
    -1
}

fn errno(error: Error) -> c_int {
    match error {
        Error::FILE_NOT_FOUND => libc::ENOENT,
        Error::ACCESS_DENIED => libc::EACCES,
        Error::NOT_ENOUGH_MEMORY => libc::ENOMEM,
        Error::TOO_MANY_FILES => libc::EMFILE,
        Error(193) => libc::ENOEXEC,
        _ => libc::EINVAL,
    }
}

/// The texts of a list; none of no list.
unsafe fn texts<C: Character>(list: *const *const C) -> Option<Vec<String>> {
    let mut all = Vec::new();
    if list.is_null() {
        return None;
    }
    while let Some(text) = unsafe { read(*list.add(all.len())) } {
        all.push(text);
    }
    Some(all)
}

/// The file of this path, which may lack its ".exe"; looked for in PATH, too, if `searched`.
fn program(path: &str, line: &str, searched: bool) -> Result<Program, Error> {
    let plain = divided(path);
    let bare = Path::new(&plain).extension().is_none();
    let at = |path: &str| find(Some(path.to_owned()), Some(line.to_owned()));
    let either = |path: &str| match at(path) {
        Err(Error::FILE_NOT_FOUND) if bare => at(&format!("{path}.exe")),
        found => found,
    };
    let mut found = either(path);
    if searched && !plain.contains('/') {
        for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
            match &found {
                Err(Error::FILE_NOT_FOUND) => {
                    found = either(&folder.join(&plain).to_string_lossy())
                }
                _ => break,
            }
        }
    }
    found
}

/// Waits for a process and closes its handle; its exit code.
fn outcome(process: HANDLE) -> Result<u32, Error> {
    let mut code = 0;
    let told = unsafe {
        WaitForSingleObject(process, INFINITE) == 0 && GetExitCodeProcess(process, &mut code) != 0
    };
    let why = Error(unsafe { GetLastError() });
    unsafe { CloseHandle(process) };
    if told { Ok(code) } else { Err(why) }
}

fn begin(mode: c_int, mut command: Command) -> Result<isize, Error> {
    if mode == OVERLAY {
        return Err(from_errno(match command.exec().raw_os_error() {
            Some(libc::ENOEXEC) => return Err(Error(193)),
            errno => errno.unwrap_or(0),
        }));
    }
    if mode == DETACH {
        command.process_group(0); // Ctrl-C of this terminal is not for it
    }
    let process = child::begin(command, false)?;
    let handle = || process.task.process(process.clone());
    match mode {
        WAIT => Ok(outcome(handle()?)? as i32 as isize),
        NO_WAIT => Ok(handle()? as isize),
        _ => Ok(0),
    }
}

unsafe fn spawn<C: Character>(
    mode: c_int,
    path: *const C,
    words: *const *const C,
    environment: *const *const C,
    searched: bool,
) -> isize {
    let (path, words) = unsafe { (read(path), texts(words)) };
    let words = words.filter(|words| words.first().is_some_and(|first| !first.is_empty()));
    let known = (WAIT..=DETACH).contains(&mode);
    let (Some(path), Some(words), true) = (path, words, known) else {
        fail(libc::EINVAL);
        unsafe { winsock_invalid_parameter() };
        return fail(libc::EINVAL);
    };
    let made = program(&path, &words.join(" "), searched).and_then(begun).map(|mut command| {
        if let Some(variables) = unsafe { texts(environment) } {
            let pairs = variables.iter().filter_map(|variable| variable.split_once('='));
            let named = pairs.filter(|(name, _)| !name.is_empty());
            command.env_clear();
            command.envs(named.map(|(name, value)| (OsStr::new(name), OsStr::new(value))));
        }
        command
    });
    made.and_then(|command| begin(mode, command)).unwrap_or_else(|error| fail(errno(error)))
}

/// `intptr_t _spawnve(int mode, const char *path, const char *const *argv,
/// const char *const *envp)`
///
/// Begins the program `path`, whose ".exe" may be missing, with the words `argv`, of which there is
/// one at least, and with this process' variables where `envp` is NULL. Descriptors are the
/// child's, too, unless they were made otherwise. _P_WAIT returns its exit code, _P_NOWAIT its
/// handle, which is the caller's to close, _P_NOWAITO and _P_DETACH 0; _P_OVERLAY does not return:
/// this process becomes the program. -1: EINVAL, ENOENT, EACCES, ENOEXEC, ENOMEM.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _spawnve(
    mode: c_int,
    path: *const u8,
    words: *const *const u8,
    environment: *const *const u8,
) -> isize {
    unsafe { spawn(mode, path, words, environment, false) }
}

/// `intptr_t _spawnvpe(int mode, const char *path, const char *const *argv,
/// const char *const *envp)`: as _spawnve; a path that is a name alone is looked for in PATH, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _spawnvpe(
    mode: c_int,
    path: *const u8,
    words: *const *const u8,
    environment: *const *const u8,
) -> isize {
    unsafe { spawn(mode, path, words, environment, true) }
}

/// `intptr_t _wspawnve(int mode, const wchar_t *path, const wchar_t *const *argv,
/// const wchar_t *const *envp)`: as _spawnve.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wspawnve(
    mode: c_int,
    path: *const Wide,
    words: *const *const Wide,
    environment: *const *const Wide,
) -> isize {
    unsafe { spawn(mode, path, words, environment, false) }
}

/// `intptr_t _wspawnvpe(int mode, const wchar_t *path, const wchar_t *const *argv,
/// const wchar_t *const *envp)`: as _spawnvpe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wspawnvpe(
    mode: c_int,
    path: *const Wide,
    words: *const *const Wide,
    environment: *const *const Wide,
) -> isize {
    unsafe { spawn(mode, path, words, environment, true) }
}

/// `intptr_t _cwait(int *status, intptr_t process, int action)`
///
/// Waits for the end of a process that _P_NOWAIT has begun, tells its exit code unless `status` is
/// NULL, closes the handle and returns it. -1 with ECHILD for what is no process' handle, and then
/// -1 for the exit code, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _cwait(status: *mut c_int, process: isize, _: c_int) -> isize {
    let ended = match process {
        -1 | -2 => Err(Error(INVALID_HANDLE)), // this process and this thread
        process => outcome(process as HANDLE),
    };
    if let Some(status) = unsafe { status.as_mut() } {
        *status = *ended.as_ref().unwrap_or(&u32::MAX) as c_int;
    }
    match ended {
        Ok(_) => process,
        Err(Error(INVALID_HANDLE)) => fail(libc::ECHILD),
        Err(error) => fail(errno(error)),
    }
}

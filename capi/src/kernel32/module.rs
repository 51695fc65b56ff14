//! Modules: this program, and this library under the names that Windows has for its functions.
//!
//! # Safety
//!
//! Texts that come in end with a null; what goes out has the room that its size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{c_char, c_void};
use std::ptr::null_mut;

use engine::error::{Error, set_last_error};

use super::file::{divided, undivided};
use super::finish_value;
use crate::text::{Character, Wide, read, write, write_cut};

/// Windows' libraries whose functions are here, as far as they are.
const OURS: [&str; 13] = [
    "ws2_32",
    "wsock32",
    "mswsock",
    "kernel32",
    "kernelbase",
    "user32",
    "ntdll",
    "winmm",
    "iphlpapi",
    "msvcrt",
    "ucrtbase",
    "dbghelp",
    "advapi32",
];

/// What LoadLibrary gives for one of ours: a place in this library that is no object of dlopen.
static SELF: u8 = 0;

fn ours() -> *mut c_void {
    (&raw const SELF).cast_mut().cast()
}

/// The plain name of a Windows library.
fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.strip_suffix(".dll").unwrap_or(&name).to_owned()
}

fn load(name: &str) -> Result<usize, Error> {
    if OURS.contains(&plain(name).as_str()) {
        return Ok(ours() as usize);
    }
    let text = std::ffi::CString::new(divided(name)).map_err(|_| Error(123))?;
    match unsafe { libc::dlopen(text.as_ptr(), libc::RTLD_NOW) } as usize {
        0 => Err(Error(126)), // ERROR_MOD_NOT_FOUND
        module => Ok(module),
    }
}

/// The program's handle.
pub(super) fn program() -> *mut c_void {
    unsafe { libc::dlopen(std::ptr::null(), libc::RTLD_NOW) }
}

/// The handle of a shared library that is loaded.
pub(super) fn loaded(path: &std::ffi::CStr) -> Option<*mut c_void> {
    let found = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD) };
    if found.is_null() {
        return None;
    }
    unsafe { libc::dlclose(found) }; // it stays as often loaded as it was
    Some(found)
}

unsafe fn load_library<C: Character>(name: *const C) -> *mut c_void {
    let loaded = match unsafe { read(name) } {
        Some(name) => load(&name),
        None => Err(Error::INVALID_PARAMETER),
    };
    finish_value(loaded) as *mut c_void
}

unsafe fn module_handle<C: Character>(name: *const C) -> *mut c_void {
    match unsafe { read(name) } {
        None => program(),
        Some(name) if OURS.contains(&plain(&name).as_str()) => ours(),
        Some(_) => {
            set_last_error(126);
            null_mut()
        }
    }
}

/// The path of a module: of the program for NULL and GetModuleHandle(NULL).
fn path_of(module: *mut c_void) -> Result<String, Error> {
    if module == ours() {
        let mut facts = unsafe { std::mem::zeroed::<libc::Dl_info>() };
        unsafe { libc::dladdr(module, &mut facts) };
        return Ok(unsafe { read(facts.dli_fname.cast::<u8>()) }.unwrap_or_default());
    }
    if !module.is_null() && module != program() {
        return Err(Error(126));
    }
    let path = std::env::current_exe().map_err(|_| Error::FILE_NOT_FOUND)?;
    Ok(path.to_string_lossy().into_owned())
}

unsafe fn file_name<C: Character>(module: *mut c_void, to: *mut C, room: u32) -> u32 {
    let path = match path_of(module) {
        Ok(path) => undivided(&path),
        Err(error) => {
            set_last_error(error.0);
            return 0;
        }
    };
    let length = unsafe { write(&path, to, room as usize) };
    if length < room as usize {
        set_last_error(0);
        return length as u32;
    }
    unsafe { write_cut(&path, to, room as usize) };
    set_last_error(Error::INSUFFICIENT_BUFFER.0);
    room
}

/// `FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName)`
///
/// Of our own modules the functions that this library has, of others what dlsym finds. 127 for
/// none; ordinals are not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *mut c_void {
    if (name as usize) < 0x1_0000 {
        set_last_error(127);
        return null_mut();
    }
    let found = match module == ours() {
        true => unsafe { winsock_function(name) },
        false => unsafe { libc::dlsym(module, name) },
    };
    if found.is_null() {
        set_last_error(127);
    }
    found
}

unsafe extern "C" {
    /// A function of this library by its name, or null (build.rs).
    fn winsock_function(name: *const c_char) -> *mut c_void;
}

/// `BOOL FreeLibrary(HMODULE hLibModule)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeLibrary(module: *mut c_void) -> i32 {
    let freed = match module {
        _ if module.is_null() => Err(Error::INVALID_HANDLE),
        _ if module == ours() => Ok(()),
        _ if unsafe { libc::dlclose(module) } == 0 => Ok(()),
        _ => Err(Error::INVALID_HANDLE),
    };
    super::finish(freed)
}

/// `HMODULE LoadLibraryA(lpLibFileName)`: this library for Windows' names of what is in it, else
/// what dlopen finds; 126.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LoadLibraryA(name: *const u8) -> *mut c_void {
    unsafe { load_library(name) }
}

/// `HMODULE LoadLibraryW(lpLibFileName)`: this library for Windows' names of what is in it, else
/// what dlopen finds; 126.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LoadLibraryW(name: *const Wide) -> *mut c_void {
    unsafe { load_library(name) }
}

/// `HMODULE GetModuleHandleA(lpModuleName)`: NULL is the program; 126 for what is not ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleHandleA(name: *const u8) -> *mut c_void {
    unsafe { module_handle(name) }
}

/// `HMODULE GetModuleHandleW(lpModuleName)`: NULL is the program; 126 for what is not ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleHandleW(name: *const Wide) -> *mut c_void {
    unsafe { module_handle(name) }
}

/// `DWORD GetModuleFileNameA(HMODULE hModule, lpFilename, DWORD nSize)`: the path with backslashes,
/// which everything here that takes a path takes too; cut if there is no room, then with 122.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleFileNameA(module: *mut c_void, to: *mut u8, room: u32) -> u32 {
    unsafe { file_name(module, to, room) }
}

/// `DWORD GetModuleFileNameW(HMODULE hModule, lpFilename, DWORD nSize)`: the path with backslashes,
/// which everything here that takes a path takes too; cut if there is no room, then with 122.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetModuleFileNameW(module: *mut c_void, to: *mut Wide, room: u32) -> u32 {
    unsafe { file_name(module, to, room) }
}

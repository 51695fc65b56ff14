//! What a process was begun with: the block of its environment, and its STARTUPINFO.
//!
//! # Safety
//!
//! Texts that come in end with a null; outputs have the room that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::sync::OnceLock;

use windows_sys::Win32::System::Console::{STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE};
use windows_sys::Win32::System::Threading::STARTUPINFOA;

use super::finish_value;
use crate::text::{Character, Wide, read, write};

/// All variables, a null behind each and one more: for [`release`]. The length stands before it.
fn block<C: Character>() -> *mut C {
    let mut all: Vec<C> = Vec::new();
    for (name, value) in std::env::vars_os() {
        all.extend(C::encode(&format!("{}={}", name.to_string_lossy(), value.to_string_lossy())));
        all.push(C::default());
    }
    all.extend([C::default(); 2]);
    let bytes = size_of_val(&all[..]);
    let memory = unsafe { libc::malloc(bytes) }.cast::<C>();
    if !memory.is_null() {
        unsafe { memory.copy_from_nonoverlapping(all.as_ptr(), all.len()) };
    }
    memory
}

/// `LPCH GetEnvironmentStrings()`: `NAME=value`, one behind the other, each with a null and a null
/// behind the last; for FreeEnvironmentStringsA. NULL without memory.
#[unsafe(no_mangle)]
pub extern "C" fn GetEnvironmentStrings() -> *mut u8 {
    block()
}

/// `LPWCH GetEnvironmentStringsW()`: for FreeEnvironmentStringsW.
#[unsafe(no_mangle)]
pub extern "C" fn GetEnvironmentStringsW() -> *mut Wide {
    block()
}

/// `BOOL FreeEnvironmentStringsA(LPCH penv)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeEnvironmentStringsA(block: *mut u8) -> i32 {
    unsafe { libc::free(block.cast()) };
    1
}

/// `BOOL FreeEnvironmentStringsW(LPWCH penv)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeEnvironmentStringsW(block: *mut Wide) -> i32 {
    unsafe { libc::free(block.cast()) };
    1
}

/// Each %NAME% of a variable that there is by its value.
fn expanded(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        let named = behind.split_once('%');
        let named = named.filter(|(name, _)| !name.is_empty());
        let value = named.and_then(|(name, _)| std::env::var(name).ok());
        rest = match (named, value) {
            (Some((_, behind)), Some(value)) => {
                out.push_str(&value);
                behind
            }
            _ => {
                out.push('%');
                behind
            }
        };
    }
    out + rest
}

unsafe fn expand<C: Character>(from: *const C, to: *mut C, room: u32) -> u32 {
    let text = unsafe { read(from) }.ok_or(engine::error::Error::INVALID_PARAMETER);
    let count = text.map(|text| unsafe { write(&expanded(&text), to, room as usize) } as u32 + 1);
    finish_value(count)
}

/// `DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)`: with %NAME% replaced;
/// how many characters it has with its null: it was written if that is not more than `nSize`. 0
/// with 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ExpandEnvironmentStringsA(from: *const u8, to: *mut u8, room: u32) -> u32 {
    unsafe { expand(from, to, room) }
}

/// `DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ExpandEnvironmentStringsW(
    from: *const Wide,
    to: *mut Wide,
    room: u32,
) -> u32 {
    unsafe { expand(from, to, room) }
}

/// Nothing of a window, the standard handles, and the program's path as the title.
unsafe fn startup<C: Character>(to: *mut STARTUPINFOA, title: &'static OnceLock<Vec<C>>) {
    let title = title.get_or_init(|| {
        let path = std::env::current_exe().unwrap_or_default();
        let mut text = C::encode(&path.to_string_lossy().replace('/', "\\"));
        text.push(C::default());
        text
    });
    unsafe {
        to.write_bytes(0, 1);
        (*to).cb = size_of::<STARTUPINFOA>() as u32;
        (*to).lpTitle = title.as_ptr().cast_mut().cast();
        (*to).hStdInput = engine::GetStdHandle(STD_INPUT_HANDLE);
        (*to).hStdOutput = engine::GetStdHandle(STD_OUTPUT_HANDLE);
        (*to).hStdError = engine::GetStdHandle(STD_ERROR_HANDLE);
    }
}

/// `void GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo)`: no flags, the standard handles, and the
/// program's path as the title, which is not the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetStartupInfoA(to: *mut STARTUPINFOA) {
    static TITLE: OnceLock<Vec<u8>> = OnceLock::new();
    unsafe { startup(to, &TITLE) }
}

/// `void GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetStartupInfoW(to: *mut STARTUPINFOA) {
    static TITLE: OnceLock<Vec<Wide>> = OnceLock::new();
    unsafe { startup(to, &TITLE) }
}

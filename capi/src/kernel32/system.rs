//! The machine, the process and its environment.
//!
//! # Safety
//!
//! Texts that come in end with a null; outputs are the caller's, with the room that they say.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::CString;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::error::{Error, set_last_error};
use windows_sys::core::GUID;

use super::file::tell;
use super::{finish, finish_value, identifier};
use crate::text::{Character, Wide, read, write};

/// SYSTEM_INFO.
#[repr(C)]
pub struct System {
    architecture: u16,
    reserved: u16,
    page_bytes: u32,
    lowest: usize,
    highest: usize,
    active: usize,
    processors: u32,
    kind: u32,
    granularity: u32,
    level: u16,
    revision: u16,
}

/// `void GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)`: processors are those this process may use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSystemInfo(info: *mut System) {
    let processors = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
    let (architecture, kind) = if cfg!(target_arch = "aarch64") { (12, 0) } else { (9, 8664) };
    let info_now = System {
        architecture,
        reserved: 0,
        page_bytes: unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u32,
        lowest: 0x1_0000,
        highest: 0x7FFF_FFFE_FFFF,
        active: if processors >= 64 { usize::MAX } else { (1 << processors) - 1 },
        processors,
        kind,
        granularity: 0x1_0000,
        level: 6,
        revision: 0,
    };
    unsafe { info.write(info_now) };
}

/// `void GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNativeSystemInfo(info: *mut System) {
    unsafe { GetSystemInfo(info) };
}

/// The version whose behaviour this library has: Windows 10.
pub(super) const MAJOR: u32 = 10;
pub(super) const BUILD: u32 = 19045;

/// `DWORD GetVersion()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetVersion() -> u32 {
    BUILD << 16 | MAJOR
}

/// Fills an OSVERSIONINFO or OSVERSIONINFOEX, whose text has `C` characters; 122 for another size.
unsafe fn version<C>(info: *mut u32) -> i32 {
    let short = 20 + 128 * size_of::<C>();
    let bytes = unsafe { *info } as usize;
    if bytes != short && bytes != (short + 8).next_multiple_of(4) {
        return finish(Err(Error::INSUFFICIENT_BUFFER));
    }
    unsafe {
        info.cast::<u8>().add(4).write_bytes(0, bytes - 4);
        info.add(1).write(MAJOR);
        info.add(3).write(BUILD);
        info.add(4).write(2); // VER_PLATFORM_WIN32_NT
        if bytes > short {
            info.cast::<u8>().add(short + 6).write(1); // VER_NT_WORKSTATION
        }
    }
    1
}

/// `BOOL GetVersionExA(LPOSVERSIONINFOA lpVersionInformation)`: Windows 10, whose behaviour this
/// library has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetVersionExA(info: *mut u32) -> i32 {
    unsafe { version::<u8>(info) }
}

/// `BOOL GetVersionExW(LPOSVERSIONINFOW lpVersionInformation)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetVersionExW(info: *mut u32) -> i32 {
    unsafe { version::<Wide>(info) }
}

/// Writes a name whose room stands in `room`, and its length there; `error` and what is needed if
/// it does not fit.
unsafe fn name<C: Character>(
    text: &str,
    to: *mut C,
    room: *mut u32,
    (error, counts_null): (u32, bool),
) -> i32 {
    let length = unsafe { write(text, to, *room as usize) };
    let fits = length < unsafe { *room } as usize;
    unsafe { room.write((length + usize::from(!fits || counts_null)) as u32) };
    finish(if fits { Ok(()) } else { Err(Error(error)) })
}

/// The machine's name as it was given, with the domain if it has one.
fn whole_host() -> String {
    let mut text = [0u8; 256];
    unsafe { libc::gethostname(text.as_mut_ptr().cast(), text.len() - 1) };
    unsafe { read(text.as_ptr()) }.unwrap_or_default()
}

fn host() -> String {
    let whole = whole_host();
    let first = whole.split('.').next().unwrap_or_default();
    first.chars().take(15).collect::<String>().to_ascii_uppercase()
}

fn user() -> String {
    let facts = unsafe { libc::getpwuid(libc::geteuid()).as_ref() };
    let name = facts.and_then(|facts| unsafe { read(facts.pw_name.cast::<u8>()) });
    name.unwrap_or_else(|| unsafe { libc::geteuid() }.to_string())
}

unsafe fn variable<C: Character>(name: *const C, to: *mut C, room: u32) -> u32 {
    let value = unsafe { read(name) }.and_then(std::env::var_os);
    match value {
        Some(value) => {
            set_last_error(0);
            unsafe { tell(&value.to_string_lossy(), to, room) }
        }
        None => finish_value(Err(Error(203))), // ERROR_ENVVAR_NOT_FOUND
    }
}

unsafe fn set_variable<C: Character>(name: *const C, value: *const C) -> i32 {
    let (name, value) = unsafe { (read(name), read(value)) };
    let name = name.filter(|name| !name.is_empty() && !name.contains('='));
    let set = match (name.and_then(|name| CString::new(name).ok()), value) {
        (None, _) => Err(Error::INVALID_PARAMETER),
        (Some(name), None) => Ok(unsafe { libc::unsetenv(name.as_ptr()) }),
        (Some(name), Some(value)) => {
            let value = CString::new(value).expect("a C string has no null inside");
            Ok(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
        }
    };
    finish(set.map(drop))
}

/// What a debugger would see; here what reads the process' errors.
unsafe fn debug_string<C: Character>(text: *const C) {
    if let Some(text) = unsafe { read(text) } {
        _ = super::console::put(2, text.as_bytes());
    }
}

/// `void ExitProcess(UINT uExitCode)`: what libc was told to run at exit runs. Linux keeps the
/// lowest 8 bits of the code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ExitProcess(code: u32) -> ! {
    unsafe { libc::exit(code as i32) }
}

static ERROR_MODE: AtomicU32 = AtomicU32::new(0);

/// `UINT SetErrorMode(UINT uMode)`: the mode before. There are no boxes here that it could
/// suppress.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetErrorMode(mode: u32) -> u32 {
    ERROR_MODE.swap(mode, Ordering::Relaxed)
}

/// `UINT GetErrorMode()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetErrorMode() -> u32 {
    ERROR_MODE.load(Ordering::Relaxed)
}

/// `BOOL SwitchToThread()`: whether another ran is not known here: TRUE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SwitchToThread() -> i32 {
    std::thread::yield_now();
    1
}

/// `DWORD GetCurrentProcessorNumber()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetCurrentProcessorNumber() -> u32 {
    unsafe { libc::sched_getcpu() as u32 }
}

/// `RPC_STATUS UuidCreate(UUID *Uuid)`: a random one (version 4).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidCreate(uuid: *mut GUID) -> i32 {
    let mut bytes = [0u8; 16];
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    let mut made = GUID::from_u128(u128::from_be_bytes(bytes));
    made.data3 = made.data3 & 0x0FFF | 0x4000;
    made.data4[0] = made.data4[0] & 0x3F | 0x80;
    unsafe { uuid.write(made) };
    0
}

/// `RPC_STATUS UuidToStringA(const UUID *Uuid, RPC_CSTR *StringUuid)`: freed by RpcStringFree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UuidToStringA(uuid: *const GUID, to: *mut *mut u8) -> i32 {
    unsafe { identifier::give(&identifier::text(&*uuid), to) }
}

/// `RPC_STATUS RpcStringFreeA(RPC_CSTR *String)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RpcStringFreeA(text: *mut *mut u8) -> i32 {
    unsafe { identifier::free(text) }
}

/// `BOOL GetComputerNameA(lpBuffer, LPDWORD nSize)`: at most 15 characters, in capitals; 111 if it
/// does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetComputerNameA(to: *mut u8, room: *mut u32) -> i32 {
    unsafe { name(&host(), to, room, (111, false)) }
}

/// `BOOL GetComputerNameW(lpBuffer, LPDWORD nSize)`: at most 15 characters, in capitals; 111 if it
/// does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetComputerNameW(to: *mut Wide, room: *mut u32) -> i32 {
    unsafe { name(&host(), to, room, (111, false)) }
}

/// What COMPUTER_NAME_FORMAT asks for: 0 NetBIOS' name, 1 the host's, 2 its domain, 3 both; the
/// physical ones, 4 above, are the same.
unsafe fn named<C: Character>(format: u32, to: *mut C, room: *mut u32) -> i32 {
    let whole = whole_host();
    let (first, domain) = whole.split_once('.').unwrap_or((&whole, ""));
    let text = match format & 3 {
        _ if format > 7 => return finish(Err(Error::INVALID_PARAMETER)),
        0 => host(),
        1 => first.to_owned(),
        2 => domain.to_owned(),
        _ => whole,
    };
    unsafe { name(&text, to, room, (234, false)) } // ERROR_MORE_DATA
}

/// `BOOL GetComputerNameExA(COMPUTER_NAME_FORMAT NameType, lpBuffer, LPDWORD nSize)`: 234, and the
/// room needed with the null, if it does not fit; 87 for a format that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetComputerNameExA(format: u32, to: *mut u8, room: *mut u32) -> i32 {
    unsafe { named(format, to, room) }
}

/// `BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT NameType, lpBuffer, LPDWORD nSize)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetComputerNameExW(format: u32, to: *mut Wide, room: *mut u32) -> i32 {
    unsafe { named(format, to, room) }
}

/// `BOOL GetUserNameA(lpBuffer, LPDWORD pcbBuffer)`: 122 if it does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetUserNameA(to: *mut u8, room: *mut u32) -> i32 {
    unsafe { name(&user(), to, room, (122, true)) }
}

/// `BOOL GetUserNameW(lpBuffer, LPDWORD pcbBuffer)`: 122 if it does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetUserNameW(to: *mut Wide, room: *mut u32) -> i32 {
    unsafe { name(&user(), to, room, (122, true)) }
}

/// `DWORD GetEnvironmentVariableA(lpName, lpBuffer, DWORD nSize)`: 0 with 203 if it is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetEnvironmentVariableA(name: *const u8, to: *mut u8, room: u32) -> u32 {
    unsafe { variable(name, to, room) }
}

/// `DWORD GetEnvironmentVariableW(lpName, lpBuffer, DWORD nSize)`: 0 with 203 if it is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetEnvironmentVariableW(
    name: *const Wide,
    to: *mut Wide,
    room: u32,
) -> u32 {
    unsafe { variable(name, to, room) }
}

/// `BOOL SetEnvironmentVariableA(lpName, lpValue)`: NULL takes it away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetEnvironmentVariableA(name: *const u8, value: *const u8) -> i32 {
    unsafe { set_variable(name, value) }
}

/// `BOOL SetEnvironmentVariableW(lpName, lpValue)`: NULL takes it away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetEnvironmentVariableW(name: *const Wide, value: *const Wide) -> i32 {
    unsafe { set_variable(name, value) }
}

/// `void OutputDebugStringA(lpOutputString)`: to the process' errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OutputDebugStringA(text: *const u8) {
    unsafe { debug_string(text) }
}

/// `void OutputDebugStringW(lpOutputString)`: to the process' errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OutputDebugStringW(text: *const Wide) {
    unsafe { debug_string(text) }
}

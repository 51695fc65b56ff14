//! The registry's doors, for both widths of text. Each returns its error.
//!
//! # Safety
//!
//! As in registry.rs.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;
use windows_sys::Win32::Foundation::{FILETIME, HANDLE};

use crate::text::Wide;

fn status(done: Result<(), Error>) -> u32 {
    done.err().map_or(0, |error| error.0)
}

const ALL: u32 = 0xF003F; // KEY_ALL_ACCESS

/// `LSTATUS RegCloseKey(HKEY hKey)`: 6 for no key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegCloseKey(key: HANDLE) -> u32 {
    if key as usize as u32 & 0x8000_0000 != 0 {
        return 0;
    }
    status(super::key(key, 0).and_then(|_| match unsafe { engine::CloseHandle(key) } {
        0 => Err(Error::INVALID_HANDLE),
        _ => Ok(()),
    }))
}

/// `LSTATUS RegFlushKey(HKEY hKey)`: everything is in the file already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegFlushKey(key: HANDLE) -> u32 {
    status(super::key(key, 0).map(drop))
}

/// `LSTATUS RegOpenKeyExA(hKey, lpSubKey, ulOptions, samDesired, PHKEY phkResult)`: 2 if there is
/// no such key
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegOpenKeyExA(
    key: HANDLE,
    below: *const u8,
    _: u32,
    access: u32,
    to: *mut HANDLE,
) -> u32 {
    status(unsafe { super::open(key, below, access, to) })
}

/// `LSTATUS RegOpenKeyExW(hKey, lpSubKey, ulOptions, samDesired, PHKEY phkResult)`: 2 if there is
/// no such key
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegOpenKeyExW(
    key: HANDLE,
    below: *const Wide,
    _: u32,
    access: u32,
    to: *mut HANDLE,
) -> u32 {
    status(unsafe { super::open(key, below, access, to) })
}

/// `LSTATUS RegOpenKeyA(hKey, lpSubKey, PHKEY phkResult)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegOpenKeyA(key: HANDLE, below: *const u8, to: *mut HANDLE) -> u32 {
    status(unsafe { super::open(key, below, ALL, to) })
}

/// `LSTATUS RegOpenKeyW(hKey, lpSubKey, PHKEY phkResult)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegOpenKeyW(key: HANDLE, below: *const Wide, to: *mut HANDLE) -> u32 {
    status(unsafe { super::open(key, below, ALL, to) })
}

/// `LSTATUS RegCreateKeyExA(hKey, lpSubKey, …, samDesired, …, PHKEY phkResult, LPDWORD
/// lpdwDisposition)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegCreateKeyExA(
    key: HANDLE,
    below: *const u8,
    _: u32,
    _: *mut u8,
    _: u32,
    access: u32,
    _: *const c_void,
    to: *mut HANDLE,
    told: *mut u32,
) -> u32 {
    status(unsafe { super::create(key, below, access, (to, told)) })
}

/// `LSTATUS RegCreateKeyExW(hKey, lpSubKey, …, samDesired, …, PHKEY phkResult, LPDWORD
/// lpdwDisposition)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegCreateKeyExW(
    key: HANDLE,
    below: *const Wide,
    _: u32,
    _: *mut Wide,
    _: u32,
    access: u32,
    _: *const c_void,
    to: *mut HANDLE,
    told: *mut u32,
) -> u32 {
    status(unsafe { super::create(key, below, access, (to, told)) })
}

/// `LSTATUS RegCreateKeyA(hKey, lpSubKey, PHKEY phkResult)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegCreateKeyA(key: HANDLE, below: *const u8, to: *mut HANDLE) -> u32 {
    status(unsafe { super::create(key, below, ALL, (to, std::ptr::null_mut())) })
}

/// `LSTATUS RegCreateKeyW(hKey, lpSubKey, PHKEY phkResult)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegCreateKeyW(key: HANDLE, below: *const Wide, to: *mut HANDLE) -> u32 {
    status(unsafe { super::create(key, below, ALL, (to, std::ptr::null_mut())) })
}

/// `LSTATUS RegQueryValueExA(hKey, lpValueName, lpReserved, lpType, lpData, lpcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegQueryValueExA(
    key: HANDLE,
    name: *const u8,
    _: *mut u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::query(key, name, kind, to, bytes) })
}

/// `LSTATUS RegQueryValueExW(hKey, lpValueName, lpReserved, lpType, lpData, lpcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegQueryValueExW(
    key: HANDLE,
    name: *const Wide,
    _: *mut u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::query(key, name, kind, to, bytes) })
}

/// `LSTATUS RegGetValueA(hkey, lpSubKey, lpValue, dwFlags, pdwType, pvData, pcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegGetValueA(
    key: HANDLE,
    below: *const u8,
    name: *const u8,
    flags: u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::get(key, (below, name), flags, kind, to, bytes) })
}

/// `LSTATUS RegGetValueW(hkey, lpSubKey, lpValue, dwFlags, pdwType, pvData, pcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegGetValueW(
    key: HANDLE,
    below: *const Wide,
    name: *const Wide,
    flags: u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::get(key, (below, name), flags, kind, to, bytes) })
}

/// `LSTATUS RegSetValueExA(hKey, lpValueName, Reserved, dwType, lpData, cbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegSetValueExA(
    key: HANDLE,
    name: *const u8,
    _: u32,
    kind: u32,
    from: *const u8,
    bytes: u32,
) -> u32 {
    status(unsafe { super::set(key, name, kind, (from, bytes)) })
}

/// `LSTATUS RegSetValueExW(hKey, lpValueName, Reserved, dwType, lpData, cbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegSetValueExW(
    key: HANDLE,
    name: *const Wide,
    _: u32,
    kind: u32,
    from: *const u8,
    bytes: u32,
) -> u32 {
    status(unsafe { super::set(key, name, kind, (from, bytes)) })
}

/// `LSTATUS RegDeleteValueA(hKey, lpValueName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegDeleteValueA(key: HANDLE, name: *const u8) -> u32 {
    status(unsafe { super::delete_value(key, name) })
}

/// `LSTATUS RegDeleteValueW(hKey, lpValueName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegDeleteValueW(key: HANDLE, name: *const Wide) -> u32 {
    status(unsafe { super::delete_value(key, name) })
}

/// `LSTATUS RegDeleteKeyA(hKey, lpSubKey)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegDeleteKeyA(key: HANDLE, below: *const u8) -> u32 {
    status(unsafe { super::delete_key(key, below) })
}

/// `LSTATUS RegDeleteKeyW(hKey, lpSubKey)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegDeleteKeyW(key: HANDLE, below: *const Wide) -> u32 {
    status(unsafe { super::delete_key(key, below) })
}

/// `LSTATUS RegEnumKeyExA(hKey, dwIndex, lpName, lpcchName, …)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegEnumKeyExA(
    key: HANDLE,
    index: u32,
    to: *mut u8,
    room: *mut u32,
    _: *mut u32,
    _: *mut u8,
    _: *mut u32,
    _: *mut FILETIME,
) -> u32 {
    status(unsafe { super::key_at(key, index, to, room) })
}

/// `LSTATUS RegEnumKeyExW(hKey, dwIndex, lpName, lpcchName, …)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegEnumKeyExW(
    key: HANDLE,
    index: u32,
    to: *mut Wide,
    room: *mut u32,
    _: *mut u32,
    _: *mut Wide,
    _: *mut u32,
    _: *mut FILETIME,
) -> u32 {
    status(unsafe { super::key_at(key, index, to, room) })
}

/// `LSTATUS RegEnumValueA(hKey, dwIndex, lpValueName, lpcchValueName, lpReserved, lpType, lpData,
/// lpcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegEnumValueA(
    key: HANDLE,
    index: u32,
    name: *mut u8,
    room: *mut u32,
    _: *mut u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::value_at(key, index, (name, room), kind, (to, bytes)) })
}

/// `LSTATUS RegEnumValueW(hKey, dwIndex, lpValueName, lpcchValueName, lpReserved, lpType, lpData,
/// lpcbData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegEnumValueW(
    key: HANDLE,
    index: u32,
    name: *mut Wide,
    room: *mut u32,
    _: *mut u32,
    kind: *mut u32,
    to: *mut u8,
    bytes: *mut u32,
) -> u32 {
    status(unsafe { super::value_at(key, index, (name, room), kind, (to, bytes)) })
}

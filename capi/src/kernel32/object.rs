//! Mutexes and semaphores by further doors of theirs; the engine has the objects.
//!
//! # Safety
//!
//! Names are null or end with a null.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;

use crate::text::{Character, Wide, read};

/// CREATE_MUTEX_INITIAL_OWNER.
const OWNED: u32 = 0x1;

/// A name as the engine's wide doors take it.
unsafe fn name<C: Character>(text: *const C) -> Option<Vec<u16>> {
    unsafe { read(text) }.map(|text| text.encode_utf16().chain([0]).collect())
}

fn at(name: &Option<Vec<u16>>) -> *const u16 {
    name.as_ref().map_or(std::ptr::null(), |name| name.as_ptr())
}

/// `HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
/// DWORD dwDesiredAccess)`: as CreateMutexA, with every right.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMutexExA(
    security: *const SECURITY_ATTRIBUTES,
    text: *const u8,
    flags: u32,
    _access: u32,
) -> HANDLE {
    unsafe { engine::CreateMutexA(security, i32::from(flags & OWNED != 0), text) }
}

/// `HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
/// DWORD dwDesiredAccess)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMutexExW(
    security: *const SECURITY_ATTRIBUTES,
    text: *const Wide,
    flags: u32,
    _access: u32,
) -> HANDLE {
    unsafe { engine::CreateMutexW(security, i32::from(flags & OWNED != 0), at(&name(text))) }
}

/// `HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
/// LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)`: as CreateSemaphoreA,
/// with every right.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSemaphoreExA(
    security: *const SECURITY_ATTRIBUTES,
    count: i32,
    most: i32,
    text: *const u8,
    _flags: u32,
    _access: u32,
) -> HANDLE {
    unsafe { engine::CreateSemaphoreA(security, count, most, text) }
}

/// `HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
/// LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSemaphoreExW(
    security: *const SECURITY_ATTRIBUTES,
    count: i32,
    most: i32,
    text: *const Wide,
    _flags: u32,
    _access: u32,
) -> HANDLE {
    unsafe { engine::CreateSemaphoreW(security, count, most, at(&name(text))) }
}

/// `HANDLE OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)`: as OpenMutexW.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenMutexA(access: u32, inherit: i32, text: *const u8) -> HANDLE {
    unsafe { engine::OpenMutexW(access, inherit, at(&name(text))) }
}

/// `HANDLE OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)`: as
/// OpenSemaphoreW.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenSemaphoreA(access: u32, inherit: i32, text: *const u8) -> HANDLE {
    unsafe { engine::OpenSemaphoreW(access, inherit, at(&name(text))) }
}

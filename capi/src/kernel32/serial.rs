//! Serial ports: there are none, as on most servers. CreateFile on COM1 finds no file, so no handle
//! is one, and every function says what Windows says of a file that is no such device.
//!
//! # Safety
//!
//! Nothing behind a pointer is read or written.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;

use super::finish;

/// ERROR_INVALID_FUNCTION: what a device of another kind is asked.
const INVALID_FUNCTION: Error = Error(1);

fn no_port(handle: *mut c_void) -> i32 {
    finish(Err(match engine::linux::file_fd(handle) {
        Ok(_) => INVALID_FUNCTION,
        Err(_) => Error::INVALID_HANDLE,
    }))
}

/// `BOOL GetCommState(HANDLE hFile, LPDCB lpDCB)`: FALSE; 1 for a file, else 6.
#[unsafe(no_mangle)]
pub extern "C" fn GetCommState(handle: *mut c_void, _: *mut c_void) -> i32 {
    no_port(handle)
}

/// `BOOL SetCommState(HANDLE hFile, LPDCB lpDCB)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn SetCommState(handle: *mut c_void, _: *const c_void) -> i32 {
    no_port(handle)
}

/// `BOOL GetCommTimeouts(HANDLE hFile, LPCOMMTIMEOUTS lpCommTimeouts)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn GetCommTimeouts(handle: *mut c_void, _: *mut c_void) -> i32 {
    no_port(handle)
}

/// `BOOL SetCommTimeouts(HANDLE hFile, LPCOMMTIMEOUTS lpCommTimeouts)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn SetCommTimeouts(handle: *mut c_void, _: *const c_void) -> i32 {
    no_port(handle)
}

/// `BOOL SetupComm(HANDLE hFile, DWORD dwInQueue, DWORD dwOutQueue)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn SetupComm(handle: *mut c_void, _: u32, _: u32) -> i32 {
    no_port(handle)
}

/// `BOOL PurgeComm(HANDLE hFile, DWORD dwFlags)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn PurgeComm(handle: *mut c_void, _: u32) -> i32 {
    no_port(handle)
}

/// `BOOL ClearCommError(HANDLE hFile, LPDWORD lpErrors, LPCOMSTAT lpStat)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn ClearCommError(handle: *mut c_void, _: *mut u32, _: *mut c_void) -> i32 {
    no_port(handle)
}

/// `BOOL EscapeCommFunction(HANDLE hFile, DWORD dwFunc)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn EscapeCommFunction(handle: *mut c_void, _: u32) -> i32 {
    no_port(handle)
}

/// `BOOL GetCommModemStatus(HANDLE hFile, LPDWORD lpModemStat)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn GetCommModemStatus(handle: *mut c_void, _: *mut u32) -> i32 {
    no_port(handle)
}

/// `BOOL SetCommMask(HANDLE hFile, DWORD dwEvtMask)`: as GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn SetCommMask(handle: *mut c_void, _: u32) -> i32 {
    no_port(handle)
}

/// `BOOL WaitCommEvent(HANDLE hFile, LPDWORD lpEvtMask, LPOVERLAPPED lpOverlapped)`: as
/// GetCommState.
#[unsafe(no_mangle)]
pub extern "C" fn WaitCommEvent(handle: *mut c_void, _: *mut u32, _: *mut c_void) -> i32 {
    no_port(handle)
}

//! WSAStartup, WSACleanup and the last error.

use std::sync::atomic::{AtomicU32, Ordering};

use windows_sys::Win32::Foundation::WIN32_ERROR;
use windows_sys::Win32::Networking::WinSock::{WSA_ERROR, WSADATA};

use super::finish;
use crate::closing;
use crate::error::{Error, last_error, set_last_error};

/// WSAStartup calls not yet matched by WSACleanup (S11.10).
static STARTED: AtomicU32 = AtomicU32::new(0);

/// 10093 before WSAStartup (S2.13).
pub fn check() -> Result<(), Error> {
    match STARTED.load(Ordering::Relaxed) {
        0 => Err(Error::NOT_INITIALISED),
        _ => Ok(()),
    }
}

/// `int WSAStartup(WORD wVersionRequested, LPWSADATA lpWSAData)`
///
/// Grants the version asked for, at most 2.2. Returns the error itself: 10092 for version 0.x,
/// 10014 without a place for the data (S11.10).
///
/// # Safety
///
/// `lpwsadata` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAStartup(wversionrequested: u16, lpwsadata: *mut WSADATA) -> i32 {
    let (major, minor) = (wversionrequested & 0xFF, wversionrequested >> 8);
    if lpwsadata.is_null() {
        return Error::FAULT.0 as i32;
    }
    let granted = match (major, minor) {
        (0, _) => return Error::VERSION_NOT_SUPPORTED.0 as i32,
        (1, 0 | 1) => wversionrequested,
        (1, _) => 0x0101,
        (2, 0..=2) => wversionrequested,
        _ => 0x0202,
    };
    let mut data = WSADATA { wVersion: granted, wHighVersion: 0x0202, ..Default::default() };
    let fill = |field: &mut [i8], text: &[u8]| {
        field.iter_mut().zip(text).for_each(|(to, &byte)| *to = byte as i8);
    };
    fill(&mut data.szDescription, b"WinSock 2.0");
    fill(&mut data.szSystemStatus, b"Running");
    // SAFETY: the caller's structure, valid for writes during the call.
    unsafe { lpwsadata.write(data) };
    STARTED.fetch_add(1, Ordering::SeqCst);
    0
}

/// `int WSACleanup()`
///
/// The one that matches the first WSAStartup closes every socket (S11.10).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSACleanup() -> i32 {
    let left =
        STARTED.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1));
    finish(match left {
        Ok(1) => {
            closing::close_all();
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(_) => Err(Error::NOT_INITIALISED),
    })
}

/// `int WSAGetLastError()` (S11.11)
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAGetLastError() -> WSA_ERROR {
    last_error() as WSA_ERROR
}

/// `void WSASetLastError(int iError)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASetLastError(ierror: i32) {
    set_last_error(ierror as u32);
}

/// `DWORD GetLastError()`: one value a thread, shared with WSAGetLastError (S11.11).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetLastError() -> WIN32_ERROR {
    last_error()
}

/// `void SetLastError(DWORD dwErrCode)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetLastError(dwerrcode: WIN32_ERROR) {
    set_last_error(dwerrcode);
}

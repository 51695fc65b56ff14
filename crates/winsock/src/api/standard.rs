//! The standard handles.

use std::sync::Arc;

use parking_lot::Mutex;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Console::{
    STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
use windows_sys::core::BOOL;

use super::finish_bool;
use crate::error::{Error, set_last_error};
use crate::file;
use crate::handle::{self, Object};

/// What GetStdHandle answers, once asked or told: handles as numbers.
static HANDLES: Mutex<[Option<usize>; 3]> = Mutex::new([None; 3]);

fn number(which: STD_HANDLE) -> Result<u32, Error> {
    match which {
        STD_INPUT_HANDLE | STD_OUTPUT_HANDLE | STD_ERROR_HANDLE => Ok(STD_INPUT_HANDLE - which),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// `HANDLE GetStdHandle(DWORD nStdHandle)`
///
/// A file, pipe or terminal, read and written as any file without FILE_FLAG_OVERLAPPED; NULL if the
/// process has none. CloseHandle closes it, and the next call answers the same. INVALID_HANDLE_VALUE
/// with 6 for anything but -10, -11 and -12. Waiting for what is no ordinary file fails with 6.
///
/// # Safety
///
/// Always safe.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetStdHandle(nstdhandle: STD_HANDLE) -> HANDLE {
    let opened = number(nstdhandle).and_then(|number| {
        let known = &mut HANDLES.lock()[number as usize];
        if let Some(handle) = *known {
            return Ok(handle);
        }
        let handle = match file::standard(number) {
            None => 0,
            Some(file) => handle::insert(|_| Object::File(Arc::new(file)))? as usize,
        };
        *known = Some(handle);
        Ok(handle)
    });
    opened.map_or_else(
        |error| {
            set_last_error(error.0);
            INVALID_HANDLE_VALUE
        },
        |handle| handle as HANDLE,
    )
}

/// `BOOL SetStdHandle(DWORD nStdHandle, HANDLE hHandle)`
///
/// What GetStdHandle answers from now on; the C library's streams stay where they are. FALSE: 6 for
/// anything but -10, -11 and -12.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetStdHandle(nstdhandle: STD_HANDLE, hhandle: HANDLE) -> BOOL {
    finish_bool(number(nstdhandle).map(|number| {
        HANDLES.lock()[number as usize] = Some(hhandle as usize);
    }))
}

//! What a handle itself is asked.

use windows_sys::Win32::Foundation::{HANDLE, HANDLE_FLAG_INHERIT, HANDLE_FLAGS};
use windows_sys::core::BOOL;

use super::finish_bool;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::kernel::net::{self, Errno};

/// The descriptor behind a handle that has one; 6 if nothing is behind it.
fn descriptor(handle: HANDLE) -> Result<Option<i32>, Error> {
    let object = handle::look_up(handle as usize).ok_or(Error::INVALID_HANDLE)?;
    Ok(match &*object {
        Object::Socket(socket) => Some(socket.fd()),
        Object::File(file) => Some(file.content.fd()),
        _ => None,
    })
}

/// `BOOL GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags)`
///
/// HANDLE_FLAG_INHERIT if a process that this one makes gets the descriptor: of sockets and files,
/// which are made without. 6 for no handle, 998 for null.
///
/// # Safety
///
/// `lpdwflags` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetHandleInformation(hobject: HANDLE, lpdwflags: *mut u32) -> BOOL {
    let told = descriptor(hobject).and_then(|descriptor| {
        let inherited = descriptor.map(net::is_inherited).transpose().map_err(Errno::error)?;
        if lpdwflags.is_null() {
            return Err(Error::NO_ACCESS);
        }
        // SAFETY: not null, so the caller's variable, valid for writes during the call.
        unsafe { lpdwflags.write(u32::from(inherited == Some(true)) * HANDLE_FLAG_INHERIT) };
        Ok(())
    });
    finish_bool(told)
}

/// `BOOL SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags)`
///
/// HANDLE_FLAG_INHERIT for sockets and files. 50 for what no process can inherit here, and for
/// HANDLE_FLAG_PROTECT_FROM_CLOSE; clearing either is done at once. 6 for no handle, 87 for other flags.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetHandleInformation(
    hobject: HANDLE,
    dwmask: u32,
    dwflags: HANDLE_FLAGS,
) -> BOOL {
    const KNOWN: u32 = 0x3;
    let wanted = dwmask & dwflags;
    finish_bool(descriptor(hobject).and_then(|descriptor| match descriptor {
        _ if dwmask & !KNOWN != 0 => Err(Error::INVALID_PARAMETER),
        _ if wanted & !HANDLE_FLAG_INHERIT != 0 => Err(Error::NOT_SUPPORTED),
        Some(fd) if dwmask & HANDLE_FLAG_INHERIT != 0 => {
            net::set_inherited(fd, wanted != 0).map_err(Errno::error)
        }
        None if wanted != 0 => Err(Error::NOT_SUPPORTED),
        _ => Ok(()),
    }))
}

//! Objects by their names (S4.20).

use std::sync::Arc;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Threading::SYNCHRONIZATION_ACCESS_RIGHTS;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::finish_handle;
use super::names::{narrow_in, wide_in};
use crate::error::{Error, set_last_error};
use crate::event::{Event, Mutex, Semaphore};
use crate::handle::{self, Object};
use crate::named;

/// A handle for what [`named::create`] found or made. The last error is 183 for what was there
/// already, else 0.
pub(super) fn finish_created<T>(
    created: Result<(Arc<T>, bool), Error>,
    object: fn(Arc<T>) -> Object,
) -> HANDLE {
    finish_handle(created.and_then(|(made, existed)| {
        let handle = handle::insert(|_| object(made))?;
        set_last_error(if existed { Error::ALREADY_EXISTS.0 } else { 0 });
        Ok(handle)
    }))
}

fn finish_opened<T>(opened: Result<Arc<T>, Error>, object: fn(Arc<T>) -> Object) -> HANDLE {
    finish_handle(opened.and_then(|opened| handle::insert(|_| object(opened))))
}

/// # Safety
///
/// `text` is null or a C string, read during the call.
pub(super) unsafe fn narrow_name(text: PCSTR) -> Option<String> {
    // SAFETY: null or the caller's text.
    unsafe { narrow_in(text) }.map(|name| name.to_string_lossy().into_owned())
}

/// # Safety
///
/// `text` is null or a wide C string, read during the call.
pub(super) unsafe fn wide_name(text: PCWSTR) -> Option<String> {
    // SAFETY: null or the caller's text.
    unsafe { wide_in(text) }.map(String::from_utf16_lossy)
}

/// `HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)`
///
/// Another handle of the event of this name, with every right; 2, 6 for an object of another kind,
/// 87 without a name (S4.20).
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn OpenEventW(
    _dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    _binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    finish_opened::<Event>(named::open(unsafe { wide_name(lpname) }), Object::Event)
}

/// `HANDLE OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)`
///
/// As [`OpenEventW`].
///
/// # Safety
///
/// As [`OpenEventW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn OpenEventA(
    _dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    _binherithandle: BOOL,
    lpname: PCSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    finish_opened::<Event>(named::open(unsafe { narrow_name(lpname) }), Object::Event)
}

/// `HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)`
///
/// As [`OpenEventW`], for mutexes.
///
/// # Safety
///
/// As [`OpenEventW`].
pub unsafe extern "system" fn OpenMutexW(
    _dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    _binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    finish_opened::<Mutex>(named::open(unsafe { wide_name(lpname) }), Object::Mutex)
}

/// `HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)`
///
/// As [`OpenEventW`], for semaphores.
///
/// # Safety
///
/// As [`OpenEventW`].
pub unsafe extern "system" fn OpenSemaphoreW(
    _dwdesiredaccess: SYNCHRONIZATION_ACCESS_RIGHTS,
    _binherithandle: BOOL,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    finish_opened::<Semaphore>(named::open(unsafe { wide_name(lpname) }), Object::Semaphore)
}

//! Semaphores and mutexes.

use windows_sys::Win32::Foundation::{HANDLE, WAIT_EVENT, WAIT_FAILED};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::named::{finish_created, narrow_name, wide_name};
use super::{event, finish_bool};
use crate::error::{Error, set_last_error};
use crate::event::{Mutex, Semaphore};
use crate::handle::{self, Object};
use crate::named;

fn create_semaphore(count: i32, most: i32, name: Option<String>) -> HANDLE {
    let created = match (u32::try_from(count), u32::try_from(most)) {
        (Ok(count), Ok(most)) if most > 0 && count <= most => {
            named::create(name, Semaphore::beginning(count, most))
        }
        _ => Err(Error::INVALID_PARAMETER),
    };
    finish_created(created, Object::Semaphore)
}

/// `HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
/// LONG lMaximumCount, LPCWSTR lpName)`
///
/// NULL: 87 unless 0 ≤ initial ≤ maximum and maximum > 0. A name in use finds the
/// semaphore that has it, and the last error is 183; 6 if that is something else (S4.20).
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateSemaphoreW(
    _lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create_semaphore(linitialcount, lmaximumcount, unsafe { wide_name(lpname) })
}

/// `HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
/// LONG lMaximumCount, LPCSTR lpName)`
///
/// As [`CreateSemaphoreW`].
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateSemaphoreA(
    _lpsemaphoreattributes: *const SECURITY_ATTRIBUTES,
    linitialcount: i32,
    lmaximumcount: i32,
    lpname: PCSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create_semaphore(linitialcount, lmaximumcount, unsafe { narrow_name(lpname) })
}

/// `BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount)`
///
/// 87 for a count below 1; 298 if the maximum were exceeded, then nothing changes.
///
/// # Safety
///
/// `lppreviouscount` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReleaseSemaphore(
    hsemaphore: HANDLE,
    lreleasecount: i32,
    lppreviouscount: *mut i32,
) -> BOOL {
    let released =
        handle::semaphore(hsemaphore as usize).and_then(|semaphore| {
            match u32::try_from(lreleasecount) {
                Ok(count) if count > 0 => semaphore.add(count),
                _ => Err(Error::INVALID_PARAMETER),
            }
        });
    finish_bool(released.map(|before| {
        if !lppreviouscount.is_null() {
            // SAFETY: the caller's variable, valid for writes during the call.
            unsafe { lppreviouscount.write(before as i32) };
        }
    }))
}

fn create_mutex(owned: bool, name: Option<String>) -> HANDLE {
    finish_created(named::create(name, Mutex::beginning(owned)), Object::Mutex)
}

/// `HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
/// LPCWSTR lpName)`
///
/// Owned by the calling thread if `bInitialOwner`. A wait of its owner takes it once more; a wait
/// that takes it over from a thread that has ended returns 128 plus the index. A name in
/// use finds the mutex that has it, unowned by this call, and the last error is 183; 6 if that
/// is something else (S4.20).
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateMutexW(
    _lpmutexattributes: *const SECURITY_ATTRIBUTES,
    binitialowner: BOOL,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create_mutex(binitialowner != 0, unsafe { wide_name(lpname) })
}

/// `HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
/// LPCSTR lpName)`
///
/// As [`CreateMutexW`].
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateMutexA(
    _lpmutexattributes: *const SECURITY_ATTRIBUTES,
    binitialowner: BOOL,
    lpname: PCSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create_mutex(binitialowner != 0, unsafe { narrow_name(lpname) })
}

/// `BOOL ReleaseMutex(HANDLE hMutex)`
///
/// 288 if the calling thread does not own it.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReleaseMutex(hmutex: HANDLE) -> BOOL {
    finish_bool(handle::mutex(hmutex as usize).and_then(|mutex| mutex.give_back()))
}

/// `DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn,
/// DWORD dwMilliseconds, BOOL bAlertable)`
///
/// Sets an event, adds one to a semaphore or gives a mutex back, then waits as
/// WaitForSingleObjectEx. WAIT_FAILED: 6 for an object that cannot be signalled, else as the three.
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SignalObjectAndWait(
    hobjecttosignal: HANDLE,
    hobjecttowaiton: HANDLE,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> WAIT_EVENT {
    let signalled = match handle::look_up(hobjecttosignal as usize).as_deref() {
        _ if handle::look_up(hobjecttowaiton as usize).is_none() => Err(Error::INVALID_HANDLE),
        Some(Object::Event(event)) => {
            event.set();
            Ok(())
        }
        Some(Object::Semaphore(semaphore)) => semaphore.add(1).map(drop),
        Some(Object::Mutex(mutex)) => mutex.give_back(),
        _ => Err(Error::INVALID_HANDLE),
    };
    if let Err(error) = signalled {
        set_last_error(error.0);
        return WAIT_FAILED;
    }
    // SAFETY: the handle is a value only.
    unsafe { event::WaitForSingleObjectEx(hobjecttowaiton, dwmilliseconds, balertable) }
}

//! Functions that are called when an object is signalled.

use std::ffi::c_void;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{
    WAITORTIMERCALLBACK, WORKER_THREAD_FLAGS, WT_EXECUTEONLYONCE,
};
use windows_sys::core::BOOL;

use super::event::waitable;
use super::finish_bool;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::port::Patience;
use crate::registration::{self, Wait};

/// `BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
/// WAITORTIMERCALLBACK Callback, PVOID Context, ULONG dwMilliseconds, ULONG dwFlags)`
///
/// From now on the function is called each time the object is signalled or time is up, until the
/// wait is unregistered; once with WT_EXECUTEONLYONCE (S14.13). FALSE: 6, 8 or 87.
///
/// # Safety
///
/// `phnewwaitobject` is null (87) or valid for writes during the call; the function may be called
/// with the context on another thread until the wait is unregistered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn RegisterWaitForSingleObject(
    phnewwaitobject: *mut HANDLE,
    hobject: HANDLE,
    callback: WAITORTIMERCALLBACK,
    context: *const c_void,
    dwmilliseconds: u32,
    dwflags: WORKER_THREAD_FLAGS,
) -> BOOL {
    let register = || {
        let object = waitable(&[hobject])?.remove(0);
        let function = callback.ok_or(Error::INVALID_PARAMETER)?;
        if phnewwaitobject.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        let context = context as usize;
        let registration = registration::register(Wait {
            object,
            function: Box::new(move |timed_out| {
                // SAFETY: the caller vouches for both until the wait is unregistered and its last
                // call is over.
                unsafe { function(context as *mut c_void, timed_out) };
            }),
            patience: Patience::from_ms(dwmilliseconds),
            once: dwflags & WT_EXECUTEONLYONCE != 0,
        })?;
        let kept = registration.clone();
        let handle = handle::insert(|_| Object::Registration(kept));
        let handle = handle.inspect_err(|_| _ = registration.end(None))?;
        // SAFETY: not null, so the caller's variable, valid for writes during the call.
        unsafe { phnewwaitobject.write(handle as usize as HANDLE) };
        Ok(())
    };
    finish_bool(register())
}

/// `BOOL UnregisterWait(HANDLE WaitHandle)`
///
/// As [`UnregisterWaitEx`] without an event.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn UnregisterWait(waithandle: HANDLE) -> BOOL {
    // SAFETY: both handles are values only.
    unsafe { UnregisterWaitEx(waithandle, std::ptr::null_mut()) }
}

/// `BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent)`
///
/// No call begins after this; FALSE with 997 says that one is under way. An event is set when none
/// is; with INVALID_HANDLE_VALUE the call waits for that, and is then not to be made by the
/// function itself (S14.14). FALSE with 6 for a bad handle.
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn UnregisterWaitEx(
    waithandle: HANDLE,
    completionevent: HANDLE,
) -> BOOL {
    let unregister = || {
        let completion = match completionevent {
            event if event.is_null() || event == INVALID_HANDLE_VALUE => None,
            event => Some(handle::event(event as usize)?),
        };
        let is_wait = |object: &Object| matches!(object, Object::Registration(_));
        let closed = handle::close(waithandle as usize, is_wait).ok_or(Error::INVALID_HANDLE)?;
        let Object::Registration(registration) = &*closed else { unreachable!("chosen above") };
        let calling = registration.end(completion);
        if completionevent == INVALID_HANDLE_VALUE {
            registration.join();
            return Ok(());
        }
        if calling { Err(Error::IO_PENDING) } else { Ok(()) }
    };
    finish_bool(unregister())
}

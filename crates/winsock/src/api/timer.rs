//! Waitable timers.

use std::ffi::c_void;
use std::time::Duration;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{
    CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, CREATE_WAITABLE_TIMER_MANUAL_RESET, PTIMERAPCROUTINE,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::named::{finish_created, narrow_name, wide_name};
use super::{finish_bool, finish_handle};
use crate::apc::TimerRoutine;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::timer::Timer;
use crate::{named, thread};

fn create(manual: bool, name: Option<String>) -> HANDLE {
    finish_created(named::create_here(name, || Timer::new(manual)), Object::Timer)
}

/// `HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
/// LPCWSTR lpTimerName)`
///
/// A timer that is not set (S4.25). A name of this process finds the timer that has it, and the
/// last error is 183; NULL, 6 if that is something else (S4.20).
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateWaitableTimerW(
    _lptimerattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    lptimername: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create(bmanualreset != 0, unsafe { wide_name(lptimername) })
}

/// `HANDLE CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
/// LPCSTR lpTimerName)`
///
/// As [`CreateWaitableTimerW`].
///
/// # Safety
///
/// As [`CreateWaitableTimerW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateWaitableTimerA(
    _lptimerattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    lptimername: PCSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create(bmanualreset != 0, unsafe { narrow_name(lptimername) })
}

/// `HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName,
/// DWORD dwFlags, DWORD dwDesiredAccess)`
///
/// As [`CreateWaitableTimerW`], with every right; every timer here has a high resolution. 87 for
/// other flags.
///
/// # Safety
///
/// As [`CreateWaitableTimerW`].
pub unsafe extern "system" fn CreateWaitableTimerExW(
    _lptimerattributes: *const SECURITY_ATTRIBUTES,
    lptimername: PCWSTR,
    dwflags: u32,
    _dwdesiredaccess: u32,
) -> HANDLE {
    const MANUAL: u32 = CREATE_WAITABLE_TIMER_MANUAL_RESET;
    if dwflags & !(MANUAL | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION) != 0 {
        return finish_handle(Err(Error::INVALID_PARAMETER));
    }
    // SAFETY: null or the caller's name.
    create(dwflags & MANUAL != 0, unsafe { wide_name(lptimername) })
}

/// `BOOL SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
/// PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine, BOOL fResume)`
///
/// Takes the signal away and sets it for the due time: 100 ns, negative from now, else since 1601;
/// then every `lPeriod` ms unless that is 0 (S4.25, S4.26). The routine is queued to the calling
/// thread as an APC each time (S4.27). 87 for a negative period or no due time, 6. Nothing here
/// sleeps that `fResume` could wake.
///
/// # Safety
///
/// The due time is valid for reads during the call; the routine may be called with the argument in
/// alertable waits of this thread, until the timer is cancelled, set anew or closed.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWaitableTimer(
    htimer: HANDLE,
    lpduetime: *const i64,
    lperiod: i32,
    pfncompletionroutine: PTIMERAPCROUTINE,
    lpargtocompletionroutine: *const c_void,
    _fresume: BOOL,
) -> BOOL {
    let due = (!lpduetime.is_null()).then(|| {
        // SAFETY: not null, so the caller's value, valid for reads during the call.
        unsafe { lpduetime.read_unaligned() }
    });
    let routine = pfncompletionroutine.map(|function| {
        let argument = lpargtocompletionroutine as usize;
        (thread::record(), TimerRoutine { function, argument, filetime: 0 })
    });
    let period = u64::try_from(lperiod).map(Duration::from_millis);
    finish_bool(match (due, period) {
        (Some(due), Ok(period)) => {
            handle::timer(htimer as usize).and_then(|timer| timer.set(due, period, routine))
        }
        _ => Err(Error::INVALID_PARAMETER),
    })
}

/// `BOOL CancelWaitableTimer(HANDLE hTimer)`
///
/// It signals no more, and a routine that waits in its thread's queue is taken out; whether it is
/// signalled stays as it is (S4.28).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CancelWaitableTimer(htimer: HANDLE) -> BOOL {
    finish_bool(handle::timer(htimer as usize).map(|timer| timer.cancel()))
}

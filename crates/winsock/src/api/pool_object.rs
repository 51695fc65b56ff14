//! The thread pool's timers and waits.

use std::ffi::c_void;
use std::time::Duration;

use windows_sys::Win32::Foundation::{FILETIME, HANDLE, WAIT_OBJECT_0, WAIT_TIMEOUT};
use windows_sys::Win32::System::Threading::{
    PTP_TIMER, PTP_TIMER_CALLBACK, PTP_WAIT, PTP_WAIT_CALLBACK, TP_CALLBACK_ENVIRON_V3,
};
use windows_sys::core::BOOL;

use super::event::waitable;
use super::pool::{make, with};
use super::window::or_zero;
use crate::callback::{Callback, Function};
use crate::error::Error;
use crate::handle;
use crate::port::Patience;
use crate::registration::{self, Wait};
use crate::timekeeper::delay;

/// How long it is to a time, of which negative ones count from now.
///
/// # Safety
///
/// `time` is null or valid for reads.
unsafe fn until(time: *const FILETIME) -> Option<Duration> {
    // SAFETY: the caller's promise for this call.
    let time = unsafe { time.as_ref() }?;
    let ticks = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Some(delay(ticks as i64))
}

/// `PTP_TIMER CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)`
///
/// A timer that is not set. 0: 87 without a function, 8.
///
/// # Safety
///
/// The function may be called with `pv` on other threads until the object is closed and its last
/// callback is over; the environment is null or read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpoolTimer(
    pfnti: PTP_TIMER_CALLBACK,
    pv: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_TIMER {
    let made = pfnti.ok_or(Error::INVALID_PARAMETER);
    // SAFETY: the caller's environment, read during the call.
    let made = made.and_then(|_| unsafe { make(Function::Timer(pfnti), pv, pcbe) });
    or_zero(made.map(|callback| callback.key() as PTP_TIMER))
}

/// `void SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod,
/// DWORD msWindowLength)`
///
/// Sets it anew: the function is called at the due time (100 ns, negative from now, else since
/// 1601), then each `msPeriod` ms unless that is 0. Without a time it is stopped; a call that waits
/// for a thread is made all the same (S14.17). No call is put off for the window's sake.
///
/// # Safety
///
/// `pti` is a value only; the time is null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetThreadpoolTimer(
    pti: PTP_TIMER,
    pftduetime: *const FILETIME,
    msperiod: u32,
    _mswindowlength: u32,
) {
    let Ok(timer) = handle::callback(pti as usize) else { return };
    // SAFETY: the caller's time, read during the call.
    match unsafe { until(pftduetime) } {
        None => timer.stop_ticks(),
        Some(first) => {
            let period = Duration::from_millis(msperiod.into());
            timer.tick(first, period).expect("a process that has a pool can have a timekeeper");
        }
    }
}

/// `BOOL IsThreadpoolTimerSet(PTP_TIMER pti)`: whether a call is to come.
///
/// # Safety
///
/// `pti` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn IsThreadpoolTimerSet(pti: PTP_TIMER) -> BOOL {
    BOOL::from(handle::callback(pti as usize).is_ok_and(|timer| timer.is_ticking()))
}

/// `void WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks)`
///
/// Waits for the calls that are due or under way; with TRUE for those only that have begun, and the
/// others are not made (S14.9).
///
/// # Safety
///
/// `pti` is a value only. The caller is no callback of it.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForThreadpoolTimerCallbacks(
    pti: PTP_TIMER,
    fcancelpendingcallbacks: BOOL,
) {
    with(pti, |callback| callback.wait(fcancelpendingcallbacks != 0));
}

/// `void CloseThreadpoolTimer(PTP_TIMER pti)`
///
/// It calls no more; the object goes when the calls that are due are over (S14.8).
///
/// # Safety
///
/// `pti` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolTimer(pti: PTP_TIMER) {
    with(pti, Callback::close);
}

/// `PTP_WAIT CreateThreadpoolWait(PTP_WAIT_CALLBACK pfnwa, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)`
///
/// A wait for nothing yet. 0: as [`CreateThreadpoolTimer`].
///
/// # Safety
///
/// As [`CreateThreadpoolTimer`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpoolWait(
    pfnwa: PTP_WAIT_CALLBACK,
    pv: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WAIT {
    let made = pfnwa.ok_or(Error::INVALID_PARAMETER);
    // SAFETY: the caller's environment, read during the call.
    let made = made.and_then(|_| unsafe { make(Function::Wait(pfnwa), pv, pcbe) });
    or_zero(made.map(|callback| callback.key() as PTP_WAIT))
}

/// `void SetThreadpoolWait(PTP_WAIT pwa, HANDLE h, PFILETIME pftTimeout)`
///
/// The function is called once, with 0 when the object is signalled or with 258 at that time; then
/// the wait is to be set anew. Ends what was set before; without an object nothing is set (S14.18).
///
/// # Safety
///
/// `pwa` and `h` are values only; the time is null (no limit) or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetThreadpoolWait(
    pwa: PTP_WAIT,
    h: HANDLE,
    pfttimeout: *const FILETIME,
) {
    let Ok(callback) = handle::callback(pwa as usize) else { return };
    // SAFETY: the caller's time, read during the call.
    let limit = unsafe { until(pfttimeout) };
    let object = waitable(&[h]).ok().map(|mut objects| objects.remove(0));
    let registration = object.and_then(|object| {
        let told = callback.clone();
        let wait = Wait {
            object,
            function: Box::new(move |timed_out| {
                // The pool lives as long as the callback, so its port takes the packet.
                _ = told.submit_telling(if timed_out { WAIT_TIMEOUT } else { WAIT_OBJECT_0 });
            }),
            patience: limit.map_or(Patience::Forever, Patience::For),
            once: true,
        };
        registration::register(wait).ok()
    });
    callback.set_waiting(registration);
}

/// `void WaitForThreadpoolWaitCallbacks(PTP_WAIT pwa, BOOL fCancelPendingCallbacks)`
///
/// As [`WaitForThreadpoolTimerCallbacks`]. An object that is not signalled yet is not waited for.
///
/// # Safety
///
/// `pwa` is a value only. The caller is no callback of it.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForThreadpoolWaitCallbacks(
    pwa: PTP_WAIT,
    fcancelpendingcallbacks: BOOL,
) {
    with(pwa, |callback| callback.wait(fcancelpendingcallbacks != 0));
}

/// `void CloseThreadpoolWait(PTP_WAIT pwa)`
///
/// It waits no more; the object goes when the calls that are due are over (S14.8).
///
/// # Safety
///
/// `pwa` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolWait(pwa: PTP_WAIT) {
    with(pwa, |callback| {
        callback.set_waiting(None);
        callback.close();
    });
}

//! Timer queues, and the timers of the multimedia functions: what the thread pool calls when it is
//! time.

use std::ffi::c_void;
use std::time::Duration;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Media::LPTIMECALLBACK;
use windows_sys::Win32::System::Threading::{
    WAITORTIMERCALLBACK, WORKER_THREAD_FLAGS, WT_EXECUTEONLYONCE,
};
use windows_sys::core::BOOL;

use super::window::or_zero;
use super::{finish_bool, finish_handle};
use crate::callback::{self, Function};
use crate::error::Error;
use crate::handle::{self, Object};
use crate::pool;
use crate::timer_queue::{self, TimerQueue, Told};

/// TIME_PERIODIC, TIME_CALLBACK_EVENT_SET, _PULSE and TIME_KILL_SYNCHRONOUS.
const PERIODIC: u32 = 0x1;
const EVENT_SET: u32 = 0x10;
const EVENT_PULSE: u32 = 0x20;
const KILL_SYNCHRONOUS: u32 = 0x100;
/// The longest period of timeSetEvent.
const PERIOD_MS_MAX: u32 = 1_000_000;
/// timeKillEvent's answer for a timer that is none.
const MMSYSERR_INVALPARAM: u32 = 11;

/// The queue behind a handle, or for NULL that of the timers without one; else 6.
fn queue(handle: HANDLE) -> Result<std::sync::Arc<TimerQueue>, Error> {
    match handle as usize {
        0 => Ok(timer_queue::shared()),
        handle => handle::timer_queue(handle),
    }
}

/// Who is told of an end: 6 for a handle that is no event.
fn told(event: HANDLE) -> Result<Told, Error> {
    match event {
        INVALID_HANDLE_VALUE => Ok(Told::Caller),
        event if event.is_null() => Ok(Told::Nobody),
        event => Ok(Told::Event(handle::event(event as usize)?)),
    }
}

/// `HANDLE CreateTimerQueue()`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateTimerQueue() -> HANDLE {
    finish_handle(handle::insert(|_| Object::TimerQueue(std::sync::Arc::default())))
}

/// `BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback,
/// PVOID Parameter, DWORD DueTime, DWORD Period, ULONG Flags)`
///
/// From now on the shared pool calls the function with TRUE: in `DueTime` ms, then each `Period` ms
/// unless that is 0 or WT_EXECUTEONLYONCE is given; the other flags are hints. A call that is due
/// while the one before still waits for a thread is not made (S14.15). FALSE: 6, 8 or 87.
///
/// # Safety
///
/// `phnewtimer` is null (87) or valid for writes during the call; the function may be called with
/// the parameter on other threads until the timer is deleted and its last call is over.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateTimerQueueTimer(
    phnewtimer: *mut HANDLE,
    timerqueue: HANDLE,
    callback: WAITORTIMERCALLBACK,
    parameter: *const c_void,
    duetime: u32,
    period: u32,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL {
    let create = || {
        let queue = queue(timerqueue)?;
        if callback.is_none() || phnewtimer.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        let (pool, function) = (pool::shared()?, Function::TimerQueue(callback));
        let timer = callback::make(&pool, function, parameter as usize, None)?;
        let period = if flags & WT_EXECUTEONLYONCE != 0 { 0 } else { period };
        let handle = timer.key() as HANDLE;
        // SAFETY: not null, so the caller's variable, which a call of the timer may read already.
        unsafe { phnewtimer.write(handle) };
        queue.add(timer.clone(), duetime, period).inspect_err(|_| timer.close())
    };
    finish_bool(create())
}

/// `BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period)`
///
/// Sets a timer anew; one that was to call once, and has, stays as it is (S14.15). FALSE: 6.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ChangeTimerQueueTimer(
    timerqueue: HANDLE,
    timer: HANDLE,
    duetime: u32,
    period: u32,
) -> BOOL {
    let change = |queue: std::sync::Arc<TimerQueue>| queue.change(timer as usize, duetime, period);
    finish_bool(queue(timerqueue).and_then(change))
}

/// `BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent)`
///
/// The timer calls no more. FALSE with 997: a call is due or under way, and goes on; an event is
/// set when it is over. With INVALID_HANDLE_VALUE the call waits for that, and is then not to be
/// made by the function itself (S14.16). FALSE with 6: no such timer.
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DeleteTimerQueueTimer(
    timerqueue: HANDLE,
    timer: HANDLE,
    completionevent: HANDLE,
) -> BOOL {
    let delete = || queue(timerqueue)?.remove(timer as usize, &told(completionevent)?);
    finish_bool(delete())
}

/// `BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent)`
///
/// Ends the queue and all its timers, as [`DeleteTimerQueueTimer`] ends one. FALSE: 997, 6.
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DeleteTimerQueueEx(
    timerqueue: HANDLE,
    completionevent: HANDLE,
) -> BOOL {
    let delete = || {
        let told = told(completionevent)?;
        let is_queue = |object: &Object| matches!(object, Object::TimerQueue(_));
        let closed = handle::close(timerqueue as usize, is_queue).ok_or(Error::INVALID_HANDLE)?;
        let Object::TimerQueue(queue) = &*closed else { unreachable!("chosen above") };
        queue.clear(&told)
    };
    finish_bool(delete())
}

/// `BOOL DeleteTimerQueue(HANDLE TimerQueue)`
///
/// As [`DeleteTimerQueueEx`] without an event.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DeleteTimerQueue(timerqueue: HANDLE) -> BOOL {
    // SAFETY: both handles are values only.
    unsafe { DeleteTimerQueueEx(timerqueue, std::ptr::null_mut()) }
}

/// `MMRESULT timeSetEvent(UINT uDelay, UINT uResolution, LPTIMECALLBACK fptc, DWORD_PTR dwUser,
/// UINT fuEvent)`
///
/// The shared pool calls the function in `uDelay` ms, with TIME_PERIODIC each `uDelay` ms; with
/// TIME_CALLBACK_EVENT_SET or _PULSE `fptc` is an event instead. The timer's number; 0 for a delay
/// of 0 or above 1000000, for no function, for an event that is none.
///
/// # Safety
///
/// The function may be called with `dwuser` on other threads until the timer is killed and its last
/// call is over.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn timeSetEvent(
    udelay: u32,
    _uresolution: u32,
    fptc: LPTIMECALLBACK,
    dwuser: usize,
    fuevent: u32,
) -> u32 {
    let start = || {
        if fptc.is_none() || !(1..=PERIOD_MS_MAX).contains(&udelay) {
            return Err(Error::INVALID_PARAMETER);
        }
        let function = match fuevent & (EVENT_SET | EVENT_PULSE) {
            0 => Function::Multimedia(fptc, fuevent & KILL_SYNCHRONOUS != 0),
            how => {
                let event = fptc.map_or(0, |event| event as usize);
                handle::event(event)?;
                Function::Signal(event, how == EVENT_PULSE)
            }
        };
        let timer = callback::make(&pool::shared()?, function, dwuser, None)?;
        let delay = Duration::from_millis(udelay.into());
        let period = if fuevent & PERIODIC != 0 { delay } else { Duration::ZERO };
        let key = timer.key() as u32;
        timer.tick(delay, period).inspect_err(|_| timer.close())?;
        Ok(key)
    };
    or_zero(start())
}

/// `MMRESULT timeKillEvent(UINT uTimerID)`
///
/// 0, or 11 if there is no such timer, as of one that was to call once and has. With
/// TIME_KILL_SYNCHRONOUS no call is under way any more.
///
/// # Safety
///
/// The number is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn timeKillEvent(utimerid: u32) -> u32 {
    match handle::callback(utimerid as usize) {
        Ok(timer) if timer.is_multimedia() => {
            timer.close();
            if timer.ends_synchronously() {
                timer.wait(true);
            }
            0
        }
        _ => MMSYSERR_INVALPARAM,
    }
}

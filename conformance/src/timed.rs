//! What a thread pool calls when it is time, or when an object is signalled: timer queues, and the
//! pool's own timers and waits.
//!
//! # Safety
//!
//! A context is leaked: it outlives every callback that is given it.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use overlapped::sys::*;

use crate::pool::{context, tell};
use crate::{Told, win32_call};

unsafe extern "system" fn on_tick(context: *mut c_void, fired: bool) {
    tell::<bool>(context, fired);
}

unsafe extern "system" fn on_timer(_: PTP_CALLBACK_INSTANCE, context: *mut c_void, it: PTP_TIMER) {
    tell::<PTP_TIMER>(context, it);
}

unsafe extern "system" fn on_wait(
    _: PTP_CALLBACK_INSTANCE,
    context: *mut c_void,
    _: PTP_WAIT,
    result: u32,
) {
    tell::<u32>(context, result);
}

/// A timer of a queue, NULL being the queue that is always there.
pub struct QueueTimer {
    queue: HANDLE,
    /// Its handle.
    pub handle: HANDLE,
    /// What its calls tell.
    pub told: Told<bool>,
}

impl QueueTimer {
    /// Called in `due_ms`, then each `period_ms`.
    pub fn of(queue: HANDLE, due_ms: u32, period_ms: u32, flags: u32) -> Result<Self, u32> {
        Self::calling(queue, Some(on_tick), (due_ms, period_ms, flags))
    }

    /// As [`QueueTimer::of`], with another function.
    pub fn calling(
        queue: HANDLE,
        function: WAITORTIMERCALLBACK,
        (due_ms, period_ms, flags): (u32, u32, u32),
    ) -> Result<Self, u32> {
        let ((context, told), mut handle) = (context(), null_mut());
        win32_call(0, || unsafe {
            let at = &mut handle;
            CreateTimerQueueTimer(at, queue, function, context, due_ms, period_ms, flags)
        })?;
        Ok(Self { queue, handle, told })
    }

    /// ChangeTimerQueueTimer.
    pub fn change(&self, due_ms: u32, period_ms: u32) -> Result<(), u32> {
        let (queue, timer) = (self.queue, self.handle);
        win32_call(0, || unsafe { ChangeTimerQueueTimer(queue, timer, due_ms, period_ms) })
            .map(drop)
    }

    /// DeleteTimerQueueTimer.
    pub fn end(&self, completion: HANDLE) -> Result<(), u32> {
        let (queue, timer) = (self.queue, self.handle);
        win32_call(0, || unsafe { DeleteTimerQueueTimer(queue, timer, completion) }).map(drop)
    }
}

/// A time of so many milliseconds from now.
fn from_now(ms: i64) -> FILETIME {
    let ticks = (-ms * 10_000) as u64;
    FILETIME { dwLowDateTime: ticks as u32, dwHighDateTime: (ticks >> 32) as u32 }
}

/// A timer of the thread pool, closed when dropped.
pub struct PoolTimer {
    /// Its object.
    pub object: PTP_TIMER,
    /// What its calls tell.
    pub told: Told<PTP_TIMER>,
}

impl Default for PoolTimer {
    fn default() -> Self {
        let (context, told) = context();
        let made =
            win32_call(0, || unsafe { CreateThreadpoolTimer(Some(on_timer), context, null()) });
        Self { object: made.expect("the pool has room"), told }
    }
}

impl PoolTimer {
    /// Sets it.
    pub fn set(&self, due_ms: i64, period_ms: u32) {
        unsafe { SetThreadpoolTimer(self.object, &from_now(due_ms), period_ms, 0) };
    }

    /// Takes its time away.
    pub fn stop(&self) {
        unsafe { SetThreadpoolTimer(self.object, null(), 0, 0) };
    }

    /// Whether it has one.
    pub fn is_set(&self) -> bool {
        unsafe { IsThreadpoolTimerSet(self.object) != 0 }
    }

    /// Waits for its calls.
    pub fn wait(&self, cancels: bool) {
        unsafe { WaitForThreadpoolTimerCallbacks(self.object, cancels.into()) };
    }
}

impl Drop for PoolTimer {
    fn drop(&mut self) {
        unsafe { CloseThreadpoolTimer(self.object) };
    }
}

/// A wait of the thread pool, closed when dropped.
pub struct PoolWait {
    object: PTP_WAIT,
    /// What its calls tell.
    pub told: Told<u32>,
}

impl Default for PoolWait {
    fn default() -> Self {
        let (context, told) = context();
        let made =
            win32_call(0, || unsafe { CreateThreadpoolWait(Some(on_wait), context, null()) });
        Self { object: made.expect("the pool has room"), told }
    }
}

impl PoolWait {
    /// Waits for the object, or for NULL for nothing; for ever, or for so long.
    pub fn set(&self, object: HANDLE, timeout_ms: Option<i64>) {
        let limit = timeout_ms.map(from_now);
        let limit = limit.as_ref().map_or(null(), std::ptr::from_ref);
        unsafe { SetThreadpoolWait(self.object, object, limit) };
    }

    /// Waits for its calls.
    pub fn wait(&self, cancels: bool) {
        unsafe { WaitForThreadpoolWaitCallbacks(self.object, cancels.into()) };
    }
}

impl Drop for PoolWait {
    fn drop(&mut self) {
        unsafe { CloseThreadpoolWait(self.object) };
    }
}

//! Waitable timers (S4.25–S4.28).
//!
//! # Safety
//!
//! Handles are values, closed at the end of their test; a routine's argument is a value.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

use conformance::{Event, PATIENCE_MS, wait_alertably, wait_for, win32_call, wine_differs};
use overlapped::sys::*;

/// One millisecond from now, in 100 ns.
const SOON: i64 = -10_000;
/// An hour from now.
const LATE: i64 = -36_000_000_000;

thread_local! {
    /// What the routine was called with: the argument and the FILETIME.
    static RAN: RefCell<Vec<(usize, u64)>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "system" fn routine(argument: *const c_void, low: u32, high: u32) {
    RAN.with_borrow_mut(|ran| {
        ran.push((argument as usize, u64::from(high) << 32 | u64::from(low)))
    });
}

struct Timer(HANDLE);

impl Timer {
    fn new(manual: bool) -> Self {
        let timer = unsafe { CreateWaitableTimerW(null(), i32::from(manual), null()) };
        assert!(!timer.is_null());
        Self(timer)
    }

    fn set(&self, due: i64, period_ms: i32) -> Result<(), u32> {
        win32_call(0, || unsafe { SetWaitableTimer(self.0, &due, period_ms, None, null(), 0) })
            .map(drop)
    }

    fn set_to_call(&self, due: i64, argument: usize) {
        let argument = null_mut::<c_void>().wrapping_byte_add(argument);
        let set =
            unsafe { SetWaitableTimer(self.0, &due, 0, Some(routine), argument.cast_const(), 0) };
        assert_eq!(set, 1);
    }

    fn cancel(&self) -> Result<(), u32> {
        win32_call(0, || unsafe { CancelWaitableTimer(self.0) }).map(drop)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

/// S4.25: it is signalled when its time comes; a wait takes that, unless it is manual-reset.
#[test]
fn a_timer_is_signalled_when_due() {
    for manual in [false, true] {
        let timer = Timer::new(manual);
        assert_eq!(wait_for(timer.0, 0), Ok(WAIT_TIMEOUT));
        assert_eq!(timer.set(SOON, 0), Ok(()));
        assert_eq!(wait_for(timer.0, PATIENCE_MS), Ok(WAIT_OBJECT_0));
        let again = if manual { WAIT_OBJECT_0 } else { WAIT_TIMEOUT };
        assert_eq!(wait_for(timer.0, 0), Ok(again));
    }
}

/// S4.25: a time that has gone by signals at once; one far off does not.
#[test]
fn a_time_gone_by_signals_at_once() {
    let timer = Timer::new(true);
    assert_eq!(timer.set(1, 0), Ok(()));
    assert_eq!(wait_for(timer.0, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    assert_eq!(timer.set(LATE, 0), Ok(()));
    assert_eq!(wait_for(timer.0, 0), Ok(WAIT_TIMEOUT), "set anew, the signal is gone");
}

/// S4.26: a period signals again and again.
#[test]
fn a_period_signals_again() {
    let timer = Timer::new(false);
    assert_eq!(timer.set(SOON, 1), Ok(()));
    for _ in 0..5 {
        assert_eq!(wait_for(timer.0, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    }
}

/// S4.26: a period is not negative.
#[test]
fn a_negative_period_is_refused() {
    wine_differs!("S4.26", "takes a negative period");
    assert_eq!(Timer::new(false).set(SOON, -1), Err(ERROR_INVALID_PARAMETER));
}

/// S4.25, S4.28: another object is no timer.
#[test]
fn what_is_no_timer_is_refused() {
    let event = Event::auto();
    let due = SOON;
    let set =
        win32_call(0, || unsafe { SetWaitableTimer(event.handle(), &due, 0, None, null(), 0) });
    assert_eq!(set, Err(ERROR_INVALID_HANDLE));
    let cancelled = win32_call(0, || unsafe { CancelWaitableTimer(event.handle()) });
    assert_eq!(cancelled, Err(ERROR_INVALID_HANDLE));
}

/// S4.27: the routine runs in an alertable wait of the thread that set it, with the time.
#[test]
fn the_routine_runs_in_an_alertable_wait() {
    const YEAR_2020: u64 = 132_223_104_000_000_000;
    let (timer, never) = (Timer::new(true), Event::auto());
    timer.set_to_call(SOON, 42);
    assert_eq!(wait_for(timer.0, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    assert_eq!(RAN.with_borrow(Vec::len), 0, "not outside an alertable wait");
    let woken = wait_alertably(&[never.handle()], false, PATIENCE_MS);
    assert_eq!(woken, Ok(WAIT_IO_COMPLETION));
    let ran = RAN.take();
    assert_eq!(ran.len(), 1);
    assert!(ran[0].0 == 42 && ran[0].1 > YEAR_2020);
}

/// S4.28: a cancelled timer's routine does not run, though it was queued.
#[test]
fn cancelling_takes_the_routine_back() {
    let (timer, never) = (Timer::new(true), Event::auto());
    timer.set_to_call(SOON, 1);
    assert_eq!(wait_for(timer.0, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    assert_eq!(timer.cancel(), Ok(()));
    assert_eq!(wait_alertably(&[never.handle()], false, 1), Ok(WAIT_TIMEOUT));
    assert_eq!(RAN.with_borrow(Vec::len), 0);
    assert_eq!(wait_for(timer.0, 0), Ok(WAIT_OBJECT_0), "it stays signalled");
}

/// S4.28: a cancelled timer does not signal.
#[test]
fn a_cancelled_timer_does_not_signal() {
    let timer = Timer::new(false);
    assert_eq!(timer.set(LATE, 0), Ok(()));
    assert_eq!((timer.cancel(), timer.cancel()), (Ok(()), Ok(())));
    assert_eq!(wait_for(timer.0, 0), Ok(WAIT_TIMEOUT));
}

/// S4.25: timers mix with other objects in one wait.
#[test]
fn timers_mix_with_events() {
    let (timer, event) = (Timer::new(false), Event::auto());
    assert_eq!(timer.set(SOON, 0), Ok(()));
    let woken = wait_alertably(&[event.handle(), timer.0], false, PATIENCE_MS);
    assert_eq!(woken, Ok(WAIT_OBJECT_0 + 1));
}

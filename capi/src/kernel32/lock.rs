//! Slim reader/writer locks, condition variables and one-time initialisation: words that are zero
//! until they are used.
//!
//! # Safety
//!
//! A lock, a variable and a once-word are the caller's memory, all zero or initialised, in place
//! while they are used; who releases a lock holds it.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engine::error::{Error, set_last_error};
use parking_lot::RawRwLock;
use parking_lot::lock_api::RawRwLock as Lock;
use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, ParkResult, park, unpark_all};

use super::critical::{self, Section};

const _: () = assert!(size_of::<RawRwLock>() == 8);
/// ERROR_TIMEOUT.
const TIMEOUT: Error = Error(1460);

/// `void InitializeSRWLock(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSRWLock(lock: *mut RawRwLock) {
    unsafe { lock.write(RawRwLock::INIT) };
}

/// `void AcquireSRWLockExclusive(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AcquireSRWLockExclusive(lock: *const RawRwLock) {
    Lock::lock_exclusive(unsafe { &*lock });
}

/// `void AcquireSRWLockShared(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AcquireSRWLockShared(lock: *const RawRwLock) {
    Lock::lock_shared(unsafe { &*lock });
}

/// `BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryAcquireSRWLockExclusive(lock: *const RawRwLock) -> u8 {
    u8::from(Lock::try_lock_exclusive(unsafe { &*lock }))
}

/// `BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryAcquireSRWLockShared(lock: *const RawRwLock) -> u8 {
    u8::from(Lock::try_lock_shared(unsafe { &*lock }))
}

/// `void ReleaseSRWLockExclusive(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReleaseSRWLockExclusive(lock: *const RawRwLock) {
    unsafe { Lock::unlock_exclusive(&*lock) };
}

/// `void ReleaseSRWLockShared(PSRWLOCK SRWLock)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReleaseSRWLockShared(lock: *const RawRwLock) {
    unsafe { Lock::unlock_shared(&*lock) };
}

/// When a wait of so many milliseconds is over.
pub(super) fn deadline(timeout_ms: u32) -> Option<Instant> {
    let time = Duration::from_millis(u64::from(timeout_ms));
    (timeout_ms != u32::MAX).then(|| Instant::now() + time)
}

/// Sleeps at an address, if `goes` still says so under the lock of its sleepers; `leaves` runs once
/// the thread is among them. FALSE and 1460 when time is up.
pub(super) unsafe fn sleep_at(
    address: usize,
    timeout_ms: u32,
    goes: impl FnOnce() -> bool,
    leaves: impl FnOnce(),
) -> i32 {
    let end = deadline(timeout_ms);
    let slept = unsafe { park(address, goes, leaves, |_, _| {}, DEFAULT_PARK_TOKEN, end) };
    if slept == ParkResult::TimedOut {
        set_last_error(TIMEOUT.0);
        return 0;
    }
    1
}

/// `void InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeConditionVariable(variable: *mut usize) {
    unsafe { variable.write(0) };
}

/// `void WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeConditionVariable(variable: *mut usize) {
    unsafe { parking_lot_core::unpark_one(variable as usize, |_| DEFAULT_UNPARK_TOKEN) };
}

/// `void WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeAllConditionVariable(variable: *mut usize) {
    unsafe { unpark_all(variable as usize, DEFAULT_UNPARK_TOKEN) };
}

/// `BOOL SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
/// PCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds)`
///
/// Leaves the section for as long as it sleeps. FALSE with 1460 when time is up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SleepConditionVariableCS(
    variable: *mut usize,
    section: *mut Section,
    timeout_ms: u32,
) -> i32 {
    let mut depth = 1;
    let leave = || depth = unsafe { critical::leave_wholly(section) };
    let slept = unsafe { sleep_at(variable as usize, timeout_ms, || true, leave) };
    unsafe { critical::reenter(section, depth) };
    slept
}

/// `BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
/// DWORD dwMilliseconds, ULONG Flags)`
///
/// Releases the lock for as long as it sleeps; CONDITION_VARIABLE_LOCKMODE_SHARED (1): it is held
/// shared. FALSE with 1460 when time is up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SleepConditionVariableSRW(
    variable: *mut usize,
    lock: *const RawRwLock,
    timeout_ms: u32,
    flags: u32,
) -> i32 {
    let (lock, shared) = (unsafe { &*lock }, flags & 1 != 0);
    let release = || unsafe {
        match shared {
            true => Lock::unlock_shared(lock),
            false => Lock::unlock_exclusive(lock),
        }
    };
    let slept = unsafe { sleep_at(variable as usize, timeout_ms, || true, release) };
    match shared {
        true => Lock::lock_shared(lock),
        false => Lock::lock_exclusive(lock),
    }
    slept
}

/// An INIT_ONCE that one thread is initialising; done it is the context and [`DONE`].
const RUNNING: usize = 1;
const DONE: usize = 2;
/// One that any number of threads are initialising.
const EVERYBODY: usize = 3;
/// INIT_ONCE_ASYNC.
const ASYNC: u32 = 2;

/// `void InitOnceInitialize(PINIT_ONCE InitOnce)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceInitialize(once: *mut usize) {
    unsafe { once.write(0) };
}

/// `BOOL InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending,
/// LPVOID *lpContext)`
///
/// INIT_ONCE_CHECK_ONLY (1): FALSE unless it is done. Else the first caller gets TRUE in
/// `fPending`; others wait until that one has completed or failed. With INIT_ONCE_ASYNC (2) nobody
/// waits, and whoever completes first has it. 87 for both flags, and for one way while the other is
/// under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceBeginInitialize(
    once: *const AtomicUsize,
    flags: u32,
    pending: *mut i32,
    context: *mut *mut c_void,
) -> i32 {
    let word = unsafe { &*once };
    if flags > ASYNC {
        return super::finish(Err(Error::INVALID_PARAMETER));
    }
    loop {
        let seen = word.load(Ordering::Acquire);
        if seen & 3 == DONE {
            unsafe { pending.write(0) };
            if !context.is_null() {
                unsafe { context.write((seen & !3) as *mut c_void) };
            }
            return 1;
        }
        if flags == 1 {
            unsafe { pending.write(1) };
            return super::finish(Err(Error::GEN_FAILURE));
        }
        let begun = if flags == ASYNC { EVERYBODY } else { RUNNING };
        let mine = word.compare_exchange(0, begun, Ordering::Acquire, Ordering::Acquire);
        if mine.is_ok() || mine == Err(EVERYBODY) && flags == ASYNC {
            unsafe { pending.write(1) };
            return 1;
        }
        if mine.is_err_and(|seen| seen & 3 != DONE && seen != begun) {
            return super::finish(Err(Error::INVALID_PARAMETER));
        }
        let running = || word.load(Ordering::Acquire) == RUNNING;
        unsafe { sleep_at(once as usize, u32::MAX, running, || {}) };
    }
}

/// `BOOL InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext)`
///
/// INIT_ONCE_INIT_FAILED (4): the next caller tries again. 87 if nobody is initialising, or for a
/// context that is no multiple of four. With INIT_ONCE_ASYNC (2): 31 if another was first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceComplete(
    once: *const AtomicUsize,
    flags: u32,
    context: *mut c_void,
) -> i32 {
    let after = if flags & 4 != 0 { 0 } else { context as usize | DONE };
    let word = unsafe { &*once };
    let of_all = flags & ASYNC != 0;
    let begun = if of_all { EVERYBODY } else { RUNNING };
    if context as usize & 3 != 0 || of_all && flags & 4 != 0 {
        return super::finish(Err(Error::INVALID_PARAMETER));
    }
    match word.compare_exchange(begun, after, Ordering::Release, Ordering::Relaxed) {
        Ok(_) => {}
        Err(seen) if of_all && seen & 3 == DONE => {
            return super::finish(Err(Error::GEN_FAILURE));
        }
        Err(_) => return super::finish(Err(Error::INVALID_PARAMETER)),
    }
    unsafe { unpark_all(once as usize, DEFAULT_UNPARK_TOKEN) };
    1
}

type Initialiser = unsafe extern "C" fn(*const AtomicUsize, *mut c_void, *mut *mut c_void) -> i32;

/// `BOOL InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
/// LPVOID *Context)`: FALSE if the function says so; then the next call tries again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceExecuteOnce(
    once: *const AtomicUsize,
    function: Initialiser,
    parameter: *mut c_void,
    context: *mut *mut c_void,
) -> i32 {
    let (mut pending, mut value) = (0, std::ptr::null_mut());
    unsafe { InitOnceBeginInitialize(once, 0, &mut pending, &mut value) };
    if pending != 0 {
        let done = unsafe { function(once, parameter, &mut value) };
        unsafe { InitOnceComplete(once, if done == 0 { 4 } else { 0 }, value) };
        if done == 0 {
            return 0;
        }
    }
    if !context.is_null() {
        unsafe { context.write(value) };
    }
    1
}

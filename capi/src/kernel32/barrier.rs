//! Barriers: threads that wait until there are enough of them.
//!
//! # Safety
//!
//! A barrier is the caller's memory, from its start until it has been deleted; all threads reach it
//! through the atomic words of [`Barrier`].

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::sync::atomic::{AtomicU32, Ordering};

use engine::error::Error;

use super::address::{WaitOnAddress, WakeByAddressAll};
use super::finish;

const INFINITE: u32 = u32::MAX;

/// What is in an RTL_BARRIER.
#[repr(C)]
pub struct Barrier {
    /// How many threads come together.
    total: u32,
    /// How many of them are missing.
    missing: AtomicU32,
    /// How often all were there.
    phase: AtomicU32,
    /// How many threads are between entry and return.
    inside: AtomicU32,
}

/// Sleeps until a word is no longer what it was.
fn sleep_while(word: &AtomicU32, old: u32) {
    while word.load(Ordering::Acquire) == old {
        unsafe { WaitOnAddress(word.as_ptr().cast(), (&raw const old).cast(), 4, INFINITE) };
    }
}

/// `BOOL InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, LONG lTotalThreads,
/// LONG lSpinCount)`: 87 for fewer than one thread, or a spin count below -1. Nothing spins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSynchronizationBarrier(
    barrier: *mut Barrier,
    threads: i32,
    spins: i32,
) -> i32 {
    if barrier.is_null() || threads < 1 || spins < -1 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let missing = AtomicU32::new(threads as u32);
    let (phase, inside) = (AtomicU32::new(0), AtomicU32::new(0));
    unsafe { barrier.write(Barrier { total: threads as u32, missing, phase, inside }) };
    finish(Ok(()))
}

/// `BOOL EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, DWORD dwFlags)`: returns
/// when all threads have entered; TRUE to the one that came last. The flags only say how to wait.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EnterSynchronizationBarrier(barrier: *const Barrier, _flags: u32) -> i32 {
    let barrier = unsafe { &*barrier };
    barrier.inside.fetch_add(1, Ordering::Relaxed);
    let phase = barrier.phase.load(Ordering::Acquire);
    let last = barrier.missing.fetch_sub(1, Ordering::AcqRel) == 1;
    if last {
        barrier.missing.store(barrier.total, Ordering::Relaxed);
        barrier.phase.store(phase.wrapping_add(1), Ordering::Release);
        unsafe { WakeByAddressAll(barrier.phase.as_ptr().cast()) };
    } else {
        sleep_while(&barrier.phase, phase);
    }
    let place = barrier.inside.as_ptr();
    barrier.inside.fetch_sub(1, Ordering::Release); // from here on it may be deleted
    unsafe { WakeByAddressAll(place.cast()) };
    i32::from(last)
}

/// `BOOL DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier)`: returns TRUE when all
/// threads have left it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteSynchronizationBarrier(barrier: *const Barrier) -> i32 {
    let inside = unsafe { &(*barrier).inside };
    loop {
        match inside.load(Ordering::Acquire) {
            0 => return finish(Ok(())),
            some => sleep_while(inside, some),
        }
    }
}

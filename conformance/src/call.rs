//! One call: the last error poisoned before it and returned by it.
//!
//! # Safety
//!
//! The calls here take values, and one reference to a local.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::Once;
use std::time::{Duration, Instant};

use overlapped::sys::*;

/// The last error and every 32-bit output before a call: none of Windows' numbers.
pub const POISON: u32 = 0xDEAD_BEEF;
/// What stands in a key or a pointer before the call.
pub const POISON_WIDE: usize = 0xDEAD_BEEF_DEAD_BEE0;
/// How long an effect may take to be seen: a limit for broken engines, never reached.
pub const PATIENCE: Duration = Duration::from_millis(PATIENCE_MS as u64);
/// PATIENCE for calls that count milliseconds.
pub const PATIENCE_MS: u32 = 20_000;

/// What a Winsock call returned, or its error.
pub type Outcome<T> = Result<T, i32>;

/// Sets the last error to what no call sets it to.
pub fn poison_last_error() {
    unsafe { SetLastError(POISON) };
}

/// The calling thread's last error.
pub fn last_error() -> u32 {
    unsafe { GetLastError() }
}

/// One call of Winsock's; `failure` is what it returns when it fails.
pub fn call<T: PartialEq>(failure: T, work: impl FnOnce() -> T) -> Outcome<T> {
    win32_call(failure, work).map_err(|error| error as i32)
}

/// One call of the other functions, whose errors are u32; `failure` is what it returns when it
/// fails.
pub fn win32_call<T: PartialEq>(failure: T, work: impl FnOnce() -> T) -> Result<T, u32> {
    poison_last_error();
    let value = work();
    if value == failure { Err(last_error()) } else { Ok(value) }
}

/// Looks until `seen` is true. Fails the test after [`PATIENCE`].
#[track_caller]
pub fn eventually(mut seen: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !seen() {
        assert!(Instant::now() < end, "it was not to be seen in time");
        std::thread::yield_now();
    }
}

/// WSAStartup, once a process; every constructor of a socket does it.
pub fn startup() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let mut data = WSADATA::default();
        assert_eq!(unsafe { WSAStartup(0x0202, &mut data) }, 0);
    });
}

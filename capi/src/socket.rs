//! Doors whose types are Linux' in C.
//!
//! # Safety
//!
//! Every pointer is null or valid as the function's page at Microsoft says.

#![allow(unsafe_code, reason = "the C surface")]

use windows_sys::Win32::Networking::WinSock::{FD_SET, TIMEVAL};

/// `int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
/// const struct timeval *timeout)`
///
/// The engine's select, with the `timeval` of libc, whose members are 64 bits wide. A time beyond
/// what Windows' 32 bits hold is the longest they do.
///
/// # Safety
///
/// As the engine's select.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn winsock_select(
    nfds: i32,
    readfds: *mut FD_SET,
    writefds: *mut FD_SET,
    exceptfds: *mut FD_SET,
    timeout: *const libc::timeval,
) -> i32 {
    // SAFETY: the caller's timeout is null or valid for reads during the call.
    let narrow = unsafe { timeout.as_ref() }.map(narrowed);
    let timeout = narrow.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the caller's sets, and a timeout of this frame.
    unsafe { engine::select(nfds, readfds, writefds, exceptfds, timeout) }
}

/// libc's time as Windows': the longest for what 32 bits do not hold.
pub(crate) fn narrowed(timeout: &libc::timeval) -> TIMEVAL {
    TIMEVAL { tv_sec: saturated(timeout.tv_sec), tv_usec: saturated(timeout.tv_usec) }
}

fn saturated(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

#[cfg(test)]
mod tests {
    use super::saturated;

    #[test]
    fn a_long_time_is_the_longest() {
        assert_eq!(saturated(i64::MAX), i32::MAX);
        assert_eq!(saturated(-1), -1);
        assert_eq!(saturated(5), 5);
    }
}

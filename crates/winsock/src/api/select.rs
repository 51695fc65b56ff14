//! Readiness: select and WSAPoll.

use windows_sys::Win32::Networking::WinSock::{FD_SET, SOCKET, SOCKET_ERROR, TIMEVAL, WSAPOLLFD};

use super::startup;
use crate::error::{Error, set_last_error};
use crate::poll;
use crate::port::Patience;
use crate::select::{self, Set};

/// A call's count, or SOCKET_ERROR and the last error.
fn finish_count(result: Result<i32, Error>) -> i32 {
    result.unwrap_or_else(|error| {
        set_last_error(error.0);
        SOCKET_ERROR
    })
}

/// `int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
/// const timeval *timeout)`
///
/// Leaves in each set the sockets that are ready and returns how many, over all sets; 0, with empty
/// sets, when `timeout` is up. `nfds` is ignored. Fails with 10022 for sets without a socket or a
/// timeout that is none, and with 10038 for a value that is no socket (S8).
///
/// # Safety
///
/// Each set is null or valid for reads and writes of its count and as many sockets as that says,
/// during the call; `timeout` is null or valid for reads.
pub unsafe extern "system" fn select(
    _nfds: i32,
    readfds: *mut FD_SET,
    writefds: *mut FD_SET,
    exceptfds: *mut FD_SET,
    timeout: *const TIMEVAL,
) -> i32 {
    finish_count(startup::check().and_then(|()| {
        // SAFETY: the caller's sets and timeout, valid during the call.
        let (sets, timeout) =
            unsafe { ([readfds, writefds, exceptfds].map(|set| Set::new(set)), timeout.as_ref()) };
        select::select(sets, select::patience(timeout)?)
    }))
}

/// `int __WSAFDIsSet(SOCKET fd, fd_set *set)`: FD_ISSET, 1 or 0 (S8.19).
///
/// # Safety
///
/// The set is null or valid as for [`select`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn __WSAFDIsSet(fd: SOCKET, param1: *mut FD_SET) -> i32 {
    // SAFETY: the caller's set, valid for reads during the call.
    let set = unsafe { Set::new(param1) };
    i32::from(set.is_some_and(|set| set.contains(fd)))
}

/// `int WSAPoll(LPWSAPOLLFD fdArray, ULONG fds, INT timeout)`
///
/// Writes what was found at each entry and returns how many have anything; 0 when `timeout`
/// milliseconds are up (negative: never). Values that are no socket get POLLNVAL and are not
/// counted. Fails with 10022 for no entries or events other than POLLRDNORM, POLLRDBAND and
/// POLLWRNORM, with 10014 without an array, and with 10038 if no entry has a socket (S9).
///
/// # Safety
///
/// The array is null or valid for reads and writes of `fds` entries during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAPoll(fdarray: *mut WSAPOLLFD, fds: u32, timeout: i32) -> i32 {
    finish_count(startup::check().and_then(|()| {
        let entries = match (fds, fdarray.is_null()) {
            (0, _) => &mut [],
            (_, true) => return Err(Error::FAULT),
            // SAFETY: the caller's array, which is the engine's during the call.
            _ => unsafe { std::slice::from_raw_parts_mut(fdarray, fds as usize) },
        };
        let patience = match u32::try_from(timeout) {
            Ok(timeout_ms) => Patience::from_ms(timeout_ms),
            Err(_) => Patience::Forever,
        };
        poll::poll(entries, patience)
    }))
}

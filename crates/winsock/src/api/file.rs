//! Cancelling, results and handles.

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use super::finish_bool;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::readiness::close_port;
use crate::{closing, result, thread};

/// `BOOL CancelIo(HANDLE hFile)`
///
/// Ends what the calling thread has issued on the socket with 995; TRUE also when there was
/// nothing (S1.74).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CancelIo(hfile: HANDLE) -> BOOL {
    if handle::file(hfile as usize).is_ok() {
        return 1; // what was asked of a file is over
    }
    let socket = handle::socket(hfile as usize).map_err(|_| Error::INVALID_HANDLE);
    finish_bool(socket.map(|socket| {
        let me = thread::number();
        socket.cancel(|request| request.target.thread == me);
    }))
}

/// `BOOL CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped)`
///
/// Ends the operation of that OVERLAPPED, or with NULL all of the socket, with 995, whichever
/// thread issued them; 1168 when there is none (S1.72, S1.73). The memory stays the engine's
/// until the completion is delivered (S1.75).
///
/// # Safety
///
/// The pointer is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CancelIoEx(hfile: HANDLE, lpoverlapped: *const OVERLAPPED) -> BOOL {
    if handle::file(hfile as usize).is_ok() {
        return finish_bool(Err(Error::NOT_FOUND)); // what was asked of a file is over
    }
    let socket = handle::socket(hfile as usize).map_err(|_| Error::INVALID_HANDLE);
    finish_bool(socket.and_then(|socket| {
        let wanted = lpoverlapped.cast_mut();
        let ended =
            socket.cancel(|request| wanted.is_null() || request.target.overlapped == wanted);
        if ended == 0 { Err(Error::NOT_FOUND) } else { Ok(()) }
    }))
}

/// `BOOL GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped,
/// LPDWORD lpNumberOfBytesTransferred, BOOL bWait)`
///
/// As WSAGetOverlappedResult, with Win32 numbers (S1.70, S4.14).
///
/// # Safety
///
/// The pointers are null or valid during the call; the OVERLAPPED may be in flight.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetOverlappedResult(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    bwait: BOOL,
) -> BOOL {
    let (count, timeout_ms) = (lpnumberofbytestransferred, if bwait != 0 { u32::MAX } else { 0 });
    // SAFETY: the caller's promise for this call is that of the Ex form.
    unsafe { GetOverlappedResultEx(hfile, lpoverlapped, count, timeout_ms, 0) }
}

/// `BOOL GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped,
/// LPDWORD lpNumberOfBytesTransferred, DWORD dwMilliseconds, BOOL bAlertable)`
///
/// 996 when it is pending and time is 0, 258 when time is up, 192 when APCs ran in an alertable
/// wait (S4.14).
///
/// # Safety
///
/// As [`GetOverlappedResult`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetOverlappedResultEx(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> BOOL {
    if lpoverlapped.is_null() || lpnumberofbytestransferred.is_null() {
        return finish_bool(Err(Error::INVALID_PARAMETER));
    }
    // SAFETY: the caller's OVERLAPPED, valid for reads during the call.
    let outcome =
        unsafe { result::of_handle(hfile as usize, lpoverlapped, dwmilliseconds, balertable != 0) };
    finish_bool(outcome.and_then(|outcome| {
        // SAFETY: the caller's count, valid for writes during the call.
        unsafe { lpnumberofbytestransferred.write(outcome.bytes) };
        result::verdict(outcome, outcome.status.win32())
    }))
}

/// `BOOL CloseHandle(HANDLE hObject)`
///
/// A port: its waits end with 735 (S1.25). A socket: as closesocket (S1.85). An event: waits in
/// progress keep it. 6 for anything else, and for a second close.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseHandle(hobject: HANDLE) -> BOOL {
    let handle = hobject as usize;
    if handle::is_socket(handle) {
        return finish_bool(closing::close(handle).map_err(|_| Error::INVALID_HANDLE));
    }
    finish_bool(
        match handle::close(handle, |object| {
            use Object::{
                Callback, CompletionQueue, Pool, Registration, Socket, TimerQueue, Window,
            };
            let closed_elsewhere = matches!(
                object,
                Socket(_)
                    | Window(_)
                    | Pool(_)
                    | Callback(_)
                    | Registration(_)
                    | TimerQueue(_)
                    | CompletionQueue(_)
            );
            !closed_elsewhere
        }) {
            Some(guard) => {
                if let Object::Port(port) = &*guard {
                    close_port(port);
                }
                Ok(())
            }
            None => Err(Error::INVALID_HANDLE),
        },
    )
}

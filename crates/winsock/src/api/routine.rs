//! Reads and writes that a completion routine is told of.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Networking::WinSock::WSABUF;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};
use windows_sys::core::BOOL;

use super::finish_bool;
use crate::apc::Routine;
use crate::error::{Error, Status, set_last_error};
use crate::file::Transfer;
use crate::request::Outcome;
use crate::{handle, issue, mailslot, pipe};

/// A routine as files have it, as sockets have it.
fn with_flags(routine: LPOVERLAPPED_COMPLETION_ROUTINE) -> Option<Routine> {
    // SAFETY: a C function that is handed one more number than it asks for does not see it, in the
    // calling conventions of Linux.
    routine.map(|function| unsafe {
        std::mem::transmute::<unsafe extern "system" fn(u32, u32, *mut OVERLAPPED), Routine>(
            function,
        )
    })
}

/// # Safety
///
/// As [`ReadFileEx`] and [`WriteFileEx`].
unsafe fn begin(
    handle: usize,
    what: Transfer,
    bytes: u32,
    overlapped: *mut OVERLAPPED,
    routine: Option<Routine>,
) -> Result<Outcome, Error> {
    if overlapped.is_null() || routine.is_none() {
        return Err(Error::INVALID_PARAMETER);
    }
    if let Ok(file) = handle::file(handle) {
        // SAFETY: the caller's buffer and OVERLAPPED, used before this returns.
        return unsafe { file.transfer(what, bytes, overlapped, routine) }.map(Outcome::success);
    }
    if mailslot::is_end(handle) {
        // SAFETY: the caller's memory, lent until the routine has run.
        return unsafe { mailslot::transfer(handle, what, bytes, overlapped, routine) };
    }
    if pipe::end(handle).is_ok() {
        // SAFETY: memory that is the caller's until the routine has run.
        return unsafe { pipe::transfer(handle, what, bytes, overlapped, routine) };
    }
    let buffer = match what {
        Transfer::Read(to) => WSABUF { len: bytes, buf: to },
        Transfer::Write(from) => WSABUF { len: bytes, buf: from.cast_mut() },
    };
    let transfer =
        issue::Transfer { buffers: (&raw const buffer, 1), overlapped, routine, counts: true };
    let begun = match what {
        // SAFETY: the caller's room, which the socket fills.
        Transfer::Read(_) => unsafe {
            issue::receive(handle, &transfer, 0, (null_mut(), null_mut()))
        },
        // SAFETY: the caller's data, which the socket sends.
        Transfer::Write(_) => unsafe { issue::send(handle, &transfer, 0, (null(), 0)) },
    };
    begun.map_err(|error| match error {
        Error::IO_PENDING => error,
        error => Status::from_wsa(error).win32(),
    })
}

/// TRUE if the routine will be told, with the last error 0, or 234 of a message that did not fit.
fn finish(begun: Result<Outcome, Error>) -> BOOL {
    match begun {
        Ok(Outcome { status, .. }) if !status.is_success() => set_last_error(status.win32().0),
        Ok(_) | Err(Error::IO_PENDING) => set_last_error(0),
        Err(error) => return finish_bool(Err(error)),
    }
    1
}

/// `BOOL ReadFileEx(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
/// LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// As ReadFile, of a file, a pipe or a socket; the calling thread runs the routine in its next
/// alertable wait (S15.19). hEvent is not looked at. FALSE, and no routine: 87 without OVERLAPPED
/// or routine, and how ReadFile fails; a port takes no routine: 87.
///
/// # Safety
///
/// The buffer and the OVERLAPPED are valid, and the engine's, until the routine has run.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReadFileEx(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    let (bytes, what) = (nnumberofbytestoread, Transfer::Read(lpbuffer));
    let routine = with_flags(lpcompletionroutine);
    // SAFETY: the caller's memory to read to, valid as this function's documentation demands.
    finish(unsafe { begin(hfile as usize, what, bytes, lpoverlapped, routine) })
}

/// `BOOL WriteFileEx(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
/// LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// As [`ReadFileEx`], writing.
///
/// # Safety
///
/// As [`ReadFileEx`], the data being read.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WriteFileEx(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    let (bytes, what) = (nnumberofbytestowrite, Transfer::Write(lpbuffer));
    let routine = with_flags(lpcompletionroutine);
    // SAFETY: the caller's bytes to write, valid as this function's documentation demands.
    finish(unsafe { begin(hfile as usize, what, bytes, lpoverlapped, routine) })
}

//! Pipes without a name, and a question with its answer through one that has one.

use std::ffi::c_void;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::finish_bool;
use super::pipe::{narrow, own_name, wide};
use crate::error::Error;
use crate::handle::{self, Object};
use crate::{closing, file, pipe, result};

/// `BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe, LPSECURITY_ATTRIBUTES lpPipeAttributes,
/// DWORD nSize)`
///
/// A pipe of Linux: two files, one to read from and one to write to, that a child may have as its
/// standard handles. The size is a wish that is not looked at. FALSE: 4, 998 for no place to put
/// the handles.
///
/// # Safety
///
/// The handles are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreatePipe(
    hreadpipe: *mut HANDLE,
    hwritepipe: *mut HANDLE,
    _lppipeattributes: *const SECURITY_ATTRIBUTES,
    _nsize: u32,
) -> BOOL {
    if hreadpipe.is_null() || hwritepipe.is_null() {
        return finish_bool(Err(Error::NO_ACCESS));
    }
    let made = file::pipe().and_then(|[from, to]| {
        let from = handle::insert(|_| Object::File(from.into()))?;
        let to = handle::insert(|_| Object::File(to.into()))
            .inspect_err(|_| drop(handle::close(from as usize, |_| true)))?;
        Ok((from, to))
    });
    finish_bool(made.map(|(from, to)| {
        // SAFETY: neither is null: two variables of the caller's.
        unsafe {
            hreadpipe.write(from as usize as HANDLE);
            hwritepipe.write(to as usize as HANDLE);
        }
    }))
}

/// A question and the room for its answer.
struct Question {
    out: (*const u8, u32),
    into: (*mut u8, u32),
    /// Where the length of the answer goes; null if not wanted.
    count: *mut u32,
}

/// # Safety
///
/// The question's memory is valid until the answer has come; the OVERLAPPED is null, or as valid.
unsafe fn transact(
    handle: usize,
    question: &Question,
    overlapped: *mut OVERLAPPED,
) -> Result<(), Error> {
    let socket = pipe::end(handle)?;
    let own = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if own.modes() & pipe::READ_MESSAGES == 0 {
        return Err(Error::BAD_PIPE);
    }
    if pipe::peek(handle).is_ok_and(|look| look.total > 0) {
        return Err(Error::PIPE_BUSY);
    }
    // SAFETY: the caller's question, which is gone when the call returns.
    unsafe { pipe::write(handle, question.out, null_mut(), None)? };
    // SAFETY: the caller's room for the answer, and its OVERLAPPED.
    let outcome = unsafe { pipe::read(handle, question.into, overlapped, None)? };
    if !question.count.is_null() {
        // SAFETY: not null: the caller's variable.
        unsafe { question.count.write(outcome.bytes) };
    }
    result::verdict(outcome, outcome.status.win32())
}

/// `BOOL TransactNamedPipe(HANDLE hNamedPipe, LPVOID lpInBuffer, DWORD nInBufferSize,
/// LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead, LPOVERLAPPED lpOverlapped)`
///
/// Writes one message and reads the next, the answer (S16.23). With an OVERLAPPED the answer is
/// what completes. FALSE: 230 if this end does not read messages, 231 if something waits to be
/// read, 234 for an answer that is longer than the room, and how WriteFile and ReadFile fail.
///
/// # Safety
///
/// The buffers and the OVERLAPPED are valid until the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn TransactNamedPipe(
    hnamedpipe: HANDLE,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let question = Question {
        out: (lpinbuffer.cast(), ninbuffersize),
        into: (lpoutbuffer.cast(), noutbuffersize),
        count: lpbytesread,
    };
    // SAFETY: the caller's memory, as this function's documentation demands.
    finish_bool(unsafe { transact(hnamedpipe as usize, &question, lpoverlapped) })
}

/// # Safety
///
/// The question's memory is valid during the call.
unsafe fn call(name: Option<&str>, question: &Question, timeout_ms: u32) -> Result<(), Error> {
    const NO_WAIT: u32 = 1; // NMPWAIT_NOWAIT
    let name = own_name(name)?;
    let opened = loop {
        match pipe::open(name, true, true, false) {
            Err(Error::PIPE_BUSY) if timeout_ms != NO_WAIT => pipe::wait(name, timeout_ms)?,
            opened => break opened? as usize,
        }
    };
    let modes = pipe::end(opened)
        .map(|socket| socket.pipe().map_or(Ok(()), |pipe| pipe.set_modes(pipe::READ_MESSAGES)));
    let done = match modes.flatten() {
        // SAFETY: the question is the caller's, for the time of the call.
        Ok(()) => unsafe { transact(opened, question, null_mut()) },
        Err(_) => Err(Error::BAD_PIPE),
    };
    _ = closing::close(opened);
    done
}

/// `BOOL CallNamedPipeW(LPCWSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
/// LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead, DWORD nTimeOut)`
///
/// Opens a pipe, waiting for an instance for `nTimeOut` milliseconds, asks one question and closes
/// it again (S16.24). FALSE: as CreateFile, WaitNamedPipe and TransactNamedPipe.
///
/// # Safety
///
/// The name is null or ends with a null; the buffers have their sizes, and the count is null or
/// valid for a write, during the call.
pub unsafe extern "system" fn CallNamedPipeW(
    lpnamedpipename: PCWSTR,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL {
    let question = Question {
        out: (lpinbuffer.cast(), ninbuffersize),
        into: (lpoutbuffer.cast(), noutbuffersize),
        count: lpbytesread,
    };
    // SAFETY: the caller's name and memory, used during the call.
    finish_bool(unsafe { call(wide(lpnamedpipename).as_deref(), &question, ntimeout) })
}

/// `BOOL CallNamedPipeA(…)`: as [`CallNamedPipeW`].
///
/// # Safety
///
/// As [`CallNamedPipeW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CallNamedPipeA(
    lpnamedpipename: PCSTR,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL {
    let question = Question {
        out: (lpinbuffer.cast(), ninbuffersize),
        into: (lpoutbuffer.cast(), noutbuffersize),
        count: lpbytesread,
    };
    // SAFETY: the caller's narrow name and memory, used during the call.
    finish_bool(unsafe { call(narrow(lpnamedpipename).as_deref(), &question, ntimeout) })
}

//! Socket options, ioctlsocket and WSAIoctl.

use std::ffi::c_void;

use windows_sys::Win32::Networking::WinSock::{LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKET};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{PCSTR, PSTR};

use super::{extension, finish, startup};
use crate::control::{self, Answer};
use crate::error::Error;
use crate::handle;

/// `int setsockopt(SOCKET s, int level, int optname, const char *optval, int optlen)`
///
/// # Safety
///
/// `optval` is null or valid for reads of `optlen` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_setsockopt"))]
pub unsafe extern "system" fn setsockopt(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PCSTR,
    optlen: i32,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        let length = usize::try_from(optlen).map_err(|_| Error::FAULT)?;
        let value = match (optval.is_null(), length) {
            (_, 0) => &[],
            (true, _) => return Err(Error::FAULT),
            // SAFETY: the caller's value, valid for reads of its length during the call.
            (false, _) => unsafe { std::slice::from_raw_parts(optval, length) },
        };
        socket.set_option(level, optname, value)
    }))
}

/// `int getsockopt(SOCKET s, int level, int optname, char *optval, int *optlen)`
///
/// # Safety
///
/// `optlen` is null or valid; `optval` is null or valid for writes of `*optlen` bytes.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getsockopt"))]
pub unsafe extern "system" fn getsockopt(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PSTR,
    optlen: *mut i32,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        if optval.is_null() || optlen.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's length and value, valid for that many bytes during the call.
        let value = unsafe {
            let length = usize::try_from(optlen.read()).map_err(|_| Error::FAULT)?;
            std::slice::from_raw_parts_mut(optval, length)
        };
        let stored = socket.option(level, optname, value)?;
        // SAFETY: the caller's length, valid for writes during the call.
        unsafe { optlen.write(stored as i32) };
        Ok(())
    }))
}

/// `int ioctlsocket(SOCKET s, long cmd, u_long *argp)`
///
/// FIONBIO, FIONREAD, SIOCATMARK (S11.1); 10022 for other commands.
///
/// # Safety
///
/// `argp` is null or valid for reads and writes of four bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_ioctlsocket"))]
pub unsafe extern "system" fn ioctlsocket(s: SOCKET, cmd: i32, argp: *mut u32) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        if argp.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's value, valid for reads and writes during the call.
        let value = unsafe { &mut *argp };
        match socket.control(cmd as u32, &value.to_ne_bytes()) {
            Ok(Answer::Number(number)) => *value = number,
            Ok(_) => {}
            Err(Error::OP_NOT_SUPPORTED) => return Err(Error::INVALID),
            Err(error) => return Err(error),
        }
        Ok(())
    }))
}

/// `int WSAIoctl(SOCKET s, DWORD dwIoControlCode, LPVOID lpvInBuffer, DWORD cbInBuffer,
/// LPVOID lpvOutBuffer, DWORD cbOutBuffer, LPDWORD lpcbBytesReturned, LPWSAOVERLAPPED lpOverlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// FIONBIO, FIONREAD, SIOCATMARK, SIO_UDP_CONNRESET, SIO_KEEPALIVE_VALS and the look-up of
/// extension functions. With an OVERLAPPED it is done at once and a packet of 0 bytes is queued
/// (S1.58); an unknown code fails with 10045 (S3.42).
///
/// # Safety
///
/// The buffers are valid for their lengths during the call; the OVERLAPPED is the engine's until
/// the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAIoctl(
    s: SOCKET,
    dwiocontrolcode: u32,
    lpvinbuffer: *const c_void,
    cbinbuffer: u32,
    lpvoutbuffer: *mut c_void,
    cboutbuffer: u32,
    lpcbbytesreturned: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        if lpcbbytesreturned.is_null() && lpoverlapped.is_null() {
            return Err(Error::FAULT);
        }
        let input = match lpvinbuffer.is_null() {
            true => &[],
            // SAFETY: the caller's input, valid for reads of its length during the call.
            false => unsafe {
                std::slice::from_raw_parts(lpvinbuffer.cast::<u8>(), cbinbuffer as usize)
            },
        };
        let answer = socket.control(dwiocontrolcode, input).and_then(|answer| match answer {
            Answer::Extension(id) => extension::extension(&id).map(Answer::Address),
            Answer::Extensions(id) => extension::table(&id).map(Answer::Table),
            other => Ok(other),
        });
        let wanted = answer.as_ref().ok().and_then(Answer::list_bytes);
        // SAFETY: the caller's output and count, valid for writes during the call.
        let bytes = answer.and_then(|answer| unsafe {
            control::store(&answer, lpvoutbuffer.cast(), cboutbuffer)
        });
        // SAFETY: the caller's OVERLAPPED, the engine's until the completion is delivered.
        let ended = unsafe { control::end(&socket, bytes, lpoverlapped, lpcompletionroutine) };
        let told = match ended {
            Ok(bytes) => Some(bytes),
            Err(Error::OP_NOT_SUPPORTED) => Some(0), // S3.42
            Err(_) => wanted,
        };
        if let Some(told) = told.filter(|_| !lpcbbytesreturned.is_null()) {
            // SAFETY: the caller's count, valid for writes during the call.
            unsafe { lpcbbytesreturned.write(told) };
        }
        ended.map(drop)
    }))
}

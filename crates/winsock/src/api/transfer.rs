//! Sending and receiving, overlapped and not.

use windows_sys::Win32::Networking::WinSock::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, SEND_RECV_FLAGS, SOCKADDR, SOCKET, SOCKET_ERROR, WSABUF,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, PCSTR, PSTR};

use super::{finish, finish_bool, startup};
use crate::error::{Error, set_last_error};
use crate::issue::{self, Transfer};
use crate::request::Outcome;
use crate::result;

/// The result of a call that returns a byte count.
fn finish_count(result: Result<Outcome, Error>) -> i32 {
    result.map_or_else(
        |error| {
            set_last_error(error.0);
            SOCKET_ERROR
        },
        |outcome| outcome.bytes as i32,
    )
}

/// The one buffer of send or recv. A negative length or a null pointer fails with 10014.
fn one(buf: *mut u8, len: i32) -> Result<WSABUF, Error> {
    match u32::try_from(len) {
        Ok(len) if !buf.is_null() || len == 0 => Ok(WSABUF { len, buf }),
        _ => Err(Error::FAULT),
    }
}

fn plain(buffer: &WSABUF) -> Transfer {
    let overlapped = std::ptr::null_mut();
    Transfer { buffers: (buffer, 1), overlapped, routine: None, counts: true }
}

/// `int send(SOCKET s, const char *buf, int len, int flags)`
///
/// The bytes sent. A non-blocking stream may take fewer than asked, as on Linux; Windows takes
/// all or none (S2.32).
///
/// # Safety
///
/// `buf` is valid for reads of `len` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_send"))]
pub unsafe extern "system" fn send(s: SOCKET, buf: PCSTR, len: i32, flags: SEND_RECV_FLAGS) -> i32 {
    // SAFETY: the caller's promise for this call is sendto's, without an address.
    unsafe { sendto(s, buf, len, flags, std::ptr::null(), 0) }
}

/// `int sendto(SOCKET s, const char *buf, int len, int flags, const sockaddr *to, int tolen)`
///
/// # Safety
///
/// As [`send`]; `to` is null or valid for reads of `tolen` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_sendto"))]
pub unsafe extern "system" fn sendto(
    s: SOCKET,
    buf: PCSTR,
    len: i32,
    flags: i32,
    to: *const SOCKADDR,
    tolen: i32,
) -> i32 {
    finish_count(startup::check().and_then(|()| {
        let buffer = one(buf.cast_mut(), len)?;
        // SAFETY: the caller's buffer and address, used during the call.
        unsafe { issue::send(s, &plain(&buffer), flags as u32, (to, tolen)) }
    }))
}

/// `int recv(SOCKET s, char *buf, int len, int flags)`
///
/// The bytes received; 0 at the end of the stream.
///
/// # Safety
///
/// `buf` is valid for writes of `len` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_recv"))]
pub unsafe extern "system" fn recv(s: SOCKET, buf: PSTR, len: i32, flags: SEND_RECV_FLAGS) -> i32 {
    let nowhere = std::ptr::null_mut();
    // SAFETY: the caller's promise for this call is recvfrom's, without an address.
    unsafe { recvfrom(s, buf, len, flags, nowhere, std::ptr::null_mut()) }
}

/// `int recvfrom(SOCKET s, char *buf, int len, int flags, sockaddr *from, int *fromlen)`
///
/// # Safety
///
/// As [`recv`]; `from` and `fromlen` are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_recvfrom"))]
pub unsafe extern "system" fn recvfrom(
    s: SOCKET,
    buf: PSTR,
    len: i32,
    flags: i32,
    from: *mut SOCKADDR,
    fromlen: *mut i32,
) -> i32 {
    finish_count(startup::check().and_then(|()| {
        let buffer = one(buf, len).inspect_err(|_| issue::refuse_receive(s))?;
        // SAFETY: the caller's buffer and address, used during the call.
        unsafe { issue::receive(s, &plain(&buffer), flags as u32, (from, fromlen)) }
    }))
}

/// `int WSASend(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent,
/// DWORD dwFlags, LPWSAOVERLAPPED lpOverlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// 0: done, and on an associated socket a packet is queued all the same (S1.45). 997: completes
/// later. Any other error: nothing will complete (S1.47). With a routine there is no packet and no
/// event: the routine is queued to the calling thread (S5.6).
///
/// # Safety
///
/// The buffer array is read during the call; the data and the OVERLAPPED are valid, and the
/// engine's, until the completion is delivered (S2.1).
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASend(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let transfer = Transfer {
        buffers: (lpbuffers, dwbuffercount),
        overlapped: lpoverlapped,
        routine: lpcompletionroutine,
        counts: !lpnumberofbytessent.is_null(),
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { send_all(s, &transfer, lpnumberofbytessent, dwflags, (std::ptr::null(), 0)) }
}

/// WSASend and WSASendTo; written out in both, for most calls have no address.
///
/// # Safety
///
/// As [`WSASendTo`]; `sent` is null or valid for writes during the call.
#[inline(always)]
unsafe fn send_all(
    s: SOCKET,
    transfer: &Transfer,
    sent: *mut u32,
    flags: u32,
    to: (*const SOCKADDR, i32),
) -> i32 {
    let outcome = match startup::check() {
        // SAFETY: the caller's promise, handed on.
        Ok(()) => unsafe { issue::send(s, transfer, flags, to) },
        Err(error) => Err(error),
    };
    finish(outcome.map(|outcome| {
        if !sent.is_null() {
            // SAFETY: the caller's count, valid for writes during the call.
            unsafe { sent.write(outcome.bytes) };
        }
    }))
}

/// `int WSASendTo(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount,
/// LPDWORD lpNumberOfBytesSent, DWORD dwFlags, const sockaddr *lpTo, int iTolen,
/// LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// As [`WSASend`].
///
/// # Safety
///
/// As [`WSASend`]; the address is read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASendTo(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpto: *const SOCKADDR,
    itolen: i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let transfer = Transfer {
        buffers: (lpbuffers, dwbuffercount),
        overlapped: lpoverlapped,
        routine: lpcompletionroutine,
        counts: !lpnumberofbytessent.is_null(),
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { send_all(s, &transfer, lpnumberofbytessent, dwflags, (lpto, itolen)) }
}

/// `int WSARecv(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd,
/// LPDWORD lpFlags, LPWSAOVERLAPPED lpOverlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// Returns as [`WSASend`]. On an associated socket it may say 997 where Windows would say 0 when
/// data has come that no thread of the port was told of yet; the packet follows at once.
///
/// # Safety
///
/// As [`WSASend`], the data being written.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSARecv(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let transfer = Transfer {
        buffers: (lpbuffers, dwbuffercount),
        overlapped: lpoverlapped,
        routine: lpcompletionroutine,
        counts: !lpnumberofbytesrecvd.is_null(),
    };
    let nowhere = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { receive_any(s, &transfer, lpnumberofbytesrecvd, lpflags, nowhere) }
}

/// WSARecv and WSARecvFrom; written out in both, for most calls want no address.
///
/// # Safety
///
/// As [`WSARecvFrom`]; `received` is null or valid for writes during the call.
#[inline(always)]
unsafe fn receive_any(
    s: SOCKET,
    transfer: &Transfer,
    received: *mut u32,
    flags: *mut u32,
    from: (*mut SOCKADDR, *mut i32),
) -> i32 {
    let outcome = match startup::check() {
        Ok(()) if flags.is_null() => crate::handle::socket(s).and(Err(Error::FAULT)), // S2.5
        // SAFETY: the caller's promise, handed on.
        Ok(()) => unsafe { issue::receive(s, transfer, flags.read(), from) },
        Err(error) => Err(error),
    };
    finish(outcome.map(|outcome| {
        // SAFETY: the caller's flags and count, valid for writes during the call (S2.27).
        unsafe {
            flags.write(outcome.flags);
            if !received.is_null() {
                received.write(outcome.bytes);
            }
        }
    }))
}

/// `int WSARecvFrom(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount,
/// LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags, sockaddr *lpFrom, LPINT lpFromlen,
/// LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// As [`WSARecv`].
///
/// # Safety
///
/// As [`WSARecv`]; `lpfrom` and `lpfromlen` are valid until the completion too (S2.49).
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSARecvFrom(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpfrom: *mut SOCKADDR,
    lpfromlen: *mut i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let transfer = Transfer {
        buffers: (lpbuffers, dwbuffercount),
        overlapped: lpoverlapped,
        routine: lpcompletionroutine,
        counts: !lpnumberofbytesrecvd.is_null(),
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { receive_any(s, &transfer, lpnumberofbytesrecvd, lpflags, (lpfrom, lpfromlen)) }
}

/// `BOOL WSAGetOverlappedResult(SOCKET s, LPWSAOVERLAPPED lpOverlapped, LPDWORD lpcbTransfer,
/// BOOL fWait, LPDWORD lpdwFlags)`
///
/// 996 while it is pending and `fWait` is FALSE; else the WSA number of how it ended (S2.54–S2.56).
///
/// # Safety
///
/// All pointers are null or valid during the call; the OVERLAPPED may be in flight.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAGetOverlappedResult(
    s: SOCKET,
    lpoverlapped: *const OVERLAPPED,
    lpcbtransfer: *mut u32,
    fwait: BOOL,
    lpdwflags: *mut u32,
) -> BOOL {
    finish_bool(startup::check().and_then(|()| {
        let socket = crate::handle::socket(s)?;
        if lpoverlapped.is_null() || lpcbtransfer.is_null() || lpdwflags.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's OVERLAPPED, valid for reads during the call.
        let outcome = unsafe { result::of_socket(&socket, lpoverlapped, fwait != 0)? };
        // SAFETY: the caller's count and flags, valid for writes during the call.
        unsafe {
            lpcbtransfer.write(outcome.bytes);
            lpdwflags.write(outcome.flags);
        }
        result::verdict(outcome, outcome.status.wsa())
    }))
}

//! WSARecvMsg and WSASendMsg.

use windows_sys::Win32::Networking::WinSock::{LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKET, WSAMSG};
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::{finish, startup};
use crate::error::Error;
use crate::issue::{self, Transfer};
use crate::request::Outcome;

fn transfer(
    count: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Transfer {
    let buffers = (std::ptr::null(), 0); // the message has them
    Transfer { buffers, overlapped, routine, counts: !count.is_null() }
}

/// The call's result, with the byte count stored where the caller wants it.
///
/// # Safety
///
/// `count` is null or valid for writes during the call.
unsafe fn finish_counting(result: Result<Outcome, Error>, count: *mut u32) -> i32 {
    finish(result.map(|outcome| {
        if !count.is_null() {
            // SAFETY: the caller of this function vouches for it.
            unsafe { count.write(outcome.bytes) };
        }
    }))
}

/// `INT WSARecvMsg(SOCKET s, LPWSAMSG lpMsg, LPDWORD lpdwNumberOfBytesRecvd,
/// LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// Reached by WSAIoctl (S3.39). As WSARecvFrom, of a datagram socket only (10045); with it come the
/// control data that IP_PKTINFO, IPV6_PKTINFO and their like ask for (S3.44).
///
/// # Safety
///
/// The message, the address and the places it names, and the OVERLAPPED are the engine's until the
/// completion is delivered; the array of buffers is read during the call.
pub(super) unsafe extern "system" fn wsa_recv_msg(
    s: SOCKET,
    lpmsg: *mut WSAMSG,
    lpdwnumberofbytesrecvd: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let count = lpdwnumberofbytesrecvd;
    let transfer = transfer(count, lpoverlapped, lpcompletionroutine);
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe {
        let received = startup::check().and_then(|()| issue::receive_message(s, lpmsg, transfer));
        finish_counting(received, count)
    }
}

/// `int WSASendMsg(SOCKET Handle, LPWSAMSG lpMsg, DWORD dwFlags, LPDWORD lpNumberOfBytesSent,
/// LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)`
///
/// As WSASendTo, of a datagram socket only (10045), with control data: IP_PKTINFO and IPV6_PKTINFO
/// choose source and interface, and the TTL, the hop limit and the type of service can be given;
/// 10022 for any other (S3.45). Also reached by WSAIoctl.
///
/// # Safety
///
/// The message and what it names but the data are read during the call; the data and the OVERLAPPED
/// are the engine's until the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASendMsg(
    handle: SOCKET,
    lpmsg: *const WSAMSG,
    dwflags: u32,
    lpnumberofbytessent: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let count = lpnumberofbytessent;
    let transfer = transfer(count, lpoverlapped, lpcompletionroutine);
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe {
        let sent =
            startup::check().and_then(|()| issue::send_message(handle, lpmsg, dwflags, transfer));
        finish_counting(sent, count)
    }
}

//! Making, naming, connecting and closing sockets.

use windows_sys::Win32::Networking::WinSock::{
    AF_UNSPEC, QOS, SD_RECEIVE, SD_SEND, SOCK_DGRAM, SOCK_STREAM, SOCKADDR, SOCKET,
    WINSOCK_SHUTDOWN_HOW, WINSOCK_SOCKET_TYPE, WSA_FLAG_OVERLAPPED, WSABUF, WSAPROTOCOL_INFOA,
    WSAPROTOCOL_INFOW,
};

use super::{finish, finish_socket, startup};
use crate::endpoint;
use crate::error::Error;
use crate::kernel::address::{Address, family_from_linux};
use crate::socket::Mark;
use crate::{handle, handover};

/// `SOCKET socket(int af, int type, int protocol)`
///
/// TCP or UDP over IPv4 or IPv6, with the overlapped attribute (S1.8). Fails with 10047, 10044,
/// 10043, or 10024 when descriptors run out.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_socket"))]
pub unsafe extern "system" fn socket(
    af: i32,
    r#type: WINSOCK_SOCKET_TYPE,
    protocol: i32,
) -> SOCKET {
    let made = startup::check();
    finish_socket(made.and_then(|()| endpoint::create(af, r#type, protocol, WSA_FLAG_OVERLAPPED)))
}

/// `SOCKET WSASocketW(int af, int type, int protocol, LPWSAPROTOCOL_INFOW lpProtocolInfo, GROUP g,
/// DWORD dwFlags)`
///
/// As [`socket`]; overlapped only with WSA_FLAG_OVERLAPPED (S1.8). With the information that
/// [`WSADuplicateSocketW`] gave, another handle of that socket (S1.14). Other protocol information
/// and registered I/O are not supported: 10045.
///
/// # Safety
///
/// `lpprotocolinfo` is null or valid for reads during the call.
pub unsafe extern "system" fn WSASocketW(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    _g: u32,
    dwflags: u32,
) -> SOCKET {
    finish_socket(startup::check().and_then(|()| match lpprotocolinfo.is_null() {
        true => endpoint::create(af, r#type, protocol, dwflags),
        // SAFETY: the caller's structure, of which two fields are read during the call; they lie
        // before the name, which the other alphabet has at another length.
        false => match unsafe {
            let giver = (&raw const (*lpprotocolinfo).dwCatalogEntryId).read();
            (giver, (&raw const (*lpprotocolinfo).dwProviderReserved).read())
        } {
            (_, 0) => Err(Error::OP_NOT_SUPPORTED),
            (0, original) => handle::duplicate::make(original as usize),
            (giver, number) => handover::fetch(giver, number),
        },
    }))
}

/// `SOCKET WSASocketA(int af, int type, int protocol, LPWSAPROTOCOL_INFOA lpProtocolInfo, GROUP g,
/// DWORD dwFlags)`
///
/// As [`WSASocketW`].
///
/// # Safety
///
/// As [`WSASocketW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASocketA(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    g: u32,
    dwflags: u32,
) -> SOCKET {
    // SAFETY: the caller's promise for this call; what is read of the information is alike in both.
    unsafe { WSASocketW(af, r#type, protocol, lpprotocolinfo.cast(), g, dwflags) }
}

/// What WSASocket needs to know of socket `s` to make another handle of it, in one alphabet.
macro_rules! protocol_info {
    ($info:ident, $s:expr, $process:expr, $out:expr) => {
        finish(startup::check().and_then(|()| {
            let socket = handle::socket($s)?;
            if $out.is_null() {
                return Err(Error::FAULT);
            }
            let me = std::process::id();
            let (giver, number) = match $process == me {
                true => (0, socket.handle()),
                false => (me, handover::promise(&socket, $process)?),
            };
            let bytes = Address::any(socket.family()).to_windows_bytes().0 as i32;
            let stream = socket.is(Mark::STREAM);
            let family = family_from_linux(socket.family()).unwrap_or(AF_UNSPEC);
            let info = $info {
                iVersion: 2,
                iAddressFamily: i32::from(family),
                iMaxSockAddr: bytes,
                iMinSockAddr: bytes,
                iSocketType: if stream { SOCK_STREAM } else { SOCK_DGRAM },
                iProtocol: socket.protocol(),
                dwCatalogEntryId: giver,
                dwProviderReserved: number,
                ..Default::default()
            };
            // SAFETY: the caller's structure, valid for writes during the call.
            unsafe { $out.write(info) };
            Ok(())
        }))
    };
}

/// `int WSADuplicateSocketW(SOCKET s, DWORD dwProcessId, LPWSAPROTOCOL_INFOW lpProtocolInfo)`
///
/// The information is for [`WSASocketW`]: in this process while `s` is open; in another of the same
/// user once, also when `s` is closed (S1.14). 10022 if there is no such process, or for a socket
/// of the loopback fast path.
///
/// # Safety
///
/// `lpprotocolinfo` is null (10014) or valid for writes during the call.
pub unsafe extern "system" fn WSADuplicateSocketW(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOW,
) -> i32 {
    protocol_info!(WSAPROTOCOL_INFOW, s, dwprocessid, lpprotocolinfo)
}

/// `int WSADuplicateSocketA(SOCKET s, DWORD dwProcessId, LPWSAPROTOCOL_INFOA lpProtocolInfo)`
///
/// As [`WSADuplicateSocketW`].
///
/// # Safety
///
/// As [`WSADuplicateSocketW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSADuplicateSocketA(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOA,
) -> i32 {
    protocol_info!(WSAPROTOCOL_INFOA, s, dwprocessid, lpprotocolinfo)
}

/// `int closesocket(SOCKET s)`
///
/// Pending operations end: 1236 on a connected stream, else 995 (S1.79–S1.81). The SOCKET value
/// is invalid at once (S1.82).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_closesocket"))]
pub unsafe extern "system" fn closesocket(s: SOCKET) -> i32 {
    finish(startup::check().and_then(|()| crate::closing::close(s)))
}

/// `int bind(SOCKET s, const sockaddr *name, int namelen)`
///
/// # Safety
///
/// `name` is null or valid for reads of `namelen` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_bind"))]
pub unsafe extern "system" fn bind(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32 {
    // SAFETY: the caller's address, read during the call.
    let address = || unsafe { Address::from_windows(name, namelen) };
    finish(startup::check().and_then(|()| handle::socket(s)?.bind(&address()?)))
}

/// `int listen(SOCKET s, int backlog)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_listen"))]
pub unsafe extern "system" fn listen(s: SOCKET, backlog: i32) -> i32 {
    finish(startup::check().and_then(|()| handle::socket(s)?.listen(backlog)))
}

/// `int connect(SOCKET s, const sockaddr *name, int namelen)`
///
/// Non-blocking: 10035, then 10037 until it is over, then 10056 (S11.3).
///
/// # Safety
///
/// `name` is null or valid for reads of `namelen` bytes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_connect"))]
pub unsafe extern "system" fn connect(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32 {
    // SAFETY: the caller's address, read before the call can block.
    let address = || unsafe { Address::from_windows(name, namelen) };
    finish(startup::check().and_then(|()| handle::socket(s)?.connect(&address()?)))
}

/// `int WSAConnect(SOCKET s, const sockaddr *name, int namelen, LPWSABUF lpCallerData,
/// LPWSABUF lpCalleeData, LPQOS lpSQOS, LPQOS lpGQOS)`
///
/// As [`connect`]; TCP carries no connect data, and there is no quality of service to reserve.
///
/// # Safety
///
/// As [`connect`]; the other pointers are not used.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAConnect(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    _lpcallerdata: *const WSABUF,
    _lpcalleedata: *mut WSABUF,
    _lpsqos: *const QOS,
    _lpgqos: *const QOS,
) -> i32 {
    // SAFETY: the caller's promise for this call is connect's.
    unsafe { connect(s, name, namelen) }
}

/// `int shutdown(SOCKET s, int how)` (S11.7)
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_shutdown"))]
pub unsafe extern "system" fn shutdown(s: SOCKET, how: WINSOCK_SHUTDOWN_HOW) -> i32 {
    finish(startup::check().and_then(|()| handle::socket(s)?.shutdown(how)))
}

/// TCP carries no data with its end: 10042 for a buffer (S11.18).
fn no_disconnect_data(data: *const WSABUF) -> Result<(), Error> {
    if data.is_null() { Ok(()) } else { Err(Error::NO_PROTOCOL_OPTION) }
}

/// `int WSASendDisconnect(SOCKET s, LPWSABUF lpOutboundDisconnectData)`
///
/// As [`shutdown`] with SD_SEND (S11.18); 10042 with data.
///
/// # Safety
///
/// The buffer is not read.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASendDisconnect(
    s: SOCKET,
    lpoutbounddisconnectdata: *const WSABUF,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        no_disconnect_data(lpoutbounddisconnectdata)?;
        socket.shutdown(SD_SEND)
    }))
}

/// `int WSARecvDisconnect(SOCKET s, LPWSABUF lpInboundDisconnectData)`
///
/// As [`shutdown`] with SD_RECEIVE (S11.18); 10042 with a place for data.
///
/// # Safety
///
/// The buffer is not written.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSARecvDisconnect(
    s: SOCKET,
    lpinbounddisconnectdata: *const WSABUF,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        no_disconnect_data(lpinbounddisconnectdata)?;
        socket.shutdown(SD_RECEIVE)
    }))
}

/// `int getsockname(SOCKET s, sockaddr *name, int *namelen)`
///
/// # Safety
///
/// `name` and `namelen` are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getsockname"))]
pub unsafe extern "system" fn getsockname(
    s: SOCKET,
    name: *mut SOCKADDR,
    namelen: *mut i32,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        if name.is_null() || namelen.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's address and length, valid for writes during the call.
        unsafe { socket.name()?.write_windows(name, namelen) }
    }))
}

/// `int getpeername(SOCKET s, sockaddr *name, int *namelen)`
///
/// # Safety
///
/// `name` and `namelen` are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getpeername"))]
pub unsafe extern "system" fn getpeername(
    s: SOCKET,
    name: *mut SOCKADDR,
    namelen: *mut i32,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let peer = handle::socket(s)?.peer()?;
        if name.is_null() || namelen.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's address and length, valid for writes during this call.
        unsafe { peer.write_windows(name, namelen) }
    }))
}

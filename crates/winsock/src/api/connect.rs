//! Connecting by name and by list, the protocols there are, and groups to join.

use std::ffi::{CStr, CString};

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AF_UNSPEC, AI_ALL, AI_V4MAPPED, IPPROTO_TCP, IPPROTO_UDP, JL_BOTH,
    JL_RECEIVER_ONLY, JL_SENDER_ONLY, PFL_MATCHES_PROTOCOL_ZERO, QOS, SOCK_DGRAM, SOCK_STREAM,
    SOCKADDR, SOCKET, SOCKET_ADDRESS, SOCKET_ADDRESS_LIST, SOCKET_ERROR, TIMEVAL, WSABUF,
    WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW, XP1_CONNECTIONLESS, XP1_EXPEDITED_DATA,
    XP1_GRACEFUL_CLOSE, XP1_GUARANTEED_DELIVERY, XP1_GUARANTEED_ORDER, XP1_IFS_HANDLES,
    XP1_MESSAGE_ORIENTED, XP1_SUPPORT_BROADCAST, XP1_SUPPORT_MULTIPOINT,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::names::{narrow_in, wide_in};
use super::{finish_bool, finish_socket, startup};
use crate::error::{Error, set_last_error};
use crate::handle::{self, SocketGuard};
use crate::kernel::address::{Address, family_from_linux};
use crate::kernel::resolve::{self, Hints};

/// Where a connect by name or by list tells both ends' addresses, and how long it may last.
struct Ends {
    local: (*mut SOCKADDR, *mut u32),
    remote: (*mut SOCKADDR, *mut u32),
    timeout: *const TIMEVAL,
}

impl Ends {
    /// The time limit in milliseconds, 0: none. 10022 for a negative one.
    ///
    /// # Safety
    ///
    /// The timeout is null or the caller's, read during the call.
    unsafe fn timeout_ms(&self) -> Result<u32, Error> {
        // SAFETY: null, or the caller's structure, read during the call.
        let Some(given) = (unsafe { self.timeout.as_ref() }) else { return Ok(0) };
        let us = i64::from(given.tv_sec) * 1_000_000 + i64::from(given.tv_usec);
        let ms = u64::try_from(us).map_err(|_| Error::INVALID)?.div_ceil(1000);
        Ok(u32::try_from(ms).unwrap_or(u32::MAX).max(1))
    }

    /// Connects, then tells the addresses.
    ///
    /// # Safety
    ///
    /// The pointers are null or the caller's, used during the call.
    unsafe fn connect(&self, socket: &SocketGuard, peers: &[Address]) -> Result<(), Error> {
        // SAFETY: the caller's time limit, if any.
        let timeout_ms = unsafe { self.timeout_ms()? };
        let peer = socket.connect_to_first(peers, timeout_ms)?;
        // SAFETY: the caller's places for addresses, with their sizes.
        unsafe {
            socket.local_address()?.write_windows(self.local.0, self.local.1.cast())?;
            peer.write_windows(self.remote.0, self.remote.1.cast())
        }
    }
}

/// # Safety
///
/// As [`WSAConnectByNameW`], but for the names.
unsafe fn connect_by_name(
    s: SOCKET,
    names: [Result<CString, Error>; 2],
    ends: Ends,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let connect = || {
        startup::check()?;
        let socket = handle::socket(s)?;
        let [node, service] = names;
        let (node, service) = (node?, service?);
        if !reserved.is_null() {
            return Err(Error::INVALID);
        }
        let family = family_from_linux(socket.family()).unwrap_or(AF_UNSPEC);
        // A socket of IPv6 that takes IPv4 too is given those addresses in its own form.
        let flags = if family == AF_INET6 { AI_V4MAPPED | AI_ALL } else { 0 };
        let (family, socket_type) = (i32::from(family), SOCK_STREAM);
        let hints = Hints { flags, family, socket_type, protocol: IPPROTO_TCP };
        let found = resolve::look_up(Some(&node), Some(&service), hints)?;
        let peers: Vec<Address> = found.iter().map(|found| found.address).collect();
        // SAFETY: the caller's memory, valid as the door's documentation demands.
        unsafe { ends.connect(&socket, &peers) }
    };
    finish_bool(connect())
}

/// `BOOL WSAConnectByNameW(SOCKET s, LPWSTR nodename, LPWSTR servicename, LPDWORD
/// LocalAddressLength, LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR
/// RemoteAddress, const timeval *timeout, LPWSAOVERLAPPED Reserved)`
///
/// Looks the name up and connects to the first of its addresses that answers (S11.19); waits on a
/// non-blocking socket too. The time limit is for all addresses together and not for the look-up.
/// FALSE: 10022 without a name or a service or for a socket that is no stream, 10056, 10060, a
/// number of getaddrinfo's, or how the last address failed.
///
/// # Safety
///
/// Each pointer is null or valid during the call; the addresses for their lengths in bytes.
pub unsafe extern "system" fn WSAConnectByNameW(
    s: SOCKET,
    nodename: PCWSTR,
    servicename: PCWSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let (local, remote) =
        ((localaddress, localaddresslength), (remoteaddress, remoteaddresslength));
    let read = |name| {
        // SAFETY: null, or the caller's text, read during the call.
        let units = unsafe { wide_in(name) }.ok_or(Error::INVALID)?;
        CString::new(String::from_utf16_lossy(units)).map_err(|_| Error::INVALID)
    };
    let names = [read(nodename), read(servicename)];
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { connect_by_name(s, names, Ends { local, remote, timeout }, reserved) }
}

/// `BOOL WSAConnectByNameA(SOCKET s, LPCSTR nodename, LPCSTR servicename, LPDWORD
/// LocalAddressLength, LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR
/// RemoteAddress, const timeval *timeout, LPWSAOVERLAPPED Reserved)`
///
/// As [`WSAConnectByNameW`].
///
/// # Safety
///
/// As [`WSAConnectByNameW`].
pub unsafe extern "system" fn WSAConnectByNameA(
    s: SOCKET,
    nodename: PCSTR,
    servicename: PCSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let (local, remote) =
        ((localaddress, localaddresslength), (remoteaddress, remoteaddresslength));
    // SAFETY: null, or the caller's text, read during the call.
    let read = |name| unsafe { narrow_in(name) }.map(CStr::to_owned).ok_or(Error::INVALID);
    let names = [read(nodename), read(servicename)];
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { connect_by_name(s, names, Ends { local, remote, timeout }, reserved) }
}

/// `BOOL WSAConnectByList(SOCKET s, PSOCKET_ADDRESS_LIST SocketAddress, LPDWORD
/// LocalAddressLength, LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR
/// RemoteAddress, const timeval *timeout, LPWSAOVERLAPPED Reserved)`
///
/// Connects to the first address of the list that answers, as [`WSAConnectByNameW`] does (S11.20).
///
/// # Safety
///
/// As [`WSAConnectByNameW`]; the list has as many elements as it says.
pub unsafe extern "system" fn WSAConnectByList(
    s: SOCKET,
    socketaddress: *const SOCKET_ADDRESS_LIST,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let (local, remote) =
        ((localaddress, localaddresslength), (remoteaddress, remoteaddresslength));
    let connect = || {
        startup::check()?;
        let socket = handle::socket(s)?;
        if socketaddress.is_null() || !reserved.is_null() {
            return Err(Error::INVALID);
        }
        // SAFETY: the caller's list, of so many elements, and their addresses.
        let peers: Result<Vec<Address>, Error> = unsafe {
            let count = usize::try_from((*socketaddress).iAddressCount).unwrap_or(0);
            let first = (&raw const (*socketaddress).Address).cast();
            let listed: &[SOCKET_ADDRESS] = std::slice::from_raw_parts(first, count);
            listed
                .iter()
                .map(|at| Address::from_windows(at.lpSockaddr, at.iSockaddrLength))
                .collect()
        };
        let peers = peers?;
        if peers.is_empty() {
            return Err(Error::INVALID);
        }
        // SAFETY: the caller's memory, valid as this function's documentation demands.
        unsafe { Ends { local, remote, timeout }.connect(&socket, &peers) }
    };
    finish_bool(connect())
}

/// TCP and UDP, as WSAEnumProtocols describes them: socket type, protocol, name and service flags.
const PROTOCOLS: [(i32, i32, &str, u32); 2] = [
    (
        SOCK_STREAM,
        IPPROTO_TCP,
        "TCP",
        XP1_GUARANTEED_DELIVERY
            | XP1_GUARANTEED_ORDER
            | XP1_GRACEFUL_CLOSE
            | XP1_EXPEDITED_DATA
            | XP1_IFS_HANDLES,
    ),
    (
        SOCK_DGRAM,
        IPPROTO_UDP,
        "UDP",
        XP1_CONNECTIONLESS
            | XP1_MESSAGE_ORIENTED
            | XP1_SUPPORT_BROADCAST
            | XP1_SUPPORT_MULTIPOINT
            | XP1_IFS_HANDLES,
    ),
];

/// Writes what there is of the protocols asked for.
macro_rules! enum_protocols {
    ($info:ident, $unit:ty, $wanted:expr, $out:expr, $room:expr) => {{
        let wanted = |protocol: i32| {
            let at = |index| {
                // SAFETY: the caller's list, read up to the 0 that ends it.
                unsafe { $wanted.wrapping_add(index).read() }
            };
            $wanted.is_null() || (0..).map(at).take_while(|&p| p != 0).any(|p| p == protocol)
        };
        let mut found = Vec::new();
        for (family, bytes, suffix) in [(AF_INET, 16, "/IP"), (AF_INET6, 28, "/IPv6")] {
            for (kind, protocol, name, services) in PROTOCOLS {
                if !wanted(protocol) {
                    continue;
                }
                let mut info = $info {
                    dwServiceFlags1: services,
                    dwProviderFlags: PFL_MATCHES_PROTOCOL_ZERO,
                    dwCatalogEntryId: 1001 + found.len() as u32,
                    iVersion: 2,
                    iAddressFamily: i32::from(family),
                    iMaxSockAddr: bytes,
                    iMinSockAddr: bytes,
                    iSocketType: kind,
                    iProtocol: protocol,
                    dwMessageSize: if kind == SOCK_DGRAM { 65507 } else { 0 },
                    ..Default::default()
                };
                let name = name.bytes().chain(suffix.bytes());
                info.szProtocol.iter_mut().zip(name).for_each(|(to, b)| *to = b as $unit);
                found.push(info);
            }
        }
        // SAFETY: the caller's room and buffer, the latter of so many bytes.
        unsafe { put_protocols(&found, $out, $room) }
    }};
}

/// # Safety
///
/// `room` is null or readable and writable, `out` null or writable for `*room` bytes.
unsafe fn put_protocols<T: Copy>(found: &[T], out: *mut T, room: *mut u32) -> i32 {
    let put = || {
        startup::check()?;
        if room.is_null() {
            return Err(Error::FAULT);
        }
        let needed = size_of_val(found) as u32;
        // SAFETY: the caller's length in bytes, not null.
        let has = unsafe { room.read() };
        if out.is_null() || has < needed {
            // SAFETY: the same length, which is the caller's to be told.
            unsafe { room.write(needed) };
            return Err(Error::NO_BUFFERS);
        }
        // SAFETY: room enough for all of them, as just seen.
        unsafe { out.copy_from_nonoverlapping(found.as_ptr(), found.len()) };
        Ok(found.len() as i32)
    };
    put().unwrap_or_else(|error: Error| {
        set_last_error(error.0);
        SOCKET_ERROR
    })
}

/// `int WSAEnumProtocolsW(LPINT lpiProtocols, LPWSAPROTOCOL_INFOW lpProtocolBuffer,
/// LPDWORD lpdwBufferLength)`
///
/// TCP and UDP over IPv4 and IPv6, or those of the list, which ends with 0: how many (S11.21).
/// SOCKET_ERROR: 10055 if the buffer is too small, whose length then says what is needed; 10014.
///
/// # Safety
///
/// Each pointer is null or valid during the call, the buffer for its length in bytes.
pub unsafe extern "system" fn WSAEnumProtocolsW(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOW,
    lpdwbufferlength: *mut u32,
) -> i32 {
    enum_protocols!(WSAPROTOCOL_INFOW, u16, lpiprotocols, lpprotocolbuffer, lpdwbufferlength)
}

/// `int WSAEnumProtocolsA(LPINT lpiProtocols, LPWSAPROTOCOL_INFOA lpProtocolBuffer,
/// LPDWORD lpdwBufferLength)`
///
/// As [`WSAEnumProtocolsW`].
///
/// # Safety
///
/// As [`WSAEnumProtocolsW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAEnumProtocolsA(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOA,
    lpdwbufferlength: *mut u32,
) -> i32 {
    enum_protocols!(WSAPROTOCOL_INFOA, i8, lpiprotocols, lpprotocolbuffer, lpdwbufferlength)
}

/// `SOCKET WSAJoinLeaf(SOCKET s, const sockaddr *name, int namelen, LPWSABUF lpCallerData,
/// LPWSABUF lpCalleeData, LPQOS lpSQOS, LPQOS lpGQOS, DWORD dwFlags)`
///
/// A datagram socket joins a group of IP multicast, to receive what is sent there; to send there it
/// needs nothing (S11.22). The socket itself, or INVALID_SOCKET: 10022 for other flags or no group,
/// 10045 for a stream, and what joining says.
///
/// # Safety
///
/// `name` is valid for `namelen` bytes during the call; the others are not used.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAJoinLeaf(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    _lpcallerdata: *const WSABUF,
    _lpcalleedata: *mut WSABUF,
    _lpsqos: *const QOS,
    _lpgqos: *const QOS,
    dwflags: u32,
) -> SOCKET {
    let join = || {
        startup::check()?;
        let socket = handle::socket(s)?;
        // SAFETY: the caller's address, read during the call.
        let group = unsafe { Address::from_windows(name, namelen)? };
        match dwflags {
            JL_RECEIVER_ONLY | JL_BOTH => socket.join(&group, true)?,
            JL_SENDER_ONLY => socket.join(&group, false)?, // everybody may send
            _ => return Err(Error::INVALID),
        }
        Ok(s as u32)
    };
    finish_socket(join())
}

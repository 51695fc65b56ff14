//! Sockets secured by IPsec policy: there is no engine of such policies here, and these functions
//! say so.

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKADDR, SOCKET,
    SOCKET_PEER_TARGET_NAME, SOCKET_SECURITY_PROTOCOL_DEFAULT, SOCKET_SECURITY_PROTOCOL_IPSEC2,
    SOCKET_SECURITY_QUERY_INFO, SOCKET_SECURITY_QUERY_TEMPLATE, SOCKET_SECURITY_SETTINGS,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::{finish, startup};
use crate::error::Error;
use crate::handle::{self, SocketGuard};
use crate::socket::Mark;

/// A socket of Winsock's; 10038 for what is none.
fn socket(s: SOCKET) -> Result<SocketGuard, Error> {
    startup::check()?;
    handle::socket(s).ok().filter(|socket| !socket.is(Mark::PIPE)).ok_or(Error::NOT_SOCKET)
}

/// What is asked for has a known protocol and is as long as it should be.
///
/// # Safety
///
/// `of` is null or begins with a SOCKET_SECURITY_PROTOCOL, if it has `bytes` bytes.
unsafe fn check(of: *const i32, bytes: u32, least: usize) -> Result<(), Error> {
    if of.is_null() || bytes == 0 {
        return Ok(());
    }
    if (bytes as usize) < least {
        return Err(Error::MESSAGE_SIZE);
    }
    // SAFETY: long enough for its first field, which the caller lends to this call.
    let protocol = unsafe { of.read() };
    let known = SOCKET_SECURITY_PROTOCOL_DEFAULT..=SOCKET_SECURITY_PROTOCOL_IPSEC2;
    if known.contains(&protocol) { Ok(()) } else { Err(Error::INVALID) }
}

/// # Safety
///
/// The address is null or has so many bytes, during the call.
unsafe fn check_address(address: *const SOCKADDR, bytes: u32) -> Result<(), Error> {
    if address.is_null() {
        return Ok(());
    }
    if (bytes as usize) < size_of::<SOCKADDR>() {
        return Err(Error::MESSAGE_SIZE);
    }
    // SAFETY: the caller's address, whose length was looked at.
    match unsafe { (*address).sa_family } {
        AF_INET | AF_INET6 => Ok(()),
        _ => Err(Error::FAMILY_NOT_SUPPORTED),
    }
}

/// `INT WSASetSocketSecurity(SOCKET Socket, const SOCKET_SECURITY_SETTINGS *SecuritySettings,
/// ULONG SecuritySettingsLen, LPWSAOVERLAPPED Overlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine)`
///
/// Fails: 10038, 10056 for a connected socket, 10040 for settings that are too short, 10022 for a
/// protocol that is none, else 10045, for nothing here secures sockets by policy. No OVERLAPPED
/// completes and no routine is called.
///
/// # Safety
///
/// The settings are null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASetSocketSecurity(
    socket: SOCKET,
    securitysettings: *const SOCKET_SECURITY_SETTINGS,
    securitysettingslen: u32,
    _overlapped: *const OVERLAPPED,
    _completionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let least = size_of::<SOCKET_SECURITY_SETTINGS>();
    finish(self::socket(socket).and_then(|socket| {
        if socket.is(Mark::CONNECTED) {
            return Err(Error::IS_CONNECTED);
        }
        // SAFETY: the settings are the caller's, as long as it says.
        unsafe { check(securitysettings.cast(), securitysettingslen, least) }?;
        Err(Error::OP_NOT_SUPPORTED)
    }))
}

/// `INT WSAQuerySocketSecurity(SOCKET Socket,
/// const SOCKET_SECURITY_QUERY_TEMPLATE *SecurityQueryTemplate, ULONG SecurityQueryTemplateLen,
/// SOCKET_SECURITY_QUERY_INFO *SecurityQueryInfo, ULONG *SecurityQueryInfoLen,
/// LPWSAOVERLAPPED Overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine)`
///
/// Tells, at once, that the connection is not secured: no flag, no token. SOCKET_ERROR: 10038,
/// 10057 for a stream that is not connected, 10014 without a length, 10040 with too little room,
/// and what is needed, 10022.
///
/// # Safety
///
/// The template is null or valid for reads, the rest null or valid for writes, during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAQuerySocketSecurity(
    socket: SOCKET,
    securityquerytemplate: *const SOCKET_SECURITY_QUERY_TEMPLATE,
    securityquerytemplatelen: u32,
    securityqueryinfo: *mut SOCKET_SECURITY_QUERY_INFO,
    securityqueryinfolen: *mut u32,
    _overlapped: *const OVERLAPPED,
    _completionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let least = size_of::<SOCKET_SECURITY_QUERY_TEMPLATE>();
    finish(self::socket(socket).and_then(|socket| {
        let stream = socket.is(Mark::STREAM);
        if stream && !socket.is(Mark::CONNECTED) {
            return Err(Error::NOT_CONNECTED);
        }
        if !stream && (securityquerytemplate.is_null() || securityquerytemplatelen == 0) {
            return Err(Error::INVALID);
        }
        // SAFETY: the template is the caller's, as long as it says.
        unsafe { check(securityquerytemplate.cast(), securityquerytemplatelen, least) }?;
        // SAFETY: the length is null or the caller's, until the call returns.
        let length = unsafe { securityqueryinfolen.as_mut() }.ok_or(Error::FAULT)?;
        let needed = size_of::<SOCKET_SECURITY_QUERY_INFO>() as u32;
        let room = std::mem::replace(length, needed);
        if securityqueryinfo.is_null() || room < needed {
            return Err(Error::MESSAGE_SIZE);
        }
        // SAFETY: not null, and with the room that the caller told.
        unsafe { securityqueryinfo.write(SOCKET_SECURITY_QUERY_INFO::default()) };
        Ok(())
    }))
}

/// `INT WSASetSocketPeerTargetName(SOCKET Socket, const SOCKET_PEER_TARGET_NAME *PeerTargetName,
/// ULONG PeerTargetNameLen, LPWSAOVERLAPPED Overlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine)`
///
/// Fails: 10038, 10014 without a name, 10040, 10022, else 10045, as [`WSASetSocketSecurity`].
///
/// # Safety
///
/// The name is null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASetSocketPeerTargetName(
    socket: SOCKET,
    peertargetname: *const SOCKET_PEER_TARGET_NAME,
    peertargetnamelen: u32,
    _overlapped: *const OVERLAPPED,
    _completionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let least = std::mem::offset_of!(SOCKET_PEER_TARGET_NAME, AllStrings);
    finish(self::socket(socket).and_then(|_| {
        if peertargetname.is_null() {
            return Err(Error::FAULT);
        }
        if (peertargetnamelen as usize) < least {
            return Err(Error::MESSAGE_SIZE);
        }
        // SAFETY: the name is the caller's, as long as it says.
        unsafe { check(peertargetname.cast(), peertargetnamelen, least) }?;
        Err(Error::OP_NOT_SUPPORTED)
    }))
}

/// `INT WSADeleteSocketPeerTargetName(SOCKET Socket, const struct sockaddr *PeerAddr,
/// ULONG PeerAddrLen, LPWSAOVERLAPPED Overlapped,
/// LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine)`
///
/// Fails: 10038, 10040, 10047, else 10045, for no name was ever taken.
///
/// # Safety
///
/// The address is null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSADeleteSocketPeerTargetName(
    socket: SOCKET,
    peeraddr: *const SOCKADDR,
    peeraddrlen: u32,
    _overlapped: *const OVERLAPPED,
    _completionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    finish(self::socket(socket).and_then(|_| {
        // SAFETY: the address whose name is to go, the caller's.
        unsafe { check_address(peeraddr, peeraddrlen) }?;
        Err(Error::OP_NOT_SUPPORTED)
    }))
}

/// `INT WSAImpersonateSocketPeer(SOCKET Socket, const struct sockaddr *PeerAddr,
/// ULONG PeerAddrLen)`
///
/// Fails: 10038, 10040, 10047, 10057 for a stream that is not connected, else 10045, for no peer
/// has proved who it is.
///
/// # Safety
///
/// The address is null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAImpersonateSocketPeer(
    socket: SOCKET,
    peeraddr: *const SOCKADDR,
    peeraddrlen: u32,
) -> i32 {
    finish(self::socket(socket).and_then(|socket| {
        // SAFETY: the address of who is meant, the caller's.
        unsafe { check_address(peeraddr, peeraddrlen) }?;
        match socket.is(Mark::STREAM) && !socket.is(Mark::CONNECTED) {
            true => Err(Error::NOT_CONNECTED),
            false => Err(Error::OP_NOT_SUPPORTED),
        }
    }))
}

/// `INT WSARevertImpersonation(void)`
///
/// Succeeds: the calling thread is its own process' user already.
///
/// # Safety
///
/// There is nothing to keep.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSARevertImpersonation() -> i32 {
    finish(startup::check())
}

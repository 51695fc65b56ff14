//! The extension functions: AcceptEx, GetAcceptExSockaddrs, ConnectEx, DisconnectEx; and how all of
//! them are looked up.

use std::ffi::c_void;

use windows_sys::Win32::Networking::WinSock::{
    LPFN_ACCEPTEX, LPFN_CONNECTEX, LPFN_DISCONNECTEX, LPFN_GETACCEPTEXSOCKADDRS, LPFN_TRANSMITFILE,
    LPFN_TRANSMITPACKETS, LPFN_WSARECVMSG, LPFN_WSASENDMSG, RIO_EXTENSION_FUNCTION_TABLE, SOCKADDR,
    SOCKET, WSAID_ACCEPTEX, WSAID_CONNECTEX, WSAID_DISCONNECTEX, WSAID_GETACCEPTEXSOCKADDRS,
    WSAID_MULTIPLE_RIO, WSAID_TRANSMITFILE, WSAID_TRANSMITPACKETS, WSAID_WSARECVMSG,
    WSAID_WSASENDMSG,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, GUID};

use super::{datagram, finish_bool, rio, startup, transmit};
use crate::accept::stored_addresses;
use crate::error::Error;
use crate::issue::extension::{self, AcceptBuffer};

/// `BOOL AcceptEx(SOCKET sListenSocket, SOCKET sAcceptSocket, PVOID lpOutputBuffer,
/// DWORD dwReceiveDataLength, DWORD dwLocalAddressLength, DWORD dwRemoteAddressLength,
/// LPDWORD lpdwBytesReceived, LPOVERLAPPED lpOverlapped)`
///
/// The packet goes to the listener's port with the listener's key (S3.10). The accepted socket
/// needs SO_UPDATE_ACCEPT_CONTEXT (S3.16).
///
/// # Safety
///
/// The buffer and the OVERLAPPED are the engine's until the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn AcceptEx(
    slistensocket: SOCKET,
    sacceptsocket: SOCKET,
    lpoutputbuffer: *mut c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    dwremoteaddresslength: u32,
    lpdwbytesreceived: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let output = AcceptBuffer {
        buffer: lpoutputbuffer.cast(),
        data_bytes: dwreceivedatalength,
        local_bytes: dwlocaladdresslength,
        remote_bytes: dwremoteaddresslength,
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    let accept =
        || unsafe { extension::accept(slistensocket, sacceptsocket, output, lpoverlapped) };
    finish_bool(startup::check().and_then(|()| accept()).map(|outcome| {
        if !lpdwbytesreceived.is_null() {
            // SAFETY: the caller's count, valid for writes during the call.
            unsafe { lpdwbytesreceived.write(outcome.bytes) };
        }
    }))
}

/// `void GetAcceptExSockaddrs(PVOID lpOutputBuffer, DWORD dwReceiveDataLength,
/// DWORD dwLocalAddressLength, DWORD dwRemoteAddressLength, sockaddr **LocalSockaddr,
/// LPINT LocalSockaddrLength, sockaddr **RemoteSockaddr, LPINT RemoteSockaddrLength)`
///
/// The addresses lie in the buffer itself and live as long as it. With a local length of 0 the
/// local outputs are left untouched (S3.3).
///
/// # Safety
///
/// The buffer is that of a completed AcceptEx with the same lengths; the outputs are valid.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetAcceptExSockaddrs(
    lpoutputbuffer: *const c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    _dwremoteaddresslength: u32,
    localsockaddr: *mut *mut SOCKADDR,
    localsockaddrlength: *mut i32,
    remotesockaddr: *mut *mut SOCKADDR,
    remotesockaddrlength: *mut i32,
) {
    let buffer = lpoutputbuffer.cast_mut().cast();
    // SAFETY: the caller's completed buffer, and outputs valid for writes during the call.
    unsafe {
        let (local, remote) = stored_addresses(buffer, dwreceivedatalength, dwlocaladdresslength);
        if let Some((address, length)) = local {
            localsockaddr.write(address.cast());
            localsockaddrlength.write(length);
        }
        remotesockaddr.write(remote.0.cast());
        remotesockaddrlength.write(remote.1);
    }
}

/// `BOOL ConnectEx(SOCKET s, const sockaddr *name, int namelen, PVOID lpSendBuffer,
/// DWORD dwSendDataLength, LPDWORD lpdwBytesSent, LPOVERLAPPED lpOverlapped)`
///
/// Reached by WSAIoctl (S3.39). Always FALSE with 997, or an error (S3.21, S3.22); the data is
/// copied (S3.23).
///
/// # Safety
///
/// The address and the data are read during the call; the OVERLAPPED is the engine's until the
/// completion is delivered.
unsafe extern "system" fn connect_ex(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    lpsendbuffer: *const c_void,
    dwsenddatalength: u32,
    _lpdwbytessent: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let data = match lpsendbuffer.is_null() {
        true => &[],
        // SAFETY: the caller's data, valid for reads of that length during the call.
        false => unsafe {
            std::slice::from_raw_parts(lpsendbuffer.cast::<u8>(), dwsenddatalength as usize)
        },
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    let connect = || unsafe { extension::connect(s, (name, namelen), data, lpoverlapped) };
    finish_bool(startup::check().and_then(|()| connect()))
}

/// `BOOL DisconnectEx(SOCKET s, LPOVERLAPPED lpOverlapped, DWORD dwFlags, DWORD reserved)`
///
/// Reached by WSAIoctl (S3.39). With TF_REUSE_SOCKET it completes after the peer's FIN, and the
/// SOCKET may be used for AcceptEx or ConnectEx again; its port stays (S3.31).
///
/// # Safety
///
/// The OVERLAPPED is null, or the engine's until the completion is delivered.
unsafe extern "system" fn disconnect_ex(
    s: SOCKET,
    lpoverlapped: *mut OVERLAPPED,
    dwflags: u32,
    dwreserved: u32,
) -> BOOL {
    // SAFETY: the caller's OVERLAPPED, valid as this function's documentation demands.
    let disconnect = || unsafe { extension::disconnect(s, lpoverlapped, dwflags, dwreserved) };
    finish_bool(startup::check().and_then(|()| disconnect()))
}

/// The address of a function, whose type `$lpfn` the compiler compares.
macro_rules! address {
    ($lpfn:ident, $function:path) => {{
        const FUNCTION: $lpfn = Some($function);
        FUNCTION.map_or(0, |function| function as usize)
    }};
}

fn same(one: &GUID, other: &GUID) -> bool {
    let fields = |id: &GUID| (id.data1, id.data2, id.data3, id.data4);
    fields(one) == fields(other)
}

/// The table of extension functions with this GUID (S10.1); 10022 if there is none.
pub(super) fn table(id: &GUID) -> Result<&'static RIO_EXTENSION_FUNCTION_TABLE, Error> {
    if same(id, &WSAID_MULTIPLE_RIO) { Ok(&rio::TABLE) } else { Err(Error::INVALID) }
}

/// The address of the extension function with this GUID (S3.39–S3.41); 10022 if there is none.
pub(super) fn extension(id: &GUID) -> Result<usize, Error> {
    let same = |other: GUID| same(id, &other);
    Ok(match () {
        () if same(WSAID_ACCEPTEX) => address!(LPFN_ACCEPTEX, AcceptEx),
        () if same(WSAID_GETACCEPTEXSOCKADDRS) => {
            address!(LPFN_GETACCEPTEXSOCKADDRS, GetAcceptExSockaddrs)
        }
        () if same(WSAID_CONNECTEX) => address!(LPFN_CONNECTEX, connect_ex),
        () if same(WSAID_DISCONNECTEX) => address!(LPFN_DISCONNECTEX, disconnect_ex),
        () if same(WSAID_TRANSMITFILE) => address!(LPFN_TRANSMITFILE, transmit::TransmitFile),
        () if same(WSAID_TRANSMITPACKETS) => {
            address!(LPFN_TRANSMITPACKETS, transmit::transmit_packets)
        }
        () if same(WSAID_WSARECVMSG) => address!(LPFN_WSARECVMSG, datagram::wsa_recv_msg),
        () if same(WSAID_WSASENDMSG) => address!(LPFN_WSASENDMSG, datagram::WSASendMsg),
        () => return Err(Error::INVALID),
    })
}

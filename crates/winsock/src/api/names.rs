//! Byte order, and addresses as text.
//!
//! Byte order and the inet_… conversions work without WSAStartup; all others ask for it first.
//!
//! # Safety
//!
//! Every function here that takes a pointer wants it null or valid for what its C declaration says,
//! during the call and no longer. Text in ends with NUL, text out has the size that goes with it.

#![allow(unsafe_code)]
#![allow(non_snake_case)] // the names are the SDK's

use std::cell::Cell;
use std::ffi::{CStr, c_void};
use std::net::Ipv4Addr;
use std::{ptr, slice};

use windows_sys::Win32::Networking::WinSock::{
    IN_ADDR, INADDR_NONE, SOCKADDR, SOCKET, SOCKET_ERROR, WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW,
};
use windows_sys::core::{PCSTR, PCWSTR, PSTR, PWSTR};

use crate::error::{Error, set_last_error};
use crate::handle::is_socket;
use crate::kernel::address::Address;

use super::startup;

pub(super) mod text;

/// `u_short htons(u_short hostshort)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_htons"))]
pub unsafe extern "system" fn htons(hostshort: u16) -> u16 {
    hostshort.to_be()
}

/// `u_long htonl(u_long hostlong)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_htonl"))]
pub unsafe extern "system" fn htonl(hostlong: u32) -> u32 {
    hostlong.to_be()
}

/// `u_short ntohs(u_short netshort)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_ntohs"))]
pub unsafe extern "system" fn ntohs(netshort: u16) -> u16 {
    u16::from_be(netshort)
}

/// `u_long ntohl(u_long netlong)`
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_ntohl"))]
pub unsafe extern "system" fn ntohl(netlong: u32) -> u32 {
    u32::from_be(netlong)
}

/// `int WSAHtons(SOCKET s, u_short hostshort, u_short *lpnetshort)`
///
/// # Safety
///
/// `lpnetshort` is null or writable.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAHtons(s: SOCKET, hostshort: u16, lpnetshort: *mut u16) -> i32 {
    // SAFETY: the caller's number, written during this call.
    finish(unsafe { put_for(s, hostshort.to_be(), lpnetshort) })
}

/// `int WSAHtonl(SOCKET s, u_long hostlong, u_long *lpnetlong)`
///
/// # Safety
///
/// `lpnetlong` is null or writable.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAHtonl(s: SOCKET, hostlong: u32, lpnetlong: *mut u32) -> i32 {
    // SAFETY: the caller's number, written during this call.
    finish(unsafe { put_for(s, hostlong.to_be(), lpnetlong) })
}

/// `int WSANtohs(SOCKET s, u_short netshort, u_short *lphostshort)`
///
/// # Safety
///
/// `lphostshort` is null or writable.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSANtohs(s: SOCKET, netshort: u16, lphostshort: *mut u16) -> i32 {
    // SAFETY: the caller's number, written during this call.
    finish(unsafe { put_for(s, u16::from_be(netshort), lphostshort) })
}

/// `int WSANtohl(SOCKET s, u_long netlong, u_long *lphostlong)`
///
/// # Safety
///
/// `lphostlong` is null or writable.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSANtohl(s: SOCKET, netlong: u32, lphostlong: *mut u32) -> i32 {
    // SAFETY: the caller's number, written during this call.
    finish(unsafe { put_for(s, u32::from_be(netlong), lphostlong) })
}

/// `unsigned long inet_addr(const char *cp)`
///
/// # Safety
///
/// `cp` is null or a C string.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_inet_addr"))]
pub unsafe extern "system" fn inet_addr(cp: PCSTR) -> u32 {
    // SAFETY: the caller's text, read during this call.
    let ip = unsafe { narrow_in(cp) }.and_then(|cp| text::inet_addr_text(cp.to_bytes()));
    ip.map_or(INADDR_NONE, |ip| u32::from_ne_bytes(ip.octets()))
}

/// `char *inet_ntoa(struct in_addr in)`
///
/// The text is the calling thread's, until its next inet_ntoa.
///
/// # Safety
///
/// The result must not be used by another thread, nor after the next call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_inet_ntoa"))]
pub unsafe extern "system" fn inet_ntoa(r#in: IN_ADDR) -> PSTR {
    // SAFETY: four bytes, of which every member of the union is a view.
    let bytes = unsafe { r#in.S_un.S_addr }.to_ne_bytes();
    let ip = Ipv4Addr::from(bytes).to_string();
    NTOA.with(|buffer| {
        let mut text = [0; NTOA_BYTES];
        text[..ip.len()].copy_from_slice(ip.as_bytes());
        buffer.set(text);
        buffer.as_ptr().cast()
    })
}

/// The longest IPv4 text and its NUL.
const NTOA_BYTES: usize = "255.255.255.255\0".len();

thread_local! {
    static NTOA: Cell<[u8; NTOA_BYTES]> = const { Cell::new([0; NTOA_BYTES]) };
}

/// `INT inet_pton(INT Family, PCSTR pszAddrString, PVOID pAddrBuf)`
///
/// # Safety
///
/// `pszaddrstring` is null or a C string, `paddrbuf` null or writable for 4 or 16 bytes.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_inet_pton"))]
pub unsafe extern "system" fn inet_pton(
    family: i32,
    pszaddrstring: PCSTR,
    paddrbuf: *mut c_void,
) -> i32 {
    // SAFETY: the caller's text, read during this call.
    let text = unsafe { narrow_in(pszaddrstring) }.map(|text| text.to_bytes().to_vec());
    // SAFETY: the caller's buffer, written during this call.
    finish_pton(unsafe { pton(family, text, paddrbuf) })
}

/// `INT InetPtonW(INT Family, PCWSTR pszAddrString, PVOID pAddrBuf)`
///
/// # Safety
///
/// `pszaddrstring` is null or a wide C string, `paddrbuf` null or writable for 4 or 16 bytes.
pub unsafe extern "system" fn InetPtonW(
    family: i32,
    pszaddrstring: PCWSTR,
    paddrbuf: *mut c_void,
) -> i32 {
    // SAFETY: the caller's text, read during this call.
    let text = unsafe { wide_in(pszaddrstring) }
        .map(|text| text::narrow(text).unwrap_or_default().into_bytes());
    // SAFETY: the caller's buffer, written during this call.
    finish_pton(unsafe { pton(family, text, paddrbuf) })
}

/// `PCSTR inet_ntop(INT Family, const VOID *pAddr, PSTR pStringBuf, size_t StringBufSize)`
///
/// # Safety
///
/// `paddr` is null or readable for 4 or 16 bytes, `pstringbuf` null or writable for
/// `stringbufsize` bytes.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_inet_ntop"))]
pub unsafe extern "system" fn inet_ntop(
    family: i32,
    paddr: *const c_void,
    pstringbuf: PSTR,
    stringbufsize: usize,
) -> PCSTR {
    // SAFETY: the caller's address, read during this call.
    let text = unsafe { ntop(family, paddr) }.map(String::into_bytes).map(with_nul);
    // SAFETY: the caller's buffer, written during this call.
    finish_ntop(unsafe { put_text(text, pstringbuf, stringbufsize) }, pstringbuf)
}

/// `PCWSTR InetNtopW(INT Family, const VOID *pAddr, PWSTR pStringBuf, size_t StringBufSize)`
///
/// # Safety
///
/// `paddr` is null or readable for 4 or 16 bytes, `pstringbuf` null or writable for
/// `stringbufsize` characters.
pub unsafe extern "system" fn InetNtopW(
    family: i32,
    paddr: *const c_void,
    pstringbuf: PWSTR,
    stringbufsize: usize,
) -> PCWSTR {
    // SAFETY: the caller's address, read during this call.
    let text = unsafe { ntop(family, paddr) }.map(|text| text::widen(text.as_bytes()));
    // SAFETY: the caller's buffer, written during this call.
    finish_ntop(unsafe { put_text(text, pstringbuf, stringbufsize) }, pstringbuf)
}

/// `INT WSAAddressToStringA(LPSOCKADDR lpsaAddress, DWORD dwAddressLength, LPWSAPROTOCOL_INFOA
/// lpProtocolInfo, LPSTR lpszAddressString, LPDWORD lpdwAddressStringLength)`
///
/// # Safety
///
/// Each pointer is null or valid; the text has room for `*lpdwaddressstringlength` bytes.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAAddressToStringA(
    lpsaaddress: *const SOCKADDR,
    dwaddresslength: u32,
    _lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    lpszaddressstring: PSTR,
    lpdwaddressstringlength: *mut u32,
) -> i32 {
    // SAFETY: the caller's address, read during this call.
    let text = unsafe { address_text(lpsaaddress, dwaddresslength) };
    let text = text.map(String::into_bytes).map(with_nul);
    // SAFETY: the caller's buffer and length, used during this call.
    finish(unsafe { put_counted(text, lpszaddressstring, lpdwaddressstringlength) })
}

/// `INT WSAAddressToStringW(LPSOCKADDR lpsaAddress, DWORD dwAddressLength, LPWSAPROTOCOL_INFOW
/// lpProtocolInfo, LPWSTR lpszAddressString, LPDWORD lpdwAddressStringLength)`
///
/// # Safety
///
/// Each pointer is null or valid; the text has room for `*lpdwaddressstringlength` characters.
pub unsafe extern "system" fn WSAAddressToStringW(
    lpsaaddress: *const SOCKADDR,
    dwaddresslength: u32,
    _lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    lpszaddressstring: PWSTR,
    lpdwaddressstringlength: *mut u32,
) -> i32 {
    // SAFETY: the caller's address, read during this call.
    let text = unsafe { address_text(lpsaaddress, dwaddresslength) };
    let text = text.map(|text| text::widen(text.as_bytes()));
    // SAFETY: the caller's buffer and length, used during this call.
    finish(unsafe { put_counted(text, lpszaddressstring, lpdwaddressstringlength) })
}

/// `INT WSAStringToAddressA(LPSTR AddressString, INT AddressFamily, LPWSAPROTOCOL_INFOA
/// lpProtocolInfo, LPSOCKADDR lpAddress, LPINT lpAddressLength)`
///
/// # Safety
///
/// Each pointer is null or valid; the address has room for `*lpaddresslength` bytes.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAStringToAddressA(
    addressstring: PCSTR,
    addressfamily: i32,
    _lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    lpaddress: *mut SOCKADDR,
    lpaddresslength: *mut i32,
) -> i32 {
    // SAFETY: the caller's text, read during this call.
    let text = unsafe { narrow_in(addressstring) }.map(CStr::to_bytes);
    // SAFETY: the caller's buffer and length, used during this call.
    finish(unsafe { put_address(text, addressfamily, lpaddress, lpaddresslength) })
}

/// `INT WSAStringToAddressW(LPWSTR AddressString, INT AddressFamily, LPWSAPROTOCOL_INFOW
/// lpProtocolInfo, LPSOCKADDR lpAddress, LPINT lpAddressLength)`
///
/// # Safety
///
/// Each pointer is null or valid; the address has room for `*lpaddresslength` bytes.
pub unsafe extern "system" fn WSAStringToAddressW(
    addressstring: PCWSTR,
    addressfamily: i32,
    _lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    lpaddress: *mut SOCKADDR,
    lpaddresslength: *mut i32,
) -> i32 {
    // SAFETY: the caller's text, read during this call.
    let text = unsafe { wide_in(addressstring) }.and_then(text::narrow);
    let text = text.as_deref().map(CStr::to_bytes);
    // SAFETY: the caller's buffer and length, used during this call.
    finish(unsafe { put_address(text, addressfamily, lpaddress, lpaddresslength) })
}

/// 0, or SOCKET_ERROR with the last error set.
pub(super) fn finish(result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            set_last_error(error.code());
            SOCKET_ERROR
        }
    }
}

fn finish_pton(result: Result<bool, Error>) -> i32 {
    match result {
        Ok(found) => i32::from(found),
        Err(error) => finish(Err(error)),
    }
}

fn finish_ntop<T>(result: Result<(), Error>, text: *const T) -> *const T {
    if finish(result) == 0 { text } else { ptr::null() }
}

/// # Safety
///
/// `out` is null or writable.
unsafe fn put_for<T>(s: SOCKET, value: T, out: *mut T) -> Result<(), Error> {
    startup::check()?;
    if !is_socket(s) {
        return Err(Error::NOT_SOCKET);
    }
    if out.is_null() {
        return Err(Error::FAULT);
    }
    // SAFETY: the caller's number, which it owns during its call of us.
    unsafe { out.write_unaligned(value) };
    Ok(())
}

/// # Safety
///
/// `out` is null or writable for an address of `family`.
unsafe fn pton(family: i32, text: Option<Vec<u8>>, out: *mut c_void) -> Result<bool, Error> {
    let text = text.filter(|_| !out.is_null()).ok_or(Error::FAULT)?;
    let Some(bytes) = text::presentation_to_bytes(family, &text)? else {
        return Ok(false);
    };
    // SAFETY: the caller's buffer has room for an address of this family during its call of us.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast(), bytes.len()) };
    Ok(true)
}

/// # Safety
///
/// `address` is null or readable for an address of `family`.
unsafe fn ntop(family: i32, address: *const c_void) -> Result<String, Error> {
    let bytes = text::presentation_bytes(family)?;
    if address.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    // SAFETY: the caller's address has this many bytes during its call of us.
    Ok(text::presentation(unsafe { slice::from_raw_parts(address.cast(), bytes) }))
}

/// # Safety
///
/// `address` is null or readable for `len` bytes.
unsafe fn address_text(address: *const SOCKADDR, len: u32) -> Result<String, Error> {
    startup::check()?;
    let len = i32::try_from(len).unwrap_or(i32::MAX);
    // SAFETY: the caller's address, readable for `len` bytes during its call of us.
    let address = unsafe { Address::from_windows(address, len) }?;
    let address = address.to_std().ok_or(Error::INVALID)?;
    Ok(text::address_to_text(&address))
}

/// # Safety
///
/// `out` and `len` are null or writable; `out` has room for `*len` bytes.
unsafe fn put_address(
    text: Option<&[u8]>,
    family: i32,
    out: *mut SOCKADDR,
    len: *mut i32,
) -> Result<(), Error> {
    startup::check()?;
    if out.is_null() || len.is_null() {
        return Err(Error::FAULT);
    }
    let address = text::address_from_text(family, text.ok_or(Error::INVALID)?)?;
    let address = Address::from(address);
    // SAFETY: the caller's buffer and length, which it owns during its call of us.
    unsafe {
        let result = address.write_windows(out, len);
        if result.is_err() {
            // MS: WSAStringToAddressW, lpAddressLength — then it says how much room is needed
            len.write_unaligned(address.to_windows_bytes().0 as i32);
        }
        result
    }
}

fn with_nul(mut text: Vec<u8>) -> Vec<u8> {
    text.push(0);
    text
}

/// # Safety
///
/// `out` is null or writable for `room` characters.
unsafe fn put_text<T>(text: Result<Vec<T>, Error>, out: *mut T, room: usize) -> Result<(), Error> {
    let text = text?;
    if out.is_null() || room < text.len() {
        return Err(Error::INVALID_PARAMETER);
    }
    // SAFETY: the caller's buffer has at least this much room during its call of us.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), out, text.len()) };
    Ok(())
}

/// # Safety
///
/// `out` and `len` are null or writable; `out` has room for `*len` characters.
unsafe fn put_counted<T>(
    text: Result<Vec<T>, Error>,
    out: *mut T,
    len: *mut u32,
) -> Result<(), Error> {
    let text = text?;
    if out.is_null() || len.is_null() {
        return Err(Error::FAULT);
    }
    // SAFETY: the caller's length, and its buffer of that size, during its call of us.
    unsafe {
        let room = len.read_unaligned() as usize;
        len.write_unaligned(text.len() as u32);
        put_text(Ok(text), out, room).map_err(|_| Error::FAULT)
    }
}

/// # Safety
///
/// `text` is null or a C string that outlives the result.
pub(super) unsafe fn narrow_in<'a>(text: PCSTR) -> Option<&'a CStr> {
    // SAFETY: the caller's text, when it is not null.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text.cast()) })
}

/// # Safety
///
/// `text` is null or a wide C string that outlives the result.
pub(super) unsafe fn wide_in<'a>(text: PCWSTR) -> Option<&'a [u16]> {
    if text.is_null() {
        return None;
    }
    let mut len = 0;
    // SAFETY: the caller's text, read up to its NUL and no further.
    unsafe {
        while *text.add(len) != 0 {
            len += 1;
        }
        Some(slice::from_raw_parts(text, len))
    }
}

#[cfg(test)]
#[path = "names/tests.rs"]
mod tests;

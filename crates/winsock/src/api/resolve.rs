//! Names of hosts, services and protocols.
//!
//! getaddrinfo and its like return the error code itself, and set the last error to it too.
//!
//! # Safety
//!
//! Every function here that takes a pointer wants it null or valid for what its C declaration says,
//! during the call and no longer. What getaddrinfo returns is the caller's until freeaddrinfo;
//! what gethostbyname and its like return is the thread's until its next such call.

#![allow(unsafe_code)]
#![allow(non_snake_case)] // the names are the SDK's

use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{
    ADDRINFOA, ADDRINFOW, AF_INET, AF_INET6, AI_CANONNAME, AI_FQDN, HOSTENT, NI_NAMEREQD, PROTOENT,
    SERVENT, SOCKADDR, socklen_t,
};
use windows_sys::core::{PCSTR, PCWSTR, PSTR, PWSTR};

use crate::error::{Error, set_last_error};
use crate::kernel::address::Address;
use crate::kernel::resolve::{self, Found, Hints};

use super::names::{finish, narrow_in, text, wide_in};
use super::startup;

mod entries;
mod nodes;

/// `INT getaddrinfo(PCSTR pNodeName, PCSTR pServiceName, const ADDRINFOA *pHints, PADDRINFOA
/// *ppResult)`
///
/// # Safety
///
/// Each pointer is null or valid; the list is to be freed by [`freeaddrinfo`], once.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getaddrinfo"))]
pub unsafe extern "system" fn getaddrinfo(
    pnodename: PCSTR,
    pservicename: PCSTR,
    phints: *const ADDRINFOA,
    ppresult: *mut *mut ADDRINFOA,
) -> i32 {
    // SAFETY: the caller's texts, hints and result, used during this call.
    finish_code(unsafe {
        let names = [narrow_in(pnodename), narrow_in(pservicename)];
        put_list(names.map(|name| Ok(name.map(CStr::to_owned))), phints, ppresult)
    })
}

/// `VOID freeaddrinfo(PADDRINFOA pAddrInfo)`
///
/// # Safety
///
/// `paddrinfo` is null or from [`getaddrinfo`], and not used after this.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_freeaddrinfo"))]
pub unsafe extern "system" fn freeaddrinfo(paddrinfo: *const ADDRINFOA) {
    // SAFETY: the caller gives back the list that getaddrinfo gave it.
    unsafe { nodes::free(paddrinfo.cast_mut()) }
}

/// `INT GetAddrInfoW(PCWSTR pNodeName, PCWSTR pServiceName, const ADDRINFOW *pHints, PADDRINFOW
/// *ppResult)`
///
/// # Safety
///
/// Each pointer is null or valid; the list is to be freed by [`FreeAddrInfoW`], once.
pub unsafe extern "system" fn GetAddrInfoW(
    pnodename: PCWSTR,
    pservicename: PCWSTR,
    phints: *const ADDRINFOW,
    ppresult: *mut *mut ADDRINFOW,
) -> i32 {
    // SAFETY: the caller's texts, hints and result, used during this call.
    finish_code(unsafe {
        let names = [wide_in(pnodename), wide_in(pservicename)];
        put_list(names.map(narrow), phints, ppresult)
    })
}

/// `VOID FreeAddrInfoW(PADDRINFOW pAddrInfo)`
///
/// # Safety
///
/// `paddrinfo` is null or from [`GetAddrInfoW`], and not used after this.
pub unsafe extern "system" fn FreeAddrInfoW(paddrinfo: *const ADDRINFOW) {
    // SAFETY: the caller gives back the list that GetAddrInfoW gave it.
    unsafe { nodes::free(paddrinfo.cast_mut()) }
}

/// `INT getnameinfo(const SOCKADDR *pSockaddr, socklen_t SockaddrLength, PCHAR pNodeBuffer, DWORD
/// NodeBufferSize, PCHAR pServiceBuffer, DWORD ServiceBufferSize, INT Flags)`
///
/// # Safety
///
/// Each pointer is null or valid for the size that goes with it, in bytes.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getnameinfo"))]
pub unsafe extern "system" fn getnameinfo(
    psockaddr: *const SOCKADDR,
    sockaddrlength: socklen_t,
    pnodebuffer: PSTR,
    nodebuffersize: u32,
    pservicebuffer: PSTR,
    servicebuffersize: u32,
    flags: i32,
) -> i32 {
    let host = Room { start: pnodebuffer, len: nodebuffersize };
    let service = Room { start: pservicebuffer, len: servicebuffersize };
    // SAFETY: the caller's address and buffers, used during this call.
    finish_code(unsafe {
        put_names(psockaddr, sockaddrlength, flags, host, service, CString::into_bytes_with_nul)
    })
}

/// `INT GetNameInfoW(const SOCKADDR *pSockaddr, socklen_t SockaddrLength, PWCHAR pNodeBuffer, DWORD
/// NodeBufferSize, PWCHAR pServiceBuffer, DWORD ServiceBufferSize, INT Flags)`
///
/// # Safety
///
/// Each pointer is null or valid for the size that goes with it, in characters.
pub unsafe extern "system" fn GetNameInfoW(
    psockaddr: *const SOCKADDR,
    sockaddrlength: socklen_t,
    pnodebuffer: PWSTR,
    nodebuffersize: u32,
    pservicebuffer: PWSTR,
    servicebuffersize: u32,
    flags: i32,
) -> i32 {
    let host = Room { start: pnodebuffer, len: nodebuffersize };
    let service = Room { start: pservicebuffer, len: servicebuffersize };
    let units = |text: CString| text::widen(text.to_bytes());
    // SAFETY: the caller's address and buffers, used during this call.
    finish_code(unsafe { put_names(psockaddr, sockaddrlength, flags, host, service, units) })
}

/// `int gethostname(char *name, int namelen)`
///
/// # Safety
///
/// `name` is null or writable for `namelen` bytes.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_gethostname"))]
pub unsafe extern "system" fn gethostname(name: PSTR, namelen: i32) -> i32 {
    let room = Room { start: name, len: u32::try_from(namelen).unwrap_or(0) };
    let local = local_name().map(CString::into_bytes_with_nul);
    // SAFETY: the caller's buffer, written during this call.
    finish(local.and_then(|local| unsafe { room.put(&local) }))
}

/// `int GetHostNameW(PWSTR name, int namelen)`
///
/// # Safety
///
/// `name` is null or writable for `namelen` characters.
pub unsafe extern "system" fn GetHostNameW(name: PWSTR, namelen: i32) -> i32 {
    let room = Room { start: name, len: u32::try_from(namelen).unwrap_or(0) };
    let local = local_name().map(|local| text::widen(local.to_bytes()));
    // SAFETY: the caller's buffer, written during this call.
    finish(local.and_then(|local| unsafe { room.put(&local) }))
}

/// `struct hostent *gethostbyname(const char *name)`
///
/// # Safety
///
/// `name` is null or a C string; the result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_gethostbyname"))]
pub unsafe extern "system" fn gethostbyname(name: PCSTR) -> *mut HOSTENT {
    // SAFETY: the caller's text, read during this call.
    finish_entry(host_by_name(unsafe { narrow_in(name) }))
}

/// `struct hostent *gethostbyaddr(const char *addr, int len, int type)`
///
/// # Safety
///
/// `addr` is null or readable for `len` bytes; the result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_gethostbyaddr"))]
pub unsafe extern "system" fn gethostbyaddr(addr: PCSTR, len: i32, r#type: i32) -> *mut HOSTENT {
    // SAFETY: the caller's address, read during this call.
    finish_entry(unsafe { host_by_address(addr, len, r#type) })
}

/// `struct servent *getservbyname(const char *name, const char *proto)`
///
/// # Safety
///
/// Both are null or C strings; the result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getservbyname"))]
pub unsafe extern "system" fn getservbyname(name: PCSTR, proto: PCSTR) -> *mut SERVENT {
    // SAFETY: the caller's texts, read during this call.
    let (name, protocol) = unsafe { (narrow_in(name), narrow_in(proto)) };
    finish_entry(checked(name).and_then(|name| {
        let entry = resolve::service_by_name(name, protocol).ok_or(Error::NO_DATA)?;
        Ok(entries::keep_service(entry))
    }))
}

/// `struct servent *getservbyport(int port, const char *proto)`
///
/// # Safety
///
/// `proto` is null or a C string; the result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getservbyport"))]
pub unsafe extern "system" fn getservbyport(port: i32, proto: PCSTR) -> *mut SERVENT {
    // SAFETY: the caller's text, read during this call.
    let protocol = unsafe { narrow_in(proto) };
    finish_entry(startup::check().and_then(|()| {
        let entry = resolve::service_by_port(port, protocol).ok_or(Error::NO_DATA)?;
        Ok(entries::keep_service(entry))
    }))
}

/// `struct protoent *getprotobyname(const char *name)`
///
/// # Safety
///
/// `name` is null or a C string; the result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getprotobyname"))]
pub unsafe extern "system" fn getprotobyname(name: PCSTR) -> *mut PROTOENT {
    // SAFETY: the caller's text, read during this call.
    let name = unsafe { narrow_in(name) };
    finish_entry(checked(name).and_then(|name| {
        let entry = resolve::protocol_by_name(name).ok_or(Error::NO_DATA)?;
        Ok(entries::keep_protocol(entry))
    }))
}

/// `struct protoent *getprotobynumber(int number)`
///
/// # Safety
///
/// The result is the thread's until its next such call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_getprotobynumber"))]
pub unsafe extern "system" fn getprotobynumber(number: i32) -> *mut PROTOENT {
    finish_entry(startup::check().and_then(|()| {
        let entry = resolve::protocol_by_number(number).ok_or(Error::NO_DATA)?;
        Ok(entries::keep_protocol(entry))
    }))
}

/// 0 or the code, which becomes the last error too.
fn finish_code(result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            set_last_error(error.code());
            error.code() as i32
        }
    }
}

fn finish_entry<T>(result: Result<*mut T, Error>) -> *mut T {
    result.unwrap_or_else(|error| {
        set_last_error(error.code());
        ptr::null_mut()
    })
}

/// The text, after WSAStartup and if there is one.
fn checked(name: Option<&CStr>) -> Result<&CStr, Error> {
    startup::check()?;
    name.ok_or(Error::FAULT)
}

fn local_name() -> Result<CString, Error> {
    startup::check()?;
    resolve::host_name()
}

fn narrow(name: Option<&[u16]>) -> Result<Option<CString>, Error> {
    name.map(|name| text::narrow(name).ok_or(Error::HOST_NOT_FOUND)).transpose()
}

/// # Safety
///
/// `hints` is null or readable, `out` null or writable.
unsafe fn put_list<I: nodes::Info>(
    names: [Result<Option<CString>, Error>; 2],
    hints: *const I,
    out: *mut *mut I,
) -> Result<(), Error> {
    startup::check()?;
    if out.is_null() {
        return Err(Error::FAULT);
    }
    let [host, service] = names;
    // SAFETY: the caller's hints and result, which it owns during its call of us; the result is
    // null unless there is a list.
    unsafe {
        out.write(ptr::null_mut());
        let hints = nodes::hints(hints)?;
        let all = find(host?.as_deref(), service?.as_deref(), hints)?;
        out.write(nodes::list(&all));
    }
    Ok(())
}

fn find(host: Option<&CStr>, service: Option<&CStr>, hints: Hints) -> Result<Vec<Found>, Error> {
    if host.is_none() && service.is_none() {
        return Err(Error::HOST_NOT_FOUND);
    }
    if hints.flags & AI_CANONNAME != 0 && hints.flags & AI_FQDN != 0 {
        return Err(Error::INVALID); // MS: getaddrinfo, AI_FQDN — not both
    }
    if host.is_some_and(CStr::is_empty) {
        return find_local(service, hints);
    }
    resolve::look_up(host, service, hints)
}

/// MS: getaddrinfo, pNodeName — an empty text means this machine.
fn find_local(service: Option<&CStr>, hints: Hints) -> Result<Vec<Found>, Error> {
    let name = resolve::host_name()?;
    let all = resolve::look_up(Some(&name), service, hints);
    all.or_else(|_| resolve::look_up(Some(c"localhost"), service, hints)) // it has no other name
}

fn host_by_name(name: Option<&CStr>) -> Result<*mut HOSTENT, Error> {
    startup::check()?;
    let (flags, family) = (AI_CANONNAME, i32::from(AF_INET));
    let hints = Hints { flags, family, ..Hints::default() };
    let mut all = find(Some(name.unwrap_or_default()), None, hints)?;
    let canonical = all.first_mut().and_then(|first| first.canonical_name.take());
    let official = canonical.unwrap_or_else(|| name.unwrap_or_default().to_owned());
    let addresses = all.iter().map(|found| {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&found.address.to_windows_bytes().1[4..8]);
        bytes
    });
    Ok(entries::keep_host(official, AF_INET, 4, addresses.collect()))
}

/// # Safety
///
/// `address` is null or readable for `len` bytes.
unsafe fn host_by_address(
    address: *const u8,
    len: i32,
    family: i32,
) -> Result<*mut HOSTENT, Error> {
    startup::check()?;
    let (family, bytes) = match u16::try_from(family) {
        Ok(AF_INET) => (AF_INET, 4),
        Ok(AF_INET6) => (AF_INET6, 16),
        _ => return Err(Error::FAMILY_NOT_SUPPORTED),
    };
    if address.is_null() || usize::try_from(len).is_ok_and(|len| len < bytes) || len < 0 {
        return Err(Error::FAULT);
    }
    let mut ip = [0u8; 16];
    // SAFETY: the caller's address has `len` bytes, at least this many, during its call of us.
    unsafe { ptr::copy_nonoverlapping(address, ip.as_mut_ptr(), bytes) };
    let socket_address = match family {
        AF_INET => SocketAddr::from((Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]), 0)),
        _ => SocketAddr::from((Ipv6Addr::from(ip), 0)),
    };
    let address = Address::from(socket_address);
    let (name, _) = resolve::name_of(&address, NI_NAMEREQD, usize::MAX, 0)?;
    Ok(entries::keep_host(name, family, bytes, vec![ip]))
}

/// A caller's buffer for text.
#[derive(Clone, Copy)]
struct Room<T> {
    start: *mut T,
    len: u32,
}

impl<T: Copy> Room<T> {
    /// How much may be asked for; none if there is no buffer.
    fn wanted(self) -> usize {
        if self.start.is_null() { 0 } else { self.len as usize }
    }

    /// Writes all of `text`, or nothing: 10014.
    ///
    /// # Safety
    ///
    /// The buffer is the caller's, of this length, for the time of its call of us.
    unsafe fn put(self, text: &[T]) -> Result<(), Error> {
        if self.wanted() < text.len() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's buffer has this much room, as just checked.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), self.start, text.len()) };
        Ok(())
    }
}

/// # Safety
///
/// `address` is null or readable for `len` bytes; both buffers are null or of their length.
unsafe fn put_names<T: Copy>(
    address: *const SOCKADDR,
    len: i32,
    flags: i32,
    host_room: Room<T>,
    service_room: Room<T>,
    units: impl Fn(CString) -> Vec<T>,
) -> Result<(), Error> {
    startup::check()?;
    // SAFETY: the caller's address, readable for `len` bytes during its call of us.
    let address = unsafe { Address::from_windows(address, len) }?;
    let rooms = (host_room.wanted(), service_room.wanted());
    let (host, service) = resolve::name_of(&address, flags as u32, rooms.0, rooms.1)?;
    for (room, text) in [(host_room, host), (service_room, service)] {
        if room.wanted() > 0 {
            // SAFETY: the caller's buffer, written during its call of us.
            unsafe { room.put(&units(text)) }?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "resolve/tests.rs"]
mod tests;

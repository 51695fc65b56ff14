//! Names of hosts, services and protocols, asked of the C library's resolver.
//!
//! What comes in and goes out is text and [`Address`]; flags and errors are Windows' numbers.
//!
//! # Safety
//!
//! The unsafe code here calls the C library with text borrowed from our caller and copies its
//! answers before they are freed or overwritten: nothing of the C library's memory leaves.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::sync::{Mutex, PoisonError};
use std::{io, mem, ptr};

use windows_sys::Win32::Networking::WinSock::{
    AI_ADDRCONFIG, AI_ALL, AI_CANONNAME, AI_FQDN, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE,
    AI_V4MAPPED, NI_DGRAM, NI_MAXHOST, NI_MAXSERV, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST,
    NI_NUMERICSERV,
};

use super::address::{Address, family_to_linux};
use crate::error::Error;

/// What a look-up shall find: Windows' flags and family; socket types are numbered alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    /// AI_… flags.
    pub flags: u32,
    /// AF_UNSPEC, AF_INET or AF_INET6.
    pub family: i32,
    /// 0 for any.
    pub socket_type: i32,
    /// 0 for any.
    pub protocol: i32,
}

/// One address a look-up found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Address and port.
    pub address: Address,
    /// As asked for, or what the service is offered on.
    pub socket_type: i32,
    /// As asked for, or what the service is offered on.
    pub protocol: i32,
    /// With the first address only, and only if asked for.
    pub canonical_name: Option<CString>,
}

/// A line of the services or protocols database; its number is a port or a protocol.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The official name.
    pub name: CString,
    /// Its other names.
    pub aliases: Vec<CString>,
    /// The port in network order, or the protocol's number.
    pub number: i32,
    /// The protocol a service is offered on; empty for a protocol.
    pub protocol: CString,
}

/// The addresses of `host` with the port of `service`.
///
/// If neither type nor protocol is asked for, Windows lists each address once where Linux lists it
/// per type; so a stream (then a datagram) is asked for. The type is reported as 0 unless
/// the service's name tells it.
pub fn look_up(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Hints,
) -> Result<Vec<Found>, Error> {
    if hints.socket_type != 0 || hints.protocol != 0 {
        return look_up_type(host, service, hints);
    }
    let stream = Hints { socket_type: libc::SOCK_STREAM, ..hints };
    let datagram = Hints { socket_type: libc::SOCK_DGRAM, ..hints };
    let mut all = match look_up_type(host, service, stream) {
        Err(Error::TYPE_NOT_FOUND) => look_up_type(host, service, datagram)?,
        result => result?,
    };
    let named = service.is_some_and(|text| !text.to_bytes().iter().all(u8::is_ascii_digit));
    if !named {
        for found in &mut all {
            (found.socket_type, found.protocol) = (0, 0);
        }
    }
    Ok(all)
}

/// The names of an address, as NI_… `flags` want them; an empty name where room is 0.
pub fn name_of(
    address: &Address,
    flags: u32,
    host_room: usize,
    service_room: usize,
) -> Result<(CString, CString), Error> {
    let mut host = vec![0u8; host_room.min(NI_MAXHOST as usize)];
    let mut service = vec![0u8; service_room.min(NI_MAXSERV as usize)];
    let flags = flags_to_linux(flags, &NAME_FLAGS);
    // SAFETY: the address and both buffers are ours for the time of the call, which is told the
    // sizes of all three.
    let result = unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len(),
            host.as_mut_ptr().cast(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr().cast(),
            service.len() as libc::socklen_t,
            flags,
        )
    };
    if result != 0 {
        return Err(error_from_eai(result));
    }
    Ok((text(&host), text(&service)))
}

/// The name of this machine.
pub fn host_name() -> Result<CString, Error> {
    let mut name = [0u8; NI_MAXHOST as usize];
    // SAFETY: our own buffer, and the C library writes at most its size.
    match unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len()) } {
        0 => Ok(text(&name)),
        _ => Err(last()),
    }
}

/// The service called `name`, on `protocol` or on any.
pub fn service_by_name(name: &CStr, protocol: Option<&CStr>) -> Option<Entry> {
    let protocol = protocol.map_or(ptr::null(), CStr::as_ptr);
    let _only = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: both texts are our caller's for the time of the call; the answer is copied under the
    // lock that all our users of the C library's static memory take.
    unsafe { copy_service(libc::getservbyname(name.as_ptr(), protocol)) }
}

/// The service at `port`, in network order, on `protocol` or on any.
pub fn service_by_port(port: i32, protocol: Option<&CStr>) -> Option<Entry> {
    let protocol = protocol.map_or(ptr::null(), CStr::as_ptr);
    let _only = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the text is our caller's for the time of the call; the answer is copied under the
    // lock that all our users of the C library's static memory take.
    unsafe { copy_service(libc::getservbyport(port, protocol)) }
}

/// The protocol called `name`.
pub fn protocol_by_name(name: &CStr) -> Option<Entry> {
    let _only = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the text is our caller's for the time of the call; the answer is copied under the
    // lock that all our users of the C library's static memory take.
    unsafe { copy_protocol(libc::getprotobyname(name.as_ptr())) }
}

/// The protocol with this number.
pub fn protocol_by_number(number: i32) -> Option<Entry> {
    let _only = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: no memory goes in; the answer is copied under the lock that all our users of the C
    // library's static memory take.
    unsafe { copy_protocol(libc::getprotobynumber(number)) }
}

/// The C library answers out of static memory: one question at a time.
static DATABASES: Mutex<()> = Mutex::new(());

fn look_up_type(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Hints,
) -> Result<Vec<Found>, Error> {
    let family = u16::try_from(hints.family).ok().and_then(family_to_linux);
    // SAFETY: addrinfo is integers and pointers, for which zero is a value.
    let mut wanted: libc::addrinfo = unsafe { mem::zeroed() };
    wanted.ai_flags = flags_to_linux(hints.flags, &LOOK_UP_FLAGS);
    wanted.ai_family = family.ok_or(Error::FAMILY_NOT_SUPPORTED)?;
    wanted.ai_socktype = hints.socket_type;
    wanted.ai_protocol = hints.protocol;
    let host = host.map_or(ptr::null(), CStr::as_ptr);
    let service = service.map_or(ptr::null(), CStr::as_ptr);
    let mut first = ptr::null_mut();
    // SAFETY: the texts are our caller's and the hints ours for the time of the call; the list is
    // ours from here until freeaddrinfo below, and `copy_found` keeps no pointer into it.
    unsafe {
        match libc::getaddrinfo(host, service, &wanted, &mut first) {
            0 => {
                let all = copy_found(first);
                libc::freeaddrinfo(first);
                Ok(all)
            }
            error => Err(error_from_eai(error)),
        }
    }
}

/// # Safety
///
/// `node` is null or the head of a list from getaddrinfo, not freed during the call.
unsafe fn copy_found(mut node: *const libc::addrinfo) -> Vec<Found> {
    let mut all = Vec::new();
    // SAFETY: the caller's list is alive; each of its nodes is whole and its address has
    // `ai_addrlen` bytes, at most what an Address has room for.
    while let Some(info) = unsafe { node.as_ref() } {
        let mut address = Address::empty();
        let (to, len) = address.as_mut_parts();
        // SAFETY: as above; `to` is our own storage.
        unsafe {
            let bytes = (info.ai_addrlen as usize).min(*len as usize);
            ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), to.cast::<u8>(), bytes);
            *len = bytes as libc::socklen_t;
        }
        all.push(Found {
            address,
            socket_type: info.ai_socktype,
            protocol: info.ai_protocol,
            // SAFETY: as above; the name is null or a C string.
            canonical_name: unsafe { copy_text(info.ai_canonname) },
        });
        node = info.ai_next;
    }
    all
}

/// # Safety
///
/// `from` is null or what the C library just returned, not overwritten during the call.
unsafe fn copy_service(from: *const libc::servent) -> Option<Entry> {
    // SAFETY: the caller's promise; all of its texts are C strings, the aliases end with null.
    unsafe {
        let from = from.as_ref()?;
        Some(Entry {
            name: copy_text(from.s_name)?,
            aliases: copy_texts(from.s_aliases),
            number: from.s_port,
            protocol: copy_text(from.s_proto)?,
        })
    }
}

/// # Safety
///
/// `from` is null or what the C library just returned, not overwritten during the call.
unsafe fn copy_protocol(from: *const libc::protoent) -> Option<Entry> {
    // SAFETY: the caller's promise; all of its texts are C strings, the aliases end with null.
    unsafe {
        let from = from.as_ref()?;
        Some(Entry {
            name: copy_text(from.p_name)?,
            aliases: copy_texts(from.p_aliases),
            number: from.p_proto,
            protocol: CString::default(),
        })
    }
}

/// # Safety
///
/// `from` is null or an array of C strings that ends with null.
unsafe fn copy_texts(from: *const *mut c_char) -> Vec<CString> {
    let mut texts = Vec::new();
    if !from.is_null() {
        // SAFETY: the caller's promise; we stop at the null.
        while let Some(text) = unsafe { copy_text(*from.add(texts.len())) } {
            texts.push(text);
        }
    }
    texts
}

/// # Safety
///
/// `from` is null or a C string.
unsafe fn copy_text(from: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise, when it is not null.
    (!from.is_null()).then(|| unsafe { CStr::from_ptr(from) }.to_owned())
}

/// The text in a buffer up to its first NUL; a buffer without one holds none.
fn text(buffer: &[u8]) -> CString {
    CStr::from_bytes_until_nul(buffer).map(CStr::to_owned).unwrap_or_default()
}

/// AI_… of Windows and of Linux. What only Windows has is about its own resolver and is ignored.
const LOOK_UP_FLAGS: [(u32, i32); 8] = [
    (AI_PASSIVE, libc::AI_PASSIVE),
    (AI_CANONNAME, libc::AI_CANONNAME),
    (AI_FQDN, libc::AI_CANONNAME),
    (AI_NUMERICHOST, libc::AI_NUMERICHOST),
    (AI_NUMERICSERV, libc::AI_NUMERICSERV),
    (AI_ALL, libc::AI_ALL),
    (AI_ADDRCONFIG, libc::AI_ADDRCONFIG),
    (AI_V4MAPPED, libc::AI_V4MAPPED),
];

/// NI_… of Windows and of Linux.
const NAME_FLAGS: [(u32, i32); 5] = [
    (NI_NOFQDN, libc::NI_NOFQDN),
    (NI_NUMERICHOST, libc::NI_NUMERICHOST),
    (NI_NAMEREQD, libc::NI_NAMEREQD),
    (NI_NUMERICSERV, libc::NI_NUMERICSERV),
    (NI_DGRAM, libc::NI_DGRAM),
];

fn flags_to_linux(flags: u32, table: &[(u32, i32)]) -> i32 {
    let set = table.iter().filter(|row| flags & row.0 != 0);
    set.fold(0, |linux, row| linux | row.1)
}

fn error_from_eai(error: i32) -> Error {
    match error {
        libc::EAI_BADFLAGS => Error::INVALID, // flags that exclude each other
        libc::EAI_NONAME => Error::HOST_NOT_FOUND, // no such host, or neither name given
        libc::EAI_AGAIN => Error::TRY_AGAIN,  // no answer from the name server
        libc::EAI_FAIL => Error::NO_RECOVERY, // the name server refused
        libc::EAI_NODATA => Error::NO_DATA,   // the host has no such address
        libc::EAI_FAMILY => Error::FAMILY_NOT_SUPPORTED, // neither IPv4 nor IPv6
        libc::EAI_SOCKTYPE => Error::SOCKET_NOT_SUPPORTED, // type and protocol do not fit
        libc::EAI_SERVICE => Error::TYPE_NOT_FOUND, // no such service for this type
        libc::EAI_MEMORY => Error::NOT_ENOUGH_MEMORY, // out of memory
        libc::EAI_OVERFLOW => Error::FAULT,   // getnameinfo: a buffer too small
        libc::EAI_SYSTEM => last(),           // see errno
        _ => Error::NO_RECOVERY,              // glibc's own, of its asynchronous calls
    }
}

fn last() -> Error {
    Error::from_errno(io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{
        Hints, host_name, look_up, name_of, protocol_by_number, service_by_name, service_by_port,
    };
    use crate::error::Error;
    use crate::kernel::address::Address;

    #[test]
    fn each_address_is_listed_once_when_no_type_is_asked_for() {
        let all = look_up(Some(c"127.0.0.1"), Some(c"80"), Hints::default()).expect("a literal");
        assert_eq!((all.len(), all[0].socket_type, all[0].protocol), (1, 0, 0));
        let stream = Hints { socket_type: 1, ..Hints::default() };
        let all = look_up(Some(c"::1"), Some(c"80"), stream).expect("a literal");
        assert_eq!((all.len(), all[0].protocol, all[0].address.port()), (1, 6, 80));
    }

    #[test]
    fn resolver_errors_are_winsock_codes() {
        let literal = Hints { flags: 4, ..Hints::default() };
        assert_eq!(look_up(Some(c"no such"), None, literal).err(), Some(Error::HOST_NOT_FOUND));
        let apple = Hints { family: 16, ..Hints::default() };
        assert_eq!(look_up(Some(c"::1"), None, apple).err(), Some(Error::FAMILY_NOT_SUPPORTED));
        let odd = Hints { socket_type: 77, ..Hints::default() };
        assert_eq!(look_up(Some(c"::1"), None, odd).err(), Some(Error::SOCKET_NOT_SUPPORTED));
        let bare = Hints { flags: 2, ..Hints::default() };
        assert_eq!(look_up(None, Some(c"80"), bare).err(), Some(Error::INVALID));
    }

    #[test]
    fn numeric_flags_differ_from_linux() {
        let address = Address::from(SocketAddr::from(([127, 0, 0, 1], 80)));
        let (host, service) = name_of(&address, 2 | 8, 64, 64).expect("numbers need no server");
        assert_eq!((host.as_c_str(), service.as_c_str()), (c"127.0.0.1", c"80"));
        assert_eq!(name_of(&address, 2 | 8, 4, 64).err(), Some(Error::FAULT));
        assert!(!host_name().expect("every machine has one").is_empty());
    }

    #[test]
    fn databases_answer_when_the_machine_has_them() {
        if let Some(http) = service_by_name(c"http", Some(c"tcp")) {
            assert_eq!(http.number, i32::from(80u16.to_be()));
            let back = service_by_port(http.number, None).expect("it has a name");
            assert_eq!(back.name.as_c_str(), c"http");
        }
        if let Some(tcp) = protocol_by_number(6) {
            assert_eq!((tcp.name.as_c_str(), tcp.number), (c"tcp", 6));
        }
    }
}

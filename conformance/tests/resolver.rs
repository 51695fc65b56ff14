//! Names of hosts, services and protocols (S11.26–S11.28): what needs no network.
//!
//! # Safety
//!
//! Pointers are to locals and constants, used during the call; lists are read before they are
//! freed.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::CStr;
use std::net::SocketAddr;
use std::ptr::{null, null_mut};

use conformance::{POISON_WIDE, RawAddress, call, startup, wide, win32_call, wine_differs};
use overlapped::sys::*;

/// What getaddrinfo finds: family, type and address of each.
fn look_up(node: &CStr, service: &CStr, hints: ADDRINFOA) -> Result<Vec<(i32, i32)>, i32> {
    startup();
    let mut list = POISON_WIDE as *mut ADDRINFOA;
    let (node, service) = (node.as_ptr().cast(), service.as_ptr().cast());
    let code = unsafe { getaddrinfo(node, service, &hints, &mut list) };
    if code != 0 {
        return Err(code);
    }
    let (mut found, mut at) = (Vec::new(), list);
    while let Some(one) = unsafe { at.as_ref() } {
        assert_eq!(unsafe { (*one.ai_addr).sa_family }, one.ai_family as u16);
        found.push((one.ai_family, one.ai_socktype));
        at = one.ai_next;
    }
    unsafe { freeaddrinfo(list) };
    Ok(found)
}

fn hints(family: u16, kind: i32, flags: u32) -> ADDRINFOA {
    ADDRINFOA {
        ai_flags: flags as i32,
        ai_family: family.into(),
        ai_socktype: kind,
        ..ADDRINFOA::default()
    }
}

/// S11.26: an address in the place of a name is found without asking anybody.
#[test]
fn a_numeric_name_is_its_own_address() {
    let stream = (i32::from(AF_INET), SOCK_STREAM);
    let found = look_up(c"127.0.0.1", c"80", hints(AF_INET, SOCK_STREAM, AI_NUMERICHOST));
    assert_eq!(found, Ok(vec![stream]));
    let found = look_up(c"127.0.0.1", c"80", hints(AF_UNSPEC, SOCK_STREAM, 0));
    assert_eq!(found, Ok(vec![stream]));
    let found = look_up(c"nowhere", c"80", hints(AF_INET, SOCK_STREAM, AI_NUMERICHOST));
    assert_eq!(found, Err(WSAHOST_NOT_FOUND));
}

/// S11.26: bad families and types are refused.
#[test]
fn hints_are_looked_at() {
    let found = look_up(c"127.0.0.1", c"80", hints(77, SOCK_STREAM, 0));
    assert_eq!(found, Err(WSAEAFNOSUPPORT));
    let found = look_up(c"127.0.0.1", c"80", hints(AF_INET, 77, 0));
    assert_eq!(found, Err(WSAESOCKTNOSUPPORT));
}

/// S11.26: the wide form, and the way back by GetNameInfoW.
#[test]
fn the_wide_forms_do_as_much() {
    startup();
    let (node, service) = (wide("127.0.0.1"), wide("80"));
    let hints = ADDRINFOW { ai_socktype: SOCK_STREAM, ..ADDRINFOW::default() };
    let mut list = null_mut();
    let code = unsafe { GetAddrInfoW(node.as_ptr(), service.as_ptr(), &hints, &mut list) };
    assert_eq!(code, 0);
    let (mut host, mut port) = ([0xCCCCu16; 20], [0xCCCCu16; 8]);
    let (host_to, port_to) = (host.as_mut_ptr(), port.as_mut_ptr());
    let code = unsafe {
        let one = &*list;
        assert_eq!((one.ai_family, one.ai_addrlen, one.ai_next.is_null()), (2, 16, true));
        let (address, bytes) = (one.ai_addr, one.ai_addrlen as i32);
        let flags = (NI_NUMERICHOST | NI_NUMERICSERV) as i32;
        GetNameInfoW(address, bytes, host_to, 20, port_to, 8, flags)
    };
    unsafe { FreeAddrInfoW(list) };
    assert_eq!((code, &host[..10], &port[..3]), (0, &node[..], &service[..]));
}

/// S11.26: getnameinfo gives numbers when asked to, and wants room for them.
#[test]
fn an_address_is_named_by_its_numbers() {
    startup();
    let address = RawAddress::of(SocketAddr::from(([127, 0, 0, 1], 80)));
    let mut host = [0xCCu8; 20];
    let mut name = |room| unsafe {
        let (at, bytes, to) = (address.as_ptr(), address.length, host.as_mut_ptr());
        let flags = (NI_NUMERICHOST | NI_NUMERICSERV) as i32;
        (getnameinfo(at, bytes, to, room, null_mut(), 0, flags), host)
    };
    let (code, host) = name(20);
    assert_eq!((code, CStr::from_bytes_until_nul(&host).unwrap()), (0, c"127.0.0.1"));
    assert_ne!(name(4).0, 0);
}

/// S11.27: the machine has a name, narrow and wide; too little room is 10014.
#[test]
fn the_machine_has_a_name() {
    startup();
    let (mut narrow, mut wide) = ([0xCCu8; 256], [0xCCCCu16; 256]);
    let short = call(-1, || unsafe { gethostname(narrow.as_mut_ptr(), 1) });
    assert_eq!(short, Err(WSAEFAULT));
    assert_eq!(call(-1, || unsafe { gethostname(narrow.as_mut_ptr(), 256) }), Ok(0));
    assert_eq!(call(-1, || unsafe { GetHostNameW(wide.as_mut_ptr(), 256) }), Ok(0));
    let name = CStr::from_bytes_until_nul(&narrow).unwrap().to_str().unwrap();
    let length = wide.iter().position(|&unit| unit == 0).unwrap();
    assert!(!name.is_empty());
    assert_eq!(String::from_utf16_lossy(&wide[..length]), name);
}

/// S11.27: gethostbyname of an address in text is that address.
#[test]
fn a_host_is_found_by_a_numeric_name() {
    startup();
    let host = win32_call(null_mut(), || unsafe { gethostbyname(c"127.0.0.1".as_ptr().cast()) });
    let host = unsafe { &*host.unwrap() };
    assert_eq!((host.h_addrtype, host.h_length), (2, 4));
    let first = unsafe { *host.h_addr_list }.cast::<[u8; 4]>();
    assert_eq!(unsafe { first.read_unaligned() }, [127, 0, 0, 1]);
}

/// S11.27: an address too short is 10014.
#[test]
fn a_short_address_has_no_host() {
    wine_differs!("S11.27", "says 10047");
    startup();
    let short = call(null_mut(), || unsafe { gethostbyaddr([127, 0].as_ptr(), 2, AF_INET.into()) });
    assert_eq!(short.err(), Some(WSAEFAULT));
}

/// S11.28: the best known services and protocols.
#[test]
fn services_and_protocols_have_names() {
    startup();
    unsafe {
        let http = getservbyname(c"http".as_ptr().cast(), c"tcp".as_ptr().cast());
        assert_eq!(u16::from_be((*http).s_port as u16), 80);
        let by_port = getservbyport(80u16.to_be().into(), c"tcp".as_ptr().cast());
        assert_eq!(CStr::from_ptr((*by_port).s_name.cast()), c"http");
        let none = || getservbyname(c"no-such-service".as_ptr().cast(), null());
        assert_eq!(call(null_mut(), none).err(), Some(WSANO_DATA));
        let tcp = getprotobyname(c"tcp".as_ptr().cast());
        assert_eq!((*tcp).p_proto, 6);
        let udp = getprotobynumber(17);
        assert_eq!(CStr::from_ptr((*udp).p_name.cast()), c"udp");
        let none = || getprotobyname(c"no-such-protocol".as_ptr().cast());
        assert_eq!(call(null_mut(), none).err(), Some(WSANO_DATA));
    }
}

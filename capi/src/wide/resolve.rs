//! Resolving names of wchar_t.
//!
//! # Safety
//!
//! As the engine's doors; a list is freed once, by FreeAddrInfoW.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CString, c_char};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Networking::WinSock::{ADDRINFOA, SOCKADDR, SOCKADDR_STORAGE};

use crate::text::{Character, Wide, read, write};

/// ADDRINFOW as C has it, and what it points to.
#[repr(C)]
pub struct Node {
    pub flags: i32,
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub bytes: usize,
    pub name: *mut Wide,
    pub address: *mut SOCKADDR,
    pub next: *mut Node,
    kept_name: Vec<Wide>,
    kept_address: SOCKADDR_STORAGE,
}

/// A node of a list, made of the engine's.
fn node(from: &ADDRINFOA, next: *mut Node) -> *mut Node {
    let name = unsafe { read(from.ai_canonname.cast_const()) };
    let mut node = Box::new(Node {
        flags: from.ai_flags,
        family: from.ai_family,
        kind: from.ai_socktype,
        protocol: from.ai_protocol,
        bytes: from.ai_addrlen,
        name: null_mut(),
        address: null_mut(),
        next,
        kept_name: name.iter().flat_map(|name| [Wide::encode(name), vec![0]].concat()).collect(),
        kept_address: SOCKADDR_STORAGE::default(),
    });
    if name.is_some() {
        node.name = node.kept_name.as_mut_ptr();
    }
    if !from.ai_addr.is_null() {
        let kept = (&raw mut node.kept_address).cast::<u8>();
        let bytes = from.ai_addrlen.min(size_of::<SOCKADDR_STORAGE>());
        unsafe { kept.copy_from_nonoverlapping(from.ai_addr.cast(), bytes) };
        node.address = kept.cast();
    }
    Box::into_raw(node)
}

unsafe fn narrow(text: *const Wide) -> Option<CString> {
    unsafe { read(text) }.and_then(|text| CString::new(text).ok())
}

fn start(text: &Option<CString>) -> *const u8 {
    text.as_ref().map_or(null::<c_char>(), |text| text.as_ptr()).cast()
}

/// `INT GetAddrInfoW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAddrInfoW(
    name: *const Wide,
    service: *const Wide,
    hints: *const ADDRINFOA,
    result: *mut *mut Node,
) -> i32 {
    let (name, service) = unsafe { (narrow(name), narrow(service)) };
    let mut list = null_mut();
    // Hints have no text: narrow and wide ones are the same.
    let error = unsafe { engine::getaddrinfo(start(&name), start(&service), hints, &mut list) };
    let mut nodes = Vec::new();
    let mut at = list;
    while let Some(one) = unsafe { at.as_ref() } {
        nodes.push(one);
        at = one.ai_next;
    }
    let first = nodes.iter().rev().fold(null_mut(), |next, one| node(one, next));
    drop(nodes);
    if !list.is_null() {
        unsafe { engine::freeaddrinfo(list) };
    }
    unsafe { result.write(first) };
    error
}

/// `void FreeAddrInfoW(PADDRINFOW pAddrInfo)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeAddrInfoW(list: *mut Node) {
    let mut at = list;
    while !at.is_null() {
        at = unsafe { Box::from_raw(at) }.next;
    }
}

/// `INT GetNameInfoW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNameInfoW(
    address: *const SOCKADDR,
    bytes: i32,
    node: *mut Wide,
    node_room: u32,
    service: *mut Wide,
    service_room: u32,
    flags: i32,
) -> i32 {
    let (mut names, mut services) = ([0u8; 1025], [0u8; 64]);
    let lend = |to: *mut Wide, room: u32, text: &mut [u8]| match to.is_null() || room == 0 {
        true => (null_mut(), 0),
        false => (text.as_mut_ptr(), room.min(text.len() as u32)),
    };
    let (at, room) = lend(node, node_room, &mut names);
    let (service_at, services_room) = lend(service, service_room, &mut services);
    let told =
        unsafe { engine::getnameinfo(address, bytes, at, room, service_at, services_room, flags) };
    if told == 0 {
        unsafe {
            write(&read(names.as_ptr()).unwrap_or_default(), node, node_room as usize);
            write(&read(services.as_ptr()).unwrap_or_default(), service, service_room as usize);
        }
    }
    told
}

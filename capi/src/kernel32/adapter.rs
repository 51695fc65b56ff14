//! The network's interfaces and their addresses.
//!
//! # Safety
//!
//! Outputs are the caller's, with as many bytes as their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::ptr::null_mut;

use super::interface::{Interface, interfaces};

// ERROR_BUFFER_OVERFLOW, ERROR_INSUFFICIENT_BUFFER and ERROR_NO_DATA.
const OVERFLOW: u32 = 111;
const INSUFFICIENT: u32 = 122;
const NO_DATA: u32 = 232;

/// IP_ADDR_STRING.
#[repr(C)]
pub struct Text {
    next: *mut Text,
    address: [u8; 16],
    mask: [u8; 16],
    context: u32,
}

/// IP_ADAPTER_INFO.
#[repr(C)]
pub struct Adapter {
    next: *mut Adapter,
    combo: u32,
    name: [u8; 260],
    description: [u8; 132],
    hardware_bytes: u32,
    hardware: [u8; 8],
    index: u32,
    kind: u32,
    dhcp: u32,
    current: *mut Text,
    addresses: Text,
    gateways: Text,
    dhcp_server: Text,
    has_wins: i32,
    wins: [Text; 2],
    lease: [i64; 2],
}

fn put(text: &str, to: &mut [u8]) {
    let count = text.len().min(to.len() - 1);
    to[..count].copy_from_slice(&text.as_bytes()[..count]);
}

pub(super) fn dotted(address: u32, to: &mut [u8; 16]) {
    put(&std::net::Ipv4Addr::from(address.to_ne_bytes()).to_string(), to);
}

/// The gateway of an interface's default route, if it has one.
pub(super) fn gateway(name: &str) -> u32 {
    let routes = std::fs::read_to_string("/proc/net/route").unwrap_or_default();
    let found = routes.lines().find_map(|line| {
        let mut columns = line.split_whitespace();
        let (interface, to, by) = (columns.next()?, columns.next()?, columns.next()?);
        (interface == name && to == "00000000").then(|| u32::from_str_radix(by, 16).ok())?
    });
    found.unwrap_or(0)
}

/// `ULONG GetAdaptersInfo(PIP_ADAPTER_INFO AdapterInfo, PULONG SizePointer)`
///
/// The interfaces but for the loopback, each with its first IPv4 address. 111, and the size needed,
/// if it is too small; 232 if there are none. What Linux does not tell of DHCP and WINS is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAdaptersInfo(to: *mut Adapter, bytes: *mut u32) -> u32 {
    let all: Vec<Interface> =
        interfaces().into_iter().filter(|one| !one.has(libc::IFF_LOOPBACK)).collect();
    let needed = all.len() * size_of::<Adapter>();
    if bytes.is_null() {
        return 87;
    }
    if all.is_empty() {
        return NO_DATA;
    }
    if to.is_null() || (unsafe { *bytes } as usize) < needed {
        unsafe { bytes.write(needed as u32) };
        return OVERFLOW;
    }
    for (at, one) in all.iter().enumerate() {
        let adapter = unsafe {
            to.add(at).write_bytes(0, 1);
            &mut *to.add(at)
        };
        adapter.next = if at + 1 < all.len() { to.wrapping_add(at + 1) } else { null_mut() };
        put(&one.name, &mut adapter.name);
        put(&one.name, &mut adapter.description);
        adapter.hardware_bytes = one.hardware.len() as u32;
        adapter.hardware[..one.hardware.len()].copy_from_slice(&one.hardware);
        (adapter.index, adapter.combo) = (one.index, one.index);
        adapter.kind = 6; // MIB_IF_TYPE_ETHERNET
        let [own, mask, _] = one.ipv4().next().unwrap_or_default();
        dotted(own, &mut adapter.addresses.address);
        dotted(mask, &mut adapter.addresses.mask);
        dotted(gateway(&one.name), &mut adapter.gateways.address);
        dotted(0, &mut adapter.gateways.mask);
    }
    0
}

/// MIB_IPADDRROW.
#[repr(C)]
pub struct Row {
    address: u32,
    index: u32,
    mask: u32,
    broadcast: u32,
    reassembly_max: u32,
    unused: u16,
    kind: u16,
}

/// `DWORD GetIpAddrTable(PMIB_IPADDRTABLE pIpAddrTable, PULONG pdwSize, BOOL bOrder)`
///
/// All IPv4 addresses, those of the loopback too. 122, and the size needed, if it is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIpAddrTable(to: *mut c_void, bytes: *mut u32, ordered: i32) -> u32 {
    let found = interfaces();
    let each = |one: &'_ Interface| one.ipv4().map(|told| (told, one.index)).collect::<Vec<_>>();
    let mut all: Vec<([u32; 3], u32)> = found.iter().flat_map(each).collect();
    if ordered != 0 {
        all.sort_by_key(|(told, _)| u32::from_be(told[0]));
    }
    let needed = 4 + all.len() * size_of::<Row>();
    if bytes.is_null() {
        return 87;
    }
    if to.is_null() || (unsafe { *bytes } as usize) < needed {
        unsafe { bytes.write(needed as u32) };
        return INSUFFICIENT;
    }
    unsafe { to.cast::<u32>().write(all.len() as u32) };
    for (at, ([address, mask, _], index)) in all.into_iter().enumerate() {
        let row = Row {
            address,
            index,
            mask,
            broadcast: 1, // the low bits of its broadcast address are ones
            reassembly_max: 65535,
            unused: 0,
            kind: 1, // MIB_IPADDR_PRIMARY
        };
        unsafe { to.cast::<u32>().add(1).cast::<Row>().add(at).write(row) };
    }
    0
}

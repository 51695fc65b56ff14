//! The machine's interfaces, as Linux tells of them.
//!
//! # Safety
//!
//! What getifaddrs gives lives until it is given back, and nothing of it is kept.

#![allow(unsafe_code, reason = "a list of libc's")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::CStr;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::ptr::null_mut;

/// An interface, with all that is told of it.
#[derive(Default)]
pub(super) struct Interface {
    pub name: String,
    pub index: u32,
    flags: i32,
    pub hardware: Vec<u8>,
    pub addresses: Vec<Own>,
}

/// An address of an interface.
#[derive(Clone, Copy)]
pub(super) struct Own {
    pub address: SocketAddr,
    mask: Option<SocketAddr>,
    broadcast: Option<SocketAddr>,
}

unsafe fn socket_address(of: *const libc::sockaddr) -> Option<SocketAddr> {
    match i32::from(unsafe { of.as_ref() }?.sa_family) {
        libc::AF_INET => {
            let of = unsafe { &*of.cast::<libc::sockaddr_in>() };
            let address = Ipv4Addr::from(of.sin_addr.s_addr.to_ne_bytes());
            Some((address, 0).into())
        }
        libc::AF_INET6 => {
            let of = unsafe { &*of.cast::<libc::sockaddr_in6>() };
            let address = Ipv6Addr::from(of.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(address, 0, 0, of.sin6_scope_id).into())
        }
        _ => None,
    }
}

pub(super) fn interfaces() -> Vec<Interface> {
    let mut all: Vec<Interface> = Vec::new();
    let mut list = null_mut();
    if unsafe { libc::getifaddrs(&mut list) } != 0 {
        return all;
    }
    let mut at = list;
    while let Some(entry) = unsafe { at.as_ref() } {
        at = entry.ifa_next;
        let name = unsafe { CStr::from_ptr(entry.ifa_name) }.to_string_lossy().into_owned();
        let known = all.iter().position(|one| one.name == name).unwrap_or_else(|| {
            let index = unsafe { libc::if_nametoindex(entry.ifa_name) };
            let flags = entry.ifa_flags as i32;
            all.push(Interface { name, index, flags, ..Interface::default() });
            all.len() - 1
        });
        let told = [entry.ifa_addr, entry.ifa_netmask, entry.ifa_ifu];
        let [address, mask, broadcast] = told.map(|of| unsafe { socket_address(of) });
        if let Some(address) = address {
            all[known].addresses.push(Own { address, mask, broadcast });
        } else if unsafe { entry.ifa_addr.as_ref() }
            .is_some_and(|at| i32::from(at.sa_family) == libc::AF_PACKET)
        {
            let link = unsafe { &*entry.ifa_addr.cast::<libc::sockaddr_ll>() };
            all[known].hardware = link.sll_addr[..usize::from(link.sll_halen).min(8)].to_vec();
        }
    }
    unsafe { libc::freeifaddrs(list) };
    all
}

impl Interface {
    pub fn has(&self, flag: i32) -> bool {
        self.flags & flag != 0
    }

    /// Its addresses of IPv4 with mask and broadcast, as they stand in memory.
    pub fn ipv4(&self) -> impl Iterator<Item = [u32; 3]> {
        let stands = |at: SocketAddr| match at.ip() {
            IpAddr::V4(at) => u32::from_ne_bytes(at.octets()),
            IpAddr::V6(_) => 0,
        };
        self.addresses.iter().filter(|own| own.address.is_ipv4()).map(move |own| {
            [Some(own.address), own.mask, own.broadcast].map(|at| at.map_or(0, stands))
        })
    }
}

impl Own {
    /// The length of the prefix that the mask stands for.
    pub fn prefix_bits(&self) -> u8 {
        let bits = match self.mask.map(|mask| mask.ip()) {
            Some(IpAddr::V4(mask)) => mask.to_bits().count_ones(),
            Some(IpAddr::V6(mask)) => mask.to_bits().count_ones(),
            None => 0,
        };
        bits as u8
    }
}

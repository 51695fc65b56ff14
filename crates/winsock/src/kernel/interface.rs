//! The machine's interfaces and their addresses, as the kernel tells of them.
//!
//! # Safety
//!
//! The list is libc's until it is freed here; what is kept of it are copies.

#![allow(unsafe_code)]

use std::os::fd::AsRawFd;
use std::ptr::null_mut;

use super::address::Address;
use super::net::{self, Errno};
use crate::error::Error;

/// One address of an interface.
pub struct Interface {
    /// Linux' IFF_….
    pub flags: u32,
    pub address: Address,
    pub mask: Option<Address>,
    /// Where everybody on the net hears, or the other end.
    pub broadcast: Option<Address>,
}

/// # Safety
///
/// `of` is null or an address of libc's list.
unsafe fn copied(of: *const libc::sockaddr) -> Option<Address> {
    // SAFETY: the caller vouches for the address.
    let family = i32::from(unsafe { of.as_ref() }?.sa_family);
    let bytes = match family {
        libc::AF_INET => size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
        _ => return None,
    };
    let mut address = Address::empty();
    let (to, length) = address.as_mut_parts();
    // SAFETY: an address of that family has so many bytes, and ours has room for the longest.
    unsafe {
        to.cast::<u8>().copy_from_nonoverlapping(of.cast(), bytes);
        length.write(bytes as libc::socklen_t);
    }
    Some(address)
}

/// All addresses of a family, those of the loopback too.
pub fn addresses(family: i32) -> Vec<Interface> {
    let (mut all, mut list) = (Vec::new(), null_mut());
    // SAFETY: the list is written during the call, and freed below.
    if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
        return all;
    }
    let mut at: *const libc::ifaddrs = list;
    // SAFETY: an entry of the list, which lives until it is freed.
    while let Some(entry) = unsafe { at.as_ref() } {
        at = entry.ifa_next;
        // SAFETY: addresses of the entry, null where there is none.
        let [address, mask, broadcast] =
            unsafe { [copied(entry.ifa_addr), copied(entry.ifa_netmask), copied(entry.ifa_ifu)] };
        if let Some(address) = address.filter(|address| address.family() == family) {
            all.push(Interface { flags: entry.ifa_flags, address, mask, broadcast });
        }
    }
    // SAFETY: made by getifaddrs, and nothing points to it any more.
    unsafe { libc::freeifaddrs(list) };
    all
}

/// The address that a datagram to `to` would be sent from, its port 0.
pub fn source_for(to: &Address) -> Result<Address, Error> {
    let mut to = *to;
    to.set_port(9); // nothing is sent
    let socket = net::socket(to.family(), libc::SOCK_DGRAM, 0).map_err(Errno::error)?;
    net::connect(socket.as_raw_fd(), &to).map_err(Errno::error)?;
    let mut from = net::local_address(socket.as_raw_fd()).map_err(Errno::error)?;
    from.set_port(0);
    Ok(from)
}

//! Socket addresses in Winsock's form.
//!
//! # Safety
//!
//! A SOCKADDR_IN or SOCKADDR_IN6 is read and written within a storage that is larger than both.

#![allow(unsafe_code, reason = "unions of addresses")]

use std::mem::zeroed;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::sys::{
    AF_INET, AF_INET6, SOCKADDR, SOCKADDR_IN, SOCKADDR_IN6, SOCKADDR_INET, SOCKADDR_STORAGE,
};

/// An address with its length.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    inet: SOCKADDR_INET,
    len: i32,
}

const _: () = assert!(size_of::<SOCKADDR_INET>() <= size_of::<SOCKADDR_STORAGE>());

impl Address {
    /// Room for any address.
    pub(crate) fn empty() -> Self {
        // SAFETY: zeros are a valid address, of no family, owned by the value made here.
        let inet = unsafe { zeroed() };
        Self { inet, len: size_of::<SOCKADDR_INET>() as i32 }
    }

    pub(crate) fn as_ptr(&self) -> *const SOCKADDR {
        (&raw const self.inet).cast()
    }

    pub(crate) fn len(&self) -> i32 {
        self.len
    }

    /// Where a call stores an address and its length.
    pub(crate) fn as_mut_parts(&mut self) -> (*mut SOCKADDR, *mut i32) {
        ((&raw mut self.inet).cast(), &raw mut self.len)
    }

    /// The address at `address`, of `len` bytes.
    ///
    /// # Safety
    ///
    /// `address` is valid for reads of `len` bytes.
    pub(crate) unsafe fn read(address: *const SOCKADDR, len: i32) -> Self {
        let mut read = Self::empty();
        let count = usize::try_from(len).unwrap_or(0).min(size_of::<SOCKADDR_INET>());
        let to = (&raw mut read.inet).cast::<u8>();
        // SAFETY: the caller vouches for the source; the target is a local of that size.
        unsafe { to.copy_from_nonoverlapping(address.cast(), count) };
        read
    }

    pub(crate) fn to_std(self) -> Option<SocketAddr> {
        // SAFETY: every member of the union begins with the family, and is plain data.
        unsafe {
            match self.inet.si_family {
                AF_INET => {
                    let v4 = self.inet.Ipv4;
                    let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.S_un.S_addr));
                    Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
                }
                AF_INET6 => {
                    let v6 = self.inet.Ipv6;
                    let ip = Ipv6Addr::from(v6.sin6_addr.u.Byte);
                    let (port, scope) = (u16::from_be(v6.sin6_port), v6.Anonymous.sin6_scope_id);
                    Some(SocketAddrV6::new(ip, port, v6.sin6_flowinfo, scope).into())
                }
                _ => None,
            }
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        let mut made = Self::empty();
        match address {
            SocketAddr::V4(v4) => {
                // SAFETY: zeros are a valid SOCKADDR_IN.
                let mut inet: SOCKADDR_IN = unsafe { zeroed() };
                inet.sin_family = AF_INET;
                inet.sin_port = v4.port().to_be();
                inet.sin_addr.S_un.S_addr = u32::from(*v4.ip()).to_be();
                made.inet.Ipv4 = inet;
                made.len = size_of::<SOCKADDR_IN>() as i32;
            }
            SocketAddr::V6(v6) => {
                // SAFETY: zeros are a valid SOCKADDR_IN6.
                let mut inet: SOCKADDR_IN6 = unsafe { zeroed() };
                inet.sin6_family = AF_INET6;
                inet.sin6_port = v6.port().to_be();
                inet.sin6_flowinfo = v6.flowinfo();
                inet.sin6_addr.u.Byte = v6.ip().octets();
                inet.Anonymous.sin6_scope_id = v6.scope_id();
                made.inet.Ipv6 = inet;
                made.len = size_of::<SOCKADDR_IN6>() as i32;
            }
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use std::net::SocketAddr;

    #[test]
    fn addresses_survive_the_way_there_and_back() {
        for text in ["127.0.0.1:80", "[::1]:65535", "[fe80::1%3]:7"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(Address::from(address).to_std(), Some(address));
        }
    }
}

//! Socket addresses in both layouts.
//!
//! Windows and Linux lay out an IPv4 address (16 bytes) and an IPv6 address (28 bytes) alike, byte
//! for byte, except for the first field: the family of IPv6 is 23 on Windows and 10 on Linux.
//! An [`Address`] always holds the Linux form; the other form exists only in the caller's memory.
//!
//! # Safety
//!
//! The unsafe code here reads and writes the caller's SOCKADDR, which belongs to the caller for
//! the time of the call, and views the bytes of our own storage, which are all initialised.

#![allow(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::{fmt, mem, ptr, slice};

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AF_UNSPEC, SOCKADDR, SOCKADDR_IN, SOCKADDR_IN6,
};

use crate::error::Error;

/// A socket address as Linux wants it.
#[derive(Clone, Copy)]
pub struct Address {
    storage: libc::sockaddr_storage,
    len: u32,
}

#[allow(clippy::wrong_self_convention, reason = "128 bytes: it is Copy, but not by habit")]
impl Address {
    /// An address for the kernel to fill: no family yet, and room for any.
    pub fn empty() -> Address {
        // SAFETY: sockaddr_storage is plain integers, for which zero is a value.
        let storage = unsafe { mem::zeroed() };
        Address { storage, len: mem::size_of::<libc::sockaddr_storage>() as u32 }
    }

    /// The unspecified address of `family` (Linux's number), port 0.
    pub fn any(family: i32) -> Address {
        let mut address = Address::empty();
        address.storage.ss_family = family as libc::sa_family_t;
        address.len = size_in_bytes(family).unwrap_or(IPV4_BYTES) as u32;
        address
    }

    /// Reads the caller's address of `len` bytes.
    ///
    /// Null or shorter than its family needs: 10014. Neither IPv4, IPv6 nor AF_UNSPEC: 10047.
    ///
    /// # Safety
    ///
    /// `addr` is null or has `len` readable bytes; they are read during this call only.
    pub unsafe fn from_windows(addr: *const SOCKADDR, len: i32) -> Result<Address, Error> {
        let len = usize::try_from(len).unwrap_or(0);
        if addr.is_null() || len < mem::size_of::<u16>() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's, readable for `len` bytes, of which these are the first two.
        let windows_family = unsafe { addr.cast::<u16>().read_unaligned() };
        let family = family_to_linux(windows_family).ok_or(Error::FAMILY_NOT_SUPPORTED)?;
        let mut address = Address::any(family);
        if let Some(needed) = size_in_bytes(family) {
            if len < needed {
                return Err(Error::FAULT);
            }
            // SAFETY: `needed` bytes are readable at the caller's `addr` as just checked, and our
            // storage is larger than any family we know.
            unsafe {
                let storage = ptr::from_mut(&mut address.storage).cast::<u8>();
                ptr::copy_nonoverlapping(addr.cast::<u8>(), storage, needed);
            }
            address.storage.ss_family = family as libc::sa_family_t;
        }
        Ok(address)
    }

    /// The address in Windows' layout and its length: 16 for IPv4, 28 for IPv6, 0 for none.
    pub fn to_windows_bytes(&self) -> (usize, [u8; IPV6_BYTES]) {
        let mut bytes = [0; IPV6_BYTES];
        let Some(len) = size_in_bytes(self.family()) else {
            return (0, bytes);
        };
        bytes[..len].copy_from_slice(&self.bytes()[..len]);
        let family = family_from_linux(self.family()).unwrap_or(AF_UNSPEC);
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        (len, bytes)
    }

    /// Writes the address and its length where the caller wants them.
    ///
    /// Without `out`, or when there is no address, nothing is written. A buffer too small, or one
    /// whose size is not given, is 10014, and the length stays as it was.
    ///
    /// # Safety
    ///
    /// `len` is null or readable and writable, and `out` is null or writable for `*len` bytes; both
    /// are used during this call only.
    pub unsafe fn write_windows(&self, out: *mut SOCKADDR, len: *mut i32) -> Result<(), Error> {
        let (needed, bytes) = self.to_windows_bytes();
        if out.is_null() || needed == 0 {
            return Ok(());
        }
        if len.is_null() {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's length, readable during this call.
        let room = usize::try_from(unsafe { len.read_unaligned() }).unwrap_or(0);
        if room < needed {
            return Err(Error::FAULT);
        }
        // SAFETY: the caller's buffer has `room` writable bytes, and `needed` is at most that; the
        // length next to it is the caller's too.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), needed);
            len.write_unaligned(needed as i32);
        }
        Ok(())
    }

    /// The family, Linux's number.
    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    /// Whether it holds no address: nothing filled in, or AF_UNSPEC.
    pub fn is_empty(&self) -> bool {
        self.family() == libc::AF_UNSPEC
    }

    /// Whether it is 0.0.0.0 or ::, which Windows refuses to connect to (10049).
    pub fn is_unspecified(&self) -> bool {
        self.to_std().is_some_and(|address| address.ip().is_unspecified())
    }

    /// The port, in this machine's byte order.
    pub fn port(&self) -> u16 {
        let bytes = self.bytes();
        u16::from_be_bytes([bytes[2], bytes[3]])
    }

    /// Sets the port, given in this machine's byte order.
    pub fn set_port(&mut self, port: u16) {
        if let Some(mut address) = self.to_std() {
            address.set_port(port);
            *self = Address::from(address);
        }
    }

    /// The address as the standard library knows it, if it is IPv4 or IPv6.
    pub fn to_std(&self) -> Option<SocketAddr> {
        let bytes = self.bytes();
        match self.family() {
            libc::AF_INET => {
                let ip = Ipv4Addr::new(bytes[4], bytes[5], bytes[6], bytes[7]);
                Some(SocketAddr::new(IpAddr::V4(ip), self.port()))
            }
            libc::AF_INET6 => {
                let word = |at: usize| bytes[at..at + 4].try_into().expect("four bytes of 28");
                let ip: [u8; 16] = bytes[8..24].try_into().expect("sixteen bytes of 28");
                let (flow, scope) = (u32::from_ne_bytes(word(4)), u32::from_ne_bytes(word(24)));
                let ip = Ipv6Addr::from(ip);
                Some(SocketAddr::V6(SocketAddrV6::new(ip, self.port(), flow, scope)))
            }
            _ => None,
        }
    }

    /// For a call that reads the address.
    pub fn as_ptr(&self) -> *const libc::sockaddr {
        ptr::from_ref(&self.storage).cast()
    }

    /// The length that goes with [`as_ptr`](Address::as_ptr).
    pub fn len(&self) -> libc::socklen_t {
        self.len
    }

    /// For a call that writes the address and its length. Valid as long as `self` stays put.
    pub fn as_mut_parts(&mut self) -> (*mut libc::sockaddr, *mut libc::socklen_t) {
        (ptr::from_mut(&mut self.storage).cast(), ptr::from_mut(&mut self.len))
    }

    fn bytes(&self) -> &[u8] {
        let start = ptr::from_ref(&self.storage).cast::<u8>();
        // SAFETY: our own storage, borrowed as long as `self`; it was zeroed whole, so every one
        // of its bytes is initialised.
        unsafe { slice::from_raw_parts(start, mem::size_of::<libc::sockaddr_storage>()) }
    }
}

impl From<SocketAddr> for Address {
    fn from(from: SocketAddr) -> Address {
        let mut bytes = [0; IPV6_BYTES];
        bytes[2..4].copy_from_slice(&from.port().to_be_bytes());
        let family = match from {
            SocketAddr::V4(from) => {
                bytes[4..8].copy_from_slice(&from.ip().octets());
                libc::AF_INET
            }
            SocketAddr::V6(from) => {
                bytes[4..8].copy_from_slice(&from.flowinfo().to_ne_bytes());
                bytes[8..24].copy_from_slice(&from.ip().octets());
                bytes[24..28].copy_from_slice(&from.scope_id().to_ne_bytes());
                libc::AF_INET6
            }
        };
        bytes[..2].copy_from_slice(&(family as libc::sa_family_t).to_ne_bytes());
        let mut address = Address::any(family);
        let storage = ptr::from_mut(&mut address.storage).cast::<[u8; IPV6_BYTES]>();
        // SAFETY: our own storage, which is larger than these bytes and lives on this stack.
        unsafe { storage.write(bytes) };
        address
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_std() {
            Some(address) => write!(f, "{address}"),
            None => write!(f, "no address (family {})", self.family()),
        }
    }
}

/// Linux's number of a Windows address family.
pub fn family_to_linux(family: u16) -> Option<i32> {
    match family {
        AF_UNSPEC => Some(libc::AF_UNSPEC),
        AF_INET => Some(libc::AF_INET),
        AF_INET6 => Some(libc::AF_INET6),
        _ => None,
    }
}

/// Windows' number of a Linux address family.
pub fn family_from_linux(family: i32) -> Option<u16> {
    match family {
        libc::AF_UNSPEC => Some(AF_UNSPEC),
        libc::AF_INET => Some(AF_INET),
        libc::AF_INET6 => Some(AF_INET6),
        _ => None,
    }
}

fn size_in_bytes(family: i32) -> Option<usize> {
    match family {
        libc::AF_INET => Some(IPV4_BYTES),
        libc::AF_INET6 => Some(IPV6_BYTES),
        _ => None,
    }
}

const IPV4_BYTES: usize = mem::size_of::<SOCKADDR_IN>();
const IPV6_BYTES: usize = mem::size_of::<SOCKADDR_IN6>();

const _: () = assert!(IPV4_BYTES == 16 && mem::size_of::<libc::sockaddr_in>() == 16);
const _: () = assert!(IPV6_BYTES == 28 && mem::size_of::<libc::sockaddr_in6>() == 28);
const _: () = assert!(mem::offset_of!(libc::sockaddr_in6, sin6_addr) == 8);
const _: () = assert!(mem::offset_of!(libc::sockaddr_in6, sin6_scope_id) == 24);

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::ptr;

    use super::Address;
    use crate::error::Error;

    fn windows(family: u16, len: usize) -> Result<Address, Error> {
        let mut bytes = [0u8; 64];
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        bytes[3] = 80;
        // SAFETY: our own 64 bytes, and every test asks for fewer.
        unsafe { Address::from_windows(bytes.as_ptr().cast(), len as i32) }
    }

    #[test]
    fn family_23_is_10_on_linux_and_back() {
        let address = windows(23, 28).expect("a whole sockaddr_in6");
        assert_eq!((address.family(), address.len(), address.port()), (libc::AF_INET6, 28, 80));
        let (len, bytes) = address.to_windows_bytes();
        assert_eq!((len, u16::from_ne_bytes([bytes[0], bytes[1]])), (28, 23));
    }

    #[test]
    fn short_address_is_10014_and_longer_is_fine() {
        assert_eq!(windows(2, 15).err(), Some(Error::FAULT));
        assert_eq!(windows(23, 27).err(), Some(Error::FAULT));
        assert_eq!(windows(2, 1).err(), Some(Error::FAULT));
        assert_eq!(windows(2, 64).expect("longer than needed").len(), 16);
    }

    #[test]
    fn null_is_10014_and_unknown_family_is_10047() {
        // SAFETY: null is allowed, and is not followed.
        let null = unsafe { Address::from_windows(ptr::null(), 16) };
        assert_eq!(null.err(), Some(Error::FAULT));
        assert_eq!(windows(10, 28).err(), Some(Error::FAMILY_NOT_SUPPORTED));
        assert!(windows(0, 16).expect("AF_UNSPEC is allowed").is_empty());
    }

    #[test]
    fn too_small_a_buffer_is_10014_with_length_untouched() {
        let address = Address::from(SocketAddr::from(([127, 0, 0, 1], 5)));
        let (mut out, mut len) = ([0u8; 16], 15);
        // SAFETY: our own buffer, and `len` is at most its size.
        let result = unsafe { address.write_windows(out.as_mut_ptr().cast(), &mut len) };
        assert_eq!((result, len, out), (Err(Error::FAULT), 15, [0; 16]));
        len = 16;
        // SAFETY: the same buffer of ours, with its true length now.
        let result = unsafe { address.write_windows(out.as_mut_ptr().cast(), &mut len) };
        assert_eq!((result, len, &out[..8]), (Ok(()), 16, &[2, 0, 0, 5, 127, 0, 0, 1][..]));
        // SAFETY: null is allowed, and nothing is written.
        let result = unsafe { address.write_windows(ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(result, Ok(()));
    }

    #[test]
    fn scope_survives_the_standard_library_and_back() {
        let mut address: SocketAddr = "[fe80::1%7]:80".parse().expect("a literal");
        let mut ours = Address::from(address);
        assert_eq!(ours.to_std(), Some(address));
        address.set_port(81);
        ours.set_port(81);
        assert_eq!((ours.to_std(), ours.port()), (Some(address), 81));
        assert!(Address::any(libc::AF_INET).is_unspecified());
        assert!(!ours.is_unspecified() && !Address::empty().is_unspecified());
    }
}

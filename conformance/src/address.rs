//! A SOCKADDR of any family, as bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use overlapped::sys::{AF_INET, AF_INET6, SOCKADDR};

/// 127.0.0.1.
pub const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// ::1.
pub const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// An address in Windows' layout with its length.
#[repr(C, align(8))]
#[derive(Clone, Debug)]
pub struct RawAddress {
    bytes: [u8; 128],
    /// In: the room; out: what was written.
    pub length: i32,
}

impl RawAddress {
    /// `address` as Windows lays it out.
    pub fn of(address: SocketAddr) -> Self {
        let mut bytes = [0; 128];
        bytes[2..4].copy_from_slice(&address.port().to_be_bytes());
        let (family, length) = match address {
            SocketAddr::V4(v4) => {
                bytes[4..8].copy_from_slice(&v4.ip().octets());
                (AF_INET, 16)
            }
            SocketAddr::V6(v6) => {
                bytes[8..24].copy_from_slice(&v6.ip().octets());
                bytes[24..28].copy_from_slice(&v6.scope_id().to_ne_bytes());
                (AF_INET6, 28)
            }
        };
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        Self { bytes, length }
    }

    /// Poisoned room for an address of any family.
    pub fn room() -> Self {
        Self { bytes: [0xCC; 128], length: 128 }
    }

    /// The address at the start of a SOCKADDR_INET.
    pub fn of_inet(inet: &[u8]) -> Self {
        let length = if inet[..2] == AF_INET.to_ne_bytes() { 16 } else { 28 };
        let mut bytes = [0; 128];
        bytes[..length].copy_from_slice(&inet[..length]);
        Self { bytes, length: length as i32 }
    }

    /// As a SOCKADDR_INET.
    pub fn inet_bytes(&self) -> &[u8] {
        &self.bytes[..28]
    }

    /// An AF_UNSPEC address, which dissolves an association.
    pub fn unspecified() -> Self {
        Self { bytes: [0; 128], length: 16 }
    }

    /// Whether nothing was written.
    pub fn is_untouched(&self) -> bool {
        self.bytes == [0xCC; 128]
    }

    /// The address that a call has written, whose length must fit its family.
    #[track_caller]
    pub fn to_std(&self) -> SocketAddr {
        let family = u16::from_ne_bytes([self.bytes[0], self.bytes[1]]);
        let port = u16::from_be_bytes([self.bytes[2], self.bytes[3]]);
        match family {
            AF_INET => {
                assert_eq!(self.length, 16, "the length of an IPv4 address");
                let octets: [u8; 4] = self.bytes[4..8].try_into().expect("four");
                SocketAddr::new(IpAddr::V4(Ipv4Addr::from(octets)), port)
            }
            AF_INET6 => {
                assert_eq!(self.length, 28, "the length of an IPv6 address");
                let octets: [u8; 16] = self.bytes[8..24].try_into().expect("sixteen");
                SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(octets), port, 0, 0))
            }
            other => panic!("no address of family {other}"),
        }
    }

    /// For a call that reads it.
    pub fn as_ptr(&self) -> *const SOCKADDR {
        self.bytes.as_ptr().cast()
    }

    /// For a call that writes it.
    pub fn as_mut_ptr(&mut self) -> *mut SOCKADDR {
        self.bytes.as_mut_ptr().cast()
    }

    /// A copy of the `length` bytes at `address`.
    ///
    /// # Safety
    ///
    /// They are readable during the call.
    pub unsafe fn read(address: *const SOCKADDR, length: i32) -> Self {
        let mut copy = Self { bytes: [0; 128], length };
        // SAFETY: the caller vouches for the source; 128 bytes are room for any address.
        unsafe { copy.bytes.as_mut_ptr().copy_from(address.cast(), length.min(128) as usize) };
        copy
    }
}

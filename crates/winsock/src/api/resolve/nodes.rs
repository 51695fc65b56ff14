//! The lists that getaddrinfo hands out.
//!
//! Each node is one allocation that holds the ADDRINFO, its address and its name. It is the
//! caller's from getaddrinfo until freeaddrinfo, and ours only before and after.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::{mem, ptr};

use windows_sys::Win32::Networking::WinSock::{ADDRINFOA, ADDRINFOW, SOCKADDR};

use crate::api::names::text;
use crate::error::Error;
use crate::kernel::address::family_from_linux;
use crate::kernel::resolve::{Found, Hints};

/// ADDRINFOA and ADDRINFOW, which differ in their name's characters.
pub(super) trait Info: Sized {
    /// A character.
    type Unit;
    /// The characters of a text, with the NUL at the end.
    fn units(text: &CStr) -> Vec<Self::Unit>;
    /// A node that points at nothing yet.
    fn of(found: &Found, family: i32) -> Self;
    /// Points the node at its address and its name.
    fn attach(&mut self, address: *mut SOCKADDR, len: usize, name: *mut Self::Unit);
    /// Points the node at the one after it.
    fn link(&mut self, next: *mut Self);
    /// The node after it.
    fn next(&self) -> *mut Self;
    /// What is asked for, or 11003 if a field is set that must not be.
    fn hints(&self) -> Result<Hints, Error>;
}

/// What a caller's ADDRINFO pointer points at the beginning of.
#[repr(C)]
struct Node<I: Info> {
    info: I,
    address: [u8; 28],
    name: Vec<I::Unit>,
}

const _: () = assert!(mem::offset_of!(Node<ADDRINFOA>, info) == 0);
const _: () = assert!(mem::offset_of!(Node<ADDRINFOA>, address) % 4 == 0);
const _: () = assert!(mem::offset_of!(Node<ADDRINFOW>, info) == 0);

/// A list of nodes in the order given, for [`free`]; null if there are none.
pub(super) fn list<I: Info>(all: &[Found]) -> *mut I {
    all.iter().rev().fold(ptr::null_mut(), |next, found| node(found, next))
}

fn node<I: Info>(found: &Found, next: *mut I) -> *mut I {
    let (len, address) = found.address.to_windows_bytes();
    let family = family_from_linux(found.address.family()).unwrap_or_default();
    let info = I::of(found, i32::from(family));
    let name = found.canonical_name.as_deref().map(I::units).unwrap_or_default();
    let node = Box::into_raw(Box::new(Node { info, address, name }));
    // SAFETY: the node was leaked just now and nobody else knows it. Its address and name live in
    // the same allocation, or in one that it owns, until `free` takes it back.
    unsafe {
        let name = match (*node).name.is_empty() {
            true => ptr::null_mut(),
            false => (*node).name.as_mut_ptr(),
        };
        (*node).info.attach((&raw mut (*node).address).cast(), len, name);
        (*node).info.link(next);
    }
    node.cast()
}

/// Frees a list from [`list`].
///
/// # Safety
///
/// `node` is null or what `list` returned for the same `I`, and is not used after this.
pub(super) unsafe fn free<I: Info>(mut node: *mut I) {
    while !node.is_null() {
        // SAFETY: the caller gives back what `list` leaked: the beginning of a boxed Node.
        let owned = unsafe { Box::from_raw(node.cast::<Node<I>>()) };
        node = owned.info.next();
    }
}

/// What a caller's hints ask for; null asks for anything.
///
/// # Safety
///
/// `hints` is null or readable during the call.
pub(super) unsafe fn hints<I: Info>(hints: *const I) -> Result<Hints, Error> {
    // SAFETY: the caller's hints, when they are not null.
    unsafe { hints.as_ref() }.map_or(Ok(Hints::default()), I::hints)
}

macro_rules! info {
    ($info:ident, $unit:ty, $units:expr) => {
        impl Info for $info {
            type Unit = $unit;

            fn units(text: &CStr) -> Vec<$unit> {
                $units(text)
            }

            fn of(found: &Found, family: i32) -> $info {
                $info {
                    ai_family: family,
                    ai_socktype: found.socket_type,
                    ai_protocol: found.protocol,
                    ..Default::default()
                }
            }

            fn attach(&mut self, address: *mut SOCKADDR, len: usize, name: *mut $unit) {
                self.ai_addr = address;
                self.ai_addrlen = len;
                self.ai_canonname = name;
            }

            fn link(&mut self, next: *mut $info) {
                self.ai_next = next;
            }

            fn next(&self) -> *mut $info {
                self.ai_next
            }

            fn hints(&self) -> Result<Hints, Error> {
                // MS: getaddrinfo, pHints — the other members must be 0 or null
                let pointers = [self.ai_addr.is_null(), self.ai_canonname.is_null()];
                if self.ai_addrlen != 0 || !self.ai_next.is_null() || pointers.contains(&false) {
                    return Err(Error::NO_RECOVERY);
                }
                Ok(Hints {
                    flags: self.ai_flags as u32,
                    family: self.ai_family,
                    socket_type: self.ai_socktype,
                    protocol: self.ai_protocol,
                })
            }
        }
    };
}

info!(ADDRINFOA, u8, |text: &CStr| CString::from(text).into_bytes_with_nul());
info!(ADDRINFOW, u16, |text: &CStr| text::widen(text.to_bytes()));

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::net::SocketAddr;

    use windows_sys::Win32::Networking::WinSock::{ADDRINFOA, ADDRINFOW, SOCKADDR_IN6};

    use super::{Info, free, list};
    use crate::error::Error;
    use crate::kernel::resolve::Found;

    fn found(address: &str, name: Option<&str>) -> Found {
        let address: SocketAddr = address.parse().expect("a literal");
        let canonical_name = name.map(|name| CString::new(name).expect("no NUL inside"));
        Found { address: address.into(), socket_type: 1, protocol: 6, canonical_name }
    }

    #[test]
    fn nodes_keep_their_order_and_are_freed_by_us() {
        let all = [found("[::1]:80", Some("localhost")), found("127.0.0.1:80", None)];
        let first: *mut ADDRINFOW = list(&all);
        // SAFETY: our own list, freed at the end of the block.
        unsafe {
            let address = (*first).ai_addr.cast::<SOCKADDR_IN6>().read();
            assert_eq!(((*first).ai_family, (*first).ai_addrlen), (23, 28));
            assert_eq!((address.sin6_family, address.sin6_port), (23, 80u16.to_be()));
            assert_eq!(*(*first).ai_canonname, u16::from(b'l'));
            let second = (*first).ai_next;
            assert_eq!(((*second).ai_family, (*second).ai_addrlen), (2, 16));
            assert!((*second).ai_canonname.is_null() && (*second).ai_next.is_null());
            free(first);
        }
        assert!(list::<ADDRINFOA>(&[]).is_null());
    }

    #[test]
    fn hints_with_an_address_are_11003() {
        let hints = ADDRINFOA { ai_addrlen: 16, ..Default::default() };
        assert_eq!(hints.hints().err(), Some(Error::NO_RECOVERY));
    }
}

//! What gethostbyname and its like hand out: one host, one service and one protocol per thread,
//! each valid until the thread asks for the next one of its kind.

#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::CString;
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{HOSTENT, PROTOENT, SERVENT};

use crate::kernel::resolve::Entry;

/// Keeps a host for the calling thread. `bytes` of each address count: 4 or 16.
pub(super) fn keep_host(
    name: CString,
    family: u16,
    bytes: usize,
    addresses: Vec<[u8; 16]>,
) -> *mut HOSTENT {
    let memory = Memory::new(vec![name], addresses);
    let host = HOSTENT {
        h_name: memory.text(0),
        h_aliases: memory.aliases(),
        h_addrtype: family as i16,
        h_length: bytes as i16,
        h_addr_list: memory.addresses(),
    };
    HOST.with_borrow_mut(|kept| Kept::replace(kept, host, memory))
}

/// Keeps a service for the calling thread.
pub(super) fn keep_service(entry: Entry) -> *mut SERVENT {
    let number = entry.number;
    let memory = Memory::of(entry);
    let service = SERVENT {
        s_name: memory.text(0),
        s_aliases: memory.aliases(),
        s_port: number as i16,
        s_proto: memory.text(1),
    };
    SERVICE.with_borrow_mut(|kept| Kept::replace(kept, service, memory))
}

/// Keeps a protocol for the calling thread.
pub(super) fn keep_protocol(entry: Entry) -> *mut PROTOENT {
    let number = entry.number;
    let memory = Memory::of(entry);
    let protocol =
        PROTOENT { p_name: memory.text(0), p_aliases: memory.aliases(), p_proto: number as i16 };
    PROTOCOL.with_borrow_mut(|kept| Kept::replace(kept, protocol, memory))
}

thread_local! {
    static HOST: RefCell<Option<Kept<HOSTENT>>> = const { RefCell::new(None) };
    static SERVICE: RefCell<Option<Kept<SERVENT>>> = const { RefCell::new(None) };
    static PROTOCOL: RefCell<Option<Kept<PROTOENT>>> = const { RefCell::new(None) };
}

/// A record the caller has a pointer to, and what it points at.
struct Kept<T> {
    record: *mut T,
    _memory: Memory,
}

impl<T> Kept<T> {
    /// Drops the one before.
    fn replace(kept: &mut Option<Kept<T>>, record: T, memory: Memory) -> *mut T {
        let record = Box::into_raw(Box::new(record));
        *kept = Some(Kept { record, _memory: memory });
        record
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        // SAFETY: leaked in `replace` and freed only here; by contract the thread's pointer is
        // dead when the thread asks for the next record, or ends.
        drop(unsafe { Box::from_raw(self.record) });
    }
}

/// The memory behind a record. The texts and arrays are heap blocks, which do not move with it.
struct Memory {
    texts: Vec<*mut u8>,
    aliases: Vec<*mut i8>,
    addresses: *mut [[u8; 16]],
    list: Vec<*mut i8>,
}

impl Memory {
    /// The name, the protocol, then the aliases.
    fn of(entry: Entry) -> Memory {
        let mut texts = vec![entry.name, entry.protocol];
        texts.extend(entry.aliases);
        Memory::new(texts, Vec::new())
    }

    fn new(texts: Vec<CString>, addresses: Vec<[u8; 16]>) -> Memory {
        let texts: Vec<*mut u8> = texts.into_iter().map(|text| text.into_raw().cast()).collect();
        let aliases = texts.iter().skip(2).map(|text| text.cast());
        let aliases = aliases.chain([ptr::null_mut()]).collect();
        let count = addresses.len();
        let addresses = Box::into_raw(addresses.into_boxed_slice());
        let first = addresses.cast::<[u8; 16]>();
        let list = (0..count).map(|index| first.wrapping_add(index).cast());
        let list = list.chain([ptr::null_mut()]).collect();
        Memory { texts, aliases, addresses, list }
    }

    fn text(&self, index: usize) -> *mut u8 {
        self.texts[index]
    }

    fn aliases(&self) -> *mut *mut i8 {
        self.aliases.as_ptr().cast_mut()
    }

    fn addresses(&self) -> *mut *mut i8 {
        self.list.as_ptr().cast_mut()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for text in self.texts.drain(..) {
            // SAFETY: leaked in `new` from a CString, whose length nobody may change.
            drop(unsafe { CString::from_raw(text.cast()) });
        }
        // SAFETY: leaked in `new` and freed only here.
        drop(unsafe { Box::from_raw(self.addresses) });
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{CStr, CString};

    use super::{keep_host, keep_service};
    use crate::kernel::resolve::Entry;

    #[test]
    fn host_lists_its_addresses_and_ends_with_null() {
        let (mut one, mut two) = ([0; 16], [0; 16]);
        one[..4].copy_from_slice(&[127, 0, 0, 1]);
        two[..4].copy_from_slice(&[127, 0, 0, 2]);
        keep_host(CString::default(), 2, 4, vec![two]);
        let host = keep_host(c"localhost".to_owned(), 2, 4, vec![one, two]);
        // SAFETY: the thread's own host until it asks for the next.
        unsafe {
            assert_eq!(CStr::from_ptr((*host).h_name.cast()), c"localhost");
            assert!((*(*host).h_aliases).is_null());
            let list = std::slice::from_raw_parts((*host).h_addr_list, 3);
            assert_eq!(list[1].cast::<[u8; 4]>().read(), [127, 0, 0, 2]);
            assert!(list[2].is_null());
        }
    }

    #[test]
    fn service_keeps_its_aliases_and_its_port_in_network_order() {
        let service = keep_service(Entry {
            name: c"http".to_owned(),
            aliases: vec![c"www".to_owned()],
            number: i32::from(80u16.to_be()),
            protocol: c"tcp".to_owned(),
        });
        // SAFETY: the thread's own service until it asks for the next.
        unsafe {
            assert_eq!((*service).s_port, 80i16.to_be());
            assert_eq!(CStr::from_ptr((*service).s_proto.cast()), c"tcp");
            assert_eq!(CStr::from_ptr((*(*service).s_aliases).cast()), c"www");
            assert!((*(*service).s_aliases.add(1)).is_null());
        }
    }
}

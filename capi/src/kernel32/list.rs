//! Singly linked lists that many threads push to and pop from.
//!
//! # Safety
//!
//! A list and its entries are the caller's memory; an entry is the list's from push to pop.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;

/// SLIST_ENTRY.
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
}

/// SLIST_HEADER.
#[repr(C)]
pub struct List {
    first: *mut Entry,
    depth: u16,
    lock: RawMutex,
}

const _: () = assert!(size_of::<List>() <= 16);

unsafe fn locked<T>(list: *mut List, work: impl FnOnce(&mut *mut Entry, &mut u16) -> T) -> T {
    unsafe {
        (*list).lock.lock();
        let done = work(&mut (*list).first, &mut (*list).depth);
        (*list).lock.unlock();
        done
    }
}

/// `void InitializeSListHead(PSLIST_HEADER ListHead)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSListHead(list: *mut List) {
    unsafe { list.write(List { first: std::ptr::null_mut(), depth: 0, lock: RawMutex::INIT }) };
}

/// `PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)`: the
/// first entry before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InterlockedPushEntrySList(
    list: *mut List,
    entry: *mut Entry,
) -> *mut Entry {
    unsafe {
        locked(list, |first, depth| {
            (*entry).next = *first;
            *depth = depth.wrapping_add(1);
            std::mem::replace(first, entry)
        })
    }
}

/// `PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead)`: NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InterlockedPopEntrySList(list: *mut List) -> *mut Entry {
    unsafe {
        locked(list, |first, depth| {
            let entry = *first;
            if !entry.is_null() {
                *first = (*entry).next;
                *depth = depth.wrapping_sub(1);
            }
            entry
        })
    }
}

/// `PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead)`: all entries, by their first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InterlockedFlushSList(list: *mut List) -> *mut Entry {
    unsafe {
        locked(list, |first, depth| {
            *depth = 0;
            std::mem::replace(first, std::ptr::null_mut())
        })
    }
}

/// `USHORT QueryDepthSList(PSLIST_HEADER ListHead)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryDepthSList(list: *mut List) -> u16 {
    unsafe { locked(list, |_, depth| *depth) }
}

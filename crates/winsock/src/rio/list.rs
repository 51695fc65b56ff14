//! Results that the reader of a completion queue has in hand, in the order in which they came.
//!
//! # Safety
//!
//! A list's entries are its owner's, from [`List::push`] or [`List::append`] until
//! [`List::take`]; what leads to them lives as long, as the completion queue sees to.

#![allow(unsafe_code, reason = "a list through the entries of others")]

use std::ptr::{NonNull, null_mut};

use super::entry::Entry;

/// A list of results.
pub struct List {
    first: *mut Entry,
    last: *mut Entry,
}

impl List {
    /// None.
    pub const fn new() -> Self {
        Self { first: null_mut(), last: null_mut() }
    }

    /// Whether there is none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// Whether one of them is no quiet one (S10.20).
    pub fn any_loud(&self) -> bool {
        let mut at = self.first;
        // SAFETY: the list's entries are its owner's, the caller's.
        while let Some(entry) = unsafe { at.as_ref() } {
            if !entry.quiet {
                return true;
            }
            at = entry.next;
        }
        false
    }

    /// Adds a result, which is the caller's, at the end.
    #[inline(always)]
    pub fn push(&mut self, mut entry: NonNull<Entry>) {
        // SAFETY: the entry is the caller's, who gives it to the list.
        unsafe { entry.as_mut().next = null_mut() };
        self.append(entry.as_ptr(), entry.as_ptr());
    }

    /// Adds results, the newest first, each of which leads to the one before it.
    #[inline]
    pub fn append_turned(&mut self, mut newest: *mut Entry) {
        let (last, mut first) = (newest, null_mut());
        // SAFETY: the entries are the caller's, who gives them to the list.
        unsafe {
            while !newest.is_null() {
                let older = std::mem::replace(&mut (*newest).next, first);
                (first, newest) = (newest, older);
            }
        }
        self.append(first, last);
    }

    #[inline(always)]
    fn append(&mut self, first: *mut Entry, last: *mut Entry) {
        match self.first.is_null() {
            true => self.first = first,
            // SAFETY: the last one is the list's while the list is not empty.
            false => unsafe { (*self.last).next = first },
        }
        self.last = last;
    }

    /// Takes the first one out: it is the caller's.
    #[inline(always)]
    pub fn take(&mut self) -> Option<NonNull<Entry>> {
        let first = NonNull::new(self.first)?;
        // SAFETY: the list's entries are its owner's, the caller's.
        self.first = unsafe { first.as_ref().next };
        Some(first)
    }
}

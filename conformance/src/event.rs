//! Event objects, and anything else that can be waited for.
//!
//! # Safety
//!
//! Handles are values; an event's own is closed once, when it is dropped.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ptr::null;

use overlapped::sys::*;

use crate::PATIENCE_MS;

/// An event object, closed when dropped.
#[derive(Debug)]
pub struct Event(HANDLE);

// A handle is a value; any thread may use the object behind it.
unsafe impl Send for Event {}
unsafe impl Sync for Event {}

impl Drop for Event {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

impl Event {
    fn new(manual: bool, set: bool) -> Self {
        let event = unsafe { CreateEventW(null(), i32::from(manual), i32::from(set), null()) };
        assert!(!event.is_null());
        Self(event)
    }

    /// One that stays signalled until it is reset. It is not signalled.
    pub fn manual() -> Self {
        Self::new(true, false)
    }

    /// One that stays signalled until it is reset. It is signalled.
    pub fn manual_set() -> Self {
        Self::new(true, true)
    }

    /// One whose signal is consumed by the first wait. It is not signalled.
    pub fn auto() -> Self {
        Self::new(false, false)
    }

    /// One whose signal is consumed by the first wait. It is signalled.
    pub fn auto_set() -> Self {
        Self::new(false, true)
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0
    }

    /// Whether it is signalled now. An auto-reset event is consumed by this.
    pub fn is_set(&self) -> bool {
        is_signalled(self.0)
    }

    /// Waits until it is signalled.
    #[track_caller]
    pub fn wait(&self) {
        let waited = unsafe { WaitForSingleObject(self.0, PATIENCE_MS) };
        assert_eq!(waited, WAIT_OBJECT_0, "it was never signalled");
    }

    /// Signals it.
    pub fn set(&self) {
        assert_eq!(unsafe { SetEvent(self.0) }, 1);
    }
}

/// Whether a handle is signalled now.
pub fn is_signalled(handle: HANDLE) -> bool {
    match unsafe { WaitForSingleObject(handle, 0) } {
        WAIT_OBJECT_0 => true,
        WAIT_TIMEOUT => false,
        other => panic!("WaitForSingleObject said {other:#x}"),
    }
}

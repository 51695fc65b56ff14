//! Mailslots: names of their own, the end that reads and those that write.
//!
//! # Safety
//!
//! Pointers are to locals and used during the call, or to an operation's own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

use overlapped::sys::*;

use crate::{Operation, POISON, read_now, win32_call, write};

/// An end of a mailslot; closed when dropped.
pub struct Mailslot(HANDLE);

unsafe impl Send for Mailslot {}
unsafe impl Sync for Mailslot {}

impl Drop for Mailslot {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

/// A mailslot's name that nobody else has.
pub struct MailslotName(Vec<u16>);

impl Default for MailslotName {
    fn default() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self::of(&format!(r"\\.\mailslot\overlapped\{process}-{count}"))
    }
}

impl MailslotName {
    /// This name.
    pub fn of(name: &str) -> Self {
        Self(name.encode_utf16().chain([0]).collect())
    }

    /// CreateMailslotW: the end that reads, or the last error.
    pub fn create(&self, bytes_max: u32, timeout_ms: u32) -> Result<Mailslot, u32> {
        let name = self.0.as_ptr();
        win32_call(INVALID_HANDLE_VALUE, || unsafe {
            CreateMailslotW(name, bytes_max, timeout_ms, null())
        })
        .map(Mailslot)
    }

    /// CreateFileW: an end that writes, or the last error.
    pub fn open(&self, flags: u32) -> Result<Mailslot, u32> {
        let (name, share) = (self.0.as_ptr(), FILE_SHARE_READ | FILE_SHARE_WRITE);
        win32_call(INVALID_HANDLE_VALUE, || unsafe {
            CreateFileW(name, GENERIC_WRITE, share, null(), OPEN_EXISTING, flags, null_mut())
        })
        .map(Mailslot)
    }
}

impl Mailslot {
    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0
    }

    /// ReadFile without OVERLAPPED: what it read.
    pub fn read(&self, room: usize) -> Result<Vec<u8>, u32> {
        read_now(self.0, room)
    }

    /// WriteFile without OVERLAPPED: how many bytes.
    pub fn write(&self, bytes: &[u8]) -> Result<u32, u32> {
        let (result, count) = write(self.0, bytes, None);
        result.map(|_| count)
    }

    /// GetMailslotInfo: the longest message, the next one's size, how many there are, and how long
    /// a read waits.
    pub fn look(&self) -> Result<[u32; 4], u32> {
        let mut told = [POISON; 4];
        let [longest, next, count, timeout_ms] = &mut told;
        win32_call(0, || unsafe { GetMailslotInfo(self.0, longest, next, count, timeout_ms) })?;
        Ok(told)
    }

    /// SetMailslotInfo.
    pub fn set_timeout(&self, timeout_ms: u32) -> Result<i32, u32> {
        win32_call(0, || unsafe { SetMailslotInfo(self.0, timeout_ms) })
    }

    /// GetOverlappedResult, waiting: the bytes, or the error.
    pub fn finish(&self, operation: &Operation) -> Result<u32, u32> {
        let mut count = POISON;
        let overlapped = operation.overlapped();
        let asked = || unsafe { GetOverlappedResult(self.0, overlapped, &mut count, 1) };
        win32_call(0, asked).map(|_| count)
    }
}

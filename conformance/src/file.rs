//! A file to send, with known bytes.
//!
//! # Safety
//!
//! Pointers are to locals and used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::path::PathBuf;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

use overlapped::sys::*;

use crate::{POISON_WIDE, win32_call};

/// A file of its own, open for reading; gone when dropped.
pub struct File {
    path: PathBuf,
    handle: HANDLE,
}

impl Drop for File {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.handle) };
        _ = std::fs::remove_file(&self.path);
    }
}

/// CreateFileW for reading: the handle, or the last error.
pub fn open_file(path: &std::path::Path) -> Result<HANDLE, u32> {
    let name = path.to_str().expect("a path of plain text");
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    win32_call(INVALID_HANDLE_VALUE, || unsafe {
        let (name, access, share) = (name.as_ptr(), GENERIC_READ, FILE_SHARE_READ);
        CreateFileW(name, access, share, null(), OPEN_EXISTING, 0, null_mut())
    })
}

impl File {
    /// A file of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("overlapped-{process}-{count}.bin"));
        std::fs::write(&path, bytes).expect("a folder for passing files");
        let handle = open_file(&path).expect("it was just written");
        Self { path, handle }
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.handle
    }

    /// SetFilePointerEx: where it stands afterwards.
    pub fn seek(&self, distance: i64, method: u32) -> Result<i64, u32> {
        let mut now = POISON_WIDE as i64;
        win32_call(0, || unsafe { SetFilePointerEx(self.handle, distance, &mut now, method) })?;
        Ok(now)
    }

    /// GetFileSizeEx.
    pub fn bytes(&self) -> Result<i64, u32> {
        let mut bytes = POISON_WIDE as i64;
        win32_call(0, || unsafe { GetFileSizeEx(self.handle, &mut bytes) })?;
        Ok(bytes)
    }
}

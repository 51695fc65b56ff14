//! Files with known bytes, and the calls that read and write.
//!
//! # Safety
//!
//! Pointers are to locals and used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

use overlapped::sys::*;

use crate::{Operation, POISON, POISON_WIDE, win32_call};

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
pub fn open_file(path: &Path) -> Result<HANDLE, u32> {
    open_path(path, GENERIC_READ, OPEN_EXISTING, 0)
}

/// CreateFileW, for others to do with it what they like: the handle, or the last error.
pub fn open_path(path: &Path, access: u32, how: u32, flags: u32) -> Result<HANDLE, u32> {
    let name = path.to_str().expect("a path of plain text");
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    win32_call(INVALID_HANDLE_VALUE, || unsafe {
        CreateFileW(name.as_ptr(), access, share, null(), how, flags, null_mut())
    })
}

/// ReadFile into an operation's whole buffer, with its OVERLAPPED: its result, and the count.
pub fn read(handle: HANDLE, operation: &Operation) -> (Result<i32, u32>, u32) {
    let (room, mut count) = (operation.data().len() as u32, POISON);
    let (to, overlapped) = (operation.data_pointer(), operation.overlapped());
    let read = || unsafe { ReadFile(handle, to, room, &mut count, overlapped) };
    (win32_call(0, read), count)
}

/// ReadFile without OVERLAPPED: what it read.
pub fn read_now(handle: HANDLE, room: usize) -> Result<Vec<u8>, u32> {
    let (mut bytes, mut count) = (vec![0xCC; room], POISON);
    let to = bytes.as_mut_ptr();
    let read = || unsafe { ReadFile(handle, to, room as u32, &mut count, null_mut()) };
    let read = win32_call(0, read);
    assert!(count as usize <= room);
    bytes.truncate(count as usize);
    read.map(|_| bytes)
}

/// WriteFile, with the OVERLAPPED of an operation, which must have these bytes: its result, and the
/// count.
pub fn write(
    handle: HANDLE,
    bytes: &[u8],
    operation: Option<&Operation>,
) -> (Result<i32, u32>, u32) {
    let mut count = POISON;
    let (from, overlapped) = match operation {
        Some(operation) => (operation.data_pointer().cast_const(), operation.overlapped()),
        None => (bytes.as_ptr(), null_mut()),
    };
    let write = || unsafe { WriteFile(handle, from, bytes.len() as u32, &mut count, overlapped) };
    (win32_call(0, write), count)
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

    /// A file of these bytes, opened in another way.
    pub fn with(bytes: &[u8], access: u32, flags: u32) -> Self {
        let mut file = Self::of(bytes);
        unsafe { CloseHandle(file.handle) };
        let opened = open_path(&file.path, access, OPEN_EXISTING, flags);
        file.handle = opened.expect("it was just written");
        file
    }

    /// A file that was opened.
    pub fn adopt(path: &Path, handle: HANDLE) -> Self {
        Self { path: path.to_owned(), handle }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes its handle, which must succeed, and leaves the file.
    pub fn close(self) {
        assert_eq!(unsafe { CloseHandle(self.handle) }, 1);
        std::mem::forget(self);
    }

    /// ReadFile without OVERLAPPED: what it read.
    pub fn read(&self, room: usize) -> Result<Vec<u8>, u32> {
        read_now(self.handle, room)
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

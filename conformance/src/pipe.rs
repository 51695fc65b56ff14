//! Named pipes: names of their own, server's ends and clients'.
//!
//! # Safety
//!
//! Pointers are to locals and used during the call, or to an operation's own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

use overlapped::sys::*;

use crate::{Operation, POISON, read_now, win32_call, write};

/// An end of a pipe; closed when dropped.
pub struct PipeEnd(HANDLE);

unsafe impl Send for PipeEnd {}
unsafe impl Sync for PipeEnd {}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

/// A pipe's name that nobody else has.
pub struct PipeName(Vec<u16>);

impl Default for PipeName {
    fn default() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self::of(&format!(r"\\.\pipe\overlapped-{process}-{count}"))
    }
}

/// How a pipe is made: CreateNamedPipe's dwOpenMode, dwPipeMode and nMaxInstances.
pub type PipeModes = (u32, u32, u32);

impl PipeName {
    /// This name.
    pub fn of(name: &str) -> Self {
        Self(name.encode_utf16().chain([0]).collect())
    }

    /// CreateNamedPipeW: a server's end, or the last error.
    pub fn create(&self, (open, pipe, most): PipeModes) -> Result<PipeEnd, u32> {
        let name = self.0.as_ptr();
        win32_call(INVALID_HANDLE_VALUE, || unsafe {
            CreateNamedPipeW(name, open, pipe, most, 4096, 4096, 30, null())
        })
        .map(PipeEnd)
    }

    /// CreateFileW: a client's end, or the last error.
    pub fn open(&self, access: u32, flags: u32) -> Result<PipeEnd, u32> {
        let name = self.0.as_ptr();
        win32_call(INVALID_HANDLE_VALUE, || unsafe {
            CreateFileW(name, access, 0, null(), OPEN_EXISTING, flags, null_mut())
        })
        .map(PipeEnd)
    }

    /// WaitNamedPipeW.
    pub fn wait(&self, timeout_ms: u32) -> Result<i32, u32> {
        win32_call(0, || unsafe { WaitNamedPipeW(self.0.as_ptr(), timeout_ms) })
    }

    /// CallNamedPipeW: the answer.
    pub fn ask(&self, question: &[u8], room: usize) -> Result<Vec<u8>, u32> {
        let (mut answer, mut count) = (vec![0xCC; room], POISON);
        let (from, length) = (question.as_ptr().cast(), question.len() as u32);
        let (to, room, count_at) = (answer.as_mut_ptr().cast(), room as u32, &mut count);
        win32_call(0, || unsafe {
            CallNamedPipeW(self.0.as_ptr(), from, length, to, room, count_at, 20_000)
        })?;
        answer.truncate(count as usize);
        Ok(answer)
    }
}

impl PipeEnd {
    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0
    }

    /// ConnectNamedPipe without OVERLAPPED.
    pub fn connect(&self) -> Result<i32, u32> {
        win32_call(0, || unsafe { ConnectNamedPipe(self.0, null_mut()) })
    }

    /// ConnectNamedPipe with an operation's OVERLAPPED.
    pub fn begin_connect(&self, operation: &Operation) -> Result<i32, u32> {
        win32_call(0, || unsafe { ConnectNamedPipe(self.0, operation.overlapped()) })
    }

    /// DisconnectNamedPipe.
    pub fn disconnect(&self) -> Result<i32, u32> {
        win32_call(0, || unsafe { DisconnectNamedPipe(self.0) })
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

    /// SetNamedPipeHandleState.
    pub fn set_modes(&self, modes: u32) -> Result<i32, u32> {
        win32_call(0, || unsafe { SetNamedPipeHandleState(self.0, &modes, null(), null()) })
    }

    /// PeekNamedPipe: the bytes, how many there are in all, and how many behind these in the
    /// message.
    pub fn peek(&self, room: usize) -> Result<(Vec<u8>, u32, u32), u32> {
        let (mut bytes, mut counts) = (vec![0xCC; room], [POISON; 3]);
        let [read, total, left] = &mut counts;
        let to = bytes.as_mut_ptr().cast();
        win32_call(0, || unsafe { PeekNamedPipe(self.0, to, room as u32, read, total, left) })?;
        bytes.truncate(counts[0] as usize);
        Ok((bytes, counts[1], counts[2]))
    }

    /// GetOverlappedResult, waiting: the bytes, or the error.
    pub fn finish(&self, operation: &Operation) -> Result<u32, u32> {
        let mut count = POISON;
        let overlapped = operation.overlapped();
        let asked = || unsafe { GetOverlappedResult(self.0, overlapped, &mut count, 1) };
        win32_call(0, asked).map(|_| count)
    }
}

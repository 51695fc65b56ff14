//! Semaphores, mutexes, threads, and duplicates of handles.
//!
//! # Safety
//!
//! Handles are values, closed once, when their owner is dropped; outputs are locals. A thread owns
//! the box of its work.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use overlapped::sys::*;

use crate::{PATIENCE_MS, POISON, win32_call};

/// A handle, closed when dropped.
#[derive(Debug)]
struct Owned(HANDLE);

// A handle is a value; any thread may use the object behind it.
unsafe impl Send for Owned {}
unsafe impl Sync for Owned {}

impl Drop for Owned {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

/// WaitForSingleObject: what it returned, or the last error.
pub fn wait_for(handle: HANDLE, timeout_ms: u32) -> Result<u32, u32> {
    win32_call(WAIT_FAILED, || unsafe { WaitForSingleObject(handle, timeout_ms) })
}

/// DuplicateHandle within this process: the copy, or the last error.
pub fn duplicate(handle: HANDLE, options: u32) -> Result<HANDLE, u32> {
    let mut copy = POISON as usize as HANDLE;
    let made = win32_call(0, || unsafe {
        let me = GetCurrentProcess();
        DuplicateHandle(me, handle, me, &mut copy, 0, 0, options)
    });
    made.map(|_| copy)
}

/// A semaphore.
#[derive(Debug)]
pub struct Semaphore(Owned);

impl Semaphore {
    /// CreateSemaphoreW: the semaphore, or the last error.
    pub fn new(count: i32, most: i32) -> Result<Self, u32> {
        let made =
            win32_call(null_mut(), || unsafe { CreateSemaphoreW(null(), count, most, null()) });
        made.map(|handle| Self(Owned(handle)))
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0.0
    }

    /// ReleaseSemaphore: the count before, or the last error, the count then being untouched.
    #[track_caller]
    pub fn release(&self, count: i32) -> Result<i32, u32> {
        let mut before = POISON as i32;
        let released =
            win32_call(0, || unsafe { ReleaseSemaphore(self.handle(), count, &mut before) });
        if released.is_err() {
            assert_eq!(before, POISON as i32, "not written unless it succeeds");
        }
        released.map(|_| before)
    }
}

/// A mutex.
#[derive(Debug)]
pub struct Mutex(Owned);

impl Mutex {
    /// CreateMutexW, owned by the calling thread or by none.
    pub fn new(owned: bool) -> Self {
        let handle = unsafe { CreateMutexW(null(), i32::from(owned), null()) };
        assert!(!handle.is_null());
        Self(Owned(handle))
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0.0
    }

    /// ReleaseMutex: the last error if it fails.
    pub fn release(&self) -> Result<(), u32> {
        win32_call(0, || unsafe { ReleaseMutex(self.handle()) }).map(drop)
    }
}

type Work = Box<dyn FnOnce() -> u32 + Send>;

/// A thread that CreateThread made.
#[derive(Debug)]
pub struct Thread {
    handle: Owned,
    /// Its number.
    pub number: u32,
}

impl Thread {
    /// A thread that runs `work`, which returns its exit code.
    pub fn start(work: impl FnOnce() -> u32 + Send + 'static) -> Self {
        unsafe extern "system" fn run(boxed: *mut c_void) -> u32 {
            let work: Box<Work> = unsafe { Box::from_raw(boxed.cast()) };
            work()
        }
        let boxed: *mut Work = Box::into_raw(Box::new(Box::new(work)));
        let mut number = POISON;
        let handle = unsafe { CreateThread(null(), 0, Some(run), boxed.cast(), 0, &mut number) };
        assert!(!handle.is_null());
        Self { handle: Owned(handle), number }
    }

    /// OpenThread with every right: the thread, or the last error.
    pub fn open(number: u32) -> Result<Self, u32> {
        let opened = win32_call(null_mut(), || unsafe { OpenThread(THREAD_ALL_ACCESS, 0, number) });
        opened.map(|handle| Self { handle: Owned(handle), number })
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.handle.0
    }

    /// GetExitCodeThread.
    pub fn exit_code(&self) -> u32 {
        let mut code = POISON;
        assert_eq!(unsafe { GetExitCodeThread(self.handle(), &mut code) }, 1);
        code
    }

    /// Waits for its end: its exit code.
    #[track_caller]
    pub fn join(&self) -> u32 {
        assert_eq!(wait_for(self.handle(), PATIENCE_MS), Ok(WAIT_OBJECT_0), "it ends in time");
        self.exit_code()
    }
}

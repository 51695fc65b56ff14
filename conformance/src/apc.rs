//! Completion routines and user APCs that note how they were called, and alertable waits.
//!
//! # Safety
//!
//! Handles are values; arrays are locals, read during the call. What is queued to a thread owns
//! its memory: a box that the call itself takes back.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::cell::RefCell;
use std::collections::HashMap;

use overlapped::sys::*;

use crate::{GotMany, Operation, Port, call, startup, win32_call};

/// A call of a routine or of a user APC, as the thread noted it on which it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// A completion routine.
    Routine {
        /// dwError.
        error: u32,
        /// cbTransferred.
        bytes: u32,
        /// lpOverlapped.
        overlapped: usize,
        /// dwFlags.
        flags: u32,
    },
    /// A user APC with its value.
    User(usize),
}

impl Ran {
    /// The routine of `operation`, told of so many bytes and no flags.
    pub fn done(operation: &Operation, bytes: u32) -> Self {
        Ran::Routine { error: 0, bytes, overlapped: operation.address(), flags: 0 }
    }

    /// The routine of `operation`, told of an error.
    pub fn failed(operation: &Operation, error: i32) -> Self {
        let overlapped = operation.address();
        Ran::Routine { error: error as u32, bytes: 0, overlapped, flags: 0 }
    }
}

type Then = Box<dyn FnOnce()>;

thread_local! {
    static RAN: RefCell<Vec<Ran>> = const { RefCell::new(Vec::new()) };
    static THEN: RefCell<HashMap<usize, Then>> = RefCell::new(HashMap::new());
}

/// What has run on this thread since it was last asked, in that order.
pub fn ran() -> Vec<Ran> {
    RAN.take()
}

pub(crate) unsafe extern "system" fn noting_routine(
    error: u32,
    bytes: u32,
    overlapped: *mut OVERLAPPED,
    flags: u32,
) {
    let overlapped = overlapped as usize;
    RAN.with_borrow_mut(|ran| ran.push(Ran::Routine { error, bytes, overlapped, flags }));
    let then = THEN.with_borrow_mut(|then| then.remove(&overlapped));
    if let Some(then) = then {
        then();
    }
}

/// Inside the routine of `operation`, the next time that runs on this thread, `then` is done.
pub fn on_completion(operation: &Operation, then: impl FnOnce() + 'static) {
    THEN.with_borrow_mut(|all| all.insert(operation.address(), Box::new(then)));
}

unsafe extern "system" fn note(value: usize) {
    RAN.with_borrow_mut(|ran| ran.push(Ran::User(value)));
}

/// QueueUserAPC of an APC that notes `value`: its error.
pub fn queue_apc(thread: HANDLE, value: usize) -> Result<(), u32> {
    win32_call(0, || unsafe { QueueUserAPC(Some(note), thread, value) }).map(drop)
}

/// Queues an APC that notes `value` to the calling thread.
#[track_caller]
pub fn queue_note(value: usize) {
    assert_eq!(queue_apc(unsafe { GetCurrentThread() }, value), Ok(()));
}

/// Queues an APC that does `work` to the calling thread.
pub fn queue_call(work: impl FnOnce() + 'static) {
    unsafe extern "system" fn run(boxed: usize) {
        let work: Box<Then> = unsafe { Box::from_raw(boxed as *mut Then) };
        work();
    }
    let boxed = Box::into_raw(Box::new(Box::new(work) as Then)) as usize;
    assert_ne!(unsafe { QueueUserAPC(Some(run), GetCurrentThread(), boxed) }, 0);
}

/// SleepEx, alertable.
pub fn nap(timeout_ms: u32) -> u32 {
    unsafe { SleepEx(timeout_ms, 1) }
}

/// WSAWaitForMultipleEvents, alertable: what it returned, or the last error.
pub fn wait_alertably(handles: &[HANDLE], all: bool, timeout_ms: u32) -> Result<u32, i32> {
    startup();
    let count = handles.len() as u32;
    call(WSA_WAIT_FAILED, || unsafe {
        WSAWaitForMultipleEvents(count, handles.as_ptr(), i32::from(all), timeout_ms, 1)
    })
}

/// GetQueuedCompletionStatusEx for one entry, alertable.
pub fn get_many_alertably(port: Port, timeout_ms: u32) -> GotMany {
    port.get_entries(1, timeout_ms, true)
}

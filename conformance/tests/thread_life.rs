//! Threads that begin later, and end before their function does (S4.21–S4.23).
//!
//! # Safety
//!
//! Handles are values, closed at the end of their test; a thread's parameter is a value; who leaves
//! by ExitThread has nothing to drop.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use conformance::{PATIENCE_MS, POISON, queue_apc, ran, wait_for, win32_call};
use overlapped::sys::*;

/// Says its parameter as its exit code.
unsafe extern "system" fn echo(parameter: *mut c_void) -> u32 {
    parameter as usize as u32
}

/// Leaves from inside another function.
unsafe extern "system" fn leave(parameter: *mut c_void) -> u32 {
    unsafe { inner(parameter as usize as u32) };
    1
}

unsafe extern "system" fn inner(code: u32) {
    unsafe { ExitThread(code) }
}

fn start(
    function: unsafe extern "system" fn(*mut c_void) -> u32,
    code: usize,
    flags: u32,
) -> HANDLE {
    let parameter = null_mut::<c_void>().wrapping_byte_add(code);
    let handle = unsafe { CreateThread(null(), 0, Some(function), parameter, flags, null_mut()) };
    assert!(!handle.is_null());
    handle
}

/// Waits for its end, and closes it: its exit code.
fn finish(thread: HANDLE) -> u32 {
    let mut code = POISON;
    assert_eq!(wait_for(thread, PATIENCE_MS), Ok(WAIT_OBJECT_0));
    assert_eq!(unsafe { GetExitCodeThread(thread, &mut code) }, 1);
    unsafe { CloseHandle(thread) };
    code
}

/// S4.21: a suspended thread begins when it is resumed, which tells the suspensions before.
#[test]
fn a_suspended_thread_begins_when_it_is_resumed() {
    let thread = start(echo, 7, CREATE_SUSPENDED);
    assert_eq!(wait_for(thread, 20), Ok(WAIT_TIMEOUT));
    assert_eq!(unsafe { ResumeThread(thread) }, 1);
    assert_eq!(finish(thread), 7);
}

/// S4.21: one that runs has no suspension to take back.
#[test]
fn a_thread_that_runs_is_not_resumed() {
    assert_eq!(unsafe { ResumeThread(GetCurrentThread()) }, 0);
    let event = conformance::Event::auto();
    let resumed = win32_call(u32::MAX, || unsafe { ResumeThread(event.handle()) });
    assert_eq!(resumed, Err(ERROR_INVALID_HANDLE));
}

/// S4.21: what was queued before it begins runs first.
#[test]
fn a_suspended_thread_runs_its_apcs_first() {
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "system" fn look(_: *mut c_void) -> u32 {
        SEEN.store(ran().len(), Ordering::SeqCst);
        0
    }
    let thread = start(look, 0, CREATE_SUSPENDED);
    assert_eq!(queue_apc(thread, 1), Ok(()));
    assert_eq!(queue_apc(thread, 2), Ok(()));
    assert_eq!(unsafe { ResumeThread(thread) }, 1);
    finish(thread);
    assert_eq!(SEEN.load(Ordering::SeqCst), 2);
}

/// S4.22: ExitThread ends it from inside another function, with its code.
#[test]
fn a_thread_ends_by_exit_thread() {
    assert_eq!(finish(start(leave, 0xBEEF, 0)), 0xBEEF);
}

/// S4.22: many leave, and each handle has its own code.
#[test]
fn many_threads_end_by_exit_thread() {
    let threads: Vec<HANDLE> = (0..50).map(|code| start(leave, code, 0)).collect();
    for (thread, code) in threads.into_iter().zip(0..) {
        assert_eq!(finish(thread), code);
    }
}

/// S4.23: the priority is what it was set to, of those there are.
#[test]
fn a_priority_is_kept() {
    let thread = start(echo, 0, CREATE_SUSPENDED);
    assert_eq!(unsafe { GetThreadPriority(thread) }, 0);
    for priority in [-15, -2, -1, 0, 1, 2, 15] {
        let set = win32_call(0, || unsafe { SetThreadPriority(thread, priority) });
        assert_eq!(set, Ok(1), "{priority}");
        assert_eq!(unsafe { GetThreadPriority(thread) }, priority);
    }
    let set = win32_call(0, || unsafe { SetThreadPriority(thread, 99) });
    assert_eq!(set, Err(ERROR_INVALID_PARAMETER));
    unsafe { ResumeThread(thread) };
    finish(thread);
}

/// S4.17: a thread's handle tells its number.
#[test]
fn a_handle_tells_the_threads_number() {
    let me = unsafe { GetCurrentThreadId() };
    assert_eq!(unsafe { GetThreadId(GetCurrentThread()) }, me);
    assert_ne!(unsafe { GetCurrentProcessId() }, 0);
}

//! Threads that CreateThread makes: their beginning and their end.
//!
//! # Safety
//!
//! The caller of CreateThread vouches for its function and parameter on the new thread.

#![allow(unsafe_code, reason = "calls the caller's function")]

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use crate::error::Error;
use crate::kernel::thread::{leave, spawn as begin_thread};
use crate::{thread, threads};

/// A thread's function, which may be left by [`exit`].
pub type Function = unsafe extern "system" fn(*mut c_void) -> u32;

struct Birth {
    function: Function,
    parameter: *mut c_void,
    suspended: bool,
    tell: Sender<Arc<threads::Thread>>,
}

/// A new thread that calls `function`, whose result is its exit code; its stack has at least
/// `stack_bytes`. Suspended: not before it is resumed. Fails with 8 if there can be none.
pub fn make(
    stack_bytes: usize,
    function: Function,
    parameter: *mut c_void,
    suspended: bool,
) -> Result<Arc<threads::Thread>, Error> {
    let (tell, told) = channel();
    let birth = Box::into_raw(Box::new(Birth { function, parameter, suspended, tell }));
    begin_thread(stack_bytes, live, birth.cast()).inspect_err(|_| {
        // SAFETY: no thread was made, so the box is still this call's.
        drop(unsafe { Box::from_raw(birth) });
    })?;
    told.recv().map_err(|_| Error::NOT_ENOUGH_MEMORY)
}

/// A thread of the engine's own that runs `work`, which returns its exit code. Fails with 8 if
/// there can be none.
pub fn spawn(work: impl FnOnce() -> u32 + Send + 'static) -> Result<Arc<threads::Thread>, Error> {
    let (tell, told) = channel();
    let spawned = std::thread::Builder::new().spawn(move || {
        let record = thread::record();
        _ = tell.send(record.clone());
        record.set_exit_code(work());
    });
    spawned.map_err(|_| Error::NOT_ENOUGH_MEMORY)?;
    told.recv().map_err(|_| Error::NOT_ENOUGH_MEMORY)
}

/// Ends the calling thread with this exit code. Its frames of Rust must have nothing to drop: so
/// this has the C convention, under which callers have no landing pad for it.
pub extern "C" fn exit(code: u32) -> ! {
    end(code);
    leave()
}

/// The whole life of a thread, in a frame without anything to drop.
unsafe extern "C-unwind" fn live(birth: *mut c_void) -> *mut c_void {
    let Begun { function, parameter } = begin(birth.cast());
    // SAFETY: CreateThread's caller vouches for function and parameter.
    end(unsafe { function(parameter) });
    std::ptr::null_mut()
}

#[repr(C)]
struct Begun {
    function: Function,
    parameter: *mut c_void,
}

/// Tells the record of the new thread, and waits until it may run: then with the APCs that were
/// queued meanwhile (S4.21).
#[inline(never)]
extern "C" fn begin(birth: *mut Birth) -> Begun {
    // SAFETY: the box was made for this thread, which is its only owner.
    let birth = unsafe { Box::from_raw(birth) };
    let record = thread::record();
    if birth.suspended {
        record.suspend();
    }
    _ = birth.tell.send(record.clone());
    if birth.suspended {
        record.await_resume();
        record.apcs.run();
    }
    Begun { function: birth.function, parameter: birth.parameter }
}

#[inline(never)]
extern "C" fn end(code: u32) {
    thread::record().set_exit_code(code);
}

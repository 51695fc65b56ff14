//! Threads of our own: made, and left from anywhere inside.
//!
//! # Safety
//!
//! A thread's entry is called once with the argument that was given with it, on the new thread.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use crate::error::Error;

/// What a new thread runs. A plain frame without destructors: [`leave`] unwinds through it.
pub type Entry = unsafe extern "C-unwind" fn(*mut c_void) -> *mut c_void;

/// The smallest stack; Windows' usual one.
const STACK_BYTES_MIN: usize = 1 << 20;

/// Starts a thread that calls `entry`; its stack has at least `stack_bytes`, 0: the usual size.
/// Fails with 8 if there can be none; then the argument is the caller's again.
pub fn spawn(stack_bytes: usize, entry: Entry, argument: *mut c_void) -> Result<(), Error> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
    // SAFETY: attributes and thread are locals, the first initialised by the first call; entry and
    // argument are handed to the new thread, which owns the argument from then on.
    let failed = unsafe {
        let attributes = attributes.as_mut_ptr();
        libc::pthread_attr_init(attributes);
        libc::pthread_attr_setdetachstate(attributes, libc::PTHREAD_CREATE_DETACHED);
        if stack_bytes > 0 {
            let pages = stack_bytes.max(STACK_BYTES_MIN).next_multiple_of(1 << 16);
            libc::pthread_attr_setstacksize(attributes, pages);
        }
        // The library's type says that an entry does not unwind; glibc's own exit does it.
        let entry = std::mem::transmute::<Entry, extern "C" fn(*mut c_void) -> *mut c_void>(entry);
        let failed = libc::pthread_create(thread.as_mut_ptr(), attributes, entry, argument);
        libc::pthread_attr_destroy(attributes);
        failed
    };
    if failed == 0 { Ok(()) } else { Err(Error::NOT_ENOUGH_MEMORY) }
}

/// Ends the calling thread: thread-local values are dropped, frames of C++ are unwound, those of
/// Rust must have nothing to drop.
pub extern "C" fn leave() -> ! {
    // SAFETY: the value is for a join, and threads here are detached.
    unsafe { libc::pthread_exit(std::ptr::null_mut()) }
}

/// Sets a thread's nice value, -20 to 19, as far as the kernel permits it.
pub fn set_nice(number: u32, nice: i32) {
    // SAFETY: numbers only; the kernel refuses what is not allowed.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, number, nice) };
}

//! What a lock without atomic operations is made of: fences of which one side pays for both
//! (biased.rs), and a cheap name for the calling thread.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering, compiler_fence};

use super::sys;
use crate::local;

/// A name of the calling thread, not 0; another thread may have it later: where a word of its own
/// is.
#[inline(always)]
pub fn me() -> usize {
    std::ptr::from_ref(local::thread()) as usize
}

/// Whether there is [`fence_everywhere`]; where system calls are filtered there may be none.
pub fn can_fence_everywhere() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(sys::membarrier_register)
}

/// Keeps the order of the program here; with [`fence_everywhere`] on the other side it is a full
/// fence.
#[inline(always)]
pub fn fence_here() {
    compiler_fence(Ordering::SeqCst);
}

/// A full fence on every thread of the process.
pub fn fence_everywhere() {
    sys::membarrier();
}

/// Sleeps while the word has this value; may return early.
pub fn sleep_while(word: &AtomicU32, value: u32) {
    sys::futex_wait(word, value, None);
}

/// Wakes who sleeps for the word.
#[cold]
pub fn wake(word: &AtomicU32) {
    sys::futex_wake(word);
}

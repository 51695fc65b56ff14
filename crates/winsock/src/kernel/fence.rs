//! What a lock without atomic operations is made of: fences of which one side pays for both
//! (biased.rs), and a cheap name for the calling thread.

#![allow(unsafe_code, reason = "a thread's register is read by an instruction of its own")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::arch::asm;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering, compiler_fence};

use super::sys;

/// A name of the calling thread, not 0; another thread may have it later: where its own variables
/// are, read from its register, which a shared library would have to ask a function for.
#[inline(always)]
pub fn me() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        let me;
        // SAFETY: the platform keeps the thread's pointer to itself at fs:0 as long as it lives.
        unsafe {
            asm!("mov {}, fs:0", out(reg) me, options(pure, nomem, nostack, preserves_flags))
        };
        me
    }
    #[cfg(target_arch = "aarch64")]
    {
        let me;
        // SAFETY: a register that the platform sets when the thread begins is read.
        unsafe {
            asm!("mrs {}, tpidr_el0", out(reg) me, options(pure, nomem, nostack, preserves_flags))
        };
        me
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        thread_local!(static ME: u8 = const { 0 });
        ME.with(|me| std::ptr::from_ref(me) as usize)
    }
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

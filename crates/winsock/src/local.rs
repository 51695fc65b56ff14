//! Words of the calling thread's own, found by an instruction or three wherever the engine is
//! linked to. What `thread_local!` gives a shared library costs a function call each time.
//!
//! The words lie in the thread's block of storage, at a distance from the thread's register that
//! the linker or the loader writes down (the "initial-exec" model). A library that is loaded late
//! takes them from the room that glibc keeps for such.

#![allow(unsafe_code, reason = "a thread's register is read by an instruction of its own")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::arch::{asm, global_asm};
use std::cell::Cell;

/// A function that returns the calling thread's word of a name; zero when the thread begins.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $symbol:literal;)*) => {$(
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        global_asm!(
            concat!(".pushsection .tbss.", $symbol, ",\"awT\",@nobits"),
            concat!(".globl ", $symbol),
            concat!(".hidden ", $symbol),
            concat!(".type ", $symbol, ",@object"),
            concat!(".size ", $symbol, ",8"),
            ".balign 8",
            concat!($symbol, ":"),
            ".zero 8",
            ".popsection",
        );

        $(#[$doc])*
        #[inline(always)]
        pub fn $name() -> &'static Cell<usize> {
            let at: *const Cell<usize>;
            #[cfg(target_arch = "x86_64")]
            // SAFETY: fs:0 holds the register's own value, to which the word's distance is added.
            unsafe {
                asm!(
                    concat!("mov {at}, qword ptr [rip + ", $symbol, "@GOTTPOFF]"),
                    "add {at}, qword ptr fs:[0]",
                    at = out(reg) at,
                    options(pure, nomem, nostack)
                );
            }
            #[cfg(target_arch = "aarch64")]
            // SAFETY: the register is read, and the word's distance added to it.
            unsafe {
                asm!(
                    "mrs {at}, tpidr_el0",
                    concat!("adrp {by}, :gottprel:", $symbol),
                    concat!("ldr {by}, [{by}, :gottprel_lo12:", $symbol, "]"),
                    "add {at}, {at}, {by}",
                    at = out(reg) at,
                    by = out(reg) _,
                    options(pure, nomem, nostack, preserves_flags)
                );
            }
            #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
            {
                thread_local!(static WORD: Cell<usize> = const { Cell::new(0) });
                at = WORD.with(std::ptr::from_ref);
            }
            // SAFETY: the word is the thread's until it has run its last instruction, and the
            // reference cannot leave the thread, for a Cell is not Sync.
            unsafe { &*at }
        }
    )*};
}

words! {
    /// Its last error.
    last_error = "overlapped_last_error";
    /// Where what the engine keeps of it lies; 0: nowhere yet, or no more.
    thread = "overlapped_thread";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_words_of_its_own_which_begin_at_zero() {
        for word in [last_error, thread] {
            let before = word().replace(77);
            let other = std::thread::spawn(move || word().replace(78)).join();
            assert_eq!((other.expect("no panic"), word().replace(before)), (0, 77));
        }
        assert!(!std::ptr::eq(last_error(), thread()));
    }
}

//! The C runtime's functions (crt/), exported.
//!
//! # Safety
//!
//! A jump hands registers and stack on as they are; what they must be is the function's own
//! business.

#![allow(unsafe_code, reason = "exports")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::arch::naked_asm;

/// The instruction that goes to another function.
#[cfg(target_arch = "x86_64")]
macro_rules! jump {
    () => {
        "jmp {}"
    };
}

/// The instruction that goes to another function.
#[cfg(target_arch = "aarch64")]
macro_rules! jump {
    () => {
        "b {}"
    };
}

include!(concat!(env!("OUT_DIR"), "/jumps.rs"));

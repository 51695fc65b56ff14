//! Waiting until the value at an address changes.
//!
//! # Safety
//!
//! Both addresses are the caller's, readable for so many bytes during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;
use parking_lot_core::{DEFAULT_UNPARK_TOKEN, unpark_all, unpark_one};

use super::finish;
use super::lock::sleep_at;

/// `BOOL WaitOnAddress(volatile VOID *Address, PVOID CompareAddress, SIZE_T AddressSize,
/// DWORD dwMilliseconds)`
///
/// Sleeps while the two hold the same 1, 2, 4 or 8 bytes, until it is woken: TRUE, perhaps though
/// nothing has changed. FALSE with 1460 when time is up, 87 for another size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WaitOnAddress(
    address: *const c_void,
    compare: *const c_void,
    size: usize,
    timeout_ms: u32,
) -> i32 {
    let same = || unsafe {
        match size {
            1 => address.cast::<u8>().read_volatile() == compare.cast::<u8>().read(),
            2 => address.cast::<u16>().read_volatile() == compare.cast::<u16>().read(),
            4 => address.cast::<u32>().read_volatile() == compare.cast::<u32>().read(),
            _ => address.cast::<u64>().read_volatile() == compare.cast::<u64>().read(),
        }
    };
    match size {
        1 | 2 | 4 | 8 => unsafe { sleep_at(address as usize, timeout_ms, same, || {}) },
        _ => finish(Err(Error::INVALID_PARAMETER)),
    }
}

/// `void WakeByAddressSingle(PVOID Address)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeByAddressSingle(address: *mut c_void) {
    unsafe { unpark_one(address as usize, |_| DEFAULT_UNPARK_TOKEN) };
}

/// `void WakeByAddressAll(PVOID Address)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeByAddressAll(address: *mut c_void) {
    unsafe { unpark_all(address as usize, DEFAULT_UNPARK_TOKEN) };
}

//! Thread-local slots.
//!
//! # Safety
//!
//! Values are the caller's; a callback is called with a value on the thread that ends.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::BTreeMap;
use std::ffi::c_void;

use engine::error::{Error, set_last_error};
use parking_lot::Mutex;

use super::finish;

type Callback = unsafe extern "C" fn(*mut c_void);

/// What FlsFree calls, by index.
static CALLBACKS: Mutex<BTreeMap<u32, Callback>> = Mutex::new(BTreeMap::new());

fn make(callback: Option<Callback>) -> u32 {
    let mut key = 0;
    match unsafe { libc::pthread_key_create(&mut key, callback) } {
        0 => key,
        _ => {
            set_last_error(Error::NOT_ENOUGH_MEMORY.0);
            u32::MAX // TLS_OUT_OF_INDEXES
        }
    }
}

/// `DWORD TlsAlloc()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TlsAlloc() -> u32 {
    make(None)
}

/// `DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback)`: called with what a thread has when it ends,
/// and by FlsFree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsAlloc(callback: Option<Callback>) -> u32 {
    let index = make(callback);
    if let Some(callback) = callback.filter(|_| index != u32::MAX) {
        CALLBACKS.lock().insert(index, callback);
    }
    index
}

/// `LPVOID TlsGetValue(DWORD dwTlsIndex)`: the last error is 0 when NULL is the value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TlsGetValue(index: u32) -> *mut c_void {
    set_last_error(0);
    unsafe { libc::pthread_getspecific(index) }
}

/// `BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TlsSetValue(index: u32, value: *mut c_void) -> i32 {
    let set = unsafe { libc::pthread_setspecific(index, value) };
    finish(if set == 0 { Ok(()) } else { Err(Error::INVALID_PARAMETER) })
}

/// `BOOL TlsFree(DWORD dwTlsIndex)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TlsFree(index: u32) -> i32 {
    let freed = unsafe { libc::pthread_key_delete(index) };
    finish(if freed == 0 { Ok(()) } else { Err(Error::INVALID_PARAMETER) })
}

/// `PVOID FlsGetValue(DWORD dwFlsIndex)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsGetValue(index: u32) -> *mut c_void {
    unsafe { TlsGetValue(index) }
}

/// `BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsSetValue(index: u32, value: *mut c_void) -> i32 {
    unsafe { TlsSetValue(index, value) }
}

/// `BOOL FlsFree(DWORD dwFlsIndex)`: calls the callback with what the calling thread has; what
/// others have is forgotten.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsFree(index: u32) -> i32 {
    let callback = CALLBACKS.lock().remove(&index);
    let value = unsafe { libc::pthread_getspecific(index) };
    if let Some(callback) = callback.filter(|_| !value.is_null()) {
        unsafe { callback(value) };
    }
    unsafe { TlsFree(index) }
}

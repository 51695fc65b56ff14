//! Thread-local slots.
//!
//! # Safety
//!
//! Values are the caller's; a callback is called with a value on the thread that ends, or on the
//! one that frees the slot.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use engine::error::{Error, set_last_error};
use parking_lot::Mutex;

use super::finish;

type Callback = unsafe extern "C" fn(*mut c_void);

/// `DWORD TlsAlloc()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TlsAlloc() -> u32 {
    let mut key = 0;
    match unsafe { libc::pthread_key_create(&mut key, None) } {
        0 => key,
        _ => {
            set_last_error(Error::NOT_ENOUGH_MEMORY.0);
            u32::MAX // TLS_OUT_OF_INDEXES
        }
    }
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

/// The slots with callbacks, by their numbers.
static FIBER_SLOTS: Mutex<BTreeMap<u32, Option<Callback>>> = Mutex::new(BTreeMap::new());

/// What a thread has in them, by address: FlsFree takes it from other threads.
type Values = Mutex<BTreeMap<u32, usize>>;

/// The values of the threads that have any.
static THREADS: Mutex<Vec<Weak<Values>>> = Mutex::new(Vec::new());

/// A thread's own end of its values. It ends before others see the end of its thread: the engine's
/// record of the thread was there first.
struct Own(Arc<Values>);

thread_local! {
    static OWN: Own = {
        let own = Arc::new(Values::default());
        let mut threads = THREADS.lock();
        threads.retain(|values| values.strong_count() > 0);
        threads.push(Arc::downgrade(&own));
        Own(own)
    };
}

impl Drop for Own {
    fn drop(&mut self) {
        while let Some((index, value)) = self.take_first() {
            let callback = FIBER_SLOTS.lock().get(&index).copied().flatten();
            call_back(callback, value);
        }
    }
}

impl Own {
    /// A value that is this thread's to end now, and not FlsFree's any more.
    fn take_first(&self) -> Option<(u32, usize)> {
        self.0.lock().pop_first()
    }
}

fn call_back(callback: Option<Callback>, value: usize) {
    if let Some(callback) = callback.filter(|_| value != 0) {
        unsafe { callback(value as *mut c_void) };
    }
}

fn check(index: u32) -> Result<(), Error> {
    match FIBER_SLOTS.lock().contains_key(&index) {
        true => Ok(()),
        false => Err(Error::INVALID_PARAMETER),
    }
}

/// `DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback)`: called with what a thread has when it ends,
/// before its handle is signalled, and by FlsFree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsAlloc(callback: Option<Callback>) -> u32 {
    // Never one that was freed: a thread may be about to set a value in it.
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let index = NEXT.fetch_add(1, Ordering::Relaxed);
    FIBER_SLOTS.lock().insert(index, callback);
    index
}

/// `PVOID FlsGetValue(DWORD dwFlsIndex)`: the last error is 0 when NULL is the value, else 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsGetValue(index: u32) -> *mut c_void {
    set_last_error(check(index).map_or_else(|error| error.0, |()| 0));
    let value = OWN.try_with(|own| own.0.lock().get(&index).copied());
    value.ok().flatten().unwrap_or(0) as *mut c_void
}

/// `BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData)`: 87 for a slot that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsSetValue(index: u32, value: *mut c_void) -> i32 {
    finish(check(index).and_then(|()| {
        let set = OWN.try_with(|own| own.0.lock().insert(index, value as usize));
        set.map(drop).map_err(|_| Error::NOT_ENOUGH_MEMORY)
    }))
}

/// `BOOL FlsFree(DWORD dwFlsIndex)`: calls the callback, here, with what each thread has. 87 for a
/// slot that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlsFree(index: u32) -> i32 {
    let Some(callback) = FIBER_SLOTS.lock().remove(&index) else {
        return finish(Err(Error::INVALID_PARAMETER));
    };
    let threads: Vec<_> = THREADS.lock().iter().filter_map(Weak::upgrade).collect();
    for values in threads {
        let value = values.lock().remove(&index);
        call_back(callback, value.unwrap_or(0));
    }
    1
}

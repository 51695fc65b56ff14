//! The system's own calls beside the engine's: names of wchar_t, keyed events, time and version.
//!
//! # Safety
//!
//! Pointers are null or valid as the function's page at Microsoft says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::linux;
use parking_lot::{Condvar, Mutex};
use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Win32::Foundation::{HANDLE, UNICODE_STRING};
use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;

use super::system;
use crate::text::{Wide, decode};

const SUCCESS: i32 = 0;
const TIMEOUT: i32 = 0x102;
const INVALID_HANDLE: i32 = 0xC000_0008_u32 as i32;
const INVALID_PARAMETER: i32 = 0xC000_000D_u32 as i32;
const NO_MEMORY: i32 = 0xC000_0017_u32 as i32;

/// The text of a UNICODE_STRING of C, whose characters are wchar_t.
unsafe fn text(name: *const UNICODE_STRING) -> String {
    match unsafe { name.as_ref() } {
        Some(name) if !name.Buffer.is_null() => {
            let count = name.Length as usize / size_of::<Wide>();
            decode(unsafe { std::slice::from_raw_parts(name.Buffer.cast::<Wide>(), count) })
        }
        _ => String::new(),
    }
}

/// `NTSTATUS NtCreateFile(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NtCreateFile(
    file: *mut HANDLE,
    access: u32,
    attributes: *const OBJECT_ATTRIBUTES,
    block: *mut IO_STATUS_BLOCK,
    size: *const i64,
    kind: u32,
    sharing: u32,
    disposition: u32,
    options: u32,
    extended: *const c_void,
    extended_bytes: u32,
) -> i32 {
    let Some(given) = (unsafe { attributes.as_ref() }) else { return INVALID_PARAMETER };
    let mut units: Vec<u16> = unsafe { text(given.ObjectName) }.encode_utf16().collect();
    let bytes = (units.len() * 2) as u16;
    let name = UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: units.as_mut_ptr() };
    let attributes = OBJECT_ATTRIBUTES { ObjectName: &raw const name, ..*given };
    let attributes = &raw const attributes;
    unsafe {
        engine::NtCreateFile(
            file,
            access,
            attributes,
            block,
            size,
            kind,
            sharing,
            disposition,
            options,
            extended,
            extended_bytes,
        )
    }
}

/// `NTSTATUS NtQuerySystemTime(PLARGE_INTEGER SystemTime)`: 100 ns since 1601.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NtQuerySystemTime(time: *mut i64) -> i32 {
    unsafe { super::clock::GetSystemTimeAsFileTime(time.cast()) };
    SUCCESS
}

/// `NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)`: as GetVersionEx.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RtlGetVersion(info: *mut c_void) -> i32 {
    match unsafe { system::GetVersionExW(info.cast()) } {
        0 => INVALID_PARAMETER,
        _ => SUCCESS,
    }
}

/// Threads that meet by a key: each release lets one waiter go, and waits for it.
#[derive(Default)]
struct KeyedEvent {
    /// By key: those that wait, less those that release. Bounded by threads.
    balance: Mutex<HashMap<usize, Meeting>>,
    changed: Condvar,
}

/// Those at one key.
#[derive(Default)]
struct Meeting {
    /// Waiters and releasers that have found nobody yet.
    alone: [u32; 2],
    /// Of those, how many have been found since.
    found: [u32; 2],
}

impl KeyedEvent {
    /// Meets one of the other side, 0 those that wait and 1 those that release.
    fn meet(&self, key: usize, side: usize, end: Option<Instant>) -> i32 {
        let mut all = self.balance.lock();
        let meeting = all.entry(key).or_default();
        let other = 1 - side;
        if meeting.alone[other] > 0 {
            meeting.alone[other] -= 1;
            meeting.found[other] += 1;
            self.changed.notify_all();
            return SUCCESS;
        }
        meeting.alone[side] += 1;
        loop {
            let late = match end {
                None => {
                    self.changed.wait(&mut all);
                    false
                }
                Some(end) => self.changed.wait_until(&mut all, end).timed_out(),
            };
            let Some(meeting) = all.get_mut(&key) else { return SUCCESS };
            let found = meeting.found[side] > 0;
            if !found && !late {
                continue;
            }
            match found {
                true => meeting.found[side] -= 1,
                false => meeting.alone[side] -= 1,
            }
            if meeting.alone == [0, 0] && meeting.found == [0, 0] {
                all.remove(&key);
            }
            return if found { SUCCESS } else { TIMEOUT };
        }
    }
}

/// When a wait ends: null never, negative 100 ns from now, else a time since 1601.
unsafe fn end(timeout: *const i64) -> Option<Instant> {
    let due = *unsafe { timeout.as_ref() }?;
    let ticks = match due {
        ..0 => due.unsigned_abs(),
        at => {
            let mut now = 0_i64;
            unsafe { NtQuerySystemTime(&raw mut now) };
            at.saturating_sub(now).max(0) as u64
        }
    };
    Instant::now().checked_add(Duration::from_nanos(ticks.saturating_mul(100)))
}

unsafe fn meet(handle: HANDLE, key: *const c_void, side: usize, timeout: *const i64) -> i32 {
    if key as usize & 1 != 0 {
        return INVALID_PARAMETER; // STATUS_INVALID_PARAMETER_1 tells no more
    }
    match linux::foreign::<KeyedEvent>(handle) {
        Ok(event) => event.meet(key as usize, side, unsafe { end(timeout) }),
        Err(_) => INVALID_HANDLE,
    }
}

/// `NTSTATUS NtCreateKeyedEvent(PHANDLE KeyedEventHandle, ACCESS_MASK DesiredAccess,
/// POBJECT_ATTRIBUTES ObjectAttributes, ULONG Flags)`: without a name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NtCreateKeyedEvent(
    handle: *mut HANDLE,
    _access: u32,
    attributes: *const OBJECT_ATTRIBUTES,
    _flags: u32,
) -> i32 {
    let named = unsafe { attributes.as_ref() }.is_some_and(|given| !given.ObjectName.is_null());
    if named || handle.is_null() {
        return INVALID_PARAMETER;
    }
    match linux::insert_foreign(Arc::new(KeyedEvent::default())) {
        Ok(made) => {
            unsafe { handle.write(made) };
            SUCCESS
        }
        Err(_) => NO_MEMORY,
    }
}

/// `NTSTATUS NtWaitForKeyedEvent(HANDLE KeyedEventHandle, PVOID KeyValue, BOOLEAN Alertable,
/// PLARGE_INTEGER Timeout)`
///
/// Waits until another thread releases the key; APCs are not run meanwhile. STATUS_TIMEOUT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NtWaitForKeyedEvent(
    handle: HANDLE,
    key: *const c_void,
    _alertable: u8,
    timeout: *const i64,
) -> i32 {
    unsafe { meet(handle, key, 0, timeout) }
}

/// `NTSTATUS NtReleaseKeyedEvent(HANDLE KeyedEventHandle, PVOID KeyValue, BOOLEAN Alertable,
/// PLARGE_INTEGER Timeout)`
///
/// Lets one thread go that waits for the key, and waits until there is one. STATUS_TIMEOUT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NtReleaseKeyedEvent(
    handle: HANDLE,
    key: *const c_void,
    _alertable: u8,
    timeout: *const i64,
) -> i32 {
    unsafe { meet(handle, key, 1, timeout) }
}

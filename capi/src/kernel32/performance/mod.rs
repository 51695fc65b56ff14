//! Counters of performance: queries, which look at many counters at once, and what two looks say.
//!
//! # Safety
//!
//! Paths end with a null; outputs are the caller's.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod source;

use std::ffi::c_void;
use std::sync::Arc;
use std::time::Instant;

use engine::linux::{foreign, insert_foreign};
use parking_lot::Mutex;
use windows_sys::Win32::Foundation::HANDLE;

use self::source::{INVALID_PATH, Kind, NO_INSTANCE, Sample, Source, Status, parse};
use crate::text::{Character, Wide, read};

const SUCCESS: u32 = 0;
const INVALID_DATA: u32 = 0xC000_0BC6;
const CSTATUS_INVALID_DATA: u32 = 0xC000_0BBA;
const INVALID_HANDLE: u32 = 0xC000_0BBC;
const INVALID_ARGUMENT: u32 = 0xC000_0BBD;
const NO_MEMORY: u32 = 0xC000_0BBB;
const NO_DATA: u32 = 0x8000_07D5;

const AS_LONG: u32 = 0x100;
const AS_DOUBLE: u32 = 0x200;
const AS_LARGE: u32 = 0x400;
const THOUSANDFOLD: u32 = 0x2000;
const MORE_THAN_100: u32 = 0x8000;

/// What a query's handle stands for: its counters, by their handles.
struct Query {
    begun: Instant,
    counters: Mutex<Vec<usize>>,
}

/// What a counter's handle stands for.
struct Counter {
    query: usize,
    source: Source,
    kind: Kind,
    /// The last look but one, and the last; `None`: what it is about was not there.
    looks: Mutex<[Option<Sample>; 2]>,
}

/// PDH_FMT_COUNTERVALUE.
#[repr(C)]
pub struct Value {
    status: u32,
    value: u64,
}

fn query(handle: HANDLE) -> Result<Arc<Query>, u32> {
    foreign(handle).map_err(|_| INVALID_HANDLE)
}

fn counter(handle: HANDLE) -> Result<Arc<Counter>, u32> {
    foreign(handle).map_err(|_| INVALID_HANDLE)
}

fn finish(result: Result<(), u32>) -> u32 {
    result.err().unwrap_or(SUCCESS)
}

unsafe fn open(source: *const c_void, to: *mut HANDLE) -> u32 {
    if !source.is_null() || to.is_null() {
        return INVALID_ARGUMENT; // there are no logs to read
    }
    let query = Query { begun: Instant::now(), counters: Mutex::default() };
    let made = insert_foreign(Arc::new(query)).map_err(|_| NO_MEMORY);
    finish(made.map(|handle| unsafe { to.write(handle) }))
}

/// `PDH_STATUS PdhOpenQueryA(LPCSTR szDataSource, DWORD_PTR dwUserData, PDH_HQUERY *phQuery)`: of
/// the machine as it is; PDH_INVALID_ARGUMENT for a log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhOpenQueryA(source: *const u8, _: usize, to: *mut HANDLE) -> u32 {
    unsafe { open(source.cast(), to) }
}

/// `PDH_STATUS PdhOpenQueryW(LPCWSTR szDataSource, DWORD_PTR dwUserData, PDH_HQUERY *phQuery)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhOpenQueryW(source: *const Wide, _: usize, to: *mut HANDLE) -> u32 {
    unsafe { open(source.cast(), to) }
}

unsafe fn add<C: Character>(to_query: HANDLE, path: *const C, to: *mut HANDLE) -> u32 {
    let added = || {
        let query = query(to_query)?;
        let path = unsafe { read(path) }.filter(|_| !to.is_null()).ok_or(INVALID_ARGUMENT)?;
        let (source, kind) = parse(&path).map_err(|Status(status)| status)?;
        let looks = Mutex::default();
        let counter = Counter { query: to_query as usize, source, kind, looks };
        let handle = insert_foreign(Arc::new(counter)).map_err(|_| NO_MEMORY)?;
        query.counters.lock().push(handle as usize);
        unsafe { to.write(handle) };
        Ok(())
    };
    finish(added())
}

/// `PDH_STATUS PdhAddCounterA(PDH_HQUERY hQuery, LPCSTR szFullCounterPath, DWORD_PTR dwUserData,
/// PDH_HCOUNTER *phCounter)`
///
/// By Windows' English names: of Processor, Process, Memory, Network Interface, TCPv4 and System. A
/// process' instance is its program's name without `.exe`, an interface's Linux' name. For a path
/// that means nothing here PDH_CSTATUS_NO_OBJECT, PDH_CSTATUS_NO_COUNTER, PDH_CSTATUS_NO_INSTANCE,
/// PDH_CSTATUS_NO_MACHINE or PDH_INVALID_PATH.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhAddCounterA(
    query: HANDLE,
    path: *const u8,
    _: usize,
    to: *mut HANDLE,
) -> u32 {
    unsafe { add(query, path, to) }
}

/// `PDH_STATUS PdhAddCounterW(PDH_HQUERY hQuery, LPCWSTR szFullCounterPath, DWORD_PTR dwUserData,
/// PDH_HCOUNTER *phCounter)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhAddCounterW(
    query: HANDLE,
    path: *const Wide,
    _: usize,
    to: *mut HANDLE,
) -> u32 {
    unsafe { add(query, path, to) }
}

/// `PDH_STATUS PdhAddEnglishCounterA(…)`: as [`PdhAddCounterA`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhAddEnglishCounterA(
    query: HANDLE,
    path: *const u8,
    _: usize,
    to: *mut HANDLE,
) -> u32 {
    unsafe { add(query, path, to) }
}

/// `PDH_STATUS PdhAddEnglishCounterW(…)`: as [`PdhAddCounterA`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhAddEnglishCounterW(
    query: HANDLE,
    path: *const Wide,
    _: usize,
    to: *mut HANDLE,
) -> u32 {
    unsafe { add(query, path, to) }
}

/// `PDH_STATUS PdhValidatePathA(LPCSTR szFullPathBuffer)`: whether [`PdhAddCounterA`] would take
/// it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhValidatePathA(path: *const u8) -> u32 {
    let path = unsafe { read(path) }.ok_or(INVALID_PATH);
    finish(path.and_then(|path| parse(&path)).map(drop).map_err(|Status(status)| status))
}

/// `PDH_STATUS PdhValidatePathW(LPCWSTR szFullPathBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhValidatePathW(path: *const Wide) -> u32 {
    let path = unsafe { read(path) }.ok_or(INVALID_PATH);
    finish(path.and_then(|path| parse(&path)).map(drop).map_err(|Status(status)| status))
}

/// `PDH_STATUS PdhRemoveCounter(PDH_HCOUNTER hCounter)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhRemoveCounter(handle: HANDLE) -> u32 {
    finish(counter(handle).map(|counter| {
        if let Ok(query) = query(counter.query as HANDLE) {
            query.counters.lock().retain(|&other| other != handle as usize);
        }
        unsafe { engine::CloseHandle(handle) };
    }))
}

/// `PDH_STATUS PdhCollectQueryData(PDH_HQUERY hQuery)`: looks at all counters; PDH_NO_DATA without
/// any.
#[unsafe(no_mangle)]
pub extern "C" fn PdhCollectQueryData(handle: HANDLE) -> u32 {
    finish(query(handle).and_then(|query| {
        let counters = query.counters.lock();
        for counter in counters.iter().filter_map(|&handle| counter(handle as HANDLE).ok()) {
            let look = counter.source.look(query.begun.elapsed().as_secs_f64());
            let mut looks = counter.looks.lock();
            *looks = [looks[1], look];
        }
        if counters.is_empty() { Err(NO_DATA) } else { Ok(()) }
    }))
}

impl Counter {
    /// The value, or why there is none, as the counter's own status.
    fn value(&self) -> Result<f64, u32> {
        let [before, now] = *self.looks.lock();
        match (self.kind, before, now) {
            (_, Some(_), None) => Err(NO_INSTANCE.0),
            (Kind::Now, _, Some(now)) => Ok(now.amount),
            (kind, Some(before), Some(now)) if now.base > before.base => {
                let unit = if kind == Kind::Percent { 100.0 } else { 1.0 };
                let value = unit * (now.amount - before.amount) / (now.base - before.base);
                Ok(value.max(0.0))
            }
            _ => Err(CSTATUS_INVALID_DATA),
        }
    }
}

/// `PDH_STATUS PdhGetFormattedCounterValue(PDH_HCOUNTER hCounter, DWORD dwFormat, LPDWORD lpdwType,
/// PPDH_FMT_COUNTERVALUE pValue)`
///
/// As PDH_FMT_LONG, PDH_FMT_LARGE or PDH_FMT_DOUBLE; percents end at 100 unless PDH_FMT_NOCAP100.
/// PDH_INVALID_DATA, and why in CStatus, before there are two looks of what needs two;
/// PDH_INVALID_ARGUMENT, PDH_INVALID_HANDLE. No type is told: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhGetFormattedCounterValue(
    handle: HANDLE,
    format: u32,
    kind_to: *mut u32,
    to: *mut Value,
) -> u32 {
    let told = || {
        let counter = counter(handle)?;
        if to.is_null() {
            return Err(INVALID_ARGUMENT);
        }
        if let Some(kind) = unsafe { kind_to.as_mut() } {
            *kind = 0;
        }
        let (status, mut value) = match counter.value() {
            Ok(value) => (0, value),
            Err(status) => (status, 0.0),
        };
        if counter.kind == Kind::Percent && format & MORE_THAN_100 == 0 {
            value = value.min(100.0);
        }
        if format & THOUSANDFOLD != 0 {
            value *= 1000.0;
        }
        let value = match format & (AS_LONG | AS_DOUBLE | AS_LARGE) {
            AS_LONG => u64::from(value as i32 as u32),
            AS_LARGE => value as i64 as u64,
            AS_DOUBLE => value.to_bits(),
            _ => return Err(INVALID_ARGUMENT),
        };
        unsafe { to.write(Value { status, value }) };
        if status == 0 { Ok(()) } else { Err(INVALID_DATA) }
    };
    finish(told())
}

/// `PDH_STATUS PdhCloseQuery(PDH_HQUERY hQuery)`: and its counters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PdhCloseQuery(handle: HANDLE) -> u32 {
    finish(query(handle).map(|query| {
        for counter in std::mem::take(&mut *query.counters.lock()) {
            unsafe { engine::CloseHandle(counter as HANDLE) };
        }
        unsafe { engine::CloseHandle(handle) };
    }))
}

//! The event log, which is the system's log here.
//!
//! # Safety
//!
//! Texts that come in end with a null; of the texts of an event there are as many as is said.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CString, c_void};
use std::sync::Arc;

use engine::error::Error;
use engine::linux::{foreign, insert_foreign};
use windows_sys::Win32::Foundation::HANDLE;

use super::finish;
use crate::text::{Character, Wide, read};

/// Who reports.
struct Reporter(String);

unsafe fn register<C: Character>(server: *const C, source: *const C) -> HANDLE {
    let server = unsafe { read(server) }.unwrap_or_default();
    let made = match unsafe { read(source) } {
        _ if !server.is_empty() => Err(Error(1722)), // RPC_S_SERVER_UNAVAILABLE
        None => Err(Error::INVALID_PARAMETER),
        Some(source) => insert_foreign(Arc::new(Reporter(source))),
    };
    made.unwrap_or_else(|error| {
        engine::error::set_last_error(error.0);
        std::ptr::null_mut()
    })
}

/// What kind of an event has which priority.
fn priority(kind: u16) -> i32 {
    match kind {
        0x1 => libc::LOG_ERR,                            // EVENTLOG_ERROR_TYPE
        0x2 => libc::LOG_WARNING,                        // EVENTLOG_WARNING_TYPE
        0x8 | 0x10 => libc::LOG_AUTH | libc::LOG_NOTICE, // EVENTLOG_AUDIT_…
        _ => libc::LOG_INFO,
    }
}

unsafe fn report<C: Character>(
    log: HANDLE,
    kind: u16,
    event: u32,
    (count, texts): (u16, *const *const C),
) -> i32 {
    let reporter = match foreign::<Reporter>(log) {
        Ok(reporter) => reporter,
        Err(error) => return finish(Err(error)),
    };
    let texts = match texts.is_null() {
        true => &[],
        false => unsafe { std::slice::from_raw_parts(texts, count.into()) },
    };
    let texts = texts.iter().map(|&text| unsafe { read(text) }.unwrap_or_default());
    let line = format!("{}: event {event}: {}", reporter.0, texts.collect::<Vec<_>>().join(" "));
    let line = CString::new(line.replace('\0', "")).expect("no null is left");
    unsafe { libc::syslog(priority(kind) | libc::LOG_USER, c"%s".as_ptr(), line.as_ptr()) };
    1
}

/// `HANDLE RegisterEventSourceA(lpUNCServerName, lpSourceName)`: NULL with 1722 for another
/// machine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterEventSourceA(server: *const u8, source: *const u8) -> HANDLE {
    unsafe { register(server, source) }
}

/// `HANDLE RegisterEventSourceW(lpUNCServerName, lpSourceName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterEventSourceW(server: *const Wide, source: *const Wide) -> HANDLE {
    unsafe { register(server, source) }
}

/// `BOOL DeregisterEventSource(HANDLE hEventLog)`: FALSE with 6 for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeregisterEventSource(log: HANDLE) -> i32 {
    match foreign::<Reporter>(log) {
        Ok(_) => unsafe { engine::CloseHandle(log) },
        Err(error) => finish(Err(error)),
    }
}

/// `BOOL ReportEventA(hEventLog, wType, wCategory, dwEventID, lpUserSid, wNumStrings, dwDataSize,
/// lpStrings, lpRawData)`: one line of syslog(3), of the source, the event's number and its texts;
/// the data is not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReportEventA(
    log: HANDLE,
    kind: u16,
    _category: u16,
    event: u32,
    _user: *const c_void,
    count: u16,
    _bytes: u32,
    texts: *const *const u8,
    _data: *const c_void,
) -> i32 {
    unsafe { report(log, kind, event, (count, texts)) }
}

/// `BOOL ReportEventW(hEventLog, wType, wCategory, dwEventID, lpUserSid, wNumStrings, dwDataSize,
/// lpStrings, lpRawData)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReportEventW(
    log: HANDLE,
    kind: u16,
    _category: u16,
    event: u32,
    _user: *const c_void,
    count: u16,
    _bytes: u32,
    texts: *const *const Wide,
    _data: *const c_void,
) -> i32 {
    unsafe { report(log, kind, event, (count, texts)) }
}

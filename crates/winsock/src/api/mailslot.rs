//! Mailslots.

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_OVERLAPPED, FILE_FLAGS_AND_ATTRIBUTES};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::pipe::{narrow, open_client, wide};
use super::{finish_bool, finish_number};
use crate::error::Error;
use crate::file::Rights;
use crate::mailslot::{self, Facts};

/// What stands before a mailslot's name: this machine, and the domain, which here is this machine.
const PREFIXES: [&str; 2] = [r"\\.\mailslot\", r"\\*\mailslot\"];

/// MAILSLOT_NO_MESSAGE.
const NO_MESSAGE: u32 = u32::MAX;

/// The mailslot's own name, if `name` is one's that begins with one of `prefixes`.
fn name_of<'a>(name: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    let divided = |byte: u8| if byte == b'/' { b'\\' } else { byte.to_ascii_lowercase() };
    prefixes.iter().find_map(|prefix| {
        let (start, own) = name.split_at_checked(prefix.len())?;
        let fits = start.bytes().map(divided).eq(prefix.bytes());
        (fits && !own.is_empty()).then_some(own)
    })
}

/// A client's end of a pipe (S16.10) or a writer's of a mailslot (S17.3), if `name` is that of one.
pub(super) fn open_end(
    name: &str,
    rights: Rights,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
) -> Option<HANDLE> {
    let writer = || {
        let overlapped = flags & FILE_FLAG_OVERLAPPED != 0;
        let opened = mailslot::open(name_of(name, &PREFIXES)?, overlapped);
        let handle = opened.map(|handle| handle as usize as HANDLE);
        Some(finish_number(handle, INVALID_HANDLE_VALUE))
    };
    open_client(name, rights, flags).or_else(writer)
}

fn create(name: Option<&str>, bytes_max: u32, timeout_ms: u32) -> HANDLE {
    let own = name
        .ok_or(Error::PATH_NOT_FOUND)
        .and_then(|name| name_of(name, &PREFIXES[..1]).ok_or(Error::INVALID_NAME));
    let made = own.and_then(|name| mailslot::create(name, bytes_max, timeout_ms));
    finish_number(made.map(|handle| handle as usize as HANDLE), INVALID_HANDLE_VALUE)
}

/// `HANDLE CreateMailslotW(LPCWSTR lpName, DWORD nMaxMessageSize, DWORD lReadTimeout,
/// LPSECURITY_ATTRIBUTES lpSecurityAttributes)`
///
/// Makes a mailslot, and gives the end that reads, with FILE_FLAG_OVERLAPPED (S17.1, S17.2). A
/// message has at most `nMaxMessageSize` bytes, with 0 any number; a read waits `lReadTimeout`
/// milliseconds for one, with MAILSLOT_WAIT_FOREVER until there is one. Processes of one user see
/// each other's mailslots; security descriptors are not looked at. INVALID_HANDLE_VALUE: 3, 123 for
/// a name that does not begin with `\\.\mailslot\`, 183 if there is one of that name.
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateMailslotW(
    lpname: PCWSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's name, read before anything else.
    create(unsafe { wide(lpname) }.as_deref(), nmaxmessagesize, lreadtimeout)
}

/// `HANDLE CreateMailslotA(…)`: as [`CreateMailslotW`].
///
/// # Safety
///
/// As [`CreateMailslotW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateMailslotA(
    lpname: PCSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's narrow name, read before anything else.
    create(unsafe { narrow(lpname) }.as_deref(), nmaxmessagesize, lreadtimeout)
}

/// `BOOL GetMailslotInfo(HANDLE hMailslot, LPDWORD lpMaxMessageSize, LPDWORD lpNextSize,
/// LPDWORD lpMessageCount, LPDWORD lpReadTimeout)`
///
/// The longest message there may be, in bytes (0: any), the size of the next one or
/// MAILSLOT_NO_MESSAGE, how many there are, and how long a read waits, in milliseconds (S17.9).
/// FALSE: 6 for anything but the end that reads.
///
/// # Safety
///
/// The pointers are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetMailslotInfo(
    hmailslot: HANDLE,
    lpmaxmessagesize: *mut u32,
    lpnextsize: *mut u32,
    lpmessagecount: *mut u32,
    lpreadtimeout: *mut u32,
) -> BOOL {
    finish_bool(mailslot::look(hmailslot as usize).map(|facts| {
        let Facts { bytes_max, next_bytes, count, timeout_ms } = facts;
        let told = [
            (lpmaxmessagesize, bytes_max),
            (lpnextsize, next_bytes.unwrap_or(NO_MESSAGE)),
            (lpmessagecount, count),
            (lpreadtimeout, timeout_ms),
        ];
        for (to, value) in told.into_iter().filter(|(to, _)| !to.is_null()) {
            // SAFETY: not null, so a variable of the caller's.
            unsafe { to.write(value) };
        }
    }))
}

/// `BOOL SetMailslotInfo(HANDLE hMailslot, DWORD lReadTimeout)`
///
/// How long reads wait for a message from now on, in milliseconds (S17.9). FALSE: 6 for anything
/// but the end that reads.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetMailslotInfo(hmailslot: HANDLE, lreadtimeout: u32) -> BOOL {
    finish_bool(mailslot::set_timeout(hmailslot as usize, lreadtimeout))
}

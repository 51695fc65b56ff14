//! Parts of files that are locked against other handles, also of other processes. Linux' locks are
//! asked for: who does not ask reads and writes all the same.
//!
//! # Safety
//!
//! An OVERLAPPED is the caller's, read during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use engine::error::Error;
use engine::linux::file_fd;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::{finish, last_errno};

const FAIL_IMMEDIATELY: u32 = 0x1;
const EXCLUSIVE: u32 = 0x2;
const LOCK_VIOLATION: Error = Error(33);

/// Where a part begins, and how many bytes it has.
type Part = (u64, u64);

fn halves(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn lock(file: HANDLE, (at, bytes): Part, kind: libc::c_int, waits: bool) -> i32 {
    let locked = || {
        let fd = file_fd(file)?;
        let mut part: libc::flock = unsafe { std::mem::zeroed() };
        part.l_type = kind as libc::c_short;
        part.l_whence = libc::SEEK_SET as libc::c_short;
        part.l_start = i64::try_from(at).map_err(|_| Error::INVALID_PARAMETER)?;
        // Beyond what Linux counts it is all that there can be, which Linux calls 0.
        part.l_len = match at.checked_add(bytes) {
            Some(end) if end <= i64::MAX as u64 => bytes as i64,
            _ => 0,
        };
        let call = if waits { libc::F_OFD_SETLKW } else { libc::F_OFD_SETLK };
        loop {
            if unsafe { libc::fcntl(fd, call, &raw const part) } == 0 {
                return Ok(());
            }
            match std::io::Error::last_os_error().raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::EAGAIN | libc::EACCES) => return Err(LOCK_VIOLATION),
                Some(libc::EBADF) => return Err(Error::ACCESS_DENIED), // opened for the other use
                _ => return Err(last_errno()),
            }
        }
    };
    finish(locked())
}

unsafe fn place(overlapped: *const OVERLAPPED) -> u64 {
    let halves_at = unsafe { (*overlapped).Anonymous.Anonymous };
    halves(halves_at.OffsetHigh, halves_at.Offset)
}

/// `BOOL LockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh, DWORD
/// nNumberOfBytesToLockLow, DWORD nNumberOfBytesToLockHigh)`: for this handle alone, if it may
/// write. FALSE: 33 if another has it, 5, 6.
#[unsafe(no_mangle)]
pub extern "C" fn LockFile(file: HANDLE, low: u32, high: u32, bytes: u32, more: u32) -> i32 {
    lock(file, (halves(high, low), halves(more, bytes)), libc::F_WRLCK, false)
}

/// `BOOL UnlockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh, DWORD
/// nNumberOfBytesToUnlockLow, DWORD nNumberOfBytesToUnlockHigh)`: what is not locked counts as
/// unlocked. FALSE: 6.
#[unsafe(no_mangle)]
pub extern "C" fn UnlockFile(file: HANDLE, low: u32, high: u32, bytes: u32, more: u32) -> i32 {
    lock(file, (halves(high, low), halves(more, bytes)), libc::F_UNLCK, false)
}

/// `BOOL LockFileEx(HANDLE hFile, DWORD dwFlags, DWORD dwReserved, DWORD nNumberOfBytesToLockLow,
/// DWORD nNumberOfBytesToLockHigh, LPOVERLAPPED lpOverlapped)`: waits in place, also on an
/// overlapped handle, unless LOCKFILE_FAIL_IMMEDIATELY. FALSE: 33, 87, and as [`LockFile`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LockFileEx(
    file: HANDLE,
    flags: u32,
    reserved: u32,
    bytes: u32,
    more: u32,
    overlapped: *const OVERLAPPED,
) -> i32 {
    if overlapped.is_null() || reserved != 0 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let kind = if flags & EXCLUSIVE != 0 { libc::F_WRLCK } else { libc::F_RDLCK };
    let at = unsafe { place(overlapped) };
    lock(file, (at, halves(more, bytes)), kind, flags & FAIL_IMMEDIATELY == 0)
}

/// `BOOL UnlockFileEx(HANDLE hFile, DWORD dwReserved, DWORD nNumberOfBytesToUnlockLow,
/// DWORD nNumberOfBytesToUnlockHigh, LPOVERLAPPED lpOverlapped)`: as [`UnlockFile`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UnlockFileEx(
    file: HANDLE,
    reserved: u32,
    bytes: u32,
    more: u32,
    overlapped: *const OVERLAPPED,
) -> i32 {
    if overlapped.is_null() || reserved != 0 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let at = unsafe { place(overlapped) };
    lock(file, (at, halves(more, bytes)), libc::F_UNLCK, false)
}

//! The memory of other processes, as far as ptrace(2) lets this user look into it.
//!
//! # Safety
//!
//! What is read or written here has as many bytes as is said; there, whatever is there.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;
use windows_sys::Win32::Foundation::HANDLE;

use super::finish;
use super::process::Subject;

const PARTIAL_COPY: Error = Error(299);
const NO_ACCESS: Error = Error(998);

/// Copies all of it, or says why not, and how much it was.
unsafe fn copy(
    process: HANDLE,
    [here, there]: [*mut c_void; 2],
    (bytes, count): (usize, *mut usize),
    call: unsafe extern "C" fn(
        libc::pid_t,
        *const libc::iovec,
        libc::c_ulong,
        *const libc::iovec,
        libc::c_ulong,
        libc::c_ulong,
    ) -> isize,
) -> i32 {
    let copied = || {
        let process = Subject::of(process)?.number() as libc::pid_t;
        let here = libc::iovec { iov_base: here, iov_len: bytes };
        let there = libc::iovec { iov_base: there, iov_len: bytes };
        let done = unsafe { call(process, &raw const here, 1, &raw const there, 1, 0) };
        if let Some(count) = unsafe { count.as_mut() } {
            *count = done.max(0) as usize;
        }
        match done {
            done if done as usize == bytes => Ok(()),
            0.. => Err(PARTIAL_COPY),
            _ => Err(match std::io::Error::last_os_error().raw_os_error() {
                Some(libc::EPERM) => Error::ACCESS_DENIED,
                Some(libc::ESRCH) => Error::INVALID_HANDLE,
                Some(libc::EFAULT) => PARTIAL_COPY,
                _ => NO_ACCESS,
            }),
        }
    };
    finish(copied())
}

/// `BOOL ReadProcessMemory(HANDLE hProcess, LPCVOID lpBaseAddress, LPVOID lpBuffer, SIZE_T nSize,
/// SIZE_T *lpNumberOfBytesRead)`: FALSE: 299 where not all of it can be read, 5, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadProcessMemory(
    process: HANDLE,
    from: *const c_void,
    to: *mut c_void,
    bytes: usize,
    count: *mut usize,
) -> i32 {
    unsafe { copy(process, [to, from.cast_mut()], (bytes, count), libc::process_vm_readv) }
}

/// `BOOL WriteProcessMemory(HANDLE hProcess, LPVOID lpBaseAddress, LPCVOID lpBuffer, SIZE_T nSize,
/// SIZE_T *lpNumberOfBytesWritten)`: FALSE: 299 where not all of it can be written, 5, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteProcessMemory(
    process: HANDLE,
    to: *mut c_void,
    from: *const c_void,
    bytes: usize,
    count: *mut usize,
) -> i32 {
    unsafe { copy(process, [from.cast_mut(), to], (bytes, count), libc::process_vm_writev) }
}

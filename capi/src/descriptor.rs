//! Handles of descriptors, and descriptors of handles, as the C library's functions give them.
//!
//! # Safety
//!
//! Numbers only: nothing of the caller's memory is touched.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::c_int;

use engine::linux::{file_fd, file_same_as};
use parking_lot::Mutex;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE};

unsafe extern "C" {
    /// crt/descriptor.c, whose _close closes the handle that goes with a descriptor.
    fn winsock_note_handle(fd: c_int, handle: isize) -> c_int;
    fn winsock_noted_handle(fd: c_int) -> isize;
}

/// Who asks a descriptor for its handle first makes it.
static ASKED: Mutex<()> = Mutex::new(());

/// Whether two descriptors stand for the same file.
fn same(one: c_int, other: c_int) -> bool {
    let facts = |fd| {
        let mut facts: libc::stat = unsafe { std::mem::zeroed() };
        let known = unsafe { libc::fstat(fd, &raw mut facts) } == 0;
        known.then_some((facts.st_dev, facts.st_ino))
    };
    facts(one).is_some() && facts(one) == facts(other)
}

fn bad_descriptor() -> c_int {
    unsafe { *libc::__errno_location() = libc::EBADF };
    -1
}

/// `intptr_t _get_osfhandle(int fd)`: the same as long as the descriptor is open; the C library's
/// _close closes it. -1 and EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn _get_osfhandle(fd: c_int) -> isize {
    let standard = [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE];
    if let Some(&number) = usize::try_from(fd).ok().and_then(|fd| standard.get(fd)) {
        let handle = unsafe { engine::GetStdHandle(number) };
        if file_fd(handle).is_ok_and(|own| same(own, fd)) {
            return handle as isize;
        }
    }
    let _asked = ASKED.lock();
    let known = unsafe { winsock_noted_handle(fd) };
    if known != 0 && file_fd(known as HANDLE).is_ok_and(|own| same(own, fd)) {
        return known;
    }
    match file_same_as(fd) {
        // One of what the number stood for before closes.
        Ok(handle) if unsafe { winsock_note_handle(fd, handle as isize) } == 0 => handle as isize,
        Ok(handle) => {
            unsafe { engine::CloseHandle(handle) };
            bad_descriptor() as isize
        }
        Err(_) => bad_descriptor() as isize,
    }
}

/// `int _open_osfhandle(intptr_t osfhandle, int flags)`: a descriptor of a file's handle, which
/// belongs to it from now on: the C library's _close closes both. -1 and EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn _open_osfhandle(handle: isize, _flags: c_int) -> c_int {
    let Ok(own) = file_fd(handle as HANDLE) else { return bad_descriptor() };
    let fd = unsafe { libc::fcntl(own, libc::F_DUPFD_CLOEXEC, 3) };
    if fd >= 0 {
        unsafe { winsock_note_handle(fd, handle) };
    }
    fd
}

//! Being with a terminal, and letting go of it; and its bell.
//!
//! # Safety
//!
//! Descriptors 0 to 2 are the process' standard streams, as long as it lives.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use engine::error::Error;

use super::console::flush;
use super::{finish, last_errno};

/// What the standard streams are when they are no terminal any more, and the terminal.
const NOTHING: &CStr = c"/dev/null";
const TERMINAL: &CStr = c"/dev/tty";
/// Whether the program has let go of its terminal, and the streams that were it, a bit each.
static FREED: AtomicBool = AtomicBool::new(false);
static TAKEN: AtomicU32 = AtomicU32::new(0);

/// `HWND GetConsoleWindow()`: NULL, for a terminal is no window of this process.
#[unsafe(no_mangle)]
pub extern "C" fn GetConsoleWindow() -> *mut c_void {
    std::ptr::null_mut()
}

/// Puts a file in the place of those standard streams that are, or were, the terminal.
fn replace(path: &CStr, is_old: impl Fn(i32) -> bool) -> Result<(), Error> {
    let fd = unsafe { libc::open(path.as_ptr(), libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC) };
    if fd < 0 {
        return Err(last_errno());
    }
    for stream in (0..=2).filter(|stream| is_old(*stream)) {
        unsafe { libc::dup2(fd, stream) };
    }
    unsafe { libc::close(fd) };
    Ok(())
}

/// `BOOL FreeConsole()`: nothing is written to the terminal from here on, nor read. FALSE with 87
/// the second time.
#[unsafe(no_mangle)]
pub extern "C" fn FreeConsole() -> i32 {
    if FREED.swap(true, Ordering::AcqRel) {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    flush();
    let taken = (0..=2).filter(|stream| unsafe { libc::isatty(*stream) } != 0);
    TAKEN.store(taken.map(|stream| 1 << stream).sum(), Ordering::Release);
    finish(replace(NOTHING, |stream| TAKEN.load(Ordering::Acquire) & 1 << stream != 0))
}

/// `BOOL AllocConsole()`: the terminal again, after FreeConsole; else FALSE with 5, for a process
/// begins with the one it has.
#[unsafe(no_mangle)]
pub extern "C" fn AllocConsole() -> i32 {
    if !FREED.swap(false, Ordering::AcqRel) {
        return finish(Err(Error::ACCESS_DENIED));
    }
    let taken = TAKEN.swap(0, Ordering::AcqRel);
    if taken == 0 {
        return 1; // nothing was taken, and nothing is to be given
    }
    finish(replace(TERMINAL, |stream| taken & 1 << stream != 0))
}

/// `BOOL AttachConsole(DWORD dwProcessId)`: as AllocConsole; the terminal is the parent's, too.
#[unsafe(no_mangle)]
pub extern "C" fn AttachConsole(_: u32) -> i32 {
    AllocConsole()
}

/// `BOOL Beep(DWORD dwFreq, DWORD dwDuration)`: the terminal's bell, and then the duration, in
/// milliseconds. 87 for a frequency that is none (37 to 32767 Hz).
#[unsafe(no_mangle)]
pub extern "C" fn Beep(frequency: u32, duration: u32) -> i32 {
    if !(37..=32767).contains(&frequency) {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    MessageBeep(0);
    std::thread::sleep(Duration::from_millis(duration.into()));
    1
}

/// `BOOL MessageBeep(UINT uType)`: the terminal's bell, if there is one.
#[unsafe(no_mangle)]
pub extern "C" fn MessageBeep(_: u32) -> i32 {
    if unsafe { libc::isatty(2) } != 0 {
        unsafe { libc::write(2, c"\x07".as_ptr().cast(), 1) };
    }
    1
}

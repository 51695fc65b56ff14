//! Ctrl+C and its like: signals, told to handlers.
//!
//! # Safety
//!
//! A handler lives until it is removed.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::io::Write;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use engine::error::Error;
use parking_lot::Mutex;

use super::finish;

type Handler = unsafe extern "C" fn(u32) -> i32;

static HANDLERS: Mutex<Vec<Handler>> = Mutex::new(Vec::new());
static IGNORES: AtomicBool = AtomicBool::new(false);
/// The end that signals write to; 0: none yet.
static PIPE: AtomicU32 = AtomicU32::new(0);
/// Ctrl+C, Ctrl+Break (Ctrl+\ here), the terminal's end, and being asked to end.
const SIGNALS: [(i32, u32); 4] =
    [(libc::SIGINT, 0), (libc::SIGQUIT, 1), (libc::SIGHUP, 2), (libc::SIGTERM, 2)];

unsafe extern "C" fn on_signal(signal: i32) {
    let byte = signal as u8;
    unsafe { libc::write(PIPE.load(Ordering::Relaxed) as i32, (&raw const byte).cast(), 1) };
}

/// Calls the handlers on a thread of their own, as Windows does, the newest first. If none takes
/// it, the process ends by the signal.
fn attend(pipe: std::io::PipeReader) {
    let mut byte = 0u8;
    while unsafe { libc::read(pipe.as_raw_fd(), (&raw mut byte).cast(), 1) } == 1 {
        let signal = i32::from(byte);
        let event = SIGNALS.iter().find(|(number, _)| *number == signal).map_or(0, |one| one.1);
        if event == 0 && IGNORES.load(Ordering::Relaxed) {
            continue;
        }
        let handlers = HANDLERS.lock().clone();
        let taken = handlers.iter().rev().any(|handler| unsafe { handler(event) } != 0);
        // What nobody takes ends the process; so does a closed console, taken or not.
        if !taken || event == 2 {
            _ = std::io::stdout().flush();
            super::console::flush();
            unsafe {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
        }
    }
}

fn listen() -> Result<(), Error> {
    if PIPE.load(Ordering::Acquire) != 0 {
        return Ok(());
    }
    let (reader, writer) = std::io::pipe().map_err(|_| Error(4))?;
    let thread = std::thread::Builder::new().name("console".into());
    thread.spawn(move || attend(reader)).map_err(|_| Error::NOT_ENOUGH_MEMORY)?;
    PIPE.store(writer.as_raw_fd() as u32, Ordering::Release);
    std::mem::forget(writer); // signals may come as long as the process lives
    for (signal, _) in SIGNALS {
        let mut action = unsafe { std::mem::zeroed::<libc::sigaction>() };
        action.sa_sigaction = on_signal as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) };
    }
    Ok(())
}

/// `BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add)`
///
/// Handlers get Ctrl+C as SIGINT, Ctrl+Break as SIGQUIT, and CTRL_CLOSE_EVENT for SIGHUP and
/// SIGTERM, after which the process ends. NULL: Ctrl+C is ignored, or no more. 87 for one that is
/// not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleCtrlHandler(handler: Option<Handler>, add: i32) -> i32 {
    let mut handlers = HANDLERS.lock();
    finish(listen().and_then(|()| match handler {
        None => {
            IGNORES.store(add != 0, Ordering::Relaxed);
            Ok(())
        }
        Some(handler) if add != 0 => {
            handlers.push(handler);
            Ok(())
        }
        Some(handler) => {
            let same = |known: &Handler| *known as usize == handler as usize;
            let at = handlers.iter().rposition(same).ok_or(Error::INVALID_PARAMETER)?;
            handlers.remove(at);
            Ok(())
        }
    }))
}

/// `BOOL GenerateConsoleCtrlEvent(DWORD dwCtrlEvent, DWORD dwProcessGroupId)`: to this process,
/// which group 0 and its own number mean; 87 for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GenerateConsoleCtrlEvent(event: u32, group: u32) -> i32 {
    if event > 1 || (group != 0 && group != std::process::id()) {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let signal = if event == 0 { libc::SIGINT } else { libc::SIGQUIT };
    unsafe { libc::kill(std::process::id() as i32, signal) };
    1
}

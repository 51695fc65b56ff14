//! The keyboard as events: what the terminal sends, taken while a call asks for it.
//!
//! ```text
//!   terminal ─ bytes ─▶ key::decode ─ pressed, released ─▶ ReadConsoleInput, PeekConsoleInput
//!                                   └ its bytes again ───▶ _getch, _kbhit
//! ```
//!
//! # Safety
//!
//! Records are the caller's, as many as their count says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod key;

use std::collections::VecDeque;
use std::ffi::c_void;
use std::os::fd::RawFd;

use engine::error::Error;
use parking_lot::Mutex;

use self::key::{Key, decode};
use super::finish;

/// INPUT_RECORD of a key, with C's wchar_t: the only kind that a terminal is asked for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Record {
    kind: u16,
    pressed: i32,
    repeated: u16,
    code: u16,
    scan: u16,
    character: u32,
    state: u32,
}

const _: () = assert!(size_of::<Record>() == 24, "as INPUT_RECORD of consoleapi.h");

const KEY_EVENT: u16 = 1;
const HANDLE_EOF: Error = Error(38);

/// What has been taken from the terminal and not been asked for: two events each, and the second
/// alone of a first key whose first was.
struct Keys {
    keys: VecDeque<Key>,
    released_only: bool,
    /// What _getch has not had yet of the bytes of a key.
    bytes: VecDeque<u8>,
}

static KEYS: Mutex<Keys> =
    Mutex::new(Keys { keys: VecDeque::new(), released_only: false, bytes: VecDeque::new() });

impl Keys {
    fn count(&self) -> usize {
        self.keys.len() * 2 - usize::from(self.released_only)
    }

    fn event(&self, at: usize) -> Record {
        let at = at + usize::from(self.released_only);
        let Key { code, character, state, .. } = self.keys[at / 2];
        let pressed = i32::from(at.is_multiple_of(2));
        Record { kind: KEY_EVENT, pressed, repeated: 1, code, scan: 0, character, state }
    }

    fn remove(&mut self, events: usize) {
        let gone = events + usize::from(self.released_only);
        self.keys.drain(..gone / 2);
        self.released_only = gone % 2 == 1;
    }

    /// The next byte of a key that is still to be pressed.
    fn byte(&mut self, take: bool) -> Option<u8> {
        if self.bytes.is_empty() && self.released_only {
            self.remove(1);
        }
        if self.bytes.is_empty() {
            let key = self.keys.front()?;
            if !take {
                return key.bytes.first().copied();
            }
            self.bytes = self.keys.pop_front()?.bytes.into();
        }
        if take { self.bytes.pop_front() } else { self.bytes.front().copied() }
    }
}

unsafe extern "C" {
    /// Whom _getch and _kbhit ask before the terminal.
    fn winsock_ask_first(whom: extern "C" fn(i32) -> i32);
}

extern "C" fn byte(take: i32) -> i32 {
    KEYS.lock().byte(take != 0).map_or(-1, i32::from)
}

/// The terminal without lines and echo, until it is dropped.
struct Raw(RawFd, libc::termios);

impl Raw {
    fn new(fd: RawFd) -> Result<Raw, Error> {
        let mut before = unsafe { std::mem::zeroed::<libc::termios>() };
        if unsafe { libc::tcgetattr(fd, &mut before) } != 0 {
            return Err(Error::INVALID_HANDLE);
        }
        let mut raw = before;
        raw.c_lflag &= !(libc::ICANON | libc::ECHO);
        raw.c_cc[libc::VMIN] = 1;
        raw.c_cc[libc::VTIME] = 0;
        unsafe { libc::tcsetattr(fd, libc::TCSANOW, &raw) };
        Ok(Raw(fd, before))
    }

    /// Whether there is something to read, now or after waiting for it.
    fn has(&self, timeout_ms: i32) -> bool {
        let mut poll = libc::pollfd { fd: self.0, events: libc::POLLIN, revents: 0 };
        unsafe { libc::poll(&mut poll, 1, timeout_ms) == 1 }
    }

    /// What there is to read.
    fn bytes(&self) -> Result<Vec<u8>, Error> {
        let (mut all, mut some) = (Vec::new(), [0u8; 256]);
        while self.has(0) {
            match unsafe { libc::read(self.0, some.as_mut_ptr().cast(), some.len()) } {
                0 => return if all.is_empty() { Err(HANDLE_EOF) } else { Ok(all) },
                count @ 1.. => all.extend_from_slice(&some[..count as usize]),
                _ if !all.is_empty() => return Ok(all),
                _ => match super::last_errno() {
                    Error(31) => {} // EINTR
                    error => return Err(error),
                },
            }
        }
        Ok(all)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        unsafe { libc::tcsetattr(self.0, libc::TCSANOW, &self.1) };
    }
}

/// The terminal to read behind a handle; 6 for any other.
fn input(handle: *mut c_void) -> Result<RawFd, Error> {
    match engine::linux::terminal(handle)? {
        (fd, true) => Ok(fd),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// Takes what the terminal has; waits for a key if there is none.
fn fill(fd: RawFd, wait: bool) -> Result<(), Error> {
    let terminal = Raw::new(fd)?;
    loop {
        // One thread at a time takes keys, whole ones; none holds them while it waits.
        let mut keys = KEYS.lock();
        let bytes = terminal.bytes()?;
        keys.keys.extend(decode(&bytes));
        let done = !wait || keys.count() > 0;
        drop(keys);
        unsafe { winsock_ask_first(byte) };
        if done {
            return Ok(());
        }
        terminal.has(-1);
    }
}

unsafe fn give(
    handle: *mut c_void,
    to: *mut Record,
    (room, count): (u32, *mut u32),
    character: fn(u32) -> u32,
    take: bool,
) -> i32 {
    finish(input(handle).and_then(|fd| {
        let (to, count) = unsafe { (!to.is_null()).then_some(to).zip(count.as_mut()) }
            .ok_or(Error::INVALID_PARAMETER)?;
        loop {
            fill(fd, take && room > 0)?;
            let mut keys = KEYS.lock();
            let some = keys.count().min(room as usize);
            if some == 0 && take && room > 0 {
                continue; // another thread had it
            }
            for at in 0..some {
                let event = keys.event(at);
                unsafe {
                    to.add(at).write(Record { character: character(event.character), ..event })
                };
            }
            if take {
                keys.remove(some);
            }
            *count = some as u32;
            return Ok(());
        }
    }))
}

/// A character as CHAR, in a member that has more bytes.
fn narrow(character: u32) -> u32 {
    if character < 0x80 { character } else { 0 }
}

/// `BOOL ReadConsoleInputW(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
/// LPDWORD lpNumberOfEventsRead)`
///
/// Waits for a key and takes as many events as there is room for. A terminal tells of keys that
/// make characters, of those with sequences (arrows, F1), and of Shift, Alt and Ctrl with them; it
/// tells neither scan codes nor when a key is let go, which is an event right behind the first.
/// There are no events of the mouse, the window or the focus. FALSE: 6 unless it is a terminal to
/// read, 87, 38 when it has gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadConsoleInputW(
    handle: *mut c_void,
    to: *mut Record,
    room: u32,
    count: *mut u32,
) -> i32 {
    unsafe { give(handle, to, (room, count), |character| character, true) }
}

/// `BOOL ReadConsoleInputA(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
/// LPDWORD lpNumberOfEventsRead)`: as ReadConsoleInputW; a character beyond ASCII, which is more
/// than a CHAR in UTF-8, is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadConsoleInputA(
    handle: *mut c_void,
    to: *mut Record,
    room: u32,
    count: *mut u32,
) -> i32 {
    unsafe { give(handle, to, (room, count), narrow, true) }
}

/// `BOOL PeekConsoleInputW(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
/// LPDWORD lpNumberOfEventsRead)`
///
/// Shows what ReadConsoleInputW would give, without waiting. What has been seen is no longer the
/// terminal's: ReadConsoleInput, _getch and _kbhit find it, ReadConsole and ReadFile do not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PeekConsoleInputW(
    handle: *mut c_void,
    to: *mut Record,
    room: u32,
    count: *mut u32,
) -> i32 {
    unsafe { give(handle, to, (room, count), |character| character, false) }
}

/// `BOOL PeekConsoleInputA(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
/// LPDWORD lpNumberOfEventsRead)`: as PeekConsoleInputW, with characters as ReadConsoleInputA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PeekConsoleInputA(
    handle: *mut c_void,
    to: *mut Record,
    room: u32,
    count: *mut u32,
) -> i32 {
    unsafe { give(handle, to, (room, count), narrow, false) }
}

/// `BOOL GetNumberOfConsoleInputEvents(HANDLE hConsoleInput, LPDWORD lpcNumberOfEvents)`: two for
/// each key that waits; they are seen as by PeekConsoleInputW.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNumberOfConsoleInputEvents(
    handle: *mut c_void,
    count: *mut u32,
) -> i32 {
    finish(input(handle).and_then(|fd| {
        let count = unsafe { count.as_mut() }.ok_or(Error::INVALID_PARAMETER)?;
        fill(fd, false)?;
        *count = KEYS.lock().count() as u32;
        Ok(())
    }))
}

/// `BOOL FlushConsoleInputBuffer(HANDLE hConsoleInput)`: whatever was typed and not read is
/// forgotten. FALSE: 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlushConsoleInputBuffer(handle: *mut c_void) -> i32 {
    finish(input(handle).map(|fd| {
        let mut keys = KEYS.lock();
        let all = keys.count();
        keys.remove(all);
        keys.bytes.clear();
        unsafe { libc::tcflush(fd, libc::TCIFLUSH) };
    }))
}

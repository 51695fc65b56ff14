//! The console: the terminal behind the process, spoken to by its escape sequences.
//!
//! # Safety
//!
//! What a call writes or reads is the caller's, valid during the call; a handler lives until it is
//! removed.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use engine::error::Error;
use engine::{GetStdHandle, ReadFile};
use parking_lot::Mutex;
use windows_sys::Win32::System::Console::STD_OUTPUT_HANDLE;

use super::finish;
use crate::text::{Character, Wide, decode, read, write_cut};

/// The terminal behind a standard handle: its descriptor, and whether it is the input; else 6.
fn end(handle: *mut c_void) -> Result<(i32, bool), Error> {
    engine::linux::terminal(handle)
}

fn terminal(handle: *mut c_void) -> Result<i32, Error> {
    end(handle).map(|(fd, _)| fd)
}

unsafe extern "C" {
    static stdout: *mut libc::FILE;
    static stderr: *mut libc::FILE;
}

/// Hands on what stdio has for standard output and errors. Not all streams: another thread may be
/// waiting in standard input, and keep it locked.
pub(super) fn flush() {
    unsafe {
        libc::fflush(stdout);
        libc::fflush(stderr);
    }
}

/// Writes all to a descriptor, after what stdio has for it.
pub(super) fn put(fd: i32, bytes: &[u8]) -> Result<(), Error> {
    flush();
    let mut left = bytes;
    while !left.is_empty() {
        match unsafe { libc::write(fd, left.as_ptr().cast(), left.len()) } {
            count @ 0.. => left = &left[count as usize..],
            _ => match super::last_errno() {
                Error(31) => {} // EINTR
                error => return Err(error),
            },
        }
    }
    Ok(())
}

/// # Safety
///
/// As many characters as `count` are readable at `text`.
unsafe fn write_text<C: Character>(
    handle: *mut c_void,
    text: *const C,
    count: u32,
    written: *mut u32,
    decode: fn(&[C]) -> Vec<u8>,
) -> i32 {
    let wrote = terminal(handle).and_then(|fd| {
        put(fd, &decode(unsafe { std::slice::from_raw_parts(text, count as usize) }))
    });
    if wrote.is_ok() && !written.is_null() {
        unsafe { written.write(count) };
    }
    finish(wrote)
}

/// `BOOL WriteConsoleA(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
/// LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved)`: FALSE with 6 unless it is a terminal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteConsoleA(
    handle: *mut c_void,
    text: *const u8,
    count: u32,
    written: *mut u32,
    _: *mut c_void,
) -> i32 {
    unsafe { write_text(handle, text, count, written, <[u8]>::to_vec) }
}

/// `BOOL WriteConsoleW(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
/// LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteConsoleW(
    handle: *mut c_void,
    text: *const Wide,
    count: u32,
    written: *mut u32,
    _: *mut c_void,
) -> i32 {
    unsafe { write_text(handle, text, count, written, |wide| decode(wide).into_bytes()) }
}

/// Writes an escape sequence to the terminal behind a handle.
fn control(handle: *mut c_void, sequence: &str) -> i32 {
    finish(terminal(handle).and_then(|fd| put(fd, sequence.as_bytes())))
}

static TITLE: Mutex<String> = Mutex::new(String::new());

fn set_title(title: Option<String>) -> i32 {
    let Some(title) = title else { return finish(Err(Error::INVALID_PARAMETER)) };
    if let Ok(fd) = terminal(unsafe { GetStdHandle(STD_OUTPUT_HANDLE) }) {
        let shown: String = title.chars().filter(|c| !c.is_control()).collect();
        _ = put(fd, format!("\x1b]0;{shown}\x07").as_bytes());
    }
    *TITLE.lock() = title;
    1
}

/// `BOOL SetConsoleTitleA(LPCSTR lpConsoleTitle)`: shown where there is a terminal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleTitleA(title: *const u8) -> i32 {
    set_title(unsafe { read(title) })
}

/// `BOOL SetConsoleTitleW(LPCWSTR lpConsoleTitle)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleTitleW(title: *const Wide) -> i32 {
    set_title(unsafe { read(title) })
}

/// `DWORD GetConsoleTitleA(LPSTR lpConsoleTitle, DWORD nSize)`: what SetConsoleTitle was told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleTitleA(title: *mut u8, room: u32) -> u32 {
    unsafe { write_cut(&TITLE.lock(), title, room as usize) as u32 }
}

/// `DWORD GetConsoleTitleW(LPWSTR lpConsoleTitle, DWORD nSize)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleTitleW(title: *mut Wide, room: u32) -> u32 {
    unsafe { write_cut(&TITLE.lock(), title, room as usize) as u32 }
}

/// COORD, in one register.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Coord {
    x: i16,
    y: i16,
}

/// `BOOL SetConsoleCursorPosition(HANDLE hConsoleOutput, COORD dwCursorPosition)`: within the
/// window.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleCursorPosition(handle: *mut c_void, at: Coord) -> i32 {
    if at.x < 0 || at.y < 0 {
        return finish(terminal(handle).and(Err(Error::INVALID_PARAMETER)));
    }
    control(handle, &format!("\x1b[{};{}H", i32::from(at.y) + 1, i32::from(at.x) + 1))
}

static ATTRIBUTES: AtomicU16 = AtomicU16::new(7);
static CURSOR: [AtomicU32; 2] = [AtomicU32::new(25), AtomicU32::new(1)];

/// `BOOL SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes)`: Windows' colours by
/// ANSI's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleTextAttribute(handle: *mut c_void, attributes: u16) -> i32 {
    let colour = |bits: u16, dark: u16, bright: u16| {
        let [blue, green, red, light] = [1, 2, 4, 8].map(|bit| u16::from(bits & bit != 0));
        red + green * 2 + blue * 4 + if light != 0 { bright } else { dark }
    };
    let sequence = match attributes {
        7 => "\x1b[0m".to_owned(),
        0..0x10 => format!("\x1b[0;{}m", colour(attributes, 30, 90)),
        _ => {
            let back = colour(attributes >> 4, 40, 100);
            format!("\x1b[0;{};{back}m", colour(attributes, 30, 90))
        }
    };
    let set = control(handle, &sequence);
    if set != 0 {
        ATTRIBUTES.store(attributes, Ordering::Relaxed);
    }
    set
}

/// CONSOLE_CURSOR_INFO.
#[repr(C)]
pub struct Cursor {
    size: u32,
    visible: i32,
}

/// `BOOL SetConsoleCursorInfo(HANDLE hConsoleOutput, const CONSOLE_CURSOR_INFO
/// *lpConsoleCursorInfo)`: shows or hides it; its size is the terminal's choice. 87 for a size not
/// in 1..=100.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleCursorInfo(handle: *mut c_void, info: *const Cursor) -> i32 {
    let info = unsafe { &*info };
    if !(1..=100).contains(&info.size) {
        return finish(terminal(handle).and(Err(Error::INVALID_PARAMETER)));
    }
    let set = control(handle, if info.visible != 0 { "\x1b[?25h" } else { "\x1b[?25l" });
    if set != 0 {
        CURSOR[0].store(info.size, Ordering::Relaxed);
        CURSOR[1].store(u32::from(info.visible != 0), Ordering::Relaxed);
    }
    set
}

/// `BOOL GetConsoleCursorInfo(HANDLE hConsoleOutput, PCONSOLE_CURSOR_INFO lpConsoleCursorInfo)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleCursorInfo(handle: *mut c_void, info: *mut Cursor) -> i32 {
    finish(terminal(handle).map(|_| unsafe {
        let [size, visible] = [0, 1].map(|at| CURSOR[at].load(Ordering::Relaxed));
        info.write(Cursor { size, visible: visible as i32 });
    }))
}

/// CONSOLE_SCREEN_BUFFER_INFO.
#[repr(C)]
pub struct Screen {
    size: Coord,
    cursor: Coord,
    attributes: u16,
    window: [i16; 4],
    largest: Coord,
}

fn window(fd: i32) -> Result<Coord, Error> {
    let mut size = unsafe { std::mem::zeroed::<libc::winsize>() };
    match unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) } {
        0 => Ok(Coord { x: size.ws_col as i16, y: size.ws_row as i16 }),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// Asks the terminal where its cursor is; it answers as if it were typed. `None` if it does not.
fn cursor(fd: i32) -> Option<Coord> {
    let mut before = unsafe { std::mem::zeroed::<libc::termios>() };
    if unsafe { libc::tcgetattr(0, &mut before) } != 0 {
        return None;
    }
    let mut raw = before;
    raw.c_lflag &= !(libc::ICANON | libc::ECHO);
    raw.c_cc[libc::VMIN] = 0;
    raw.c_cc[libc::VTIME] = 2; // tenths of a second
    unsafe { libc::tcsetattr(0, libc::TCSANOW, &raw) };
    _ = put(fd, b"\x1b[6n");
    let mut answer = Vec::new();
    let mut byte = 0u8;
    while answer.len() < 32 && unsafe { libc::read(0, (&raw mut byte).cast(), 1) } == 1 {
        answer.push(byte);
        if byte == b'R' {
            break;
        }
    }
    unsafe { libc::tcsetattr(0, libc::TCSANOW, &before) };
    let text = str::from_utf8(&answer).ok()?;
    let (row, column) = text.rsplit_once('[')?.1.strip_suffix('R')?.split_once(';')?;
    Some(Coord { x: column.parse::<i16>().ok()? - 1, y: row.parse::<i16>().ok()? - 1 })
}

/// `BOOL GetConsoleScreenBufferInfo(HANDLE hConsoleOutput,
/// PCONSOLE_SCREEN_BUFFER_INFO lpConsoleScreenBufferInfo)`: the buffer is what the window shows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleScreenBufferInfo(handle: *mut c_void, info: *mut Screen) -> i32 {
    finish(terminal(handle).and_then(|fd| {
        let size = window(fd)?;
        let cursor = cursor(fd).unwrap_or_default();
        let attributes = ATTRIBUTES.load(Ordering::Relaxed);
        let window = [0, 0, size.x - 1, size.y - 1];
        unsafe { info.write(Screen { size, cursor, attributes, window, largest: size }) };
        Ok(())
    }))
}

/// `BOOL SetConsoleScreenBufferSize(HANDLE hConsoleOutput, COORD dwSize)`: the buffer is the
/// window, whose size the user sets: 87 for another than it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleScreenBufferSize(handle: *mut c_void, size: Coord) -> i32 {
    finish(terminal(handle).and_then(window).and_then(|now| {
        let same = (now.x, now.y) == (size.x, size.y);
        if same { Ok(()) } else { Err(Error::INVALID_PARAMETER) }
    }))
}

/// `BOOL FillConsoleOutputCharacterA(HANDLE hConsoleOutput, CHAR cCharacter, DWORD nLength,
/// COORD dwWriteCoord, LPDWORD lpNumberOfCharsWritten)`: the cursor stays where it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FillConsoleOutputCharacterA(
    handle: *mut c_void,
    character: u8,
    count: u32,
    at: Coord,
    written: *mut u32,
) -> i32 {
    finish(terminal(handle).and_then(|fd| {
        let size = window(fd)?;
        let room = i32::from(size.x) * (i32::from(size.y) - i32::from(at.y)) - i32::from(at.x);
        let count = count.min(room.max(0) as u32);
        let mut sequence =
            format!("\x1b7\x1b[{};{}H", i32::from(at.y) + 1, i32::from(at.x) + 1).into_bytes();
        sequence.resize(sequence.len() + count as usize, character);
        sequence.extend(b"\x1b8");
        put(fd, &sequence)?;
        if !written.is_null() {
            unsafe { written.write(count) };
        }
        Ok(())
    }))
}

/// What SetConsoleMode was told beside what the terminal knows, for input and output.
static MODES: [AtomicU32; 2] = [AtomicU32::new(0x1F0), AtomicU32::new(3)];
const LOCAL: [(u32, libc::tcflag_t); 3] = [(1, libc::ISIG), (2, libc::ICANON), (4, libc::ECHO)];

/// `BOOL GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode)`: 6 unless it is a terminal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleMode(handle: *mut c_void, mode: *mut u32) -> i32 {
    finish(end(handle).map(|(fd, input)| {
        let mut now = MODES[usize::from(!input)].load(Ordering::Relaxed);
        if input {
            let mut termios = unsafe { std::mem::zeroed::<libc::termios>() };
            unsafe { libc::tcgetattr(fd, &mut termios) };
            now &= !7;
            let set = LOCAL.iter().filter(|(_, flag)| termios.c_lflag & flag != 0);
            now |= set.map(|(bit, _)| bit).sum::<u32>();
        }
        unsafe { mode.write(now) };
    }))
}

/// `BOOL SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode)`
///
/// Of input: keys as signals, whole lines, echo; the rest is the terminal's and is only kept. 87
/// for echo without lines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleMode(handle: *mut c_void, mode: u32) -> i32 {
    finish(end(handle).and_then(|(fd, input)| {
        if input && mode & 6 == 4 {
            return Err(Error::INVALID_PARAMETER);
        }
        if input {
            let mut termios = unsafe { std::mem::zeroed::<libc::termios>() };
            unsafe { libc::tcgetattr(fd, &mut termios) };
            for (bit, flag) in LOCAL {
                termios.c_lflag &= !flag;
                termios.c_lflag |= if mode & bit != 0 { flag } else { 0 };
            }
            unsafe { libc::tcsetattr(fd, libc::TCSANOW, &termios) };
        }
        MODES[usize::from(!input)].store(mode, Ordering::Relaxed);
        Ok(())
    }))
}

/// `UINT GetConsoleOutputCP()`: UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleOutputCP() -> u32 {
    65001
}

/// `UINT GetConsoleCP()`: UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleCP() -> u32 {
    65001
}

/// `BOOL SetConsoleOutputCP(UINT wCodePageID)`: the terminal reads UTF-8; 87 for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleOutputCP(page: u32) -> i32 {
    finish(if page == 65001 { Ok(()) } else { Err(Error::INVALID_PARAMETER) })
}

/// `BOOL SetConsoleCP(UINT wCodePageID)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleCP(page: u32) -> i32 {
    unsafe { SetConsoleOutputCP(page) }
}

/// `BOOL ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
/// LPDWORD lpNumberOfCharsRead, PCONSOLE_READCONSOLE_CONTROL pInputControl)`: a line with its CR LF,
/// or what there is, as ReadFile; without an end. FALSE with 6 unless it is a terminal to read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadConsoleA(
    handle: *mut c_void,
    to: *mut u8,
    room: u32,
    count: *mut u32,
    _: *mut c_void,
) -> i32 {
    match terminal(handle) {
        Ok(_) => unsafe { ReadFile(handle, to, room, count, std::ptr::null_mut()) },
        Err(error) => finish(Err(error)),
    }
}

/// `BOOL ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
/// LPDWORD lpNumberOfCharsRead, PCONSOLE_READCONSOLE_CONTROL pInputControl)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadConsoleW(
    handle: *mut c_void,
    to: *mut Wide,
    room: u32,
    count: *mut u32,
    _: *mut c_void,
) -> i32 {
    let mut bytes = vec![0u8; room as usize];
    let mut got = 0;
    if unsafe { ReadConsoleA(handle, bytes.as_mut_ptr(), room, &mut got, std::ptr::null_mut()) }
        == 0
    {
        return 0;
    }
    bytes.truncate(got as usize);
    // A character that the room cut is there to its end: it has no more units than bytes.
    while str::from_utf8(&bytes).is_err_and(|cut| cut.error_len().is_none()) {
        let mut byte = 0u8;
        let null = std::ptr::null_mut();
        let more = unsafe { ReadFile(handle, &mut byte, 1, &mut got, null) } != 0 && got == 1;
        if !more {
            break;
        }
        bytes.push(byte);
    }
    let text = String::from_utf8_lossy(&bytes);
    let wide: Vec<Wide> = text.chars().map(u32::from).take(room as usize).collect();
    unsafe {
        to.copy_from_nonoverlapping(wide.as_ptr(), wide.len());
        count.write(wide.len() as u32);
    }
    1
}

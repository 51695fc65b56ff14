//! FormatMessage, and the texts of the system's numbers, in words of our own.
//!
//! # Safety
//!
//! Texts and outputs are the caller's, valid during the call; inserts are what the message says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{c_int, c_void};
use std::fmt::Write;

use engine::error::{Error, set_last_error};

use crate::text::{Character, Wide, read, write};

mod texts;

unsafe extern "C" {
    fn LocalAlloc(flags: u32, bytes: usize) -> *mut c_void;
    fn winsock_crt_collect(arguments: *mut c_void, to: *mut usize, count: c_int);
}

const ALLOCATE: u32 = 0x100;
const IGNORE_INSERTS: u32 = 0x200;
const FROM_STRING: u32 = 0x400;
const FROM_SYSTEM: u32 = 0x1000;
const ARRAY: u32 = 0x2000;
const WIDTH: u32 = 0xff;
/// Korean's and English' primary language identifiers.
const KOREAN: u32 = 0x12;
const ENGLISH: u32 = 0x09;

/// The system's text for a number, in the language asked for, or else the user's.
fn system(code: u32, language: u32) -> Result<String, Error> {
    let korean = match language & 0x3ff {
        KOREAN => true,
        ENGLISH => false,
        0 => ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .is_some_and(|value| value.starts_with("ko")),
        _ => return Err(Error(1815)), // ERROR_RESOURCE_LANG_NOT_FOUND
    };
    let code = if code & 0xffff_0000 == 0x8007_0000 { code & 0xffff } else { code };
    let found = texts::TEXTS.binary_search_by_key(&code, |text| text.0);
    let (_, english, hangul) = texts::TEXTS[found.map_err(|_| Error(317))?];
    Ok(format!("{}\r\n", if korean { hangul } else { english }))
}

/// The inserts of a message: a pointer-wide value each.
struct Inserts {
    at: *mut c_void,
    array: bool,
}

impl Inserts {
    unsafe fn all(&self, count: usize) -> Vec<usize> {
        let mut values = vec![0; count];
        if self.at.is_null() {
            return values;
        }
        unsafe {
            match self.array {
                true => values.copy_from_slice(std::slice::from_raw_parts(self.at.cast(), count)),
                false => winsock_crt_collect(self.at, values.as_mut_ptr(), count as c_int),
            }
        }
        values
    }
}

/// One insert as its format says: `s` unless it says otherwise.
unsafe fn insert(out: &mut String, value: usize, format: &str, wide: bool) {
    let (number, width) = (format.trim_start_matches(['-', '+', ' ', '#']), format);
    let zero = number.starts_with('0');
    let left = width.starts_with('-');
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let room = digits.parse::<usize>().unwrap_or(0);
    let kind = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let big = kind.starts_with("I64") || kind.starts_with("ll");
    let value_32 = if big { value as u64 } else { u64::from(value as u32) };
    let text = match kind.chars().last() {
        Some('d' | 'i') if big => (value as i64).to_string(),
        Some('d' | 'i') => (value as i32).to_string(),
        Some('u') => value_32.to_string(),
        Some('x') => format!("{value_32:x}"),
        Some('X') => format!("{value_32:X}"),
        Some('p') => format!("{value:016X}"),
        Some('c' | 'C') => char::from_u32(value as u32).unwrap_or_default().to_string(),
        last => {
            let narrow = match (kind.chars().next(), last) {
                (Some('h'), _) => true,
                (Some('l' | 'w'), _) => false,
                (_, Some('S')) => wide,
                _ => !wide,
            };
            let text = match narrow {
                true => unsafe { read(value as *const u8) },
                false => unsafe { read(value as *const Wide) },
            };
            text.unwrap_or_else(|| "(null)".into())
        }
    };
    let done = match (left, zero) {
        (true, _) => write!(out, "{text:<room$}"),
        (false, true) => write!(out, "{text:0>room$}"),
        (false, false) => write!(out, "{text:>room$}"),
    };
    done.expect("a String takes all");
}

/// The number of an insert, its format, and how many bytes both take behind the `%`.
fn parse_insert(text: &str) -> Option<(usize, &str, usize)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse::<usize>().ok().filter(|&number| number > 0)?;
    let rest = &text[digits..];
    let format = rest.strip_prefix('!').and_then(|rest| Some(&rest[..rest.find('!')?]));
    let length = digits + format.map_or(0, |format| format.len() + 2);
    Some((number, format.unwrap_or("s"), length))
}

/// The message with its escapes and inserts done, or kept as they are.
unsafe fn expand(message: &str, inserts: Option<&Inserts>, wide: bool) -> String {
    let numbers = message.match_indices('%').filter_map(|(at, _)| parse_insert(&message[at + 1..]));
    let most = numbers.map(|(number, ..)| number).max().unwrap_or(0);
    let values = inserts.map(|inserts| unsafe { inserts.all(most) });
    let (mut out, mut rest) = (String::new(), message);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some((number, format, length)) = parse_insert(rest) {
            match &values {
                Some(values) => unsafe { insert(&mut out, values[number - 1], format, wide) },
                None => {
                    out.push('%');
                    out.push_str(&rest[..length]);
                }
            }
            rest = &rest[length..];
            continue;
        }
        let Some(escape) = rest.chars().next() else { break };
        rest = &rest[escape.len_utf8()..];
        match escape {
            '0' => return out,
            'n' => out.push_str("\r\n"),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'b' => out.push(' '),
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}

unsafe fn format_message<C: Character>(
    flags: u32,
    source: *const C,
    (id, language): (u32, u32),
    to: *mut C,
    room: u32,
    inserts: &Inserts,
) -> Result<u32, Error> {
    let wide = size_of::<C>() > 1;
    let message = match flags {
        _ if to.is_null() => return Err(Error::INVALID_PARAMETER),
        _ if flags & FROM_STRING != 0 => unsafe { read(source) }.ok_or(Error::INVALID_PARAMETER)?,
        _ if flags & FROM_SYSTEM != 0 => system(id, language)?,
        _ => return Err(Error(317)),
    };
    let inserts = (flags & IGNORE_INSERTS == 0).then_some(inserts);
    let mut message = unsafe { expand(&message, inserts, wide) };
    if flags & WIDTH == WIDTH {
        message = message.replace("\r\n", " ");
    }
    let length = C::encode(&message).len();
    let (to, room) = match flags & ALLOCATE {
        0 => (to, room as usize),
        _ => {
            let room = (length + 1).max(room as usize);
            let memory = unsafe { LocalAlloc(0, room * size_of::<C>()) };
            if memory.is_null() {
                return Err(Error::NOT_ENOUGH_MEMORY);
            }
            unsafe { to.cast::<*mut c_void>().write_unaligned(memory) };
            (memory.cast(), room)
        }
    };
    match unsafe { write(&message, to, room) } {
        length if length < room => Ok(length as u32),
        _ => Err(Error::INSUFFICIENT_BUFFER),
    }
}

unsafe fn finish<C: Character>(
    flags: u32,
    source: *const C,
    what: (u32, u32),
    to: *mut C,
    room: u32,
    arguments: *mut c_void,
) -> u32 {
    let inserts = Inserts { at: arguments, array: flags & ARRAY != 0 };
    unsafe { format_message(flags, source, what, to, room, &inserts) }.unwrap_or_else(|error| {
        set_last_error(error.0);
        0
    })
}

/// `DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
/// LPSTR lpBuffer, DWORD nSize, va_list *Arguments)`
///
/// The system's texts are there in English and Korean, for Winsock's numbers and those of Win32
/// that network programs meet; 317 for others, 1815 for other languages, 122 when it does not fit.
/// With FORMAT_MESSAGE_ALLOCATE_BUFFER the caller frees it by LocalFree. A module has no messages.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FormatMessageA(
    flags: u32,
    source: *const u8,
    id: u32,
    language: u32,
    to: *mut u8,
    room: u32,
    arguments: *mut c_void,
) -> u32 {
    unsafe { finish(flags, source, (id, language), to, room, arguments) }
}

/// `DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
/// LPWSTR lpBuffer, DWORD nSize, va_list *Arguments)`
///
/// As [`FormatMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FormatMessageW(
    flags: u32,
    source: *const Wide,
    id: u32,
    language: u32,
    to: *mut Wide,
    room: u32,
    arguments: *mut c_void,
) -> u32 {
    unsafe { finish(flags, source, (id, language), to, room, arguments) }
}

#[cfg(test)]
mod tests {
    use super::texts::TEXTS;

    #[test]
    fn the_texts_are_in_order_of_their_numbers() {
        assert!(TEXTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}

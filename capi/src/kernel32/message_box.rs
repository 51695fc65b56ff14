//! Message boxes without a desktop: what they say goes to the terminal, and so does a question.
//!
//! # Safety
//!
//! Texts are null or end with a null, and are read during the call; handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::io::{IsTerminal, stderr, stdin};

use engine::error::Error;
use windows_sys::Win32::Foundation::HWND;

use super::console::put;
use super::finish_value;
use crate::text::{Character, Wide, read};

/// A button: what it says, and what it returns (IDOK …).
type Button = (&'static str, i32);

const OK: Button = ("OK", 1);
const CANCEL: Button = ("Cancel", 2);
const RETRY: Button = ("Retry", 4);

/// The buttons of each kind of box, MB_OK to MB_CANCELTRYCONTINUE.
const KINDS: [&[Button]; 7] = [
    &[OK],
    &[OK, CANCEL],
    &[("Abort", 3), RETRY, ("Ignore", 5)],
    &[("Yes", 6), ("No", 7), CANCEL],
    &[("Yes", 6), ("No", 7)],
    &[RETRY, CANCEL],
    &[CANCEL, ("Try Again", 10), ("Continue", 11)],
];
const KIND: u32 = 0xF;
const DEFAULT_SHIFT: u32 = 8;
const STDIN: i32 = 0;
const STDERR: i32 = 2;
const INVALID_MSGBOX_STYLE: Error = Error(1438);
const REQUIRES_INTERACTIVE_WINDOWSTATION: Error = Error(1459);

/// A line of standard input, without its end; `None` when there is none any more. Taken byte by
/// byte: what comes behind it is the program's.
fn line() -> Option<String> {
    let mut line = Vec::new();
    loop {
        let mut byte = 0u8;
        match unsafe { libc::read(STDIN, (&raw mut byte).cast(), 1) } {
            1 if byte == b'\n' => return Some(String::from_utf8_lossy(&line).into_owned()),
            1 => line.push(byte),
            _ if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
            _ => return None,
        }
    }
}

/// The button that an answer begins to name, if it is one only; the default for an empty answer.
fn chosen(answer: &str, buttons: &[Button], default: usize) -> Option<i32> {
    let answer = answer.trim().to_lowercase();
    if answer.is_empty() {
        return Some(buttons[default].1);
    }
    let mut named = buttons.iter().filter(|(name, _)| name.to_lowercase().starts_with(&answer));
    named.next().filter(|_| named.next().is_none()).map(|button| button.1)
}

/// The line that names the choices, the default in brackets.
fn question(buttons: &[Button], default: usize) -> String {
    let name = |(at, (name, _)): (usize, &Button)| match at == default {
        true => format!("[{name}]"),
        false => (*name).to_owned(),
    };
    buttons.iter().enumerate().map(name).collect::<Vec<_>>().join(" / ") + " ? "
}

fn ask(buttons: &[Button], default: usize) -> Result<i32, Error> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Err(REQUIRES_INTERACTIVE_WINDOWSTATION);
    }
    loop {
        put(STDERR, question(buttons, default).as_bytes())?;
        let answer = line().ok_or(REQUIRES_INTERACTIVE_WINDOWSTATION)?;
        if let Some(button) = chosen(&answer, buttons, default) {
            return Ok(button);
        }
    }
}

unsafe fn show<C: Character>(
    owner: HWND,
    text: *const C,
    caption: *const C,
    style: u32,
) -> Result<i32, Error> {
    if !owner.is_null() && unsafe { engine::IsWindow(owner) } == 0 {
        return Err(Error::INVALID_WINDOW_HANDLE);
    }
    let buttons = *KINDS.get((style & KIND) as usize).ok_or(INVALID_MSGBOX_STYLE)?;
    let (text, caption) = unsafe { (read(text), read(caption)) };
    let caption = caption.unwrap_or_else(|| "Error".to_owned());
    let mut said = text.unwrap_or_default();
    if !caption.is_empty() {
        said = format!("{caption}: {said}");
    }
    put(STDERR, format!("{}\n", said.trim_end()).as_bytes())?;
    match buttons {
        [only] => Ok(only.1),
        _ => {
            let default = (style >> DEFAULT_SHIFT & KIND) as usize;
            ask(buttons, if default < buttons.len() { default } else { 0 })
        }
    }
}

/// `int MessageBoxA(HWND hWnd, LPCSTR lpText, LPCSTR lpCaption, UINT uType)`
///
/// There is no desktop: `caption: text` goes to stderr. A box that has only OK is IDOK at once; one
/// with a choice asks on the terminal, where an empty line is the default button. 0: 1459 if stdin
/// and stderr are no terminal, 1400 for a bad owner, 1438 for buttons that there are not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MessageBoxA(
    owner: HWND,
    text: *const u8,
    caption: *const u8,
    style: u32,
) -> i32 {
    finish_value(unsafe { show(owner, text, caption, style) })
}

/// `int MessageBoxW(HWND hWnd, LPCWSTR lpText, LPCWSTR lpCaption, UINT uType)`: as MessageBoxA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MessageBoxW(
    owner: HWND,
    text: *const Wide,
    caption: *const Wide,
    style: u32,
) -> i32 {
    finish_value(unsafe { show(owner, text, caption, style) })
}

/// `int MessageBoxExA(HWND hWnd, LPCSTR lpText, LPCSTR lpCaption, UINT uType, WORD wLanguageId)`:
/// as MessageBoxA; the buttons are named in English in any language.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MessageBoxExA(
    owner: HWND,
    text: *const u8,
    caption: *const u8,
    style: u32,
    _: u16,
) -> i32 {
    finish_value(unsafe { show(owner, text, caption, style) })
}

/// `int MessageBoxExW(HWND hWnd, LPCWSTR lpText, LPCWSTR lpCaption, UINT uType, WORD wLanguageId)`:
/// as MessageBoxExA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MessageBoxExW(
    owner: HWND,
    text: *const Wide,
    caption: *const Wide,
    style: u32,
    _: u16,
) -> i32 {
    finish_value(unsafe { show(owner, text, caption, style) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_one_button() {
        let buttons = KINDS[3]; // Yes, No, Cancel
        assert_eq!(chosen("", buttons, 1), Some(7));
        assert_eq!(chosen(" YES ", buttons, 1), Some(6));
        assert_eq!(chosen("c", buttons, 0), Some(2));
        assert_eq!(chosen("perhaps", buttons, 0), None);
        assert_eq!(chosen("c", KINDS[6], 0), None); // Cancel, Continue
        assert_eq!(chosen("try", KINDS[6], 0), Some(10));
    }

    #[test]
    fn the_default_stands_in_brackets() {
        assert_eq!(question(KINDS[4], 1), "Yes / [No] ? ");
    }
}

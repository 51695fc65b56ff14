//! Letters, small and large, and text of consoles, which is UTF-8 as all narrow text.
//!
//! # Safety
//!
//! Texts end with a null, or have as many characters as is said; outputs have that room.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use crate::text::{Character, Wide, decode, read};

/// A letter in the other case, if that is one character too.
fn one(mut cased: impl Iterator<Item = char>, letter: char) -> char {
    match (cased.next(), cased.next()) {
        (Some(other), None) => other,
        _ => letter,
    }
}

fn upper(letter: char) -> char {
    one(letter.to_uppercase(), letter)
}

fn lower(letter: char) -> char {
    one(letter.to_lowercase(), letter)
}

fn wide(letters: &mut [Wide], cased: fn(char) -> char) {
    for letter in letters {
        *letter = char::from_u32(*letter).map_or(*letter, |known| cased(known).into());
    }
}

/// A letter whose other case has another length stays.
fn narrow(bytes: &mut [u8], cased: fn(char) -> char) {
    let fits = |letter: char| {
        let other = cased(letter);
        if other.len_utf8() == letter.len_utf8() { other } else { letter }
    };
    match std::str::from_utf8(bytes).map(|text| text.chars().map(fits).collect::<String>()) {
        Ok(other) => bytes.copy_from_slice(other.as_bytes()),
        Err(_) => bytes.iter_mut().for_each(ascii(cased)),
    }
}

/// Of text that is no UTF-8, only ASCII has letters.
fn ascii(cased: fn(char) -> char) -> impl FnMut(&mut u8) {
    move |byte| *byte = if byte.is_ascii() { cased(char::from(*byte)) as u8 } else { *byte }
}

/// A text, or one letter in the pointer itself.
unsafe fn change<C: Character>(
    text: *mut C,
    one: impl Fn(u32) -> u32,
    all: impl Fn(&mut [C]),
) -> *mut C {
    if (text as usize) < 0x10000 {
        return one(text as usize as u32) as usize as *mut C;
    }
    let count = C::encode(&unsafe { C::read(text) }).len();
    all(unsafe { std::slice::from_raw_parts_mut(text, count) });
    text
}

fn single(letter: u32, cased: fn(char) -> char) -> u32 {
    char::from_u32(letter).map_or(letter, |letter| cased(letter).into())
}

/// `LPSTR CharUpperA(LPSTR lpsz)`: the text, changed where it stands; or one letter, which is
/// handed over and returned in the pointer's low half.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharUpperA(text: *mut u8) -> *mut u8 {
    unsafe { change(text, |one| single(one, |c| c.to_ascii_uppercase()), |all| narrow(all, upper)) }
}

/// `LPWSTR CharUpperW(LPWSTR lpsz)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharUpperW(text: *mut Wide) -> *mut Wide {
    unsafe { change(text, |one| single(one, upper), |all| wide(all, upper)) }
}

/// `LPSTR CharLowerA(LPSTR lpsz)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharLowerA(text: *mut u8) -> *mut u8 {
    unsafe { change(text, |one| single(one, |c| c.to_ascii_lowercase()), |all| narrow(all, lower)) }
}

/// `LPWSTR CharLowerW(LPWSTR lpsz)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharLowerW(text: *mut Wide) -> *mut Wide {
    unsafe { change(text, |one| single(one, lower), |all| wide(all, lower)) }
}

/// `DWORD CharUpperBuffA(LPSTR lpsz, DWORD cchLength)`: how many characters were looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharUpperBuffA(text: *mut u8, count: u32) -> u32 {
    narrow(unsafe { std::slice::from_raw_parts_mut(text, count as usize) }, upper);
    count
}

/// `DWORD CharUpperBuffW(LPWSTR lpsz, DWORD cchLength)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharUpperBuffW(text: *mut Wide, count: u32) -> u32 {
    wide(unsafe { std::slice::from_raw_parts_mut(text, count as usize) }, upper);
    count
}

/// `DWORD CharLowerBuffA(LPSTR lpsz, DWORD cchLength)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharLowerBuffA(text: *mut u8, count: u32) -> u32 {
    narrow(unsafe { std::slice::from_raw_parts_mut(text, count as usize) }, lower);
    count
}

/// `DWORD CharLowerBuffW(LPWSTR lpsz, DWORD cchLength)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharLowerBuffW(text: *mut Wide, count: u32) -> u32 {
    wide(unsafe { std::slice::from_raw_parts_mut(text, count as usize) }, lower);
    count
}

/// A whole text from one form to the other, with its null: the room is the caller's care, as there.
unsafe fn convert<F: Character, T: Character>(from: *const F, to: *mut T) -> i32 {
    let Some(text) = unsafe { read(from) }.filter(|_| !to.is_null()) else { return 0 };
    let count = T::encode(&text).len();
    unsafe { crate::text::write(&text, to, count + 1) };
    1
}

/// `BOOL CharToOemA(LPCSTR pSrc, LPSTR pDst)`: a copy, for both are UTF-8. FALSE for a null
/// pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharToOemA(from: *const u8, to: *mut u8) -> i32 {
    unsafe { convert(from, to) }
}

/// `BOOL CharToOemW(LPCWSTR pSrc, LPSTR pDst)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharToOemW(from: *const Wide, to: *mut u8) -> i32 {
    unsafe { convert(from, to) }
}

/// `BOOL OemToCharA(LPCSTR pSrc, LPSTR pDst)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OemToCharA(from: *const u8, to: *mut u8) -> i32 {
    unsafe { convert(from, to) }
}

/// `BOOL OemToCharW(LPCSTR pSrc, LPWSTR pDst)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OemToCharW(from: *const u8, to: *mut Wide) -> i32 {
    unsafe { convert(from, to) }
}

/// `BOOL CharToOemBuffA(LPCSTR lpszSrc, LPSTR lpszDst, DWORD cchDstLength)`: so many characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharToOemBuffA(from: *const u8, to: *mut u8, count: u32) -> i32 {
    unsafe { to.copy_from(from, count as usize) };
    1
}

/// `BOOL OemToCharBuffA(LPCSTR lpszSrc, LPSTR lpszDst, DWORD cchDstLength)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OemToCharBuffA(from: *const u8, to: *mut u8, count: u32) -> i32 {
    unsafe { to.copy_from(from, count as usize) };
    1
}

/// `LPSTR CharNextA(LPCSTR lpsz)`: a character is one of UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharNextA(text: *const u8) -> *mut u8 {
    let mut at = text;
    unsafe {
        if *at != 0 {
            at = at.add(1);
            while *at & 0xC0 == 0x80 {
                at = at.add(1);
            }
        }
    }
    at.cast_mut()
}

/// `LPWSTR CharNextW(LPCWSTR lpsz)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharNextW(text: *const Wide) -> *mut Wide {
    unsafe { text.add(usize::from(*text != 0)) }.cast_mut()
}

/// `LPSTR CharPrevA(LPCSTR lpszStart, LPCSTR lpszCurrent)`: never before the start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharPrevA(start: *const u8, text: *const u8) -> *mut u8 {
    let mut at = text;
    unsafe {
        while at > start {
            at = at.sub(1);
            if *at & 0xC0 != 0x80 {
                break;
            }
        }
    }
    at.cast_mut()
}

/// `LPWSTR CharPrevW(LPCWSTR lpszStart, LPCWSTR lpszCurrent)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CharPrevW(start: *const Wide, text: *const Wide) -> *mut Wide {
    unsafe { text.sub(usize::from(text > start)) }.cast_mut()
}

/// `BOOL IsCharAlphaW(WCHAR ch)`
#[unsafe(no_mangle)]
pub extern "C" fn IsCharAlphaW(letter: Wide) -> i32 {
    decode(&[letter]).chars().all(char::is_alphabetic).into()
}

/// `BOOL IsCharAlphaNumericW(WCHAR ch)`
#[unsafe(no_mangle)]
pub extern "C" fn IsCharAlphaNumericW(letter: Wide) -> i32 {
    decode(&[letter]).chars().all(char::is_alphanumeric).into()
}

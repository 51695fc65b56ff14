//! Text as C hands it over and takes it: UTF-8 in `char`, UTF-32 in `wchar_t`, ended by a null.
//!
//! # Safety
//!
//! A text that comes in is null or ends with a null, and is read during the call. One that goes out
//! has room for as many characters as its size says.

#![allow(unsafe_code, reason = "C strings")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::{CStr, c_char};

/// C's wchar_t: a character of UTF-32.
pub type Wide = u32;

/// A character of either width, and how text is made of it.
pub trait Character: Copy + Default + 'static {
    /// The text up to the null.
    unsafe fn read(text: *const Self) -> String;
    /// As many characters as there are, without a null.
    fn encode(text: &str) -> Vec<Self>;
}

impl Character for u8 {
    unsafe fn read(text: *const u8) -> String {
        unsafe { CStr::from_ptr(text.cast::<c_char>()) }.to_string_lossy().into_owned()
    }

    fn encode(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }
}

impl Character for Wide {
    unsafe fn read(text: *const Wide) -> String {
        let count = unsafe { libc::wcslen(text.cast()) };
        decode(unsafe { std::slice::from_raw_parts(text, count) })
    }

    fn encode(text: &str) -> Vec<Wide> {
        text.chars().map(u32::from).collect()
    }
}

/// Characters of UTF-32 as text; what is none becomes U+FFFD.
pub fn decode(wide: &[Wide]) -> String {
    wide.iter().map(|&c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The text behind a pointer, `None` for null.
pub unsafe fn read<C: Character>(text: *const C) -> Option<String> {
    (!text.is_null()).then(|| unsafe { C::read(text) })
}

/// As UTF-16 with a null, for the engine's wide doors.
pub unsafe fn utf16(text: *const Wide) -> Option<Vec<u16>> {
    unsafe { read(text) }.map(|text| text.encode_utf16().chain([0]).collect())
}

/// Writes a text and its null if there is room for both; how many characters it has, without the
/// null: the text was written if that is less than `room`.
pub unsafe fn write<C: Character>(text: &str, to: *mut C, room: usize) -> usize {
    let characters = C::encode(text);
    if !to.is_null() && characters.len() < room {
        unsafe { put(&characters, to) };
    }
    characters.len()
}

/// Writes as much of a text as there is room for beside its null.
pub unsafe fn write_cut<C: Character>(text: &str, to: *mut C, room: usize) -> usize {
    let mut characters = C::encode(text);
    characters.truncate(room.saturating_sub(1));
    if !to.is_null() && room > 0 {
        unsafe { put(&characters, to) };
    }
    characters.len()
}

unsafe fn put<C: Character>(characters: &[C], to: *mut C) {
    unsafe {
        std::ptr::copy_nonoverlapping(characters.as_ptr(), to, characters.len());
        to.add(characters.len()).write(C::default());
    }
}

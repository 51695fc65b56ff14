//! Text of code pages, and of the runtime's wchar_t: here UTF-32, so that a character is one unit
//! and there are no surrogates. The process's own code pages are UTF-8.
//!
//! # Safety
//!
//! Inputs have as many characters as their count says, or end with a null; outputs have the room
//! that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod single;

use std::borrow::Cow;
use std::ffi::c_char;

use encoding_rs::{
    BIG5, DecoderResult, EUC_JP, EUC_KR, EncoderResult, Encoding, GB18030, GBK, ISO_8859_2,
    ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_13,
    ISO_8859_15, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};
use engine::error::Error;

use self::single::Single;
use super::{finish, finish_value};
use crate::text::{Wide, decode};

const INVALID_FLAGS: Error = Error(1004);
const NO_UNICODE_TRANSLATION: Error = Error(1113);

const MB_PRECOMPOSED: u32 = 0x1;
const MB_ERR_INVALID_CHARS: u32 = 0x8;
const WC_ERR_INVALID_CHARS: u32 = 0x80;
/// WC_DISCARDNS, WC_SEPCHARS, WC_DEFAULTCHAR, WC_COMPOSITECHECK, WC_NO_BEST_FIT_CHARS: all of them
/// speak of characters that the code page has not.
const WC_UNMAPPED: u32 = 0x670;

/// A code page.
struct Page {
    number: u32,
    coder: Coder,
    /// What begins a character of two bytes: ranges, first and last.
    leads: &'static [(u8, u8)],
}

/// How its bytes are read and written.
#[derive(Clone, Copy)]
enum Coder {
    Unicode,
    Library(&'static Encoding),
    Single(Single),
}

/// As `encoding_rs` names them; Windows' own additions to a national standard are in all of these.
fn page(number: u32) -> Result<Page, Error> {
    const NONE: &[(u8, u8)] = &[];
    const UPPER: &[(u8, u8)] = &[(0x81, 0xFE)];
    let (encoding, leads) = match number {
        0 | 1 | 3 | 65001 => (UTF_8, NONE), // CP_ACP, CP_OEMCP, CP_THREAD_ACP
        874 => (WINDOWS_874, NONE),
        932 => (SHIFT_JIS, &[(0x81, 0x9F), (0xE0, 0xFC)][..]),
        936 => (GBK, UPPER),
        949 => (EUC_KR, UPPER),
        950 => (BIG5, UPPER),
        1250 => (WINDOWS_1250, NONE),
        1251 => (WINDOWS_1251, NONE),
        1252 => (WINDOWS_1252, NONE),
        1253 => (WINDOWS_1253, NONE),
        1254 => (WINDOWS_1254, NONE),
        1255 => (WINDOWS_1255, NONE),
        1256 => (WINDOWS_1256, NONE),
        1257 => (WINDOWS_1257, NONE),
        1258 => (WINDOWS_1258, NONE),
        10000 => (MACINTOSH, NONE),
        10007 => (X_MAC_CYRILLIC, NONE),
        20866 => (KOI8_R, NONE),
        20932 => (EUC_JP, &[(0x8E, 0x8E), (0xA1, 0xFE)][..]),
        21866 => (KOI8_U, NONE),
        28592 => (ISO_8859_2, NONE),
        28593 => (ISO_8859_3, NONE),
        28594 => (ISO_8859_4, NONE),
        28595 => (ISO_8859_5, NONE),
        28596 => (ISO_8859_6, NONE),
        28597 => (ISO_8859_7, NONE),
        28598 | 38598 => (ISO_8859_8, NONE),
        28603 => (ISO_8859_13, NONE),
        28605 => (ISO_8859_15, NONE),
        54936 => (GB18030, NONE),
        _ => {
            let single = Single::of(number).ok_or(Error::INVALID_PARAMETER)?;
            return Ok(Page { number, coder: Coder::Single(single), leads: NONE });
        }
    };
    let coder = if encoding == UTF_8 { Coder::Unicode } else { Coder::Library(encoding) };
    Ok(Page { number, coder, leads })
}

impl Page {
    /// Whether it was asked for as one that has every character: it takes fewer options then.
    fn is_complete(&self) -> bool {
        matches!(self.number, 54936 | 65001)
    }

    fn is_unicode(&self) -> bool {
        matches!(self.coder, Coder::Unicode)
    }

    /// What stands for bytes that are no character.
    fn unread(&self) -> char {
        match self.number {
            932 => '\u{30FB}',
            _ if self.is_unicode() || self.is_complete() => char::REPLACEMENT_CHARACTER,
            _ => '?',
        }
    }

    /// The text of bytes; 1113 for what is no character, if that is `strict`.
    fn read<'a>(&self, bytes: &'a [u8], strict: bool) -> Result<Cow<'a, str>, Error> {
        let encoding = match self.coder {
            Coder::Library(encoding) => encoding,
            Coder::Single(single) => {
                let all = bytes.iter().map(|&byte| match single.read(byte) {
                    None if strict => Err(NO_UNICODE_TRANSLATION),
                    read => Ok(read.unwrap_or(self.unread())),
                });
                return all.collect::<Result<String, Error>>().map(Cow::from);
            }
            Coder::Unicode => {
                return match str::from_utf8(bytes) {
                    Ok(text) => Ok(text.into()),
                    Err(_) if strict => Err(NO_UNICODE_TRANSLATION),
                    Err(_) => Ok(String::from_utf8_lossy(bytes)),
                };
            }
        };
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let (mut text, mut at) = (String::new(), 0);
        loop {
            text.reserve(3 * (bytes.len() - at) + 16);
            let left = &bytes[at..];
            let (end, read) = decoder.decode_to_string_without_replacement(left, &mut text, true);
            at += read;
            match end {
                DecoderResult::InputEmpty => return Ok(text.into()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) if strict => return Err(NO_UNICODE_TRANSLATION),
                DecoderResult::Malformed(..) => text.push(self.unread()),
            }
        }
    }

    /// The bytes of a text, with `default` for what it has not, and whether there was any such.
    fn write(&self, text: &str, default: &[u8]) -> (Vec<u8>, bool) {
        let (mut bytes, mut at, mut defaulted) = (Vec::new(), 0, false);
        let encoding = match self.coder {
            Coder::Library(encoding) => encoding,
            Coder::Single(single) => {
                for character in text.chars() {
                    match single.write(character) {
                        Some(byte) => bytes.push(byte),
                        None => bytes.extend(default),
                    }
                    defaulted |= single.write(character).is_none();
                }
                return (bytes, defaulted);
            }
            Coder::Unicode => return (text.as_bytes().to_vec(), false),
        };
        let mut encoder = encoding.new_encoder();
        loop {
            bytes.reserve(4 * (text.len() - at) + 16);
            let left = &text[at..];
            let (end, read) =
                encoder.encode_from_utf8_to_vec_without_replacement(left, &mut bytes, true);
            at += read;
            match end {
                EncoderResult::InputEmpty => return (bytes, defaulted),
                EncoderResult::OutputFull => {}
                EncoderResult::Unmappable(_) => {
                    bytes.extend(default);
                    defaulted = true;
                }
            }
        }
    }

    fn begins_pair(&self, byte: u8) -> bool {
        self.leads.iter().any(|(first, last)| (*first..=*last).contains(&byte))
    }
}

/// What a conversion returns: characters needed, or written. 122 if they do not fit.
unsafe fn give<T: Copy>(made: &[T], to: *mut T, room: i32) -> Result<i32, Error> {
    if room == 0 {
        return Ok(made.len() as i32);
    }
    if made.len() > room as usize {
        return Err(Error::INSUFFICIENT_BUFFER);
    }
    unsafe { to.copy_from_nonoverlapping(made.as_ptr(), made.len()) };
    Ok(made.len() as i32)
}

/// 87 unless there is something to convert, and a place for it if one is needed.
fn check<F, T>(from: *const F, count: i32, to: *const T, room: i32) -> Result<(), Error> {
    let nowhere = room < 0 || (room > 0 && to.is_null());
    if from.is_null() || count == 0 || nowhere || from.cast::<u8>() == to.cast() {
        return Err(Error::INVALID_PARAMETER);
    }
    Ok(())
}

/// `int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr, int cbMultiByte,
/// LPWSTR lpWideCharStr, int cchWideChar)`
///
/// One wchar_t for each character. 0: 87 for an unknown code page, nothing to convert or nowhere to
/// put it; 122 for too little room; 1004 for MB_COMPOSITE and MB_USEGLYPHCHARS, and for any flag
/// but MB_ERR_INVALID_CHARS with 65001 and 54936; with that flag 1113 for bytes that are no
/// character, which else become U+FFFD, or a question mark in a national code page.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MultiByteToWideChar(
    number: u32,
    flags: u32,
    from: *const u8,
    count: i32,
    to: *mut Wide,
    room: i32,
) -> i32 {
    let converted = || {
        check(from, count, to, room)?;
        let page = page(number)?;
        let known = MB_ERR_INVALID_CHARS | if page.is_complete() { 0 } else { MB_PRECOMPOSED };
        if flags & !known != 0 {
            return Err(INVALID_FLAGS);
        }
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => unsafe { libc::strlen(from.cast::<c_char>()) + 1 },
        };
        let bytes = unsafe { std::slice::from_raw_parts(from, count) };
        let text = page.read(bytes, flags & MB_ERR_INVALID_CHARS != 0)?;
        let wide: Vec<Wide> = text.chars().map(u32::from).collect();
        unsafe { give(&wide, to, room) }
    };
    finish_value(converted())
}

/// `int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr, int cchWideChar,
/// LPSTR lpMultiByteStr, int cbMultiByte, LPCCH lpDefaultChar, LPBOOL lpUsedDefaultChar)`
///
/// A character that the code page has not becomes the default one, a question mark unless given:
/// none is written as another that looks alike, so WC_NO_BEST_FIT_CHARS changes nothing. 0: 87 as
/// [`MultiByteToWideChar`], and for a default with 65001 or 54936; 122 for too little room; 1004
/// for an unknown flag, and for any but WC_ERR_INVALID_CHARS with these two; with that flag 1113
/// for a number that is no character (else U+FFFD).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WideCharToMultiByte(
    number: u32,
    flags: u32,
    from: *const Wide,
    count: i32,
    to: *mut u8,
    room: i32,
    default: *const u8,
    used_default: *mut i32,
) -> i32 {
    let converted = || {
        check(from, count, to, room)?;
        let page = page(number)?;
        let unicode = page.is_unicode() || page.is_complete();
        let known = if unicode { WC_ERR_INVALID_CHARS } else { 0 };
        if flags & !(known | if page.is_complete() { 0 } else { WC_UNMAPPED }) != 0 {
            return Err(INVALID_FLAGS);
        }
        if page.is_complete() && !(default.is_null() && used_default.is_null()) {
            return Err(Error::INVALID_PARAMETER);
        }
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => unsafe { libc::wcslen(from.cast()) + 1 },
        };
        let wide = unsafe { std::slice::from_raw_parts(from, count) };
        let strict = flags & WC_ERR_INVALID_CHARS != 0;
        if strict && wide.iter().any(|&c| char::from_u32(c).is_none()) {
            return Err(NO_UNICODE_TRANSLATION);
        }
        let default = match unsafe { default.as_ref() } {
            None => [b'?', 0],
            Some(&lead) if page.begins_pair(lead) => [lead, unsafe { default.add(1).read() }],
            Some(&only) => [only, 0],
        };
        let default = if default[1] == 0 { &default[..1] } else { &default };
        let (bytes, defaulted) = page.write(&decode(wide), default);
        if !used_default.is_null() {
            unsafe { used_default.write(defaulted.into()) };
        }
        unsafe { give(&bytes, to, room) }
    };
    finish_value(converted())
}

/// `UINT GetACP()`: UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetACP() -> u32 {
    65001
}

/// `UINT GetOEMCP()`: UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetOEMCP() -> u32 {
    65001
}

/// `BOOL IsValidCodePage(UINT CodePage)`: whether text of it can be converted. FALSE for CP_ACP and
/// its like, which stand for another.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidCodePage(number: u32) -> i32 {
    i32::from(number > 3 && page(number).is_ok())
}

/// CPINFO.
#[repr(C)]
pub struct Facts {
    bytes_max: u32,
    default: [u8; 2],
    leads: [u8; 12],
}

/// `BOOL GetCPInfo(UINT CodePage, LPCPINFO lpCPInfo)`: how many bytes a character has at most, and
/// which begin one of two. 87 for an unknown code page or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetCPInfo(number: u32, info: *mut Facts) -> i32 {
    finish(page(number).and_then(|page| {
        if info.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        let mut leads = [0; 12];
        for (pair, (first, last)) in leads.chunks_exact_mut(2).zip(page.leads) {
            pair.copy_from_slice(&[*first, *last]);
        }
        let bytes_max = match page.leads {
            _ if page.is_unicode() || page.is_complete() => 4,
            [] => 1,
            _ => 2,
        };
        unsafe { info.write(Facts { bytes_max, default: [b'?', 0], leads }) };
        Ok(())
    }))
}

/// `BOOL IsDBCSLeadByte(BYTE TestChar)`: FALSE, for the process's code page is UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsDBCSLeadByte(byte: u8) -> i32 {
    unsafe { IsDBCSLeadByteEx(0, byte) }
}

/// `BOOL IsDBCSLeadByteEx(UINT CodePage, BYTE TestChar)`: whether it begins a character of two
/// bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsDBCSLeadByteEx(number: u32, byte: u8) -> i32 {
    page(number).map_or(0, |page| page.begins_pair(byte).into())
}

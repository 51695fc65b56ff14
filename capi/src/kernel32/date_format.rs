//! Dates and times as text, by a picture such as `yyyy-MM-dd` or as English of the United States
//! has them: names of days and months are English for every locale.
//!
//! # Safety
//!
//! A time is null or valid, a picture null or text with a null behind it; the output has the room
//! that is said.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use engine::error::Error;
use windows_sys::Win32::Foundation::SYSTEMTIME;

use super::clock::{GetLocalTime, ticks_of};
use super::finish_value;
use crate::text::{Character, Wide, read, write};

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
];
const INVALID_FLAGS: Error = Error(1004);

/// A name, or its first three letters.
fn named(name: &str, count: usize) -> String {
    if count == 3 { name[..3].to_owned() } else { name.to_owned() }
}

fn number(value: u16, count: usize) -> String {
    if count == 1 { value.to_string() } else { format!("{value:02}") }
}

/// What `count` times the letter `c` stands for in a picture; none for what stands for itself.
fn of_date(time: &SYSTEMTIME, c: char, count: usize) -> Option<String> {
    Some(match (c, count) {
        ('d', 1 | 2) => number(time.wDay, count),
        ('d', _) => named(DAYS[usize::from(time.wDayOfWeek % 7)], count),
        ('M', 1 | 2) => number(time.wMonth, count),
        ('M', _) => named(MONTHS[usize::from(time.wMonth - 1)], count),
        ('y', 1 | 2) => number(time.wYear % 100, count),
        ('y', _) => time.wYear.to_string(),
        ('g', _) => "A.D.".to_owned(),
        _ => return None,
    })
}

fn of_time(time: &SYSTEMTIME, c: char, count: usize) -> Option<String> {
    let marker = if time.wHour < 12 { "AM" } else { "PM" };
    Some(match c {
        'h' => number((time.wHour + 11) % 12 + 1, count),
        'H' => number(time.wHour, count),
        'm' => number(time.wMinute, count),
        's' => number(time.wSecond, count),
        't' => marker[..count.min(2)].to_owned(),
        _ => return None,
    })
}

type Part = fn(&SYSTEMTIME, char, usize) -> Option<String>;

/// A picture filled in. Between apostrophes text stands for itself, two of them for one.
fn filled(picture: &str, time: &SYSTEMTIME, part: Part) -> String {
    let (mut made, mut rest) = (String::new(), picture);
    while let Some(c) = rest.chars().next() {
        let same = rest.chars().take_while(|next| *next == c).count();
        let run = same * c.len_utf8();
        if c != '\'' {
            made.push_str(&part(time, c, same).unwrap_or_else(|| rest[..run].to_owned()));
            rest = &rest[run..];
            continue;
        }
        rest = &rest[1..];
        while let Some(next) = rest.chars().next() {
            rest = &rest[next.len_utf8()..];
            match next {
                '\'' if rest.starts_with('\'') => rest = &rest[1..],
                '\'' => break,
                _ => {}
            }
            made.push(next);
        }
    }
    made
}

/// The picture that flags stand for: DATE_SHORTDATE 1, DATE_LONGDATE 2, DATE_YEARMONTH 8.
fn date_picture(flags: u32) -> Result<&'static str, Error> {
    match flags & 0xB {
        0 | 1 => Ok("M/d/yyyy"),
        2 => Ok("dddd, MMMM d, yyyy"),
        8 => Ok("MMMM yyyy"),
        _ => Err(INVALID_FLAGS),
    }
}

/// TIME_NOMINUTESORSECONDS 1, TIME_NOSECONDS 2, TIME_NOTIMEMARKER 4, TIME_FORCE24HOURFORMAT 8.
fn time_picture(flags: u32) -> String {
    let hours = if flags & 8 != 0 { "H" } else { "h" };
    let rest =
        ["", ":mm", ":mm:ss"][if flags & 1 != 0 { 0 } else { 2 - (flags >> 1 & 1) as usize }];
    format!("{hours}{rest}{}", if flags & 0xC == 0 { " tt" } else { "" })
}

/// Characters written with the null, or needed if there is no room at all; 0 with 122, 87 or 1004.
unsafe fn tell<C: Character>(
    time: *const SYSTEMTIME,
    picture: *const C,
    flags: u32,
    (to, room): (*mut C, i32),
    is_date: bool,
) -> i32 {
    let mut now = unsafe { std::mem::zeroed::<SYSTEMTIME>() };
    match unsafe { time.as_ref() } {
        Some(given) => now = *given,
        None => unsafe { GetLocalTime(&mut now) },
    }
    let checked = match is_date {
        true => SYSTEMTIME { wHour: 0, wMinute: 0, wSecond: 0, wMilliseconds: 0, ..now },
        false => SYSTEMTIME { wYear: 2000, wMonth: 1, wDay: 1, ..now },
    };
    let mut made = || {
        let ticks = unsafe { ticks_of(&checked) }.ok_or(Error::INVALID_PARAMETER)?;
        if is_date {
            now.wDayOfWeek = super::clock::utc(ticks).wDayOfWeek; // not the caller's
        }
        let given = unsafe { read(picture) };
        let given = match given {
            Some(picture) => picture,
            None if is_date => date_picture(flags)?.to_owned(),
            None => time_picture(flags),
        };
        let text = filled(&given, &now, if is_date { of_date } else { of_time });
        let room = usize::try_from(room).map_err(|_| Error::INVALID_PARAMETER)?;
        let length = unsafe { write(&text, to, room) };
        if room > 0 && length >= room { Err(Error::INSUFFICIENT_BUFFER) } else { Ok(length + 1) }
    };
    finish_value(made()) as i32
}

/// `int GetDateFormatA(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpDate, lpFormat, lpDateStr,
/// int cchDate)`
///
/// The characters written, the null among them; with room 0 those needed. A null time is now, a
/// null picture the one that the flags say. 0 with 122 for too little room, 87 for what is no date,
/// 1004 for flags that do not go together.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDateFormatA(
    _locale: u32,
    flags: u32,
    time: *const SYSTEMTIME,
    picture: *const u8,
    to: *mut u8,
    room: i32,
) -> i32 {
    unsafe { tell(time, picture, flags, (to, room), true) }
}

/// `int GetDateFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpDate, lpFormat, lpDateStr,
/// int cchDate)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDateFormatW(
    _locale: u32,
    flags: u32,
    time: *const SYSTEMTIME,
    picture: *const Wide,
    to: *mut Wide,
    room: i32,
) -> i32 {
    unsafe { tell(time, picture, flags, (to, room), true) }
}

/// `int GetTimeFormatA(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpTime, lpFormat, lpTimeStr,
/// int cchTime)`: as GetDateFormatA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTimeFormatA(
    _locale: u32,
    flags: u32,
    time: *const SYSTEMTIME,
    picture: *const u8,
    to: *mut u8,
    room: i32,
) -> i32 {
    unsafe { tell(time, picture, flags, (to, room), false) }
}

/// `int GetTimeFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME *lpTime, lpFormat, lpTimeStr,
/// int cchTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTimeFormatW(
    _locale: u32,
    flags: u32,
    time: *const SYSTEMTIME,
    picture: *const Wide,
    to: *mut Wide,
    room: i32,
) -> i32 {
    unsafe { tell(time, picture, flags, (to, room), false) }
}

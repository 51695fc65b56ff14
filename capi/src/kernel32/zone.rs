//! Times of a zone: the machine's own, as libc knows it, or one that the caller describes.
//!
//! # Safety
//!
//! A zone is null or a TIME_ZONE_INFORMATION, a time a SYSTEMTIME, valid during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use engine::error::Error;
use windows_sys::Win32::Foundation::SYSTEMTIME;

use super::clock::{EPOCH_TICKS, TICKS, Zone, ticks_of, utc, zone};
use super::finish;

const MINUTE: i64 = 60 * TICKS;

/// When a change of a zone is due in a year, in ticks of the local time before it; none for a zone
/// without changes. A year of 0 says "the day of the week, so many times in the month", 5 the last.
fn change(rule: &SYSTEMTIME, year: u16) -> Option<i64> {
    if rule.wMonth == 0 || rule.wYear != 0 && rule.wYear != year {
        return None;
    }
    let mut day = SYSTEMTIME { wYear: year, wDayOfWeek: 0, ..*rule };
    if rule.wYear == 0 {
        let first = SYSTEMTIME { wDay: 1, ..day };
        let weekday = utc(unsafe { ticks_of(&first) }?).wDayOfWeek;
        day.wDay = 1 + (7 + rule.wDayOfWeek - weekday) % 7 + 7 * (rule.wDay.clamp(1, 5) - 1);
        while unsafe { ticks_of(&day) }.is_none() {
            day.wDay -= 7; // a fifth of them is not in every month
        }
    }
    unsafe { ticks_of(&day) }
}

/// Minutes that UTC is ahead of a zone's time; `local` tells the clock that `ticks` are of.
fn bias(of: &Zone, ticks: i64, local: bool) -> i64 {
    let (standard, daylight) =
        (i64::from(of.bias + of.standard_bias), i64::from(of.bias + of.daylight_bias));
    let year = utc(ticks - if local { 0 } else { i64::from(of.bias) * MINUTE }).wYear;
    let (Some(begins), Some(ends)) =
        (change(&of.daylight_date, year), change(&of.standard_date, year))
    else {
        return i64::from(of.bias);
    };
    let (begins, ends) = match local {
        true => (begins, ends),
        false => (begins + standard * MINUTE, ends + daylight * MINUTE),
    };
    let summer = match begins < ends {
        true => (begins..ends).contains(&ticks),
        false => !(ends..begins).contains(&ticks),
    };
    if summer { daylight } else { standard }
}

/// Seconds that the machine's zone is ahead at a local time.
fn ahead(local: i64) -> i64 {
    let seconds = (local - EPOCH_TICKS).div_euclid(TICKS);
    let guess = seconds - zone(seconds).0;
    zone(seconds - zone(guess).0).0
}

fn moved(from: *const SYSTEMTIME, to: *mut SYSTEMTIME, by: impl Fn(i64) -> i64) -> i32 {
    let ticks = unsafe { ticks_of(from) }.ok_or(Error::INVALID_PARAMETER);
    finish(ticks.map(|ticks| unsafe { to.write(utc(ticks + by(ticks))) }))
}

/// `BOOL SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION *lpTimeZoneInformation,
/// const SYSTEMTIME *lpUniversalTime, LPSYSTEMTIME lpLocalTime)`: null is the machine's zone, with
/// its summer time of that day. 87 for what is no time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SystemTimeToTzSpecificLocalTime(
    of: *const Zone,
    universal: *const SYSTEMTIME,
    local: *mut SYSTEMTIME,
) -> i32 {
    moved(universal, local, |ticks| match unsafe { of.as_ref() } {
        Some(of) => -bias(of, ticks, false) * MINUTE,
        None => zone((ticks - EPOCH_TICKS).div_euclid(TICKS)).0 * TICKS,
    })
}

/// `BOOL TzSpecificLocalTimeToSystemTime(const TIME_ZONE_INFORMATION *lpTimeZoneInformation,
/// const SYSTEMTIME *lpLocalTime, LPSYSTEMTIME lpUniversalTime)`: the other way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TzSpecificLocalTimeToSystemTime(
    of: *const Zone,
    local: *const SYSTEMTIME,
    universal: *mut SYSTEMTIME,
) -> i32 {
    moved(local, universal, |ticks| match unsafe { of.as_ref() } {
        Some(of) => bias(of, ticks, true) * MINUTE,
        None => -ahead(ticks) * TICKS,
    })
}

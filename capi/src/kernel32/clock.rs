//! Ticks, counters, the time of day.
//!
//! # Safety
//!
//! What a call writes or reads is the caller's, valid during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use engine::error::Error;
use windows_sys::Win32::Foundation::{FILETIME, SYSTEMTIME};

use super::finish;

/// From 1601 to 1970, in 100 ns and in seconds.
pub(super) const EPOCH_TICKS: i64 = 116_444_736_000_000_000;
pub(super) const TICKS: i64 = 10_000_000;

fn clock(which: libc::clockid_t) -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(which, &mut now) };
    now
}

fn uptime_ms() -> u64 {
    let now = clock(libc::CLOCK_BOOTTIME);
    now.tv_sec as u64 * 1000 + now.tv_nsec as u64 / 1_000_000
}

/// 100 ns since 1601, now.
pub(super) fn filetime() -> i64 {
    let now = clock(libc::CLOCK_REALTIME);
    EPOCH_TICKS + now.tv_sec * TICKS + now.tv_nsec / 100
}

/// Seconds and nanoseconds since 1970 as 100 ns since 1601.
pub(super) fn since_1970(seconds: i64, nanoseconds: i64) -> FILETIME {
    split(EPOCH_TICKS + seconds * TICKS + nanoseconds / 100)
}

pub(super) fn split(ticks: i64) -> FILETIME {
    FILETIME { dwLowDateTime: ticks as u32, dwHighDateTime: (ticks >> 32) as u32 }
}

pub(super) fn joined(time: &FILETIME) -> i64 {
    i64::from(time.dwHighDateTime) << 32 | i64::from(time.dwLowDateTime)
}

fn parts(tm: &libc::tm, ms: u16) -> SYSTEMTIME {
    SYSTEMTIME {
        wYear: (tm.tm_year + 1900) as u16,
        wMonth: (tm.tm_mon + 1) as u16,
        wDayOfWeek: tm.tm_wday as u16,
        wDay: tm.tm_mday as u16,
        wHour: tm.tm_hour as u16,
        wMinute: tm.tm_min as u16,
        wSecond: tm.tm_sec as u16,
        wMilliseconds: ms,
    }
}

pub(super) fn utc(ticks: i64) -> SYSTEMTIME {
    let since = ticks - EPOCH_TICKS;
    let (seconds, rest) = (since.div_euclid(TICKS), since.rem_euclid(TICKS));
    let mut tm = unsafe { std::mem::zeroed() };
    unsafe { libc::gmtime_r(&seconds, &mut tm) };
    parts(&tm, (rest / 10_000) as u16)
}

/// Seconds that local time is ahead of UTC at a moment, and the zone's name.
pub(super) fn zone(seconds: i64) -> (i64, String) {
    let mut tm = unsafe { std::mem::zeroed::<libc::tm>() };
    unsafe { libc::localtime_r(&seconds, &mut tm) };
    let name = unsafe { crate::text::read(tm.tm_zone.cast::<u8>()) };
    (tm.tm_gmtoff, name.unwrap_or_default())
}

/// `DWORD GetTickCount()`: milliseconds since the start of the machine, of 32 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTickCount() -> u32 {
    uptime_ms() as u32
}

/// `ULONGLONG GetTickCount64()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTickCount64() -> u64 {
    uptime_ms()
}

/// `DWORD timeGetTime()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timeGetTime() -> u32 {
    uptime_ms() as u32
}

/// `MMRESULT timeBeginPeriod(UINT uPeriod)`: Linux' timers are finer than any period; 97 for 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timeBeginPeriod(period_ms: u32) -> u32 {
    if period_ms == 0 { 97 } else { 0 }
}

/// `MMRESULT timeEndPeriod(UINT uPeriod)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timeEndPeriod(period_ms: u32) -> u32 {
    if period_ms == 0 { 97 } else { 0 }
}

/// `MMRESULT timeGetDevCaps(LPTIMECAPS ptc, UINT cbtc)`: from 1 ms to 1,000 s, as Windows says.
/// 97 without room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timeGetDevCaps(to: *mut [u32; 2], size: u32) -> u32 {
    if to.is_null() || (size as usize) < size_of::<[u32; 2]>() {
        return 97;
    }
    unsafe { to.write([1, 1_000_000]) };
    0
}

fn ticks(which: libc::clockid_t) -> u64 {
    let now = clock(which);
    (now.tv_sec * TICKS + now.tv_nsec / 100) as u64
}

/// `void QueryInterruptTime(PULONGLONG lpInterruptTime)`: 100 ns since the start of the machine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryInterruptTime(to: *mut u64) {
    unsafe { to.write(ticks(libc::CLOCK_BOOTTIME)) };
}

/// `void QueryInterruptTimePrecise(PULONGLONG lpInterruptTimePrecise)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryInterruptTimePrecise(to: *mut u64) {
    unsafe { to.write(ticks(libc::CLOCK_BOOTTIME)) };
}

/// `BOOL QueryUnbiasedInterruptTime(PULONGLONG UnbiasedTime)`: without the time asleep.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryUnbiasedInterruptTime(to: *mut u64) -> i32 {
    unsafe { to.write(ticks(libc::CLOCK_MONOTONIC)) };
    1
}

/// `void QueryUnbiasedInterruptTimePrecise(PULONGLONG lpUnbiasedInterruptTimePrecise)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryUnbiasedInterruptTimePrecise(to: *mut u64) {
    unsafe { to.write(ticks(libc::CLOCK_MONOTONIC)) };
}

/// `BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)`: 100 ns, as on Windows of
/// today.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryPerformanceCounter(count: *mut i64) -> i32 {
    unsafe { count.write(ticks(libc::CLOCK_MONOTONIC) as i64) };
    1
}

/// `BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueryPerformanceFrequency(frequency: *mut i64) -> i32 {
    unsafe { frequency.write(TICKS) };
    1
}

/// `void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSystemTimeAsFileTime(time: *mut FILETIME) {
    unsafe { time.write(split(filetime())) };
}

/// `void GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSystemTimePreciseAsFileTime(time: *mut FILETIME) {
    unsafe { time.write(split(filetime())) };
}

/// `void GetSystemTime(LPSYSTEMTIME lpSystemTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSystemTime(time: *mut SYSTEMTIME) {
    unsafe { time.write(utc(filetime())) };
}

/// `void GetLocalTime(LPSYSTEMTIME lpSystemTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLocalTime(time: *mut SYSTEMTIME) {
    let now = filetime();
    let ahead = zone((now - EPOCH_TICKS) / TICKS).0;
    unsafe { time.write(utc(now + ahead * TICKS)) };
}

/// `BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime)`: 87 for a
/// time beyond 63 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FileTimeToSystemTime(from: *const FILETIME, to: *mut SYSTEMTIME) -> i32 {
    let ticks = joined(unsafe { &*from });
    if ticks < 0 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    unsafe { to.write(utc(ticks)) };
    1
}

/// `BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime)`: 87 for what
/// is no time since 1601. The day of the week is not read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SystemTimeToFileTime(from: *const SYSTEMTIME, to: *mut FILETIME) -> i32 {
    let from = unsafe { &*from };
    let mut tm = unsafe { std::mem::zeroed::<libc::tm>() };
    tm.tm_year = i32::from(from.wYear) - 1900;
    tm.tm_mon = i32::from(from.wMonth) - 1;
    tm.tm_mday = i32::from(from.wDay);
    tm.tm_hour = i32::from(from.wHour);
    tm.tm_min = i32::from(from.wMinute);
    tm.tm_sec = i32::from(from.wSecond);
    let wanted = (tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    let seconds = unsafe { libc::timegm(&mut tm) }; // moves what is out of range
    let kept = wanted == (tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if !kept || from.wYear < 1601 || from.wMilliseconds > 999 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let ticks = EPOCH_TICKS + seconds * TICKS + i64::from(from.wMilliseconds) * 10_000;
    unsafe { to.write(split(ticks)) };
    1
}

/// Sets the machine's clock to ticks of a FILETIME.
fn set_clock(ticks: i64) -> Result<(), Error> {
    let since = ticks - EPOCH_TICKS;
    let time =
        libc::timespec { tv_sec: since.div_euclid(TICKS), tv_nsec: since.rem_euclid(TICKS) * 100 };
    match unsafe { libc::clock_settime(libc::CLOCK_REALTIME, &time) } {
        0 => Ok(()),
        _ => Err(Error(1314)), // ERROR_PRIVILEGE_NOT_HELD
    }
}

/// The ticks of a time that is one.
pub(super) unsafe fn ticks_of(time: *const SYSTEMTIME) -> Option<i64> {
    let mut told = split(0);
    (unsafe { SystemTimeToFileTime(time, &mut told) } != 0).then(|| joined(&told))
}

/// `BOOL SetSystemTime(const SYSTEMTIME *lpSystemTime)`: of UTC. FALSE: 87, and 1314 for who may
/// not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetSystemTime(time: *const SYSTEMTIME) -> i32 {
    unsafe { ticks_of(time) }.map_or(0, |ticks| finish(set_clock(ticks)))
}

/// `BOOL SetLocalTime(const SYSTEMTIME *lpSystemTime)`: as SetSystemTime, by what local time is
/// ahead now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetLocalTime(time: *const SYSTEMTIME) -> i32 {
    let ahead = zone(clock(libc::CLOCK_REALTIME).tv_sec).0;
    unsafe { ticks_of(time) }.map_or(0, |ticks| finish(set_clock(ticks - ahead * TICKS)))
}

/// `BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime)`: by what
/// local time is ahead now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FileTimeToLocalFileTime(from: *const FILETIME, to: *mut FILETIME) -> i32 {
    let ahead = zone(clock(libc::CLOCK_REALTIME).tv_sec).0;
    unsafe { to.write(split(joined(&*from) + ahead * TICKS)) };
    1
}

/// `BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LocalFileTimeToFileTime(from: *const FILETIME, to: *mut FILETIME) -> i32 {
    let ahead = zone(clock(libc::CLOCK_REALTIME).tv_sec).0;
    unsafe { to.write(split(joined(&*from) - ahead * TICKS)) };
    1
}

/// `LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2)`: -1, 0 or 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CompareFileTime(a: *const FILETIME, b: *const FILETIME) -> i32 {
    let (a, b) = unsafe { (joined(&*a) as u64, joined(&*b) as u64) };
    a.cmp(&b) as i32
}

/// TIME_ZONE_INFORMATION, its names of C's wchar_t.
#[repr(C)]
pub struct Zone {
    pub(super) bias: i32,
    standard_name: [u32; 32],
    pub(super) standard_date: SYSTEMTIME,
    pub(super) standard_bias: i32,
    daylight_name: [u32; 32],
    pub(super) daylight_date: SYSTEMTIME,
    pub(super) daylight_bias: i32,
}

/// `DWORD GetTimeZoneInformation(LPTIME_ZONE_INFORMATION lpTimeZoneInformation)`
///
/// The bias in minutes as it is now; the dates of change are all zero and it returns
/// TIME_ZONE_ID_UNKNOWN (0), as for a zone without daylight saving.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTimeZoneInformation(zone_to: *mut Zone) -> u32 {
    let (ahead, name) = zone(clock(libc::CLOCK_REALTIME).tv_sec);
    unsafe {
        zone_to.write_bytes(0, 1);
        (*zone_to).bias = -(ahead / 60) as i32;
        let (standard, daylight) =
            (&raw mut (*zone_to).standard_name, &raw mut (*zone_to).daylight_name);
        crate::text::write_cut(&name, standard.cast::<u32>(), 32);
        crate::text::write_cut(&name, daylight.cast::<u32>(), 32);
    }
    0
}

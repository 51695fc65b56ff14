//! What Windows has of its own for every window class: icons, cursors, brushes. Nothing is drawn
//! with them, so a handle is no more than the number of the thing.
//!
//! # Safety
//!
//! A name is a number below 65536, or the address of a text that is not read; handles are values.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;

use super::finish_value;
use crate::text::Wide;

/// IDI_APPLICATION to IDI_SHIELD.
const ICONS: std::ops::RangeInclusive<usize> = 32512..=32518;
/// IDC_ARROW to IDC_UPARROW, and from IDC_SIZE on.
const CURSORS: [std::ops::RangeInclusive<usize>; 2] = [32512..=32516, 32640..=32651];
/// WHITE_BRUSH to DC_PEN, without the number that means nothing.
const STOCK: std::ops::RangeInclusive<i32> = 0..=19;
const NO_STOCK: i32 = 9;
/// What the handles begin at: above every name, and apart from the engine's.
const ICON: usize = 0x1_0000_0000;
const CURSOR: usize = 0x2_0000_0000;
const OBJECT: usize = 0x3_0000_0000;
const RESOURCE_TYPE_NOT_FOUND: Error = Error(1813);
const RESOURCE_NAME_NOT_FOUND: Error = Error(1814);

/// The handle of one of Windows' own; a program has no resources here.
fn load(instance: *mut c_void, name: usize, known: bool, first: usize) -> *mut c_void {
    finish_value(match (instance.is_null(), known) {
        (true, true) => Ok(first + name),
        (true, false) => Err(RESOURCE_NAME_NOT_FOUND),
        (false, _) => Err(RESOURCE_TYPE_NOT_FOUND),
    }) as *mut c_void
}

fn cursor(instance: *mut c_void, name: usize) -> *mut c_void {
    load(instance, name, CURSORS.iter().any(|range| range.contains(&name)), CURSOR)
}

/// `HICON LoadIconA(HINSTANCE hInstance, LPCSTR lpIconName)`
///
/// IDI_APPLICATION and its like, without an instance. NULL: 1814 for other names; 1813 with an
/// instance, for programs have no resources here.
#[unsafe(no_mangle)]
pub extern "C" fn LoadIconA(instance: *mut c_void, name: *const u8) -> *mut c_void {
    load(instance, name as usize, ICONS.contains(&(name as usize)), ICON)
}

/// `HICON LoadIconW(HINSTANCE hInstance, LPCWSTR lpIconName)`: as LoadIconA.
#[unsafe(no_mangle)]
pub extern "C" fn LoadIconW(instance: *mut c_void, name: *const Wide) -> *mut c_void {
    LoadIconA(instance, name.cast())
}

/// `HCURSOR LoadCursorA(HINSTANCE hInstance, LPCSTR lpCursorName)`: IDC_ARROW and its like, as
/// LoadIconA.
#[unsafe(no_mangle)]
pub extern "C" fn LoadCursorA(instance: *mut c_void, name: *const u8) -> *mut c_void {
    cursor(instance, name as usize)
}

/// `HCURSOR LoadCursorW(HINSTANCE hInstance, LPCWSTR lpCursorName)`: as LoadCursorA.
#[unsafe(no_mangle)]
pub extern "C" fn LoadCursorW(instance: *mut c_void, name: *const Wide) -> *mut c_void {
    cursor(instance, name as usize)
}

/// `HGDIOBJ GetStockObject(int i)`: WHITE_BRUSH to DC_PEN; NULL for other numbers.
#[unsafe(no_mangle)]
pub extern "C" fn GetStockObject(number: i32) -> *mut c_void {
    match STOCK.contains(&number) && number != NO_STOCK {
        true => (OBJECT + number as usize) as *mut c_void,
        false => std::ptr::null_mut(),
    }
}

/// `SHORT GetAsyncKeyState(int vKey)`: 0, for no key speaks to this program (S7.15).
#[unsafe(no_mangle)]
pub extern "C" fn GetAsyncKeyState(_: i32) -> i16 {
    0
}

/// `SHORT GetKeyState(int nVirtKey)`: as GetAsyncKeyState.
#[unsafe(no_mangle)]
pub extern "C" fn GetKeyState(_: i32) -> i16 {
    0
}

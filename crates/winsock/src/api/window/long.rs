//! The values that a window keeps.

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::WINDOW_LONG_PTR_INDEX;

use super::or_zero;
use crate::error::Error;
use crate::window;

/// Bytes of a LONG_PTR and of a LONG.
const LONG_PTR: usize = 8;
const LONG: usize = 4;
/// GWLP_WNDPROC, GWLP_HINSTANCE and GWLP_HWNDPARENT, which a LONG cannot hold.
const POINTERS: [i32; 3] = [-4, -6, -8];

fn long(hwnd: HWND, index: i32, bytes: usize) -> Result<isize, Error> {
    let window = window::window(hwnd as usize)?;
    match bytes == LONG && POINTERS.contains(&index) {
        true => Err(Error::INVALID_INDEX),
        false => window.facts(|facts| facts.long(index, bytes)),
    }
}

fn set_long(hwnd: HWND, index: i32, bytes: usize, value: isize) -> Result<isize, Error> {
    let window = window::window(hwnd as usize)?;
    match bytes == LONG && POINTERS.contains(&index) {
        true => Err(Error::INVALID_INDEX),
        false => window.facts(|facts| facts.set_long(index, bytes, value)),
    }
}

/// `LONG_PTR GetWindowLongPtrW(HWND hWnd, int nIndex)`
///
/// GWLP_WNDPROC, _HINSTANCE, _HWNDPARENT, _ID and _USERDATA, GWL_STYLE and GWL_EXSTYLE, and offsets
/// among the bytes of cbWndExtra. 0: 1413, no such index; 1400.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowLongPtrW(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
) -> isize {
    or_zero(long(hwnd, nindex, LONG_PTR))
}

/// `LONG_PTR GetWindowLongPtrA(HWND hWnd, int nIndex)`
///
/// As [`GetWindowLongPtrW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowLongPtrA(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
) -> isize {
    or_zero(long(hwnd, nindex, LONG_PTR))
}

/// `LONG GetWindowLongW(HWND hWnd, int nIndex)`
///
/// As [`GetWindowLongPtrW`], of four bytes; 1413 for what is a pointer.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowLongW(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> i32 {
    or_zero(long(hwnd, nindex, LONG)) as i32
}

/// `LONG GetWindowLongA(HWND hWnd, int nIndex)`
///
/// As [`GetWindowLongW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowLongA(hwnd: HWND, nindex: WINDOW_LONG_PTR_INDEX) -> i32 {
    or_zero(long(hwnd, nindex, LONG)) as i32
}

/// `LONG_PTR SetWindowLongPtrW(HWND hWnd, int nIndex, LONG_PTR dwNewLong)`
///
/// The value before, at an index of [`GetWindowLongPtrW`]. A procedure set here is called for all
/// messages from now on. 0: 1413, no such index; 1400; 87 for no procedure.
///
/// # Safety
///
/// A procedure takes messages as long as the window lives; all else is values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongPtrW(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: isize,
) -> isize {
    or_zero(set_long(hwnd, nindex, LONG_PTR, dwnewlong))
}

/// `LONG_PTR SetWindowLongPtrA(HWND hWnd, int nIndex, LONG_PTR dwNewLong)`
///
/// As [`SetWindowLongPtrW`].
///
/// # Safety
///
/// As [`SetWindowLongPtrW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongPtrA(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: isize,
) -> isize {
    or_zero(set_long(hwnd, nindex, LONG_PTR, dwnewlong))
}

/// `LONG SetWindowLongW(HWND hWnd, int nIndex, LONG dwNewLong)`
///
/// As [`SetWindowLongPtrW`], of four bytes; 1413 for what is a pointer.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongW(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: i32,
) -> i32 {
    or_zero(set_long(hwnd, nindex, LONG, dwnewlong as isize)) as i32
}

/// `LONG SetWindowLongA(HWND hWnd, int nIndex, LONG dwNewLong)`
///
/// As [`SetWindowLongW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongA(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: i32,
) -> i32 {
    or_zero(set_long(hwnd, nindex, LONG, dwnewlong as isize)) as i32
}

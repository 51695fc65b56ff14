//! Whether a window is shown and takes input, of which nobody sees anything.

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::SHOW_WINDOW_CMD;
use windows_sys::core::BOOL;

use super::super::finish_bool;
use super::or_zero;
use crate::window::{self, CHILD, DISABLED};

/// `BOOL ShowWindow(HWND hWnd, int nCmdShow)`
///
/// Whether it was visible before. Its procedure gets WM_SHOWWINDOW if that changes (S7.15). FALSE
/// with 1400 for no window.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ShowWindow(hwnd: HWND, ncmdshow: SHOW_WINDOW_CMD) -> BOOL {
    BOOL::from(or_zero(window::window(hwnd as usize).map(|window| window.show(ncmdshow))))
}

/// `BOOL UpdateWindow(HWND hWnd)`
///
/// TRUE: nothing is ever to be painted, so no WM_PAINT comes (S7.15). FALSE with 1400.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn UpdateWindow(hwnd: HWND) -> BOOL {
    finish_bool(window::window(hwnd as usize).map(drop))
}

/// `BOOL IsWindowVisible(HWND hWnd)`: whether it and its parents were shown.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn IsWindowVisible(hwnd: HWND) -> BOOL {
    BOOL::from(or_zero(window::window(hwnd as usize).map(|window| window.is_visible())))
}

/// `BOOL EnableWindow(HWND hWnd, BOOL bEnable)`
///
/// Whether it was disabled before. Its procedure gets WM_ENABLE if that changes.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn EnableWindow(hwnd: HWND, benable: BOOL) -> BOOL {
    BOOL::from(or_zero(window::window(hwnd as usize).map(|window| window.enable(benable != 0))))
}

/// `BOOL IsWindowEnabled(HWND hWnd)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn IsWindowEnabled(hwnd: HWND) -> BOOL {
    let style = window::window(hwnd as usize).map(|window| window.facts(|facts| facts.style));
    BOOL::from(or_zero(style.map(|style| style & DISABLED == 0)))
}

/// `BOOL IsWindowUnicode(HWND hWnd)`: whether its class was registered by the wide function.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn IsWindowUnicode(hwnd: HWND) -> BOOL {
    BOOL::from(or_zero(window::window(hwnd as usize).map(|window| window.is_wide())))
}

/// `HWND GetParent(HWND hWnd)`: of a child its parent, of another window NULL; NULL with 1400.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetParent(hwnd: HWND) -> HWND {
    let parent = window::window(hwnd as usize).map(|window| {
        window.facts(|facts| if facts.style & CHILD != 0 { facts.parent } else { 0 })
    });
    or_zero(parent) as HWND
}

/// `DWORD GetWindowThreadProcessId(HWND hWnd, LPDWORD lpdwProcessId)`
///
/// The number of the thread that made it, which is of this process; 0 with 1400.
///
/// # Safety
///
/// `lpdwprocessid` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowThreadProcessId(hwnd: HWND, lpdwprocessid: *mut u32) -> u32 {
    or_zero(window::window(hwnd as usize).map(|window| {
        if !lpdwprocessid.is_null() {
            // SAFETY: not null, so the caller's variable, valid for writes during the call.
            unsafe { lpdwprocessid.write(std::process::id()) };
        }
        window.thread()
    }))
}

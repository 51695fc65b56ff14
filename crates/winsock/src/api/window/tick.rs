//! Timers that tell a window, or the calling thread, by messages.

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::TIMERPROC;
use windows_sys::core::BOOL;

use super::super::finish_bool;
use super::or_zero;
use crate::window;

/// `UINT_PTR SetTimer(HWND hWnd, UINT_PTR nIDEvent, UINT uElapse, TIMERPROC lpTimerFunc)`
///
/// WM_TIMER comes each `uElapse` ms, 10 at least, when no other message waits, and one at a time;
/// DispatchMessage calls the function instead of the window's procedure, if there is one. The
/// timer's number, a new one without a window. 0: 1400, 5 for another thread's window, 8.
///
/// # Safety
///
/// The function may be called by this thread until the timer is killed.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetTimer(
    hwnd: HWND,
    nidevent: usize,
    uelapse: u32,
    lptimerfunc: TIMERPROC,
) -> usize {
    let function = lptimerfunc.map_or(0, |function| function as usize as isize);
    or_zero(window::tick(hwnd as usize, nidevent, uelapse, function))
}

/// `BOOL KillTimer(HWND hWnd, UINT_PTR uIDEvent)`
///
/// No WM_TIMER of it comes any more. FALSE: 87, there is none; 1400; 5.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn KillTimer(hwnd: HWND, uidevent: usize) -> BOOL {
    finish_bool(window::stop_tick(hwnd as usize, uidevent))
}

//! What a window does with messages that its procedure leaves alone, and its title.

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTA, CREATESTRUCTW, WM_CLOSE, WM_GETTEXT, WM_GETTEXTLENGTH, WM_NCCREATE, WM_SETTEXT,
    WNDPROC,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR, PSTR, PWSTR};

use super::super::finish_bool;
use super::super::names::{narrow_in, wide_in};
use super::{DestroyWindow, or_zero};
use crate::error::Error;
use crate::window::{self, Window};

/// # Safety
///
/// `text` is null or a C string, read during the call.
unsafe fn narrow(text: PCSTR) -> String {
    // SAFETY: null or the caller's text.
    unsafe { narrow_in(text) }.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

/// # Safety
///
/// `text` is null or a wide C string, read during the call.
unsafe fn wide(text: PCWSTR) -> String {
    // SAFETY: null or the caller's text.
    unsafe { wide_in(text) }.map(String::from_utf16_lossy).unwrap_or_default()
}

/// Writes as much of a text as there is room for beside its null; how much.
///
/// # Safety
///
/// `to` is null or valid for writes of `room` units.
unsafe fn give<U: Copy + Default>(mut text: Vec<U>, to: *mut U, room: usize) -> usize {
    if to.is_null() || room == 0 {
        return 0;
    }
    text.truncate(room - 1);
    // SAFETY: the caller's buffer has room for the text, cut above, and its null.
    unsafe {
        to.copy_from_nonoverlapping(text.as_ptr(), text.len());
        to.add(text.len()).write(U::default());
    }
    text.len()
}

fn text(window: &Window) -> String {
    window.facts(|facts| facts.text.clone())
}

fn set_text(window: &Window, text: String) -> LRESULT {
    window.facts(|facts| facts.text = text);
    1
}

/// What every window does of itself, whatever its texts are made of.
fn answer(hwnd: HWND, msg: u32) -> LRESULT {
    match msg {
        WM_NCCREATE => 1,
        WM_CLOSE => {
            // SAFETY: DestroyWindow takes a value only.
            unsafe { DestroyWindow(hwnd) };
            0
        }
        _ => 0,
    }
}

/// `LRESULT DefWindowProcW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// WM_NCCREATE: takes the title and goes on. WM_CLOSE: DestroyWindow. WM_SETTEXT, WM_GETTEXT,
/// WM_GETTEXTLENGTH: the title. Everything else: 0.
///
/// # Safety
///
/// Of those messages `lparam` is null or what they say, valid during the call.
pub unsafe extern "system" fn DefWindowProcW(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    let Ok(window) = window::window(hwnd as usize) else { return 0 };
    // SAFETY: what a message's lParam points to is the sender's, valid until the answer.
    unsafe {
        match msg {
            WM_NCCREATE => {
                let told = (lparam as *const CREATESTRUCTW).as_ref();
                set_text(&window, told.map(|told| wide(told.lpszName)).unwrap_or_default())
            }
            WM_SETTEXT => set_text(&window, wide(lparam as PCWSTR)),
            WM_GETTEXT => {
                give(text(&window).encode_utf16().collect(), lparam as PWSTR, wparam) as LRESULT
            }
            WM_GETTEXTLENGTH => text(&window).encode_utf16().count() as LRESULT,
            _ => answer(hwnd, msg),
        }
    }
}

/// `LRESULT DefWindowProcA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// As [`DefWindowProcW`].
///
/// # Safety
///
/// As [`DefWindowProcW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DefWindowProcA(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    let Ok(window) = window::window(hwnd as usize) else { return 0 };
    // SAFETY: as in the wide form, with narrow text.
    unsafe {
        match msg {
            WM_NCCREATE => {
                let told = (lparam as *const CREATESTRUCTA).as_ref();
                set_text(&window, told.map(|told| narrow(told.lpszName)).unwrap_or_default())
            }
            WM_SETTEXT => set_text(&window, narrow(lparam as PCSTR)),
            WM_GETTEXT => give(text(&window).into_bytes(), lparam as PSTR, wparam) as LRESULT,
            WM_GETTEXTLENGTH => text(&window).len() as LRESULT,
            _ => answer(hwnd, msg),
        }
    }
}

/// `LRESULT CallWindowProcW(WNDPROC lpPrevWndFunc, HWND hWnd, UINT Msg, WPARAM wParam,
/// LPARAM lParam)`: calls the procedure.
///
/// # Safety
///
/// The procedure takes such a message.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CallWindowProcW(
    lpprevwndfunc: WNDPROC,
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise for this call.
    lpprevwndfunc.map_or(0, |procedure| unsafe { procedure(hwnd, msg, wparam, lparam) })
}

/// `LRESULT CallWindowProcA(WNDPROC lpPrevWndFunc, HWND hWnd, UINT Msg, WPARAM wParam,
/// LPARAM lParam)`: as [`CallWindowProcW`].
///
/// # Safety
///
/// As [`CallWindowProcW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CallWindowProcA(
    lpprevwndfunc: WNDPROC,
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: what the caller promises of its procedure.
    lpprevwndfunc.map_or(0, |procedure| unsafe { procedure(hwnd, msg, wparam, lparam) })
}

/// The answer to a message about a window's text: of its procedure, if the text is of the kind
/// that this gets, else of the window itself.
fn ask(
    hwnd: HWND,
    of_wide: bool,
    (msg, wparam, lparam): (u32, WPARAM, LPARAM),
    itself: impl FnOnce(&Window) -> LRESULT,
) -> Result<LRESULT, Error> {
    let window = window::window(hwnd as usize)?;
    Ok(match window.is_wide() == of_wide {
        true => window.send(msg, wparam, lparam),
        false => itself(&window),
    })
}

/// `BOOL SetWindowTextW(HWND hWnd, LPCWSTR lpString)`
///
/// By WM_SETTEXT if the window's class is wide too, else without a message (S7.15). FALSE: 1400.
///
/// # Safety
///
/// The text is null or ends with a null, and is read during the call.
pub unsafe extern "system" fn SetWindowTextW(hwnd: HWND, lpstring: PCWSTR) -> BOOL {
    let message = (WM_SETTEXT, 0, lpstring as LPARAM);
    // SAFETY: the caller's text, read during the call.
    finish_bool(ask(hwnd, true, message, |it| set_text(it, unsafe { wide(lpstring) })).map(drop))
}

/// `BOOL SetWindowTextA(HWND hWnd, LPCSTR lpString)`
///
/// As [`SetWindowTextW`].
///
/// # Safety
///
/// As [`SetWindowTextW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowTextA(hwnd: HWND, lpstring: PCSTR) -> BOOL {
    let message = (WM_SETTEXT, 0, lpstring as LPARAM);
    // SAFETY: the caller's text, used in this call alone.
    finish_bool(ask(hwnd, false, message, |it| set_text(it, unsafe { narrow(lpstring) })).map(drop))
}

/// `int GetWindowTextW(HWND hWnd, LPWSTR lpString, int nMaxCount)`
///
/// How much of the title was copied, without its null. 0: there is none, or 1400.
///
/// # Safety
///
/// `lpstring` is null or valid for writes of `nmaxcount` characters.
pub unsafe extern "system" fn GetWindowTextW(hwnd: HWND, lpstring: PWSTR, nmaxcount: i32) -> i32 {
    let room = nmaxcount.max(0) as usize;
    or_zero(ask(hwnd, true, (WM_GETTEXT, room, lpstring as LPARAM), |it| {
        // SAFETY: the caller's buffer of so many characters.
        unsafe { give(text(it).encode_utf16().collect(), lpstring, room) as LRESULT }
    })) as i32
}

/// `int GetWindowTextA(HWND hWnd, LPSTR lpString, int nMaxCount)`
///
/// As [`GetWindowTextW`].
///
/// # Safety
///
/// `lpstring` is null or valid for writes of `nmaxcount` bytes.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowTextA(hwnd: HWND, lpstring: PSTR, nmaxcount: i32) -> i32 {
    let room = nmaxcount.max(0) as usize;
    or_zero(ask(hwnd, false, (WM_GETTEXT, room, lpstring as LPARAM), |it| {
        // SAFETY: the caller's buffer of so many bytes.
        unsafe { give(text(it).into_bytes(), lpstring, room) as LRESULT }
    })) as i32
}

/// `int GetWindowTextLengthW(HWND hWnd)`: of the title, without its null.
///
/// # Safety
///
/// The handle is a value only.
pub unsafe extern "system" fn GetWindowTextLengthW(hwnd: HWND) -> i32 {
    let length = |it: &Window| text(it).encode_utf16().count() as LRESULT;
    or_zero(ask(hwnd, true, (WM_GETTEXTLENGTH, 0, 0), length)) as i32
}

/// `int GetWindowTextLengthA(HWND hWnd)`: of the title, without its null.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowTextLengthA(hwnd: HWND) -> i32 {
    let length = |it: &Window| text(it).len() as LRESULT;
    or_zero(ask(hwnd, false, (WM_GETTEXTLENGTH, 0, 0), length)) as i32
}

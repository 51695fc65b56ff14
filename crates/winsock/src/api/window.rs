//! Window classes and windows.

mod long;
mod show;
mod text;
mod tick;

pub use long::{
    GetWindowLongA, GetWindowLongPtrA, GetWindowLongPtrW, GetWindowLongW, SetWindowLongA,
    SetWindowLongPtrA, SetWindowLongPtrW, SetWindowLongW,
};
pub use show::{
    EnableWindow, GetParent, GetWindowThreadProcessId, IsWindowEnabled, IsWindowUnicode,
    IsWindowVisible, ShowWindow, UpdateWindow,
};
pub use text::{
    CallWindowProcA, CallWindowProcW, DefWindowProcA, DefWindowProcW, GetWindowTextA,
    GetWindowTextLengthA, GetWindowTextLengthW, GetWindowTextW, SetWindowTextA, SetWindowTextW,
};
pub use tick::{KillTimer, SetTimer};

use windows_sys::Win32::Foundation::{HINSTANCE, HWND};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTW, HMENU, WINDOW_EX_STYLE, WINDOW_STYLE, WNDCLASSA, WNDCLASSEXA, WNDCLASSEXW,
    WNDCLASSW, WNDPROC,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::finish_bool;
use super::names::{narrow_in, wide_in};
use crate::error::{Error, set_last_error};
use crate::window::{self, ClassFacts, ClassName, Facts};

/// A result that is 0 when the call fails.
pub(super) fn or_zero<T: Default>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| {
        set_last_error(error.0);
        T::default()
    })
}

/// Whether a class is named by its atom in the place of a name.
fn atom(name: usize) -> Option<ClassName> {
    u16::try_from(name).ok().map(ClassName::Atom)
}

/// # Safety
///
/// `name` is an atom, null, or a C string valid during the call.
unsafe fn narrow_name(name: PCSTR) -> ClassName {
    atom(name as usize).unwrap_or_else(|| {
        // SAFETY: no atom, so a C string of the caller's.
        let text = unsafe { narrow_in(name) }.unwrap_or_default();
        ClassName::Name(text.to_string_lossy().into_owned())
    })
}

/// # Safety
///
/// `name` is an atom, null, or a wide C string valid during the call.
unsafe fn wide_name(name: PCWSTR) -> ClassName {
    atom(name as usize).unwrap_or_else(|| {
        // SAFETY: no atom, so a wide C string of the caller's.
        let text = unsafe { wide_in(name) }.unwrap_or_default();
        ClassName::Name(String::from_utf16_lossy(text))
    })
}

/// Registers what `read` finds in the caller's structure: the name, the procedure, and how many
/// bytes each window has beside.
///
/// # Safety
///
/// `class` is null or valid during the call.
unsafe fn register<C>(
    class: *const C,
    wide: bool,
    read: impl FnOnce(&C) -> Result<(ClassName, WNDPROC, i32), Error>,
) -> u16 {
    // SAFETY: the caller's structure, which nobody changes during the call.
    let class = unsafe { class.as_ref() }.ok_or(Error::NO_ACCESS);
    or_zero(class.and_then(read).and_then(|found| match found {
        (ClassName::Name(name), Some(procedure), extra_bytes @ 0..) => {
            let extra_bytes = extra_bytes as usize;
            window::register(&name, ClassFacts { procedure, extra_bytes, wide })
        }
        _ => Err(Error::INVALID_PARAMETER),
    }))
}

/// Whether the structure says its own size in `cbSize`.
fn sized<C>(_class: &C, size: u32) -> Result<(), Error> {
    if size as usize == size_of::<C>() { Ok(()) } else { Err(Error::INVALID_PARAMETER) }
}

/// `ATOM RegisterClassW(const WNDCLASSW *lpWndClass)`
///
/// Only the name, the procedure and cbWndExtra count: nothing is ever drawn. The class' atom, or 0:
/// 1410, there is one of that name.
///
/// # Safety
///
/// `lpwndclass` and its name are valid during the call; its procedure takes messages as long as
/// there are windows of this class.
pub unsafe extern "system" fn RegisterClassW(lpwndclass: *const WNDCLASSW) -> u16 {
    // SAFETY: the caller's structure and the wide name in it, read during the call.
    unsafe {
        register(lpwndclass, true, |class| {
            Ok((wide_name(class.lpszClassName), class.lpfnWndProc, class.cbWndExtra))
        })
    }
}

/// `ATOM RegisterClassA(const WNDCLASSA *lpWndClass)`
///
/// As [`RegisterClassW`].
///
/// # Safety
///
/// As [`RegisterClassW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn RegisterClassA(lpwndclass: *const WNDCLASSA) -> u16 {
    // SAFETY: the caller's structure, and the name in it, which is copied here.
    unsafe {
        register(lpwndclass, false, |class| {
            Ok((narrow_name(class.lpszClassName), class.lpfnWndProc, class.cbWndExtra))
        })
    }
}

/// `ATOM RegisterClassExW(const WNDCLASSEXW *)`
///
/// As [`RegisterClassW`]; 87: cbSize is wrong.
///
/// # Safety
///
/// As [`RegisterClassW`].
pub unsafe extern "system" fn RegisterClassExW(param0: *const WNDCLASSEXW) -> u16 {
    // SAFETY: the caller's extended structure with its wide name, read during the call.
    unsafe {
        register(param0, true, |class| {
            sized(class, class.cbSize)?;
            Ok((wide_name(class.lpszClassName), class.lpfnWndProc, class.cbWndExtra))
        })
    }
}

/// `ATOM RegisterClassExA(const WNDCLASSEXA *)`
///
/// As [`RegisterClassExW`].
///
/// # Safety
///
/// As [`RegisterClassW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn RegisterClassExA(param0: *const WNDCLASSEXA) -> u16 {
    // SAFETY: the caller's extended structure with its name, which is copied here.
    unsafe {
        register(param0, false, |class| {
            sized(class, class.cbSize)?;
            Ok((narrow_name(class.lpszClassName), class.lpfnWndProc, class.cbWndExtra))
        })
    }
}

/// `BOOL UnregisterClassW(LPCWSTR lpClassName, HINSTANCE hInstance)`
///
/// 1411: there is no such class; 1412: it has windows.
///
/// # Safety
///
/// `lpclassname` is an atom or a wide C string valid during the call.
pub unsafe extern "system" fn UnregisterClassW(lpclassname: PCWSTR, _hinst: HINSTANCE) -> BOOL {
    // SAFETY: the caller's name or atom, used during the call.
    finish_bool(window::unregister(&unsafe { wide_name(lpclassname) }))
}

/// `BOOL UnregisterClassA(LPCSTR lpClassName, HINSTANCE hInstance)`
///
/// As [`UnregisterClassW`].
///
/// # Safety
///
/// `lpclassname` is an atom or a C string valid during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn UnregisterClassA(lpclassname: PCSTR, _hinst: HINSTANCE) -> BOOL {
    // SAFETY: the caller's name or atom, which this call alone uses.
    finish_bool(window::unregister(&unsafe { narrow_name(lpclassname) }))
}

fn create(class: &ClassName, told: &CREATESTRUCTW) -> HWND {
    let facts = Facts {
        instance: told.hInstance as usize,
        parent: told.hwndParent as usize,
        id: told.hMenu as usize,
        style: window::full_style(told.style as u32),
        extended_style: told.dwExStyle,
        ..Facts::default()
    };
    let made = window::create(class, facts, std::ptr::from_ref(told) as isize);
    or_zero(made).map_or(0, |window| window as usize) as HWND
}

/// `HWND CreateWindowExW(DWORD dwExStyle, LPCWSTR lpClassName, LPCWSTR lpWindowName, DWORD dwStyle,
/// int X, int Y, int nWidth, int nHeight, HWND hWndParent, HMENU hMenu, HINSTANCE hInstance,
/// LPVOID lpParam)`
///
/// Makes a window of the calling thread; it ends with the thread, or with its parent. Its procedure
/// gets WM_NCCREATE and WM_CREATE and may refuse, then WM_SHOWWINDOW with WS_VISIBLE; there is no
/// display, so it has no place and is never drawn (S7.15). NULL: 1407, no such class; 1400, the
/// parent is none; 1406, a child without one.
///
/// # Safety
///
/// The names are valid during the call; `lpparam` is the procedure's.
#[allow(clippy::too_many_arguments, reason = "the SDK's signature")]
pub unsafe extern "system" fn CreateWindowExW(
    dwexstyle: WINDOW_EX_STYLE,
    lpclassname: PCWSTR,
    lpwindowname: PCWSTR,
    dwstyle: WINDOW_STYLE,
    x: i32,
    y: i32,
    nwidth: i32,
    nheight: i32,
    hwndparent: HWND,
    hmenu: HMENU,
    hinstance: HINSTANCE,
    lpparam: *const core::ffi::c_void,
) -> HWND {
    let told = CREATESTRUCTW {
        lpCreateParams: lpparam.cast_mut(),
        hInstance: hinstance,
        hMenu: hmenu,
        hwndParent: hwndparent,
        cy: nheight,
        cx: nwidth,
        y,
        x,
        style: dwstyle as i32,
        lpszName: lpwindowname,
        lpszClass: lpclassname,
        dwExStyle: dwexstyle,
    };
    // SAFETY: the caller's class name or atom, read during the call.
    create(&unsafe { wide_name(lpclassname) }, &told)
}

/// `HWND CreateWindowExA(DWORD dwExStyle, LPCSTR lpClassName, LPCSTR lpWindowName, DWORD dwStyle,
/// int X, int Y, int nWidth, int nHeight, HWND hWndParent, HMENU hMenu, HINSTANCE hInstance,
/// LPVOID lpParam)`
///
/// As [`CreateWindowExW`].
///
/// # Safety
///
/// As [`CreateWindowExW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
#[allow(clippy::too_many_arguments, reason = "the SDK's signature")]
pub unsafe extern "system" fn CreateWindowExA(
    dwexstyle: WINDOW_EX_STYLE,
    lpclassname: PCSTR,
    lpwindowname: PCSTR,
    dwstyle: WINDOW_STYLE,
    x: i32,
    y: i32,
    nwidth: i32,
    nheight: i32,
    hwndparent: HWND,
    hmenu: HMENU,
    hinstance: HINSTANCE,
    lpparam: *const core::ffi::c_void,
) -> HWND {
    // A CREATESTRUCTA has the same layout; its procedure knows which names it gets.
    let told = CREATESTRUCTW {
        lpCreateParams: lpparam.cast_mut(),
        hInstance: hinstance,
        hMenu: hmenu,
        hwndParent: hwndparent,
        cy: nheight,
        cx: nwidth,
        y,
        x,
        style: dwstyle as i32,
        lpszName: lpwindowname.cast(),
        lpszClass: lpclassname.cast(),
        dwExStyle: dwexstyle,
    };
    // SAFETY: the caller's narrow class name or atom, read during the call.
    create(&unsafe { narrow_name(lpclassname) }, &told)
}

/// `BOOL DestroyWindow(HWND hWnd)`
///
/// The procedure gets WM_DESTROY and WM_NCDESTROY; what is queued for the window is dropped. 1400:
/// no window; 5: another thread's.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DestroyWindow(hwnd: HWND) -> BOOL {
    finish_bool(window::window(hwnd as usize).and_then(|window| window.destroy()))
}

/// `BOOL IsWindow(HWND hWnd)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn IsWindow(hwnd: HWND) -> BOOL {
    finish_bool(window::window(hwnd as usize).map(drop))
}

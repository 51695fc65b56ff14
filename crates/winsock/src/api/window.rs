//! Window classes and message-only windows.

use std::sync::atomic::Ordering;

use windows_sys::Win32::Foundation::{HINSTANCE, HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTW, GWLP_USERDATA, HMENU, HWND_MESSAGE, WINDOW_EX_STYLE, WINDOW_LONG_PTR_INDEX,
    WINDOW_STYLE, WM_CLOSE, WM_NCCREATE, WNDCLASSA, WNDCLASSEXA, WNDCLASSEXW, WNDCLASSW, WNDPROC,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::finish_bool;
use super::names::{narrow_in, wide_in};
use crate::error::{Error, set_last_error};
use crate::window::{self, ClassName};

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

/// Registers the name and the procedure that `read` finds in the caller's structure.
///
/// # Safety
///
/// `class` is null or valid during the call.
unsafe fn register<C>(
    class: *const C,
    read: impl FnOnce(&C) -> Result<(ClassName, WNDPROC), Error>,
) -> u16 {
    // SAFETY: the caller's structure, which nobody changes during the call.
    let class = unsafe { class.as_ref() }.ok_or(Error::NO_ACCESS);
    or_zero(class.and_then(read).and_then(|found| match found {
        (ClassName::Name(name), Some(procedure)) => window::register(&name, procedure),
        _ => Err(Error::INVALID_PARAMETER),
    }))
}

/// Whether the structure says its own size in `cbSize`.
fn sized<C>(_class: &C, size: u32) -> Result<(), Error> {
    if size as usize == size_of::<C>() { Ok(()) } else { Err(Error::INVALID_PARAMETER) }
}

/// `ATOM RegisterClassW(const WNDCLASSW *lpWndClass)`
///
/// Only the name and the procedure count: nothing is ever shown. The class' atom, or 0: 1410, there
/// is one of that name.
///
/// # Safety
///
/// `lpwndclass` and its name are valid during the call; its procedure takes messages as long as
/// there are windows of this class.
pub unsafe extern "system" fn RegisterClassW(lpwndclass: *const WNDCLASSW) -> u16 {
    // SAFETY: the caller's structure and the wide name in it, read during the call.
    unsafe { register(lpwndclass, |class| Ok((wide_name(class.lpszClassName), class.lpfnWndProc))) }
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
        register(lpwndclass, |class| Ok((narrow_name(class.lpszClassName), class.lpfnWndProc)))
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
        register(param0, |class| {
            sized(class, class.cbSize)?;
            Ok((wide_name(class.lpszClassName), class.lpfnWndProc))
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
        register(param0, |class| {
            sized(class, class.cbSize)?;
            Ok((narrow_name(class.lpszClassName), class.lpfnWndProc))
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
    let made = match told.hwndParent == HWND_MESSAGE {
        true => window::create(class, std::ptr::from_ref(told) as isize),
        false => Err(Error::NOT_SUPPORTED),
    };
    or_zero(made).map_or(0, |window| window as usize) as HWND
}

/// `HWND CreateWindowExW(DWORD dwExStyle, LPCWSTR lpClassName, LPCWSTR lpWindowName, DWORD dwStyle,
/// int X, int Y, int nWidth, int nHeight, HWND hWndParent, HMENU hMenu, HINSTANCE hInstance,
/// LPVOID lpParam)`
///
/// Makes a message-only window of the calling thread; it ends with the thread. Its procedure gets
/// WM_NCCREATE and WM_CREATE and may refuse. NULL: 1407, no such class; 50, the parent is not
/// HWND_MESSAGE: there is no display.
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

/// `LRESULT DefWindowProcW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// WM_NCCREATE: go on. WM_CLOSE: DestroyWindow. Everything else: 0.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DefWindowProcW(
    hwnd: HWND,
    msg: u32,
    _wparam: WPARAM,
    _lparam: LPARAM,
) -> LRESULT {
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

/// `LRESULT DefWindowProcA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// As [`DefWindowProcW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DefWindowProcA(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: values only; the wide form reads no memory.
    unsafe { DefWindowProcW(hwnd, msg, wparam, lparam) }
}

/// `LONG_PTR GetWindowLongPtrW(HWND hWnd, int nIndex)`
///
/// GWLP_USERDATA only; other indices: 0, 1413.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetWindowLongPtrW(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
) -> isize {
    or_zero(window::window(hwnd as usize).and_then(|window| match nindex {
        GWLP_USERDATA => Ok(window.user_data.load(Ordering::Relaxed)),
        _ => Err(Error::INVALID_INDEX),
    }))
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
    // SAFETY: two values, as in the wide form.
    unsafe { GetWindowLongPtrW(hwnd, nindex) }
}

/// `LONG_PTR SetWindowLongPtrW(HWND hWnd, int nIndex, LONG_PTR dwNewLong)`
///
/// The value before. GWLP_USERDATA only; other indices: 0, 1413.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongPtrW(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: isize,
) -> isize {
    or_zero(window::window(hwnd as usize).and_then(|window| match nindex {
        GWLP_USERDATA => Ok(window.user_data.swap(dwnewlong, Ordering::Relaxed)),
        _ => Err(Error::INVALID_INDEX),
    }))
}

/// `LONG_PTR SetWindowLongPtrA(HWND hWnd, int nIndex, LONG_PTR dwNewLong)`
///
/// As [`SetWindowLongPtrW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetWindowLongPtrA(
    hwnd: HWND,
    nindex: WINDOW_LONG_PTR_INDEX,
    dwnewlong: isize,
) -> isize {
    // SAFETY: three values, as in the wide form.
    unsafe { SetWindowLongPtrW(hwnd, nindex, dwnewlong) }
}

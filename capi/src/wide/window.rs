//! Windows whose texts are of wchar_t: their classes, their titles, and what they do of themselves.
//!
//! # Safety
//!
//! Texts that come in are null or end with a null; what a message points to is its sender's, valid
//! until the answer; everything else is as the engine's door says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::{Error, set_last_error};
use engine::linux::{set_window_text, window_text};
use windows_sys::Win32::Foundation::{HINSTANCE, HWND};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTW, HMENU, WM_GETTEXT, WM_GETTEXTLENGTH, WM_NCCREATE, WM_SETTEXT, WNDCLASSEXW,
    WNDCLASSW,
};

use super::Name;
use crate::text::{Character, Wide, read, write_cut};

/// `ATOM RegisterClassW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterClassW(class: *const WNDCLASSW) -> u16 {
    let Some(class) = (unsafe { class.as_ref() }) else {
        return unsafe { engine::RegisterClassW(class) };
    };
    let name = unsafe { Name::of(class.lpszClassName.cast()) };
    let menu = std::ptr::null();
    let class = WNDCLASSW { lpszClassName: name.as_ptr(), lpszMenuName: menu, ..*class };
    unsafe { engine::RegisterClassW(&class) }
}

/// `ATOM RegisterClassExW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterClassExW(class: *const WNDCLASSEXW) -> u16 {
    let Some(class) = (unsafe { class.as_ref() }) else {
        return unsafe { engine::RegisterClassExW(class) };
    };
    let name = unsafe { Name::of(class.lpszClassName.cast()) };
    let menu = std::ptr::null();
    let class = WNDCLASSEXW { lpszClassName: name.as_ptr(), lpszMenuName: menu, ..*class };
    unsafe { engine::RegisterClassExW(&class) }
}

/// A class' name, or its atom, which is a small number in a pointer.
enum Class {
    Name(Name),
    Atom(*const u16),
}

impl Class {
    unsafe fn of(class: *const Wide) -> Self {
        match class as usize {
            ..0x1_0000 => Self::Atom(class.cast()),
            _ => Self::Name(unsafe { Name::of(class) }),
        }
    }

    fn as_ptr(&self) -> *const u16 {
        match self {
            Self::Name(name) => name.as_ptr(),
            Self::Atom(atom) => *atom,
        }
    }
}

/// `BOOL UnregisterClassW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UnregisterClassW(class: *const Wide, instance: HINSTANCE) -> i32 {
    unsafe { engine::UnregisterClassW(Class::of(class).as_ptr(), instance) }
}

/// `HWND CreateWindowExW(…)`: see the engine's. The title in the CREATESTRUCTW that the window's
/// procedure gets is the caller's; the class is named there by UTF-16.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateWindowExW(
    extended: u32,
    class: *const Wide,
    name: *const Wide,
    style: u32,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    parent: HWND,
    menu: HMENU,
    instance: HINSTANCE,
    parameter: *const c_void,
) -> HWND {
    let class_text = unsafe { Class::of(class) };
    // The engine hands the title on to the procedure: the program's, or DefWindowProcW here.
    let (class, name) = (class_text.as_ptr(), name.cast());
    unsafe {
        engine::CreateWindowExW(
            extended, class, name, style, x, y, width, height, parent, menu, instance, parameter,
        )
    }
}

unsafe fn take_title(window: HWND, text: *const Wide) -> Result<isize, Error> {
    set_window_text(window, unsafe { read(text) }.unwrap_or_default())?;
    Ok(1)
}

unsafe fn give_title(window: HWND, to: *mut Wide, room: usize) -> Result<isize, Error> {
    let text = window_text(window)?;
    match to.is_null() || room == 0 {
        true => Ok(0),
        false => Ok(unsafe { write_cut(&text, to, room) } as isize),
    }
}

fn title_length(window: HWND) -> Result<isize, Error> {
    Ok(Wide::encode(&window_text(window)?).len() as isize)
}

/// `LRESULT DefWindowProcW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DefWindowProcW(
    window: HWND,
    message: u32,
    word: usize,
    long: isize,
) -> isize {
    let done = match message {
        WM_NCCREATE => {
            let told = unsafe { (long as *const CREATESTRUCTW).as_ref() };
            let name = told.map_or(std::ptr::null(), |told| told.lpszName);
            unsafe { take_title(window, name.cast()) }
        }
        WM_SETTEXT => unsafe { take_title(window, long as *const Wide) },
        WM_GETTEXT => unsafe { give_title(window, long as *mut Wide, word) },
        WM_GETTEXTLENGTH => title_length(window),
        _ => Ok(unsafe { engine::DefWindowProcW(window, message, word, long) }),
    };
    done.unwrap_or_default()
}

/// By a message, if the window's procedure gets wide texts, else without.
fn ask(
    window: HWND,
    message: u32,
    word: usize,
    long: isize,
    itself: impl FnOnce() -> Result<isize, Error>,
) -> isize {
    if unsafe { engine::IsWindowUnicode(window) } != 0 {
        return unsafe { engine::SendMessageW(window, message, word, long) };
    }
    itself().unwrap_or_else(|error| {
        set_last_error(error.0);
        0
    })
}

/// `BOOL SetWindowTextW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetWindowTextW(window: HWND, text: *const Wide) -> i32 {
    let itself = || unsafe { take_title(window, text) };
    i32::from(ask(window, WM_SETTEXT, 0, text as isize, itself) != 0)
}

/// `int GetWindowTextW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetWindowTextW(window: HWND, to: *mut Wide, room: i32) -> i32 {
    let room = room.max(0) as usize;
    let itself = || unsafe { give_title(window, to, room) };
    ask(window, WM_GETTEXT, room, to as isize, itself) as i32
}

/// `int GetWindowTextLengthW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetWindowTextLengthW(window: HWND) -> i32 {
    ask(window, WM_GETTEXTLENGTH, 0, 0, || title_length(window)) as i32
}

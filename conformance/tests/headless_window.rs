//! Ordinary windows of a process that has no display (S7.15).
//!
//! # Safety
//!
//! Structures are locals, used during the call; handles are values. Procedures keep nothing.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::cell::RefCell;
use std::ptr::{null, null_mut};

use conformance::{register_class, wide, win32_call, wine_differs};
use overlapped::sys::*;

const NO_WINDOW: HWND = null_mut();
const WM_SETTEXT: u32 = 0xC;
const WM_SHOWWINDOW: u32 = 0x18;
const WM_TIMER: u32 = 0x113;
const SW_HIDE: i32 = 0;
const SW_SHOW: i32 = 5;
const WS_CHILD: u32 = 0x4000_0000;

thread_local! {
    static TOLD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Notes what it is told.
unsafe extern "system" fn note(window: HWND, message: u32, word: WPARAM, long: LPARAM) -> LRESULT {
    TOLD.with_borrow_mut(|told| told.push(message));
    unsafe { DefWindowProcW(window, message, word, long) }
}

fn told(message: u32) -> usize {
    TOLD.with_borrow(|told| told.iter().filter(|&&one| one == message).count())
}

fn window(class: &str, title: &str, style: u32, parent: HWND) -> Result<HWND, u32> {
    let (class, title, nothing) = (wide(class), wide(title), null_mut());
    win32_call(null_mut(), || unsafe {
        let (name, title) = (class.as_ptr(), title.as_ptr());
        CreateWindowExW(0, name, title, style, 0, 0, 90, 90, parent, nothing, nothing, null())
    })
}

/// S7.15: it is shown and hidden, and told so when that changes something.
#[test]
fn a_window_that_nobody_sees_is_shown_and_hidden() {
    wine_differs!("S7.15", "UpdateWindow of a window that is gone succeeds");
    register_class("Shown", Some(note)).unwrap();
    let window = window("Shown", "", 0, NO_WINDOW).unwrap();
    unsafe {
        assert_eq!((IsWindowVisible(window), ShowWindow(window, SW_SHOW)), (0, 0));
        assert_eq!((IsWindowVisible(window), ShowWindow(window, SW_SHOW)), (1, 1));
        assert_eq!(told(WM_SHOWWINDOW), 1);
        assert_eq!((UpdateWindow(window), ShowWindow(window, SW_HIDE)), (1, 1));
        assert_eq!((told(WM_SHOWWINDOW), IsWindowVisible(window)), (2, 0));
        assert_eq!((EnableWindow(window, 0), IsWindowEnabled(window)), (0, 0));
        assert_eq!((EnableWindow(window, 1), IsWindowEnabled(window)), (1, 1));
        assert_eq!(DestroyWindow(window), 1);
    }
    assert_eq!(win32_call(0, || unsafe { UpdateWindow(window) }), Err(1400));
}

/// S7.15: it has the title it was made with, until it is told another.
#[test]
fn a_window_that_nobody_sees_has_a_title() {
    register_class("Titled", Some(note)).unwrap();
    let window = window("Titled", "hello", 0, NO_WINDOW).unwrap();
    let mut text = [0xAAAA; 8];
    unsafe {
        assert_eq!(GetWindowTextLengthW(window), 5);
        assert_eq!(GetWindowTextW(window, text.as_mut_ptr(), 4), 3);
        assert_eq!(text[..5], [wide("hel"), vec![0xAAAA]].concat());
        assert_eq!(SetWindowTextW(window, wide("there").as_ptr()), 1);
        assert_eq!((told(WM_SETTEXT), GetWindowTextLengthA(window)), (1, 5));
        assert_eq!(DestroyWindow(window), 1);
    }
}

/// S7.15: a child wants a parent, is seen no sooner than that, and ends with it.
#[test]
fn a_child_ends_with_its_parent() {
    register_class("Family", Some(note)).unwrap();
    assert_eq!(window("Family", "", WS_CHILD, NO_WINDOW), Err(1406));
    let parent = window("Family", "", 0, NO_WINDOW).unwrap();
    let child = window("Family", "", WS_CHILD, parent).unwrap();
    unsafe {
        assert_eq!((GetParent(child), GetParent(parent)), (parent, NO_WINDOW));
        assert_eq!((ShowWindow(child, SW_SHOW), IsWindowVisible(child)), (0, 0));
        assert_eq!((ShowWindow(parent, SW_SHOW), IsWindowVisible(child)), (0, 1));
        assert_eq!(DestroyWindow(parent), 1);
        assert_eq!((IsWindow(child), told(WM_DESTROY)), (0, 2));
    }
}

/// S7.15: WM_TIMER comes again and again, behind what is posted, until the timer is killed.
#[test]
fn a_timer_tells_the_thread() {
    let number = win32_call(0, || unsafe { SetTimer(NO_WINDOW, 0, 10, None) }).unwrap();
    let mut message: MSG = unsafe { std::mem::zeroed() };
    for _ in 0..2 {
        assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
        assert_eq!((message.message, message.wParam), (WM_TIMER, number));
    }
    assert_eq!(win32_call(0, || unsafe { KillTimer(NO_WINDOW, number) }), Ok(1));
    assert!(win32_call(0, || unsafe { KillTimer(NO_WINDOW, number) }).is_err());
}

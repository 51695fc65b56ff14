//! The small message queue behind WSAAsyncSelect: classes, message-only windows, messages and the
//! waits for them (S7.4, S7.13, S7.14).
//!
//! # Safety
//!
//! Structures are locals, used during the call; handles are values. Procedures keep nothing.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::cell::RefCell;
use std::ptr::{null, null_mut};

use conformance::{
    Event, MessageWindow, PATIENCE_MS, create_window, register_class, win32_call, wine_differs,
};
use overlapped::sys::*;

const NO_WINDOW: HWND = null_mut();

thread_local! {
    static TOLD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Notes what it is told; destroys its window at WM_USER + 9.
unsafe extern "system" fn note(window: HWND, message: u32, word: WPARAM, long: LPARAM) -> LRESULT {
    TOLD.with_borrow_mut(|told| told.push(message));
    match message {
        WM_NCCREATE | WM_CREATE if unsafe { (*(long as *const CREATESTRUCTW)).cx } != 0 => 0,
        _ if message == WM_USER + 9 => unsafe { DestroyWindow(window) as LRESULT },
        _ if message == WM_USER + 5 => word as LRESULT + long,
        _ => unsafe { DefWindowProcW(window, message, word, long) },
    }
}

fn empty() -> MSG {
    let mut message: MSG = unsafe { std::mem::zeroed() };
    (message.message, message.wParam) = (0xDEAD, 0xDEAD);
    message
}

/// PeekMessage with PM_REMOVE: the number and wParam of what came.
fn peek(window: HWND) -> Option<(u32, usize)> {
    let mut message = empty();
    let any = unsafe { PeekMessageW(&mut message, window, 0, 0, PM_REMOVE) };
    (any != 0).then_some((message.message, message.wParam))
}

fn post(window: HWND, number: u32, word: usize) -> Result<i32, u32> {
    win32_call(0, || unsafe { PostMessageW(window, number, word, 0) })
}

/// S7.13: a class is registered once, whatever the case of its name.
#[test]
fn class_is_registered_once() {
    wine_differs!("S7.13", "says 1411 of an unknown class");
    let atom = register_class("OnlyOnce", Some(note)).unwrap();
    assert!(atom >= 0xC000);
    let exists = 1410;
    assert_eq!(register_class("onlyONCE", Some(note)), Err(exists));
    let missing = 1407;
    assert_eq!(create_window("NoSuchClass", HWND_MESSAGE), Err(missing));
    let window = create_window("ONLYONCE", HWND_MESSAGE).unwrap();
    assert_eq!(unsafe { IsWindow(window) }, 1);
    let by_atom = unsafe {
        let nothing = null_mut();
        let name = atom as usize as *const u16;
        CreateWindowExW(0, name, null(), 0, 0, 0, 0, 0, HWND_MESSAGE, nothing, nothing, null())
    };
    assert!(!by_atom.is_null());
}

/// S7.13: a window's procedure is told of its birth and of its end; afterwards the handle is none.
#[test]
fn window_is_told_of_its_birth_and_its_end() {
    wine_differs!("S7.13", "says 5 of a destroyed window");
    register_class("Life", Some(note)).unwrap();
    let window = create_window("Life", HWND_MESSAGE).unwrap();
    let told = TOLD.take();
    let born = told.iter().filter(|&&message| message == WM_NCCREATE || message == WM_CREATE);
    assert_eq!(born.collect::<Vec<_>>(), [&WM_NCCREATE, &WM_CREATE]);
    assert_eq!(unsafe { DestroyWindow(window) }, 1);
    let told = TOLD.take();
    assert_eq!(told.iter().filter(|&&message| message == WM_DESTROY).count(), 1);
    assert_eq!(told.last(), Some(&WM_NCDESTROY));
    let invalid = 1400;
    assert_eq!(win32_call(0, || unsafe { DestroyWindow(window) }), Err(invalid));
    assert_eq!(post(window, WM_USER, 0), Err(invalid));
}

/// S7.13: only its own thread can destroy a window.
#[test]
fn another_thread_cannot_destroy_a_window() {
    let window = MessageWindow::default();
    let raw = window.raw() as usize;
    let destroy = move || win32_call(0, || unsafe { DestroyWindow(raw as HWND) });
    let denied = 5;
    assert_eq!(std::thread::spawn(destroy).join().unwrap(), Err(denied));
    assert_eq!(unsafe { IsWindow(window.raw()) }, 1);
}

/// S7.13: messages come in order; a filter takes some and leaves the others.
#[test]
fn messages_come_in_order() {
    let (one, other) = (MessageWindow::default(), MessageWindow::default());
    for (window, number) in [(&one, 1), (&other, 2), (&one, 3), (&one, 4)] {
        assert!(post(window.raw(), WM_USER + number, number as usize).is_ok());
    }
    let mut message = empty();
    let kept = unsafe { PeekMessageW(&mut message, other.raw(), 0, 0, PM_NOREMOVE) };
    assert_eq!((kept, message.message, message.hwnd), (1, WM_USER + 2, other.raw()));
    let some = WM_USER + 3;
    let taken = unsafe { PeekMessageW(&mut message, NO_WINDOW, some, some, PM_REMOVE) };
    assert_eq!((taken, message.message), (1, some));
    let rest: Vec<_> = std::iter::from_fn(|| peek(NO_WINDOW)).collect();
    assert_eq!(rest, [(WM_USER + 1, 1), (WM_USER + 2, 2), (WM_USER + 4, 4)]);
}

/// S7.13: DispatchMessage calls the procedure, SendMessage does so at once; both give its answer.
#[test]
fn procedures_are_called() {
    register_class("Called", Some(note)).unwrap();
    let window = create_window("Called", HWND_MESSAGE).unwrap();
    assert_eq!(unsafe { SendMessageW(window, WM_USER + 5, 40, 2) }, 42);
    assert!(post(window, WM_USER + 5, 7).is_ok());
    let mut message = empty();
    assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
    assert_eq!(unsafe { TranslateMessage(&message) }, 0);
    assert_eq!(unsafe { DispatchMessageW(&message) }, 7);
    assert_eq!(unsafe { DestroyWindow(window) }, 1);
    assert_eq!(unsafe { DispatchMessageW(&message) }, 0);
}

/// S7.13: a procedure may destroy its window while messages are queued: they are gone with it.
#[test]
fn procedure_destroys_its_window_while_messages_are_queued() {
    register_class("Suicidal", Some(note)).unwrap();
    let window = create_window("Suicidal", HWND_MESSAGE).unwrap();
    for number in [9, 1, 2] {
        assert!(post(window, WM_USER + number, 0).is_ok());
    }
    let mut message = empty();
    assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
    assert_eq!(unsafe { DispatchMessageW(&message) }, 1);
    assert_eq!(peek(NO_WINDOW), None);
    assert!(!TOLD.take().contains(&(WM_USER + 1)));
}

/// S7.13: what another thread sends is answered when the window's thread asks for messages.
#[test]
fn sent_messages_are_answered_by_the_windows_thread() {
    register_class("Sent", Some(note)).unwrap();
    let window = create_window("Sent", HWND_MESSAGE).unwrap();
    let raw = window as usize;
    let sender = std::thread::spawn(move || unsafe {
        let answer = SendMessageW(raw as HWND, WM_USER + 5, 20, 3);
        PostMessageW(raw as HWND, WM_USER, 0, 0);
        answer
    });
    let mut message = empty();
    assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
    assert_eq!((message.message, sender.join().unwrap()), (WM_USER, 23));
}

/// S7.13: PostQuitMessage: GetMessage returns 0, but not before the other messages.
#[test]
fn quit_comes_last() {
    unsafe { PostQuitMessage(77) };
    assert!(post(NO_WINDOW, WM_USER, 1).is_ok());
    let mut message = empty();
    assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
    assert_eq!((message.hwnd, message.message), (NO_WINDOW, WM_USER));
    assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 0);
    assert_eq!((message.message, message.wParam), (WM_QUIT, 77));
    assert_eq!(peek(NO_WINDOW), None);
}

/// S7.13: a thread without a queue cannot be posted to; one with a queue can, and is woken.
#[test]
fn messages_to_a_thread() {
    wine_differs!("S7.13", "says 87 of a thread that has ended");
    let (ready, waiting) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        peek(NO_WINDOW); // from here on it has a queue
        ready.send(unsafe { GetCurrentThreadId() }).unwrap();
        let mut message = empty();
        assert_eq!(unsafe { GetMessageW(&mut message, NO_WINDOW, 0, 0) }, 1);
        (message.message, message.wParam, message.lParam)
    });
    let id = waiting.recv().unwrap();
    assert_eq!(unsafe { PostThreadMessageW(id, WM_USER, 5, 6) }, 1);
    assert_eq!(thread.join().unwrap(), (WM_USER, 5, 6));
    let gone = 1444;
    assert_eq!(win32_call(0, || unsafe { PostThreadMessageW(id, WM_USER, 5, 6) }), Err(gone));
}

/// S7.13: a filter's window must be one: -1 and 1400.
#[test]
fn filter_wants_a_window() {
    let destroyed = MessageWindow::default().raw();
    let mut message = empty();
    let asked = win32_call(-1, || unsafe { GetMessageW(&mut message, destroyed, 0, 0) });
    assert_eq!(asked, Err(1400));
}

/// S7.13: GWLP_USERDATA keeps a value for the window.
#[test]
fn user_data_is_kept() {
    let window = MessageWindow::default();
    unsafe {
        assert_eq!(SetWindowLongPtrW(window.raw(), GWLP_USERDATA, 0x1234_5678_9ABC), 0);
        assert_eq!(GetWindowLongPtrW(window.raw(), GWLP_USERDATA), 0x1234_5678_9ABC);
        assert_eq!(SetWindowLongPtrW(window.raw(), GWLP_USERDATA, 1), 0x1234_5678_9ABC);
    }
    assert_eq!(win32_call(0, || unsafe { GetWindowLongPtrW(NO_WINDOW, GWLP_USERDATA) }), Err(1400));
}

fn message_wait(handles: &[HANDLE], flags: u32, timeout_ms: u32) -> u32 {
    let count = handles.len() as u32;
    let (at, mask) = (handles.as_ptr(), QS_ALLINPUT);
    unsafe { MsgWaitForMultipleObjectsEx(count, at, timeout_ms, mask, flags) }
}

/// S7.13: MsgWaitForMultipleObjectsEx: an object ends it with its index, a message with the count.
#[test]
fn message_wait_ends_with_an_object_or_a_message() {
    let (event, window) = (Event::auto(), MessageWindow::default());
    let handles = [event.handle()];
    assert_eq!(message_wait(&handles, 0, 0), WAIT_TIMEOUT);
    event.set();
    assert_eq!(message_wait(&handles, 0, PATIENCE_MS), WAIT_OBJECT_0);
    let raw = window.raw() as usize;
    let poster = std::thread::spawn(move || post(raw as HWND, WM_USER, 3));
    assert_eq!(message_wait(&handles, 0, PATIENCE_MS), WAIT_OBJECT_0 + 1);
    assert!(poster.join().unwrap().is_ok());
    assert_eq!(peek(window.raw()), Some((WM_USER, 3)));
    assert_eq!(message_wait(&handles, 0, 0), WAIT_TIMEOUT);
}

/// S7.13: it waits for new messages: those a look has passed over end it only with
/// MWMO_INPUTAVAILABLE.
#[test]
fn message_wait_wants_new_messages() {
    let window = MessageWindow::default();
    for number in 1..=2 {
        assert!(post(window.raw(), WM_USER + number, 0).is_ok());
    }
    assert_eq!(peek(window.raw()), Some((WM_USER + 1, 0)));
    assert_eq!(message_wait(&[], 0, 0), WAIT_TIMEOUT);
    assert_eq!(message_wait(&[], MWMO_INPUTAVAILABLE, PATIENCE_MS), WAIT_OBJECT_0);
    assert_eq!(peek(window.raw()), Some((WM_USER + 2, 0)));
    assert_eq!(message_wait(&[], MWMO_INPUTAVAILABLE, 0), WAIT_TIMEOUT);
}

/// S7.13, S4.3: one place of 64 is the queue's.
#[test]
fn message_wait_takes_63_objects() {
    let event = Event::manual_set();
    let handles = [event.handle(); 64];
    assert_eq!(message_wait(&handles[..63], 0, 0), WAIT_OBJECT_0);
    let failed = win32_call(WAIT_FAILED, || message_wait(&handles, 0, 0));
    assert_eq!(failed, Err(ERROR_INVALID_PARAMETER));
}

/// S7.14: 10000 messages wait; one more is refused with 1816.
#[test]
fn ten_thousand_messages_wait() {
    wine_differs!("S7.14", "has no limit");
    let window = MessageWindow::default();
    for number in 0..10_000 {
        assert!(post(window.raw(), WM_USER, number).is_ok(), "{number}");
    }
    assert_eq!(post(window.raw(), WM_USER, 0), Err(1816));
    assert_eq!(peek(window.raw()), Some((WM_USER, 0)));
    assert!(post(window.raw(), WM_USER, 0).is_ok());
}

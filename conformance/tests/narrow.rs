//! Functions that differ from a better known one by the letter at their end, or by a prefix: they
//! do the same.
//!
//! # Safety
//!
//! Pointers are to locals and constants, used during the call; handles are values.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};

use conformance::{
    File, MessageWindow, PATIENCE_MS, RawAddress, Socket, V4, call, read_now, wait_for, win32_call,
};
use overlapped::sys::*;

/// S4.1, S4.16: narrow names make the same objects.
#[test]
fn objects_are_made_by_narrow_names_too() {
    unsafe {
        let event = CreateEventA(null(), 1, 1, null());
        let mutex = CreateMutexA(null(), 0, null());
        let semaphore = CreateSemaphoreA(null(), 1, 1, null());
        for object in [event, mutex, semaphore] {
            assert_eq!(wait_for(object, 0), Ok(WAIT_OBJECT_0));
            assert_eq!(CloseHandle(object), 1);
        }
    }
}

/// S15.1: a file is opened, and removed, by its narrow name.
#[test]
fn a_file_is_opened_by_a_narrow_name() {
    let file = File::of(b"here");
    let path = format!("{}\0", file.path().to_str().unwrap());
    let share = FILE_SHARE_READ | FILE_SHARE_DELETE;
    let opened = win32_call(INVALID_HANDLE_VALUE, || unsafe {
        CreateFileA(path.as_ptr(), GENERIC_READ, share, null(), OPEN_EXISTING, 0, null_mut())
    });
    let opened = opened.unwrap();
    assert_eq!(read_now(opened, 8), Ok(b"here".to_vec()));
    assert_eq!(unsafe { CloseHandle(opened) }, 1);
    let path = file.path().with_extension("gone");
    std::fs::write(&path, b"").unwrap();
    let name = format!("{}\0", path.to_str().unwrap());
    assert_eq!(win32_call(0, || unsafe { DeleteFileA(name.as_ptr()) }), Ok(1));
    let again = win32_call(0, || unsafe { DeleteFileA(name.as_ptr()) });
    assert_eq!(again, Err(ERROR_FILE_NOT_FOUND));
    let name = conformance::wide(path.to_str().unwrap());
    let again = win32_call(0, || unsafe { DeleteFileW(name.as_ptr()) });
    assert_eq!(again, Err(ERROR_FILE_NOT_FOUND));
}

/// S11.12, S1.14: sockets are made, connected, accepted and described by the longer names too.
#[test]
fn sockets_are_made_by_the_longer_names_too() {
    let (listener, address) = Socket::listener(V4);
    let made = call(INVALID_SOCKET, || unsafe {
        WSASocketA(AF_INET.into(), SOCK_STREAM, 0, null(), 0, WSA_FLAG_OVERLAPPED)
    });
    let client = Socket::owning(made.unwrap());
    let to = RawAddress::of(address);
    let connected = call(-1, || unsafe {
        let (name, bytes, none) = (to.as_ptr(), to.length, null_mut());
        WSAConnect(client.raw(), name, bytes, null(), none, null(), null())
    });
    assert_eq!(connected, Ok(0));
    let mut from = RawAddress::room();
    let accepted = call(INVALID_SOCKET, || unsafe {
        let (to, bytes) = (from.as_mut_ptr(), &raw mut from.length);
        WSAAccept(listener.raw(), to, bytes, None, 0)
    });
    let server = Socket::owning(accepted.unwrap());
    assert_eq!(from.to_std(), client.name().unwrap());
    let mut info = WSAPROTOCOL_INFOA::default();
    let process = std::process::id();
    let described = call(-1, || unsafe { WSADuplicateSocketA(client.raw(), process, &mut info) });
    assert_eq!((described, info.iProtocol), (Ok(0), IPPROTO_TCP));
    let again = unsafe { WSASocketA(-1, -1, -1, &info, 0, WSA_FLAG_OVERLAPPED) };
    Socket::owning(again).send(b"x", 0).unwrap();
    assert_eq!(server.recv_exactly(1), b"x");
}

/// What a window of the narrow class was sent.
unsafe extern "system" fn procedure(window: HWND, message: u32, w: WPARAM, l: LPARAM) -> LRESULT {
    match message {
        WM_USER => (w as isize) + l,
        _ => unsafe { DefWindowProcA(window, message, w, l) },
    }
}

fn narrow_class(name: &'static std::ffi::CStr, extended: bool) -> Result<u16, u32> {
    win32_call(0, || unsafe {
        let mut class: WNDCLASSEXA = std::mem::zeroed();
        class.cbSize = size_of::<WNDCLASSEXA>() as u32;
        class.lpfnWndProc = Some(procedure);
        class.lpszClassName = name.as_ptr().cast();
        if extended {
            return RegisterClassExA(&class);
        }
        let mut class: WNDCLASSA = std::mem::zeroed();
        class.lpfnWndProc = Some(procedure);
        class.lpszClassName = name.as_ptr().cast();
        RegisterClassA(&class)
    })
}

fn narrow_window(class: &std::ffi::CStr) -> Result<HWND, u32> {
    let (none, at) = (null_mut(), null());
    win32_call(null_mut(), || unsafe {
        let (class, parent) = (class.as_ptr().cast(), HWND_MESSAGE);
        CreateWindowExA(0, class, null(), 0, 0, 0, 0, 0, parent, none, none, at)
    })
}

/// S7.13: a class and a window with narrow names, and the messages that go there.
#[test]
fn windows_have_narrow_names_too() {
    for (name, extended) in [(c"Narrow", false), (c"NarrowToo", true)] {
        narrow_class(name, extended).unwrap();
        let window = narrow_window(name).unwrap();
        unsafe {
            assert_eq!(SendMessageA(window, WM_USER, 40, 2), 42);
            SetWindowLongPtrA(window, GWLP_USERDATA, 77);
            assert_eq!(GetWindowLongPtrA(window, GWLP_USERDATA), 77);
            assert_eq!(PostMessageA(window, WM_USER, 1, 2), 1);
            let mut message: MSG = std::mem::zeroed();
            assert_eq!(PeekMessageA(&mut message, window, 0, 0, PM_NOREMOVE), 1);
            assert_eq!(GetMessageA(&mut message, window, 0, 0), 1);
            assert_eq!((message.message, DispatchMessageA(&message)), (WM_USER, 3));
            assert_eq!(DestroyWindow(window), 1);
            assert_eq!(UnregisterClassA(name.as_ptr().cast(), null_mut()), 1);
        }
        assert!(narrow_window(name).is_err());
    }
}

/// S7.13: RegisterClassW and UnregisterClassW.
#[test]
fn a_class_is_taken_back() {
    let name = conformance::wide("TakenBack");
    unsafe {
        let mut class: WNDCLASSW = std::mem::zeroed();
        class.lpfnWndProc = Some(DefWindowProcW);
        class.lpszClassName = name.as_ptr();
        for _ in 0..2 {
            assert_ne!(win32_call(0, || RegisterClassW(&class)), Err(0));
            let window = conformance::create_window("TakenBack", HWND_MESSAGE).unwrap();
            assert_eq!(DestroyWindow(window), 1);
            assert_eq!(UnregisterClassW(name.as_ptr(), null_mut()), 1);
        }
    }
    assert!(conformance::create_window("TakenBack", HWND_MESSAGE).is_err());
}

/// S7.13: a message posted to the thread ends MsgWaitForMultipleObjects.
#[test]
fn a_thread_message_ends_the_shorter_wait_too() {
    let _window = MessageWindow::default(); // the thread has a queue
    unsafe {
        let me = GetCurrentThreadId();
        assert_eq!(PostThreadMessageA(me, WM_USER + 7, 1, 2), 1);
        let waited = MsgWaitForMultipleObjects(0, null(), 0, PATIENCE_MS, QS_ALLINPUT);
        assert_eq!(waited, WAIT_OBJECT_0);
        let mut message: MSG = std::mem::zeroed();
        assert_eq!(PeekMessageA(&mut message, null_mut(), 0, 0, PM_REMOVE), 1);
        let told = (message.message, message.wParam, message.lParam);
        assert_eq!((message.hwnd.is_null(), told), (true, (WM_USER + 7, 1, 2)));
    }
}

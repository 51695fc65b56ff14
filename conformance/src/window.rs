//! A message-only window of the calling thread, and the messages that come to it.
//!
//! # Safety
//!
//! Names and structures are locals or constants, used during the call; handles are values.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};
use std::sync::Once;

use overlapped::sys::*;

use crate::{Outcome, PATIENCE_MS, Socket, call, startup};

/// How long nothing must come for a test to believe that nothing does.
const QUIET_MS: u32 = 30;
/// The message that windows here ask for.
pub const WM_SOCKET: u32 = WM_USER + 1;

/// A text with its NUL, as wide characters.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Registers a class: its atom, or the error.
pub fn register_class(name: &str, procedure: WNDPROC) -> Result<u16, u32> {
    let name = wide(name);
    let mut class: WNDCLASSEXW = unsafe { std::mem::zeroed() };
    class.cbSize = size_of::<WNDCLASSEXW>() as u32;
    (class.lpfnWndProc, class.lpszClassName) = (procedure, name.as_ptr());
    crate::win32_call(0, || unsafe { RegisterClassExW(&class) })
}

/// Makes a window of this class with this parent.
#[allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]
pub fn create_window(class: &str, parent: HWND) -> Result<HWND, u32> {
    let (class, nothing) = (wide(class), null_mut());
    crate::win32_call(null_mut(), || unsafe {
        let (name, at) = (class.as_ptr(), null());
        CreateWindowExW(0, name, null(), 0, 0, 0, 0, 0, parent, nothing, nothing, at)
    })
}

/// A message-only window, destroyed when dropped.
pub struct MessageWindow(HWND);

impl Drop for MessageWindow {
    fn drop(&mut self) {
        unsafe { DestroyWindow(self.0) };
    }
}

impl Default for MessageWindow {
    fn default() -> Self {
        static REGISTERED: Once = Once::new();
        startup();
        REGISTERED.call_once(|| {
            register_class("Conformance", Some(DefWindowProcW)).expect("the name is free");
        });
        Self(create_window("Conformance", HWND_MESSAGE).expect("no display is needed"))
    }
}

impl MessageWindow {
    /// Its handle.
    pub fn raw(&self) -> HWND {
        self.0
    }

    /// A window to which this is posted of `socket`.
    #[track_caller]
    pub fn of(socket: &Socket, bits: u32) -> Self {
        let window = Self::default();
        assert_eq!(window.select(socket, bits), Ok(()));
        window
    }

    /// WSAAsyncSelect with WM_SOCKET.
    pub fn select(&self, socket: &Socket, bits: u32) -> Outcome<()> {
        async_select(socket, self.0, bits)
    }

    /// The next WM_SOCKET message that comes to it: the socket, the event, its error.
    #[track_caller]
    pub fn next(&self) -> (SOCKET, u32, u32) {
        self.message(PATIENCE_MS).expect("a message was to come")
    }

    /// The next messages are these events of `socket`, without error, in this order.
    #[track_caller]
    pub fn expect(&self, socket: &Socket, events: &[u32]) {
        for &event in events {
            assert_eq!(self.next(), (socket.raw(), event, 0));
        }
    }

    /// The next messages are these events of `socket`, without error, in any order.
    #[track_caller]
    pub fn expect_all(&self, socket: &Socket, events: &[u32]) {
        let mut came: Vec<_> = events.iter().map(|_| self.next()).collect();
        came.sort_unstable();
        assert_eq!(came, events.iter().map(|&bit| (socket.raw(), bit, 0)).collect::<Vec<_>>());
    }

    /// Nothing comes.
    #[track_caller]
    pub fn expect_nothing(&self) {
        // not synchronisation: nothing can be observed when nothing happens
        assert_eq!(self.message(QUIET_MS), None);
    }

    fn message(&self, timeout_ms: u32) -> Option<(SOCKET, u32, u32)> {
        loop {
            let mut message: MSG = unsafe { std::mem::zeroed() };
            let any = unsafe { PeekMessageW(&mut message, self.0, 0, 0, PM_REMOVE) };
            if any != 0 {
                assert_eq!((message.hwnd, message.message), (self.0, WM_SOCKET));
                let long = message.lParam as u32;
                return Some((message.wParam, long & 0xFFFF, long >> 16)); // S7.2
            }
            let (mask, flags) = (QS_ALLINPUT, MWMO_INPUTAVAILABLE);
            let waited = unsafe { MsgWaitForMultipleObjectsEx(0, null(), timeout_ms, mask, flags) };
            if waited == WAIT_TIMEOUT {
                return None;
            }
            assert_eq!(waited, WAIT_OBJECT_0);
        }
    }
}

/// WSAAsyncSelect with WM_SOCKET.
#[allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]
pub fn async_select(socket: &Socket, window: HWND, bits: u32) -> Outcome<()> {
    call(SOCKET_ERROR, || unsafe { WSAAsyncSelect(socket.raw(), window, WM_SOCKET, bits as i32) })
        .map(|returned| assert_eq!(returned, 0))
}

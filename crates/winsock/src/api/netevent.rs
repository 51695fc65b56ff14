//! Network events: recorded for an event object, or posted to a window.

use std::sync::Arc;

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::Networking::WinSock::{SOCKET, WSAEVENT, WSANETWORKEVENTS};

use super::{finish, startup};
use crate::error::Error;
use crate::event::Event;
use crate::handle;
use crate::netevent::Listener;
use crate::window;

fn event(handle: WSAEVENT) -> Result<Option<Arc<Event>>, Error> {
    match handle as usize {
        0 => Ok(None),
        value => handle::event(value).map(Some),
    }
}

/// `int WSAEventSelect(SOCKET s, WSAEVENT hEventObject, long lNetworkEvents)`
///
/// From now on the socket is non-blocking, and `hEventObject` is set when one of the FD_ events
/// happens, or at once if one is recorded or its condition holds (S6.1–S6.24). Events 0 cancel.
/// 10022: events, but no event object. The object stays the caller's (S6.26).
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAEventSelect(
    s: SOCKET,
    heventobject: WSAEVENT,
    lnetworkevents: i32,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        let event = event(heventobject)?;
        match event.is_none() && lnetworkevents != 0 {
            true => Err(Error::INVALID), // S6.2
            false => socket.select_events(event.map(Listener::Event), lnetworkevents as u32),
        }
    }))
}

/// `int WSAEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject,
/// LPWSANETWORKEVENTS lpNetworkEvents)`
///
/// The selected events recorded since the last call, each with its error; `hEventObject`, if
/// given, is reset in the same step (S6.6). Errors of events that did not happen are not written
/// (S6.7).
///
/// # Safety
///
/// `lpnetworkevents` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAEnumNetworkEvents(
    s: SOCKET,
    heventobject: WSAEVENT,
    lpnetworkevents: *mut WSANETWORKEVENTS,
) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        if lpnetworkevents.is_null() {
            return Err(Error::FAULT);
        }
        let (bits, errors) = socket.enumerate_events(event(heventobject)?.as_deref());
        // SAFETY: the caller's structure, valid for writes during the call.
        let out = unsafe { &mut *lpnetworkevents };
        out.lNetworkEvents = bits as i32;
        for (bit, error) in errors.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0) {
            out.iErrorCode[bit] = error.0 as i32;
        }
        Ok(())
    }))
}

/// `int WSAAsyncSelect(SOCKET s, HWND hWnd, unsigned int wMsg, long lEvent)`
///
/// From now on the socket is non-blocking, and `wMsg` is posted to `hWnd` for each of the FD_
/// events that happens, and for each whose condition holds (S7.1–S7.12). Events 0 cancel; what is
/// posted stays (S7.3). 10022: no such window (S7.4).
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAAsyncSelect(s: SOCKET, hwnd: HWND, wmsg: u32, levent: i32) -> i32 {
    finish(startup::check().and_then(|()| {
        let socket = handle::socket(s)?;
        let listener = match levent {
            0 => None,
            _ => {
                let window = window::window(hwnd as usize).map_err(|_| Error::INVALID)?;
                Some(Listener::Window(window, wmsg))
            }
        };
        socket.select_events(listener, levent as u32)
    }))
}

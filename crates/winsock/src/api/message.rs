//! A thread's messages: taking, posting, sending, dispatching them, and waiting for them.

use windows_sys::Win32::Foundation::{HANDLE, HWND, LPARAM, LRESULT, POINT, WAIT_EVENT, WPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    MSG, MSG_WAIT_FOR_MULTIPLE_OBJECTS_EX_FLAGS, MWMO_ALERTABLE, MWMO_INPUTAVAILABLE, MWMO_WAITALL,
    PEEK_MESSAGE_REMOVE_TYPE, PM_REMOVE, QS_ALLINPUT, QS_ALLPOSTMESSAGE, QUEUE_STATUS_FLAGS,
    WM_QUIT,
};
use windows_sys::core::BOOL;

use super::event::{failed, wait_for, waitable};
use super::window::or_zero;
use super::{finish, finish_bool};
use crate::error::Error;
use crate::message::{Filter, Message};
use crate::port::Patience;
use crate::{thread, window};

/// The most objects a wait for messages takes: one place is the queue's.
const WAIT_MAX: u32 = 63;
/// A filter's window: only messages of the thread itself.
const THREAD_ONLY: usize = usize::MAX;

/// The caller's filter; 1400 if its window is none.
fn filter(window: HWND, first: u32, last: u32) -> Result<Filter, Error> {
    let window = match window as usize {
        0 => None,
        THREAD_ONLY => Some(0),
        value => window::window(value).map(|_| Some(value as u32))?,
    };
    let numbers = if (first, last) == (0, 0) { 0..=u32::MAX } else { first..=last };
    Ok(Filter { window, numbers })
}

/// # Safety
///
/// `lpmsg` is null or valid for writes during the call.
unsafe fn next(
    lpmsg: *mut MSG,
    filter: Result<Filter, Error>,
    keep: bool,
    patience: Patience,
) -> Result<Option<Message>, Error> {
    let filter = filter?;
    if lpmsg.is_null() {
        return Err(Error::NO_ACCESS);
    }
    let next = window::next(&filter, keep, patience);
    if let Some(message) = &next {
        let told = MSG {
            hwnd: message.window as usize as HWND,
            message: message.number,
            wParam: message.word,
            lParam: message.long,
            time: message.time_ms,
            pt: POINT { x: 0, y: 0 },
        };
        // SAFETY: the caller's structure, not null, valid for writes during the call.
        unsafe { lpmsg.write(told) };
    }
    Ok(next)
}

/// `BOOL GetMessageW(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax)`
///
/// Waits for a message, and answers what other threads send meanwhile. 0 at WM_QUIT; -1: 1400, the
/// window is none.
///
/// # Safety
///
/// `lpmsg` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetMessageW(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
) -> BOOL {
    let filter = filter(hwnd, wmsgfiltermin, wmsgfiltermax);
    // SAFETY: the caller's structure, as documented above.
    match unsafe { next(lpmsg, filter, false, Patience::Forever) } {
        Ok(message) => BOOL::from(message.is_some_and(|message| message.number != WM_QUIT)),
        Err(error) => finish(Err(error)), // -1, as SOCKET_ERROR is
    }
}

/// `BOOL GetMessageA(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax)`
///
/// As [`GetMessageW`].
///
/// # Safety
///
/// As [`GetMessageW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetMessageA(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
) -> BOOL {
    // SAFETY: the caller's promise for this call is that of the wide form.
    unsafe { GetMessageW(lpmsg, hwnd, wmsgfiltermin, wmsgfiltermax) }
}

/// `BOOL PeekMessageW(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax,
/// UINT wRemoveMsg)`
///
/// As [`GetMessageW`] without waiting; FALSE when there is none. The message stays unless
/// `wRemoveMsg` has PM_REMOVE.
///
/// # Safety
///
/// As [`GetMessageW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PeekMessageW(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
    wremovemsg: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL {
    let filter = filter(hwnd, wmsgfiltermin, wmsgfiltermax);
    let keep = wremovemsg & PM_REMOVE == 0;
    // SAFETY: the caller's structure, valid for writes as documented.
    let next = unsafe { next(lpmsg, filter, keep, Patience::None) };
    BOOL::from(or_zero(next).is_some())
}

/// `BOOL PeekMessageA(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax,
/// UINT wRemoveMsg)`
///
/// As [`PeekMessageW`].
///
/// # Safety
///
/// As [`GetMessageW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PeekMessageA(
    lpmsg: *mut MSG,
    hwnd: HWND,
    wmsgfiltermin: u32,
    wmsgfiltermax: u32,
    wremovemsg: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL {
    // SAFETY: what the caller promises here is what the wide form asks.
    unsafe { PeekMessageW(lpmsg, hwnd, wmsgfiltermin, wmsgfiltermax, wremovemsg) }
}

/// `BOOL PostMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// To a window, or with NULL to the calling thread. 1400: no such window; 1816: 10000 messages
/// wait already (S7.14).
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostMessageW(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    finish_bool(match hwnd.is_null() {
        true => {
            _ = window::own_queue();
            window::post_to_thread(thread::number(), msg, wparam, lparam)
        }
        false => window::window(hwnd as usize).and_then(|window| window.post(msg, wparam, lparam)),
    })
}

/// `BOOL PostMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// As [`PostMessageW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostMessageA(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    // SAFETY: values only; the wide form takes no pointer.
    unsafe { PostMessageW(hwnd, msg, wparam, lparam) }
}

/// `BOOL PostThreadMessageW(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// 1444: there is no such thread, or it has never asked for messages.
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostThreadMessageW(
    idthread: u32,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    finish_bool(window::post_to_thread(idthread, msg, wparam, lparam))
}

/// `BOOL PostThreadMessageA(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// As [`PostThreadMessageW`].
///
/// # Safety
///
/// The arguments are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostThreadMessageA(
    idthread: u32,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    finish_bool(window::post_to_thread(idthread, msg, wparam, lparam))
}

/// `void PostQuitMessage(int nExitCode)`: WM_QUIT for the calling thread, behind all else.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostQuitMessage(nexitcode: i32) {
    window::own_queue().quit(nexitcode);
}

/// `LRESULT SendMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// The answer of the window's procedure, which its own thread calls: at once if it is the calling
/// one, else when it next asks for messages. 0, 1400: no such window.
///
/// # Safety
///
/// What the arguments point to is valid during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SendMessageW(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    or_zero(window::window(hwnd as usize).map(|window| window.send(msg, wparam, lparam)))
}

/// `LRESULT SendMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam)`
///
/// As [`SendMessageW`].
///
/// # Safety
///
/// As [`SendMessageW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SendMessageA(
    hwnd: HWND,
    msg: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise is the same for both forms.
    unsafe { SendMessageW(hwnd, msg, wparam, lparam) }
}

/// `LRESULT DispatchMessageW(const MSG *lpMsg)`
///
/// Calls the procedure of the window the message is for: its answer. 0, 1400: the window is gone.
///
/// # Safety
///
/// `lpmsg` is null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DispatchMessageW(lpmsg: *const MSG) -> LRESULT {
    // SAFETY: the caller's message, copied here before any procedure runs.
    or_zero(match unsafe { lpmsg.as_ref() }.copied() {
        Some(MSG { hwnd, message, wParam, lParam, .. }) => {
            window::dispatch(hwnd as usize, message, wParam, lParam)
        }
        None => Err(Error::NO_ACCESS),
    })
}

/// `LRESULT DispatchMessageA(const MSG *lpMsg)`
///
/// As [`DispatchMessageW`].
///
/// # Safety
///
/// As [`DispatchMessageW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DispatchMessageA(lpmsg: *const MSG) -> LRESULT {
    // SAFETY: the caller's message, valid as the wide form asks.
    unsafe { DispatchMessageW(lpmsg) }
}

/// `BOOL TranslateMessage(const MSG *lpMsg)`: FALSE, for no message comes from a keyboard.
///
/// # Safety
///
/// The pointer is not read.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn TranslateMessage(_lpmsg: *const MSG) -> BOOL {
    0
}

/// `DWORD MsgWaitForMultipleObjectsEx(DWORD nCount, const HANDLE *pHandles, DWORD dwMilliseconds,
/// DWORD dwWakeMask, DWORD dwFlags)`
///
/// As WaitForMultipleObjectsEx, and `nCount` when a message comes that no look has seen, or, with
/// MWMO_INPUTAVAILABLE, when any is there. 87: more than 63 objects.
///
/// # Safety
///
/// The handles are valid for reads of `ncount` elements during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn MsgWaitForMultipleObjectsEx(
    ncount: u32,
    phandles: *const HANDLE,
    dwmilliseconds: u32,
    dwwakemask: QUEUE_STATUS_FLAGS,
    dwflags: MSG_WAIT_FOR_MULTIPLE_OBJECTS_EX_FLAGS,
) -> WAIT_EVENT {
    let known = MWMO_WAITALL | MWMO_ALERTABLE | MWMO_INPUTAVAILABLE;
    let wanting = ncount > 0 && phandles.is_null();
    if ncount > WAIT_MAX || wanting || dwflags & !known != 0 {
        return failed(Error::INVALID_PARAMETER);
    }
    let handles = match ncount {
        0 => &[],
        // SAFETY: the caller's array, valid for reads of `ncount` elements during the call.
        _ => unsafe { std::slice::from_raw_parts(phandles, ncount as usize) },
    };
    let mut objects = match waitable(handles) {
        Ok(objects) => objects,
        Err(error) => return failed(error),
    };
    let (queue, all) = (window::own_queue(), dwflags & MWMO_WAITALL != 0);
    if dwwakemask & (QS_ALLINPUT | QS_ALLPOSTMESSAGE) != 0 {
        if dwflags & MWMO_INPUTAVAILABLE != 0 {
            queue.unsee();
        }
        objects.push(queue.unseen().clone());
    }
    wait_for(&objects, all, dwmilliseconds, dwflags & MWMO_ALERTABLE != 0)
}

/// `DWORD MsgWaitForMultipleObjects(DWORD nCount, const HANDLE *pHandles, BOOL fWaitAll,
/// DWORD dwMilliseconds, DWORD dwWakeMask)`
///
/// As [`MsgWaitForMultipleObjectsEx`].
///
/// # Safety
///
/// As [`MsgWaitForMultipleObjectsEx`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn MsgWaitForMultipleObjects(
    ncount: u32,
    phandles: *const HANDLE,
    fwaitall: BOOL,
    dwmilliseconds: u32,
    dwwakemask: QUEUE_STATUS_FLAGS,
) -> WAIT_EVENT {
    let flags = if fwaitall != 0 { MWMO_WAITALL } else { 0 };
    // SAFETY: the caller's array is valid as the Ex form asks.
    unsafe { MsgWaitForMultipleObjectsEx(ncount, phandles, dwmilliseconds, dwwakemask, flags) }
}

//! The model `WSAAsyncSelect`: what happens on a socket is posted as a message to a window.
//!
//! ```no_run
//! use overlapped::Socket;
//! use overlapped::async_select::{MessageQueue, NetworkEvents};
//!
//! # fn serve(listener: Socket) -> overlapped::Result<()> {
//! let mut queue = MessageQueue::new()?;
//! queue.push(listener, NetworkEvents::ACCEPT)?;
//! while let Some(message) = queue.next(None)? {
//!     if message.event == NetworkEvents::ACCEPT {
//!         let (client, peer) = queue.member(message.key).expect("it is there").accept()?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The window is message-only: it is never shown, needs no display, and its messages come to the
//! thread that made it. An event is posted once, and again only after the call that answers it, as
//! in [`event_select`](mod@crate::event_select), but strictly (S7.6). At most 10000 messages wait
//! for a thread, and what is more is lost (S7.14): that bounds the sockets of a window.
//!
//! # Safety
//!
//! The window is the queue's own and stays in its thread; messages are values.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::collections::BTreeMap;
use std::fmt;
use std::mem::zeroed;
use std::ptr::{null, null_mut};
use std::sync::Once;
use std::time::{Duration, Instant};

pub use crate::event_select::NetworkEvents;

use crate::error::{Error, Result};
use crate::port::milliseconds;
use crate::socket::{Socket, check, start};
use crate::sys::{self, HWND, SOCKET};

/// The message that is posted.
const WM_SOCKET: u32 = sys::WM_USER;
/// The name of the windows' class.
const CLASS: [u16; 11] = {
    let (text, mut wide, mut at) = (b"overlapped\0", [0; 11], 0);
    while at < wide.len() {
        wide[at] = text[at] as u16;
        at += 1;
    }
    wide
};

/// A member of a queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(SOCKET);

/// What a message tells: one event of one member (S7.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    /// At whom it happened.
    pub key: Key,
    /// What happened: one event.
    pub event: NetworkEvents,
    /// The error with which it happened: a refused connect, a reset connection.
    pub error: Option<Error>,
}

/// Sockets, or values that have one, and the window to which their events are posted. It stays in
/// the thread that made it.
pub struct MessageQueue<T> {
    window: HWND,
    members: BTreeMap<Key, T>,
}

impl<T> MessageQueue<T> {
    /// A window of the calling thread, and no members.
    pub fn new() -> Result<Self> {
        static REGISTERED: Once = Once::new();
        start();
        // SAFETY: a class is plain data, of which zero is a value; it and its name are read during
        // the call, and the procedure is the system's own. If it fails, making a window does, too.
        REGISTERED.call_once(|| unsafe {
            let mut class: sys::WNDCLASSW = zeroed();
            class.lpfnWndProc = Some(sys::DefWindowProcW);
            class.lpszClassName = CLASS.as_ptr();
            sys::RegisterClassW(&class);
        });
        let (name, parent, none) = (CLASS.as_ptr(), sys::HWND_MESSAGE, null_mut());
        // SAFETY: the name is a constant, and the class' procedure takes what it is told.
        let window = unsafe {
            sys::CreateWindowExW(0, name, null(), 0, 0, 0, 0, 0, parent, none, none, null())
        };
        if window.is_null() {
            return Err(Error::last());
        }
        Ok(Self { window, members: BTreeMap::new() })
    }

    /// The member, if it is there.
    pub fn member(&self, key: Key) -> Option<&T> {
        self.members.get(&key)
    }

    /// The member, to be changed, but for its socket.
    pub fn member_mut(&mut self, key: Key) -> Option<&mut T> {
        self.members.get_mut(&key)
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes the next message, waiting at most `timeout` for it (`None`: for ever), rounded up to
    /// whole milliseconds. `None` when time is up. Messages of members that are gone are left out;
    /// one may still be told of a new member whose socket has the number of an old one (S7.10).
    pub fn next(&mut self, timeout: Option<Duration>) -> Result<Option<Message>> {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            while let Some(message) = self.posted() {
                if self.members.contains_key(&message.key) {
                    return Ok(Some(message));
                }
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let (limit_ms, any) = (milliseconds(left), sys::QS_ALLINPUT);
            // What comes after the last look ends the wait; what it left there does not.
            // SAFETY: there are no handles beside the thread's messages.
            match unsafe { sys::MsgWaitForMultipleObjectsEx(0, null(), limit_ms, any, 0) } {
                sys::WAIT_FAILED => return Err(Error::last()),
                sys::WAIT_TIMEOUT => return Ok(None),
                _ => {}
            }
        }
    }

    /// The next message of a socket, whether that is a member or not.
    fn posted(&mut self) -> Option<Message> {
        // SAFETY: the message goes to a local that is plain data; the window is the thread's own.
        let (found, message) = unsafe {
            let mut message: sys::MSG = zeroed();
            let (first, last) = (WM_SOCKET, WM_SOCKET);
            let found = sys::PeekMessageW(&mut message, self.window, first, last, sys::PM_REMOVE);
            (found, message)
        };
        let (event, error) = (message.lParam as u32 & 0xFFFF, message.lParam as u32 >> 16); // S7.2
        (found != 0).then(|| Message {
            key: Key(message.wParam as SOCKET),
            event: NetworkEvents::from_bits(event as i32),
            error: (error != 0).then(|| Error::from_code(error)),
        })
    }
}

impl<T: AsRef<Socket>> MessageQueue<T> {
    /// Adds a member and asks for `events` on its socket, which does not wait in calls any more
    /// (S7.3). What holds already is posted at once (S7.7). A socket has one window: what another
    /// queue asked for is forgotten (S7.5). If it fails the member is dropped.
    pub fn push(&mut self, member: T, events: NetworkEvents) -> Result<Key> {
        let key = Key(member.as_ref().as_raw());
        self.select(key, events)?;
        self.members.insert(key, member);
        Ok(key)
    }

    /// Asks for other events of a member; what holds of them is posted at once, told before or not
    /// (S7.7). Fails with `WSAENOTSOCK` if the member is gone.
    pub fn set_events(&mut self, key: Key, events: NetworkEvents) -> Result<()> {
        match self.members.contains_key(&key) {
            true => self.select(key, events),
            false => Err(Error::from_code(sys::WSAENOTSOCK as u32)),
        }
    }

    /// Takes a member out and asks for nothing any more. The socket stays non-blocking.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let member = self.members.remove(&key)?;
        _ = self.select(key, NetworkEvents::default());
        Some(member)
    }

    fn select(&self, key: Key, events: NetworkEvents) -> Result<()> {
        // SAFETY: handles are values here; messages to a window that is gone are lost.
        check(unsafe { sys::WSAAsyncSelect(key.0, self.window, WM_SOCKET, events.bits()) })
    }
}

impl<T> Drop for MessageQueue<T> {
    fn drop(&mut self) {
        // SAFETY: the window is this object's own, and a pointer keeps it in its thread.
        unsafe { sys::DestroyWindow(self.window) };
    }
}

impl<T: fmt::Debug> fmt::Debug for MessageQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.members.values()).finish()
    }
}

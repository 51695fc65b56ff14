//! Network events: an event object, and the two calls that go with it.
//!
//! # Safety
//!
//! The structure handed to WSAEnumNetworkEvents is a local; everything else is a value.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use overlapped::sys::*;

use crate::{Outcome, PATIENCE_MS, POISON, Socket, call, startup};

/// How long nothing must happen for a test to believe that nothing does.
const QUIET_MS: u32 = 30;

/// What happened: each FD_ bit with its error, in the order of the bits.
pub type Happened = Vec<(u32, i32)>;

/// An event object for WSAEventSelect, closed when dropped.
pub struct Selection(WSAEVENT);

impl Drop for Selection {
    fn drop(&mut self) {
        unsafe { WSACloseEvent(self.0) };
    }
}

impl Default for Selection {
    fn default() -> Self {
        startup();
        let event = unsafe { WSACreateEvent() };
        assert_ne!(event, WSA_INVALID_EVENT);
        Self(event)
    }
}

impl Selection {
    /// The event object.
    pub fn event(&self) -> WSAEVENT {
        self.0
    }

    /// An event object with this selected on `socket`.
    #[track_caller]
    pub fn of(socket: &Socket, bits: u32) -> Self {
        let selection = Self::default();
        assert_eq!(selection.select(socket, bits), Ok(()));
        selection
    }

    /// WSAEventSelect.
    pub fn select(&self, socket: &Socket, bits: u32) -> Outcome<()> {
        select(socket, self.0, bits)
    }

    /// Whether the event object is signalled.
    pub fn is_set(&self) -> bool {
        self.wait(0)
    }

    /// Whether the event object is signalled within this time.
    fn wait(&self, timeout_ms: u32) -> bool {
        let event = self.0 as HANDLE;
        match unsafe { WSAWaitForMultipleEvents(1, &event, 0, timeout_ms, 0) } {
            WAIT_OBJECT_0 => true,
            waited => {
                assert_eq!(waited, WAIT_TIMEOUT);
                false
            }
        }
    }

    /// WSAEnumNetworkEvents with the event object.
    #[track_caller]
    pub fn enumerate(&self, socket: &Socket) -> Happened {
        enumerate(socket, self.0).expect("an open socket can be asked")
    }

    /// Waits until all of `bits` have happened, as often as it takes, and nothing else.
    #[track_caller]
    pub fn expect(&self, socket: &Socket, bits: u32) -> Happened {
        let (mut happened, mut seen) = (Happened::new(), 0);
        while seen & bits != bits {
            assert!(self.wait(PATIENCE_MS), "of {bits:#x} only {seen:#x} happened");
            let more = self.enumerate(socket);
            seen |= more.iter().fold(0, |all, &(bit, _)| all | bit);
            assert_eq!(seen & !bits, 0, "more than {bits:#x} happened");
            happened.extend(more);
        }
        happened.sort_unstable();
        happened.dedup();
        happened
    }

    /// As [`Selection::expect`], all without error.
    #[track_caller]
    pub fn expect_success(&self, socket: &Socket, bits: u32) {
        assert!(self.expect(socket, bits).iter().all(|&(_, error)| error == 0), "no errors");
    }

    /// Nothing happens.
    #[track_caller]
    pub fn expect_nothing(&self, socket: &Socket) {
        // not synchronisation: nothing can be observed when nothing happens
        self.wait(QUIET_MS);
        assert_eq!(self.enumerate(socket), []);
    }
}

/// WSAEventSelect.
pub fn select(socket: &Socket, event: WSAEVENT, bits: u32) -> Outcome<()> {
    call(SOCKET_ERROR, || unsafe { WSAEventSelect(socket.raw(), event, bits as i32) })
        .map(|returned| assert_eq!(returned, 0))
}

/// WSAEnumNetworkEvents; the errors of bits that are not set must be untouched (S6.7).
#[track_caller]
pub fn enumerate(socket: &Socket, event: WSAEVENT) -> Outcome<Happened> {
    let poison = POISON as i32;
    let mut events = WSANETWORKEVENTS { lNetworkEvents: poison, iErrorCode: [poison; 10] };
    let ask = || unsafe { WSAEnumNetworkEvents(socket.raw(), event, &mut events) };
    assert_eq!(call(SOCKET_ERROR, ask)?, 0);
    let mut happened = Happened::new();
    for (bit, &error) in events.iErrorCode.iter().enumerate() {
        if events.lNetworkEvents >> bit & 1 != 0 {
            assert_ne!(error, poison, "the error of bit {bit} is written");
            happened.push((1 << bit, error));
        } else {
            assert_eq!(error, poison, "the error of bit {bit} is not written");
        }
    }
    assert_eq!(events.lNetworkEvents >> 10, 0, "there are ten events");
    Ok(happened)
}

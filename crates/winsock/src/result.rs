//! Asking how an operation ended: (WSA)GetOverlappedResult.

#![allow(unsafe_code, reason = "reads the caller's OVERLAPPED")]

use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::complete::read_outcome;
use crate::error::{Error, Status};
use crate::event::{self, Woken};
use crate::handle::{self, Object};
use crate::house;
use crate::port::Patience;
use crate::request::Outcome;
use crate::socket::Socket;
use crate::watchman;

/// The outcome of an operation on `socket`; 996 if it is pending and the caller does not wait.
///
/// # Safety
///
/// `overlapped` is valid for reads during the call.
pub unsafe fn of_socket(
    socket: &Socket,
    overlapped: *const OVERLAPPED,
    wait: bool,
) -> Result<Outcome, Error> {
    let patience = if wait { Patience::Forever } else { Patience::None };
    // SAFETY: the caller vouches for the OVERLAPPED.
    unsafe { poll(Some(socket), overlapped, patience, false) }
}

/// The same for GetOverlappedResult(Ex): `handle` may be any; a wait needs an event or a socket
/// (S2.56, S4.14). 996 when it is pending and time is 0; 258 when time is up.
///
/// # Safety
///
/// `overlapped` is valid for reads during the call.
pub unsafe fn of_handle(
    handle: usize,
    overlapped: *const OVERLAPPED,
    timeout_ms: u32,
    alertable: bool,
) -> Result<Outcome, Error> {
    let guard = handle::look_up(handle);
    let socket = match guard.as_deref() {
        Some(Object::Socket(socket)) => Some(&**socket),
        Some(Object::Duplicate(socket)) => Some(&**socket),
        Some(_) => None,
        None => return Err(Error::INVALID_HANDLE),
    };
    // SAFETY: the caller vouches for the OVERLAPPED.
    unsafe { poll(socket, overlapped, Patience::from_ms(timeout_ms), alertable) }
}

unsafe fn poll(
    socket: Option<&Socket>,
    overlapped: *const OVERLAPPED,
    patience: Patience,
    alertable: bool,
) -> Result<Outcome, Error> {
    let (patience, mut looked) = (patience.begin(), false);
    loop {
        // SAFETY: the caller's OVERLAPPED, valid for reads during the call.
        let outcome = unsafe { read_outcome(overlapped) };
        if outcome.status != Status::PENDING {
            return Ok(outcome);
        }
        if socket.is_some_and(|socket| socket.association().is_some()) {
            watchman::arm(); // the port's threads may be elsewhere
        } else if !std::mem::replace(&mut looked, true) && house::look() {
            continue;
        }
        if matches!(patience, Patience::None) {
            return Err(Error::IO_INCOMPLETE);
        }
        // SAFETY: as above; hEvent is the caller's and does not change while it is pending.
        let tagged = unsafe { (*overlapped).hEvent } as usize;
        let awaited = match (tagged & !1, socket) {
            (0, None) => return Err(Error::INVALID_HANDLE),
            (0, Some(socket)) => socket.signal_object(),
            (handle, _) => handle::event(handle)?,
        };
        match event::wait(std::slice::from_ref(&awaited), false, patience, alertable) {
            Woken::Object(_) | Woken::Abandoned(_) => {}
            Woken::Apcs => return Err(Error::WAIT_IO_COMPLETION),
            Woken::TimedOut => return Err(Error::WAIT_TIMEOUT),
        }
        if tagged & !1 == 0 {
            awaited.reset(); // the socket's signal may be another operation's (S2.58)
        }
    }
}

/// Success, or the number under which the outcome is reported.
pub fn verdict(outcome: Outcome, error: Error) -> Result<(), Error> {
    if outcome.status.is_success() { Ok(()) } else { Err(error) }
}

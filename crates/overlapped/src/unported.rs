//! What the models without a port share: an operation that has ended, and the calls that begin one.
//!
//! # Safety
//!
//! A launched operation is the system's from the call on, until it has ended (operation.rs).

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::ops::Range;
use std::ptr::null_mut;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::operation::{Flight, Operation};
use crate::socket::Socket;
use crate::sys::{self, LPWSAOVERLAPPED_COMPLETION_ROUTINE as Routine, SOCKET};

/// An operation that has ended.
#[derive(Debug)]
pub struct Ended<D> {
    /// The socket that it was begun on.
    pub socket: Arc<Socket>,
    /// Yours again.
    pub operation: Operation<D>,
    /// Bytes transferred, or how it failed: by Winsock's numbers.
    pub result: Result<usize>,
}

/// What an operation is to do.
pub(crate) enum Task {
    Receive,
    Send(Range<usize>),
}

/// WSARecv or WSASend. After `Err` the operation is the caller's again, and will not end (S1.47).
///
/// # Safety
///
/// `flight` is launched, and nobody else's; on `Ok` it is the system's until it has ended.
pub(crate) unsafe fn begin<D>(
    socket: SOCKET,
    flight: *mut Flight<D>,
    task: Task,
    routine: Routine,
) -> Result<()> {
    let overlapped = flight.cast();
    // SAFETY: the caller's launched operation, which holds the buffer; flags are read at once.
    let result = unsafe {
        match task {
            Task::Receive => {
                let (buffer, mut flags, count) = ((*flight).whole(), 0, null_mut());
                sys::WSARecv(socket, &buffer, 1, count, &mut flags, overlapped, routine)
            }
            Task::Send(range) => {
                let buffer = (*flight).part(range);
                sys::WSASend(socket, &buffer, 1, null_mut(), 0, overlapped, routine)
            }
        }
    };
    match result {
        0 => Ok(()),
        _ => match Error::last() {
            error if error.code() == sys::ERROR_IO_PENDING => Ok(()),
            error => Err(error),
        },
    }
}

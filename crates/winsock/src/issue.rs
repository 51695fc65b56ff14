//! From the arguments of an overlapped call to a request: the checks in Windows' order, then the
//! lane. What a door of api/transfer.rs calls inward; the extension functions are in extension.rs.
//!
//! # Safety
//!
//! Every pointer is the caller's, valid as its call documents: arguments during the call;
//! OVERLAPPED and data buffers until the completion (S2.1).

#![allow(unsafe_code, reason = "the caller's pointers")]

pub mod extension;

use windows_sys::Win32::Networking::WinSock::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKADDR, SOCKET, WSABUF, WSAMSG,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::complete;
use crate::datagram::{ReceiveMessage, SendMessage};
use crate::error::Error;
use crate::handle::{self, LaneGuard};
use crate::kernel::address::Address;
use crate::kernel::ancillary::Control;
use crate::kernel::net::Direction;
use crate::lane::Issued;
use crate::netevent;
use crate::request::{Buffers, Operation, Outcome, Receive, Send, To};
use crate::socket::{Mark, Socket};

/// The buffers of a call, its OVERLAPPED and its routine, common to all transfers.
pub struct Transfer {
    /// lpBuffers and dwBufferCount.
    pub buffers: (*const WSABUF, u32),
    /// Null: the call blocks or fails (S2.8).
    pub overlapped: *mut OVERLAPPED,
    /// Runs when it is over, on the calling thread, in an alertable wait (S5.2).
    pub routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
    /// Whether the caller gave a place for the byte count (S2.4).
    pub counts: bool,
}

/// Checks what all transfers share (S1.12, S2.3, S2.4).
#[inline(always)]
fn check(socket: &Socket, transfer: &Transfer) -> Result<Buffers, Error> {
    let (array, count) = transfer.buffers;
    if array.is_null() || count == 0 {
        return Err(Error::INVALID);
    }
    if transfer.overlapped.is_null() {
        if !transfer.counts {
            return Err(Error::FAULT);
        }
    } else if transfer.routine.is_some() && socket.association().is_some() {
        return Err(Error::INVALID); // S1.12, S5.19
    }
    // SAFETY: the caller's array of `count` buffers, valid during the call.
    Ok(unsafe { Buffers::lent(array, count) })
}

/// Whether the call must wait in place: there is no OVERLAPPED, or the socket takes none (S2.9).
fn waits(socket: &Socket, overlapped: *mut OVERLAPPED) -> bool {
    overlapped.is_null() || socket.is(Mark::PLAIN)
}

/// A transfer that waits in place.
///
/// # Safety
///
/// As the file says.
#[inline(never)]
unsafe fn wait<T: Operation>(
    lane: LaneGuard,
    overlapped: *mut OVERLAPPED,
    operation: T,
) -> Result<Outcome, Error> {
    let socket = handle::socket(lane.socket().handle() as usize)?;
    drop(lane);
    let target = match overlapped.is_null() {
        true => None,
        // SAFETY: not null, and the caller's promise for it holds until the completion.
        false => Some(unsafe { complete::begin(overlapped)? }),
    };
    let called = socket.call(operation, socket.timeout_ms(T::DIRECTION), target.as_ref());
    if socket.is(Mark::SELECTED) {
        match T::DIRECTION {
            Direction::Receive => {
                let mut lane = socket.lane(Direction::Receive);
                netevent::again(&mut lane, netevent::READ | netevent::OOB);
            }
            Direction::Send if called == Err(Error::WOULD_BLOCK) => netevent::want_room(&socket),
            Direction::Send => {}
        }
    }
    called
}

/// A transfer that completes now or later, then `Err(IO_PENDING)`; without an OVERLAPPED one that
/// waits in place. The operation is made in the branch that uses it, so that the usual one can do
/// without putting it in memory.
///
/// # Safety
///
/// As the file says.
#[inline(always)]
pub unsafe fn begin<T: Operation>(
    mut lane: LaneGuard,
    transfer: &Transfer,
    operation: impl FnOnce() -> T,
) -> Result<Outcome, Error> {
    if waits(lane.socket(), transfer.overlapped) {
        // SAFETY: the caller's memory, with the promise made for this call.
        return unsafe { wait(lane, transfer.overlapped, operation()) };
    }
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let target = unsafe {
        match transfer.routine {
            None => complete::begin(transfer.overlapped)?,
            Some(routine) => complete::begin_with_routine(transfer.overlapped, routine),
        }
    };
    if target.event.is_none() {
        lane.socket().reset_signal();
    }
    let issued = lane.submit(target, operation());
    if T::DIRECTION == Direction::Receive && lane.socket().is(Mark::SELECTED) {
        netevent::again(&mut lane, netevent::READ | netevent::OOB);
    }
    match issued? {
        Issued::Done(outcome) => Ok(outcome),
        Issued::Pending => Err(Error::IO_PENDING),
    }
}

/// WSARecv, WSARecvFrom, recv, recvfrom. `from`: where the sender's address goes.
///
/// # Safety
///
/// As the file says; `from` and `from_len` live as long as the OVERLAPPED.
#[inline(always)]
pub unsafe fn receive(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    from: (*mut SOCKADDR, *mut i32),
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Receive)?;
    let socket = lane.socket();
    let buffers = check(socket, transfer)?;
    socket.check_receive(flags)?;
    let (from, from_len) = from;
    if !from.is_null() && !socket.is(Mark::STREAM) {
        let room = match from_len.is_null() {
            true => 0,
            // SAFETY: lpFromlen is the caller's, read during the call.
            false => unsafe { from_len.read() },
        };
        let needed = Address::any(socket.family()).to_windows_bytes().0;
        if usize::try_from(room).map_or(true, |room| room < needed) {
            return Err(Error::FAULT); // S2.49
        }
    }
    // SAFETY: the caller's memory, promised as the file says.
    unsafe { begin(lane, transfer, || Receive { buffers, flags, done: 0, from, from_len }) }
}

/// A receive is refused for its arguments alone (S6.13).
#[cold]
pub fn refuse_receive(handle: SOCKET) {
    if let Ok(mut lane) = handle::lock(handle, Direction::Receive)
        && lane.socket().is(Mark::SELECTED)
    {
        netevent::refused(&mut lane);
    }
}

/// WSASend, WSASendTo, send, sendto. `to`: the destination and its length, or null.
///
/// # Safety
///
/// As the file says; `to` is read during the call.
#[inline(always)]
pub unsafe fn send(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    to: (*const SOCKADDR, i32),
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Send)?;
    let socket = lane.socket();
    let buffers = check(socket, transfer)?;
    if to.0.is_null() || socket.is(Mark::STREAM) {
        socket.check_send(false)?;
        let send = || Send { buffers, flags, done: 0, to: To::Peer };
        // SAFETY: the caller's memory, promised as the file says.
        return unsafe { begin(lane, transfer, send) };
    }
    // SAFETY: lpTo is the caller's, so many bytes, read during the call.
    let address = unsafe { Address::from_windows(to.0, to.1)? };
    socket.check_send(true)?;
    let send = || Send { buffers, flags, done: 0, to: To::Lent(&address) };
    // SAFETY: the caller's memory, promised as the file says; the address lives until the return.
    unsafe { begin(lane, transfer, send) }
}

/// WSARecvMsg (S3.43, S3.44). The buffers of `transfer` are not looked at: `message` has them.
///
/// # Safety
///
/// As the file says; the message and what it names live as long as the OVERLAPPED.
pub unsafe fn receive_message(
    handle: SOCKET,
    message: *mut WSAMSG,
    transfer: Transfer,
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Receive)?;
    let socket = lane.socket();
    // SAFETY: null, or the caller's message, read during the call.
    let given = unsafe { message.as_ref() }.ok_or(Error::FAULT)?;
    let transfer = Transfer { buffers: (given.lpBuffers, given.dwBufferCount), ..transfer };
    let buffers = check(socket, &transfer)?;
    socket.check_datagrams()?;
    let flags = given.dwFlags;
    socket.check_receive(flags)?;
    // SAFETY: the caller's memory, promised as the file says.
    unsafe { begin(lane, &transfer, || ReceiveMessage { buffers, flags, message }) }
}

/// WSASendMsg (S3.43, S3.45). The buffers of `transfer` are not looked at: `message` has them.
///
/// # Safety
///
/// As the file says; the message, but for the data, is read during the call.
pub unsafe fn send_message(
    handle: SOCKET,
    message: *const WSAMSG,
    flags: u32,
    transfer: Transfer,
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Send)?;
    let socket = lane.socket();
    // SAFETY: null, or the caller's message, read during the call.
    let given = unsafe { message.as_ref() }.ok_or(Error::FAULT)?;
    let transfer = Transfer { buffers: (given.lpBuffers, given.dwBufferCount), ..transfer };
    let buffers = check(socket, &transfer)?;
    socket.check_datagrams()?;
    // SAFETY: the caller's control data, so many bytes, read during the call.
    let control = unsafe {
        match given.Control.buf.is_null() {
            true => Control::empty(),
            false => {
                let WSABUF { len, buf } = given.Control;
                Control::from_windows(std::slice::from_raw_parts(buf, len as usize))?
            }
        }
    };
    let (address, named) = match given.name.is_null() {
        true => (Address::empty(), false),
        // SAFETY: the caller's address, so many bytes, read during the call.
        false => (unsafe { Address::from_windows(given.name, given.namelen)? }, true),
    };
    socket.check_send(named)?;
    let to = if named { To::Lent(&address) } else { To::Peer };
    let send = Send { buffers, flags, done: 0, to };
    // SAFETY: the caller's memory, promised as the file says; the address lives until the return.
    unsafe {
        match control.is_empty() {
            true => begin(lane, &transfer, || send),
            false => begin(lane, &transfer, || SendMessage { send, control }),
        }
    }
}

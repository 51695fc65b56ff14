//! From the arguments of RIOReceive(Ex) and RIOSend(Ex) to an entry of the request queue.
//!
//! # Safety
//!
//! The RIO_BUFs are the caller's, read during the call; what they name is registered.

#![allow(unsafe_code, reason = "the caller's pointers")]

use std::ptr::{NonNull, null_mut};

use windows_sys::Win32::Networking::WinSock::{
    RIO_BUF, RIO_MSG_COMMIT_ONLY, RIO_MSG_DEFER, RIO_MSG_DONT_NOTIFY, RIO_MSG_WAITALL,
};

use super::buffer;
use super::driver::Driver;
use super::entry::{ADDRESS_BYTES, CONTROL_BYTES, Entry, Extra};
use super::request_queue::{self, drive, parts};
use crate::error::Error;
use crate::handle::{self, LaneGuard};
use crate::kernel::address::Address;
use crate::kernel::net::Direction;
use crate::socket::{Mark, Socket};
use crate::transfer::WAIT_ALL;

/// The arguments of RIOReceiveEx and RIOSendEx. Each slice may be null.
#[derive(Clone, Copy)]
pub struct Call {
    /// pData.
    pub data: *const RIO_BUF,
    /// DataBufferCount.
    pub count: u32,
    /// pLocalAddress.
    pub local: *const RIO_BUF,
    /// pRemoteAddress.
    pub remote: *const RIO_BUF,
    /// pControlContext.
    pub control: *const RIO_BUF,
    /// pFlags.
    pub result_flags: *const RIO_BUF,
    /// Flags.
    pub flags: u32,
    /// RequestContext.
    pub context: u64,
}

/// What a request is, apart from whose.
struct Order {
    data: (*mut u8, u32),
    /// Whether there is a data slice, if only one of no bytes.
    has_data: bool,
    extra: Extra,
}

/// Adds a request to the queue `requests` (S10.10–S10.16), or commits those that were deferred.
/// An error means that nothing will complete.
///
/// # Safety
///
/// As the file says.
#[inline]
pub unsafe fn issue(requests: usize, direction: Direction, call: &Call) -> Result<(), Error> {
    let known = RIO_MSG_DONT_NOTIFY | RIO_MSG_DEFER | RIO_MSG_COMMIT_ONLY;
    let known = match direction {
        Direction::Receive => known | RIO_MSG_WAITALL,
        Direction::Send => known,
    };
    if call.flags & !known != 0 {
        return Err(Error::INVALID);
    }
    if call.flags & RIO_MSG_COMMIT_ONLY != 0 {
        return commit(requests, direction, call);
    }
    // SAFETY: the caller's slices, read during the call.
    let order = unsafe { call.order(direction)? };
    let mut guard = handle::lock(requests, direction).map_err(|_| Error::INVALID)?;
    let queue = guard.socket().request_queue().ok_or(Error::INVALID)?;
    if queue.is_closed() {
        return Err(Error::INVALID); // its handle is about to follow
    }
    queue.begin()?;
    let issued = add(&mut guard, call, order);
    if let Some(queue) = guard.socket().request_queue() {
        queue.end();
    }
    issued
}

fn add(guard: &mut LaneGuard, call: &Call, order: Order) -> Result<(), Error> {
    let direction = guard.direction();
    let (socket, lane, ring) = parts(guard).ok_or(Error::INVALID)?;
    if lane.queue.is_closed() {
        return Err(Error::INVALID); // S10.27
    }
    check(socket, direction, call, &order)?;
    let entry = Entry {
        next: null_mut(),
        lane: NonNull::from_ref(lane),
        context: call.context,
        data: order.data.0,
        length: order.data.1,
        done: 0,
        status: 0,
        bytes: 0,
        flags: if call.flags & RIO_MSG_WAITALL != 0 { WAIT_ALL } else { 0 },
        quiet: call.flags & RIO_MSG_DONT_NOTIFY != 0,
        extra: order.extra,
    };
    ring.push(lane, entry)?;
    if call.flags & RIO_MSG_DEFER == 0 {
        start(guard);
    }
    Ok(())
}

/// COMMIT_ONLY (S10.15), which other threads' calls do not mind.
#[cold]
fn commit(requests: usize, direction: Direction, call: &Call) -> Result<(), Error> {
    let slices = [call.data, call.local, call.remote, call.control, call.result_flags];
    let bare = slices.iter().all(|slice| slice.is_null()) && call.count == 0 && call.context == 0;
    if call.flags != RIO_MSG_COMMIT_ONLY || !bare {
        return Err(Error::INVALID);
    }
    let mut guard = handle::lock(requests, direction).map_err(|_| Error::INVALID)?;
    parts(&mut guard).ok_or(Error::INVALID)?;
    start(&mut guard);
    Ok(())
}

/// Begins what the locked lane has been given: tries it unless it waits behind others, or for news
/// of readiness that will come.
#[inline]
fn start(guard: &mut LaneGuard) {
    let sends = guard.direction() == Direction::Send;
    let Some((socket, lane, ring)) = parts(guard) else { return };
    let waits_already = ring.waits();
    ring.commit(lane);
    // The other end of a link must hear of a wait that has begun already.
    let told = || socket.is(Mark::LINKED) && lane.queue.is_awaited();
    if !waits_already && (sends || ring.may_be_ready() || told()) {
        drive(guard, Driver::Any);
    }
    request_queue::watch(guard);
}

/// Whether the socket can carry the request out.
#[inline]
fn check(socket: &Socket, direction: Direction, call: &Call, order: &Order) -> Result<(), Error> {
    if socket.is(Mark::STREAM) {
        if !order.has_data {
            return Err(Error::INVALID); // S10.12
        }
        if !order.extra.control.is_null() {
            return Err(Error::OP_NOT_SUPPORTED); // S10.30
        }
    } else if call.flags & RIO_MSG_WAITALL != 0 {
        return Err(Error::OP_NOT_SUPPORTED); // S10.13
    }
    match direction {
        Direction::Receive => socket.check_receive(0),
        Direction::Send => socket.check_send(!order.extra.remote.is_null()),
    }
}

impl Call {
    /// The slices, found and checked (S10.4, S10.12, S10.28).
    ///
    /// # Safety
    ///
    /// As the file says.
    #[inline]
    unsafe fn order(&self, direction: Direction) -> Result<Order, Error> {
        if self.count != u32::from(!self.data.is_null()) {
            return Err(Error::INVALID);
        }
        // SAFETY: null, or the caller's slice, read during the call.
        let data = match unsafe { self.data.as_ref() } {
            None => (null_mut(), 0),
            Some(slice) => {
                let (start, length) = buffer::slice(slice)?;
                (start as *mut u8, length)
            }
        };
        let has_data = !self.data.is_null();
        let others = [self.local, self.remote, self.control, self.result_flags];
        if others.iter().all(|slice| slice.is_null()) {
            return Ok(Order { data, has_data, extra: Extra::NONE });
        }
        // SAFETY: the caller's slices, read during the call.
        let extra = unsafe {
            Extra {
                remote: place(self.remote, ADDRESS_BYTES)?,
                local: place(self.local, ADDRESS_BYTES)?,
                flags: place(self.result_flags, 4)?,
                control: place(self.control, CONTROL_BYTES)?,
                control_bytes: self.control.as_ref().map_or(0, |slice| slice.Length),
                remote_bytes: 0,
            }
        };
        if direction == Direction::Send && !extra.control.is_null() {
            // SAFETY: it is there, and was just found to have room for its length.
            unsafe { extra.control()? };
        }
        if direction == Direction::Send && !extra.remote.is_null() {
            // SAFETY: the caller's slice, just found to have so many bytes.
            unsafe { Address::from_windows(extra.remote.cast(), ADDRESS_BYTES as i32)? };
        }
        Ok(Order { data, has_data, extra })
    }
}

/// Where a slice of at least so many bytes lies; null if none was given.
///
/// # Safety
///
/// `slice` is null or valid for reads during the call.
unsafe fn place(slice: *const RIO_BUF, bytes: u32) -> Result<*mut u8, Error> {
    // SAFETY: null, or the caller's slice, valid during the call as it says.
    let Some(slice) = (unsafe { slice.as_ref() }) else { return Ok(null_mut()) };
    let (start, length) = buffer::slice(slice)?;
    if length < bytes { Err(Error::FAULT) } else { Ok(start as *mut u8) }
}

//! ⑥ The only place a request ends: the OVERLAPPED first, its `Internal` last, then whoever
//! waits: event, socket handle, packet.
//!
//! # Safety
//!
//! Invariant 4: a request ends exactly once, here, and from its submission on nobody else writes
//! the caller's OVERLAPPED; after the final `Internal` it is the caller's again.

#![allow(unsafe_code, reason = "writes the caller's OVERLAPPED")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::apc::{self, Apc, Routine};
use crate::error::{Error, Status};
use crate::event::Event;
use crate::handle;
use crate::port::Packet;
use crate::readiness::{IoPort, Readiness};
use crate::request::{Outcome, Target};
use crate::socket::{Association, Socket};
use crate::thread;

/// Where packets go when a thread of the port itself is at work inside it: straight to its hand.
pub struct Here<'a> {
    /// The port's source, by which it is known.
    pub source: &'a Readiness,
    /// Collects the packets for that port.
    pub packets: &'a mut Vec<Packet>,
}

/// The target that the caller's `overlapped` is, its event being reset (S2.57). Fails with 6 if
/// hEvent is set and no event.
///
/// # Safety
///
/// The caller keeps `overlapped` valid and to itself until the completion (S2.1, S2.11).
#[inline(always)]
pub unsafe fn begin(overlapped: *mut OVERLAPPED) -> Result<Target, Error> {
    // SAFETY: the caller's OVERLAPPED is valid and ours from here on; it is only read.
    let tagged = unsafe { (*overlapped).hEvent } as usize;
    let (event, silent) = match tagged {
        0 => (None, false),
        _ => (tagged_event(tagged)?, tagged & 1 != 0),
    };
    Ok(Target { overlapped, event, thread: thread::number(), silent, routine: false })
}

/// As [`begin`], for an operation whose end a completion routine is told, and no event (S5.13).
///
/// # Safety
///
/// As [`begin`].
pub unsafe fn begin_with_routine(overlapped: *mut OVERLAPPED, routine: Routine) -> Target {
    thread::record(); // there from now on, for others to find
    // SAFETY: the caller's OVERLAPPED is valid and ours from here on; InternalHigh is of no use to
    // anybody before the completion (invariant 4).
    unsafe { (*overlapped).InternalHigh = routine as usize };
    Target { overlapped, event: None, thread: thread::number(), silent: false, routine: true }
}

/// The event of an hEvent whose low bit may be set (S1.54), reset.
fn tagged_event(tagged: usize) -> Result<Option<Arc<Event>>, Error> {
    if tagged & !1 == 0 {
        return Ok(None);
    }
    let event = handle::event(tagged & !1)?;
    event.reset();
    Ok(Some(event))
}

/// Marks the caller's OVERLAPPED as pending (S1.59).
#[inline(always)]
pub fn mark_pending(target: &Target) {
    store_internal(target.overlapped, Status::PENDING);
}

#[inline(always)]
fn store_internal(overlapped: *mut OVERLAPPED, status: Status) {
    // SAFETY: the OVERLAPPED belongs to the request until this store says otherwise; Internal is
    // aligned and, from submission on, accessed atomically by the engine (invariant 4).
    let internal = unsafe { AtomicUsize::from_ptr(&raw mut (*overlapped).Internal) };
    internal.store(status.0 as usize, Ordering::Release);
}

/// What the system has written into an OVERLAPPED: status, bytes and receive flags (S2.55).
///
/// # Safety
///
/// `overlapped` is valid for reads; it may be in flight.
pub unsafe fn read_outcome(overlapped: *const OVERLAPPED) -> Outcome {
    // SAFETY: the caller vouches for the memory; Internal is read as it is written, atomically,
    // and the other fields only once its final value has been seen (S1.61).
    let internal = unsafe { AtomicUsize::from_ptr((&raw const (*overlapped).Internal).cast_mut()) };
    let status = Status(internal.load(Ordering::Acquire) as u32);
    if status == Status::PENDING {
        return Outcome::failure(status);
    }
    // SAFETY: completed, hence no longer written by the engine until the caller issues it anew.
    let (high, flags) =
        unsafe { ((*overlapped).InternalHigh, (*overlapped).Anonymous.Anonymous.Offset) };
    Outcome { status, bytes: high as u32, flags }
}

/// Ends a request that was pending.
#[inline]
pub fn complete(socket: &Socket, target: &Target, outcome: Outcome, here: Option<&mut Here<'_>>) {
    complete_for(socket, target, outcome, socket.association(), here);
}

/// Ends a request within the call that issued it; a success queues no packet if the socket skips
/// them (S1.45, S1.50).
#[inline(always)]
pub fn complete_now(socket: &Socket, target: &Target, outcome: Outcome) {
    let skip = socket.skips_packets() && outcome.status.is_success();
    let association = if skip { None } else { socket.association() };
    complete_for(socket, target, outcome, association, None);
}

/// Ends a request on behalf of `association`: the socket's own, none, or that of a listener, whose
/// port an AcceptEx belongs to (S3.10).
#[inline(always)]
pub fn complete_for(
    socket: &Socket,
    target: &Target,
    outcome: Outcome,
    association: Option<&Association>,
    here: Option<&mut Here<'_>>,
) {
    let overlapped = target.overlapped;
    let routine = routine_of(target);
    // SAFETY: the request owns the OVERLAPPED until store_internal below (invariant 4).
    unsafe {
        (*overlapped).InternalHigh = outcome.bytes as usize;
        (*overlapped).Anonymous.Anonymous.Offset = outcome.flags;
    }
    store_internal(overlapped, outcome.status);
    match &target.event {
        Some(event) => event.set(),
        None => socket.signal(),
    }
    if let Some(function) = routine {
        let error = if outcome.status.is_success() { 0 } else { socket.number(outcome.status).0 };
        return queue_routine(function, target, outcome, error);
    }
    if let Some(association) = association.filter(|_| !target.silent) {
        deliver(socket, association, overlapped as usize, outcome, here);
    }
}

/// Ends an operation on a file within the call that issued it, with its bytes or its failure, which
/// queues no packet (S1.47). The OVERLAPPED's Offset stays what the caller has made it.
pub fn complete_file(
    target: &Target,
    done: Result<u32, Status>,
    association: Option<&Association>,
    signal: &Event,
) {
    let bytes = done.unwrap_or(0);
    let routine = routine_of(target);
    // SAFETY: the operation owns the OVERLAPPED until store_internal below (invariant 4).
    unsafe { (*target.overlapped).InternalHigh = bytes as usize };
    store_internal(target.overlapped, done.err().unwrap_or(Status::SUCCESS));
    if done.is_err() {
        return;
    }
    match &target.event {
        Some(event) => event.set(),
        None => signal.set(),
    }
    if let Some(function) = routine {
        return queue_routine(function, target, Outcome::success(bytes), 0);
    }
    if let Some(Association { port, key }) = association.filter(|_| !target.silent) {
        let overlapped = target.overlapped as usize;
        let packet = Packet { key: *key, overlapped, status: Status::SUCCESS.0, bytes };
        port.post_at(packet, || thread::runs_at(port), |_| ());
    }
}

/// The routine that the operation was begun with, until its result takes the place.
#[inline(always)]
fn routine_of(target: &Target) -> Option<Routine> {
    // SAFETY: the operation owns the OVERLAPPED; begin_with_routine put the routine there.
    target.routine.then(|| unsafe {
        std::mem::transmute::<usize, Routine>((*target.overlapped).InternalHigh)
    })
}

/// Queues a completion routine to the thread that issued the operation (S5.1, S5.6).
#[cold]
fn queue_routine(function: Routine, target: &Target, outcome: Outcome, error: u32) {
    let Outcome { bytes, flags, .. } = outcome;
    apc::queue(
        target.thread,
        Apc::Routine { function, error, bytes, overlapped: target.overlapped, flags },
    );
}

/// To the hand of the thread that finishes it; to the queue if there is none, or if a packet that
/// the socket posted before is still there (S2.17).
#[inline(always)]
fn deliver(
    socket: &Socket,
    association: &Association,
    overlapped: usize,
    outcome: Outcome,
    here: Option<&mut Here<'_>>,
) {
    let Association { port, key } = association;
    let Outcome { status, bytes, .. } = outcome;
    // Made where it is needed: a packet handed over in memory is slower than its parts.
    let packet = || Packet { key: *key, overlapped, status: status.0, bytes };
    match here {
        Some(here)
            if std::ptr::eq(here.source, port.source()) && !port.holds(socket.posted_at()) =>
        {
            here.packets.push(packet());
        }
        _ => post(socket, port, packet()),
    }
}

#[inline(never)]
fn post(socket: &Socket, port: &Arc<IoPort>, packet: Packet) {
    port.post_at(packet, || thread::runs_at(port), |at| socket.set_posted_at(at));
}

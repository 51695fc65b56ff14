//! The calling thread: its number, its seat at a port, and what must happen when it ends.
//!
//! # Safety
//!
//! A word of the thread's own (local.rs) says where its [`Thread`] lies: it is written when
//! that has been made, and zero again from the first moment of its drop on.

#![allow(unsafe_code, reason = "what the thread has is found without a call")]

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use crate::apc::Alert;
use crate::error::Error;
use crate::handle;
use crate::kernel::epoll::Readiness as Report;
use crate::kernel::sys;
use crate::local;
use crate::port::{Nothing, Packet, Patience, Seat};
use crate::readiness::IoPort;
use crate::{closing, event, threads};

pub mod birth;

/// A thread is associated with one port at most (S1.32).
struct Seated {
    handle: usize,
    port: Arc<IoPort>,
    seat: Seat<Report>,
}

struct Thread {
    number: Cell<u32>,
    seated: RefCell<Option<Seated>>,
    /// It has issued an operation that must not outlive it (S1.88, S1.90).
    bound: Cell<bool>,
    /// It may own mutexes.
    owns: Cell<bool>,
    /// What others know of it, once they may.
    record: OnceCell<Arc<threads::Thread>>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            number: Cell::new(0),
            seated: RefCell::new(None),
            bound: Cell::new(false),
            owns: Cell::new(false),
            record: OnceCell::new(),
        }
    };
}

/// Runs `work` on what the calling thread has, which it has until it ends.
#[inline(always)]
fn with<T>(work: impl FnOnce(&Thread) -> T) -> T {
    try_with(work).expect("the thread is not at its end")
}

/// As [`with`]; `None` for a thread that is at its end.
#[inline(always)]
fn try_with<T>(work: impl FnOnce(&Thread) -> T) -> Option<T> {
    if local::thread().get() == 0 {
        meet()?;
    }
    // SAFETY: the thread's own, which lives while the word is not zero (file's Safety paragraph);
    // nothing that `work` does ends the thread.
    let thread = unsafe { &*(local::thread().get() as *const Thread) };
    Some(work(thread))
}

/// The first time: remembers where the thread's is.
#[cold]
fn meet() -> Option<()> {
    let at = THREAD.try_with(std::ptr::from_ref).ok()?;
    local::thread().set(at as usize);
    Some(())
}

/// The calling thread's number.
#[inline]
pub fn number() -> u32 {
    with(|thread| {
        if thread.number.get() == 0 {
            thread.number.set(sys::thread_number());
        }
        thread.number.get()
    })
}

/// What others know of the calling thread.
pub fn record() -> Arc<threads::Thread> {
    with(|thread| thread.record.get_or_init(|| threads::record(number())).clone())
}

/// What others know of the calling thread, if they know anything.
pub fn record_if_any() -> Option<Arc<threads::Thread>> {
    try_with(|thread| thread.record.get().cloned()).flatten()
}

/// The calling thread's number; when it ends, the mutexes it owns are abandoned.
pub fn number_to_end() -> u32 {
    with(|thread| thread.owns.set(true));
    number()
}

/// Remembers that the calling thread's end must cancel operations.
pub fn bind() {
    with(|thread| thread.bound.set(true));
}

/// Whether the calling thread's end would cancel operations.
pub fn is_bound() -> bool {
    with(|thread| thread.bound.get())
}

/// Runs `work` with the calling thread seated at the port behind `handle`, leaving any other port
/// first (S1.34). Fails with 6 if the handle is none of an open port.
#[inline]
pub fn at_port<T>(
    handle: usize,
    work: impl FnOnce(&IoPort, &mut Seat<Report>) -> T,
) -> Result<T, Error> {
    with(|thread| {
        let mut seated = thread.seated.borrow_mut();
        match &mut *seated {
            Some(at) if at.handle == handle && !at.port.source().is_closed() => {}
            _ => {
                let port = handle::port(handle)?;
                if let Some(old) = seated.take() {
                    old.port.leave(old.seat);
                }
                let seat = port.join(number());
                *seated = Some(Seated { handle, port, seat });
            }
        }
        let at = seated.as_mut().expect("seated above");
        Ok(work(&at.port, &mut at.seat))
    })
}

/// An alertable wait at the port behind `handle`, `get` being one wait there: a packet goes before
/// APCs, but for a thread that is not seated there yet (S1.29b–S1.29d). APCs that run end it as
/// [`Nothing::Alerted`].
pub fn get_alertably(
    handle: usize,
    patience: Patience,
    get: &mut dyn FnMut(Patience) -> Result<Result<(), Nothing>, Error>,
) -> Result<Result<(), Nothing>, Error> {
    let me = record();
    let apcs = &me.apcs;
    let seated =
        with(|thread| thread.seated.borrow().as_ref().is_some_and(|at| at.handle == handle));
    let seat = at_port(handle, |_, seat| seat.id())?;
    if !seated && apcs.run() {
        return Ok(Err(Nothing::Alerted));
    }
    match get(Patience::None)? {
        Err(Nothing::TimedOut) if apcs.run() => return Ok(Err(Nothing::Alerted)),
        Err(Nothing::TimedOut) => {}
        taken => return Ok(taken),
    }
    let port = handle::port(handle)?;
    let alert = apcs.alert_by(Alert::Seat(port.clone(), seat));
    let taken = match apcs.any() {
        true => Err(Nothing::Alerted),
        false => get(patience)?,
    };
    drop(alert); // from here on nobody alerts the seat, which the thread has not left
    port.calm(seat);
    if taken == Err(Nothing::Alerted) {
        apcs.run();
    }
    Ok(taken)
}

/// Posts to the port behind `handle`, which need not be looked up where the thread sits (S1.29g).
/// Fails with 6 if it is none of an open port (S1.29h).
pub fn post(handle: usize, packet: Packet) -> Result<(), Error> {
    let posted = try_with(|thread| {
        let seated = thread.seated.try_borrow().ok()?;
        let at = seated.as_ref().filter(|at| at.handle == handle)?;
        at.port.post(packet, true).then_some(())
    });
    if posted.flatten().is_some() {
        return Ok(());
    }
    match handle::port(handle)?.post(packet, false) {
        true => Ok(()),
        false => Err(Error::INVALID_HANDLE),
    }
}

/// Whether the calling thread is seated at `port` and in its handler: not inside a wait there.
#[inline]
pub fn runs_at(port: &IoPort) -> bool {
    try_with(|thread| match thread.seated.try_borrow() {
        Ok(seated) => seated.as_ref().is_some_and(|at| std::ptr::eq(&raw const *at.port, port)),
        Err(_) => false,
    })
    .unwrap_or(false)
}

/// The calling thread does not count at its port while this lives (S1.39, S1.40).
pub struct Pause(());

/// The calling thread is about to block in a call of ours.
pub fn pause() -> Pause {
    with_seat(|at| at.port.pause(&at.seat));
    Pause(())
}

impl Drop for Pause {
    fn drop(&mut self) {
        with_seat(|at| at.port.resume(&at.seat));
    }
}

fn with_seat(work: impl FnOnce(&Seated)) {
    _ = try_with(|thread| {
        if let Some(at) = thread.seated.try_borrow().ok().as_ref().and_then(|at| at.as_ref()) {
            work(at);
        }
    });
}

impl Drop for Thread {
    fn drop(&mut self) {
        local::thread().set(0);
        if let Some(at) = self.seated.take() {
            at.port.leave(at.seat);
        }
        if self.bound.get() {
            closing::cancel_of_thread(self.number.get());
        }
        if self.owns.get() {
            event::abandon(self.number.get());
        }
        threads::end(self.number.get());
    }
}

//! The calling thread: its number, its seat at a port, and what must happen when it ends.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::closing;
use crate::error::Error;
use crate::handle;
use crate::kernel::epoll::Readiness as Report;
use crate::kernel::sys;
use crate::port::{Packet, Seat};
use crate::readiness::IoPort;

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
}

thread_local! {
    static THREAD: Thread = const {
        Thread { number: Cell::new(0), seated: RefCell::new(None), bound: Cell::new(false) }
    };
}

/// The calling thread's number.
#[inline]
pub fn number() -> u32 {
    THREAD.with(|thread| {
        if thread.number.get() == 0 {
            thread.number.set(sys::thread_number());
        }
        thread.number.get()
    })
}

/// Remembers that the calling thread's end must cancel operations.
pub fn bind() {
    THREAD.with(|thread| thread.bound.set(true));
}

/// Runs `work` with the calling thread seated at the port behind `handle`, leaving any other port
/// first (S1.34). Fails with 6 if the handle is none of an open port.
#[inline]
pub fn at_port<T>(
    handle: usize,
    work: impl FnOnce(&IoPort, &mut Seat<Report>) -> T,
) -> Result<T, Error> {
    THREAD.with(|thread| {
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

/// Posts to the port behind `handle`, which need not be looked up where the thread sits (S1.29g).
/// Fails with 6 if it is none of an open port (S1.29h).
pub fn post(handle: usize, packet: Packet) -> Result<(), Error> {
    let posted = THREAD.try_with(|thread| {
        let seated = thread.seated.try_borrow().ok()?;
        let at = seated.as_ref().filter(|at| at.handle == handle)?;
        at.port.post(packet, true).then_some(())
    });
    if let Ok(Some(())) = posted {
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
    THREAD
        .try_with(|thread| match thread.seated.try_borrow() {
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
    _ = THREAD.try_with(|thread| {
        if let Some(at) = thread.seated.try_borrow().ok().as_ref().and_then(|at| at.as_ref()) {
            work(at);
        }
    });
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(at) = self.seated.take() {
            at.port.leave(at.seat);
        }
        if self.bound.get() {
            closing::cancel_of_thread(self.number.get());
        }
    }
}

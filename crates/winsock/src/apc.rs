//! Asynchronous procedure calls: completion routines and QueueUserAPC. Every thread has one queue
//! for both, and runs it inside its alertable waits only (S5.2, S5.8).
//!
//! ```text
//!   complete.rs, QueueUserAPC ──▶ queue of the thread ──alertable wait──▶ all that are queued
//!                                    └── ends the thread's wait, if it is in one
//! ```
//!
//! # Safety
//!
//! A routine's function and OVERLAPPED are the caller's, valid until the routine runs (S2.1); it
//! runs on the thread that issued the operation, once.

#![allow(unsafe_code, reason = "calls the caller's functions")]

use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::error::Error;
use crate::kernel::bell::Bell;
use crate::kernel::net::Woken;
use crate::kernel::parker::Parker;
use crate::readiness::IoPort;
use crate::timer::Timer;
use crate::{thread, threads};

/// A completion routine.
pub type Routine = unsafe extern "system" fn(u32, u32, *mut OVERLAPPED, u32);
/// A function given to QueueUserAPC.
pub type UserFunction = unsafe extern "system" fn(usize);

/// What SetWaitableTimer was given to call, with the time it was signalled at.
#[derive(Clone, Copy)]
pub struct TimerRoutine {
    /// The caller's routine.
    pub function: unsafe extern "system" fn(*const c_void, u32, u32),
    /// The caller's value: an address that only the routine uses.
    pub argument: usize,
    /// In 100 ns since 1601.
    pub filetime: u64,
}

/// One call to be made.
pub enum Apc {
    /// An operation is over (S5.1).
    Routine {
        /// The caller's routine.
        function: Routine,
        /// The WSA number of the failure; 0: success.
        error: u32,
        /// Bytes transferred.
        bytes: u32,
        /// The caller's OVERLAPPED.
        overlapped: *mut OVERLAPPED,
        /// Receive flags.
        flags: u32,
    },
    /// QueueUserAPC.
    User(UserFunction, usize),
    /// A waitable timer's routine.
    Timer(Arc<Timer>, TimerRoutine),
}

// SAFETY: the OVERLAPPED is the caller's promise to the operation, not to a thread (S2.1); only
// the routine's thread uses it.
unsafe impl Send for Apc {}

/// How a thread in an alertable wait is woken.
pub enum Alert {
    /// It sleeps in a wait for objects.
    Parker(Arc<Parker>),
    /// It waits at a port, in this seat.
    Seat(Arc<IoPort>, usize),
    /// It sleeps in a blocking call on a socket.
    Bell(Arc<Bell>),
}

impl Alert {
    fn wake(&self) {
        match self {
            Alert::Parker(parker) => parker.unpark(),
            Alert::Seat(port, seat) => port.alert(*seat),
            Alert::Bell(bell) => bell.ring(),
        }
    }
}

#[derive(Default)]
struct State {
    /// Bounded by the operations outstanding and by what the program queues.
    queue: VecDeque<Apc>,
    alert: Option<Alert>,
    /// The thread has ended.
    closed: bool,
}

/// The calls queued to one thread.
#[derive(Default)]
pub struct Apcs {
    state: Mutex<State>,
    bell: OnceLock<Arc<Bell>>,
}

/// Queues a call to the thread with this number, if it lives and has a queue.
pub fn queue(number: u32, apc: Apc) {
    if let Some(thread) = threads::find(number) {
        _ = thread.apcs.push(apc);
    }
}

/// A blocking call of the calling thread: sleeps as `sleep` does, and runs APCs meanwhile (S5.4).
/// `sleep` is told the bell that ends it, if there may be APCs. Fails with 10024 when descriptors
/// run out.
pub fn sleep_alertably(mut sleep: impl FnMut(Option<&Bell>) -> Woken) -> Result<Woken, Error> {
    let Some(thread) = thread::record_if_any().or_else(|| threads::find(thread::number())) else {
        return Ok(sleep(None));
    };
    let apcs = &thread.apcs;
    let bell = apcs.bell()?;
    let _alert = apcs.alert_by(Alert::Bell(bell.clone()));
    loop {
        apcs.run();
        match sleep(Some(&bell)) {
            Woken::Rung => bell.silence(),
            woken => return Ok(woken),
        }
    }
}

impl Apcs {
    /// Queues a call, and wakes the thread if it is in an alertable wait; false if it has ended.
    pub fn push(&self, apc: Apc) -> bool {
        let mut state = self.state.lock();
        if state.closed {
            return false;
        }
        state.queue.push_back(apc);
        if let Some(alert) = &state.alert {
            alert.wake(); // under the lock: a wait that is over is not alerted any more
        }
        true
    }

    /// Takes back what a timer has queued.
    pub fn withdraw(&self, timer: &Timer) {
        self.state.lock().queue.retain(
            |apc| !matches!(apc, Apc::Timer(theirs, _) if std::ptr::eq(&raw const **theirs, timer)),
        );
    }

    /// The thread has ended: drops what is queued, and what comes.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.queue.clear();
    }

    /// Whether anything is queued.
    pub fn any(&self) -> bool {
        !self.state.lock().queue.is_empty()
    }

    /// Runs what is queued, also what the calls queue themselves (S5.9, S5.11); true if anything
    /// was. By the thread whose queue it is.
    pub fn run(&self) -> bool {
        let mut ran = false;
        loop {
            let next = self.state.lock().queue.pop_front(); // nothing is locked while it runs
            let Some(apc) = next else {
                return ran;
            };
            ran = true;
            match apc {
                // SAFETY: the caller's routine, on the thread that issued the operation, which is
                // over: the OVERLAPPED is the caller's again.
                Apc::Routine { function, error, bytes, overlapped, flags } => unsafe {
                    function(error, bytes, overlapped, flags);
                },
                // SAFETY: QueueUserAPC's caller vouches for function and argument.
                Apc::User(function, argument) => unsafe { function(argument) },
                Apc::Timer(timer, routine) => {
                    timer.taken();
                    let TimerRoutine { function, argument, filetime } = routine;
                    // SAFETY: SetWaitableTimer's caller vouches for routine and argument on its
                    // own thread, which this is.
                    unsafe {
                        let (low, high) = (filetime as u32, (filetime >> 32) as u32);
                        function(argument as *const c_void, low, high);
                    }
                }
            }
        }
    }

    /// While the guard lives, a call that is queued wakes the thread this way. To be followed by a
    /// look at [`Apcs::any`].
    pub fn alert_by(&self, alert: Alert) -> AlertGuard<'_> {
        let before = self.state.lock().alert.replace(alert);
        AlertGuard { apcs: self, before }
    }

    fn bell(&self) -> Result<Arc<Bell>, Error> {
        if let Some(bell) = self.bell.get() {
            return Ok(bell.clone());
        }
        let bell = Arc::new(Bell::new()?);
        Ok(self.bell.get_or_init(|| bell).clone())
    }
}

/// See [`Apcs::alert_by`].
pub struct AlertGuard<'a> {
    apcs: &'a Apcs,
    before: Option<Alert>,
}

impl Drop for AlertGuard<'_> {
    fn drop(&mut self) {
        self.apcs.state.lock().alert = self.before.take();
    }
}

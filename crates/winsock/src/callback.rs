//! What a thread pool calls, and how often it still will.
//!
//! ```text
//!   Submit, Start, time ──▶ due ──packet taken──▶ running ──▶ over: whoever waits for it goes on
//!                            └──cancelled──▶ dropped when the packet comes
//! ```
//!
//! # Safety
//!
//! Functions and contexts are the program's, valid from the call that names them until the object
//! is closed and its last callback is over; they are called by threads of the pool, under no lock.

#![allow(unsafe_code, reason = "calls the program's functions")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use windows_sys::Win32::Media::LPTIMECALLBACK;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};
use windows_sys::Win32::System::Threading::{
    LPTHREAD_START_ROUTINE, PTP_SIMPLE_CALLBACK, PTP_TIMER_CALLBACK, PTP_WAIT_CALLBACK,
    PTP_WIN32_IO_CALLBACK, PTP_WORK_CALLBACK, WAITORTIMERCALLBACK,
};

use crate::error::{Error, Status};
use crate::event::{self, Event};
use crate::handle::{self, Object};
use crate::pool::Pool;
use crate::port::{Packet, Patience};
use crate::registration::Registration;

mod group;
mod tick;

pub use group::Group;
use tick::Ticks;

/// A function of the program's, by what it is told.
#[derive(Clone, Copy)]
pub enum Function {
    /// CreateThreadpoolIo: the Win32 error of an operation, and its bytes (S14.6).
    Io(PTP_WIN32_IO_CALLBACK),
    /// BindIoCompletionCallback: the NTSTATUS of an operation, and its bytes (S14.1).
    Bound(LPOVERLAPPED_COMPLETION_ROUTINE),
    /// CreateThreadpoolWork.
    Work(PTP_WORK_CALLBACK),
    /// TrySubmitThreadpoolCallback.
    Simple(PTP_SIMPLE_CALLBACK),
    /// QueueUserWorkItem.
    Start(LPTHREAD_START_ROUTINE),
    /// CreateThreadpoolTimer.
    Timer(PTP_TIMER_CALLBACK),
    /// CreateThreadpoolWait: how the wait ended.
    Wait(PTP_WAIT_CALLBACK),
    /// CreateTimerQueueTimer.
    TimerQueue(WAITORTIMERCALLBACK),
    /// timeSetEvent, and whether its end waits for the last call.
    Multimedia(LPTIMECALLBACK, bool),
    /// timeSetEvent with the handle of an event to set, or to pulse.
    Signal(usize, bool),
}

/// A function, and its calls that are due or under way.
pub struct Callback {
    function: Function,
    /// The program's, opaque.
    context: usize,
    /// Called after each call, if there is one.
    finalization: PTP_SIMPLE_CALLBACK,
    pool: Arc<Pool>,
    handle: u32,
    state: Mutex<State>,
    ticks: Mutex<Ticks>,
    /// What brings the next call of a wait.
    waiting: Mutex<Option<Arc<Registration>>>,
}

/// An event that is set when the last that holds this is over.
pub struct Ending(pub Arc<Event>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.set();
    }
}

#[derive(Default)]
struct State {
    /// Calls that a packet will bring.
    due: u32,
    /// Packets that will come and bring none.
    dropped: u32,
    running: u32,
    /// Time has brought a call, at least once.
    rung: bool,
    closed: bool,
    /// Let go when it is closed and nothing is due or running.
    ending: Option<Arc<Ending>>,
    /// Signalled when nothing is due or running, since somebody waits for it.
    over: Option<Arc<Event>>,
}

/// One call, as its function can ask and tell: what PTP_CALLBACK_INSTANCE points to.
pub struct Instance<'a> {
    callback: &'a Callback,
    /// To be done when the function has returned.
    at_end: RefCell<Vec<Box<dyn FnOnce()>>>,
    /// Nobody waits for this call any more.
    detached: Cell<bool>,
}

/// Makes a callback and its handle, by which packets name it.
pub fn make(
    pool: &Arc<Pool>,
    function: Function,
    context: usize,
    finalization: PTP_SIMPLE_CALLBACK,
) -> Result<Arc<Callback>, Error> {
    let mut made = None;
    handle::insert(|handle| {
        let (pool, state, ticks) = (pool.clone(), Mutex::default(), Mutex::default());
        let waiting = Mutex::new(None);
        let callback =
            Callback { function, context, finalization, pool, handle, state, ticks, waiting };
        Object::Callback(made.insert(Arc::new(callback)).clone())
    })?;
    Ok(made.expect("inserted above"))
}

/// The key of packets for a function that was bound by BindIoCompletionCallback. There is one for
/// each function, as long as the process lives: a socket never leaves its port (S1.9).
pub fn bound(pool: &Arc<Pool>, function: LPOVERLAPPED_COMPLETION_ROUTINE) -> Result<usize, Error> {
    static BOUND: LazyLock<Mutex<HashMap<usize, u32>>> = LazyLock::new(Mutex::default);
    let address = function.map_or(0, |function| function as usize);
    let mut bound = BOUND.lock(); // as many as the program has such functions
    if let Some(&handle) = bound.get(&address) {
        return Ok(handle as usize);
    }
    let handle = make(pool, Function::Bound(function), 0, None)?.handle;
    bound.insert(address, handle);
    Ok(handle as usize)
}

/// Makes the call that a packet brings, if it is still due.
pub fn run(packet: Packet) {
    if let Ok(callback) = handle::callback(packet.key) {
        callback.call(packet);
    }
}

impl Callback {
    /// The key of its packets, and its handle.
    pub fn key(&self) -> usize {
        self.handle as usize
    }

    /// The pool whose threads call it.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// One more call is due: a packet will bring it.
    pub fn expect(&self) {
        self.state.lock().due += 1;
    }

    /// One call less is due: its packet will not come.
    pub fn unexpect(&self) {
        let mut state = self.state.lock();
        match state.due {
            0 => state.dropped = state.dropped.saturating_sub(1),
            due => state.due = due - 1,
        }
        self.settle(state);
    }

    /// One more call is due: posts its packet.
    pub fn submit(&self) -> Result<(), Error> {
        self.submit_telling(0)
    }

    /// One more call is due, which is told this number.
    pub fn submit_telling(&self, number: u32) -> Result<(), Error> {
        self.expect();
        let packet = Packet { key: self.key(), overlapped: 0, status: 0, bytes: number };
        self.pool.post(packet).inspect_err(|_| self.unexpect())
    }

    /// Time has come: a call is due, unless one is already or the callback is closed. So what waits
    /// for a thread is one packet at most.
    fn submit_one(&self) {
        let mut state = self.state.lock();
        state.rung = true;
        let wanted = state.due == 0 && !state.closed;
        drop(state);
        if wanted {
            _ = self.submit(); // the pool lives as long as this
        }
    }

    /// Whether time has brought a call.
    pub fn has_rung(&self) -> bool {
        self.state.lock().rung
    }

    /// Waits until no call is due or running; `cancels` those that have not begun (S14.9).
    pub fn wait(&self, cancels: bool) {
        let mut state = self.state.lock();
        if cancels {
            state.dropped += std::mem::take(&mut state.due);
        }
        while !state.is_over() {
            let over = state.over.get_or_insert_with(|| Arc::new(Event::new(true, false)));
            let over = over.clone();
            over.reset();
            drop(state);
            event::wait(&[over], false, Patience::Forever, false);
            state = self.state.lock();
        }
    }

    /// No call will be asked for any more: the handle goes with the last that is due (S14.8).
    pub fn close(&self) {
        self.close_telling(None);
    }

    /// As [`Callback::close`]; `ending` is let go when it goes. Whether a call is due or running.
    pub fn close_telling(&self, ending: Option<Arc<Ending>>) -> bool {
        self.stop_ticks();
        let mut state = self.state.lock();
        (state.closed, state.ending) = (true, ending);
        let pending = !state.is_over();
        self.settle(state);
        pending
    }

    /// The wait that brings its next call, in the place of the one before, which ends.
    pub fn set_waiting(&self, registration: Option<Arc<Registration>>) {
        let before = std::mem::replace(&mut *self.waiting.lock(), registration);
        if let Some(before) = before {
            before.end(None);
        }
    }

    /// Whether timeSetEvent made it.
    pub fn is_multimedia(&self) -> bool {
        matches!(self.function, Function::Multimedia(..) | Function::Signal(..))
    }

    /// Whether timeKillEvent waits for its last call.
    pub fn ends_synchronously(&self) -> bool {
        matches!(self.function, Function::Multimedia(_, true))
    }

    /// Tells whoever waits, and gives the handle back, if nothing is due or running.
    fn settle(&self, mut state: parking_lot::MutexGuard<'_, State>) {
        if !state.is_over() {
            return;
        }
        let (over, closed) = (state.over.clone(), state.closed);
        let ending = state.ending.take();
        drop(state);
        drop(ending);
        if let Some(over) = over {
            over.set();
        }
        if closed {
            drop(handle::close(self.key(), |_| true));
        }
    }

    fn begin(&self) -> bool {
        if matches!(self.function, Function::Bound(_)) {
            return true; // nobody waits for it, and nobody closes it
        }
        let mut state = self.state.lock();
        if state.dropped > 0 {
            state.dropped -= 1;
            return false;
        }
        if state.due == 0 {
            return false; // an operation without StartThreadpoolIo (S14.4)
        }
        state.due -= 1;
        state.running += 1;
        true
    }

    fn end(&self) {
        if matches!(self.function, Function::Bound(_)) {
            return;
        }
        let mut state = self.state.lock();
        state.running -= 1;
        self.settle(state);
    }

    fn call(&self, packet: Packet) {
        if !self.begin() {
            return;
        }
        let instance =
            Instance { callback: self, at_end: RefCell::default(), detached: Cell::new(false) };
        let me = &raw const instance as isize;
        // SAFETY: the program vouches for its function and context (file's Safety paragraph); the
        // instance lives until it has returned.
        unsafe { self.enter(me, packet) };
        for act in instance.at_end.take() {
            act();
        }
        if !instance.detached.get() {
            self.end();
        }
    }

    /// # Safety
    ///
    /// `instance` points to the Instance of this call.
    unsafe fn enter(&self, instance: isize, packet: Packet) {
        let (context, status) = (self.context as *mut c_void, Status(packet.status));
        let object = self.handle as isize;
        // SAFETY: as the file says; an OVERLAPPED is the program's again, its operation being over.
        unsafe {
            match self.function {
                Function::Io(Some(function)) => {
                    let (overlapped, bytes) = (packet.overlapped as *mut c_void, packet.bytes);
                    let error = status.win32().0;
                    function(instance, context, overlapped, error, bytes as usize, object);
                }
                Function::Bound(Some(function)) => {
                    function(status.0, packet.bytes, packet.overlapped as *mut OVERLAPPED);
                }
                Function::Work(Some(function)) => function(instance, context, object),
                Function::Simple(Some(function)) => function(instance, context),
                Function::Start(Some(function)) => _ = function(context),
                Function::Timer(Some(function)) => function(instance, context, object),
                Function::Wait(Some(function)) => function(instance, context, object, packet.bytes),
                Function::TimerQueue(Some(function)) => function(context, true),
                Function::Multimedia(Some(function), _) => {
                    function(self.handle, 0, self.context, 0, 0);
                }
                Function::Signal(event, pulses) => match handle::event(event) {
                    Ok(event) if pulses => event.pulse(),
                    Ok(event) => event.set(),
                    Err(_) => {} // closed meanwhile
                },
                _ => unreachable!("the doors refuse a call of nothing"),
            }
            if let Some(finalization) = self.finalization {
                finalization(instance, context);
            }
        }
    }
}

impl State {
    fn is_over(&self) -> bool {
        self.due == 0 && self.running == 0
    }
}

impl Instance<'_> {
    /// Has something done when the function has returned.
    pub fn at_end(&self, act: impl FnOnce() + 'static) {
        self.at_end.borrow_mut().push(Box::new(act));
    }

    /// Nobody waits for this call any more.
    pub fn detach(&self) {
        if !self.detached.replace(true) {
            self.callback.end();
        }
    }

    /// Whether the pool has a thread for other callbacks meanwhile.
    pub fn may_run_long(&self) -> bool {
        self.callback.pool.has_reserve()
    }
}

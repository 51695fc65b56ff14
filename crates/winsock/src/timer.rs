//! Waitable timers (S4.25–S4.28).
//!
//! ```text
//!   set ──▶ timekeeper ──due──▶ event set; routine queued to its thread
//!    └── a later set or cancel changes the timer's turn: what is queued for an older one is void
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::apc::{Apc, TimerRoutine};
use crate::error::Error;
use crate::event::Event;
use crate::threads::Thread;
use crate::timekeeper::{self, Ring, delay, employ, filetime};

/// A timer that threads can wait for.
pub struct Timer {
    event: Arc<Event>,
    /// The routine lies in its thread's queue; it is there once at most.
    queued: AtomicBool,
    setting: Mutex<Setting>,
}

#[derive(Default)]
struct Setting {
    /// Counts set and cancel.
    turn: u64,
    period: Duration,
    routine: Option<(Arc<Thread>, TimerRoutine)>,
}

impl Timer {
    /// Not set. `manual`: its signal stays; else it releases one wait.
    pub fn new(manual: bool) -> Self {
        let event = Arc::new(Event::new(manual, false));
        Self { event, queued: AtomicBool::new(false), setting: Mutex::default() }
    }

    /// What is waited for.
    pub fn event(&self) -> &Arc<Event> {
        &self.event
    }

    /// Sets it anew: not signalled before `due` (100 ns; negative: from now), then every `period`
    /// unless that is zero. The routine is queued to its thread each time. Fails with 8 if the
    /// process can have no thread for it.
    pub fn set(
        self: &Arc<Self>,
        due: i64,
        period: Duration,
        routine: Option<(Arc<Thread>, TimerRoutine)>,
    ) -> Result<(), Error> {
        employ()?;
        let mut setting = self.setting.lock();
        self.stop(&mut setting);
        self.event.reset();
        setting.period = period;
        setting.routine = routine;
        self.schedule(Instant::now() + delay(due), setting.turn);
        Ok(())
    }

    /// It signals no more; whether it is signalled stays.
    pub fn cancel(&self) {
        self.stop(&mut self.setting.lock());
    }

    fn stop(&self, setting: &mut Setting) {
        setting.turn += 1;
        if let Some((thread, _)) = setting.routine.take() {
            thread.apcs.withdraw(self);
            self.queued.store(false, Ordering::Relaxed);
        }
    }

    /// Its routine is out of the queue, about to run.
    pub fn taken(&self) {
        self.queued.store(false, Ordering::Relaxed);
    }

    fn schedule(self: &Arc<Self>, due: Instant, turn: u64) {
        let this = Arc::downgrade(self);
        timekeeper::schedule(due, this, turn);
    }
}

impl Ring for Timer {
    /// If the timer was not set or cancelled since.
    fn ring(self: Arc<Self>, due: Instant, turn: u64) {
        let setting = self.setting.lock();
        if setting.turn != turn {
            return;
        }
        self.event.set();
        if let Some((thread, routine)) = &setting.routine
            && !self.queued.swap(true, Ordering::Relaxed)
        {
            let routine = TimerRoutine { filetime: filetime(), ..*routine };
            thread.apcs.push(Apc::Timer(self.clone(), routine));
        }
        if !setting.period.is_zero() {
            self.schedule(due + setting.period, turn);
        }
    }
}

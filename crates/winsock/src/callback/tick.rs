//! Calls that time brings: a callback is told its due time, and how often it is called after it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Callback;
use crate::error::Error;
use crate::timekeeper::{self, Ring};

/// When a callback is to be called.
#[derive(Default)]
pub(super) struct Ticks {
    /// Counts set and stop: what an older turn scheduled is void.
    turn: u64,
    /// Zero: once.
    period: Duration,
    /// A call is to come.
    set: bool,
}

impl Callback {
    /// From now on it is called after `first`, and each `period` from then on unless that is zero.
    /// A call that is due when the one before still waits for a thread is not made. Fails with 8 if
    /// the process can have no thread for it.
    pub fn tick(self: &Arc<Self>, first: Duration, period: Duration) -> Result<(), Error> {
        timekeeper::employ()?;
        let mut ticks = self.ticks.lock();
        *ticks = Ticks { turn: ticks.turn + 1, period, set: true };
        self.schedule(Instant::now() + first, ticks.turn);
        Ok(())
    }

    /// No call is due any more but what waits for a thread already.
    pub fn stop_ticks(&self) {
        let mut ticks = self.ticks.lock();
        ticks.turn += 1;
        ticks.set = false;
    }

    /// Whether a call is to come.
    pub fn is_ticking(&self) -> bool {
        self.ticks.lock().set
    }

    fn schedule(self: &Arc<Self>, due: Instant, turn: u64) {
        let this = Arc::downgrade(self);
        timekeeper::schedule(due, this, turn);
    }
}

impl Ring for Callback {
    fn ring(self: Arc<Self>, due: Instant, turn: u64) {
        let mut ticks = self.ticks.lock();
        if ticks.turn != turn {
            return;
        }
        ticks.set = !ticks.period.is_zero();
        if ticks.set {
            self.schedule(due + ticks.period, turn);
        }
        let last = !ticks.set;
        drop(ticks);
        self.submit_one();
        if last && self.is_multimedia() {
            self.close(); // nobody has to kill a timer that calls once
        }
    }
}

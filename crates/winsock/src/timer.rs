//! Waitable timers (S4.25–S4.28), and the one thread that signals them.
//!
//! ```text
//!   set ──▶ queue of due times ──the timekeeper sleeps──▶ event set; routine queued to its thread
//!    └── a later set or cancel changes the timer's turn: what is queued for an older one is void
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use parking_lot::{Condvar, Mutex};

use crate::apc::{Apc, TimerRoutine};
use crate::error::Error;
use crate::event::Event;
use crate::threads::Thread;

/// From 1601, where Windows' time begins, to 1970, in 100 ns.
const EPOCH_TICKS: u64 = 116_444_736_000_000_000;
const TICK_NS: u64 = 100;

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

/// By their time, and a number that keeps those of one moment apart: timers, and their turns.
type Due = BTreeMap<(Instant, u64), (Weak<Timer>, u64)>;

/// When to look at which timer; bounded by the timers alive, and what was set anew goes when due.
static DUE: Mutex<Due> = Mutex::new(BTreeMap::new());
static CHANGED: Condvar = Condvar::new();

/// Windows' time now: 100 ns since 1601.
fn filetime() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    EPOCH_TICKS + (since.as_nanos() / u128::from(TICK_NS)) as u64
}

/// How long it is to a due time: negative means from now, else it is a time of the day.
fn delay(due: i64) -> Duration {
    let ticks = match due {
        ..0 => due.unsigned_abs(),
        at => (at as u64).saturating_sub(filetime()),
    };
    Duration::from_nanos(ticks.saturating_mul(TICK_NS))
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
        schedule(Instant::now() + delay(due), self, setting.turn);
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

    /// The timekeeper: `due` has come, if the timer was not set or cancelled since.
    fn ring(self: &Arc<Self>, due: Instant, turn: u64) {
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
            schedule(due + setting.period, self, turn);
        }
    }
}

fn schedule(due: Instant, timer: &Arc<Timer>, turn: u64) {
    static NUMBER: AtomicU64 = AtomicU64::new(0); // keeps those of one moment apart
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    DUE.lock().insert((due, number), (Arc::downgrade(timer), turn));
    CHANGED.notify_one();
}

/// Sees to it that there is a timekeeper.
fn employ() -> Result<(), Error> {
    static EMPLOYED: Mutex<bool> = Mutex::new(false);
    let mut employed = EMPLOYED.lock();
    if !*employed {
        let thread = std::thread::Builder::new().name("timekeeper".into());
        thread.spawn(keep_time).map_err(|_| Error::NOT_ENOUGH_MEMORY)?;
        *employed = true;
    }
    Ok(())
}

fn keep_time() {
    let mut all = DUE.lock();
    loop {
        let now = Instant::now();
        match all.first_entry() {
            None => CHANGED.wait(&mut all),
            Some(first) if first.key().0 > now => {
                let due = first.key().0;
                CHANGED.wait_until(&mut all, due);
            }
            Some(first) => {
                let ((due, _), (timer, turn)) = first.remove_entry();
                drop(all); // a timer is locked before the queue
                if let Some(timer) = timer.upgrade() {
                    timer.ring(due, turn);
                }
                all = DUE.lock();
            }
        }
    }
}

//! What is due when, and the one thread that says so.
//!
//! ```text
//!   schedule ──▶ queue of due times ──the timekeeper sleeps──▶ ring
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use parking_lot::{Condvar, Mutex};

use crate::error::Error;

/// From 1601, where Windows' time begins, to 1970, in 100 ns.
const EPOCH_TICKS: u64 = 116_444_736_000_000_000;
const TICK_NS: u64 = 100;

/// What is told when its time has come.
pub trait Ring: Send + Sync {
    /// `due` has come. `turn` is what [`schedule`] was given: whether it still counts is the
    /// receiver's matter. Called by the timekeeper, under no lock; it must not block.
    fn ring(self: Arc<Self>, due: Instant, turn: u64);
}

/// By their time, and a number that keeps those of one moment apart: who is told, and its turn.
type Due = BTreeMap<(Instant, u64), (Weak<dyn Ring>, u64)>;

/// Bounded by the timers alive: each schedules once, and again when it has rung or is set anew;
/// what an older turn scheduled goes when due.
static DUE: Mutex<Due> = Mutex::new(BTreeMap::new());
static CHANGED: Condvar = Condvar::new();

/// Windows' time now: 100 ns since 1601.
pub fn filetime() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    EPOCH_TICKS + (since.as_nanos() / u128::from(TICK_NS)) as u64
}

/// How long it is to a due time of 100 ns: negative means from now, else it is a time of the day.
pub fn delay(due: i64) -> Duration {
    let ticks = match due {
        ..0 => due.unsigned_abs(),
        at => (at as u64).saturating_sub(filetime()),
    };
    Duration::from_nanos(ticks.saturating_mul(TICK_NS))
}

/// Has `who` told at `due`, if it lives then. [`employ`] comes first.
pub fn schedule(due: Instant, who: Weak<dyn Ring>, turn: u64) {
    static NUMBER: AtomicU64 = AtomicU64::new(0); // keeps those of one moment apart
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    DUE.lock().insert((due, number), (who, turn));
    CHANGED.notify_one();
}

/// Sees to it that there is a timekeeper. Fails with 8 if the process can have no thread for it.
pub fn employ() -> Result<(), Error> {
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
                let ((due, _), (who, turn)) = first.remove_entry();
                drop(all); // who is told may schedule again, under locks of its own
                if let Some(who) = who.upgrade() {
                    who.ring(due, turn);
                }
                all = DUE.lock();
            }
        }
    }
}

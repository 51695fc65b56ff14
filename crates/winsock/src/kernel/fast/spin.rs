//! Whether it pays to look a little longer before falling asleep: learned from what it brought.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The longest that anybody looks before it sleeps.
const LIMIT: Duration = Duration::from_micros(5);
/// The same after a look that brought nothing: long enough to see what one answers that has to be
/// woken first, or two ends that take turns at sleeping would never meet.
const LIMIT_AFTER_FAILURE: Duration = Duration::from_micros(25);
/// Between two looks at the clock.
const TURNS: u32 = 16;
/// So many looks in a row may bring nothing before they become rare.
const FAILURES_FREE: u32 = 4;
/// How many sleeps are not preceded by a look, at most: where sleeps are long, and where they are
/// not much longer than a look, so that both ends soon look at the same time.
const PAUSE_MAX: u32 = 1024;
const PAUSE_MAX_SHORT: u32 = 8;
const SHORT: Duration = Duration::from_micros(50);

/// What looking has brought so far. Several threads may use it, and lose a count.
#[derive(Debug, Default)]
pub struct Spin {
    /// Sleeps to go until the next look.
    pause: AtomicU32,
    /// Looks in a row that brought nothing.
    failures: AtomicU32,
}

impl Spin {
    /// Looks, for as long as it is worth, until `found` says yes. `possible`: whether the other
    /// side can run meanwhile.
    #[inline]
    pub fn until(&self, possible: bool, mut found: impl FnMut() -> bool) -> bool {
        let pause = self.pause.load(Ordering::Relaxed);
        if pause > 0 {
            self.pause.store(pause - 1, Ordering::Relaxed);
            return false;
        }
        if !possible {
            return false;
        }
        let limit = match self.failures.load(Ordering::Relaxed) {
            0 => LIMIT,
            _ => LIMIT_AFTER_FAILURE,
        };
        let mut began = None;
        loop {
            for _ in 0..TURNS {
                if found() {
                    self.failures.store(0, Ordering::Relaxed);
                    return true;
                }
                std::hint::spin_loop();
            }
            if began.get_or_insert_with(Instant::now).elapsed() >= limit {
                return self.fail();
            }
        }
    }

    #[cold]
    fn fail(&self) -> bool {
        let failures = self.failures.load(Ordering::Relaxed) + 1;
        self.failures.store(failures, Ordering::Relaxed);
        let doublings = failures.saturating_sub(FAILURES_FREE).min(PAUSE_MAX.ilog2());
        self.pause.store((1 << doublings) - 1, Ordering::Relaxed);
        false
    }

    /// A sleep that began then is over.
    pub fn slept_since(&self, began: Instant) {
        if began.elapsed() < SHORT && self.pause.load(Ordering::Relaxed) > PAUSE_MAX_SHORT {
            self.pause.store(PAUSE_MAX_SHORT, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_that_bring_nothing_become_rare() {
        let spin = Spin::default();
        let mut looks = 0;
        for _ in 0..10_000 {
            let mut looked = false;
            spin.until(true, || {
                looked = true;
                false
            });
            looks += u32::from(looked);
        }
        assert!(looks < 40, "{looks} of 10000 sleeps were preceded by a look");
    }

    #[test]
    fn one_that_brings_something_makes_them_worth_it_again() {
        let spin = Spin::default();
        (0..100).for_each(|_| _ = spin.until(true, || false));
        assert!((0..PAUSE_MAX * 2).all(|_| !spin.until(false, || true)), "impossible");
        let tries = (0..PAUSE_MAX * 2).find(|_| spin.until(true, || true));
        assert!(tries.is_some());
        assert!(spin.until(true, || true));
    }

    #[test]
    fn short_sleeps_keep_the_looks_from_becoming_rare() {
        let (spin, mut looks) = (Spin::default(), 0);
        for _ in 0..1000 {
            spin.until(true, || {
                looks += 1;
                false
            });
            spin.slept_since(Instant::now());
        }
        assert!(looks > 1000 / PAUSE_MAX_SHORT);
    }
}

//! Whether it pays to look a little longer before falling asleep: learned from what it brought.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The longest that anybody looks before it sleeps.
const LIMIT: Duration = Duration::from_micros(5);
/// How many sleeps are not preceded by a look, at most, after looks that brought nothing.
const PAUSE_MAX: u32 = 1024;
/// Between two looks at the clock.
const TURNS: u32 = 32;

/// What looking has brought so far. Several threads may use it, and lose a count.
#[derive(Debug, Default)]
pub struct Spin {
    /// Sleeps to go until the next look.
    pause: AtomicU32,
    /// How long the last pause was.
    last_pause: AtomicU32,
}

impl Spin {
    /// Looks, for as long as it is worth, until `found` says yes.
    #[inline]
    pub fn until(&self, mut found: impl FnMut() -> bool) -> bool {
        let pause = self.pause.load(Ordering::Relaxed);
        if pause > 0 {
            self.pause.store(pause - 1, Ordering::Relaxed);
            return false;
        }
        if !pays() {
            return false;
        }
        let mut began = None;
        loop {
            for _ in 0..TURNS {
                if found() {
                    self.last_pause.store(0, Ordering::Relaxed);
                    return true;
                }
                std::hint::spin_loop();
            }
            if began.get_or_insert_with(Instant::now).elapsed() >= LIMIT {
                return self.fail();
            }
        }
    }

    #[cold]
    fn fail(&self) -> bool {
        let pause = (self.last_pause.load(Ordering::Relaxed) * 2 + 1).min(PAUSE_MAX);
        self.last_pause.store(pause, Ordering::Relaxed);
        self.pause.store(pause, Ordering::Relaxed);
        false
    }
}

/// With one processor the other side cannot run meanwhile.
fn pays() -> bool {
    static SEVERAL: LazyLock<bool> =
        LazyLock::new(|| std::thread::available_parallelism().is_ok_and(|count| count.get() > 1));
    *SEVERAL
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
            spin.until(|| {
                looked = true;
                false
            });
            looks += u32::from(looked);
        }
        assert!(looks < 30, "{looks} of 10000 sleeps were preceded by a look");
    }

    #[test]
    fn one_that_brings_something_makes_them_worth_it_again() {
        let spin = Spin::default();
        (0..100).for_each(|_| _ = spin.until(|| false));
        let several = pays();
        let tries = (0..PAUSE_MAX * 2).find(|_| spin.until(|| true));
        assert_eq!(tries.is_some(), several);
        assert_eq!(spin.until(|| true), several);
    }
}

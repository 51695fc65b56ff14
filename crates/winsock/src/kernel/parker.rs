//! Where one thread sleeps until another wakes it: a futex word with one token.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::sys;

const EMPTY: u32 = 0;
const TOKEN: u32 = 1;
const ASLEEP: u32 = 2;

/// One thread parks, any thread unparks; an unpark before the park is not lost.
#[derive(Debug)]
pub struct Parker {
    word: AtomicU32,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { word: AtomicU32::new(EMPTY) }
    }

    /// Sleeps until [`Parker::unpark`] or until `timeout` has passed; takes the token if there
    /// is one. May also return early: callers look again.
    pub fn park(&self, timeout: Option<Duration>) {
        let asleep =
            self.word.compare_exchange(EMPTY, ASLEEP, Ordering::Acquire, Ordering::Acquire);
        if asleep.is_ok() {
            let end = timeout.map(|timeout| Instant::now() + timeout);
            while self.word.load(Ordering::Acquire) == ASLEEP {
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                if left.is_some_and(|left| left.is_zero()) {
                    break;
                }
                sys::futex_wait(&self.word, ASLEEP, left);
            }
        }
        self.word.swap(EMPTY, Ordering::Acquire);
    }

    /// Leaves the token and wakes the sleeper.
    pub fn unpark(&self) {
        if self.word.swap(TOKEN, Ordering::Release) == ASLEEP {
            sys::futex_wake(&self.word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn an_unpark_before_the_park_is_not_lost() {
        let parker = Parker::new();
        parker.unpark();
        parker.park(None);
    }

    #[test]
    fn park_ends_when_time_is_up() {
        Parker::new().park(Some(Duration::from_millis(1)));
    }

    #[test]
    fn unpark_wakes_a_sleeper() {
        let parker = Arc::new(Parker::new());
        let sleeper = parker.clone();
        let thread = std::thread::spawn(move || sleeper.park(None));
        parker.unpark();
        thread.join().unwrap();
    }
}

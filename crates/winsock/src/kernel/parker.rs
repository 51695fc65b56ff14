//! Where one thread sleeps until another wakes it: a futex word with one token.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::epoll::{Epoll, Readiness};
use super::sys;

const EMPTY: u32 = 0;
const TOKEN: u32 = 1;
const ASLEEP: u32 = 2;
const IN_EPOLL: u32 = 3;

/// One thread parks, any thread unparks; an unpark before the park is not lost.
#[derive(Debug)]
pub struct Parker {
    word: AtomicU32,
    /// The set that it parks in, if it ever does.
    epoll: OnceLock<&'static Epoll>,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { word: AtomicU32::new(EMPTY), epoll: OnceLock::new() }
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

    /// As [`Parker::park`], but wakes also when `epoll`, in which nobody else sleeps, has something
    /// to report; appends what it has. It is the same set at every call.
    pub fn park_in(
        &self,
        epoll: &'static Epoll,
        timeout: Option<Duration>,
        reports: &mut Vec<Readiness>,
    ) {
        self.epoll.get_or_init(|| epoll);
        let asleep =
            self.word.compare_exchange(EMPTY, IN_EPOLL, Ordering::AcqRel, Ordering::Acquire);
        if asleep.is_ok() {
            epoll.wait(timeout, reports);
        }
        self.word.swap(EMPTY, Ordering::Acquire);
    }

    /// Leaves the token and wakes the sleeper.
    pub fn unpark(&self) {
        match self.word.swap(TOKEN, Ordering::AcqRel) {
            ASLEEP => sys::futex_wake(&self.word),
            IN_EPOLL => self.epoll.get().expect("it sleeps there").kick(),
            _ => {}
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

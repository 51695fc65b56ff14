//! Event objects, and the waits of the calling thread on them.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::kernel::parker::Parker;
use crate::port::Patience;
use crate::thread;
use crate::wait::{ObjectId, Waits};

static WAITS: Waits = Waits::new();

/// A manual- or auto-reset event.
#[derive(Debug)]
pub struct Event {
    id: ObjectId,
}

impl Event {
    /// `manual`: it stays signalled until [`Event::reset`]; else each signal releases one waiter.
    pub fn new(manual: bool, signalled: bool) -> Self {
        Self { id: WAITS.create(manual, signalled) }
    }

    /// Signals it.
    pub fn set(&self) {
        WAITS.set(self.id);
    }

    /// Makes it non-signalled.
    pub fn reset(&self) {
        WAITS.reset(self.id);
    }

    /// Whether it is signalled now.
    #[cfg(test)]
    pub fn is_set(&self) -> bool {
        WAITS.is_set(self.id)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        WAITS.remove(self.id);
    }
}

/// The calling thread waits for any or all of `events`: the index that ended the wait (0 for
/// all), or `None` when patience ran out. The thread does not count as running at its port
/// meanwhile (S1.39).
pub fn wait(events: &[Arc<Event>], all: bool, patience: Patience) -> Option<usize> {
    thread_local! {
        static PARKER: Arc<Parker> = Arc::new(Parker::new());
    }
    let ids: SmallVec<[ObjectId; 8]> = events.iter().map(|event| event.id).collect();
    let parker = PARKER.with(Arc::clone);
    let (mut paused, patience) = (None, patience.begin());
    WAITS.wait(&ids, all, &parker, || {
        let left = patience.left()?;
        paused.get_or_insert_with(thread::pause);
        Some(left)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn events(manual: bool, count: usize) -> Vec<Arc<Event>> {
        (0..count).map(|_| Arc::new(Event::new(manual, false))).collect()
    }

    #[test]
    fn wait_any_returns_the_lowest_signalled_index() {
        let all = events(true, 4);
        all[3].set();
        all[1].set();
        assert_eq!(wait(&all, false, Patience::Forever), Some(1));
    }

    #[test]
    fn an_auto_reset_event_releases_one_wait() {
        let one = events(false, 1);
        one[0].set();
        assert_eq!(wait(&one, false, Patience::None), Some(0));
        assert_eq!(wait(&one, false, Patience::None), None);
    }

    #[test]
    fn wait_all_consumes_nothing_until_all_are_set() {
        let both = events(false, 2);
        both[0].set();
        let soon = Patience::Until(Instant::now() + Duration::from_millis(2));
        assert_eq!(wait(&both, true, soon), None);
        assert!(both[0].is_set());
        both[1].set();
        assert_eq!(wait(&both, true, Patience::Forever), Some(0));
        assert!(!both[0].is_set() && !both[1].is_set());
    }

    #[test]
    fn a_signal_wakes_a_sleeping_waiter() {
        let all = events(false, 2);
        let theirs = all.clone();
        let waiter = std::thread::spawn(move || wait(&theirs, false, Patience::Forever));
        all[1].set();
        assert_eq!(waiter.join().unwrap(), Some(1));
    }
}

//! Timer queues: functions that the thread pool calls when it is time (S14.15).

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use parking_lot::Mutex;

use crate::callback::{Callback, Ending};
use crate::error::Error;
use crate::event::Event;

/// INFINITE as a due time: not before it is changed.
const NEVER_MS: u32 = u32::MAX;

/// Timers that end together.
#[derive(Default)]
pub struct TimerQueue {
    timers: Mutex<Vec<Arc<Callback>>>,
}

/// The queue of timers that were given none.
pub fn shared() -> Arc<TimerQueue> {
    static SHARED: LazyLock<Arc<TimerQueue>> = LazyLock::new(Arc::default);
    SHARED.clone()
}

/// Who is told that the last call of a timer is over.
pub enum Told {
    /// Nobody.
    Nobody,
    /// An event, which is set then.
    Event(Arc<Event>),
    /// The calling thread, which waits for it.
    Caller,
}

impl TimerQueue {
    /// Adds a timer, called in `due_ms` and then each `period_ms` unless that is 0. Fails with 8.
    pub fn add(&self, timer: Arc<Callback>, due_ms: u32, period_ms: u32) -> Result<(), Error> {
        set(&timer, due_ms, period_ms)?;
        self.timers.lock().push(timer);
        Ok(())
    }

    fn find(&self, key: usize) -> Result<Arc<Callback>, Error> {
        let timers = self.timers.lock();
        let found = timers.iter().find(|timer| timer.key() == key);
        found.cloned().ok_or(Error::INVALID_HANDLE)
    }

    /// Sets a timer anew, but one that was to be called once and has been. 6 if it is not here.
    pub fn change(&self, key: usize, due_ms: u32, period_ms: u32) -> Result<(), Error> {
        let timer = self.find(key)?;
        match timer.is_ticking() || !timer.has_rung() {
            true => set(&timer, due_ms, period_ms),
            false => Ok(()),
        }
    }

    /// Ends a timer: 6 if it is not here, 997 if a call is due or under way, which goes on.
    pub fn remove(&self, key: usize, told: &Told) -> Result<(), Error> {
        let timer = self.find(key)?;
        self.timers.lock().retain(|other| !Arc::ptr_eq(other, &timer));
        end(&[timer], told)
    }

    /// Ends all timers, as [`TimerQueue::remove`] ends one.
    pub fn clear(&self, told: &Told) -> Result<(), Error> {
        let timers = std::mem::take(&mut *self.timers.lock());
        end(&timers, told)
    }
}

fn set(timer: &Arc<Callback>, due_ms: u32, period_ms: u32) -> Result<(), Error> {
    let ms = |ms: u32| Duration::from_millis(ms.into());
    match due_ms {
        NEVER_MS => {
            timer.stop_ticks();
            Ok(())
        }
        _ => timer.tick(ms(due_ms), ms(period_ms)),
    }
}

fn end(timers: &[Arc<Callback>], told: &Told) -> Result<(), Error> {
    let ending = match told {
        Told::Event(event) => Some(Arc::new(Ending(event.clone()))),
        Told::Nobody | Told::Caller => None,
    };
    let pending = timers.iter().filter(|timer| timer.close_telling(ending.clone())).count();
    if let Told::Caller = told {
        timers.iter().for_each(|timer| timer.wait(false));
        return Ok(());
    }
    if pending > 0 { Err(Error::IO_PENDING) } else { Ok(()) }
}

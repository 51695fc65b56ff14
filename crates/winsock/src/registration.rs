//! Registered waits: a function of the program's that is called each time an object is signalled,
//! or time is up. Each has a thread of its own, asleep in the wait: their number is bounded by that
//! of the process' threads only.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::error::Error;
use crate::event::{self, Event, Waitable, Woken};
use crate::port::Patience;
use crate::thread::birth;

/// What is called each time: whether time was up. Under no lock.
pub type Function = Box<dyn Fn(bool) + Send>;

/// A registered wait.
pub struct Registration {
    /// Set to end it.
    cancel: Arc<Event>,
    /// Set when its last call is over.
    over: Arc<Event>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    calling: bool,
    ended: bool,
    /// To be set when its last call is over.
    completion: Option<Arc<Event>>,
}

/// What is waited for, and who is told.
pub struct Wait {
    /// The object, kept while it is waited for.
    pub object: Arc<dyn Waitable>,
    /// Called each time.
    pub function: Function,
    /// How long each wait lasts.
    pub patience: Patience,
    /// It ends with the first call.
    pub once: bool,
}

/// Begins to wait. Fails with 8 if there can be no thread.
pub fn register(wait: Wait) -> Result<Arc<Registration>, Error> {
    let registration = Arc::new(Registration {
        cancel: Arc::new(Event::new(true, false)),
        over: Arc::new(Event::new(true, false)),
        state: Mutex::default(),
    });
    let mine = registration.clone();
    birth::spawn(move || {
        mine.run(&wait);
        0
    })?;
    Ok(registration)
}

impl Registration {
    fn run(&self, wait: &Wait) {
        let objects: [Arc<dyn Waitable>; 2] = [self.cancel.clone(), wait.object.clone()];
        loop {
            let timed_out = match event::wait(&objects, false, wait.patience, false) {
                Woken::Object(0) => break,
                woken => woken == Woken::TimedOut,
            };
            if !self.begin_call() {
                break;
            }
            (wait.function)(timed_out);
            self.state.lock().calling = false;
            if wait.once {
                break;
            }
        }
        let completion = {
            let mut state = self.state.lock();
            state.ended = true;
            state.completion.take()
        };
        self.over.set();
        if let Some(completion) = completion {
            completion.set();
        }
    }

    /// Nobody has ended it, so that its function may be called.
    fn begin_call(&self) -> bool {
        let mut state = self.state.lock();
        state.calling = !self.cancel.is_set();
        state.calling
    }

    /// No call begins after this. Whether one is under way; `completion` is set when none is.
    pub fn end(&self, completion: Option<Arc<Event>>) -> bool {
        let mut state = self.state.lock();
        self.cancel.set();
        match completion {
            Some(completion) if state.ended => completion.set(),
            completion => state.completion = completion,
        }
        state.calling
    }

    /// Waits until its last call is over.
    pub fn join(&self) {
        event::wait(std::slice::from_ref(&self.over), false, Patience::Forever, false);
    }
}

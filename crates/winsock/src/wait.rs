//! ⑧ Where threads sleep for objects: wait for any, wait for all, auto-reset consumption.
//!
//! All objects stand under one lock, as they did under NT's dispatcher lock: so a wait for all
//! sees one moment, and an auto-reset signal goes to exactly one waiter (S4.4–S4.6). Completions
//! that nobody waits for never come here. Runs under loom (tests/loom.rs).

use slab::Slab;
use smallvec::SmallVec;

use crate::sync::{Arc, Mutex, Parker};

/// An object's number among the [`Waits`].
pub type ObjectId = usize;

struct Object {
    signalled: bool,
    manual: bool,
    /// Waits in the order they began.
    waits: SmallVec<[usize; 2]>,
}

struct Wait {
    objects: SmallVec<[ObjectId; 4]>,
    all: bool,
    satisfied: Option<usize>,
    parker: Arc<Parker>,
}

struct State {
    objects: Slab<Object>,
    waits: Slab<Wait>,
}

/// All waitable objects and all threads waiting for them.
pub struct Waits {
    state: Mutex<State>,
}

impl Waits {
    /// No objects, no waiters.
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { state: Mutex::new(State { objects: Slab::new(), waits: Slab::new() }) }
    }

    /// No objects, no waiters.
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { state: Mutex::new(State { objects: Slab::new(), waits: Slab::new() }) }
    }

    /// A new object; `manual`: it stays signalled until [`Waits::reset`].
    pub fn create(&self, manual: bool, signalled: bool) -> ObjectId {
        let waits = SmallVec::new();
        self.state.lock().objects.insert(Object { signalled, manual, waits })
    }

    /// Removes an object nobody waits for.
    pub fn remove(&self, id: ObjectId) {
        let object = self.state.lock().objects.remove(id);
        assert!(object.waits.is_empty(), "a waited-for object is kept by its waiters");
    }

    /// Signals an object and releases the waiters this satisfies.
    pub fn set(&self, id: ObjectId) {
        let mut state = self.state.lock();
        state.objects[id].signalled = true;
        let mut woken = SmallVec::<[Arc<Parker>; 2]>::new();
        let waiting = state.objects[id].waits.clone();
        for wait in waiting {
            if !state.objects[id].signalled {
                break; // an auto-reset signal is used up
            }
            if state.try_satisfy(wait) {
                woken.push(state.waits[wait].parker.clone());
            }
        }
        drop(state);
        for parker in woken {
            parker.unpark();
        }
    }

    /// Makes an object non-signalled.
    pub fn reset(&self, id: ObjectId) {
        self.state.lock().objects[id].signalled = false;
    }

    /// Whether an object is signalled now.
    #[cfg(any(test, loom))]
    pub fn is_set(&self, id: ObjectId) -> bool {
        self.state.lock().objects[id].signalled
    }

    /// Waits for any (the lowest signalled index is returned) or for all of `objects` (0 is
    /// returned). `nap` sleeps until `parker` has its token, or less; false: it is to be the last
    /// time. Returns `None` if the wait ends that way.
    pub fn wait(
        &self,
        objects: &[ObjectId],
        all: bool,
        parker: &Arc<Parker>,
        mut nap: impl FnMut() -> bool,
    ) -> Option<usize> {
        let mut state = self.state.lock();
        let wait = state.waits.insert(Wait {
            objects: objects.into(),
            all,
            satisfied: None,
            parker: parker.clone(),
        });
        if !state.try_satisfy(wait) {
            for &id in objects {
                state.objects[id].waits.push(wait);
            }
            let mut goes_on = true;
            while goes_on && state.waits[wait].satisfied.is_none() {
                drop(state);
                goes_on = nap();
                state = self.state.lock();
            }
            for &id in objects {
                state.objects[id].waits.retain(|&mut other| other != wait);
            }
        }
        state.waits.remove(wait).satisfied
    }
}

impl State {
    /// Satisfies a wait if its objects allow it, consuming auto-reset signals.
    fn try_satisfy(&mut self, wait: usize) -> bool {
        let Self { objects, waits } = self;
        let wait = &mut waits[wait];
        if wait.satisfied.is_some() {
            return false;
        }
        let consume = |objects: &mut Slab<Object>, id: ObjectId| {
            objects[id].signalled = objects[id].manual;
        };
        if wait.all {
            if !wait.objects.iter().all(|&id| objects[id].signalled) {
                return false;
            }
            wait.objects.iter().for_each(|&id| consume(objects, id));
            wait.satisfied = Some(0);
        } else {
            let first = wait.objects.iter().position(|&id| objects[id].signalled);
            let Some(index) = first else { return false };
            consume(objects, wait.objects[index]);
            wait.satisfied = Some(index);
        }
        true
    }
}

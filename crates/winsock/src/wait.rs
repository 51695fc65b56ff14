//! ⑧ Where threads sleep for objects: wait for any, wait for all, auto-reset consumption.
//!
//! All objects stand under one lock, as they did under NT's dispatcher lock: so a wait for all
//! sees one moment, and an auto-reset signal goes to exactly one waiter (S4.4–S4.6). Completions
//! that nobody waits for never come here. Runs under loom (tests/loom.rs).

use slab::Slab;
use smallvec::SmallVec;

use crate::sync::{Arc, Mutex, MutexGuard, Parker};

/// An object's number among the [`Waits`].
pub type ObjectId = usize;

/// What being signalled means, and what a satisfied wait takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Stays signalled until it is reset.
    Manual,
    /// A signal releases one wait.
    Auto,
    /// Signalled while its count, at most this, is not 0; a wait takes one.
    Semaphore(u32),
    /// Signalled while nobody owns it, and to its owner; a wait owns it once more.
    Mutex,
}

struct Object {
    kind: Kind,
    /// Signals: 0 or 1, or a semaphore's count. For a mutex: how often its owner has taken it.
    count: u32,
    /// The thread that owns the mutex; 0: none.
    owner: u32,
    /// The mutex' last owner ended without releasing it.
    abandoned: bool,
    /// Waits in the order they began.
    waits: SmallVec<[usize; 2]>,
}

impl Object {
    fn is_signalled(&self, thread: u32) -> bool {
        match self.kind {
            Kind::Mutex => self.count == 0 || self.owner == thread,
            _ => self.count > 0,
        }
    }

    /// Takes what a satisfied wait of `thread` takes; whether it was an abandoned mutex.
    fn take(&mut self, thread: u32) -> bool {
        match self.kind {
            Kind::Manual => {}
            Kind::Auto | Kind::Semaphore(_) => self.count -= 1,
            Kind::Mutex => {
                self.count += 1;
                self.owner = thread;
            }
        }
        std::mem::take(&mut self.abandoned)
    }
}

/// How a wait was satisfied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Satisfied {
    /// By which object; 0 for a wait for all.
    pub index: usize,
    /// A mutex came with it that a thread had taken along when it ended.
    pub abandoned: bool,
}

struct Wait {
    objects: SmallVec<[ObjectId; 4]>,
    all: bool,
    /// The thread that waits.
    thread: u32,
    satisfied: Option<Satisfied>,
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

    /// A new object with so many signals; a mutex with 1 is owned by `owner`.
    pub fn create(&self, kind: Kind, count: u32, owner: u32) -> ObjectId {
        let object = Object { kind, count, owner, abandoned: false, waits: SmallVec::new() };
        self.state.lock().objects.insert(object)
    }

    /// Removes an object nobody waits for.
    pub fn remove(&self, id: ObjectId) {
        let object = self.state.lock().objects.remove(id);
        assert!(object.waits.is_empty(), "a waited-for object is kept by its waiters");
    }

    /// Signals an event and releases the waiters this satisfies.
    pub fn set(&self, id: ObjectId) {
        let mut state = self.state.lock();
        state.objects[id].count = 1;
        self.release(state, id);
    }

    /// Releases the waiters that an event's signal satisfies now, and leaves it non-signalled.
    pub fn pulse(&self, id: ObjectId) {
        let mut state = self.state.lock();
        state.objects[id].count = 1;
        let woken = state.release(id);
        state.objects[id].count = 0;
        drop(state);
        woken.iter().for_each(|parker| parker.unpark());
    }

    /// Adds to a semaphore's count and releases the waiters this satisfies; the count before.
    /// `None`, and no change, if that were more than it takes.
    pub fn add(&self, id: ObjectId, signals: u32) -> Option<u32> {
        let mut state = self.state.lock();
        let object = &mut state.objects[id];
        let (before, Kind::Semaphore(most)) = (object.count, object.kind) else {
            unreachable!("only semaphores are added to");
        };
        object.count = before.checked_add(signals).filter(|&count| count <= most)?;
        self.release(state, id);
        Some(before)
    }

    /// `thread` gives a mutex back once; false if it does not own it.
    pub fn give_back(&self, id: ObjectId, thread: u32) -> bool {
        let mut state = self.state.lock();
        let object = &mut state.objects[id];
        let owned = object.count > 0 && object.owner == thread;
        if owned {
            object.count -= 1;
            self.release(state, id);
        }
        owned
    }

    /// `thread` ends: the mutexes it owns are abandoned.
    pub fn abandon(&self, thread: u32) {
        let mut state = self.state.lock();
        let owned = |(id, object): (usize, &Object)| {
            (object.kind == Kind::Mutex && object.count > 0 && object.owner == thread).then_some(id)
        };
        let ids: SmallVec<[ObjectId; 4]> = state.objects.iter().filter_map(owned).collect();
        for id in ids {
            state.objects[id].count = 0;
            state.objects[id].abandoned = true;
            self.release(state, id);
            state = self.state.lock();
        }
    }

    /// Satisfies the waits that can be now that an object was signalled, and wakes their threads.
    fn release(&self, mut state: MutexGuard<'_, State>, id: ObjectId) {
        let woken = state.release(id);
        drop(state);
        woken.iter().for_each(|parker| parker.unpark());
    }

    /// Makes an object non-signalled.
    pub fn reset(&self, id: ObjectId) {
        self.state.lock().objects[id].count = 0;
    }

    /// Whether an object is signalled now.
    pub fn is_set(&self, id: ObjectId) -> bool {
        self.state.lock().objects[id].count > 0
    }

    /// The calling thread, of this number and parker, waits for any of `objects`, of which the
    /// first signalled one counts, or for all. `nap` sleeps until the parker has its token, or
    /// less; false: it is to be the last time. Returns `None` if the wait ends that way.
    pub fn wait(
        &self,
        objects: &[ObjectId],
        all: bool,
        (thread, parker): (u32, &Arc<Parker>),
        mut nap: impl FnMut() -> bool,
    ) -> Option<Satisfied> {
        let mut state = self.state.lock();
        let wait = state.waits.insert(Wait {
            objects: objects.into(),
            all,
            thread,
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
    /// Satisfies the waits that can be now that an object was signalled: whom to wake.
    fn release(&mut self, id: ObjectId) -> SmallVec<[Arc<Parker>; 2]> {
        let mut woken = SmallVec::new();
        if !self.objects[id].waits.is_empty() {
            for wait in self.objects[id].waits.clone() {
                if self.try_satisfy(wait) {
                    woken.push(self.waits[wait].parker.clone());
                }
            }
        }
        woken
    }

    /// Satisfies a wait if its objects allow it, and takes from them.
    fn try_satisfy(&mut self, wait: usize) -> bool {
        let Self { objects, waits } = self;
        let wait = &mut waits[wait];
        if wait.satisfied.is_some() {
            return false;
        }
        let thread = wait.thread;
        if wait.all {
            if !wait.objects.iter().all(|&id| objects[id].is_signalled(thread)) {
                return false;
            }
            let abandoned =
                wait.objects.iter().fold(false, |any, &id| objects[id].take(thread) | any);
            wait.satisfied = Some(Satisfied { index: 0, abandoned });
        } else {
            let first = wait.objects.iter().position(|&id| objects[id].is_signalled(thread));
            let Some(index) = first else { return false };
            let abandoned = objects[wait.objects[index]].take(thread);
            wait.satisfied = Some(Satisfied { index, abandoned });
        }
        true
    }
}

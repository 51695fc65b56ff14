//! ⑧ Where threads sleep for objects: wait for any, wait for all, auto-reset consumption.
//!
//! All objects stand under one lock, as they did under NT's dispatcher lock: so a wait for all
//! sees one moment, and an auto-reset signal goes to exactly one waiter (S4.4–S4.6). Completions
//! that nobody waits for never come here. Runs under loom (tests/loom.rs).

use slab::Slab;
use smallvec::SmallVec;

use std::sync::Arc as StdArc;

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

/// What an object has to give.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Signals {
    /// 0 or 1, or a semaphore's count. For a mutex: how often its owner has taken it.
    pub count: u32,
    /// The thread that owns the mutex; 0: none.
    pub owner: u32,
    /// The mutex' last owner ended without releasing it.
    pub abandoned: bool,
}

/// The owner of a mutex that a thread of another process owns.
pub const ELSEWHERE: u32 = u32::MAX;

/// Where the signals of an object stand that other processes have, too.
pub trait Elsewhere: Send + Sync {
    /// Does `work` while nobody else changes such an object. The waits' lock is held.
    fn alone(&self, work: &mut dyn FnMut());
    /// Its signals; to be alone for.
    fn load(&self) -> Signals;
    /// Changes them, and tells the other processes; to be alone for.
    fn store(&self, signals: Signals);
    /// A wait for it begins: [`Waits::look_elsewhere`] is to be called when others change it.
    fn await_change(&self);
}

/// What the waits of a process expect of others; the later, the more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Awaited {
    Nothing,
    /// Signals.
    Signals,
    /// That a mutex is given back, or its owner ends.
    Owners,
}

struct Object {
    kind: Kind,
    /// Of an object that is shared: as they were when this process last looked.
    signals: Signals,
    shared: Option<StdArc<dyn Elsewhere>>,
    /// Waits in the order they began.
    waits: SmallVec<[usize; 2]>,
}

impl Object {
    fn is_signalled(&self, thread: u32) -> bool {
        match self.kind {
            Kind::Mutex => self.signals.count == 0 || self.signals.owner == thread,
            _ => self.signals.count > 0,
        }
    }

    /// Takes what a satisfied wait of `thread` takes; whether it was an abandoned mutex.
    fn take(&mut self, thread: u32) -> bool {
        match self.kind {
            Kind::Manual => {}
            Kind::Auto | Kind::Semaphore(_) => self.signals.count -= 1,
            Kind::Mutex => {
                self.signals.count += 1;
                self.signals.owner = thread;
            }
        }
        std::mem::take(&mut self.signals.abandoned)
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

    /// A new object with these signals; a mutex with 1 is owned by its owner.
    pub fn create(&self, kind: Kind, signals: Signals) -> ObjectId {
        self.insert(Object { kind, signals, shared: None, waits: SmallVec::new() })
    }

    /// An object that other processes have, too.
    pub fn create_shared(&self, kind: Kind, shared: StdArc<dyn Elsewhere>) -> ObjectId {
        let mut signals = Signals::default();
        shared.alone(&mut || signals = shared.load());
        self.insert(Object { kind, signals, shared: Some(shared), waits: SmallVec::new() })
    }

    fn insert(&self, object: Object) -> ObjectId {
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
        state.change(id, |signals| signals.count = 1);
        self.release(state, id);
    }

    /// Releases the waiters that an event's signal satisfies now, of this process, and leaves it
    /// non-signalled.
    pub fn pulse(&self, id: ObjectId) {
        let mut state = self.state.lock();
        state.change(id, |signals| signals.count = 1);
        let woken = state.release(id);
        state.change(id, |signals| signals.count = 0);
        drop(state);
        woken.iter().for_each(|parker| parker.unpark());
    }

    /// Adds to a semaphore's count and releases the waiters this satisfies; the count before.
    /// `None`, and no change, if that were more than it takes.
    pub fn add(&self, id: ObjectId, more: u32) -> Option<u32> {
        let mut state = self.state.lock();
        let Kind::Semaphore(most) = state.objects[id].kind else {
            unreachable!("only semaphores are added to");
        };
        let before = state.change(id, |signals| {
            let before = signals.count;
            signals.count = before.checked_add(more).filter(|&count| count <= most)?;
            Some(before)
        });
        self.release(state, id);
        before
    }

    /// `thread` gives a mutex back once; false if it does not own it.
    pub fn give_back(&self, id: ObjectId, thread: u32) -> bool {
        let mut state = self.state.lock();
        let owned = state.change(id, |signals| {
            let owned = signals.count > 0 && signals.owner == thread;
            signals.count -= u32::from(owned);
            owned
        });
        self.release(state, id);
        owned
    }

    /// `thread` ends: the mutexes it owns are abandoned.
    pub fn abandon(&self, thread: u32) {
        let mut state = self.state.lock();
        let owned = |(id, object): (usize, &Object)| {
            let Signals { count, owner, .. } = object.signals;
            (object.kind == Kind::Mutex && count > 0 && owner == thread).then_some(id)
        };
        let ids: SmallVec<[ObjectId; 4]> = state.objects.iter().filter_map(owned).collect();
        for id in ids {
            state.change(id, |signals| (signals.count, signals.abandoned) = (0, true));
            self.release(state, id);
            state = self.state.lock();
        }
    }

    /// Other processes changed what they share: releases the waits this satisfies; what those that
    /// are left await.
    pub fn look_elsewhere(&self) -> Awaited {
        let mut state = self.state.lock();
        let awaited = |(id, object): (usize, &Object)| {
            (object.shared.is_some() && !object.waits.is_empty()).then_some(id)
        };
        let ids: Vec<ObjectId> = state.objects.iter().filter_map(awaited).collect();
        let woken: Vec<_> = ids.iter().flat_map(|&id| state.release(id)).collect();
        let awaited = ids.iter().map(|&id| state.awaited(id)).max().unwrap_or(Awaited::Nothing);
        drop(state);
        woken.iter().for_each(|parker| parker.unpark());
        awaited
    }

    /// Satisfies the waits that can be now that an object was signalled, and wakes their threads.
    fn release(&self, mut state: MutexGuard<'_, State>, id: ObjectId) {
        let woken = state.release(id);
        drop(state);
        woken.iter().for_each(|parker| parker.unpark());
    }

    /// Makes an object non-signalled.
    pub fn reset(&self, id: ObjectId) {
        self.state.lock().change(id, |signals| signals.count = 0);
    }

    /// Whether an object is signalled now.
    pub fn is_set(&self, id: ObjectId) -> bool {
        self.state.lock().change(id, |signals| signals.count > 0)
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
            state.await_others(objects);
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

    /// Changes an object's signals.
    fn change<T>(&mut self, id: ObjectId, change: impl FnOnce(&mut Signals) -> T) -> T {
        visit(&mut self.objects, &[id], |objects| change(&mut objects[id].signals))
    }

    /// What the waits for an object that is shared expect of others.
    fn awaited(&self, id: ObjectId) -> Awaited {
        let Object { signals, waits, .. } = &self.objects[id];
        match waits.iter().any(|&wait| self.waits[wait].satisfied.is_none()) {
            false => Awaited::Nothing,
            true if signals.owner == ELSEWHERE => Awaited::Owners,
            true => Awaited::Signals,
        }
    }

    /// A wait for these objects begins.
    fn await_others(&self, objects: &[ObjectId]) {
        let shared = objects.iter().find_map(|&id| self.objects[id].shared.as_ref());
        _ = shared.map(|shared| shared.await_change());
    }

    /// Satisfies a wait if its objects allow it, and takes from them.
    fn try_satisfy(&mut self, wait: usize) -> bool {
        let wait = &mut self.waits[wait];
        if wait.satisfied.is_some() {
            return false;
        }
        let (thread, all, ids) = (wait.thread, wait.all, &wait.objects[..]);
        wait.satisfied = visit(&mut self.objects, ids, |objects| {
            if all {
                if !ids.iter().all(|&id| objects[id].is_signalled(thread)) {
                    return None;
                }
                let take = |any, &id: &ObjectId| objects[id].take(thread) | any;
                return Some(Satisfied { index: 0, abandoned: ids.iter().fold(false, take) });
            }
            let index = ids.iter().position(|&id| objects[id].is_signalled(thread))?;
            Some(Satisfied { index, abandoned: objects[ids[index]].take(thread) })
        });
        wait.satisfied.is_some()
    }
}

/// Does `work` on these objects; alone with those of them that other processes have, too.
fn visit<T>(
    objects: &mut Slab<Object>,
    ids: &[ObjectId],
    work: impl FnOnce(&mut Slab<Object>) -> T,
) -> T {
    match ids.iter().find_map(|&id| objects[id].shared.clone()) {
        None => work(objects),
        Some(shared) => visit_shared(objects, ids, &*shared, work),
    }
}

#[cold]
fn visit_shared<T>(
    objects: &mut Slab<Object>,
    ids: &[ObjectId],
    any: &dyn Elsewhere,
    work: impl FnOnce(&mut Slab<Object>) -> T,
) -> T {
    let (mut work, mut result) = (Some(work), None);
    any.alone(&mut || {
        let mut before = SmallVec::<[(ObjectId, Signals); 4]>::new();
        for &id in ids {
            if let Some(shared) = &objects[id].shared {
                let signals = shared.load();
                objects[id].signals = signals;
                before.push((id, signals));
            }
        }
        result = work.take().map(|work| work(objects));
        for (id, before) in before {
            let object = &objects[id];
            let changed = object.shared.as_ref().filter(|_| object.signals != before);
            _ = changed.map(|shared| shared.store(object.signals));
        }
    });
    result.expect("it was done alone")
}

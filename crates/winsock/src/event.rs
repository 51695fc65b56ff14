//! Events, semaphores and mutexes, and the waits of the calling thread for them.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::apc::Alert;
use crate::error::Error;
use crate::house;
use crate::kernel::parker::Parker;
use crate::port::Patience;
use crate::session::Shared;
use crate::thread;
use crate::wait::{Awaited, Kind, ObjectId, Satisfied, Signals, Waits};

static WAITS: Waits = Waits::new();

/// A place among the waits, free again when dropped.
#[derive(Debug)]
pub struct Place(ObjectId);

impl Place {
    /// A new one.
    pub fn new(kind: Kind, signals: Signals) -> Self {
        Self(WAITS.create(kind, signals))
    }

    /// The place of what other processes have, too.
    pub fn shared(shared: Shared) -> Self {
        Self(WAITS.create_shared(shared.kind(), Arc::new(shared)))
    }
}

/// What can have a name that other processes know.
pub trait Shareable: std::any::Any + Send + Sync {
    /// Whether it is of this kind.
    fn is(kind: Kind) -> bool;
    /// The object at this place, which is of its kind.
    fn at(place: Place) -> Self;
}

impl Drop for Place {
    fn drop(&mut self) {
        WAITS.remove(self.0);
    }
}

/// A manual- or auto-reset event.
#[derive(Debug)]
pub struct Event {
    place: Place,
}

impl Event {
    /// `manual`: it stays signalled until [`Event::reset`]; else each signal releases one waiter.
    pub fn new(manual: bool, signalled: bool) -> Self {
        let (kind, signals) = Self::beginning(manual, signalled);
        Self { place: Place::new(kind, signals) }
    }

    /// What such an event is to begin with.
    pub fn beginning(manual: bool, signalled: bool) -> (Kind, Signals) {
        let kind = if manual { Kind::Manual } else { Kind::Auto };
        (kind, Signals { count: u32::from(signalled), ..Signals::default() })
    }

    /// Signals it.
    pub fn set(&self) {
        WAITS.set(self.place.0);
    }

    /// Releases the waits in progress, of an auto-reset event one, and leaves it non-signalled.
    pub fn pulse(&self) {
        WAITS.pulse(self.id());
    }

    /// Makes it non-signalled.
    pub fn reset(&self) {
        WAITS.reset(self.place.0);
    }

    /// Whether it is signalled now.
    pub fn is_set(&self) -> bool {
        WAITS.is_set(self.place.0)
    }
}

/// A semaphore.
#[derive(Debug)]
pub struct Semaphore {
    place: Place,
}

impl Semaphore {
    /// What one with `count` signals, of at most `most`, is to begin with.
    pub fn beginning(count: u32, most: u32) -> (Kind, Signals) {
        (Kind::Semaphore(most), Signals { count, ..Signals::default() })
    }

    /// Adds signals; the count before. 298 if there were more than it takes, then none is added.
    pub fn add(&self, signals: u32) -> Result<u32, Error> {
        WAITS.add(self.place.0, signals).ok_or(Error::TOO_MANY_POSTS)
    }
}

/// A mutex: owned by a thread, as often as that took it.
#[derive(Debug)]
pub struct Mutex {
    place: Place,
}

impl Mutex {
    /// What one owned by the calling thread, or by none, is to begin with.
    pub fn beginning(owned: bool) -> (Kind, Signals) {
        let owner = if owned { thread::number_to_end() } else { 0 };
        (Kind::Mutex, Signals { count: u32::from(owned), owner, abandoned: false })
    }

    /// The calling thread gives it back once. 288 if it does not own it.
    pub fn give_back(&self) -> Result<(), Error> {
        match WAITS.give_back(self.place.0, thread::number()) {
            true => Ok(()),
            false => Err(Error::NOT_OWNER),
        }
    }
}

impl Shareable for Event {
    fn is(kind: Kind) -> bool {
        matches!(kind, Kind::Manual | Kind::Auto)
    }

    fn at(place: Place) -> Self {
        Self { place }
    }
}

impl Shareable for Semaphore {
    fn is(kind: Kind) -> bool {
        matches!(kind, Kind::Semaphore(_))
    }

    fn at(place: Place) -> Self {
        Self { place }
    }
}

impl Shareable for Mutex {
    fn is(kind: Kind) -> bool {
        kind == Kind::Mutex
    }

    fn at(place: Place) -> Self {
        Self { place }
    }
}

/// Other processes changed what they share; what the waits of this one still await of them.
pub fn look_elsewhere() -> Awaited {
    WAITS.look_elsewhere()
}

/// The thread of this number ends: what it owns is abandoned.
pub fn abandon(thread: u32) {
    WAITS.abandon(thread);
}

/// What a thread can wait for.
pub trait Waitable: Send + Sync {
    /// Its number among the waits, good while it lives.
    fn id(&self) -> ObjectId;
}

impl Waitable for Event {
    fn id(&self) -> ObjectId {
        self.place.0
    }
}

impl Waitable for Semaphore {
    fn id(&self) -> ObjectId {
        self.place.0
    }
}

impl Waitable for Mutex {
    fn id(&self) -> ObjectId {
        thread::number_to_end(); // who waits may come to own it
        self.place.0
    }
}

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// The object at this index ended it; 0 for a wait for all.
    Object(usize),
    /// As `Object`, and it was a mutex whose owner had ended.
    Abandoned(usize),
    /// APCs ran (S4.9).
    Apcs,
    /// Patience ran out.
    TimedOut,
}

/// The calling thread waits for any or all of `objects`; an alertable wait ends as soon as APCs
/// have run, and prefers them to an object (S4.10). The thread does not count as running at its
/// port meanwhile (S1.39), and drives the sockets that have no port.
pub fn wait<T: Waitable + ?Sized>(
    objects: &[Arc<T>],
    all: bool,
    patience: Patience,
    alertable: bool,
) -> Woken {
    thread_local! {
        static PARKER: Arc<Parker> = Arc::new(Parker::new());
    }
    let me = alertable.then(thread::record);
    let apcs = me.as_ref().map(|me| &me.apcs);
    if apcs.is_some_and(|apcs| apcs.run()) {
        return Woken::Apcs;
    }
    let ids: SmallVec<[ObjectId; 8]> = objects.iter().map(|object| object.id()).collect();
    let parker = PARKER.with(Arc::clone);
    let alert = apcs.map(|apcs| apcs.alert_by(Alert::Parker(parker.clone())));
    let (mut paused, mut looked, patience) = (None, false, patience.begin());
    let satisfied = WAITS.wait(&ids, all, (thread::number(), &parker), || {
        if apcs.is_some_and(|apcs| apcs.any()) {
            return false;
        }
        match patience.left() {
            Some(timeout) => {
                paused.get_or_insert_with(thread::pause);
                house::sleep(&parker, timeout);
                true
            }
            // Who only asks drives as well, or it might ask for ever.
            None => !std::mem::replace(&mut looked, true) && house::look(),
        }
    });
    drop((paused, alert));
    match satisfied {
        Some(Satisfied { index, abandoned: false }) => Woken::Object(index),
        Some(Satisfied { index, abandoned: true }) => Woken::Abandoned(index),
        None if apcs.is_some_and(|apcs| apcs.run()) => Woken::Apcs,
        None => Woken::TimedOut,
    }
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
        assert_eq!(wait(&all, false, Patience::Forever, false), Woken::Object(1));
    }

    #[test]
    fn an_auto_reset_event_releases_one_wait() {
        let one = events(false, 1);
        one[0].set();
        assert_eq!(wait(&one, false, Patience::None, false), Woken::Object(0));
        assert_eq!(wait(&one, false, Patience::None, false), Woken::TimedOut);
    }

    #[test]
    fn wait_all_consumes_nothing_until_all_are_set() {
        let both = events(false, 2);
        both[0].set();
        let soon = Patience::Until(Instant::now() + Duration::from_millis(2));
        assert_eq!(wait(&both, true, soon, false), Woken::TimedOut);
        assert!(both[0].is_set());
        both[1].set();
        assert_eq!(wait(&both, true, Patience::Forever, false), Woken::Object(0));
        assert!(!both[0].is_set() && !both[1].is_set());
    }

    #[test]
    fn a_signal_wakes_a_sleeping_waiter() {
        let all = events(false, 2);
        let theirs = all.clone();
        let waiter = std::thread::spawn(move || wait(&theirs, false, Patience::Forever, false));
        all[1].set();
        assert_eq!(waiter.join().unwrap(), Woken::Object(1));
    }
}

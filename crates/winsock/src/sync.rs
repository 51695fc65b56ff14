//! The primitives that the port, the waits and the ring are built from, in one place, so that they
//! run unchanged under loom's model checker (`--cfg loom`, tests/loom.rs).

#[cfg(not(loom))]
mod native {
    pub use parking_lot::{Mutex, MutexGuard};
    pub use std::sync::Arc;
    pub use std::sync::atomic::{self, AtomicU32, AtomicUsize};

    pub use crate::biased::{Biased, Guard as BiasedGuard};
    pub use crate::kernel::fence::{
        can_fence_everywhere, fence_everywhere, fence_here, me, sleep_while, wake,
    };
    pub use crate::kernel::parker::Parker;

    /// Stores what another thread looks for that is about to sleep; what is loaded next, with
    /// sequential consistency, tells whether it did not see it. Cheaper than a fence.
    #[inline(always)]
    pub fn announce(word: &atomic::AtomicU64, value: u64) {
        word.swap(value, atomic::Ordering::SeqCst);
    }

    /// How often in a row a thread takes a lock before it owns it: what taking it away costs, a
    /// microsecond or two, is little beside that.
    pub const STREAK: u32 = 1000;
}

#[cfg(loom)]
mod native {
    pub use loom::sync::atomic::{self, AtomicU32, AtomicUsize};
    pub use loom::sync::{Arc, MutexGuard};
    pub use {Mutex as Biased, MutexGuard as BiasedGuard};

    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    pub const STREAK: u32 = 0;

    /// A name of the calling thread, not 0.
    pub fn me() -> usize {
        let mut hasher = DefaultHasher::new();
        loom::thread::current().id().hash(&mut hasher);
        hasher.finish() as usize | 1
    }

    pub fn can_fence_everywhere() -> bool {
        true
    }

    /// A fence on all threads and none here is, in the model, one on both sides.
    pub fn fence_here() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    /// The model knows no total order of sequentially consistent operations, but fences.
    pub fn announce(word: &atomic::AtomicU64, value: u64) {
        word.store(value, Ordering::Release);
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    pub fn fence_everywhere() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    pub fn sleep_while(_word: &AtomicU32, _value: u32) {
        loom::thread::yield_now();
    }

    pub fn wake(_word: &AtomicU32) {}

    /// loom's mutex in the shape of parking_lot's.
    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("a model run does not poison its locks")
        }
    }

    /// A parking place with one token, as in kernel/parker.rs. Models have no clock: a time limit
    /// is taken as never reached.
    #[derive(Debug)]
    pub struct Parker {
        token: loom::sync::Mutex<bool>,
        changed: loom::sync::Condvar,
    }

    impl Parker {
        pub fn new() -> Self {
            Self { token: loom::sync::Mutex::new(false), changed: loom::sync::Condvar::new() }
        }

        pub fn park(&self, _timeout: Option<Duration>) {
            let mut token = self.token.lock().expect("not poisoned");
            while !*token {
                token = self.changed.wait(token).expect("not poisoned");
            }
            *token = false;
        }

        pub fn unpark(&self) {
            *self.token.lock().expect("not poisoned") = true;
            self.changed.notify_one();
        }
    }
}

pub use native::{
    Arc, AtomicU32, AtomicUsize, Biased, BiasedGuard, Mutex, MutexGuard, Parker, STREAK, announce,
    atomic, can_fence_everywhere, fence_everywhere, fence_here, me, sleep_while, wake,
};

//! The primitives that the port, the waits and the ring are built from, in one place, so that they run
//! unchanged under loom's model checker (`--cfg loom`, tests/loom.rs).

#[cfg(not(loom))]
mod native {
    pub use parking_lot::{Mutex, MutexGuard};
    pub use std::sync::Arc;
    pub use std::sync::atomic;

    pub use crate::kernel::parker::Parker;
}

#[cfg(loom)]
mod native {
    pub use loom::sync::{Arc, MutexGuard, atomic};
    use std::time::Duration;

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

pub use native::{Arc, Mutex, MutexGuard, Parker, atomic};

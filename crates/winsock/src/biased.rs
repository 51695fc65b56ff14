//! A lock that costs the thread that always takes it no atomic operation.
//!
//! A port with one worker is locked several times per operation by the same thread, and by others
//! hardly ever. So the first thread that took the lock many times with nobody in between owns it
//! from then on: it goes in by a plain store and a look whether it is the owner still. Any other
//! thread takes the lock away from it first, and pays for both:
//!
//! ```text
//!   owner:  inside ← 1 · is it mine? yes ──▶ in ──▶ inside ← 0 · is it mine? no: wake who waits
//!                      └ order of the program only ┘
//!   other:  lock · owner ← none · full fence on every thread · sleep while inside = 1 ──▶ in
//! ```
//!
//! Either the owner's store comes before the fence, and the other sees it inside; or its look comes
//! after, and it sees that the lock is no longer its own. It may own the lock again later, but no
//! other thread ever does: `inside` is written by one thread, even by one that is late to see what
//! it lost. tests/loom.rs runs this file too.
//!
//! # Safety
//!
//! The value is touched by the holder of a [`Guard`] only. A guard is given out under `lock` while
//! the lock has no owner inside, or to the owner, of whom there is one, while nobody else holds
//! `lock`.

#![allow(unsafe_code, reason = "a lock")]

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;

use crate::sync::{self, AtomicU32, AtomicUsize, Mutex, MutexGuard};

/// A value behind such a lock.
pub struct Biased<T> {
    /// The thread that owns the lock, as [`sync::me`] names it; 0: none. Written under `lock`.
    owner: AtomicUsize,
    /// 1 while the owner holds a guard without having taken `lock`.
    inside: AtomicU32,
    /// Taken by all but the owner.
    lock: Mutex<Streak>,
    value: UnsafeCell<T>,
}

// SAFETY: as a mutex: whoever holds the guard has the value to itself, on whichever thread.
unsafe impl<T: Send> Sync for Biased<T> {}

/// Who took `lock` last, and how many times in a row before.
struct Streak {
    thread: usize,
    count: u32,
    /// The only thread that may own the lock; 0: none has yet.
    heir: usize,
}

/// The right to use the value.
pub struct Guard<'a, T> {
    biased: &'a Biased<T>,
    /// `None`: the owner's.
    _lock: Option<MutexGuard<'a, Streak>>,
}

impl<T> Biased<T> {
    /// Owned by nobody.
    pub fn new(value: T) -> Self {
        Self {
            owner: AtomicUsize::new(0),
            inside: AtomicU32::new(0),
            lock: Mutex::new(Streak { thread: 0, count: 0, heir: 0 }),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until the value is the calling thread's.
    #[inline(always)]
    pub fn lock(&self) -> Guard<'_, T> {
        let me = sync::me();
        if self.owner.load(Ordering::Relaxed) == me {
            self.inside.store(1, Ordering::Relaxed);
            sync::fence_here();
            if self.owner.load(Ordering::Relaxed) == me {
                return Guard { biased: self, _lock: None };
            }
            self.go_out();
        }
        self.lock_as_others(me)
    }

    #[inline(never)]
    fn lock_as_others(&self, me: usize) -> Guard<'_, T> {
        let mut streak = self.lock.lock();
        if self.owner.load(Ordering::Relaxed) != 0 {
            self.disown();
        }
        if streak.thread != me {
            *streak = Streak { thread: me, count: 0, ..*streak };
        } else if streak.count < sync::STREAK {
            streak.count += 1;
        } else if (streak.heir == 0 || streak.heir == me) && sync::can_fence_everywhere() {
            *streak = Streak { thread: me, count: 0, heir: me };
            self.owner.store(me, Ordering::Relaxed);
        }
        Guard { biased: self, _lock: Some(streak) }
    }

    /// Takes the lock from its owner, `lock` being held.
    #[cold]
    fn disown(&self) {
        self.owner.store(0, Ordering::Relaxed);
        sync::fence_everywhere();
        while self.inside.load(Ordering::Acquire) == 1 {
            sync::sleep_while(&self.inside, 1);
        }
    }

    #[inline(always)]
    fn go_out(&self) {
        self.inside.store(0, Ordering::Release);
        sync::fence_here();
        if self.owner.load(Ordering::Relaxed) == 0 {
            sync::wake(&self.inside);
        }
    }
}

impl<T: Default> Default for Biased<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self._lock.is_none() {
            self.biased.go_out();
        }
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the guard's holder has the value to itself until the guard is dropped.
        unsafe { &*self.biased.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: no other guard is out until this one is dropped, and this one is borrowed alone.
        unsafe { &mut *self.biased.value.get() }
    }
}

//! Entering at once or not at all: what is in use is not waited for.

use std::ops::Deref;
use std::sync::atomic::Ordering;

use super::{LOCKS, LaneGuard, Object, Slot, slot_of, stands_for};
use crate::kernel::net::Direction;

/// The lock that stands for an object in exclusive use, of those that have no lanes.
const IN_USE: u64 = LOCKS[0];

/// Why there was no entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The handle is no open one.
    Closed,
    /// Another thread is inside.
    Busy,
}

/// The calling thread's exclusive use of an object.
pub struct Exclusive {
    slot: &'static Slot,
}

/// Finds the open object behind `handle` and uses it exclusively, in one atomic step. For objects
/// that are entered in no other way.
#[inline(always)]
pub fn enter(handle: usize) -> Result<Exclusive, Refusal> {
    take(handle, IN_USE).map(|slot| Exclusive { slot })
}

/// As [`super::lock`], for who would rather go than wait.
#[inline(always)]
pub fn try_lock(handle: usize, direction: Direction) -> Option<LaneGuard> {
    let lock = LOCKS[direction as usize];
    let slot = take(handle, lock).ok()?;
    // SAFETY: locked by this very call, which keeps the object.
    match unsafe { slot.socket() } {
        Some(socket) => Some(LaneGuard { slot, socket, lock }),
        None => {
            slot.unlock(lock);
            None
        }
    }
}

#[inline(always)]
fn take(handle: usize, lock: u64) -> Result<&'static Slot, Refusal> {
    let slot = slot_of(handle);
    loop {
        let state = slot.state.load(Ordering::Relaxed);
        if !stands_for(state, handle) {
            return Err(Refusal::Closed);
        }
        if state & lock != 0 {
            return Err(Refusal::Busy);
        }
        if slot.exchange(state, state | lock).is_ok() {
            return Ok(slot);
        }
    }
}

impl Deref for Exclusive {
    type Target = Object;

    #[inline(always)]
    fn deref(&self) -> &Object {
        // SAFETY: the lock, held as long as this lives, keeps the object in its slot.
        unsafe { self.slot.object() }
    }
}

impl Drop for Exclusive {
    #[inline(always)]
    fn drop(&mut self) {
        self.slot.unlock(IN_USE);
    }
}

impl LaneGuard {
    /// Which lane it is.
    #[inline(always)]
    pub fn direction(&self) -> Direction {
        if self.receives() { Direction::Receive } else { Direction::Send }
    }
}

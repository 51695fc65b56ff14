//! Several handles of one object. Most objects are shared as they are; a socket (S1.14) lies in the
//! slot of its own handle, and a duplicate holds a reference to that slot.

use std::sync::atomic::Ordering;

use super::{
    GENERATION, HANDLE_MASK, HANDLE_SHIFT, LaneGuard, Object, SLOTS_MAX, insert, lock_held,
    look_up, slot_of, socket, stands_for,
};
use crate::error::Error;
use crate::kernel::net::Direction;

/// Another handle of the open socket behind `handle` (S1.14).
pub fn make(handle: usize) -> Result<u32, Error> {
    let own = socket(handle)?.handle() as usize;
    let original = socket(own)?;
    original.add_handle();
    insert(|_| Object::Duplicate(original)).inspect_err(|_| {
        _ = socket(own).map(|socket| socket.drop_handle());
    })
}

/// The socket's own handle closes while others are open: the slot goes on under a value that
/// nobody has been told. `None` if another thread closed it first.
pub fn hide(handle: usize) -> Option<u32> {
    let slot = slot_of(handle);
    let index = handle as u32 & (SLOTS_MAX as u32 - 1) << 2;
    let hidden = (handle as u32).wrapping_add(GENERATION) & HANDLE_MASK | index;
    let mut state = slot.state.load(Ordering::Relaxed);
    while stands_for(state, handle) {
        let held = state & u64::from(u32::MAX);
        match slot.exchange(state, u64::from(hidden | 3) << HANDLE_SHIFT | held) {
            Ok(_) => return Some(hidden),
            Err(now) => state = now,
        }
    }
    None
}

/// The lanes' locks are in the slot of the socket itself.
#[cold]
pub fn lock(handle: usize, direction: Direction) -> Result<LaneGuard, Error> {
    Ok(lock_held(&*socket(handle)?, direction))
}

/// The object behind `handle`, for another handle; 6, or 50 for sockets and ports.
pub fn copy(handle: usize) -> Result<Object, Error> {
    match look_up(handle).as_deref() {
        Some(Object::Event(event)) => Ok(Object::Event(event.clone())),
        Some(Object::Semaphore(semaphore)) => Ok(Object::Semaphore(semaphore.clone())),
        Some(Object::Mutex(mutex)) => Ok(Object::Mutex(mutex.clone())),
        Some(Object::Timer(timer)) => Ok(Object::Timer(timer.clone())),
        Some(Object::Foreign(foreign)) => Ok(Object::Foreign(foreign.clone())),
        Some(Object::Process(process, task)) => Ok(Object::Process(process.clone(), task.clone())),
        Some(Object::Thread(thread)) => Ok(Object::Thread(thread.clone())),
        Some(Object::File(file)) => Ok(Object::File(file.clone())),
        Some(_) => Err(Error::NOT_SUPPORTED),
        None => Err(Error::INVALID_HANDLE),
    }
}

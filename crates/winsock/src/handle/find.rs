//! The objects behind handles, by their kinds.

use std::sync::Arc;

use super::{Object, look_up};
use crate::error::Error;
use crate::event::{self, Event, Semaphore};
use crate::readiness::IoPort;
use crate::threads;

/// A function that finds the open object of one kind behind a handle, or fails with 6 (S4.8).
macro_rules! finders {
    ($($(#[$doc:meta])* $name:ident: $variant:ident($object:ty))*) => {
        $($(#[$doc])*
        pub fn $name(handle: usize) -> Result<Arc<$object>, Error> {
            match look_up(handle).as_deref() {
                Some(Object::$variant(object)) => Ok(object.clone()),
                _ => Err(Error::INVALID_HANDLE),
            }
        })*
    };
}

finders! {
    /// The open port behind `handle`, or 6 (S1.7, S1.21).
    port: Port(IoPort)
    /// The open event behind `handle`, or 6 (S4.8).
    event: Event(Event)
    /// The open semaphore behind `handle`, or 6.
    semaphore: Semaphore(Semaphore)
    /// The open mutex behind `handle`, or 6.
    mutex: Mutex(event::Mutex)
    /// The thread behind `handle`, or 6.
    thread: Thread(threads::Thread)
}

/// The object behind `handle`, for another handle; 6, or 50 for sockets and ports.
pub fn copy(handle: usize) -> Result<Object, Error> {
    match look_up(handle).as_deref() {
        Some(Object::Event(event)) => Ok(Object::Event(event.clone())),
        Some(Object::Semaphore(semaphore)) => Ok(Object::Semaphore(semaphore.clone())),
        Some(Object::Mutex(mutex)) => Ok(Object::Mutex(mutex.clone())),
        Some(Object::Thread(thread)) => Ok(Object::Thread(thread.clone())),
        Some(_) => Err(Error::NOT_SUPPORTED),
        None => Err(Error::INVALID_HANDLE),
    }
}

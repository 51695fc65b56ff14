//! The objects behind handles, by their kinds.

use std::sync::Arc;

use super::{Object, look_up};
use crate::afd::Device;
use crate::callback::{Callback, Group};
use crate::error::Error;
use crate::event::{self, Event, Semaphore};
use crate::file::File;
use crate::pool::Pool;
use crate::readiness::IoPort;
use crate::threads;
use crate::timer::Timer;
use crate::timer_queue::TimerQueue;

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
    /// The open timer behind `handle`, or 6.
    timer: Timer(Timer)
    /// The timer queue behind `handle`, or 6.
    timer_queue: TimerQueue(TimerQueue)
    /// The thread behind `handle`, or 6.
    thread: Thread(threads::Thread)
    /// AFD's device behind `handle`, or 6.
    device: Device(Device)
    /// The open file behind `handle`, or 6.
    file: File(File)
    /// The thread pool behind `handle`, or 6.
    pool: Pool(Pool)
    /// What a thread pool calls, by its handle, or 6.
    callback: Callback(Callback)
    /// The cleanup group behind `handle`, or 6.
    group: Group(Group)
}

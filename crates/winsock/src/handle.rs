//! ② From a HANDLE or SOCKET to its object, with stale values recognised.
//!
//! ```text
//!   handle:  | generation: 9 bits | slot: 20 bits | 00 |      31 bits, so that it fits an int
//!   slot:    state = generation | open | references;  object
//! ```
//!
//! A look-up takes a reference; closing ends look-ups at once and the object is dropped when the
//! last reference goes, so a call in flight on another thread keeps its object and, with it, its
//! descriptor (S1.82, S11.12, S11.13).
//!
//! # Safety
//!
//! Slots live for ever. A slot's object is written while the slot is neither open nor referenced,
//! which the state word says; readers hold a reference.

#![allow(unsafe_code, reason = "slots are shared without a lock; the state word guards them")]

use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::error::Error;
use crate::event::Event;
use crate::readiness::IoPort;
use crate::socket::Socket;

/// What a handle stands for.
pub enum Object {
    /// A socket; its descriptor closes with the object.
    Socket(Box<Socket>),
    /// A completion port; sockets associated with it hold it too (S1.15).
    Port(Arc<IoPort>),
    /// An event object.
    Event(Arc<Event>),
}

const OPEN: u64 = 1 << 32;
const GENERATION_SHIFT: u32 = 40;
const SLOT_BITS: u32 = 20;
const GENERATION_MASK: u64 = 0x1FF;
const PAGE: usize = 1024;
/// Freed slots rest until this many are free, so that a stale value is not soon valid again.
const RESTING_MIN: usize = 256;

struct Slot {
    state: AtomicU64,
    object: UnsafeCell<Option<Object>>,
}

// SAFETY: object is owned by whoever the state word says (invariant in the file's Safety
// paragraph): the creator before OPEN is set, readers by reference, the last of them for the drop.
unsafe impl Sync for Slot {}

static PAGES: [OnceLock<Box<[Slot; PAGE]>>; 1 << SLOT_BITS >> 10] =
    [const { OnceLock::new() }; 1 << SLOT_BITS >> 10];

struct Free {
    slots: VecDeque<u32>,
    used: u32,
}

/// Slot 0 is never used: a handle is never 0 (S11.12).
static FREE: Mutex<Free> = Mutex::new(Free { slots: VecDeque::new(), used: 1 });

/// A reference to an object in use.
pub struct Guard {
    slot: &'static Slot,
    handle: u32,
}

fn slot_of(handle: usize) -> Option<&'static Slot> {
    if handle >> 31 != 0 {
        return None;
    }
    let index = handle >> 2 & ((1 << SLOT_BITS) - 1);
    PAGES[index / PAGE].get().map(|page| &page[index % PAGE])
}

/// Takes a reference to the open object behind `handle`; the two lowest bits are ignored (S1.54).
pub fn look_up(handle: usize) -> Option<Guard> {
    let slot = slot_of(handle)?;
    let generation = (handle >> (SLOT_BITS + 2)) as u64;
    let mut state = slot.state.load(Ordering::Relaxed);
    loop {
        let stands_for = state >> GENERATION_SHIFT & GENERATION_MASK;
        if state & OPEN == 0 || stands_for != generation {
            return None;
        }
        let taken = slot.state.compare_exchange_weak(
            state,
            state + 1,
            Ordering::Acquire,
            Ordering::Relaxed,
        );
        match taken {
            Ok(_) => return Some(Guard { slot, handle: handle as u32 & !3 }),
            Err(now) => state = now,
        }
    }
}

/// Gives `object` a handle. 10024 when a million are in use.
pub fn insert(make: impl FnOnce(u32) -> Object) -> Result<u32, Error> {
    let index = reserve()?;
    let page = PAGES[index / PAGE].get_or_init(|| {
        let empty = || Slot { state: AtomicU64::new(0), object: UnsafeCell::new(None) };
        Box::new(std::array::from_fn(|_| empty()))
    });
    let slot = &page[index % PAGE];
    let generation = slot.state.load(Ordering::Relaxed) >> GENERATION_SHIFT;
    let low_bits = (generation & GENERATION_MASK) as u32;
    let handle = low_bits << (SLOT_BITS + 2) | (index as u32) << 2;
    // SAFETY: the slot came from the free list and is not open: it is this call's alone until
    // OPEN is set below.
    unsafe { *slot.object.get() = Some(make(handle)) };
    slot.state.store(generation << GENERATION_SHIFT | OPEN | 1, Ordering::Release);
    Ok(handle)
}

fn reserve() -> Result<usize, Error> {
    let mut free = FREE.lock();
    let fresh = free.used < 1 << SLOT_BITS;
    if free.slots.len() > RESTING_MIN || !fresh {
        return free.slots.pop_front().map(|index| index as usize).ok_or(Error::TOO_MANY_FILES);
    }
    free.used += 1;
    Ok(free.used as usize - 1)
}

/// Ends look-ups of `handle`, if `wanted` accepts its object. The caller gets the table's own
/// reference: the object lives until it and every other are dropped.
pub fn close(handle: usize, wanted: impl Fn(&Object) -> bool) -> Option<Guard> {
    let guard = look_up(handle)?;
    if !wanted(&guard) {
        return None;
    }
    let mut state = guard.slot.state.load(Ordering::Relaxed);
    while state & OPEN != 0 {
        let closed = state & !OPEN;
        match guard.slot.state.compare_exchange(state, closed, Ordering::AcqRel, Ordering::Relaxed)
        {
            Ok(_) => return Some(Guard { slot: guard.slot, handle: guard.handle }),
            Err(now) => state = now,
        }
    }
    None // another thread closed it first
}

impl Deref for Guard {
    type Target = Object;

    fn deref(&self) -> &Object {
        // SAFETY: this guard's reference keeps the slot from being reused, and while it is
        // referenced nobody writes the object.
        let object = unsafe { &*self.slot.object.get() };
        object.as_ref().expect("a referenced slot holds its object")
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        let before = self.slot.state.fetch_sub(1, Ordering::Release);
        if before & (OPEN | 0xFFFF_FFFF) == 1 {
            self.retire(before);
        }
    }
}

impl Guard {
    /// The last reference to a closed handle is gone: the object goes, the slot may serve again.
    #[cold]
    fn retire(&self, before: u64) {
        std::sync::atomic::fence(Ordering::Acquire);
        // SAFETY: closed and the last reference is gone: no reader is left and none can come,
        // so the object is this call's to drop.
        let object = unsafe { (*self.slot.object.get()).take() };
        drop(object);
        let generation = (before >> GENERATION_SHIFT) + 1;
        self.slot.state.store(generation << GENERATION_SHIFT, Ordering::Release);
        FREE.lock().slots.push_back(self.handle >> 2 & ((1 << SLOT_BITS) - 1));
    }
}

/// A reference to a socket in use.
pub struct SocketGuard {
    socket: NonNull<Socket>,
    _guard: Guard,
}

impl SocketGuard {
    fn new(guard: Guard) -> Option<Self> {
        match &*guard {
            Object::Socket(socket) => {
                Some(Self { socket: NonNull::from_ref(&**socket), _guard: guard })
            }
            _ => None,
        }
    }
}

impl Deref for SocketGuard {
    type Target = Socket;

    #[inline]
    fn deref(&self) -> &Socket {
        // SAFETY: the guard's reference keeps the slot's box, and with it the socket, in place.
        unsafe { self.socket.as_ref() }
    }
}

/// The open socket behind `handle`, or 10038 (S2.12).
#[inline]
pub fn socket(handle: usize) -> Result<SocketGuard, Error> {
    look_up(handle).and_then(SocketGuard::new).ok_or(Error::NOT_SOCKET)
}

/// Whether `handle` is an open socket.
pub fn is_socket(handle: usize) -> bool {
    socket(handle).is_ok()
}

/// The open port behind `handle`, or 6 (S1.7, S1.21).
pub fn port(handle: usize) -> Result<Arc<IoPort>, Error> {
    match look_up(handle).as_deref() {
        Some(Object::Port(port)) => Ok(port.clone()),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// The open event behind `handle`, or 6 (S4.8).
pub fn event(handle: usize) -> Result<Arc<Event>, Error> {
    match look_up(handle).as_deref() {
        Some(Object::Event(event)) => Ok(event.clone()),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// Closes a socket's handle; 10038 if it is none, or closed already.
pub fn close_socket(handle: usize) -> Result<SocketGuard, Error> {
    let guard = close(handle, |object| matches!(object, Object::Socket(_)));
    guard.and_then(SocketGuard::new).ok_or(Error::NOT_SOCKET)
}

/// The handles of all sockets open now.
pub fn all_sockets() -> Vec<u32> {
    let used = FREE.lock().used as usize;
    let mut handles = Vec::new();
    for index in 1..used {
        let Some(slot) = PAGES[index / PAGE].get().map(|page| &page[index % PAGE]) else { break };
        let generation = slot.state.load(Ordering::Relaxed) >> GENERATION_SHIFT & GENERATION_MASK;
        let handle = (generation as usize) << (SLOT_BITS + 2) | index << 2;
        if is_socket(handle) {
            handles.push(handle as u32);
        }
    }
    handles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_event() -> u32 {
        insert(|_| Object::Event(Arc::new(Event::new(true, false)))).unwrap()
    }

    #[test]
    fn handles_are_positive_multiples_of_four() {
        let handle = new_event();
        assert!(handle != 0 && handle % 4 == 0 && handle >> 31 == 0);
    }

    #[test]
    fn a_closed_handle_is_recognised_until_its_slot_returns_with_another_generation() {
        let old = new_event();
        drop(close(old as usize, |_| true).unwrap());
        for _ in 0..RESTING_MIN * 4 {
            let handle = new_event();
            assert_ne!(handle, old);
            assert!(look_up(old as usize).is_none());
            drop(close(handle as usize, |_| true).unwrap());
        }
    }

    #[test]
    fn a_reference_outlives_the_close() {
        let handle = new_event();
        let guard = look_up(handle as usize).unwrap();
        drop(close(handle as usize, |_| true).unwrap());
        assert!(matches!(*guard, Object::Event(_)));
        assert!(close(handle as usize, |_| true).is_none());
    }
}

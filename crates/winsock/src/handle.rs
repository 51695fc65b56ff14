//! ② From a HANDLE or SOCKET to its object, with stale values recognised.
//!
//! ```text
//!   handle:  | generation: 9 bits | slot: 20 bits | 00 |      31 bits, so that it fits an int
//!   slot:    state = generation | lane locks | open | references;  object
//! ```
//!
//! A look-up takes a reference; closing ends look-ups at once and the object is dropped when the
//! last reference goes, so a call in flight on another thread keeps its object and, with it, its
//! descriptor (S1.82, S11.12, S11.13). The locks of a socket's two lanes are bits of the same
//! word and count as references: a transfer finds, checks and locks its lane in one atomic step.
//!
//! # Safety
//!
//! Slots live for ever. A slot's object is written while the slot is neither open, nor referenced,
//! nor locked, which the state word says; readers hold a reference or a lock. A lane is touched
//! by the holder of its lock only.

#![allow(unsafe_code, reason = "slots are shared without a lock; the state word guards them")]

use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, SpinWait};

use crate::error::Error;
use crate::event::Event;
use crate::kernel::net::Direction;
use crate::lane::Lane;
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

const REFERENCES: u64 = 0xFFFF_FFFF;
const OPEN: u64 = 1 << 32;
/// A lane's lock, by direction, and whether somebody sleeps for it.
const LOCKED: [u64; 2] = [1 << 33, 1 << 34];
const AWAITED: [u64; 2] = [1 << 35, 1 << 36];
/// What keeps an object: references, the open handle, locks.
const HELD: u64 = REFERENCES | OPEN | LOCKED[0] | LOCKED[1];
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

/// Whether a slot in this state is open under `handle`.
#[inline]
fn stands_for(state: u64, handle: usize) -> bool {
    let generation = (handle >> (SLOT_BITS + 2)) as u64;
    state & OPEN != 0 && state >> GENERATION_SHIFT & GENERATION_MASK == generation
}

/// Takes a reference to the open object behind `handle`; the two lowest bits are ignored (S1.54).
pub fn look_up(handle: usize) -> Option<Guard> {
    let slot = slot_of(handle)?;
    let mut state = slot.state.load(Ordering::Relaxed);
    while stands_for(state, handle) {
        match slot.exchange(state, state + 1) {
            Ok(_) => {
                return Some(Guard { slot, handle: handle as u32 & !3 });
            }
            Err(now) => state = now,
        }
    }
    None
}

impl Slot {
    #[inline]
    fn exchange(&self, from: u64, to: u64) -> Result<u64, u64> {
        self.state.compare_exchange_weak(from, to, Ordering::Acquire, Ordering::Relaxed)
    }

    /// Locks a lane if the state allows it: `wanted` says whether the slot is still the right one.
    #[inline(always)]
    fn lock(&self, direction: Direction, wanted: impl Fn(u64) -> bool) -> bool {
        let bit = LOCKED[direction as usize];
        let state = self.state.load(Ordering::Relaxed);
        if wanted(state) && state & bit == 0 && self.exchange(state, state | bit).is_ok() {
            return true;
        }
        self.lock_slowly(direction, wanted)
    }

    #[cold]
    fn lock_slowly(&self, direction: Direction, wanted: impl Fn(u64) -> bool) -> bool {
        let (bit, awaited) = (LOCKED[direction as usize], AWAITED[direction as usize]);
        let mut spin = SpinWait::new();
        loop {
            let state = self.state.load(Ordering::Relaxed);
            if !wanted(state) {
                return false;
            }
            if state & bit == 0 {
                if self.exchange(state, state | bit).is_ok() {
                    return true;
                }
            } else if !spin.spin() {
                if state & awaited == 0 && self.exchange(state, state | awaited).is_err() {
                    continue;
                }
                let both = bit | awaited;
                let still = || self.state.load(Ordering::Relaxed) & both == both;
                // SAFETY: the key is an address of this slot, which lives for ever and which
                // nobody else parks on; the callbacks neither park nor panic.
                unsafe {
                    let token = DEFAULT_PARK_TOKEN;
                    parking_lot_core::park(self.key(bit), still, || {}, |_, _| {}, token, None)
                };
                spin.reset();
            }
        }
    }

    /// The address that sleepers for a lock are known by.
    fn key(&self, bit: u64) -> usize {
        std::ptr::from_ref(self) as usize + usize::from(bit == LOCKED[1])
    }

    #[inline]
    fn unlock(&self, direction: Direction, handle: u32) {
        let (bit, awaited) = (LOCKED[direction as usize], AWAITED[direction as usize]);
        let before = self.state.fetch_and(!bit, Ordering::Release);
        if before & awaited != 0 {
            self.wake(direction);
        }
        if before & HELD == bit {
            retire(self, handle);
        }
    }

    #[cold]
    fn wake(&self, direction: Direction) {
        let (bit, awaited) = (LOCKED[direction as usize], AWAITED[direction as usize]);
        let woken = |result: parking_lot_core::UnparkResult| {
            if !result.have_more_threads {
                self.state.fetch_and(!awaited, Ordering::Relaxed);
            }
            DEFAULT_UNPARK_TOKEN
        };
        // SAFETY: as where they park; the callback neither parks nor panics.
        unsafe { parking_lot_core::unpark_one(self.key(bit), woken) };
    }

    fn socket(&self) -> Option<NonNull<Socket>> {
        // SAFETY: the caller holds a reference or a lock, so nobody writes the object.
        match unsafe { &*self.object.get() } {
            Some(Object::Socket(socket)) => Some(NonNull::from_ref(&**socket)),
            _ => None,
        }
    }
}

/// A locked lane, and its socket.
pub struct LaneGuard {
    slot: &'static Slot,
    socket: NonNull<Socket>,
    direction: Direction,
    handle: u32,
}

/// Finds the open socket behind `handle` and locks one of its lanes; 10038 (S2.12).
#[inline(always)]
pub fn lock(handle: usize, direction: Direction) -> Result<LaneGuard, Error> {
    let slot = slot_of(handle).ok_or(Error::NOT_SOCKET)?;
    if !slot.lock(direction, |state| stands_for(state, handle)) {
        return Err(Error::NOT_SOCKET);
    }
    match slot.socket() {
        Some(socket) => Ok(LaneGuard { slot, socket, direction, handle: handle as u32 & !3 }),
        None => {
            slot.unlock(direction, handle as u32 & !3);
            Err(Error::NOT_SOCKET)
        }
    }
}

/// Locks a lane of a socket that the caller holds, open or not.
pub fn lock_held(socket: &Socket, direction: Direction) -> LaneGuard {
    let handle = socket.handle();
    let slot = slot_of(handle as usize).expect("a socket has its slot");
    slot.lock(direction, |_| true);
    LaneGuard { slot, socket: NonNull::from_ref(socket), direction, handle }
}

impl LaneGuard {
    /// The lane's socket, and the lane.
    #[inline]
    pub fn parts(&mut self) -> (&Socket, &mut Lane) {
        // SAFETY: the lock keeps the socket, and makes the lane this guard's alone.
        unsafe {
            let socket = self.socket.as_ref();
            (socket, &mut *socket.lane_cell(self.direction).get())
        }
    }
}

impl Drop for LaneGuard {
    #[inline]
    fn drop(&mut self) {
        self.slot.unlock(self.direction, self.handle);
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
            Ok(_) => {
                return Some(Guard { slot: guard.slot, handle: guard.handle });
            }
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
        if before & HELD == 1 {
            retire(self.slot, self.handle);
        }
    }
}

/// Nothing holds a closed handle's object any more: it goes, and the slot may serve again.
#[cold]
fn retire(slot: &Slot, handle: u32) {
    std::sync::atomic::fence(Ordering::Acquire);
    // SAFETY: closed, unlocked and unreferenced: no reader is left and none can come, so the
    // object is this call's to drop.
    let object = unsafe { (*slot.object.get()).take() };
    drop(object);
    let generation = (slot.state.load(Ordering::Relaxed) >> GENERATION_SHIFT) + 1;
    slot.state.store(generation << GENERATION_SHIFT, Ordering::Release);
    FREE.lock().slots.push_back(handle >> 2 & ((1 << SLOT_BITS) - 1));
}

/// A reference to a socket in use.
pub struct SocketGuard {
    socket: NonNull<Socket>,
    _guard: Guard,
}

impl SocketGuard {
    fn new(guard: Guard) -> Option<Self> {
        guard.slot.socket().map(|socket| Self { socket, _guard: guard })
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
        let Some(slot) = PAGES[index / PAGE].get().map(|page| &page[index % PAGE]) else {
            break;
        };
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
        assert!(handle != 0 && handle.is_multiple_of(4) && handle >> 31 == 0);
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

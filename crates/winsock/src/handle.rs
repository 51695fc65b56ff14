//! ② From a HANDLE or SOCKET to its object, with stale values recognised.
//!
//! ```text
//!   handle:  | generation: 9 bits | slot: 20 bits | 00 |      31 bits, so that it fits an int
//!   slot:    state = handle (01: its last one, 11: open) | lane locks | references;  object
//! ```
//!
//! A look-up takes a reference; closing ends look-ups at once and the object is dropped when the
//! last reference goes, so a call in flight on another thread keeps its object and, with it, its
//! descriptor (S1.82, S11.12, S11.13). The locks of a socket's two lanes are bits of the same
//! word and count as references: a transfer finds, checks and locks its lane in one atomic step.
//!
//! # Safety
//!
//! Slots are static. A slot's object is written while the slot is neither open, nor referenced,
//! nor locked, which the state word says; readers hold a reference or a lock. A lane is touched
//! by the holder of its lock only.

#![allow(unsafe_code, reason = "slots are shared without a lock; the state word guards them")]

use parking_lot::Mutex;
use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, SpinWait};
use std::any::Any;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::afd::Device;
use crate::callback::{Callback, Group};
use crate::error::Error;
use crate::event::{self, Event, Semaphore};
use crate::file::File;
use crate::kernel::net::Direction;
use crate::lane::Lane;
use crate::pool::Pool;
use crate::readiness::IoPort;
use crate::registration::Registration;
use crate::rio;
use crate::socket::Socket;
use crate::threads;
use crate::timer::Timer;
use crate::timer_queue::TimerQueue;
use crate::window::Window;

mod entry;
mod find;

pub use entry::{Exclusive, Refusal, enter, try_lock};
pub use find::{
    callback, device, event, file, group, mutex, pool, port, semaphore, thread, timer, timer_queue,
};

pub mod duplicate;

/// What a handle stands for.
pub enum Object {
    /// A socket; its descriptor closes with the object.
    Socket(Box<Socket>),
    /// Another handle of a socket (S1.14).
    Duplicate(SocketGuard),
    /// A completion port; sockets associated with it hold it too (S1.15).
    Port(Arc<IoPort>),
    /// An event object.
    Event(Arc<Event>),
    /// A window.
    Window(Arc<Window>),
    /// A semaphore.
    Semaphore(Arc<Semaphore>),
    /// A mutex.
    Mutex(Arc<event::Mutex>),
    /// A waitable timer.
    Timer(Arc<Timer>),
    /// Something that the C library gives a handle.
    Foreign(Arc<dyn Any + Send + Sync>),
    /// Something of the C library's that ends as a thread does, and can be waited for.
    Process(Arc<dyn Any + Send + Sync>, Arc<threads::Thread>),
    /// A thread.
    Thread(Arc<threads::Thread>),
    /// A file.
    File(Arc<File>),
    /// AFD's device.
    Device(Arc<Device>),
    /// A thread pool of the program's own.
    Pool(Arc<Pool>),
    /// What a thread pool calls.
    Callback(Arc<Callback>),
    /// Callbacks that end together.
    Group(Arc<Group>),
    /// Timers that end together.
    TimerQueue(Arc<TimerQueue>),
    /// A registered wait.
    Registration(Arc<Registration>),
    /// A completion queue of registered I/O.
    CompletionQueue(rio::OpenQueue),
}

/// The lower half of a slot's state: references, each lane's lock, and whether somebody sleeps
/// for it. The upper half is the handle, with 3 in its lowest bits while it is open, then 1.
const REFERENCES: u64 = 0x0FFF_FFFF;
const LOCKS: [u64; 2] = [1 << 28, 1 << 29];
/// From a lane's lock to the mark that it is awaited.
const AWAITED_SHIFT: u32 = 2;
const HANDLE_SHIFT: u32 = 32;
const OPEN: u64 = 2 << HANDLE_SHIFT;
/// What keeps an object.
const HELD: u64 = OPEN | LOCKS[0] | LOCKS[1] | REFERENCES;
/// From one generation of a slot's handles to the next, below the sign of an int.
const GENERATION: u32 = 1 << 22;
const HANDLE_MASK: u32 = 0x7FFF_FFFC;
const SLOTS_MAX: usize = 1 << 20;
/// Freed slots rest until this many are free, so that a stale value is not soon valid again.
const RESTING_MIN: usize = 256;

struct Slot {
    state: AtomicU64,
    object: UnsafeCell<MaybeUninit<Object>>,
}

// SAFETY: object is owned by whoever the state word says (invariant in the file's Safety
// paragraph): the creator before the slot is open, readers by reference, the last of them for
// the drop.
unsafe impl Sync for Slot {}

/// All zeros, of which the kernel provides those pages only that are touched. Slot 0 is never
/// used: a handle is never 0 (S11.12).
static SLOTS: [Slot; SLOTS_MAX] =
    [const { Slot { state: AtomicU64::new(0), object: UnsafeCell::new(MaybeUninit::zeroed()) } };
        SLOTS_MAX];

struct Free {
    slots: VecDeque<u32>,
    used: u32,
}

static FREE: Mutex<Free> = Mutex::new(Free { slots: VecDeque::new(), used: 1 });

/// A reference to an object in use.
pub struct Guard {
    slot: &'static Slot,
}

/// The slot that `handle` may be of; whether it is, [`stands_for`] tells.
#[inline(always)]
fn slot_of(handle: usize) -> &'static Slot {
    &SLOTS[slot_number(handle)]
}

/// Whether a slot in this state is open under `handle`, whose two lowest bits are ignored (S1.54).
#[inline(always)]
fn stands_for(state: u64, handle: usize) -> bool {
    state >> HANDLE_SHIFT == handle as u64 | 3
}

/// Takes a reference to the open object behind `handle`; the two lowest bits are ignored (S1.54).
pub fn look_up(handle: usize) -> Option<Guard> {
    let slot = slot_of(handle);
    let mut state = slot.state.load(Ordering::Relaxed);
    while stands_for(state, handle) {
        match slot.exchange(state, state + 1) {
            Ok(_) => return Some(Guard { slot }),
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

    /// Takes a lane's lock if the state allows it: `wanted` says whether the slot is still the
    /// right one.
    #[inline(always)]
    fn lock(&self, lock: u64, wanted: impl Fn(u64) -> bool) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        if wanted(state) && state & lock == 0 && self.exchange(state, state | lock).is_ok() {
            return true;
        }
        self.lock_slowly(lock, wanted)
    }

    #[cold]
    fn lock_slowly(&self, lock: u64, wanted: impl Fn(u64) -> bool) -> bool {
        let awaited = lock << AWAITED_SHIFT;
        let mut spin = SpinWait::new();
        loop {
            let state = self.state.load(Ordering::Relaxed);
            if !wanted(state) {
                return false;
            }
            if state & lock == 0 {
                if self.exchange(state, state | lock).is_ok() {
                    return true;
                }
            } else if !spin.spin() {
                if state & awaited == 0 && self.exchange(state, state | awaited).is_err() {
                    continue;
                }
                let both = lock | awaited;
                let still = || self.state.load(Ordering::Relaxed) & both == both;
                // SAFETY: the key is an address of this slot, which is static and which nobody
                // else parks on; the callbacks neither park nor panic.
                unsafe {
                    let token = DEFAULT_PARK_TOKEN;
                    parking_lot_core::park(self.key(lock), still, || {}, |_, _| {}, token, None)
                };
                spin.reset();
            }
        }
    }

    /// The address that sleepers for a lock are known by.
    fn key(&self, lock: u64) -> usize {
        std::ptr::from_ref(self) as usize + usize::from(lock == LOCKS[1])
    }

    #[inline(always)]
    fn unlock(&self, lock: u64) {
        let before = self.state.fetch_sub(lock, Ordering::Release); // one instruction, unlike and
        if before & lock << AWAITED_SHIFT != 0 {
            self.wake(lock);
        }
        if before & HELD == lock {
            retire(self);
        }
    }

    /// Wakes all that sleep for a lock: who finds the handle closed would not wake the next.
    #[cold]
    fn wake(&self, lock: u64) {
        self.state.fetch_and(!(lock << AWAITED_SHIFT), Ordering::Relaxed);
        // SAFETY: the key is the one they park by, an address of this slot.
        unsafe { parking_lot_core::unpark_all(self.key(lock), DEFAULT_UNPARK_TOKEN) };
    }

    /// # Safety
    ///
    /// The caller holds a reference or a lock, so that the object is there and nobody writes it.
    #[inline(always)]
    unsafe fn object(&self) -> &Object {
        // SAFETY: the caller holds what keeps the object.
        unsafe { (*self.object.get()).assume_init_ref() }
    }

    /// # Safety
    ///
    /// As [`Slot::object`].
    #[inline(always)]
    unsafe fn socket(&self) -> Option<NonNull<Socket>> {
        // SAFETY: the caller holds what keeps the object.
        match unsafe { self.object() } {
            Object::Socket(socket) => Some(NonNull::from_ref(&**socket)),
            _ => None,
        }
    }
}

/// A locked lane, and its socket.
pub struct LaneGuard {
    slot: &'static Slot,
    socket: NonNull<Socket>,
    /// Its direction, as one of [`LOCKS`]: whole words are cheaper to hand on.
    lock: u64,
}

/// Finds the open socket behind `handle` and locks one of its lanes; 10038 (S2.12).
#[inline(always)]
pub fn lock(handle: usize, direction: Direction) -> Result<LaneGuard, Error> {
    let (slot, lock) = (slot_of(handle), LOCKS[direction as usize]);
    if !slot.lock(lock, |state| stands_for(state, handle)) {
        return Err(Error::NOT_SOCKET);
    }
    // SAFETY: locked, as the call demands.
    match unsafe { slot.socket() } {
        Some(socket) => Ok(LaneGuard { slot, socket, lock }),
        None => {
            slot.unlock(lock);
            duplicate::lock(handle, direction)
        }
    }
}

/// Locks a lane of a socket that the caller holds, open or not.
pub fn lock_held(socket: &Socket, direction: Direction) -> LaneGuard {
    let (slot, lock) = (slot_of(socket.handle() as usize), LOCKS[direction as usize]);
    slot.lock(lock, |_| true);
    LaneGuard { slot, socket: NonNull::from_ref(socket), lock }
}

impl LaneGuard {
    #[inline(always)]
    fn receives(&self) -> bool {
        self.lock == LOCKS[Direction::Receive as usize]
    }

    /// The lane's socket.
    #[inline(always)]
    pub fn socket(&self) -> &Socket {
        // SAFETY: the lock keeps the socket.
        unsafe { self.socket.as_ref() }
    }

    /// The lane's socket, and the lane if it ever had a request; a receiving lane is always there.
    #[inline(always)]
    pub fn existing(&mut self) -> (&Socket, Option<&mut Lane>) {
        // SAFETY: the lock keeps the socket, and makes the lane this guard's alone.
        unsafe {
            let socket = self.socket.as_ref();
            let lane = match self.receives() {
                true => Some(&mut *socket.receiving().get()),
                false => (*socket.sending().get()).as_deref_mut(),
            };
            (socket, lane)
        }
    }

    /// The lane's socket, and the lane.
    #[inline(always)]
    pub fn parts(&mut self) -> (&Socket, &mut Lane) {
        // SAFETY: the lock keeps the socket, and makes the lane this guard's alone.
        unsafe {
            let socket = self.socket.as_ref();
            let lane = match self.receives() {
                true => &mut *socket.receiving().get(),
                false => (*socket.sending().get()).get_or_insert_default(),
            };
            (socket, lane)
        }
    }
}

impl Drop for LaneGuard {
    #[inline(always)]
    fn drop(&mut self) {
        self.slot.unlock(self.lock);
    }
}

/// Gives an object a handle. 10024 when a million are in use.
pub fn insert(make: impl FnOnce(u32) -> Object) -> Result<u32, Error> {
    let index = reserve()?;
    let slot = &SLOTS[index];
    let last = (slot.state.load(Ordering::Relaxed) >> HANDLE_SHIFT) as u32;
    let handle = last.wrapping_add(GENERATION) & HANDLE_MASK | (index as u32) << 2;
    // SAFETY: the slot came from the free list and is not open: it is this call's alone until
    // its state says so below.
    unsafe { (*slot.object.get()).write(make(handle)) };
    slot.state.store(u64::from(handle | 3) << HANDLE_SHIFT | 1, Ordering::Release);
    Ok(handle)
}

fn reserve() -> Result<usize, Error> {
    let mut free = FREE.lock();
    let fresh = (free.used as usize) < SLOTS_MAX;
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
    while stands_for(state, handle) {
        let closed = state & !OPEN;
        match guard.slot.state.compare_exchange(state, closed, Ordering::AcqRel, Ordering::Relaxed)
        {
            Ok(_) => return Some(Guard { slot: guard.slot }),
            Err(now) => state = now,
        }
    }
    None // another thread closed it first
}

impl Deref for Guard {
    type Target = Object;

    fn deref(&self) -> &Object {
        // SAFETY: this guard's reference keeps the slot's object.
        unsafe { self.slot.object() }
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        let before = self.slot.state.fetch_sub(1, Ordering::Release);
        if before & HELD == 1 {
            retire(self.slot);
        }
    }
}

/// Nothing holds a closed handle's object any more: it goes, and the slot may serve again.
#[cold]
fn retire(slot: &Slot) {
    std::sync::atomic::fence(Ordering::Acquire);
    // SAFETY: closed, unlocked and unreferenced: no reader is left and none can come, so the
    // object is this call's to drop.
    unsafe { (*slot.object.get()).assume_init_drop() };
    let offset = std::ptr::from_ref(slot) as usize - SLOTS.as_ptr() as usize;
    FREE.lock().slots.push_back((offset / size_of::<Slot>()) as u32);
}

/// A reference to a socket in use.
pub struct SocketGuard {
    socket: NonNull<Socket>,
    guard: Guard,
}

impl SocketGuard {
    fn new(guard: Guard) -> Option<Self> {
        let socket = match &*guard {
            Object::Socket(socket) => NonNull::from_ref(&**socket),
            Object::Duplicate(original) => original.socket,
            _ => return None,
        };
        Some(Self { socket, guard })
    }

    /// Whether calls on other threads hold it as well.
    pub fn is_shared(&self) -> bool {
        self.guard.slot.state.load(Ordering::SeqCst) & REFERENCES > 1
    }

    /// Whether the open handle and this guard alone hold it, and nobody a lane: then no other call
    /// has in hand what this thread has changed in the socket before.
    pub fn is_alone(&self) -> bool {
        // One step among those that take references and locks: who comes after it sees the change.
        self.guard.slot.state.fetch_add(0, Ordering::AcqRel) & HELD == OPEN | 2
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

/// The number of the slot that `handle` may be of, below a million.
pub fn slot_number(handle: usize) -> usize {
    handle >> 2 & (SLOTS_MAX - 1)
}

/// Whether `handle` is an open socket.
pub fn is_socket(handle: usize) -> bool {
    socket(handle).is_ok()
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
    for slot in &SLOTS[1..used] {
        let state = slot.state.load(Ordering::Relaxed);
        let handle = (state >> HANDLE_SHIFT) as u32;
        if state & OPEN != 0 && is_socket(handle as usize) {
            handles.push(handle);
        }
    }
    handles
}

#[cfg(test)]
mod tests;

//! A request queue: what a socket is to receive and to send, in order, a fixed number at most.
//!
//! ```text
//!   entries of a lane, in a ring:   freed ≤ next ≤ committed ≤ pushed ≤ freed + limit
//!     freed … next: results, not dequeued yet    next … committed: to be tried
//!     committed … pushed: deferred (S10.14)
//! ```
//!
//! # Safety
//!
//! A lane's ring is touched under the lock of the socket's lane of that direction (handle.rs), its
//! results excepted, which are the completion queue's. Data and addresses are slices of registered
//! memory, the caller's promise until the result is dequeued (S10.5).

#![allow(unsafe_code, reason = "the caller's registered memory")]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};

use super::completion_queue::{self, CompletionQueue};
use super::entry::Entry;
use crate::complete::Here;
use crate::error::{Error, Status};
use crate::handle::{self, LaneGuard};
use crate::kernel::epoll::Readiness;
use crate::kernel::net::Direction;
use crate::lane::Sight;
use crate::request::{Outcome, Step};
use crate::socket::{Mark, Socket};

/// A socket's request queue.
pub struct RequestQueue {
    /// The socket's handle, which is the request queue's number too.
    handle: u32,
    /// A thread issues (S10.24).
    in_use: AtomicBool,
    closed: AtomicBool,
    lanes: [Lane; 2],
}

/// One direction of it.
pub struct Lane {
    /// Where its results go.
    pub queue: Arc<CompletionQueue>,
    context: u64,
    /// Requests to be tried.
    waiting: AtomicU32,
    /// Results that were dequeued, ever; written by the reader of the completion queue.
    freed: AtomicU32,
    /// Once it is closed: how many requests there were, ever.
    total: AtomicU64,
    ring: UnsafeCell<Ring>,
}

// SAFETY: the ring and its entries are touched as the file's Safety paragraph says.
unsafe impl Send for Lane {}
// SAFETY: a shared lane gives its ring to the holder of the socket's lane lock only.
unsafe impl Sync for Lane {}

/// The total of a lane that is not closed.
const OPEN: u64 = u64::MAX;

type Entries = Box<[UnsafeCell<MaybeUninit<Entry>>]>;

/// The entries, by numbers that only grow.
pub struct Ring {
    entries: Entries,
    /// Entries of before a resize, whose results may not be dequeued yet.
    former: Vec<Entries>,
    limit: u32,
    next: u32,
    committed: u32,
    pushed: u32,
    sight: Sight,
    /// The descriptor that the completion queue watches; -1: none.
    watched: RawFd,
}

/// RIOCreateRequestQueue (S10.8, S10.9): for `[receives, sends]` the numbers outstanding at most,
/// and the completion queues' handles. Returns the request queue's number.
pub fn attach(
    socket: usize,
    limits: [u32; 2],
    queues: [usize; 2],
    context: u64,
) -> Result<u32, Error> {
    let socket = handle::socket(socket)?;
    if !socket.is(Mark::REGISTERED) {
        return Err(Error::OP_NOT_SUPPORTED);
    }
    if limits == [0, 0] {
        return Err(Error::INVALID);
    }
    let [receives, sends] = queues;
    let queues = [completion_queue::find(receives)?, completion_queue::find(sends)?];
    if socket.request_queue().is_some() {
        return Err(Error::INVALID);
    }
    queues[0].reserve(limits[0])?;
    queues[1].reserve(limits[1]).inspect_err(|_| queues[0].give_back(limits[0]))?;
    let attached = (|| {
        let lanes = [Ring::new(limits[0])?, Ring::new(limits[1])?];
        let mut lanes = queues.iter().cloned().zip(lanes).map(|(queue, ring)| Lane {
            queue,
            context,
            waiting: AtomicU32::new(0),
            freed: AtomicU32::new(0),
            total: AtomicU64::new(OPEN),
            ring: UnsafeCell::new(ring),
        });
        let lanes = std::array::from_fn(|_| lanes.next().expect("there are two"));
        let requests = Arc::new(RequestQueue {
            handle: socket.handle(),
            in_use: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            lanes,
        });
        socket.set_request_queue(requests.clone()).map_err(|_| Error::INVALID)?;
        Ok(requests)
    })();
    let requests = attached.inspect_err(|_| {
        queues.iter().zip(limits).for_each(|(queue, limit)| queue.give_back(limit));
    })?;
    fence(Ordering::SeqCst); // either who closes the socket sees this, or we see that it is closed
    if socket.is(Mark::CLOSED) {
        close(&socket, Status::CANCELLED);
        return Err(Error::INVALID);
    }
    if !Arc::ptr_eq(&queues[0], &queues[1]) {
        queues[1].join(requests.clone());
    }
    queues[0].join(requests);
    Ok(socket.handle())
}

/// RIOResizeRequestQueue (S10.25): 10059 below what is outstanding, 10055 beyond what the
/// completion queues have left.
pub fn resize_requests(handle: usize, limits: [u32; 2]) -> Result<(), Error> {
    if limits == [0, 0] {
        return Err(Error::INVALID);
    }
    let resize = |direction: Direction, limit| {
        let mut guard = handle::lock(handle, direction).map_err(|_| Error::INVALID)?;
        let (_, lane, ring) = parts(&mut guard).ok_or(Error::INVALID)?;
        ring.resize(lane, limit)
    };
    let before = resize(Direction::Receive, limits[0])?;
    resize(Direction::Send, limits[1])
        .inspect_err(|_| _ = resize(Direction::Receive, before))
        .map(drop)
}

/// The socket closes: its requests end with `status`, and the request queue is over (S10.26).
/// Returns how many receives that were.
pub fn close(socket: &Socket, status: Status) -> usize {
    fence(Ordering::SeqCst);
    let Some(requests) = socket.request_queue() else { return 0 };
    if requests.closed.swap(true, Ordering::AcqRel) {
        return 0;
    }
    let [receives, _sends] = [Direction::Receive, Direction::Send].map(|direction| {
        let mut guard = socket.lane(direction);
        let (_, lane, ring) = parts(&mut guard).expect("it has a request queue");
        ring.committed = ring.pushed;
        let ended = ring.pushed.wrapping_sub(ring.next);
        while ring.next != ring.pushed {
            ring.finish(lane, Outcome::failure(status), None);
        }
        lane.total.store(ring.pushed.into(), Ordering::Release);
        lane.queue.give_back(ring.limit);
        lane.queue.leave();
        ended
    });
    receives as usize
}

/// A socket of the completion queue's set was reported ready.
pub fn on_report(queue: &CompletionQueue, report: Readiness, mut here: Option<&mut Here<'_>>) {
    let Readiness { id, ready } = report;
    if ready.readable()
        && let Ok(mut guard) = handle::lock(id as usize, Direction::Receive)
        && let Some((_, lane, ring)) = parts(&mut guard)
        && lane.is_of(queue)
    {
        ring.sight.ready = true;
        ring.sight.hung_up |= ready.hung_up();
        ring.sight.urgent |= ready.urgent();
        drive(&mut guard, here.as_deref_mut());
    }
    if ready.writable()
        && let Ok(socket) = handle::socket(id as usize)
        && let Some(requests) = socket.request_queue()
        && requests.lanes[Direction::Send as usize].waits_for(queue)
    {
        drive(&mut socket.lane(Direction::Send), here);
    }
}

/// The socket whose lane is locked, the lane of its request queue, and the lane's ring.
pub fn parts(guard: &mut LaneGuard) -> Option<(&Socket, &Lane, &mut Ring)> {
    let (socket, direction) = (guard.socket(), guard.direction());
    let lane = &socket.request_queue()?.lanes[direction as usize];
    // SAFETY: the guard is the lock of this ring, and is borrowed as long as the ring.
    Some((socket, lane, unsafe { &mut *lane.ring.get() }))
}

/// The socket whose lane is locked is watched from now on, if its completion queue watches and
/// requests wait. What cannot be watched for want of memory is tried when the queue is polled.
#[inline]
pub fn watch(guard: &mut LaneGuard) {
    if let Some((socket, lane, ring)) = parts(guard) {
        _ = ring.watch(lane, socket);
    }
}

/// Tries the requests of the locked lane in order.
pub fn drive(guard: &mut LaneGuard, mut here: Option<&mut Here<'_>>) {
    let direction = guard.direction();
    let Some((socket, lane, ring)) = parts(guard) else { return };
    while ring.next != ring.committed {
        let entry = ring.entry(ring.next);
        // SAFETY: between next and pushed an entry is the ring's.
        let step = unsafe { (*entry.as_ptr()).attempt(direction, socket, &mut ring.sight) };
        match step {
            Step::Done(outcome) => ring.finish(lane, outcome, here.as_deref_mut()),
            _ => return,
        }
    }
}

impl RequestQueue {
    /// Whether its socket was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Whether it was closed and all its results were dequeued.
    pub fn is_over(&self, queue: &CompletionQueue) -> bool {
        self.lanes.iter().all(|lane| !lane.is_of(queue) || lane.is_drained())
    }

    /// The calling thread issues until [`RequestQueue::end`]; 10022 if another one is seen to
    /// (S10.24). It is a courtesy, so a look and a store are enough: the lanes' locks keep order.
    #[inline]
    pub fn begin(&self) -> Result<(), Error> {
        if self.in_use.load(Ordering::Relaxed) {
            return Err(Error::INVALID);
        }
        self.in_use.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The calling thread, which began, has issued.
    #[inline]
    pub fn end(&self) {
        self.in_use.store(false, Ordering::Relaxed);
    }

    /// Tries what waits for the completion queue, where nobody else is at it.
    #[inline]
    pub fn ask(&self, queue: &CompletionQueue) {
        for direction in [Direction::Receive, Direction::Send] {
            if self.lanes[direction as usize].waits_for(queue)
                && let Some(mut guard) = handle::try_lock(self.handle as usize, direction)
            {
                drive(&mut guard, None);
            }
        }
    }

    /// From now on its socket is watched by the completion queue, if requests wait.
    pub fn watch(&self, queue: &CompletionQueue, direction: Direction) -> Result<(), Error> {
        let Ok(mut guard) = handle::lock(self.handle as usize, direction) else { return Ok(()) };
        match parts(&mut guard) {
            Some((socket, lane, ring)) if lane.is_of(queue) => ring.watch(lane, socket),
            _ => Ok(()),
        }
    }
}

impl Lane {
    /// The caller's, given with the request queue.
    pub fn context(&self) -> u64 {
        self.context
    }

    /// A result was dequeued: its place is free (S10.10). For the completion queue's reader.
    #[inline]
    pub fn free_one(&self) {
        let freed = self.freed.load(Ordering::Relaxed).wrapping_add(1);
        self.freed.store(freed, Ordering::Release);
    }

    fn is_of(&self, queue: &CompletionQueue) -> bool {
        std::ptr::eq(&raw const *self.queue, queue)
    }

    fn waits_for(&self, queue: &CompletionQueue) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0 && self.is_of(queue)
    }
}

impl Lane {
    fn is_drained(&self) -> bool {
        self.total.load(Ordering::Acquire) == self.freed.load(Ordering::Relaxed).into()
    }
}

impl Ring {
    fn new(limit: u32) -> Result<Self, Error> {
        Ok(Self {
            entries: room(limit)?,
            former: Vec::new(),
            limit,
            next: 0,
            committed: 0,
            pushed: 0,
            sight: Sight::default(),
            watched: -1,
        })
    }

    /// Whether a try may succeed, as far as was reported.
    pub fn may_be_ready(&self) -> bool {
        self.sight.ready
    }

    /// Whether requests are to be tried.
    pub fn waits(&self) -> bool {
        self.next != self.committed
    }

    /// Adds a request; 10055 if the limit is reached (S10.10).
    #[inline]
    pub fn push(&mut self, lane: &Lane, entry: Entry) -> Result<(), Error> {
        let freed = lane.freed.load(Ordering::Acquire);
        if self.pushed.wrapping_sub(freed) >= self.limit {
            return Err(Error::NO_BUFFERS);
        }
        // SAFETY: the place at pushed is the ring's, and holds nothing.
        unsafe { self.entry(self.pushed).write(entry) };
        self.pushed = self.pushed.wrapping_add(1);
        Ok(())
    }

    /// All that was pushed is to be tried.
    #[inline]
    pub fn commit(&mut self, lane: &Lane) {
        self.committed = self.pushed;
        self.count_waiting(lane);
    }

    fn count_waiting(&self, lane: &Lane) {
        lane.waiting.store(self.committed.wrapping_sub(self.next), Ordering::Relaxed);
    }

    /// The completion queue, if it watches at all, watches the socket from now on; what is ready
    /// already is reported.
    pub fn watch(&mut self, lane: &Lane, socket: &Socket) -> Result<(), Error> {
        if let Some(set) = lane.queue.set()
            && self.waits()
            && self.watched != socket.fd()
        {
            set.add_or_keep(socket.fd(), socket.handle())?;
            self.watched = socket.fd();
        }
        Ok(())
    }

    /// The request at `next` is over.
    #[inline]
    fn finish(&mut self, lane: &Lane, outcome: Outcome, here: Option<&mut Here<'_>>) {
        let mut entry = self.entry(self.next);
        self.next = self.next.wrapping_add(1);
        self.count_waiting(lane);
        // SAFETY: the entry was the ring's up to here; put makes it the completion queue's.
        let done = unsafe { entry.as_mut() };
        done.bytes = outcome.bytes;
        done.status = if outcome.status.is_success() { 0 } else { outcome.status.wsa().0 };
        lane.queue.put(entry, here);
    }

    /// Sets another limit; the one before.
    fn resize(&mut self, lane: &Lane, limit: u32) -> Result<u32, Error> {
        let freed = lane.freed.load(Ordering::Acquire);
        if limit < self.pushed.wrapping_sub(freed) {
            return Err(Error::TOO_MANY_REFERENCES);
        }
        if freed == self.next {
            self.former.clear();
        }
        let larger = (limit as usize > self.entries.len()).then(|| room(limit)).transpose()?;
        match limit.checked_sub(self.limit) {
            Some(more) => lane.queue.reserve(more)?,
            None => lane.queue.give_back(self.limit - limit),
        }
        if let Some(entries) = larger {
            let before = std::mem::replace(&mut self.entries, entries);
            let mut number = self.next;
            while number != self.pushed {
                let from = before[number as usize & (before.len() - 1)].get().cast();
                // SAFETY: a request not tried to the end is the ring's, to be moved.
                unsafe { self.entry(number).write(std::ptr::read(from)) };
                number = number.wrapping_add(1);
            }
            self.former.push(before);
        }
        Ok(std::mem::replace(&mut self.limit, limit))
    }

    #[inline]
    fn entry(&self, number: u32) -> NonNull<Entry> {
        let place = &self.entries[number as usize & (self.entries.len() - 1)];
        NonNull::from_ref(place).cast()
    }
}

/// Room for so many entries, a power of two; 10055 if there is no memory.
fn room(limit: u32) -> Result<Entries, Error> {
    let count = (limit as usize).next_power_of_two();
    let mut entries = Vec::new();
    entries.try_reserve_exact(count).map_err(|_| Error::NO_BUFFERS)?;
    entries.resize_with(count, || UnsafeCell::new(MaybeUninit::uninit()));
    Ok(entries.into_boxed_slice())
}

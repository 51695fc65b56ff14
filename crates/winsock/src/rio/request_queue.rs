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
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};

use super::completion_queue::{self, CompletionQueue};
use super::driver::Driver;
use super::list::List;
use super::ring::Ring;
use crate::error::{Error, Status};
use crate::handle::{self, LaneGuard};
use crate::kernel::epoll::Readiness;
use crate::kernel::net::{Direction, Interest};
use crate::request::{Outcome, Step};
use crate::socket::{Mark, Socket};

/// A socket's request queue.
pub struct RequestQueue {
    /// The socket's handle, which is the request queue's number too.
    handle: u32,
    /// A thread issues (S10.24).
    in_use: AtomicBool,
    closed: AtomicBool,
    /// How often the socket has become another connection's, or got or lost a link, plus one.
    renewal: AtomicU32,
    lanes: [Lane; 2],
}

/// One direction of it.
pub struct Lane {
    /// Where its results go.
    pub queue: Arc<CompletionQueue>,
    context: u64,
    /// Requests to be tried.
    pub(super) waiting: AtomicU32,
    /// Results that were dequeued, ever; written by the reader of the completion queue.
    pub(super) freed: AtomicU32,
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
            renewal: AtomicU32::new(1),
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
            ring.finish(lane, Outcome::failure(status), Driver::Any);
        }
        lane.total.store(ring.pushed.into(), Ordering::Release);
        lane.queue.give_back(ring.limit);
        lane.queue.leave();
        ended
    });
    renew(socket);
    receives as usize
}

/// The socket has become another connection's, or has got or lost a link.
pub fn renew(socket: &Socket) {
    if let Some(requests) = socket.request_queue() {
        requests.renewal.fetch_add(1, Ordering::SeqCst);
    }
}

/// A socket of the completion queue's set was reported ready, or its link's bell.
pub fn on_report(queue: &CompletionQueue, report: Readiness, mut driver: Driver<'_, '_>) {
    let Readiness { id, ready } = report;
    let linked = !(ready.readable() && ready.writable()) && is_linked(id);
    if (ready.readable() || linked)
        && let Ok(mut guard) = handle::lock(id as usize, Direction::Receive)
        && let Some((socket, lane, ring)) = parts(&mut guard)
    {
        if socket.is(Mark::LINKED) {
            socket.hear_bell(ready.hung_up());
        }
        if lane.is_of(queue) {
            ring.sight.ready = true;
            ring.sight.hung_up |= ready.hung_up();
            ring.sight.urgent |= ready.urgent();
            drive(&mut guard, driver.reborrow());
        }
    }
    if (ready.writable() || linked)
        && let Ok(socket) = handle::socket(id as usize)
        && let Some(requests) = socket.request_queue()
        && requests.waits_for(queue, Direction::Send)
    {
        drive(&mut socket.lane(Direction::Send), driver);
    }
}

/// Whether a report may be of a bell, which tells of both directions.
fn is_linked(id: u32) -> bool {
    handle::socket(id as usize).is_ok_and(|socket| socket.is(Mark::LINKED))
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

/// Tries the requests of the locked lane in order. If somebody waits for a notice, the other end of
/// a link will tell when it is worth another try.
pub fn drive(guard: &mut LaneGuard, mut driver: Driver<'_, '_>) {
    let direction = guard.direction();
    let Some((socket, lane, ring)) = parts(guard) else { return };
    while ring.next != ring.committed {
        let entry = ring.entry(ring.next);
        // SAFETY: between next and pushed an entry is the ring's.
        let step = unsafe { (*entry.as_ptr()).attempt(direction, socket, &mut ring.sight) };
        match step {
            Step::Done(outcome) => ring.finish(lane, outcome, driver.reborrow()),
            _ if lane.may_go_on(socket, direction) => {}
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

    /// Its socket's handle.
    pub fn socket(&self) -> usize {
        self.handle as usize
    }

    /// Changes whenever the socket becomes another connection's, or gets or loses a link. Never 0
    /// at first.
    #[inline(always)]
    pub fn renewal(&self) -> u32 {
        self.renewal.load(Ordering::SeqCst)
    }

    /// Whether requests of this direction wait whose results go to this completion queue.
    #[inline(always)]
    pub fn waits_for(&self, queue: &CompletionQueue, direction: Direction) -> bool {
        let lane = &self.lanes[direction as usize];
        lane.waiting.load(Ordering::Relaxed) > 0 && lane.is_of(queue)
    }

    /// The completion queue's reader tries what waits, unless somebody else is at it.
    #[inline(always)]
    pub fn ask(&self, direction: Direction, list: &mut List) {
        if let Some(mut guard) = handle::try_lock(self.handle as usize, direction) {
            drive(&mut guard, Driver::Reader(list));
        }
    }

    /// The completion queue's reader is about to wait: what waits is tried, and then the other end
    /// of the link tells.
    pub fn arm(&self, queue: &CompletionQueue, list: &mut List) {
        for direction in [Direction::Receive, Direction::Send] {
            if self.lanes[direction as usize].is_of(queue)
                && let Ok(mut guard) = handle::lock(self.handle as usize, direction)
            {
                drive(&mut guard, Driver::Reader(list));
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

    /// A try brought nothing: whether another one may at once, though the other end of a link was
    /// told that it is waited for.
    fn may_go_on(&self, socket: &Socket, direction: Direction) -> bool {
        let interest = match direction {
            Direction::Receive => Interest::Readable,
            Direction::Send => Interest::Writable,
        };
        socket.is(Mark::LINKED) && self.queue.is_awaited() && socket.await_peer_of_queue(interest)
    }

    fn is_drained(&self) -> bool {
        self.total.load(Ordering::Acquire) == self.freed.load(Ordering::Relaxed).into()
    }
}

//! Registered I/O: memory registered once, requests and results in queues of fixed size, and a
//! thread that takes results out without waiting.
//!
//! ```text
//!   operations(count, …) ──▶ Operation: a slice of registered memory, and data of yours
//!        │
//!   RequestQueue::recv, send ──▶ in flight ──▶ CompletionQueue::next ──▶ Completion
//!                                                 ▲ nothing there: ask again, or wait (RIONotify)
//! ```
//!
//! The queues have no locks: each belongs to one thread at a time (S10.24), which the compiler sees
//! to, for they are `Send` and not `Sync`. An operation in flight is the system's and comes back
//! with its completion, so its memory can be neither touched nor freed meanwhile.
//!
//! Sockets for registered I/O are made by [`listen`], [`connect`] and [`datagram`] of this module;
//! what is accepted by such a listener is one, too (S10.2).
//!
//! # Safety
//!
//! A flight's address is the context of its request: from a call that succeeded to its result it
//! belongs to the system, and the result gives it back. The completion queue and its flights have
//! one owner, which ends when neither the queue nor a request queue is left; then every socket is
//! closed, so that what is in flight still comes back (S10.26).

#![allow(unsafe_code, reason = "hands its memory to the system")]

use std::cell::Cell;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::ops::{Range, RangeBounds};
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::event::Event;
use crate::port::milliseconds;
use crate::socket::Socket;
use crate::sys::{self, BOOL, RIO_BUF, RIO_CQ, RIO_RQ, RIORESULT};

mod memory;
mod table;

pub use memory::{Operation, operations};

use memory::Flight;
use table::Table;

/// WSA_FLAG_REGISTERED_IO, and the sockets serve otherwise as well.
const FLAGS: u32 = sys::WSA_FLAG_REGISTERED_IO | sys::WSA_FLAG_OVERLAPPED;
/// The most results one call takes.
const BATCH_MAX: usize = 64;

/// Whether the system has registered I/O: Windows since 8, and Linux here; Wine 8 has not.
pub fn is_available() -> bool {
    Table::of_system().is_ok()
}

/// A TCP socket listening at `address`, whose connections can have request queues.
pub fn listen(address: SocketAddr) -> Result<Socket> {
    let socket = stream(&address)?;
    socket.begin_to_listen(address)?;
    Ok(socket)
}

/// An unconnected TCP socket of the family of `like`, which can have a request queue.
pub fn stream(like: &SocketAddr) -> Result<Socket> {
    Socket::with_flags(like, sys::SOCK_STREAM, sys::IPPROTO_TCP, FLAGS)
}

/// A TCP socket connected to `peer`, which can have a request queue; blocks meanwhile.
pub fn connect(peer: SocketAddr) -> Result<Socket> {
    let socket = stream(&peer)?;
    socket.connect_to(peer)?;
    Ok(socket)
}

/// A UDP socket bound to `address`, which can have a request queue.
pub fn datagram(address: SocketAddr) -> Result<Socket> {
    let socket = Socket::with_flags(&address, sys::SOCK_DGRAM, sys::IPPROTO_UDP, FLAGS)?;
    socket.bind(address)?;
    Ok(socket)
}

/// A result, with what it is the result of.
#[derive(Debug)]
pub struct Completion<D> {
    /// The key of the request queue.
    pub key: usize,
    /// The operation, ready to be used again.
    pub operation: Operation<D>,
    /// The bytes transferred, 0 at the end of a stream; or why it failed.
    pub result: Result<usize>,
}

/// An operation that did not begin, and why.
#[derive(Debug)]
pub struct Refused<D> {
    /// `WSAENOBUFS`: as many are in flight, or not taken out, as the queue holds (S10.10).
    pub error: Error,
    /// The operation.
    pub operation: Operation<D>,
}

impl<D> From<Refused<D>> for Error {
    fn from(refused: Refused<D>) -> Self {
        refused.error
    }
}

/// Results, in the order in which they came about. One thread takes them out.
pub struct CompletionQueue<D> {
    shared: Arc<Shared<D>>,
    /// What RIONotify sets.
    event: Option<Event>,
    taken: Cell<usize>,
}

/// What a socket is to receive and to send; one thread at a time issues. Dropping it closes the
/// socket: what is in flight comes out of the completion queue as aborted.
pub struct RequestQueue<D> {
    /// Closed first.
    socket: Socket,
    id: RIO_RQ,
    begun: Cell<usize>,
    shared: Arc<Shared<D>>,
}

// SAFETY: the operations in it may move between threads with their data; the queue itself is the
// owner's alone, for it is not Sync.
unsafe impl<D: Send> Send for CompletionQueue<D> {}
// SAFETY: as for the completion queue.
unsafe impl<D: Send> Send for RequestQueue<D> {}

/// The completion queue, kept by its request queues, too.
struct Shared<D> {
    table: &'static Table,
    id: RIO_CQ,
    /// Of the queues that are gone: what was begun, and what was taken out.
    begun: AtomicUsize,
    taken: AtomicUsize,
    flights: PhantomData<Cell<D>>,
}

impl<D> CompletionQueue<D> {
    /// One with room for `size` results, that is polled.
    pub fn new(size: u32) -> Result<Self> {
        Self::made(size, None)
    }

    /// One with room for `size` results; [`CompletionQueue::wait`] waits for `event`, which anybody
    /// may set to wake the thread.
    pub fn with_event(size: u32, event: Event) -> Result<Self> {
        Self::made(size, Some(event))
    }

    fn made(size: u32, event: Option<Event>) -> Result<Self> {
        let table = Table::of_system()?;
        let notice = event.as_ref().map(|event| sys::RIO_NOTIFICATION_COMPLETION {
            Type: sys::RIO_EVENT_COMPLETION,
            Anonymous: sys::RIO_NOTIFICATION_COMPLETION_0 {
                Event: sys::RIO_NOTIFICATION_COMPLETION_0_0 {
                    EventHandle: event.handle(),
                    NotifyReset: 0,
                },
            },
        });
        let notice = notice.as_ref().map_or(null(), std::ptr::from_ref);
        // SAFETY: the structure is a local, read during the call; the queue keeps the event.
        let id = unsafe { (table.create_completion_queue)(size, notice) };
        if id == 0 {
            return Err(Error::last());
        }
        let (begun, taken) = Default::default();
        let shared = Arc::new(Shared { table, id, begun, taken, flights: PhantomData });
        Ok(Self { shared, event, taken: Cell::new(0) })
    }

    /// The oldest result, if there is one. Does not wait.
    pub fn next(&self) -> Option<Completion<D>> {
        let mut results = [RIORESULT::default()];
        self.dequeue(&mut results).next()
    }

    /// Appends what has finished, at most 64, to `completions`; how many. Does not wait.
    pub fn take(&self, completions: &mut Vec<Completion<D>>) -> usize {
        let mut results = [RIORESULT::default(); BATCH_MAX];
        let before = completions.len();
        completions.extend(self.dequeue(&mut results));
        completions.len() - before
    }

    /// Waits, at most so long, until there is a result, or until somebody sets the event; false:
    /// time is up. Take out what is there before (S10.23).
    ///
    /// # Panics
    ///
    /// If the queue was made without an event.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<bool> {
        let event = self.event.as_ref().expect("the queue was made to be waited for");
        // SAFETY: the queue is open while this lives, and its one reader is the caller.
        match unsafe { (self.shared.table.notify)(self.shared.id) } as u32 {
            0 | ALREADY => {} // asked before, and not told yet
            code => return Err(Error::from_code(code)),
        }
        // SAFETY: the event is open while the queue has it.
        match unsafe { sys::WaitForSingleObject(event.handle(), milliseconds(timeout)) } {
            sys::WAIT_OBJECT_0 => Ok(true),
            sys::WAIT_TIMEOUT => Ok(false),
            _ => Err(Error::last()),
        }
    }

    /// Gives it room for `size` results, more or fewer than now; `WSAETOOMANYREFS` if its request
    /// queues may need more (S10.25).
    pub fn resize(&self, size: u32) -> Result<()> {
        // SAFETY: the queue is open, and its one reader is the caller.
        match unsafe { (self.shared.table.resize_completion_queue)(self.shared.id, size) } {
            0 => Err(Error::last()),
            _ => Ok(()),
        }
    }

    fn dequeue<'a>(
        &self,
        results: &'a mut [RIORESULT],
    ) -> impl Iterator<Item = Completion<D>> + use<'a, D> {
        // SAFETY: the caller is the queue's one reader; each result gives back a flight of this
        // queue, whose data is of this type, for its request queues are.
        let results = unsafe { self.shared.dequeue(results) };
        self.taken.set(self.taken.get() + results.len());
        results.iter().map(|result| {
            // SAFETY: as above; the flight was not given back before.
            let operation = unsafe { Operation::land(result) };
            let result = match result.Status as u32 {
                0 => Ok(result.BytesTransferred as usize),
                code => Err(Error::from_code(code)),
            };
            Completion { key: operation.key(), operation, result }
        })
    }
}

/// WSAEALREADY: RIONotify was called before and has not fired.
const ALREADY: u32 = sys::WSAEALREADY as u32;

impl<D> RequestQueue<D> {
    /// A request queue of this socket, for so many receives and sends in flight at most; their
    /// results go to `queue`, each with `key`. Fails with `WSAENOBUFS` if the queue has not so much
    /// room left, and for a socket that was not made for registered I/O.
    pub fn new(
        socket: Socket,
        receives: u32,
        sends: u32,
        queue: &CompletionQueue<D>,
        key: usize,
    ) -> Result<Self> {
        let shared = queue.shared.clone();
        // SAFETY: socket and queue are open; the key is a value to the system.
        let id = unsafe {
            let (raw, key, queue) = (socket.as_raw(), key as *const _, shared.id);
            (shared.table.create_request_queue)(raw, receives, 1, sends, 1, queue, queue, key)
        };
        if id == 0 {
            return Err(Error::last());
        }
        Ok(Self { socket, id, begun: Cell::new(0), shared })
    }

    /// Receives into the operation's buffer.
    pub fn recv(&self, operation: Operation<D>) -> std::result::Result<(), Refused<D>> {
        let (id, table) = (self.id, self.shared.table);
        self.begin(operation, .., |data, _, context| {
            // SAFETY: the arguments are those of `begin`, which keeps the flight for the system.
            unsafe { (table.receive)(id, data, 1, 0, context) }
        })
    }

    /// Receives a datagram, whose sender [`Operation::sender`] tells afterwards.
    pub fn recv_from(&self, mut operation: Operation<D>) -> std::result::Result<(), Refused<D>> {
        let (id, table) = (self.id, self.shared.table);
        operation.set_address(None);
        self.begin(operation, .., |data, from, context| {
            // SAFETY: as `begin` says; the address' room is the flight's, like the buffer.
            unsafe { (table.receive_ex)(id, data, 1, null(), from, null(), null(), 0, context) }
        })
    }

    /// Sends `range` of the operation's buffer, and what was deferred before.
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn send(
        &self,
        operation: Operation<D>,
        range: Range<usize>,
    ) -> std::result::Result<(), Refused<D>> {
        self.begin_send(operation, range, 0)
    }

    /// As [`RequestQueue::send`], at the latest with the next one or
    /// [`RequestQueue::commit_sends`].
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn defer_send(
        &self,
        operation: Operation<D>,
        range: Range<usize>,
    ) -> std::result::Result<(), Refused<D>> {
        self.begin_send(operation, range, sys::RIO_MSG_DEFER)
    }

    fn begin_send(
        &self,
        operation: Operation<D>,
        range: Range<usize>,
        flags: u32,
    ) -> std::result::Result<(), Refused<D>> {
        let (id, table) = (self.id, self.shared.table);
        self.begin(operation, range, |data, _, context| {
            // SAFETY: slice and context come from `begin`; the data stays until the result.
            unsafe { (table.send)(id, data, 1, flags, context) }
        })
    }

    /// Sends `range` of the operation's buffer as a datagram to `peer`.
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn send_to(
        &self,
        mut operation: Operation<D>,
        range: Range<usize>,
        peer: SocketAddr,
    ) -> std::result::Result<(), Refused<D>> {
        let (id, table) = (self.id, self.shared.table);
        operation.set_address(Some(peer));
        self.begin(operation, range, |data, to, context| {
            // SAFETY: as for a send; the address lies in the flight's memory until the result.
            unsafe { (table.send_ex)(id, data, 1, null(), to, null(), null(), 0, context) }
        })
    }

    /// Begins the sends that were deferred.
    pub fn commit_sends(&self) -> Result<()> {
        // SAFETY: the queue is open, and no memory is handed over.
        let done = unsafe {
            (self.shared.table.send)(self.id, null(), 0, sys::RIO_MSG_COMMIT_ONLY, null())
        };
        if done == 0 { Err(Error::last()) } else { Ok(()) }
    }

    /// Its socket.
    pub fn socket(&self) -> &Socket {
        &self.socket
    }

    /// `call` is given the slices of data and address, which it reads during the call, and the
    /// context; the flight and its memory are the system's from there to the result, if the call
    /// succeeds, and only then.
    fn begin(
        &self,
        operation: Operation<D>,
        range: impl RangeBounds<usize>,
        call: impl FnOnce(*const RIO_BUF, *const RIO_BUF, *const c_void) -> BOOL,
    ) -> std::result::Result<(), Refused<D>> {
        let (data, address) = (operation.slice(range), operation.address_slice());
        let flight: *mut Flight<D> = operation.launch();
        if call(&data, &address, flight.cast()) == 0 {
            let error = Error::last();
            // SAFETY: the call failed: nothing will complete (S10.11), the flight is ours.
            return Err(Refused { error, operation: unsafe { Operation::reclaim(flight) } });
        }
        self.begun.set(self.begun.get() + 1);
        Ok(())
    }
}

impl<D> Drop for CompletionQueue<D> {
    fn drop(&mut self) {
        self.shared.taken.fetch_add(self.taken.get(), Ordering::Release);
    }
}

impl<D> Drop for RequestQueue<D> {
    fn drop(&mut self) {
        self.shared.begun.fetch_add(self.begun.get(), Ordering::Release);
    }
}

impl<D> Shared<D> {
    /// # Safety
    ///
    /// The caller is the queue's only reader.
    unsafe fn dequeue<'a>(&self, results: &'a mut [RIORESULT]) -> &'a [RIORESULT] {
        let room = results.len() as u32;
        // SAFETY: the results are borrowed mutably; the queue is open.
        let count = unsafe { (self.table.dequeue)(self.id, results.as_mut_ptr(), room) };
        assert_ne!(count, sys::RIO_CORRUPT_CQ, "one thread at a time has the queue");
        &results[..count as usize]
    }
}

impl<D> Drop for Shared<D> {
    /// Every socket is closed: what was in flight comes back, on Windows perhaps not at once.
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let end = Instant::now() + PATIENCE;
        let mut left = self.begun.get_mut().wrapping_sub(*self.taken.get_mut());
        while left > 0 && Instant::now() < end {
            let mut results = [RIORESULT::default(); BATCH_MAX];
            // SAFETY: nobody else has the queue any more; the flights are of its type.
            let results = unsafe { self.dequeue(&mut results) };
            for result in results {
                // SAFETY: the result gives the flight back, once.
                drop(unsafe { Operation::<D>::land(result) });
            }
            left -= results.len();
            if left > 0 {
                thread::yield_now();
            }
        }
        // SAFETY: the queue is closed once, by its last owner; flights that are left are leaked.
        unsafe { (self.table.close_completion_queue)(self.id) };
    }
}

impl<D> fmt::Debug for CompletionQueue<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompletionQueue").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

impl<D> fmt::Debug for RequestQueue<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestQueue").field("socket", &self.socket).finish_non_exhaustive()
    }
}

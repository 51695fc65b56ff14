//! Event objects, and the model that waits for them: overlapped operations with an event each.
//!
//! ```text
//!   OperationSet::recv ──▶ in flight, its event in the set ──▶ OperationSet::wait ──▶ Ended
//! ```
//!
//! A thread waits for at most 64 events, so who has more operations in flight needs more threads;
//! an [`Event`] that is the signal of all their sets reaches all of them.
//!
//! # Safety
//!
//! An event object is closed when nobody has it any more. An operation in a set is the system's
//! until its event is signalled: a set that is dropped cancels what is in flight and waits for its
//! end; one that is forgotten frees nothing.

#![allow(unsafe_code, reason = "hands its memory to the system")]

use std::fmt;
use std::mem::zeroed;
use std::ops::Range;
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::operation::{Flight, Operation, Refused};
use crate::port::milliseconds;
use crate::socket::{Socket, start};
use crate::sys::{self, HANDLE, WSAEVENT};
use crate::unported::{self, Ended, Task};

/// An event object. Clones are the same object.
#[derive(Clone, Debug)]
pub struct Event(Arc<Object>);

#[derive(Debug)]
struct Object(HANDLE);

// SAFETY: the handle is a value, and any thread may use what is behind it.
unsafe impl Send for Object {}
// SAFETY: setting, resetting and waiting are each one step of the system's.
unsafe impl Sync for Object {}

impl Event {
    /// One that, once set, stays so until it is reset: it releases everybody. It is not set.
    pub fn manual_reset() -> Result<Self> {
        Self::new(true)
    }

    /// One that is reset by the wait that it ends: it releases one at a time. It is not set.
    pub fn auto_reset() -> Result<Self> {
        Self::new(false)
    }

    fn new(manual: bool) -> Result<Self> {
        start();
        // SAFETY: neither attributes nor a name are passed.
        let event = unsafe { sys::CreateEventW(null(), i32::from(manual), 0, null()) };
        if event.is_null() { Err(Error::last()) } else { Ok(Self(Arc::new(Object(event)))) }
    }

    /// Sets it: who waits for it goes on, or who waits next.
    pub fn set(&self) {
        // SAFETY: the handle is open as long as this.
        let done = unsafe { sys::SetEvent(self.handle()) };
        assert_ne!(done, 0, "the event object is open");
    }

    /// Resets it.
    pub fn reset(&self) {
        // SAFETY: the handle is open as long as this.
        let done = unsafe { sys::ResetEvent(self.handle()) };
        assert_ne!(done, 0, "the event object is open");
    }

    pub(crate) fn handle(&self) -> HANDLE {
        self.0.0
    }

    /// The same handle, as Winsock's calls want it.
    pub(crate) fn wsa(&self) -> WSAEVENT {
        self.handle() as WSAEVENT
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the handle is this object's own; sockets and waits keep what is behind it.
        unsafe { sys::CloseHandle(self.0) };
    }
}

struct InFlight<D> {
    event: Event,
    socket: Arc<Socket>,
    flight: *mut Flight<D>,
}

impl<D> InFlight<D> {
    /// Whether it is over, and its event set: until then a late signal could hit who uses the event
    /// next.
    fn has_ended(&self) -> bool {
        // SAFETY: the allocation is in flight or over, and there until `finish`; the system writes
        // this word of it last, and atomically (S1.62).
        let status = unsafe {
            AtomicUsize::from_ptr(&raw mut (*self.flight).overlapped.Internal)
                .load(Ordering::Acquire)
        };
        // SAFETY: the handle is open as long as the event.
        status != sys::STATUS_PENDING as usize
            && unsafe { sys::WaitForSingleObject(self.event.handle(), 0) } == sys::WAIT_OBJECT_0
    }
}

/// Operations in flight, of which a thread waits for any, and a signal if wanted: together at most
/// [`OperationSet::CAPACITY`].
///
/// The lowest index goes first (S4.11); here what begins anew goes to the end, so that nobody
/// starves. The end of the thread that began an operation cancels it (S1.88).
pub struct OperationSet<D> {
    signal: Option<Event>,
    /// What a wait is given: the signal's event, then one per operation.
    handles: Vec<HANDLE>,
    in_flight: Vec<InFlight<D>>,
    /// Of those in flight, the ones that the last wait has not looked at: a wait tells the first
    /// that has ended, and others may have.
    unseen: Range<usize>,
    spare: Vec<Event>,
}

// SAFETY: the set owns its operations; data and sockets may move between threads with it.
unsafe impl<D: Send> Send for OperationSet<D> {}

impl<D> OperationSet<D> {
    /// How many events a thread can wait for (WSA_MAXIMUM_WAIT_EVENTS, S4.3).
    pub const CAPACITY: usize = sys::WSA_MAXIMUM_WAIT_EVENTS as usize;

    /// An empty set.
    pub const fn new() -> Self {
        Self {
            signal: None,
            handles: Vec::new(),
            in_flight: Vec::new(),
            unseen: 0..0,
            spare: Vec::new(),
        }
    }

    /// An empty set whose waits end when `signal` is set, too. The signal takes a place.
    pub fn with_signal(signal: Event) -> Self {
        let mut set = Self::new();
        set.handles.push(signal.handle());
        set.signal = Some(signal);
        set
    }

    /// Operations in flight.
    pub fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether none is in flight.
    pub fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Whether no operation more fits in.
    pub fn is_full(&self) -> bool {
        self.handles.len() == Self::CAPACITY
    }

    /// Receives into the operation's buffer. Refused with 87 by a set that is full.
    pub fn recv(
        &mut self,
        socket: Arc<Socket>,
        operation: Operation<D>,
    ) -> std::result::Result<(), Refused<D>> {
        self.begin(socket, operation, Task::Receive)
    }

    /// Sends `range` of the operation's buffer. Refused with 87 by a set that is full.
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn send(
        &mut self,
        socket: Arc<Socket>,
        operation: Operation<D>,
        range: Range<usize>,
    ) -> std::result::Result<(), Refused<D>> {
        assert!(range.end <= operation.buffer().len(), "{range:?} lies outside of the buffer");
        self.begin(socket, operation, Task::Send(range))
    }

    /// Waits until an operation has ended, at most `timeout` (`None`: for ever), rounded up to
    /// whole milliseconds. `None`: the signal is set, or time is up. Fails with
    /// `WSA_INVALID_PARAMETER` if there is neither operation nor signal.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<Option<Ended<D>>> {
        if let Some(at) = self.next_unseen() {
            return Ok(Some(self.finish(at)));
        }
        let (count, limit_ms) = (self.handles.len() as u32, milliseconds(timeout));
        // SAFETY: `count` handles, all open, are read during the call.
        let woken =
            unsafe { sys::WSAWaitForMultipleEvents(count, self.handles.as_ptr(), 0, limit_ms, 0) };
        match (woken, &self.signal) {
            (sys::WAIT_FAILED, _) => Err(Error::last()),
            (sys::WAIT_TIMEOUT, _) | (sys::WAIT_OBJECT_0, Some(_)) => Ok(None),
            (at, signal) => {
                let at = at as usize - usize::from(signal.is_some());
                let ended = self.finish(at);
                self.unseen = at..self.in_flight.len();
                Ok(Some(ended))
            }
        }
    }

    /// The next operation that the last wait did not tell of, and that has ended as well.
    fn next_unseen(&mut self) -> Option<usize> {
        while !self.unseen.is_empty() {
            if self.in_flight[self.unseen.start].has_ended() {
                self.unseen.end -= 1; // it leaves its place to the next
                return Some(self.unseen.start);
            }
            self.unseen.start += 1;
        }
        None
    }

    fn begin(
        &mut self,
        socket: Arc<Socket>,
        mut operation: Operation<D>,
        task: Task,
    ) -> std::result::Result<(), Refused<D>> {
        if self.is_full() {
            let error = Error::from_code(sys::ERROR_INVALID_PARAMETER);
            return Err(Refused { error, operation });
        }
        let event = match self.spare.pop().map_or_else(Event::manual_reset, Ok) {
            Ok(event) => event,
            Err(error) => return Err(Refused { error, operation }),
        };
        // SAFETY: an OVERLAPPED of zeros is a fresh one.
        operation.flight().overlapped = unsafe { zeroed() };
        operation.flight().overlapped.hEvent = event.handle();
        let flight = operation.launch();
        // SAFETY: the allocation is this thread's alone until the call, then the set's.
        match unsafe { unported::begin(socket.as_raw(), flight, task, None) } {
            Ok(()) => {
                self.handles.push(event.handle());
                self.in_flight.push(InFlight { event, socket, flight });
                Ok(())
            }
            Err(error) => {
                self.spare.push(event);
                // SAFETY: the call failed at once: the system has let go of it (S1.47).
                Err(Refused { error, operation: unsafe { Operation::land(flight, 0) } })
            }
        }
    }

    /// Takes an operation out; waits for its end, should it not be over.
    fn finish(&mut self, at: usize) -> Ended<D> {
        let InFlight { event, socket, flight } = self.in_flight.remove(at);
        self.handles.remove(at + usize::from(self.signal.is_some()));
        let (mut bytes, mut flags) = (0, 0);
        // SAFETY: the operation is in flight or over, and its event is open; outputs are locals.
        let ok = unsafe {
            let (raw, overlapped) = (socket.as_raw(), flight.cast());
            sys::WSAGetOverlappedResult(raw, overlapped, &mut bytes, 1, &mut flags)
        };
        let result = if ok == 0 { Err(Error::last()) } else { Ok(bytes as usize) };
        self.spare.push(event);
        // SAFETY: the operation has ended: the system has let go of it.
        Ended { socket, operation: unsafe { Operation::land(flight, bytes) }, result }
    }
}

impl<D> Drop for OperationSet<D> {
    fn drop(&mut self) {
        for InFlight { socket, flight, .. } in &self.in_flight {
            // SAFETY: in flight or over; cancelling reads no more than its address.
            unsafe { sys::CancelIoEx(socket.as_raw() as HANDLE, flight.cast()) };
        }
        while !self.in_flight.is_empty() {
            self.finish(0);
        }
    }
}

impl<D> Default for OperationSet<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D> fmt::Debug for OperationSet<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_flight = &self.in_flight.len();
        f.debug_struct("OperationSet").field("in_flight", in_flight).finish_non_exhaustive()
    }
}

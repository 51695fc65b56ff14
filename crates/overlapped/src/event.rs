//! Overlapped operations with events: a thread waits for up to 64 of them at once.
//!
//! ```text
//!   EventSet::recv ──▶ in flight, an event of its own ──▶ EventSet::wait ──▶ Ended
//! ```
//!
//! # Safety
//!
//! An operation in a set is the system's until its event is signalled. A set that is dropped
//! cancels what is in flight and waits for its end; one that is forgotten frees nothing.

#![allow(unsafe_code, reason = "hands its memory to the system")]

use std::mem::zeroed;
use std::ops::Range;
use std::ptr::null;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::operation::{Flight, Operation, Refused};
use crate::socket::Socket;
use crate::sys::{self, HANDLE};
use crate::unported::{self, Ended, Task};

/// An event object, closed when dropped.
#[derive(Debug)]
struct Event(HANDLE);

// SAFETY: a handle is a value, and events may be used by any thread.
unsafe impl Send for Event {}
// SAFETY: setting and waiting are atomic in the system.
unsafe impl Sync for Event {}

impl Event {
    fn new(manual: bool) -> Result<Self> {
        // SAFETY: neither attributes nor a name are passed.
        let event = unsafe { sys::CreateEventW(null(), i32::from(manual), 0, null()) };
        if event.is_null() { Err(Error::last()) } else { Ok(Self(event)) }
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: the handle is this object's own, closed once.
        unsafe { sys::CloseHandle(self.0) };
    }
}

/// Wakes a thread that waits in an [`EventSet`], or makes its next wait return.
#[derive(Clone, Debug)]
pub struct Waker(Arc<Event>);

impl Waker {
    /// Wakes it.
    pub fn wake(&self) {
        // SAFETY: the event is open as long as this.
        unsafe { sys::SetEvent(self.0.0) };
    }
}

struct InFlight<D> {
    event: Event,
    socket: Arc<Socket>,
    flight: *mut Flight<D>,
}

/// Operations in flight, of which a thread waits for any: at most [`EventSet::OPERATIONS_MAX`].
///
/// The lowest index goes first (S4.11); here what begins anew goes to the end, so that nobody
/// starves. The end of the thread that began an operation cancels it (S1.88).
pub struct EventSet<D> {
    waker: Waker,
    /// What a wait is given: the waker's event, then one per operation.
    handles: Vec<HANDLE>,
    in_flight: Vec<InFlight<D>>,
    spare: Vec<Event>,
}

// SAFETY: the set owns its operations; data and sockets may move between threads with it.
unsafe impl<D: Send> Send for EventSet<D> {}

impl<D> EventSet<D> {
    /// A wait takes 64 events (S4.3), of which one is the waker's.
    pub const OPERATIONS_MAX: usize = 63;

    /// An empty set.
    pub fn new() -> Result<Self> {
        let event = Arc::new(Event::new(false)?);
        let handles = vec![event.0];
        Ok(Self { waker: Waker(event), handles, in_flight: Vec::new(), spare: Vec::new() })
    }

    /// What wakes the thread that waits here.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Operations in flight.
    pub fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether none is in flight.
    pub fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
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

    /// Waits, at most so long, for an operation to end. None: time is over, or the waker was used.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<Option<Ended<D>>> {
        let forever = sys::INFINITE;
        let timeout_ms = timeout.map_or(forever, |time| {
            time.as_micros().div_ceil(1000).min(u128::from(forever - 1)) as u32
        });
        let count = self.handles.len() as u32;
        // SAFETY: `count` handles, all open, are read during the call.
        let woken = unsafe {
            sys::WSAWaitForMultipleEvents(count, self.handles.as_ptr(), 0, timeout_ms, 0)
        };
        match woken {
            sys::WAIT_FAILED => Err(Error::last()),
            0 | sys::WAIT_TIMEOUT => Ok(None),
            index => Ok(Some(self.finish(index as usize - 1))),
        }
    }

    fn begin(
        &mut self,
        socket: Arc<Socket>,
        mut operation: Operation<D>,
        task: Task,
    ) -> std::result::Result<(), Refused<D>> {
        if self.in_flight.len() == Self::OPERATIONS_MAX {
            let error = Error::from_code(sys::ERROR_INVALID_PARAMETER);
            return Err(Refused { error, operation });
        }
        let event = match self.spare.pop().map_or_else(|| Event::new(true), Ok) {
            Ok(event) => event,
            Err(error) => return Err(Refused { error, operation }),
        };
        // SAFETY: an OVERLAPPED of zeros is a fresh one.
        operation.flight().overlapped = unsafe { zeroed() };
        operation.flight().overlapped.hEvent = event.0;
        let flight = operation.launch();
        // SAFETY: the allocation is this thread's alone until the call, then the set's.
        match unsafe { unported::begin(socket.as_raw(), flight, task, None) } {
            Ok(()) => {
                self.handles.push(event.0);
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
        self.handles.remove(at + 1);
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

impl<D> Drop for EventSet<D> {
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

impl<D> std::fmt::Debug for EventSet<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventSet").field("in_flight", &self.in_flight.len()).finish_non_exhaustive()
    }
}

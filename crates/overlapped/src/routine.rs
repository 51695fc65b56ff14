//! Overlapped operations with completion routines: closures that run on the thread that began
//! the operation, and only while it lets them, in [`sleep`] or [`wait`].
//!
//! ```text
//!   recv(socket, operation, closure) ──▶ in flight ──▶ the queue ──sleep──▶ closure(Ended)
//! ```
//!
//! So there is one thread and no lock; a thread that never sleeps here starves its operations, and
//! no other can help (S13.33). Blocking calls of a [`Socket`] let closures run as well (S5.4).
//!
//! # Safety
//!
//! hEvent of an operation with a routine is the program's own (S5.13): it holds the closure, which
//! the routine takes back, once. Where the thread ends first neither is ever freed (S5.17).

#![allow(unsafe_code, reason = "hands its memory to the system")]

use std::any::type_name;
use std::mem::zeroed;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::event::Event;
use crate::operation::{Flight, Operation, Refused};
use crate::port::milliseconds;
use crate::socket::Socket;
use crate::sys::{self, OVERLAPPED};
use crate::unported::{self, Ended, Task};

struct Call<D> {
    socket: Arc<Socket>,
    name: &'static str,
    then: Box<dyn FnOnce(Ended<D>)>,
}

/// Receives into the operation's buffer; at the end `then` runs on this thread, in [`sleep`] or
/// [`wait`].
/// A closure that panics aborts the program, with a message that names it. Refused with 10022 on
/// a socket that a port has (S1.12).
pub fn recv<D: 'static>(
    socket: Arc<Socket>,
    operation: Operation<D>,
    then: impl FnOnce(Ended<D>) + 'static,
) -> Result<(), Refused<D>> {
    begin(socket, operation, Task::Receive, then)
}

/// Sends `range` of the operation's buffer; otherwise as [`recv`].
///
/// # Panics
///
/// If the range lies outside of the buffer.
pub fn send<D: 'static>(
    socket: Arc<Socket>,
    operation: Operation<D>,
    range: Range<usize>,
    then: impl FnOnce(Ended<D>) + 'static,
) -> Result<(), Refused<D>> {
    assert!(range.end <= operation.buffer().len(), "{range:?} lies outside of the buffer");
    begin(socket, operation, Task::Send(range), then)
}

/// Sleeps, at most so long, until closures have run: all that are due (S5.9). False if none was.
pub fn sleep(timeout: Option<Duration>) -> bool {
    // SAFETY: takes no pointer; the routines that run own what they are given.
    unsafe { sys::SleepEx(milliseconds(timeout), 1) == sys::WAIT_IO_COMPLETION }
}

/// As [`sleep`], and ends when `event` is set, too. An event that is set and closures that are due:
/// the closures run first, and the event is left as it is (S4.10).
pub fn wait(event: &Event, timeout: Option<Duration>) -> bool {
    // SAFETY: the event is open as long as this; the routines that run own what they are given.
    let woken = unsafe { sys::WaitForSingleObjectEx(event.handle(), milliseconds(timeout), 1) };
    assert_ne!(woken, sys::WAIT_FAILED, "the event object is open");
    woken == sys::WAIT_IO_COMPLETION
}

fn begin<D: 'static, F: FnOnce(Ended<D>) + 'static>(
    socket: Arc<Socket>,
    mut operation: Operation<D>,
    task: Task,
    then: F,
) -> Result<(), Refused<D>> {
    let raw = socket.as_raw();
    let call = Call { socket, name: type_name::<F>(), then: Box::new(then) };
    // SAFETY: all fields of an OVERLAPPED may be zero; hEvent is set next.
    operation.flight().overlapped = unsafe { zeroed() };
    operation.flight().overlapped.hEvent = Box::into_raw(Box::new(call)).cast();
    let flight = operation.launch();
    // SAFETY: the allocation is this thread's alone until the call, then the routine's.
    unsafe { unported::begin(raw, flight, task, Some(run::<D>)) }.map_err(|error| {
        // SAFETY: the call failed: no routine will run, and both boxes are ours again (S5.7).
        let operation = unsafe {
            drop(Box::from_raw((*flight).overlapped.hEvent.cast::<Call<D>>()));
            Operation::land(flight, 0)
        };
        Refused { error, operation }
    })
}

unsafe extern "system" fn run<D>(error: u32, bytes: u32, overlapped: *mut OVERLAPPED, _flags: u32) {
    let flight = overlapped.cast::<Flight<D>>();
    // SAFETY: the operation has ended, and this runs once: both boxes of `begin` are ours again.
    let (call, operation) = unsafe {
        let call = Box::from_raw((*flight).overlapped.hEvent.cast::<Call<D>>());
        (*call, Operation::land(flight, bytes))
    };
    let Call { socket, name, then } = call;
    let result = match error {
        0 => Ok(bytes as usize),
        code => Err(Error::from_code(code)),
    };
    let ran = catch_unwind(AssertUnwindSafe(|| then(Ended { socket, operation, result })));
    if ran.is_err() {
        eprintln!("The completion routine {name} panicked: there is nowhere to unwind to.");
        std::process::abort();
    }
}

//! Another process and its first thread, as whoever made it sees them.

use std::any::Any;
use std::sync::Arc;

use windows_sys::Win32::Foundation::HANDLE;

use crate::error::Error;
use crate::handle::{self, Object};
use crate::threads::Thread;

/// A thread outside this process. The engine keeps what its handles tell; that it has ended is told
/// by [`Task::end`].
#[derive(Clone)]
pub struct Task(Arc<Thread>);

impl Task {
    /// Of this number; suspended: it begins when ResumeThread has been called for it.
    pub fn new(number: u32, suspended: bool) -> Self {
        let thread = Thread::outside(number);
        if suspended {
            thread.suspend();
        }
        Self(thread)
    }

    /// A HANDLE for the thread.
    pub fn handle(&self) -> Result<HANDLE, Error> {
        let thread = self.0.clone();
        handle::insert(|_| Object::Thread(thread)).map(|handle| handle as usize as HANDLE)
    }

    /// A HANDLE for its process, which ends as it does; [`super::foreign`] finds `process` again.
    pub fn process(&self, process: Arc<dyn Any + Send + Sync>) -> Result<HANDLE, Error> {
        let thread = self.0.clone();
        handle::insert(|_| Object::Process(process, thread)).map(|at| at as usize as HANDLE)
    }

    /// Sleeps while it is suspended.
    pub fn await_resume(&self) {
        self.0.await_resume();
    }

    /// It has ended, with this code: whoever waits for it goes on.
    pub fn end(&self, code: u32) {
        self.0.set_exit_code(code);
        while self.0.resume() > 0 {}
        self.0.end.set();
    }

    /// Its exit code, 259 before it has ended.
    pub fn exit_code(&self) -> u32 {
        self.0.exit_code()
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.0.end.is_set()
    }
}

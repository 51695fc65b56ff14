//! Threads that others can address: by APCs, by a handle, by waiting for their end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use parking_lot::{Condvar, Mutex, RwLock};

use crate::apc::Apcs;
use crate::error::Error;
use crate::event::Event;
use crate::kernel::{task, thread};

/// What others know of a thread.
pub struct Thread {
    /// Its number, as in /proc/self/task.
    pub number: u32,
    /// What is queued to it.
    pub apcs: Apcs,
    /// Signalled when it has ended. A thread that never called one of our functions ends unseen.
    pub end: Arc<Event>,
    /// What it returned.
    exit_code: OnceLock<u32>,
    /// Of what SetThreadPriority was told.
    priority: AtomicI32,
    gate: Gate,
}

/// Where a thread that was made suspended waits before it begins.
#[derive(Default)]
struct Gate {
    suspended: Mutex<u32>,
    opened: Condvar,
}

/// GetExitCodeThread while it runs.
const STILL_ACTIVE: u32 = 259;

static THREADS: LazyLock<RwLock<HashMap<u32, Arc<Thread>>>> = LazyLock::new(RwLock::default);

impl Thread {
    fn new(number: u32) -> Self {
        Self {
            number,
            apcs: Apcs::default(),
            end: Arc::new(Event::new(true, false)),
            exit_code: OnceLock::new(),
            priority: AtomicI32::new(0),
            gate: Gate::default(),
        }
    }

    /// A thread of another process: no APC can be queued to it.
    pub fn outside(number: u32) -> Arc<Self> {
        let thread = Self::new(number);
        thread.apcs.close();
        Arc::new(thread)
    }

    /// 259 while it runs.
    pub fn exit_code(&self) -> u32 {
        self.exit_code.get().copied().unwrap_or(STILL_ACTIVE)
    }

    /// Sets what it returns, once.
    pub fn set_exit_code(&self, code: u32) {
        _ = self.exit_code.set(code);
    }

    /// It is not to begin before as many calls of [`Thread::resume`].
    pub fn suspend(&self) {
        *self.gate.suspended.lock() += 1;
    }

    /// Takes one suspension back; how many there were.
    pub fn resume(&self) -> u32 {
        let mut suspended = self.gate.suspended.lock();
        let before = *suspended;
        *suspended = before.saturating_sub(1);
        if before == 1 {
            self.gate.opened.notify_all();
        }
        before
    }

    /// The thread itself: sleeps while it is suspended.
    pub fn await_resume(&self) {
        let mut suspended = self.gate.suspended.lock();
        while *suspended > 0 {
            self.gate.opened.wait(&mut suspended);
        }
    }

    /// Windows' priority, -15 to 15; 0 unless it was changed.
    pub fn priority(&self) -> i32 {
        self.priority.load(Ordering::Relaxed)
    }

    /// Keeps the priority, and asks Linux for its counterpart, which may not permit it. 87 for one
    /// that Windows has not.
    pub fn set_priority(&self, priority: i32) -> Result<(), Error> {
        if !matches!(priority, -15 | -2..=2 | 15) {
            return Err(Error::INVALID_PARAMETER);
        }
        self.priority.store(priority, Ordering::Relaxed);
        thread::set_nice(self.number, nice(priority));
        Ok(())
    }
}

/// The nice value of threads of priority 0, by the process' class.
static BASE_NICE: AtomicI32 = AtomicI32::new(0);

/// Linux' counterpart of a priority, five for each of Windows'.
fn nice(priority: i32) -> i32 {
    match priority {
        15 => -20,
        -15 => 19,
        priority => (BASE_NICE.load(Ordering::Relaxed) - 5 * priority).clamp(-20, 19),
    }
}

/// Sets what every thread's priority counts from, as far as the kernel permits it.
pub fn set_base_nice(base: i32) {
    BASE_NICE.store(base, Ordering::Relaxed);
    for number in task::numbers() {
        thread::set_nice(number, nice(find(number).map_or(0, |thread| thread.priority())));
    }
}

/// The record of a living thread, made if it has none.
pub fn record(number: u32) -> Arc<Thread> {
    if let Some(thread) = find(number) {
        return thread;
    }
    let new = || Arc::new(Thread::new(number));
    THREADS.write().entry(number).or_insert_with(new).clone()
}

/// The record of a thread that has one.
pub fn find(number: u32) -> Option<Arc<Thread>> {
    THREADS.read().get(&number).cloned()
}

/// The record of any living thread of this process; 87 if there is none of this number.
pub fn open(number: u32) -> Result<Arc<Thread>, Error> {
    match task::exists(number) {
        true => Ok(record(number)),
        false => Err(Error::INVALID_PARAMETER),
    }
}

/// The thread ends: what is queued to it is dropped (S5.17), and who waits for its end is released.
pub fn end(number: u32) {
    if find(number).is_none() {
        return;
    }
    if let Some(thread) = THREADS.write().remove(&number) {
        thread.set_exit_code(0); // unless it has said otherwise
        thread.apcs.close();
        thread.end.set();
    }
}

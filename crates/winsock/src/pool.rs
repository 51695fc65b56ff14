//! A thread pool: threads at a port of its own, which calls the program's functions for operations
//! that are over and for work that was submitted.
//!
//! ```text
//!   a bound socket or file ──packet──▶ port ──▶ worker ──▶ callback (callback.rs)
//!   SubmitThreadpoolWork ────packet──▶  │
//!                                       └── the next worker waits there already
//! ```
//!
//! How many run is the port's matter: as many as there are processors, and another for each that
//! blocks (S1.38–S1.41). How many there are is the pool's: a worker that takes a packet and leaves
//! nobody waiting begins another first, and one that waited in vain leaves.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;

use crate::callback;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::port::{Nothing, Packet, Patience};
use crate::readiness::{IoPort, close_port, new_port};
use crate::thread;

/// How long a worker that is not needed waits for a packet, usually.
const IDLE: Duration = Duration::from_secs(20);
/// The most threads of a pool that was told no other number, as on Windows.
const THREADS_MAX: u32 = 500;

/// A pool; it ends when the last that is bound to it does.
pub struct Pool {
    crew: Arc<Crew>,
}

/// The threads of a pool.
struct Crew {
    /// Where they wait, and its handle, which nobody is told.
    port: Arc<IoPort>,
    handle: u32,
    /// How long a worker that is not needed waits for a packet.
    idle: Duration,
    state: Mutex<State>,
}

struct State {
    threads: u32,
    /// Those that wait for a packet, or will soon.
    waiting: u32,
    threads_min: u32,
    threads_max: u32,
}

/// The pool that all share who made none of their own. Fails with 8 or 10024 if the process has no
/// thread or no descriptor left for it.
pub fn shared() -> Result<Arc<Pool>, Error> {
    static SHARED: OnceLock<Arc<Pool>> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    let _starting = STARTING.lock();
    if let Some(pool) = SHARED.get() {
        return Ok(pool.clone());
    }
    let pool = Pool::new()?;
    Ok(SHARED.get_or_init(|| pool).clone())
}

impl Pool {
    /// A pool with its first thread.
    pub fn new() -> Result<Arc<Pool>, Error> {
        Pool::with_idle(IDLE)
    }

    fn with_idle(idle: Duration) -> Result<Arc<Pool>, Error> {
        let port = new_port(0)?;
        let handle = handle::insert(|_| Object::Port(port.clone()))?;
        let state = State { threads: 0, waiting: 0, threads_min: 0, threads_max: THREADS_MAX };
        let crew = Arc::new(Crew { port, handle, idle, state: Mutex::new(state) });
        let pool = Pool { crew }; // from here on its drop undoes all this
        pool.crew.hire()?;
        Ok(Arc::new(pool))
    }

    /// The port whose packets its threads take.
    pub fn port(&self) -> &Arc<IoPort> {
        &self.crew.port
    }

    /// Queues a packet for its threads.
    pub fn post(&self, packet: Packet) -> Result<(), Error> {
        thread::post(self.crew.handle as usize, packet)
    }

    /// From now on it has at most so many threads, but one; those there are leave when they can.
    pub fn set_threads_max(&self, threads: u32) {
        self.crew.state.lock().threads_max = threads.max(1);
    }

    /// From now on it has at least so many threads. Fails with 8 when no thread can be made.
    pub fn set_threads_min(&self, threads: u32) -> Result<(), Error> {
        self.crew.state.lock().threads_min = threads;
        while self.crew.state.lock().threads < threads {
            self.crew.hire()?;
        }
        Ok(())
    }

    /// Whether a thread is there, or can be made, for another callback than the caller's.
    pub fn has_reserve(&self) -> bool {
        let state = self.crew.state.lock();
        state.waiting > 0 || state.threads < state.threads_max
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        close_port(&self.crew.port); // its threads leave
        drop(handle::close(self.crew.handle as usize, |_| true));
    }
}

impl Crew {
    /// One more thread, which will wait.
    fn hire(self: &Arc<Self>) -> Result<(), Error> {
        let mut state = self.state.lock();
        state.threads += 1;
        state.waiting += 1;
        drop(state);
        let crew = self.clone();
        let thread = std::thread::Builder::new().name("pool".into());
        thread.spawn(move || crew.work()).map(drop).map_err(|_| {
            let mut state = self.state.lock();
            state.threads -= 1;
            state.waiting -= 1;
            Error::NOT_ENOUGH_MEMORY
        })
    }

    fn work(self: Arc<Self>) {
        loop {
            let patience = match self.state.lock().waiting {
                0 | 1 => Patience::Forever, // somebody has to be there
                _ => Patience::For(self.idle),
            };
            let handle = self.handle as usize;
            match thread::at_port(handle, |port, seat| port.dequeue(seat, patience)) {
                Ok(Ok(packet)) => {
                    self.go(packet);
                    if !self.come_back() {
                        return;
                    }
                }
                Ok(Err(Nothing::TimedOut)) if self.leaves() => return,
                Ok(Err(Nothing::TimedOut | Nothing::Alerted)) => {}
                Ok(Err(Nothing::Abandoned)) | Err(_) => return, // the pool is closed
            }
        }
    }

    /// The calling thread goes to a callback; somebody else waits from now on.
    fn go(self: &Arc<Self>, packet: Packet) {
        let mut state = self.state.lock();
        state.waiting -= 1;
        let alone = state.waiting == 0 && state.threads < state.threads_max;
        drop(state);
        if alone {
            _ = self.hire(); // without one, the next packet waits for this thread
        }
        callback::run(packet);
    }

    /// The calling thread is back; false if it is one too many.
    fn come_back(&self) -> bool {
        let mut state = self.state.lock();
        if state.threads > state.threads_max && state.waiting > 0 && !thread::is_bound() {
            state.threads -= 1;
            return false;
        }
        state.waiting += 1;
        true
    }

    /// Whether the calling thread, which waited in vain, is to go: others wait, it is one more than
    /// asked for, and nothing that it has begun would end with it (S1.88).
    fn leaves(&self) -> bool {
        let mut state = self.state.lock();
        let goes = state.waiting > 1 && state.threads > state.threads_min && !thread::is_bound();
        if goes {
            state.threads -= 1;
            state.waiting -= 1;
        }
        goes
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;
    use std::sync::{Barrier, LazyLock};
    use std::time::{Duration, Instant};

    use super::Pool;
    use crate::callback::{self, Function};

    const CALLS: usize = 9;
    static ALL: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(CALLS + 1));

    extern "system" fn meet(_: *mut c_void) -> u32 {
        ALL.wait();
        0
    }

    #[test]
    fn a_pool_grows_while_callbacks_block_and_shrinks_when_idle() {
        let pool = Pool::with_idle(Duration::from_millis(1)).expect("threads can be made");
        let function = Function::Start(Some(meet));
        let callback = callback::make(&pool, function, 0, None).expect("there is room");
        (0..CALLS).for_each(|_| callback.submit().expect("the pool is open"));
        ALL.wait(); // they run at the same time
        callback.wait(false);
        let (begun, threads) = (Instant::now(), || pool.crew.state.lock().threads);
        while threads() > 1 {
            assert!(begun.elapsed() < Duration::from_secs(20), "{} threads are left", threads());
            std::thread::yield_now();
        }
        callback.close();
    }
}

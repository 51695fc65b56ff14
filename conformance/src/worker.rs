//! Threads that run without ever blocking, except in the calls a test orders.
//!
//! A port counts a thread that runs and does not count one that blocks, so a worker waits for
//! orders by looking again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, yield_now};
use std::time::Duration;

use overlapped::sys::INFINITE;

use crate::{Got, OwnPort, PATIENCE, Port};

type Order = Box<dyn FnOnce() + Send>;

/// A thread that carries out orders and spins between them.
pub struct Worker {
    orders: Sender<Order>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What an order will return.
#[derive(Debug)]
pub struct Answer<T>(Receiver<T>);

impl<T> Answer<T> {
    /// The answer, which must come.
    pub fn wait(&self) -> T {
        self.0.recv_timeout(PATIENCE).expect("the order is carried out in time")
    }

    /// Whether the answer has not come and does not come for a while.
    pub fn is_withheld(&self) -> bool {
        let while_ = Duration::from_millis(20);
        // not synchronisation: a wrong wake-up gets time to show itself
        matches!(self.0.recv_timeout(while_), Err(RecvTimeoutError::Timeout))
    }
}

impl Worker {
    /// A new thread.
    pub fn start() -> Self {
        let (orders, inbox) = channel::<Order>();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Acquire) {
                match inbox.try_recv() {
                    Ok(order) => order(),
                    Err(_) => yield_now(),
                }
            }
        });
        Self { orders, stop, thread: Some(thread) }
    }

    /// Orders something to be done, after what was ordered before.
    pub fn ask<T: Send + 'static>(&self, order: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
        let (tell, told) = channel();
        let order = Box::new(move || _ = tell.send(order()));
        self.orders.send(order).expect("the worker lives");
        Answer(told)
    }

    /// Orders a wait. Returns when it is about to begin.
    pub fn enter<T: Send + 'static>(&self, wait: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
        let about = Arc::new(AtomicBool::new(false));
        let tell = about.clone();
        let answer = self.ask(move || {
            tell.store(true, Ordering::Release);
            wait()
        });
        while !about.load(Ordering::Acquire) {
            yield_now();
        }
        answer
    }

    /// Orders it to take a packet, however long that takes. Returns when it is about to wait.
    pub fn take(&self, port: Port) -> Answer<Got> {
        self.enter(move || port.get(INFINITE))
    }

    /// A new thread that runs at `port` with the packet of `key`, posted for it.
    pub fn running_at(port: Port, key: usize) -> Self {
        let worker = Self::start();
        port.post(key);
        assert_eq!(worker.take(port).wait().key, key);
        worker
    }

    /// Ends the thread and waits for its end.
    pub fn end(mut self) {
        self.stop.store(true, Ordering::Release);
        let thread = self.thread.take().expect("ended once");
        thread.join().expect("orders do not panic");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
    }
}

/// A port that lets one thread run, the thread that runs at it, and another.
pub fn busy_port() -> (OwnPort, Worker, Worker) {
    let port = OwnPort::new(1);
    let running = Worker::running_at(*port, 1);
    (port, running, Worker::start())
}

/// A port at which a packet lies and a thread waits in vain for it, while another runs. The system
/// looks at it again and again.
pub fn saturated_port() -> impl Sized {
    let (port, running, stuck) = busy_port();
    let withheld = stuck.take(*port);
    port.post(2);
    (port, running, stuck, withheld)
}

/// A call made on a thread of its own: its answer. Returns when the call has begun, and has had
/// time to wait.
pub fn waiting<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let answer = Worker::start().enter(call);
    settle();
    answer
}

/// Gives threads that are about to wait the time to get there. No program can see from outside
/// that a thread waits at a port, so a test that needs it tries [`mostly`].
pub fn settle() {
    for _ in 0..2_000 {
        yield_now();
    }
}

/// What must hold whenever the threads have got where they should be: nearly always. A rule that
/// is not kept at all shows in more than one round of four.
pub fn mostly(mut holds: impl FnMut() -> bool) {
    let rounds = 24;
    let kept = (0..rounds).filter(|_| holds()).count();
    assert!(kept * 4 >= rounds * 3, "held in {kept} of {rounds} rounds");
}

/// One at a time: tests whose threads spin would take each other's processors.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

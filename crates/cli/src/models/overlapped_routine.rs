//! The echo server on completion routines: one thread that serves, asleep until a routine is due.
//!
//! ```text
//!   accept ──▶ the porch ──▶ event ──┐
//!   ┌────────────────────────────────▼──────────────────────────────────────────────┐
//!   └─ wait, alertably: routines run ── recv ended ──▶ send ──▶ ended ──▶ recv … ◀──┘
//! ```
//!
//! No limit and no lock on what is served; but only this thread can run the routines of what it
//! began, and accepts take no routine: another thread accepts, and an event tells.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{mem, thread};

use overlapped::event::Event;
use overlapped::{Ended, Operation, Socket, routine};

use super::{Config, Notice, STARVED_PAUSE, Totals, lock};

/// Per-I/O data: how long each message blocks the server, if it does.
type Pause = Option<Duration>;
type Tally = Rc<RefCell<Totals>>;

/// The server, listening.
pub struct Server {
    porch: Arc<Porch>,
    config: Config,
}

/// Where connections wait to be served.
struct Porch {
    listener: Socket,
    /// What was accepted, or how that failed; no more than there are descriptors.
    arrivals: Mutex<Vec<overlapped::Result<Socket>>>,
    /// Set when there are arrivals, or when it is the end.
    event: Event,
}

impl Porch {
    /// A thread of its own; it ends with the process.
    fn accept(&self) {
        loop {
            let arrival = self.listener.accept().map(|(connection, _)| connection);
            let starved = arrival.as_ref().is_err_and(|error| !error.is_disconnect());
            lock(&self.arrivals).push(arrival);
            self.event.set();
            if starved {
                thread::sleep(STARVED_PAUSE);
            }
        }
    }
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let (listener, event) = (Socket::listen(config.listen)?, Event::auto_reset()?);
        let porch = Arc::new(Porch { listener, arrivals: Mutex::default(), event });
        Ok(Self { porch, config })
    }

    /// Runs routines, and begins with who arrived, until the end.
    fn serve(&self, end: &AtomicBool) -> Totals {
        let tally = Tally::default();
        while !end.load(Ordering::Acquire) {
            routine::wait(&self.porch.event, None);
            for arrival in mem::take(&mut *lock(&self.porch.arrivals)) {
                match arrival.and_then(|connection| self.welcome(connection, &tally)) {
                    Err(error) if !error.is_disconnect() => tally.borrow_mut().errors += 1,
                    _ => {} // also one that changed its mind
                }
            }
        }
        tally.take()
    }

    fn welcome(&self, connection: Socket, tally: &Tally) -> overlapped::Result<()> {
        connection.set_nodelay(true)?;
        tally.borrow_mut().connections += 1;
        let pause = self.config.pause(tally.borrow().connections);
        let operation = Operation::new(self.config.buffer_bytes, pause);
        receive(Arc::new(connection), operation, tally.clone());
        Ok(())
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        self.porch.listener.local_addr()
    }

    fn about(&self) -> String {
        "one thread, routines".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let (porch, end) = (self.porch.clone(), AtomicBool::new(false));
        thread::spawn(move || porch.accept());
        thread::scope(|scope| {
            let server = scope.spawn(|| self.serve(&end));
            _ = notices.recv();
            end.store(true, Ordering::Release);
            self.porch.event.set();
            server.join().expect("it does not panic")
        })
    }
}

fn receive(socket: Arc<Socket>, operation: Operation<Pause>, tally: Tally) {
    let told = tally.clone();
    let begun = routine::recv(socket, operation, move |ended| received(ended, told));
    tally.borrow_mut().errors += u64::from(begun.is_err()); // then the connection is closed
}

/// The routine of a receive.
fn received(ended: Ended<Pause>, tally: Tally) {
    let Ended { socket, operation, result } = ended;
    match result {
        Ok(0) => {} // the last reference goes: the connection is closed
        Ok(bytes) => {
            tally.borrow_mut().message(bytes);
            if let Some(pause) = operation.data() {
                thread::sleep(*pause);
            }
            let told = tally.clone();
            let begun = routine::send(socket, operation, 0..bytes, move |ended| sent(ended, told));
            tally.borrow_mut().errors += u64::from(begun.is_err());
        }
        Err(_) => tally.borrow_mut().errors += 1,
    }
}

/// The routine of a send.
fn sent(ended: Ended<Pause>, tally: Tally) {
    match ended.result {
        Ok(_) => receive(ended.socket, ended.operation, tally),
        Err(_) => tally.borrow_mut().errors += 1,
    }
}

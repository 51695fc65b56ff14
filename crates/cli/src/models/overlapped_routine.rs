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
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use overlapped::event::Event;
use overlapped::{Ended, Operation, Socket, routine};

use super::{Config, Notice, STARVED_PAUSE, Totals};

/// Per-I/O data: how long each message blocks the server, if it does.
type Pause = Option<Duration>;
type Tally = Rc<RefCell<Totals>>;

/// The server, listening.
pub struct Server {
    porch: Arc<Porch>,
    config: Config,
}

/// Where a connection waits to be served.
struct Porch {
    listener: Socket,
    /// Set when there is an arrival, or when it is the end.
    event: Event,
}

/// What was accepted, or how that failed.
type Arrival = overlapped::Result<Socket>;

impl Porch {
    /// A thread of its own, that accepts no more than are served; it ends with the process.
    fn accept(&self, inbox: &SyncSender<Arrival>) {
        loop {
            let arrival = self.listener.accept().map(|(connection, _)| connection);
            let starved = arrival.as_ref().is_err_and(|error| !error.is_disconnect());
            self.event.set();
            if inbox.send(arrival).is_err() {
                return; // nobody serves any more
            }
            if starved {
                thread::sleep(STARVED_PAUSE);
            }
        }
    }
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let (listener, event) = (config.listener()?, Event::auto_reset()?);
        let porch = Arc::new(Porch { listener, event });
        Ok(Self { porch, config })
    }

    /// Runs routines, and begins with who arrived, until the end.
    fn serve(&self, given: Receiver<Arrival>, end: &AtomicBool) -> Totals {
        let tally = Tally::default();
        loop {
            let routines_ran = routine::wait(&self.porch.event, None);
            if end.load(Ordering::Acquire) {
                return tally.take();
            }
            if routines_ran {
                continue;
            }
            let arrival = given.recv().expect("who set the event gives one");
            match arrival.and_then(|connection| self.welcome(connection, &tally)) {
                Err(error) if !error.is_disconnect() => tally.borrow_mut().errors += 1,
                _ => {} // also one that changed its mind
            }
        }
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
        let (porch, end) = (self.porch.clone(), &AtomicBool::new(false));
        let (inbox, given) = mpsc::sync_channel(0);
        thread::spawn(move || porch.accept(&inbox));
        thread::scope(|scope| {
            let server = scope.spawn(move || self.serve(given, end));
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

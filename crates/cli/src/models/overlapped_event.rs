//! The echo server on overlapped operations with events: up to 63 connections per thread.
//!
//! ```text
//!   accept ──▶ a thread with room, or a new one: wait for any of 63 events, and its signal
//!                 └─▶ recv ended ──▶ send ──▶ ended ──▶ recv …
//! ```
//!
//! A wait takes 64 events, so the remedy for more connections is more threads.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use overlapped::event::{Event, OperationSet};
use overlapped::{Ended, Operation, Socket};

use super::{Config, Notice, STARVED_PAUSE, Totals, lock};

/// Per-I/O data: what the operation was for, and how long each message blocks.
struct Session {
    sends: bool,
    pause: Option<Duration>,
}

type Set = OperationSet<Session>;

/// Connections of one thread: one place of its set is the signal's.
const CONNECTIONS_MAX: usize = Set::CAPACITY - 1;

/// The server, listening.
pub struct Server(Arc<Shared>);

struct Shared {
    listener: Socket,
    config: Config,
    stop: AtomicBool,
    totals: Mutex<Totals>,
    crew: Mutex<Vec<Worker>>,
}

/// A thread, and how it gets connections.
struct Worker {
    /// Takes one at a time: no more are accepted than threads have begun to serve.
    inbox: SyncSender<(Arc<Socket>, Operation<Session>)>,
    /// Set when there is something in the inbox, or at the end.
    signal: Event,
    /// Its connections, also one that is handed to it.
    connections: Arc<AtomicUsize>,
    thread: JoinHandle<Totals>,
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let listener = config.listener()?;
        let (stop, totals, crew) = Default::default();
        Ok(Self(Arc::new(Shared { listener, config, stop, totals, crew })))
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        self.0.listener.local_addr()
    }

    fn about(&self) -> String {
        format!(
            "a thread for each {CONNECTIONS_MAX} connections: a wait takes {} events",
            Set::CAPACITY
        )
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let shared = self.0.clone();
        thread::spawn(move || shared.accept()); // it ends with the process
        _ = notices.recv();
        self.0.stop.store(true, Ordering::Release);
        let mut totals = *lock(&self.0.totals);
        for worker in lock(&self.0.crew).drain(..) {
            worker.signal.set();
            totals += worker.thread.join().expect("no worker panics");
        }
        totals
    }
}

impl Shared {
    fn accept(self: Arc<Self>) {
        while !self.stop.load(Ordering::Acquire) {
            match self.listener.accept().and_then(|(connection, _)| self.welcome(connection)) {
                Ok(()) => {}
                Err(error) if error.is_disconnect() => {} // the peer changed its mind
                Err(_) => {
                    lock(&self.totals).errors += 1;
                    thread::sleep(STARVED_PAUSE);
                }
            }
        }
    }

    /// Gives a connection to a thread with room.
    fn welcome(self: &Arc<Self>, connection: Socket) -> overlapped::Result<()> {
        connection.set_nodelay(true)?;
        let number = {
            let mut totals = lock(&self.totals);
            totals.connections += 1;
            totals.connections
        };
        let session = Session { sends: false, pause: self.config.pause(number) };
        let operation = Operation::new(self.config.buffer_bytes, session);
        let mut crew = lock(&self.crew);
        if self.stop.load(Ordering::Acquire) {
            return Ok(());
        }
        let room = |worker: &Worker| worker.connections.load(Ordering::Acquire) < CONNECTIONS_MAX;
        let at = match crew.iter().rposition(room) {
            Some(at) => at,
            None => {
                crew.push(self.hire()?);
                crew.len() - 1
            }
        };
        let worker = &crew[at];
        worker.connections.fetch_add(1, Ordering::AcqRel);
        worker.signal.set();
        _ = worker.inbox.send((Arc::new(connection), operation)); // it takes it, but at the end
        Ok(())
    }

    fn hire(self: &Arc<Self>) -> overlapped::Result<Worker> {
        let (signal, (inbox, given)) = (Event::auto_reset()?, mpsc::sync_channel(0));
        let (set, shared) = (Set::with_signal(signal.clone()), self.clone());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let thread = thread::spawn(move || {
            let mut desk = Desk { set, count, totals: Totals::default() };
            while !shared.stop.load(Ordering::Acquire) {
                match desk.set.wait(None) {
                    Ok(Some(ended)) => desk.go_on(ended),
                    Ok(None) if shared.stop.load(Ordering::Acquire) => break,
                    Ok(None) => {
                        let (socket, operation) = given.recv().expect("who set it gives one");
                        let begun = desk.set.recv(socket, operation);
                        desk.check(begun.map_err(Into::into));
                    }
                    Err(error) => panic!("a wait fails for bad arguments only: {error}"),
                }
            }
            desk.totals
        });
        Ok(Worker { inbox, signal, connections, thread })
    }
}

/// What a thread works on.
struct Desk {
    set: Set,
    count: Arc<AtomicUsize>,
    totals: Totals,
}

impl Desk {
    /// A connection received or sent: goes on to the other.
    fn go_on(&mut self, ended: Ended<Session>) {
        let Ended { socket, mut operation, result } = ended;
        let begun = match (operation.data().sends, result) {
            (_, Err(error)) => Err(error),
            (false, Ok(0)) => {
                self.count.fetch_sub(1, Ordering::AcqRel);
                return;
            }
            (false, Ok(bytes)) => {
                self.totals.message(bytes);
                if let Some(pause) = operation.data().pause {
                    thread::sleep(pause);
                }
                operation.data_mut().sends = true;
                self.set.send(socket, operation, 0..bytes).map_err(Into::into)
            }
            (true, Ok(_)) => {
                operation.data_mut().sends = false;
                self.set.recv(socket, operation).map_err(Into::into)
            }
        };
        self.check(begun);
    }

    /// A connection that fails is over: its last reference is gone.
    fn check(&mut self, begun: overlapped::Result<()>) {
        if begun.is_err() {
            self.totals.errors += 1;
            self.count.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

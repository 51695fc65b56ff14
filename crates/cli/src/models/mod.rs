//! The same echo server once per I/O model, to be read and measured side by side.

mod async_select;
mod blocking;
mod door;
mod event_select;
mod iocp;
mod nonblocking;
mod one_thread;
mod overlapped_event;
mod overlapped_routine;
mod rio;
mod rio_poll;
mod select;
mod session;
mod wsapoll;

use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use overlapped::Socket;

/// A server that listens.
pub trait Server {
    /// Where it listens.
    fn local_addr(&self) -> overlapped::Result<SocketAddr>;

    /// How it serves, in a few words.
    fn about(&self) -> String;

    /// Serves until told to stop.
    fn run(&self, notices: &Receiver<Notice>) -> Totals;
}

/// Makes a server listen; the sender leads to the receiver that [`Server::run`] gets.
type Open = fn(Config, Sender<Notice>) -> overlapped::Result<Box<dyn Server>>;

/// The models by name.
pub const MODELS: [(&str, Open); 11] = [
    ("blocking", |config, _| Ok(Box::new(blocking::Server::new(config)?))),
    ("nonblocking", |config, _| Ok(Box::new(nonblocking::Server::new(config)?))),
    ("select", |config, _| Ok(Box::new(select::Server::new(config)?))),
    ("wsapoll", |config, _| Ok(Box::new(wsapoll::open(config)?))),
    ("async-select", |config, _| Ok(Box::new(async_select::open(config)?))),
    ("event-select", |config, _| Ok(Box::new(event_select::Server::new(config)?))),
    ("overlapped-event", |config, _| Ok(Box::new(overlapped_event::Server::new(config)?))),
    ("overlapped-routine", |config, _| Ok(Box::new(overlapped_routine::Server::new(config)?))),
    ("iocp", |config, notices| Ok(Box::new(iocp::Server::new(config, notices)?))),
    ("rio", |config, _| Ok(Box::new(rio::open(config)?))),
    ("rio-poll", |config, _| Ok(Box::new(rio_poll::open(config)?))),
];

/// When to try again after an accept failed for want of resources.
const STARVED_PAUSE: Duration = Duration::from_millis(100);

/// What every model is told.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// Threads that serve.
    pub workers: usize,
    /// Threads that may run at once.
    pub concurrency: u32,
    /// Bytes of each connection's buffer.
    pub buffer_bytes: usize,
    pub blockers: Option<Blockers>,
    /// Whether connections that ask for it go by shared memory.
    pub fast_loopback: bool,
}

impl Config {
    /// A listener, as configured.
    fn listener(&self) -> overlapped::Result<Socket> {
        self.asked(Socket::listen(self.listen)?)
    }

    /// This listener, which has asked for the fast path if that is configured.
    fn asked(&self, listener: Socket) -> overlapped::Result<Socket> {
        if self.fast_loopback {
            listener.fast_loopback(true)?;
        }
        Ok(listener)
    }

    /// How long each message of the `number`th connection blocks, if it does.
    fn pause(&self, number: u64) -> Option<Duration> {
        let blockers = self.blockers.filter(|blockers| number.is_multiple_of(blockers.every));
        blockers.map(|blockers| blockers.pause)
    }
}

/// Connections whose messages block their worker in foreign code.
#[derive(Clone, Copy, Debug)]
pub struct Blockers {
    /// Every which accepted connection is one.
    pub every: u64,
    /// How long each of its messages blocks.
    pub pause: Duration,
}

/// Locks it, whoever panicked: what is behind locks here is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a server is told while it runs.
#[derive(Debug, PartialEq, Eq)]
pub enum Notice {
    /// The end.
    Stop,
    /// It told itself that it cannot accept for want of resources.
    Starved,
}

/// What a server did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub connections: u64,
    /// Receives that were echoed.
    pub messages: u64,
    pub bytes: u64,
    pub errors: u64,
}

impl Totals {
    /// Counts a failure. That the port was closed is the end, and none.
    pub fn count(&mut self, result: overlapped::Result<()>) {
        self.errors += u64::from(result.is_err_and(|error| !error.is_port_closed()));
    }

    /// Counts a message of so many bytes.
    fn message(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        self.connections += more.connections;
        self.messages += more.messages;
        self.bytes += more.bytes;
        self.errors += more.errors;
    }
}

//! The same echo server once per I/O model, to be read and measured side by side.

pub mod iocp;

use std::net::SocketAddr;
use std::ops::AddAssign;
use std::time::Duration;

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
}

/// Connections whose messages block their worker in foreign code.
#[derive(Clone, Copy, Debug)]
pub struct Blockers {
    /// Every which accepted connection is one.
    pub every: u64,
    /// How long each of its messages blocks.
    pub pause: Duration,
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
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        self.connections += more.connections;
        self.messages += more.messages;
        self.bytes += more.bytes;
        self.errors += more.errors;
    }
}

//! The echo server with blocking calls: a thread for each connection.
//!
//! ```text
//!   accept ──▶ thread: recv ──▶ send ──┐      every call waits, so each connection needs a
//!                       ▲              │      thread: its stack, and a switch for each message
//!                       └──────────────┘
//! ```

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::{self, Builder};

use overlapped::Socket;

use super::{Config, Notice, STARVED_PAUSE, Totals};

/// A thread needs no more stack than this; its buffer is on the heap.
const STACK_BYTES: usize = 128 << 10;

/// The server, listening.
pub struct Server(Arc<Shared>);

struct Shared {
    listener: Socket,
    config: Config,
    connections: AtomicU64,
    messages: AtomicU64,
    bytes: AtomicU64,
    errors: AtomicU64,
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let listener = config.listener()?;
        let [connections, messages, bytes, errors] = Default::default();
        Ok(Self(Arc::new(Shared { listener, config, connections, messages, bytes, errors })))
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        self.0.listener.local_addr()
    }

    fn about(&self) -> String {
        "a thread for each connection".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let shared = self.0.clone();
        thread::spawn(move || shared.accept());
        _ = notices.recv();
        // The threads sleep in calls from which nobody wakes them: they end with the process.
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Totals {
            connections: count(&self.0.connections),
            messages: count(&self.0.messages),
            bytes: count(&self.0.bytes),
            errors: count(&self.0.errors),
        }
    }
}

impl Shared {
    fn accept(self: Arc<Self>) {
        loop {
            match self.listener.accept() {
                Ok((connection, _)) => {
                    let number = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
                    let shared = self.clone();
                    let serve = move || {
                        if shared.serve(&connection, number).is_err() {
                            shared.errors.fetch_add(1, Ordering::Relaxed);
                        }
                    };
                    if Builder::new().stack_size(STACK_BYTES).spawn(serve).is_err() {
                        self.errors.fetch_add(1, Ordering::Relaxed); // the connection is closed
                    }
                }
                Err(error) if error.is_disconnect() => {} // the peer changed its mind
                Err(_) => {
                    self.errors.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(STARVED_PAUSE);
                }
            }
        }
    }

    fn serve(&self, connection: &Socket, number: u64) -> overlapped::Result<()> {
        connection.set_nodelay(true)?;
        let pause = self.config.pause(number);
        let mut buffer = vec![0; self.config.buffer_bytes];
        loop {
            let bytes = connection.recv(&mut buffer)?;
            if bytes == 0 {
                return Ok(());
            }
            self.messages.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            if let Some(pause) = pause {
                thread::sleep(pause);
            }
            connection.send(&buffer[..bytes])?;
        }
    }
}

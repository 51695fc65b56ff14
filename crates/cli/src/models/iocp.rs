//! The echo server on a completion port.
//!
//! ```text
//!   accept ──▶ recv ──▶ send ──┐       16 accepts are outstanding on the listener, and one
//!     │         ▲              │       operation on every connection: the same again and again
//!     └─ again  └──────────────┘
//! ```

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use overlapped::{Associated, Completion, Operation, Packet, Port, Socket};

use super::{Config, Notice, STARVED_PAUSE, Totals, lock};

/// Per-handle data: how long each message blocks its worker, if it does.
type Blocks = Option<Duration>;

/// Per-I/O data: what the operation was for.
enum Doing {
    Accept,
    Receive,
    Send,
}

type Done = Completion<Blocks, Doing>;

/// Accepts that are outstanding.
const ACCEPTS: usize = 16;

/// The server, listening.
pub struct Server {
    port: Port<Blocks, Doing>,
    listener: Arc<Associated<Blocks, Doing>>,
    config: Config,
    accepted: AtomicU64,
    /// Accepts that failed for want of resources; at most 16.
    starved: Mutex<Vec<Operation<Doing>>>,
    notices: Sender<Notice>,
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn about(&self) -> String {
        format!("{} workers, {} running", self.config.workers, self.config.concurrency)
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            let spawn = |_| scope.spawn(|| self.work());
            let workers: Vec<_> = (0..self.config.workers).map(spawn).collect();
            while notices.recv() == Ok(Notice::Starved) {
                if notices.recv_timeout(STARVED_PAUSE) == Ok(Notice::Stop) {
                    break;
                }
                self.accept_again();
            }
            self.port.close();
            let mut totals = Totals::default();
            for worker in workers {
                totals += worker.join().expect("no worker panics");
            }
            totals
        })
    }
}

impl Server {
    /// Listens; `notices` leads to the receiver that `run` gets.
    pub fn new(config: Config, notices: Sender<Notice>) -> overlapped::Result<Self> {
        let port = Port::new(config.concurrency)?;
        let listener = port.associate(config.listener()?, None)?;
        let (accepted, starved) = (AtomicU64::new(0), Mutex::default());
        let server = Self { port, listener, config, accepted, starved, notices };
        for _ in 0..ACCEPTS {
            server.accept(Operation::new(0, Doing::Accept));
        }
        Ok(server)
    }

    /// A worker: takes packets until the port is closed.
    fn work(&self) -> Totals {
        let mut totals = Totals::default();
        while let Ok(packet) = self.port.get() {
            let Packet::Done(completion) = packet else {
                continue;
            };
            let result = match completion.operation.data() {
                Doing::Accept => self.accepted(completion, &mut totals),
                Doing::Receive | Doing::Send => self.echo(completion, &mut totals),
            };
            totals.count(result);
        }
        totals
    }

    /// A connection came, or an accept failed.
    fn accepted(&self, completion: Done, totals: &mut Totals) -> overlapped::Result<()> {
        let Completion { mut operation, result, .. } = completion;
        match result.and_then(|_| operation.accepted()) {
            Ok((connection, _)) => {
                self.accept(operation);
                totals.connections += 1;
                self.welcome(connection)
            }
            Err(error) if error.is_disconnect() => {
                self.accept(operation); // the peer changed its mind
                Ok(())
            }
            Err(error) => {
                self.starve(operation);
                Err(error)
            }
        }
    }

    /// Begins to serve a connection.
    fn welcome(&self, connection: Socket) -> overlapped::Result<()> {
        let number = self.accepted.fetch_add(1, Ordering::Relaxed) + 1;
        connection.set_nodelay(true)?;
        let session = self.port.associate(connection, self.config.pause(number))?;
        Ok(session.recv(Operation::new(self.config.buffer_bytes, Doing::Receive))?)
    }

    /// A connection received or sent: goes on to the other.
    fn echo(&self, completion: Done, totals: &mut Totals) -> overlapped::Result<()> {
        let Completion { socket, mut operation, result } = completion;
        let begun = match (operation.data(), result) {
            (_, Err(error)) => {
                drop((socket, operation));
                self.accept_again();
                return Err(error);
            }
            (Doing::Receive, Ok(0)) => {
                drop((socket, operation)); // the last reference: the connection is closed
                self.accept_again();
                return Ok(());
            }
            (Doing::Receive, Ok(bytes)) => {
                totals.message(bytes);
                if let Some(pause) = socket.key() {
                    thread::sleep(*pause); // a database, say: code that knows nothing of ports
                }
                *operation.data_mut() = Doing::Send;
                socket.send(operation, 0..bytes)
            }
            _ => {
                *operation.data_mut() = Doing::Receive;
                socket.recv(operation)
            }
        };
        Ok(begun?)
    }

    /// Waits for one more connection.
    fn accept(&self, operation: Operation<Doing>) {
        if let Err(refused) = self.listener.clone().accept(operation) {
            self.starve(refused.operation);
        }
    }

    /// Keeps an accept that failed until resources may be there again.
    fn starve(&self, accept: Operation<Doing>) {
        let mut starved = lock(&self.starved);
        starved.push(accept);
        if starved.len() == 1 {
            _ = self.notices.send(Notice::Starved); // nobody hears it any more: it is the end
        }
    }

    /// Resources may be there again: repeats what failed.
    fn accept_again(&self) {
        let mut starved = lock(&self.starved);
        let accepts = std::mem::take(&mut *starved);
        drop(starved);
        for accept in accepts {
            self.accept(accept);
        }
    }
}

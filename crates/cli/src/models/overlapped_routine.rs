//! The echo server on completion routines: one thread, asleep until a routine is due.
//!
//! ```text
//!   ┌─▶ accept all that wait ──▶ sleep: routines run ── recv ended ──▶ send ──▶ ended ──▶ recv …
//!   └───────── every 100 ms, and whenever routines ran ─────────┘
//! ```
//!
//! No limit and no lock; but only this thread can run the routines of what it began, and accepts
//! take no routine: they are looked for between two sleeps.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use overlapped::{Ended, Operation, Socket, routine};

use super::{Config, Notice, Totals};

/// The longest that a connection or the end waits to be seen.
const LOOK: Duration = Duration::from_millis(100);

/// Per-I/O data: how long each message blocks the server, if it does.
type Pause = Option<Duration>;
type Tally = Rc<RefCell<Totals>>;

/// The server, listening.
pub struct Server {
    listener: Socket,
    config: Config,
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let listener = config.listener()?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, config })
    }

    /// Accepts the connections that wait.
    fn accept(&self, tally: &Tally) {
        loop {
            match self.listener.accept().and_then(|(connection, _)| self.welcome(connection, tally))
            {
                Ok(()) => {}
                Err(error) if error.is_disconnect() => {} // the peer changed its mind
                Err(error) => {
                    let starved = error.kind() != ErrorKind::WouldBlock;
                    tally.borrow_mut().errors += u64::from(starved); // another look comes
                    return;
                }
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
        self.listener.local_addr()
    }

    fn about(&self) -> String {
        "one thread, routines".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let tally = Tally::default();
        while notices.try_recv().is_err() {
            self.accept(&tally);
            routine::sleep(Some(LOOK));
        }
        tally.take()
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

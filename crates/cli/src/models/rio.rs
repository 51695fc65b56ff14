//! The echo server on registered I/O: one thread, one completion queue for all connections, and an
//! event that says when there is something in it.
//!
//! ```text
//!   accept, on a thread of its own ──▶ inbox ──┐ event
//!                                              ▼
//!   ┌─▶ RIONotify, wait ──▶ new connections: a request queue each, receive
//!   └────────────────────── dequeue 64 results at a time: received ──▶ send, sent ──▶ receive
//! ```
//!
//! Queues have a fixed size: two places for each connection, and the completion queue grows with
//! their number. What a thread serves, its [`Desk`], is the same when it polls (rio_poll.rs).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use overlapped::Socket;
use overlapped::event::Event;
use overlapped::rio::{self, Completion, CompletionQueue, Operation, RequestQueue};

use super::{Config, Notice, STARVED_PAUSE, Totals};

/// Serves until the inbox is closed.
pub type Serve = fn(&mut Desk, &Inbox<'_>) -> overlapped::Result<()>;

/// The server, listening.
pub struct Server {
    listener: Arc<Socket>,
    config: Config,
    about: &'static str,
    serve: Serve,
}

/// Listens, to wait for results by an event.
pub fn open(config: Config) -> overlapped::Result<Server> {
    Server::new(config, "one thread, one completion queue", wait)
}

/// Told that there is a result or a new connection, takes all that there is.
fn wait(desk: &mut Desk, inbox: &Inbox<'_>) -> overlapped::Result<()> {
    while !inbox.is_closed() {
        desk.queue.wait(None)?;
        desk.welcome_all(inbox);
        while desk.serve() == BATCH {}
    }
    Ok(())
}

impl Server {
    /// Listens, to serve that way.
    pub fn new(config: Config, about: &'static str, serve: Serve) -> overlapped::Result<Self> {
        let listener = Arc::new(config.asked(rio::listen(config.listen)?)?);
        Ok(Self { listener, config, about, serve })
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn about(&self) -> String {
        self.about.into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let signal = Event::auto_reset().expect("there are resources at the start");
        let queue = CompletionQueue::with_event(PLACES, signal.clone());
        let mut desk = Desk::new(queue.expect("as for the event"), self.config.clone());
        // What a wait takes is there before connections take all descriptors.
        desk.queue.wait(Some(Duration::ZERO)).expect("as for the event");
        let (closed, (give, given)) = (AtomicBool::new(false), mpsc::channel());
        let inbox = Inbox { given, closed: &closed };
        let (listener, to_desk, serve) = (self.listener.clone(), signal.clone(), self.serve);
        thread::spawn(move || accept(&listener, &give, &to_desk)); // it ends with the process
        thread::scope(|scope| {
            let server = scope.spawn(move || {
                serve(&mut desk, &inbox).expect("the queue is good, and so is its event");
                desk.totals
            });
            _ = notices.recv();
            closed.store(true, Ordering::Release);
            signal.set();
            server.join().expect("it does not panic")
        })
    }
}

/// New connections, and whether it is the end.
pub struct Inbox<'a> {
    given: Receiver<overlapped::Result<Socket>>,
    closed: &'a AtomicBool,
}

impl Inbox<'_> {
    /// Whether it is the end.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// Accepts connections for the desk, and tells it.
fn accept(listener: &Socket, give: &Sender<overlapped::Result<Socket>>, signal: &Event) {
    loop {
        let accepted = listener.accept().map(|(connection, _)| connection);
        let failed = accepted.is_err();
        if give.send(accepted).is_err() {
            return; // nobody takes it any more: the end
        }
        signal.set();
        if failed {
            thread::sleep(STARVED_PAUSE);
        }
    }
}

/// What an operation is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Receive,
    Send,
}

struct Session {
    requests: RequestQueue<Doing>,
    /// How long each message blocks the server.
    pause: Option<Duration>,
}

/// Results that are taken out at once.
pub const BATCH: usize = 64;
/// Places that the completion queue has at first.
const PLACES: u32 = 256;
/// Places for a connection: it has one operation, which receives or sends.
const PLACES_EACH: u32 = 2;
/// Buffers that are registered at once.
const BUFFERS: usize = 16;

/// What the thread serves: the queue, and the connections by their keys.
pub struct Desk {
    pub queue: CompletionQueue<Doing>,
    places: u32,
    sessions: Vec<Option<Session>>,
    free: Vec<usize>,
    operations: Vec<Operation<Doing>>,
    completions: Vec<Completion<Doing>>,
    config: Config,
    totals: Totals,
}

impl Desk {
    fn new(queue: CompletionQueue<Doing>, config: Config) -> Self {
        let (sessions, free, operations, completions, totals) = Default::default();
        let places = PLACES;
        Self { queue, places, sessions, free, operations, completions, config, totals }
    }

    /// Begins to serve those who have come.
    pub fn welcome_all(&mut self, inbox: &Inbox<'_>) {
        while let Ok(accepted) = inbox.given.try_recv() {
            let welcomed = accepted.and_then(|connection| self.welcome(connection));
            match welcomed {
                Err(error) if error.is_disconnect() => {} // the peer changed its mind
                welcomed => self.totals.count(welcomed),
            }
        }
    }

    fn welcome(&mut self, connection: Socket) -> overlapped::Result<()> {
        self.totals.connections += 1;
        connection.set_nodelay(true)?;
        if self.operations.is_empty() {
            let bytes = self.config.buffer_bytes;
            self.operations = rio::operations(BUFFERS, bytes, |_| Doing::Receive)?;
        }
        let key = self.free.pop().unwrap_or(self.sessions.len());
        if key == self.sessions.len() {
            self.sessions.push(None);
        }
        if self.sessions.len() as u32 * PLACES_EACH > self.places {
            self.queue.resize(self.places * 2)?;
            self.places *= 2;
        }
        let requests = RequestQueue::new(connection, 1, 1, &self.queue, key)?;
        let operation = self.operations.pop().expect("there are some, see above");
        let begun = requests.recv(operation);
        let pause = self.config.pause(self.totals.connections);
        self.sessions[key] = Some(Session { requests, pause });
        begun.or_else(|refused| self.end(key, refused.operation, Err(refused.error)))
    }

    /// Takes results out, at most 64, and goes on with each; how many there were.
    pub fn serve(&mut self) -> usize {
        let mut completions = std::mem::take(&mut self.completions);
        let count = self.queue.take(&mut completions);
        for completion in completions.drain(..) {
            let gone_on = self.go_on(completion);
            self.totals.count(gone_on);
        }
        self.completions = completions;
        count
    }

    /// A connection received or sent: goes on to the other.
    fn go_on(&mut self, completion: Completion<Doing>) -> overlapped::Result<()> {
        let Completion { key, mut operation, result } = completion;
        let Some(session) = &self.sessions[key] else {
            return Ok(()); // closed, with this outstanding
        };
        let begun = match (*operation.data(), result) {
            (_, Err(error)) => return self.end(key, operation, Err(error)),
            (Doing::Receive, Ok(0)) => return self.end(key, operation, Ok(())),
            (Doing::Receive, Ok(bytes)) => {
                self.totals.message(bytes);
                if let Some(pause) = session.pause {
                    thread::sleep(pause);
                }
                *operation.data_mut() = Doing::Send;
                session.requests.send(operation, 0..bytes)
            }
            (Doing::Send, Ok(_)) => {
                *operation.data_mut() = Doing::Receive;
                session.requests.recv(operation)
            }
        };
        begun.or_else(|refused| self.end(key, refused.operation, Err(refused.error)))
    }

    /// A connection is over: its request queue goes, and with it the socket.
    fn end(
        &mut self,
        key: usize,
        mut operation: Operation<Doing>,
        result: overlapped::Result<()>,
    ) -> overlapped::Result<()> {
        *operation.data_mut() = Doing::Receive;
        self.operations.push(operation);
        self.sessions[key] = None;
        self.free.push(key);
        result
    }
}

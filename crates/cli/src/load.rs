//! `overlapped load`: many connections to an echo server, one message under way on each, every
//! byte verified.
//!
//! ```text
//!   connect ──▶ send ──▶ recv … until the message is whole ──▶ verify, note the time ──┐
//!                ▲                                                                     │
//!                └────────────────────── the next message ─────────────────────────────┘
//! ```
//!
//! When time is up each connection ends with the message that is under way. One that is then not
//! answered within a short grace is an error, like one that fails; either way the load ends.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use overlapped::poll::{Events, PollSet};
use overlapped::{Associated, Completion, Operation, Packet, Port, Socket};

use crate::args::{self, Load};
use crate::pattern::Pattern;
use crate::report::{Figures, Report, say};
use crate::tally::{Fault, Tally};

/// How long an answer may take while connections are opened.
const OPEN_LIMIT: Duration = Duration::from_secs(5);
/// How long messages may still take when time is up: where a backlog was full, TCP tries again
/// after a second, and after three.
const GRACE: Duration = Duration::from_secs(5);

/// Loads a server; exit code 1 if a connection failed or a byte was wrong.
pub fn run(args: &Load) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        peer: args::address(&args.connect)?,
        connections: u64::from(args.connections.get()),
        size_bytes: args.size.get() as usize,
        duration: args.seconds,
        threads: args.threads.map_or_else(half_the_processors, usize::from),
        skip_every: args.skip_every.map(u64::from),
        fast_loopback: args.fast_loopback,
    };
    crate::raise_descriptor_limit();
    let report = load(plan)?;
    say(&if args.json { report.json() } else { report.text() });
    Ok(if report.errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The other half serves.
fn half_the_processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from).div_ceil(2)
}

struct Plan {
    peer: SocketAddr,
    connections: u64,
    size_bytes: usize,
    duration: Duration,
    threads: usize,
    skip_every: Option<u64>,
    fast_loopback: bool,
}

/// Per-handle data.
struct Connection {
    number: u64,
    /// Kept apart from what is measured.
    skipped: bool,
}

/// Per-I/O data: where a connection is in its exchange of messages.
struct Exchange {
    step: Step,
    sequence: u64,
    began: Instant,
    received_bytes: usize,
}

enum Step {
    Send,
    Receive,
}

type Done = Completion<Connection, Exchange>;
type Stream = Arc<Associated<Connection, Exchange>>;

/// A connection with nothing under way.
struct Idle {
    socket: Stream,
    operation: Operation<Exchange>,
}

impl Idle {
    fn skipped(&self) -> bool {
        self.socket.key().skipped
    }
}

/// Opens the connections, loads, and counts together.
fn load(plan: Plan) -> anyhow::Result<Report> {
    let port = Port::new(plan.threads as u32)?;
    let mut run = Run { plan, port, live: AtomicU64::new(0), end: Instant::now() };
    let mut tally = Tally::new();
    let idle = run.open_all(&mut tally)?;
    let (opened, skipped) = (idle.len() as u64, idle.iter().filter(|idle| idle.skipped()).count());
    let began = Instant::now();
    run.end = began + run.plan.duration;
    *run.live.get_mut() = opened;
    for idle in idle {
        let number = idle.socket.key().number;
        if let Err(fault) = run.send_next(idle, Instant::now()) {
            run.retire(number, Some(fault), &mut tally);
        }
    }
    thread::scope(|scope| {
        let spawn = |_| {
            scope.spawn(|| {
                let mut tally = Tally::new();
                run.work(&mut tally);
                tally
            })
        };
        let others: Vec<_> = (1..run.plan.threads).map(spawn).collect();
        run.work(&mut tally);
        for other in others {
            tally.add(other.join().expect("no thread of the load panics"));
        }
    });
    tally.silent(run.live.load(Ordering::Acquire));
    let took = began.elapsed().min(run.plan.duration);
    Ok(run.report(tally, took, opened - skipped as u64, skipped as u64))
}

/// A load under way.
struct Run {
    plan: Plan,
    port: Port<Connection, Exchange>,
    /// Connections that have a message under way.
    live: AtomicU64,
    end: Instant,
}

impl Run {
    /// Opens the connections, one after another. Fails if even the first cannot be opened.
    fn open_all(&self, tally: &mut Tally) -> anyhow::Result<Vec<Idle>> {
        let mut opened = Vec::new();
        for number in 1..=self.plan.connections {
            let connected = self.connect(number);
            if let (1, Err(fault)) = (number, &connected) {
                bail!("cannot connect to {}: {fault}", self.plan.peer);
            }
            match connected.and_then(|idle| self.settle(idle)) {
                Ok(idle) => opened.push(idle),
                Err(Fault::Silent) => {
                    tally.silent(self.plan.connections + 1 - number); // so would be the others
                    break;
                }
                Err(fault) => tally.fault(number, fault),
            }
        }
        Ok(opened)
    }

    /// A blocking connect: what matters here is the order of the connections. Unlike ConnectEx it
    /// leaves the choice of the port to the system, which so has enough for many short loads.
    fn connect(&self, number: u64) -> Result<Idle, Fault> {
        let stream = match self.plan.fast_loopback {
            false => TcpStream::connect_timeout(&self.plan.peer, OPEN_LIMIT)?.into(),
            true => self.connect_fast()?,
        };
        stream.set_nodelay(true)?;
        let every = self.plan.skip_every;
        let skipped = every.is_some_and(|every| number.is_multiple_of(every));
        let exchange =
            Exchange { step: Step::Send, sequence: 0, began: Instant::now(), received_bytes: 0 };
        Ok(Idle {
            socket: self.port.associate(stream, Connection { number, skipped })?,
            operation: Operation::new(self.plan.size_bytes, exchange),
        })
    }

    /// A connection that goes by shared memory, if the server is of the same mind.
    fn connect_fast(&self) -> Result<Socket, Fault> {
        let stream = Socket::stream(&self.plan.peer)?;
        stream.fast_loopback(true)?;
        stream.set_nonblocking(true)?;
        match stream.connect_to(self.plan.peer) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
            _ => {}
        }
        let mut connecting = PollSet::new();
        connecting.push(stream, Events::WRITE);
        if connecting.poll(Some(OPEN_LIMIT))? == 0 {
            return Err(Fault::Silent);
        }
        let stream = connecting.swap_remove(0);
        if let Some(error) = stream.connect_error()? {
            return Err(error.into());
        }
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    /// If connections are told apart, makes sure that the server has counted this one before the
    /// next is opened: it has when it answers.
    fn settle(&self, idle: Idle) -> Result<Idle, Fault> {
        if self.plan.skip_every.is_none() {
            return Ok(idle);
        }
        let socket = idle.socket.clone();
        self.send_next(idle, Instant::now())?;
        self.wait(&socket)
    }

    /// Takes the packets of the only connection that has something under way, to the end of its
    /// message.
    fn wait(&self, socket: &Stream) -> Result<Idle, Fault> {
        while let Some(packet) = self.port.poll(Some(OPEN_LIMIT))? {
            if let Packet::Done(done) = packet
                && let Some(idle) = self.advance(done)?
            {
                return Ok(idle);
            }
        }
        _ = socket.cancel();
        _ = self.port.poll(Some(GRACE)); // what was cancelled
        Err(Fault::Silent)
    }

    /// A thread of the load: takes packets until every connection is done, or the grace is over.
    fn work(&self, tally: &mut Tally) {
        let limit = self.end + GRACE;
        let mut now = Instant::now();
        while let Ok(Some(packet)) = self.port.poll(Some(limit.saturating_duration_since(now))) {
            now = Instant::now();
            match packet {
                _ if now > limit => break,
                Packet::Done(done) => self.go_on(done, now, tally),
                Packet::Posted(_) => {}
            }
        }
    }

    /// Brings a connection forward: to its next message if it has one.
    fn go_on(&self, done: Done, now: Instant, tally: &mut Tally) {
        let number = done.socket.key().number;
        let idle = match self.advance(done) {
            Ok(None) => return,
            Ok(Some(idle)) => idle,
            Err(fault) => return self.retire(number, Some(fault), tally),
        };
        let count = if idle.skipped() { &mut tally.skipped } else { &mut tally.measured };
        count.message(now - idle.operation.data().began, now, self.end);
        if now >= self.end {
            return self.retire(number, None, tally);
        }
        if let Err(fault) = self.send_next(idle, now) {
            self.retire(number, Some(fault), tally);
        }
    }

    fn send_next(&self, idle: Idle, now: Instant) -> Result<(), Fault> {
        let Idle { socket, mut operation } = idle;
        let exchange = operation.data_mut();
        let sequence = exchange.sequence + 1;
        *exchange = Exchange { step: Step::Send, sequence, began: now, received_bytes: 0 };
        Pattern::new(socket.key().number, sequence).fill(operation.buffer_mut());
        Ok(socket.send(operation, 0..self.plan.size_bytes)?)
    }

    /// Takes what an operation did. Gives the connection back when its message is whole.
    fn advance(&self, done: Done) -> Result<Option<Idle>, Fault> {
        let Completion { socket, mut operation, result } = done;
        let bytes = result?;
        let &Exchange { ref step, sequence, received_bytes, .. } = operation.data();
        match step {
            Step::Send => operation.data_mut().step = Step::Receive,
            Step::Receive => {
                let pattern = Pattern::new(socket.key().number, sequence);
                let so_far = received_bytes + bytes;
                if bytes == 0 {
                    return Err(Fault::Closed);
                }
                if so_far > self.plan.size_bytes
                    || !pattern.matches(operation.received(), received_bytes)
                {
                    return Err(Fault::WrongByte);
                }
                if so_far == self.plan.size_bytes {
                    return Ok(Some(Idle { socket, operation }));
                }
                operation.data_mut().received_bytes = so_far;
            }
        }
        socket.recv(operation)?;
        Ok(None)
    }

    /// A connection is done; with the last of them the load is.
    fn retire(&self, number: u64, fault: Option<Fault>, tally: &mut Tally) {
        if let Some(fault) = fault {
            tally.fault(number, fault);
        }
        if self.live.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.port.close();
        }
    }

    fn report(&self, tally: Tally, took: Duration, measured: u64, skipped: u64) -> Report {
        let Tally { measured: mine, skipped: apart, errors, first_error } = tally;
        Report {
            size_bytes: self.plan.size_bytes as u64,
            seconds: took.as_secs_f64(),
            measured: Figures::new(measured, mine.messages, took, &mine.times),
            errors,
            first_error,
            skipped: (skipped > 0)
                .then(|| Figures::new(skipped, apart.messages, took, &apart.times)),
        }
    }
}

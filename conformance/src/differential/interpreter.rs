//! From a program to its transcript: a line per call, and one per operation that ends.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::time::{Duration, Instant};

use overlapped::sys::*;

use super::model::{Model, State};
use super::{Program, SOCKETS, Step};
use crate::{Got, Operation, OwnPort, POISON, Socket, Started, V4, create_port};

/// How long what is due may take: it ends only programs that show a fault.
const DUE: Duration = Duration::from_secs(5);
const DUE_MS: u32 = 5_000;

/// Runs `program`. The lines have no handles, no addresses and no times in them.
pub fn transcript(program: &Program) -> Vec<String> {
    let mut run = Run::new();
    for &step in &Model::determined(program).0 {
        let queued = run.model.queued;
        let due = run.model.apply(step);
        let said = run.say(step, queued);
        run.lines.push(format!("{step} -> {said}"));
        run.settle(&due);
    }
    std::mem::take(&mut run.lines)
}

/// An operation, and the socket it was begun on.
struct Begun {
    operation: Operation,
    socket: usize,
    over: bool,
}

struct Run {
    model: Model,
    port: OwnPort,
    /// Not dropped: their values are used after they were closed.
    sockets: Vec<ManuallyDrop<Socket>>,
    /// Bytes sent by each: what is sent is a pattern that goes on.
    sent: Vec<usize>,
    begun: BTreeMap<usize, Begun>,
    lines: Vec<String>,
}

impl Drop for Run {
    fn drop(&mut self) {
        for (socket, known) in self.sockets.iter_mut().zip(&self.model.sockets) {
            if known.state != State::Closed {
                _ = Socket::owning(socket.raw()).close();
            }
        }
    }
}

impl Run {
    fn new() -> Self {
        let mut sockets = Vec::new();
        for _ in 0..SOCKETS / 2 {
            let (one, other) = Socket::pair(V4);
            sockets.extend([one, other]);
        }
        sockets.push(Socket::tcp(V4));
        sockets.iter().for_each(|socket| socket.set_nonblocking(true));
        Self {
            model: Model::new(),
            port: OwnPort::new(1),
            sockets: sockets.into_iter().map(ManuallyDrop::new).collect(),
            sent: vec![0; SOCKETS],
            begun: BTreeMap::new(),
            lines: Vec::new(),
        }
    }

    /// Does `step` and tells what came of it; `queued` packets are due at the port.
    fn say(&mut self, step: Step, queued: usize) -> String {
        match step {
            Step::Associate { socket, key } => {
                let port = self.port.handle();
                match create_port(self.sockets[socket].handle(), port, key, 0) {
                    Ok(handle) if handle == port as usize => "the port".into(),
                    Ok(_) => "another handle".into(),
                    Err(error) => format!("NULL, {error}"),
                }
            }
            Step::Post { bytes, key, pointer } => verdict(self.port.try_post(bytes, key, pointer)),
            Step::Send { socket, bytes, op } => {
                let operation = Operation::sending(&self.pattern(socket, bytes));
                let started = operation.send(&self.sockets[socket]);
                self.begin(op, socket, operation, started)
            }
            Step::Receive { socket, room, op } => {
                let operation = Operation::new(room);
                let started = operation.receive(&self.sockets[socket], 0);
                self.begin(op, socket, operation, started)
            }
            Step::Write { socket, bytes } => {
                let bytes = self.pattern(socket, bytes);
                format!("{:?}", self.sockets[socket].send(&bytes, 0))
            }
            Step::Read { socket, room } => match self.sockets[socket].recv(room, 0) {
                Ok(bytes) => text(&bytes),
                Err(error) => format!("{error}"),
            },
            Step::Cancel { socket, op } => {
                verdict(self.begun[&op].operation.cancel(&self.sockets[socket]))
            }
            Step::CancelAll { socket } => verdict(self.sockets[socket].cancel_all()),
            Step::Result { socket, op } => {
                format!("{:?}", self.begun[&op].operation.result(&self.sockets[socket]))
            }
            Step::Shutdown { socket } => format!("{:?}", self.sockets[socket].shutdown(SD_SEND)),
            Step::Close { socket } => {
                format!("{:?}", Socket::owning(self.sockets[socket].raw()).close())
            }
            Step::Dequeue => self.told(self.port.get(if queued > 0 { DUE_MS } else { 0 })),
            Step::DequeueMany { room } => self.dequeue_many(room, queued),
        }
    }

    /// Bytes for `socket` to send.
    fn pattern(&mut self, socket: usize, bytes: usize) -> Vec<u8> {
        let at = &mut self.sent[socket];
        *at += bytes;
        (*at - bytes..*at).map(|at| b'a' + (at % 26) as u8).collect()
    }

    /// 0 and 997 look the same: what the call can do at once, and what soon, is not a rule's.
    fn begin(&mut self, op: usize, socket: usize, operation: Operation, said: Started) -> String {
        self.begun.insert(op, Begun { operation, socket, over: !said.begun() });
        match said {
            Started::Done(_) | Started::Pending => "begun".into(),
            Started::Failed(error) => format!("{error}"),
        }
    }

    fn dequeue_many(&self, room: usize, queued: usize) -> String {
        let got = self.port.get_many(room, if queued > 0 { DUE_MS } else { 0 });
        if !got.ok {
            return format!("FALSE, {}", got.error);
        }
        let entry = |&(key, at, status, bytes): &(usize, usize, usize, u32)| {
            // A status has 32 bits; Wine leaves the upper half of Internal as it was.
            format!("[{bytes} bytes, key {key}, {}, {:#x}]", self.name(at), status as u32)
        };
        format!("{} {}", got.count, got.entries.iter().map(entry).collect::<Vec<_>>().join(" "))
    }

    /// What GetQueuedCompletionStatus brought.
    fn told(&self, got: Got) -> String {
        if got == Got::nothing(WAIT_TIMEOUT) {
            return "nothing".into();
        }
        let Got { ok, bytes, key, overlapped, error } = got;
        let error = if error == POISON { "the same".into() } else { error.to_string() };
        let ok = if ok { "TRUE" } else { "FALSE" };
        format!("{ok}, error {error}, {bytes} bytes, key {key}, {}", self.name(overlapped))
    }

    /// An OVERLAPPED by its operation's number; else it was posted.
    fn name(&self, overlapped: usize) -> String {
        let owner = self.begun.iter().find(|(_, begun)| begun.operation.address() == overlapped);
        owner.map_or_else(|| overlapped.to_string(), |(op, _)| format!("op{op}"))
    }

    /// Waits until what is due has come: these operations are over, bytes and ends are there.
    fn settle(&mut self, due: &[usize]) {
        for op in due {
            if !soon(|| self.is_over(*op)) {
                self.lines.push(format!("  op{op} does not end"));
            }
        }
        for at in 0..SOCKETS {
            if !soon(|| self.has_come(at)) {
                self.lines.push(format!("  s{at} does not get what was sent"));
            }
        }
        let ops: Vec<usize> = self.begun.keys().copied().collect();
        for op in ops {
            if !self.begun[&op].over && self.is_over(op) {
                let line = self.ended(op);
                self.lines.push(line);
            }
        }
    }

    /// Whether an operation is over. Asking also makes the engine look.
    fn is_over(&self, op: usize) -> bool {
        let Begun { operation, socket, .. } = &self.begun[&op];
        if self.model.sockets[*socket].state != State::Closed {
            _ = operation.result(&self.sockets[*socket]);
        }
        !operation.is_pending()
    }

    fn has_come(&self, at: usize) -> bool {
        let (socket, known) = (&self.sockets[at], &self.model.sockets[at]);
        if known.state != State::Connected || !known.pending.is_empty() {
            return true;
        }
        if known.unread > 0 {
            return socket.readable() as usize >= known.unread;
        }
        !known.ended || socket.recv(1, MSG_PEEK) == Ok(vec![])
    }

    /// How an operation ended.
    fn ended(&mut self, op: usize) -> String {
        let begun = self.begun.get_mut(&op).expect("it was begun");
        begun.over = true;
        let operation = &begun.operation;
        let (status, bytes) = (operation.status(), operation.transferred());
        let data = operation.data();
        let data = &data[..bytes.min(data.len())];
        format!("  op{op} ends: status {status:#x}, {bytes} bytes, {}", text(data))
    }
}

fn verdict(said: Result<(), u32>) -> String {
    said.map_or_else(|error| format!("FALSE, {error}"), |()| "TRUE".into())
}

fn text(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

/// Looks until `seen` is true, or for [`DUE`].
fn soon(mut seen: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + DUE;
    loop {
        match (seen(), Instant::now() < end) {
            (true, _) => return true,
            (false, true) => std::thread::yield_now(),
            (false, false) => return false,
        }
    }
}

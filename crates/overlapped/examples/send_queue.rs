//! A chat: every line goes to everyone. Shows the send queue that a completion port server needs.
//!
//! - One send at a time is under way on a connection, so that the parts of two cannot mix; what
//!   comes meanwhile waits in the session's queue and goes out as one gathered send.
//! - Who does not read what it gets is not read from either (back-pressure), and is let go when
//!   its queue grows all the same.
//!
//! Try it: `cargo run --release --example send_queue`, then `nc 127.0.0.1 7777` twice.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use overlapped::{Associated, Completion, Operation, Packet, Port, Socket};

/// From so many bytes in its queue on, a peer is not read from …
const FULL_BYTES: usize = 64 << 10;
/// … and from so many on it is let go.
const LIMIT_BYTES: usize = 4 << 20;
/// The most parts of a gathered send.
const PARTS_MAX: usize = 64;
/// A line that is longer is cut.
const LINE_BYTES_MAX: usize = 4096;

/// Per-I/O data.
enum Doing {
    /// With the beginning of a line whose end has not come yet.
    Receive(Vec<u8>),
    Send,
}

/// Per-handle data.
struct Session {
    peer: SocketAddr,
    queue: Mutex<Queue>,
}

/// A session's operations begin under this one's lock: none does after `gone` was set.
#[derive(Default)]
struct Queue {
    gone: bool,
    parts: VecDeque<Bytes>,
    /// Of the parts, and of those that are under way.
    bytes: usize,
    /// The session's one send operation. While a send is under way it is not here.
    send: Option<Operation<Doing>>,
    /// The receive operation, while the peer is not read from.
    receive: Option<Operation<Doing>>,
}

type Member = Arc<Associated<Session, Doing>>;

struct Chat {
    port: Port<Session, Doing>,
    members: Mutex<Vec<Member>>,
}

fn main() -> overlapped::Result<()> {
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 7777)))?;
    let chat = Chat { port: Port::new(0)?, members: Mutex::default() };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| chat.serve());
        }
        loop {
            let (connection, peer) = listener.accept()?;
            if let Err(why) = chat.welcome(connection, peer) {
                println!("{peer} cannot come in: {why}");
            }
        }
    })
}

impl Chat {
    fn welcome(&self, connection: Socket, peer: SocketAddr) -> overlapped::Result<()> {
        let send = Some(Operation::new(0, Doing::Send)); // gathered sends bring their own bytes
        let queue = Mutex::new(Queue { send, ..Queue::default() });
        let member = self.port.associate(connection, Session { peer, queue })?;
        self.members.lock().unwrap().push(member.clone());
        println!("{peer} came");
        let receive = Operation::new(LINE_BYTES_MAX, Doing::Receive(Vec::new()));
        let mut queue = member.key().queue.lock().unwrap();
        queue.receive(&member, receive)
    }

    fn serve(&self) {
        while let Ok(Packet::Done(Completion { socket, operation, result })) = self.port.get() {
            let done = match (operation.data(), result) {
                (_, Err(error)) => Err(error),
                (Doing::Receive(_), Ok(0)) => {
                    self.dismiss(&socket, "it left");
                    continue;
                }
                (Doing::Receive(_), Ok(_)) => self.received(&socket, operation),
                (Doing::Send, Ok(bytes)) => socket.key().sent(&socket, operation, bytes),
            };
            if let Err(error) = done {
                self.dismiss(&socket, &error.to_string());
            }
        }
    }

    /// Whole lines go to everyone; then the peer is read on, unless its own queue is full.
    fn received(&self, member: &Member, mut operation: Operation<Doing>) -> overlapped::Result<()> {
        let received = Bytes::copy_from_slice(operation.received());
        if let Doing::Receive(line) = operation.data_mut() {
            line.extend_from_slice(&received);
            let whole = line.iter().rposition(|&byte| byte == b'\n').map(|end| end + 1);
            let whole = whole.unwrap_or(if line.len() > LINE_BYTES_MAX { line.len() } else { 0 });
            let rest = line.split_off(whole);
            let lines = Bytes::from(std::mem::replace(line, rest));
            if !lines.is_empty() {
                self.broadcast(&lines);
            }
        }
        let mut queue = member.key().queue.lock().unwrap();
        queue.receive(member, operation)
    }

    fn broadcast(&self, lines: &Bytes) {
        let members = self.members.lock().unwrap().clone();
        for member in members {
            if let Err(why) = member.key().enqueue(&member, lines.clone()) {
                self.dismiss(&member, &why.to_string());
            }
        }
    }

    /// Its operations end with an error, their references go, and the connection is closed.
    fn dismiss(&self, member: &Member, why: &str) {
        let mut members = self.members.lock().unwrap();
        if let Some(at) = members.iter().position(|other| Arc::ptr_eq(other, member)) {
            println!("{} is gone: {why}", member.key().peer);
            members.swap_remove(at);
            member.key().queue.lock().unwrap().gone = true;
            _ = member.cancel(); // an error says that nothing was under way
        }
    }
}

impl Session {
    /// Queues bytes for the peer, and sends them if no send is under way.
    fn enqueue(&self, member: &Member, part: Bytes) -> overlapped::Result<()> {
        let mut queue = self.queue.lock().unwrap();
        queue.bytes += part.len();
        queue.parts.push_back(part);
        if queue.bytes > LIMIT_BYTES {
            return Err(overlapped::Error::from_code(10055)); // WSAENOBUFS
        }
        match queue.send.take() {
            Some(operation) => queue.send(member, operation),
            None => Ok(()), // `sent` will
        }
    }

    /// A send is over: what came meanwhile is the next; and if there is room again, the peer is
    /// read on.
    fn sent(
        &self,
        member: &Member,
        operation: Operation<Doing>,
        bytes: usize,
    ) -> overlapped::Result<()> {
        let mut queue = self.queue.lock().unwrap();
        queue.bytes -= bytes;
        queue.send(member, operation)?;
        match queue.receive.take() {
            Some(operation) => queue.receive(member, operation),
            None => Ok(()),
        }
    }
}

impl Queue {
    fn send(&mut self, member: &Member, operation: Operation<Doing>) -> overlapped::Result<()> {
        if self.gone || self.parts.is_empty() {
            self.send = Some(operation);
            return Ok(());
        }
        let count = self.parts.len().min(PARTS_MAX);
        Ok(member.clone().send_gathered(operation, self.parts.drain(..count))?)
    }

    fn receive(&mut self, member: &Member, operation: Operation<Doing>) -> overlapped::Result<()> {
        if self.gone || self.bytes >= FULL_BYTES {
            self.receive = Some(operation); // `sent` tries again
            return Ok(());
        }
        Ok(member.clone().recv(operation)?)
    }
}

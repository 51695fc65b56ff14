//! An end at a completion port: two sends and a receive in turn, every packet taken.

use std::sync::Arc;
use std::time::Duration;

use overlapped::{Associated, Completion, Operation, Packet, Port, Socket};

/// Sends that may be under way at once, so that a stream need not stop for each.
const SENDS: usize = 2;

/// What an operation was for.
enum Doing {
    Send,
    Receive,
}

/// The connection, its port, and its operations when they are not under way.
pub struct Wire {
    port: Port<(), Doing>,
    socket: Arc<Associated<(), Doing>>,
    /// How long to wait for a packet.
    patience: Option<Duration>,
    idle: Vec<Operation<Doing>>,
    received: Received,
}

enum Received {
    /// The operation is idle; its bytes have been seen.
    Nothing(Operation<Doing>),
    /// It is under way.
    Waiting,
    /// It is idle, with bytes nobody has seen.
    Bytes(Operation<Doing>),
}

impl Wire {
    /// `polls`: ask for packets instead of waiting for them.
    pub fn new(socket: Socket, polls: bool, size_bytes: usize) -> overlapped::Result<Self> {
        let port = Port::new(1)?;
        Ok(Self {
            socket: port.associate(socket, ())?,
            port,
            patience: polls.then_some(Duration::ZERO),
            idle: (0..SENDS).map(|_| Operation::new(size_bytes, Doing::Send)).collect(),
            received: Received::Nothing(Operation::new(size_bytes, Doing::Receive)),
        })
    }

    /// A receive is always under way while the thread waits.
    fn arm(&mut self) -> overlapped::Result<()> {
        match std::mem::replace(&mut self.received, Received::Waiting) {
            Received::Nothing(operation) => Ok(self.socket.clone().recv(operation)?),
            other => {
                self.received = other;
                Ok(())
            }
        }
    }

    /// Takes a packet, if there is one within the patience.
    fn take(&mut self) -> overlapped::Result<()> {
        let Some(Packet::Done(done)) = self.port.poll(self.patience)? else {
            return Ok(());
        };
        let Completion { operation, result, .. } = done;
        result?;
        match operation.data() {
            Doing::Send => self.idle.push(operation),
            Doing::Receive => self.received = Received::Bytes(operation),
        }
        Ok(())
    }
}

impl super::Wire for Wire {
    fn room(&mut self) -> anyhow::Result<&mut [u8]> {
        while self.idle.is_empty() {
            self.take()?;
        }
        let last = self.idle.len() - 1;
        Ok(self.idle[last].buffer_mut())
    }

    fn send(&mut self) -> anyhow::Result<()> {
        self.room()?;
        if let Some(operation) = self.idle.pop() {
            let all = 0..operation.buffer().len();
            self.socket.clone().send(operation, all).map_err(overlapped::Error::from)?;
        }
        Ok(())
    }

    fn receive(&mut self) -> anyhow::Result<&[u8]> {
        self.arm()?;
        while !matches!(self.received, Received::Bytes(_)) {
            self.take()?;
        }
        if let Received::Bytes(operation) = std::mem::replace(&mut self.received, Received::Waiting)
        {
            self.received = Received::Nothing(operation);
        }
        match &self.received {
            Received::Nothing(operation) => Ok(operation.received()),
            _ => unreachable!("set above"),
        }
    }
}

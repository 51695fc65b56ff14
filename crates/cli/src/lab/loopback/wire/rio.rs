//! An end on registered I/O: two sends and a receive in turn, every result taken out.

use overlapped::Socket;
use overlapped::event::Event;
use overlapped::rio::{self, CompletionQueue, Operation, RequestQueue};

/// Sends that may be under way at once, so that a stream need not stop for each.
const SENDS: u32 = 2;

/// What an operation was for.
#[derive(Clone, Copy)]
enum Doing {
    Send,
    Receive,
}

/// The connection, its queues, and its operations when they are not under way.
pub struct Wire {
    requests: RequestQueue<Doing>,
    queue: CompletionQueue<Doing>,
    /// Wait for results instead of asking again.
    waits: bool,
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
    /// `polls`: ask for results instead of waiting for them.
    pub fn new(socket: Socket, polls: bool, size_bytes: usize) -> overlapped::Result<Self> {
        let queue = match polls {
            true => CompletionQueue::new(SENDS + 1)?,
            false => CompletionQueue::with_event(SENDS + 1, Event::auto_reset()?)?,
        };
        let mut idle = rio::operations(SENDS as usize, size_bytes, |_| Doing::Send)?;
        let received = rio::operations(1, size_bytes, |_| Doing::Receive)?.remove(0);
        idle.reserve(1);
        Ok(Self {
            requests: RequestQueue::new(socket, 1, SENDS, &queue, 0)?,
            queue,
            waits: !polls,
            idle,
            received: Received::Nothing(received),
        })
    }

    /// A receive is always under way while the thread waits.
    fn arm(&mut self) -> overlapped::Result<()> {
        match std::mem::replace(&mut self.received, Received::Waiting) {
            Received::Nothing(operation) => Ok(self.requests.recv(operation)?),
            other => {
                self.received = other;
                Ok(())
            }
        }
    }

    /// Takes a result out, if there is one; else waits for one, if this end waits.
    fn take(&mut self) -> overlapped::Result<()> {
        let Some(done) = self.queue.next() else {
            if self.waits {
                self.queue.wait(None)?;
            }
            return Ok(());
        };
        done.result?;
        match done.operation.data() {
            Doing::Send => self.idle.push(done.operation),
            Doing::Receive => self.received = Received::Bytes(done.operation),
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
            self.requests.send(operation, all).map_err(overlapped::Error::from)?;
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

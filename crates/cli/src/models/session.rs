//! A connection whose calls do not wait: what the models that ask for readiness share.

use std::io::ErrorKind;
use std::ops::Range;
use std::thread;
use std::time::Duration;

use overlapped::Socket;
use overlapped::event_select::NetworkEvents;

use super::{Config, Totals};

/// A connection, and what it owes its peer.
pub struct Session {
    socket: Socket,
    buffer: Box<[u8]>,
    /// The part of the buffer that is received and not yet sent.
    owed: Range<usize>,
    /// How long each message blocks the server.
    pause: Option<Duration>,
}

/// What became of a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It received or sent.
    Some,
    /// It would have had to wait.
    None,
    /// It is over.
    Ended,
}

impl Session {
    /// The server's `number`th connection.
    pub fn new(socket: Socket, config: &Config, number: u64) -> overlapped::Result<Self> {
        socket.set_nodelay(true)?;
        let buffer = vec![0; config.buffer_bytes].into();
        Ok(Self { socket, buffer, owed: 0..0, pause: config.pause(number) })
    }

    /// Whether it waits for room to send, and not for data.
    pub fn owes(&self) -> bool {
        !self.owed.is_empty()
    }

    /// Receives, if it owes nothing, and sends what it owes, as far as neither waits.
    pub fn go_on(&mut self, totals: &mut Totals) -> Progress {
        self.try_go_on(totals).unwrap_or_else(|error| match error.kind() {
            ErrorKind::WouldBlock => Progress::None,
            _ => {
                totals.errors += 1;
                Progress::Ended
            }
        })
    }

    /// The news that it wants.
    pub fn news() -> NetworkEvents {
        NetworkEvents::READ | NetworkEvents::WRITE | NetworkEvents::CLOSE
    }

    /// Goes on after `news`, which come once. Of data that is left after one receive there is news
    /// again; of the end, and of room before a send has failed for want of it, there is none.
    pub fn go_on_after(&mut self, news: NetworkEvents, totals: &mut Totals) -> Progress {
        let until_it_waits = self.owes() || news.has(NetworkEvents::WRITE | NetworkEvents::CLOSE);
        let mut progress = self.go_on(totals);
        while progress == Progress::Some && (until_it_waits || self.owes()) {
            progress = self.go_on(totals);
        }
        progress
    }

    fn try_go_on(&mut self, totals: &mut Totals) -> overlapped::Result<Progress> {
        if !self.owes() {
            let bytes = self.socket.recv(&mut self.buffer)?;
            if bytes == 0 {
                return Ok(Progress::Ended);
            }
            totals.message(bytes);
            if let Some(pause) = self.pause {
                thread::sleep(pause);
            }
            self.owed = 0..bytes;
        }
        self.owed.start += self.socket.send(&self.buffer[self.owed.clone()])?;
        Ok(Progress::Some)
    }
}

impl AsRef<Socket> for Session {
    fn as_ref(&self) -> &Socket {
        &self.socket
    }
}

//! Where connections come in, and how a thread that waits for readiness is told to stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use overlapped::Socket;

use super::session::Session;
use super::{Config, STARVED_PAUSE, Totals};

/// A listener whose accepts do not wait.
pub struct Door {
    listener: Socket,
    config: Config,
    accepted: u64,
    /// Set when an accept failed for want of resources: when to try again.
    closed_until: Option<Instant>,
}

impl Door {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let listener = config.listener()?;
        listener.set_nonblocking(true)?; // which its connections inherit
        Ok(Self { listener, config, accepted: 0, closed_until: None })
    }

    /// Whether it makes sense to wait for connections now.
    pub fn is_open(&mut self) -> bool {
        self.closed_until = self.closed_until.filter(|until| Instant::now() < *until);
        self.closed_until.is_none()
    }

    /// How long to wait at most, so that a closed door opens again.
    pub fn opens_in(&self) -> Option<Duration> {
        self.closed_until.map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// The next connection, if one waits.
    pub fn accept(&mut self, totals: &mut Totals) -> Option<Session> {
        use std::io::ErrorKind::WouldBlock;
        while self.is_open() {
            match self.listener.accept() {
                Ok((connection, _)) => {
                    self.accepted += 1;
                    totals.connections += 1;
                    match Session::new(connection, &self.config, self.accepted) {
                        Ok(session) => return Some(session),
                        Err(_) => totals.errors += 1,
                    }
                }
                Err(error) if error.kind() == WouldBlock => return None,
                Err(error) if error.is_disconnect() => {} // the peer changed its mind
                Err(_) => {
                    totals.errors += 1;
                    self.closed_until = Some(Instant::now() + STARVED_PAUSE);
                }
            }
        }
        None
    }
}

impl AsRef<Socket> for Door {
    fn as_ref(&self) -> &Socket {
        &self.listener
    }
}

/// A socket to be waited for beside others: readable for ever once it was rung. Only sockets can
/// wake who waits for sockets.
pub struct Bell(Socket);

impl Bell {
    /// A silent bell.
    pub fn new() -> overlapped::Result<Self> {
        let socket = Socket::datagram(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        socket.connect_to(socket.local_addr()?)?;
        Ok(Self(socket))
    }

    /// Rings it.
    pub fn ring(&self) -> overlapped::Result<()> {
        self.0.send(b"!").map(drop)
    }
}

impl AsRef<Socket> for Bell {
    fn as_ref(&self) -> &Socket {
        &self.0
    }
}

//! One end of a connection, in each of the ways that are compared.
//!
//! ```text
//!   room ── fill ──▶ send          receive ──▶ bytes, some of them; none at the end
//! ```

mod port;
mod ring;
mod rio;
mod stream;

use std::net::SocketAddr;

use anyhow::Context;
use overlapped::{Socket, rio as registered};
use serde::{Deserialize, Serialize};

pub use ring::pair;

/// One end. Its buffers are its own, as those of an operation are.
pub trait Wire {
    /// The buffer of the next send.
    fn room(&mut self) -> anyhow::Result<&mut [u8]>;

    /// Sends all of it.
    fn send(&mut self) -> anyhow::Result<()>;

    /// Bytes that came, at least one; none when the peer has ended.
    fn receive(&mut self) -> anyhow::Result<&[u8]>;
}

/// How a thread learns that bytes have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// It waits at a completion port.
    IocpWait,
    /// It asks a completion port without waiting, again and again.
    IocpPoll,
    /// It waits for the event of a completion queue of registered I/O.
    RioWait,
    /// It asks such a queue, again and again.
    RioPoll,
    /// Blocking calls of the standard library.
    Blocking,
    /// The same calls, non-blocking, again and again.
    TcpPoll,
    /// The same on Unix sockets.
    UnixSocket,
    /// It looks at shared memory, again and again; two threads instead of two processes.
    SharedMemory,
}

impl Way {
    /// Whether the system has it: Wine has no registered I/O.
    pub fn is_there(self) -> bool {
        !matches!(self, Self::RioWait | Self::RioPoll) || registered::is_available()
    }

    /// Its name in a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::IocpWait => "IOCP wait",
            Self::IocpPoll => "IOCP poll",
            Self::RioWait => "RIO wait",
            Self::RioPoll => "RIO poll",
            Self::Blocking => "blocking TCP",
            Self::TcpPoll => "polled TCP",
            Self::UnixSocket => "Unix sockets, blocking",
            Self::SharedMemory => "shared memory, spinning",
        }
    }
}

/// Somebody who will be connected to.
pub enum Listening {
    Socket(Socket, Way),
    Stream(stream::Listening, Way),
}

impl Listening {
    /// Listens in this way.
    pub fn new(way: Way) -> anyhow::Result<Self> {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        Ok(match way {
            Way::IocpWait | Way::IocpPoll => Self::Socket(Socket::listen(loopback)?, way),
            Way::RioWait | Way::RioPoll => Self::Socket(registered::listen(loopback)?, way),
            Way::Blocking | Way::TcpPoll => Self::Stream(stream::Listening::tcp(loopback)?, way),
            Way::UnixSocket => Self::Stream(stream::Listening::unix()?, way),
            Way::SharedMemory => unreachable!("two threads need no address"),
        })
    }

    /// Where, for [`connect`].
    pub fn address(&self) -> anyhow::Result<String> {
        match self {
            Self::Socket(listener, _) => Ok(listener.local_addr()?.to_string()),
            Self::Stream(listening, _) => listening.address(),
        }
    }

    /// Waits for the one who connects.
    pub fn accept(self, size_bytes: usize) -> anyhow::Result<Box<dyn Wire>> {
        Ok(match self {
            Self::Socket(listener, way) => over(listener.accept()?.0, way, size_bytes)?,
            Self::Stream(listening, Way::TcpPoll) => {
                Box::new(listening.accept(size_bytes)?.polled()?)
            }
            Self::Stream(listening, _) => Box::new(listening.accept(size_bytes)?),
        })
    }
}

/// Connects to who listens there.
pub fn connect(way: Way, address: &str, size_bytes: usize) -> anyhow::Result<Box<dyn Wire>> {
    let peer = || address.parse::<SocketAddr>().context("an address of ours");
    Ok(match way {
        Way::IocpWait | Way::IocpPoll => over(Socket::connect(peer()?)?, way, size_bytes)?,
        Way::RioWait | Way::RioPoll => over(registered::connect(peer()?)?, way, size_bytes)?,
        Way::Blocking => Box::new(stream::Stream::tcp(peer()?, size_bytes)?),
        Way::TcpPoll => Box::new(stream::Stream::tcp(peer()?, size_bytes)?.polled()?),
        Way::UnixSocket => Box::new(stream::Stream::unix(address, size_bytes)?),
        Way::SharedMemory => unreachable!("two threads need no address"),
    })
}

/// A connected socket, used in this way.
fn over(socket: Socket, way: Way, size_bytes: usize) -> anyhow::Result<Box<dyn Wire>> {
    socket.set_nodelay(true)?;
    Ok(match way {
        Way::RioWait => Box::new(rio::Wire::new(socket, false, size_bytes)?),
        Way::RioPoll => Box::new(rio::Wire::new(socket, true, size_bytes)?),
        _ => Box::new(port::Wire::new(socket, way == Way::IocpPoll, size_bytes)?),
    })
}

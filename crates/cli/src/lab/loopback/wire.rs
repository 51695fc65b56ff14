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
    /// From a completion port.
    Iocp(How),
    /// From a completion queue of registered I/O.
    Rio(How),
    /// Blocking calls of the standard library.
    Blocking,
    /// The same calls, non-blocking, again and again.
    TcpPoll,
    /// The same on Unix sockets.
    UnixSocket,
    /// It looks at shared memory, again and again; two threads instead of two processes.
    SharedMemory,
}

/// How a port, or a completion queue, is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// Asked again and again, instead of waited for.
    pub polls: bool,
    /// Both ends ask for the loopback fast path.
    pub fast: bool,
}

impl How {
    /// Each of the four.
    pub const ALL: [How; 4] = [
        How { polls: false, fast: false },
        How { polls: true, fast: false },
        How { polls: false, fast: true },
        How { polls: true, fast: true },
    ];
}

impl Way {
    /// Whether the system has it: Wine has neither registered I/O nor the fast path nor Unix
    /// sockets.
    pub fn is_there(self) -> bool {
        let fast_is_there = || {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let asked = Socket::stream(&any).and_then(|socket| socket.fast_loopback(true));
            overlapped::sys::fast_loopback_obstacle().is_none() && asked.is_ok()
        };
        match self {
            Self::Iocp(how) => !how.fast || fast_is_there(),
            Self::Rio(how) => registered::is_available() && (!how.fast || fast_is_there()),
            Self::UnixSocket => stream::Listening::unix().is_ok(),
            _ => true,
        }
    }

    /// Its name in a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Iocp(How { polls: false, fast: false }) => "IOCP wait",
            Self::Iocp(How { polls: true, fast: false }) => "IOCP poll",
            Self::Iocp(How { polls: false, fast: true }) => "IOCP wait, fast path",
            Self::Iocp(How { polls: true, fast: true }) => "IOCP poll, fast path",
            Self::Rio(How { polls: false, fast: false }) => "RIO wait",
            Self::Rio(How { polls: true, fast: false }) => "RIO poll",
            Self::Rio(How { polls: false, fast: true }) => "RIO wait, fast path",
            Self::Rio(How { polls: true, fast: true }) => "RIO poll, fast path",
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
            Way::Iocp(how) => Self::Socket(asked(Socket::listen(loopback)?, how)?, way),
            Way::Rio(how) => Self::Socket(asked(registered::listen(loopback)?, how)?, way),
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
        Way::Iocp(how) => {
            let (peer, socket) = (peer()?, asked(Socket::stream(&peer()?)?, how)?);
            socket.connect_to(peer)?;
            over(socket, way, size_bytes)?
        }
        Way::Rio(how) => {
            let (peer, socket) = (peer()?, asked(registered::stream(&peer()?)?, how)?);
            socket.connect_to(peer)?;
            over(socket, way, size_bytes)?
        }
        Way::Blocking => Box::new(stream::Stream::tcp(peer()?, size_bytes)?),
        Way::TcpPoll => Box::new(stream::Stream::tcp(peer()?, size_bytes)?.polled()?),
        Way::UnixSocket => Box::new(stream::Stream::unix(address, size_bytes)?),
        Way::SharedMemory => unreachable!("two threads need no address"),
    })
}

/// The socket, which has been asked for the fast path if that is wanted.
fn asked(socket: Socket, how: How) -> overlapped::Result<Socket> {
    if how.fast {
        socket.fast_loopback(true)?;
    }
    Ok(socket)
}

/// A connected socket, used in this way.
fn over(socket: Socket, way: Way, size_bytes: usize) -> anyhow::Result<Box<dyn Wire>> {
    socket.set_nodelay(true)?;
    Ok(match way {
        Way::Rio(how) => Box::new(rio::Wire::new(socket, how.polls, size_bytes)?),
        Way::Iocp(how) => Box::new(port::Wire::new(socket, how.polls, size_bytes)?),
        _ => unreachable!("only these have a socket of ours"),
    })
}

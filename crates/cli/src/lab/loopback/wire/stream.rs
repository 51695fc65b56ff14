//! An end with the standard library's calls: TCP and Unix sockets, that block or that are asked
//! again and again.

use std::hint;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::{env, fs, process};

use socket2::{Domain, SockAddr, Socket, Type};

/// A listener, and the file that is its name.
pub struct Listening(Socket, Option<PathBuf>);

impl Listening {
    pub fn tcp(address: SocketAddr) -> anyhow::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&address.into())?;
        socket.listen(1)?;
        Ok(Self(socket, None))
    }

    pub fn unix() -> anyhow::Result<Self> {
        let path = env::temp_dir().join(format!("overlapped-{}.sock", process::id()));
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        _ = fs::remove_file(&path); // what a process of the same number left
        socket.bind(&SockAddr::unix(&path)?)?;
        socket.listen(1)?;
        Ok(Self(socket, Some(path)))
    }

    pub fn address(&self) -> anyhow::Result<String> {
        Ok(match &self.1 {
            Some(path) => path.display().to_string(),
            None => self.0.local_addr()?.as_socket().map_or(String::new(), |at| at.to_string()),
        })
    }

    pub fn accept(self, size_bytes: usize) -> anyhow::Result<Stream> {
        let socket = self.0.accept()?.0;
        if self.1.is_none() {
            socket.set_tcp_nodelay(true)?;
        }
        Ok(Stream::new(socket, size_bytes))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(path) = &self.1 {
            _ = fs::remove_file(path);
        }
    }
}

/// A connection.
pub struct Stream {
    socket: Socket,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Stream {
    fn new(socket: Socket, size_bytes: usize) -> Self {
        Self { socket, outgoing: vec![0; size_bytes], incoming: vec![0; size_bytes] }
    }

    pub fn tcp(peer: SocketAddr, size_bytes: usize) -> anyhow::Result<Self> {
        let socket = Socket::new(Domain::for_address(peer), Type::STREAM, None)?;
        socket.connect(&peer.into())?;
        socket.set_tcp_nodelay(true)?;
        Ok(Self::new(socket, size_bytes))
    }

    /// From now on it asks instead of waiting; small messages only, which always find room.
    pub fn polled(self) -> anyhow::Result<Self> {
        self.socket.set_nonblocking(true)?;
        Ok(self)
    }

    pub fn unix(path: &str, size_bytes: usize) -> anyhow::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.connect(&SockAddr::unix(path)?)?;
        Ok(Self::new(socket, size_bytes))
    }
}

impl super::Wire for Stream {
    fn room(&mut self) -> anyhow::Result<&mut [u8]> {
        Ok(&mut self.outgoing)
    }

    fn send(&mut self) -> anyhow::Result<()> {
        Ok((&self.socket).write_all(&self.outgoing)?)
    }

    fn receive(&mut self) -> anyhow::Result<&[u8]> {
        loop {
            match (&self.socket).read(&mut self.incoming) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => hint::spin_loop(),
                read => return Ok(&self.incoming[..read?]),
            }
        }
    }
}

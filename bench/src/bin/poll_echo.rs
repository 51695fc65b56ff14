//! The echo server by hand on poll(2) or select(2): what WSAPoll and select are measured against.
//! Arguments: PORT poll|select.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::ptr::null_mut;

const BUFFER_BYTES: usize = 4096;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, call] = &arguments[..] else { panic!("arguments: PORT poll|select") };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse().expect("a port")))?;
    listener.set_nonblocking(true)?;
    println!("READY");
    let mut watched = match call.as_str() {
        "select" => Watched::Select(Box::new(Sets::new())),
        _ => Watched::Poll(Vec::new()),
    };
    watched.add(listener.as_raw_fd());
    // The connections are in the order in which they are watched, behind the listener.
    let mut connections: Vec<TcpStream> = Vec::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        watched.wait();
        for at in (0..connections.len()).rev() {
            let fd = connections[at].as_raw_fd();
            if watched.is_ready(at + 1, fd) && !echo(&mut connections[at], &mut buffer) {
                watched.remove(at + 1, fd);
                connections.swap_remove(at);
            }
        }
        while watched.is_ready(0, listener.as_raw_fd())
            && let Ok((connection, _)) = listener.accept()
        {
            connection.set_nonblocking(true)?;
            connection.set_nodelay(true)?;
            watched.add(connection.as_raw_fd());
            connections.push(connection);
        }
    }
}

/// Sends back what has come; false when it is over.
fn echo(connection: &mut TcpStream, buffer: &mut [u8]) -> bool {
    match connection.read(buffer) {
        Ok(0) => false,
        Ok(bytes) => connection.write_all(&buffer[..bytes]).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// What is watched for data, and what the last wait found.
enum Watched {
    Poll(Vec<libc::pollfd>),
    Select(Box<Sets>),
}

struct Sets {
    all: libc::fd_set,
    ready: libc::fd_set,
    last: RawFd,
}

impl Sets {
    fn new() -> Self {
        // SAFETY: sets of zeros are empty ones.
        unsafe { std::mem::zeroed() }
    }
}

impl Watched {
    fn add(&mut self, fd: RawFd) {
        match self {
            Watched::Poll(all) => all.push(libc::pollfd { fd, events: libc::POLLIN, revents: 0 }),
            Watched::Select(sets) => {
                assert!((fd as usize) < libc::FD_SETSIZE);
                // SAFETY: the set is this program's, and the number fits into it.
                unsafe { libc::FD_SET(fd, &mut sets.all) };
                sets.last = sets.last.max(fd);
            }
        }
    }

    fn remove(&mut self, at: usize, fd: RawFd) {
        match self {
            Watched::Poll(all) => _ = all.swap_remove(at),
            // SAFETY: add found that the number fits into the set.
            Watched::Select(sets) => unsafe { libc::FD_CLR(fd, &mut sets.all) },
        }
    }

    fn wait(&mut self) {
        match self {
            // SAFETY: the array is the vector's, so long, and written during the call only.
            Watched::Poll(all) => unsafe { libc::poll(all.as_mut_ptr(), all.len() as u64, -1) },
            Watched::Select(sets) => {
                sets.ready = sets.all;
                let (none, ready) = (null_mut(), &raw mut sets.ready);
                // SAFETY: one set, this program's, written during the call only.
                unsafe { libc::select(sets.last + 1, ready, none, none, null_mut()) }
            }
        };
    }

    fn is_ready(&self, at: usize, fd: RawFd) -> bool {
        match self {
            Watched::Poll(all) => all[at].revents != 0,
            // SAFETY: add found that the number fits into the set, which is only read.
            Watched::Select(sets) => unsafe { libc::FD_ISSET(fd, &sets.ready) },
        }
    }
}

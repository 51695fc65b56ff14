//! What Linux adds: sockets from and to descriptors, and switches that Windows has no name for.

use std::os::fd::{AsRawFd, OwnedFd};

use windows_sys::Win32::Networking::WinSock::SOCKET;

use crate::error::Error;
use crate::kernel::net;
use crate::socket::{self, Mark};
use crate::{handle, watchman};

/// Makes a SOCKET of a TCP or UDP descriptor, which it owns from now on. It is overlapped, and
/// blocking as far as Winsock is concerned. Fails with 10044 for any other kind of descriptor.
pub fn socket_from_fd(fd: OwnedFd) -> Result<SOCKET, Error> {
    let facts = net::describe(fd.as_raw_fd()).map_err(net::Errno::error)?;
    let mut marks = if facts.stream { Mark::STREAM } else { Mark::NONE };
    for (fact, mark) in [
        (facts.bound, Mark::BOUND),
        (facts.connected, Mark::CONNECTED),
        (facts.listening, Mark::LISTENING),
    ] {
        if fact {
            marks = marks.and(mark);
        }
    }
    net::set_nonblocking(fd.as_raw_fd()).map_err(net::Errno::error)?;
    let handle = socket::adopt(fd, facts.family, facts.protocol, marks)?;
    if facts.connected {
        handle::socket(handle as usize)?.set_connected();
    }
    Ok(handle as SOCKET)
}

/// Another descriptor for the socket's connection. The socket keeps its own; the two share the
/// connection and the non-blocking mode, which the engine sets.
pub fn duplicate_fd(socket: SOCKET) -> Result<OwnedFd, Error> {
    let socket = handle::socket(socket)?;
    net::duplicate(socket.fd()).map_err(net::Errno::error)
}

/// Whether workers asleep in foreign code are replaced (they are): to show life without it.
pub fn set_watchman(replaces: bool) {
    watchman::set_replacing(replaces);
}

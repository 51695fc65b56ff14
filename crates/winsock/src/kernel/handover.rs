//! A descriptor handed over to another process of the user. Who has it keeps a door, an abstract
//! Unix socket that is named by its process; who is to have it knocks there and says a number.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::io::{read, write};
use rustix::net::{
    self, AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType, sockopt,
};
use rustix::process::{Pid, geteuid, getpid, test_kill_process};

use crate::error::Error;

/// How long the door stays with one who has knocked and says nothing.
const HEARD_OUT: Duration = Duration::from_secs(1);

/// Where this process gives descriptors away.
pub struct Door(OwnedFd);

/// Who has knocked.
pub struct Caller {
    socket: OwnedFd,
    /// The process.
    pub process: u32,
    /// The number it said.
    pub number: u32,
}

fn name_of(process: u32) -> Result<SocketAddrUnix, Error> {
    let name = format!("overlapped/socket/1/{process}");
    SocketAddrUnix::new_abstract_name(name.as_bytes()).map_err(error)
}

fn unix_socket() -> Result<OwnedFd, Error> {
    let kind = SocketType::SEQPACKET;
    net::socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None).map_err(error)
}

fn error(errno: rustix::io::Errno) -> Error {
    Error::from_errno(errno.raw_os_error())
}

/// Whether there is such a process of this user.
pub fn is_process(process: u32) -> bool {
    Pid::from_raw(process as i32).is_some_and(|process| test_kill_process(process).is_ok())
}

impl Door {
    /// Opens this process' door.
    pub fn open() -> Result<Door, Error> {
        let socket = unix_socket()?;
        net::bind(&socket, &name_of(getpid().as_raw_pid() as u32)?).map_err(error)?;
        net::listen(&socket, 64).map_err(error)?;
        Ok(Door(socket))
    }

    /// Sleeps until a process of this user knocks and says its number.
    pub fn next(&self) -> Caller {
        loop {
            let Ok(socket) = net::accept_with(&self.0, SocketFlags::CLOEXEC) else { continue };
            let Ok(peer) = sockopt::socket_peercred(&socket) else { continue };
            _ = sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(HEARD_OUT));
            let mut number = [0; 4];
            if peer.uid == geteuid() && read(&socket, &mut number) == Ok(number.len()) {
                let process = peer.pid.as_raw_pid() as u32;
                return Caller { socket, process, number: u32::from_ne_bytes(number) };
            }
        }
    }
}

impl Caller {
    /// Hands it over. A caller that is dropped has nothing.
    pub fn give(self, file: impl AsFd) {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut rights = SendAncillaryBuffer::new(&mut space);
        let files = [file.as_fd()];
        rights.push(SendAncillaryMessage::ScmRights(&files));
        let bytes = [std::io::IoSlice::new(&[1])];
        _ = net::sendmsg(&self.socket, &bytes, &mut rights, SendFlags::NOSIGNAL); // it may be gone
    }
}

/// Knocks at the door of a process: what it gives for the number.
pub fn ask(process: u32, number: u32) -> Option<OwnedFd> {
    let socket = unix_socket().ok()?;
    net::connect(&socket, &name_of(process).ok()?).ok()?;
    let giver = sockopt::socket_peercred(&socket).ok()?;
    if giver.uid != geteuid() || write(&socket, &number.to_ne_bytes()) != Ok(4) {
        return None;
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut rights = RecvAncillaryBuffer::new(&mut space);
    let mut bytes = [0];
    let room = &mut [std::io::IoSliceMut::new(&mut bytes)];
    net::recvmsg(&socket, room, &mut rights, RecvFlags::CMSG_CLOEXEC).ok()?;
    rights.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    })
}

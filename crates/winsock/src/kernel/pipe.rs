//! Named pipes as Linux has them: an end is a Unix stream, and what is there is said by abstract
//! names, which go with their sockets.
//!
//! ```text
//!   winsock-pipe:USER:NAME:PROCESS:SHAPE            a door: the process has instances of the pipe
//!   winsock-pipe:USER:NAME:PROCESS:SHAPE:N          an instance that takes one client
//!   winsock-pipe:USER:NAME:PROCESS:SHAPE:N:taken    its client's own
//! ```
//!
//! Nobody is ever accepted at a door: who waits for an instance connects to it and sleeps, and is
//! woken when the door closes, which it does whenever an instance becomes free.
//!
//! # Safety
//!
//! As in kernel/sys.rs: memory handed over is used during the call only.

use std::fs;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Duration;

use super::net::{self, Errno, counted};
pub use super::stream::is_over;

/// A pipe's name, as all of one user's processes write it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Name(String);

/// What all instances of a pipe have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Messages are kept apart.
    pub message: bool,
    /// 1: the client writes; 2: the server does; 3: both.
    pub access: u32,
    /// How many instances there may be, 1 to 255.
    pub instances_max: u32,
    /// How long who waits by default waits for one, in milliseconds.
    pub timeout_ms: u32,
    /// Room for what the server writes, and for what it reads, in bytes, as it was asked for.
    pub room_bytes: [u32; 2],
}

/// What a name found in the system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// All that stands before the instance's number.
    door: String,
    instance: Option<u32>,
    /// A client has it.
    taken: bool,
    /// The pipe's.
    pub shape: Shape,
}

/// Linux' family of such an end.
pub const FAMILY: i32 = libc::AF_UNIX;

/// Names longer than this, or with other than plain characters, are told by their hash.
const PLAIN_MAX: usize = 24;

/// So many looks that find nothing say that nothing is there.
const LOOKS: u32 = 4;

impl Name {
    /// The pipe `name`, whose upper and lower case are the same.
    pub fn of(name: &str) -> Name {
        let written = written(&name.to_lowercase());
        Name(format!("winsock-pipe:{:x}:{written}:", rustix::process::getuid().as_raw()))
    }

    fn door(&self, shape: &Shape) -> String {
        let Shape { message, access, instances_max, timeout_ms, room_bytes: [out, into] } = shape;
        let kind = if *message { 'm' } else { 'b' };
        let process = std::process::id();
        format!(
            "{}{process:x}:{kind}{access}.{instances_max:x}.{timeout_ms:x}.{out:x}.{into:x}",
            self.0
        )
    }

    /// Everything that is there of the pipe, in all processes. The kernel writes its table bit by
    /// bit: a door that is closed and opened meanwhile, or an instance that comes, may be missed,
    /// but not in one look after the other.
    pub fn find(&self) -> Vec<Found> {
        let mut looks = (0..LOOKS).map(|_| self.look());
        looks.find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn look(&self) -> Vec<Found> {
        let Ok(table) = fs::read("/proc/net/unix") else { return Vec::new() };
        let lines = table.split(|&byte| byte == b'\n');
        lines.filter_map(|line| self.read(std::str::from_utf8(line).ok()?)).collect()
    }

    /// One line of the kernel's table. A connection has its listener's name, but does not listen.
    fn read(&self, line: &str) -> Option<Found> {
        const LISTENS: &str = "00010000";
        let mut words = line.split_ascii_whitespace();
        let flags = words.nth(3)?;
        let path = words.last()?.strip_prefix('@')?;
        let rest = path.strip_prefix(&self.0)?;
        let mut parts = rest.split(':');
        let (_process, shape) = (parts.next()?, Shape::read(parts.next()?)?);
        let instance =
            parts.next().map(|number| u32::from_str_radix(number, 16)).transpose().ok()?;
        let taken = parts.next().is_some();
        let door = path.splitn(6, ':').take(5).collect::<Vec<_>>().join(":");
        (taken || flags == LISTENS).then_some(Found { door, instance, taken, shape })
    }
}

impl Shape {
    fn read(text: &str) -> Option<Shape> {
        let (kind, rest) = text.split_at_checked(1)?;
        let mut numbers = rest.split('.').map(|number| u32::from_str_radix(number, 16));
        let mut next = || numbers.next()?.ok();
        Some(Shape {
            message: kind == "m",
            access: next()?,
            instances_max: next()?,
            timeout_ms: next()?,
            room_bytes: [next()?, next()?],
        })
    }
}

/// A name as it stands in an abstract one.
pub(super) fn written(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._\\".contains(&byte);
    match name.len() <= PLAIN_MAX && name.bytes().all(is_plain) {
        true => name.to_owned(),
        false => format!("~{:016x}", hash(name.as_bytes())),
    }
}

/// FNV-1a, the same in every process.
fn hash(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

impl Found {
    /// Whether this is an instance that waits for a client and has none.
    pub fn is_free(&self, all: &[Found]) -> bool {
        let same = |other: &&Found| other.door == self.door && other.instance == self.instance;
        self.instance.is_some() && !all.iter().filter(same).any(|other| other.taken)
    }

    /// Connects to an instance. Fails if somebody else was quicker.
    pub fn reach(&self) -> Result<OwnedFd, Errno> {
        let name = format!("{}:{:x}", self.door, self.instance.unwrap_or(0));
        let end = stream()?;
        bind(&end, &format!("{name}:taken"))?;
        connect(&end, &name)?;
        match is_ours(end.as_raw_fd()) {
            true => Ok(end),
            false => Err(Errno::REFUSED),
        }
    }

    /// Goes to a door, for [`wait`]; `None` if this is none, or none any more.
    pub fn wait_at(&self) -> Option<OwnedFd> {
        let at = self.instance.is_none().then(stream)?.ok()?;
        connect(&at, &self.door).is_ok().then_some(at)
    }
}

/// A door for those who wait.
pub fn open_door(name: &Name, shape: &Shape) -> Result<OwnedFd, Errno> {
    let door = stream()?;
    bind(&door, &name.door(shape))?;
    net::listen(door.as_raw_fd(), i32::MAX)?;
    Ok(door)
}

/// An instance that takes one client; `number` has not been used before.
pub fn open_instance(name: &Name, shape: &Shape, number: u32) -> Result<OwnedFd, Errno> {
    let instance = stream()?;
    bind(&instance, &format!("{}:{number:x}", name.door(shape)))?;
    net::listen(instance.as_raw_fd(), 0)?; // room for one
    Ok(instance)
}

/// An end that leads nowhere.
pub fn nowhere() -> Result<OwnedFd, Errno> {
    stream()
}

/// The client that has come to an instance, which takes no other. `None`: it was a stranger.
pub fn take_client(instance: RawFd) -> Result<Option<OwnedFd>, Errno> {
    if !net::is_ready(instance, net::Interest::Readable) {
        return Err(Errno::WOULD_BLOCK);
    }
    net::shutdown(instance, 0)?; // nobody else comes, and who has come stays
    let client = net::accept(instance)?.0;
    Ok(is_ours(client.as_raw_fd()).then_some(client))
}

/// Whether the process at the other end is of the same user.
pub(super) fn is_ours(fd: RawFd) -> bool {
    peer(fd).is_some_and(|peer| peer.uid == rustix::process::getuid().as_raw())
}

/// The process at the other end.
pub fn peer_process(fd: RawFd) -> u32 {
    peer(fd).map_or(0, |peer| peer.pid as u32)
}

fn peer(fd: RawFd) -> Option<libc::ucred> {
    let mut peer = libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
    let mut length = size_of::<libc::ucred>() as libc::socklen_t;
    let (level, name) = (libc::SOL_SOCKET, libc::SO_PEERCRED);
    // SAFETY: the option's value is written to the local credentials, whose length is told.
    let result =
        unsafe { libc::getsockopt(fd, level, name, (&raw mut peer).cast(), &raw mut length) };
    (result == 0).then_some(peer)
}

/// Sleeps until one of these doors closes, or time is up: then false.
pub fn wait(doors: &[OwnedFd], timeout: Option<Duration>) -> bool {
    let entry = |door: &OwnedFd| libc::pollfd { fd: door.as_raw_fd(), events: 0, revents: 0 };
    let mut entries: Vec<_> = doors.iter().map(entry).collect();
    let timeout_ms = timeout.map_or(-1, |time| time.as_millis().min(i32::MAX as u128) as i32);
    // SAFETY: so many entries of a local vector, used during the call.
    unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as libc::nfds_t, timeout_ms) > 0 }
}

/// Sends the part behind `skip` of `head` and the data. How many bytes went.
///
/// # Safety
///
/// `data` is valid for reads of `bytes` bytes during the call.
pub unsafe fn send(
    fd: RawFd,
    head: &[u8],
    data: *const u8,
    bytes: usize,
    skip: usize,
) -> Result<usize, Errno> {
    let (head, skip) = (&head[skip.min(head.len())..], skip.saturating_sub(head.len()));
    let mut parts = [
        libc::iovec { iov_base: head.as_ptr().cast_mut().cast(), iov_len: head.len() },
        libc::iovec { iov_base: data.wrapping_add(skip).cast_mut().cast(), iov_len: bytes - skip },
    ];
    // SAFETY: all zero is a message without name, data and control data.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    (message.msg_iov, message.msg_iovlen) = (parts.as_mut_ptr(), parts.len());
    // SAFETY: the message names the local head and the caller's data, both read during the call.
    counted(unsafe {
        libc::sendmsg(fd, &raw const message, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
    })
}

/// Receives up to `bytes` bytes; 0: the other end has closed.
///
/// # Safety
///
/// `to` is valid for writes of `bytes` bytes during the call.
pub unsafe fn receive(fd: RawFd, to: *mut u8, bytes: usize) -> Result<usize, Errno> {
    // SAFETY: the memory is lent to this call by its caller.
    counted(unsafe { libc::recv(fd, to.cast(), bytes, libc::MSG_DONTWAIT) })
}

/// Everything that waits to be received, which goes on waiting. `None`: the other end has closed.
pub fn look(fd: RawFd) -> Result<Option<Vec<u8>>, Errno> {
    let mut waiting = 0;
    // SAFETY: the number of bytes is written to a local.
    unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut waiting) };
    let mut bytes = vec![0; (waiting as usize).max(1)];
    let (flags, room) = (libc::MSG_DONTWAIT | libc::MSG_PEEK, bytes.len());
    // SAFETY: the vector has this room, and is written during the call.
    match counted(unsafe { libc::recv(fd, bytes.as_mut_ptr().cast(), room, flags) }) {
        Ok(0) | Err(Errno::RESET | Errno::BROKEN_PIPE) => Ok(None),
        Ok(count) => {
            bytes.truncate(count);
            Ok(Some(bytes))
        }
        Err(Errno::WOULD_BLOCK) => Ok(Some(Vec::new())),
        Err(errno) => Err(errno),
    }
}

/// How long [`wait_until_received`] sleeps at most before it looks again.
const LOOK_AGAIN_MS: i32 = 5;

/// Sleeps until the other end has received everything, or has closed.
pub fn wait_until_received(fd: RawFd) -> Result<(), Errno> {
    let set = rustix::event::epoll::create(rustix::event::epoll::CreateFlags::CLOEXEC)?;
    let mut event = libc::epoll_event { events: (libc::EPOLLOUT | libc::EPOLLET) as u32, u64: 0 };
    // SAFETY: one local event, which the call reads.
    unsafe { libc::epoll_ctl(set.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &raw mut event) };
    while net::unsent_bytes(fd) > 0 && !is_over(fd) {
        // Each piece that is received is a new edge, of which the kernel tells a moment before it
        // counts the piece's last byte: after that no edge comes, and so this looks again.
        // SAFETY: room for one event, a local.
        unsafe { libc::epoll_wait(set.as_raw_fd(), &raw mut event, 1, LOOK_AGAIN_MS) };
    }
    Ok(())
}

fn stream() -> Result<OwnedFd, Errno> {
    net::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0)
}

/// The abstract address of this name, and its length.
fn address(name: &str) -> Result<(libc::sockaddr_un, libc::socklen_t), Errno> {
    // SAFETY: all zero is an address without a name.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    address.sun_family = libc::AF_UNIX as libc::sa_family_t;
    let room = address.sun_path.get_mut(1..=name.len()).ok_or(Errno::INVALID)?;
    for (to, from) in room.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    let length = std::mem::offset_of!(libc::sockaddr_un, sun_path) + 1 + name.len();
    Ok((address, length as libc::socklen_t))
}

pub(super) fn bind(socket: &OwnedFd, name: &str) -> Result<(), Errno> {
    let (address, length) = address(name)?;
    // SAFETY: the local address, as long as it says.
    let result = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) };
    counted(result as isize).map(drop)
}

pub(super) fn connect(socket: &OwnedFd, name: &str) -> Result<(), Errno> {
    let (address, length) = address(name)?;
    // SAFETY: the local address is read during the call, up to the length told.
    let result = unsafe { libc::connect(socket.as_raw_fd(), (&raw const address).cast(), length) };
    counted(result as isize).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{Found, Name, Shape};

    #[test]
    fn a_name_is_read_as_it_was_written() {
        let shape = Shape {
            message: true,
            access: 3,
            instances_max: 255,
            timeout_ms: u32::MAX,
            room_bytes: [u32::MAX; 2],
        };
        let name = Name::of("Some\\Pipe");
        assert_eq!(name, Name::of("some\\PIPE"));
        assert_ne!(name, Name::of("some pipe of a long and complicated name"));
        let door = name.door(&shape);
        assert!(format!("{door}:ffffffff:taken").len() < 107, "it fits an address");
        let line = |end: &str| format!("0: 00000002 0 00010000 0001 01 12345 @{door}{end}");
        let found = |end: &str| name.read(&line(end)).expect("it is one of the pipe's");
        let client = Found { door: door.clone(), instance: Some(10), taken: true, shape };
        assert_eq!(found(":a:taken"), client);
        assert!(!found(":a").is_free(&[found(":a"), found(":a:taken")]));
        assert!(found(":b").is_free(&[found(":a"), found(":a:taken")]));
        assert_eq!(found("").instance, None);
    }
}

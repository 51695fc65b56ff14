//! Echo requests (ping), by Linux' sockets for them, which need no privilege where the system lets
//! the user's group have them.
//!
//! # Safety
//!
//! Buffers are the caller's, with as many bytes as their size says, during the call.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::error::Error;

use super::{finish, finish_value, last_errno};

/// What IcmpCreateFile's handle stands for.
struct Pinger(OwnedFd);

/// ICMP_ECHO_REPLY; IP_OPTION_INFORMATION is its last part.
#[repr(C)]
pub struct Reply {
    address: u32,
    status: u32,
    round_trip_ms: u32,
    bytes: u16,
    reserved: u16,
    data: *mut c_void,
    ttl: u8,
    tos: u8,
    flags: u8,
    options_bytes: u8,
    options: *mut u8,
}

/// IP_REQ_TIMED_OUT.
const TIMED_OUT: Error = Error(11010);
const HEADER: usize = 8;

/// `HANDLE IcmpCreateFile()`: INVALID_HANDLE_VALUE with 5 where the system does not let this user
/// ping.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IcmpCreateFile() -> *mut c_void {
    let kind = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC;
    let made = match unsafe { libc::socket(libc::AF_INET, kind, libc::IPPROTO_ICMP) } {
        fd @ 0.. => Ok(Pinger(unsafe { OwnedFd::from_raw_fd(fd) })),
        _ => Err(last_errno()),
    };
    let handle = made.and_then(|pinger| engine::linux::insert_foreign(Arc::new(pinger)));
    match finish_value(handle.map(|handle| handle as usize)) {
        0 => -1isize as *mut c_void,
        handle => handle as *mut c_void,
    }
}

/// `BOOL IcmpCloseHandle(HANDLE IcmpHandle)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IcmpCloseHandle(handle: *mut c_void) -> i32 {
    match engine::linux::foreign::<Pinger>(handle) {
        Ok(_) => unsafe { engine::CloseHandle(handle) },
        Err(error) => finish(Err(error)),
    }
}

fn ping(fd: i32, to: u32, data: &[u8], ttl: u8, patience: Duration) -> Result<Answer, Error> {
    let begun = Instant::now();
    let sequence = (begun.elapsed().as_nanos() as u16).wrapping_add(unsafe { libc::rand() } as u16);
    let mut packet = vec![8, 0, 0, 0, 0, 0]; // the kernel writes checksum and identifier
    packet.extend(sequence.to_be_bytes());
    packet.extend(data);
    let mut peer = unsafe { std::mem::zeroed::<libc::sockaddr_in>() };
    peer.sin_family = libc::AF_INET as u16;
    peer.sin_addr.s_addr = to;
    if ttl > 0 {
        let ttl = i32::from(ttl);
        let (at, bytes) = ((&raw const ttl).cast(), 4);
        unsafe { libc::setsockopt(fd, libc::IPPROTO_IP, libc::IP_TTL, at, bytes) };
    }
    let (at, bytes) = ((&raw const peer).cast(), size_of_val(&peer) as u32);
    let sent = unsafe { libc::sendto(fd, packet.as_ptr().cast(), packet.len(), 0, at, bytes) };
    if sent < 0 {
        return Err(Error(11003)); // IP_DEST_HOST_UNREACHABLE
    }
    loop {
        let left = patience.checked_sub(begun.elapsed()).ok_or(TIMED_OUT)?;
        let mut ready = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        unsafe { libc::poll(&mut ready, 1, left.as_millis().max(1) as i32) };
        let mut buffer = vec![0u8; packet.len() + 64];
        let (at, room) = (buffer.as_mut_ptr().cast(), buffer.len());
        let mut from = peer;
        let mut bytes = size_of_val(&from) as u32;
        let got = unsafe {
            let from = (&raw mut from).cast();
            libc::recvfrom(fd, at, room, libc::MSG_DONTWAIT, from, &mut bytes)
        };
        let Ok(got) = usize::try_from(got) else { continue };
        if got >= HEADER && buffer[0] == 0 && buffer[6..HEADER] == sequence.to_be_bytes() {
            let data = buffer[HEADER..got].to_vec();
            return Ok(Answer { from: from.sin_addr.s_addr, data, after: begun.elapsed() });
        }
    }
}

struct Answer {
    from: u32,
    data: Vec<u8>,
    after: Duration,
}

/// A request, with all that it needs to be sent by another thread.
struct Request {
    pinger: Arc<Pinger>,
    to: u32,
    data: Vec<u8>,
    ttl: u8,
    patience: Duration,
    reply: usize,
}

impl Request {
    unsafe fn new(
        handle: *mut c_void,
        to: u32,
        (data, bytes): (*const u8, u16),
        options: *const u8,
        (reply, room): (*mut Reply, u32),
        timeout_ms: u32,
    ) -> Result<Request, Error> {
        let pinger = engine::linux::foreign::<Pinger>(handle)?;
        let bytes = usize::from(bytes);
        if (room as usize) < size_of::<Reply>() + bytes {
            return Err(Error::INSUFFICIENT_BUFFER);
        }
        let data = match bytes {
            0 => Vec::new(),
            bytes => unsafe { std::slice::from_raw_parts(data, bytes) }.to_vec(),
        };
        let ttl = if options.is_null() { 0 } else { unsafe { *options } };
        let patience = Duration::from_millis(u64::from(timeout_ms));
        Ok(Request { pinger, to, data, ttl, patience, reply: reply as usize })
    }

    /// Asks, and writes the reply or what hindered it.
    unsafe fn answer(&self) -> Result<u32, Error> {
        let reply = self.reply as *mut Reply;
        let fd = self.pinger.0.as_raw_fd();
        unsafe { reply.write_bytes(0, 1) };
        let answer = ping(fd, self.to, &self.data, self.ttl, self.patience)
            .inspect_err(|error| unsafe { (*reply).status = error.0 })?;
        let count = answer.data.len().min(self.data.len());
        unsafe {
            (*reply).address = answer.from;
            (*reply).round_trip_ms = answer.after.as_millis() as u32;
            (*reply).bytes = count as u16;
            (*reply).data = reply.add(1).cast();
            reply.add(1).cast::<u8>().copy_from_nonoverlapping(answer.data.as_ptr(), count);
        }
        Ok(1)
    }
}

/// `DWORD IcmpSendEcho(HANDLE IcmpHandle, IPAddr DestinationAddress, LPVOID RequestData,
/// WORD RequestSize, PIP_OPTION_INFORMATION RequestOptions, LPVOID ReplyBuffer, DWORD ReplySize,
/// DWORD Timeout)`
///
/// How many replies are in the buffer: 1, or 0 with 11010 when time is up, 11003, 122 for a buffer
/// too small, 6. Of the options the TTL is used; the reply does not tell its own, which is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IcmpSendEcho(
    handle: *mut c_void,
    to: u32,
    data: *const u8,
    bytes: u16,
    options: *const u8,
    reply: *mut Reply,
    room: u32,
    timeout_ms: u32,
) -> u32 {
    let request =
        unsafe { Request::new(handle, to, (data, bytes), options, (reply, room), timeout_ms) };
    finish_value(request.and_then(|request| unsafe { request.answer() }))
}

/// `DWORD IcmpSendEcho2(HANDLE IcmpHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
/// PVOID ApcContext, IPAddr DestinationAddress, LPVOID RequestData, WORD RequestSize,
/// PIP_OPTION_INFORMATION RequestOptions, LPVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout)`
///
/// With an event: 0 and 997, and the event is set when the reply is there or time is up
/// (IcmpParseReplies says which); the reply's memory is the call's until then. Without one as
/// IcmpSendEcho. 50 for a routine, which is not offered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IcmpSendEcho2(
    handle: *mut c_void,
    event: *mut c_void,
    routine: *const c_void,
    _context: *mut c_void,
    to: u32,
    data: *const u8,
    bytes: u16,
    options: *const u8,
    reply: *mut Reply,
    room: u32,
    timeout_ms: u32,
) -> u32 {
    let request =
        unsafe { Request::new(handle, to, (data, bytes), options, (reply, room), timeout_ms) };
    finish_value(request.and_then(|request| {
        if event.is_null() && routine.is_null() {
            return unsafe { request.answer() };
        }
        if !routine.is_null() {
            return Err(Error(50)); // ERROR_NOT_SUPPORTED
        }
        let event = event as usize;
        std::thread::spawn(move || unsafe {
            _ = request.answer();
            engine::SetEvent(event as *mut c_void);
        });
        Err(Error::IO_PENDING)
    }))
}

/// `DWORD IcmpParseReplies(LPVOID ReplyBuffer, DWORD ReplySize)`: how many replies IcmpSendEcho2
/// has written; 0 with what hindered it as the last error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IcmpParseReplies(reply: *const Reply, room: u32) -> u32 {
    let told = unsafe { reply.as_ref() }.filter(|_| room as usize >= size_of::<Reply>());
    finish_value(match told.map(|reply| reply.status) {
        Some(0) => Ok(1),
        Some(status) => Err(Error(status)),
        None => Err(Error::INVALID_PARAMETER),
    })
}

//! Sockets polled by AFD's device and a port (S18).
//!
//! # Safety
//!
//! What a poll reads and writes is a box that lives until its packet has come.

#![allow(unsafe_code, reason = "the system's own calls")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::{null, null_mut};

use conformance::{Event, Got, Operation, OwnPort, Socket, Started, V4, wine_differs};
use overlapped::sys::*;

const IOCTL_AFD_POLL: u32 = 0x12024;
const RECEIVE: u32 = 1;
const SEND: u32 = 4;
const DISCONNECT: u32 = 8;
const ABORT: u32 = 0x10;
const LOCAL_CLOSE: u32 = 0x20;
const ACCEPT: u32 = 0x80;
const CANCELLED: NTSTATUS = 0xC000_0120_u32 as NTSTATUS;
const NOT_FOUND: NTSTATUS = 0xC000_0225_u32 as NTSTATUS;
const TIMEOUT: NTSTATUS = 0x102;
const NEVER: i64 = i64::MAX;
const KEY: usize = 7;

#[repr(C)]
#[derive(Clone, Copy)]
struct Asked {
    handle: usize,
    events: u32,
    status: u32,
}

#[repr(C)]
struct Info {
    timeout: i64,
    count: u32,
    exclusive: u32,
    asked: [Asked; 2],
}

/// A poll and its status block, poisoned.
struct Poll {
    block: IO_STATUS_BLOCK,
    info: Info,
}

impl Poll {
    fn new(timeout: i64, sockets: &[(&Socket, u32)]) -> Box<Poll> {
        let mut asked = [Asked { handle: 0, events: 0, status: 0 }; 2];
        for (asked, (socket, events)) in asked.iter_mut().zip(sockets) {
            *asked = Asked { handle: socket.handle() as usize, events: *events, status: 0 };
        }
        let count = sockets.len() as u32;
        let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
        block.Anonymous.Status = 0x7777_7777;
        Box::new(Poll { block, info: Info { timeout, count, exclusive: 0, asked } })
    }

    fn status(&self) -> NTSTATUS {
        unsafe { (&raw const self.block.Anonymous.Status).read_volatile() }
    }

    fn context(&self) -> usize {
        &raw const *self as usize
    }

    /// What it was told: handles and events.
    fn told(&self) -> Vec<(usize, u32)> {
        let told = &self.info.asked[..self.info.count as usize];
        told.iter().map(|asked| (asked.handle, asked.events)).collect()
    }
}

/// AFD's device at a port.
struct Device {
    handle: HANDLE,
    port: OwnPort,
}

impl Drop for Device {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.handle) };
    }
}

fn open(name: &str) -> Result<HANDLE, NTSTATUS> {
    let mut units: Vec<u16> = name.encode_utf16().collect();
    let bytes = (2 * units.len()) as u16;
    let text = UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: units.as_mut_ptr() };
    let attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
        RootDirectory: null_mut(),
        ObjectName: &raw const text,
        Attributes: 0,
        SecurityDescriptor: null(),
        SecurityQualityOfService: null(),
    };
    const SYNCHRONIZE: u32 = 0x10_0000;
    let (mut handle, mut block) = (null_mut(), unsafe { std::mem::zeroed() });
    let (made, status) = (&raw mut handle, &raw mut block);
    match unsafe {
        NtCreateFile(made, SYNCHRONIZE, &attributes, status, null(), 0, 3, 1, 0, null(), 0)
    } {
        0 => Ok(handle),
        failed => Err(failed),
    }
}

impl Device {
    fn new() -> Device {
        drop(Socket::tcp(V4)); // Winsock is started
        let (handle, port) = (open(r"\Device\Afd\Conformance").unwrap(), OwnPort::new(1));
        let at = unsafe { CreateIoCompletionPort(handle, port.handle(), KEY, 0) };
        assert_eq!(at, port.handle());
        Device { handle, port }
    }

    fn issue(&self, poll: &mut Poll, event: HANDLE, context: usize) -> NTSTATUS {
        let info = (&raw mut poll.info).cast();
        let (block, context) = (&raw mut poll.block, context as *const _);
        let bytes = size_of::<Info>() as u32;
        let (handle, code) = (self.handle, IOCTL_AFD_POLL);
        unsafe {
            NtDeviceIoControlFile(
                handle, event, None, context, block, code, info, bytes, info, bytes,
            )
        }
    }

    /// Issues a poll that nothing ends yet.
    fn pending(&self, timeout: i64, sockets: &[(&Socket, u32)]) -> Box<Poll> {
        let mut poll = Poll::new(timeout, sockets);
        let context = poll.context();
        assert_eq!(self.issue(&mut poll, null_mut(), context), STATUS_PENDING);
        self.port.assert_empty();
        poll
    }

    /// The packet of a poll that ended well; what it was told.
    fn taken(&self, poll: &Poll) -> Vec<(usize, u32)> {
        let got = self.port.next();
        let bytes = 16 + 16 * poll.info.count;
        assert_eq!(got, Got::packet(bytes, KEY, poll.context()));
        assert_eq!((poll.status(), poll.block.Information), (0, bytes as usize));
        poll.told()
    }

    /// What one socket is told at once.
    fn now(&self, socket: &Socket, events: u32) -> u32 {
        let mut poll = Poll::new(NEVER, &[(socket, events)]);
        let context = poll.context();
        let status = self.issue(&mut poll, null_mut(), context);
        assert!(status == 0 || status == STATUS_PENDING);
        let told = self.taken(&poll);
        assert_eq!((told.len(), told[0].0), (1, socket.handle() as usize));
        told[0].1
    }

    fn cancel(&self, poll: &Poll) -> NTSTATUS {
        let mut block = unsafe { std::mem::zeroed() };
        unsafe { NtCancelIoFileEx(self.handle, &raw const poll.block, &raw mut block) }
    }
}

/// S18.1: the device has its name and names below it, and other names have no device.
#[test]
fn the_device_opens_by_its_name() {
    let _device = Device::new();
    assert!(open(r"\Device\NoSuchDevice").is_err());
}

/// S18.2, S18.3, S18.5: a listener is told of a connection, as long as it waits.
#[test]
fn a_connection_is_accept() {
    let (device, (listener, address)) = (Device::new(), Socket::listener(V4));
    let poll = device.pending(NEVER, &[(&listener, ACCEPT | RECEIVE | SEND)]);
    let _client = Socket::connected(address);
    assert_eq!(device.taken(&poll), [(listener.handle() as usize, ACCEPT)]);
    assert_eq!(device.now(&listener, ACCEPT | RECEIVE), ACCEPT);
}

/// S18.4, S18.5: of two sockets the one is told at which there is something, and only what was
/// asked for; nothing is written before.
#[test]
fn those_alone_are_told_that_have_something() {
    let (device, (one, other), (quiet, _peer)) =
        (Device::new(), Socket::pair(V4), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&quiet, RECEIVE), (&one, RECEIVE | ABORT)]);
    assert_eq!(poll.status(), 0x7777_7777);
    other.send_all(b"x");
    assert_eq!(device.taken(&poll), [(one.handle() as usize, RECEIVE)]);
    assert_eq!(device.now(&one, RECEIVE | SEND), RECEIVE | SEND);
    assert_eq!(device.now(&one, SEND), SEND);
}

/// S18.5: the end of the stream is DISCONNECT alone, a reset is ABORT.
#[test]
fn ends_are_told_apart() {
    let device = Device::new();
    let (one, other) = Socket::pair(V4);
    let poll = device.pending(NEVER, &[(&one, RECEIVE | DISCONNECT | ABORT)]);
    other.shutdown(SD_SEND).unwrap();
    assert_eq!(device.taken(&poll), [(one.handle() as usize, DISCONNECT)]);
    let (one, other) = Socket::pair(V4);
    let poll = device.pending(NEVER, &[(&one, RECEIVE | ABORT)]);
    other.reset();
    assert_eq!(device.taken(&poll), [(one.handle() as usize, ABORT)]);
}

/// S18.3: without a context there is an event, and no packet.
#[test]
fn a_poll_without_a_context_sets_its_event() {
    let (device, (one, other)) = (Device::new(), Socket::pair(V4));
    let event = Event::manual_set();
    let mut poll = Poll::new(NEVER, &[(&one, RECEIVE)]);
    assert_eq!(device.issue(&mut poll, event.handle(), 0), STATUS_PENDING);
    other.send_all(b"x");
    event.wait();
    assert_eq!((poll.status(), poll.told()), (0, vec![(one.handle() as usize, RECEIVE)]));
    device.port.assert_empty();
}

/// S18.6: when the time is over, no socket is told.
#[test]
fn time_ends_a_poll_without_sockets() {
    let (device, (one, _other)) = (Device::new(), Socket::pair(V4));
    let poll = device.pending(-2_000_000, &[(&one, RECEIVE)]);
    let got = device.port.next();
    assert_eq!((got.key, got.overlapped), (KEY, poll.context()));
    assert_eq!((poll.status(), poll.told()), (TIMEOUT, vec![]));
}

/// S18.7: a poll is cancelled by its block, once.
#[test]
fn a_cancelled_poll_says_so() {
    let (device, (one, _other)) = (Device::new(), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&one, RECEIVE)]);
    assert_eq!(device.cancel(&poll), 0);
    let got = device.port.next();
    assert_eq!((got.overlapped, got.error), (poll.context(), ERROR_OPERATION_ABORTED));
    assert_eq!((poll.status(), device.cancel(&poll)), (CANCELLED, NOT_FOUND));
}

/// S18.8: a socket that is closed at this end is told.
#[test]
fn closing_ends_a_poll_with_local_close() {
    let (device, (one, _other)) = (Device::new(), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&one, RECEIVE | LOCAL_CLOSE)]);
    let handle = one.handle() as usize;
    one.close().unwrap();
    assert_eq!(device.taken(&poll), [(handle, LOCAL_CLOSE)]);
}

/// S18.9: an exclusive poll ends the one before it.
#[test]
fn an_exclusive_poll_ends_the_one_before() {
    let (device, (one, other)) = (Device::new(), Socket::pair(V4));
    let polls = [(); 2].map(|()| {
        let mut poll = Poll::new(NEVER, &[(&one, RECEIVE)]);
        poll.info.exclusive = 1;
        let context = poll.context();
        assert_eq!(device.issue(&mut poll, null_mut(), context), STATUS_PENDING);
        poll
    });
    assert_eq!(device.port.next().overlapped, polls[0].context());
    assert_eq!(polls[0].told(), []);
    other.send_all(b"x");
    assert_eq!(device.taken(&polls[1]), [(one.handle() as usize, RECEIVE)]);
}

/// S18.10: what was asked by a handle ends with it.
#[test]
fn closing_the_device_ends_its_polls() {
    wine_differs!("S18.10", "says STATUS_HANDLES_CLOSED");
    let (device, (one, _other)) = (Device::new(), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&one, RECEIVE)]);
    assert_eq!(unsafe { NtClose(device.handle) }, 0);
    let got = device.port.next();
    assert_eq!((got.overlapped, poll.status()), (poll.context(), CANCELLED));
}

/// S18.2, S1.13: a socket that is polled has its operations as any other, also where nobody asks
/// the port of the device.
#[test]
fn a_polled_socket_finishes_its_operations() {
    let (device, (one, other)) = (Device::new(), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&one, DISCONNECT)]);
    for _ in 0..3 {
        let receive = Operation::new(8).with_event();
        assert_eq!(receive.receive(&one, 0), Started::Pending);
        other.send_all(b"x");
        receive.event().wait();
        assert_eq!(receive.result(&one), Ok((1, 0)));
    }
    other.shutdown(SD_SEND).unwrap();
    assert_eq!(device.taken(&poll), [(one.handle() as usize, DISCONNECT)]);
}

/// S18.2, S1.2: and it may be associated with a port of its own.
#[test]
fn a_polled_socket_may_have_a_port() {
    let (device, port, (one, other)) = (Device::new(), OwnPort::new(1), Socket::pair(V4));
    let poll = device.pending(NEVER, &[(&one, DISCONNECT)]);
    port.associate(&one, 9);
    let receive = Operation::new(8);
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    other.send_all(b"x");
    assert_eq!(port.next(), Got::packet(1, 9, receive.address()));
    other.shutdown(SD_SEND).unwrap();
    assert_eq!(device.taken(&poll), [(one.handle() as usize, DISCONNECT)]);
}

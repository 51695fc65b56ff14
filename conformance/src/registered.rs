//! Registered I/O as the tests use it: the function table, memory that is registered, queues with
//! their outputs poisoned before each call.
//!
//! # Safety
//!
//! Every RIO_BUF is a local, read during the call; what it names is a [`Region`]'s memory, which is
//! never freed, so that no failing test can write into memory of others.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "bad pointers are among what is tested")]

use std::ffi::c_void;
use std::net::{IpAddr, SocketAddr};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::time::Instant;

use overlapped::sys::*;

use crate::{
    Event, Outcome, PATIENCE, POISON, Port, RawAddress, Socket, V4, call, poison_last_error,
};

/// RIO_INVALID_BUFFERID.
pub const INVALID_BUFFER: RIO_BUFFERID = 0xFFFF_FFFF;
/// What stands in a result before the call.
const POISONED: RIORESULT = RIORESULT {
    Status: POISON as i32,
    BytesTransferred: POISON,
    SocketContext: 0xDEAD_BEEF_DEAD_BEEF,
    RequestContext: 0xDEAD_BEEF_DEAD_BEEF,
};

/// WSAIoctl for a function table: its verdict, the bytes, the table.
pub fn look_up_table(
    socket: &Socket,
    id: GUID,
    room: u32,
) -> (Outcome<i32>, u32, RIO_EXTENSION_FUNCTION_TABLE) {
    let (mut table, mut bytes) = (RIO_EXTENSION_FUNCTION_TABLE::default(), POISON);
    let returned = call(SOCKET_ERROR, || unsafe {
        let code = SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        let (input, output) = ((&raw const id).cast(), (&raw mut table).cast());
        WSAIoctl(socket.raw(), code, input, 16, output, room, &mut bytes, null_mut(), None)
    });
    (returned, bytes, table)
}

fn table() -> &'static RIO_EXTENSION_FUNCTION_TABLE {
    static TABLE: OnceLock<RIO_EXTENSION_FUNCTION_TABLE> = OnceLock::new();
    TABLE.get_or_init(|| {
        let room = size_of::<RIO_EXTENSION_FUNCTION_TABLE>() as u32;
        let (returned, bytes, table) = look_up_table(&Socket::tcp(V4), WSAID_MULTIPLE_RIO, room);
        assert_eq!((returned, bytes), (Ok(0), room), "registered I/O is there");
        table
    })
}

/// A function of the table.
macro_rules! rio {
    ($name:ident ( $($argument:expr),* )) => {
        (table().$name.expect("the table is full"))($($argument),*)
    };
}

/// RIORegisterBuffer of these bytes.
pub fn register(start: *mut u8, length: u32) -> Outcome<RIO_BUFFERID> {
    call(INVALID_BUFFER, || unsafe { rio!(RIORegisterBuffer(start, length)) })
}

/// RIODeregisterBuffer.
pub fn deregister(id: RIO_BUFFERID) {
    unsafe { rio!(RIODeregisterBuffer(id)) };
}

/// Registered memory, which is leaked.
#[derive(Debug)]
pub struct Region {
    id: RIO_BUFFERID,
    start: *mut u8,
    length: u32,
}

// Leaked memory is anybody's; the tests see to it who writes when.
unsafe impl Send for Region {}

impl Region {
    /// So many bytes, each 0xCC.
    pub fn new(length: u32) -> Self {
        let start = vec![0xCC; length as usize].leak().as_mut_ptr();
        let id = register(start, length).expect("memory that is there can be registered");
        Self { id, start, length }
    }

    /// These bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let region = Self::new(bytes.len() as u32);
        unsafe { region.start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        region
    }

    /// A SOCKADDR_INET that holds this address.
    pub fn of_address(address: SocketAddr) -> Self {
        Self::of(RawAddress::of(address).inet_bytes())
    }

    /// Its number.
    pub fn id(&self) -> RIO_BUFFERID {
        self.id
    }

    /// All of it.
    pub fn whole(&self) -> RIO_BUF {
        self.slice(0, self.length)
    }

    /// A part of it, or what pretends to be one.
    pub fn slice(&self, offset: u32, length: u32) -> RIO_BUF {
        RIO_BUF { BufferId: self.id, Offset: offset, Length: length }
    }

    /// Its bytes now.
    pub fn bytes(&self) -> Vec<u8> {
        let length = self.length as usize;
        (0..length).map(|at| unsafe { self.start.add(at).read_volatile() }).collect()
    }

    /// The address that a SOCKADDR_INET at its start holds.
    pub fn address(&self) -> SocketAddr {
        RawAddress::of_inet(&self.bytes()).to_std()
    }
}

/// What a completion queue is made for.
#[derive(Debug, Clone, Copy)]
pub enum Notified<'a> {
    /// Polling only.
    Never,
    /// An event is set; `reset`: NotifyReset.
    ByEvent {
        /// The event.
        event: &'a Event,
        /// NotifyReset.
        reset: bool,
    },
    /// A packet with this key and OVERLAPPED.
    ByPacket {
        /// Where.
        port: Port,
        /// The key.
        key: usize,
        /// The OVERLAPPED, which nobody follows.
        overlapped: usize,
    },
}

/// A result: its status, bytes, and the two contexts.
pub type Result4 = (i32, u32, u64, u64);

/// A completion queue, closed when dropped.
#[derive(Debug)]
pub struct CompletionQueue(RIO_CQ);

impl Drop for CompletionQueue {
    fn drop(&mut self) {
        unsafe { rio!(RIOCloseCompletionQueue(self.0)) };
    }
}

impl CompletionQueue {
    /// One of so many places that is polled.
    pub fn polled(size: u32) -> Self {
        Self::create(size, Notified::Never).expect("a queue can be made")
    }

    /// One of so many places.
    pub fn create(size: u32, told: Notified<'_>) -> Outcome<Self> {
        let mut wanted = RIO_NOTIFICATION_COMPLETION::default();
        match told {
            Notified::Never => return Self::raw(size, null()),
            Notified::ByEvent { event, reset } => {
                wanted.Type = RIO_EVENT_COMPLETION;
                wanted.Anonymous.Event = RIO_NOTIFICATION_COMPLETION_0_0 {
                    EventHandle: event.handle(),
                    NotifyReset: i32::from(reset),
                };
            }
            Notified::ByPacket { port, key, overlapped } => {
                wanted.Type = RIO_IOCP_COMPLETION;
                wanted.Anonymous.Iocp = RIO_NOTIFICATION_COMPLETION_0_1 {
                    IocpHandle: port.handle(),
                    CompletionKey: key as *mut c_void,
                    Overlapped: overlapped as *mut c_void,
                };
            }
        }
        Self::raw(size, &wanted)
    }

    /// RIOCreateCompletionQueue.
    pub fn raw(size: u32, wanted: *const RIO_NOTIFICATION_COMPLETION) -> Outcome<Self> {
        call(0, || unsafe { rio!(RIOCreateCompletionQueue(size, wanted)) }).map(Self)
    }

    /// Its number.
    pub fn id(&self) -> RIO_CQ {
        self.0
    }

    /// RIODequeueCompletion of at most `room` results; `None`: RIO_CORRUPT_CQ.
    pub fn try_dequeue(&self, room: usize) -> Option<Vec<Result4>> {
        dequeue_of(self.0, room)
    }

    /// The results that are there now, at most `room`.
    #[track_caller]
    pub fn dequeue(&self, room: usize) -> Vec<Result4> {
        self.try_dequeue(room).expect("the queue is good")
    }

    /// Exactly `count` results, which must come.
    #[track_caller]
    pub fn take(&self, count: usize) -> Vec<Result4> {
        let (mut results, end) = (Vec::new(), Instant::now() + PATIENCE);
        while results.len() < count {
            results.extend(self.dequeue(count - results.len()));
            assert!(Instant::now() < end, "only {results:?} came");
            std::thread::yield_now();
        }
        results
    }

    /// The next result, which must come.
    #[track_caller]
    pub fn next(&self) -> Result4 {
        self.take(1)[0]
    }

    /// RIONotify: 0, or the error itself.
    pub fn notify(&self) -> i32 {
        unsafe { rio!(RIONotify(self.0)) }
    }

    /// RIOResizeCompletionQueue.
    pub fn resize(&self, size: u32) -> Outcome<()> {
        call(0, || unsafe { rio!(RIOResizeCompletionQueue(self.0, size)) }).map(drop)
    }
}

/// RIODequeueCompletion on a number that may be no queue.
pub fn dequeue_of(queue: RIO_CQ, room: usize) -> Option<Vec<Result4>> {
    let mut results = vec![POISONED; room + 1];
    let count = unsafe { rio!(RIODequeueCompletion(queue, results.as_mut_ptr(), room as u32)) };
    if count == RIO_CORRUPT_CQ {
        return None;
    }
    let (filled, rest) = results.split_at(count as usize);
    assert!(rest.iter().all(|result| result.BytesTransferred == POISON), "written beyond");
    let as_tuple = |result: &RIORESULT| {
        (result.Status, result.BytesTransferred, result.SocketContext, result.RequestContext)
    };
    Some(filled.iter().map(as_tuple).collect())
}

/// RIONotify on a number that may be no queue.
pub fn notify_of(queue: RIO_CQ) -> i32 {
    unsafe { rio!(RIONotify(queue)) }
}

/// The slices of RIOReceiveEx and RIOSendEx.
#[derive(Default, Clone, Copy)]
#[allow(missing_debug_implementations, reason = "RIO_BUF has none")]
pub struct Slices {
    /// pData.
    pub data: Option<RIO_BUF>,
    /// pLocalAddress.
    pub local: Option<RIO_BUF>,
    /// pRemoteAddress.
    pub remote: Option<RIO_BUF>,
    /// pControlContext.
    pub control: Option<RIO_BUF>,
    /// pFlags.
    pub flags: Option<RIO_BUF>,
}

fn pointer(slice: &Option<RIO_BUF>) -> *const RIO_BUF {
    slice.as_ref().map_or(null(), std::ptr::from_ref)
}

/// A request queue; it ends with its socket.
#[derive(Debug, Clone, Copy)]
pub struct RequestQueue(RIO_RQ);

impl RequestQueue {
    /// One for `[receives, sends]` outstanding at most, with both kinds of results in `queue`, and
    /// its context.
    pub fn new(socket: &Socket, limits: [u32; 2], queue: &CompletionQueue, context: usize) -> Self {
        Self::create(socket.raw(), limits, [queue.id(); 2], context).expect("it can be made")
    }

    /// RIOCreateRequestQueue.
    pub fn create(
        socket: SOCKET,
        [receives, sends]: [u32; 2],
        queues: [RIO_CQ; 2],
        context: usize,
    ) -> Outcome<Self> {
        let context = context as *const c_void;
        let made = || unsafe {
            let [from, to] = queues;
            rio!(RIOCreateRequestQueue(socket, receives, 1, sends, 1, from, to, context))
        };
        call(0, made).map(Self)
    }

    /// One of this number, whatever it is.
    pub fn from_id(id: RIO_RQ) -> Self {
        Self(id)
    }

    /// Its number.
    pub fn id(&self) -> RIO_RQ {
        self.0
    }

    /// RIOReceive; without data the count is 0.
    pub fn receive(&self, data: Option<RIO_BUF>, flags: u32, context: usize) -> Outcome<()> {
        let count = u32::from(data.is_some());
        self.receive_counted(data, count, flags, context)
    }

    /// RIOReceive with a count of its own.
    pub fn receive_counted(
        &self,
        data: Option<RIO_BUF>,
        count: u32,
        flags: u32,
        context: usize,
    ) -> Outcome<()> {
        let (at, context) = (pointer(&data), context as *const c_void);
        call(0, || unsafe { rio!(RIOReceive(self.0, at, count, flags, context)) }).map(drop)
    }

    /// RIOSend; without data the count is 0.
    pub fn send(&self, data: Option<RIO_BUF>, flags: u32, context: usize) -> Outcome<()> {
        let (at, context) = (pointer(&data), context as *const c_void);
        let count = u32::from(data.is_some());
        call(0, || unsafe { rio!(RIOSend(self.0, at, count, flags, context)) }).map(drop)
    }

    /// RIOReceiveEx.
    pub fn receive_ex(&self, slices: Slices, flags: u32, context: usize) -> Outcome<()> {
        let Slices { data, local, remote, control, flags: result } = &slices;
        let (count, context) = (u32::from(data.is_some()), context as *const c_void);
        let (data, local, remote) = (pointer(data), pointer(local), pointer(remote));
        let (control, result) = (pointer(control), pointer(result));
        call(0, || unsafe {
            rio!(RIOReceiveEx(self.0, data, count, local, remote, control, result, flags, context))
        })
        .map(drop)
    }

    /// RIOSendEx.
    pub fn send_ex(&self, slices: Slices, flags: u32, context: usize) -> Outcome<()> {
        let Slices { data, local, remote, control, flags: result } = &slices;
        let (count, context) = (u32::from(data.is_some()), context as *const c_void);
        let (data, local, remote) = (pointer(data), pointer(local), pointer(remote));
        let (control, result) = (pointer(control), pointer(result));
        call(0, || unsafe {
            rio!(RIOSendEx(self.0, data, count, local, remote, control, result, flags, context))
        })
        .map(drop)
    }

    /// RIOResizeRequestQueue.
    pub fn resize(&self, [receives, sends]: [u32; 2]) -> Outcome<()> {
        call(0, || unsafe { rio!(RIOResizeRequestQueue(self.0, receives, sends)) }).map(drop)
    }
}

/// Flags of a socket for registered I/O that serves otherwise, too.
pub const REGISTERED: u32 = WSA_FLAG_REGISTERED_IO | WSA_FLAG_OVERLAPPED;

/// A TCP socket for registered I/O, connected to the other, ordinary one.
pub fn registered_pair(ip: IpAddr) -> (Socket, Socket) {
    let (listener, address) = Socket::listener(ip);
    let family = if ip.is_ipv4() { AF_INET } else { AF_INET6 };
    let socket = Socket::made(family, SOCK_STREAM, 0, REGISTERED).expect("registered I/O is there");
    socket.connect(address).expect("it listens");
    let peer = listener.accept().expect("one has connected");
    peer.set(IPPROTO_TCP, TCP_NODELAY, 1).expect("a stream can have it");
    (socket, peer)
}

/// A UDP socket for registered I/O, bound to a free port of `ip`, and its address.
pub fn registered_udp(ip: IpAddr) -> (Socket, SocketAddr) {
    let family = if ip.is_ipv4() { AF_INET } else { AF_INET6 };
    let socket = Socket::made(family, SOCK_DGRAM, 0, REGISTERED).expect("registered I/O is there");
    socket.bind_any(ip);
    let address = socket.name().expect("it is bound");
    (socket, address)
}

/// A [`registered_pair`] of IPv4 with its request queue (context 7), for so many receives and
/// sends.
pub fn queued_pair(limits: [u32; 2], queue: &CompletionQueue) -> (RequestQueue, Socket, Socket) {
    let (socket, peer) = registered_pair(V4);
    poison_last_error();
    (RequestQueue::new(&socket, limits, queue, 7), socket, peer)
}

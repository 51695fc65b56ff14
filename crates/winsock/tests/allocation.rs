//! Invariant 8: no allocation per request after warm-up. And what an idle connection keeps.
#![cfg(not(loom))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, IN_ADDR, IN_ADDR_0, IPPROTO_TCP, SO_UPDATE_ACCEPT_CONTEXT, SOCK_STREAM, SOCKADDR,
    SOCKADDR_IN, SOCKET, SOL_SOCKET, WSA_FLAG_OVERLAPPED, WSABUF, WSADATA,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use winsock::{
    AcceptEx, CreateIoCompletionPort, GetLastError, GetQueuedCompletionStatus, WSARecv, WSASend,
    WSASocketW, WSAStartup, bind, getsockname, listen, setsockopt,
};

/// Counts what the system's allocator is asked for, by anybody and by the calling thread, and the
/// bytes that the calling thread has of it.
struct Counting;

static BY_ANYBODY: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static BY_THIS_THREAD: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    BY_ANYBODY.fetch_add(1, Ordering::Relaxed);
    BY_THIS_THREAD.set(BY_THIS_THREAD.get() + 1);
    BYTES.set(BYTES.get() + bytes);
}

/// Held by each test: the counters are everybody's.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

// SAFETY: every call goes to the system's allocator as it came; the counters allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's contract is the system allocator's; the block is the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - layout.size() as isize);
        // SAFETY: the block came from `alloc`, hence from the system, and is given up here.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: the block came from `alloc`, hence from the system; the caller owns the result.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const MESSAGE_BYTES: usize = 64;
const WARM_UP: usize = 1000;
const MESSAGES: usize = 10_000;
/// What an idle connection may keep on the heap: 176 bytes, so that with its slot, the allocator's
/// own and a session of the program's it stays below the 300 that are promised.
const IDLE_HEAP_BYTES: isize = 200;

/// An echo server of one connection, its worker and its client the same thread.
struct Echo {
    port: HANDLE,
    listener: SOCKET,
    number: u16,
    connection: SOCKET,
    client: TcpStream,
    receiving: OVERLAPPED,
    sending: OVERLAPPED,
    buffer: [u8; MESSAGE_BYTES],
}

fn address(port: u16) -> SOCKADDR_IN {
    let loopback = IN_ADDR { S_un: IN_ADDR_0 { S_addr: u32::from_ne_bytes([127, 0, 0, 1]) } };
    SOCKADDR_IN {
        sin_family: AF_INET,
        sin_port: port.to_be(),
        sin_addr: loopback,
        ..Default::default()
    }
}

fn new_socket() -> SOCKET {
    let (family, kind) = (i32::from(AF_INET), SOCK_STREAM);
    // SAFETY: values, and no protocol information.
    unsafe { WSASocketW(family, kind, IPPROTO_TCP, null(), 0, WSA_FLAG_OVERLAPPED) }
}

fn listen_somewhere() -> (SOCKET, u16) {
    let listener = new_socket();
    let mut name = address(0);
    let mut length = size_of::<SOCKADDR_IN>() as i32;
    let at = (&raw mut name).cast::<SOCKADDR>();
    // SAFETY: name and length are this frame's, used during the calls.
    unsafe {
        assert_eq!(bind(listener, at, length), 0);
        assert_eq!(listen(listener, 1), 0);
        assert_eq!(getsockname(listener, at, &mut length), 0);
    }
    (listener, u16::from_be(name.sin_port))
}

/// The packet that is due: its OVERLAPPED and its bytes.
fn dequeue(port: HANDLE) -> (*mut OVERLAPPED, u32) {
    let (mut bytes, mut key, mut overlapped) = (0, 0, null_mut());
    // SAFETY: the outputs are this frame's.
    let taken =
        unsafe { GetQueuedCompletionStatus(port, &mut bytes, &mut key, &mut overlapped, 10_000) };
    assert_eq!(taken, 1);
    (overlapped, bytes)
}

/// Whether a call was accepted: done, or pending.
fn accepted(done: bool) -> bool {
    // SAFETY: a plain read of this thread's last error.
    done || unsafe { GetLastError() } == 997
}

/// Accepts a client of the listener at `number` with an overlapped accept.
fn accept(port: HANDLE, listener: SOCKET, number: u16) -> (SOCKET, TcpStream) {
    let (mut output, mut bytes, mut accepting) = ([0u8; 128], 0, OVERLAPPED::default());
    let connection = new_socket();
    let at = output.as_mut_ptr().cast();
    // SAFETY: the handles are values; buffer and OVERLAPPED are this frame's, which waits for the
    // packet below.
    let done = unsafe {
        assert_eq!(CreateIoCompletionPort(connection as HANDLE, port, 0, 0), port);
        AcceptEx(listener, connection, at, 0, 32, 32, &mut bytes, &mut accepting)
    };
    assert!(accepted(done == 1));
    let client = TcpStream::connect(("127.0.0.1", number)).unwrap();
    client.set_nodelay(true).unwrap();
    assert_eq!(dequeue(port).0, &raw mut accepting);
    let value = (&raw const listener).cast();
    let length = size_of::<SOCKET>() as i32;
    // SAFETY: the option's value is this frame's, read during the call.
    let set =
        unsafe { setsockopt(connection, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, value, length) };
    assert_eq!(set, 0);
    (connection, client)
}

impl Echo {
    fn new() -> Box<Self> {
        let mut data = WSADATA::default();
        // SAFETY: the out-parameter is this frame's; the handles are values.
        let port = unsafe {
            assert_eq!(WSAStartup(0x0202, &mut data), 0);
            CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1)
        };
        let (listener, number) = listen_somewhere();
        // SAFETY: the handles are values, and no memory is handed over.
        assert_eq!(unsafe { CreateIoCompletionPort(listener as HANDLE, port, 0, 0) }, port);
        let (connection, client) = accept(port, listener, number);
        let (receiving, sending) = (OVERLAPPED::default(), OVERLAPPED::default());
        let buffer = [0; MESSAGE_BYTES];
        Box::new(Self { port, listener, number, connection, client, receiving, sending, buffer })
    }

    /// The same server, and another connection.
    fn accept_another(&mut self) {
        (self.connection, self.client) = accept(self.port, self.listener, self.number);
    }

    fn receive(&mut self) {
        let buffer = WSABUF { len: MESSAGE_BYTES as u32, buf: self.buffer.as_mut_ptr() };
        let (flags, overlapped) = (&mut 0, &raw mut self.receiving);
        // SAFETY: buffer and OVERLAPPED are the boxed echo's, left alone until the packet.
        let result =
            unsafe { WSARecv(self.connection, &buffer, 1, null_mut(), flags, overlapped, None) };
        assert!(accepted(result == 0));
    }

    fn send(&mut self) {
        let buffer = WSABUF { len: MESSAGE_BYTES as u32, buf: self.buffer.as_mut_ptr() };
        let overlapped = &raw mut self.sending;
        // SAFETY: buffer and OVERLAPPED are the boxed echo's, left alone until the packet.
        let result =
            unsafe { WSASend(self.connection, &buffer, 1, null_mut(), 0, overlapped, None) };
        assert!(accepted(result == 0));
    }

    fn message(&mut self, number: usize) {
        let mut message = [number as u8; MESSAGE_BYTES];
        self.receive();
        self.client.write_all(&message).unwrap();
        assert_eq!(dequeue(self.port), (&raw mut self.receiving, MESSAGE_BYTES as u32));
        self.send();
        assert_eq!(dequeue(self.port), (&raw mut self.sending, MESSAGE_BYTES as u32));
        self.client.read_exact(&mut message).unwrap();
        assert_eq!(message, [number as u8; MESSAGE_BYTES]);
    }
}

/// Invariant 8, by an echo of ten thousand messages: neither the worker allocates, nor the
/// watchman meanwhile.
#[test]
fn an_echo_allocates_nothing_after_warm_up() {
    let _alone = alone();
    let mut echo = Echo::new();
    (0..WARM_UP).for_each(|number| echo.message(number));
    let before = (BY_THIS_THREAD.get(), BY_ANYBODY.load(Ordering::Relaxed));
    (0..MESSAGES).for_each(|number| echo.message(number));
    let after = (BY_THIS_THREAD.get(), BY_ANYBODY.load(Ordering::Relaxed));
    assert_eq!(after.0 - before.0, 0, "the worker's allocations");
    assert_eq!(after.1 - before.1, 0, "everybody's allocations");
}

/// DESIGN section 7: memory per idle connection. What its first message needs, it gives back.
#[test]
fn an_idle_connection_stays_small() {
    let _alone = alone();
    let mut echo = Echo::new();
    echo.message(0);
    echo.accept_another();
    let before = BYTES.get();
    echo.accept_another();
    echo.message(1);
    echo.receive();
    let kept = BYTES.get() - before;
    assert!(kept <= IDLE_HEAP_BYTES, "{kept} bytes");
}

//! What is promised of operations, kept beside the engine.

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Networking::WinSock::{WSABUF, WSADATA};
use windows_sys::Win32::System::IO::OVERLAPPED;
use winsock::{
    CancelIoEx, CloseHandle, CreateIoCompletionPort, GetLastError, GetQueuedCompletionStatus,
    SetLastError, WSARecv, WSASend, WSAStartup, closesocket,
};

use crate::connection::{Connection, End, pattern};

pub const CONNECTIONS: usize = 3;
const KEY: usize = 0x5000;
/// Long enough for anything that is to come at all.
const LONG_MS: u32 = 10_000;
const POISON: u32 = 0xDEAD;
const UNTOUCHED: u8 = 0xEE;

const SUCCESS: usize = 0;
const PENDING: usize = 0x103;
const CANCELLED: usize = 0xC000_0120;
const CONNECTION_RESET: usize = 0xC000_020D;
const CONNECTION_ABORTED: usize = 0xC000_0241;

#[derive(Clone, Debug)]
pub enum Op {
    Receive {
        at: usize,
        length: usize,
    },
    Send {
        at: usize,
        length: usize,
    },
    PeerSend {
        at: usize,
        length: usize,
    },
    PeerRead {
        at: usize,
    },
    PeerShut {
        at: usize,
    },
    PeerReset {
        at: usize,
    },
    /// The nth operation, if there is one, in flight or not.
    CancelOne {
        nth: usize,
    },
    CancelAll {
        at: usize,
    },
    Close {
        at: usize,
    },
    /// Up to so many packets.
    Dequeue {
        count: usize,
    },
}

/// What an operation still owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Debt {
    /// A packet with these bytes: it succeeded at once (S1.45).
    Known(u32),
    /// A packet with what its fate allows (S1.46).
    Open,
    /// One with 995: CancelIoEx said so (S1.71).
    Cancelled,
    /// Nothing: it was refused (S1.47), or its packet came.
    Nothing,
}

/// The memory of one call: the engine's from the call until its packet has come (S2.1), so it is
/// reached by pointers only.
struct Memory {
    overlapped: OVERLAPPED,
    buffer: Vec<u8>,
}

/// One call.
struct Operation {
    memory: *mut Memory,
    at: usize,
    length: usize,
    receives: bool,
    debt: Debt,
}

impl Operation {
    fn overlapped(&self) -> *mut OVERLAPPED {
        // SAFETY: the box lives until `World::finish`; only an address is taken.
        unsafe { &raw mut (*self.memory).overlapped }
    }

    /// The status as the program may poll it (S1.61).
    fn status(&self) -> usize {
        // SAFETY: the box lives until `World::finish`; Internal is shared with the engine, which
        // writes it atomically.
        let internal = unsafe { AtomicUsize::from_ptr(&raw mut (*self.overlapped()).Internal) };
        internal.load(Ordering::Acquire)
    }

    /// The bytes it came to, once it has ended.
    fn bytes(&self) -> usize {
        assert_ne!(self.status(), PENDING);
        // SAFETY: the box lives until `World::finish`; the engine has done with it.
        unsafe { (*self.overlapped()).InternalHigh }
    }
}

pub struct World {
    port: HANDLE,
    connections: Vec<Connection>,
    /// In the order of issue.
    operations: Vec<Operation>,
    /// Of each connection, the last receive that succeeded.
    last_received: [Option<usize>; CONNECTIONS],
}

impl World {
    pub fn new() -> Self {
        let mut data = WSADATA::default();
        // SAFETY: the out-parameter is this frame's; the handles are values.
        let port = unsafe {
            assert_eq!(WSAStartup(0x0202, &mut data), 0);
            CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1)
        };
        assert!(!port.is_null());
        let connections: Vec<_> = (0..CONNECTIONS).map(|_| Connection::new()).collect();
        for (at, connection) in connections.iter().enumerate() {
            let socket = connection.socket as HANDLE;
            // SAFETY: the handles are values; no memory of ours is involved.
            let joined = unsafe { CreateIoCompletionPort(socket, port, KEY + at, 0) };
            assert_eq!(joined, port);
        }
        let last_received = [None; CONNECTIONS];
        Self { port, connections, operations: Vec::new(), last_received }
    }

    pub fn apply(&mut self, op: Op) {
        match op {
            Op::Receive { at, length } => self.receive(at, length),
            Op::Send { at, length } => self.send(at, length),
            Op::PeerSend { at, length } => self.connections[at].peer_send(length),
            Op::PeerRead { at } => _ = self.connections[at].peer_read(),
            Op::PeerShut { at } => self.connections[at].peer_shut(),
            Op::PeerReset { at } => self.connections[at].peer_reset(),
            Op::CancelOne { nth } => self.cancel_one(nth),
            Op::CancelAll { at } => self.cancel_all(at),
            Op::Close { at } => self.close(at),
            Op::Dequeue { count } => {
                for _ in 0..count {
                    self.dequeue(0);
                }
            }
        }
    }

    /// Everything still owed comes: bytes to whoever reads on, then the rest by a close.
    pub fn finish(mut self) {
        for at in 0..CONNECTIONS {
            self.read_to_end(at);
            self.close(at);
        }
        while self.owed().next().is_some() {
            self.dequeue(LONG_MS);
        }
        self.dequeue(0); // and not one packet more
        // SAFETY: the handle is a value; no memory of ours is involved.
        assert_eq!(unsafe { CloseHandle(self.port) }, 1);
        for operation in self.operations.drain(..) {
            // SAFETY: made by Box::into_raw in `prepare`; its packet has come or it was refused,
            // so the engine has done with it (S2.1).
            drop(unsafe { Box::from_raw(operation.memory) });
        }
    }

    fn read_to_end(&mut self, at: usize) {
        let whole = |c: &Connection| !c.closed && c.end != End::Reset;
        while whole(&self.connections[at])
            && self.connections[at].received < self.connections[at].peer_sent
        {
            if !self.owed().any(|operation| operation.at == at && operation.receives) {
                self.receive(at, 5000);
            }
            self.dequeue(LONG_MS);
        }
        let sends = |world: &Self| world.owed().any(|op| op.at == at && !op.receives);
        while whole(&self.connections[at]) && (sends(self) || self.unread(at)) {
            let read = self.connections[at].peer_read();
            if !read && sends(self) {
                self.dequeue(1); // a time limit on the wait for room, no more
            }
        }
    }

    fn unread(&self, at: usize) -> bool {
        !self.connections[at].cut && self.connections[at].peer_read < self.connections[at].sent
    }

    fn owed(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.debt != Debt::Nothing)
    }

    /// A new operation's number and its memory.
    fn prepare(&mut self, at: usize, length: usize, receives: bool) -> (usize, *mut Memory) {
        let buffer = if receives { vec![UNTOUCHED; length] } else { Vec::new() };
        let overlapped = OVERLAPPED::default();
        let memory = Box::into_raw(Box::new(Memory { overlapped, buffer }));
        let debt = Debt::Nothing;
        self.operations.push(Operation { memory, at, length, receives, debt });
        (self.operations.len() - 1, memory)
    }

    fn receive(&mut self, at: usize, length: usize) {
        let (nth, memory) = self.prepare(at, length, true);
        let (mut bytes, mut flags) = (POISON, 0);
        // SAFETY: the memory lives until the packet has come (`finish`); the other arguments are
        // this frame's and used during the call.
        let result = unsafe {
            let buf = (*memory).buffer.as_mut_ptr();
            let buffer = WSABUF { len: length as u32, buf };
            let overlapped = &raw mut (*memory).overlapped;
            SetLastError(POISON);
            let socket = self.connections[at].socket;
            WSARecv(socket, &buffer, 1, &mut bytes, &mut flags, overlapped, None)
        };
        self.note(nth, result, bytes);
    }

    fn send(&mut self, at: usize, length: usize) {
        let (nth, memory) = self.prepare(at, length, false);
        let data = pattern(self.connections[at].sent, length);
        let mut bytes = POISON;
        // SAFETY: the data is static and only read; the memory lives until the packet has come
        // (`finish`); the other arguments are this frame's and used during the call.
        let result = unsafe {
            let buffer = WSABUF { len: length as u32, buf: data.as_ptr().cast_mut() };
            let overlapped = &raw mut (*memory).overlapped;
            SetLastError(POISON);
            let socket = self.connections[at].socket;
            WSASend(socket, &buffer, 1, &mut bytes, 0, overlapped, None)
        };
        self.note(nth, result, bytes);
        if self.operations[nth].debt != Debt::Nothing {
            self.connections[at].sent += length;
        }
    }

    /// What the issuing call said.
    fn note(&mut self, nth: usize, result: i32, bytes: u32) {
        // SAFETY: a plain read of this thread's last error.
        let error = unsafe { GetLastError() };
        let operation = &mut self.operations[nth];
        let Connection { closed, end, .. } = self.connections[operation.at];
        operation.debt = match (result, error) {
            (0, _) => {
                assert!(!closed, "a closed socket transfers");
                assert_eq!(operation.status(), SUCCESS); // S1.60
                assert_eq!(operation.bytes(), bytes as usize);
                Debt::Known(bytes)
            }
            (-1, 997) => Debt::Open,
            (-1, 10038) => {
                assert!(closed);
                Debt::Nothing
            }
            (-1, 10054) => {
                assert_eq!(end, End::Reset);
                Debt::Nothing
            }
            other => panic!("{other:?}"),
        };
        assert!(!closed || operation.debt == Debt::Nothing);
    }

    /// One packet, if one comes within `timeout_ms`.
    fn dequeue(&mut self, timeout_ms: u32) {
        let (mut bytes, mut key, mut overlapped) = (POISON, usize::MAX, null_mut());
        // SAFETY: the three outputs are this frame's.
        let taken = unsafe {
            SetLastError(POISON);
            let (bytes, key, overlapped) = (&mut bytes, &mut key, &mut overlapped);
            GetQueuedCompletionStatus(self.port, bytes, key, overlapped, timeout_ms)
        };
        if overlapped.is_null() {
            // SAFETY: a plain read of this thread's last error.
            assert_eq!((taken, unsafe { GetLastError() }), (0, 258));
            assert!(timeout_ms != LONG_MS, "an operation never completes");
            let certain = |op: &Operation| matches!(op.debt, Debt::Known(_) | Debt::Cancelled);
            assert!(!self.owed().any(certain), "a packet was lost");
            return;
        }
        let this = |operation: &Operation| operation.overlapped() == overlapped;
        let nth = self.operations.iter().position(this).expect("an OVERLAPPED of ours");
        let operation = &self.operations[nth];
        let status = operation.status();
        assert_eq!(key, KEY + operation.at);
        assert_eq!(operation.bytes(), bytes as usize);
        assert_eq!(taken == 1, status == SUCCESS);
        self.settle(nth, status, bytes);
    }

    /// The operation's packet is here: the only one, and one that its fate allows.
    fn settle(&mut self, nth: usize, status: usize, bytes: u32) {
        let operation = &mut self.operations[nth];
        let debt = std::mem::replace(&mut operation.debt, Debt::Nothing);
        let (at, receives, length) = (operation.at, operation.receives, operation.length);
        let connection = &mut self.connections[at];
        match (status, debt) {
            (_, Debt::Nothing) => panic!("a second packet, or one for a call that was refused"),
            (SUCCESS, Debt::Known(known)) => assert_eq!(bytes, known),
            (SUCCESS, Debt::Open) => {}
            (CANCELLED, Debt::Cancelled) => {}
            (CONNECTION_ABORTED, Debt::Open) => assert!(connection.closed),
            (CONNECTION_RESET, Debt::Open) => assert_eq!(connection.end, End::Reset),
            other => panic!("{other:x?}"),
        }
        connection.cut |= !receives && status != SUCCESS;
        match (status, receives) {
            (SUCCESS, true) => self.check_received(nth, bytes as usize),
            (SUCCESS, false) => assert_eq!(bytes as usize, length), // S2.31
            _ => assert!(!receives || bytes == 0),
        }
    }

    /// S2.17: receives succeed in the order of their issue, with the stream's next bytes.
    fn check_received(&mut self, nth: usize, count: usize) {
        let &Operation { memory, at, length, .. } = &self.operations[nth];
        assert!(count <= length);
        // SAFETY: the box lives until `finish`; its packet is here, so the engine has done with it.
        let buffer = unsafe { &(*memory).buffer };
        let (got, rest) = buffer.split_at(count);
        assert!(rest.iter().all(|&byte| byte == UNTOUCHED), "beyond the count");
        let connection = &mut self.connections[at];
        assert!(*got == *pattern(connection.received, count), "received bytes in order");
        connection.received += count;
        assert!(connection.received <= connection.peer_sent);
        if count == 0 && length > 0 {
            assert_eq!(connection.received, connection.peer_sent, "the end before the end");
            assert!(connection.shut, "a reset is no end"); // S2.19
        }
        assert!(self.last_received[at] < Some(nth), "an earlier receive was overtaken");
        self.last_received[at] = Some(nth);
    }

    fn cancel_one(&mut self, nth: usize) {
        if nth >= self.operations.len() {
            return;
        }
        let Operation { at, .. } = self.operations[nth];
        if self.cancel(at, self.operations[nth].overlapped()) {
            let debt = &mut self.operations[nth].debt;
            assert_eq!(*debt, Debt::Open, "only what is in flight is cancelled");
            *debt = Debt::Cancelled;
            self.connections[at].cut |= !self.operations[nth].receives;
        }
    }

    fn cancel_all(&mut self, at: usize) {
        let any = self.cancel(at, null());
        let mut cancelled = 0;
        let here = |operation: &&mut Operation| operation.at == at && operation.debt == Debt::Open;
        for operation in self.operations.iter_mut().filter(here) {
            assert_ne!(operation.status(), PENDING, "nothing is left in flight");
            if operation.status() == CANCELLED {
                operation.debt = Debt::Cancelled;
                self.connections[at].cut |= !operation.receives;
                cancelled += 1;
            }
        }
        assert_eq!(any, cancelled > 0);
    }

    /// S1.71: true if something was in flight; else 1168, or 6 for a handle that is gone.
    fn cancel(&mut self, at: usize, overlapped: *const OVERLAPPED) -> bool {
        let connection = &self.connections[at];
        // SAFETY: the OVERLAPPED is null or alive; the handle is a value.
        let (done, error) = unsafe {
            SetLastError(POISON);
            (CancelIoEx(connection.socket as HANDLE, overlapped), GetLastError())
        };
        let expected = if connection.closed { 6 } else { 1168 };
        assert!(done == 1 || error == expected, "{error}");
        done == 1
    }

    fn close(&mut self, at: usize) {
        if !std::mem::replace(&mut self.connections[at].closed, true) {
            // SAFETY: the handle is a value; no memory of ours is involved.
            assert_eq!(unsafe { closesocket(self.connections[at].socket) }, 0);
            self.connections[at].cut = true;
        }
    }
}

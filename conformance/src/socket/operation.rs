//! An overlapped operation for tests: its OVERLAPPED, event and buffers in one place that stays
//! where it is until the operation is over.
//!
//! # Safety
//!
//! All memory an operation uses is in one heap block, reached by raw pointer only and freed when
//! the [`Operation`] is dropped, or never, if it is still pending then.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use overlapped::sys::*;

use super::extension::extension;
use super::{
    Addresses, Outcome, PATIENCE_MS, POISON, POISON_BYTES, RawAddress, Socket, eventually,
};

/// What the call that starts an operation said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Started {
    /// Done at once, with so many bytes.
    Done(u32),
    /// 997.
    Pending,
    /// Failed at once with this error.
    Failed(i32),
}

struct Memory {
    overlapped: OVERLAPPED,
    data: Vec<u8>,
    flags: u32,
    from: RawAddress,
}

/// One operation after another on the same OVERLAPPED.
pub struct Operation {
    memory: *mut Memory,
    event: HANDLE,
}

// The memory is reached by one thread at a time, but for Internal, which is read atomically.
unsafe impl Send for Operation {}
unsafe impl Sync for Operation {}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.status() != STATUS_PENDING {
            drop(unsafe { Box::from_raw(self.memory) });
            if !self.event.is_null() {
                unsafe { CloseHandle(self.event) };
            }
        }
    }
}

impl Operation {
    fn made(data: Vec<u8>, event: HANDLE) -> Self {
        let poison = POISON_BYTES as usize;
        let overlapped = OVERLAPPED {
            Internal: poison,
            InternalHigh: poison,
            hEvent: event,
            ..OVERLAPPED::default()
        };
        let memory = Memory { overlapped, data, flags: 0, from: RawAddress::room() };
        Self { memory: Box::into_raw(Box::new(memory)), event }
    }

    /// With a manual-reset event and room for `room` bytes, poisoned.
    pub fn new(room: usize) -> Self {
        let event = unsafe { CreateEventW(null(), 1, 0, null()) };
        assert!(!event.is_null());
        Self::made(vec![0xCC; room], event)
    }

    /// As [`Operation::new`], with an auto-reset event.
    pub fn with_auto_event(room: usize) -> Self {
        let event = unsafe { CreateEventW(null(), 0, 0, null()) };
        assert!(!event.is_null());
        Self::made(vec![0xCC; room], event)
    }

    /// As [`Operation::new`], without an event.
    pub fn without_event(room: usize) -> Self {
        Self::made(vec![0xCC; room], null_mut())
    }

    /// With a manual-reset event and these bytes to send.
    pub fn sending(bytes: &[u8]) -> Self {
        let operation = Self::new(bytes.len());
        unsafe { (*operation.memory).data.copy_from_slice(bytes) };
        operation
    }

    /// Its OVERLAPPED.
    pub fn overlapped(&self) -> *mut OVERLAPPED {
        unsafe { &raw mut (*self.memory).overlapped }
    }

    /// Its event, or null.
    pub fn event(&self) -> HANDLE {
        self.event
    }

    /// Its buffer as it is now.
    pub fn data(&self) -> Vec<u8> {
        unsafe { (*self.memory).data.clone() }
    }

    /// Where its buffer is.
    pub fn data_pointer(&self) -> *mut u8 {
        unsafe { (*self.memory).data.as_mut_ptr() }
    }

    /// `*lpFlags` of a receive.
    pub fn flags(&self) -> u32 {
        unsafe { (*self.memory).flags }
    }

    /// Where a receive put the sender's address.
    pub fn from(&self) -> RawAddress {
        unsafe { (*self.memory).from.clone() }
    }

    /// OVERLAPPED.Internal.
    pub fn status(&self) -> NTSTATUS {
        let internal =
            unsafe { AtomicUsize::from_ptr(&raw mut (*self.memory).overlapped.Internal) };
        internal.load(Ordering::Acquire) as u32 as NTSTATUS
    }

    /// OVERLAPPED.InternalHigh.
    pub fn bytes(&self) -> usize {
        unsafe { (*self.memory).overlapped.InternalHigh }
    }

    /// Uses another operation's event from now on. The other must live longer.
    pub fn share_event(&self, other: &Operation) {
        unsafe { (*self.memory).overlapped.hEvent = other.event };
    }

    /// Whether its event is signalled. An auto-reset event is consumed by this.
    pub fn is_signalled(&self) -> bool {
        unsafe { WaitForSingleObject(self.event, 0) == WAIT_OBJECT_0 }
    }

    /// Signals its event by hand.
    pub fn signal(&self) {
        assert_ne!(unsafe { SetEvent(self.event) }, 0);
    }

    /// Whether it is not over after a while that is long for an engine that would end it.
    pub fn stays_pending(&self) -> bool {
        // not synchronisation: nothing can be observed when nothing happens
        let waited = unsafe { WaitForSingleObject(self.event, 30) };
        waited == WAIT_TIMEOUT && self.status() == STATUS_PENDING
    }

    /// Waits until it is over; its bytes or its Winsock error.
    #[track_caller]
    pub fn finish(&self, socket: &Socket) -> Outcome<u32> {
        if self.event.is_null() {
            eventually(|| self.status() != STATUS_PENDING);
        } else {
            let waited = unsafe { WaitForSingleObject(self.event, PATIENCE_MS) };
            assert_eq!(waited, WAIT_OBJECT_0, "it never ended");
        }
        self.result(socket).map(|(bytes, _)| bytes)
    }

    /// WSAGetOverlappedResult without waiting: bytes and flags.
    #[track_caller]
    pub fn result(&self, socket: &Socket) -> Outcome<(u32, u32)> {
        let (returned, bytes, flags) = self.result_raw(socket.raw(), false);
        match returned {
            Err(WSA_IO_INCOMPLETE) => {
                assert_eq!((bytes, flags), (POISON_BYTES, POISON_BYTES), "outputs while pending");
                Err(WSA_IO_INCOMPLETE)
            }
            Err(error) => Err(error),
            Ok(()) => Ok((bytes, flags)),
        }
    }

    /// WSAGetOverlappedResult: its verdict, and the byte count and flags as it left them.
    pub fn result_raw(&self, socket: SOCKET, wait: bool) -> (Outcome<()>, u32, u32) {
        let (mut bytes, mut flags) = (POISON_BYTES, POISON_BYTES);
        let overlapped = self.overlapped();
        let wait = i32::from(wait);
        let returned = super::call(0, || unsafe {
            WSAGetOverlappedResult(socket, overlapped, &mut bytes, wait, &mut flags)
        });
        (returned.map(drop), bytes, flags)
    }

    /// CancelIoEx of this operation.
    pub fn cancel(&self, socket: &Socket) -> Outcome<()> {
        let handle = socket.handle();
        super::call(0, || unsafe { CancelIoEx(handle, self.overlapped()) }).map(drop)
    }

    /// Buffers over the data, one after another, of these lengths.
    fn buffers(&self, lengths: &[usize]) -> Vec<WSABUF> {
        let (mut at, data) = (0, self.data_pointer());
        let cut = lengths.iter().map(|&length| {
            let buffer = WSABUF { len: length as u32, buf: data.wrapping_add(at) };
            at += length;
            buffer
        });
        let cut = cut.collect();
        assert!(at <= self.data().len(), "the buffers fit into the data");
        cut
    }
}

/// Starting it.
impl Operation {
    /// WSARecv into the whole buffer.
    pub fn receive(&self, socket: &Socket, flags: i32) -> Started {
        self.receive_into(socket, flags, &[self.data().len()])
    }

    /// WSARecv into buffers of these lengths.
    pub fn receive_into(&self, socket: &Socket, flags: i32, lengths: &[usize]) -> Started {
        self.poison(flags);
        let mut buffers = self.buffers(lengths);
        let mut count = POISON_BYTES;
        let flags_at = unsafe { &raw mut (*self.memory).flags };
        let returned = super::call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            let overlapped = self.overlapped();
            WSARecv(socket.raw(), array, length, &mut count, flags_at, overlapped, None)
        });
        buffers.fill(WSABUF { len: u32::MAX, buf: null_mut() }); // captured, or it will crash
        self.check_outputs(returned, count, flags)
    }

    /// WSARecvFrom into the whole buffer.
    pub fn receive_from(&self, socket: &Socket) -> Started {
        self.poison(0);
        let buffers = self.buffers(&[self.data().len()]);
        let mut count = POISON_BYTES;
        let returned = super::call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            let flags_at = &raw mut (*self.memory).flags;
            let from = &raw mut (*self.memory).from;
            let (from, from_length) = ((*from).as_mut_ptr(), &raw mut (*from).length);
            let (s, ov) = (socket.raw(), self.overlapped());
            WSARecvFrom(s, array, length, &mut count, flags_at, from, from_length, ov, None)
        });
        self.check_outputs(returned, count, 0)
    }

    /// WSASend of all its bytes.
    pub fn send(&self, socket: &Socket) -> Started {
        self.send_from(socket, &[self.data().len()])
    }

    /// WSASend of buffers of these lengths.
    pub fn send_from(&self, socket: &Socket, lengths: &[usize]) -> Started {
        self.poison(0);
        let mut buffers = self.buffers(lengths);
        let mut count = POISON_BYTES;
        let returned = super::call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            WSASend(socket.raw(), array, length, &mut count, 0, self.overlapped(), None)
        });
        buffers.fill(WSABUF { len: u32::MAX, buf: null_mut() });
        self.check_outputs(returned, count, 0)
    }

    /// WSASendTo of all its bytes.
    pub fn send_to(&self, socket: &Socket, to: SocketAddr) -> Started {
        self.poison(0);
        let (buffers, to) = (self.buffers(&[self.data().len()]), RawAddress::of(to));
        let mut count = POISON_BYTES;
        let returned = super::call(SOCKET_ERROR, || unsafe {
            let (s, array, ov) = (socket.raw(), buffers.as_ptr(), self.overlapped());
            WSASendTo(s, array, 1, &mut count, 0, to.as_ptr(), to.length, ov, None)
        });
        self.check_outputs(returned, count, 0)
    }

    /// AcceptEx with `data` bytes for the first data and these address lengths; the buffer must
    /// have that room (see [`data_room`]).
    pub fn accept(&self, listener: &Socket, acceptor: &Socket, addresses: Addresses) -> Started {
        let Addresses { data, local, remote } = addresses;
        assert!(self.data().len() >= (data + local + remote) as usize);
        self.poison(0);
        let mut count = POISON_BYTES;
        let buffer = self.data_pointer().cast();
        let returned = super::call(0, || unsafe {
            let (l, a, ov) = (listener.raw(), acceptor.raw(), self.overlapped());
            AcceptEx(l, a, buffer, data, local, remote, &mut count, ov)
        });
        self.check_outputs(returned.map(|_| 0), count, 0)
    }

    /// ConnectEx; all its bytes are the first data.
    pub fn connect(&self, socket: &Socket, to: SocketAddr) -> Started {
        let function: LPFN_CONNECTEX = extension(WSAID_CONNECTEX);
        let function = function.expect("ConnectEx is there");
        self.poison(0);
        let (to, length, mut count) = (RawAddress::of(to), self.data().len(), POISON_BYTES);
        let data = if length == 0 { null_mut() } else { self.data_pointer() };
        let returned = super::call(0, || unsafe {
            let (s, ov) = (socket.raw(), self.overlapped());
            function(s, to.as_ptr(), to.length, data.cast(), length as u32, &mut count, ov)
        });
        self.check_outputs(returned.map(|_| 0), count, 0)
    }

    /// DisconnectEx.
    pub fn disconnect(&self, socket: &Socket, flags: u32) -> Started {
        let function: LPFN_DISCONNECTEX = extension(WSAID_DISCONNECTEX);
        let function = function.expect("DisconnectEx is there");
        self.poison(0);
        match super::call(0, || unsafe { function(socket.raw(), self.overlapped(), flags, 0) }) {
            Ok(_) => Started::Done(0),
            Err(WSA_IO_PENDING) => Started::Pending,
            Err(error) => Started::Failed(error),
        }
    }

    fn poison(&self, flags: i32) {
        assert_ne!(self.status(), STATUS_PENDING, "one operation at a time");
        unsafe {
            (*self.memory).flags = flags as u32;
            (*self.memory).overlapped.Internal = POISON_BYTES as usize;
            (*self.memory).overlapped.InternalHigh = POISON_BYTES as usize;
        }
    }

    /// What the call said; only a call that is done writes its outputs.
    #[track_caller]
    fn check_outputs(&self, returned: Outcome<i32>, count: u32, flags: i32) -> Started {
        if returned.is_ok() {
            return Started::Done(count);
        }
        assert_eq!(count, POISON_BYTES, "the count is not written unless it is done");
        let flags_now = unsafe { (*self.memory).flags };
        assert_eq!(flags_now, flags as u32, "the flags are not written unless it is done");
        match returned {
            Err(WSA_IO_PENDING) => Started::Pending,
            Err(POISON) => panic!("it failed without an error"),
            other => Started::Failed(other.expect_err("looked at above")),
        }
    }
}

/// The room an AcceptEx buffer needs.
pub fn data_room(addresses: Addresses) -> usize {
    (addresses.data + addresses.local + addresses.remote) as usize
}

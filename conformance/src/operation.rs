//! An overlapped operation for tests: its OVERLAPPED, event and buffers in one place that stays
//! where it is until the operation is over.
//!
//! # Safety
//!
//! All memory an operation uses is in one heap block, reached by raw pointer only and freed when
//! the [`Operation`] is dropped, or never, if it is still pending then.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::sync::atomic::{AtomicUsize, Ordering};

use overlapped::sys::*;

use crate::apc::noting_routine;
use crate::{Event, Outcome, POISON, RawAddress, Socket, call, eventually, win32_call};

mod start;

pub use start::{Started, pending_pair, pending_receive};

/// What a buffer is filled with.
const UNTOUCHED: u8 = 0xCC;

struct Memory {
    overlapped: OVERLAPPED,
    data: Vec<u8>,
    flags: u32,
    count: u32,
    from: RawAddress,
}

/// One operation after another on the same OVERLAPPED.
pub struct Operation {
    memory: *mut Memory,
    event: Option<Event>,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
}

// The memory is reached by one thread at a time, but for Internal, which is read atomically.
unsafe impl Send for Operation {}
unsafe impl Sync for Operation {}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.is_pending() {
            std::mem::forget(self.event.take());
        } else {
            drop(unsafe { Box::from_raw(self.memory) });
        }
    }
}

impl Operation {
    fn of(data: Vec<u8>) -> Self {
        let overlapped = OVERLAPPED {
            Internal: POISON as usize,
            InternalHigh: POISON as usize,
            ..OVERLAPPED::default()
        };
        let memory = Memory { overlapped, data, flags: 0, count: POISON, from: RawAddress::room() };
        Self { memory: Box::into_raw(Box::new(memory)), event: None, routine: None }
    }

    /// With room for `room` bytes, filled with 0xCC.
    pub fn new(room: usize) -> Self {
        Self::of(vec![UNTOUCHED; room])
    }

    /// With these bytes to send.
    pub fn sending(bytes: &[u8]) -> Self {
        Self::of(bytes.to_vec())
    }

    /// With a manual-reset event in hEvent.
    pub fn with_event(self) -> Self {
        self.with(Event::manual(), 0)
    }

    /// With an auto-reset event in hEvent.
    pub fn with_auto_event(self) -> Self {
        self.with(Event::auto(), 0)
    }

    /// With a manual-reset event in hEvent whose lowest bit is set.
    pub fn with_tagged_event(self) -> Self {
        self.with(Event::manual(), 1)
    }

    /// With a completion routine that notes how it was called ([`ran`](crate::ran)).
    pub fn with_routine(mut self) -> Self {
        self.routine = Some(noting_routine);
        self
    }

    fn with(mut self, event: Event, tag: usize) -> Self {
        unsafe { (*self.memory).overlapped.hEvent = (event.handle() as usize | tag) as HANDLE };
        self.event = Some(event);
        self
    }

    /// Its OVERLAPPED.
    pub fn overlapped(&self) -> *mut OVERLAPPED {
        unsafe { &raw mut (*self.memory).overlapped }
    }

    /// The OVERLAPPED's address, as packets carry it.
    pub fn address(&self) -> usize {
        self.overlapped() as usize
    }

    /// Its event. Fails the test if it has none.
    #[track_caller]
    pub fn event(&self) -> &Event {
        self.event.as_ref().expect("the operation has an event")
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

    /// The byte count as the last AcceptEx, ConnectEx or WSAIoctl left it when it returned.
    pub fn count(&self) -> u32 {
        unsafe { (*self.memory).count }
    }

    /// Where a receive put the sender's address.
    pub fn from(&self) -> RawAddress {
        unsafe { (*self.memory).from.clone() }
    }

    /// OVERLAPPED.Internal: the NTSTATUS.
    pub fn status(&self) -> u32 {
        let internal =
            unsafe { AtomicUsize::from_ptr(&raw mut (*self.memory).overlapped.Internal) };
        internal.load(Ordering::Acquire) as u32
    }

    /// Whether the status is PENDING.
    pub fn is_pending(&self) -> bool {
        self.status() == STATUS_PENDING as u32
    }

    /// OVERLAPPED.InternalHigh: the bytes.
    pub fn transferred(&self) -> usize {
        unsafe { (*self.memory).overlapped.InternalHigh }
    }

    /// The bytes that were received, of an operation that is over.
    #[track_caller]
    pub fn received(&self) -> Vec<u8> {
        let mut data = self.data();
        assert!(self.transferred() <= data.len(), "more than there is room for");
        data.truncate(self.transferred());
        data
    }

    /// Uses another operation's event from now on. The other must live longer.
    pub fn share_event(&self, other: &Operation) {
        unsafe { (*self.memory).overlapped.hEvent = other.event().handle() };
    }

    /// Writes a status as if the system had, to ask what it is reported as.
    pub fn forge(&self, status: u32) {
        unsafe {
            (*self.memory).overlapped.InternalHigh = 0;
            (*self.memory).overlapped.Internal = status as usize;
        }
    }

    /// Whether it is not over after a while that is long for an engine that would end it.
    pub fn stays_pending(&self) -> bool {
        // not synchronisation: nothing can be observed when nothing happens
        let waited = unsafe { WaitForSingleObject(self.event().handle(), 30) };
        waited == WAIT_TIMEOUT && self.is_pending()
    }

    /// Waits until it is over: by its event, if it has one. Its bytes or its Winsock error.
    #[track_caller]
    pub fn finish(&self, socket: &Socket) -> Outcome<u32> {
        match &self.event {
            Some(event) => event.wait(),
            None => eventually(|| !self.is_pending()),
        }
        self.result(socket).map(|(bytes, _)| bytes)
    }

    /// WSAGetOverlappedResult without waiting: bytes and flags.
    #[track_caller]
    pub fn result(&self, socket: &Socket) -> Outcome<(u32, u32)> {
        let (returned, bytes, flags) = self.result_raw(socket.raw(), false);
        if returned == Err(WSA_IO_INCOMPLETE) {
            assert_eq!((bytes, flags), (POISON, POISON), "outputs while pending");
        }
        returned.map(|()| (bytes, flags))
    }

    /// WSAGetOverlappedResult: its verdict, and the byte count and flags as it left them.
    pub fn result_raw(&self, socket: SOCKET, wait: bool) -> (Outcome<()>, u32, u32) {
        let (mut bytes, mut flags) = (POISON, POISON);
        let (overlapped, wait) = (self.overlapped(), i32::from(wait));
        let returned = call(0, || unsafe {
            WSAGetOverlappedResult(socket, overlapped, &mut bytes, wait, &mut flags)
        });
        (returned.map(drop), bytes, flags)
    }

    /// GetOverlappedResult without waiting: the bytes, or the error.
    pub fn win32_result(&self, socket: &Socket) -> Result<u32, u32> {
        let mut bytes = POISON;
        let overlapped = self.overlapped();
        let asked = || unsafe { GetOverlappedResult(socket.handle(), overlapped, &mut bytes, 0) };
        win32_call(0, asked).map(|_| bytes)
    }

    /// CancelIoEx of this operation.
    pub fn cancel(&self, socket: &Socket) -> Result<(), u32> {
        let handle = socket.handle();
        win32_call(0, || unsafe { CancelIoEx(handle, self.overlapped()) }).map(drop)
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

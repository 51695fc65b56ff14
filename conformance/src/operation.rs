//! One overlapped operation with the memory that belongs to it.
//!
//! # Safety
//!
//! An operation's OVERLAPPED and buffer are leaked: whatever a test does, they outlive the
//! system's use of them. They are only touched through raw pointers, and the fields the system
//! writes are read once the operation is over, or atomically.

#![allow(clippy::undocumented_unsafe_blocks, reason = "argued once, above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ffi::c_void;
use std::ptr::{from_ref, null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

use overlapped::sys::*;

use crate::pair::{ADDRESS_BYTES, Socket};
use crate::port::{PATIENCE_MS, POISON, last_error, poison_last_error};

/// What an overlapped call said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// 0 or TRUE, and the byte count it stored.
    Done(u32),
    /// 997: it completes later.
    Pending,
    /// Any other error.
    Failed(u32),
}

impl Start {
    fn of(succeeded: bool, count: u32) -> Self {
        match (succeeded, last_error()) {
            (true, _) => Start::Done(count),
            (false, ERROR_IO_PENDING) => Start::Pending,
            (false, error) => Start::Failed(error),
        }
    }

    /// Whether a packet is due: it succeeded or pends.
    pub fn begun(self) -> bool {
        !matches!(self, Start::Failed(_))
    }
}

/// An event object, closed at the end of its scope.
#[derive(Debug)]
pub struct Event(usize);

impl Event {
    /// Manual-reset, not signalled.
    pub fn new() -> Self {
        Self(unsafe { CreateEventW(null(), 1, 0, null()) } as usize)
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0 as HANDLE
    }

    /// Whether it is signalled now.
    pub fn is_set(&self) -> bool {
        is_signalled(self.handle())
    }

    /// Waits until it is signalled.
    pub fn wait(&self) {
        assert_eq!(unsafe { WaitForSingleObject(self.handle(), PATIENCE_MS) }, WAIT_OBJECT_0);
    }

    /// Signals it.
    pub fn set(&self) {
        assert_eq!(unsafe { SetEvent(self.handle()) }, 1);
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.handle()) };
    }
}

/// Whether a handle is signalled now.
pub fn is_signalled(handle: HANDLE) -> bool {
    match unsafe { WaitForSingleObject(handle, 0) } {
        WAIT_OBJECT_0 => true,
        WAIT_TIMEOUT => false,
        other => panic!("WaitForSingleObject said {other:#x}"),
    }
}

/// An OVERLAPPED with a buffer.
#[derive(Clone, Copy)]
pub struct Operation {
    overlapped: *mut OVERLAPPED,
    buffer: WSABUF,
}

// Several threads may issue, cancel and await one operation.
unsafe impl Send for Operation {}
unsafe impl Sync for Operation {}

impl Operation {
    /// With `room` bytes, and an OVERLAPPED that holds poison where the system writes.
    pub fn new(room: usize) -> Self {
        let poisoned = OVERLAPPED {
            Internal: POISON as usize,
            InternalHigh: POISON as usize,
            ..Default::default()
        };
        let buf = Box::leak(vec![0xAA_u8; room].into_boxed_slice()).as_mut_ptr();
        let buffer = WSABUF { len: room as u32, buf };
        Self { overlapped: Box::leak(Box::new(poisoned)), buffer }
    }

    /// With an event in hEvent; `tag` is its lowest bit.
    pub fn with_event(room: usize, event: &Event, tag: usize) -> Self {
        let new = Self::new(room);
        new.set_event(event, tag);
        new
    }

    /// Puts an event into hEvent; `tag` is its lowest bit.
    pub fn set_event(&self, event: &Event, tag: usize) {
        unsafe { (*self.overlapped).hEvent = (event.0 | tag) as HANDLE };
    }

    /// That sends `data`.
    pub fn of(data: &[u8]) -> Self {
        let new = Self::new(data.len());
        unsafe { new.buffer.buf.copy_from_nonoverlapping(data.as_ptr(), data.len()) };
        new
    }

    /// The OVERLAPPED as packets carry it.
    pub fn address(&self) -> usize {
        self.overlapped as usize
    }

    /// The OVERLAPPED itself.
    pub fn overlapped(&self) -> *mut OVERLAPPED {
        self.overlapped
    }

    /// `Internal`: the NTSTATUS.
    pub fn status(&self) -> u32 {
        let internal = unsafe { AtomicUsize::from_ptr(&raw mut (*self.overlapped).Internal) };
        internal.load(Ordering::Acquire) as u32
    }

    /// `InternalHigh`: the bytes.
    pub fn transferred(&self) -> usize {
        unsafe { (*self.overlapped).InternalHigh }
    }

    /// The first bytes of the buffer.
    pub fn data(&self, length: usize) -> Vec<u8> {
        assert!(length <= self.buffer.len as usize);
        unsafe { std::slice::from_raw_parts(self.buffer.buf, length) }.to_vec()
    }

    /// WSARecv.
    pub fn receive(&self, socket: &Socket) -> Start {
        let (mut count, mut flags) = (POISON, 0);
        poison_last_error();
        let got = unsafe {
            WSARecv(socket.0, &self.buffer, 1, &mut count, &mut flags, self.overlapped, None)
        };
        Start::of(got == 0, count)
    }

    /// WSASend.
    pub fn send(&self, socket: &Socket) -> Start {
        let mut count = POISON;
        poison_last_error();
        let sent =
            unsafe { WSASend(socket.0, &self.buffer, 1, &mut count, 0, self.overlapped, None) };
        Start::of(sent == 0, count)
    }

    /// WSARecv with a completion routine that must never run.
    pub fn receive_with_routine(&self, socket: &Socket) -> Start {
        unsafe extern "system" fn never(_: u32, _: u32, _: *mut OVERLAPPED, _: u32) {
            std::process::abort();
        }
        let (mut count, mut flags) = (POISON, 0);
        poison_last_error();
        let (routine, ov) = (Some(never as unsafe extern "system" fn(_, _, _, _)), self.overlapped);
        let got =
            unsafe { WSARecv(socket.0, &self.buffer, 1, &mut count, &mut flags, ov, routine) };
        Start::of(got == 0, count)
    }

    /// AcceptEx that awaits no data; it needs 64 bytes of room.
    pub fn accept(&self, listener: &Socket, acceptor: &Socket) -> Start {
        assert!(self.buffer.len >= 64);
        let mut count = POISON;
        poison_last_error();
        let (buffer, ov) = (self.buffer.buf.cast(), self.overlapped);
        let said = unsafe { AcceptEx(listener.0, acceptor.0, buffer, 0, 32, 32, &mut count, ov) };
        Start::of(said != 0, count)
    }

    /// ConnectEx without data.
    pub fn connect(&self, socket: &Socket, to: &SOCKADDR_IN) -> Start {
        let connect = connect_ex(socket).expect("found by its GUID");
        let mut count = POISON;
        poison_last_error();
        let (name, ov) = (from_ref(to).cast(), self.overlapped);
        let said = unsafe { connect(socket.0, name, ADDRESS_BYTES, null(), 0, &mut count, ov) };
        Start::of(said != 0, count)
    }

    /// DisconnectEx without reuse.
    pub fn disconnect(&self, socket: &Socket) -> Start {
        let address = extension(socket, &WSAID_DISCONNECTEX);
        let disconnect: LPFN_DISCONNECTEX = unsafe { std::mem::transmute(address) };
        poison_last_error();
        let disconnect = disconnect.expect("found by its GUID");
        Start::of(unsafe { disconnect(socket.0, self.overlapped, 0, 0) } != 0, 0)
    }

    /// WSAIoctl.
    pub fn control(&self, socket: &Socket, code: u32, input: &[u8], output: &mut [u8]) -> Start {
        let mut count = POISON;
        poison_last_error();
        let (from, to) = (input.as_ptr().cast::<c_void>(), output.as_mut_ptr().cast::<c_void>());
        let (given, room) = (input.len() as u32, output.len() as u32);
        let said = unsafe {
            let ov = self.overlapped;
            WSAIoctl(socket.0, code, from, given, to, room, &mut count, ov, None)
        };
        Start::of(said == 0, count)
    }

    /// CancelIoEx of this operation: 0, or the error.
    pub fn cancel(&self, socket: &Socket) -> u32 {
        poison_last_error();
        match unsafe { CancelIoEx(socket.handle(), self.overlapped) } {
            0 => last_error(),
            _ => 0,
        }
    }

    /// WSAGetOverlappedResult without waiting: the bytes, or the error.
    pub fn winsock_result(&self, socket: &Socket) -> Result<u32, u32> {
        let (mut count, mut flags) = (POISON, POISON);
        poison_last_error();
        let said =
            unsafe { WSAGetOverlappedResult(socket.0, self.overlapped, &mut count, 0, &mut flags) };
        if said != 0 { Ok(count) } else { Err(last_error()) }
    }

    /// GetOverlappedResult without waiting: the bytes, or the error.
    pub fn win32_result(&self, socket: &Socket) -> Result<u32, u32> {
        let mut count = POISON;
        poison_last_error();
        let said = unsafe { GetOverlappedResult(socket.handle(), self.overlapped, &mut count, 0) };
        if said != 0 { Ok(count) } else { Err(last_error()) }
    }

    /// Writes a status as if the system had, to ask what it is reported as.
    pub fn forge(&self, status: u32) {
        unsafe {
            (*self.overlapped).InternalHigh = 0;
            (*self.overlapped).Internal = status as usize;
        }
    }
}

/// The address of an extension function.
fn extension(socket: &Socket, id: &GUID) -> usize {
    let (mut address, mut count) = (0usize, POISON);
    let said = unsafe {
        let (from, to) = (from_ref(id).cast::<c_void>(), (&raw mut address).cast::<c_void>());
        let code = SIO_GET_EXTENSION_FUNCTION_POINTER;
        WSAIoctl(socket.0, code, from, 16, to, 8, &mut count, null_mut(), None)
    };
    assert_eq!((said, count), (0, 8));
    address
}

fn connect_ex(socket: &Socket) -> LPFN_CONNECTEX {
    unsafe { std::mem::transmute(extension(socket, &WSAID_CONNECTEX)) }
}

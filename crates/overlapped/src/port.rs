//! The completion port.
//!
//! # Safety
//!
//! A packet's key says what its OVERLAPPED pointer is: an operation in flight of this very port,
//! a boxed value that was posted, or nothing. The port's handle is closed only when no thread can
//! be using it any more, so a packet can never come from another port.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::collections::HashSet;
use std::marker::PhantomData;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::associated::Associated;
use crate::error::{Error, Result};
use crate::operation::{Flight, Operation};
use crate::socket::Socket;
use crate::sys::{self, HANDLE, OVERLAPPED, OVERLAPPED_ENTRY, SOCKET};

/// The keys of the packets of a port.
const OPERATION: usize = 0;
const POSTED: usize = 1;
const CLOSED: usize = 2;

/// The most packets one batch takes.
const BATCH_MAX: usize = 64;

/// A completion port: finished operations in the order in which they finished, handed to the
/// threads that wait for them, the newest first, at most `concurrency` of them running at once; one
/// that blocks is replaced by one that waits.
///
/// `K` is the data of a socket (the completion key of the textbooks), `D` that of an operation.
/// Share the port by reference or in an `Arc`.
///
/// Dropping it cancels what is in flight on its sockets. An operation whose completion nobody
/// takes is leaked rather than freed while the system may still write into it.
#[derive(Debug)]
pub struct Port<K, D> {
    shared: Arc<Shared>,
    types: PhantomData<Types<K, D>>,
}

/// Takes and gives both, and holds neither: a port is shared between threads whatever they are.
type Types<K, D> = fn(K, D) -> (K, D);

/// What a port gives: a finished operation, or what somebody posted.
#[derive(Debug)]
pub enum Packet<K, D> {
    /// An operation is over.
    Done(Completion<K, D>),
    /// [`Port::post`].
    Posted(D),
}

/// A finished operation.
#[derive(Debug)]
pub struct Completion<K, D> {
    /// The socket it was issued on; if this is the last reference, dropping it closes the socket.
    pub socket: Arc<Associated<K, D>>,
    /// The operation, ready to be used again.
    pub operation: Operation<D>,
    /// The bytes transferred, or why it failed.
    pub result: Result<usize>,
}

/// The part of a port that its sockets know.
#[derive(Debug)]
pub(crate) struct Shared {
    handle: usize,
    closed: AtomicBool,
    sockets: Mutex<HashSet<SOCKET>>,
}

impl Shared {
    fn sockets(&self) -> std::sync::MutexGuard<'_, HashSet<SOCKET>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn remember(&self, socket: SOCKET) {
        self.sockets().insert(socket);
    }

    pub(crate) fn forget(&self, socket: SOCKET) {
        self.sockets().remove(&socket);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn port(&self) -> HANDLE {
        self.handle as HANDLE
    }

    fn post(&self, key: usize, overlapped: *const OVERLAPPED) -> Result<()> {
        // SAFETY: the handle is open while `self` lives; the pointer is a value to the system.
        match unsafe { sys::PostQueuedCompletionStatus(self.port(), 0, key, overlapped) } {
            0 => Err(Error::last()),
            _ => Ok(()),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: neither the port nor a socket of it is left to use the handle.
        unsafe { sys::CloseHandle(self.port()) };
    }
}

impl<K, D> Port<K, D>
where
    K: Send + Sync + 'static,
    D: Send + 'static,
{
    /// A port that lets `concurrency` threads run at once; 0: as many as there are processors.
    pub fn new(concurrency: u32) -> Result<Self> {
        // SAFETY: the arguments are values, no memory is handed over.
        let handle = unsafe {
            sys::CreateIoCompletionPort(sys::INVALID_HANDLE_VALUE, null_mut(), 0, concurrency)
        };
        if handle.is_null() {
            return Err(Error::last());
        }
        let (closed, sockets) = (AtomicBool::new(false), Mutex::default());
        let shared = Arc::new(Shared { handle: handle as usize, closed, sockets });
        Ok(Self { shared, types: PhantomData })
    }

    /// Gives the port a socket for good: its operations complete here, with `key`.
    pub fn associate(&self, socket: impl Into<Socket>, key: K) -> Result<Arc<Associated<K, D>>> {
        let (socket, port) = (socket.into(), self.shared.port());
        // SAFETY: both handles are open; the key is the system's to carry only.
        let associated =
            unsafe { sys::CreateIoCompletionPort(socket.as_raw() as HANDLE, port, OPERATION, 0) };
        if associated.is_null() {
            return Err(Error::last());
        }
        Ok(Arc::new(Associated::new(socket, self.shared.clone(), key)))
    }

    /// Queues `data` as a packet of its own; it wakes a waiting thread.
    pub fn post(&self, data: D) -> Result<()> {
        let boxed = Box::into_raw(Box::new(data));
        self.shared.post(POSTED, boxed.cast()).inspect_err(|_| {
            // SAFETY: it was not queued, so nobody else has the box.
            drop(unsafe { Box::from_raw(boxed) });
        })
    }

    /// Waits for the oldest packet. Err: 735 once the port is closed.
    pub fn get(&self) -> Result<Packet<K, D>> {
        match self.poll(None)? {
            Some(packet) => Ok(packet),
            None => Err(Error::from_code(sys::WAIT_TIMEOUT)), // a wait without end does not end
        }
    }

    /// The oldest packet, waiting at most `timeout`; `None`: for ever. A timeout is rounded up to
    /// whole milliseconds.
    pub fn poll(&self, timeout: Option<Duration>) -> Result<Option<Packet<K, D>>> {
        let (mut bytes, mut key, mut overlapped) = (0, 0, null_mut());
        // SAFETY: the three outputs are locals, written during the call only.
        let ok = unsafe {
            let (port, limit_ms) = (self.shared.port(), milliseconds(timeout));
            sys::GetQueuedCompletionStatus(port, &mut bytes, &mut key, &mut overlapped, limit_ms)
        };
        if ok == 0 && overlapped.is_null() {
            return match Error::last() {
                error if error.code() == sys::WAIT_TIMEOUT => Ok(None),
                error => Err(error),
            };
        }
        let result = if ok == 0 { Err(Error::last()) } else { Ok(bytes as usize) };
        self.unpack(key, overlapped, bytes, result).map(Some)
    }

    /// Waits for a packet as [`Port::poll`] does, and appends it and what else is queued, at most
    /// 64 in all, to `packets`. Returns how many; 0: time was up.
    pub fn get_many(
        &self,
        packets: &mut Vec<Packet<K, D>>,
        timeout: Option<Duration>,
    ) -> Result<usize> {
        let mut entries = [OVERLAPPED_ENTRY::default(); BATCH_MAX];
        let mut count = 0;
        // SAFETY: the entries and the count are locals.
        let ok = unsafe {
            let (port, limit_ms) = (self.shared.port(), milliseconds(timeout));
            let (room, most) = (entries.as_mut_ptr(), BATCH_MAX as u32);
            sys::GetQueuedCompletionStatusEx(port, room, most, &mut count, limit_ms, 0)
        };
        if ok == 0 {
            return match Error::last() {
                error if error.code() == sys::WAIT_TIMEOUT => Ok(0),
                error => Err(error),
            };
        }
        let before = packets.len();
        for entry in &entries[..count as usize] {
            let (key, bytes) = (entry.lpCompletionKey, entry.dwNumberOfBytesTransferred);
            let result = match (key, entry.Internal) {
                (OPERATION, status) if status != 0 => Err(self.failure(entry.lpOverlapped)),
                _ => Ok(bytes as usize),
            };
            match self.unpack(key, entry.lpOverlapped, bytes, result) {
                Ok(packet) => packets.push(packet),
                Err(error) if packets.len() == before => return Err(error),
                Err(_) => {} // closed: the next call says so
            }
        }
        Ok(packets.len() - before)
    }

    /// The Win32 number of a failed operation of a batch.
    fn failure(&self, overlapped: *mut OVERLAPPED) -> Error {
        let flight: *mut Flight<D> = overlapped.cast();
        let mut bytes = 0;
        // SAFETY: the operation is over and not yet taken back, so it and the socket it holds
        // are there.
        unsafe {
            let owner = (*flight).owner.cast::<Associated<K, D>>();
            let socket = (*owner).as_raw() as HANDLE;
            sys::GetOverlappedResult(socket, overlapped, &mut bytes, 0);
        }
        Error::last()
    }

    fn unpack(
        &self,
        key: usize,
        overlapped: *mut OVERLAPPED,
        bytes: u32,
        result: Result<usize>,
    ) -> Result<Packet<K, D>> {
        match key {
            OPERATION => {
                let flight: *mut Flight<D> = overlapped.cast();
                // SAFETY: this packet gives back an operation in flight of this port, with the
                // reference to its socket; both are of this port's types (associated.rs).
                let (socket, operation) = unsafe {
                    let owner = (*flight).owner.cast::<Associated<K, D>>();
                    (Arc::from_raw(owner), Operation::land(flight, bytes))
                };
                Ok(Packet::Done(Completion { socket, operation, result }))
            }
            // SAFETY: the pointer is the box that `post` queued; this packet owns it.
            POSTED => Ok(Packet::Posted(*unsafe { Box::from_raw(overlapped.cast::<D>()) })),
            _ => {
                _ = self.shared.post(CLOSED, null()); // for the next thread
                Err(Error::from_code(sys::ERROR_ABANDONED_WAIT_0))
            }
        }
    }
}

impl<K, D> Port<K, D> {
    /// Ends the port: what is queued is still given out, then every [`Port::get`], waiting now or
    /// called later, fails with 735, and so does every new operation.
    pub fn close(&self) {
        if !self.shared.closed.swap(true, Ordering::AcqRel) {
            _ = self.shared.post(CLOSED, null());
        }
    }
}

impl<K, D> Drop for Port<K, D> {
    fn drop(&mut self) {
        self.close();
        for &socket in self.shared.sockets().iter() {
            // SAFETY: the socket is open: before it is closed it is forgotten, under this lock.
            unsafe { sys::CancelIoEx(socket as HANDLE, null()) };
        }
        _ = self.shared.post(LAST, null());
        loop {
            let (mut bytes, mut key, mut overlapped) = (0, 0, null_mut());
            // SAFETY: the three outputs are locals, written during the call only.
            unsafe {
                let port = self.shared.port();
                sys::GetQueuedCompletionStatus(port, &mut bytes, &mut key, &mut overlapped, 1000)
            };
            match (key, overlapped.is_null()) {
                // SAFETY: as in `unpack`; the packet's owner drops it.
                (OPERATION, false) => unsafe {
                    let flight: *mut Flight<D> = overlapped.cast();
                    let owner = (*flight).owner.cast::<Associated<K, D>>();
                    drop((Operation::land(flight, bytes), Arc::from_raw(owner)));
                },
                // SAFETY: as in `unpack`; the packet's owner drops it.
                (POSTED, _) => drop(unsafe { Box::from_raw(overlapped.cast::<D>()) }),
                (CLOSED, _) => {}
                _ => return, // LAST, or nothing came for a second
            }
        }
    }
}

/// The key of the packet that ends the drain of a dropped port.
const LAST: usize = 3;

pub(crate) fn milliseconds(timeout: Option<Duration>) -> u32 {
    const LONGEST: u32 = sys::INFINITE - 1;
    timeout.map_or(sys::INFINITE, |timeout| {
        u32::try_from(timeout.as_nanos().div_ceil(1_000_000)).map_or(LONGEST, |ms| ms.min(LONGEST))
    })
}

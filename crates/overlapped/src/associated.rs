//! A socket that a port has: every call on it begins an operation and returns at once.
//!
//! # Safety
//!
//! A launched operation is the system's until its packet is dequeued (operation.rs), and so is
//! the reference to the socket that it carries.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::fmt;
use std::marker::PhantomData;
use std::mem::zeroed;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::{Deref, Range};
use std::ptr::{null, null_mut};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::address::Address;
use crate::error::{Error, Result};
use crate::operation::{ACCEPT_ADDRESS_BYTES, Flight, Operation, Refused};
use crate::port::Shared;
use crate::socket::Socket;
use crate::sys::{self, HANDLE, OVERLAPPED, SOCKET};

/// A socket associated with a [`Port`](crate::Port), and its key.
///
/// It is closed when the last reference goes; every operation in flight holds one. A call that
/// begins an operation takes a reference: clone the `Arc` to keep one.
pub struct Associated<K, D> {
    socket: Socket,
    shared: Arc<Shared>,
    key: K,
    data: PhantomData<fn(D) -> D>,
}

impl<K, D> Deref for Associated<K, D> {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl<K, D> Drop for Associated<K, D> {
    fn drop(&mut self) {
        self.shared.forget(self.socket.as_raw());
    }
}

impl<K: fmt::Debug, D> fmt::Debug for Associated<K, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Associated").field("socket", &self.socket).field("key", &self.key).finish()
    }
}

/// What beginning an operation returns: nothing, or the operation and why not.
pub type Begun<D> = std::result::Result<(), Refused<D>>;

impl<K, D> Associated<K, D> {
    pub(crate) fn new(socket: Socket, shared: Arc<Shared>, key: K) -> Self {
        shared.remember(socket.as_raw());
        Self { socket, shared, key, data: PhantomData }
    }

    /// The key given at association.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Cancels every operation in flight on the socket; each still completes, with 995 or with
    /// what it had achieved (S1.73, S1.76). Err: 1168 if there was none.
    pub fn cancel(&self) -> Result<()> {
        // SAFETY: the handle is this socket's own.
        match unsafe { sys::CancelIoEx(self.as_raw() as HANDLE, null()) } {
            0 => Err(Error::last()),
            _ => Ok(()),
        }
    }

    /// Receives into the operation's buffer: completes with at least one byte, or with 0 at the
    /// end of the stream (S2.14, S2.18). An empty buffer waits for data and takes none (S2.21).
    pub fn recv(self: Arc<Self>, operation: Operation<D>) -> Begun<D> {
        self.begin(operation, |socket, flight, overlapped| {
            let (buffer, mut flags) = (flight.whole(), 0);
            // SAFETY: buffer and OVERLAPPED are the system's until the packet.
            unsafe { sys::WSARecv(socket, &buffer, 1, null_mut(), &mut flags, overlapped, None) }
        })
    }

    /// Sends `range` of the operation's buffer, all of it (S2.31).
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn send(self: Arc<Self>, operation: Operation<D>, range: Range<usize>) -> Begun<D> {
        self.begin(operation, |socket, flight, overlapped| {
            let buffer = flight.part(range);
            // SAFETY: buffer and OVERLAPPED are the system's until the packet.
            unsafe { sys::WSASend(socket, &buffer, 1, null_mut(), 0, overlapped, None) }
        })
    }

    /// Sends parts, in order and as one (S2.36); they are kept until they are sent.
    pub fn send_gathered(
        self: Arc<Self>,
        operation: Operation<D>,
        parts: impl IntoIterator<Item = Bytes>,
    ) -> Begun<D> {
        self.begin(operation, |socket, flight, overlapped| {
            let buffers = flight.gather(parts);
            let count = buffers.len() as u32;
            // SAFETY: parts and OVERLAPPED are the system's until the packet; the array of
            // buffers is read during the call (S2.1).
            unsafe {
                sys::WSASend(socket, buffers.as_ptr(), count, null_mut(), 0, overlapped, None)
            }
        })
    }

    /// Receives a datagram; [`Operation::sender`] tells from whom. One that is longer than the
    /// buffer is cut and completes with 234 (S2.45).
    pub fn recv_from(self: Arc<Self>, operation: Operation<D>) -> Begun<D> {
        self.begin(operation, |socket, flight, overlapped| {
            let (buffer, mut flags) = (flight.whole(), 0);
            let (from, length) = flight.sender_room().as_mut_parts();
            // SAFETY: buffer, address and OVERLAPPED are the system's until the packet.
            unsafe {
                let flags = &mut flags;
                let count = null_mut();
                sys::WSARecvFrom(socket, &buffer, 1, count, flags, from, length, overlapped, None)
            }
        })
    }

    /// Sends `range` of the operation's buffer as a datagram to `peer`.
    ///
    /// # Panics
    ///
    /// If the range lies outside of the buffer.
    pub fn send_to(
        self: Arc<Self>,
        operation: Operation<D>,
        range: Range<usize>,
        peer: SocketAddr,
    ) -> Begun<D> {
        let peer = Address::from(peer);
        self.begin(operation, |socket, flight, overlapped| {
            let (buffer, to, length) = (flight.part(range), peer.as_ptr(), peer.len());
            // SAFETY: buffer and OVERLAPPED are the system's until the packet; the address is
            // read during the call.
            unsafe {
                sys::WSASendTo(socket, &buffer, 1, null_mut(), 0, to, length, overlapped, None)
            }
        })
    }

    /// Waits for a connection on a listener; [`Operation::accepted`] takes it (S3.7).
    pub fn accept(self: Arc<Self>, mut operation: Operation<D>) -> Begun<D> {
        let acceptor = self.local_addr().and_then(|local| Socket::stream(&local));
        let acceptor = match acceptor {
            Ok(acceptor) => acceptor,
            Err(error) => return Err(Refused { error, operation }),
        };
        operation.flight().accept_room(self.as_raw(), acceptor);
        self.begin(operation, |listener, flight, overlapped| {
            let crate::operation::Extra::Accept(accepting) = &mut flight.extra else {
                unreachable!("set above")
            };
            let socket = accepting.socket.as_ref().map_or(sys::INVALID_SOCKET, Socket::as_raw);
            let (buffer, room) = (accepting.addresses.as_mut_ptr().cast(), ACCEPT_ADDRESS_BYTES);
            let mut bytes = 0;
            // SAFETY: the addresses and the OVERLAPPED are the system's until the packet.
            let begun = unsafe {
                sys::AcceptEx(listener, socket, buffer, 0, room, room, &mut bytes, overlapped)
            };
            begun - 1 // a BOOL as the others' result: 0 or SOCKET_ERROR
        })
    }

    /// Connects to `peer`; binds the socket to any address first if it is not bound (S3.21).
    pub fn connect(self: Arc<Self>, operation: Operation<D>, peer: SocketAddr) -> Begun<D> {
        if self.local_addr().is_err() {
            let any = match peer {
                SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
                SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
            };
            if let Err(error) = self.bind(any) {
                return Err(Refused { error, operation });
            }
        }
        let connect_ex = match connect_ex(&self.socket) {
            Ok(function) => function,
            Err(error) => return Err(Refused { error, operation }),
        };
        let peer = Address::from(peer);
        self.begin(operation, |socket, _, overlapped| {
            let (to, length) = (peer.as_ptr(), peer.len());
            // SAFETY: the OVERLAPPED is the system's until the packet; the address is read
            // during the call.
            unsafe { connect_ex(socket, to, length, null(), 0, null_mut(), overlapped) - 1 }
        })
    }

    /// After a connect has completed: makes names and shutdown work (S3.25).
    pub fn finish_connect(&self) -> Result<()> {
        let (socket, name) = (self.as_raw(), sys::SO_UPDATE_CONNECT_CONTEXT);
        // SAFETY: the option has no value.
        let set = unsafe { sys::setsockopt(socket, sys::SOL_SOCKET, name, null(), 0) };
        crate::socket::check(set)
    }

    /// Launches the operation and makes the call. It comes back if the call fails at once: then
    /// no packet will come (S1.47).
    fn begin(
        self: Arc<Self>,
        mut operation: Operation<D>,
        call: impl FnOnce(SOCKET, &mut Flight<D>, *mut OVERLAPPED) -> i32,
    ) -> Begun<D> {
        if self.shared.is_closed() {
            let error = Error::from_code(sys::ERROR_ABANDONED_WAIT_0);
            return Err(Refused { error, operation });
        }
        let socket = self.as_raw();
        // SAFETY: an OVERLAPPED of zeros is a fresh one.
        operation.flight().overlapped = unsafe { zeroed() };
        operation.flight().owner = Arc::into_raw(self).cast();
        let flight = operation.launch();
        // SAFETY: until the call is made the allocation is still this thread's alone.
        let result = unsafe { call(socket, &mut *flight, flight.cast()) };
        if result == 0 {
            return Ok(());
        }
        let error = Error::last();
        // A cut datagram fails at once and queues its packet all the same (S1.48).
        if matches!(error.code(), sys::ERROR_IO_PENDING | MESSAGE_SIZE) {
            return Ok(());
        }
        // SAFETY: the call failed at once: the system has let go of both (S1.47).
        let operation = unsafe {
            drop(Arc::from_raw((*flight).owner.cast::<Self>()));
            Operation::land(flight, 0)
        };
        Err(Refused { error, operation })
    }
}

const MESSAGE_SIZE: u32 = 10040;

type ConnectEx = unsafe extern "system" fn(
    SOCKET,
    *const sys::SOCKADDR,
    i32,
    *const std::ffi::c_void,
    u32,
    *mut u32,
    *mut OVERLAPPED,
) -> sys::BOOL;

/// ConnectEx is reached through the socket's provider (S3.39).
fn connect_ex(socket: &Socket) -> Result<ConnectEx> {
    static FOUND: OnceLock<ConnectEx> = OnceLock::new();
    if let Some(&found) = FOUND.get() {
        return Ok(found);
    }
    let (id, mut function, mut bytes) = (sys::WSAID_CONNECTEX, None::<ConnectEx>, 0);
    let code = sys::SIO_GET_EXTENSION_FUNCTION_POINTER;
    let sizes = (size_of_val(&id) as u32, size_of_val(&function) as u32);
    // SAFETY: the identifier is read, and a pointer is written, within locals.
    let found = unsafe {
        let (input, output) = ((&raw const id).cast(), (&raw mut function).cast());
        let (socket, nothing) = (socket.as_raw(), null_mut());
        sys::WSAIoctl(socket, code, input, sizes.0, output, sizes.1, &mut bytes, nothing, None)
    };
    crate::socket::check(found)?;
    let function = function.ok_or(Error::from_code(10045))?;
    Ok(*FOUND.get_or_init(|| function))
}

//! An operation: the OVERLAPPED, the buffer, and the caller's data, in one allocation that is
//! used again and again.
//!
//! ```text
//!   Operation::new ──▶ idle ──recv, send, accept …──▶ in flight ──Port::get──▶ idle again
//!                      yours                          the system's             yours
//! ```
//!
//! # Safety
//!
//! In flight the allocation belongs to the system: nobody has a reference to it, and only the
//! packet that carries its address gives it back. If the packet never comes it is never freed.

#![allow(unsafe_code, reason = "hands its memory to the system")]

use std::fmt;
use std::mem::zeroed;
use std::net::SocketAddr;
use std::ops::Range;

use bytes::Bytes;

use crate::address::Address;
use crate::error::{Error, Result};
use crate::socket::{Socket, check};
use crate::sys::{self, OVERLAPPED, WSABUF};

/// Bytes AcceptEx wants for each address: the largest and 16 (S3.5).
pub(crate) const ACCEPT_ADDRESS_BYTES: u32 = size_of::<sys::SOCKADDR_IN6>() as u32 + 16;

/// An operation that is not in flight: a buffer, and data of yours that comes back with it.
///
/// ```
/// # use overlapped::Operation;
/// let operation = Operation::new(4096, "what this is for");
/// assert_eq!(operation.buffer().len(), 4096);
/// ```
pub struct Operation<D>(Box<Flight<D>>);

/// The OVERLAPPED must come first: its address is the allocation's.
#[repr(C)]
pub(crate) struct Flight<D> {
    pub(crate) overlapped: OVERLAPPED,
    /// The associated socket that it was issued on, as `Arc::into_raw` gave it; in flight only.
    pub(crate) owner: *const (),
    buffer: Vec<u8>,
    bytes: u32,
    pub(crate) extra: Extra,
    data: D,
}

/// What some kinds of operation need besides.
pub(crate) enum Extra {
    None,
    Accept(Box<Accepting>),
    Gather(Box<Gather>),
    Sender(Box<Address>),
}

/// AcceptEx: the socket that becomes the connection, and room for both addresses.
pub(crate) struct Accepting {
    pub(crate) listener: usize,
    pub(crate) socket: Option<Socket>,
    pub(crate) addresses: [u8; 2 * ACCEPT_ADDRESS_BYTES as usize],
}

/// A gathered send: the parts, kept until they are sent, and the array that names them.
#[derive(Default)]
pub(crate) struct Gather {
    parts: Vec<Bytes>,
    buffers: Vec<WSABUF>,
}

// SAFETY: owner and the WSABUFs are addresses that are used while the operation is in flight, by
// the system; what they point to (an Arc, Bytes, the buffer) may move between threads with it.
unsafe impl<D: Send> Send for Operation<D> {}
// SAFETY: a shared reference gives access to the buffer and the data only.
unsafe impl<D: Sync> Sync for Operation<D> {}

impl<D> Operation<D> {
    /// An operation with a zeroed buffer of `buffer_bytes`, and your data.
    pub fn new(buffer_bytes: usize, data: D) -> Self {
        Self::with_buffer(vec![0; buffer_bytes], data)
    }

    /// An operation with this buffer: receives fill its length, not its capacity.
    pub fn with_buffer(buffer: Vec<u8>, data: D) -> Self {
        Self(Box::new(Flight {
            // SAFETY: an OVERLAPPED of zeros is a fresh one.
            overlapped: unsafe { zeroed() },
            owner: std::ptr::null(),
            buffer,
            bytes: 0,
            extra: Extra::None,
            data,
        }))
    }

    /// Your data.
    pub fn data(&self) -> &D {
        &self.0.data
    }

    /// Your data, to change.
    pub fn data_mut(&mut self) -> &mut D {
        &mut self.0.data
    }

    /// The whole buffer.
    pub fn buffer(&self) -> &[u8] {
        &self.0.buffer
    }

    /// The buffer, to fill or to replace.
    pub fn buffer_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0.buffer
    }

    /// The bytes of the last receive.
    pub fn received(&self) -> &[u8] {
        &self.0.buffer[..self.0.buffer.len().min(self.0.bytes as usize)]
    }

    /// Who sent the datagram of the last [`recv_from`](crate::Associated::recv_from).
    pub fn sender(&self) -> Option<SocketAddr> {
        match &self.0.extra {
            Extra::Sender(sender) => sender.to_std(),
            _ => None,
        }
    }

    /// The connection of the last [`accept`](crate::Associated::accept), with the peer's address;
    /// once.
    pub fn accepted(&mut self) -> Result<(Socket, SocketAddr)> {
        const NOTHING: Error = Error::from_code(10057);
        let Extra::Accept(accepting) = &mut self.0.extra else {
            return Err(NOTHING);
        };
        accepting.take()
    }

    /// Takes buffer and data apart from the rest.
    pub fn into_parts(self) -> (Vec<u8>, D) {
        let flight = *self.0;
        (flight.buffer, flight.data)
    }

    pub(crate) fn flight(&mut self) -> &mut Flight<D> {
        &mut self.0
    }

    /// Gives the allocation to the system.
    pub(crate) fn launch(self) -> *mut Flight<D> {
        Box::into_raw(self.0)
    }

    /// Takes it back, `bytes` having been transferred.
    ///
    /// # Safety
    ///
    /// `flight` is from [`Operation::launch`], and the system is done with it.
    pub(crate) unsafe fn land(flight: *mut Flight<D>, bytes: u32) -> Self {
        // SAFETY: the caller says that the allocation is ours again.
        let mut flight = unsafe { Box::from_raw(flight) };
        flight.bytes = bytes;
        if let Extra::Gather(gather) = &mut flight.extra {
            gather.clear();
        }
        Self(flight)
    }
}

impl<D> Flight<D> {
    /// The buffer as a WSABUF.
    pub(crate) fn whole(&mut self) -> WSABUF {
        WSABUF { len: self.buffer.len() as u32, buf: self.buffer.as_mut_ptr() }
    }

    /// Part of the buffer as a WSABUF.
    pub(crate) fn part(&mut self, range: Range<usize>) -> WSABUF {
        let part = &mut self.buffer[range];
        WSABUF { len: part.len() as u32, buf: part.as_mut_ptr() }
    }

    /// Takes the parts of a gathered send.
    pub(crate) fn gather(&mut self, parts: impl IntoIterator<Item = Bytes>) -> &[WSABUF] {
        if !matches!(self.extra, Extra::Gather(_)) {
            self.extra = Extra::Gather(Box::default());
        }
        let Extra::Gather(gather) = &mut self.extra else { unreachable!("set above") };
        gather.fill(parts);
        &gather.buffers
    }

    /// Room for a sender's address.
    pub(crate) fn sender_room(&mut self) -> &mut Address {
        if !matches!(self.extra, Extra::Sender(_)) {
            self.extra = Extra::Sender(Box::new(Address::empty()));
        }
        let Extra::Sender(sender) = &mut self.extra else { unreachable!("set above") };
        **sender = Address::empty();
        sender
    }

    /// Room for a connection on `listener`, that becomes `socket`.
    pub(crate) fn accept_room(&mut self, listener: usize, socket: Socket) -> &mut Accepting {
        if !matches!(self.extra, Extra::Accept(_)) {
            let addresses = [0; 2 * ACCEPT_ADDRESS_BYTES as usize];
            self.extra = Extra::Accept(Box::new(Accepting { listener, socket: None, addresses }));
        }
        let Extra::Accept(accepting) = &mut self.extra else { unreachable!("set above") };
        accepting.listener = listener;
        accepting.socket = Some(socket);
        accepting
    }
}

impl Gather {
    fn fill(&mut self, parts: impl IntoIterator<Item = Bytes>) {
        self.clear();
        self.parts.extend(parts);
        self.buffers.extend(self.parts.iter().map(|part| WSABUF {
            len: part.len() as u32,
            buf: part.as_ptr().cast_mut(), // a send only reads
        }));
    }

    fn clear(&mut self) {
        self.buffers.clear();
        self.parts.clear();
    }
}

impl Accepting {
    fn take(&mut self) -> Result<(Socket, SocketAddr)> {
        let socket = self.socket.take().ok_or(Error::from_code(10057))?;
        let listener = self.listener.to_ne_bytes();
        let size = listener.len() as i32;
        // SAFETY: eight bytes of a local are read (S3.17).
        check(unsafe {
            let name = sys::SO_UPDATE_ACCEPT_CONTEXT;
            sys::setsockopt(socket.as_raw(), sys::SOL_SOCKET, name, listener.as_ptr(), size)
        })?;
        let (mut local, mut remote) = (std::ptr::null_mut(), std::ptr::null_mut());
        let (mut local_len, mut remote_len) = (0, 0);
        // SAFETY: the buffer is that of the completed AcceptEx, with the same lengths (S3.6).
        let peer = unsafe {
            sys::GetAcceptExSockaddrs(
                self.addresses.as_ptr().cast(),
                0,
                ACCEPT_ADDRESS_BYTES,
                ACCEPT_ADDRESS_BYTES,
                &mut local,
                &mut local_len,
                &mut remote,
                &mut remote_len,
            );
            Address::read(remote, remote_len)
        };
        Ok((socket, peer.to_std().ok_or(Error::from_code(10047))?))
    }
}

impl<D: fmt::Debug> fmt::Debug for Operation<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("buffer_bytes", &self.0.buffer.len())
            .field("data", &self.0.data)
            .finish_non_exhaustive()
    }
}

/// An operation that could not begin: why, and the operation itself.
pub struct Refused<D> {
    /// Why.
    pub error: Error,
    /// Yours again.
    pub operation: Operation<D>,
}

impl<D> From<Refused<D>> for Error {
    fn from(refused: Refused<D>) -> Self {
        refused.error
    }
}

impl<D> fmt::Debug for Refused<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refused").field(&self.error).finish()
    }
}

impl<D> fmt::Display for Refused<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<D> std::error::Error for Refused<D> {}

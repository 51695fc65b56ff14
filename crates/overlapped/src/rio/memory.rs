//! Registered memory, cut into operations.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeBounds;
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;

use super::table::Table;
use crate::address::Address;
use crate::error::{Error, Result};
use crate::sys::{RIO_BUF, RIO_BUFFERID, RIORESULT, SOCKADDR_INET};

/// Behind each buffer there is room for the peer's address.
const ADDRESS_BYTES: usize = size_of::<SOCKADDR_INET>();
/// So addresses lie in memory.
const ALIGNMENT: usize = 8;
/// RIO_INVALID_BUFFERID.
const NO_BUFFER: RIO_BUFFERID = 0xFFFF_FFFF;

/// An operation that is not in flight: a slice of registered memory, and data of yours that comes
/// back with it.
pub struct Operation<D>(Box<Flight<D>>);

pub(super) struct Flight<D> {
    memory: Arc<Memory>,
    /// This operation's part of the memory, which no other has.
    offset: u32,
    length: u32,
    /// Bytes of the last transfer.
    bytes: u32,
    /// The key of the request queue it was on last.
    key: usize,
    data: D,
}

/// Memory that is registered as long as an operation has a part of it.
struct Memory {
    table: &'static Table,
    id: RIO_BUFFERID,
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory is plain bytes, of which each operation touches its own only.
unsafe impl Send for Memory {}
// SAFETY: sharing it gives number and place away, and no byte of it.
unsafe impl Sync for Memory {}

/// `count` operations with a zeroed buffer of `buffer_bytes` each, in memory that is registered at
/// once; `data` makes the data of each from its number. Fails with `WSAEINVAL` for no bytes at all,
/// and where there is no registered I/O.
///
/// # Panics
///
/// If it is more than 4 GiB.
pub fn operations<D>(
    count: usize,
    buffer_bytes: usize,
    mut data: impl FnMut(usize) -> D,
) -> Result<Vec<Operation<D>>> {
    let each =
        (buffer_bytes.next_multiple_of(ALIGNMENT) + ADDRESS_BYTES).next_multiple_of(ALIGNMENT);
    let bytes = count.checked_mul(each).and_then(|bytes| u32::try_from(bytes).ok());
    let memory = Arc::new(Memory::new(bytes.expect("a registration is below 4 GiB"))?);
    let operation = |at: usize| {
        let (memory, offset, length) = (memory.clone(), (at * each) as u32, buffer_bytes as u32);
        Operation(Box::new(Flight { memory, offset, length, bytes: 0, key: 0, data: data(at) }))
    };
    Ok((0..count).map(operation).collect())
}

impl Memory {
    fn new(bytes: u32) -> Result<Self> {
        let table = Table::of_system()?;
        let memory = vec![0u8; bytes as usize].into_boxed_slice();
        let (length, start) = (memory.len(), Box::into_raw(memory).cast::<u8>());
        let start = NonNull::new(start).expect("a box is somewhere");
        // SAFETY: the memory is this object's own until it is dropped, and deregistered before.
        let id = unsafe { (table.register_buffer)(start.as_ptr(), bytes) };
        let memory = Self { table, id, start, length };
        if id == NO_BUFFER { Err(Error::last()) } else { Ok(memory) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.id != NO_BUFFER {
            // SAFETY: no operation is left, so none is in flight.
            unsafe { (self.table.deregister_buffer)(self.id) };
        }
        let whole = std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), self.length);
        // SAFETY: the box that `new` took apart; nobody refers to it any more.
        drop(unsafe { Box::from_raw(whole) });
    }
}

impl<D> Operation<D> {
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
        // SAFETY: the part is this operation's alone, which is not in flight.
        unsafe { slice::from_raw_parts(self.start(), self.0.length as usize) }
    }

    /// The buffer, to fill.
    pub fn buffer_mut(&mut self) -> &mut [u8] {
        // SAFETY: the part is this operation's alone, borrowed mutably and not in flight.
        unsafe { slice::from_raw_parts_mut(self.start(), self.0.length as usize) }
    }

    /// The bytes of the last receive.
    pub fn received(&self) -> &[u8] {
        &self.buffer()[..self.0.bytes as usize]
    }

    /// Who sent what the last [`RequestQueue::recv_from`](super::RequestQueue::recv_from) received.
    pub fn sender(&self) -> Option<SocketAddr> {
        // SAFETY: so many bytes behind the buffer are this operation's, which is not in flight.
        unsafe { Address::read(self.address().cast(), ADDRESS_BYTES as i32) }.to_std()
    }

    /// Puts an address there, or none.
    pub(super) fn set_address(&mut self, address: Option<SocketAddr>) {
        let address = address.map_or_else(Address::empty, Address::from);
        let from = address.as_ptr().cast::<u8>();
        // SAFETY: an Address has so many bytes; the target is this operation's, not in flight.
        unsafe { self.address().copy_from_nonoverlapping(from, ADDRESS_BYTES) };
    }

    /// The room for the address, as the system wants it.
    pub(super) fn address_slice(&self) -> RIO_BUF {
        let Flight { memory, offset, length, .. } = &*self.0;
        let at = (*length as usize).next_multiple_of(ALIGNMENT) as u32;
        RIO_BUF { BufferId: memory.id, Offset: offset + at, Length: ADDRESS_BYTES as u32 }
    }

    fn address(&self) -> *mut u8 {
        self.start().wrapping_add((self.0.length as usize).next_multiple_of(ALIGNMENT))
    }

    pub(super) fn key(&self) -> usize {
        self.0.key
    }

    /// A range of the buffer, as the system wants it.
    pub(super) fn slice(&self, range: impl RangeBounds<usize>) -> RIO_BUF {
        let range = (range.start_bound().cloned(), range.end_bound().cloned());
        let part = &self.buffer()[range];
        let start = part.as_ptr() as usize - self.start() as usize;
        let Flight { memory, offset, .. } = &*self.0;
        RIO_BUF { BufferId: memory.id, Offset: offset + start as u32, Length: part.len() as u32 }
    }

    /// Lets go of it; only [`Operation::land`] or [`Operation::reclaim`] brings it back.
    pub(super) fn launch(self) -> *mut Flight<D> {
        Box::into_raw(self.0)
    }

    /// Takes an operation back that did not begin.
    ///
    /// # Safety
    ///
    /// The flight was launched, and the system does not have it.
    pub(super) unsafe fn reclaim(flight: *mut Flight<D>) -> Self {
        // SAFETY: as the caller says, the box is nobody else's.
        Self(unsafe { Box::from_raw(flight) })
    }

    /// Takes an operation back by its result.
    ///
    /// # Safety
    ///
    /// The result is that of a launched flight of this type, which it gives back only once.
    pub(super) unsafe fn land(result: &RIORESULT) -> Self {
        // SAFETY: the request's context is the flight's address, as the caller says.
        let mut operation = unsafe { Self::reclaim(result.RequestContext as *mut Flight<D>) };
        operation.0.bytes = result.BytesTransferred;
        operation.0.key = result.SocketContext as usize;
        operation
    }

    fn start(&self) -> *mut u8 {
        self.0.memory.start.as_ptr().wrapping_add(self.0.offset as usize)
    }
}

impl<D: fmt::Debug> fmt::Debug for Operation<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flight { offset, length, data, .. } = &*self.0;
        f.debug_struct("Operation")
            .field("offset", offset)
            .field("length", length)
            .field("data", data)
            .finish()
    }
}

//! From the arguments of an overlapped call to a request: the checks in Windows' order, then the
//! lane. What a door of api/transfer.rs or api/extension.rs calls inward.
//!
//! # Safety
//!
//! Every pointer is the caller's, valid as its call documents: arguments during the call;
//! OVERLAPPED and data buffers until the completion (S2.1).

#![allow(unsafe_code, reason = "the caller's pointers")]

use windows_sys::Win32::Networking::WinSock::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKADDR, SOCKET, WSABUF,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::accept::Accept;
use crate::complete;
use crate::connect::Connect;
use crate::error::Error;
use crate::handle;
use crate::kernel::address::Address;
use crate::kernel::net::Direction;
use crate::lane::Issued;
use crate::request::{Buffers, Outcome, Receive, Request, Send, Work};
use crate::socket::{Mark, Socket};
use crate::transfer::{OUT_OF_BAND, timeout_ms};

/// The buffers of a call, its OVERLAPPED and its routine, common to all transfers.
pub struct Transfer {
    /// lpBuffers and dwBufferCount.
    pub buffers: (*const WSABUF, u32),
    /// Null: the call blocks or fails (S2.8).
    pub overlapped: *mut OVERLAPPED,
    /// Not served yet; refused.
    pub routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
    /// Whether the caller gave a place for the byte count (S2.4).
    pub counts: bool,
}

/// Checks what all transfers share (S1.12, S2.3, S2.4).
fn check(socket: &Socket, transfer: &Transfer) -> Result<Buffers, Error> {
    let (array, count) = transfer.buffers;
    if array.is_null() || count == 0 {
        return Err(Error::INVALID);
    }
    if transfer.overlapped.is_null() {
        if !transfer.counts {
            return Err(Error::FAULT);
        }
    } else if transfer.routine.is_some() {
        // With a port this is Windows' answer too; without one, routines are not served yet.
        return Err(match socket.association() {
            Some(_) => Error::INVALID,
            None => Error::OP_NOT_SUPPORTED,
        });
    }
    // SAFETY: the caller's array of `count` buffers, valid during the call.
    Ok(unsafe { Buffers::lent(array, count) })
}

/// Runs a transfer with or without an OVERLAPPED. `Err(IO_PENDING)`: it completes later.
///
/// # Safety
///
/// As the file says.
unsafe fn run(
    socket: &Socket,
    direction: Direction,
    overlapped: *mut OVERLAPPED,
    work: Work,
) -> Result<Outcome, Error> {
    if overlapped.is_null() {
        return socket.call(direction, Request::plain(work), timeout_ms(socket, direction));
    }
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let request = unsafe { complete::begin(overlapped, work)? };
    if request.event.is_none() {
        socket.reset_signal();
    }
    if socket.is(Mark::PLAIN) {
        return socket.call_overlapped(direction, request);
    }
    match socket.submit(direction, request)? {
        Issued::Done(outcome) => Ok(outcome),
        Issued::Pending => Err(Error::IO_PENDING),
    }
}

/// WSARecv, WSARecvFrom, recv, recvfrom. `from`: where the sender's address goes.
///
/// # Safety
///
/// As the file says; `from` and `from_len` live as long as the OVERLAPPED.
pub unsafe fn receive(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    from: (*mut SOCKADDR, *mut i32),
) -> Result<Outcome, Error> {
    let socket = handle::socket(handle)?;
    let buffers = check(&socket, transfer)?;
    socket.check_receive(flags)?;
    let (from, from_len) = from;
    if !from.is_null() && !socket.is(Mark::STREAM) {
        // SAFETY: lpFromlen is the caller's, read during the call.
        let room = if from_len.is_null() { 0 } else { unsafe { from_len.read() } };
        let needed = Address::any(socket.family()).to_windows_bytes().0;
        if usize::try_from(room).map_or(true, |room| room < needed) {
            return Err(Error::FAULT); // S2.49
        }
    }
    let work = Work::Receive(Receive { buffers, flags, from, from_len });
    let direction = match flags & OUT_OF_BAND {
        0 => Direction::Receive,
        _ => Direction::Urgent,
    };
    // SAFETY: as this function's.
    unsafe { run(&socket, direction, transfer.overlapped, work) }
}

/// WSASend, WSASendTo, send, sendto. `to`: the destination and its length, or null.
///
/// # Safety
///
/// As the file says; `to` is read during the call.
pub unsafe fn send(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    to: (*const SOCKADDR, i32),
) -> Result<Outcome, Error> {
    let socket = handle::socket(handle)?;
    let buffers = check(&socket, transfer)?;
    let to = match to {
        (address, length) if !address.is_null() && !socket.is(Mark::STREAM) => {
            // SAFETY: lpTo is the caller's, `length` bytes, read during the call.
            Some(Box::new(unsafe { Address::from_windows(address, length)? }))
        }
        _ => None,
    };
    socket.check_send(to.is_some())?;
    let work = Work::Send(Send { buffers, flags, to });
    // SAFETY: as this function's.
    unsafe { run(&socket, Direction::Send, transfer.overlapped, work) }
}

/// AcceptEx's buffer and its three lengths.
pub struct AcceptBuffer {
    /// lpOutputBuffer.
    pub buffer: *mut u8,
    /// dwReceiveDataLength.
    pub data_bytes: u32,
    /// dwLocalAddressLength.
    pub local_bytes: u32,
    /// dwRemoteAddressLength.
    pub remote_bytes: u32,
}

/// AcceptEx: the bytes received if it is done at once (S3.1–S3.4, S3.9).
///
/// # Safety
///
/// As the file says; the buffer lives as long as the OVERLAPPED.
pub unsafe fn accept(
    listener: SOCKET,
    acceptor: SOCKET,
    output: AcceptBuffer,
    overlapped: *mut OVERLAPPED,
) -> Result<Outcome, Error> {
    if overlapped.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let (listener, acceptor) = (handle::socket(listener)?, handle::socket(acceptor)?);
    if output.buffer.is_null() || output.remote_bytes == 0 {
        return Err(Error::FAULT);
    }
    let AcceptBuffer { buffer, data_bytes, local_bytes, remote_bytes } = output;
    let acceptor_handle = acceptor.handle();
    let accept = Accept {
        acceptor: acceptor_handle,
        buffer,
        data_bytes,
        local_bytes,
        remote_bytes,
        target: None,
    };
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let request = unsafe { complete::begin(overlapped, Work::Accept(accept))? };
    complete::mark_pending(&request); // also when it fails below (S1.63)
    acceptor.enter_accept(&listener)?;
    if request.event.is_none() {
        listener.reset_signal();
    }
    let issued = listener.submit(Direction::Receive, request).inspect_err(|_| {
        acceptor.mark(Mark::IN_ACCEPT, false);
    })?;
    match issued {
        Issued::Done(outcome) => Ok(outcome),
        Issued::Pending => Err(Error::IO_PENDING),
    }
}

/// ConnectEx: always pends (S3.22).
///
/// # Safety
///
/// As the file says; `peer` and `data` are read during the call.
pub unsafe fn connect(
    handle: SOCKET,
    peer: (*const SOCKADDR, i32),
    data: &[u8],
    overlapped: *mut OVERLAPPED,
) -> Result<(), Error> {
    let socket = handle::socket(handle)?;
    if overlapped.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let mut request = unsafe { complete::begin(overlapped, Work::Nothing)? };
    complete::mark_pending(&request); // also when it fails below (S1.63)
    // SAFETY: the caller's address, read during the call.
    let peer = unsafe { Address::from_windows(peer.0, peer.1)? };
    socket.check_connect_ex(&peer)?;
    if request.event.is_none() {
        socket.reset_signal();
    }
    request.work = Work::Connect(Connect::begin(&socket, &peer, data.into()));
    socket.submit_pending(Direction::Send, request).map_err(|(error, _)| error)?;
    Err(Error::IO_PENDING)
}

/// DisconnectEx (S3.28–S3.31). `Err(IO_PENDING)`: it completes later.
///
/// # Safety
///
/// As the file says.
pub unsafe fn disconnect(
    handle: SOCKET,
    overlapped: *mut OVERLAPPED,
    flags: u32,
    reserved: u32,
) -> Result<(), Error> {
    const REUSE: u32 = 2;
    let socket = handle::socket(handle)?;
    if reserved != 0 || flags & !REUSE != 0 {
        return Err(Error::INVALID);
    }
    socket.check_disconnect()?;
    let work = if flags & REUSE != 0 { Work::Disconnect } else { Work::Nothing };
    if overlapped.is_null() {
        socket.begin_disconnect();
        return socket.call(Direction::Receive, Request::plain(work), 0).map(drop);
    }
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let request = unsafe { complete::begin(overlapped, work)? };
    socket.begin_disconnect();
    if request.event.is_none() {
        socket.reset_signal();
    }
    socket.submit_pending(Direction::Receive, request).map_err(|(error, _)| error)?;
    Err(Error::IO_PENDING)
}

//! From the arguments of AcceptEx, ConnectEx, DisconnectEx and TransmitFile to a request: what a
//! door of api/extension.rs or api/transmit.rs calls inward.
//!
//! # Safety
//!
//! Every pointer is the caller's, valid as its call documents: arguments during the call;
//! OVERLAPPED and data buffers until the completion (S2.1).

#![allow(unsafe_code, reason = "the caller's pointers")]

use windows_sys::Win32::Networking::WinSock::{SOCKADDR, SOCKET};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::accept::Accept;
use crate::complete;
use crate::connect::Connect;
use crate::error::Error;
use crate::handle;
use crate::kernel::address::Address;
use crate::kernel::net::Direction;
use crate::lane::Issued;
use crate::netevent;
use crate::request::{Disconnect, Outcome, Request, Work};
use crate::socket::Mark;
use crate::transmit::{Parts, Transmit};

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
    let accept = Box::new(Accept {
        acceptor: acceptor_handle,
        buffer,
        data_bytes,
        local_bytes,
        remote_bytes,
        target: None,
    });
    // SAFETY: the caller's OVERLAPPED, the engine's until the connection's packet.
    let target = unsafe { complete::begin(overlapped)? };
    complete::mark_pending(&target); // also when it fails below (S1.63)
    acceptor.enter_accept(&listener)?;
    drop(acceptor); // whoever holds it keeps its descriptor from being spared for another
    if target.event.is_none() {
        listener.reset_signal();
    }
    let lane = handle::lock(listener.handle() as usize, Direction::Receive);
    let issued = lane.and_then(|mut lane| lane.submit(target, accept));
    if listener.is(Mark::SELECTED) {
        netevent::again(&mut listener.lane(Direction::Receive), netevent::ACCEPT);
    }
    let issued = issued.inspect_err(|_| {
        if let Ok(acceptor) = handle::socket(acceptor_handle as usize) {
            acceptor.mark(Mark::IN_ACCEPT, false);
        }
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
    let target = unsafe { complete::begin(overlapped)? };
    complete::mark_pending(&target); // also when it fails below (S1.63)
    // SAFETY: the caller's address, read during the call.
    let peer = unsafe { Address::from_windows(peer.0, peer.1)? };
    socket.check_connect_ex(&peer)?;
    let work = Work::Connect(Box::new(Connect::begin(&socket, &peer, data.into())));
    pend(handle, Direction::Send, Request { target, work })
}

/// TransmitFile, TransmitPackets (S3.34–S3.38). `parts` is asked for once the socket and the flags
/// are found good. `Err(IO_PENDING)`: it completes later.
///
/// # Safety
///
/// As the file says; memory among the parts lives as long as the OVERLAPPED, and without one until
/// the return.
pub unsafe fn transmit(
    handle: SOCKET,
    parts: impl FnOnce() -> Result<Parts, Error>,
    flags: u32,
    overlapped: *mut OVERLAPPED,
) -> Result<(), Error> {
    let socket = handle::socket(handle)?;
    socket.check_transmit(flags)?;
    let offset = match overlapped.is_null() {
        true => 0,
        // SAFETY: the caller's OVERLAPPED, whose Offset is the caller's input.
        false => unsafe { (*overlapped).Anonymous.Anonymous.Offset },
    };
    let transmit = Transmit::new(parts()?, flags, offset)?;
    socket.check_send(false)?;
    let target = match overlapped.is_null() {
        true => None,
        // SAFETY: the caller's OVERLAPPED, the engine's until the completion.
        false => Some(unsafe { complete::begin(overlapped)? }),
    };
    let target = match target {
        Some(target) if !socket.is(Mark::PLAIN) => target,
        target => {
            let timeout_ms = socket.timeout_ms(Direction::Send);
            let ended = socket.call(transmit, timeout_ms, target.as_ref());
            socket.end_transmission();
            return ended.map(drop);
        }
    };
    pend(handle, Direction::Send, Request { target, work: Work::Transmit(transmit) })
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
        return match work {
            Work::Disconnect => socket.call(Disconnect, 0, None).map(drop),
            _ => Ok(()),
        };
    }
    // SAFETY: the caller's OVERLAPPED, the engine's until the peer has closed too.
    let target = unsafe { complete::begin(overlapped)? };
    socket.begin_disconnect();
    pend(handle, Direction::Receive, Request { target, work })
}

/// A request that cannot be over at once: `Err(IO_PENDING)`, or why it was not begun.
fn pend(handle: SOCKET, direction: Direction, request: Request) -> Result<(), Error> {
    let mut lane = handle::lock(handle, direction)?;
    if request.target.event.is_none() {
        lane.socket().reset_signal();
    }
    lane.submit_pending(direction, request).map_err(|(error, _)| error)?;
    Err(Error::IO_PENDING)
}

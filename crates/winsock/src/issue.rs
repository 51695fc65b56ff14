//! From the arguments of an overlapped call to a request: the checks in Windows' order, then the
//! lane. What a door of api/transfer.rs or api/extension.rs calls inward.
//!
//! # Safety
//!
//! Every pointer is the caller's, valid as its call documents: arguments during the call;
//! OVERLAPPED and data buffers until the completion (S2.1).

#![allow(unsafe_code, reason = "the caller's pointers")]

use windows_sys::Win32::Networking::WinSock::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, SOCKADDR, SOCKET, WSABUF, WSAMSG,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::accept::Accept;
use crate::complete;
use crate::connect::Connect;
use crate::datagram::{ReceiveMessage, SendMessage};
use crate::error::Error;
use crate::handle::{self, LaneGuard};
use crate::kernel::address::Address;
use crate::kernel::ancillary::Control;
use crate::kernel::net::Direction;
use crate::lane::Issued;
use crate::netevent;
use crate::request::{Buffers, Disconnect, Operation, Outcome, Receive, Request, Send, To, Work};
use crate::socket::{Mark, Socket};
use crate::transmit::{Parts, Transmit};

/// The buffers of a call, its OVERLAPPED and its routine, common to all transfers.
pub struct Transfer {
    /// lpBuffers and dwBufferCount.
    pub buffers: (*const WSABUF, u32),
    /// Null: the call blocks or fails (S2.8).
    pub overlapped: *mut OVERLAPPED,
    /// Runs when it is over, on the calling thread, in an alertable wait (S5.2).
    pub routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
    /// Whether the caller gave a place for the byte count (S2.4).
    pub counts: bool,
}

/// Checks what all transfers share (S1.12, S2.3, S2.4).
#[inline(always)]
fn check(socket: &Socket, transfer: &Transfer) -> Result<Buffers, Error> {
    let (array, count) = transfer.buffers;
    if array.is_null() || count == 0 {
        return Err(Error::INVALID);
    }
    if transfer.overlapped.is_null() {
        if !transfer.counts {
            return Err(Error::FAULT);
        }
    } else if transfer.routine.is_some() && socket.association().is_some() {
        return Err(Error::INVALID); // S1.12, S5.19
    }
    // SAFETY: the caller's array of `count` buffers, valid during the call.
    Ok(unsafe { Buffers::lent(array, count) })
}

/// Whether the call must wait in place: there is no OVERLAPPED, or the socket takes none (S2.9).
fn waits(socket: &Socket, overlapped: *mut OVERLAPPED) -> bool {
    overlapped.is_null() || socket.is(Mark::PLAIN)
}

/// A transfer that waits in place.
///
/// # Safety
///
/// As the file says.
#[inline(never)]
unsafe fn wait<T: Operation>(
    lane: LaneGuard,
    overlapped: *mut OVERLAPPED,
    operation: T,
) -> Result<Outcome, Error> {
    let socket = handle::socket(lane.socket().handle() as usize)?;
    drop(lane);
    let target = match overlapped.is_null() {
        true => None,
        // SAFETY: not null, and the caller's promise for it holds until the completion.
        false => Some(unsafe { complete::begin(overlapped)? }),
    };
    let called = socket.call(operation, socket.timeout_ms(T::DIRECTION), target.as_ref());
    if socket.is(Mark::SELECTED) {
        match T::DIRECTION {
            Direction::Receive => {
                let mut lane = socket.lane(Direction::Receive);
                netevent::again(&mut lane, netevent::READ | netevent::OOB);
            }
            Direction::Send if called == Err(Error::WOULD_BLOCK) => netevent::want_room(&socket),
            Direction::Send => {}
        }
    }
    called
}

/// A transfer that completes now or later, then `Err(IO_PENDING)`; without an OVERLAPPED one that
/// waits in place. The operation is made in the branch that uses it, so that the usual one can do
/// without putting it in memory.
///
/// # Safety
///
/// As the file says.
#[inline(always)]
pub unsafe fn begin<T: Operation>(
    mut lane: LaneGuard,
    transfer: &Transfer,
    operation: impl FnOnce() -> T,
) -> Result<Outcome, Error> {
    if waits(lane.socket(), transfer.overlapped) {
        // SAFETY: the caller's memory, with the promise made for this call.
        return unsafe { wait(lane, transfer.overlapped, operation()) };
    }
    // SAFETY: the caller's OVERLAPPED, valid until the completion.
    let target = unsafe {
        match transfer.routine {
            None => complete::begin(transfer.overlapped)?,
            Some(routine) => complete::begin_with_routine(transfer.overlapped, routine),
        }
    };
    if target.event.is_none() {
        lane.socket().reset_signal();
    }
    let issued = lane.submit(target, operation());
    if T::DIRECTION == Direction::Receive && lane.socket().is(Mark::SELECTED) {
        netevent::again(&mut lane, netevent::READ | netevent::OOB);
    }
    match issued? {
        Issued::Done(outcome) => Ok(outcome),
        Issued::Pending => Err(Error::IO_PENDING),
    }
}

/// WSARecv, WSARecvFrom, recv, recvfrom. `from`: where the sender's address goes.
///
/// # Safety
///
/// As the file says; `from` and `from_len` live as long as the OVERLAPPED.
#[inline(always)]
pub unsafe fn receive(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    from: (*mut SOCKADDR, *mut i32),
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Receive)?;
    let socket = lane.socket();
    let buffers = check(socket, transfer)?;
    socket.check_receive(flags)?;
    let (from, from_len) = from;
    if !from.is_null() && !socket.is(Mark::STREAM) {
        let room = match from_len.is_null() {
            true => 0,
            // SAFETY: lpFromlen is the caller's, read during the call.
            false => unsafe { from_len.read() },
        };
        let needed = Address::any(socket.family()).to_windows_bytes().0;
        if usize::try_from(room).map_or(true, |room| room < needed) {
            return Err(Error::FAULT); // S2.49
        }
    }
    // SAFETY: the caller's memory, promised as the file says.
    unsafe { begin(lane, transfer, || Receive { buffers, flags, done: 0, from, from_len }) }
}

/// A receive is refused for its arguments alone (S6.13).
#[cold]
pub fn refuse_receive(handle: SOCKET) {
    if let Ok(mut lane) = handle::lock(handle, Direction::Receive)
        && lane.socket().is(Mark::SELECTED)
    {
        netevent::refused(&mut lane);
    }
}

/// WSASend, WSASendTo, send, sendto. `to`: the destination and its length, or null.
///
/// # Safety
///
/// As the file says; `to` is read during the call.
#[inline(always)]
pub unsafe fn send(
    handle: SOCKET,
    transfer: &Transfer,
    flags: u32,
    to: (*const SOCKADDR, i32),
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Send)?;
    let socket = lane.socket();
    let buffers = check(socket, transfer)?;
    if to.0.is_null() || socket.is(Mark::STREAM) {
        socket.check_send(false)?;
        let send = || Send { buffers, flags, done: 0, to: To::Peer };
        // SAFETY: the caller's memory, promised as the file says.
        return unsafe { begin(lane, transfer, send) };
    }
    // SAFETY: lpTo is the caller's, so many bytes, read during the call.
    let address = unsafe { Address::from_windows(to.0, to.1)? };
    socket.check_send(true)?;
    let send = || Send { buffers, flags, done: 0, to: To::Lent(&address) };
    // SAFETY: the caller's memory, promised as the file says; the address lives until the return.
    unsafe { begin(lane, transfer, send) }
}

/// WSARecvMsg (S3.43, S3.44). The buffers of `transfer` are not looked at: `message` has them.
///
/// # Safety
///
/// As the file says; the message and what it names live as long as the OVERLAPPED.
pub unsafe fn receive_message(
    handle: SOCKET,
    message: *mut WSAMSG,
    transfer: Transfer,
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Receive)?;
    let socket = lane.socket();
    // SAFETY: null, or the caller's message, read during the call.
    let given = unsafe { message.as_ref() }.ok_or(Error::FAULT)?;
    let transfer = Transfer { buffers: (given.lpBuffers, given.dwBufferCount), ..transfer };
    let buffers = check(socket, &transfer)?;
    socket.check_datagrams()?;
    let flags = given.dwFlags;
    socket.check_receive(flags)?;
    // SAFETY: the caller's memory, promised as the file says.
    unsafe { begin(lane, &transfer, || ReceiveMessage { buffers, flags, message }) }
}

/// WSASendMsg (S3.43, S3.45). The buffers of `transfer` are not looked at: `message` has them.
///
/// # Safety
///
/// As the file says; the message, but for the data, is read during the call.
pub unsafe fn send_message(
    handle: SOCKET,
    message: *const WSAMSG,
    flags: u32,
    transfer: Transfer,
) -> Result<Outcome, Error> {
    let lane = handle::lock(handle, Direction::Send)?;
    let socket = lane.socket();
    // SAFETY: null, or the caller's message, read during the call.
    let given = unsafe { message.as_ref() }.ok_or(Error::FAULT)?;
    let transfer = Transfer { buffers: (given.lpBuffers, given.dwBufferCount), ..transfer };
    let buffers = check(socket, &transfer)?;
    socket.check_datagrams()?;
    // SAFETY: the caller's control data, so many bytes, read during the call.
    let control = unsafe {
        match given.Control.buf.is_null() {
            true => Control::empty(),
            false => {
                let WSABUF { len, buf } = given.Control;
                Control::from_windows(std::slice::from_raw_parts(buf, len as usize))?
            }
        }
    };
    let (address, named) = match given.name.is_null() {
        true => (Address::empty(), false),
        // SAFETY: the caller's address, so many bytes, read during the call.
        false => (unsafe { Address::from_windows(given.name, given.namelen)? }, true),
    };
    socket.check_send(named)?;
    let to = if named { To::Lent(&address) } else { To::Peer };
    let send = Send { buffers, flags, done: 0, to };
    // SAFETY: the caller's memory, promised as the file says; the address lives until the return.
    unsafe {
        match control.is_empty() {
            true => begin(lane, &transfer, || send),
            false => begin(lane, &transfer, || SendMessage { send, control }),
        }
    }
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
    if target.event.is_none() {
        listener.reset_signal();
    }
    let lane = handle::lock(listener.handle() as usize, Direction::Receive);
    let issued = lane.and_then(|mut lane| lane.submit(target, accept));
    if listener.is(Mark::SELECTED) {
        netevent::again(&mut listener.lane(Direction::Receive), netevent::ACCEPT);
    }
    let issued = issued.inspect_err(|_| _ = acceptor.mark(Mark::IN_ACCEPT, false))?;
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

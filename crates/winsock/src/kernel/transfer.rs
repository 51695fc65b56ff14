//! Receiving and sending. Everything is non-blocking: a call either finishes or says it would
//! block.
//!
//! # Safety
//!
//! As in kernel/sys.rs: memory handed over is used during the call only.

use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, RawFd};
use std::slice;

use libc::{c_int, iovec, msghdr};
use rustix::net::{RecvFlags, SendFlags};
use smallvec::SmallVec;
use windows_sys::Win32::Networking::WinSock::WSABUF;

use super::address::Address;
use super::ancillary::Control;
use super::net::{Errno, counted};

/// Windows' flags of one transfer, and what Linux adds.
#[inline(always)]
fn transfer_flags(flags: u32) -> c_int {
    // MSG_OOB 1, MSG_PEEK 2 and MSG_DONTROUTE 4 are the same numbers on both sides; WAITALL and
    // the rest are the engine's business.
    (flags & 7) as c_int | libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT
}

/// The caller's buffers from byte `skip` on, at most as many as Linux takes in one call.
fn vectors(buffers: &[WSABUF], mut skip: usize) -> SmallVec<[iovec; 16]> {
    let mut vectors = SmallVec::new();
    for buffer in buffers {
        let length = buffer.len as usize;
        if skip >= length {
            skip -= length;
        } else if vectors.len() < libc::UIO_MAXIOV as usize {
            // Addresses only: whether memory is there the kernel finds out.
            let iov_base = buffer.buf.wrapping_add(skip).cast();
            vectors.push(iovec { iov_base, iov_len: length - skip });
            skip = 0;
        }
    }
    vectors
}

fn message(vectors: &mut [iovec]) -> msghdr {
    // SAFETY: all zero is an msghdr with no name, no buffers and no control data.
    let mut message: msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = vectors.as_mut_ptr();
    message.msg_iovlen = vectors.len();
    message
}

/// What a receive brought.
pub struct Received {
    /// Bytes stored.
    pub bytes: usize,
    /// The datagram was longer than the buffers.
    pub cut: bool,
}

/// The descriptor as rustix wants it. Its calls go straight to the kernel: libc's recv and send are
/// cancellation points, which cost a process with threads two atomic operations each.
#[inline(always)]
fn borrowed(fd: RawFd) -> BorrowedFd<'static> {
    // SAFETY: used for one call, during which the socket owns the descriptor.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

/// Receives from a stream into the caller's buffers from byte `skip` on.
///
/// # Safety
///
/// The buffers are the caller's, valid for writes during the call.
#[inline(always)]
pub unsafe fn receive(fd: RawFd, buffers: &[WSABUF], skip: u32, flags: u32) -> Result<u32, Errno> {
    if let ([WSABUF { len, buf }], 0) = (buffers, skip)
        && !buf.is_null()
    {
        // SAFETY: the caller vouches for the one buffer during the call.
        let room =
            unsafe { slice::from_raw_parts_mut(buf.cast::<MaybeUninit<u8>>(), *len as usize) };
        let flags = RecvFlags::from_bits_retain(transfer_flags(flags) as u32);
        return Ok(rustix::net::recv(borrowed(fd), room, flags)?.1 as u32);
    }
    // SAFETY: the caller's buffers, as above.
    unsafe { receive_several(fd, buffers, skip, flags) }
}

#[inline(never)]
unsafe fn receive_several(
    fd: RawFd,
    buffers: &[WSABUF],
    skip: u32,
    flags: u32,
) -> Result<u32, Errno> {
    let mut vectors = vectors(buffers, skip as usize);
    let mut message = message(&mut vectors);
    // SAFETY: the message describes the caller's buffers, valid during the call.
    counted(unsafe { libc::recvmsg(fd, &raw mut message, transfer_flags(flags)) })
        .map(|bytes| bytes as u32)
}

/// Receives one datagram and, if wanted, its sender and its control data.
///
/// # Safety
///
/// The buffers are the caller's, valid for writes during the call.
pub unsafe fn receive_datagram(
    fd: RawFd,
    buffers: &[WSABUF],
    flags: u32,
    (from, mut control): (Option<&mut Address>, Option<&mut Control>),
) -> Result<Received, Errno> {
    let mut vectors = vectors(buffers, 0);
    let mut message = message(&mut vectors);
    if let Some(control) = &mut control {
        message.msg_control = control.bytes.as_mut_ptr().cast();
        message.msg_controllen = control.bytes.len();
    }
    let length = from.map(|from| {
        let (name, length) = from.as_mut_parts();
        message.msg_name = name.cast();
        // SAFETY: length points into the borrowed address, which outlives this call.
        message.msg_namelen = unsafe { *length };
        length
    });
    // SAFETY: the message describes the caller's buffers, the borrowed address and the borrowed
    // room for control data; all are valid during the call.
    let bytes = counted(unsafe { libc::recvmsg(fd, &raw mut message, transfer_flags(flags)) })?;
    if let Some(length) = length {
        // SAFETY: length still points into the address borrowed for this call.
        unsafe { *length = message.msg_namelen };
    }
    if let Some(control) = control {
        control.length = message.msg_controllen;
    }
    Ok(Received { bytes, cut: message.msg_flags & libc::MSG_TRUNC != 0 })
}

/// Whether a stream has a byte (1), its end (0) or an error to report; takes nothing.
pub fn peek(fd: RawFd) -> Result<usize, Errno> {
    let mut byte = 0u8;
    let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    // SAFETY: one byte of a local may be written during the call.
    counted(unsafe { libc::recv(fd, (&raw mut byte).cast(), 1, flags) })
}

/// How many bytes of a stream a receive would find, up to urgent data; takes nothing.
pub fn unread(fd: RawFd) -> Result<usize, Errno> {
    let flags = libc::MSG_PEEK | libc::MSG_TRUNC | libc::MSG_DONTWAIT;
    let nowhere = std::ptr::null_mut();
    // SAFETY: with MSG_TRUNC a stream's bytes are counted and nothing is written.
    match counted(unsafe { libc::recv(fd, nowhere, c_int::MAX as usize, flags) }) {
        Err(Errno::WOULD_BLOCK) => Ok(0),
        counted => counted,
    }
}

/// Reads and drops what has arrived; `Ok(true)` at the end of the stream.
pub fn drain(fd: RawFd) -> Result<bool, Errno> {
    let mut scratch = [0u8; 4096];
    loop {
        // SAFETY: a local is written during the call, at most its length.
        let got = unsafe {
            libc::recv(fd, scratch.as_mut_ptr().cast(), scratch.len(), libc::MSG_DONTWAIT)
        };
        match counted(got) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(Errno::WOULD_BLOCK) => return Ok(false),
            Err(errno) => return Err(errno),
        }
    }
}

/// Sends the caller's buffers from byte `skip` on; may send less.
///
/// # Safety
///
/// The buffers are the caller's, valid for reads during the call.
#[inline(always)]
pub unsafe fn send(
    fd: RawFd,
    buffers: &[WSABUF],
    skip: u32,
    flags: u32,
    to: Option<&Address>,
) -> Result<u32, Errno> {
    if let ([WSABUF { len, buf }], 0, None) = (buffers, skip, to)
        && !buf.is_null()
    {
        // SAFETY: the caller vouches for the one buffer, for reads, during the call.
        let data = unsafe { slice::from_raw_parts(*buf, *len as usize) };
        let flags = SendFlags::from_bits_retain(transfer_flags(flags) as u32);
        return Ok(rustix::net::send(borrowed(fd), data, flags)? as u32);
    }
    // SAFETY: the caller's buffers, as above.
    unsafe { send_several(fd, buffers, skip, flags, to) }
}

#[inline(never)]
unsafe fn send_several(
    fd: RawFd,
    buffers: &[WSABUF],
    skip: u32,
    flags: u32,
    to: Option<&Address>,
) -> Result<u32, Errno> {
    let mut vectors = vectors(buffers, skip as usize);
    let mut message = message(&mut vectors);
    if let Some(to) = to {
        message.msg_name = to.as_ptr().cast_mut().cast();
        message.msg_namelen = to.len();
    }
    // SAFETY: the message describes the caller's buffers and a borrowed address, all valid
    // during the call.
    counted(unsafe { libc::sendmsg(fd, &raw const message, transfer_flags(flags)) })
        .map(|bytes| bytes as u32)
}

/// Sends one datagram with control data.
///
/// # Safety
///
/// The buffers are the caller's, valid for reads during the call.
pub unsafe fn send_message(
    fd: RawFd,
    buffers: &[WSABUF],
    flags: u32,
    to: Option<&Address>,
    control: &Control,
) -> Result<usize, Errno> {
    let mut vectors = vectors(buffers, 0);
    let mut message = message(&mut vectors);
    if let Some(to) = to {
        message.msg_name = to.as_ptr().cast_mut().cast();
        message.msg_namelen = to.len();
    }
    message.msg_control = control.bytes.as_ptr().cast_mut().cast();
    message.msg_controllen = control.length;
    // SAFETY: the message describes the caller's buffers, a borrowed address and borrowed control
    // data, which the call only reads.
    counted(unsafe { libc::sendmsg(fd, &raw const message, transfer_flags(flags)) })
}

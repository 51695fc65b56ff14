//! Receiving by a link: by TCP until the other end's ring begins, then from that.
//!
//! # Safety
//!
//! Caller memory is used during the call only, as in kernel/transfer.rs.

#![allow(unsafe_code)]

use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use windows_sys::Win32::Networking::WinSock::WSABUF;

use super::super::ring::End;
use super::{AGREED, Link, OUT_OF_BAND, PEEK, total_bytes};
use crate::kernel::net::Errno;
use crate::kernel::transfer;

impl Link {
    /// Whether the next byte comes from the ring.
    #[inline(always)]
    pub(in crate::kernel::fast) fn reads_ring(&self, fd: RawFd) -> bool {
        self.receiving.on_ring.load(Ordering::Relaxed) || self.begin_reading(fd)
    }

    #[cold]
    fn begin_reading(&self, fd: RawFd) -> bool {
        let begins = self.settle(fd) && self.ring_begins();
        if begins {
            self.receiving.on_ring.store(true, Ordering::Relaxed);
        }
        begins
    }

    /// Whether all that the other end sent by TCP before its ring began is received.
    pub(in crate::kernel::fast) fn ring_begins(&self) -> bool {
        let so_far = self.receiving.tcp_bytes.load(Ordering::Relaxed);
        self.is_agreed() && self.incoming().begins().is_some_and(|begins| so_far >= begins)
    }

    /// As [`transfer::receive`].
    ///
    /// # Safety
    ///
    /// The buffers are the caller's, valid for writes during the call.
    #[inline]
    pub unsafe fn receive(
        &self,
        fd: RawFd,
        buffers: &[WSABUF],
        skip: u32,
        flags: u32,
    ) -> Result<u32, Errno> {
        if flags & OUT_OF_BAND != 0 || !self.reads_ring(fd) {
            // SAFETY: the caller's buffers, lent as above.
            return unsafe { self.receive_by_tcp(fd, buffers, skip, flags) };
        }
        let wanted = total_bytes(buffers)? - u64::from(skip);
        if self.corrupt.load(Ordering::Relaxed) {
            return Err(Errno::RESET);
        }
        let (control, place) = (self.incoming(), &self.receiving.place);
        let size = self.memory.size();
        let filled = control.filled(place, size, wanted).map_err(|why| self.corrupt(why))?;
        let bytes = match filled.min(wanted) {
            // SAFETY: the caller's buffers, lent as above.
            0 => return unsafe { self.receive_nothing(fd, (buffers, skip, flags)) },
            bytes => bytes,
        };
        // SAFETY: the caller's buffers, which have room for so many.
        unsafe { self.scatter(place.own(), bytes, buffers, skip.into()) };
        if flags & PEEK == 0 {
            self.consume(bytes);
        }
        Ok(bytes as u32)
    }

    #[inline(always)]
    fn consume(&self, bytes: u64) {
        self.incoming().consume(&self.receiving.place, bytes);
        if self.incoming().writer_waited() {
            self.ring();
        }
    }

    /// # Safety
    ///
    /// The buffers are valid for writes, and have room for `skip` and `bytes` bytes.
    #[inline(always)]
    unsafe fn scatter(&self, mut at: u64, mut bytes: u64, buffers: &[WSABUF], mut skip: u64) {
        let way = self.side ^ 1;
        for buffer in buffers {
            let room = u64::from(buffer.len);
            if skip >= room {
                skip -= room;
                continue;
            }
            let part = bytes.min(room - skip);
            // SAFETY: the part of the caller's buffer that is left has so many bytes.
            unsafe { self.memory.load(way, at, buffer.buf.add(skip as usize), part) };
            (at, bytes, skip) = (at + part, bytes - part, 0);
            if bytes == 0 {
                return;
            }
        }
    }

    /// # Safety
    ///
    /// The buffers are the caller's, valid for writes during the call.
    #[inline(never)]
    unsafe fn receive_by_tcp(
        &self,
        fd: RawFd,
        buffers: &[WSABUF],
        skip: u32,
        flags: u32,
    ) -> Result<u32, Errno> {
        // SAFETY: the caller's buffers, handed on.
        let got = unsafe { transfer::receive(fd, buffers, skip, flags)? };
        if flags & (OUT_OF_BAND | PEEK) == 0 {
            self.receiving.tcp_bytes.fetch_add(got.into(), Ordering::Relaxed);
        }
        if got == 0 {
            self.check_tcp_end()?;
        }
        Ok(got)
    }

    /// TCP has come to its end before the ring began: that is the end, if the other end said so.
    fn check_tcp_end(&self) -> Result<(), Errno> {
        let agreed = self.stage.load(Ordering::Relaxed) == AGREED;
        match self.incoming().end() {
            End::Open | End::Aborted if agreed => Err(Errno::RESET),
            _ => Ok(()),
        }
    }

    /// There is nothing in the ring: why.
    ///
    /// # Safety
    ///
    /// The buffers are the caller's, valid for writes during the call.
    #[inline(never)]
    unsafe fn receive_nothing(
        &self,
        fd: RawFd,
        (buffers, skip, flags): (&[WSABUF], u32, u32),
    ) -> Result<u32, Errno> {
        if self.inline.load(Ordering::Relaxed) {
            // SAFETY: the caller's buffers, handed on.
            match unsafe { transfer::receive(fd, buffers, skip, flags) } {
                Ok(0) | Err(_) => {}
                urgent => return urgent,
            }
        }
        self.emptiness(fd).map(|()| 0)
    }

    /// What an empty ring means: the end of the stream, a reset, or that more may come.
    fn emptiness(&self, fd: RawFd) -> Result<(), Errno> {
        // Who leaves in order says so in the ring before it hangs up.
        let dead = self.is_doubtful() && self.is_dead(fd);
        let end = match self.incoming().end() {
            End::Open if dead => Err(Errno::RESET),
            End::Open => return Err(Errno::WOULD_BLOCK),
            End::Finished => Ok(()),
            End::Aborted => Err(Errno::RESET),
        };
        if self.corrupt.load(Ordering::Relaxed) {
            return Err(Errno::RESET);
        }
        // What was written before the end, and perhaps after the look at the ring.
        match self.incoming().is_stirred(&self.receiving.place) {
            true => Err(Errno::WOULD_BLOCK),
            false => end,
        }
    }

    /// As [`transfer::peek`].
    pub fn peek(&self, fd: RawFd) -> Result<(), Errno> {
        if !self.reads_ring(fd) {
            return match transfer::peek(fd)? {
                0 => self.check_tcp_end(),
                _ => Ok(()),
            };
        }
        match self.unread(fd)? {
            0 => self.emptiness(fd),
            _ => Ok(()),
        }
    }

    /// As [`transfer::unread`].
    pub fn unread(&self, fd: RawFd) -> Result<usize, Errno> {
        let control = self.incoming();
        let size = self.memory.size();
        if !self.reads_ring(fd) {
            return transfer::unread(fd);
        }
        let filled = control.filled(&self.receiving.place, size, size + 1);
        filled.map(|bytes| bytes as usize).map_err(|why| self.corrupt(why))
    }

    /// As [`transfer::drain`].
    pub fn drain(&self, fd: RawFd) -> Result<bool, Errno> {
        let mut scratch = [0u8; 4096];
        loop {
            let room = [WSABUF { len: scratch.len() as u32, buf: scratch.as_mut_ptr() }];
            // SAFETY: a local is written during the call, at most its length.
            match unsafe { self.receive(fd, &room, 0, 0) } {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(Errno::WOULD_BLOCK) => return Ok(false),
                Err(errno) => return Err(errno),
            }
        }
    }
}

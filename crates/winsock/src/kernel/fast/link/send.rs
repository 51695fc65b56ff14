//! Sending by a link: by TCP until the two ends agree, then into the ring; and this end's end.
//!
//! # Safety
//!
//! Caller memory is used during the call only, as in kernel/transfer.rs.

#![allow(unsafe_code)]

use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use windows_sys::Win32::Networking::WinSock::WSABUF;

use super::super::ring::{Corrupt, End};
use super::{Link, OUT_OF_BAND, total_bytes};
use crate::kernel::file::File;
use crate::kernel::net::Errno;
use crate::kernel::transfer;

impl Link {
    /// Whether the next byte goes into the ring.
    #[inline(always)]
    fn writes_ring(&self, fd: RawFd) -> bool {
        self.sending.on_ring.load(Ordering::Relaxed) || self.begin_writing(fd)
    }

    #[cold]
    fn begin_writing(&self, fd: RawFd) -> bool {
        let begins = self.settle(fd) && !self.sending.stays.load(Ordering::Relaxed);
        if begins {
            let window = self.outgoing().window(self.memory.size());
            self.sending.window.store(window, Ordering::Relaxed);
            self.outgoing().begin(self.sending.tcp_bytes.load(Ordering::Relaxed));
            self.sending.on_ring.store(true, Ordering::Relaxed);
        }
        begins
    }

    /// As [`transfer::send`].
    ///
    /// # Safety
    ///
    /// The buffers are the caller's, valid for reads during the call.
    #[inline]
    pub unsafe fn send(
        &self,
        fd: RawFd,
        buffers: &[WSABUF],
        skip: u32,
        flags: u32,
    ) -> Result<u32, Errno> {
        if flags & OUT_OF_BAND != 0 || !self.writes_ring(fd) {
            // SAFETY: the caller's buffers, lent as above.
            return unsafe { self.send_by_tcp(fd, buffers, skip, flags) };
        }
        let wanted = total_bytes(buffers)? - u64::from(skip);
        if self.outgoing().is_abandoned() && self.is_first_in_vain() {
            return Ok(wanted as u32);
        }
        let bytes = self.room(fd, wanted)?.min(wanted);
        // SAFETY: the caller's buffers, which hold so many.
        unsafe { self.gather(self.sending.place.own(), bytes, buffers, skip.into()) };
        self.publish(bytes);
        Ok(bytes as u32)
    }

    /// The peer has closed: as by TCP, one send goes out before the answer comes (S2.40).
    #[cold]
    fn is_first_in_vain(&self) -> bool {
        let in_order = self.incoming().end() == End::Finished && self.is_open();
        in_order && !self.in_vain.swap(true, Ordering::Relaxed)
    }

    /// Whether this end may send at all.
    fn is_open(&self) -> bool {
        self.outgoing().end() == End::Open
    }

    /// How many bytes may be written, at least one if any are `wanted`.
    #[inline(always)]
    fn room(&self, fd: RawFd, wanted: u64) -> Result<u64, Errno> {
        let (control, place) = (self.outgoing(), &self.sending.place);
        if control.is_abandoned() || self.is_doubtful() && self.is_dead(fd) {
            return Err(Errno::RESET);
        }
        let size = self.sending.window.load(Ordering::Relaxed);
        let room = control.room(place, size, wanted.min(size)).map_err(|why| self.corrupt(why))?;
        match room {
            _ if !self.is_open() => Err(Errno::BROKEN_PIPE),
            0 if wanted > 0 => Err(Errno::WOULD_BLOCK),
            room => Ok(room),
        }
    }

    #[inline(always)]
    fn publish(&self, bytes: u64) {
        self.outgoing().publish(&self.sending.place, bytes);
        if self.outgoing().reader_waited() {
            self.ring();
        }
    }

    /// # Safety
    ///
    /// The buffers are valid for reads, and hold `skip` and `bytes` bytes.
    #[inline(always)]
    unsafe fn gather(&self, mut at: u64, mut bytes: u64, buffers: &[WSABUF], mut skip: u64) {
        for buffer in buffers {
            let held = u64::from(buffer.len);
            if skip >= held {
                skip -= held;
                continue;
            }
            let part = bytes.min(held - skip);
            // SAFETY: the part of the caller's buffer that is left has so many bytes.
            unsafe { self.memory.store(self.side, at, buffer.buf.add(skip as usize), part) };
            (at, bytes, skip) = (at + part, bytes - part, 0);
            if bytes == 0 {
                return;
            }
        }
    }

    /// # Safety
    ///
    /// The buffers are the caller's, valid for reads during the call.
    #[inline(never)]
    pub(super) unsafe fn send_by_tcp(
        &self,
        fd: RawFd,
        buffers: &[WSABUF],
        skip: u32,
        flags: u32,
    ) -> Result<u32, Errno> {
        if flags & OUT_OF_BAND != 0 && !self.sending.on_ring.load(Ordering::Relaxed) {
            // Where an urgent byte stands in the stream only TCP can tell.
            self.sending.stays.store(true, Ordering::Relaxed);
        }
        // SAFETY: the caller's buffers, handed on.
        let sent = unsafe { transfer::send(fd, buffers, skip, flags, None)? };
        self.sending.tcp_bytes.fetch_add(sent.into(), Ordering::Relaxed);
        Ok(sent)
    }

    /// As [`File::send`].
    pub fn send_file(
        &self,
        fd: RawFd,
        file: &File,
        at: Option<&mut i64>,
        bytes: u32,
    ) -> Result<usize, Errno> {
        if !self.writes_ring(fd) {
            let sent = file.send(fd, at, bytes)?;
            self.sending.tcp_bytes.fetch_add(sent as u64, Ordering::Relaxed);
            return Ok(sent);
        }
        let room = self.room(fd, bytes.into())?.min(bytes.into());
        let (place, length) = self.memory.piece(self.side, self.sending.place.own(), room);
        // SAFETY: a piece of our mapping that the reader does not expect to be written yet.
        let got = unsafe { file.read_raw(place, length, at)? };
        self.publish(got as u64);
        Ok(got)
    }

    /// Bytes that the other end has not taken yet.
    pub fn unsent_bytes(&self) -> u32 {
        let size = self.sending.window.load(Ordering::Relaxed); // 0: nothing has gone this way
        match self.outgoing().room(&self.sending.place, size, size + 1) {
            Ok(room) => (size - room) as u32,
            Err(Corrupt) => 0,
        }
    }

    /// No more sends: what was sent is all.
    pub fn finish(&self) {
        self.outgoing().finish(false);
        self.ring();
    }

    /// The end of the connection at this side; `abortive`, or if anything is unread, as a reset.
    /// Returns whether it was one.
    pub fn close(&self, abortive: bool) -> bool {
        let on_ring = self.receiving.on_ring.load(Ordering::Relaxed);
        let reset = abortive || on_ring && self.incoming().is_stirred(&self.receiving.place);
        self.outgoing().finish(reset);
        self.incoming().abandon();
        self.hang_up();
        reset
    }
}

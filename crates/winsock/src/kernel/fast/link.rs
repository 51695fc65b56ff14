//! One end of a connection that may be, or is, fast.
//!
//! ```text
//!   receive ──▶ by TCP, until the other's ring begins ──▶ from its ring ──▶ its end, or a reset
//!   send ─────▶ by TCP, until the two agree ────────────▶ into our ring
//! ```
//!
//! The calls of one direction come under the socket's lane lock, one at a time; the others at any
//! time. `fd` is always the TCP descriptor of the same connection.
//!
//! # Safety
//!
//! Caller memory is used during the call only, as in kernel/transfer.rs.

#![allow(unsafe_code)]

use std::os::fd::{OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

use windows_sys::Win32::Networking::WinSock::WSABUF;

use super::agreement::Names;
use super::meeting::{self, Offer, canonical};
use super::memory::Memory;
use super::ring::{Control, Corrupt, End, Place};
use super::spin::Spin;
use crate::kernel::address::Address;
use crate::kernel::file::File;
use crate::kernel::net::{self, Errno};
use crate::kernel::transfer;

/// The bytes of each of the two rings.
pub const RING_BYTES: u64 = 1 << 18;

const OUT_OF_BAND: u32 = 1;
const PEEK: u32 = 2;

/// One end.
#[derive(Debug)]
pub struct Link {
    pub(super) memory: Memory,
    /// Rung by the other end; closed when it is gone.
    pub(super) bell: OwnedFd,
    /// The connector sends by way 0, the acceptor by way 1.
    side: usize,
    stage: AtomicU8,
    pub(super) sending: Way,
    pub(super) receiving: Way,
    /// There is reason to ask whether the other end lives.
    suspect: AtomicBool,
    /// The other end can be reached no more.
    gone: AtomicBool,
    /// The other end wrote nonsense.
    corrupt: AtomicBool,
    /// Urgent data stands in the stream (SO_OOBINLINE), which is TCP's.
    inline: AtomicBool,
    /// Something was sent after the other end had closed.
    in_vain: AtomicBool,
    /// Wake-ups since the bell was silenced last.
    pub(super) heard: AtomicU32,
    /// Whether it is among those that somebody will look at before it sleeps.
    pub listed: AtomicBool,
    /// For blocking receives.
    pub spin: Spin,
}

/// One direction, as this end knows it.
#[derive(Debug, Default)]
pub(super) struct Way {
    pub(super) place: Place,
    /// It goes by the ring from now on.
    pub(super) on_ring: AtomicBool,
    /// It goes by TCP for ever.
    stays: AtomicBool,
    /// What went by TCP, urgent bytes not counted.
    tcp_bytes: AtomicU64,
}

/// What this end knows of the agreement.
const OFFERED: u8 = 0;
const TAKEN: u8 = 1;
const AGREED: u8 = 2;
const REFUSED: u8 = 3;

/// The bytes of all buffers; fails if one has bytes and no place.
#[inline(always)]
fn total_bytes(buffers: &[WSABUF]) -> Result<u64, Errno> {
    buffers.iter().try_fold(0, |total, buffer| match buffer.buf.is_null() && buffer.len > 0 {
        true => Err(Errno::FAULT),
        false => Ok(total + u64::from(buffer.len)),
    })
}

impl Link {
    fn new(memory: Memory, bell: OwnedFd, side: usize, stage: u8) -> Link {
        Link {
            memory,
            bell,
            side,
            stage: AtomicU8::new(stage),
            sending: Way::default(),
            receiving: Way::default(),
            suspect: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            corrupt: AtomicBool::new(false),
            inline: AtomicBool::new(false),
            in_vain: AtomicBool::new(false),
            heard: AtomicU32::new(0),
            listed: AtomicBool::new(false),
            spin: Spin::default(),
        }
    }

    /// The connecting end, before it connects to `peer`: binds the socket if `unbound`, and offers.
    /// `None` if nobody there wants it.
    pub fn offer(fd: RawFd, peer: &Address, unbound: bool) -> Option<Link> {
        let peer = canonical(peer).filter(|peer| peer.ip().is_loopback())?;
        let bell = meeting::go(peer)?;
        let (memory, file) = Memory::create(RING_BYTES)?;
        if unbound {
            let local = net::local_address(fd).ok()?;
            net::bind(fd, &Address::any(local.family())).ok()?;
        }
        let local = canonical(&net::local_address(fd).ok()?)?;
        let offered = meeting::offer(&bell, meeting::From::bound_to(local), RING_BYTES, &file);
        offered.then(|| Link::new(memory, bell, 0, OFFERED))
    }

    /// The accepting end: takes the offer for the connection `fd`. `None` if it cannot be taken.
    pub fn take(fd: RawFd, offer: Offer) -> Option<Link> {
        let memory = Memory::adopt(&offer.memory, offer.size)?;
        let names = Names(
            canonical(&net::peer_address(fd).ok()?)?,
            canonical(&net::local_address(fd).ok()?)?,
        );
        memory.agreement().take(&names);
        let link = Link::new(memory, offer.bell, 1, TAKEN);
        link.ring();
        Some(link)
    }

    /// The shared words of the way that this end writes.
    #[inline(always)]
    pub(super) fn outgoing(&self) -> &Control {
        self.memory.control(self.side)
    }

    /// The shared words of the way that this end reads.
    #[inline(always)]
    pub(super) fn incoming(&self) -> &Control {
        self.memory.control(self.side ^ 1)
    }

    /// Whether both ends know that they have one connection.
    #[inline(always)]
    pub fn settle(&self, fd: RawFd) -> bool {
        match self.stage.load(Ordering::Acquire) {
            AGREED => true,
            REFUSED => false,
            _ => self.hear_out(fd),
        }
    }

    /// Whether the other end has said something that [`Link::settle`] does not know yet.
    pub(super) fn has_word(&self) -> bool {
        match self.stage.load(Ordering::Relaxed) {
            OFFERED => self.memory.agreement().is_taken(),
            TAKEN => self.memory.agreement().answer().is_some(),
            _ => false,
        }
    }

    #[cold]
    fn hear_out(&self, fd: RawFd) -> bool {
        let agreement = self.memory.agreement();
        let agreed = if self.side == 1 {
            match agreement.answer() {
                None => return false,
                Some(answer) => answer,
            }
        } else {
            if !agreement.is_taken() {
                return false;
            }
            let name = |address: Result<Address, Errno>| canonical(&address.ok()?);
            let names = || Some(Names(name(net::local_address(fd))?, name(net::peer_address(fd))?));
            let mine = names().is_some_and(|names| agreement.is_of(&names));
            agreement.reply(mine);
            self.ring();
            mine
        };
        self.stage.store(if agreed { AGREED } else { REFUSED }, Ordering::Release);
        agreed
    }

    /// The other end wrote nonsense: the connection is over.
    #[cold]
    pub(super) fn corrupt(&self, _: Corrupt) -> Errno {
        self.corrupt.store(true, Ordering::Relaxed);
        self.close(true);
        Errno::RESET
    }

    /// The bell is closed at the other end: nobody is there to agree with, or to be woken by.
    pub(super) fn lose_bell(&self, fd: RawFd) {
        if self.settle(fd) {
            self.suspect();
        } else {
            self.stage.store(REFUSED, Ordering::Release);
        }
    }

    /// Whether it is TCP alone, for life.
    pub fn is_plain(&self) -> bool {
        self.stage.load(Ordering::Relaxed) == REFUSED
    }

    /// Whether bytes go by the rings, or may any moment.
    pub fn is_agreed(&self) -> bool {
        self.stage.load(Ordering::Relaxed) == AGREED
    }

    /// There is reason to ask whether the other end lives.
    pub fn suspect(&self) {
        self.suspect.store(true, Ordering::Relaxed);
    }

    /// Whether there is reason to ask whether the other end lives, or it is known not to.
    #[inline(always)]
    pub(super) fn is_doubtful(&self) -> bool {
        let any = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        any(&self.suspect) | any(&self.gone) | any(&self.corrupt)
    }

    /// Whether the other end has died; asks if there is reason to.
    #[cold]
    pub(super) fn is_dead(&self, fd: RawFd) -> bool {
        if self.suspect.swap(false, Ordering::Relaxed) && !self.lives(fd) {
            self.gone.store(true, Ordering::Relaxed);
        }
        self.gone.load(Ordering::Relaxed) || self.corrupt.load(Ordering::Relaxed)
    }

    /// Whether the other end is found dead now, and was not known to be.
    pub fn has_died_unnoticed(&self, fd: RawFd) -> bool {
        let known = self.gone.load(Ordering::Relaxed);
        self.suspect();
        self.is_dead(fd) && !known
    }

    fn lives(&self, fd: RawFd) -> bool {
        let on_ring = self.receiving.on_ring.load(Ordering::Relaxed);
        self.silence()
            && match transfer::peek(fd) {
                Ok(0) => !on_ring || self.incoming().end() != End::Open, // a half close says so
                Ok(_) | Err(Errno::WOULD_BLOCK) => true,
                Err(_) => false,
            }
    }

    /// Whether urgent data stands in the stream.
    pub fn set_inline(&self, on: bool) {
        self.inline.store(on, Ordering::Relaxed);
    }
}

/// Receiving.
impl Link {
    /// Whether the next byte comes from the ring.
    #[inline(always)]
    pub(super) fn reads_ring(&self, fd: RawFd) -> bool {
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
    pub(super) fn ring_begins(&self) -> bool {
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

/// Sending.
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
        let size = self.memory.size();
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
    unsafe fn send_by_tcp(
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
        let size = self.memory.size();
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

#[cfg(test)]
mod tests;

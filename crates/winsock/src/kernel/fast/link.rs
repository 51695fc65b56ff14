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
use super::memory::{Memory, SIZE_MAX};
use super::ring::{Control, Corrupt, End, Place};
use super::spin::Spin;
use crate::kernel::address::Address;
use crate::kernel::net::{self, Errno};
use crate::kernel::transfer;

mod receive;
mod send;

/// The bytes of each of the two rings, unless the connecting end wants to receive more (SO_RCVBUF).
pub const RING_BYTES: u64 = 1 << 18;
/// The least that an end receives at a time, however little it wants.
const WINDOW_MIN: u64 = 1 << 12;

const OUT_OF_BAND: u32 = 1;
const PEEK: u32 = 2;

/// One end.
#[derive(Debug)]
pub struct Link {
    pub(super) memory: Memory,
    /// Rung by the other end; closed when it is gone.
    pub(super) bell: OwnedFd,
    /// The connector sends by way 0, the acceptor by way 1.
    pub(super) side: usize,
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
    /// Whether a look before a sleep may pay at all.
    pub(super) looks: bool,
    /// For blocking receives, and sends.
    pub(super) spins: [Spin; 2],
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
    /// As many bytes may be under way by the ring; once it goes by that.
    pub(super) window: AtomicU64,
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
    fn new(memory: Memory, bell: OwnedFd, side: usize, stage: u8, window: Option<u64>) -> Link {
        if let Some(bytes) = window {
            memory.control(side ^ 1).set_window(bytes.max(WINDOW_MIN));
        }
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
            looks: super::is_looked_for(),
            spins: Default::default(),
        }
    }

    /// The connecting end, before it connects to `peer`: binds the socket if `unbound`, and offers.
    /// `window`: the most bytes that it wants to be under way to it, if that matters. `None` if
    /// nobody there wants it.
    pub fn offer(fd: RawFd, peer: &Address, unbound: bool, window: Option<u64>) -> Option<Link> {
        let peer = canonical(peer).filter(|peer| peer.ip().is_loopback())?;
        let bell = meeting::go(peer)?;
        let size = window.map_or(RING_BYTES, |bytes| bytes.clamp(RING_BYTES, SIZE_MAX));
        let size = size.next_power_of_two();
        let (memory, file) = Memory::create(size)?;
        if unbound {
            let local = net::local_address(fd).ok()?;
            net::bind(fd, &Address::any(local.family())).ok()?;
        }
        let local = canonical(&net::local_address(fd).ok()?)?;
        let link = Link::new(memory, bell, 0, OFFERED, window);
        let offered = meeting::offer(&link.bell, meeting::From::bound_to(local), size, &file);
        offered.then_some(link)
    }

    /// The accepting end: takes the offer for the connection `fd`, `window` as in [`Link::offer`].
    /// `None` if it cannot be taken.
    pub fn take(fd: RawFd, offer: Offer, window: Option<u64>) -> Option<Link> {
        let memory = Memory::adopt(&offer.memory, offer.size)?;
        let names = Names(
            canonical(&net::peer_address(fd).ok()?)?,
            canonical(&net::local_address(fd).ok()?)?,
        );
        let link = Link::new(memory, offer.bell, 1, TAKEN, window);
        link.memory.agreement().take(&names);
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

    /// Whether urgent data may stand in the stream, which TCP alone knows.
    #[inline(always)]
    pub(super) fn is_inline(&self) -> bool {
        self.inline.load(Ordering::Relaxed)
    }

    /// Whether urgent data stands in the stream.
    pub fn set_inline(&self, on: bool) {
        self.inline.store(on, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;

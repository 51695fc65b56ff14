//! How one end of a fast connection waits: it looks, says that it waits, looks again, and sleeps on
//! its bell and on TCP. The other end rings only for who has said so.

use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};
use rustix::thread::sched_getcpu;

use super::link::{Link, Way};
use super::ring::End;
use crate::kernel::bell::Bell;
use crate::kernel::epoll::Ready;
use crate::kernel::net::{self, Direction, Errno, Interest, Woken};
use crate::kernel::poll::{self, Entry, Events};

/// After so many wake-ups by edges the bell is silenced, long before its queue is full.
const HEARD_MAX: u32 = 64;

impl Link {
    /// Wakes the other end. A full queue holds a wake-up already, and a closed one needs none.
    #[cold]
    pub(super) fn ring(&self) {
        _ = send(&self.bell, &[0], SendFlags::DONTWAIT | SendFlags::NOSIGNAL);
    }

    /// Forgets past rings; false if the other end is gone.
    pub fn silence(&self) -> bool {
        self.heard.store(0, Ordering::Relaxed);
        let mut rings = [0u8; 256];
        loop {
            match recv(&self.bell, &mut rings, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return false,
                Ok(_) => {}
                Err(errno) => return errno == rustix::io::Errno::AGAIN,
            }
        }
    }

    /// The bell may have rung, which was heard as an edge.
    pub fn hear(&self) {
        if self.heard.fetch_add(1, Ordering::Relaxed) >= HEARD_MAX && !self.silence() {
            self.suspect();
        }
    }

    pub(super) fn hang_up(&self) {
        _ = shutdown(&self.bell, Shutdown::Both);
    }

    /// The bell's descriptor: readable when it rings, hung up when the other end is gone.
    pub fn bell(&self) -> RawFd {
        self.bell.as_raw_fd()
    }

    /// Whether all that a wait can be for is told by the bell.
    pub fn waits_by_bell(&self, fd: RawFd) -> bool {
        self.reads_ring(fd) && self.sending.on_ring.load(Ordering::Relaxed)
    }

    /// As [`Link::has_input`], for who asks again and again: what will be read first is on its way
    /// to this processor when it is told of.
    #[inline(always)]
    fn expects_input(&self) -> bool {
        self.memory.expect(self.side ^ 1, self.receiving.place.own());
        self.has_input()
    }

    /// Whether a receive may succeed, as far as memory tells.
    #[inline(always)]
    pub fn has_input(&self) -> bool {
        if self.receiving.on_ring.load(Ordering::Relaxed) {
            let control = self.incoming();
            let stirred = control.is_stirred(&self.receiving.place);
            return stirred || control.end() != End::Open || self.is_doubtful();
        }
        self.has_word() || self.ring_begins()
    }

    /// Whether a try of this direction may bring something, or nothing will come before memory
    /// changes; `None`: TCP may have something.
    #[inline(always)]
    pub fn is_promising(&self, direction: Direction) -> Option<bool> {
        let (promising, by_ring) = match direction {
            Direction::Receive => (self.expects_input(), &self.receiving.on_ring),
            Direction::Send => (self.has_word() || self.has_room(), &self.sending.on_ring),
        };
        let all_is_told = by_ring.load(Ordering::Relaxed) && !self.is_inline();
        (promising || all_is_told).then_some(promising)
    }

    /// From now on the other end wakes this one; true if a try may succeed already.
    pub fn arm(&self, interest: Interest) -> bool {
        match interest {
            Interest::Readable => {
                self.incoming().await_bytes();
                let ready = self.has_input();
                if ready {
                    self.incoming().await_no_bytes();
                }
                ready
            }
            Interest::Writable => {
                self.outgoing().await_room();
                self.has_word() || self.has_room()
            }
            Interest::Urgent => false, // TCP tells
        }
    }

    fn has_room(&self) -> bool {
        let over = || self.outgoing().is_abandoned() || self.is_doubtful();
        let on_ring = self.sending.on_ring.load(Ordering::Relaxed);
        on_ring
            && (self.unsent_bytes() < self.sending.window.load(Ordering::Relaxed) as u32 || over())
    }

    /// Looks for a while, if that is worth it, whether a try may succeed.
    pub fn look_longer(&self, interest: Interest) -> bool {
        let on_ring = |way: &Way| way.on_ring.load(Ordering::Relaxed);
        let spin = &self.spins[usize::from(interest == Interest::Writable)];
        match interest {
            Interest::Readable if on_ring(&self.receiving) => {
                spin.until(self.is_elsewhere(), || self.has_input())
            }
            Interest::Writable if on_ring(&self.sending) => {
                spin.until(self.is_elsewhere(), || self.has_room())
            }
            _ => false,
        }
    }

    /// Whether bytes have come by the ring, and nothing else.
    pub fn has_bytes(&self) -> bool {
        let control = self.incoming();
        self.receiving.on_ring.load(Ordering::Relaxed)
            && control.is_stirred(&self.receiving.place)
            && control.end() == End::Open
            && !self.is_doubtful()
    }

    /// Whether the other end can run while this one looks.
    pub fn is_elsewhere(&self) -> bool {
        let processor = sched_getcpu() as u32;
        self.outgoing().tell_processor(processor);
        self.looks && self.incoming().is_elsewhere(processor)
    }

    /// Sleeps until a try may succeed, `bell` is rung, or `timeout` has passed.
    pub fn sleep(
        &self,
        fd: RawFd,
        interest: Interest,
        bell: Option<&Bell>,
        timeout: Option<Duration>,
    ) -> Woken {
        if !self.silence() {
            self.lose_bell(fd);
        }
        if self.is_plain() {
            return net::wait(fd, interest, bell, timeout);
        }
        if self.arm(interest) {
            return Woken::Ready;
        }
        let began = Instant::now();
        let end = timeout.and_then(|timeout| began.checked_add(timeout));
        loop {
            let mut entries = [
                Entry::new(fd, self.asks_of_tcp(interest)),
                Entry::new(self.bell(), Events::INPUT),
                bell.map_or(Entry::skipped(), |bell| Entry::new(bell.fd(), Events::INPUT)),
            ];
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let found = poll::poll(&mut entries, left);
            self.spins[usize::from(interest == Interest::Writable)].slept_since(began);
            if entries[0].found() != Events::NONE || entries[1].found().any(Events::HANG_UP) {
                self.suspect();
            }
            return match (found, entries[2].found()) {
                (Ok(0), _) if left.is_none_or(|left| !left.is_zero()) => continue, // a signal
                (Ok(0), _) => Woken::TimedOut,
                (_, Events::NONE) => Woken::Ready,
                _ => Woken::Rung,
            };
        }
    }

    /// What a sleep for `interest` asks of TCP; errors and a full hang-up are told unasked.
    fn asks_of_tcp(&self, interest: Interest) -> Events {
        let way = match interest {
            Interest::Readable => &self.receiving,
            Interest::Writable => &self.sending,
            Interest::Urgent => return Events::URGENT,
        };
        match (way.on_ring.load(Ordering::Relaxed), interest) {
            (true, _) => Events::NONE,
            (false, Interest::Writable) => Events::OUTPUT,
            (false, _) => Events::INPUT | Events::URGENT,
        }
    }

    /// What poll(2) would find if the bytes went by TCP. This end is armed from now on for what it
    /// does not find.
    pub fn events(&self, fd: RawFd) -> Events {
        if !self.silence() {
            self.lose_bell(fd);
        }
        self.incoming().await_bytes(); // also if there are some: more of them are news (S6.14)
        let (input, output) = (self.has_input(), self.has_room());
        let mut seen =
            poll::look(fd, Events::INPUT | Events::OUTPUT | Events::URGENT | Events::END);
        if self.reads_ring(fd) {
            let found = match self.peek(fd) {
                Err(Errno::WOULD_BLOCK) => Events::NONE,
                Err(_) => Events::INPUT | Events::ERROR,
                Ok(()) if self.incoming().end() == End::Open => Events::INPUT,
                Ok(()) => Events::INPUT | Events::END,
            };
            let ended = Events::INPUT | Events::END | Events::HANG_UP;
            seen = seen.without(ended) | found.when(input);
        }
        if self.sending.on_ring.load(Ordering::Relaxed) {
            let output = output || self.arm(Interest::Writable);
            seen = seen.without(Events::OUTPUT) | Events::OUTPUT.when(output);
        }
        seen
    }

    /// As [`Link::events`], in epoll's terms.
    pub fn ready(&self, fd: RawFd) -> Ready {
        Ready::of(self.events(fd))
    }
}

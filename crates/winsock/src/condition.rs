//! What a socket is ready for, as Windows tells it: from the engine's marks and from what Linux
//! finds at its descriptor, which is not the same (S8.10–S8.15, S9.8–S9.14).

use std::ops::{BitAnd, BitOr};

use crate::kernel::control;
use crate::kernel::net;
use crate::kernel::poll::{Entry, Events};
use crate::socket::{Mark, Socket};

/// A set of things that a socket may be ready for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition(u8);

impl Condition {
    pub const NONE: Condition = Condition(0);
    /// Data, a datagram (or that one found no port), or a connection waits.
    pub const RECEIVE: Condition = Condition(1);
    /// Urgent data waits, apart from the stream.
    pub const EXPEDITED: Condition = Condition(1 << 1);
    /// There is room to send.
    pub const SEND: Condition = Condition(1 << 2);
    /// The peer will send no more.
    pub const DISCONNECT: Condition = Condition(1 << 3);
    /// The connection was reset.
    pub const ABORT: Condition = Condition(1 << 4);
    /// The last connect failed.
    pub const CONNECT_FAILED: Condition = Condition(1 << 5);
    /// The socket was closed at this end.
    pub const CLOSED: Condition = Condition(1 << 6);

    /// Whether any of `conditions` is among these.
    #[inline(always)]
    pub fn any(self, conditions: Condition) -> bool {
        self.0 & conditions.0 != 0
    }

    pub fn is_none(self) -> bool {
        self == Condition::NONE
    }

    /// These without `conditions`.
    pub fn without(self, conditions: Condition) -> Condition {
        Condition(self.0 & !conditions.0)
    }

    /// These, if `holds`.
    pub const fn when(self, holds: bool) -> Condition {
        if holds { self } else { Condition::NONE }
    }

    /// These and `more`.
    pub const fn and(self, more: Condition) -> Condition {
        Condition(self.0 | more.0)
    }
}

impl BitOr for Condition {
    type Output = Condition;

    fn bitor(self, more: Condition) -> Condition {
        self.and(more)
    }
}

impl BitAnd for Condition {
    type Output = Condition;

    fn bitand(self, wanted: Condition) -> Condition {
        Condition(self.0 & wanted.0)
    }
}

/// What a socket can be known to be ready for without asking Linux.
const KNOWN: Mark =
    Mark::CONNECT_FAILED.and(Mark::CLOSED).and(Mark::PORT_UNREACHABLE).and(Mark::DEFERRED);

impl Socket {
    /// What to ask Linux for to learn of the conditions `wanted`. `None`: nothing, for it would
    /// report a stream that was never connected as hung up.
    #[inline]
    pub fn asks(&self, wanted: Condition) -> Option<Events> {
        let input = Events::INPUT.when(wanted.any(Condition::RECEIVE));
        let output = Events::OUTPUT.when(wanted.any(Condition::SEND));
        if self.is(Mark::STREAM.and(Mark::CONNECTED)) {
            let expedited = wanted.any(Condition::EXPEDITED) && !self.is(Mark::OOB_INLINE);
            let urgent = Events::URGENT.when(expedited);
            let end = Events::END.when(wanted.any(Condition::DISCONNECT));
            return Some(input | output | urgent | end);
        }
        match () {
            () if !self.is(Mark::STREAM) => Some(input | output),
            () if self.is(Mark::LISTENING) => Some(input),
            () if self.is(Mark::CONNECTING) => Some(Events::OUTPUT), // its end, either way
            () => None,
        }
    }

    /// What poll(2) is to look at to learn of the conditions `wanted`; `None`: its edges tell.
    #[inline]
    pub fn poll_entry(&self, wanted: Condition) -> Option<Entry> {
        if self.is(Mark::LINKED.and(Mark::CONNECTED))
            && let Some(link) = self.shared_link()
            && !link.is_plain()
        {
            let by_bell = link.waits_by_bell(self.fd()) && !wanted.any(Condition::EXPEDITED);
            return by_bell.then(|| Entry::new(link.bell(), Events::INPUT));
        }
        self.asks(wanted).map(|asks| Entry::new(self.fd(), asks))
    }

    /// Those of `wanted` that it is ready for without asking Linux.
    #[inline]
    pub fn known_condition(&self, wanted: Condition) -> Condition {
        match self.is_any(KNOWN.and(Mark::LINKED)) {
            true if self.has_bytes_alone(wanted) => Condition::RECEIVE,
            true => self.condition(Events::NONE) & wanted,
            false => Condition::NONE,
        }
    }

    /// Whether memory tells that it has received bytes, and no more is `wanted` to be known.
    fn has_bytes_alone(&self, wanted: Condition) -> bool {
        let odd = KNOWN.and(Mark::RESET);
        wanted.any(Condition::RECEIVE)
            && !wanted.any(Condition::SEND | Condition::EXPEDITED)
            && self.is_exactly(Mark::LINKED.and(Mark::CONNECTED), odd)
            && self.shared_link().is_some_and(|link| link.has_bytes())
    }

    /// What it is ready for, Linux having found `seen`.
    pub fn condition(&self, seen: Events) -> Condition {
        if self.is(Mark::CLOSED) {
            return Condition::CLOSED;
        }
        let link = self.shared_link().filter(|_| self.is(Mark::CONNECTED));
        let seen = link.map_or(seen, |link| link.events(self.fd()));
        if seen.any(Events::OUTPUT | Events::HANG_UP | Events::ERROR) {
            self.settle_connect();
        }
        match () {
            () if !self.is(Mark::STREAM) => self.datagram_condition(seen),
            () if self.is(Mark::LISTENING) => {
                Condition::RECEIVE.when(seen.any(Events::INPUT) || self.is(Mark::DEFERRED))
            }
            () if self.is(Mark::CONNECTED) => self.stream_condition(seen),
            () if self.is(Mark::CONNECTING) => Condition::NONE,
            () => Condition::CONNECT_FAILED.when(self.is(Mark::CONNECT_FAILED)),
        }
    }

    fn stream_condition(&self, seen: Events) -> Condition {
        if self.is(Mark::RESET) || seen.any(Events::ERROR) {
            return Condition::ABORT | Condition::SEND; // S8.15, S9.11
        }
        let ended = seen.any(Events::END | Events::HANG_UP);
        // Linux calls the end readable, too: what is unread tells (S9.10).
        let by_tcp = || control::readable_bytes(self.fd()).unwrap_or(0) as usize;
        let unread = || !ended || self.unread_by_link().unwrap_or_else(by_tcp) > 0;
        let expedited = seen.any(Events::URGENT) && !self.is(Mark::OOB_INLINE);
        Condition::RECEIVE.when(seen.any(Events::INPUT) && unread())
            | Condition::EXPEDITED.when(expedited)
            | Condition::SEND.when(seen.any(Events::OUTPUT))
            | Condition::DISCONNECT.when(ended)
    }

    fn datagram_condition(&self, seen: Events) -> Condition {
        let mut failed = seen.any(Events::ERROR);
        if failed && self.is(Mark::IGNORES_PORT_ERRORS) {
            _ = net::take_error(self.fd());
            net::drop_port_errors(self.fd());
            failed = false;
        }
        let told = failed || self.is(Mark::PORT_UNREACHABLE); // by the next receive (S2.51)
        Condition::RECEIVE.when(seen.any(Events::INPUT) || told)
            | Condition::SEND.when(seen.any(Events::OUTPUT))
    }
}

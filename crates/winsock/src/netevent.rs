//! Network events: what has happened on a socket, kept in its record until somebody asks
//! (WSAEventSelect, WSAEnumNetworkEvents) or told a window at once (WSAAsyncSelect).
//!
//! ```text
//!   readiness: on_ready ─────▶ ┐               ┌─ recorded: bit and error, until enumerated
//!   recv, accept: again ─────▶ ├─▶ indicate ───┤
//!   send 10035: want_room ───▶ │  (once, till  └─ if selected: the event object is set
//!   connect ended: connected ─▶┘  re-enabled)  or a message is posted
//! ```
//!
//! A record begins with the first select; from then on it is kept whether anything is selected or
//! not, as AFD does, so that what was reported once is not reported again (S6.8–S6.10). Whatever
//! happens on a socket comes here behind one look at [`Mark::SELECTED`].

use std::sync::Arc;

use parking_lot::Mutex;

use crate::afd;
use crate::connect::mark_reset;
use crate::error::Error;
use crate::event::Event;
use crate::handle::{self, LaneGuard};
use crate::kernel::control;
use crate::kernel::epoll::Ready;
use crate::kernel::net::{self, Direction, Errno};
use crate::kernel::transfer;
use crate::socket::{Mark, Socket};
use crate::watchman;
use crate::window::Window;

/// FD_READ.
pub const READ: u32 = 1;
/// FD_WRITE.
pub const WRITE: u32 = 2;
/// FD_OOB.
pub const OOB: u32 = 4;
/// FD_ACCEPT.
pub const ACCEPT: u32 = 8;
/// FD_CONNECT.
pub const CONNECT: u32 = 16;
/// FD_CLOSE.
pub const CLOSE: u32 = 32;
/// FD_MAX_EVENTS: how many kinds there are.
pub const KINDS: usize = 10;

/// A socket's network events.
pub struct NetworkEvents(Mutex<Record>);

/// Whom to tell.
#[derive(Clone)]
pub enum Listener {
    /// WSAEventSelect: the object is set.
    Event(Arc<Event>),
    /// WSAAsyncSelect: this message is posted to the window, for each event one (S7.1).
    Window(Arc<Window>, u32),
}

struct Record {
    /// Nobody: nothing is selected.
    listener: Option<Listener>,
    /// The selected bits; 0: nothing is selected.
    mask: u32,
    /// What happened and was not enumerated yet.
    active: u32,
    /// The error of each, by bit number.
    errors: [Error; KINDS],
    /// What happened since its re-enabling call, if it has one: it does not happen again while the
    /// condition lasts (S6.10).
    told: u32,
    /// A send failed with 10035: room is news (S6.15).
    wants_room: bool,
    /// What waited at the last FD_READ or FD_ACCEPT, in bytes or connections: more is news (S6.14).
    seen: u32,
    /// Where urgent data stood at the last FD_OOB, in bytes from the next to be read.
    urgent_at: u32,
}

/// What WSAEnumNetworkEvents returns: bits, and an error for each by bit number.
pub type Enumerated = (u32, [Error; KINDS]);

impl NetworkEvents {
    /// The record as it stands when a socket is selected first: what has happened before counts,
    /// the connect included (S6.16, S6.17).
    pub fn of(socket: &Socket) -> Self {
        let connected = socket.is(Mark::CONNECTED);
        let active = match () {
            () if connected && !socket.is(Mark::ACCEPTED) => CONNECT | WRITE,
            () if connected => WRITE,
            () if socket.is_exactly(Mark::BOUND, Mark::STREAM) => WRITE,
            () => 0,
        };
        Self(Mutex::new(Record {
            listener: None,
            mask: 0,
            active,
            errors: [Error::SUCCESS; KINDS],
            told: active,
            wants_room: false,
            seen: 0,
            urgent_at: 0,
        }))
    }
}

impl Socket {
    /// WSAEventSelect, WSAAsyncSelect: `mask` 0 cancels (S6.1–S6.3, S7.3, S7.5). An event object
    /// is told at once what is recorded and what already holds (S6.9), a window all that holds,
    /// told before or not (S7.7).
    pub fn select_events(&self, listener: Option<Listener>, mask: u32) -> Result<(), Error> {
        self.mark(Mark::NONBLOCKING.and(Mark::SELECTED), true);
        self.settle_connect();
        let mut lane = self.lane(Direction::Receive);
        let mut record = self.network_events().0.lock();
        record.listener = listener.filter(|_| mask != 0);
        record.mask = mask;
        if record.posts() {
            record.told = 0;
            record.wants_room = true;
        }
        record.look(self, takes(&mut lane), Sight::Now);
        record.signal();
        drop((record, lane));
        self.watch_events()
    }

    /// Whether events are selected: then the socket stays non-blocking (S6.1).
    pub fn selects_events(&self) -> bool {
        self.is(Mark::SELECTED) && self.network_events().0.lock().mask != 0
    }

    /// WSAEnumNetworkEvents: the selected bits that are recorded, and their errors; they are
    /// cleared and `event` is reset in one step (S6.6–S6.8).
    pub fn enumerate_events(&self, event: Option<&Event>) -> Enumerated {
        let reset = || event.inspect(|event| event.reset());
        if !self.is(Mark::SELECTED) {
            reset();
            return (0, [Error::SUCCESS; KINDS]);
        }
        let mut lane = self.lane(Direction::Receive);
        let mut record = self.network_events().0.lock();
        if record.active & record.mask == 0 {
            record.look(self, takes(&mut lane), Sight::Now); // nobody may have heard of it yet
        }
        let bits = record.active & record.mask;
        record.active &= !bits;
        reset();
        (bits, record.errors)
    }

    /// Sees to it that readiness is heard of, as soon as there can be any.
    pub fn watch_events(&self) -> Result<(), Error> {
        let alive = Mark::CONNECTING.and(Mark::CONNECTED).and(Mark::LISTENING);
        if self.is(Mark::STREAM) && !self.is_any(alive) {
            return Ok(()); // Linux says "hung up" of it, Windows nothing (S6.16)
        }
        if let Some(port) = self.telling_port() {
            port.source().set_eager();
        }
        self.watch()?;
        watchman::arm(); // should no thread be there to hear of it
        Ok(())
    }
}

/// Whether pending receives or accepts take what comes: then it is no event (S6.25).
fn takes(lane: &mut LaneGuard) -> bool {
    lane.existing().1.is_some_and(|lane| !lane.queue.is_empty())
}

/// The kernel reported readiness of a socket, and its lanes have had theirs.
#[cold]
pub fn on_ready(handle: usize, ready: Ready) {
    let Ok(mut lane) = handle::lock(handle, Direction::Receive) else { return };
    if lane.socket().is(Mark::SELECTED) {
        lane.socket().settle_connect();
        let taken = takes(&mut lane);
        let socket = lane.socket();
        socket.network_events().0.lock().look(socket, taken, Sight::Edge(ready));
        drop(lane);
        _ = handle::socket(handle).map(|socket| afd::changed(&socket));
    }
}

/// A call that re-enables `bits` is over, however it ended (S6.11, S6.12). The lane is the
/// receiving one.
#[cold]
pub fn again(lane: &mut LaneGuard, bits: u32) {
    let taken = takes(lane);
    let socket = lane.socket();
    let mut record = socket.network_events().0.lock();
    let urgent = record.told & OOB != 0;
    record.told &= !bits;
    record.active &= !bits;
    record.look(socket, taken, if urgent { Sight::Now } else { Sight::Arrivals });
}

/// A receive was refused before it was tried: to a window that re-enables, and to an event it does
/// not (S6.13).
#[cold]
pub fn refused(lane: &mut LaneGuard) {
    if lane.socket().network_events().0.lock().posts() {
        again(lane, READ | OOB);
    }
}

/// A send failed with 10035 (S6.15).
#[cold]
pub fn want_room(socket: &Socket) {
    let mut lane = socket.lane(Direction::Receive);
    let mut record = socket.network_events().0.lock();
    record.active &= !WRITE;
    record.wants_room = true;
    record.look(socket, takes(&mut lane), Sight::Now);
}

/// A connect has ended (S6.17, S6.18, S6.16a), or the socket has become an accepted one.
#[cold]
pub fn connected(socket: &Socket, error: Error) {
    let mut record = socket.network_events().0.lock();
    // A datagram socket's connect is no event to a window (S6.16a).
    if !socket.is(Mark::ACCEPTED) && (socket.is(Mark::STREAM) || !record.posts()) {
        record.indicate(socket, CONNECT, error);
    }
    if error == Error::SUCCESS {
        record.wants_room = false;
        record.indicate(socket, WRITE, error);
        record.look(socket, false, Sight::Now); // nothing could be pending before
    }
    drop(record);
    afd::changed(socket);
}

/// A datagram socket was bound: it can send (S6.16).
#[cold]
pub fn bound(socket: &Socket) {
    socket.network_events().0.lock().indicate(socket, WRITE, Error::SUCCESS);
}

/// `accepted` comes from `listener`: what is selected there is selected here (S6.24).
#[cold]
pub fn inherit(accepted: &Socket, listener: &Socket) {
    let (told, mask) = {
        let record = listener.network_events().0.lock();
        (record.listener.clone(), record.mask)
    };
    if mask != 0 {
        // Without a watch it still has what is recorded now; its next select tries again.
        _ = accepted.select_events(told, mask);
    }
}

/// The socket is as new (DisconnectEx) or closed: nothing that was recorded counts any more.
#[cold]
pub fn forget(socket: &Socket) {
    let mut record = socket.network_events().0.lock();
    if socket.is(Mark::CLOSED) {
        (record.listener, record.mask) = (None, 0); // S6.26, S7.10
    }
    (record.active, record.told, record.wants_room) = (0, 0, false);
}

/// What a look at a socket begins with.
enum Sight {
    /// The kernel has just reported this: what came since the last report is news, even if the old
    /// was not taken (S6.14).
    Edge(Ready),
    /// The whole state is wanted.
    Now,
    /// Only what may wait to be taken is of interest.
    Arrivals,
}

impl Record {
    /// Looks at the socket and indicates what holds and was not told yet. `taken`: pending
    /// requests take what arrives.
    fn look(&mut self, socket: &Socket, taken: bool, sight: Sight) {
        if socket.is(Mark::CLOSED) {
            return;
        }
        let edge = matches!(sight, Sight::Edge(_));
        if socket.is(Mark::LISTENING) {
            let waiting = if taken { 0 } else { socket.waiting_connections() };
            return self.arrived(socket, ACCEPT, waiting, edge);
        }
        let stream = socket.is(Mark::STREAM);
        if stream && !socket.is(Mark::CONNECTED) {
            return;
        }
        let link = socket.shared_link();
        // Room and urgent data may be gone since the report; what else it says stays true.
        let level = match sight {
            _ if link.is_some() => link.map_or(Ready::default(), |link| link.ready(socket.fd())),
            Sight::Edge(ready) if stream && !self.wants_room && !ready.urgent() => ready,
            Sight::Arrivals if stream => Ready::default(),
            _ => Ready::now(socket.fd()),
        };
        let unread = match taken {
            true => 0,
            false if stream => unread(socket),
            false => queued(socket, level),
        };
        if self.wants_room && level.writable() {
            self.wants_room = false;
            self.indicate(socket, WRITE, Error::SUCCESS);
        }
        self.arrived(socket, READ, unread, edge);
        if stream && level.urgent() && !socket.is(Mark::OOB_INLINE) {
            self.urgent(socket, unread, edge);
        }
        let reset = socket.is(Mark::RESET) || level.failed();
        if stream && (reset || level.hung_up()) && self.told & CLOSE == 0 {
            // S6.21: the number is this, whoever reset the connection.
            let error = if reset { Error::CONNECTION_ABORTED } else { Error::SUCCESS };
            self.indicate(socket, CLOSE, error);
        }
    }

    /// `count` bytes or connections wait to be taken.
    fn arrived(&mut self, socket: &Socket, bit: u32, count: u32, edge: bool) {
        let more = edge && !self.posts() && count > self.seen; // a window waits (S7.6)
        if count > 0 && (self.told & bit == 0 || more) {
            self.seen = count;
            self.indicate(socket, bit, Error::SUCCESS);
        }
    }

    /// An urgent byte stands in the stream. A later one has moved the mark, or is all there is.
    fn urgent(&mut self, socket: &Socket, unread: u32, edge: bool) {
        let at = control::readable_bytes(socket.fd()).unwrap_or(0);
        let moved = edge && !self.posts() && (at != self.urgent_at || unread == 0);
        if self.told & OOB == 0 || moved {
            self.urgent_at = at;
            self.indicate(socket, OOB, Error::SUCCESS);
        }
    }

    /// It happened: recorded with its error, and told (S6.5, S7.1).
    fn indicate(&mut self, socket: &Socket, bit: u32, error: Error) {
        self.told |= bit;
        self.active |= bit;
        self.errors[bit.trailing_zeros() as usize] = error;
        match &self.listener {
            Some(Listener::Window(window, number)) if self.mask & bit != 0 => {
                let long = (bit | error.0 << 16) as i32 as isize;
                _ = window.post(*number, socket.handle() as usize, long); // it may be gone
            }
            _ => self.signal(),
        }
    }

    /// Whether events are told by messages.
    fn posts(&self) -> bool {
        matches!(self.listener, Some(Listener::Window(..)))
    }

    /// Sets the event object if anything recorded is selected.
    fn signal(&self) {
        if let Some(Listener::Event(event)) = &self.listener
            && self.active & self.mask != 0
        {
            event.set();
        }
    }
}

/// Bytes that a receive on a stream would find now; a reset is remembered.
fn unread(socket: &Socket) -> u32 {
    if socket.is(Mark::RESET) {
        return 0;
    }
    let unread = match socket.shared_link() {
        None => transfer::unread(socket.fd()),
        Some(link) => link.unread(socket.fd()),
    };
    if unread == Err(Errno::RESET) {
        mark_reset(socket);
    }
    unread.map_or(0, |bytes| u32::try_from(bytes).unwrap_or(u32::MAX))
}

/// How much a datagram socket holds, if there is a datagram or an error to receive.
fn queued(socket: &Socket, level: Ready) -> u32 {
    match level.readable() || socket.is(Mark::PORT_UNREACHABLE) {
        true => net::queued_bytes(socket.fd()).max(1),
        false => 0,
    }
}

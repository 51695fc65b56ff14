//! ⑦ The port: one FIFO of packets, a stack of waiting threads and a limit on how many run.
//!
//! ```text
//!            post                          dequeue
//!   packet ───────▶ queue ──oldest──▶ ┌───────────────┐
//!   readiness ────▶ (FIFO)            │ running ≤ N   │──▶ handler
//!      ▲                              └───────────────┘
//!      │ harvest                         ▲ newest first
//!   polling waiters (≤ N − running)   parked waiters
//! ```
//!
//! A port knows packets and threads, and no sockets: what the kernel finds ready reaches it
//! through [`Source`] as opaque tokens that queue in order with the packets and are turned into
//! packets by the thread that dequeues them. The rules are SEMANTICS S1.30–S1.44; the whole file
//! runs under loom (tests/loom.rs) and against a model (tests/port_model.rs).
//!
//! Invariants, all under the one lock:
//! - `running` counts the members whose place is `Running` or `Called`, nothing else.
//! - an entry is in exactly one place: the queue, or the hand of one called member (S1.37).
//! - while the port has room and someone waits, at least one waiter polls or nobody is parked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use smallvec::SmallVec;

use crate::sync::{Arc, Biased, BiasedGuard, Parker};

#[path = "port/patience.rs"]
mod patience;
#[path = "port/state.rs"]
mod state;

pub use patience::Patience;

use state::{Entry, FRONT, State};

/// What a port is told: one finished operation, or one posted triple (S1.29g).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The key given at association or post; opaque.
    pub key: usize,
    /// The caller's OVERLAPPED as an address; the port never dereferences it.
    pub overlapped: usize,
    /// NTSTATUS of the operation; 0 for a posted packet.
    pub status: u32,
    /// Bytes transferred.
    pub bytes: u32,
}

/// Where readiness comes from: an epoll set in the engine, a model in the tests.
pub trait Source: Sized {
    /// One thing found ready.
    type Ready: Copy;

    /// Sleeps until something is ready, somebody calls [`Source::kick`], or `timeout` has passed
    /// (`None`: no limit). Appends what is ready; returns whether it took a kick.
    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Self::Ready>) -> bool;

    /// Makes one sleeping [`Source::wait`] return, or the next one if nobody sleeps.
    fn kick(&self);

    /// Does the work behind a readiness and hands over each packet of this port it produced.
    fn finish(&self, ready: Self::Ready, packets: &mut Vec<Packet>);

    /// As [`Source::finish`], but posts to `port`: where packets would otherwise be overtaken by
    /// those of later operations, that other threads issue meanwhile (S2.17).
    fn finish_posting(&self, ready: Self::Ready, port: &Port<Self>) {
        let mut packets = Vec::new();
        self.finish(ready, &mut packets);
        for packet in packets {
            port.post(packet, false);
        }
    }

    /// Whether somebody awaits these operations by other means than the port, so that they must
    /// be finished when found and not when dequeued.
    fn eager(&self) -> bool;

    /// Asks for [`Port::inspect`] within a millisecond or two.
    fn watch(&self);

    /// The queue became non-empty (true) or empty (false); called for observed ports only.
    fn queued(&self, any: bool);
}

/// Why [`Port::dequeue`] brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// Patience ran out (S1.20).
    TimedOut,
    /// The port was closed (S1.25).
    Abandoned,
    /// [`Port::alert`].
    Alerted,
}

/// A thread's place at a port; made by [`Port::join`], given back by [`Port::leave`].
pub struct Seat<R> {
    id: usize,
    parker: Arc<Parker>,
    ready: Vec<R>,
    packets: Vec<Packet>,
}

type Verdicts = SmallVec<[bool; 8]>;

/// A completion port over a source of readiness.
pub struct Port<S: Source> {
    state: Biased<State<S::Ready>>,
    /// The place of the queue's front; written under the lock.
    head: AtomicU64,
    source: S,
}

impl<R> Seat<R> {
    /// Its number at the port.
    pub fn id(&self) -> usize {
        self.id
    }
}

impl<S: Source> Port<S> {
    /// A port that lets `limit` threads run at once (`limit` ≥ 1; S1.30).
    pub fn new(limit: usize, source: S) -> Self {
        assert!(limit >= 1);
        Self { state: Biased::new(State::new(limit)), head: AtomicU64::new(FRONT), source }
    }

    /// The source behind this port.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// Associates the calling thread, `thread` being its number for the watchman (S1.32).
    pub fn join(&self, thread: u32) -> Seat<S::Ready> {
        let parker = Arc::new(Parker::new());
        let id = self.state.lock().admit(thread, parker.clone());
        Seat { id, parker, ready: Vec::with_capacity(64), packets: Vec::with_capacity(4) }
    }

    /// Ends the calling thread's association (S1.34, S1.43).
    pub fn leave(&self, seat: Seat<S::Ready>) {
        let mut state = self.state.lock();
        state.dismiss(seat.id);
        state.fill(0);
        self.release(state);
    }

    /// Queues a packet (S1.35). `own`: the caller is a running thread of this port that will soon
    /// ask for more; then a lone packet wakes nobody, and the watchman bounds its stay to a
    /// millisecond or two. False if the port is closed: the packet is dropped (S1.26).
    pub fn post(&self, packet: Packet, own: bool) -> bool {
        self.post_at(packet, || own, |_| ())
    }

    /// As [`Port::post`]; `own` is asked only if somebody waits, and `placed` is told the packet's
    /// place in the queue before any later packet has one.
    #[inline]
    pub fn post_at(
        &self,
        packet: Packet,
        own: impl FnOnce() -> bool,
        placed: impl FnOnce(u64),
    ) -> bool {
        let mut state = self.state.lock();
        if state.closed {
            return false;
        }
        placed(state.push(Entry::Packet(packet)));
        if !state.waiters.is_empty() {
            state.fill(usize::from(own()));
        }
        self.release(state);
        true
    }

    /// Whether the packet that was posted at this place, not 0, is still queued. May say so a
    /// moment longer.
    #[inline]
    pub fn holds(&self, at: u64) -> bool {
        at >= self.head.load(Ordering::Relaxed)
    }

    /// Takes the oldest packet, waiting for it as long as `patience` allows (S1.33). On return
    /// the thread counts as running, also after a time-out (S1.42).
    #[inline(always)]
    pub fn dequeue(
        &self,
        seat: &mut Seat<S::Ready>,
        patience: Patience,
    ) -> Result<Packet, Nothing> {
        loop {
            match self.next_entry(seat, patience)? {
                Entry::Packet(packet) => return Ok(packet),
                Entry::Ready(ready) => {
                    if let Some(packet) = self.finish_first(seat, ready) {
                        return Ok(packet);
                    }
                }
            }
        }
    }

    /// Takes one packet as [`Port::dequeue`] does, then what else is queued, up to `count` in all
    /// (S1.29e).
    pub fn dequeue_many(
        &self,
        seat: &mut Seat<S::Ready>,
        patience: Patience,
        count: usize,
        take: &mut dyn FnMut(Packet),
    ) -> Result<(), Nothing> {
        take(self.dequeue(seat, patience)?);
        let mut taken = 1;
        while taken < count {
            let Some(entry) = self.pop() else { break };
            let packet = match entry {
                Entry::Packet(packet) => Some(packet),
                Entry::Ready(ready) => self.finish_first(seat, ready),
            };
            if let Some(packet) = packet {
                take(packet);
                taken += 1;
            }
        }
        Ok(())
    }

    /// The calling thread is about to block in a call of ours: it stops counting (S1.39).
    pub fn pause(&self, seat: &Seat<S::Ready>) {
        let mut state = self.state.lock();
        if state.pause(seat.id) {
            state.fill(0);
            self.release(state);
        }
    }

    /// It woke: it counts again, even beyond the limit (S1.40).
    pub fn resume(&self, seat: &Seat<S::Ready>) {
        self.state.lock().resume(seat.id);
    }

    /// Ends the wait of the member in this seat with [`Nothing::Alerted`]; its next one if it does
    /// not wait now (S1.29b).
    pub fn alert(&self, seat: usize) {
        let mut state = self.state.lock();
        state.alert(seat);
        self.release(state);
    }

    /// Forgets an alert that came while the thread did not wait.
    pub fn calm(&self, seat: usize) {
        self.state.lock().calm(seat);
    }

    /// Ends every wait with [`Nothing::Abandoned`] and drops what is queued; a thread that was
    /// handed a packet before still gets it (S1.25–S1.27).
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.close();
        self.shut(state);
    }

    /// From now on tells [`Source::queued`] about the queue; returns whether it holds anything.
    pub fn observe(&self) -> bool {
        let mut state = self.state.lock();
        state.observed = true;
        !state.queue.is_empty()
    }

    #[inline(always)]
    fn next_entry(
        &self,
        seat: &mut Seat<S::Ready>,
        patience: Patience,
    ) -> Result<Entry<S::Ready>, Nothing> {
        let mut state = self.state.lock();
        if let Some(entry) = state.come_back(seat.id) {
            state.fill(1);
            self.release(state);
            return Ok(entry);
        }
        self.wait(state, seat, patience.begin())
    }

    #[inline(never)]
    fn wait<'a>(
        &'a self,
        mut state: BiasedGuard<'a, State<S::Ready>>,
        seat: &mut Seat<S::Ready>,
        mut patience: Patience,
    ) -> Result<Entry<S::Ready>, Nothing> {
        let mut since = None;
        loop {
            if state.closed {
                state.close(); // the next sleeper in the kernel learns it from us
                self.shut(state);
                return Err(Nothing::Abandoned);
            }
            if state.calm(seat.id) {
                state.run(seat.id);
                self.release(state);
                return Err(Nothing::Alerted);
            }
            if let Some(entry) = state.take(seat.id) {
                state.fill(1);
                self.release(state);
                return Ok(entry);
            }
            let polls = state.may_poll();
            let timeout = match (patience, patience.left()) {
                (_, Some(timeout)) => timeout,
                (Patience::None, None) if polls => Some(Duration::ZERO),
                _ => {
                    state.run(seat.id);
                    state.fill(1);
                    self.release(state);
                    return Err(Nothing::TimedOut);
                }
            };
            if matches!(patience, Patience::None) {
                patience = Patience::Until(Instant::now()); // one look, then time is up
            }
            let since = *since.get_or_insert_with(|| state.tick());
            state.sit(seat.id, since, polls);
            self.release(state);
            let kicked = self.sleep(seat, polls, timeout);
            state = self.state.lock();
            let (ready, packets) = (seat.ready.drain(..), seat.packets.drain(..));
            if let Some(entry) = state.rise(seat.id, kicked, ready, packets) {
                if state.closed {
                    self.shut(state);
                } else {
                    state.fill(0);
                    self.release(state);
                }
                return Ok(entry);
            }
            state.call_newer(since);
            if state.owes() {
                self.release(state);
                state = self.state.lock();
            }
        }
    }

    fn pop(&self) -> Option<Entry<S::Ready>> {
        let mut state = self.state.lock();
        let entry = state.pop();
        self.unlock(state);
        entry
    }

    /// Sleeps in the kernel, as the port's eye on readiness or parked. True if it took a kick.
    fn sleep(&self, seat: &mut Seat<S::Ready>, polls: bool, timeout: Option<Duration>) -> bool {
        if !polls {
            seat.parker.park(timeout);
            return false;
        }
        let kicked = self.source.wait(timeout, &mut seat.ready);
        if !seat.ready.is_empty() && self.source.eager() {
            for ready in seat.ready.drain(..) {
                self.source.finish(ready, &mut seat.packets);
            }
        }
        kicked
    }

    /// Finishes a readiness token: the first packet goes to the caller, the others to the front
    /// of the queue, where the token stood.
    #[inline(always)]
    fn finish_first(&self, seat: &mut Seat<S::Ready>, ready: S::Ready) -> Option<Packet> {
        self.source.finish(ready, &mut seat.packets);
        if seat.packets.len() > 1 {
            self.give_back(&mut seat.packets);
        }
        seat.packets.pop()
    }

    /// Puts all packets but the first to the front of the queue.
    #[cold]
    fn give_back(&self, packets: &mut Vec<Packet>) {
        let mut state = self.state.lock();
        let others = packets.drain(1..).rev();
        if !state.closed {
            others.for_each(|packet| state.push_front(Entry::Packet(packet)));
            state.fill(1);
            self.release(state);
        }
    }

    /// Unlocks, then wakes: the woken find the lock free. The watchman is called as well if
    /// somebody awaits operations by other means than the port and no thread of the port looks.
    #[inline(always)]
    fn release(&self, mut state: BiasedGuard<'_, State<S::Ready>>) {
        state.calls.watch |= state.pollers == 0 && self.source.eager();
        self.unlock(state);
    }

    #[inline(always)]
    fn unlock(&self, state: BiasedGuard<'_, State<S::Ready>>) {
        self.head.store(state.head, Ordering::Relaxed);
        if state.owes() {
            self.pay(state);
        }
    }

    #[cold]
    fn pay(&self, mut state: BiasedGuard<'_, State<S::Ready>>) {
        let calls = std::mem::take(&mut state.calls);
        if state.observed {
            self.source.queued(!state.queue.is_empty());
        }
        drop(state);
        if calls.watch {
            self.source.watch();
        }
        for parker in calls.parked {
            parker.unpark();
        }
        if calls.kick {
            self.source.kick();
        }
    }

    /// Unlocks a closed port. Its packets are dropped (S1.26); operations found ready end all the
    /// same, for the sockets live on (S1.15).
    fn shut(&self, mut state: BiasedGuard<'_, State<S::Ready>>) {
        let dropped = state.take_all();
        self.unlock(state);
        let mut packets = Vec::new();
        for entry in dropped {
            if let Entry::Ready(ready) = entry {
                self.source.finish(ready, &mut packets);
            }
        }
    }

    /// The watchman's look: finishes what nobody would, sends out packets left too long, and
    /// replaces threads asleep in foreign code (`asleep` tells, by thread number). False if there
    /// is nothing here that needs another look soon.
    pub fn inspect(&self, asleep: &mut dyn FnMut(u32) -> bool) -> bool {
        let mut state = self.state.lock();
        let moved = state.moved();
        let (mut found, mut kicked) = (false, false);
        if !moved && state.pollers == 0 {
            let mut ready = std::mem::take(&mut state.found);
            drop(state);
            kicked = self.source.wait(Some(Duration::ZERO), &mut ready);
            found = !ready.is_empty();
            for ready in ready.drain(..) {
                self.source.finish_posting(ready, self);
            }
            state = self.state.lock();
            state.found = ready;
        }
        let suspects = state.suspects();
        if !suspects.is_empty() {
            drop(state);
            let verdicts: Verdicts =
                suspects.iter().map(|&(_, thread, _)| asleep(thread)).collect();
            state = self.state.lock();
            for (&(id, _, turn), asleep) in suspects.iter().zip(verdicts) {
                state.convict(id, turn, asleep);
            }
        }
        let busy = moved || found || state.any_away() || !state.queue.is_empty();
        state.fill(usize::from(moved));
        state.pass_on(kicked);
        state.calls.watch = false; // it is here
        self.unlock(state);
        busy
    }

    /// How many threads run, and how many entries are queued (for tests/port_model.rs).
    #[cfg(test)]
    #[allow(dead_code, reason = "the unit tests of the library have no use for it")]
    pub fn counts(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.running, state.queue.len())
    }

    /// Whether no thread watches the kernel for this port now.
    pub fn unwatched(&self) -> bool {
        self.state.lock().pollers == 0
    }
}

//! The state of a port under its lock: queue, members, the waiters' stack and the counts.

use std::collections::VecDeque;

use slab::Slab;
use smallvec::SmallVec;

use super::Packet;
use crate::sync::{Arc, Parker};

#[derive(Clone, Copy)]
pub(super) enum Entry<R> {
    Packet(Packet),
    Ready(R),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Associated but neither counted nor waiting: on its way in or out of a wait.
    Between,
    /// In its handler; counted.
    Running,
    /// Asleep in `Parker::park`.
    Parked,
    /// Inside `Source::wait`.
    Polling,
    /// Holds an entry it has not picked up yet; counted. `polled`: it sleeps in `Source::wait`.
    Called { polled: bool },
    /// In a blocking call of ours (S1.39).
    Paused,
    /// Found asleep in foreign code by the watchman (S1.41).
    Away,
}

pub(super) struct Member<R> {
    thread: u32,
    parker: Arc<Parker>,
    place: Place,
    handed: Option<Entry<R>>,
    /// Its wait, or its next one, is to end without an entry.
    alerted: bool,
    /// When its current wait began; the order of the waiters' stack.
    since: u64,
    /// How often it began to run, and that number at the watchman's last look.
    turn: u32,
    turn_seen: u32,
}

/// Where places begin: far from 0, which means none.
pub(super) const FRONT: u64 = 1 << 32;

pub(super) struct State<R> {
    /// Bounded by the operations outstanding and by what the program posts.
    pub(super) queue: VecDeque<Entry<R>>,
    /// The place of the queue's front. An entry keeps its place until it leaves.
    pub(super) head: u64,
    pub(super) members: Slab<Member<R>>,
    /// Parked and polling members, newest last.
    pub(super) waiters: Vec<usize>,
    pub(super) limit: usize,
    pub(super) running: usize,
    pub(super) pollers: usize,
    /// Members called while they slept in `Source::wait` that have not come out yet.
    kicks: usize,
    clock: u64,
    /// Entries taken so far, and that number at the watchman's last look.
    turns: u64,
    turns_seen: u64,
    pub(super) calls: Calls,
    /// Room for what the watchman finds.
    pub(super) found: Vec<R>,
    pub(super) observed: bool,
    pub(super) closed: bool,
}

/// What is to be done once the lock is released.
#[derive(Default)]
pub(super) struct Calls {
    /// Parked threads to wake, and whether there are any.
    pub(super) parked: SmallVec<[Arc<Parker>; 2]>,
    pub(super) unpark: bool,
    /// One thread to wake in `Source::wait`.
    pub(super) kick: bool,
    /// The watchman to arm.
    pub(super) watch: bool,
}

impl Calls {
    fn unpark(&mut self, parker: &Arc<Parker>) {
        self.parked.push(parker.clone());
        self.unpark = true;
    }
}

impl<R: Copy> State<R> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            head: FRONT,
            members: Slab::new(),
            waiters: Vec::new(),
            limit,
            running: 0,
            pollers: 0,
            kicks: 0,
            clock: 0,
            turns: 0,
            turns_seen: 0,
            calls: Calls::default(),
            found: Vec::with_capacity(64),
            observed: false,
            closed: false,
        }
    }

    pub(super) fn admit(&mut self, thread: u32, parker: Arc<Parker>) -> usize {
        self.members.insert(Member {
            thread,
            parker,
            place: Place::Between,
            handed: None,
            alerted: false,
            since: 0,
            turn: 0,
            turn_seen: 0,
        })
    }

    pub(super) fn dismiss(&mut self, id: usize) {
        self.stand_down(id);
        let member = self.members.remove(id);
        assert!(member.handed.is_none(), "a thread leaves with an entry in its hand");
    }

    /// The thread leaves: it no longer counts.
    fn stand_down(&mut self, id: usize) {
        let member = &mut self.members[id];
        if member.place == Place::Running {
            self.running -= 1;
        }
        member.place = Place::Between;
    }

    /// The thread counts as running from now on. Whatever the watchman saw of it is out of date.
    pub(super) fn run(&mut self, id: usize) {
        let member = &mut self.members[id];
        member.place = Place::Running;
        member.turn = member.turn.wrapping_add(1);
        self.running += 1;
    }

    pub(super) fn pause(&mut self, id: usize) -> bool {
        let member = &mut self.members[id];
        let counted = member.place == Place::Running;
        if counted {
            member.place = Place::Paused;
            self.running -= 1;
        }
        counted
    }

    pub(super) fn resume(&mut self, id: usize) {
        if self.members[id].place == Place::Paused {
            self.run(id);
        }
    }

    /// Queues an entry; returns its place.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry<R>) -> u64 {
        self.queue.push_back(entry);
        self.head + self.queue.len() as u64 - 1
    }

    pub(super) fn push_front(&mut self, entry: Entry<R>) {
        self.head -= 1;
        self.queue.push_front(entry);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry<R>> {
        let entry = self.queue.pop_front()?;
        self.head += 1;
        Some(entry)
    }

    pub(super) fn take_all(&mut self) -> VecDeque<Entry<R>> {
        self.head += self.queue.len() as u64;
        std::mem::take(&mut self.queue)
    }

    /// The thread came back for more (S1.33): the oldest entry, if there is one and the limit
    /// allows it; the thread goes on running then.
    #[inline(always)]
    pub(super) fn come_back(&mut self, id: usize) -> Option<Entry<R>> {
        let member = &mut self.members[id];
        self.running -= usize::from(member.place == Place::Running);
        if self.running < self.limit
            && !self.closed
            && let Some(entry) = self.queue.pop_front()
        {
            self.head += 1;
            self.turns += 1;
            self.running += 1;
            member.turn = member.turn.wrapping_add(1);
            member.place = Place::Running;
            return Some(entry);
        }
        member.place = Place::Between;
        None
    }

    /// Takes the oldest entry if there is one and the limit allows it.
    pub(super) fn take(&mut self, id: usize) -> Option<Entry<R>> {
        if self.running >= self.limit {
            return None;
        }
        let entry = self.pop()?;
        self.run(id);
        self.turns += 1;
        Some(entry)
    }

    /// Whether one more waiter may sleep in the kernel: no more than may run, and none while a
    /// member called there has not come out, or the newcomer would take its kick (S1.37).
    #[inline]
    pub(super) fn may_poll(&self) -> bool {
        self.running + self.pollers < self.limit && self.kicks == 0
    }

    pub(super) fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// Puts a member among the waiters, by the time since when it waits. If the port is full, what
    /// it waits for may be held up by a thread asleep in foreign code (S1.41).
    pub(super) fn sit(&mut self, id: usize, since: u64, polls: bool) {
        self.members[id].place = if polls { Place::Polling } else { Place::Parked };
        self.members[id].since = since;
        self.pollers += usize::from(polls);
        let newer = self.waiters.iter().rev().take_while(|&&w| self.members[w].since > since);
        let at = self.waiters.len() - newer.count();
        self.waiters.insert(at, id);
        self.calls.watch |= self.saturated();
    }

    /// A waiter woke, for whatever reason, with what it found in the kernel. Returns the entry it
    /// was called for, if any.
    pub(super) fn rise(
        &mut self,
        id: usize,
        kicked: bool,
        ready: impl Iterator<Item = R>,
        packets: impl Iterator<Item = Packet>,
    ) -> Option<Entry<R>> {
        let entry = match self.members[id].place {
            Place::Called { polled } => {
                self.kicks -= usize::from(polled);
                self.running -= 1; // it counted since it was called
                let handed = self.members[id].handed.take();
                match handed {
                    Some(_) => {
                        self.run(id);
                        self.turns += 1;
                    }
                    None => self.members[id].place = Place::Between, // alerted
                }
                handed
            }
            Place::Polling | Place::Parked => {
                self.unlist(id);
                None
            }
            place => unreachable!("a waiter woke up {place:?}"),
        };
        self.queue.extend(ready.map(Entry::Ready));
        self.queue.extend(packets.map(Entry::Packet));
        self.pass_on(kicked);
        entry
    }

    /// Kicks merge, and one wakes one sleeper, not always the one it is meant for: whoever took a
    /// kick passes on what is owed to others. Nobody enters the kernel meanwhile (`may_poll`), so
    /// it arrives.
    pub(super) fn pass_on(&mut self, kicked: bool) {
        self.calls.kick |= kicked && (self.kicks > 0 || (self.closed && self.pollers > 0));
    }

    fn unlist(&mut self, id: usize) {
        let at = self.waiters.iter().rposition(|&w| w == id).expect("waiters are listed");
        self.waiters.remove(at);
        self.pollers -= usize::from(self.members[id].place == Place::Polling);
        self.members[id].place = Place::Between;
    }

    /// Calls waiters, newest first, while there is room and more than `leave` entries (S1.35),
    /// and sees to it that somebody watches the kernel, and the watchman what is left.
    #[inline]
    pub(super) fn fill(&mut self, leave: usize) {
        if !self.waiters.is_empty() {
            self.call_waiters(leave);
        }
    }

    fn call_waiters(&mut self, leave: usize) {
        while self.running < self.limit && self.queue.len() > leave && !self.waiters.is_empty() {
            self.call();
        }
        let unwatched = self.running < self.limit && self.pollers == 0 && self.kicks == 0;
        if let (true, Some(&newest)) = (unwatched, self.waiters.last()) {
            self.calls.unpark(&self.members[newest].parker); // it will poll
        }
        self.calls.watch |= self.presses();
    }

    /// Calls those parked waiters that are newer than the one that began to wait at `since`.
    pub(super) fn call_newer(&mut self, since: u64) {
        while self.running < self.limit && !self.queue.is_empty() && !self.closed {
            match self.waiters.last().map(|&id| &self.members[id]) {
                Some(top) if top.place == Place::Parked && top.since > since => self.call(),
                _ => break,
            }
        }
    }

    /// Hands the oldest entry to the newest waiter, which counts from now on (S1.36, S1.37).
    fn call(&mut self) {
        let id = self.waiters.pop().expect("somebody waits");
        let entry = self.pop();
        let member = &mut self.members[id];
        member.handed = entry;
        let polled = member.place == Place::Polling;
        member.place = Place::Called { polled };
        self.running += 1;
        if polled {
            self.pollers -= 1;
            self.kicks += 1;
            self.calls.kick = true;
        } else {
            self.calls.unpark(&member.parker);
        }
    }

    /// Ends a member's wait, or its next one. One that sleeps in the kernel counts as called until
    /// it comes out, or the kick would be another's.
    pub(super) fn alert(&mut self, id: usize) {
        let Some(member) = self.members.get_mut(id) else {
            return; // it left
        };
        member.alerted = true;
        match member.place {
            Place::Parked => self.calls.unpark(&self.members[id].parker),
            Place::Polling => {
                self.unlist(id);
                self.members[id].place = Place::Called { polled: true };
                self.running += 1;
                self.kicks += 1;
                self.calls.kick = true;
            }
            _ => {}
        }
    }

    /// Takes the alert back; whether there was one.
    pub(super) fn calm(&mut self, id: usize) -> bool {
        std::mem::take(&mut self.members[id].alerted)
    }

    /// Whether something is to be done once the lock is released.
    #[inline(always)]
    pub(super) fn owes(&self) -> bool {
        let calls = &self.calls;
        calls.kick | calls.watch | calls.unpark | self.observed
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        self.calls.kick |= self.pollers > 0;
        for &id in &self.waiters {
            self.calls.unpark(&self.members[id].parker);
        }
    }

    /// All the running the limit allows, and somebody left to run: a block must be noticed.
    pub(super) fn saturated(&self) -> bool {
        self.running >= self.limit && !self.waiters.is_empty()
    }

    /// Whether somebody waits although there may be something to do.
    pub(super) fn presses(&self) -> bool {
        self.saturated() || !(self.waiters.is_empty() || self.queue.is_empty())
    }
}

/// The watchman's part.
impl<R: Copy> State<R> {
    /// Whether anybody took anything since the last look.
    pub(super) fn moved(&mut self) -> bool {
        std::mem::replace(&mut self.turns_seen, self.turns) != self.turns
    }

    /// Threads that have been in one handler since the last look, with what they are (running
    /// or away), so that their state is worth reading.
    pub(super) fn suspects(&mut self) -> SmallVec<[(usize, u32, u32); 8]> {
        let pressed = self.saturated() && !self.queue.is_empty();
        let mut suspects = SmallVec::new();
        for (id, member) in &mut self.members {
            let same_turn = std::mem::replace(&mut member.turn_seen, member.turn) == member.turn;
            let looked_for = match member.place {
                Place::Running => pressed && same_turn,
                Place::Away => true,
                _ => false,
            };
            if looked_for {
                suspects.push((id, member.thread, member.turn));
            }
        }
        suspects
    }

    /// What the watchman found about a suspect; it may have moved on since.
    pub(super) fn convict(&mut self, id: usize, turn: u32, asleep: bool) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        match (member.place, asleep) {
            (Place::Running, true) if member.turn == turn => {
                member.place = Place::Away;
                self.running -= 1;
            }
            (Place::Away, false) => self.run(id),
            _ => {}
        }
    }

    /// What is queued as found ready is to be finished now: it joins what the watchman finds. Later
    /// packets keep the numbers of their places, so that [`Port::holds`] believes in them a moment
    /// longer.
    pub(super) fn forget_tokens(&mut self) {
        let Self { queue, found, .. } = self;
        queue.retain(|entry| match entry {
            Entry::Packet(_) => true,
            Entry::Ready(ready) => {
                found.push(*ready);
                false
            }
        });
    }

    pub(super) fn any_away(&self) -> bool {
        self.members.iter().any(|(_, member)| member.place == Place::Away)
    }
}

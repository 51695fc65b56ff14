//! The rules of a port, S1.30–S1.44, as plainly as they can be said: a FIFO, a list of members and
//! a limit. It knows nothing of kicks, parking places or locks: what was handed to a member is in
//! its hand from that moment on (S1.37), whenever the member wakes.

use std::collections::VecDeque;

/// A packet by its key, or readiness that is worth `count` packets with keys from `key` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Packet(usize),
    Ready { key: usize, count: usize },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not in its handler, not waiting.
    Idle,
    /// Waiting since then; `once`: it only looks.
    Waiting {
        since: u64,
        once: bool,
    },
    /// An entry was handed to it; it has not woken yet.
    Called,
    Running,
    Paused,
    Away,
}

#[derive(Debug, Default)]
pub struct Member {
    pub place: Option<Place>,
    pub hand: Option<Item>,
    turn: u32,
    turn_seen: u32,
}

#[derive(Debug)]
pub struct Reference {
    pub limit: usize,
    pub queue: VecDeque<Item>,
    pub members: Vec<Member>,
    pub closed: bool,
    clock: u64,
    taken: u64,
    taken_seen: u64,
}

impl Reference {
    pub fn new(limit: usize, members: usize) -> Self {
        Self {
            limit,
            queue: VecDeque::new(),
            members: (0..members).map(|_| Member::default()).collect(),
            closed: false,
            clock: 0,
            taken: 0,
            taken_seen: 0,
        }
    }

    /// S1.31: how many count.
    pub fn running(&self) -> usize {
        let counts =
            |member: &&Member| matches!(member.place, Some(Place::Running | Place::Called));
        self.members.iter().filter(counts).count()
    }

    pub fn newest_waiter(&self) -> Option<usize> {
        let since = |&id: &usize| match self.members[id].place {
            Some(Place::Waiting { since, .. }) => since,
            _ => 0,
        };
        (0..self.members.len()).filter(|id| since(id) > 0).max_by_key(since)
    }

    fn room(&self) -> bool {
        self.running() < self.limit && !self.closed
    }

    /// S1.35, S1.36: oldest packet to newest waiter while the limit allows; `leave` entries stay
    /// for the thread that is about to come back.
    fn give(&mut self, leave: usize) {
        while self.room() && self.queue.len() > leave {
            let Some(id) = self.newest_waiter() else {
                return;
            };
            self.members[id].hand = self.queue.pop_front();
            self.members[id].place = Some(Place::Called);
        }
    }

    /// S1.35, S1.44.
    pub fn post(&mut self, key: usize, own: bool) -> bool {
        if !self.closed {
            self.queue.push_back(Item::Packet(key));
            self.give(usize::from(own));
        }
        !self.closed
    }

    fn run(&mut self, id: usize) {
        self.members[id].place = Some(Place::Running);
        self.members[id].turn += 1;
    }

    fn take(&mut self, id: usize) -> bool {
        if !self.room() || self.queue.is_empty() {
            return false;
        }
        self.members[id].hand = self.queue.pop_front();
        self.run(id);
        self.taken += 1;
        self.give(1);
        true
    }

    /// S1.33: it does not count any more; it takes what there is, or waits.
    pub fn dequeue(&mut self, id: usize, once: bool) {
        self.members[id].place = Some(Place::Idle);
        if !self.closed && !self.take(id) {
            self.clock += 1;
            self.members[id].place = Some(Place::Waiting { since: self.clock, once });
        }
    }

    /// It woke, with what it found in the kernel.
    pub fn wake(&mut self, id: usize, found: Vec<Item>) {
        let place = self.members[id].place;
        self.queue.extend(found);
        if place == Some(Place::Called) {
            self.run(id);
            self.taken += 1;
            if self.closed {
                self.queue.clear();
            }
            self.give(0);
            return;
        }
        self.members[id].place = Some(Place::Idle);
        if self.closed {
            self.queue.clear();
        } else if !self.take(id) {
            self.members[id].place = place;
        }
    }

    /// The readiness in its hand was worth `count` packets; with none it goes on as if it had just
    /// asked.
    pub fn finish(&mut self, id: usize, key: usize, count: usize, once: bool) {
        if count == 0 {
            self.members[id].hand = None;
            self.dequeue(id, once);
            return;
        }
        self.members[id].hand = Some(Item::Packet(key));
        if !self.closed {
            (key + 1..key + count).rev().for_each(|key| self.queue.push_front(Item::Packet(key)));
            if count > 1 {
                self.give(1);
            }
        }
    }

    /// What its call returns: a packet, or nothing; then, on an open port, it has timed out and
    /// counts again (S1.42).
    pub fn result(&mut self, id: usize) -> Option<Item> {
        if let Some(Place::Waiting { once, .. }) = self.members[id].place {
            assert!(once, "it waits for ever");
            self.run(id);
            self.give(1);
        }
        self.members[id].hand.take()
    }

    /// S1.39.
    pub fn pause(&mut self, id: usize) {
        if self.members[id].place == Some(Place::Running) {
            self.members[id].place = Some(Place::Paused);
            self.give(0);
        }
    }

    /// S1.40.
    pub fn resume(&mut self, id: usize) {
        if self.members[id].place == Some(Place::Paused) {
            self.run(id);
        }
    }

    /// S1.34, S1.43.
    pub fn leave(&mut self, id: usize) {
        self.members[id] = Member::default();
        self.give(0);
    }

    /// S1.26; who waits learns it when it wakes (S1.25).
    pub fn close(&mut self) {
        self.closed = true;
        self.queue.clear();
    }

    /// S1.41: the watchman's look begins; whether anything was taken since the last.
    pub fn moved(&mut self) -> bool {
        std::mem::replace(&mut self.taken_seen, self.taken) != self.taken
    }

    /// S1.41: the rest of the look. `asleep` holds for members in their handler.
    pub fn inspect(&mut self, moved: bool, asleep: &[bool]) {
        let full = self.running() >= self.limit && self.newest_waiter().is_some();
        let pressed = full && !self.queue.is_empty();
        for (id, &asleep) in asleep.iter().enumerate() {
            let member = &mut self.members[id];
            let same = std::mem::replace(&mut member.turn_seen, member.turn) == member.turn;
            match member.place {
                Some(Place::Running) if pressed && same && asleep => {
                    member.place = Some(Place::Away);
                }
                Some(Place::Away) if !asleep => self.run(id),
                _ => {}
            }
        }
        self.give(usize::from(moved));
    }
}

//! A program of port operations, run on the port and on the reference side by side.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::port::{Nothing, Packet, Patience, Port, Seat, Source};
use crate::reference::{Item, Place, Reference};

pub const MEMBERS: usize = 4;

#[derive(Clone, Debug)]
pub enum Op {
    /// S1.35; `own`: by a running member, if there is one.
    Post {
        own: bool,
    },
    /// Something becomes ready that is worth so many packets.
    Ready {
        count: usize,
    },
    /// GetQueuedCompletionStatus, INFINITE or 0.
    Dequeue {
        member: usize,
        once: bool,
    },
    Pause {
        member: usize,
    },
    Resume {
        member: usize,
    },
    Leave {
        member: usize,
    },
    /// The watchman looks; what it would read of each member's thread.
    Inspect {
        asleep: [bool; MEMBERS],
    },
    Close,
    /// Several of the above but dequeues, before anyone asleep gets to run.
    AtOnce(Vec<Op>),
}

#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub limit: usize,
    pub eager: bool,
}

/// Who is inside the port's code now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    Member { id: usize, once: bool },
    Watchman { moved: bool },
    Nobody,
}

/// Everything but the port itself.
struct World {
    reference: RefCell<Reference>,
    ops: RefCell<VecDeque<Op>>,
    /// Innermost last.
    actors: RefCell<Vec<Actor>>,
    seats: RefCell<Vec<Option<Seat<Token>>>>,
    tokens: RefCell<Vec<Token>>,
    kicked: Cell<bool>,
    armed: Cell<bool>,
    eager: bool,
    keys: Cell<usize>,
    delivered: RefCell<Vec<usize>>,
}

type Token = (usize, usize);
type ModelPort = Port<Rc<World>>;

thread_local! {
    static RUNNING: RefCell<Option<(Rc<World>, Rc<ModelPort>)>> = const { RefCell::new(None) };
}

/// Runs `ops` and compares after each; then everyone asleep must have been woken by the close,
/// which is among them.
pub fn run(setting: Setting, ops: Vec<Op>) {
    let world = Rc::new(World {
        reference: RefCell::new(Reference::new(setting.limit, MEMBERS)),
        ops: RefCell::new(ops.into()),
        actors: RefCell::new(Vec::new()),
        seats: RefCell::new((0..MEMBERS).map(|_| None).collect()),
        tokens: RefCell::new(Vec::new()),
        kicked: Cell::new(false),
        armed: Cell::new(false),
        eager: setting.eager,
        keys: Cell::new(0),
        delivered: RefCell::new(Vec::new()),
    });
    let port = Rc::new(Port::new(setting.limit, world.clone()));
    RUNNING.set(Some((world.clone(), port.clone())));
    world.sleep(&port, || world.ops.borrow().is_empty());
    let mut delivered = world.delivered.take();
    let count = delivered.len();
    delivered.sort_unstable();
    delivered.dedup();
    assert_eq!(delivered.len(), count, "a packet came twice");
    for (id, seat) in world.seats.take().into_iter().enumerate() {
        if let Some(seat) = seat {
            port.leave(seat);
            world.reference.borrow_mut().leave(id);
        }
    }
    world.compare(&port);
    RUNNING.set(None);
}

impl World {
    /// The program goes on while somebody sleeps, until there is a reason to wake.
    fn sleep(self: &Rc<Self>, port: &ModelPort, awake: impl Fn() -> bool) {
        while !awake() {
            let op = self.ops.borrow_mut().pop_front().expect("asleep for ever");
            self.apply(port, op);
            self.compare(port);
        }
    }

    fn compare(&self, port: &ModelPort) {
        let reference = self.reference.borrow();
        let counts = (reference.running(), reference.queue.len());
        assert_eq!(port.counts(), counts, "threads running and entries queued");
        if reference.newest_waiter().is_some() && !reference.queue.is_empty() {
            assert!(self.armed.get(), "the watchman does not know that something waits");
        }
    }

    fn apply(self: &Rc<Self>, port: &ModelPort, op: Op) {
        match op {
            Op::Post { own } => self.post(port, own),
            Op::Ready { count } => {
                let key = self.next_key(count);
                self.tokens.borrow_mut().push((key, count));
            }
            Op::Dequeue { member, once } => self.dequeue(port, member, once),
            Op::Pause { member } => self.with_seat(member, |seat| {
                port.pause(seat);
                self.reference.borrow_mut().pause(member);
            }),
            Op::Resume { member } => self.with_seat(member, |seat| {
                port.resume(seat);
                self.reference.borrow_mut().resume(member);
            }),
            Op::Leave { member } => {
                let seat = self.seats.borrow_mut()[member].take();
                if let Some(seat) = seat {
                    port.leave(seat);
                    self.reference.borrow_mut().leave(member);
                }
            }
            Op::Inspect { asleep } => self.inspect(port, asleep),
            Op::AtOnce(ops) => ops.into_iter().for_each(|op| self.apply(port, op)),
            Op::Close => {
                self.reference.borrow_mut().close();
                self.act(Actor::Nobody, || port.close());
            }
        }
    }

    fn post(&self, port: &ModelPort, own: bool) {
        let key = self.next_key(1);
        let mut reference = self.reference.borrow_mut();
        let own = own && reference.members.iter().any(|m| m.place == Some(Place::Running));
        assert_eq!(port.post(packet(key), own), reference.post(key, own));
    }

    fn dequeue(self: &Rc<Self>, port: &ModelPort, member: usize, once: bool) {
        let asleep = self.reference.borrow().members[member].place;
        let seat = self.seats.borrow_mut()[member].take();
        let mut seat = match (seat, asleep) {
            (Some(seat), _) => seat,
            (None, None) => port.join(member as u32),
            (None, Some(_)) => return, // in its call already
        };
        if self.reference.borrow().members[member].place == Some(Place::Paused) {
            port.resume(&seat);
            self.reference.borrow_mut().resume(member);
        }
        self.reference.borrow_mut().dequeue(member, once);
        let patience = if once { Patience::None } else { Patience::Forever };
        let got =
            self.act(Actor::Member { id: member, once }, || port.dequeue(&mut seat, patience));
        let mut reference = self.reference.borrow_mut();
        let expected = match (reference.result(member), reference.closed) {
            (Some(Item::Packet(key)), _) => Ok(packet(key)),
            (None, true) => Err(Nothing::Abandoned),
            (None, false) => Err(Nothing::TimedOut),
            (Some(item), _) => panic!("{item:?} was not finished"),
        };
        assert_eq!(got, expected, "member {member}");
        if let Ok(packet) = got {
            self.delivered.borrow_mut().push(packet.key);
        }
        self.seats.borrow_mut()[member] = Some(seat);
    }

    fn inspect(&self, port: &ModelPort, asleep: [bool; MEMBERS]) {
        let moved = self.reference.borrow_mut().moved();
        let mut look = |thread: u32| asleep[thread as usize];
        let busy = self.act(Actor::Watchman { moved }, || port.inspect(&mut look));
        self.reference.borrow_mut().inspect(moved, &asleep);
        self.armed.set(busy);
    }

    fn act<T>(&self, actor: Actor, work: impl FnOnce() -> T) -> T {
        self.actors.borrow_mut().push(actor);
        let result = work();
        assert_eq!(self.actors.borrow_mut().pop(), Some(actor));
        result
    }

    fn with_seat(&self, member: usize, work: impl FnOnce(&Seat<Token>)) {
        if let Some(seat) = &self.seats.borrow()[member] {
            work(seat);
        }
    }

    fn next_key(&self, count: usize) -> usize {
        self.keys.replace(self.keys.get() + count)
    }

    fn actor(&self) -> Actor {
        *self.actors.borrow().last().expect("somebody is inside")
    }

    /// The actor woke in the kernel, with what it found, or in its parking place.
    fn woke(&self, tokens: &[Token]) {
        let items = tokens.iter().flat_map(|&(key, count)| match self.eager {
            true => (key..key + count).map(Item::Packet).collect(),
            false => vec![Item::Ready { key, count }],
        });
        match self.actor() {
            Actor::Member { id, .. } => {
                self.reference.borrow_mut().wake(id, items.collect());
            }
            Actor::Watchman { moved } => {
                assert!(!moved, "the watchman looks only where nothing moves");
                for key in tokens.iter().flat_map(|&(key, count)| key..key + count) {
                    self.reference.borrow_mut().post(key, false);
                }
            }
            Actor::Nobody => unreachable!("nobody sleeps"),
        }
    }
}

impl Source for Rc<World> {
    type Ready = Token;

    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Token>) -> bool {
        if timeout.is_none() {
            let port = RUNNING.with_borrow(|running| running.as_ref().unwrap().1.clone());
            self.sleep(&port, || self.kicked.get() || !self.tokens.borrow().is_empty());
        }
        let tokens = self.tokens.take();
        self.woke(&tokens);
        ready.extend(tokens);
        self.kicked.take()
    }

    fn kick(&self) {
        self.kicked.set(true);
    }

    fn finish(&self, (key, count): Token, packets: &mut Vec<Packet>) {
        packets.extend((key..key + count).map(packet));
        if let (Actor::Member { id, once }, false) = (self.actor(), self.eager) {
            let mut reference = self.reference.borrow_mut();
            if reference.members[id].hand == Some(Item::Ready { key, count }) {
                reference.finish(id, key, count, once);
            } else {
                assert!(reference.closed, "{key} is not what member {id} has");
            }
        }
    }

    fn eager(&self) -> bool {
        self.eager
    }

    fn watch(&self, _soon: bool) {
        self.armed.set(true);
    }

    fn queued(&self, _any: bool) {}
}

fn packet(key: usize) -> Packet {
    Packet { key, overlapped: 0, status: 0, bytes: 0 }
}

/// A member's parking place: the program goes on until it is unparked.
pub struct Parker {
    token: AtomicBool,
}

impl Parker {
    pub fn new() -> Self {
        Self { token: AtomicBool::new(false) }
    }

    pub fn park(&self, timeout: Option<Duration>) {
        assert_eq!(timeout, None, "programs have no clock");
        let (world, port) = RUNNING.with_borrow(|running| running.clone().unwrap());
        world.sleep(&port, || self.token.load(Ordering::Relaxed));
        self.token.store(false, Ordering::Relaxed);
        world.woke(&[]);
    }

    pub fn unpark(&self) {
        self.token.store(true, Ordering::Relaxed);
    }
}

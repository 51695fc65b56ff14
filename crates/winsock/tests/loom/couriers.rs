//! Two processes and what they share: a signal of one reaches who waits in the other (S4.20).

use std::sync::Arc as StdArc;
use std::time::Duration;

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::{Condvar, Mutex};
use loom::thread;

use crate::courier::{Bell, Courier};
use crate::explore;
use crate::sync::{Arc, Parker};
use crate::wait::{Elsewhere, Kind, ObjectId, Signals, Waits};

/// One cell of a board, its lock and its bell.
struct Board {
    lock: Mutex<()>,
    signals: Mutex<Signals>,
    rings: Mutex<u32>,
    rung: Condvar,
}

impl Board {
    fn new() -> Self {
        Self {
            lock: Mutex::new(()),
            signals: Mutex::new(Signals::default()),
            rings: Mutex::new(0),
            rung: Condvar::new(),
        }
    }
}

impl Bell for Board {
    fn ring(&self) {
        *self.rings.lock().unwrap() += 1;
        self.rung.notify_all();
    }

    fn rings(&self) -> u32 {
        *self.rings.lock().unwrap()
    }

    fn listen(&self, rings: u32, _: Option<Duration>) {
        let mut now = self.rings.lock().unwrap();
        while *now == rings {
            now = self.rung.wait(now).unwrap();
        }
    }
}

/// The object as one process has it.
struct Shared {
    board: StdArc<Board>,
    courier: StdArc<Courier>,
}

impl Elsewhere for Shared {
    fn alone(&self, work: &mut dyn FnMut()) {
        let _alone = self.board.lock.lock().unwrap();
        work();
    }

    fn load(&self) -> Signals {
        *self.board.signals.lock().unwrap()
    }

    fn store(&self, signals: Signals) {
        *self.board.signals.lock().unwrap() = signals;
        self.board.ring();
    }

    fn await_change(&self) {
        self.courier.call(&*self.board);
    }
}

/// A process: its waits, its courier, and its number of the object.
struct Process {
    waits: Waits,
    courier: StdArc<Courier>,
    object: ObjectId,
}

fn process(board: &StdArc<Board>, kind: Kind) -> Arc<Process> {
    let (waits, courier) = (Waits::new(), StdArc::new(Courier::new()));
    let shared = Shared { board: board.clone(), courier: courier.clone() };
    let object = waits.create_shared(kind, StdArc::new(shared));
    Arc::new(Process { waits, courier, object })
}

/// S4.20, S4.6: a signal that one process gives releases the wait of another, whenever it comes.
#[test]
fn a_signal_reaches_the_wait_of_another_process() {
    explore(2, || {
        let board = StdArc::new(Board::new());
        let [here, there] = [(); 2].map(|()| process(&board, Kind::Auto));
        let released = Arc::new(AtomicBool::new(false));
        let walks = {
            let (there, board, released) = (there.clone(), board.clone(), released.clone());
            thread::spawn(move || {
                while !released.load(Ordering::Acquire) {
                    there.courier.walk(&*board, || there.waits.look_elsewhere());
                }
            })
        };
        let waiter = {
            let there = there.clone();
            thread::spawn(move || {
                let parker = Arc::new(Parker::new());
                let nap = || {
                    parker.park(None);
                    true
                };
                there.waits.wait(&[there.object], false, (1, &parker), nap).is_some()
            })
        };
        here.waits.set(here.object);
        assert!(waiter.join().unwrap());
        released.store(true, Ordering::Release);
        there.courier.call(&*board);
        walks.join().unwrap();
        assert!(!here.waits.is_set(here.object), "one wait took it");
    });
}

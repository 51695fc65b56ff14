//! Many operations with events and routines on sockets without a port, cancelled and closed at
//! random, by several threads: each one that began ends exactly once (S1.46, S4.2, S5.1).

use std::collections::HashMap;

use conformance::{Operation, PATIENCE_MS, Ran, Socket, V4, nap, ran, wait_alertably};
use overlapped::sys::*;

// Under Wine, the judge of this on Windows, a call takes thirty times as long.
const OPERATIONS: usize = if cfg!(windows) { 1_000 } else { 30_000 };
const THREADS: u64 = 3;
const PAIRS: usize = 8;
/// Operations in flight; no wait takes more than 64 events.
const FLIGHT_MAX: usize = 48;

struct Fleet {
    random: fastrand::Rng,
    pairs: Vec<[Socket; 2]>,
    with_events: Vec<Operation>,
    with_routines: HashMap<usize, Operation>,
}

impl Fleet {
    fn new(seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        let pairs = (0..PAIRS).map(|_| Socket::pair(V4).into()).collect();
        Self { random, pairs, with_events: Vec::new(), with_routines: HashMap::new() }
    }

    fn flying(&self) -> usize {
        self.with_events.len() + self.with_routines.len()
    }

    fn begin(&mut self) {
        let (pair, end) = (self.random.usize(..PAIRS), self.random.usize(..2));
        let (sends, size) = (self.random.bool(), self.random.usize(1..64));
        let operation = match sends {
            true => Operation::sending(&vec![7; size]),
            false => Operation::new(size),
        };
        let told = self.random.bool();
        let operation = if told { operation.with_routine() } else { operation.with_event() };
        let socket = &self.pairs[pair][end];
        let started = match sends {
            true => operation.send(socket),
            false => operation.receive(socket, 0),
        };
        if !started.begun() {
            return;
        }
        match told {
            true => {
                assert!(self.with_routines.insert(operation.address(), operation).is_none());
            }
            false => self.with_events.push(operation),
        }
    }

    fn cancel(&mut self) {
        let (pair, end) = (self.random.usize(..PAIRS), self.random.usize(..2));
        _ = self.pairs[pair][end].cancel_all();
    }

    /// Takes what has ended within `timeout_ms`; whether anything had.
    fn collect(&mut self, timeout_ms: u32) -> bool {
        let handles: Vec<HANDLE> =
            self.with_events.iter().map(|operation| operation.event().handle()).collect();
        let waited = match handles.is_empty() {
            true => nap(timeout_ms),
            false => wait_alertably(&handles, false, timeout_ms).unwrap(),
        };
        match waited as usize {
            index if index < handles.len() => {
                let ended = self.with_events.swap_remove(index);
                assert!(!ended.is_pending());
            }
            _ if waited == WAIT_IO_COMPLETION => {
                for one in ran() {
                    let Ran::Routine { overlapped, .. } = one else { panic!("{one:?}") };
                    let ended = self.with_routines.remove(&overlapped);
                    assert!(!ended.expect("it ends once").is_pending());
                }
            }
            _ => return false,
        }
        true
    }

    fn sail(mut self) {
        for _ in 0..OPERATIONS {
            match self.random.u32(..100) {
                0 => {
                    let pair = self.random.usize(..PAIRS);
                    self.pairs[pair] = Socket::pair(V4).into(); // the old ones close
                }
                1..6 => self.cancel(),
                _ => self.begin(),
            }
            while self.flying() > FLIGHT_MAX {
                if !self.collect(0) {
                    self.cancel();
                }
            }
        }
        for socket in self.pairs.iter().flatten() {
            _ = socket.cancel_all();
        }
        while self.flying() > 0 {
            assert!(self.collect(PATIENCE_MS), "{} never ended", self.flying());
        }
        assert_eq!((nap(0), ran()), (0, vec![]));
    }
}

/// S1.46, S4.2, S5.1: events and routines tell the end of each operation, and tell it once.
#[test]
fn every_operation_without_a_port_ends_once() {
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || Fleet::new(seed).sail());
        }
    });
}

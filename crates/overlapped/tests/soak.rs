//! Many operations over many sockets, cancelled and closed at random: each one that began
//! comes back exactly once (SEMANTICS S1.46, S1.72, S1.79), whatever happens to its socket.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use overlapped::{Associated, Completion, Operation, Packet, Port, Socket};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

// Under Wine, the judge of this on Windows, a call takes thirty times as long.
const OPERATIONS: u64 = if cfg!(windows) { 20_000 } else { 1_000_000 };
const CONNECTIONS: usize = 64;
/// Operations in flight that one end of a connection has at most.
const DEPTH: usize = 4;

type End = Arc<Associated<usize, u64>>;

/// What has begun and not yet come back, by number.
#[derive(Default)]
struct Ledger {
    begun: AtomicU64,
    open: Mutex<HashMap<u64, &'static str>>,
}

impl Ledger {
    fn begin(&self, what: &'static str) -> u64 {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        assert!(self.open.lock().unwrap().insert(number, what).is_none());
        number
    }

    fn end(&self, number: u64) {
        let known = self.open.lock().unwrap().remove(&number);
        assert!(known.is_some(), "operation {number} came back twice");
    }
}

fn connection(port: &Port<usize, u64>, listener: &Socket, key: usize) -> [End; 2] {
    let client = Socket::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    [client, server].map(|socket| port.associate(socket, key).unwrap())
}

fn begin(ledger: &Ledger, end: &End, sends: bool, bytes: usize) {
    let number = ledger.begin(if sends { "send" } else { "receive" });
    let operation = Operation::new(bytes.max(1), number);
    let begun = match sends {
        true => end.clone().send(operation, 0..bytes),
        false => end.clone().recv(operation),
    };
    if let Err(refused) = begun {
        ledger.end(*refused.operation.data()); // nothing will come (S1.47)
    }
}

fn take(port: &Port<usize, u64>, ledger: &Ledger, timeout: Duration) -> bool {
    match port.poll(Some(timeout)).unwrap() {
        Some(Packet::Done(Completion { operation, .. })) => {
            ledger.end(*operation.data());
            true
        }
        Some(Packet::Posted(number)) => panic!("nobody posted {number}"),
        None => false,
    }
}

/// S1.46: one completion for each operation that pended, through many random operations,
/// cancellations and closes, with two threads taking completions.
#[test]
fn every_operation_of_many_comes_back_once() {
    let port: Port<usize, u64> = Port::new(2).unwrap();
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let ledger = Ledger::default();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut connections: Vec<[End; 2]> =
        (0..CONNECTIONS).map(|key| connection(&port, &listener, key)).collect();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            while ledger.begun.load(Ordering::Relaxed) < OPERATIONS {
                take(&port, &ledger, Duration::from_millis(5));
            }
        });
        while ledger.begun.load(Ordering::Relaxed) < OPERATIONS {
            let key = random.random_range(0..CONNECTIONS);
            let end = &connections[key][random.random_range(0..2)];
            match random.random_range(0..100) {
                0 => {
                    // The old one closes when its last operation has come back.
                    let fresh = connection(&port, &listener, key);
                    for end in std::mem::replace(&mut connections[key], fresh) {
                        _ = end.cancel();
                    }
                }
                1..6 => _ = end.cancel(),
                6..53 => begin(&ledger, end, false, random.random_range(0..64)),
                _ => begin(&ledger, end, true, random.random_range(0..64)),
            }
            while ledger.open.lock().unwrap().len() > CONNECTIONS * DEPTH {
                if !take(&port, &ledger, Duration::ZERO) {
                    let key = random.random_range(0..CONNECTIONS);
                    _ = connections[key][random.random_range(0..2)].cancel();
                }
            }
        }
        other.join().unwrap();
    });
    for end in connections.iter().flatten() {
        _ = end.cancel();
    }
    while !ledger.open.lock().unwrap().is_empty() {
        assert!(take(&port, &ledger, Duration::from_secs(10)), "some never came back");
    }
}

/// S1.75: dropping a port with operations in flight frees each of them, once.
#[test]
fn dropping_a_port_ends_what_is_in_flight() {
    struct Counted(Arc<AtomicU64>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicU64::new(0));
    let port: Port<(), Counted> = Port::new(1).unwrap();
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let client = Socket::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    let ends = [client, server].map(|socket| port.associate(socket, ()).unwrap());
    for end in &ends {
        for _ in 0..10 {
            end.clone().recv(Operation::new(16, Counted(dropped.clone()))).unwrap();
        }
    }
    port.post(Counted(dropped.clone())).unwrap();
    drop(port);
    assert_eq!(dropped.load(Ordering::Relaxed), 21);
    let late = ends[0].clone().recv(Operation::new(16, Counted(dropped.clone())));
    assert_eq!(late.unwrap_err().error.code(), 735);
}

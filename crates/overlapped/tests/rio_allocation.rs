//! Registered I/O allocates nothing once it runs, however its results are learnt of: neither the
//! safe API nor the engine.
#![cfg(target_os = "linux")] // the allocations of the engine are in question

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use overlapped::event::Event;
use overlapped::rio::{self, Completion, CompletionQueue, RequestQueue, operations};
use overlapped::{Result, Socket};

/// Counts what the calling thread asks the system's allocator for.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; the counter allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's contract is the system's own; the block is the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block came from the system by `alloc`, and is given up here.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Echoes over each of the connections in turn, by TCP and by the fast path; how much was allocated
/// after the first rounds.
fn allocations(connections: usize, queue: impl Fn() -> Queue, waits: bool) -> Result<[usize; 2]> {
    let mut counts = [0; 2];
    for (count, fast) in counts.iter_mut().zip([false, true]) {
        *count = allocations_by(connections, queue(), waits, fast)?;
    }
    Ok(counts)
}

type Queue = CompletionQueue<()>;

fn allocations_by(connections: usize, queue: Queue, waits: bool, fast: bool) -> Result<usize> {
    const ROUNDS: usize = 1000;
    let listener = rio::listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    listener.fast_loopback(fast)?;
    let (mut peers, mut requests) = (Vec::new(), Vec::new());
    for (key, operation) in operations(connections, 64, |_| ())?.into_iter().enumerate() {
        let peer = Socket::stream(&listener.local_addr()?)?;
        peer.fast_loopback(fast)?;
        peer.connect_to(listener.local_addr()?)?;
        peers.push(peer);
        requests.push(RequestQueue::new(listener.accept()?.0, 1, 1, &queue, key)?);
        requests[key].recv(operation)?;
    }
    let next = || -> Result<Completion<()>> {
        loop {
            if let Some(completion) = queue.next() {
                return Ok(completion);
            }
            if waits {
                assert!(queue.wait(Some(Duration::from_secs(20)))?, "a result must come");
            }
        }
    };
    let mut before = 0;
    for round in 0..ROUNDS {
        if round == ROUNDS / 10 {
            before = ALLOCATIONS.get();
        }
        let at = round % connections;
        peers[at].send(b"ping")?;
        let Completion { key, operation, result } = next()?;
        assert_eq!((key, result), (at, Ok(4)));
        requests[at].send(operation, 0..4)?;
        requests[at].recv(next()?.operation)?;
        peers[at].recv(&mut [0; 8])?;
    }
    Ok(ALLOCATIONS.get() - before)
}

#[test]
fn polled_one_by_one() {
    let queue = || CompletionQueue::new(8).expect("there is registered I/O");
    assert_eq!(allocations(2, queue, false), Ok([0; 2]));
}

#[test]
fn polled_by_the_set() {
    let queue = || CompletionQueue::new(64).expect("there is registered I/O");
    assert_eq!(allocations(20, queue, false), Ok([0; 2]));
}

#[test]
fn waited_for() {
    let event = || Event::auto_reset().expect("there are handles");
    let queue = || CompletionQueue::with_event(64, event()).expect("there is registered I/O");
    assert_eq!(allocations(20, queue, true), Ok([0; 2]));
}

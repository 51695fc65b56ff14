//! The loopback fast path between two processes: what the survivor sees (S12.17). The other
//! process is this one again; signals, and whether the path is taken, are Linux's. And that polled
//! registered I/O asks the kernel for nothing (S10.17).
//!
//! # Safety
//!
//! The system calls made here take numbers, and the bytes of a constant.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::{env, fs};

use overlapped::event::Event;
use overlapped::rio::{self, Completion, CompletionQueue, RequestQueue};
use overlapped::{Operation, Packet, Port, Socket};

const ROLE: &str = "FAST_LOOPBACK_TEST_ROLE";
const PEER: &str = "FAST_LOOPBACK_TEST_PEER";
const RESET: u32 = 10054;

/// The other process, killed when dropped.
struct Other {
    process: Child,
    said: BufReader<ChildStdout>,
}

impl Other {
    fn hears(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.said.read_line(&mut line).expect("it is a pipe"), 0, "it ended");
            if let Some((_, word)) = line.trim_end().split_once("says:") {
                return word.into();
            }
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().expect("it is there").success());
    }

    /// Stops it, and sees that it is.
    fn stop(&self) {
        self.signal("-STOP");
        let stat = format!("/proc/{}/stat", self.process.id());
        let stopped = || fs::read_to_string(&stat).expect("it lives").contains(") T ");
        while !stopped() {
            thread::yield_now();
        }
    }

    fn kill(&mut self) {
        self.process.kill().expect("it is ours");
        self.process.wait().expect("it was killed");
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Another process in this role.
fn start(role: &str, peer: &str) -> Other {
    let mut command = Command::new(env::current_exe().expect("it has a name"));
    command.args(["other_process", "--exact", "--nocapture"]).env(ROLE, role).env(PEER, peer);
    let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let said = BufReader::new(process.stdout.take().expect("it is piped"));
    Other { process, said }
}

/// A free port of this machine.
fn any() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A fast connection to another process in this role.
fn meet(role: &str) -> (Other, Socket) {
    meet_at(&Socket::listen(any()).expect("it is free"), role)
}

/// The same, on this end with a socket for registered I/O.
fn meet_registered(role: &str) -> (Other, Socket) {
    meet_at(&rio::listen(any()).expect("it is free"), role)
}

fn meet_at(listener: &Socket, role: &str) -> (Other, Socket) {
    listener.fast_loopback(true).expect("it is a stream");
    let peer = listener.local_addr().expect("it is bound").to_string();
    let other = start(role, &peer);
    let (socket, _) = listener.accept().expect("it connects");
    for _ in 0..2 {
        send_all(&socket, b"ping");
        assert_eq!(receive(&socket, 4), b"pong");
    }
    assert!(winsock::linux::is_fast_loopback(socket.as_raw()).unwrap(), "both have asked");
    (other, socket)
}

fn send_all(socket: &Socket, bytes: &[u8]) {
    assert_eq!(socket.send(bytes).expect("it is connected"), bytes.len());
}

fn receive(socket: &Socket, count: usize) -> Vec<u8> {
    let (mut bytes, mut got) = (vec![0; count], 0);
    while got < count {
        match socket.recv(&mut bytes[got..]).expect("it is connected") {
            0 => panic!("the end after {got} bytes"),
            more => got += more,
        }
    }
    bytes
}

fn pattern(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at % 251) as u8).collect()
}

fn say(word: &str) {
    println!("\nsays:{word}"); // the test's harness may have begun the line
}

/// Not a test but the other process, when it is one.
#[test]
fn other_process() {
    let (Ok(role), Ok(peer)) = (env::var(ROLE), env::var(PEER)) else { return };
    if role == "polls" {
        // However the thread ends, it leaves no result, and so this process ends, too.
        return thread::spawn(poll_without_system_calls).join().expect("a result");
    }
    let peer = peer.parse().expect("the parent wrote it");
    let socket = Socket::stream(&peer).expect("TCP is there");
    socket.fast_loopback(true).expect("it is a stream");
    socket.connect_to(peer).expect("the parent listens");
    for _ in 0..2 {
        assert_eq!(receive(&socket, 4), b"ping");
        send_all(&socket, b"pong");
    }
    match role.as_str() {
        "sends" => {
            send_all(&socket, &pattern(100_000));
            say("sent");
            _ = socket.recv(&mut [0]); // for ever
        }
        "waits" => {
            say("waits");
            _ = socket.recv(&mut [0]);
        }
        "sleeps" => {
            say("sleeps");
            loop {
                thread::park();
            }
        }
        "echoes" => loop {
            let mut room = [0; 4096];
            match socket.recv(&mut room) {
                Ok(0) | Err(_) => return,
                Ok(bytes) => send_all(&socket, &room[..bytes]),
            }
        },
        "fills" => {
            socket.set_nonblocking(true).expect("it may be");
            let (bytes, mut sent) = (pattern(1 << 24), 0);
            while let Ok(more) = socket.send(&bytes[sent..]) {
                sent += more;
            }
            say(&sent.to_string());
        }
        other => panic!("no role {other}"),
    }
}

/// S12.17: of a process that was killed all that it sent arrives, then a reset.
#[test]
fn what_a_killed_process_sent_arrives_and_then_a_reset() {
    let (mut other, socket) = meet("sends");
    assert_eq!(other.hears(), "sent");
    other.kill();
    assert_eq!(receive(&socket, 100_000), pattern(100_000));
    for _ in 0..2 {
        assert_eq!(socket.recv(&mut [0]).expect_err("it was killed").code(), RESET);
    }
    assert!(socket.send(b"x").is_err());
}

/// S12.17: who waits for a process that is killed is told.
#[test]
fn a_blocked_receive_ends_when_the_other_process_is_killed() {
    let (mut other, socket) = meet("waits");
    assert_eq!(other.hears(), "waits");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| socket.recv(&mut [0]));
        other.kill();
        let error = waiter.join().unwrap().expect_err("it was killed");
        assert_eq!(error.code(), RESET);
    });
}

/// S12.17: so is a port.
#[test]
fn a_pending_receive_ends_when_the_other_process_is_killed() {
    let (mut other, socket) = meet("waits");
    let port = Port::<(), ()>::new(1).unwrap();
    let socket = port.associate(socket, ()).unwrap();
    socket.recv(Operation::new(16, ())).expect("it pends");
    assert_eq!(other.hears(), "waits");
    other.kill();
    let Ok(Packet::Done(done)) = port.get() else { panic!("no packet of an operation") };
    assert!(done.result.expect_err("it was killed").is_disconnect());
}

/// S12.17: a process that is stopped only keeps others waiting.
#[test]
fn a_stopped_process_goes_on_where_it_stopped() {
    let (other, socket) = meet("echoes");
    other.stop();
    send_all(&socket, &pattern(50_000));
    socket.set_nonblocking(true).unwrap();
    let error = socket.recv(&mut [0]).expect_err("it is stopped");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    socket.set_nonblocking(false).unwrap();
    other.signal("-CONT");
    assert_eq!(receive(&socket, 50_000), pattern(50_000));
}

/// S12.13, S12.17: what fills the ring when a process ends in order is not lost, and has an end.
#[test]
fn a_full_ring_survives_the_process_that_filled_it() {
    let (mut other, socket) = meet("fills");
    let count = other.hears().parse().expect("a count");
    assert!(count > 0);
    other.process.wait().expect("it ends by itself");
    assert_eq!(receive(&socket, count), pattern(count));
    assert_eq!(socket.recv(&mut [0]).expect("it ended in order"), 0);
}

/// Registered I/O, polled or waited for.
fn completion_queues() -> [CompletionQueue<()>; 2] {
    let event = Event::auto_reset().expect("there are resources");
    let waited = CompletionQueue::with_event(8, event);
    [CompletionQueue::new(8), waited].map(|queue| queue.expect("there is registered I/O"))
}

/// The next result; `waits`: by a wait, else by asking again.
fn next(queue: &CompletionQueue<()>, waits: bool) -> Completion<()> {
    loop {
        match queue.next() {
            Some(completion) => return completion,
            None if waits => _ = queue.wait(None).expect("the queue is good"),
            None => thread::yield_now(),
        }
    }
}

/// S12.17, S10.18: registered I/O receives all that a killed process sent, then a reset.
#[test]
fn registered_receives_end_with_a_reset_once_all_is_received() {
    for (waits, queue) in [false, true].into_iter().zip(completion_queues()) {
        let (mut other, socket) = meet_registered("sends");
        assert_eq!(other.hears(), "sent");
        let requests = RequestQueue::new(socket, 1, 1, &queue, 0).unwrap();
        let (mut operation, mut got) =
            (rio::operations(1, 5000, |_| ()).unwrap().remove(0), vec![]);
        other.kill();
        loop {
            requests.recv(operation).expect("one fits");
            let done = next(&queue, waits);
            operation = done.operation;
            match done.result {
                Ok(_) => got.extend_from_slice(operation.received()),
                Err(error) => break assert_eq!(error.code(), RESET),
            }
        }
        assert!(got == pattern(100_000), "{} bytes, {waits}", got.len());
    }
}

/// S12.17, S10.18: so do requests that wait while it is killed, sends for room among them.
#[test]
fn registered_requests_end_when_the_other_process_is_killed() {
    for (waits, queue) in [false, true].into_iter().zip(completion_queues()) {
        let (mut other, socket) = meet_registered("sleeps");
        let requests = RequestQueue::new(socket, 1, 1, &queue, 0).unwrap();
        let mut operations = rio::operations(2, 1 << 20, |_| ()).unwrap();
        assert_eq!(other.hears(), "sleeps");
        requests.recv(operations.remove(0)).expect("one fits");
        requests.send(operations.remove(0), 0..1 << 20).expect("one fits, and more than the ring");
        assert!(queue.next().is_none());
        thread::scope(|scope| {
            scope.spawn(|| other.kill());
            for _ in 0..2 {
                assert!(next(&queue, waits).result.expect_err("it was killed").is_disconnect());
            }
        });
    }
}

/// Round trips of polled registered I/O, the last ten thousand on a thread that may make no system
/// call but `read` and `write`, which sockets do not use: any other one ends the process.
fn poll_without_system_calls() {
    let listener = rio::listen(any()).expect("it is free");
    let client = rio::stream(&any()).expect("TCP is there");
    for socket in [&listener, &client] {
        socket.fast_loopback(true).expect("it is a stream");
    }
    client.connect_to(listener.local_addr().unwrap()).expect("it listens");
    let sockets = [client, listener.accept().expect("one has connected").0];
    let queues = [(); 2].map(|()| CompletionQueue::new(3).expect("there is registered I/O"));
    let mut ends = sockets.into_iter().zip(&queues);
    let requests = [(); 2].map(|()| {
        let (socket, queue) = ends.next().expect("there are two");
        RequestQueue::new(socket, 1, 2, queue, 0).expect("it fits")
    });
    let mut operations = rio::operations(2, 64, |_| ()).expect("there is memory");
    let mut message = |from: usize| {
        let to = 1 - from;
        requests[to].recv(operations.pop().expect("both are here")).expect("one fits");
        requests[from].send(operations.pop().expect("one is here"), 0..64).expect("one fits");
        for at in [from, to] {
            let done = next(&queues[at], false);
            assert_eq!(done.result, Ok(64));
            operations.push(done.operation);
        }
    };
    (0..100).for_each(|turn| message(turn % 2));
    // SAFETY: numbers only; from here on this thread makes no system call but those below.
    unsafe { assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT), 0) };
    (0..20_000).for_each(|turn| message(turn % 2));
    const DONE: &[u8] = b"\nsays:polled\n";
    // SAFETY: a constant is read; of what the thread leaves behind this process needs nothing.
    unsafe {
        libc::write(1, DONE.as_ptr().cast(), DONE.len());
        libc::syscall(libc::SYS_exit, 0); // the thread; it may not even free its stack
    }
}

/// S10.17: what lies in the ring is received, sent and told of without a system call.
#[test]
fn polling_makes_no_system_call() {
    let mut other = start("polls", "127.0.0.1:0");
    assert_eq!(other.hears(), "polled");
}

//! The loopback fast path between two processes: what the survivor sees (S12.17). The other
//! process is this one again; signals, and whether the path is taken, are Linux's.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::{env, fs};

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

/// A fast connection to another process in this role.
fn meet(role: &str) -> (Other, Socket) {
    let listener = Socket::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("it is free");
    listener.fast_loopback(true).expect("it is a stream");
    let peer = listener.local_addr().expect("it is bound").to_string();
    let mut command = Command::new(env::current_exe().expect("it has a name"));
    command.args(["other_process", "--exact", "--nocapture"]).env(ROLE, role).env(PEER, peer);
    let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let said = BufReader::new(process.stdout.take().expect("it is piped"));
    let other = Other { process, said };
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

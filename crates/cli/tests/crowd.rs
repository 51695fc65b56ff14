//! Many connections, and too many: processes, so that each end has descriptors of its own.

#![cfg(unix)] // Windows has no limit of descriptors to meet

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_overlapped");

/// A server that may open `descriptors` files, killed when dropped; and where it listens.
struct Server(Child, String);

impl Server {
    fn start(descriptors: usize) -> Self {
        // The shell's limit binds the program it becomes, which cannot raise it again.
        let script = format!("ulimit -n {descriptors}; exec \"$0\" serve --listen 127.0.0.1:0");
        let mut command = Command::new("sh");
        command.args(["-c", &script, PROGRAM]).stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("there is a shell");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        output.read_line(&mut line).expect("it prints a line");
        let address = line.split_whitespace().nth(2).expect("listening on ADDR").to_string();
        Self(process, address)
    }

    fn load(&self, connections: usize, seconds: &str) -> Output {
        let connections = connections.to_string();
        let arguments = ["--connections", &connections, "--seconds", seconds, "--json"];
        let mut command = Command::new(PROGRAM);
        command.args(["load", "--connect", &self.1]).args(arguments).stdin(Stdio::null());
        command.output().expect("it starts")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn figure(output: &Output, name: &str) -> f64 {
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    value[name].as_f64().expect("a number")
}

/// How many descriptors a process may open here.
fn descriptors() -> usize {
    let output = Command::new("sh").args(["-c", "ulimit -Hn"]).output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("a number or a word");
    text.trim().parse().unwrap_or(usize::MAX)
}

#[test]
fn ten_thousand_connections_are_served() {
    let (wanted, room) = (10_000, descriptors());
    if room < wanted + 100 {
        return println!("skipped: a process may open {room} files here");
    }
    let output = Server::start(room.min(wanted + 1000)).load(wanted, "3");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(figure(&output, "errors"), 0.0);
    assert!(figure(&output, "messages_per_second") * 3.0 >= wanted as f64);
}

#[test]
fn a_server_without_descriptors_left_serves_again_when_some_are_free() {
    let server = Server::start(64);
    let mut crowd: Vec<TcpStream> =
        (0..200).map(|_| TcpStream::connect(&server.1).expect("the backlog has room")).collect();
    let mut last = crowd.pop().expect("there are many");
    last.write_all(b"x").expect("it is connected");
    last.set_read_timeout(Some(Duration::from_millis(300))).expect("not zero");
    let answer = last.read(&mut [0]);
    assert!(answer.is_err(), "200 connections fit into 64 descriptors?");
    drop(crowd);
    last.set_read_timeout(Some(Duration::from_secs(30))).expect("not zero");
    last.read_exact(&mut [0]).expect("it is served now");
    let few = server.load(10, "0.2");
    assert_eq!(few.status.code(), Some(0), "{few:?}");
}

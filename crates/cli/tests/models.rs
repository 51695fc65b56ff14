//! Every model's server: crowds, limits, ends, idleness. Signals, descriptor limits and what a
//! process has used are Unix' ways.
#![cfg(unix)] // the shell sets limits and sends signals

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_overlapped");
const MODELS: [&str; 11] = [
    "blocking",
    "nonblocking",
    "select",
    "wsapoll",
    "async-select",
    "event-select",
    "overlapped-event",
    "overlapped-routine",
    "iocp",
    "rio",
    "rio-poll",
];
/// Nothing here takes that long, however slow the machine.
const LIMIT: Duration = Duration::from_secs(30);

/// A running server, killed when dropped.
struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    first_line: String,
}

impl Server {
    fn start(arguments: &str) -> Self {
        let script = format!("exec {PROGRAM} serve --listen 127.0.0.1:0 {arguments}");
        Self::from(&script)
    }

    fn from(script: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("there is a shell");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut first_line = String::new();
        output.read_line(&mut first_line).expect("it prints a line");
        Self { process, output, first_line }
    }

    fn address(&self) -> &str {
        self.first_line.split_whitespace().nth(2).expect("listening on ADDR")
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("it is not zero");
        stream
    }

    fn load(&self, options: &str) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(["load", "--json", "--connect", self.address()]).stdin(Stdio::null());
        command.args(options.split_whitespace()).output().expect("it starts")
    }

    /// Sends a signal; its last lines and exit code.
    fn end(mut self, signal: &str) -> (String, Option<i32>) {
        let kill = format!("kill -{signal} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("it prints text");
        (rest, self.process.wait().expect("it ends").code())
    }

    /// Processor time that its threads have used.
    fn busy(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("it runs");
        let nanoseconds = tasks.map(|task| {
            let path = task.expect("a folder").path().join("schedstat");
            let text = fs::read_to_string(path).expect("the kernel counts");
            let first = text.split(' ').next().expect("there are three");
            first.parse::<u64>().expect("a number")
        });
        Duration::from_nanos(nanoseconds.sum())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn echoes(stream: &mut TcpStream, message: &[u8]) {
    let mut answer = vec![0; message.len()];
    let mut sending = stream.try_clone().expect("a descriptor is left");
    thread::scope(|scope| {
        scope.spawn(|| sending.write_all(message).expect("it is connected"));
        stream.read_exact(&mut answer).expect("it echoes");
    });
    assert!(answer == message, "every byte comes back");
}

fn errors(output: &Output) -> serde_json::Value {
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    figures["errors"].clone()
}

#[test]
fn every_model_serves_a_thousand_connections() {
    for model in MODELS {
        let server = Server::start(&format!("--model {model}"));
        let output = server.load("--connections 1000 --seconds 1");
        assert_eq!((output.status.code(), errors(&output)), (Some(0), 0.into()), "{model}");
        let (last, code) = server.end("INT");
        assert!(last.starts_with("served 1000 connections, "), "{model}: {last}");
        assert!(last.ends_with(" 0 errors\n"), "{model}: {last}");
        assert_eq!(code, Some(0));
    }
}

#[test]
fn every_model_serves_the_fast_path() {
    for model in MODELS {
        let server = Server::start(&format!("--model {model} --fast-loopback"));
        for options in ["--connections 1", "--connections 40 --size 10000", "--connections 60"] {
            let output = server.load(&format!("{options} --seconds 0.3 --fast-loopback"));
            assert_eq!(
                (output.status.code(), errors(&output)),
                (Some(0), 0.into()),
                "{model}: {output:?}"
            );
        }
        let (last, _) = server.end("TERM");
        assert!(last.starts_with("served 101 connections, "), "{model}: {last}");
        assert!(last.ends_with(" 0 errors\n"), "{model}: {last}");
    }
}

#[test]
fn every_model_names_its_limit() {
    let limits = [
        ("select", "64"),
        ("blocking", "thread"),
        ("wsapoll", "array"),
        ("async-select", "10000"),
        ("event-select", "64"),
        ("overlapped-event", "63"),
        ("overlapped-routine", "one thread"),
        ("rio", "one thread"),
        ("rio-poll", "polls"),
    ];
    for (model, word) in limits {
        let server = Server::start(&format!("--model {model}"));
        assert!(server.first_line.contains(&format!("(model {model}, ")), "{}", server.first_line);
        assert!(server.first_line.contains(word), "{}", server.first_line);
    }
}

#[test]
fn every_model_ends_with_totals() {
    for model in MODELS {
        for signal in ["INT", "TERM"] {
            let server = Server::start(&format!("--model {model}"));
            let mut open = server.connect(); // is left open
            echoes(&mut open, b"echo");
            echoes(&mut server.connect(), b"echo");
            let (last, code) = server.end(signal);
            assert_eq!(last, "served 2 connections, 2 messages, 8 bytes, 0 errors\n", "{model}");
            assert_eq!(code, Some(0));
        }
    }
}

#[test]
fn every_model_echoes_more_than_buffers_hold() {
    let message: Vec<u8> = (0..5 << 20).map(|at: u32| (at % 251) as u8).collect();
    for model in MODELS {
        let server = Server::start(&format!("--model {model} --buffer 65536"));
        echoes(&mut server.connect(), &message);
    }
}

#[test]
fn every_model_outlives_a_want_of_descriptors() {
    for model in MODELS {
        let serve = format!("{PROGRAM} serve --listen 127.0.0.1:0 --model {model}");
        let server = Server::from(&format!("ulimit -n 64; exec {serve}"));
        let mut streams: Vec<_> = (0..100).map(|_| server.connect()).collect();
        echoes(&mut streams[0], b"echo");
        let mut last = streams.pop().expect("there are many");
        last.write_all(b"wait").expect("the backlog has room");
        last.set_read_timeout(Some(Duration::from_millis(300))).expect("not zero");
        assert!(last.read(&mut [0; 4]).is_err(), "{model}: 100 fit into 64 descriptors?");
        echoes(&mut streams[1], b"those that it has are served meanwhile");
        drop(streams);
        last.set_read_timeout(Some(LIMIT)).expect("not zero");
        let mut answer = [0; 4];
        last.read_exact(&mut answer).expect("there is room again");
        assert_eq!(&answer, b"wait", "{model}");
        echoes(&mut server.connect(), b"echo");
    }
}

/// 0.0 % of a processor, with 50 connections that say nothing.
#[test]
fn no_model_uses_a_processor_while_idle() {
    if !fs::exists("/proc/self/schedstat").expect("it may be asked for") {
        return println!("skipped: this system does not tell what a thread has used");
    }
    let servers = MODELS.map(|model| {
        let server = Server::start(&format!("--model {model}"));
        let mut streams: Vec<_> = (0..50).map(|_| server.connect()).collect();
        streams.iter_mut().for_each(|stream| echoes(stream, b"echo"));
        (model, server, streams)
    });
    thread::sleep(Duration::from_secs(1)); // not synchronisation: nonblocking sleeps longer by then
    let before = servers.each_ref().map(|(_, server, _)| server.busy());
    let time = Duration::from_secs(10);
    thread::sleep(time); // not synchronisation: idleness takes its time
    for ((model, server, _), before) in servers.iter().zip(before) {
        let used = server.busy() - before;
        let percent = 100.0 * used.as_secs_f64() / time.as_secs_f64();
        println!("{model:<18} {used:>10.1?} in {time:?}: {percent:.3} %");
        assert!(percent < 0.05, "{model}: {used:?} in {time:?}");
    }
}

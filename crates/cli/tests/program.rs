//! The program as a user runs it: processes, exit codes, and what they print.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_overlapped");
/// Nothing here takes that long, however slow the machine.
const LIMIT: Duration = Duration::from_secs(30);

fn program(arguments: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments.split_whitespace()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running server, killed when dropped.
struct Server {
    process: Child,
    output: Option<BufReader<ChildStdout>>,
    address: String,
}

impl Server {
    fn start(arguments: &str) -> Self {
        Self::from(program(&format!("serve --listen 127.0.0.1:0 {arguments}")))
    }

    /// Returns when it listens.
    fn from(mut command: Command) -> Self {
        let mut process = command.spawn().expect("it starts");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it prints a line");
        let rest = line.strip_prefix("listening on ").expect(&line);
        let address = rest.split_whitespace().next().expect("it has an address").to_string();
        Self { process, output: Some(output), address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("it is not zero");
        stream
    }

    /// Its last lines and exit code.
    fn end(mut self) -> (String, Option<i32>) {
        let mut rest = String::new();
        if let Some(mut output) = self.output.take() {
            output.read_to_string(&mut rest).expect("it prints text");
        }
        let status = self.process.wait().expect("it ends");
        (rest, status.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn run(arguments: &str) -> Output {
    program(arguments).output().expect("it starts")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it prints text")
}

/// The figures of a load.
fn figures(output: &Output) -> serde_json::Value {
    assert_eq!(text(&output.stdout).lines().count(), 1);
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

fn echoes(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 4];
    stream.write_all(b"echo").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer == *b"echo"
}

#[test]
fn a_load_finds_every_byte_of_a_server_right() {
    let server = Server::start("");
    for options in ["", "--size 1", "--size 10000 --threads 3", "--connections 300"] {
        let load = format!("load --connect {} --seconds 0.2 --json {options}", server.address);
        let output = run(&load);
        let figures = figures(&output);
        assert_eq!(output.status.code(), Some(0), "{options}: {figures}");
        assert_eq!(figures["errors"], 0);
        assert!(figures["messages_per_second"].is_number(), "{figures}");
        for name in ["p50_us", "p99_us", "p999_us"] {
            assert!(figures[name].as_f64().unwrap() > 0.0, "{name}");
        }
    }
}

#[test]
fn a_load_without_json_is_for_people() {
    let server = Server::start("");
    let output = run(&format!("load --connect {} --seconds 0.1", server.address));
    assert_eq!(output.status.code(), Some(0));
    for name in ["messages/s", "p50", "p99.9", "errors       0"] {
        assert!(text(&output.stdout).contains(name), "{name}");
    }
}

#[test]
fn blockers_are_told_apart() {
    let server =
        Server::start("--block-every 5 --block-ms 200 --workers 8 --concurrency 2 --watchman on");
    let load = "--connections 10 --seconds 1 --skip-every 5 --json";
    let figures = figures(&run(&format!("load --connect {} {load}", server.address)));
    assert_eq!(
        (&figures["connections"], &figures["skipped"]["connections"]),
        (&8.into(), &2.into())
    );
    assert!(figures["skipped"]["p50_us"].as_f64().unwrap() >= 200_000.0, "{figures}");
    assert!(figures["p50_us"].as_f64().unwrap() < 100_000.0, "{figures}");
}

#[test]
fn bad_input_gives_one_line_and_exit_code_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("serve --listen {}", taken.local_addr().unwrap());
    for (arguments, reason) in [
        ("serve --listen nonsense", "bad address"),
        ("serve --listen 127.0.0.1", "bad address"),
        ("serve --listen 127.0.0.1:99999", "bad address"),
        ("serve --listen 203.0.113.1:0", "10049"),
        ("serve --listen 127.0.0.1:0 --model carrier-pigeon", "unknown model"),
        ("load --connect nonsense", "bad address"),
        (&taken, "10048"),
    ] {
        let output = run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {error}");
        assert!(error.starts_with("overlapped: ") && error.contains(reason), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn bad_usage_gives_exit_code_2() {
    for arguments in ["serve", "load", "nonsense", "serve --listen 127.0.0.1:0 --workers 0"] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments}");
    }
}

#[test]
fn a_load_against_a_closed_port_is_refused() {
    let output = run("load --connect 127.0.0.1:1"); // that port is nobody's
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("overlapped: cannot connect"));
}

/// Runs a long load against a server that treats each of its three connections as `answer` does.
fn load_against(options: &str, answer: impl Fn(TcpStream) + Sync) -> (Output, serde_json::Value) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let load = format!("load --connect {address} --connections 3 --json {options}");
    let process = program(&load).spawn().expect("it starts");
    let ended = AtomicBool::new(false);
    let output = thread::scope(|scope| {
        scope.spawn(|| {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                scope.spawn(|| answer(stream.unwrap()));
            }
        });
        let output = process.wait_with_output().unwrap();
        ended.store(true, Ordering::SeqCst);
        TcpStream::connect(address).unwrap(); // wakes who accepts
        output
    });
    assert_eq!(text(&output.stderr), "");
    let figures = figures(&output);
    assert_eq!(output.status.code(), Some(1), "{figures}");
    assert_eq!(figures["errors"], 3, "{figures}");
    (output, figures)
}

fn echo_a_while(stream: &mut TcpStream) {
    let mut message = [0; 64];
    for _ in 0..100 {
        stream.read_exact(&mut message).unwrap();
        stream.write_all(&message).unwrap();
    }
}

#[test]
fn a_server_that_goes_away_ends_the_load_early() {
    let began = Instant::now();
    load_against("--seconds 1000", |mut stream| {
        echo_a_while(&mut stream);
        stream.shutdown(Shutdown::Write).unwrap();
        _ = stream.read_to_end(&mut vec![]);
    });
    load_against("--seconds 1000", |mut stream| {
        echo_a_while(&mut stream);
        stream.read_exact(&mut [0; 1]).unwrap(); // the rest is unread: closing resets
    });
    assert!(began.elapsed() < LIMIT);
}

#[test]
fn a_wrong_byte_is_found() {
    let (_, figures) = load_against("--seconds 1000 --size 100", |mut stream| {
        let mut message = [0; 100];
        stream.read_exact(&mut message).unwrap();
        message[99] ^= 1;
        stream.write_all(&message).unwrap();
        _ = stream.read_to_end(&mut vec![]);
    });
    assert!(figures["first_error"].as_str().unwrap().contains("wrong"), "{figures}");
}

#[test]
fn bytes_that_nobody_sent_are_found() {
    load_against("--seconds 1000 --size 100", |mut stream| {
        let mut message = [0; 100];
        stream.read_exact(&mut message).unwrap();
        stream.write_all(&message).unwrap();
        stream.read_exact(&mut message).unwrap();
        stream.write_all(&message[..50]).unwrap();
        stream.write_all(&message).unwrap();
        _ = stream.read_to_end(&mut vec![]);
    });
}

#[test]
fn a_server_that_dribbles_is_right() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let load =
        program(&format!("load --connect {address} --connections 1 --seconds 0.2 --size 40"))
            .spawn()
            .expect("it starts");
    let (mut stream, _) = server.accept().unwrap();
    stream.set_nodelay(true).unwrap();
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte) {
        if stream.write_all(&byte).is_err() {
            break;
        }
    }
    assert_eq!(load.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let began = Instant::now();
    let (_, figures) = load_against("--seconds 0.1", |mut stream| {
        _ = stream.read_to_end(&mut vec![]);
    });
    assert_eq!(figures["messages"], 0);
    assert!(began.elapsed() < LIMIT);
}

#[test]
fn a_server_ends_with_its_standard_input_if_told_so() {
    let mut command = program("serve --listen 127.0.0.1:0 --end-with-stdin");
    let mut server = Server::from({
        command.stdin(Stdio::piped());
        command
    });
    assert!(echoes(&mut server.connect()));
    drop(server.process.stdin.take());
    let (last, code) = server.end();
    assert_eq!(
        (last.as_str(), code),
        ("served 1 connections, 1 messages, 4 bytes, 0 errors\n", Some(0))
    );
}

#[test]
fn nobody_reading_the_output_is_no_fault() {
    let mut server = Server::start("--end-with-stdin"); // its input has ended
    drop(server.output.take());
    let (_, code) = server.end();
    assert_eq!(code, Some(0));
}

#[test]
fn doctor_tells_what_there_is() {
    let output = run("doctor");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    for name in ["processors", "completion port", "descriptors", "loopback echo", "blocked worker"]
    {
        assert!(text(&output.stdout).contains(name), "{name}");
    }
}

// Signals and descriptor limits are set with a Unix shell.
#[cfg(unix)]
mod unix {
    use std::io::ErrorKind;

    use super::*;

    fn shell(script: &str) {
        assert!(Command::new("sh").args(["-c", script]).status().unwrap().success(), "{script}");
    }

    /// With the environment's switch for the fast path, or without.
    fn switched(mut command: Command, switch: Option<&str>) -> Command {
        match switch {
            Some(value) => command.env("OVERLAPPED_FAST_LOOPBACK", value),
            None => command.env_remove("OVERLAPPED_FAST_LOOPBACK"),
        };
        command
    }

    #[test]
    fn a_load_goes_by_shared_memory_if_both_ask_and_nothing_forbids_it() {
        const ASKS: &str = "--fast-loopback";
        for (server_asks, load_asks, switch, fast) in [
            (ASKS, ASKS, None, true),
            (ASKS, "", None, false),
            ("", ASKS, None, false),
            (ASKS, ASKS, Some("off"), false),
            (ASKS, ASKS, Some("nospin"), true),
            ("", ASKS, Some("always"), true),
        ] {
            let serve = program(&format!("serve --listen 127.0.0.1:0 {server_asks}"));
            let server = Server::from(switched(serve, switch));
            let maps = format!("/proc/{}/maps", server.process.id());
            let load =
                format!("load --connect {} --seconds 0.3 --json {load_asks}", server.address);
            let mut load = switched(program(&load), switch).spawn().expect("it starts");
            let mut seen = false;
            while load.try_wait().expect("it is a child").is_none() {
                let maps = std::fs::read_to_string(&maps).expect("the server runs");
                seen |= maps.contains("overlapped-loopback");
            }
            let output = load.wait_with_output().expect("it has ended");
            let case = format!("{server_asks} {load_asks} {switch:?}");
            assert_eq!(output.status.code(), Some(0), "{case}");
            assert_eq!(figures(&output)["errors"], 0, "{case}");
            assert_eq!(seen, fast, "{case}");
        }
    }

    #[test]
    fn doctor_knows_the_switch_of_the_fast_path() {
        let told = |switch| {
            let output = switched(program("doctor"), switch).output().expect("it starts");
            text(&output.stdout).contains("OVERLAPPED_FAST_LOOPBACK=off")
        };
        assert!(told(Some("off")) && !told(None));
    }

    #[test]
    fn a_signal_ends_a_server_with_totals() {
        for signal in ["INT", "TERM"] {
            let server = Server::start("--workers 3");
            let mut open = server.connect(); // is left open
            assert!(echoes(&mut open) && echoes(&mut server.connect()));
            shell(&format!("kill -{signal} {}", server.process.id()));
            let (last, code) = server.end();
            assert_eq!(last, "served 2 connections, 2 messages, 8 bytes, 0 errors\n");
            assert_eq!(code, Some(0));
        }
    }

    #[test]
    fn a_signal_ends_a_server_under_load() {
        let server = Server::start("--workers 3");
        let load = format!("load --connect {} --seconds 1000 --json", server.address);
        let load = program(&load).spawn().unwrap();
        for _ in 0..200 {
            assert!(echoes(&mut server.connect())); // it takes longer than the load to begin
        }
        shell(&format!("kill -INT {}", server.process.id()));
        let (last, code) = server.end();
        assert!(last.starts_with("served ") && last.ends_with(" 0 errors\n"), "{last}");
        assert_eq!(code, Some(0));
        assert!(!load.wait_with_output().unwrap().status.success());
    }

    #[test]
    fn a_server_without_descriptors_goes_on_and_serves_who_waited() {
        let script = format!("ulimit -n 64; exec {PROGRAM} serve --listen 127.0.0.1:0");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::piped());
        let server = Server::from(command);
        let mut streams: Vec<_> = (0..100).map(|_| server.connect()).collect();
        assert!(echoes(&mut streams[0]));
        let mut last = streams.pop().unwrap();
        last.write_all(b"wait").unwrap();
        last.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let early = loop {
            match last.read(&mut [0; 4]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                early => break early.unwrap_err(),
            }
        };
        let waits = matches!(early.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        assert!(waits, "{early}");
        assert!(echoes(&mut streams[1]), "those that it has are served meanwhile");
        drop(streams);
        last.set_read_timeout(Some(LIMIT)).unwrap();
        let mut answer = [0; 4];
        last.read_exact(&mut answer).expect("there is room again");
        assert_eq!(&answer, b"wait");
        assert!(echoes(&mut server.connect()));
    }
}

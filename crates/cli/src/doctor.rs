//! `overlapped doctor`: what this machine offers, and how to mend what is short.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use overlapped::{Operation, Packet, Port, Socket};

use crate::report::{say, time};

/// One line of the report, and how to mend it if it is short.
struct Finding {
    name: &'static str,
    value: String,
    mend: Option<&'static str>,
}

/// Looks, and prints what it found. Exit code 1 if something does not work at all.
pub fn run() -> ExitCode {
    let echo = loopback_echo();
    let works = echo.is_ok();
    let findings = [
        kernel(),
        processors(),
        event_queue(works),
        descriptors(),
        port_range(),
        backlog(),
        loopback(echo),
        fast_loopback(),
        replacement(),
    ];
    for Finding { name, value, .. } in &findings {
        say(&format!("{name:<18} {value}"));
    }
    let mends: Vec<_> = findings.iter().filter_map(|f| Some((f.name, f.mend?))).collect();
    say(if mends.is_empty() { "\nNothing is short." } else { "\nTo mend:" });
    for (name, mend) in mends {
        say(&format!("{name:<18} {mend}"));
    }
    if works { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const UNKNOWN: &str = "not known on this system";

/// A setting of the kernel.
fn setting(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_string())
}

fn numbers(text: &str) -> Vec<u64> {
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// A setting that is a number, and whether it is below what is good.
fn number(name: &'static str, path: &str, good: u64, mend: &'static str) -> Finding {
    match setting(path).and_then(|text| text.parse::<u64>().ok()) {
        None => Finding { name, value: UNKNOWN.into(), mend: None },
        Some(number) => {
            Finding { name, value: number.to_string(), mend: (number < good).then_some(mend) }
        }
    }
}

fn kernel() -> Finding {
    let version = setting("/proc/sys/kernel/osrelease").unwrap_or_default();
    let value = format!("{} {version} {}", std::env::consts::OS, std::env::consts::ARCH);
    Finding { name: "system", value, mend: None }
}

fn processors() -> Finding {
    let count = thread::available_parallelism().map_or(1, usize::from);
    let mend = "a server and its load share one processor: figures are half of what they could be";
    Finding { name: "processors", value: count.to_string(), mend: (count < 2).then_some(mend) }
}

/// The port works or it does not; on Linux it stands on epoll.
fn event_queue(works: bool) -> Finding {
    let watches = setting("/proc/sys/fs/epoll/max_user_watches");
    let value = match (works, watches) {
        (true, Some(watches)) => format!("works (epoll, {watches} watches for each user)"),
        (true, None) => "works".into(),
        (false, _) => "does not work".into(),
    };
    let mend = "the echo below says what failed; a sandbox may forbid epoll or sockets";
    Finding { name: "completion port", value, mend: (!works).then_some(mend) }
}

/// Descriptors that a server of 10,000 connections and some room wants.
const DESCRIPTORS_GOOD: u64 = 16_384;

fn descriptors() -> Finding {
    let name = "descriptors";
    let limits = setting("/proc/self/limits").unwrap_or_default();
    let limit = |word: &str| word.parse().unwrap_or(u64::MAX); // or "unlimited"
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let words: Vec<_> = line.unwrap_or_default().split_whitespace().collect();
    let &[soft, hard, ..] = &words[..] else {
        return Finding { name, value: UNKNOWN.into(), mend: None };
    };
    let raised = if limit(soft) < limit(hard) { ", which serve and load take" } else { "" };
    let value = format!("{soft}, at most {hard}{raised}");
    let mend =
        "raise the hard limit: nofile in /etc/security/limits.conf, or LimitNOFILE= (systemd)";
    Finding { name, value, mend: (limit(hard) < DESCRIPTORS_GOOD).then_some(mend) }
}

/// Ports for outgoing connections: each to one address needs one, and keeps it a minute longer.
const PORTS_GOOD: u64 = 28_000;

fn port_range() -> Finding {
    let name = "outgoing ports";
    let range = setting("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let &[first, last] = &numbers(&range)[..] else {
        return Finding { name, value: UNKNOWN.into(), mend: None };
    };
    let count = (last + 1).saturating_sub(first);
    let mend = "sysctl -w net.ipv4.ip_local_port_range='1024 65535'";
    let value = format!("{first} to {last} ({count})");
    Finding { name, value, mend: (count < PORTS_GOOD).then_some(mend) }
}

fn backlog() -> Finding {
    let mend = "sysctl -w net.core.somaxconn=4096";
    number("longest backlog", "/proc/sys/net/core/somaxconn", 4096, mend)
}

fn loopback(echo: overlapped::Result<Duration>) -> Finding {
    let name = "loopback echo";
    match echo {
        Ok(took) => {
            let value = time(took.as_nanos() as f64 / 1000.0);
            Finding { name, value, mend: None }
        }
        Err(error) => {
            let mend = "bring the loopback interface up: ip link set lo up";
            Finding { name, value: error.to_string(), mend: Some(mend) }
        }
    }
}

/// Whether two ends that ask for it can share memory.
fn fast_loopback() -> Finding {
    let name = "fast loopback";
    match overlapped::sys::fast_loopback_obstacle() {
        None => Finding { name, value: "works".into(), mend: None },
        Some(obstacle) => {
            let mend = "connections on this machine go by TCP, which is slower and no fault";
            Finding { name, value: format!("does not work: {obstacle}"), mend: Some(mend) }
        }
    }
}

/// What the packets of the loopback's echo are.
const ROUNDS: u32 = 101;
const LIMIT: Duration = Duration::from_secs(5);
const TIMED_OUT: overlapped::Error = overlapped::Error::from_code(10060);

/// The median time of a byte from one connection of a port to another and back.
fn loopback_echo() -> overlapped::Result<Duration> {
    let port = Port::<(), ()>::new(1)?;
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let near = Socket::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ends = [port.associate(near, ())?, port.associate(far, ())?];
    let (mut sending, mut receiving) = (Operation::new(1, ()), Operation::new(1, ()));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for (from, to) in [(&ends[0], &ends[1]), (&ends[1], &ends[0])] {
            to.clone().recv(receiving)?;
            from.clone().send(sending, 0..1)?;
            (sending, receiving) = (take(&port)?, take(&port)?);
        }
        times.push(began.elapsed());
    }
    Ok(median(times))
}

fn take(port: &Port<(), ()>) -> overlapped::Result<Operation<()>> {
    match port.poll(Some(LIMIT))? {
        Some(Packet::Done(done)) => done.result.map(|_| done.operation),
        _ => Err(TIMED_OUT),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long a worker of the replacement's measurement sleeps, and how often.
const NAP: Duration = Duration::from_millis(20);
const NAPS: usize = 9;

fn replacement() -> Finding {
    let name = "blocked worker";
    match time_to_replace() {
        Ok(took) if took < NAP / 2 => {
            let value = format!("replaced after {}", time(took.as_nanos() as f64 / 1000.0));
            Finding { name, value, mend: None }
        }
        Ok(_) => {
            let value = "not replaced".into();
            let mend = "the states of threads in /proc/self/task must be readable (mount /proc)";
            Finding { name, value, mend: Some(mend) }
        }
        Err(error) => Finding { name, value: error.to_string(), mend: None },
    }
}

/// What a worker is asked to do.
enum Work {
    Sleep,
    Note,
}

/// One of two workers may run and falls asleep: the median time until the other one runs.
fn time_to_replace() -> io::Result<Duration> {
    let port = Port::new(1)?;
    let (send, receive) = mpsc::channel();
    let work = || {
        while let Ok(Packet::Posted(work)) = port.get() {
            _ = send.send(Instant::now());
            if let Work::Sleep = work {
                thread::sleep(NAP);
                _ = send.send(Instant::now());
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
        let times: io::Result<Vec<_>> = (0..NAPS).map(|_| nap(&port, &receive)).collect();
        port.close();
        times.map(median)
    })
}

/// From one worker's falling asleep to the other's next packet.
fn nap(port: &Port<(), Work>, instants: &Receiver<Instant>) -> io::Result<Duration> {
    let next = || instants.recv_timeout(LIMIT).map_err(io::Error::other);
    port.post(Work::Sleep)?;
    let asleep = next()?;
    port.post(Work::Note)?;
    let first = next()?; // the note, or the sleeper that woke up before
    next()?;
    Ok(first - asleep)
}

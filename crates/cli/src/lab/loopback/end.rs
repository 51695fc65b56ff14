//! `overlapped loopback-end`: one of the two processes of a measurement, on a processor of its own.
//!
//! ```text
//!   the one that connects                     the one that listens
//!   ping: stamp ──▶ … ◀── note the time       echo
//!   push: send for a while, count             receive to the end
//!   pull: receive for a while, count          send to the end
//! ```

use std::io::{BufRead, BufReader};
use std::process::{Child, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::wire::{self, Listening, Way, Wire};
use super::{BLOCK_BYTES, MESSAGE_BYTES};
use crate::args::LoopbackEnd;
use crate::process::this_program;
use crate::report::say;

/// Round trips before any is measured: caches warm up, adaptive things adapt.
const WARM_UP: u32 = 2_000;
/// Shorter than any round trip, and longer than any that is not a fault, in nanoseconds.
const TIMES_NS: (u64, u64) = (1, 10_000_000_000);

/// What the two processes do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    Ping,
    Push,
    Pull,
}

/// What a process of a measurement is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub way: Way,
    pub job: Job,
    pub length: Duration,
    /// The processor of the one that connects, and of the other.
    pub processors: Option<[usize; 2]>,
    /// Where to connect to, if it is the one that connects.
    pub peer: Option<String>,
}

/// What the one that connects found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// Round trips: nanoseconds, and how many took them.
    pub times: Vec<(u64, u64)>,
    pub bytes_per_second: f64,
}

/// Carries out an order as a process.
pub fn run(args: &LoopbackEnd) -> anyhow::Result<ExitCode> {
    let order: Order = serde_json::from_str(&args.order).context("not an order")?;
    match &order.peer {
        Some(peer) => {
            let found = connecting(&order, peer)?;
            say(&serde_json::to_string(&found).expect("figures have a JSON form"));
        }
        None => listening(&order)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Has two processes measure.
pub fn measure(order: &Order) -> anyhow::Result<Found> {
    let mut other = None;
    let mut order = order.clone();
    order.peer = Some(match order.way {
        Way::SharedMemory => String::new(),
        _ => {
            let (process, address) = start(&order)?;
            other = Some(process);
            address
        }
    });
    let output = command(&order)?.output().context("cannot start a process")?;
    if let Some(mut other) = other {
        if !output.status.success() {
            _ = other.kill(); // it may wait for a connection
        }
        other.wait()?;
    }
    ensure!(output.status.success(), "a process of the measurement failed ({})", output.status);
    serde_json::from_slice(&output.stdout).context("a process gave no figures")
}

/// A process that listens, and where.
fn start(order: &Order) -> anyhow::Result<(Child, String)> {
    let mut process = command(order)?.spawn().context("cannot start a process")?;
    let output = process.stdout.take().context("it has an output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok((process, line.trim_end().to_owned()))
}

fn command(order: &Order) -> anyhow::Result<std::process::Command> {
    let mut command = this_program()?;
    let order = serde_json::to_string(order).expect("an order has a JSON form");
    command.args(["loopback-end", &order]).stderr(Stdio::inherit());
    Ok(command)
}

/// Keeps this thread on a processor.
pub fn stay_on(processor: Option<usize>) {
    if let Some(id) = processor {
        // Where it cannot be had the measurement is noisier, and no less true.
        core_affinity::set_for_current(core_affinity::CoreId { id });
    }
}

fn size_bytes(job: Job) -> usize {
    if job == Job::Ping { MESSAGE_BYTES } else { BLOCK_BYTES }
}

fn listening(order: &Order) -> anyhow::Result<()> {
    stay_on(order.processors.map(|[_, listening]| listening));
    let listening = Listening::new(order.way)?;
    say(&listening.address()?);
    let mut wire = listening.accept(size_bytes(order.job))?;
    match order.job {
        Job::Ping => echo(&mut *wire)?,
        Job::Push => while !wire.receive()?.is_empty() {},
        // The peer closes when it has enough: there is no other end.
        Job::Pull => while wire.send().is_ok() {},
    }
    Ok(())
}

fn connecting(order: &Order, peer: &str) -> anyhow::Result<Found> {
    let ours = order.processors.map(|[connecting, _]| connecting);
    if order.way == Way::SharedMemory {
        let [mut one, mut other] = wire::pair();
        let theirs = order.processors.map(|[_, listening]| listening);
        let echoing = thread::spawn(move || {
            stay_on(theirs);
            echo(&mut other)
        });
        stay_on(ours);
        let found = ping(&mut one, order.length)?;
        drop(one);
        echoing.join().expect("an echo does not panic")?;
        return Ok(found);
    }
    stay_on(ours);
    let mut wire = wire::connect(order.way, peer, size_bytes(order.job))?;
    match order.job {
        Job::Ping => ping(&mut *wire, order.length),
        Job::Push => stream(order.length, || {
            wire.send()?;
            Ok(BLOCK_BYTES)
        }),
        Job::Pull => stream(order.length, || Ok(wire.receive()?.len())),
    }
}

/// Sends back what comes, message by message.
fn echo(wire: &mut dyn Wire) -> anyhow::Result<()> {
    let mut message = [0; MESSAGE_BYTES];
    while fill(wire, &mut message)? {
        wire.room()?.copy_from_slice(&message);
        wire.send()?;
    }
    Ok(())
}

/// Receives a whole message. False: the peer has ended.
fn fill(wire: &mut dyn Wire, message: &mut [u8; MESSAGE_BYTES]) -> anyhow::Result<bool> {
    let mut there = 0;
    while there < message.len() {
        let bytes = wire.receive()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        ensure!(there + bytes.len() <= message.len(), "more came back than was sent");
        message[there..][..bytes.len()].copy_from_slice(bytes);
        there += bytes.len();
    }
    Ok(true)
}

/// Round trips, one after another; each message carries the time at which it was sent.
fn ping(wire: &mut dyn Wire, length: Duration) -> anyhow::Result<Found> {
    let mut times = Histogram::<u64>::new_with_bounds(TIMES_NS.0, TIMES_NS.1, 3)?;
    let mut message = [0; MESSAGE_BYTES];
    let began = Instant::now();
    let now_ns = || began.elapsed().as_nanos() as u64;
    let (mut warm, mut end_ns, mut sent_ns) = (0, u64::MAX, now_ns());
    while sent_ns < end_ns {
        let room = wire.room()?;
        room[..8].copy_from_slice(&sent_ns.to_le_bytes());
        wire.send()?;
        ensure!(fill(wire, &mut message)?, "the other end is gone");
        let stamp_ns = u64::from_le_bytes(message[..8].try_into().expect("eight bytes"));
        let back_ns = now_ns();
        ensure!(stamp_ns == sent_ns, "another message came back");
        if warm < WARM_UP {
            warm += 1;
            end_ns = back_ns + length.as_nanos() as u64;
        } else {
            times.saturating_record(back_ns - stamp_ns);
        }
        sent_ns = back_ns;
    }
    let times = times.iter_recorded().map(|at| (at.value_iterated_to(), at.count_at_value()));
    Ok(Found { times: times.collect(), bytes_per_second: 0.0 })
}

/// Moves blocks until the time is up.
fn stream(
    length: Duration,
    mut step: impl FnMut() -> anyhow::Result<usize>,
) -> anyhow::Result<Found> {
    let (began, mut bytes) = (Instant::now(), 0);
    while began.elapsed() < length {
        bytes += step()?;
    }
    let bytes_per_second = bytes as f64 / began.elapsed().as_secs_f64();
    Ok(Found { times: Vec::new(), bytes_per_second })
}

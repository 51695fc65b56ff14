//! `overlapped lab loopback`: what a round trip between two processes of one machine costs, by the
//! way a thread learns of it.
//!
//! ```text
//!   rounds, interleaved: every row ──▶ end.rs: two processes ──▶ Row, all rounds together
//!                        probe.rs: where the two processors stood     ├─▶ table.rs
//!                                                                     ├─▶ page.rs
//!                                                                     └─▶ JSON
//! ```

pub mod end;
mod page;
mod probe;
mod table;
mod wire;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use serde::Serialize;

use crate::args::Loopback;
use crate::report::say;
use end::{Found, Job, Order};
use wire::{How, Way};

/// A message, whose first eight bytes are the time at which it was sent.
const MESSAGE_BYTES: usize = 64;
/// What a stream is sent by.
const BLOCK_BYTES: usize = 64 << 10;

/// The first is what all others are compared with.
fn ways() -> Vec<Way> {
    let ours = [How::ALL.map(Way::Iocp), How::ALL.map(Way::Rio)].concat();
    let yardsticks = [Way::Blocking, Way::TcpPoll, Way::UnixSocket, Way::SharedMemory];
    there([ours, yardsticks.to_vec()].concat())
}

/// Those that carry a stream.
fn streams() -> Vec<Way> {
    let [plain, _, fast, _] = How::ALL.map(Way::Iocp);
    let [_, polled, _, fast_polled] = How::ALL.map(Way::Rio);
    there(vec![plain, fast, polled, fast_polled, Way::Blocking, Way::UnixSocket])
}

/// Those that the system has.
fn there(mut ways: Vec<Way>) -> Vec<Way> {
    ways.retain(|way| way.is_there());
    ways
}

/// Round trips in one way, of all rounds.
#[derive(Clone, Debug, Serialize)]
struct Row {
    way: &'static str,
    round_trips: u64,
    mean_ns: f64,
    p50_ns: f64,
    p99_ns: f64,
    /// Standard deviation.
    jitter_ns: f64,
    /// Against the first row.
    latency_reduction: f64,
    jitter_reduction: f64,
    /// Median of the rounds; none with one processor.
    cache_line_ns: Option<f64>,
    /// Nanoseconds, and how many round trips took them.
    #[serde(skip)]
    times: Histogram<u64>,
}

impl Row {
    fn round_trips_per_second(&self) -> f64 {
        1e9 / self.mean_ns
    }
}

/// A stream in one way: medians of the rounds.
#[derive(Clone, Debug, Serialize)]
struct Stream {
    way: &'static str,
    /// From the one that connected, and to it.
    out_bytes_per_second: f64,
    in_bytes_per_second: f64,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
struct Findings {
    rounds: u32,
    seconds: f64,
    rows: Vec<Row>,
    streams: Vec<Stream>,
}

/// One measurement: what was done, where the processors stood, what was found.
struct Trial {
    way: Way,
    job: Job,
    cache_line_ns: Option<f64>,
    found: Found,
}

/// Measures, and tells.
pub fn run(args: &Loopback) -> anyhow::Result<ExitCode> {
    let pings = ways().into_iter().map(|way| (way, Job::Ping));
    let streams = streams().into_iter().flat_map(|way| [(way, Job::Push), (way, Job::Pull)]);
    let jobs: Vec<_> = pings.chain(streams).collect();
    let bar = ProgressBar::new(u64::from(args.rounds.get()) * jobs.len() as u64);
    bar.set_style(super::bar_style()?);
    let (processors, mut done) = (processors(), Vec::new());
    for _ in 0..args.rounds.get() {
        for &(way, job) in &jobs {
            bar.set_message(format!("{}: {}", way.title(), job.title()));
            done.push(trial(way, job, args.seconds, processors)?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    tell(args, &findings(args, &done)?)?;
    Ok(ExitCode::SUCCESS)
}

impl Job {
    fn title(self) -> &'static str {
        match self {
            Self::Ping => "round trips",
            Self::Push | Self::Pull => "a stream",
        }
    }
}

/// Two processors of this machine, if it has two.
fn processors() -> Option<[usize; 2]> {
    let all = core_affinity::get_core_ids()?;
    Some([all.first()?.id, all.get(1)?.id])
}

fn trial(
    way: Way,
    job: Job,
    length: Duration,
    processors: Option<[usize; 2]>,
) -> anyhow::Result<Trial> {
    let order = Order { way, job, length, processors, peer: None };
    let cache_line_ns = processors.map(probe::cache_line_ns);
    let found = end::measure(&order).with_context(|| way.title().to_owned())?;
    Ok(Trial { way, job, cache_line_ns, found })
}

fn findings(args: &Loopback, done: &[Trial]) -> anyhow::Result<Findings> {
    let mut rows =
        ways().into_iter().map(|way| row(way, done)).collect::<anyhow::Result<Vec<_>>>()?;
    let (first_mean, first_jitter) = (rows[0].mean_ns, rows[0].jitter_ns);
    for row in &mut rows {
        row.latency_reduction = 1.0 - row.mean_ns / first_mean;
        row.jitter_reduction = 1.0 - row.jitter_ns / first_jitter;
    }
    let stream = |way: Way| {
        let rate = |job| {
            let of = done.iter().filter(|trial| (trial.way, trial.job) == (way, job));
            super::median(of.map(|trial| trial.found.bytes_per_second).collect())
        };
        Stream {
            way: way.title(),
            out_bytes_per_second: rate(Job::Push),
            in_bytes_per_second: rate(Job::Pull),
        }
    };
    Ok(Findings {
        rounds: args.rounds.get(),
        seconds: args.seconds.as_secs_f64(),
        rows,
        streams: streams().into_iter().map(stream).collect(),
    })
}

fn row(way: Way, done: &[Trial]) -> anyhow::Result<Row> {
    let mut times = Histogram::<u64>::new(3)?;
    let trials = || done.iter().filter(|trial| (trial.way, trial.job) == (way, Job::Ping));
    for &(value_ns, count) in trials().flat_map(|trial| &trial.found.times) {
        times.record_n(value_ns, count)?;
    }
    let lines: Vec<f64> = trials().filter_map(|trial| trial.cache_line_ns).collect();
    Ok(Row {
        way: way.title(),
        round_trips: times.len(),
        mean_ns: times.mean(),
        p50_ns: times.value_at_quantile(0.5) as f64,
        p99_ns: times.value_at_quantile(0.99) as f64,
        jitter_ns: times.stdev(),
        latency_reduction: 0.0,
        jitter_reduction: 0.0,
        cache_line_ns: (!lines.is_empty()).then(|| super::median(lines)),
        times,
    })
}

fn tell(args: &Loopback, findings: &Findings) -> anyhow::Result<()> {
    if args.json {
        say(&serde_json::to_string(findings).expect("figures and names have a JSON form"));
        return Ok(());
    }
    say(&table::text(findings));
    let report = &args.report;
    fs::write(report, page::html(findings))
        .with_context(|| format!("cannot write {}", report.display()))?;
    say(&format!("\nWith plots: {}", report.display()));
    Ok(())
}

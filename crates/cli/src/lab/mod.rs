//! `overlapped lab`: every model under the same loads, side by side.
//!
//! ```text
//!   plan ──▶ rounds, interleaved: every load, every model ──▶ trial.rs ──▶ Figures, medians
//!                                                                             ├─▶ table.rs
//!                                                                             ├─▶ page.rs
//!                                                                             └─▶ JSON
//! ```
//!
//! `loopback` is a lab of its own: round trips between two processes.

mod chart;
pub mod loopback;
mod page;
mod table;
mod trial;

use std::process::ExitCode;
use std::{fs, thread};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::args::{Lab, LabTopic};
use crate::models::MODELS;
use crate::report::{grouped, say};
use trial::Trial;

/// What every model is put under.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
struct Load {
    connections: u64,
    size_bytes: u64,
}

impl Load {
    fn title(self) -> String {
        let connections = match self.connections {
            1 => "1 connection".to_owned(),
            many => format!("{} connections", grouped(many as f64)),
        };
        match self.size_bytes {
            bytes if bytes % 1024 == 0 => format!("{connections}, {} KiB a message", bytes / 1024),
            bytes => format!("{connections}, {bytes} bytes a message"),
        }
    }
}

/// How a model did under a load: medians of the rounds.
#[derive(Clone, Debug, Serialize)]
struct Figures {
    model: &'static str,
    #[serde(flatten)]
    load: Load,
    messages_per_second: f64,
    p50_us: f64,
    p90_us: f64,
    p99_us: f64,
    p999_us: f64,
    /// Of the server's process, from its start: accepting is in it.
    cpu_us_per_message: f64,
    /// Its CPU per message to that of the cheapest model under this load.
    cpu_to_best: f64,
    /// Of the server's process, under load.
    resident_bytes: f64,
    /// Of all rounds.
    errors: u64,
}

/// What the lab found.
#[derive(Debug, Serialize)]
struct Findings {
    rounds: u32,
    seconds: f64,
    processors: usize,
    /// What each server says of itself: its threads, its limit.
    about: Vec<(&'static str, String)>,
    loads: Vec<Load>,
    figures: Vec<Figures>,
}

impl Findings {
    /// The figures under one load, in the order of the models.
    fn under(&self, load: Load) -> impl Iterator<Item = &Figures> {
        self.figures.iter().filter(move |figures| figures.load == load)
    }
}

/// Runs the lab; exit code 1 if anything went wrong under load.
pub fn run(args: &Lab) -> anyhow::Result<ExitCode> {
    if let Some(LabTopic::Loopback(args)) = &args.topic {
        return loopback::run(args);
    }
    let (models, loads) = (models(args)?, loads(args));
    let trials = u64::from(args.rounds.get()) * (models.len() * loads.len()) as u64;
    let bar = ProgressBar::new(trials);
    bar.set_style(bar_style()?);
    let (mut done, mut about) = (Vec::new(), Vec::new());
    for round in 0..args.rounds.get() {
        for &load in &loads {
            for &model in &models {
                bar.set_message(format!("{model}: {}", load.title()));
                let trial = trial::run(model, load, args.seconds)
                    .with_context(|| format!("{model}, {}", load.title()))?;
                if round == 0 && load == loads[loads.len() - 1] {
                    about.push((model, about_itself(&trial.about)));
                }
                done.push((model, load, trial));
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    let findings = Findings {
        rounds: args.rounds.get(),
        seconds: args.seconds.as_secs_f64(),
        processors: thread::available_parallelism().map_or(1, usize::from),
        about,
        figures: loads.iter().flat_map(|&load| compare(&models, load, &done)).collect(),
        loads,
    };
    tell(args, &findings)?;
    let failed = findings.figures.iter().any(|figures| figures.errors > 0);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn bar_style() -> anyhow::Result<ProgressStyle> {
    let style = "{msg:40} [{bar:40}] {percent:>3} %  {eta} left";
    Ok(ProgressStyle::with_template(style)?.progress_chars("=> "))
}

/// "model select, 64 sockets a thread" without the model's name.
fn about_itself(about: &str) -> String {
    about.split_once(", ").map_or(about, |(_, rest)| rest).to_owned()
}

fn models(args: &Lab) -> anyhow::Result<Vec<&'static str>> {
    let known = || MODELS.iter().map(|model| model.0);
    if args.models.is_empty() {
        let is_there = |name: &&str| !name.starts_with("rio") || overlapped::rio::is_available();
        return Ok(known().filter(is_there).collect());
    }
    args.models
        .iter()
        .map(|name| match known().find(|known| known == name) {
            Some(model) => Ok(model),
            None => bail!(
                "unknown model {name:?} (there are: {})",
                known().collect::<Vec<_>>().join(", ")
            ),
        })
        .collect()
}

/// Every number of connections with the first size, and the other sizes with the middle one.
fn loads(args: &Lab) -> Vec<Load> {
    let (connections, sizes) = (&args.connections, &args.sizes);
    let load = |connections: u32, size: u32| Load {
        connections: connections.into(),
        size_bytes: size.into(),
    };
    let middle = connections[connections.len() / 2];
    let first = connections.iter().map(|&connections| load(connections, sizes[0]));
    first.chain(sizes[1..].iter().map(|&size| load(middle, size))).collect()
}

/// The medians of the rounds under one load, each against the best.
fn compare(
    models: &[&'static str],
    load: Load,
    done: &[(&'static str, Load, Trial)],
) -> Vec<Figures> {
    let mut figures: Vec<_> = models
        .iter()
        .map(|&model| {
            let rounds = || {
                let here = done.iter().filter(|(of, under, _)| (*of, *under) == (model, load));
                here.map(|(_, _, trial)| trial)
            };
            let median = |figure: fn(&Trial) -> f64| median(rounds().map(figure).collect());
            Figures {
                model,
                load,
                messages_per_second: median(|trial| trial.report.measured.messages_per_second),
                p50_us: median(|trial| trial.report.measured.p50_us),
                p90_us: median(|trial| trial.report.measured.p90_us),
                p99_us: median(|trial| trial.report.measured.p99_us),
                p999_us: median(|trial| trial.report.measured.p999_us),
                cpu_us_per_message: median(|trial| trial.cpu_us_per_message),
                cpu_to_best: 1.0,
                resident_bytes: median(|trial| trial.resident_bytes),
                errors: rounds().map(|trial| trial.report.errors).sum(),
            }
        })
        .collect();
    let best = figures.iter().map(|figures| figures.cpu_us_per_message).fold(f64::MAX, f64::min);
    for figures in &mut figures {
        figures.cpu_to_best = figures.cpu_us_per_message / best;
    }
    figures
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 }
}

fn tell(args: &Lab, findings: &Findings) -> anyhow::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn loads_are_named() {
        let load = |connections, size_bytes| Load { connections, size_bytes }.title();
        assert_eq!(load(1, 64), "1 connection, 64 bytes a message");
        assert_eq!(load(1000, 16384), "1,000 connections, 16 KiB a message");
    }
}

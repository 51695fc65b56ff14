//! The judges: the same tests, run by the engine and by Windows, each in a process of its own.
//!
//! ```text
//! wine, debian ─▶ host: what to build for, how to run it
//!                  └─▶ suite: cargo builds it; its tests are listed
//!                  │    └─▶ trial: one test, one process, a time limit ─▶ verdict ─▶ the record
//!                  ├─▶ differential: random programs, both judges, one comparison
//!                  └─▶ example: the C library's examples, both judges, one transcript
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

mod debian;
pub mod differential;
pub mod example;
mod host;
mod suite;
mod trial;
mod wine;

use host::Host;
use suite::Test;
use trial::Verdict;

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// The engine, natively
    Ours,
    /// Wine: prepares what is missing, builds for Windows
    Wine,
}

/// Why a judge has no good news.
#[derive(Debug)]
pub enum Trouble {
    /// It could not begin: what is missing, and how to get it.
    Unprepared(String),
    /// It said so.
    Failed,
}

/// Where the records go and, in a folder per judge, the output of each test.
fn folder(root: &Path) -> PathBuf {
    root.join("target/judge")
}

/// Runs the tests whose name contains `filter`, prints those that fail and one summary line.
/// Without a filter the verdicts are recorded in `target/judge/<judge>.tsv`.
pub fn run(root: &Path, judge: Judge, filter: Option<&str>) -> Result<(), Trouble> {
    let host = match judge {
        Judge::Ours => Host::native(),
        Judge::Wine => wine::host(root).map_err(Trouble::Unprepared)?,
    };
    let mut tests = suite::tests(root, &host).map_err(Trouble::Unprepared)?;
    if let Some(filter) = filter {
        tests.retain(|test| test.id().contains(filter));
    }
    let logs = folder(root).join(host.name);
    fs::create_dir_all(&logs).map_err(|why| cannot("make", &logs, &why))?;
    let verdicts = try_all(&host, &tests, &logs);
    drop(host);
    if filter.is_none() {
        record(&folder(root).join(format!("{}.tsv", name(judge))), &verdicts)?;
    }
    let count = |wanted: &[Verdict]| verdicts.values().filter(|v| wanted.contains(v)).count();
    let failed = count(&[Verdict::Failed, Verdict::Unexpected]);
    let known = if judge == Judge::Wine { "known differences" } else { "known gaps" };
    println!(
        "{}: {} passed, {failed} failed, {} {known}",
        name(judge),
        count(&[Verdict::Passed]),
        count(&[Verdict::Known])
    );
    if failed == 0 { Ok(()) } else { Err(Trouble::Failed) }
}

fn name(judge: Judge) -> &'static str {
    match judge {
        Judge::Ours => "ours",
        Judge::Wine => "wine",
    }
}

/// Tries the tests, as many at a time as there are processors.
fn try_all(host: &Host, tests: &[Test], logs: &Path) -> BTreeMap<String, Verdict> {
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some(test) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
            let trial = trial::run(host, test, logs);
            if let Some(complaint) = &trial.complaint {
                println!("{}: {complaint}", test.id());
            }
            let mut verdicts = verdicts.lock().expect("no holder panics");
            verdicts.insert(test.id(), trial.verdict);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    verdicts.into_inner().expect("no holder panics")
}

/// One line per test: its file and name, and the verdict.
fn record(path: &Path, verdicts: &BTreeMap<String, Verdict>) -> Result<(), Trouble> {
    let line = |(test, verdict): (&String, &Verdict)| format!("{test}\t{}\n", verdict.word());
    let text: String = verdicts.iter().map(line).collect();
    fs::write(path, text).map_err(|why| cannot("write", path, &why))
}

fn cannot(what: &str, path: &Path, why: &dyn std::fmt::Display) -> Trouble {
    Trouble::Unprepared(format!("cannot {what} {}: {why}", path.display()))
}

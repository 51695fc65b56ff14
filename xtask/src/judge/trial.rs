//! One test in one process.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use super::host::Host;
use super::suite::Test;

/// How long a test may take: ends those that hang, and whatever they have started.
const LIMIT_SECONDS: &str = "60";
/// How much of the output of a failed test is shown.
const LINES_SHOWN: usize = 4;

/// What a judge says of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// Failed, as its mark says.
    Known,
    /// Passed, though its mark says that it fails.
    Unexpected,
}

impl Verdict {
    /// Its word in the record.
    pub(super) fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Known => "known",
            Verdict::Unexpected => "unexpected",
        }
    }
}

/// What came of a test.
pub(super) struct Trial {
    pub(super) verdict: Verdict,
    /// What to tell people, in one line.
    pub(super) complaint: Option<String>,
}

/// How often a test may go wrong under Wine, whose processes die or starve now and then on a busy
/// machine; the engine has one try.
const TRIES_OF_WINE: usize = 3;

/// Runs a test, under Wine again if it goes wrong; its output goes to a file in `logs`.
pub(super) fn run(host: &Host, test: &Test, logs: &Path) -> Trial {
    let tries = if host.is_wine { TRIES_OF_WINE } else { 1 };
    let mut trial = run_once(host, test, logs);
    for _ in 1..tries {
        if trial.complaint.is_none() {
            break;
        }
        trial = run_once(host, test, logs);
    }
    trial
}

fn run_once(host: &Host, test: &Test, logs: &Path) -> Trial {
    let log = logs.join(format!("{}.log", test.id().replace("::", ".")));
    let (status, output) = match attempt(host, test, &log) {
        Ok(done) => done,
        Err(why) => {
            let complaint = format!("cannot be run: {why}");
            return Trial { verdict: Verdict::Failed, complaint: Some(complaint) };
        }
    };
    let verdict = judge(status.success(), Mark::find(host.is_wine, &output));
    let complaint = match verdict {
        Verdict::Passed | Verdict::Known => None,
        Verdict::Unexpected => Some("does not fail any more: take its mark away".to_owned()),
        Verdict::Failed => Some(format!("failed ({status}): {}", tail(&output))),
    };
    Trial { verdict, complaint }
}

fn attempt(host: &Host, test: &Test, log: &Path) -> io::Result<(ExitStatus, String)> {
    // A file, not a pipe: a pipe would stay open in what the test leaves behind.
    let file = File::create(log)?;
    let status = Command::new("timeout")
        .args(["--signal=KILL", LIMIT_SECONDS])
        .args(host.command(&test.program))
        .args(["--exact", &test.name, "--nocapture", "--test-threads=1"])
        .envs(host.variables.iter().cloned())
        .env("RUST_BACKTRACE", "0")
        .current_dir(&test.folder)
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()?;
    Ok((status, String::from_utf8_lossy(&fs::read(log)?).into_owned()))
}

/// What a test said of itself: `conformance` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    /// The engine has a gap, and the test passes as long as it has.
    Gap,
    /// Wine fails it.
    Fails,
    /// Wine fails it now and then.
    SometimesFails,
}

impl Mark {
    /// The mark that `output` bears for this judge. It may follow the harness's own words.
    fn find(is_wine: bool, output: &str) -> Mark {
        let marks = match is_wine {
            true => [
                ("wine differs always: ", Mark::Fails),
                ("wine differs sometimes: ", Mark::SometimesFails),
            ],
            false => [("known gap: ", Mark::Gap); 2],
        };
        let found = marks.iter().find(|(text, _)| output.contains(text));
        found.map_or(Mark::None, |&(_, mark)| mark)
    }
}

/// The verdict on a test that has run.
fn judge(passed: bool, mark: Mark) -> Verdict {
    match (mark, passed) {
        (Mark::None | Mark::SometimesFails, true) => Verdict::Passed,
        (Mark::None | Mark::Gap, false) => Verdict::Failed,
        (Mark::Gap, true) | (Mark::Fails | Mark::SometimesFails, false) => Verdict::Known,
        (Mark::Fails, true) => Verdict::Unexpected,
    }
}

/// The last lines of an output in one.
fn tail(output: &str) -> String {
    let noise = ["note: ", "failures:", "test result: ", "error: test failed"];
    let lines = output.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !noise.iter().any(|n| line.starts_with(n)))
        .collect();
    lines[lines.len().saturating_sub(LINES_SHOWN)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(is_wine: bool, output: &str, passed: bool) -> Verdict {
        judge(passed, Mark::find(is_wine, output))
    }

    #[test]
    fn a_test_without_a_mark_passes_or_fails() {
        for is_wine in [true, false] {
            assert_eq!(verdict(is_wine, "test a ... ok", true), Verdict::Passed);
            assert_eq!(verdict(is_wine, "test a ... FAILED", false), Verdict::Failed);
        }
    }

    #[test]
    fn a_difference_of_wine_must_show_unless_it_shows_sometimes() {
        let always = "test a ... wine differs always: S1.35: wakes the oldest waiter\n";
        assert_eq!(verdict(true, always, false), Verdict::Known);
        assert_eq!(verdict(true, always, true), Verdict::Unexpected);
        let sometimes = "test a ... wine differs sometimes: S1.35: wakes the oldest waiter\n";
        assert_eq!(verdict(true, sometimes, false), Verdict::Known);
        assert_eq!(verdict(true, sometimes, true), Verdict::Passed);
    }

    #[test]
    fn marks_of_wine_mean_nothing_to_the_engine_and_gaps_nothing_to_wine() {
        let differs = "wine differs always: S1.35: wakes the oldest waiter\n";
        assert_eq!(verdict(false, differs, false), Verdict::Failed);
        assert_eq!(verdict(false, "known gap: not yet\n", true), Verdict::Known);
        assert_eq!(verdict(true, "known gap: not yet\n", false), Verdict::Failed);
    }

    #[test]
    fn the_tail_is_what_the_test_said() {
        let output = "left: 1\n right: 2\nnote: run with\n\nfailures:\n    a\n\ntest result: no\n";
        assert_eq!(tail(output), "left: 1 | right: 2 | a");
    }
}

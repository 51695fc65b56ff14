//! One test in one process.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use super::host::Host;
use super::suite::Test;

/// How long a test may take: ends those that hang, and whatever they have started.
const LIMIT_SECONDS: &str = "20";
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

/// Runs a test; its output goes to a file in `logs`.
pub(super) fn run(host: &Host, test: &Test, logs: &Path) -> Trial {
    let log = logs.join(format!("{}.log", test.id().replace("::", ".")));
    let (status, output) = match attempt(host, test, &log) {
        Ok(done) => done,
        Err(why) => {
            let complaint = format!("cannot be run: {why}");
            return Trial { verdict: Verdict::Failed, complaint: Some(complaint) };
        }
    };
    let verdict = judge(status, Mark::find(host, &output));
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
    fn find(host: &Host, output: &str) -> Mark {
        let marks = match host.is_wine {
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
fn judge(status: ExitStatus, mark: Mark) -> Verdict {
    match (mark, status.success()) {
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

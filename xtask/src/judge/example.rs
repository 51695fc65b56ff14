//! The examples of the C library, run on Linux and under Wine: one set of sources, one set of
//! transcripts; and its C programs that check themselves. `capi/tests` does the work; this gives it
//! a Wine.

use std::env;
use std::path::Path;
use std::process::Command;

use super::{Trouble, wine};

/// Names the program that runs Windows programs.
const WINE: &str = "EXAMPLES_WINE";
/// Makes transcripts of what is printed.
const RECORD: &str = "EXAMPLES_RECORD";

/// Holds what the examples print on both judges against their transcripts; `record` makes these
/// from what they print under Wine first. Only those whose name contains `filter`.
pub fn run(root: &Path, filter: Option<&str>, record: bool) -> Result<(), Trouble> {
    let host = wine::machine().map_err(Trouble::Unprepared)?;
    let runner = host.runner.as_ref().expect("Wine runs programs");
    let wine = || {
        let mut examples = examples(root, filter);
        examples.envs(host.variables.iter().cloned()).env(WINE, runner);
        examples
    };
    if record {
        passes("recording", wine().env(RECORD, "yes"))?;
    }
    let under_wine = passes("wine", &mut wine());
    let here = passes("ours", &mut examples(root, filter));
    under_wine.and(here)
}

fn examples(root: &Path, filter: Option<&str>) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--quiet", "--package", "libwinsock", "--test", "examples"]);
    cargo.args(["--test", "crt"]);
    cargo.args(filter.map(|filter| ["--", filter]).into_iter().flatten()).current_dir(root);
    cargo
}

fn passes(judge: &str, examples: &mut Command) -> Result<(), Trouble> {
    println!("examples: {judge}");
    match examples.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Trouble::Failed),
        Err(why) => Err(Trouble::Unprepared(format!("cannot start cargo: {why}"))),
    }
}

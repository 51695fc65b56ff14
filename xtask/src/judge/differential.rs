//! Random programs, run by the engine and under Wine: `conformance/src/differential.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::host::Host;
use super::{Trouble, suite, wine};

/// Compares the transcripts of seeds 0 to `seeds`. Prints each program that the judges disagree
/// on, shortened, and one summary line.
pub fn run(root: &Path, seeds: u64) -> Result<(), Trouble> {
    let native = program(root, &Host::native()).map_err(Trouble::Unprepared)?;
    let host = wine::host(root).map_err(Trouble::Unprepared)?;
    let other = program(root, &host).map_err(Trouble::Unprepared)?;
    let status = Command::new(native)
        .args([&format!("0..{seeds}"), "--"])
        .args(host.command(&other))
        .envs(host.variables.iter().cloned())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Trouble::Failed),
        Err(why) => Err(Trouble::Unprepared(format!("cannot start the comparison: {why}"))),
    }
}

/// The program that runs programs, built for `host`.
fn program(root: &Path, host: &Host) -> Result<PathBuf, String> {
    let wanted = ["build", "--package", "conformance", "--bin", "differential"];
    let messages = suite::built(root, host, &wanted)?;
    let path = messages.iter().find_map(|message| message["executable"].as_str());
    path.map(PathBuf::from).ok_or_else(|| "cargo built no program `differential`".into())
}

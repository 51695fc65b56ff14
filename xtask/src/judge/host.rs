//! What a judge builds for and runs with.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::wine::Server;

/// A way to build the tests and to run one.
#[derive(Debug)]
pub(super) struct Host {
    /// Its name, which is also that of the folder with the outputs.
    pub(super) name: &'static str,
    /// Whether it is Wine, whose known differences the tests announce.
    pub(super) is_wine: bool,
    /// More arguments of `cargo test`.
    pub(super) cargo_arguments: Vec<String>,
    /// The program that runs tests, if they do not run by themselves.
    pub(super) runner: Option<PathBuf>,
    /// For cargo and for the tests.
    pub(super) variables: Vec<(&'static str, OsString)>,
    /// Lives as long as the tests run.
    pub(super) server: Option<Server>,
}

impl Host {
    /// This machine.
    pub(super) fn native() -> Self {
        Self {
            name: "ours",
            is_wine: false,
            cargo_arguments: Vec::new(),
            runner: None,
            variables: Vec::new(),
            server: None,
        }
    }

    /// The command that runs `program`.
    pub(super) fn command(&self, program: &Path) -> Vec<OsString> {
        self.runner.iter().map(PathBuf::as_path).chain([program]).map(OsString::from).collect()
    }
}

/// The first of these programs that is there: a path, or a name to be found on PATH.
pub(super) fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let places = |name: &&str| folders.iter().map(|folder| folder.join(name)).collect::<Vec<_>>();
    programs.iter().flat_map(places).find(|place| place.is_file())
}

/// Runs a command quietly; its output if it succeeds, else what it complained of last.
pub(super) fn output(command: &mut Command) -> Result<String, String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|why| format!("cannot start {:?}: {why}", command.get_program()))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&done.stderr);
    let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("{:?} failed ({}): {last}", command.get_program(), done.status))
}

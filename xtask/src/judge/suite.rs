//! The tests: built by cargo, listed by themselves.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::host::{Host, output};

/// The packages whose tests speak for Windows too. Their examples are built with them.
const PACKAGES: &[&str] = &["conformance", "overlapped", "cli"];

/// One test.
#[derive(Debug)]
pub(super) struct Test {
    /// The file it is in, without its folder; a crate's unit tests go by the crate's name.
    pub(super) file: String,
    /// Its name, with the modules it is in.
    pub(super) name: String,
    /// The program that has it.
    pub(super) program: PathBuf,
    /// Where cargo would run it.
    pub(super) folder: PathBuf,
}

impl Test {
    /// Its name in the record.
    pub(super) fn id(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }
}

/// Builds everything and lists the tests.
pub(super) fn tests(root: &Path, host: &Host) -> Result<Vec<Test>, String> {
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    let wanted: Vec<&str> = ["test", "--no-run"].into_iter().chain(packages).collect();
    let mut tests = Vec::new();
    for message in built(root, host, &wanted)? {
        tests.extend(listed(host, &message)?);
    }
    Ok(tests)
}

/// Builds for `host` what these arguments of cargo want; cargo's messages about it.
pub(super) fn built(root: &Path, host: &Host, wanted: &[&str]) -> Result<Vec<Value>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(wanted)
        .args(["--quiet", "--message-format=json-render-diagnostics"])
        .args(&host.cargo_arguments)
        .envs(host.variables.iter().cloned())
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|why| format!("cannot start cargo: {why}"))?;
    if !built.status.success() {
        return Err(format!("it does not build for {}", host.name));
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    Ok(messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// The tests of the program that a message of cargo is about, if it is about one.
fn listed(host: &Host, message: &Value) -> Result<Vec<Test>, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let is_test = message["profile"]["test"].as_bool() == Some(true);
    let (true, Some(program), Some(file), Some(manifest)) = (
        is_test,
        text(&message["executable"]).map(PathBuf::from),
        text(&message["target"]["name"]),
        text(&message["manifest_path"]),
    ) else {
        return Ok(Vec::new());
    };
    let folder = Path::new(&manifest).parent().expect("a manifest is in a folder").to_path_buf();
    let command = host.command(&program);
    let list = output(
        Command::new(&command[0])
            .args(&command[1..])
            .args(["--list", "--format", "terse"])
            .envs(host.variables.iter().cloned())
            .current_dir(&folder),
    )?;
    let named = |line: &str| {
        let name = line.trim_end().strip_suffix(": test")?.to_owned();
        let (file, program, folder) = (file.clone(), program.clone(), folder.clone());
        Some(Test { file, name, program, folder })
    };
    Ok(list.lines().filter_map(named).collect())
}

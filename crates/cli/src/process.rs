//! This program as processes of its own: a server, and a load against it.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use crate::report::Report;

/// A server of this program, ended when dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it says of itself.
    pub about: String,
}

impl Server {
    /// `serve` with these arguments, on a free port of loopback.
    pub fn start<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> anyhow::Result<Self> {
        let mut command = this_program()?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--end-with-stdin"]).args(arguments);
        let mut process = command.stdin(Stdio::piped()).spawn().context("cannot start serve")?;
        let output = process.stdout.take().context("serve has an output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let said =
            line.trim_end().strip_prefix("listening on ").and_then(|rest| rest.split_once(' '));
        match said.and_then(|(address, about)| Some((address.parse().ok()?, about))) {
            Some((address, about)) => {
                let about = about.trim_matches(['(', ')']).to_owned();
                Ok(Self { process, address, about })
            }
            None => bail!("serve did not begin ({})", process.wait()?),
        }
    }

    /// Its process' number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take()); // it ends with its input
        _ = self.process.wait();
    }
}

/// A load under way.
pub struct Loading(Child);

impl Loading {
    /// `load` against `server` with these arguments.
    pub fn start<A: AsRef<OsStr>>(
        server: &Server,
        arguments: impl IntoIterator<Item = A>,
    ) -> anyhow::Result<Self> {
        let mut command = this_program()?;
        command.args(["load", "--json", "--connect", &server.address.to_string()]).args(arguments);
        command.spawn().map(Self).context("cannot start load")
    }

    /// Whether it is still under way.
    pub fn goes_on(&mut self) -> anyhow::Result<bool> {
        Ok(self.0.try_wait()?.is_none())
    }

    /// What it found.
    pub fn report(self) -> anyhow::Result<Report> {
        let output = self.0.wait_with_output()?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("load gave no figures ({})", output.status))
    }
}

/// This program, with its output to be read.
pub fn this_program() -> anyhow::Result<Command> {
    let program = env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    Ok(command)
}

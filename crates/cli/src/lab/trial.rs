//! One model under one load, once.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::Load;
use crate::process::{Loading, Server};
use crate::report::Report;

/// What it came to.
pub struct Trial {
    pub report: Report,
    pub cpu_us_per_message: f64,
    /// Near the end of the load.
    pub resident_bytes: f64,
    pub about: String,
}

/// How often the load is asked whether it is done.
const TICK: Duration = Duration::from_millis(5);

/// A server of the model and a load against it, each a process.
pub fn run(model: &str, load: Load, length: Duration) -> anyhow::Result<Trial> {
    let buffer = load.size_bytes.max(4096).to_string();
    let server = Server::start(["--model", model, "--buffer", &buffer])?;
    let mut loading = Loading::start(
        &server,
        [
            "--connections",
            &load.connections.to_string(),
            "--size",
            &load.size_bytes.to_string(),
            "--seconds",
            &length.as_secs_f64().to_string(),
        ],
    )?;
    let (mut process, began) = (Observed::new(server.id()), Instant::now());
    let mut resident_bytes = 0.0;
    while loading.goes_on()? {
        if began.elapsed() >= length * 3 / 4 && resident_bytes == 0.0 {
            resident_bytes = process.look()?.1;
        }
        thread::sleep(TICK);
    }
    let (cpu_us, resident_at_end) = process.look()?;
    let report = loading.report()?;
    if resident_bytes == 0.0 {
        resident_bytes = resident_at_end;
    }
    Ok(Trial {
        cpu_us_per_message: cpu_us / report.measured.messages.max(1) as f64,
        report,
        resident_bytes,
        about: server.about.clone(),
    })
}

/// A process that is looked at.
struct Observed {
    system: System,
    id: Pid,
}

impl Observed {
    fn new(id: u32) -> Self {
        Self { system: System::new(), id: Pid::from_u32(id) }
    }

    /// CPU time so far, in microseconds, and resident bytes.
    fn look(&mut self) -> anyhow::Result<(f64, f64)> {
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        self.system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[self.id]),
            true,
            what.without_tasks(),
        );
        let process = self.system.process(self.id).context("the server has ended")?;
        Ok((process.accumulated_cpu_time() as f64 * 1000.0, process.memory() as f64))
    }
}

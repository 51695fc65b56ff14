//! The program `overlapped`: serves an echo on the models, loads it, and measures both.
//!
//! ```text
//!   main ── args ─┬─▶ serve ──▶ models/           an echo server, until a signal
//!                 ├─▶ load  ──▶ pattern, report   many connections, every byte verified
//!                 ├─▶ doctor                      what the machine offers
//!                 ├─▶ blockers ─┬▶ process       serve and load as processes of their own
//!                 └─▶ lab ──────┘                every model, tables and a page; round trips
//! ```
//!
//! What goes wrong is one line on standard error: exit code 2 if the work could not begin, 1 if
//! it was done and found a fault.

#![forbid(unsafe_code)]

mod args;
mod blockers;
mod doctor;
mod lab;
mod load;
mod models;
mod pattern;
mod process;
mod report;
mod serve;
mod tally;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("overlapped: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Some(Command::Serve(serve)) => serve::run(&serve),
        Some(Command::Load(load)) => load::run(&load),
        Some(Command::Lab(lab)) => lab::run(&lab),
        Some(Command::Blockers) => blockers::run(),
        Some(Command::Doctor) => Ok(doctor::run()),
        Some(Command::LoopbackEnd(end)) => lab::loopback::end::run(&end),
        None => lab::run(&args::Lab::default()),
    }
}

/// Connections cost a descriptor each: asks for as many as this process may have.
fn raise_descriptor_limit() {
    // Less is no reason to fail: `doctor` tells what the limit is.
    _ = rlimit::increase_nofile_limit(u64::MAX);
}

//! `cargo xtask tidy | surface | ci`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{ci, root, surface, tidy};

/// The house's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the style rules a machine can hold
    Tidy,
    /// Rewrite surface.txt from the exported functions, keeping what is already written
    Surface,
    /// Run what CI runs after the tests: format, clippy, docs, tidy, loom, examples
    Ci,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Tidy => tidy::run(&root()),
        Task::Surface => surface::rewrite(&root()),
        Task::Ci => ci::run(&root()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

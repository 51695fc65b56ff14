//! `cargo xtask tidy | surface | matrix | ci`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{ci, matrix, root, surface, tidy};

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
    /// Rewrite docs/conformance.md from the semantics, the suite and what the judges said last
    Matrix {
        /// Write nothing; fail if the file would change
        #[arg(long)]
        check: bool,
    },
    /// Run what CI runs after the tests: format, clippy, docs, tidy, loom, examples
    Ci,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Tidy => tidy::run(&root()),
        Task::Surface => surface::rewrite(&root()),
        Task::Matrix { check } => matrix::run(&root(), check),
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

//! `cargo xtask tidy | surface | judge | matrix | install | ci`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::judge::{Judge, Trouble};
use xtask::{ci, install, judge, matrix, root, surface, tidy};

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
    /// Run the tests natively or as Windows programs under Wine, or compare the two
    #[command(subcommand)]
    Judge(Sitting),
    /// Rewrite docs/conformance.md from the semantics, the suite and what the judges said last
    Matrix {
        /// Write nothing; fail if the file would change
        #[arg(long)]
        check: bool,
    },
    /// Build the C library and install it: headers, libraries, winsock-cc, pkg-config, CMake.
    /// DESTDIR in the environment goes before the prefix.
    Install {
        /// Where it will be used
        #[arg(long, default_value = "/usr/local")]
        prefix: PathBuf,
    },
    /// Run what CI runs after the tests: format, clippy, docs, tidy, loom, examples
    Ci,
}

#[derive(Subcommand)]
enum Sitting {
    /// The engine: every test in a process of its own
    Ours {
        /// Only tests whose name (`file::test`) contains this
        filter: Option<String>,
    },
    /// Wine: prepares what is missing, builds for Windows
    Wine {
        /// Only tests whose name (`file::test`) contains this
        filter: Option<String>,
    },
    /// Random programs whose transcripts by the engine and by Wine must agree
    Differential {
        /// How many
        #[arg(long, default_value_t = 500)]
        seeds: u64,
    },
    /// The C library's examples, by both judges: they must print what their transcripts say
    Examples {
        /// Only those whose name contains this
        filter: Option<String>,
        /// Make the transcripts anew from what the examples print under Wine
        #[arg(long)]
        record: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Tidy => tidy::run(&root()),
        Task::Surface => surface::rewrite(&root()),
        Task::Judge(sitting) => return tell(sit(sitting)),
        Task::Matrix { check } => matrix::run(&root(), check),
        Task::Install { prefix } => install::run(&root(), &prefix),
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

fn sit(sitting: Sitting) -> Result<(), Trouble> {
    match sitting {
        Sitting::Ours { filter } => judge::run(&root(), Judge::Ours, filter.as_deref()),
        Sitting::Wine { filter } => judge::run(&root(), Judge::Wine, filter.as_deref()),
        Sitting::Differential { seeds } => judge::differential::run(&root(), seeds),
        Sitting::Examples { filter, record } => {
            judge::example::run(&root(), filter.as_deref(), record)
        }
    }
}

/// A judge that could not begin exits with 2, one that found a fault with 1.
fn tell(verdict: Result<(), Trouble>) -> ExitCode {
    match verdict {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble::Failed) => ExitCode::FAILURE,
        Err(Trouble::Unprepared(why)) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

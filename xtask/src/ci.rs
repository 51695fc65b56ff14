//! What CI runs after the tests, and in which order.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::tidy;

/// One command and the environment it needs.
struct Step {
    title: &'static str,
    arguments: &'static str,
    variables: &'static [(&'static str, &'static str)],
}

/// Where the C library is installed to be tried.
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/installed");

const STEPS: &[Step] = &[
    Step { title: "format", arguments: "fmt --all --check", variables: &[] },
    Step {
        title: "clippy, warnings denied",
        arguments: "clippy --workspace --all-targets -- -D warnings",
        variables: &[],
    },
    Step {
        title: "documentation, warnings denied",
        arguments: "doc --workspace --no-deps",
        variables: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    Step {
        title: "loom models",
        arguments: "test --release -p winsock --test loom --target-dir target/loom",
        variables: &[("RUSTFLAGS", "--cfg loom")],
    },
    Step { title: "examples", arguments: "build --workspace --examples", variables: &[] },
    Step {
        title: "installing the C library",
        arguments: "xtask install --prefix /opt/winsock",
        variables: &[("DESTDIR", INSTALLED)],
    },
    Step {
        title: "the C library as it is installed",
        arguments: "test -p libwinsock --test installed",
        variables: &[("WINSOCK_INSTALLED", INSTALLED)],
    },
];

/// Runs tidy and every step, cheapest first; stops at the first failure.
pub fn run(root: &Path) -> Result<(), String> {
    println!("== tidy");
    tidy::run(root)?;
    for step in STEPS {
        println!("== {}: cargo {}", step.title, step.arguments);
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(step.arguments.split_whitespace())
            .envs(step.variables.iter().copied())
            .current_dir(root)
            .status()
            .map_err(|why| format!("cannot start cargo {}: {why}", step.arguments))?;
        if !status.success() {
            return Err(format!("ci: {} failed ({status})", step.title));
        }
    }
    println!("== all good");
    Ok(())
}

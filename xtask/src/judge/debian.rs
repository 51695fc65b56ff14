//! Rust for Windows from Debian's packages, where rustup cannot bring it: Debian's compiler and
//! the sources of the standard library, unpacked in the cache, never installed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::host::output;

/// What makes cargo build for Windows.
#[derive(Debug, Default)]
pub(super) struct Toolchain {
    pub(super) arguments: Vec<String>,
    pub(super) variables: Vec<(&'static str, OsString)>,
}

/// The compiler and the sources of its library, in the versions that belong together.
const PACKAGES: &[&str] = &["rustc-web", "rust-web-src"];
/// What is unpacked of what they need: the rest is in every Debian that has a C compiler.
const FAMILIES: &[&str] = &["rustc-web", "rust-web-src", "libstd-rust-web", "libllvm"];
/// The parts of the standard library that tests are built with.
const LIBRARY: &str = "-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test";

/// The toolchain in `cache`, fetched if it is not there.
pub(super) fn toolchain(root: &Path, cache: &Path) -> Result<Toolchain, String> {
    let home = cache.join("rust");
    if !home.is_dir() {
        unpack(&home)?;
    }
    let library = home.join("usr/lib/x86_64-linux-gnu");
    Ok(Toolchain {
        arguments: vec![LIBRARY.to_owned()],
        variables: vec![
            ("RUSTC", home.join("usr/bin/rustc").into()),
            ("LD_LIBRARY_PATH", library.into()),
            ("RUSTC_BOOTSTRAP", "1".into()),
            // Another compiler's work does not go among that of cargo's own.
            ("CARGO_TARGET_DIR", root.join("target/judge/build").into()),
        ],
    })
}

/// Fetches and unpacks; the folder appears when all is in it.
fn unpack(home: &Path) -> Result<(), String> {
    let fresh = home.with_extension("new");
    let io = |why: std::io::Error| format!("cannot use {}: {why}", fresh.display());
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(io)?;
    }
    fs::create_dir_all(&fresh).map_err(io)?;
    // A fresh machine knows no packages; who may not update has an administrator who does.
    _ = output(Command::new("apt-get").arg("update"));
    let packages = packages()?;
    println!("wine: unpacking Debian's {}", packages.join(" "));
    output(Command::new("apt-get").arg("download").args(&packages).current_dir(&fresh))?;
    let entries: Result<Vec<_>, _> = fs::read_dir(&fresh).map_err(io)?.collect();
    for file in entries.map_err(io)? {
        output(Command::new("dpkg").arg("-x").arg(file.path()).arg(&fresh))?;
        fs::remove_file(file.path()).map_err(io)?;
    }
    fs::rename(&fresh, home).map_err(io)
}

/// The packages to unpack: versions are what Debian has now.
fn packages() -> Result<Vec<String>, String> {
    let kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
    let only_needed = kinds.map(|kind| format!("--no-{kind}"));
    let mut apt = Command::new("apt-cache");
    let needed = output(apt.args(["depends", "--recurse"]).args(only_needed).args(PACKAGES))?;
    // Each package begins a line; what it needs is indented.
    let wanted = |name: &&str| FAMILIES.iter().any(|family| name.starts_with(family));
    Ok(needed.lines().filter(wanted).map(str::to_owned).collect())
}

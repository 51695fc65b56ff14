//! The compilers of this machine, the headers, and the library that the tests were built with.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use std::{env, fs, thread};

/// The headers.
pub const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
/// The driver.
pub const DRIVER: &str = env!("CARGO_BIN_EXE_winsock-cc");
/// The promise.
pub const SURFACE: &str = include_str!("../../../surface.txt");

/// The folder with the library. Cargo builds none for tests that cannot link it, so it is asked to.
pub fn library() -> PathBuf {
    static BUILT: Once = Once::new();
    let folder = Path::new(DRIVER).parent().expect("it lies in a folder");
    BUILT.call_once(|| {
        let profile = if folder.ends_with("release") { "release" } else { "dev" };
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = folder.parent().expect("profiles have a folder each");
        let status = Command::new(cargo)
            .args(["build", "--quiet", "--package", "libwinsock", "--profile", profile])
            .arg("--target-dir")
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the library is built");
    });
    folder.to_owned()
}

/// The functions that surface.txt promises.
pub fn promised() -> Vec<&'static str> {
    let lines = SURFACE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split('\t').next()).collect()
}

/// A folder for one test, gone with it.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("winsock-test-{}-{number}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the folder for temporary files is writable");
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file below it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("writable");
        fs::write(&path, bytes).expect("writable");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // a leftover harms nobody
    }
}

/// Which of these compilers there are; says which are not.
pub fn present<'a>(compilers: &[&'a str]) -> Vec<&'a str> {
    let mut found = compilers.to_vec();
    found.retain(|compiler| {
        let here = Command::new(compiler).arg("--version").output().is_ok();
        if !here {
            println!("skipped: no {compiler} on this machine");
        }
        here
    });
    found
}

/// Runs a command line; its output is in the error.
pub fn run(program: impl AsRef<Path>, arguments: &[&str], folder: &Path) -> Result<String, String> {
    let program = program.as_ref();
    let output: Output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|why| format!("{}: {why}", program.display()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() {
        return Ok(out + &err);
    }
    Err(format!("{} {}\n{out}{err}", program.display(), arguments.join(" ")))
}

/// Runs all jobs on as many threads as there are processors; what went wrong, in their order.
pub fn all<J: Sync>(jobs: &[J], job: impl Fn(&J) -> Result<(), String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, one)) = next_of(jobs, &next) {
                    if let Err(why) = job(one) {
                        wrong.lock().expect("no job panics").push((at, why));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("no job panics");
    wrong.sort();
    wrong.into_iter().map(|(_, why)| why).collect()
}

fn next_of<'a, J>(jobs: &'a [J], next: &AtomicUsize) -> Option<(usize, &'a J)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(at).map(|job| (at, job))
}

//! Where examples are built and run: Linux, by `winsock-cc`, or Windows by mingw and Wine.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::{env, fs};

use crate::compiler;

/// Names the program that runs Windows programs; without it the examples run on Linux.
const WINE: &str = "EXAMPLES_WINE";
/// What every compiler is told: the examples are held to more than they need.
const FLAGS: &[&str] = &["-O1", "-Wall", "-Wextra", "-Werror"];
/// What Visual Studio programs name in `#pragma comment(lib, …)`; mingw wants it said.
const MINGW_LIBRARIES: &[&str] = &["-static", "-lws2_32", "-lmswsock"];

/// The compilers, and how to run what they make.
pub struct Stage {
    /// The program that runs programs, if they do not run by themselves.
    pub runner: Option<PathBuf>,
    folder: PathBuf,
    built: Mutex<HashMap<String, Arc<OnceLock<PathBuf>>>>,
}

impl Stage {
    /// The stage of this process.
    pub fn get() -> &'static Stage {
        static STAGE: OnceLock<Stage> = OnceLock::new();
        STAGE.get_or_init(|| {
            let runner = env::var_os(WINE).map(PathBuf::from);
            let name = if runner.is_some() { "examples-wine" } else { "examples-linux" };
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            fs::create_dir_all(&folder).expect("cargo's folder can be written");
            if runner.is_none() {
                compiler::library();
                // The driver knows by its name that it is to compile C++.
                _ = symlink(compiler::DRIVER, folder.join("winsock-c++")); // there already, mostly
            }
            Stage { runner, folder, built: Mutex::default() }
        })
    }

    /// Whether Wine runs the examples.
    pub fn is_wine(&self) -> bool {
        self.runner.is_some()
    }

    /// A new empty folder for a scenario to run in.
    pub fn workplace(&self, scenario: &str) -> PathBuf {
        let folder = self.folder.join("runs").join(scenario);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the last run's folder can go");
        }
        fs::create_dir_all(&folder).expect("cargo's folder can be written");
        folder
    }

    /// The program of an example: `name` is a C file, or a folder of C++ files with `core` beside.
    pub fn program(&self, name: &str) -> PathBuf {
        let path = examples().join(name);
        let libraries = if self.is_wine() { MINGW_LIBRARIES } else { &[] };
        if !path.is_dir() {
            return self.built(name, "exe", || {
                let mut compiler = Command::new(self.compiler(false));
                compiler.arg("-std=c11").args(FLAGS).arg(path.with_extension("c")).args(libraries);
                compiler
            });
        }
        let folders = [path.with_file_name("core"), path];
        let objects: Vec<_> =
            folders.iter().flat_map(|f| sources(f)).map(|s| self.object(&s)).collect();
        self.built(name, "exe", || {
            let mut compiler = Command::new(self.compiler(true));
            compiler.args(objects).args(libraries);
            compiler
        })
    }

    /// What is compiled of a C++ file.
    fn object(&self, source: &Path) -> PathBuf {
        let name = source.strip_prefix(examples()).expect("it is one of the examples");
        self.built(&name.to_string_lossy(), "o", || {
            let mut compiler = Command::new(self.compiler(true));
            compiler.arg("-std=c++17").args(FLAGS).arg("-c").arg(source);
            compiler
        })
    }

    /// A file made by the first that asks for it; the others wait.
    fn built(&self, name: &str, kind: &str, how: impl FnOnce() -> Command) -> PathBuf {
        let cell = {
            let mut built = self.built.lock().expect("nobody panics with the lock");
            built.entry(format!("{name}.{kind}")).or_default().clone()
        };
        let build = || {
            let file = self.folder.join(format!("{}.{kind}", name.replace('/', "_")));
            let mut compiler = how();
            let done = compiler.arg("-o").arg(&file).output().expect("the compiler is there");
            let complaint = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{name} does not build: {compiler:?}\n{complaint}");
            file
        };
        cell.get_or_init(build).clone()
    }

    fn compiler(&self, is_plus: bool) -> OsString {
        match (self.is_wine(), is_plus) {
            (true, false) => "x86_64-w64-mingw32-gcc".into(),
            (true, true) => "x86_64-w64-mingw32-g++".into(),
            (false, false) => compiler::DRIVER.into(),
            (false, true) => self.folder.join("winsock-c++").into(),
        }
    }
}

/// The folder of the examples.
pub fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The C++ files of a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("the folder is there");
    let paths = files.map(|file| file.expect("the folder can be read").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "cpp")).collect()
}

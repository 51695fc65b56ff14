//! Windows by Wine: its tools, the Rust target, and a Windows folder of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

use super::debian;
use super::host::{Host, find, output};

/// What the tests are built for.
pub(super) const TARGET: &str = "x86_64-pc-windows-gnu";
const COMPILER: &str = "x86_64-w64-mingw32-gcc";
const PLUS_COMPILER: &str = "x86_64-w64-mingw32-g++";
const WINE: &[&str] = &["/usr/lib/wine/wine64", "wine64", "wine"];
const SERVER: &[&str] = &["wineserver", "/usr/lib/wine/wineserver"];
const PACKAGES: &[&str] = &["gcc-mingw-w64-x86-64", "g++-mingw-w64-x86-64", "wine64", "wine"];
/// How long rustup may take to fetch the target: it is 30 MB, or there is no way to it.
const RUSTUP_SECONDS: &str = "120";

/// Wine, and cargo building for it. Prepares what is missing, and says what it does. The cache is
/// this process's until it ends.
pub(super) fn host(root: &Path) -> Result<Host, String> {
    let mut host = machine()?;
    let toolchain = if has_target() || rustup_adds_target() {
        debian::Toolchain::default()
    } else {
        debian::toolchain(root, &cache()?)?
    };
    host.cargo_arguments = [vec!["--target".into(), TARGET.into()], toolchain.arguments].concat();
    host.variables.extend(toolchain.variables);
    let prng = cache()?.join(PREFIX).join(PRNG);
    if !prng.is_file() {
        say("giving Wine the bcryptprimitives.dll that Rust needs and Wine 8 has not");
        compile_prng(&prng)?;
    }
    Ok(host)
}

/// Wine and mingw alone, for programs that cargo does not build.
pub(super) fn machine() -> Result<Host, String> {
    let cache = cache()?;
    let lock = lock(&cache).map_err(|why| format!("cannot lock {}: {why}", cache.display()))?;
    let (runner, server) = tools()?;
    let variables = vec![
        ("WINEPREFIX", cache.join(PREFIX).into_os_string()),
        (MARK, std::process::id().to_string().into()),
        ("WINEDEBUG", "-all".into()),
        // No questions about .NET and HTML, no entries in the desktop's menu.
        ("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=".into()),
    ];
    let mut host = Host {
        name: "wine",
        is_wine: true,
        cargo_arguments: Vec::new(),
        runner: Some(runner),
        variables,
        server: None,
    };
    host.server = Some(Server::start(&host, server, lock)?);
    Ok(host)
}

fn say(what: &str) {
    println!("wine: {what}");
}

/// The folder that outlives the tree's `target`.
fn cache() -> Result<PathBuf, String> {
    let home = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = home("XDG_CACHE_HOME").or_else(|| Some(home("HOME")?.join(".cache")));
    let cache = caches.ok_or("neither XDG_CACHE_HOME nor HOME is set")?.join("overlapped-judge");
    fs::create_dir_all(&cache).map_err(|why| format!("cannot make {}: {why}", cache.display()))?;
    Ok(cache)
}

/// One judge at a time: the Wine server is shared, and ended at the end.
fn lock(cache: &Path) -> io::Result<File> {
    let lock = File::create(cache.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Wine and its server, installed if need be.
fn tools() -> Result<(PathBuf, PathBuf), String> {
    let found = || {
        find(&[COMPILER]).and(find(&[PLUS_COMPILER]))?;
        Some((find(WINE)?, find(SERVER)?))
    };
    if found().is_none() {
        let list = PACKAGES.join(" ");
        let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
        if !is_root || find(&["apt-get"]).is_none() {
            return Err(format!("Wine or mingw is missing; on Debian: apt-get install {list}"));
        }
        say(&format!("apt-get install {list}"));
        let apt = |arguments: &[&str]| {
            let mut apt = Command::new("apt-get");
            output(apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], PACKAGES].concat())?;
    }
    found().ok_or_else(|| "Wine or mingw is not where it is looked for".to_owned())
}

/// Whether cargo's own compiler knows the target.
fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries =
        output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]));
    libraries.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn rustup_adds_target() -> bool {
    if find(&["rustup"]).is_none() {
        return false;
    }
    say(&format!("rustup target add {TARGET}"));
    let mut rustup = Command::new("timeout");
    match output(rustup.args([RUSTUP_SECONDS, "rustup", "target", "add", TARGET])) {
        Ok(_) => has_target(),
        Err(why) => {
            say(&format!("rustup cannot ({why})"));
            false
        }
    }
}

/// The Windows folder in the cache.
const PREFIX: &str = "prefix";
/// Where Windows keeps its random numbers.
const PRNG: &str = "drive_c/windows/system32/bcryptprimitives.dll";

fn compile_prng(to: &Path) -> Result<(), String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/judge/bcryptprimitives.c");
    let mut compiler = Command::new(COMPILER);
    compiler.args(["-O2", "-shared", "-nostartfiles", "-Wl,--entry=0", "-o"]);
    output(compiler.arg(to).arg(source).arg("-ladvapi32")).map(drop)
}

/// Windows without a display: Wine makes windows only with a driver, and this one draws nothing.
const NO_DISPLAY: &[&str] =
    &["reg", "add", r"HKCU\Software\Wine\Drivers", "/v", "Graphics", "/d", "null", "/f"];

/// Runs one of Windows' own programs.
fn run(host: &Host, words: &[&str]) -> Result<(), String> {
    let program = host.command(Path::new(words[0]));
    // Not by `output`: services that the boot starts keep the pipe open.
    let status = Command::new(&program[0])
        .args(&program[1..])
        .args(&words[1..])
        .envs(host.variables.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} failed ({status})", words[0])),
        Err(why) => Err(format!("cannot start {}: {why}", words[0])),
    }
}

/// A Wine server that stays while tests come and go, so that each of them starts at once.
#[derive(Debug)]
pub(super) struct Server {
    program: PathBuf,
    prefix: PathBuf,
    _lock: File,
}

impl Server {
    /// Starts it and, in a prefix that is new, Windows' first boot; says that there is no display.
    fn start(host: &Host, program: PathBuf, lock: File) -> Result<Self, String> {
        let prefix = cache()?.join(PREFIX);
        let server = Self { program, prefix, _lock: lock };
        if !server.prefix.join("system.reg").is_file() {
            say(&format!("making a Windows folder in {}", server.prefix.display()));
        }
        server.tell(&["-p"]);
        run(host, &["wineboot"])?;
        run(host, NO_DISPLAY)?;
        Ok(server)
    }

    fn tell(&self, arguments: &[&str]) {
        let mut server = Command::new(&self.program);
        server.args(arguments).env("WINEPREFIX", &self.prefix);
        // It says no more by its exit code than that it was there already, or not.
        _ = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tell(&["-k"]);
        // A service that sleeps does not notice, and would keep the caller's files open for ever.
        let left = marked_processes();
        if !left.is_empty() {
            _ = output(Command::new("kill").arg("-KILL").args(left));
        }
    }
}

/// In the environment of every process that the judge has started, with the judge's own id.
const MARK: &str = "OVERLAPPED_JUDGE";

fn marked_processes() -> Vec<String> {
    let mark = format!("{MARK}={}", std::process::id());
    let has_mark = |folder: &Path| {
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|variable| variable == mark.as_bytes())
    };
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    let found = folders.filter(|folder| has_mark(folder));
    found.filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned())).collect()
}

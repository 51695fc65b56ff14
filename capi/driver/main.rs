//! `winsock-cc`: a C or C++ compiler that takes Windows programs.
//!
//! ```text
//!  arguments ──▶ arguments ──▶ project (charset, include) ──▶ command ──▶ gcc or clang
//!                what is what  copies of files that no compiler here reads   what is added
//! ```
//!
//! It is the compiler's own command line, with a few things added: where the headers and the
//! library are, a prefix for every file, and, in place of a file that no compiler here would read
//! (CP949 or UTF-16 text, `\` or the wrong case in an include), a copy that says where it is from.

mod arguments;
mod charset;
mod command;
mod dependencies;
mod dialect;
mod early;
mod function;
mod include;
mod lenient;
mod libraries;
mod macros;
mod place;
mod project;
mod termination;
mod tokens;

use std::env;
use std::process::{Command, ExitCode};

use arguments::{Arguments, Language};
use libraries::Wanted;
use place::Place;
use project::Project;

const HELP: &str = "\
winsock-cc, winsock-c++: compile Windows network programs with gcc or clang.

Every argument is the compiler's, but for
  --explain               show what is added and which files are rewritten, and compile nothing
  --source-charset=NAME   the text of all sources (else found file by file)
  --static                link libwinsock.a instead of libwinsock.so
  --help, --version

WINSOCK_CC and WINSOCK_CXX name the compilers (else cc and c++); WINSOCK_HOME the folder that has
include/winsock and lib (else found from where this program is).
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("winsock-cc: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let mut given = env::args_os();
    let name = given.next().unwrap_or_default();
    let called_cxx = ["c++", "cxx", "g++"].iter().any(|cxx| name.to_string_lossy().ends_with(cxx));
    let arguments = Arguments::read(given, if called_cxx { Language::Cxx } else { Language::C })?;
    if arguments.help {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.version {
        println!("winsock-cc {}", env!("CARGO_PKG_VERSION"));
    }
    let place = Place::find()?;
    let mut project = Project::new(&arguments, &place)?;
    let sources = project.prepare(&arguments)?;
    let compiler = command::compiler(arguments.language);
    let wanted = Wanted::of(&arguments, &project.pragmas, &compiler);
    let line = command::line(&arguments, &place, &sources, &project.pragmas, &wanted);
    if arguments.explain {
        explain(&line, &project, &wanted);
        return Ok(ExitCode::SUCCESS);
    }
    let status = Command::new(&line[0])
        .args(&line[1..])
        .status()
        .map_err(|why| format!("cannot start {}: {why}", line[0].display()))?;
    dependencies::mend(&arguments, &project.copies);
    if arguments.links && !status.success() {
        tell(&wanted);
    }
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// The libraries that a program which was not linked may have missed.
fn tell(wanted: &Wanted) {
    for why in &wanted.missing {
        eprintln!("winsock-cc: {why}");
    }
    if !wanted.unknown.is_empty() {
        eprintln!(
            "winsock-cc: not linked, for no Linux name of theirs is known: {}",
            wanted.unknown.join(", ")
        );
    }
}

fn explain(line: &[std::ffi::OsString], project: &Project, wanted: &Wanted) {
    for copy in &project.copies {
        println!("{}: read as a copy: {}", copy.from.display(), copy.reasons.join(", "));
    }
    for (name, verdict) in &wanted.verdicts {
        println!("library {name}: {verdict}");
    }
    let words: Vec<String> = line.iter().map(|word| quoted(&word.to_string_lossy())).collect();
    println!("{}", words.join(" "));
}

/// A word as a shell would need it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+./,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

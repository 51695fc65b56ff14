//! Which file a command line means, as Windows looks for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use engine::error::Error;

use super::super::file::divided;
use super::command_line::{arguments, program};

/// What is to be run: the file, and all its words.
pub struct Program {
    pub file: PathBuf,
    pub words: Vec<String>,
}

/// Finds the program that an application's name and a command line mean. Fails with 2 if there is
/// no such file, with 5 if it is none to be run, with 87 without either text.
pub fn find(application: Option<String>, line: Option<String>) -> Result<Program, Error> {
    match (application, line) {
        (None, None) => Err(Error::INVALID_PARAMETER),
        (Some(application), line) => {
            let line = line.unwrap_or_else(|| super::command_line::quoted(&application));
            let (first, rest) = program(&line);
            Ok(Program {
                file: runnable(&PathBuf::from(divided(&application)))?,
                words: words(first, rest),
            })
        }
        (None, Some(line)) => {
            // Without quotes the name may be longer than the first word: Windows tries each.
            let line = line.trim_start();
            let ends = line.match_indices([' ', '\t']).map(|(at, _)| at);
            let unquoted = !line.starts_with('"');
            let longer = ends.chain([line.len()]).filter(|&end| unquoted && end > 0);
            for end in longer {
                if let Ok(file) = search(&line[..end]) {
                    return Ok(Program {
                        file,
                        words: words(line[..end].to_owned(), &line[end..]),
                    });
                }
            }
            let (first, rest) = program(line);
            Ok(Program { file: search(&first)?, words: words(first, rest) })
        }
    }
}

fn words(first: String, rest: &str) -> Vec<String> {
    [first].into_iter().chain(arguments(rest)).collect()
}

/// A name without a folder is looked for beside this program, in the current folder and in PATH.
fn search(name: &str) -> Result<PathBuf, Error> {
    let name = PathBuf::from(divided(name));
    if name.components().count() != 1 {
        return runnable(&name);
    }
    let own = std::env::current_exe().ok().and_then(|file| file.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = own.into_iter().chain([PathBuf::from(".")]).chain(std::env::split_paths(&path));
    let mut found = folders.map(|folder| runnable(&folder.join(&name)));
    found.find(Result::is_ok).unwrap_or(Err(Error::FILE_NOT_FOUND))
}

/// The file of this name, or of the name without ".exe".
fn runnable(name: &Path) -> Result<PathBuf, Error> {
    let is_exe = name.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("exe"));
    let short = is_exe.then(|| name.with_extension(""));
    let mut all = [name.to_owned()].into_iter().chain(short);
    let file = all.find(|file| file.is_file()).ok_or(Error::FILE_NOT_FOUND)?;
    let mode = fs::metadata(&file).map_or(0, |facts| facts.permissions().mode());
    if mode & 0o111 != 0 { Ok(file) } else { Err(Error::ACCESS_DENIED) }
}

//! `#include` lines, and the files they mean on a system that tells `A.h` from `a.h`.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// One include: where its name stands in the text, and the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The bytes of the name with its quotes.
    pub range: std::ops::Range<usize>,
    /// The name as written.
    pub name: String,
    /// Whether it is `"…"`, which begins with the file's own folder.
    pub quoted: bool,
}

/// The includes of a text, those under an unmet `#if` too. Comments are not understood: an include
/// in one is looked up for nothing.
pub fn all(text: &str) -> Vec<Include> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(include) = read(line, start) {
            found.push(include);
        }
        start += line.len();
    }
    found
}

fn read(line: &str, start: usize) -> Option<Include> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start();
    let rest = rest.strip_prefix("include")?.trim_start_matches([' ', '\t']);
    let close = match rest.as_bytes().first()? {
        b'"' => '"',
        b'<' => '>',
        _ => return None,
    };
    let length = rest[1..].find(close)?;
    let open = start + line.len() - rest.len();
    Some(Include {
        range: open..open + length + 2,
        name: rest[1..1 + length].to_owned(),
        quoted: close == '"',
    })
}

/// Folders, listed once, and looked into without regard to case.
#[derive(Debug, Default)]
pub struct Folders {
    listed: HashMap<PathBuf, HashMap<String, PathBuf>>,
}

impl Folders {
    /// The file that `name` means below `folder`: as written if there is one, else the one that
    /// differs in case or in its slashes.
    pub fn find(&mut self, folder: &Path, name: &str) -> Option<PathBuf> {
        let name = name.replace('\\', "/");
        let exact = folder.join(&name);
        if exact.is_file() {
            return Some(exact);
        }
        let mut at = folder.to_owned();
        for part in Path::new(&name).components() {
            match part {
                Component::Normal(part) => {
                    let exact = at.join(part);
                    at = if exact.exists() {
                        exact
                    } else {
                        let wanted = part.to_string_lossy().to_lowercase();
                        self.list(&at).get(&wanted)?.clone()
                    };
                }
                Component::CurDir => {}
                part => at.push(part),
            }
        }
        at.is_file().then_some(at)
    }

    fn list(&mut self, folder: &Path) -> &HashMap<String, PathBuf> {
        self.listed.entry(folder.to_owned()).or_insert_with(|| {
            let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let Ok(entries) = fs::read_dir(place) else { return HashMap::new() };
            let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().to_lowercase();
            entries.flatten().map(|entry| (name(&entry), folder.join(entry.file_name()))).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_found_with_their_place() {
        let text = "int a;\n  # include \"a\\B.h\" // x\n#include<vector>\n#include MACRO\n";
        let found = all(text);
        let names: Vec<_> = found.iter().map(|include| include.name.as_str()).collect();
        assert_eq!(names, ["a\\B.h", "vector"]);
        assert_eq!(&text[found[0].range.clone()], "\"a\\B.h\"");
        assert_eq!(&text[found[1].range.clone()], "<vector>");
        assert!(found[0].quoted && !found[1].quoted);
    }

    #[test]
    fn what_is_no_include_is_left_alone() {
        assert_eq!(all("#includes\n#include \"unclosed\n// #define\n#\n"), []);
    }
}

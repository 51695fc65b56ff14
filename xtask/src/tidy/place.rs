//! Nothing in the tree knows the machine it was written on.

use super::Findings;
use crate::tree::Tree;

/// Top folders that belong to one person or one machine.
const TOPS: &[&str] = &["root", "home", "work", "workspace", "Users", "mnt"];
/// Paths every manual uses.
const ALLOWED: &[&str] = &["home/user", "home/you"];

pub(super) fn machine_paths(tree: &Tree, findings: &mut Findings) {
    for source in &tree.sources {
        for (at, line) in source.lines.iter().enumerate() {
            if let Some(path) = machine_path(line) {
                let message = format!("`{path}` exists on one machine only");
                findings.add(&source.path, at + 1, "place", message);
            }
        }
    }
}

/// The first absolute path of a machine in `line`.
fn machine_path(line: &str) -> Option<&str> {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let starts = c == '/' && !before.is_alphanumeric() && !"._-~/}*".contains(before);
        before = c;
        if !starts {
            continue;
        }
        let rest = &line[at..];
        let belongs = |c: char| c.is_alphanumeric() || "/._-".contains(c);
        let path = &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
        if is_private(&path[1..]) {
            return Some(path);
        }
    }
    None
}

fn is_private(path: &str) -> bool {
    let mut parts = path.split('/');
    let (top, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let third = parts.next().unwrap_or("");
    // A file directly in the temporary folder is anybody's; a folder there is somebody's.
    let is_private = match top {
        "tmp" => !third.is_empty(),
        _ => TOPS.contains(&top) && !second.is_empty(),
    };
    is_private && !ALLOWED.iter().any(|allowed| path.starts_with(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    /// Written in two parts, so that this file does not find itself.
    fn path(top: &str, rest: &str) -> String {
        format!("cd /{top}/{rest} && ls")
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for (top, rest) in
            [("root", ".cargo"), ("home", "jane/x"), ("tmp", "x/y"), ("workspace", "m")]
        {
            let text = path(top, rest);
            assert_eq!(found(machine_paths, &[("README.md", &text)]).len(), 1, "{text}");
        }
    }

    #[test]
    fn other_paths_are_left_alone() {
        let tops = [("usr", "lib/x"), ("proc", "self/fd"), ("tmp", "a.log"), ("home", "user/x")];
        for (top, rest) in tops {
            let text = path(top, rest);
            assert_eq!(found(machine_paths, &[("README.md", &text)]), [""; 0], "{text}");
        }
        for text in ["https://example.org/home/jane", "./home/x", "data/home/x", "$BASE/home/x"] {
            assert_eq!(found(machine_paths, &[("README.md", text)]), [""; 0], "{text}");
        }
    }
}

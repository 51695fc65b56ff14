//! A file is named after its main noun.

use super::Findings;
use crate::tree::Tree;

const FORBIDDEN: &[&str] = &["util", "utils", "common", "helpers", "misc", "prelude", "types2"];

pub(super) fn file_names(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust() {
        let stem = stem(&source.path);
        if FORBIDDEN.contains(&stem) {
            let message = format!("`{stem}` says nothing: name the file after its main noun");
            findings.add(&source.path, 1, "name", message);
        }
    }
}

/// The name by which the module is known: a `mod.rs` goes by its folder's.
fn stem(path: &str) -> &str {
    let path = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn names_that_say_nothing_are_found() {
        for path in ["crates/x/src/utils.rs", "bench/misc.rs", "conformance/tests/common/mod.rs"] {
            assert_eq!(found(file_names, &[(path, "")]).len(), 1, "{path}");
        }
    }

    #[test]
    fn nouns_are_left_alone() {
        for path in ["crates/x/src/port.rs", "crates/x/src/commoner.rs", "docs/utils.md"] {
            assert_eq!(found(file_names, &[(path, "")]), [""; 0], "{path}");
        }
    }
}

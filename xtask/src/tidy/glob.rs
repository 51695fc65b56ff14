//! No name appears from nowhere.

use super::Findings;
use crate::token;
use crate::tree::{Source, Tree};

/// The files that re-export or stand for a whole namespace.
const DOORS: &[&str] =
    &["crates/winsock/src/api/mod.rs", "crates/winsock/src/lib.rs", "crates/overlapped/src/sys.rs"];

pub(super) fn imports(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust().filter(|source| !DOORS.contains(&source.path.as_str())) {
        for import in token::imports(&source.tokens) {
            let is_glob = import.path.ends_with("::*") || import.path == "*";
            if is_glob && !is_allowed(source, &import.path, import.line) {
                let message = format!("`use {}` hides where names come from", import.path);
                findings.add(&source.path, import.line, "glob", message);
            }
        }
    }
}

fn is_allowed(source: &Source, path: &str, line: usize) -> bool {
    match path {
        "super::*" => source.is_test(line),
        "overlapped::sys::*" => source.is_under("conformance/"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn a_glob_is_found() {
        for text in ["use a::*;", "pub use a::{b, c::*};", "fn f() { use E::*; }"] {
            assert_eq!(found(imports, &[("crates/x/src/a.rs", text)]).len(), 1, "{text}");
        }
    }

    #[test]
    fn the_house_has_its_exceptions() {
        let unit = "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
        let files = [
            ("crates/winsock/src/lib.rs", "pub use api::*;"),
            ("crates/x/src/a.rs", unit),
            ("conformance/tests/port.rs", "use overlapped::sys::*;"),
        ];
        assert_eq!(found(imports, &files), [""; 0]);
    }

    #[test]
    fn the_exceptions_do_not_stretch() {
        let files = [("crates/x/src/a.rs", "use super::*;\nuse overlapped::sys::*;")];
        assert_eq!(found(imports, &files).len(), 2);
    }

    #[test]
    fn a_product_is_no_glob() {
        assert_eq!(
            found(imports, &[("crates/x/src/a.rs", "use a::b;\nfn f() { a * b; }")]),
            [""; 0]
        );
    }
}

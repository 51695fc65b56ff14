//! A test names the item of the semantics it proves, such as `S1.36`; and what is named is there.

use super::Findings;
use crate::item::{Run, cited};
use crate::semantics::Semantics;
use crate::suite;
use crate::token::{Kind, Token};
use crate::tree::{Source, Tree};

const RULE: &str = "citation";

/// Every citation in a comment or a string is well-formed.
pub(super) fn shapes(tree: &Tree, findings: &mut Findings) {
    let watched = |source: &&Source| source.is_under("crates/") || source.is_under("conformance/");
    for source in tree.rust().filter(watched) {
        for (line, text) in texts(source) {
            for bad in cited(text).bad {
                let message = format!("`{bad}` is no item: write S<group>.<number>");
                findings.add(&source.path, line, RULE, message);
            }
        }
    }
}

/// Every test of the conformance suite cites an item.
pub(super) fn tests(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust().filter(|source| source.is_under("conformance/")) {
        for test in suite::tests(source).iter().filter(|test| test.cites.is_empty()) {
            let message = format!("`{}` cites no item of the semantics", test.name);
            findings.add(&source.path, test.line, RULE, message);
        }
    }
}

/// Every item cited anywhere is on its page; of a run, both ends are.
pub(super) fn items(tree: &Tree, findings: &mut Findings) {
    let semantics = Semantics::of(tree);
    if semantics.pages.is_empty() {
        return;
    }
    for source in &tree.sources {
        // The tests of the rules make items up.
        let is_made_up = |line| source.is_under("xtask/") && source.is_test(line);
        for (line, text) in texts(source).into_iter().filter(|&(line, _)| !is_made_up(line)) {
            let ends = cited(text).runs.into_iter().flat_map(Run::ends);
            for item in ends.filter(|&item| semantics.find(item).is_none()) {
                let message = format!("{item} is not in docs/semantics");
                findings.add(&source.path, line, RULE, message);
            }
        }
    }
}

/// Where a file can cite, line by line: comments and strings of Rust, anything elsewhere.
fn texts(source: &Source) -> Vec<(usize, &str)> {
    let numbers = 1..=source.lines.len();
    if !source.path.ends_with(".rs") {
        return numbers.map(|number| (number, source.line(number))).collect();
    }
    let comments = numbers.filter_map(|number| Some((number, source.comment(number)?)));
    let strings = source.tokens.iter().filter(|token| is_string(token));
    comments.chain(strings.map(|token| (token.line, token.text.as_str()))).collect()
}

fn is_string(token: &Token) -> bool {
    token.kind == Kind::Literal && token.text.contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn an_ill_formed_citation_is_found() {
        let files = [("crates/x/src/a.rs", "// as S1.x says\nconst A: &str = \"S1:4\";")];
        assert_eq!(found(shapes, &files).len(), 2);
    }

    #[test]
    fn a_test_without_an_item_is_found() {
        let text = "/// Closes.\n#[test]\nfn closes() {\n    f();\n}\n";
        let all = found(super::tests, &[("conformance/tests/port.rs", text)]);
        assert_eq!(all, ["3: `closes` cites no item of the semantics"]);
        assert_eq!(found(super::tests, &[("crates/x/tests/port.rs", text)]), [""; 0]);
    }

    const PAGE: (&str, &str) =
        ("docs/semantics/s01-port.md", "- **S1.1** Is. `D`\n- **S1.9** Too. `D`\n");

    #[test]
    fn what_is_cited_must_be_on_its_page() {
        for path in ["crates/x/src/a.rs", "README.md", "conformance/tests/a.rs", "xtask/src/a.rs"] {
            let found = found(items, &[PAGE, (path, "\n// S1.1, S1.2")]);
            assert_eq!(found, ["2: S1.2 is not in docs/semantics"], "{path}");
        }
    }

    #[test]
    fn both_ends_of_a_run_must_be_there() {
        assert_eq!(found(items, &[PAGE, ("a.md", "S1.1–S1.9 and S1.1-9")]), [""; 0]);
        assert_eq!(
            found(items, &[PAGE, ("a.md", "S1.1–S1.8")])[0],
            "1: S1.8 is not in docs/semantics"
        );
        assert_eq!(found(items, &[PAGE, ("a.md", "S1.2–9")]).len(), 1);
    }

    #[test]
    fn code_that_is_no_citation_is_not_read() {
        let text = "struct S1; fn f() { S1.7; }";
        assert_eq!(found(items, &[PAGE, ("crates/x/src/a.rs", text)]), [""; 0]);
    }

    #[test]
    fn a_tree_without_pages_may_cite_what_it_likes() {
        assert_eq!(found(items, &[("a.md", "S1.2")]), [""; 0]);
        let made_up = "#[cfg(test)]\nmod tests { const A: &str = \"S1.2\"; }";
        assert_eq!(found(items, &[PAGE, ("xtask/src/a.rs", made_up)]), [""; 0]);
    }
}

//! Things that are never finished code, and tests that only seem to test.

use super::Findings;
use crate::token::{imports, places};
use crate::tree::{Source, Tree};

/// The words that make a sleep acceptable, in a comment on its line or on the line above.
const EXCUSE: &str = "not synchronisation: ";

pub(super) fn macros(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust() {
        for name in ["todo", "unimplemented", "dbg"] {
            for at in places(&source.tokens, &[name, "!"]) {
                let line = source.tokens[at].line;
                if !source.is_test(line) {
                    let message = format!("`{name}!` outside test code");
                    findings.add(&source.path, line, "unfinished", message);
                }
            }
        }
    }
}

pub(super) fn ignored_tests(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust() {
        for at in places(&source.tokens, &["#", "[", "ignore", "]"]) {
            let line = source.tokens[at].line;
            let message = "give the reason: `#[ignore = \"…\"]`";
            findings.add(&source.path, line, "ignored", message);
        }
    }
}

pub(super) fn sleeps(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust().filter(|source| source.is_test_file()) {
        let calls = places(&source.tokens, &["thread", ":", ":", "sleep"]).into_iter();
        let mut lines: Vec<usize> = calls.map(|at| source.tokens[at].line).collect();
        let imported = imports(&source.tokens).into_iter();
        lines.extend(imported.filter(|i| i.path.ends_with("thread::sleep")).map(|i| i.line));
        lines.sort_unstable();
        lines.dedup();
        for line in lines.into_iter().filter(|&line| !is_excused(source, line)) {
            let message = format!("a test must not wait by sleeping (or say `// {EXCUSE}<why>`)");
            findings.add(&source.path, line, "sleep", message);
        }
    }
}

fn is_excused(source: &Source, line: usize) -> bool {
    let says = |line: usize| {
        let why = source.comment(line).and_then(|comment| comment.split_once(EXCUSE));
        why.is_some_and(|(_, why)| !why.trim().is_empty())
    };
    says(line) || (source.is_comment(line - 1) && says(line - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn unfinished_code_is_found() {
        let text = "fn a() { todo!() }\nfn b() { std::unimplemented!(); }\nfn c() { dbg!(1); }";
        assert_eq!(found(macros, &[("crates/x/src/a.rs", text)]).len(), 3);
    }

    #[test]
    fn tests_and_words_in_strings_may_be_unfinished() {
        let text = "const S: &str = \"todo!()\"; // todo!\n\
                    #[cfg(test)]\nmod tests { fn f() { dbg!(1); } }";
        assert_eq!(found(macros, &[("crates/x/src/a.rs", text)]), [""; 0]);
        assert_eq!(found(macros, &[("crates/x/tests/a.rs", "fn f() { dbg!(1); }")]), [""; 0]);
    }

    #[test]
    fn an_ignored_test_has_a_reason() {
        let text = "#[test]\n#[ignore]\nfn f() {}\n#[test]\n#[ignore = \"slow\"]\nfn g() {}\n";
        let all = found(ignored_tests, &[("crates/x/src/a.rs", text)]);
        assert_eq!(all, ["2: give the reason: `#[ignore = \"…\"]`"]);
    }

    #[test]
    fn a_sleep_in_a_test_is_found_also_when_imported() {
        for text in ["fn f() { std::thread::sleep(d) }", "use std::thread::{self, sleep};"] {
            assert_eq!(found(sleeps, &[("conformance/src/a.rs", text)]).len(), 1, "{text}");
            assert_eq!(found(sleeps, &[("crates/x/tests/a.rs", text)]).len(), 1, "{text}");
            assert_eq!(found(sleeps, &[("crates/x/src/a.rs", text)]), [""; 0]);
        }
    }

    #[test]
    fn a_sleep_that_gives_its_reason_is_left_alone() {
        let beside = "fn f() {\n thread::sleep(d); // not synchronisation: the load itself\n}";
        let above = "fn f() {\n // not synchronisation: the load itself\n thread::sleep(d);\n}";
        let empty = "fn f() {\n // not synchronisation: \n thread::sleep(d);\n}";
        assert_eq!(found(sleeps, &[("conformance/a.rs", beside)]), [""; 0]);
        assert_eq!(found(sleeps, &[("conformance/a.rs", above)]), [""; 0]);
        assert_eq!(found(sleeps, &[("conformance/a.rs", empty)]).len(), 1);
    }
}

//! Every `unsafe` block and `unsafe impl` says why it is sound, in its own words.

use std::collections::HashMap;

use super::Findings;
use crate::token::{Kind, reads};
use crate::tree::{Source, Tree};

const RULE: &str = "safety";
const WORDS_MIN: usize = 5;
const COPIES_MAX: usize = 3;

/// Where the same promise of the caller is relied on again and again.
const DOORS: &str = "crates/winsock/src/api/";
/// How many lines of one statement may stand between the comment and its `unsafe`.
const REACH_LINES: usize = 12;

pub(super) fn safety_comments(tree: &Tree, findings: &mut Findings) {
    let mut told: HashMap<String, Vec<(&str, usize)>> = HashMap::new();
    for source in tree.rust() {
        let watched = ["crates/", "capi/", "conformance/"].iter().any(|top| source.is_under(top));
        if !watched || excused(source) {
            continue;
        }
        for (line, column) in unsafe_places(source) {
            let Some((at, words)) = reason(source, line, column) else {
                findings.add(&source.path, line, RULE, "no `// SAFETY:` comment directly above");
                continue;
            };
            if words.split(' ').count() < WORDS_MIN {
                let message = format!("a SAFETY comment needs at least {WORDS_MIN} words");
                findings.add(&source.path, line, RULE, message);
            }
            if source.is_under(DOORS) {
                continue; // doors are alike, and so are the caller's promises to them
            }
            let places = told.entry(words).or_default();
            if places.last() != Some(&(source.path.as_str(), at)) {
                places.push((&source.path, at));
            }
        }
    }
    for places in told.values() {
        let (first, line) = places[0];
        for (path, at) in places.iter().skip(COPIES_MAX) {
            let message = format!("the same SAFETY comment again (first at {first}:{line})");
            findings.add(path, *at, RULE, message);
        }
    }
}

/// A conformance file may argue once for all its calls, under `# Safety` in its own docs.
fn excused(source: &Source) -> bool {
    let heading = |line: &String| {
        line.trim_start().strip_prefix("//!").is_some_and(|rest| rest.trim() == "# Safety")
    };
    let argues_once = ["conformance/", "capi/src/"].iter().any(|top| source.is_under(top));
    argues_once && source.lines.iter().any(heading)
}

fn unsafe_places(source: &Source) -> Vec<(usize, usize)> {
    let tokens = &source.tokens;
    let opens = |at: usize| reads(tokens, at, &["unsafe", "{"]);
    let implements = |at: usize| reads(tokens, at, &["unsafe", "impl"]);
    (0..tokens.len())
        .filter(|&at| tokens[at].kind == Kind::Word && (opens(at) || implements(at)))
        .map(|at| (tokens[at].line, tokens[at].column))
        .collect()
}

/// The comment that speaks for the `unsafe` at this place: its first line and its words.
fn reason(source: &Source, line: usize, column: usize) -> Option<(usize, String)> {
    let before: String = source.line(line).chars().take(column).collect();
    if let Some((_, words)) = before.split_once("/* SAFETY:") {
        return Some((line, normalised(words)));
    }
    let mut above = line - 1;
    while above > 0 && line - above <= REACH_LINES {
        if source.is_comment(above) {
            return comment_block(source, above);
        }
        if !continues(source.line(above)) {
            return None;
        }
        above -= 1;
    }
    None
}

/// Whether the statement that begins on `line`, or before, goes on below it.
fn continues(line: &str) -> bool {
    let code = line.trim();
    if code.starts_with("#[") || code == ")]" {
        return true;
    }
    let is_arm = code.ends_with(',') && code.contains("=>");
    !(code.is_empty() || code.ends_with([';', '{', '}']) || is_arm)
}

fn comment_block(source: &Source, last: usize) -> Option<(usize, String)> {
    let mut first = last;
    while first > 1 && source.is_comment(first - 1) {
        first -= 1;
    }
    let text: Vec<&str> = (first..=last).filter_map(|line| source.comment(line)).collect();
    let text = text.join(" ");
    let (_, words) = text.split_once("SAFETY:")?;
    Some((first, normalised(words)))
}

/// Lower case, single spaces, no punctuation: what is left is what was said.
fn normalised(text: &str) -> String {
    let kept = |c: char| {
        if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }
    };
    let text: String = text.chars().map(kept).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    const GOOD: &str = "// SAFETY: the caller owns the buffer until return.\n";

    fn at(path: &str, text: &str) -> Vec<String> {
        found(safety_comments, &[(path, text)])
    }

    #[test]
    fn a_bare_unsafe_is_found() {
        let text = "fn f() {\n    unsafe { g() }\n}\nunsafe impl Send for X {}\n";
        let all = at("crates/x/src/a.rs", text);
        assert_eq!(all.len(), 2);
        assert!(all[0].starts_with("2: no `// SAFETY:`"), "{all:?}");
    }

    #[test]
    fn a_bare_unsafe_in_a_macro_body_is_found() {
        let text = "macro_rules! m {\n    () => {\n        unsafe { g() }\n    };\n}\n";
        assert_eq!(at("crates/x/src/a.rs", text).len(), 1);
    }

    #[test]
    fn a_comment_speaks_for_the_next_statement_only() {
        let text =
            format!("fn f() {{\n{GOOD}let a = unsafe {{ g() }};\nlet b = unsafe {{ h() }};\n}}");
        assert_eq!(at("crates/x/src/a.rs", &text), ["4: no `// SAFETY:` comment directly above"]);
    }

    #[test]
    fn attributes_and_the_start_of_the_statement_may_stand_between() {
        let text = format!(
            "fn f() {{\n{GOOD}#[allow(x)]\nlet a = g(\n    1,\n    unsafe {{ h() }},\n);\n}}"
        );
        assert_eq!(at("crates/x/src/a.rs", &text), [""; 0]);
    }

    #[test]
    fn an_arm_is_not_covered_by_the_comment_of_the_arm_above() {
        let text = format!("fn f() {{ match x {{\n{GOOD}1 => 2,\n_ => unsafe {{ h() }},\n}} }}");
        assert_eq!(at("crates/x/src/a.rs", &text).len(), 1);
    }

    #[test]
    fn few_words_are_too_few() {
        let text = "fn f() {\n    // SAFETY: it behaves.\n    unsafe { g() }\n}\n";
        assert_eq!(at("crates/x/src/a.rs", text), ["3: a SAFETY comment needs at least 5 words"]);
    }

    #[test]
    fn the_fourth_copy_is_found() {
        let one = format!("{GOOD}unsafe impl Send for X {{}}\n");
        let all = at("crates/x/src/a.rs", &one.repeat(4));
        assert_eq!(all.len(), 1);
        assert!(all[0].starts_with("7: the same SAFETY comment again"), "{all:?}");
        assert_eq!(at("crates/x/src/a.rs", &one.repeat(3)), [""; 0]);
    }

    #[test]
    fn a_conformance_file_may_argue_once() {
        let text = "//! Ports.\n//!\n//! # Safety\n//! Every pointer is to a local.\n\
                    fn f() { unsafe { g() } }";
        assert_eq!(at("conformance/tests/port.rs", text), [""; 0]);
        assert_eq!(at("crates/x/src/a.rs", text).len(), 1);
    }

    #[test]
    fn unsafe_functions_types_and_strings_are_left_alone() {
        let text = "unsafe fn f() {}\ntype F = unsafe extern \"system\" fn();\n\
                    const S: &str = \"unsafe { }\";";
        assert_eq!(at("crates/x/src/a.rs", text), [""; 0]);
    }
}

//! Style as a test: one small function per rule, each told to be silent about what is right.

use std::fmt;
use std::path::Path;

use crate::tree::Tree;

mod banned;
mod citation;
mod glob;
mod name;
mod orphan;
mod place;
mod promise;
mod semantics;
mod size;
mod unsafety;
mod wall;

/// One thing that is not as the house wants it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// Where a rule writes what it finds.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, path: &str, line: usize, rule: &'static str, message: impl Into<String>) {
        self.0.push(Finding { path: path.to_owned(), line, rule, message: message.into() });
    }
}

type Rule = fn(&Tree, &mut Findings);

const RULES: &[Rule] = &[
    lexes,
    unsafety::safety_comments,
    size::sizes,
    name::file_names,
    banned::macros,
    banned::ignored_tests,
    banned::sleeps,
    wall::doors,
    wall::last_error,
    wall::libc,
    wall::platforms,
    glob::imports,
    citation::shapes,
    citation::tests,
    citation::items,
    semantics::pages,
    semantics::wine,
    promise::surface,
    place::machine_paths,
    orphan::files,
];

/// Applies every rule; sorted by place.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Findings::default();
    for rule in RULES {
        rule(tree, &mut findings);
    }
    findings.0.sort();
    findings.0.dedup();
    findings.0
}

/// Checks the tree at `root`; the error is the list of findings, one per line.
pub fn run(root: &Path) -> Result<(), String> {
    let tree = Tree::load(root).map_err(|why| format!("cannot read the tree: {why}"))?;
    let findings = check(&tree);
    if findings.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    Err(format!("{}\ntidy: {} finding(s)", lines.join("\n"), lines.len()))
}

/// A Rust file must at least lex, or the other rules are blind to it.
fn lexes(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust() {
        if let Some(line) = source.broken {
            findings.add(&source.path, line, "lexes", "this is not Rust");
        }
    }
}

/// For unit tests: the `line: message` pairs one rule reports on files held in memory.
#[cfg(test)]
fn found(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = Findings::default();
    rule(&Tree::of(files), &mut findings);
    findings.0.iter().map(|finding| format!("{}: {}", finding.line, finding.message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_compilers_write_it() {
        let findings = check(&Tree::of(&[("a.rs", "fn a() {\n")]));
        assert_eq!(findings[0].to_string(), "a.rs:1: lexes: this is not Rust");
    }

    #[test]
    fn an_empty_tree_is_tidy() {
        assert_eq!(check(&Tree::of(&[])), []);
    }
}

//! The files tidy reads: loaded once, lexed once.

use std::ops::RangeInclusive;
use std::path::Path;
use std::{fs, io};

use ignore::WalkBuilder;

use crate::token::{self, Token};

/// All text files, sorted by path.
#[derive(Debug)]
pub struct Tree {
    /// The files.
    pub sources: Vec<Source>,
}

/// One text file.
#[derive(Debug)]
pub struct Source {
    /// Relative to the root, with `/` on every system.
    pub path: String,
    /// The text, line by line.
    pub lines: Vec<String>,
    /// Rust files only; empty when the file does not lex.
    pub tokens: Vec<Token>,
    /// The line at which lexing failed.
    pub broken: Option<usize>,
    test_lines: Vec<RangeInclusive<usize>>,
}

impl Tree {
    /// Reads the files below `root` that version control would take; binary ones are left out.
    pub fn load(root: &Path) -> io::Result<Tree> {
        let mut sources = Vec::new();
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .parents(false)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != "target")
            .build();
        for entry in walk {
            let entry = entry.map_err(io::Error::other)?;
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            let Ok(text) = String::from_utf8(fs::read(entry.path())?) else {
                continue;
            };
            if text.contains('\0') {
                continue;
            }
            let path = entry.path().strip_prefix(root).expect("the walk started at the root");
            sources.push(Source::new(&path.to_string_lossy().replace('\\', "/"), &text));
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { sources })
    }

    /// A tree that exists only in memory.
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree { sources: files.iter().map(|(path, text)| Source::new(path, text)).collect() }
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.path.ends_with(".rs"))
    }

    /// The file at `path`.
    pub fn find(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

impl Source {
    fn new(path: &str, text: &str) -> Source {
        let mut source = Source {
            path: path.to_owned(),
            lines: text.lines().map(str::to_owned).collect(),
            tokens: Vec::new(),
            broken: None,
            test_lines: Vec::new(),
        };
        if path.ends_with(".rs") {
            match token::lex(text) {
                Ok(tokens) => source.tokens = tokens,
                Err(line) => source.broken = Some(line),
            }
            source.test_lines = test_lines(&source.tokens);
        }
        source
    }

    /// Line `number`, counted from 1; empty when there is none.
    pub fn line(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|at| self.lines.get(at)).map_or("", String::as_str)
    }

    /// The comment on line `number`, without its slashes, or nothing.
    pub fn comment(&self, number: usize) -> Option<&str> {
        let (_, comment) = self.line(number).split_once("//")?;
        Some(comment.trim_start_matches(['/', '!']).trim())
    }

    /// Whether line `number` holds a comment and nothing else.
    pub fn is_comment(&self, number: usize) -> bool {
        self.line(number).trim_start().starts_with("//")
    }

    /// Whether the file lies under the folder `folder` (written with a trailing slash).
    pub fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Whether the whole file is test code.
    pub fn is_test_file(&self) -> bool {
        self.is_under("conformance/")
            || self.path.ends_with("/tests.rs")
            || self.path.split('/').any(|part| part == "tests")
    }

    /// Whether line `number` is test code.
    pub fn is_test(&self, number: usize) -> bool {
        self.is_test_file() || self.test_lines.iter().any(|lines| lines.contains(&number))
    }
}

/// The lines of items marked `#[test]` or `#[cfg(test)]`.
fn test_lines(tokens: &[Token]) -> Vec<RangeInclusive<usize>> {
    let mut found = Vec::new();
    for at in token::places(tokens, &["#"]) {
        if token::reads(tokens, at + 1, &["!", "["]) && marks_test(tokens, at + 2) {
            found.push(1..=usize::MAX);
        } else if token::reads(tokens, at + 1, &["["]) && marks_test(tokens, at + 1) {
            let end = token::item_end(tokens, tokens[at + 1].mate + 1);
            found.push(tokens[at].line..=tokens[end].line);
        }
    }
    found
}

/// Whether the attribute whose bracket opens at `open` is `test` or a `cfg` that needs it.
fn marks_test(tokens: &[Token], open: usize) -> bool {
    if token::reads(tokens, open + 1, &["test", "]"]) {
        return true;
    }
    let inside = open + 1..tokens[open].mate;
    token::reads(tokens, open + 1, &["cfg", "("])
        && inside.clone().any(|at| tokens[at].text == "test")
        && !inside.clone().any(|at| tokens[at].text == "not" || tokens[at].text == "any")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_told_from_the_rest() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n";
        let tree = Tree::of(&[("crates/x/src/a.rs", text), ("crates/x/tests/t.rs", "fn a() {}")]);
        let told: Vec<bool> = (1..=6).map(|line| tree.sources[0].is_test(line)).collect();
        assert_eq!(told, [false, true, true, true, true, false]);
        assert!(tree.sources[1].is_test(1));
    }

    #[test]
    fn code_without_tests_only_is_not_test_code() {
        let tree = Tree::of(&[("crates/x/src/a.rs", "#[cfg(not(test))]\nfn a() {}\n")]);
        assert!(!tree.sources[0].is_test(2));
    }
}

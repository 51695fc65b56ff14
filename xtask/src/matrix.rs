//! `docs/conformance.md`: each item of the semantics with its tests and what each judge says.
//!
//! Only what is stable is written: a test with a mark is what its mark says, however it ran this
//! time; how long it took, or that it was tried twice, is not in the table.

use std::fs;
use std::path::Path;

use crate::semantics::Semantics;
use crate::suite;
use crate::tree::Tree;

mod verdict;
mod write;

pub use verdict::Verdicts;

/// The table's file.
pub const FILE: &str = "docs/conformance.md";

/// What a judge wrote down last, below the root; [`Verdicts`] has the format.
const OURS: &str = "target/judge/ours.tsv";
const WINE: &str = "target/judge/wine.tsv";

/// Writes the table below `root`, or with `is_check` fails if it is not what would be written.
pub fn run(root: &Path, is_check: bool) -> Result<(), String> {
    let read = |path: &str| {
        let text = fs::read_to_string(root.join(path));
        text.map_err(|why| format!("no verdicts in {path} ({why}): run `cargo xtask judge`"))
            .and_then(|text| Verdicts::read(&text).map_err(|why| format!("{path}: {why}")))
    };
    let tree = Tree::load(root).map_err(|why| format!("cannot read the tree: {why}"))?;
    let (ours, wine) = (read(OURS)?, read(WINE)?);
    let new = write::table(&Semantics::of(&tree), &suite::of(&tree), &ours, &wine);
    let old = tree.find(FILE).map_or(&[][..], |source| &source.lines);
    if !is_check {
        fs::write(root.join(FILE), &new).map_err(|why| format!("cannot write {FILE}: {why}"))?;
        println!("{FILE}: {}", summary(&new));
        return Ok(());
    }
    match first_difference(old, &new) {
        None => Ok(()),
        Some((line, is, new)) => Err(format!(
            "{FILE}:{line} is not what `cargo xtask matrix` writes:\n  is     {is}\n  should {new}"
        )),
    }
}

/// The first line, counted from 1, that is not as it should be.
fn first_difference<'a>(old: &'a [String], new: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let new: Vec<&str> = new.lines().collect();
    let line = |number: usize| {
        let is = old.get(number).map_or("(nothing)", String::as_str);
        (number + 1, is, new.get(number).copied().unwrap_or("(nothing)"))
    };
    (0..old.len().max(new.len())).map(line).find(|(_, is, should)| is != should)
}

/// The line of the table that counts.
fn summary(table: &str) -> &str {
    table.lines().find(|line| line.contains("items")).unwrap_or("no items")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        let old = ["a".to_owned(), "b".to_owned()];
        assert_eq!(first_difference(&old, "a\nb\n"), None);
        assert_eq!(first_difference(&old, "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference(&old, "a\nb\nc\n"), Some((3, "(nothing)", "c")));
        assert_eq!(first_difference(&old, "a\n"), Some((2, "b", "(nothing)")));
    }
}

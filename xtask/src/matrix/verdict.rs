//! What one judge said of each test, and what that says of an item.

use std::collections::BTreeMap;

use crate::item::Item;
use crate::suite::Test;

/// Of each test, by `<file>::<name>`, what came of it.
#[derive(Debug, Default)]
pub struct Verdicts(BTreeMap<String, Outcome>);

/// How a test ended.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Passed,
    /// It failed, as a mark said; or it passed, and the mark is out of date.
    Announced,
    Failed,
}

impl Verdicts {
    /// Reads lines `<file>::<test>`, tab, one of `passed`, `known`, `unexpected`, `failed`. Known
    /// is a failure that a mark announced; unexpected is a success where a mark announced none.
    pub fn read(text: &str) -> Result<Verdicts, String> {
        let verdict = |line: &str| match line.split_once('\t') {
            Some((test, "passed")) => Ok((test.to_owned(), Outcome::Passed)),
            Some((test, "known" | "unexpected")) => Ok((test.to_owned(), Outcome::Announced)),
            Some((test, "failed")) => Ok((test.to_owned(), Outcome::Failed)),
            _ => Err(format!("this is no verdict: {line}")),
        };
        text.lines()
            .filter(|line| !line.is_empty())
            .map(verdict)
            .collect::<Result<_, _>>()
            .map(Verdicts)
    }

    /// What the judge says of one test.
    fn of(&self, test: &Test, marks: Vec<Mark>) -> Verdict {
        match self.0.get(&test.key()) {
            None => Verdict::NotBuilt,
            Some(Outcome::Failed) => Verdict::Failed,
            Some(Outcome::Passed) if marks.is_empty() => Verdict::Passed,
            Some(_) if marks.is_empty() => Verdict::Marked(vec![Mark::elsewhere()]),
            Some(_) => Verdict::Marked(marks),
        }
    }
}

/// Why a test is known not to pass, and the item that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub item: Option<String>,
    pub reason: String,
}

/// What a judge says of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Marked(Vec<Mark>),
    /// The judge did not see it: it cannot be built for that system.
    NotBuilt,
    Failed,
}

/// What a judge says of one item, from all its tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub passed: usize,
    pub marked: usize,
    pub not_built: usize,
    pub failed: usize,
    /// Each reason once.
    pub marks: Vec<Mark>,
}

impl Tally {
    /// The engine on Linux: marks are gaps.
    pub fn ours(ours: &Verdicts, tests: &[&Test]) -> Tally {
        let gaps = |test: &Test| {
            test.gaps.iter().map(|reason| Mark { item: None, reason: reason.clone() }).collect()
        };
        Tally::of(tests.iter().map(|test| ours.of(test, gaps(test))))
    }

    /// Wine: marks are known differences from Windows.
    pub fn wine(wine: &Verdicts, tests: &[&Test]) -> Tally {
        let known = |test: &Test| {
            let marks = test.wine.iter();
            marks.map(|d| Mark { item: Some(d.item.clone()), reason: d.reason.clone() }).collect()
        };
        Tally::of(tests.iter().map(|test| wine.of(test, known(test))))
    }

    fn of(verdicts: impl Iterator<Item = Verdict>) -> Tally {
        let mut tally = Tally::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Passed => tally.passed += 1,
                Verdict::NotBuilt => tally.not_built += 1,
                Verdict::Failed => tally.failed += 1,
                Verdict::Marked(marks) => {
                    tally.marked += 1;
                    for mark in marks {
                        if !tally.marks.contains(&mark) {
                            tally.marks.push(mark);
                        }
                    }
                }
            }
        }
        tally
    }

    /// Whether every test passed, and there was one.
    pub fn is_passed(&self) -> bool {
        self.passed > 0 && self.marked + self.not_built + self.failed == 0
    }

    /// One cell of the table; `word` is what a mark means, as in `gap: why` or `gap, 1 of 3: why`.
    pub fn cell(&self, item: Item, word: &str) -> String {
        let count = self.passed + self.marked + self.not_built + self.failed;
        let some =
            |of: usize| if of == count { String::new() } else { format!(", {of} of {count}") };
        let mut parts = Vec::new();
        if self.failed > 0 {
            parts.push(format!("**failed**{}", some(self.failed)));
        }
        if self.marked > 0 {
            let reasons: Vec<String> =
                self.marks.iter().map(|mark| mark.because_of(item)).collect();
            parts.push(format!("{word}{}: {}", some(self.marked), reasons.join("; ")));
        }
        if self.not_built > 0 {
            parts.push(format!("not built{}", some(self.not_built)));
        }
        if parts.is_empty() { "passed".to_owned() } else { parts.join("; ") }
    }
}

impl Mark {
    /// For a test whose mark is not in its own body.
    fn elsewhere() -> Mark {
        Mark { item: None, reason: "see the test".to_owned() }
    }

    /// The reason, and the item where that is another one.
    fn because_of(&self, item: Item) -> String {
        match &self.item {
            Some(other) if *other != item.to_string() => format!("{} ({other})", self.reason),
            _ => self.reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite;
    use crate::tree::Tree;

    const SUITE: &str = "/// S1.1\n#[test]\nfn a() {}\n\
        /// S1.1\n#[test]\nfn b() { gap!(\"Linux\", {}) }\n\
        /// S1.1\n#[test]\nfn c() { wine_differs!(\"S1.2\", \"slow\"); }\n";

    fn cells(ours: &str, wine: &str) -> [String; 2] {
        let all = suite::of(&Tree::of(&[("conformance/tests/t.rs", SUITE)]));
        let tests: Vec<&Test> = all.iter().collect();
        let item = Item::read("S1.1").unwrap();
        let read = |text| Verdicts::read(text).unwrap();
        [
            Tally::ours(&read(ours), &tests).cell(item, "gap"),
            Tally::wine(&read(wine), &tests).cell(item, "differs"),
        ]
    }

    #[test]
    fn a_mark_is_what_it_says_however_the_test_ran() {
        for verdict in ["passed", "known", "unexpected"] {
            let ours = format!("t::a\tpassed\nt::b\t{verdict}\nt::c\tpassed\n");
            let wine = format!("t::a\tpassed\nt::b\tpassed\nt::c\t{verdict}\n");
            let expected = ["gap, 1 of 3: Linux", "differs, 1 of 3: slow (S1.2)"];
            assert_eq!(cells(&ours, &wine), expected, "{verdict}");
        }
    }

    #[test]
    fn a_known_failure_never_counts_as_passed() {
        assert_eq!(cells("t::a\tknown\n", "")[0], "gap, 1 of 3: see the test; not built, 2 of 3");
    }

    #[test]
    fn what_failed_or_was_not_built_is_told() {
        let [ours, wine] = cells("t::a\tpassed\nt::b\tfailed\nt::c\tpassed\n", "");
        assert_eq!(ours, "**failed**, 1 of 3");
        assert_eq!(wine, "not built");
    }

    #[test]
    fn a_line_that_is_no_verdict_is_refused() {
        assert!(Verdicts::read("t::a\tperhaps\n").is_err());
        assert!(Verdicts::read("t::a passed\n").is_err());
        assert!(Verdicts::read("").is_ok());
    }
}

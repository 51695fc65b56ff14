//! The conformance suite as its source says it: each test, what it cites, and its marks.

use crate::item::{Item, Run, cited};
use crate::token::{Kind, Token, item_end, places};
use crate::tree::{Source, Tree};

/// A citation counts as the test's own when it stands within this many lines of the body.
const FIRST_LINES: usize = 5;

/// One test function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The file's name without `.rs`.
    pub file: String,
    /// The function.
    pub name: String,
    /// The line of the function, counted from 1.
    pub line: usize,
    /// The items above it or in its first lines.
    pub cites: Vec<Run>,
    /// The reasons of its `gap!` marks: what the engine does not do.
    pub gaps: Vec<String>,
    /// Its `wine_differs!` marks: where Wine is known not to do as Windows does.
    pub wine: Vec<Difference>,
}

/// `wine_differs!("S1.35", "reason")`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The item as the mark names it.
    pub item: String,
    /// The reason.
    pub reason: String,
    /// The line of the mark.
    pub line: usize,
}

impl Test {
    /// Whether the test proves `item`, alone or among others.
    pub fn cites(&self, item: Item) -> bool {
        self.cites.iter().any(|run| run.holds(item))
    }

    /// As the judges write it: `<file>::<name>`.
    pub fn key(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }
}

/// The tests that `cargo test -p conformance` runs, by file and place.
pub fn of(tree: &Tree) -> Vec<Test> {
    let files = tree.rust().filter(|source| source.is_under("conformance/tests/"));
    files.flat_map(tests).collect()
}

/// The tests of one file; one that a macro names is left to the macro's caller.
pub fn tests(source: &Source) -> Vec<Test> {
    let marks = places(&source.tokens, &["#", "[", "test", "]"]).into_iter();
    marks.filter_map(|at| test(source, at)).collect()
}

/// The test whose `#[test]` stands at `at`.
fn test(source: &Source, at: usize) -> Option<Test> {
    let tokens = &source.tokens;
    let end = item_end(tokens, at + 4);
    let place = (at + 4..end).find(|&here| tokens[here].text == "fn")?;
    let name = tokens.get(place + 1).filter(|name| name.kind == Kind::Word)?;
    let open = tokens[end].mate.min(end);
    let last = tokens[end].line.min(tokens[open].line + FIRST_LINES);
    let comments = (first_line(source, tokens[at].line)..=last).filter_map(|n| source.comment(n));
    let body = &tokens[open..=end];
    let difference = |at: usize| {
        let (item, reason) = (text(body.get(at + 3)?)?, text(body.get(at + 5)?)?);
        Some(Difference { item, reason, line: body[at].line })
    };
    let marked = |name| places(body, &[name, "!", "("]).into_iter();
    Some(Test {
        file: source.path.rsplit('/').next()?.trim_end_matches(".rs").to_owned(),
        name: name.text.clone(),
        line: tokens[place].line,
        cites: comments.flat_map(|comment| cited(comment).runs).collect(),
        gaps: marked("gap").filter_map(|at| text(body.get(at + 3)?)).collect(),
        wine: marked("wine_differs").filter_map(difference).collect(),
    })
}

/// The first of the comments and attributes that stand directly above `line`.
fn first_line(source: &Source, line: usize) -> usize {
    let mut first = line;
    while first > 1 {
        let above = source.line(first - 1).trim_start();
        if !(above.starts_with("//") || above.starts_with('#')) {
            break;
        }
        first -= 1;
    }
    first
}

/// What a plain string literal says.
fn text(token: &Token) -> Option<String> {
    let inside = token.text.strip_prefix('"')?.strip_suffix('"')?;
    let joined: Vec<&str> = inside.split("\\\n").map(str::trim_start).collect();
    Some(joined.concat().replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Test> {
        of(&Tree::of(&[("conformance/tests/port.rs", text), ("conformance/src/x.rs", text)]))
    }

    fn cites(text: &str) -> usize {
        read(text)[0].cites.len()
    }

    #[test]
    fn a_test_has_a_name_and_what_it_cites() {
        let all = read("/// S1.36: newest first (S1.35).\n#[test]\nfn newest() {}\n");
        assert_eq!((all.len(), all[0].key().as_str(), all[0].line), (1, "port::newest", 3));
        assert!(all[0].cites(Item::read("S1.35").unwrap()));
        assert!(!all[0].cites(Item::read("S1.34").unwrap()));
    }

    #[test]
    fn marks_are_read_with_their_reasons() {
        let text = "/// S1.36\n#[test]\nfn a() {\n    wine_differs!(\"S1.35\", \"it \\\n      \
                    says \\\"no\\\"\");\n    gap!(\"Linux\", { f() });\n}\n";
        let test = read(text).remove(0);
        assert_eq!(test.gaps, ["Linux"]);
        let expected =
            Difference { item: "S1.35".into(), reason: "it says \"no\"".into(), line: 4 };
        assert_eq!(test.wine, [expected]);
    }

    #[test]
    fn a_neighbours_item_and_marks_do_not_count() {
        let all = read("/// S1.1\n#[test]\nfn a() { gap!(\"x\", {}) }\n\n#[test]\nfn b() {}\n");
        assert_eq!((all[1].cites.len(), all[1].gaps.len()), (0, 0));
    }

    #[test]
    fn the_item_stands_above_or_in_the_first_lines() {
        assert_eq!(cites("// S1.36: newest first.\n#[test]\n#[ignore = \"slow\"]\nfn a() {}\n"), 1);
        assert_eq!(cites("#[test]\n/// S1.36\nfn a() {}\n"), 1);
        assert_eq!(cites("#[test]\nfn a() {\n    // S1.36\n    f();\n}\n"), 1);
        let late = format!("#[test]\nfn a() {{\n{}    // S1.36\n}}\n", "    f();\n".repeat(9));
        assert_eq!(cites(&late), 0);
    }

    #[test]
    fn a_test_named_by_a_macro_is_left_to_its_caller() {
        assert_eq!(read("macro_rules! m { ($n:ident) => { #[test] fn $n() {} }; }"), []);
    }
}

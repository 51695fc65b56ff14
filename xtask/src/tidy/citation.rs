//! A test names the item of the semantics it proves, `S` section `.` number: `S1.36`, `S1.29a`.

use super::Findings;
use crate::token::{Kind, Token, item_end, places};
use crate::tree::{Source, Tree};

const RULE: &str = "citation";
/// The semantics have sections 0 to this.
const SECTION_MAX: u32 = 13;
/// A citation counts as the test's own when it stands within this many lines of the body.
const FIRST_LINES: usize = 5;

/// What a text cites.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cited<'a> {
    good: Vec<&'a str>,
    bad: Vec<&'a str>,
}

/// Every citation in a comment or a string is well-formed.
pub(super) fn shapes(tree: &Tree, findings: &mut Findings) {
    let watched = |source: &&Source| source.is_under("crates/") || source.is_under("conformance/");
    for source in tree.rust().filter(watched) {
        let comments = (1..=source.lines.len()).filter_map(|n| Some((n, source.comment(n)?)));
        let strings = source.tokens.iter().filter(|token| is_string(token));
        let texts = comments.chain(strings.map(|token| (token.line, token.text.as_str())));
        for (line, text) in texts {
            for bad in cited(text).bad {
                let message = format!("`{bad}` is no item: write S<section>.<number>");
                findings.add(&source.path, line, RULE, message);
            }
        }
    }
}

/// Every test of the conformance suite cites an item.
pub(super) fn tests(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust().filter(|source| source.is_under("conformance/")) {
        for at in places(&source.tokens, &["#", "[", "test", "]"]) {
            let Some(place) = function_after(&source.tokens, at + 4) else {
                continue;
            };
            let name = &source.tokens[place + 1].text;
            let first = first_line(source, source.tokens[at].line);
            let last = last_line(&source.tokens, place);
            let cites =
                |line: usize| source.comment(line).is_some_and(|c| !cited(c).good.is_empty());
            if !(first..=last).any(cites) {
                let message = format!("`{name}` cites no item of the semantics");
                findings.add(&source.path, source.tokens[place].line, RULE, message);
            }
        }
    }
}

fn is_string(token: &Token) -> bool {
    token.kind == Kind::Literal && token.text.contains('"')
}

/// The `fn` of the item whose attributes go on at `at`; none when a macro will name it.
fn function_after(tokens: &[Token], at: usize) -> Option<usize> {
    let end = item_end(tokens, at);
    let place = (at..end).find(|&here| tokens[here].text == "fn")?;
    (tokens[place + 1].kind == Kind::Word).then_some(place)
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

/// The last line of the body that still counts as its beginning.
fn last_line(tokens: &[Token], place: usize) -> usize {
    let end = item_end(tokens, place);
    let open = tokens[end].mate.min(end);
    tokens[end].line.min(tokens[open].line + FIRST_LINES)
}

/// Finds everything in `text` that is, or was meant as, a citation.
fn cited(text: &str) -> Cited<'_> {
    let mut cited = Cited::default();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let starts = !before.is_alphanumeric() && before != '_' && (c == 'S' || c == 's');
        before = c;
        if !starts {
            continue;
        }
        let rest = &text[at..];
        let meant = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
        let end = rest.find(|c| !meant(c)).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches(['.', '-', ':', '_']);
        match judge(word) {
            Some(true) => cited.good.push(word),
            Some(false) => cited.bad.push(word),
            None => {}
        }
    }
    cited
}

/// Whether `word` is a well-formed citation; nothing when it is no citation at all.
fn judge(word: &str) -> Option<bool> {
    let rest = &word[1..];
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (section, rest) = rest.split_at(digits);
    let mut marks = rest.chars();
    let (mark, next) = (marks.next()?, marks.next()?);
    let is_meant = !section.is_empty() && "._:-".contains(mark) && next.is_ascii_alphanumeric();
    // `s1.x` is code; `S1-S4` is a run of sections.
    if !is_meant || (mark != '.' && !next.is_ascii_digit()) {
        return None;
    }
    if word.starts_with('s') {
        return next.is_ascii_digit().then_some(false);
    }
    // `S1.30-S1.44` and `S1.30-44` are runs of items.
    let (item, run) = rest[1..].split_once('-').unwrap_or((&rest[1..], ""));
    let run_is_good = run.is_empty() || is_item(run) || judge(run) == Some(true);
    let section_is_good =
        is_number(section) && section.parse().is_ok_and(|n: u32| n <= SECTION_MAX);
    Some(mark == '.' && section_is_good && is_item(item) && run_is_good)
}

/// A number, perhaps with one letter after it.
fn is_item(text: &str) -> bool {
    let number = text.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(text);
    is_number(number) && number != "0"
}

fn is_number(text: &str) -> bool {
    let is_padded = text.len() > 1 && text.starts_with('0');
    !text.is_empty() && !is_padded && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn well_formed_citations_are_read() {
        let good = cited("(S1.36, S1.29a) S3.1–S3.33; S4.1-S4.9 and S2.1-4. S11.8.").good;
        assert_eq!(
            good,
            ["S1.36", "S1.29a", "S3.1", "S3.33", "S4.1-S4.9", "S4.9", "S2.1-4", "S11.8"]
        );
    }

    #[test]
    fn ill_formed_citations_are_found() {
        for text in
            ["S1.x", "S1-36", "S1.036", "S01.3", "S14.1", "s1.36", "S1.36.2", "S1.3ab", "S1_3"]
        {
            assert_eq!(cited(text).bad, [text]);
        }
        let files = [("crates/x/src/a.rs", "// as S1.x says\nconst A: &str = \"S1:4\";")];
        assert_eq!(found(shapes, &files).len(), 2);
    }

    #[test]
    fn other_words_are_no_citations() {
        for text in
            ["S1 whole. S2, S11.", "S1–S4", "SO_1.2", "IPS1.4", "s1.len()", "S", "SHA1.2", "S1: x"]
        {
            assert_eq!(cited(text), Cited::default(), "{text}");
        }
    }

    #[test]
    fn a_test_without_an_item_is_found() {
        let text = "/// Closes.\n#[test]\nfn closes() {\n    f();\n}\n";
        let all = found(tests, &[("conformance/tests/port.rs", text)]);
        assert_eq!(all, ["3: `closes` cites no item of the semantics"]);
        assert_eq!(found(tests, &[("crates/x/tests/port.rs", text)]), [""; 0]);
    }

    #[test]
    fn a_neighbours_item_does_not_count() {
        let text = "/// S1.1\n#[test]\nfn a() {}\n\n#[test]\nfn b() {}\n";
        assert_eq!(found(tests, &[("conformance/tests/port.rs", text)]).len(), 1);
    }

    #[test]
    fn the_item_stands_above_or_in_the_first_lines() {
        let above = "// S1.36: newest first.\n#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        let between = "#[test]\n/// S1.36\nfn a() {}\n";
        let inside = "#[test]\nfn a() {\n    // S1.36\n    f();\n}\n";
        let late = format!("#[test]\nfn a() {{\n{}    // S1.36\n}}\n", "    f();\n".repeat(9));
        for text in [above, between, inside] {
            assert_eq!(found(tests, &[("conformance/tests/port.rs", text)]), [""; 0], "{text}");
        }
        assert_eq!(found(tests, &[("conformance/tests/port.rs", &late)]).len(), 1);
    }

    #[test]
    fn a_test_named_by_a_macro_is_left_to_its_caller() {
        let text = "macro_rules! m { ($n:ident) => { #[test] fn $n() {} }; }";
        assert_eq!(found(tests, &[("conformance/tests/port.rs", text)]), [""; 0]);
    }
}

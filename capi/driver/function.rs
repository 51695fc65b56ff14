//! Functions that are compiled as they are written, without optimisation: those with a `__try`.
//! What their variables were when something failed is what they are in the handler.

use std::ops::Range;

use crate::tokens::{closing, tokens};

/// The changes around every function that has one of these places within.
pub fn as_written(text: &str, places: &[usize]) -> Vec<(Range<usize>, String)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    Declarations { text, tokens: &tokens, places, found: &mut found }.read(0..tokens.len());
    let mut edits = Vec::new();
    for Range { start, end } in found {
        edits.push((start..start, "winsock_as_written ".to_owned()));
        edits.push((end..end, " winsock_optimised".to_owned()));
    }
    edits
}

/// What stands one after another in a file, a namespace or a class.
struct Declarations<'a> {
    text: &'a str,
    tokens: &'a [Range<usize>],
    places: &'a [usize],
    found: &'a mut Vec<Range<usize>>,
}

impl Declarations<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.clone()])
    }

    /// Reads the declarations between these tokens.
    fn read(&mut self, tokens: Range<usize>) {
        let (mut begin, mut at) = (tokens.start, tokens.start);
        while at < tokens.end {
            match self.word(at) {
                ";" => begin = at + 1,
                ":" if self.is_access(begin, at) => begin = at + 1,
                "(" => at = self.end_of(at, "(", ")"),
                "{" => {
                    let end = self.end_of(at, "{", "}");
                    if self.is_scope(begin, at) {
                        self.read(at + 1..end);
                        begin = end + 1;
                    } else if !self.is_value(begin, at) {
                        self.keep(begin, end);
                        begin = end + 1;
                    }
                    at = end;
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn end_of(&self, at: usize, open: &str, close: &str) -> usize {
        closing(self.text, self.tokens, at, open, close).unwrap_or(self.tokens.len())
    }

    /// `public:` and the like, of Qt's kind too.
    fn is_access(&self, begin: usize, at: usize) -> bool {
        ["public", "protected", "private"].contains(&self.word(begin))
            && at == begin + 1
            && self.word(at + 1) != ":"
    }

    /// Whether the brace at `at` opens a namespace, a class or `extern "C"`.
    fn is_scope(&self, begin: usize, at: usize) -> bool {
        let words = || (begin..at).map(|at| self.word(at));
        let mut scoped = words().any(|word| word == "namespace");
        scoped |= begin < at && self.word(at - 1) == "extern";
        // Behind a function's arguments there is no name of a class, but for `const` and its kind.
        let arguments = (begin..at).rev().find(|&at| self.word(at) == ")");
        let tail = arguments.map_or(begin, |at| at + 1);
        let named = (tail..at).any(|at| !QUALIFIERS.contains(&self.word(at)));
        scoped || words().any(|word| CLASSES.contains(&word)) && named && !self.has_list(begin, at)
    }

    /// Whether the brace is that of a value: `int a[] = {1}`, and `b{1}` of a constructor's list.
    fn is_value(&self, begin: usize, at: usize) -> bool {
        let is_name = |word: &str| word.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let last = if at > begin { self.word(at - 1) } else { "" };
        last == "=" || self.has_list(begin, at) && (is_name(last) || last == ">")
    }

    /// Whether a constructor's list of members has begun: `) :`.
    fn has_list(&self, begin: usize, at: usize) -> bool {
        (begin..at).any(|at| {
            self.word(at) == ":"
                && self.word(at + 1) != ":"
                && at > begin
                && self.word(at - 1) == ")"
        })
    }

    fn keep(&mut self, begin: usize, end: usize) {
        let (Some(first), Some(last)) = (self.tokens.get(begin), self.tokens.get(end)) else {
            return;
        };
        if self.places.iter().any(|place| (first.start..last.end).contains(place)) {
            self.found.push(first.start..last.end);
        }
    }
}

const CLASSES: [&str; 3] = ["class", "struct", "union"];
const QUALIFIERS: [&str; 6] = ["const", "noexcept", "override", "final", "volatile", "try"];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let places: Vec<_> = text.match_indices("__try").map(|(at, _)| at).collect();
        let edits = as_written(text, &places);
        edits.chunks(2).map(|pair| text[pair[0].0.start..pair[1].0.end].trim()).collect()
    }

    #[test]
    fn a_function_is_found_wherever_it_stands() {
        for function in [
            "static int f(struct a *b) { if (b) { __try { } } return 1; }",
            "template <class T, class U = int> T f(T x) noexcept(true) { __try { } }",
            "A(int x) : b{x}, c(x), d<int>{1} { __try { } }",
            "auto f() const -> int { __try { } }",
            "struct a *f(int (*g)(int)) { __try { } }",
        ] {
            for around in [
                ("int a[] = {1, 2}; struct s { int x; } y; ", " int after(void) { return 0; }"),
                (
                    "namespace n { extern \"C\" { class A : public B { public: int a() {} ",
                    " }; } }",
                ),
                ("class __declspec(dllexport) A final { private: enum { X }; ", " };"),
            ] {
                let text = format!("{}{function}{}", around.0, around.1);
                assert_eq!(found(&text), [function], "{text}");
            }
        }
        assert!(found("int f() { return 0; } int g;").is_empty());
    }
}

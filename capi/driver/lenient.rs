//! C++ that Microsoft's compiler lets pass: what to put in its place for the others.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::tokens::{closing, tokens};

/// A change of the text.
type Edit = (Range<usize>, String);

/// A text and its tokens.
pub struct Source<'a> {
    text: &'a str,
    tokens: Vec<Range<usize>>,
}

impl<'a> Source<'a> {
    /// Reads a text.
    pub fn new(text: &'a str) -> Source<'a> {
        Source { text, tokens: tokens(text) }
    }

    /// The token at a place; empty behind the last.
    pub fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.clone()])
    }

    /// Where a word stands.
    pub fn all<'s>(&'s self, word: &'s str) -> impl Iterator<Item = usize> + 's {
        (0..self.tokens.len()).filter(move |at| self.word(*at) == word)
    }

    /// The token that closes what the one at `at` opens.
    pub fn close(&self, at: usize) -> Option<usize> {
        let close = match self.word(at) {
            "(" => ")",
            "{" => "}",
            "[" => "]",
            _ => return None,
        };
        closing(self.text, &self.tokens, at, self.word(at), close)
    }

    /// Where a token starts in the text.
    pub fn start(&self, at: usize) -> usize {
        self.tokens[at].start
    }

    /// The text from one token to another.
    pub fn said(&self, first: usize, last: usize) -> &'a str {
        &self.text[self.span(first, last)]
    }

    /// From the first byte of one token to the last of another.
    fn span(&self, first: usize, last: usize) -> Range<usize> {
        self.tokens[first].start..self.tokens[last].end
    }

    /// `for each (T x in y)` is `for (T x : y)`.
    pub fn loops(&self) -> Vec<Edit> {
        let mut found = Vec::new();
        for at in self.all("for") {
            if self.word(at + 1) != "each" {
                continue;
            }
            let Some(end) = self.close(at + 2) else { continue };
            let Some(within) = (at + 3..end).find(|at| self.word(*at) == "in") else { continue };
            found.push((self.tokens[at + 1].clone(), String::new()));
            found.push((self.tokens[within].clone(), ":".to_owned()));
        }
        found
    }

    /// `throw(T)` of a declaration, which C++17 has no more, is `noexcept(false)`.
    pub fn throws(&self) -> Vec<Edit> {
        let mut found = Vec::new();
        for at in self.all("throw").filter(|at| *at > 0) {
            let Some(end) = self.close(at + 1).filter(|end| *end > at + 2) else { continue };
            let of = if self.word(at - 1) == "const" { at - 2 } else { at - 1 };
            let declared = self.word(of) == ")"
                && self.opening(of).is_some_and(|open| {
                    let before = if open == 0 { "" } else { self.word(open - 1) };
                    !["if", "while", "for", "switch"].contains(&before)
                });
            if declared && ["{", ";", "=", ":"].contains(&self.word(end + 1)) {
                found.push((self.span(at, end), "noexcept(false)".to_owned()));
            }
        }
        found
    }

    /// The token that opens what the `)` or `>` at `at` closes.
    fn opening(&self, at: usize) -> Option<usize> {
        let (open, close) = if self.word(at) == ")" { ("(", ")") } else { ("<", ">") };
        let mut depth = 0usize;
        for at in (0..=at).rev() {
            match self.word(at) {
                word if word == close => depth += 1,
                word if word == open => depth = depth.checked_sub(1)?,
                ";" | "{" | "}" => return None,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    fn is_scope(&self, at: usize) -> bool {
        self.word(at) == ":"
            && self.word(at + 1) == ":"
            && self.tokens[at].end == self.tokens[at + 1].start
    }

    /// `vector<T>::iterator` of a template's T: `typename` goes before it.
    pub fn iterators(&self) -> Vec<Edit> {
        const NAMES: [&str; 4] =
            ["iterator", "const_iterator", "reverse_iterator", "const_reverse_iterator"];
        let parameters = self.parameters();
        let mut found = Vec::new();
        for at in (4..self.tokens.len()).filter(|at| NAMES.contains(&self.word(*at))) {
            if !self.is_scope(at - 2) || self.word(at - 3) != ">" || self.is_scope(at + 1) {
                continue;
            }
            let Some(open) = self.opening(at - 3).filter(|open| *open > 0) else { continue };
            if !(open..at - 3).any(|at| parameters.contains(self.word(at))) {
                continue;
            }
            let mut start = open - 1;
            while start >= 3 && self.is_scope(start - 2) && is_name(self.word(start - 3)) {
                start -= 3;
            }
            let before = if start == 0 { "" } else { self.word(start - 1) };
            const SAID: [&str; 10] = [
                "typename",
                "class",
                "struct",
                "using",
                "public",
                "private",
                "protected",
                "virtual",
                ".",
                "template",
            ];
            if is_name(self.word(start)) && !SAID.contains(&before) && before != ">" {
                let start = self.tokens[start].start;
                found.push((start..start, "typename ".to_owned()));
            }
        }
        found
    }

    /// `thread.native_handle()` is a handle.
    pub fn threads(&self) -> Vec<Edit> {
        let mut found = Vec::new();
        for at in self.all("native_handle").filter(|at| *at > 0) {
            let of_object = [".", ">"].contains(&self.word(at - 1));
            if of_object && self.word(at + 1) == "(" && self.word(at + 2) == ")" {
                let end = self.tokens[at + 2].end;
                found.push((end..end, " % ::winsock::as_handle".to_owned()));
            }
        }
        found
    }

    /// The names of the parameters of all templates.
    fn parameters(&self) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for at in self.all("template").filter(|at| self.word(at + 1) == "<") {
            for at in at + 2..self.tokens.len() {
                match self.word(at) {
                    ">" | "{" | ";" => break,
                    "class" | "typename" => _ = found.insert(self.word(at + 1)),
                    _ => {}
                }
            }
        }
        found
    }

    /// The names of the enumerations that are declared before their values are known.
    pub fn early_enums(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.all("enum")
            .filter(|at| is_name(self.word(at + 1)) && self.word(at + 2) == ";")
            .map(|at| self.word(at + 1))
    }

    /// Such a declaration wants the type, and so does the definition: `int`, as Microsoft has it.
    pub fn enums(&self, early: &BTreeSet<String>) -> Vec<Edit> {
        let mut found = Vec::new();
        for at in self.all("enum") {
            if early.contains(self.word(at + 1)) && [";", "{"].contains(&self.word(at + 2)) {
                let end = self.tokens[at + 1].end;
                found.push((end..end, " : int".to_owned()));
            }
        }
        found
    }

    /// Whether the text has a word.
    pub fn has(&self, word: &str) -> bool {
        self.all(word).next().is_some()
    }

    /// What makes `__super` the first base of every class.
    pub fn bases(&self) -> Vec<Edit> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let heads = ["class", "struct"].contains(&self.word(at));
            if heads
                && (at == 0 || self.word(at - 1) != "enum")
                && let Some((base, open)) = self.first_base(at + 1)
            {
                let end = self.tokens[open].end;
                found.push((end..end, format!(" WINSOCK_SUPER({base})")));
            }
        }
        found
    }

    /// The first base of a class whose head goes on at `at`, and the brace that opens its body.
    fn first_base(&self, mut at: usize) -> Option<(&'a str, usize)> {
        loop {
            match self.word(at) {
                "(" => at = self.close(at)? + 1,
                ":" if self.is_scope(at) => at += 2,
                ":" => break,
                word if is_name(word) => at += 1,
                _ => return None,
            }
        }
        at += 1;
        while ["public", "private", "protected", "virtual"].contains(&self.word(at)) {
            at += 1;
        }
        let (first, mut last, mut depth) = (at, None, 0i32);
        loop {
            match self.word(at) {
                "" | ";" => return None,
                "<" => depth += 1,
                ">" => depth -= 1,
                "," if depth == 0 => last = last.or(Some(at - 1)),
                "{" => break,
                _ => {}
            }
            at += 1;
        }
        let last = last.unwrap_or(at - 1);
        (last >= first && depth == 0).then(|| (&self.text[self.span(first, last)], at))
    }

    /// Completion keys that go through 32 bits: a pointer among them keeps all of its own.
    pub fn keys(&self) -> Vec<Edit> {
        const NARROW: [&str; 9] =
            ["DWORD", "ULONG", "UINT", "LONG", "INT", "u_long", "int", "unsigned", "unsigned int"];
        let mut found = Vec::new();
        for (name, count, place) in [
            ("CreateIoCompletionPort", 4, false),
            ("PostQueuedCompletionStatus", 4, false),
            ("GetQueuedCompletionStatus", 5, true),
        ] {
            for at in self.all(name) {
                let Some(arguments) = self.arguments(at + 1).filter(|all| all.len() == count)
                else {
                    continue;
                };
                let (mut first, last) = arguments[2];
                let cast = self.word(first) == "reinterpret_cast" && self.word(first + 1) == "<";
                let (open, close) = if cast { (first + 1, ">") } else { (first, ")") };
                let Some(end) = (open + 1..last).find(|at| self.word(*at) == close) else {
                    continue;
                };
                if !cast && self.word(open) != "(" || end < open + 2 || end >= last {
                    continue;
                }
                let kind = &self.text[self.span(open + 1, end - 1)];
                let named = (open + 1..end)
                    .all(|at| is_name(self.word(at)) || place && self.word(at) == "*");
                let changed = match place {
                    true => self.word(end + 1 + usize::from(cast)) == "&",
                    false => NARROW.contains(&kind),
                };
                if named && changed {
                    let to = if place { "::winsock::key_place" } else { "::winsock::key" };
                    first += usize::from(!cast);
                    let until = if cast { end } else { end - 1 };
                    found.push((self.span(first, until), to.to_owned()));
                }
            }
        }
        found
    }

    /// The first and last token of every argument of a call whose parenthesis is at `at`.
    fn arguments(&self, at: usize) -> Option<Vec<(usize, usize)>> {
        let end = self.close(at).filter(|_| self.word(at) == "(")?;
        let (mut all, mut first, mut now) = (Vec::new(), at + 1, at + 1);
        while now <= end {
            match self.word(now) {
                "(" | "{" | "[" => now = self.close(now)?,
                "," | ")" => {
                    all.push((first, now.checked_sub(1).filter(|last| *last >= first)?));
                    first = now + 1;
                }
                _ => {}
            }
            now += 1;
        }
        Some(all)
    }
}

/// Whether a token is a name or a keyword.
pub fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, which: fn(&Source<'_>) -> Vec<Edit>) -> String {
        let mut edits = which(&Source::new(text));
        edits.sort_by_key(|(range, _)| range.start);
        let mut made = text.to_owned();
        for (range, edit) in edits.into_iter().rev() {
            made.replace_range(range, &edit);
        }
        made
    }

    #[test]
    fn loops_over_all() {
        let text = "for each (const T &x in of(y)) f(\"for each (a in b)\"); // for each (a in b)";
        let after = "for  (const T &x : of(y)) f(\"for each (a in b)\"); // for each (a in b)";
        assert_eq!(changed(text, |source| source.loops()), after);
    }

    #[test]
    fn what_functions_throw() {
        let text =
            "void f() throw(int); int g() const throw (A, B) { if (a) throw(b); throw (c); }";
        let after = "void f() noexcept(false); int g() const noexcept(false) \
                     { if (a) throw(b); throw (c); }";
        assert_eq!(changed(text, |source| source.throws()), after);
        assert_eq!(changed("void f() throw() {}", |source| source.throws()), "void f() throw() {}");
    }

    #[test]
    fn iterators_of_templates_are_types() {
        let text = "template <class T, typename K> void f() { std::map<K, list<T>>::iterator a; \
                    typename list<T>::iterator b; list<int>::iterator c; list<T>::iterator::x; }";
        let after = "template <class T, typename K> void f() { typename std::map<K, \
                     list<T>>::iterator a; \
                     typename list<T>::iterator b; list<int>::iterator c; list<T>::iterator::x; }";
        assert_eq!(changed(text, |source| source.iterators()), after);
    }

    #[test]
    fn threads_have_handles() {
        let text = "f((HANDLE)t.native_handle(), p->native_handle(), native_handle());";
        let after = "f((HANDLE)t.native_handle() % ::winsock::as_handle, \
                     p->native_handle() % ::winsock::as_handle, native_handle());";
        assert_eq!(changed(text, |source| source.threads()), after);
    }

    #[test]
    fn enumerations_may_be_declared_early() {
        let text = "enum E; enum F { A }; void f(enum E e); enum E { B };";
        let early = Source::new(text).early_enums().map(str::to_owned).collect();
        let edits = Source::new(text).enums(&early);
        let places: Vec<_> = edits.iter().map(|(range, _)| &text[..range.start]).collect();
        assert_eq!(places, ["enum E", "enum E; enum F { A }; void f(enum E e); enum E"]);
    }

    #[test]
    fn classes_know_their_first_base() {
        let text = "class X(a) A : public virtual n::B<C, D>, E { }; struct S { int a : 3; }; \
                    class F; enum class G : int { H }; class O::I : J{ class K { }; };";
        let after = "class X(a) A : public virtual n::B<C, D>, E { WINSOCK_SUPER(n::B<C, D>) }; \
                     struct S { int a : 3; }; class F; enum class G : int { H }; \
                     class O::I : J{ WINSOCK_SUPER(J) class K { }; };";
        assert_eq!(changed(text, |source| source.bases()), after);
    }

    #[test]
    fn keys_are_not_cut() {
        let text = "CreateIoCompletionPort((HANDLE)s, p, (DWORD)c, 0); \
                    PostQueuedCompletionStatus(p, 0, (ULONG_PTR)c, 0); \
                    PostQueuedCompletionStatus(p, 0, reinterpret_cast<DWORD>(c), f(1, 2)); \
                    GetQueuedCompletionStatus(p, &n, (LPDWORD)&c, &o, 1); \
                    GetQueuedCompletionStatus(p, &n, (DWORD *)c, &o, 1); \
                    GetQueuedCompletionStatus(p, &n, reinterpret_cast<PULONG_PTR>(&c), &o, 1);";
        let after = "CreateIoCompletionPort((HANDLE)s, p, (::winsock::key)c, 0); \
                     PostQueuedCompletionStatus(p, 0, (ULONG_PTR)c, 0); \
                     PostQueuedCompletionStatus(p, 0, ::winsock::key(c), f(1, 2)); \
                     GetQueuedCompletionStatus(p, &n, (::winsock::key_place)&c, &o, 1); \
                     GetQueuedCompletionStatus(p, &n, (DWORD *)c, &o, 1); \
                     GetQueuedCompletionStatus(p, &n, ::winsock::key_place(&c), &o, 1);";
        assert_eq!(changed(text, |source| source.keys()), after);
    }
}

//! `__try … __finally` and `__try … __except`, which other compilers have not: what stands in their
//! place, so that the block behind `__finally` runs however the first one is left.
//!
//! ```text
//!  C     { … cleanup(winsock_finally) … A winsock_left: ; void winsock_finally(…) B }
//!  C++   { auto last = winsock_at_end() + [&]() -> void B; try A catch (…) {} }
//! ```
//!
//! In C the block becomes a function in the function, which gcc has and clang has not; only a first
//! block that may be left by a jump needs it. In C++ the block moves before the first one.

use std::ops::Range;

use crate::arguments::Language;
use crate::tokens::{closing, tokens};

/// A change of the text.
type Edit = (Range<usize>, String);

/// The changes for all such blocks of a file that calls itself `path`.
pub fn edits(text: &str, language: Language, path: &str) -> Vec<Edit> {
    let tokens = tokens(text);
    let (mut edits, mut moved) = (Vec::new(), Vec::new());
    for at in 0..tokens.len() {
        let Some(block) = Block::read(text, &tokens, at) else { continue };
        // What is moved is moved as it is.
        if moved.iter().any(|place| within(&block.word, place)) {
            continue;
        }
        match language {
            Language::C => block.in_c(text, &tokens, &mut edits),
            Language::Cxx if block.is_last => {
                block.in_cxx(text, path, &mut edits);
                moved.push(block.second);
            }
            Language::Cxx => {}
        }
    }
    edits
}

/// The two blocks, by their bytes with the braces.
struct Block {
    /// `__try`
    word: Range<usize>,
    /// The tokens between the first braces.
    inside: Range<usize>,
    /// `__finally` or `__except`
    between: Range<usize>,
    /// Whether it is `__finally`.
    is_last: bool,
    second: Range<usize>,
}

impl Block {
    fn read(text: &str, tokens: &[Range<usize>], at: usize) -> Option<Block> {
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| text[t.clone()] == *word);
        if !is(at, "__try") {
            return None;
        }
        let end = closing(text, tokens, at + 1, "{", "}")?;
        let (is_last, is_handler) = (is(end + 1, "__finally"), is(end + 1, "__except"));
        let open = match (is_last, is_handler) {
            (true, _) => end + 2,
            (_, true) => closing(text, tokens, end + 2, "(", ")")? + 1,
            _ => return None,
        };
        let last = closing(text, tokens, open, "{", "}")?;
        Some(Block {
            word: tokens[at].clone(),
            inside: at + 2..end,
            between: tokens[end + 1].clone(),
            is_last,
            second: tokens[open].start..tokens[last].end,
        })
    }

    fn in_c(&self, text: &str, tokens: &[Range<usize>], edits: &mut Vec<Edit>) {
        let inside = &tokens[self.inside.clone()];
        let jumps = inside
            .iter()
            .any(|token| ["return", "goto", "break", "continue"].contains(&&text[token.clone()]));
        let guarded = self.is_last && jumps;
        let mut begin = "{ __label__ winsock_left; ".to_owned();
        let mut middle = " winsock_left: __attribute__((__unused__)); ".to_owned();
        if guarded {
            begin.push_str(
                "auto void winsock_finally(int *); \
                 __attribute__((__cleanup__(winsock_finally))) int winsock_abnormal = 1; ",
            );
            middle.push_str(
                "winsock_abnormal = 0; \
                 void winsock_finally(int *winsock_was __attribute__((__unused__)))",
            );
        } else if !self.is_last {
            middle.push_str("winsock_except");
        }
        edits.push((self.word.clone(), begin));
        edits.push((self.between.clone(), middle));
        edits.push((self.second.end..self.second.end, " }".to_owned()));
        let own = leaves(text, tokens, self.inside.clone());
        edits.extend(own.into_iter().map(|at| (at, "goto winsock_left".to_owned())));
        if guarded {
            let inside = tokens.iter().filter(|token| within(token, &self.second));
            let asked = inside.filter(|token| text[(*token).clone()] == *"AbnormalTermination");
            edits.extend(asked.map(|token| (token.clone(), "winsock_asked".into())));
        }
    }

    fn in_cxx(&self, text: &str, path: &str, edits: &mut Vec<Edit>) {
        let path = path.replace('\\', "\\\\").replace('"', "\\\"");
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let last = text[self.second.clone()].replace("AbnormalTermination", "winsock_asked");
        let begin = format!(
            "{{ bool winsock_abnormal = true; auto winsock_asked = [&] {{ return \
             winsock_abnormal; }}; (void)winsock_asked; auto winsock_last = \
             ::winsock_at_end() + [&]() -> void\n#line {} \"{path}\"\n{last};\n#line {} \
             \"{path}\"\ntry ",
            line(self.second.start),
            line(self.word.start),
        );
        edits.push((self.word.clone(), begin));
        let lines = "\n".repeat(text[self.between.start..self.second.end].matches('\n').count());
        let end =
            format!("catch (const ::winsock_leave &) {{}} winsock_abnormal = false; {lines}}}");
        edits.push((self.between.start..self.second.end, end));
    }
}

fn within(token: &Range<usize>, place: &Range<usize>) -> bool {
    place.start <= token.start && token.end <= place.end
}

/// The `__leave`s of a block that are not those of a block within.
fn leaves(text: &str, tokens: &[Range<usize>], inside: Range<usize>) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), inside.start);
    while at < inside.end {
        match &text[tokens[at].clone()] {
            "__try" => at = closing(text, tokens, at + 1, "{", "}").unwrap_or(at),
            "__leave" => found.push(tokens[at].clone()),
            _ => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, language: Language) -> String {
        let mut edits = edits(text, language, "a.c");
        edits.sort_by_key(|(range, _)| range.start);
        let (mut made, mut at) = (String::new(), 0);
        for (range, edit) in edits {
            made += &text[at..range.start];
            made += &edit;
            at = range.end;
        }
        made + &text[at..]
    }

    #[test]
    fn what_no_jump_leaves_needs_no_function() {
        let made = changed("__try { __leave; } __finally { f(); }", Language::C);
        assert!(made.contains("{ goto winsock_left; }") && !made.contains("winsock_finally"));
        let made = changed("__try { return; } __finally { f(); }", Language::C);
        assert!(made.contains("winsock_finally"), "{made}");
    }

    #[test]
    fn words_in_comments_strings_and_macros_are_no_words() {
        for text in [
            "// __try { return; } __finally { }",
            "\"__try { return; } __finally { }\"",
            "#define T __try { return; } \\\n __finally { }",
            "__try { \"}\"; } __but { }",
            "__try { return; ",
        ] {
            assert_eq!(changed(text, Language::C), text);
            assert_eq!(changed(text, Language::Cxx), text);
        }
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = "a\n__try\n{\n}\n__finally\n{\nf();\n}\nb\n";
        let made = changed(text, Language::C);
        assert_eq!(made.lines().count(), text.lines().count());
        let made = changed(text, Language::Cxx);
        assert!(made.contains("#line 6 \"a.c\"\n{\nf();\n};\n#line 2 \"a.c\"\ntry \n{"), "{made}");
        assert!(made.contains("}\ncatch") && made.ends_with("\n\n\n}\nb\n"), "{made}");
    }
}

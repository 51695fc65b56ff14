//! `__try … __finally` and `__try … __except`, which other compilers have not: what stands in
//! their place, so that a filter and a handler run, and the block behind `__finally` however the
//! first one is left. The macros are excpt.h's.
//!
//! ```text
//!  __except   { winsock_try A winsock_except(filter) B winsock_left: ; }
//!  C          { winsock_block(1) … A winsock_left: _seh_pop(…); B … }
//!             { cleanup(winsock_finally) … A winsock_left: ; void winsock_finally(…) B }
//!  C++        { auto last = winsock_at_end() + [&]() -> void B; winsock_block(1) … try A … }
//! ```
//!
//! In C the block behind `__finally` becomes a function in the function, which gcc has and clang
//! has not; only a first block that may be left by a jump needs it. In C++ the block moves before
//! the first one.

use std::ops::Range;

use crate::arguments::Language;
use crate::function;
use crate::tokens::{closing, tokens};

/// A change of the text.
type Edit = (Range<usize>, String);

/// The changes for all such blocks of a file that calls itself `path`.
pub fn edits(text: &str, language: Language, path: &str) -> Vec<Edit> {
    let mut edits = blocks(text, language, path, 1);
    if !edits.is_empty() {
        let blocks = edits.iter().map(|(range, _)| range.start).collect::<Vec<_>>();
        edits.extend(function::as_written(text, &blocks));
    }
    edits.extend(in_macros(text));
    edits
}

/// What stands for an `__except` that no block was found for: the compiler's message names it.
const UNREAD: &str = "winsock_cc_finds_no___except_in_a_macro";

/// `__except` in what a macro stands for.
fn in_macros(text: &str) -> impl Iterator<Item = Edit> + '_ {
    text.match_indices("__except").filter_map(|(at, word)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let end = at + word.len();
        // The macro's line begins behind one that does not go on.
        let goes_on = |at: usize| text[..at].trim_end_matches('\r').ends_with('\\');
        let mut breaks = text[..at].rmatch_indices('\n').map(|(at, _)| at);
        let line = &text[breaks.find(|&at| !goes_on(at)).map_or(0, |at| at + 1)..at];
        let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("define")?;
        let is_body = !rest.trim().is_empty();
        let is_word = !line.ends_with(is_part) && !text[end..].starts_with(is_part);
        (is_body && is_word).then(|| (at..end, UNREAD.to_owned()))
    })
}

/// The changes within functions, of a text that begins in line `first`.
fn blocks(text: &str, language: Language, path: &str, first: usize) -> Vec<Edit> {
    let tokens = tokens(text);
    let (mut edits, mut moved, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..tokens.len() {
        let Some(block) = Block::read(text, &tokens, at) else { continue };
        // What is moved is changed when it moves.
        if moved.iter().any(|place| within(&block.word, place)) {
            continue;
        }
        read.push(block.between.clone());
        match language {
            _ if !block.is_last => block.handled(text, &tokens, &mut edits),
            Language::C => block.in_c(text, &tokens, &mut edits),
            Language::Cxx => {
                block.in_cxx(text, path, first, &mut edits);
                block.leave(text, &tokens, &mut edits);
                moved.push(block.second);
            }
        }
    }
    let left = tokens.iter().filter(|&token| {
        text[token.clone()] == *"__except"
            && !read.contains(token)
            && !moved.iter().any(|place| within(token, place))
    });
    edits.extend(left.map(|token| (token.clone(), UNREAD.to_owned())));
    edits
}

/// A text with changes, none of which overlap.
fn changed(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut made, mut at) = (String::new(), 0);
    for (range, edit) in edits {
        made += &text[at..range.start];
        made += &edit;
        at = range.end;
    }
    made + &text[at..]
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

    /// `__except`
    fn handled(&self, text: &str, tokens: &[Range<usize>], edits: &mut Vec<Edit>) {
        edits.push((self.word.clone(), "{ __label__ winsock_left; winsock_try".to_owned()));
        edits.push((self.between.clone(), "winsock_except".to_owned()));
        edits.push((self.second.end..self.second.end, format!(" {LEFT} }}")));
        self.leave(text, tokens, edits);
    }

    fn in_c(&self, text: &str, tokens: &[Range<usize>], edits: &mut Vec<Edit>) {
        let inside = &tokens[self.inside.clone()];
        let jumps = inside
            .iter()
            .any(|token| ["return", "goto", "break", "continue"].contains(&&text[token.clone()]));
        if jumps {
            let begin = "{ __label__ winsock_left; auto void winsock_finally(int *); \
                 __attribute__((__cleanup__(winsock_finally))) int winsock_abnormal = 1; \
                 winsock_block(1) if (winsock_phase) { winsock_finally(&winsock_abnormal); \
                 _seh_answer(winsock_frame, 0); } ";
            let middle = format!(
                " {LEFT} winsock_abnormal = 0; \
                 void winsock_finally(int *winsock_was __attribute__((__unused__)))"
            );
            edits.push((self.word.clone(), begin.to_owned()));
            edits.push((self.between.clone(), middle));
            edits.push((self.second.end..self.second.end, " }".to_owned()));
            let inside = tokens.iter().filter(|token| within(token, &self.second));
            let asked = inside.filter(|token| text[(*token).clone()] == *"AbnormalTermination");
            edits.extend(asked.map(|token| (token.clone(), "winsock_asked".into())));
        } else {
            let begin = "{ __label__ winsock_left; winsock_block(1) if (winsock_phase == 0) ";
            edits.push((self.word.clone(), begin.to_owned()));
            edits.push((self.between.clone(), format!(" {LEFT} _seh_pop(&winsock_frame); ")));
            let end = " if (winsock_phase) _seh_answer(winsock_frame, 0); }";
            edits.push((self.second.end..self.second.end, end.to_owned()));
        }
        self.leave(text, tokens, edits);
    }

    fn in_cxx(&self, text: &str, path: &str, first: usize, edits: &mut Vec<Edit>) {
        let named = path.replace('\\', "\\\\").replace('"', "\\\"");
        let line = |at: usize| first + text[..at].matches('\n').count();
        let last = &text[self.second.clone()];
        let last = changed(last, blocks(last, Language::Cxx, path, line(self.second.start)));
        let last = last.replace("AbnormalTermination", "winsock_asked");
        let begin = format!(
            "{{ __label__ winsock_left; bool winsock_abnormal = true; \
             auto winsock_asked = [&] {{ return \
             winsock_abnormal; }}; (void)winsock_asked; auto winsock_last = \
             ::winsock_at_end() + [&]() -> void\n#line {} \"{named}\"\n{last};\n#line {} \
             \"{named}\"\nwinsock_block(1) if (winsock_phase) {{ winsock_last.now(); \
             _seh_answer(winsock_frame, 0); }} try ",
            line(self.second.start),
            line(self.word.start),
        );
        edits.push((self.word.clone(), begin));
        let lines = "\n".repeat(text[self.between.start..self.second.end].matches('\n').count());
        let end = format!(
            "catch (const ::winsock_leave &) {{}} {LEFT} winsock_abnormal = false; {lines}}}"
        );
        edits.push((self.between.start..self.second.end, end));
    }

    /// `__leave`
    fn leave(&self, text: &str, tokens: &[Range<usize>], edits: &mut Vec<Edit>) {
        let own = leaves(text, tokens, self.inside.clone());
        edits.extend(own.into_iter().map(|at| (at, "goto winsock_left".to_owned())));
    }
}

/// Where `__leave` goes.
const LEFT: &str = "winsock_left: __attribute__((__unused__));";

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
        super::changed(text, edits(text, language, "a.c"))
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
    fn an_except_that_no_block_was_found_for_is_named() {
        for text in [
            "#define END __except (1) { }",
            " # define END(x) \\\n  __except (x) { }\n",
            "__try { if (a) { } __except (1) { }",
        ] {
            let made = changed(text, Language::C);
            assert_eq!(made, text.replace("__except", UNREAD));
            assert_eq!(changed(text, Language::Cxx), made);
        }
        for text in
            ["#define __except(filter) catch (...)", "#undef __except", "#define A __excepts"]
        {
            assert_eq!(changed(text, Language::C), text);
        }
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = "void a() {\n__try\n{\n}\n__finally\n{\nf();\n}\nb }\n";
        let made = changed(text, Language::C);
        assert_eq!(made.lines().count(), text.lines().count());
        let made = changed(text, Language::Cxx);
        assert!(
            made.contains("#line 6 \"a.c\"\n{\nf();\n};\n#line 2 \"a.c\"\nwinsock_block"),
            "{made}"
        );
        assert!(made.contains("}\ncatch") && made.contains("\n\n\n}\nb }"), "{made}");
    }
}

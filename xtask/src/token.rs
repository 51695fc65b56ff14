//! A file's tokens as one flat list: easy to match, and macro bodies are read like any other code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: identifier or keyword.
    Word,
    /// A string, character or number, quotes included.
    Literal,
    /// One punctuation character.
    Mark,
    /// An opening bracket; `mate` is its closing one.
    Open,
    /// A closing bracket; `mate` is its opening one.
    Close,
}

/// One token and the place it stands.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// As written.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 0, in characters.
    pub column: usize,
    /// For a bracket, the index of the other one; otherwise its own index.
    pub mate: usize,
}

/// Lexes `text`; the error is the line where that failed.
pub fn lex(text: &str) -> Result<Vec<Token>, usize> {
    let stream: TokenStream =
        text.parse().map_err(|e: proc_macro2::LexError| e.span().start().line)?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        match tree {
            TokenTree::Ident(word) => {
                let start = word.span().start();
                push(tokens, Kind::Word, word.to_string(), start.line, start.column);
            }
            TokenTree::Literal(literal) => {
                let start = literal.span().start();
                push(tokens, Kind::Literal, literal.to_string(), start.line, start.column);
            }
            TokenTree::Punct(mark) => {
                let start = mark.span().start();
                push(tokens, Kind::Mark, mark.as_char().to_string(), start.line, start.column);
            }
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                let (first, last) = (group.span_open().start(), group.span_close().start());
                let at = tokens.len();
                push(tokens, Kind::Open, open.to_owned(), first.line, first.column);
                flatten(group.stream(), tokens);
                let mate = tokens.len();
                push(tokens, Kind::Close, close.to_owned(), last.line, last.column);
                tokens[at].mate = mate;
                tokens[mate].mate = at;
            }
        }
    }
}

fn push(tokens: &mut Vec<Token>, kind: Kind, text: String, line: usize, column: usize) {
    let mate = tokens.len();
    tokens.push(Token { kind, text, line, column, mate });
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// Whether the tokens from `at` on read exactly as `words`.
pub fn reads(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    let Some(window) = tokens.get(at..at + words.len()) else {
        return false;
    };
    window.iter().zip(words).all(|(token, word)| token.text == *word)
}

/// Every place where the tokens read as `words`.
pub fn places(tokens: &[Token], words: &[&str]) -> Vec<usize> {
    (0..tokens.len()).filter(|&at| reads(tokens, at, words)).collect()
}

/// The index of the attribute's or item's last token when the item starts at `at`:
/// the end of its first braces, or its semicolon.
pub fn item_end(tokens: &[Token], at: usize) -> usize {
    let mut here = at;
    while here < tokens.len() {
        match tokens[here].text.as_str() {
            "{" => return tokens[here].mate,
            ";" => return here,
            "(" | "[" => here = tokens[here].mate + 1,
            ")" | "]" | "}" => return here - 1,
            _ => here += 1,
        }
    }
    tokens.len().saturating_sub(1)
}

/// One path brought in by a `use`.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// Written out in full, for example `std::thread::sleep` or `super::*`.
    pub path: String,
    /// The line of its last word.
    pub line: usize,
}

/// Every path of every `use`, with nested braces written out.
pub fn imports(tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    for at in places(tokens, &["use"]) {
        // `impl Trait + use<'a>` is not an import.
        if tokens.get(at + 1).is_none_or(|next| next.text == "<") {
            continue;
        }
        let length = tokens[at..].iter().position(|token| token.text == ";");
        let end = length.map_or(tokens.len(), |length| at + length);
        unfold(tokens, at + 1, end, "", &mut found);
    }
    found
}

/// Writes out the paths between `at` and `end`, each after `prefix`.
fn unfold(tokens: &[Token], mut at: usize, end: usize, prefix: &str, found: &mut Vec<Import>) {
    let mut path = prefix.to_owned();
    let mut line = 0;
    let mut finish = |path: &str, line: usize| {
        if !path.is_empty() && !path.ends_with("::") {
            found.push(Import { path: path.to_owned(), line });
        }
    };
    let mut groups = Vec::new();
    while at < end {
        line = tokens[at].line;
        match tokens[at].text.as_str() {
            "{" => {
                groups.push((at + 1, tokens[at].mate.min(end), std::mem::take(&mut path)));
                at = tokens[at].mate;
            }
            "," => {
                finish(&path, line);
                prefix.clone_into(&mut path);
            }
            "as" => at += 1,
            word => path.push_str(word),
        }
        at += 1;
    }
    finish(&path, line);
    for (start, end, prefix) in groups {
        unfold(tokens, start, end, &prefix, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        imports(&lex(text).unwrap()).into_iter().map(|import| import.path).collect()
    }

    #[test]
    fn imports_are_written_out() {
        assert_eq!(paths("use a::b;"), ["a::b"]);
        assert_eq!(
            paths("use a::{b, c::{d, e as f}, g::*};"),
            ["a::b", "a::g::*", "a::c::d", "a::c::e"]
        );
        assert_eq!(paths("pub use a::{b as _, c};use x;"), ["a::b", "a::c", "x"]);
        assert_eq!(paths("fn f() -> impl Iterator + use<'_> { g() }"), [""; 0]);
    }

    #[test]
    fn brackets_know_their_mate() {
        let tokens = lex("fn f(a: [u8; 2]) { g() }").unwrap();
        let open = places(&tokens, &["{"])[0];
        assert_eq!(tokens[open].mate, tokens.len() - 1);
        assert_eq!(item_end(&tokens, 0), tokens.len() - 1);
    }

    #[test]
    fn a_file_that_is_not_rust_names_the_line() {
        assert_eq!(lex("fn f() {\n  )\n}").unwrap_err(), 2);
    }
}

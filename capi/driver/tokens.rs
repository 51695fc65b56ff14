//! The tokens of C and C++, as far as the driver needs them.

use std::ops::Range;

/// The token that closes what the token at `at` opens.
pub fn closing(
    text: &str,
    tokens: &[Range<usize>],
    at: usize,
    open: &str,
    close: &str,
) -> Option<usize> {
    if text[tokens.get(at)?.clone()] != *open {
        return None;
    }
    let mut depth = 0;
    for (number, token) in tokens.iter().enumerate().skip(at) {
        let token = &text[token.clone()];
        depth += usize::from(token == open);
        depth -= usize::from(token == close);
        if depth == 0 {
            return Some(number);
        }
    }
    None
}

/// Words and signs; no comments, no strings, no lines of the preprocessor.
pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let (mut found, mut at, mut fresh) = (Vec::new(), 0, true);
    while at < bytes.len() {
        let rest = &text[at..];
        let past = |end: &str, from: usize| {
            rest[from..].find(end).map_or(bytes.len(), |found| at + from + found + end.len())
        };
        at = match bytes[at] {
            b'\n' => {
                fresh = true;
                at + 1
            }
            byte if byte.is_ascii_whitespace() => at + 1,
            b'#' if fresh => line_end(bytes, at),
            b'/' if rest.starts_with("//") => line_end(bytes, at),
            b'/' if rest.starts_with("/*") => past("*/", 2),
            quote @ (b'"' | b'\'') => {
                fresh = false;
                quoted(bytes, at, quote)
            }
            first => {
                fresh = false;
                let more = bytes[at..].iter().take_while(|byte| word(byte)).count();
                let end = at + if word(&first) { more } else { 1 };
                found.push(at..end);
                end
            }
        };
    }
    found
}

/// Where the line ends, those that it goes on in being part of it.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() {
        let before = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        if bytes[end] == b'\n' && before.last() != Some(&b'\\') {
            break;
        }
        end += 1;
    }
    end
}

fn quoted(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != quote && bytes[end] != b'\n' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}

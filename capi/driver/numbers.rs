//! Numbers with the widths of Microsoft's compiler behind them.

use std::ops::Range;

/// `5i64`, `0xFFui64` and the like: what such a number ends in elsewhere. Not within quotes, as far
/// as its line tells.
pub fn suffixes(text: &str) -> Vec<(Range<usize>, String)> {
    const ENDS: [(&str, &str); 8] = [
        ("ui64", "ULL"),
        ("i64", "LL"),
        ("ui32", "U"),
        ("i32", ""),
        ("ui16", "U"),
        ("i16", ""),
        ("ui8", "U"),
        ("i8", ""),
    ];
    let bytes = text.as_bytes();
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'.';
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| inside(byte)).count();
        if length < 3 || !bytes[at].is_ascii_digit() {
            at += length.max(1);
            continue;
        }
        let word = text[at..at + length].to_ascii_lowercase();
        let end = ENDS.iter().find_map(|(end, put)| Some((word.strip_suffix(end)?, put)));
        if let Some((digits, put)) = end {
            let hexadecimal = digits.strip_prefix("0x");
            let number = match hexadecimal {
                Some(digits) => digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
                None => digits.bytes().all(|digit| digit.is_ascii_digit()),
            };
            let quotes = text[..at].rsplit('\n').next().unwrap_or("").matches('"').count();
            if number && quotes.is_multiple_of(2) {
                found.push((at + digits.len()..at + length, (*put).to_owned()));
            }
        }
        at += length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_ends_of_c() {
        let text =
            "#define A 10i64\nx = 0xFFui64 + 3I64; y = a3i64 + 1.0; f(\"%10i64d 5i64\"); 7ui8;";
        let after = "#define A 10LL\nx = 0xFFULL + 3LL; y = a3i64 + 1.0; f(\"%10i64d 5i64\"); 7U;";
        let mut made = text.to_owned();
        for (range, edit) in suffixes(text).into_iter().rev() {
            made.replace_range(range, &edit);
        }
        assert_eq!(made, after);
    }
}

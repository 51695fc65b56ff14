//! Command lines: one text for all arguments, as Windows hands it to a program, which takes it
//! apart by the rules of Microsoft's runtime.
//!
//! # Safety
//!
//! Texts that come in end with a null.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CString, OsString};
use std::sync::LazyLock;

use engine::error::Error;

use crate::kernel32::finish_value;
use crate::kernel32::memory::LocalAlloc;
use crate::text::{Character, Wide, read};

/// The program's own arguments as one text.
static OWN: LazyLock<String> = LazyLock::new(|| {
    let words = std::env::args_os().map(|word: OsString| quoted(&word.to_string_lossy()));
    words.collect::<Vec<_>>().join(" ")
});

/// An argument as it stands in a command line.
pub fn quoted(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '\t', '\n', '"']) {
        return word.to_owned();
    }
    let (mut text, mut backslashes) = (String::from("\""), 0);
    for c in word.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                text.push_str(&"\\".repeat(backslashes * 2 + 1));
                backslashes = 0;
            }
            _ => {
                text.push_str(&"\\".repeat(backslashes));
                backslashes = 0;
            }
        }
        if c != '\\' {
            text.push(c);
        }
    }
    text + &"\\".repeat(backslashes * 2) + "\""
}

/// The program's name in a command line, in quotes or until a space, and what follows it.
pub fn program(line: &str) -> (String, &str) {
    let blank = |c| c == ' ' || c == '\t';
    match line.strip_prefix('"') {
        Some(rest) => match rest.split_once('"') {
            Some((name, rest)) => (name.to_owned(), rest),
            None => (rest.to_owned(), ""),
        },
        None => {
            let end = line.find(blank).unwrap_or(line.len());
            (line[..end].to_owned(), &line[end..])
        }
    }
}

/// The arguments in what follows the program's name: backslashes are themselves unless a quote
/// follows, before which two stand for one and an odd one makes the quote a character; two quotes
/// inside quotes are one.
pub fn arguments(rest: &str) -> Vec<String> {
    let (mut all, mut word, mut inside) = (Vec::new(), None::<String>, false);
    let mut left = rest.chars().peekable();
    while let Some(c) = left.next() {
        match c {
            ' ' | '\t' if !inside => all.extend(word.take()),
            '\\' => {
                let mut count = 1;
                while left.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let text = word.get_or_insert_default();
                if left.peek() == Some(&'"') {
                    text.push_str(&"\\".repeat(count / 2));
                    if count % 2 == 1 {
                        left.next();
                        text.push('"');
                    }
                } else {
                    text.push_str(&"\\".repeat(count));
                }
            }
            '"' => {
                let text = word.get_or_insert_default();
                match inside && left.next_if_eq(&'"').is_some() {
                    true => text.push('"'),
                    false => inside = !inside,
                }
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    all.extend(word);
    all
}

/// `LPSTR GetCommandLineA()`: what the program was begun with, its name first; arguments that need
/// it are in quotes. The text stays as long as the process.
#[unsafe(no_mangle)]
pub extern "C" fn GetCommandLineA() -> *const u8 {
    static TEXT: LazyLock<CString> =
        LazyLock::new(|| CString::new(OWN.as_str()).unwrap_or_default());
    TEXT.as_ptr().cast()
}

/// `LPWSTR GetCommandLineW()`: as GetCommandLineA.
#[unsafe(no_mangle)]
pub extern "C" fn GetCommandLineW() -> *const Wide {
    static TEXT: LazyLock<Vec<Wide>> =
        LazyLock::new(|| OWN.chars().map(u32::from).chain([0]).collect());
    TEXT.as_ptr()
}

/// `LPWSTR *CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)`: the words of a command line; an
/// empty one gives the program's own file. One block for LocalFree. NULL: 87, 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CommandLineToArgvW(line: *const Wide, count: *mut i32) -> *mut *mut Wide {
    let take = || {
        if count.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        let line = unsafe { read(line) }.ok_or(Error::INVALID_PARAMETER)?;
        let (first, rest) = program(&line);
        let own = || std::env::current_exe().map(|path| path.to_string_lossy().into_owned());
        let first = if line.is_empty() { own().unwrap_or_default() } else { first };
        let words: Vec<Vec<Wide>> =
            [first].into_iter().chain(arguments(rest)).map(|word| Wide::encode(&word)).collect();
        let places = (words.len() + 1) * size_of::<*mut Wide>();
        let characters: usize = words.iter().map(|word| word.len() + 1).sum();
        let block = unsafe { LocalAlloc(0, places + characters * size_of::<Wide>()) };
        if block.is_null() {
            return Err(Error::NOT_ENOUGH_MEMORY);
        }
        unsafe {
            let (list, mut at) = (block.cast::<*mut Wide>(), block.byte_add(places).cast::<Wide>());
            for (number, word) in words.iter().enumerate() {
                list.add(number).write(at);
                at.copy_from_nonoverlapping(word.as_ptr(), word.len());
                at.add(word.len()).write(0);
                at = at.add(word.len() + 1);
            }
            list.add(words.len()).write(std::ptr::null_mut());
            count.write(words.len() as i32);
        }
        Ok(block as usize)
    };
    finish_value(take()) as *mut *mut Wide
}

#[cfg(test)]
mod tests {
    use super::{arguments, program, quoted};

    #[test]
    fn words_come_back_as_they_were() {
        let words =
            ["plain", "", "two words", r#"a "quote""#, r"back\slash", r"ends with \", "tab\tin"];
        let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        assert_eq!(arguments(&line.join(" ")), words);
    }

    #[test]
    fn backslashes_count_before_quotes_only() {
        assert_eq!(arguments(r#"a\\b d"e f"g h"#), [r"a\\b", "de fg", "h"]);
        assert_eq!(arguments(r#"a\\\"b c d"#), [r#"a\"b"#, "c", "d"]);
        assert_eq!(arguments(r#"a\\\\"b c" d e"#), [r"a\\b c", "d", "e"]);
        assert_eq!(arguments(r#""a""b" c"#), [r#"a"b"#, "c"]);
        assert_eq!(arguments("  "), [""; 0]);
    }

    #[test]
    fn the_name_of_the_program_has_rules_of_its_own() {
        assert_eq!(program(r#""c:\a b\c.exe" d"#), (r"c:\a b\c.exe".into(), " d"));
        assert_eq!(program("./a b"), ("./a".into(), " b"));
    }
}

//! What only Microsoft's compiler takes, found in a text.

use std::ops::Range;

use crate::libraries;

/// The libraries of `#pragma comment(lib, "…")`.
pub fn pragmas(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.trim_start().strip_prefix('#') else { continue };
        let Some(rest) = rest.trim_start().strip_prefix("pragma") else { continue };
        let compact: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
        let Some(rest) = compact.strip_prefix("comment(lib,\"") else { continue };
        found.extend(rest.split('"').next().map(libraries::bare));
    }
    found
}

/// What goes below a text that begins its program in wmain, in WinMain or wWinMain, or in _tmain or
/// _tWinMain, which are these if text is wide.
pub fn entry(text: &str) -> Option<&'static str> {
    let defined = |name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let starts = text[..at].ends_with(|c: char| c.is_whitespace());
            let ends = !text[at + name.len()..].starts_with(word);
            starts && ends && is_definition(&text[at + name.len()..])
        })
    };
    const BELOW: [(&str, &str); 5] = [
        ("wmain", "\n#define WINSOCK_ENTRY 1\n#include <winsock/entry.h>\n"),
        (
            "_tmain",
            "\n#ifdef _UNICODE\n#define WINSOCK_ENTRY 1\n#include <winsock/entry.h>\n#endif\n",
        ),
        ("WinMain", "\n#define WINSOCK_ENTRY 2\n#include <winsock/entry.h>\n"),
        ("wWinMain", "\n#define WINSOCK_ENTRY 3\n#include <winsock/entry.h>\n"),
        (
            "_tWinMain",
            "\n#ifdef _UNICODE\n#define WINSOCK_ENTRY 3\n#else\n#define WINSOCK_ENTRY 2\n\
             #endif\n#include <winsock/entry.h>\n",
        ),
    ];
    BELOW.iter().find(|(name, _)| defined(name)).map(|(_, below)| *below)
}

/// Whether a list of parameters and a body follow.
fn is_definition(rest: &str) -> bool {
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => {
                // Comments may stand before the body.
                let body = rest[at + 1..].lines().map(|line| line.split("//").next().unwrap_or(""));
                return body
                    .map(str::trim)
                    .find(|line| !line.is_empty())
                    .is_some_and(|line| line.starts_with('{') || line.starts_with("/*"));
            }
            ')' => depth -= 1,
            c if depth == 0 && !c.is_whitespace() => return false,
            _ => {}
        }
    }
    false
}

/// Where `void` of a `void main(` stands.
pub fn void_main(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("void").map(|at| from + at) {
        from = at + 4;
        let before = text[..at].chars().next_back();
        let rest = text[from..].trim_start();
        let name = ["main", "_tmain", "wmain"].iter().find_map(|name| rest.strip_prefix(name));
        let called = name.is_some_and(|rest| rest.trim_start().starts_with('('));
        let spaced = text[from..].starts_with(char::is_whitespace);
        if called && spaced && !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return Some(at);
        }
    }
    None
}

/// `__declspec(align(n)) struct`, which other compilers take as said of a variable: what to put in
/// its place.
pub fn aligned_types(text: &str) -> Vec<(Range<usize>, String)> {
    const START: &str = "__declspec(align(";
    let mut found = Vec::new();
    for (at, _) in text.match_indices(START) {
        let Some(length) = text[at..].find("))") else { continue };
        let end = at + length + 2;
        let rest = text[end..].trim_start();
        let word = ["struct", "class", "union"].iter().find(|word| {
            rest.strip_prefix(**word).is_some_and(|rest| rest.starts_with(char::is_whitespace))
        });
        if let Some(word) = word {
            let until = text.len() - rest.len() + word.len();
            // The lines between are kept, so that those below keep their numbers.
            let lines = "\n".repeat(text[at..until].matches('\n').count());
            found.push((at..until, format!("{word} {}{lines}", &text[at..end])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_are_read() {
        let text =
            "#pragma comment(lib, \"Ws2_32.lib\")\n # pragma  comment( lib , \"x\" )\n#pragma once";
        assert_eq!(pragmas(text), ["ws2_32", "x"]);
    }

    #[test]
    fn the_alignment_of_a_type_goes_behind_its_keyword() {
        let text = "__declspec(align(16)) int a;\n__declspec(align(64))\nstruct B {};\n";
        let found = aligned_types(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].0.clone()], "__declspec(align(64))\nstruct");
        assert_eq!(found[0].1, "struct __declspec(align(64))\n");
    }

    #[test]
    fn a_program_that_begins_elsewhere_is_found() {
        assert!(entry("int wmain(int argc, wchar_t *argv[])\n{\n}").is_some());
        assert!(
            entry("int _tmain() // start\n{ }").is_some_and(|below| below.contains("_UNICODE"))
        );
        assert!(entry("int WINAPI WinMain(HINSTANCE a, int (*b)(void)) {").is_some());
        assert!(entry("int APIENTRY _tWinMain(HINSTANCE a,\n HINSTANCE b) {").is_some());
        assert!(entry("int APIENTRY wWinMain(HINSTANCE a) {").is_some());
        for text in ["int main() {}", "int wmain(void);", "int x = mywmain(1) {", "// wmain"] {
            assert_eq!(entry(text), None, "{text}");
        }
    }

    #[test]
    fn void_main_is_found_and_nothing_else() {
        assert_eq!(void_main("int a;\nvoid main()\n{}"), Some(7));
        assert_eq!(void_main("void mainly() {} int main() {}"), None);
        assert_eq!(void_main("void\tmain (void) {}"), Some(0));
        assert_eq!(void_main("avoid main("), None);
    }
}

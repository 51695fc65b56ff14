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
    fn void_main_is_found_and_nothing_else() {
        assert_eq!(void_main("int a;\nvoid main()\n{}"), Some(7));
        assert_eq!(void_main("void mainly() {} int main() {}"), None);
        assert_eq!(void_main("void\tmain (void) {}"), Some(0));
        assert_eq!(void_main("avoid main("), None);
    }
}

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
/// its place. So for the macro of that.
pub fn aligned_types(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for (start, close) in [("__declspec(align(", "))"), ("DECLSPEC_ALIGN(", ")")] {
        for at in words(text, start.split('(').next().unwrap_or(start)) {
            let Some(length) = text[at..].find(close).filter(|_| text[at..].starts_with(start))
            else {
                continue;
            };
            let end = at + length + close.len();
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
    }
    found
}

/// `abstract` and `sealed` behind a function or a class: what says so in C++.
pub fn modifiers(text: &str) -> Vec<(Range<usize>, String)> {
    const BEHIND: &[&str] = &["const", "override", "noexcept", "sealed", "abstract"];
    let mut found = Vec::new();
    for (word, of_function, of_class) in [("abstract", "= 0", ""), ("sealed", "final", "final")] {
        for at in words(text, word) {
            let before = text[..at].trim_end();
            let after = text[at + word.len()..].trim_start();
            let last = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
            let named = &before[..before.len() - last.unwrap_or("").len()];
            let of = if before.ends_with(')') || BEHIND.contains(&last.unwrap_or("")) {
                after.starts_with([';', '{', '=']).then_some(of_function)
            } else {
                let keyword =
                    ["class", "struct"].iter().any(|word| named.trim_end().ends_with(word));
                (keyword && after.starts_with([':', '{', ';'])).then_some(of_class)
            };
            found.extend(of.map(|change| (at..at + word.len(), change.to_owned())));
        }
    }
    found
}

/// Where a word stands alone.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        !text[..*at].ends_with(inside) && !text[at + word.len()..].starts_with(inside)
    })
}

/// The annotations `__in` and `__out`: macros for the others are in sal.h, but these two are names
/// of variables in the C++ library.
pub fn annotations(text: &str) -> Vec<(Range<usize>, String)> {
    let all = ["__in", "__out"].iter().flat_map(|word| {
        words(text, word).map(|at| (at..at + word.len(), String::new())).collect::<Vec<_>>()
    });
    all.collect()
}

/// A storage class said of a type alone, as in `static enum { A, B };`: what to put in its place.
pub fn stored_types(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for at in words(text, "static") {
        let end = at + "static".len();
        let rest = text[end..].trim_start();
        let keyword = ["enum", "struct", "class", "union"].iter().any(|word| {
            rest.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r', '{']))
        });
        let body = rest.find(['{', ';', '(', '=']).filter(|at| rest[*at..].starts_with('{'));
        if keyword
            && let Some(body) = body
            && closed(&rest[body..]).is_some_and(|rest| rest.trim_start().starts_with(';'))
        {
            found.push((at..end, String::new()));
        }
    }
    found
}

/// What follows the brace that closes the one a text begins with.
fn closed(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&text[at + 1..]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `std::exception` made of a text, which Microsoft's library has alone: there, and where a class of
/// the same file hands such a text to it as its base, the library's own class stands for it.
pub fn exceptions(text: &str) -> Vec<(Range<usize>, String)> {
    const NAME: &str = "::winsock::exception";
    let mut found = Vec::new();
    let mut is_base = false;
    for at in words(text, "exception") {
        let rest = text[at + "exception".len()..].trim_start();
        let Some(argument) = rest.strip_prefix('(').map(str::trim_start) else { continue };
        let start = text[..at]
            .strip_suffix("std::")
            .map_or(at, |before| before.strip_suffix("::").unwrap_or(before).len());
        let before = text[..start].trim_end();
        let thrown = before.ends_with("throw") || before.ends_with("throw new");
        if argument.starts_with(')') || (start == at && !thrown) {
            continue;
        }
        is_base |= before.ends_with([':', ',']);
        found.push((start..at + "exception".len(), NAME.to_owned()));
    }
    if is_base {
        for at in words(text, "std::exception") {
            let end = at + "std::exception".len();
            let derives = text[..at].trim_end().ends_with("public");
            if derives && text[end..].trim_start().starts_with(['{', ',']) {
                found.push((at..end, NAME.to_owned()));
            }
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
        let text = "DECLSPEC_ALIGN(16)\nclass A {}; DECLSPEC_ALIGN(16) int b;";
        let found = aligned_types(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, "class DECLSPEC_ALIGN(16)\n");
    }

    #[test]
    fn modifiers_of_functions_and_classes_are_said_in_cxx() {
        let text = "class A abstract { virtual void f(int) abstract; int abstract; };\n\
                    class B sealed : A { void f(int) override sealed { sealed(1); } void g() const abstract; };";
        let after = "class A  { virtual void f(int) = 0; int abstract; };\n\
                     class B final : A { void f(int) override final { sealed(1); } void g() const = 0; };";
        assert_eq!(changed(text, modifiers(text)), after);
    }

    /// A text with its changes made.
    fn changed(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
        changes.sort_by_key(|(range, _)| range.start);
        let mut text = text.to_owned();
        for (range, change) in changes.into_iter().rev() {
            text.replace_range(range, &change);
        }
        text
    }

    #[test]
    fn annotations_go_and_names_that_hold_them_stay() {
        let text = "void f(__in int a, __out int *b, int __input, __in_opt int c);";
        let without = "void f( int a,  int *b, int __input, __in_opt int c);";
        assert_eq!(changed(text, annotations(text)), without);
    }

    #[test]
    fn a_storage_class_of_a_type_alone_goes() {
        let text = "static enum { A, B };\nstatic struct S { int a; } s;\nstatic enum E e = A;";
        let without = " enum { A, B };\nstatic struct S { int a; } s;\nstatic enum E e = A;";
        assert_eq!(changed(text, stored_types(text)), without);
    }

    #[test]
    fn an_exception_made_of_a_text_is_the_librarys() {
        let text = "throw std::exception(\"a\"); throw exception(b); throw std::exception(); \
                    catch (std::exception &e) {} exception(c);";
        let after = "throw ::winsock::exception(\"a\"); throw ::winsock::exception(b); throw std::exception(); \
                     catch (std::exception &e) {} exception(c);";
        assert_eq!(changed(text, exceptions(text)), after);
        let text = "class E : public std::exception { E(const char *t) : std::exception(t) {} };";
        let after = "class E : public ::winsock::exception { E(const char *t) : ::winsock::exception(t) {} };";
        assert_eq!(changed(text, exceptions(text)), after);
        assert!(exceptions("class E : public std::exception {};").is_empty());
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

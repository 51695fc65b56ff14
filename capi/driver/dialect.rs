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

/// `void main`, whose exit code is 0: what is put in the place of `void`, and of its `return`s.
pub fn void_mains(text: &str) -> Vec<(Range<usize>, String)> {
    let Some(at) = void_main(text) else { return Vec::new() };
    let mut found = vec![(at..at + "void".len(), "int ".to_owned())];
    let Some(body) = text[at..].find('{').map(|body| at + body) else { return found };
    let end = closed(&text[body..]).map_or(text.len(), |rest| text.len() - rest.len());
    let lambdas = ["[&", "[=", "[]", "[this"];
    if !lambdas.iter().any(|lambda| text[body..end].contains(lambda)) {
        let returns = words(&text[body..end], "return").map(|at| body + at + "return".len());
        let bare = returns.filter(|at| text[*at..].trim_start().starts_with(';'));
        found.extend(bare.map(|at| (at..at, " 0".to_owned())));
    }
    found
}

/// Where `void` of a `void main(` stands.
fn void_main(text: &str) -> Option<usize> {
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

/// `std::exception` made of a text, which Microsoft's library has alone: there, and where a class
/// of the same file hands such a text to it as its base, the library's own class stands for it.
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

/// The literal that a `std::locale` is made of: names in Windows' own way have to be translated.
pub fn locales(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for at in words(text, "locale") {
        let mut rest = text[at + "locale".len()..].trim_start();
        // A variable's name may stand between.
        rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
        let Some(literal) = rest.strip_prefix(['(', '{']).map(str::trim_start) else { continue };
        let Some(end) = literal.strip_prefix('"').and_then(|name| name.find('"')) else { continue };
        let start = text.len() - literal.len();
        let range = start..start + end + 2;
        found.push((range.clone(), format!("::winsock::locale_name({})", &text[range])));
    }
    found
}

/// Types of libc that programs define themselves, because Windows had them late or has them not:
/// what says the same as libc does.
const TYPES: &[(&str, &str)] = &[
    ("int8_t", "signed char"),
    ("int16_t", "short"),
    ("int32_t", "int"),
    ("int64_t", "__INT64_TYPE__"),
    ("uint8_t", "unsigned char"),
    ("uint16_t", "unsigned short"),
    ("uint32_t", "unsigned int"),
    ("uint64_t", "__UINT64_TYPE__"),
    ("u_int8_t", "unsigned char"),
    ("u_int16_t", "unsigned short"),
    ("u_int32_t", "unsigned int"),
    ("u_int64_t", "__UINT64_TYPE__"),
    ("intptr_t", "__INTPTR_TYPE__"),
    ("uintptr_t", "__UINTPTR_TYPE__"),
    ("size_t", "__SIZE_TYPE__"),
    ("ssize_t", "__INTPTR_TYPE__"),
    ("off_t", "long"),
    ("time_t", "long"),
    ("pid_t", "int"),
    ("mode_t", "unsigned int"),
    ("uid_t", "unsigned int"),
    ("gid_t", "unsigned int"),
    ("useconds_t", "unsigned int"),
    ("suseconds_t", "long"),
];

/// `typedef unsigned __int64 uint64_t;` where libc's headers have said already what that is.
pub fn types(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for at in words(text, "typedef") {
        let start = at + "typedef".len();
        let Some(length) = text[start..].find(';') else { continue };
        let inside = &text[start..start + length];
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ' ' || c == '\t';
        let Some((of, name)) = inside.trim().rsplit_once([' ', '\t']) else { continue };
        let known = TYPES.iter().find(|(known, _)| *known == name);
        if let Some((_, libc)) = known
            && inside.chars().all(plain)
            && of.split_whitespace().ne(libc.split(' '))
        {
            let end = start + inside.trim_end().len() - name.len();
            found.push((start..end, format!(" {libc} ")));
        }
    }
    found
}

/// Headers that sources in C forget, for their compiler only warns, and functions of them. Those of
/// io.h have names that a program's own functions have too, in headers of its own.
const FORGOTTEN: &[(&str, &str)] = &[
    ("conio.h", "getch _getch getche _getche kbhit _kbhit putch _putch ungetch _ungetch _cputs"),
    ("ctype.h", "isalnum isalpha isdigit islower isprint ispunct isspace isupper tolower toupper"),
    ("math.h", "ceil cos exp fabs floor fmod log log10 pow sin sqrt tan"),
    ("process.h", "_beginthread _beginthreadex _endthread _endthreadex getpid _getpid"),
    ("direct.h", "_mkdir _chdir _getcwd _rmdir mkdir chdir getcwd rmdir"),
    ("io.h", "_read _write _close _open _access _unlink read write close open access unlink"),
];

/// The headers that a source in C forgets; it stands `alone` if it includes none of its program.
pub fn forgotten(text: &str, alone: bool) -> String {
    let mut includes = String::new();
    for (header, functions) in FORGOTTEN {
        let called = |name: &str| {
            let mut uses = words(text, name).filter_map(|at| use_of(text, at, name)).peekable();
            uses.peek().is_some() && uses.all(|used| used)
        };
        if (alone || *header != "io.h") && functions.split(' ').any(called) {
            includes += &format!("#include <{header}>\n");
        }
    }
    includes
}

/// Whether a name is called at a place, or else declared; none if it is neither.
fn use_of(text: &str, at: usize, name: &str) -> Option<bool> {
    if !text[at + name.len()..].trim_start().starts_with('(') {
        return None;
    }
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    if line.contains("//") || line.trim_start().starts_with('*') {
        return None; // a comment, as likely as not
    }
    let before = text[..at].trim_end();
    if before.ends_with(['.', '>', '"']) {
        return None; // a member's
    }
    let last = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
    let statement = ["return", "else", "do", "case", "sizeof"].contains(&last);
    Some((last.is_empty() && !before.ends_with('*')) || statement)
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
                    class B sealed : A { void f(int) override sealed { sealed(1); } \
                    void g() const abstract; };";
        let after = "class A  { virtual void f(int) = 0; int abstract; };\n\
                     class B final : A { void f(int) override final { sealed(1); } \
                     void g() const = 0; };";
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
        let after = "throw ::winsock::exception(\"a\"); throw ::winsock::exception(b); \
                     throw std::exception(); \
                     catch (std::exception &e) {} exception(c);";
        assert_eq!(changed(text, exceptions(text)), after);
        let text = "class E : public std::exception { E(const char *t) : std::exception(t) {} };";
        let after = "class E : public ::winsock::exception { \
                     E(const char *t) : ::winsock::exception(t) {} };";
        assert_eq!(changed(text, exceptions(text)), after);
        assert!(exceptions("class E : public std::exception {};").is_empty());
    }

    #[test]
    fn a_type_of_libc_is_libcs() {
        let text = "typedef unsigned __int64 uint64_t;\n typedef int\tssize_t ;\n\
                    typedef signed char int8_t; typedef struct s { int a; } size_t_pair;\n\
                    typedef void (*f)(int64_t); typedef DWORD my_uint32_t;";
        let after = "typedef __UINT64_TYPE__ uint64_t;\n typedef __INTPTR_TYPE__ ssize_t ;\n\
                     typedef signed char int8_t; typedef struct s { int a; } size_t_pair;\n\
                     typedef void (*f)(int64_t); typedef DWORD my_uint32_t;";
        assert_eq!(changed(text, types(text)), after);
    }

    #[test]
    fn forgotten_headers_are_found_by_what_is_called() {
        let text = "int main() { int n = read(0, b, 1); if (isdigit(b[0])) return getch(); }";
        assert_eq!(
            forgotten(text, true),
            "#include <conio.h>\n#include <ctype.h>\n#include <io.h>\n"
        );
        assert_eq!(forgotten(text, false), "#include <conio.h>\n#include <ctype.h>\n");
        for own in [
            "int read(SOCKET s);\nint main() { read(0); }",
            "#define close(s) closesocket(s)\nint main() { close(0); }",
            "int main() { s->read(0); t.write(1); }",
            "// getch() waits\nint main() {}",
            "char *getch()\n{ }\nint main() { getch(); }",
        ] {
            assert_eq!(forgotten(own, true), "", "{own}");
        }
    }

    #[test]
    fn the_names_of_locales_are_translated() {
        let text = "wcout.imbue(locale(\"kor\")); std::locale l(\"a\"); setlocale(0, \"b\"); \
                    locale();";
        let after = "wcout.imbue(locale(::winsock::locale_name(\"kor\"))); \
                     std::locale l(::winsock::locale_name(\"a\")); setlocale(0, \"b\"); \
                     locale();";
        assert_eq!(changed(text, locales(text)), after);
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
        let text =
            "void f() { return; }\nvoid main() { if (a) return; f(); }\nvoid g() { return; }";
        let after =
            "void f() { return; }\nint  main() { if (a) return 0; f(); }\nvoid g() { return; }";
        assert_eq!(changed(text, void_mains(text)), after);
    }
}

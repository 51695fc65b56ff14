//! Macros as Microsoft's preprocessor takes them: with `##` between what does not become one token
//! (`lock(##name)`, `"text" ##format`), and with a comma before arguments that are none.

use std::ops::Range;

/// Where a `##` stands that makes no token, and what to put there.
pub fn loose(text: &str) -> Vec<(Range<usize>, String)> {
    defined(text, |line| {
        in_macro(line).into_iter().map(|at| (at..at + 2, "  ".to_owned())).collect()
    })
}

/// The commas before `__VA_ARGS__`: with no arguments they go.
pub fn commas(text: &str) -> Vec<(Range<usize>, String)> {
    defined(text, |line| {
        if line.contains("__VA_OPT__") {
            return Vec::new();
        }
        let before = line.match_indices("__VA_ARGS__").filter_map(|(at, _)| {
            let before = line[..at].trim_end_matches(is_space);
            before.ends_with(',').then(|| before.len() - 1)
        });
        before.map(|at| (at..at + 1, " __VA_OPT__(,)".to_owned())).collect()
    })
}

/// Where `__FUNCTION__` stands beside literals, which are joined to it there, or beside what a
/// macro is given: `"[" __FUNCTION__ "] " text`.
pub fn joined(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("__FUNCTION__") {
        let behind = at + word.len();
        let mut line = line_start(text, at);
        let comment = text[line..at].contains("//");
        while text[..line].trim_end_matches(['\n', '\r']).ends_with('\\') {
            line = line_start(text, line - 1);
        }
        if comment || text[..at].ends_with(is_name) || text[behind..].starts_with(is_name) {
            continue;
        }
        let begin = line + literals_before(&text[line..at]);
        let end = behind + literals_behind(&text[behind..]);
        if begin == at && end == behind {
            continue;
        }
        let (first, last) = (one_line(&text[begin..at]), one_line(&text[behind..end]));
        let lines = "\\\n".repeat(text[begin..end].matches('\n').count());
        let call = format!("::winsock::joined<__LINE__>([] {{}}, {first}, {word}, {last})");
        found.push((begin..end, format!("({call}{lines})")));
    }
    found
}

/// Literals in a line; an empty one for none.
fn one_line(literals: &str) -> String {
    let text = literals.replace('\r', "").replace("\\\n", " ");
    match text.trim() {
        "" => "\"\"".to_owned(),
        text => text.to_owned(),
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Where the literals begin that end a text.
fn literals_before(text: &str) -> usize {
    let mut end = text.len();
    loop {
        let Some(inside) = text[..end].trim_end_matches(is_space).strip_suffix('"') else {
            return end;
        };
        match inside.rfind('"') {
            // L"…" and "\"" are something else.
            Some(at) if !text[..at].ends_with(|c| is_name(c) || c == '\\') => end = at,
            _ => return end,
        }
    }
}

/// Where the literals, and the names among them, end that begin a text.
fn literals_behind(text: &str) -> usize {
    let mut end = 0;
    loop {
        let mut rest = text[end..].trim_start_matches([' ', '\t']);
        while let Some(next) = rest.strip_prefix("\\\n").or(rest.strip_prefix("\\\r\n")) {
            rest = next.trim_start_matches([' ', '\t']);
        }
        let at = text.len() - rest.len();
        let length = match rest.chars().next() {
            Some('"') => {
                let mut last = None;
                let mut escaped = false;
                for (place, c) in rest.char_indices().skip(1) {
                    match c {
                        '\n' => break,
                        '"' if !escaped => {
                            last = Some(place + 1);
                            break;
                        }
                        _ => escaped = c == '\\' && !escaped,
                    }
                }
                last
            }
            Some(first) if first.is_ascii_alphabetic() || first == '_' => {
                let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (!rest[length..].starts_with(['(', '"'])).then_some(length)
            }
            _ => None,
        };
        let Some(length) = length else { return end };
        end = at + length;
    }
}

/// Whitespace, and the ends of lines that go on.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\\'
}

/// What `edits` finds in every `#define`, by its place in the text.
fn defined(
    text: &str,
    edits: impl Fn(&str) -> Vec<(Range<usize>, String)>,
) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut line_start = 0;
    while line_start < text.len() {
        let end = line_start + logical_line(&text[line_start..]);
        let line = &text[line_start..end];
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        if directive.is_some_and(|rest| rest.starts_with("define")) {
            found.extend(
                edits(line)
                    .into_iter()
                    .map(|(range, to)| (line_start + range.start..line_start + range.end, to)),
            );
        }
        line_start = end;
    }
    found
}

/// The length of the first line, those that it goes on in being part of it.
fn logical_line(text: &str) -> usize {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
            break;
        }
    }
    length
}

fn in_macro(line: &str) -> Vec<usize> {
    let bytes = line.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'/' if line[at..].starts_with("//") => break,
            b'#' if line[at..].starts_with("##") => {
                if is_loose(&line[..at], &line[at + 2..]) {
                    found.push(at);
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    found
}

fn is_loose(before: &str, after: &str) -> bool {
    let (before, after) = (before.trim_end_matches(is_space), after.trim_start_matches(is_space));
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    match (in_word(last), in_word(next)) {
        (true, true) => false,
        // What is pasted to a comma may be nothing.
        (false, true) => {
            let number = before[..before.len() - 1].ends_with(|c: char| c.is_ascii_digit());
            last != ',' && last != '#' && !(last == '.' && number)
        }
        // L ## "text" is one token.
        (true, false) => {
            let word = before.rsplit(|c| !in_word(c)).next().unwrap_or("");
            !(next == '"' && ["L", "u8", "u", "U", "R"].contains(&word)) && next != '#'
        }
        (false, false) => "\"()[]{};,".contains(last) || "\"()[]{};,".contains(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_go_with_the_arguments() {
        let text = "#define A(f, ...) p(f, \\\n __VA_ARGS__)\n#define B(...) q(__VA_ARGS__)\n\
                    #define C(f, ...) p(f, ##__VA_ARGS__)\nf(a, __VA_ARGS__)";
        let after = text.replace("p(f, \\\n", "p(f __VA_OPT__(,) \\\n");
        assert_eq!(changed(text, commas(text)), after);
    }

    fn without(text: &str) -> String {
        changed(text, loose(text))
    }

    fn changed(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
        let mut changed = text.to_owned();
        for (range, to) in edits.into_iter().rev() {
            changed.replace_range(range, &to);
        }
        changed
    }

    #[test]
    fn what_makes_no_token_is_not_pasted() {
        for (text, after) in [
            ("#define LOCK(m) guard g(##m)", "#define LOCK(m) guard g(  m)"),
            (
                "# define LOG(f, ...) p(\"a\" ##f, ##__VA_ARGS__)",
                "# define LOG(f, ...) p(\"a\"   f, ##__VA_ARGS__)",
            ),
            ("#define A(x) \\\r\n  f(##x##);\r\n", "#define A(x) \\\r\n  f(  x  );\r\n"),
            ("#define M(o, m) o->##m(o.##m)", "#define M(o, m) o->  m(o.  m)"),
            ("#define T(f) f ## \"\\n\"", "#define T(f) f    \"\\n\""),
        ] {
            assert_eq!(without(text), after);
        }
    }

    #[test]
    fn tokens_are_pasted() {
        for text in [
            "#define A(x) get_##x##_end",
            "#define W(x) L##x L ## \"a\" u8##\"b\"",
            "#define V(f, ...) p(f, ##__VA_ARGS__)",
            "#define O < ## <",
            "#define S \"a(##b)\" // (##c)",
            "int a; // (##b)",
            "#define N(x) 1.##x x##",
        ] {
            assert_eq!(without(text), text);
        }
    }
}

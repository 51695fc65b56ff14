//! The promise: every Win32 function the engine exports, one per line of `surface.txt`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::header;
use crate::token::{Kind, Token, places, reads};
use crate::tree::{Source, Tree};

/// The table's file.
pub const FILE: &str = "surface.txt";
const API: &str = "crates/winsock/src/api/";
/// The C library's own: doors in Rust, and the names of those in C.
const DOORS: &str = "capi/src/";
const RUNTIME: &str = "capi/crt/exports.txt";
const HEADERS: &str = "capi/include/";
/// What stands before libc's own names in the library's symbols.
const PREFIX: &str = "winsock_";
const UNKNOWN: &str = "-";

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The function.
    pub name: String,
    /// The header that declares it on Windows.
    pub header: String,
    /// The I/O model it belongs to, or `-`.
    pub model: String,
    /// `done`, or what is still missing.
    pub status: String,
    /// The conformance file that proves it, or the C program that does, or `-`.
    pub test: String,
}

/// Reads one line of the table; a comment or a line without five columns is none.
pub fn read_row(line: &str) -> Option<Row> {
    if line.starts_with('#') {
        return None;
    }
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, header, model, status, test] = columns[..] else {
        return None;
    };
    if columns.iter().any(|column| column.trim().is_empty()) {
        return None;
    }
    let own = str::to_owned;
    Some(Row {
        name: own(name),
        header: own(header),
        model: own(model),
        status: own(status),
        test: own(test),
    })
}

/// The exported functions, each with the file and line that define it.
pub fn exported(tree: &Tree) -> BTreeMap<String, (String, usize)> {
    let mut found = BTreeMap::new();
    for source in tree.rust().filter(|source| source.is_under(API)) {
        for at in places(&source.tokens, &["extern", "\"system\"", "fn"]) {
            let is_open = is_public(&source.tokens, at) && !source.is_test(source.tokens[at].line);
            found.extend(
                source.tokens.get(at + 3).filter(|_| is_open).and_then(|at| door(source, at)),
            );
        }
    }
    for source in tree.rust().filter(|source| source.is_under(DOORS)) {
        for at in places(&source.tokens, &["no_mangle"]) {
            let function = source.tokens[at..].iter().position(|token| token.text == "fn");
            let name = function.and_then(|after| source.tokens.get(at + after + 1));
            found.extend(name.and_then(|at| door(source, at)));
        }
    }
    if let Some(source) = tree.find(RUNTIME) {
        for (at, line) in source.lines.iter().enumerate() {
            let names = line.split_whitespace();
            let plain = names.map(|name| name.strip_prefix(PREFIX).unwrap_or(name));
            found.extend(plain.map(|name| (name.to_owned(), (source.path.clone(), at + 1))));
        }
    }
    found
}

/// A function, under the name that C calls it by, and where it is defined.
fn door(source: &Source, name: &Token) -> Option<(String, (String, usize))> {
    let plain = name.text.strip_prefix(PREFIX).unwrap_or(&name.text);
    let place = (source.path.clone(), name.line);
    (name.kind == Kind::Word).then(|| (plain.to_owned(), place))
}

/// Whether the `extern` at `at` follows a plain `pub`, perhaps with `unsafe` between.
fn is_public(tokens: &[Token], at: usize) -> bool {
    let follows = |words: &[&str]| at >= words.len() && reads(tokens, at - words.len(), words);
    follows(&["pub"]) || follows(&["pub", "unsafe"])
}

/// The table as it should be: what is exported, with everything already written kept.
pub fn table(tree: &Tree) -> String {
    let lines = tree.find(FILE).map_or(&[][..], |source| &source.lines);
    let mut text = String::new();
    for comment in lines.iter().filter(|line| line.starts_with('#')) {
        text.push_str(comment);
        text.push('\n');
    }
    let written = lines.iter().filter_map(|line| read_row(line));
    let written: BTreeMap<String, Row> = written.map(|row| (row.name.clone(), row)).collect();
    for name in exported(tree).keys() {
        let Row { name, header, model, status, test } = row(tree, name, written.get(name));
        text.push_str(&[name, header, model, status, test].join("\t"));
        text.push('\n');
    }
    text
}

/// The header that declares the function, by the folder of headers; or `-`.
fn header(tree: &Tree, name: &str) -> String {
    let declares = |line: &String| {
        line.match_indices(name).any(|(at, _)| {
            let inside = |c: char| c.is_alphanumeric() || c == '_';
            let starts = !line[..at].ends_with(inside);
            starts && line[at + name.len()..].starts_with('(') && !line.starts_with('#')
        })
    };
    let mut headers = tree.sources.iter().filter(|source| source.is_under(HEADERS));
    let found = headers.find(|source| source.lines.iter().any(declares));
    found.map_or(UNKNOWN, |source| &source.path[HEADERS.len()..]).to_owned()
}

fn row(tree: &Tree, name: &str, written: Option<&Row>) -> Row {
    let kept =
        |column: fn(&Row) -> &String| written.map(column).filter(|text| *text != UNKNOWN).cloned();
    let tested = kept(|row| &row.test).filter(|path| tree.find(path).is_some());
    Row {
        name: name.to_owned(),
        header: kept(|row| &row.header).unwrap_or_else(|| match header::of(name) {
            UNKNOWN => header(tree, name),
            known => known.to_owned(),
        }),
        model: kept(|row| &row.model).unwrap_or_else(|| UNKNOWN.into()),
        status: kept(|row| &row.status).unwrap_or_else(|| "done".into()),
        test: tested.unwrap_or_else(|| first_test(tree, name)),
    }
}

/// The first conformance file that names the function, or the first C program among the tests; one
/// that is built for both widths of text names it without its last letter.
fn first_test(tree: &Tree, name: &str) -> String {
    let mut suite = tree.rust().filter(|source| source.is_under("conformance/"));
    let found = suite.find(|source| source.tokens.iter().any(|token| token.text == name));
    let programs: Vec<_> = tree.sources.iter().filter(|source| is_program(&source.path)).collect();
    let calls = |source: &&&Source, name: &str| {
        let call = format!("{name}(");
        source.lines.iter().any(|line| line.contains(&call))
    };
    let in_both = |source: &&&Source| {
        let both = name.strip_suffix(['A', 'W']).filter(|_| calls(source, "TEXT"));
        both.is_some_and(|name| calls(source, name))
    };
    let found = found.or_else(|| programs.iter().find(|source| calls(source, name)).copied());
    let found = found.or_else(|| programs.iter().find(in_both).copied());
    found.map_or(UNKNOWN, |source| &source.path).to_owned()
}

fn is_program(path: &str) -> bool {
    path.starts_with("capi/tests/c/") && (path.ends_with(".c") || path.ends_with(".cpp"))
}

/// Rewrites the table below `root` and says what changed.
pub fn rewrite(root: &Path) -> Result<(), String> {
    let tree = Tree::load(root).map_err(|why| format!("cannot read the tree: {why}"))?;
    let new = table(&tree);
    fs::write(root.join(FILE), &new).map_err(|why| format!("cannot write {FILE}: {why}"))?;
    let rows: Vec<Row> = new.lines().filter_map(read_row).collect();
    let untested = rows.iter().filter(|row| row.test == UNKNOWN).count();
    println!("{FILE}: {} functions, {untested} without a test", rows.len());
    if let Some(old) = tree.find(FILE) {
        let gone = old.lines.iter().filter_map(|line| read_row(line));
        for row in gone.filter(|old| rows.iter().all(|new| new.name != old.name)) {
            println!("{FILE}: `{}` is no longer exported and was taken out", row.name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const API_TEXT: &str = "pub unsafe extern \"system\" fn WSARecv(a: u8) {}\n\
                            #[unsafe(no_mangle)]\npub extern \"system\" fn htons(a: u16) {}\n\
                            unsafe extern \"system\" fn inner() {}\n\
                            pub type Routine = unsafe extern \"system\" fn(u32);\n\
                            pub unsafe extern \"system\" fn Unheard() {}\n";

    fn tree(table: &str) -> Tree {
        Tree::of(&[
            ("conformance/tests/a.rs", "// WSARecv is only mentioned"),
            ("conformance/tests/b.rs", "fn f() { unsafe { WSARecv(1) } }"),
            ("crates/winsock/src/api/socket.rs", API_TEXT),
            ("surface.txt", table),
        ])
    }

    #[test]
    fn public_definitions_are_the_surface() {
        let names: Vec<String> = exported(&tree("")).into_keys().collect();
        assert_eq!(names, ["Unheard", "WSARecv", "htons"]);
    }

    #[test]
    fn the_c_library_adds_its_own() {
        let text = "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn winsock_select() {}\n\
                    #[unsafe(no_mangle)]\nextern \"C\" fn GetTickCount() {}\n\
                    extern \"C\" fn inner() {}\n";
        let tree = Tree::of(&[
            ("capi/src/socket.rs", text),
            ("capi/crt/exports.txt", "printf_s\n"),
            ("capi/include/a.h", "#define GetTickCount(x)\nint MyGetTickCount(void);\n"),
            ("capi/include/sysinfoapi.h", "DWORD WINAPI GetTickCount(void);\n"),
        ]);
        let names: Vec<String> = exported(&tree).into_keys().collect();
        assert_eq!(names, ["GetTickCount", "printf_s", "select"]);
        assert_eq!(header(&tree, "GetTickCount"), "sysinfoapi.h");
        assert_eq!(header(&tree, "printf_s"), "-");
    }

    #[test]
    fn a_new_table_fills_what_is_known() {
        let expected = "Unheard\t-\t-\tdone\t-\n\
                        WSARecv\twinsock2.h\t-\tdone\tconformance/tests/b.rs\n\
                        htons\twinsock2.h\t-\tdone\t-\n";
        assert_eq!(table(&tree("")), expected);
    }

    #[test]
    fn written_columns_are_kept_and_the_gone_go() {
        let old = "# name\nGone\ta\tb\tc\t-\nhtons\tmine.h\tall\tgap\tconformance/tests/a.rs\n\
                   WSARecv\t-\tiocp\tdone\tconformance/tests/gone.rs\n";
        let expected = "# name\nUnheard\t-\t-\tdone\t-\n\
                        WSARecv\twinsock2.h\tiocp\tdone\tconformance/tests/b.rs\n\
                        htons\tmine.h\tall\tgap\tconformance/tests/a.rs\n";
        assert_eq!(table(&tree(old)), expected);
    }

    #[test]
    fn a_row_has_five_columns() {
        assert_eq!(read_row("a\tb\tc\td"), None);
        assert_eq!(read_row("a\tb\tc\td\t"), None);
        assert!(read_row("a\tb\tc\td\te").is_some());
    }
}

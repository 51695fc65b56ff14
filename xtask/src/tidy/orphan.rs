//! Every file under a `src` folder is part of a crate.

use std::collections::HashSet;

use super::Findings;
use crate::token::{Kind, Token, places, reads};
use crate::tree::{Source, Tree};

pub(super) fn files(tree: &Tree, findings: &mut Findings) {
    let mut reached = HashSet::new();
    let mut waiting: Vec<&Source> = tree.rust().filter(|source| is_root(tree, source)).collect();
    while let Some(source) = waiting.pop() {
        if reached.insert(source.path.as_str()) {
            let named = named_files(source, is_root(tree, source));
            waiting.extend(named.iter().filter_map(|path| tree.find(path)));
        }
    }
    for source in tree.rust() {
        let (folder, _) = split(&source.path);
        let is_in_src = folder.split('/').any(|part| part == "src");
        if is_in_src && !reached.contains(source.path.as_str()) {
            findings.add(&source.path, 1, "orphan", "no `mod` leads to this file");
        }
    }
}

/// Whether a crate begins here: by place, or because a manifest says so.
fn is_root(tree: &Tree, source: &Source) -> bool {
    let parts: Vec<&str> = source.path.split('/').collect();
    match parts[..] {
        [.., "src", "lib.rs" | "main.rs"] | [.., "src", "bin", _] => true,
        [.., "src", "bin", _, "main.rs"] => true,
        // Tests, examples and build scripts are their own roots, or reach into `src` by path.
        _ if !parts.contains(&"src") => true,
        _ => tree.sources.iter().any(|manifest| names_file(manifest, &source.path)),
    }
}

/// Whether `manifest` is one and has `path` between quotes.
fn names_file(manifest: &Source, path: &str) -> bool {
    let (folder, file) = split(&manifest.path);
    let named = |line: &String| line.split('"').any(|word| join(folder, word) == path);
    file == "Cargo.toml" && manifest.lines.iter().any(named)
}

/// The files that `source` declares as modules or includes.
fn named_files(source: &Source, is_root: bool) -> Vec<String> {
    let tokens = &source.tokens;
    let (folder, file) = split(&source.path);
    let owns_folder = is_root || file == "mod.rs";
    let home =
        if owns_folder { folder.to_owned() } else { join(folder, file.trim_end_matches(".rs")) };
    let mut named = Vec::new();
    for at in places(tokens, &["mod"]) {
        if tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
            || !reads(tokens, at + 2, &[";"])
        {
            continue;
        }
        let inline = inline_modules(tokens, at);
        let here = inline.iter().fold(home.clone(), |path, name| join(&path, name));
        let base = if inline.is_empty() { folder } else { here.as_str() };
        let name = &tokens[at + 1].text;
        named.extend(path_attributes(tokens, at).iter().map(|path| join(base, path)));
        named.push(join(&here, &format!("{name}.rs")));
        named.push(join(&here, &format!("{name}/mod.rs")));
    }
    let included = places(tokens, &["include", "!", "("]).into_iter();
    named.extend(included.filter_map(|at| Some(join(folder, unquoted(tokens.get(at + 3)?)))));
    named
}

/// The names of the modules written out around `at`, outermost first.
fn inline_modules(tokens: &[Token], at: usize) -> Vec<&str> {
    let around = |&place: &usize| {
        reads(tokens, place + 2, &["{"]) && place + 2 < at && at < tokens[place + 2].mate
    };
    let found = places(tokens, &["mod"]).into_iter().filter(around);
    found.map(|place| tokens[place + 1].text.as_str()).collect()
}

/// The values of `path = "…"` in the attributes before the `mod` at `at`.
fn path_attributes(tokens: &[Token], at: usize) -> Vec<&str> {
    let mut paths = Vec::new();
    let mut end = at;
    while end > 0 {
        let last = &tokens[end - 1];
        match last.text.as_str() {
            "pub" => end -= 1,
            ")" => end = last.mate,
            "]" if last.mate > 0 && tokens[last.mate - 1].text == "#" => {
                let inside = &tokens[last.mate..end];
                let found = places(inside, &["path", "="]).into_iter();
                paths.extend(found.map(|place| unquoted(&inside[place + 2])));
                end = last.mate - 1;
            }
            _ => break,
        }
    }
    paths
}

fn unquoted(token: &Token) -> &str {
    token.text.trim_matches('"')
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `path` seen from `base`, with `..` taken away.
fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn a_file_nobody_declares_is_found() {
        let tree = [
            ("crates/x/src/lib.rs", "mod a;"),
            ("crates/x/src/a.rs", ""),
            ("crates/x/src/b.rs", ""),
        ];
        assert_eq!(found(files, &tree), ["1: no `mod` leads to this file"]);
    }

    #[test]
    fn modules_are_followed_downwards() {
        let tree = [
            ("crates/x/src/lib.rs", "pub mod a;\nmod c { mod d; }"),
            ("crates/x/src/a.rs", "pub(crate) mod b;"),
            ("crates/x/src/a/b/mod.rs", "mod e;"),
            ("crates/x/src/a/b/e.rs", ""),
            ("crates/x/src/c/d.rs", ""),
        ];
        assert_eq!(found(files, &tree), [""; 0]);
    }

    #[test]
    fn paths_and_includes_lead_to_files() {
        let tree = [
            (
                "crates/x/src/lib.rs",
                "#[path = \"f.rs\"]\n#[allow(x)]\npub(crate) mod a;\ninclude!(\"g.rs\");",
            ),
            ("crates/x/src/f.rs", ""),
            ("crates/x/src/g.rs", ""),
            ("crates/x/src/h.rs", ""),
            ("crates/x/tests/t.rs", "#[path = \"../src/h.rs\"]\nmod h;"),
        ];
        assert_eq!(found(files, &tree), [""; 0]);
    }

    #[test]
    fn programs_and_what_the_manifest_names_are_roots() {
        let tree = [
            ("crates/x/Cargo.toml", "[[bin]]\npath = \"src/tool.rs\"\n"),
            ("crates/x/src/tool.rs", "mod a;"),
            ("crates/x/src/a.rs", ""),
            ("crates/x/src/bin/one.rs", ""),
            ("crates/x/src/bin/two/main.rs", "mod b;"),
            ("crates/x/src/bin/two/b.rs", ""),
        ];
        assert_eq!(found(files, &tree), [""; 0]);
    }
}

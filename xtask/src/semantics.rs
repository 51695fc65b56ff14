//! The rules of Windows as `docs/semantics/` has them: one page per group, one list entry per item.
//!
//! ```text
//! - **S1.36** What holds, in one or more lines. `D T` [GetQueuedCompletionStatus]
//!   - Wine 8 differs: how.
//!   - We differ: how.
//! ```

use std::iter::Peekable;

use crate::item::{Item, Run, cited};
use crate::tree::{Source, Tree};

/// The folder of the pages.
pub const FOLDER: &str = "docs/semantics/";
/// The page that explains the others and lists the core.
const INDEX: &str = "docs/semantics/README.md";
/// How far an item can be trusted; the index explains each.
pub const TAGS: [&str; 9] = ["D", "T", "T10", "T!", "P", "R", "K", "tutorial", "project"];
/// Begins the line of a page whose model the engine does not have.
const NOT_BUILT: &str = "Not built yet";
/// Says in an item's note that the engine does not have what the item is about.
const ABSENT: &str = "not there yet";

/// All pages, by group.
#[derive(Debug, Default)]
pub struct Semantics {
    /// The pages.
    pub pages: Vec<Page>,
    /// What to test first.
    pub core: Vec<Run>,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// Below the root.
    pub path: String,
    /// The group's number, from the file's name: 1 of `s01-completion-port.md`.
    pub group: Option<u8>,
    /// The first heading.
    pub title: String,
    /// The items as they stand.
    pub entries: Vec<Entry>,
}

/// One item.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub item: Item,
    /// Where it begins, counted from 1.
    pub line: usize,
    /// What holds, on one line and without the tags.
    pub text: String,
    /// How far to trust it.
    pub tags: Vec<String>,
    /// The documents, as named between brackets after the tags.
    pub sources: Vec<String>,
    /// How Wine 8 is known to differ from Windows.
    pub wine: Option<String>,
    /// Whether the engine has what the item is about.
    pub is_built: bool,
}

impl Semantics {
    /// Reads the pages of `tree`; without pages there are no items.
    pub fn of(tree: &Tree) -> Semantics {
        let is_page = |source: &&Source| {
            let name = source.path.strip_prefix(FOLDER).unwrap_or("");
            name.starts_with('s') && name.ends_with(".md")
        };
        let mut pages: Vec<Page> = tree.sources.iter().filter(is_page).map(page).collect();
        pages.sort_by_key(|page| page.group);
        let index = tree.find(INDEX).map_or(&[][..], |source| &source.lines);
        let lists = index.iter().filter(|line| line.starts_with("- Core: "));
        Semantics { pages, core: lists.flat_map(|line| cited(line).runs).collect() }
    }

    /// All items of all pages.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.pages.iter().flat_map(|page| &page.entries)
    }

    /// The item `item`.
    pub fn find(&self, item: Item) -> Option<&Entry> {
        self.entries().find(|entry| entry.item == item)
    }

    /// Whether `item` is of the core.
    pub fn is_core(&self, item: Item) -> bool {
        self.core.iter().any(|run| run.holds(item))
    }
}

fn page(source: &Source) -> Page {
    let name = source.path.strip_prefix(FOLDER).unwrap_or("");
    let title = source.lines.iter().find_map(|line| line.strip_prefix("# "));
    let is_built = !source.lines.iter().any(|line| line.starts_with(NOT_BUILT));
    let mut entries = entries(source);
    entries.iter_mut().for_each(|entry| entry.is_built &= is_built);
    Page {
        path: source.path.clone(),
        group: name.get(1..3).and_then(|digits| digits.parse().ok()),
        title: title.unwrap_or(name).to_owned(),
        entries,
    }
}

fn entries(source: &Source) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut lines = (1..).zip(source.lines.iter().map(String::as_str)).peekable();
    while let Some((number, line)) = lines.next() {
        let Some((item, first)) = head(line) else {
            continue;
        };
        let mut texts = vec![first.to_owned()];
        rest(&mut lines, &mut texts);
        let (text, tags, sources) = parts(&texts[0]);
        let says = |start: &str| texts[1..].iter().find_map(|text| text.strip_prefix(start));
        let wine = says("Wine 8 differs: ").map(str::to_owned);
        let is_built = !says("We differ: ").is_some_and(|note| note.contains(ABSENT));
        found.push(Entry { item, line: number, text, tags, sources, wine, is_built });
    }
    found
}

/// The item and the beginning of its text, when `line` begins one.
fn head(line: &str) -> Option<(Item, &str)> {
    let (number, text) = line.strip_prefix("- **")?.split_once("**")?;
    Some((Item::read(number)?, text.trim()))
}

/// Takes the indented lines that follow: each either goes on with a text or begins a note.
fn rest<'a>(lines: &mut Peekable<impl Iterator<Item = (usize, &'a str)>>, texts: &mut Vec<String>) {
    let goes_on = |line: &str| line.starts_with("  ") && !line.trim_start().starts_with('|');
    while let Some((_, line)) = lines.next_if(|(_, line)| goes_on(line)) {
        match (line.trim().strip_prefix("- "), texts.last_mut()) {
            (None, Some(text)) => *text = format!("{text} {}", line.trim()),
            (note, _) => texts.push(note.unwrap_or(line).to_owned()),
        }
    }
}

/// Text, tags and sources: the tags are the last words in code style that are nothing but tags.
fn parts(text: &str) -> (String, Vec<String>, Vec<String>) {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_tags = |piece: &str| {
        !piece.is_empty() && piece.split_whitespace().all(|word| TAGS.contains(&word))
    };
    let Some(at) = (0..pieces.len()).rev().find(|&at| at % 2 == 1 && is_tags(pieces[at])) else {
        return (text.to_owned(), Vec::new(), Vec::new());
    };
    let tags = pieces[at].split_whitespace().map(str::to_owned).collect();
    let named = pieces[at + 1..].concat();
    let named = named.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    (pieces[..at].join("`").trim().to_owned(), tags, named.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# S1 Completion port\n\nOne port.\n\n## Taking\n\n\
        - **S1.35** Newest *first*, also for\n  `Ex`. `D T10` [Get], [Ex]\n  \
          - Wine 8 differs: oldest\n    first.\n- **S1.36** Two threads. `K`\n\n\
        Text.\n\n[Get]: https://example.org/get\n";

    fn read(text: &str) -> Semantics {
        let index = "# Index\n- Core: S1.1–S1.35\n";
        Semantics::of(&Tree::of(&[
            ("docs/semantics/README.md", index),
            ("docs/semantics/s01-completion-port.md", text),
        ]))
    }

    #[test]
    fn a_page_has_a_group_a_title_and_items() {
        let page = read(PAGE).pages.remove(0);
        assert_eq!((page.group, page.title.as_str()), (Some(1), "S1 Completion port"));
        let items: Vec<String> = page.entries.iter().map(|entry| entry.item.to_string()).collect();
        assert_eq!(items, ["S1.35", "S1.36"]);
        assert_eq!(page.entries[0].line, 7);
    }

    #[test]
    fn an_item_has_text_tags_sources_and_notes() {
        let semantics = read(PAGE);
        let entry = semantics.find(Item::read("S1.35").unwrap()).unwrap();
        assert_eq!(entry.text, "Newest *first*, also for `Ex`.");
        assert_eq!(entry.tags, ["D", "T10"]);
        assert_eq!(entry.sources, ["Get", "Ex"]);
        assert_eq!(entry.wine.as_deref(), Some("oldest first."));
        assert!(entry.is_built);
    }

    #[test]
    fn the_core_is_what_the_index_lists() {
        let semantics = read(PAGE);
        let core: Vec<bool> =
            semantics.entries().map(|entry| semantics.is_core(entry.item)).collect();
        assert_eq!(core, [true, false]);
    }

    #[test]
    fn an_item_or_its_page_says_when_it_is_not_built() {
        let note = "- **S1.1** It is. `K`\n  - We differ: routines are not there\n    yet.\n";
        assert!(!read(note).pages[0].entries[0].is_built);
        let page = "Not built yet: it comes.\n\n- **S1.1** It is. `K`\n";
        assert!(!read(page).pages[0].entries[0].is_built);
    }
}

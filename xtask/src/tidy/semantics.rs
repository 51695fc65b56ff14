//! The pages of the semantics: every item once, in order, on the page of its group, with its trust
//! and its sources; and a test that Wine fails names an item that says so.

use super::Findings;
use crate::item::Item;
use crate::semantics::{Entry, FOLDER, Page, Semantics};
use crate::suite;
use crate::tree::Tree;

const RULE: &str = "semantics";

/// The form of the pages.
pub(super) fn pages(tree: &Tree, findings: &mut Findings) {
    for page in &Semantics::of(tree).pages {
        let source = tree.find(&page.path).expect("the page was read from the tree");
        let defined = |name: &String| {
            let start = format!("[{name}]: ");
            source.lines.iter().any(|line| line.starts_with(&start))
        };
        let mut last = None;
        for entry in &page.entries {
            for message in faults(page, entry, last.replace(entry.item)) {
                findings.add(&page.path, entry.line, RULE, format!("{}: {message}", entry.item));
            }
            for name in entry.sources.iter().filter(|name| !defined(name)) {
                let message = format!("{}: no line `[{name}]: …` says where that is", entry.item);
                findings.add(&page.path, entry.line, RULE, message);
            }
        }
    }
}

fn faults(page: &Page, entry: &Entry, last: Option<Item>) -> Vec<&'static str> {
    let mut found = Vec::new();
    if page.group != Some(entry.item.group) {
        found.push("belongs to another page");
    }
    if last.is_some_and(|last| last >= entry.item) {
        found.push("is there twice, or out of order");
    }
    if entry.text.is_empty() || entry.tags.is_empty() {
        found.push("needs a text, then its trust tags in one pair of backticks");
    }
    if entry.tags.iter().any(|tag| tag == "D") && entry.sources.is_empty() {
        found.push("is documented, but where?");
    }
    found
}

/// A `wine_differs!` mark names an item whose page says how Wine differs.
pub(super) fn wine(tree: &Tree, findings: &mut Findings) {
    let semantics = Semantics::of(tree);
    if semantics.pages.is_empty() {
        return;
    }
    let says = |item: &str| {
        let entry = Item::read(item).and_then(|item| semantics.find(item));
        entry.is_some_and(|entry| entry.wine.is_some())
    };
    for source in tree.rust().filter(|source| source.is_under("conformance/tests/")) {
        let marks = suite::tests(source).into_iter().flat_map(|test| test.wine);
        for mark in marks.filter(|mark| !says(&mark.item)) {
            let message = format!("{} has no line `Wine 8 differs: …` in {FOLDER}", mark.item);
            findings.add(&source.path, mark.line, RULE, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    const PATH: &str = "docs/semantics/s01-port.md";

    #[test]
    fn a_page_in_order_is_left_alone() {
        let text = "- **S1.1** Is. `D` [Get]\n- **S1.1a** So. `K`\n\n[Get]: https://example.org\n";
        assert_eq!(found(pages, &[(PATH, text)]), [""; 0]);
    }

    #[test]
    fn an_item_stands_once_and_in_order_and_on_its_page() {
        let text =
            "- **S1.2** Is. `K`\n- **S1.1** Is. `K`\n- **S1.1** Is. `K`\n- **S2.1** A. `K`\n";
        let all = found(pages, &[(PATH, text)]);
        assert_eq!(all[0], "2: S1.1: is there twice, or out of order");
        assert_eq!(all[1], "3: S1.1: is there twice, or out of order");
        assert_eq!(all[2], "4: S2.1: belongs to another page");
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn an_item_says_how_far_to_trust_it_and_why() {
        let all = found(pages, &[(PATH, "- **S1.1** Is.\n- **S1.2** Is. `D`\n")]);
        assert_eq!(all[0], "1: S1.1: needs a text, then its trust tags in one pair of backticks");
        assert_eq!(all[1], "2: S1.2: is documented, but where?");
    }

    #[test]
    fn a_source_has_its_address() {
        let all = found(pages, &[(PATH, "- **S1.1** Is. `D` [Get]\n")]);
        assert_eq!(all, ["1: S1.1: no line `[Get]: …` says where that is"]);
    }

    #[test]
    fn a_test_that_wine_fails_names_an_item_that_says_so() {
        let page = "- **S1.1** Is. `K`\n  - Wine 8 differs: it is not.\n- **S1.2** Is. `K`\n";
        let test = |item: &str| {
            format!("/// S1.1\n#[test]\nfn a() {{\n    wine_differs!(\"{item}\", \"so\");\n}}\n")
        };
        let all = |item| found(wine, &[(PATH, page), ("conformance/tests/a.rs", &test(item))]);
        assert_eq!(all("S1.1"), [""; 0]);
        assert_eq!(all("S1.2"), ["4: S1.2 has no line `Wine 8 differs: …` in docs/semantics/"]);
        assert_eq!(all("S1.x").len(), 1);
    }
}

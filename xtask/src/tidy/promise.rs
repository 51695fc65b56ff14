//! `surface.txt` promises exactly what the engine exports.

use std::collections::BTreeMap;

use super::Findings;
use crate::surface::{FILE, exported, read_row};
use crate::tree::Tree;

const RULE: &str = "surface";

pub(super) fn surface(tree: &Tree, findings: &mut Findings) {
    let exported = exported(tree);
    let Some(source) = tree.find(FILE) else {
        if !exported.is_empty() {
            findings.add(FILE, 1, RULE, "missing: run `cargo xtask surface`");
        }
        return;
    };
    let mut promised: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = "";
    for (at, line) in source.lines.iter().enumerate() {
        let Some(row) = read_row(line) else {
            if !line.starts_with('#') {
                findings.add(FILE, at + 1, RULE, "not five columns between tabs");
            }
            continue;
        };
        if row.name.as_str() <= last {
            findings.add(FILE, at + 1, RULE, format!("`{}` is not in order", row.name));
        }
        if row.test != "-" && tree.find(&row.test).is_none() {
            findings.add(FILE, at + 1, RULE, format!("the test `{}` does not exist", row.test));
        }
        last = line.split('\t').next().unwrap_or("");
        promised.insert(last, at + 1);
    }
    for (name, line) in &promised {
        if !exported.contains_key(*name) {
            findings.add(FILE, *line, RULE, format!("`{name}` is promised but not exported"));
        }
    }
    for (name, (path, line)) in &exported {
        if !promised.contains_key(name.as_str()) {
            let message =
                format!("`{name}` is exported but not in {FILE}: run `cargo xtask surface`");
            findings.add(path, *line, RULE, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    const API: &str = "crates/winsock/src/api/socket.rs";
    const TWO: &str = "pub unsafe extern \"system\" fn WSARecv(a: u8) {}\n\
                       pub extern \"system\" fn htons(a: u16) -> u16 { a }\n";

    #[test]
    fn a_true_promise_is_left_alone() {
        let table = "# name\nWSARecv\twinsock2.h\t-\tdone\t-\nhtons\twinsock2.h\t-\tdone\t-\n";
        assert_eq!(found(surface, &[(API, TWO), ("surface.txt", table)]), [""; 0]);
    }

    #[test]
    fn the_sets_are_compared_in_both_directions() {
        let table = "WSASend\twinsock2.h\t-\tdone\t-\nhtons\twinsock2.h\t-\tdone\t-\n";
        let all = found(surface, &[(API, TWO), ("surface.txt", table)]);
        assert_eq!(all[0], "1: `WSASend` is promised but not exported");
        assert!(all[1].starts_with("1: `WSARecv` is exported but not in surface.txt"), "{all:?}");
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn a_table_out_of_order_or_without_columns_is_found() {
        let table = "htons\twinsock2.h\t-\tdone\tconformance/tests/x.rs\nWSARecv\ta\tb\tc\td\nx\n";
        let all = found(surface, &[(API, TWO), ("surface.txt", table)]);
        assert_eq!(all[0], "1: the test `conformance/tests/x.rs` does not exist");
        assert_eq!(all[1], "2: `WSARecv` is not in order");
        assert_eq!(all[3], "3: not five columns between tabs");
    }

    #[test]
    fn a_missing_table_matters_only_when_something_is_exported() {
        assert_eq!(found(surface, &[(API, TWO)]), ["1: missing: run `cargo xtask surface`"]);
        assert_eq!(found(surface, &[(API, "pub(crate) fn f() {}")]), [""; 0]);
    }
}

//! `cargo test` fails when the tree is not tidy.

#[test]
fn the_tree_is_tidy() {
    if let Err(findings) = xtask::tidy::run(&xtask::root()) {
        panic!("\n{findings}\n");
    }
}

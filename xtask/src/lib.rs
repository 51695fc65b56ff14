//! The house's own tools.
//!
//! ```text
//! files ─▶ tree (lexed once) ─▶ tidy: one small function per rule ─▶ findings
//!                           ├─▶ surface: exported functions ◀─▶ surface.txt
//!                           └─▶ matrix: semantics × suite × verdicts ─▶ docs/conformance.md
//! judge: the tests by the engine and by Windows (Wine) ─▶ verdicts
//! install: the C library, where C compilers find it
//! ci: the commands that follow the tests, tidy and the judges among them
//! ```

use std::path::{Path, PathBuf};

pub mod ci;
mod header;
pub mod install;
pub mod item;
pub mod judge;
pub mod matrix;
pub mod semantics;
pub mod suite;
pub mod surface;
pub mod tidy;
pub mod token;
pub mod tree;

/// The workspace root, known at compile time because this crate lies directly inside it.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the crate lies inside the workspace").to_path_buf()
}

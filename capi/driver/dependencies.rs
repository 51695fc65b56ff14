//! Dependency files name the program's files, not their copies.

use std::fs;
use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::project::Copy;

/// Puts the files' own names in the place of their copies'.
pub fn mend(arguments: &Arguments, copies: &[Copy]) {
    if !arguments.dependencies || copies.is_empty() {
        return;
    }
    for path in candidates(arguments) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut mended = text.clone();
        for copy in copies {
            mended = mended.replace(&*copy.to.to_string_lossy(), &copy.from.to_string_lossy());
        }
        if mended != text {
            let _ = fs::write(&path, mended); // a stale name makes the next build do more, not less
        }
    }
}

/// Where the compiler writes them: as told, or by the output's name, or by the source's.
fn candidates(arguments: &Arguments) -> Vec<PathBuf> {
    if let Some(path) = &arguments.depfile {
        return vec![path.clone()];
    }
    if let Some(output) = &arguments.output {
        return vec![output.with_extension("d"), output.clone()];
    }
    let name = |path: &std::path::Path| path.file_name().map(PathBuf::from);
    arguments.sources().filter_map(|(path, _)| Some(name(path)?.with_extension("d"))).collect()
}

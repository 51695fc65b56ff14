//! What a process has loaded: its modules are the files that it has mapped to run them, the program
//! first.

use std::ffi::{CString, c_void};
use std::path::Path;

use super::file::undivided;
use super::maps::{Area, areas};

/// A module.
pub(super) struct Module {
    /// Where it is mapped first.
    pub base: usize,
    /// From there to its end.
    pub bytes: usize,
    path: String,
}

/// The modules by the text of the process' `maps`, `program` first.
pub(super) fn modules(maps: &str, program: &Path) -> Vec<Module> {
    let mut found: Vec<(Module, bool)> = Vec::new();
    for area in areas(maps).filter(Area::is_file) {
        let path = present(area.path);
        match found.iter_mut().find(|(module, _)| module.path == path) {
            Some((module, has_code)) => {
                module.bytes = area.end - module.base;
                *has_code |= area.runs();
            }
            None => {
                let (base, bytes) = (area.start, area.end - area.start);
                found.push((Module { base, bytes, path: path.to_owned() }, area.runs()));
            }
        }
    }
    let mut modules: Vec<_> =
        found.into_iter().filter_map(|(module, runs)| runs.then_some(module)).collect();
    let program = program.to_string_lossy();
    modules.sort_by_key(|module| module.path != present(&program));
    modules
}

/// A path without what Linux says behind that of a file that is gone.
pub(super) fn present(path: &str) -> &str {
    path.strip_suffix(" (deleted)").unwrap_or(path)
}

impl Module {
    /// Its path with backslashes, as GetModuleFileName has it.
    pub fn path(&self) -> String {
        undivided(&self.path)
    }

    /// Its path's last part.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Its handle in this process, as GetModuleHandle and LoadLibrary tell it; else where it is.
    pub fn handle(&self) -> *mut c_void {
        let own = std::fs::read_link("/proc/self/exe").unwrap_or_default();
        if present(&own.to_string_lossy()) == self.path {
            return super::module::program();
        }
        let path = CString::new(self.path.as_str());
        let found = path.ok().and_then(|path| super::module::loaded(&path));
        found.unwrap_or(self.base as *mut c_void)
    }
}

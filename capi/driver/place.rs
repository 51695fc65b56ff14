//! Where the headers and the library are.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that the compiler is told.
#[derive(Clone, Debug)]
pub struct Place {
    /// The headers.
    pub include: PathBuf,
    /// `libwinsock.so` and `libwinsock.a`
    pub lib: PathBuf,
}

/// The folders below `include`: Windows' headers, those that stand before another library's own,
/// and other spellings of all.
pub const FOLDERS: [&str; 3] = ["", "odbc", "spelling"];

/// Where the headers are in the tree that built this program.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");

impl Place {
    /// As `WINSOCK_HOME` says; else beside this program, installed or just built.
    pub fn find() -> Result<Place, String> {
        if let Some(home) = env::var_os("WINSOCK_HOME") {
            let home = PathBuf::from(home);
            return Place::installed(&home)
                .ok_or_else(|| format!("WINSOCK_HOME: no include/winsock in {}", home.display()));
        }
        let program = env::current_exe().map_err(|why| format!("where am I? {why}"))?;
        let beside = program.parent().unwrap_or(Path::new("."));
        let installed = beside.parent().and_then(Place::installed);
        let built = || {
            let include = PathBuf::from(SOURCE);
            include.exists().then(|| Place { include, lib: beside.to_owned() })
        };
        installed.or_else(built).ok_or_else(|| {
            "no headers found: install them, or say where with WINSOCK_HOME".to_owned()
        })
    }

    fn installed(home: &Path) -> Option<Place> {
        let include = home.join("include/winsock");
        let lib = ["lib", "lib64"].map(|lib| home.join(lib));
        let lib = lib.into_iter().find(|lib| holds_library(lib))?;
        include.join("winsock2.h").exists().then_some(Place { include, lib })
    }
}

fn holds_library(folder: &Path) -> bool {
    folder.join("libwinsock.so").exists() || folder.join("libwinsock.a").exists()
}

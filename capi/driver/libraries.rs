//! Windows' libraries: what this library stands for, and what is the Linux build of another.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::{Arguments, Word};

/// Libraries whose functions, as far as they are here, are all in libwinsock.
const SERVED: &[&str] = &[
    "ws2_32",
    "wsock32",
    "mswsock",
    "kernel32",
    "user32",
    "advapi32",
    "winmm",
    "iphlpapi",
    "dbghelp",
    "rpcrt4",
    "synchronization",
    "ntdll",
    "uuid",
    "ole32",
    "shell32",
    "gdi32",
    "oldnames",
    "msvcrt",
    "msvcrtd",
    "libcmt",
    "libcmtd",
    "ucrt",
    "vcruntime",
    "legacy_stdio_definitions",
    "bufferoverflowu",
    "psapi",
    "shlwapi",
    "userenv",
    "version",
    "icmp",
    "comctl32",
    "comdlg32",
    "winspool",
    "oleaut32",
    "crypt32",
    "secur32",
    "bcrypt",
    "pdh",
];

/// Libraries that Linux has too: their names in Windows' programs, their names here, of which the
/// first that the linker finds is taken, and the package that brings them.
const COUNTERPARTS: &[(&str, &str, &str)] = &[
    ("odbc32", "odbc", "unixodbc-dev"),
    ("odbccp32", "odbcinst", "unixodbc-dev"),
    (
        "libmysql mysqlclient libmysqlclient libmariadb mariadbclient mysql",
        "mysqlclient mariadb",
        "default-libmysqlclient-dev",
    ),
    ("mysqlcppconn mysqlcppconn-static mysqlcppconn8", "mysqlcppconn", "libmysqlcppconn-dev"),
    ("libpq", "pq", "libpq-dev"),
    ("sqlite3 sqlite", "sqlite3", "libsqlite3-dev"),
    ("libcurl curllib", "curl", "libcurl4-openssl-dev"),
    ("zlib zlib1 zdll zlibstat zlibwapi zlibstatic", "z", "zlib1g-dev"),
    ("libssl ssleay32 libssl32 libssl-1_1 libssl-3", "ssl", "libssl-dev"),
    ("libcrypto libeay32 libcrypto-1_1 libcrypto-3", "crypto", "libssl-dev"),
    ("lua lua5.1 lua51", "lua5.1 lua", "liblua5.1-0-dev"),
    ("lua5.2 lua52", "lua5.2", "liblua5.2-dev"),
    ("lua5.3 lua53", "lua5.3 lua", "liblua5.3-dev"),
    ("lua5.4 lua54", "lua5.4 lua", "liblua5.4-dev"),
    ("luajit", "luajit-5.1", "libluajit-5.1-dev"),
    ("jsoncpp lib_json json_vc71_libmt", "jsoncpp", "libjsoncpp-dev"),
    ("libprotobuf protobuf", "protobuf", "libprotobuf-dev"),
    ("libprotobuf-lite protobuf-lite", "protobuf-lite", "libprotobuf-dev"),
    ("hiredis libhiredis", "hiredis", "libhiredis-dev"),
    ("cpp_redis", "cpp_redis", "cpp_redis (no package: build it)"),
    ("tacopie", "tacopie", "tacopie (no package: build it)"),
    ("fmt", "fmt", "libfmt-dev"),
    ("spdlog", "spdlog", "libspdlog-dev"),
    ("tinyxml2", "tinyxml2", "libtinyxml2-dev"),
    ("yaml-cpp libyaml-cpp", "yaml-cpp", "libyaml-cpp-dev"),
];

/// The library's bare name: no folder, no `.lib`, in small letters.
pub fn bare(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.strip_suffix(".lib").map(str::to_owned).unwrap_or(name)
}

/// Whether libwinsock stands for it.
pub fn is_served(name: &str) -> bool {
    SERVED.contains(&bare(name).as_str())
}

/// The same library's names on Linux, and the package; by its own name, or that of its debug or
/// static build.
fn counterpart(name: &str) -> Option<(&'static str, &'static str)> {
    let bare = bare(name);
    let by = |name: &str| {
        let known = |names: &str| names.split(' ').any(|known| known == name);
        COUNTERPARTS.iter().find(|(names, ..)| known(names)).map(|&(_, linux, from)| (linux, from))
    };
    let builds = ["", "d", "_d", "-d", "_a", "_static"];
    builds.iter().find_map(|build| bare.strip_suffix(build).and_then(by))
}

/// Whether a word of the line is a library by a name that only Windows has: `-lws2_32`, and
/// `zlib.lib` where no such file is.
pub fn is_windows(word: &OsString) -> bool {
    named(word).is_some_and(|name| {
        let own = counterpart(&name).is_some_and(|(linux, _)| linux.split(' ').all(|l| l != name));
        let file = !word.to_string_lossy().starts_with('-');
        is_served(&name) || own || file && counterpart(&name).is_some()
    })
}

/// The bare name of a library that a word of the line asks for.
fn named(word: &OsString) -> Option<String> {
    let text = word.to_string_lossy();
    let file = text.to_ascii_lowercase().ends_with(".lib") && !Path::new(word).exists();
    text.strip_prefix("-l").filter(|name| !name.is_empty()).or(file.then_some(&text)).map(bare)
}

/// What stands before the names in an object whose source asks for libraries.
const MARK: &[u8] = b"winsock-libraries:";

/// What the line of an object says, so that it is known when the object is linked.
pub fn mark(pragmas: &BTreeSet<String>) -> Option<OsString> {
    let names: Vec<&str> =
        pragmas.iter().map(String::as_str).filter(|name| !is_served(name)).collect();
    (!names.is_empty()).then(|| format!("-DWINSOCK_LIBRARIES=\"{}\"", names.join(":")).into())
}

fn marked(bytes: &[u8], names: &mut BTreeSet<String>) {
    let mut rest = bytes;
    while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
        rest = &rest[at + MARK.len()..];
        let end = rest.iter().position(|&byte| byte == 0).unwrap_or(0);
        let text = String::from_utf8_lossy(&rest[..end]);
        names.extend(text.split(':').filter(|name| !name.is_empty()).map(str::to_owned));
    }
}

/// What a program asks for besides libwinsock.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The linker's words for what there is.
    pub words: Vec<OsString>,
    /// What is said of every library that was asked for.
    pub verdicts: Vec<(String, String)>,
    /// What is said of those that should be there.
    pub missing: Vec<String>,
    /// Those that have no counterpart known here.
    pub unknown: Vec<String>,
}

impl Wanted {
    /// By the sources, the objects and archives, and the words of the line.
    pub fn of(arguments: &Arguments, pragmas: &BTreeSet<String>, compiler: &str) -> Wanted {
        let mut names = pragmas.clone();
        let others = || {
            arguments.words.iter().filter_map(|word| match word {
                Word::Other(word) => Some(word),
                Word::Source(..) => None,
            })
        };
        if arguments.links {
            for word in others() {
                let text = word.to_string_lossy();
                if [".o", ".obj", ".a"].iter().any(|end| text.ends_with(end)) {
                    marked(&fs::read(word).unwrap_or_default(), &mut names);
                }
            }
        }
        names.extend(others().filter(|word| is_windows(word)).filter_map(named));
        let folders = folders(others());
        let mut wanted = Wanted::default();
        for name in names {
            let verdict = wanted.take(&name, |library| found(library, &folders, compiler));
            wanted.verdicts.push((name, verdict));
        }
        wanted
    }

    /// Takes a library by the name it has on Linux; what becomes of it.
    fn take(&mut self, name: &str, found: impl Fn(&str) -> bool) -> String {
        if is_served(name) {
            return "libwinsock has its place".to_owned();
        }
        let Some((linux, package)) = counterpart(name) else {
            self.unknown.push(name.to_owned());
            return "not linked: name its Linux counterpart with -l if there is one".to_owned();
        };
        let Some(library) = linux.split(' ').find(|library| found(library)) else {
            let library = linux.split(' ').next().unwrap_or(linux);
            let why = format!("{name} is lib{library} here, and it is not installed ({package})");
            self.missing.push(why.clone());
            return why;
        };
        let word = OsString::from(format!("-l{library}"));
        if !self.words.contains(&word) {
            self.words.push(word);
        }
        format!("-l{library}")
    }
}

/// The folders that the line names for libraries.
fn folders<'a>(words: impl Iterator<Item = &'a OsString>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut after = false;
    for word in words {
        let text = word.to_string_lossy();
        match text.strip_prefix("-L") {
            Some("") => after = true,
            Some(folder) => folders.push(folder.into()),
            None if std::mem::take(&mut after) => folders.push(word.into()),
            None => {}
        }
    }
    folders
}

/// Whether the linker finds a library: in a folder of the line, or where the compiler looks.
fn found(library: &str, folders: &[PathBuf], compiler: &str) -> bool {
    ["so", "a"].iter().any(|end| {
        let file = format!("lib{library}.{end}");
        let asked = || {
            let told =
                Command::new(compiler).arg(format!("-print-file-name={file}")).output().ok()?;
            Some(Path::new(String::from_utf8_lossy(&told.stdout).trim()).is_absolute())
        };
        folders.iter().any(|folder| folder.join(&file).exists()) || asked().unwrap_or(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_libraries_are_known_however_they_are_written() {
        for name in ["ws2_32", "WS2_32.LIB", "Ws2_32.lib", "..\\lib\\mswsock.lib"] {
            assert!(is_served(name), "{name}");
        }
        assert!(!is_served("mysqlclient.lib"));
    }

    #[test]
    fn a_library_that_linux_has_is_taken_by_its_name_here() {
        let mut wanted = Wanted::default();
        let here = ["mariadb", "protobuf", "z"];
        for name in ["libmysql", "libprotobufd", "libprotobuf", "zlib", "odbc32", "core"] {
            wanted.take(name, |library| here.contains(&library));
        }
        assert_eq!(wanted.words, ["-lmariadb", "-lprotobuf", "-lz"].map(OsString::from));
        assert!(wanted.missing.len() == 1 && wanted.missing[0].contains("unixodbc-dev"));
        assert_eq!(wanted.unknown, ["core"]);
    }

    #[test]
    fn only_windows_names_are_taken_from_the_line() {
        for (word, windows) in
            [("-lzlib", true), ("-lsqlite3", false), ("sqlite3.lib", true), ("-lodbc", false)]
        {
            assert_eq!(is_windows(&OsString::from(word)), windows, "{word}");
        }
    }

    #[test]
    fn what_an_object_asks_for_is_read_back() {
        let mut names = BTreeSet::new();
        marked(b"\x7fELF..winsock-libraries:odbc32:core\0..winsock-libraries:zlib\0", &mut names);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["core", "odbc32", "zlib"]);
    }
}

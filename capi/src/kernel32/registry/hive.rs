//! The registry of one user: keys and values in a file of text,
//! `$XDG_CONFIG_HOME/winsock/registry`, read anew by each call and replaced as a whole.
//!
//! ```text
//!   [HKEY_CURRENT_USER\Software\Game]
//!   1 50 6f 72 74 = 39 30 30 30 00       type, the bytes of the name, the bytes of the data
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;

use engine::error::Error;

/// A value: its name as it was spelled, its type, and its data, text in UTF-8.
#[derive(Clone)]
pub struct Value {
    pub name: String,
    pub kind: u32,
    pub data: Vec<u8>,
}

/// A key: its path as it was spelled, and its values by their names in lower case.
#[derive(Default)]
pub struct Key {
    pub path: String,
    pub values: BTreeMap<String, Value>,
}

/// All keys, by their paths in lower case.
pub struct Hive {
    pub keys: BTreeMap<String, Key>,
    file: PathBuf,
    /// Held as long as this lives: one process after the other.
    _lock: Option<File>,
}

fn file() -> PathBuf {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").unwrap_or_else(|| PathBuf::from("/"));
    let folder = absolute("XDG_CONFIG_HOME").unwrap_or_else(|| home().join(".config"));
    folder.join("winsock").join("registry")
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).ok()).collect()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!(" {byte:02x}")).collect()
}

fn value(line: &str) -> Option<Value> {
    let (left, data) = line.split_once('=')?;
    let (kind, name) = left.trim().split_once(' ').unwrap_or((left.trim(), ""));
    let name = String::from_utf8(bytes(name)?).ok()?;
    Some(Value { name, kind: kind.parse().ok()?, data: bytes(data)? })
}

impl Hive {
    /// As it is now. To be changed, others are kept out until this goes.
    pub fn open(to_change: bool) -> Hive {
        let file = file();
        let lock = to_change.then(|| lock(&file)).flatten();
        let mut hive = Hive { keys: BTreeMap::new(), file, _lock: lock };
        let text = fs::read_to_string(&hive.file).unwrap_or_default();
        let mut at = String::new();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                at = hive.make(path);
            } else if let (Some(key), Some(value)) = (hive.keys.get_mut(&at), value(line)) {
                key.values.insert(value.name.to_lowercase(), value);
            }
        }
        hive
    }

    /// Writes it down: 5 if there is no place for it.
    pub fn save(&self) -> Result<(), Error> {
        let mut text = String::new();
        for key in self.keys.values() {
            text += &format!("[{}]\n", key.path);
            for Value { name, kind, data } in key.values.values() {
                text += &format!("{kind}{} ={}\n", digits(name.as_bytes()), digits(data));
            }
        }
        let next = self.file.with_extension("new");
        let written = fs::write(&next, text).and_then(|()| fs::rename(&next, &self.file));
        written.map_err(|_| Error::ACCESS_DENIED)
    }

    /// Makes a key and those above it; its path in lower case.
    pub fn make(&mut self, path: &str) -> String {
        let mut end = 0;
        while end < path.len() {
            end = path[end + 1..].find('\\').map_or(path.len(), |more| end + 1 + more);
            let entry = self.keys.entry(path[..end].to_lowercase());
            entry.or_insert_with(|| Key { path: path[..end].to_owned(), ..Key::default() });
        }
        path.to_lowercase()
    }

    /// The names of the keys just below one.
    pub fn below(&self, path: &str) -> Vec<&str> {
        let start = format!("{path}\\");
        let from = self.keys.range(start.clone()..);
        let keys = from.take_while(|(lower, _)| lower.starts_with(&start));
        let names = keys.filter_map(|(_, key)| key.path.get(start.len()..));
        names.filter(|name| !name.contains('\\')).collect()
    }
}

fn lock(file: &std::path::Path) -> Option<File> {
    fs::create_dir_all(file.parent()?).ok()?;
    let lock = File::create(file.with_extension("lock")).ok()?;
    lock.lock().ok()?;
    Some(lock)
}

//! The compiler's command line, as far as the driver has to understand it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// What a file is compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C
    C,
    /// C++
    Cxx,
}

/// One word of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A source file, and what its name says of its language.
    Source(PathBuf, Language),
    /// Anything else, as it was given.
    Other(OsString),
}

/// The line, read.
#[derive(Debug)]
pub struct Arguments {
    /// The words in their order.
    pub words: Vec<Word>,
    /// Where `"…"` is looked for behind the file's own folder, then `<…>`.
    pub quote_dirs: Vec<PathBuf>,
    /// Where both kinds of includes are looked for.
    pub dirs: Vec<PathBuf>,
    /// The compiler for all of it.
    pub language: Language,
    /// Whether a program or a library is linked.
    pub links: bool,
    /// Whether anything is compiled.
    pub compiles: bool,
    /// `-o`
    pub output: Option<PathBuf>,
    /// The file that dependencies are written to.
    pub depfile: Option<PathBuf>,
    /// Whether dependencies are written at all.
    pub dependencies: bool,
    /// `--source-charset`, or the compiler's `-finput-charset`
    pub charset: Option<String>,
    /// Whether a `-x` still holds at the end of the line.
    pub forced: bool,
    /// `--explain`
    pub explain: bool,
    /// `--static`
    pub fixed: bool,
    /// `--help`
    pub help: bool,
    /// `--version`
    pub version: bool,
}

/// Options whose value is the next word.
const SEPARATE: &[&str] = &[
    "-o",
    "-I",
    "-L",
    "-l",
    "-D",
    "-U",
    "-x",
    "-include",
    "-imacros",
    "-isystem",
    "-iquote",
    "-idirafter",
    "-isysroot",
    "-iprefix",
    "-iwithprefix",
    "-iwithprefixbefore",
    "-MF",
    "-MT",
    "-MQ",
    "-Xlinker",
    "-Xpreprocessor",
    "-Xassembler",
    "-Xclang",
    "-T",
    "-u",
    "-z",
    "-e",
    "-G",
    "-target",
    "-arch",
    "-aux-info",
    "-dumpbase",
    "-dumpdir",
    "--param",
    "-mllvm",
    "-B",
];

impl Arguments {
    /// Reads the line; `language` is what the driver was called for.
    pub fn read(
        given: impl IntoIterator<Item = OsString>,
        language: Language,
    ) -> Result<Arguments, String> {
        let mut all = Vec::new();
        for word in given {
            unfold(word, &mut all)?;
        }
        let mut read = Arguments {
            words: Vec::new(),
            quote_dirs: Vec::new(),
            dirs: Vec::new(),
            language,
            links: true,
            compiles: false,
            output: None,
            depfile: None,
            dependencies: false,
            charset: None,
            forced: false,
            explain: false,
            fixed: false,
            help: false,
            version: false,
        };
        let mut forced = None;
        let mut words = all.into_iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy().into_owned();
            if SEPARATE.contains(&text.as_str()) {
                let value = words.next().ok_or_else(|| format!("{text} needs a value"))?;
                read.separate(&text, &value, &mut forced);
                read.words.extend([Word::Other(word), Word::Other(value)]);
            } else if !text.starts_with('-') || text == "-" {
                read.input(word, forced);
            } else if !read.own(&text) {
                match text.strip_prefix("-x") {
                    Some(language) => read.separate("-x", OsStr::new(language), &mut forced),
                    None => read.joined(&text),
                }
                read.words.push(Word::Other(word));
            }
        }
        Ok(read)
    }

    /// The source files.
    pub fn sources(&self) -> impl Iterator<Item = (&Path, Language)> {
        self.words.iter().filter_map(|word| match word {
            Word::Source(path, language) => Some((path.as_path(), *language)),
            Word::Other(_) => None,
        })
    }

    fn separate(&mut self, option: &str, value: &OsStr, forced: &mut Option<Language>) {
        match option {
            "-o" => self.output = Some(value.into()),
            "-MF" => self.depfile = Some(value.into()),
            "-I" | "-isystem" => self.dirs.push(value.into()),
            "-iquote" => self.quote_dirs.push(value.into()),
            "-x" => {
                self.forced = value != "none";
                *forced = match value.to_string_lossy().as_ref() {
                    "c" | "c-header" => Some(Language::C),
                    "c++" | "c++-header" => Some(Language::Cxx),
                    _ => None,
                }
            }
            _ => {}
        }
    }

    fn joined(&mut self, text: &str) {
        match text {
            "-c" | "-S" | "-E" | "-fsyntax-only" => self.links = false,
            "-M" | "-MM" => (self.links, self.dependencies) = (false, true),
            "-MD" | "-MMD" => self.dependencies = true,
            _ => {
                if let Some(dir) = text.strip_prefix("-I") {
                    self.dirs.push(dir.into());
                } else if let Some(file) = text.strip_prefix("-o") {
                    self.output = Some(file.into());
                } else if let Some(name) = text.strip_prefix("-finput-charset=") {
                    self.charset = Some(name.to_owned());
                }
            }
        }
    }

    /// An option of the driver's own, which the compiler never sees.
    fn own(&mut self, text: &str) -> bool {
        match text {
            "--explain" => self.explain = true,
            "--static" => self.fixed = true,
            "--help" => self.help = true,
            "--version" => {
                // The compiler tells its own, too: build systems look for it.
                self.version = true;
                return false;
            }
            _ => match text.strip_prefix("--source-charset=") {
                Some(name) => self.charset = Some(name.to_owned()),
                None => return false,
            },
        }
        true
    }

    fn input(&mut self, word: OsString, forced: Option<Language>) {
        let path = PathBuf::from(&word);
        let Some(language) = forced.or_else(|| language_of(&path)) else {
            self.words.push(Word::Other(word));
            return;
        };
        self.compiles = true;
        self.words.push(Word::Source(path, language));
    }
}

/// What the name of a file says of its language; nothing for objects and libraries.
fn language_of(path: &Path) -> Option<Language> {
    match path.extension()?.to_str()? {
        "c" => Some(Language::C),
        "cc" | "cpp" | "cxx" | "c++" | "C" | "CPP" | "cp" => Some(Language::Cxx),
        extension if only_windows(extension) => Some(Language::Cxx),
        _ => None,
    }
}

/// Whether an extension is one of C++ to a system that does not tell `A` from `a`, and to no other.
pub fn only_windows(extension: &str) -> bool {
    !["cc", "cpp", "cxx", "CPP"].contains(&extension)
        && ["cc", "cpp", "cxx"].contains(&extension.to_ascii_lowercase().as_str())
}

/// Puts the words of `@file` in its place.
fn unfold(word: OsString, all: &mut Vec<OsString>) -> Result<(), String> {
    let Some(path) = word.as_bytes().strip_prefix(b"@") else {
        all.push(word);
        return Ok(());
    };
    let path = Path::new(OsStr::from_bytes(path));
    let Ok(text) = fs::read(path) else {
        all.push(word); // the compiler says what is wrong with it
        return Ok(());
    };
    for word in split(&text) {
        unfold(OsString::from_vec(word), all)?;
    }
    Ok(())
}

/// The words of a response file: spaces part them, quotes and backslashes keep them together.
fn split(text: &[u8]) -> Vec<Vec<u8>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<Vec<u8>>, None);
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => word.get_or_insert_default().extend(bytes.next()),
            b'"' | b'\'' if quote == Some(byte) => quote = None,
            b'"' | b'\'' if quote.is_none() => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            b' ' | b'\t' | b'\n' | b'\r' if quote.is_none() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Arguments {
        Arguments::read(line.split(' ').map(OsString::from), Language::C).unwrap()
    }

    #[test]
    fn sources_are_told_from_objects_and_values() {
        let read = read("-o a.c b.cpp -c -I inc x.o -lfoo c.c -DX");
        let sources: Vec<_> = read.sources().collect();
        assert_eq!(sources, [(Path::new("b.cpp"), Language::Cxx), (Path::new("c.c"), Language::C)]);
        assert_eq!(read.output.as_deref(), Some(Path::new("a.c")));
        assert_eq!(read.dirs, [Path::new("inc")]);
        assert!(!read.links && read.compiles);
    }

    #[test]
    fn a_language_can_be_forced() {
        let read = read("-x c++ a.txt -x none b.c");
        let languages: Vec<_> = read.sources().map(|(_, language)| language).collect();
        assert_eq!(languages, [Language::Cxx, Language::C]);
        assert!(!read.forced && self::read("-xc++ a.txt").forced);
    }

    #[test]
    fn own_options_are_not_passed_on() {
        let read = read("--explain --source-charset=cp949 a.c");
        assert!(read.explain);
        assert_eq!(read.charset.as_deref(), Some("cp949"));
        assert_eq!(read.words.len(), 1);
    }

    #[test]
    fn a_response_file_is_split_as_by_a_shell() {
        let words: Vec<_> = split(b"-DA=\"x y\" 'b c'\n-o\\ d \"\"").into_iter().collect();
        let expected: [&[u8]; 4] = [b"-DA=x y", b"b c", b"-o d", b""];
        assert_eq!(words, expected);
    }

    #[test]
    fn an_option_without_its_value_is_told() {
        let line = ["a.c", "-o"].map(OsString::from);
        assert_eq!(Arguments::read(line, Language::C).unwrap_err(), "-o needs a value");
    }
}

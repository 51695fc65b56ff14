//! The program's own files: which of them a compiler here would not read as they are, and copies of
//! those that it will.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use crate::arguments::{self, Arguments, Language};
use crate::include::{self, Folders, Include};
use crate::lenient::Source;
use crate::place::{self, Place};
use crate::{charset, dialect, early, macros, termination};

/// A file that is read as a copy.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The file.
    pub from: PathBuf,
    /// Its copy.
    pub to: PathBuf,
    /// Why.
    pub reasons: Vec<String>,
}

/// What was found, file by file.
#[derive(Debug)]
pub struct Project {
    quote_dirs: Vec<PathBuf>,
    dirs: Vec<PathBuf>,
    library: PathBuf,
    charset: Option<&'static Encoding>,
    /// Whether any source is C++.
    cxx: bool,
    folders: Folders,
    files: HashMap<PathBuf, File>,
    scratch: Scratch,
    /// The files read as copies.
    pub copies: Vec<Copy>,
    /// The libraries that the sources ask for.
    pub pragmas: BTreeSet<String>,
}

/// A folder for the copies, gone with the driver.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // there may be none
    }
}

/// One file of the program.
#[derive(Debug, Default)]
struct File {
    text: String,
    /// The includes that mean a file of the program, and the file.
    includes: Vec<(Include, PathBuf)>,
    /// The includes of headers that exist, but not by this name.
    renamed: Vec<(Include, String)>,
    reasons: Vec<String>,
    /// What only Microsoft's compiler takes, and what others take.
    edits: Vec<(Range<usize>, String)>,
}

impl Project {
    /// Nothing is read yet.
    pub fn new(arguments: &Arguments, place: &Place) -> Result<Project, String> {
        let scratch = std::env::temp_dir().join(format!("winsock-cc-{}", std::process::id()));
        Ok(Project {
            quote_dirs: arguments.quote_dirs.clone(),
            dirs: arguments.dirs.clone(),
            library: place.include.clone(),
            charset: arguments.charset.as_deref().map(charset::named).transpose()?,
            cxx: arguments.sources().any(|(_, language)| language == Language::Cxx),
            folders: Folders::default(),
            files: HashMap::new(),
            scratch: Scratch(scratch),
            copies: Vec::new(),
            pragmas: BTreeSet::new(),
        })
    }

    /// Reads the sources and what they include; the path to compile for each source.
    pub fn prepare(&mut self, arguments: &Arguments) -> Result<Vec<PathBuf>, String> {
        let sources: Vec<_> = arguments.sources().collect();
        for &(path, language) in &sources {
            self.scan(path, Some(language));
        }
        if self.cxx {
            self.name_bases();
            self.type_enums();
        }
        self.mark_includers();
        self.write()?;
        let place = |path: &Path| self.copy_of(path).unwrap_or(path).to_owned();
        Ok(sources.into_iter().map(|(path, _)| place(path)).collect())
    }

    fn copy_of(&self, path: &Path) -> Option<&Path> {
        self.copies.iter().find(|copy| copy.from == path).map(|copy| copy.to.as_path())
    }

    /// Reads a file and everything it includes. What cannot be read is the compiler's matter.
    fn scan(&mut self, path: &Path, language: Option<Language>) {
        let mut waiting = vec![(path.to_owned(), language)];
        while let Some((path, language)) = waiting.pop() {
            if self.files.contains_key(&path) {
                continue;
            }
            let Ok(bytes) = fs::read(&path) else { continue };
            let file = self.read(&path, &bytes, language);
            waiting.extend(file.includes.iter().map(|(_, path)| (path.clone(), None)));
            self.files.insert(path, file);
        }
    }

    fn read(&mut self, path: &Path, bytes: &[u8], language: Option<Language>) -> File {
        let text = charset::read(bytes, self.charset);
        let mut file = File { text: text.text, ..File::default() };
        file.reasons.extend(text.was.map(|charset| format!("{charset} text")));
        for include in include::all(&file.text) {
            self.resolve(path, include, &mut file);
        }
        self.pragmas.extend(dialect::pragmas(&file.text));
        if language == Some(Language::Cxx) && unknown_extension(path) {
            file.reasons.push("its extension".to_owned());
        }
        let mains = language.map_or(Vec::new(), |_| dialect::void_mains(&file.text));
        if !mains.is_empty() {
            file.edits.extend(mains);
            file.reasons.push("void main".to_owned());
        }
        if language == Some(Language::C) {
            let forgotten = dialect::forgotten(&file.text, file.includes.is_empty());
            if !forgotten.is_empty() {
                file.reasons.push(format!("forgets {}", forgotten.trim_end().replace('\n', ", ")));
                file.edits.push((0..0, format!("{forgotten}{}", line(path))));
            }
        }
        if let Some(below) = language.and_then(|_| dialect::entry(&file.text)) {
            let end = file.text.len();
            file.edits.push((end..end, below.to_owned()));
            file.reasons.push("wmain, _tmain or WinMain".to_owned());
        }
        let any = if self.cxx { Language::Cxx } else { Language::C };
        let named = path.display().to_string();
        let edits = termination::edits(&file.text, language.unwrap_or(any), &named);
        if !edits.is_empty() {
            file.reasons.push("__try".to_owned());
        }
        file.edits.extend(edits);
        let lenient = Source::new(&file.text);
        // What a program of more files declares is in headers of its own.
        let alone = language == Some(Language::C) && file.includes.is_empty();
        for (found, why) in [
            (dialect::aligned_types(&file.text), "__declspec(align) before a type"),
            (dialect::annotations(&file.text), "__in, __out"),
            (dialect::modifiers(&file.text), "abstract, sealed"),
            (dialect::stored_types(&file.text), "a storage class of a type alone"),
            (dialect::exceptions(&file.text), "std::exception of a text"),
            (dialect::locales(&file.text), "the name of a std::locale"),
            (macros::loose(&file.text), "## that makes no token"),
            (macros::commas(&file.text), "a comma before no arguments"),
            (
                if self.cxx { macros::joined(&file.text) } else { Vec::new() },
                "a joined __FUNCTION__",
            ),
            (lenient.loops(), "for each"),
            (lenient.throws(), "throw(…) of a function"),
            (lenient.iterators(), "a template's iterator without typename"),
            (lenient.threads(), "the native_handle of a thread"),
            (if self.cxx { lenient.keys() } else { Vec::new() }, "completion keys of 32 bits"),
            (
                if alone { early::declarations(&lenient) } else { Vec::new() },
                "functions called above",
            ),
            (dialect::types(&file.text), "a type of libc's"),
        ] {
            if !found.is_empty() {
                file.edits.extend(found);
                file.reasons.push(why.to_owned());
            }
        }
        file
    }

    /// A program that says `__super` has it as a name of every class with a base.
    fn name_bases(&mut self) {
        if !self.files.values().any(|file| Source::new(&file.text).has("__super")) {
            return;
        }
        for file in self.files.values_mut() {
            let found = Source::new(&file.text).bases();
            if !found.is_empty() {
                file.edits.extend(found);
                file.reasons.push("__super".to_owned());
            }
        }
    }

    /// An enumeration may be declared in one file and defined in another.
    fn type_enums(&mut self) {
        let early: BTreeSet<String> = (self.files.values())
            .flat_map(|file| {
                Source::new(&file.text).early_enums().map(str::to_owned).collect::<Vec<_>>()
            })
            .collect();
        if early.is_empty() {
            return;
        }
        for file in self.files.values_mut() {
            let found = Source::new(&file.text).enums(&early);
            if !found.is_empty() {
                file.edits.extend(found);
                file.reasons.push("an enum declared early".to_owned());
            }
        }
    }

    /// Finds what an include means: a file of the program, or a header by another spelling.
    fn resolve(&mut self, path: &Path, include: Include, file: &mut File) {
        let own = path.parent().filter(|_| include.quoted).map(Path::to_owned);
        let quoted = self.quote_dirs.iter().filter(|_| include.quoted);
        let places: Vec<PathBuf> =
            own.into_iter().chain(quoted.chain(&self.dirs).cloned()).collect();
        let exact =
            places.iter().map(|place| place.join(&include.name)).find(|file| file.is_file());
        let found = exact.or_else(|| {
            // A header of the library or the system by its right name goes first.
            let known = self.is_library(&include.name) || is_system(&include.name);
            let folders = &mut self.folders;
            places.iter().filter(|_| !known).find_map(|at| folders.find(at, &include.name))
        });
        if let Some(found) = found {
            if !places.iter().any(|place| place.join(&include.name) == found) {
                file.reasons.push(format!("{} is {}", include.name, found.display()));
            }
            file.includes.push((include, found));
            return;
        }
        let plain = include.name.replace('\\', "/").to_lowercase();
        let exists = self.is_library(&plain) || is_system(&plain);
        if plain != include.name && exists && !self.is_library(&include.name) {
            file.reasons.push(format!("{} is {plain}", include.name));
            file.renamed.push((include, plain));
        }
    }

    /// Whether the library has a header by this name, in small letters or as programs write it.
    fn is_library(&self, name: &str) -> bool {
        place::FOLDERS.iter().any(|folder| self.library.join(folder).join(name).is_file())
    }

    /// Whoever includes a file that is copied is copied too, to include the copy.
    fn mark_includers(&mut self) {
        loop {
            let copied: BTreeSet<PathBuf> = (self.files.iter())
                .filter(|(_, file)| !file.reasons.is_empty())
                .map(|(path, _)| path.clone())
                .collect();
            let mut changed = false;
            for file in self.files.values_mut().filter(|file| file.reasons.is_empty()) {
                if let Some((include, _)) =
                    file.includes.iter().find(|(_, path)| copied.contains(path))
                {
                    file.reasons.push(format!("includes {}", include.name));
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn write(&mut self) -> Result<(), String> {
        let mut copied: Vec<_> =
            self.files.iter().filter(|(_, file)| !file.reasons.is_empty()).collect();
        copied.sort_by_key(|(path, _)| path.as_path());
        for (path, file) in copied {
            let name = path.file_name().unwrap_or_default();
            let mut to = self.scratch.0.join(folder_name(path)).join(name);
            if unknown_extension(path) {
                to.set_extension("cpp");
            }
            let from = path.clone();
            self.copies.push(Copy { from, to, reasons: file.reasons.clone() });
        }
        for copy in &self.copies {
            let folder = copy.to.parent().unwrap_or(&self.scratch.0);
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&copy.to, self.rewritten(&copy.from)))
                .map_err(|why| format!("cannot write {}: {why}", copy.to.display()))?;
        }
        Ok(())
    }

    /// The text of a copy: it names the file it stands for, and its includes are whole paths.
    fn rewritten(&self, path: &Path) -> String {
        let file = &self.files[path];
        let mut changes: Vec<(Range<usize>, String)> = Vec::new();
        for (include, found) in &file.includes {
            let target = self.copy_of(found).unwrap_or(found);
            let target = std::path::absolute(target).unwrap_or_else(|_| target.to_owned());
            changes.push((include.range.clone(), format!("\"{}\"", target.display())));
        }
        for (include, name) in &file.renamed {
            changes.push((include.range.clone(), format!("<{name}>")));
        }
        changes.extend(file.edits.iter().cloned());
        // What is put before a word goes before what takes its place.
        changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = line(path);
        let mut at = 0;
        for (range, change) in changes {
            if range.start < at {
                continue; // it went with what was moved
            }
            text.push_str(&file.text[at..range.start]);
            text.push_str(&change);
            at = range.end;
        }
        text.push_str(&file.text[at..]);
        text
    }
}

/// Whether a source in C++ is one by its extension to nobody but Windows: `.Cpp`, `.CC`.
fn unknown_extension(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(arguments::only_windows)
}

/// What says that the first line of a file follows.
fn line(path: &Path) -> String {
    format!("#line 1 \"{}\"\n", path.display().to_string().replace('\\', "\\\\"))
}

/// A folder for one file, so that copies keep the names of what they stand for.
fn folder_name(path: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Whether the system's compiler finds a header by this name.
fn is_system(name: &str) -> bool {
    let folders = ["/usr/include", "/usr/local/include", "/usr/include/x86_64-linux-gnu"];
    folders.iter().any(|folder| Path::new(folder).join(name).is_file()) || is_standard(name)
}

/// A header of the C++ library has no dot; most are one word of small letters.
fn is_standard(name: &str) -> bool {
    const WORDS: &str = "algorithm any array atomic bitset cassert cctype cerrno cfloat charconv \
        chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable \
        csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cwchar cwctype deque \
        exception filesystem format forward_list fstream functional future initializer_list \
        iomanip \
        ios iosfwd iostream istream iterator limits list locale map memory mutex new numeric \
        optional ostream queue random ratio regex set shared_mutex span sstream stack stdexcept \
        streambuf string string_view system_error thread tuple type_traits typeindex typeinfo \
        unordered_map unordered_set utility valarray variant vector";
    WORDS.split_whitespace().any(|word| word == name)
}

//! The line the compiler gets: what was given, and what is added.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::arguments::{Arguments, Language, Word};
use crate::libraries::{self, Wanted};
use crate::place::{self, Place};

/// What Windows' compilers define, and what only Linux' do.
const DEFINED: &[&str] = &["-D_WIN32=1", "-DWIN32=1", "-D_WIN64=1"];
/// Windows' compilers assume no aliasing rules and wrapping arithmetic, and so do their programs.
/// A null pointer that is followed is a fault, which the program may want to handle.
/// And what is not exported is a program's own: a function `read` does not become libc's for all.
const ASSUMED: &[&str] =
    &["-fno-strict-aliasing", "-fwrapv", "-fno-delete-null-pointer-checks", "-fvisibility=hidden"];
/// Names that are functions of Linux' compilers only, and often variables of programs.
const OWN_C: &[&str] = &["-fno-builtin-index", "-fno-builtin-rindex"];
/// A name that is not there fails where it is called, whatever else was asked for.
const MISSING: &str = "-Werror=implicit-function-declaration";
/// What Windows' compilers take with a warning at most.
const TAKEN_C: &[&str] =
    &["-Wno-error=incompatible-pointer-types", "-Wno-error=int-conversion", "-Wno-unknown-pragmas"];
/// A C++ exception that passes through C leaves its `__try` blocks in order.
const PASSED_C: &[&str] = &["-fexceptions"];
/// The compilers check formats by Linux' rules: a DWORD is wrong for their %lu. Behind what was
/// given, for -Wall turns it on again.
const FORMATS: &str = "-Wno-format";
const TAKEN_CXX: &[&str] = &["-Wno-unknown-pragmas", "-Wno-write-strings"];
const TAKEN_GXX: &[&str] = &["-fpermissive", "-fms-extensions", "-Wno-conversion-null"];
const TAKEN_CLANGXX: &[&str] = &[
    "-fdelayed-template-parsing",
    "-fms-extensions",
    "-Wno-writable-strings",
    "-Wno-null-conversion",
    "-Wno-microsoft",
    "-Wno-ignored-attributes",
    "-Wno-c++11-narrowing",
    "-Wno-error=return-type",
];

/// A function that ends without its return value is taken by Windows' compilers, and gives back
/// something. In C++ these compilers let what comes behind it run: clang always, g++ with -O. What
/// is said to be unreachable in so many words traps, without a library for it.
const FALLS_GXX: &[&str] = &["-fsanitize=unreachable", "-fsanitize-undefined-trap-on-error"];
const FALLS_CLANGXX: &[&str] = &["-fno-strict-return"];

/// The whole line; `sources` stand in the place of those given, in their order.
pub fn line(
    arguments: &Arguments,
    place: &Place,
    sources: &[PathBuf],
    pragmas: &BTreeSet<String>,
    wanted: &Wanted,
) -> Vec<OsString> {
    let compiler = compiler(arguments.language);
    let mut line: Vec<OsString> = vec![compiler.clone().into()];
    if arguments.compiles {
        let cxx = arguments.language == Language::Cxx
            || arguments.sources().any(|(_, language)| language == Language::Cxx);
        line.extend(added(&compiler, cxx, arguments).map(OsString::from));
        line.extend(libraries::mark(pragmas).filter(|_| !arguments.links));
        line.extend(["-include".into(), place.include.join("winsock/prefix.h").into()]);
    }
    let mut sources = sources.iter();
    for word in &arguments.words {
        match word {
            Word::Source(..) => line.extend(sources.next().map(|path| path.clone().into())),
            Word::Other(word) if libraries::is_windows(word) => {}
            Word::Other(word) => line.push(word.clone()),
        }
    }
    if arguments.compiles {
        line.push(FORMATS.into());
        // A converted file is not what it was: the compiler reads UTF-8.
        line.retain(|word| !word.to_string_lossy().starts_with("-finput-charset="));
        for folder in place::FOLDERS {
            line.extend(["-isystem".into(), place.include.join(folder).into()]);
        }
    }
    if arguments.compiles && arguments.language == Language::C {
        line.push(MISSING.into());
    }
    if arguments.links && !arguments.words.is_empty() && !arguments.version {
        if arguments.forced {
            line.extend(["-x".into(), "none".into()]); // the library is no source
        }
        line.extend(wanted.words.iter().cloned());
        line.extend(linked(arguments, place));
    }
    line
}

/// The compiler of a language, as the environment says.
pub fn compiler(language: Language) -> String {
    let (variable, usual) = match language {
        Language::C => ("WINSOCK_CC", "cc"),
        Language::Cxx => ("WINSOCK_CXX", "c++"),
    };
    env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

fn added<'a>(
    compiler: &str,
    cxx: bool,
    arguments: &Arguments,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let clang = compiler.contains("clang");
    let any_c = arguments.sources().any(|(_, language)| language == Language::C);
    let mut lists = vec![DEFINED, ASSUMED];
    if any_c && arguments.language == Language::C {
        lists.extend([TAKEN_C, PASSED_C, OWN_C]);
    }
    if cxx {
        lists.push(TAKEN_CXX);
        lists.push(if clang { TAKEN_CLANGXX } else { TAKEN_GXX });
        // Whoever has sanitizers of their own decides on them alone.
        let sanitizer = |word: &OsString| word.to_string_lossy().starts_with("-fsanitize");
        let sanitized =
            arguments.words.iter().any(|word| matches!(word, Word::Other(word) if sanitizer(word)));
        if clang {
            lists.push(FALLS_CLANGXX);
        } else if !sanitized {
            lists.push(FALLS_GXX);
        }
    }
    lists.into_iter().flatten().copied()
}

fn linked(arguments: &Arguments, place: &Place) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let archive = place.lib.join("libwinsock.a");
    // GetProcAddress keeps all of the archive's functions; a program's own of the same name wins.
    const OWN_FIRST: &str = "-Wl,--allow-multiple-definition";
    let shared = place.lib.join("libwinsock.so");
    if archive.exists() && (arguments.fixed || !shared.exists()) {
        words.extend([archive.into(), OWN_FIRST.into()]);
    } else {
        words.push(shared.into());
        let mut rpath = OsString::from("-Wl,-rpath,");
        rpath.push(&place.lib);
        words.push(rpath);
    }
    if arguments.language == Language::C
        && arguments.sources().any(|(_, language)| language == Language::Cxx)
    {
        words.push("-lstdc++".into());
    }
    words.extend(["-pthread", "-lm", "-ldl"].map(OsString::from));
    words
}

//! The headers compile alone, in any order, with libc's and the C++ library's, as C and C++, with
//! the compilers there are, and without a warning.

mod compiler;

use std::fs;

use compiler::{Folder, INCLUDE, all, present, run};

/// Orders of includes that have to mean the same. What has no `.h` is C++'s.
const ORDERS: &[&str] = &[
    "winsock2.h windows.h",
    "windows.h winsock2.h ws2tcpip.h",
    "winsock2.h ws2tcpip.h mswsock.h mstcpip.h windows.h",
    "winsock.h",
    "mswsock.h",
    "stdlib.h sys/types.h sys/select.h sys/time.h unistd.h winsock2.h",
    "winsock2.h stdlib.h sys/types.h sys/select.h sys/time.h unistd.h string.h",
    "sys/socket.h netinet/in.h arpa/inet.h netdb.h winsock2.h",
    "winsock2.h ws2tcpip.h sys/socket.h netinet/in.h netinet/tcp.h arpa/inet.h netdb.h poll.h",
    "netdb.h",
    "stdio.h errno.h signal.h pthread.h time.h ws2tcpip.h",
    "algorithm thread functional iostream fstream memory map filesystem windows.h winsock2.h",
    "windows.h algorithm thread functional iostream memory map filesystem mutex atomic",
    "cstdlib winsock2.h cmath string vector chrono ws2tcpip.h condition_variable mswsock.h",
];

/// Language, standard, and the compilers for it.
const KINDS: &[(&str, &str, &[&str])] = &[
    ("c", "c11", &["gcc", "clang"]),
    ("c", "gnu17", &["gcc"]),
    ("c++", "c++14", &["g++"]),
    ("c++", "c++17", &["g++", "clang++"]),
    ("c++", "gnu++20", &["g++", "clang++"]),
];

#[test]
fn any_order_of_includes_means_the_same() {
    let compilers = present(&["gcc", "g++", "clang", "clang++"]);
    let mut jobs = Vec::new();
    for &(language, standard, candidates) in KINDS {
        for &order in ORDERS {
            if language == "c" && order.split(' ').any(|name| !name.contains('.')) {
                continue;
            }
            for compiler in candidates.iter().filter(|name| compilers.contains(name)) {
                jobs.push((*compiler, language, standard, order));
            }
        }
    }
    let wrong = all(&jobs, |&(compiler, language, standard, order)| {
        check(compiler, language, standard, &includes(order, standard))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The lines that include what `order` names, as far as the standard has it.
fn includes(order: &str, standard: &str) -> String {
    let here = |name: &&str| *name != "filesystem" || standard != "c++14";
    let lines = order.split(' ').filter(here).map(|name| format!("#include <{name}>\n"));
    lines.collect::<String>() + "#include <winsock2.h>\n#include <windows.h>\n"
}

fn check(compiler: &str, language: &str, standard: &str, text: &str) -> Result<(), String> {
    let folder = Folder::new();
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/c");
    let mut text = format!("{text}#include \"{tests}/checks.h\"\n");
    if language == "c++" {
        text.push_str(&format!("#include \"{tests}/members.hpp\"\n"));
    }
    folder.write("order", &text);
    let standard = format!("-std={standard}");
    let arguments = [
        "-x",
        language,
        &standard,
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsyntax-only",
        "-I",
        INCLUDE,
        "order",
    ];
    run(compiler, &arguments, folder.path()).map(drop).map_err(|why| format!("{text}{why}"))
}

#[test]
fn every_header_compiles_alone() {
    let mut names = Vec::new();
    for entry in fs::read_dir(INCLUDE).expect("the headers are there") {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        // What ends the packing needs something that began it, and clang wants both in one file.
        let packs = name.starts_with("pshpack") || name == "poppack.h";
        if name.ends_with(".h") && !packs && !is_cxx(&name) {
            names.push(name);
        }
    }
    assert!(names.len() > 30, "{names:?}");
    let mut jobs = Vec::new();
    for compiler in present(&["gcc", "g++", "clang"]) {
        jobs.extend(names.iter().map(|name| (compiler, name)));
    }
    let wrong = all(&jobs, |&(compiler, name)| {
        let folder = Folder::new();
        folder.write("alone", format!("#include <{name}>\nint alone;\n"));
        let language = if compiler.ends_with("++") { "c++" } else { "c" };
        let arguments = [
            "-x",
            language,
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsyntax-only",
            "-I",
            INCLUDE,
            "alone",
        ];
        run(compiler, &arguments, folder.path()).map(drop)
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A header of Microsoft's C++ library.
fn is_cxx(name: &str) -> bool {
    name.starts_with("conc") || name == "ppl.h"
}

#[test]
fn what_is_not_provided_fails_by_its_name() {
    let folder = Folder::new();
    let text = "#include <windows.h>\nint main(void) { return PlaySoundA(0, 0, 0); }\n";
    folder.write("a.c", text);
    folder.write("a.cpp", text);
    let mut jobs = Vec::new();
    let none = "-Wno-implicit-function-declaration";
    for compiler in present(&["gcc", "clang"]) {
        let options = ["-std=c90", "-std=gnu89", "-std=c11", "-std=gnu17", "-O2", none];
        jobs.extend(options.map(|option| (compiler, option, "a.c")));
    }
    for compiler in present(&["gcc", "clang"]) {
        let options = ["-std=c++17", "-std=gnu++20", "-w"];
        jobs.extend(options.map(|option| (compiler, option, "a.cpp")));
    }
    let wrong = all(&jobs, |(compiler, option, source)| {
        let setting = format!("WINSOCK_CC={compiler}");
        let language = if source.ends_with("pp") { "c++" } else { "c" };
        let line = [&setting, compiler::DRIVER, "-x", language, option, "-fsyntax-only", source];
        match run("env", &line, folder.path()) {
            Err(why) if why.contains("PlaySoundA") => Ok(()),
            other => Err(format!("{line:?}: {other:?}")),
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The runtime and kernel32 as C and C++ programs find them: the programs of `c/`, which check
//! themselves and say what is wrong.

mod compiler;

use std::path::Path;

use compiler::{DRIVER, Folder, library, run};

/// Compiles a program of `c/` and runs it; the error is what it or the compiler said.
fn checked(source: &str, name: &str, options: &[&str]) {
    library();
    let folder = Folder::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(source);
    let mut arguments = vec!["-w", source.to_str().expect("a path of text"), "-o", name];
    arguments.extend(options);
    run(DRIVER, &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    let said = run(folder.path().join(name), &[], folder.path());
    assert_eq!(said.unwrap_or_else(|why| panic!("{why}")), "0 wrong\n");
}

#[test]
fn strings_numbers_formats_and_environment() {
    checked("crt_string.c", "crt_string_test", &[]);
}

#[test]
fn locks_lists_memory_time_messages_and_modules() {
    checked("kernel32.c", "kernel32_test", &[]);
}

#[test]
fn windows_without_a_display() {
    checked("window.c", "window_narrow", &[]);
    checked("window.c", "window_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn processes_begin_and_end() {
    checked("process.c", "process_narrow", &[]);
    checked("process.c", "process_wide", &["-DUNICODE", "-D_UNICODE"]);
}

#[test]
fn microsofts_cxx() {
    checked("dialect.cpp", "dialect_test", &["-std=c++17", "-lstdc++"]);
    checked("dialect.cpp", "dialect_wide", &["-std=c++20", "-DUNICODE", "-D_UNICODE", "-lstdc++"]);
}

#[test]
fn what_monitors_ask() {
    checked("usage.c", "usage_test", &[]);
}

#[test]
fn files_found_and_told_of() {
    checked("files.c", "files_test", &[]);
}

#[test]
fn interfaces_random_bytes_times_and_versions() {
    checked("machine.c", "machine_test", &[]);
}

#[test]
fn names_that_windows_leaves_to_programs() {
    checked("own_names.c", "own_names_test", &[]);
    checked("own_names.c", "own_names_cxx_test", &["-x", "c++", "-lstdc++"]);
}

#[test]
fn the_forms_of_cxx() {
    checked("queues.cpp", "queues_test", &["-std=c++17", "-lstdc++"]);
    checked("forms.cpp", "forms_test", &["-std=c++17", "-lstdc++"]);
    checked("forms.cpp", "forms_wide", &["-std=c++20", "-DUNICODE", "-D_UNICODE", "-lstdc++"]);
}

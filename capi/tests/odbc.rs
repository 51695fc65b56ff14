//! ODBC is unixODBC's: a program built by its pragma alone, with wide text, on SQLite. Where
//! unixODBC or its driver for SQLite is not installed, nothing is tested, in so many words.

mod compiler;

use std::path::Path;
use std::process::Command;

use compiler::{DRIVER, Folder, library, run};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/c/odbc.cpp");
/// What the program ends with where there is no driver.
const NO_DRIVER: i32 = 3;

/// Whether unixODBC's headers are here.
fn present() -> bool {
    let here = Path::new("/usr/include/sqlucode.h").exists();
    if !here {
        println!("skipped: no unixodbc-dev on this machine");
    }
    here
}

fn works(program: &Path) {
    let output = Command::new(program).output().expect("it was linked");
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(NO_DRIVER) {
        println!("skipped: {said}");
    } else {
        assert!(output.status.success(), "{said}");
    }
}

#[test]
fn wide_text_goes_into_a_database_and_comes_back() {
    if !present() {
        return;
    }
    library();
    let folder = Folder::new();
    for option in ["-O0", "-O2", "-DUNICODE", "--static"] {
        run(DRIVER, &["-w", option, SOURCE, "-lstdc++", "-o", "odbc"], folder.path())
            .unwrap_or_else(|why| panic!("{why}"));
        works(&folder.path().join("odbc"));
    }
}

#[test]
fn an_object_remembers_the_libraries_of_its_source() {
    if !present() {
        return;
    }
    library();
    let folder = Folder::new();
    let lines: [&[&str]; 3] = [
        &["-w", "-c", SOURCE, "-o", "odbc.o"],
        &["odbc.o", "-lstdc++", "-o", "odbc"],
        &["--explain", "odbc.o", "-o", "odbc"],
    ];
    let said =
        lines.map(|line| run(DRIVER, line, folder.path()).unwrap_or_else(|why| panic!("{why}")));
    assert!(said[2].contains("library odbc32: -lodbc"), "{}", said[2]);
    works(&folder.path().join("odbc"));
}

#[test]
fn what_would_be_wide_and_is_not_converted_does_not_compile() {
    if !present() {
        return;
    }
    let folder = Folder::new();
    let text = "#include <windows.h>\n#include <sqlext.h>\nint main(void)\n\
                { return SQLDriversW(0, 0, 0, 0, 0, 0, 0, 0); }\n";
    folder.write("main.c", text);
    let why = run(DRIVER, &["-fsyntax-only", "main.c"], folder.path()).expect_err("it is not here");
    assert!(why.contains("SQLDriversW"), "{why}");
}

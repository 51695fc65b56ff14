//! Message boxes on the terminal: what they say, what they ask, and what they do without one.

mod compiler;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use compiler::{DRIVER, Folder, library, run};

const PROGRAM: &str = "\
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    UINT style = (UINT)strtoul(argv[1], NULL, 0);
    SetLastError(0);
    int chosen = argc > 2 ? MessageBoxW(NULL, L\"\\ud55c\\uae00 text\", NULL, style)
                          : MessageBoxA(NULL, \"it failed\\r\\n\", \"bind()\", style);
    printf(\"%d %lu\\n\", chosen, GetLastError());
    return 0;
}
";

/// The program that shows one box of a style: for [`alone`] and [`asked`].
fn program(folder: &Folder) -> PathBuf {
    library();
    folder.write("box.c", PROGRAM);
    let built = run(DRIVER, &["-w", "box.c", "-o", "box"], folder.path());
    built.unwrap_or_else(|why| panic!("{why}"));
    folder.path().join("box")
}

/// What it writes to stdout and stderr without a terminal.
fn alone(program: &PathBuf, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(program);
    let output = command.args(arguments).stdin(Stdio::null()).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_box_with_one_button_is_said_and_answered_at_once() {
    let folder = Folder::new();
    let program = program(&folder);
    assert_eq!(alone(&program, &["0x10"]), ("1 0\n".into(), "bind(): it failed\n".into()));
    assert_eq!(alone(&program, &["0", "wide"]), ("1 0\n".into(), "Error: 한글 text\n".into()));
}

#[test]
fn a_choice_without_a_terminal_is_no_choice() {
    let folder = Folder::new();
    let program = program(&folder);
    assert_eq!(alone(&program, &["4"]), ("0 1459\n".into(), "bind(): it failed\n".into()));
    assert_eq!(alone(&program, &["7"]), ("0 1438\n".into(), String::new()));
}

/// A pseudo-terminal: our end, and the program's.
fn terminal() -> (File, OwnedFd) {
    let (mut ours, mut theirs) = (0, 0);
    let (name, mode, size) = (std::ptr::null_mut(), std::ptr::null(), std::ptr::null());
    // SAFETY: two descriptors are written to locals, and belong to whoever gets them here.
    unsafe {
        let made = libc::openpty(&raw mut ours, &raw mut theirs, name, mode, size);
        assert_eq!(made, 0, "there is room for a terminal");
        (File::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))
    }
}

/// What it writes to stdout when these lines are typed at its questions.
fn asked(program: &PathBuf, style: &str, lines: &str) -> String {
    let (mut ours, theirs) = terminal();
    let err = theirs.try_clone().expect("a descriptor is left");
    let mut command = Command::new(program);
    command.arg(style).stdin(theirs).stderr(err).stdout(Stdio::piped());
    let child = command.spawn().expect("it runs");
    drop(command); // and with it the program's end here
    ours.write_all(lines.as_bytes()).expect("the terminal takes a line");
    let output = child.wait_with_output().expect("it ends");
    let mut shown = [0; 4096];
    let count = ours.read(&mut shown).expect("it was asked something");
    let shown = String::from_utf8_lossy(&shown[..count]);
    assert!(shown.contains("bind(): it failed"), "{shown}");
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn a_choice_is_made_on_the_terminal() {
    let folder = Folder::new();
    let program = program(&folder);
    assert_eq!(asked(&program, "4", "n\n"), "7 0\n");
    assert_eq!(asked(&program, "3", "perhaps\nCANCEL\n"), "2 0\n");
    assert_eq!(asked(&program, "0x104", "\n"), "7 0\n"); // MB_DEFBUTTON2
    assert_eq!(asked(&program, "5", "\u{4}"), "0 1459\n"); // end of input
}

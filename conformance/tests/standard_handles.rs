//! S15.14–S15.17: the standard handles, in a child whose standard handles this test has made.
//!
//! # Safety
//!
//! Handles are values; pointers are to locals and used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::ptr::null_mut;

use conformance::{POISON, read_now, win32_call};
use overlapped::sys::*;

/// The variable that makes a test the child.
const CHILD: &str = "CONFORMANCE_STANDARD_HANDLES";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// This program again, for one test. What it has to say it writes to its standard error.
fn child(test: &str, input: Stdio) -> Child {
    Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", test])
        .env(CHILD, "yes")
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this program can be run again")
}

/// What the child has said, when it has ended.
fn told(child: Child) -> String {
    let output = child.wait_with_output().expect("it was started");
    String::from_utf8_lossy(&output.stderr).replace('\r', "")
}

fn standard(which: u32) -> HANDLE {
    win32_call(INVALID_HANDLE_VALUE, || unsafe { GetStdHandle(which) }).expect("there is one")
}

fn write_now(handle: HANDLE, bytes: &[u8]) -> Result<u32, u32> {
    let (length, mut count) = (bytes.len() as u32, POISON);
    let write = || unsafe { WriteFile(handle, bytes.as_ptr(), length, &mut count, null_mut()) };
    win32_call(0, write).map(|_| count)
}

/// Says it to the parent, by WriteFile.
fn say(text: String) {
    assert_eq!(write_now(standard(STD_ERROR_HANDLE), text.as_bytes()), Ok(text.len() as u32));
}

/// S15.14: any other number has no handle.
#[test]
fn there_are_three() {
    for number in [0, 1, 99, STD_ERROR_HANDLE - 1] {
        let got = win32_call(INVALID_HANDLE_VALUE, || unsafe { GetStdHandle(number) });
        assert_eq!(got, Err(ERROR_INVALID_HANDLE), "{number}");
    }
    assert_eq!(standard(STD_OUTPUT_HANDLE), standard(STD_OUTPUT_HANDLE));
}

/// S15.14, S15.15: a pipe is read as far as there is something, and broken when nobody writes.
#[test]
fn a_pipe_gives_what_there_is_and_breaks() {
    if is_child() {
        let input = standard(STD_INPUT_HANDLE);
        say(format!("type {}\n", unsafe { GetFileType(input) }));
        say(format!("{:?}\n", read_now(input, 64)));
        say(format!("{:?}\n", read_now(input, 64)));
        std::process::exit(0);
    }
    let mut child = child("a_pipe_gives_what_there_is_and_breaks", Stdio::piped());
    let mut input = child.stdin.take().expect("it was asked for");
    input.write_all(b"hello").expect("the child reads");
    let mut said = child.stderr.take().expect("it was asked for");
    let mut text = String::new();
    // The end comes only after the child has read what there is.
    while text.lines().count() < 2 {
        let mut some = [0; 64];
        let count = said.read(&mut some).expect("a pipe is read");
        assert!(count > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    drop(input);
    said.read_to_string(&mut text).expect("a pipe is read");
    assert!(child.wait().expect("it was started").success());
    let hello = format!("{:?}", b"hello");
    assert_eq!(text, format!("type {FILE_TYPE_PIPE}\nOk({hello})\nErr({ERROR_BROKEN_PIPE})\n"));
}

/// S15.15: a write to a pipe that nobody reads fails with 232, and kills nobody.
#[test]
fn a_pipe_that_nobody_reads_is_closing() {
    if is_child() {
        say("here\n".to_owned()); // and the test harness has said all that it says
        let go = read_now(standard(STD_INPUT_HANDLE), 1);
        assert_eq!(go, Ok(b"x".to_vec()));
        say(format!("{:?}", write_now(standard(STD_OUTPUT_HANDLE), b"lost")));
        std::process::exit(0);
    }
    let mut child = child("a_pipe_that_nobody_reads_is_closing", Stdio::piped());
    let mut said = child.stderr.take().expect("it was asked for");
    said.read_exact(&mut [0; 5]).expect("it says that it is here");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("it was asked for");
    input.write_all(b"x").expect("the child reads");
    let mut text = String::new();
    said.read_to_string(&mut text).expect("a pipe is read");
    assert!(child.wait().expect("it was started").success());
    assert_eq!(text, format!("Err({ERROR_NO_DATA})"));
}

/// S15.14: a file is one, with its position and its end.
#[test]
fn a_file_is_read_from_where_it_stands() {
    if is_child() {
        let input = standard(STD_INPUT_HANDLE);
        say(format!("type {}\n", unsafe { GetFileType(input) }));
        for _ in 0..3 {
            say(format!("{:?}\n", read_now(input, 4)));
        }
        std::process::exit(0);
    }
    let name = format!("conformance-standard-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, b"abcdef").expect("the folder for temporary files is writable");
    let file = File::open(&path).expect("it was written");
    let child = child("a_file_is_read_from_where_it_stands", file.into());
    let parts = [&b"abcd"[..], b"ef", b""].map(|part| format!("Ok({part:?})\n"));
    assert_eq!(told(child), format!("type {FILE_TYPE_DISK}\n{}", parts.concat()));
    _ = std::fs::remove_file(&path);
}

/// S15.16: closed, it is no handle any more, and the other end sees it.
#[test]
fn a_closed_standard_handle_is_closed() {
    if is_child() {
        let output = standard(STD_OUTPUT_HANDLE);
        assert_ne!(unsafe { CloseHandle(output) }, 0);
        say(format!("{:?}\n", write_now(output, b"x")));
        say(format!("{:?}\n", win32_call(0, || unsafe { CloseHandle(output) })));
        say(format!("{}\n", standard(STD_OUTPUT_HANDLE) == output));
        // Not before the parent has seen the end of what it reads.
        say(format!("{:?}\n", read_now(standard(STD_INPUT_HANDLE), 1)));
        std::process::exit(0);
    }
    let mut child = child("a_closed_standard_handle_is_closed", Stdio::piped());
    let mut output = child.stdout.take().expect("it was asked for");
    output.read_to_end(&mut Vec::new()).expect("it ends while the child lives");
    let mut input = child.stdin.take().expect("it was asked for");
    input.write_all(b"x").expect("the child lives");
    let invalid = format!("Err({ERROR_INVALID_HANDLE})\n");
    assert_eq!(told(child), format!("{invalid}{invalid}true\nOk({:?})\n", b"x"));
}

/// S15.17: SetStdHandle is what GetStdHandle says.
#[test]
fn a_standard_handle_can_be_replaced() {
    if is_child() {
        let errors = standard(STD_ERROR_HANDLE);
        assert_ne!(unsafe { SetStdHandle(STD_OUTPUT_HANDLE, errors) }, 0);
        assert_eq!(write_now(standard(STD_OUTPUT_HANDLE), b"replaced"), Ok(8));
        let failed = win32_call(0, || unsafe { SetStdHandle(99, errors) });
        assert_eq!(failed, Err(ERROR_INVALID_HANDLE));
        std::process::exit(0);
    }
    assert_eq!(told(child("a_standard_handle_can_be_replaced", Stdio::null())), "replaced");
}

/// S15.15: what does not fit the caller's buffer is there for the next read.
#[test]
fn a_pipe_is_read_in_parts() {
    if is_child() {
        let input = standard(STD_INPUT_HANDLE);
        for room in [2, 3] {
            say(format!("{:?}\n", read_now(input, room)));
        }
        std::process::exit(0);
    }
    let mut child = child("a_pipe_is_read_in_parts", Stdio::piped());
    let mut input = child.stdin.take().expect("it was asked for");
    input.write_all(b"hello").expect("the child reads");
    assert_eq!(told(child), format!("Ok({:?})\nOk({:?})\n", b"he", b"llo"));
}

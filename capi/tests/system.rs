//! What the library does with the terminal, with signals and with faults: programs of `c/` in a
//! child process, whose other end is this test.
//!
//! # Safety
//!
//! Descriptors are made here and owned from then on; a signal goes to a child that is waited for.

mod compiler;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use compiler::{DRIVER, Folder, library, run};

/// Ends what hangs.
const LIMIT: &[&str] = &["--foreground", "--signal=KILL", "60"];

/// A program of `c/`, compiled.
fn program(folder: &Folder, name: &str) -> PathBuf {
    library();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(name);
    let source = source.with_extension("c");
    let line = ["-w", "-g", source.to_str().expect("a path of text"), "-o", name];
    run(DRIVER, &line, folder.path()).unwrap_or_else(|why| panic!("{why}"));
    folder.path().join(name)
}

/// A terminal of 80 by 24: this end of it, and the program's.
fn terminal() -> (File, File) {
    let (mut this, mut that) = (0, 0);
    let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let null = std::ptr::null_mut();
    // SAFETY: two numbers and a size of this frame, filled and read by the call.
    let made =
        unsafe { libc::openpty(&mut this, &mut that, null, std::ptr::null(), &raw const size) };
    assert_eq!(made, 0, "there are terminals");
    // SAFETY: the call has just made both for this frame alone.
    unsafe { (File::from_raw_fd(this), File::from_raw_fd(that)) }
}

#[test]
fn a_console_is_the_terminal() {
    let folder = Folder::new();
    let program = program(&folder, "console");
    let (mut screen, slave) = terminal();
    let copy = || Stdio::from(slave.try_clone().expect("it can be duplicated"));
    let mut child = Command::new("timeout")
        .args(LIMIT)
        .arg(program)
        .stdin(copy())
        .stdout(copy())
        .stderr(copy())
        .spawn()
        .expect("coreutils has a timeout");
    drop(slave);
    let dialogue: [(&str, &[u8]); 11] = [
        ("line?", b"hello\n"),
        ("file?", b"world\n"),
        ("parts?", b"abcd\n"),
        ("exact?", b"abcd\n"),
        ("wide?", "한글\n".as_bytes()),
        ("cut?", "한글\n".as_bytes()),
        ("key?", b"k"),
        ("getch?", b"g"),
        ("events?", "aZ\x1b[A\x1b[15;5~\r!한".as_bytes()),
        ("again?", "한".as_bytes()),
        ("\x1b[6n", b"\x1b[5;7R"),
    ];
    let (mut shown, mut seen) = (Vec::new(), 0);
    let mut answers = dialogue.iter();
    let mut next = answers.next();
    let mut some = [0; 4096];
    // The terminal of a program that has ended is at its end, or fails.
    while let Ok(count @ 1..) = screen.read(&mut some) {
        shown.extend_from_slice(&some[..count]);
        while let Some((question, answer)) = next
            && let Some(at) = find(&shown[seen..], question.as_bytes())
        {
            seen += at + question.len();
            screen.write_all(answer).expect("the program reads");
            next = answers.next();
        }
    }
    let text = String::from_utf8_lossy(&shown);
    assert!(child.wait().expect("it was started").success(), "{text}");
    assert!(text.contains("0 wrong"), "{text}");
    for wanted in [
        "one two three four 한\r\n",
        "\x1b[0;91m",
        "\x1b[0m",
        "\x1b[3;10H",
        "\x1b[?25l",
        "\x1b[?25h",
        "\x1b7\x1b[3;10Hxxxxx\x1b8",
        "\x1b]0;title\x07",
    ] {
        assert!(text.contains(wanted), "no {wanted:?} in {text:?}");
    }
}

#[test]
fn no_key_waits_at_the_end_of_the_input() {
    let folder = Folder::new();
    let program = program(&folder, "keys");
    let told = |input: Stdio, words: &[&str]| {
        let told = Command::new(&program).args(words).stdin(input).output().expect("it runs");
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    assert_eq!(told(Stdio::null(), &[]), "0\n");
    let text = folder.write("text", "ab");
    let open = || Stdio::from(File::open(&text).expect("it was written"));
    assert_eq!(told(open(), &["first"]), "1 a\n1\nbye\n");
    assert_eq!(told(open(), &["first", "second"]), "1 a\n1 b\n0\nbye\n");
    let (reader, mut writer) = std::io::pipe().expect("there are pipes");
    writer.write_all(b"k").expect("it has room");
    assert_eq!(told(reader.try_clone().expect("it can be").into(), &["first"]), "1 k\n0\nbye\n");
    drop(writer);
    assert_eq!(told(reader.into(), &[]), "0\n");
}

fn find(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part)
}

/// A program that is sent signals; its input stays open, and silent.
struct Signalled {
    child: Child,
    lines: BufReader<ChildStdout>,
    _input: ChildStdin,
}

impl Signalled {
    fn start(program: &Path, word: &str) -> Signalled {
        let mut child = Command::new(program)
            .arg(word)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was compiled");
        let lines = BufReader::new(child.stdout.take().expect("it was asked for"));
        let input = child.stdin.take().expect("it was asked for");
        let mut this = Signalled { child, lines, _input: input };
        assert_eq!(this.line(), "ready");
        this
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it prints text");
        line.trim_end().to_owned()
    }

    fn send(&self, signal: i32) {
        // SAFETY: a number of a child that is not waited for yet, so that it is nobody else's.
        unsafe { libc::kill(self.child.id() as i32, signal) };
    }

    fn end(mut self) -> (String, ExitStatus) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).expect("it prints text");
        (rest, self.child.wait().expect("it was started"))
    }
}

#[test]
fn handlers_get_signals_the_newest_first() {
    let folder = Folder::new();
    let mut taker = Signalled::start(&program(&folder, "control"), "take");
    taker.send(libc::SIGINT);
    assert_eq!([taker.line(), taker.line()], ["handler 0", "told"]);
    taker.send(libc::SIGQUIT);
    assert_eq!(taker.line(), "handler 1");
    // The handler is taken away, and the one before it gets what the program sends itself.
    assert_eq!(taker.line(), "first 0");
    taker.send(libc::SIGTERM);
    let (rest, status) = taker.end();
    assert_eq!((rest.as_str(), status.signal()), ("first 2\n", Some(libc::SIGTERM)));
}

#[test]
fn what_no_handler_takes_ends_the_process() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let folder = Folder::new();
        let mut leaver = Signalled::start(&program(&folder, "control"), "leave");
        leaver.send(signal);
        let event = if signal == libc::SIGINT { 0 } else { 2 };
        assert_eq!(leaver.line(), format!("handler {event}"));
        assert_eq!(leaver.end().1.signal(), Some(signal));
    }
}

#[test]
fn a_fault_writes_where_it_was() {
    let folder = Folder::new();
    let program = program(&folder, "fault");
    let output = Command::new(program)
        .arg("dump.txt")
        .current_dir(folder.path())
        .output()
        .expect("it was compiled");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "C0000005 8 1\nhandled\nC0000005 8 1\n");
    assert_eq!(output.status.code(), Some(5), "the end is quiet: {}", output.status);
    let dump = fs::read_to_string(folder.path().join("dump.txt")).expect("it is a text");
    for wanted in ["exception 0xC0000005", "fails_here", "fault.c", "\nmemory\n"] {
        assert!(dump.contains(wanted), "no {wanted:?} in {dump}");
    }
    let order: Vec<_> = [": fails_here", ": main"].iter().map(|name| dump.find(name)).collect();
    assert!(order.is_sorted() && !dump.contains(": filter"), "{dump}");
}

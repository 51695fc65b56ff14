//! One scenario: programs that run, and the transcript of what they print.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::stage::{Stage, examples};

/// How long a program may run: ends those that hang.
const LIMIT_SECONDS: &str = "30";
/// How often a scenario may go wrong under Wine, whose processes starve now and then on a busy
/// machine; Linux has one try.
const TRIES_OF_WINE: usize = 3;
/// What servers say first; the port follows, which is another each time.
const LISTENING: &str = "listening on ";
/// Makes a transcript of what is printed, instead of comparing.
const RECORD: &str = "EXAMPLES_RECORD";

/// The programs of a scenario, in the order of their starts.
pub struct Cast {
    folder: PathBuf,
    actors: Vec<Actor>,
    /// What PORT stands for: the last server's.
    port: String,
}

struct Actor {
    /// What was typed, before PORT became a number.
    command: String,
    process: Child,
    output: BufReader<ChildStdout>,
    lines: Vec<String>,
}

/// Runs a scenario and holds what its programs print against the transcript of its name.
pub fn play(name: &str, scenario: impl Fn(&mut Cast)) {
    let path = examples().join("transcripts").join(format!("{name}.txt"));
    if std::env::var_os(RECORD).is_some() {
        return fs::write(path, perform(name, &scenario)).expect("transcripts can be written");
    }
    let wanted = fs::read_to_string(path).expect("every scenario has its transcript");
    let compare = || assert_eq!(settled(perform(name, &scenario), &wanted), wanted, "of {name}");
    for _ in 1..if Stage::get().is_wine() { TRIES_OF_WINE } else { 1 } {
        if panic::catch_unwind(AssertUnwindSafe(compare)).is_ok() {
            return;
        }
    }
    compare();
}

/// A reset that the next receive meets itself fails it with 10054. Told of by a port it is 64, by a
/// message 10053 (S1.47, S2.19, S7.12): which of them comes first is a matter of luck.
fn settled(said: String, wanted: &str) -> String {
    match ["error 64", "error 10053"].into_iter().find(|told| wanted.contains(told)) {
        Some(told) => said.replace("error 10054", told),
        None => said,
    }
}

fn perform(name: &str, scenario: impl Fn(&mut Cast)) -> String {
    let folder = Stage::get().workplace(name);
    let mut cast = Cast { folder, actors: Vec::new(), port: String::new() };
    scenario(&mut cast);
    let parts: Vec<String> = cast.actors.into_iter().map(Actor::finish).collect();
    parts.join("\n")
}

impl Cast {
    /// Starts a server and reads the port it listens on; its number in the cast.
    pub fn server(&mut self, program: &str, arguments: &[&str]) -> usize {
        let server = self.start(program, arguments);
        let line = self.wait_for(server, LISTENING);
        let (_, port) = line.rsplit_once(':').expect("the line ends with a port");
        self.port = port.to_owned();
        server
    }

    /// Runs a client to its end.
    pub fn client(&mut self, program: &str, arguments: &[&str]) {
        let client = self.start(program, arguments);
        self.actors[client].read(|_| false);
    }

    /// Starts a program, with the port for `PORT`; its number in the cast.
    pub fn start(&mut self, program: &str, arguments: &[&str]) -> usize {
        let stage = Stage::get();
        let actual = |&argument: &&str| match argument {
            "PORT" => self.port.clone(),
            other => other.to_owned(),
        };
        let mut process = Command::new("timeout")
            .args(["--signal=KILL", LIMIT_SECONDS])
            .args(&stage.runner)
            .arg(stage.program(program))
            .args(arguments.iter().map(actual))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("coreutils has a timeout");
        let output = BufReader::new(process.stdout.take().expect("it was asked for"));
        let command = [&[program], arguments].concat().join(" ");
        self.actors.push(Actor { command, process, output, lines: Vec::new() });
        self.actors.len() - 1
    }

    /// Waits for a line that begins with `text`.
    pub fn wait_for(&mut self, actor: usize, text: &str) -> String {
        let actor = &mut self.actors[actor];
        actor.read(|line| line.starts_with(text));
        let last = actor.lines.last().filter(|line| line.starts_with(text));
        last.unwrap_or_else(|| panic!("{}: no `{text}` in {:?}", actor.command, actor.lines))
            .clone()
    }

    /// What Ctrl-C does.
    pub fn interrupt(&mut self, actor: usize) {
        let id = self.actors[actor].process.id().to_string();
        let done = Command::new("kill").args(["-INT", &id]).status().expect("a system has a kill");
        assert!(done.success(), "the program runs until it is told to end");
        self.actors[actor].read(|_| false);
    }

    /// Makes PORT one where nobody listens: it was free a moment ago.
    pub fn free_port(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there are free ports");
        self.port = listener.local_addr().expect("a listener has an address").port().to_string();
    }

    /// Makes a folder with files for the programs to find.
    pub fn folder(&self, name: &str, files: &[(&str, &[u8])]) {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).expect("the workplace can be written");
        for (file, bytes) in files {
            fs::write(folder.join(file), bytes).expect("the workplace can be written");
        }
    }
}

impl Actor {
    /// Reads lines until one is `enough`, or there are no more.
    fn read(&mut self, enough: impl Fn(&str) -> bool) {
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("the examples print text") > 0 {
            self.lines.push(line.trim_end_matches(['\r', '\n']).to_owned());
            line.clear();
            if enough(self.lines.last().expect("there is one now")) {
                break;
            }
        }
    }

    /// Its part of the transcript, when it has ended, and well.
    fn finish(mut self) -> String {
        self.read(|_| false);
        let status = self.process.wait().expect("it was started");
        let stable = |line: &String| match line.starts_with(LISTENING) {
            true => format!("{LISTENING}127.0.0.1:PORT\n"),
            false => format!("{line}\n"),
        };
        let text = self.lines.iter().map(stable).collect::<String>();
        assert!(status.success(), "{}: {status}\n{text}", self.command);
        format!("$ {}\n{text}", self.command)
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        // A scenario that fails leaves nobody behind. `timeout` hands the signal on, and what does
        // not heed it has its limit.
        if matches!(self.process.try_wait(), Ok(None)) {
            _ = Command::new("kill").arg(self.process.id().to_string()).status();
            _ = self.process.wait();
        }
    }
}

//! Runs random programs and compares what two judges say of them.
//!
//! ```text
//! differential 0..20                            prints programs and what the engine says
//! differential 0..500 -- wine64 differential.exe    compares the engine with another judge
//! differential < programs                       transcripts of programs, an empty line after each
//! ```

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::ops::Range;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use conformance::differential::{Comparison, Program, compare, program, shorter, transcript};

/// Programs that one process runs.
const BATCH: usize = 50;
/// How long it may take.
const BATCH_LIMIT: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let judged = match &arguments[..] {
        [] => answer(),
        [seeds] => range(seeds).map(print),
        [seeds, dashes, other @ ..] if dashes == "--" && !other.is_empty() => {
            range(seeds).and_then(|seeds| judge(seeds, other))
        }
        _ => Err("differential [FROM..TO [-- COMMAND...]]".into()),
    };
    match judged {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn range(seeds: &str) -> Result<Range<u64>, String> {
    let ends = seeds.split_once("..").and_then(|(from, to)| from.parse().ok().zip(to.parse().ok()));
    ends.map(|(from, to)| from..to).ok_or_else(|| format!("no range of seeds: `{seeds}`"))
}

fn print(seeds: Range<u64>) {
    for seed in seeds {
        println!("seed {seed}");
        transcript(&program(seed)).iter().for_each(|line| println!("{line}"));
        println!();
    }
}

/// Programs in, transcripts out.
fn answer() -> Result<(), String> {
    let mut programs = String::new();
    std::io::stdin().read_to_string(&mut programs).map_err(|why| why.to_string())?;
    for text in programs.split_terminator("\n\n") {
        transcript(&text.parse()?).iter().for_each(|line| println!("{line}"));
        println!();
    }
    Ok(())
}

/// The engine and the other judge.
struct Judges {
    ours: Vec<String>,
    theirs: Vec<String>,
}

fn judge(seeds: Range<u64>, other: &[String]) -> Result<(), String> {
    let me = std::env::current_exe().map_err(|why| why.to_string())?;
    let judges = Judges { ours: vec![me.display().to_string()], theirs: other.to_vec() };
    let all: Vec<u64> = seeds.collect();
    let (mut known, mut unknown) = (BTreeMap::new(), 0);
    for batch in all.chunks(BATCH) {
        let programs: Vec<Program> = batch.iter().map(|&seed| program(seed)).collect();
        for (at, told) in judges.compare(&programs)?.into_iter().enumerate() {
            for item in told.known {
                *known.entry(item).or_insert(0) += 1;
            }
            if told.unknown.is_some() {
                unknown += 1;
                println!("seed {}:\n{}", batch[at], judges.shortest(programs[at].clone())?);
            }
        }
    }
    let known: Vec<String> = known.iter().map(|(item, n)| format!("{n} by {item}")).collect();
    println!(
        "differential: {} of {} seeds agree; known differences: {}",
        all.len() - unknown,
        all.len(),
        if known.is_empty() { "none".into() } else { known.join(", ") }
    );
    if unknown == 0 { Ok(()) } else { Err(format!("{unknown} seeds differ")) }
}

impl Judges {
    fn compare(&self, programs: &[Program]) -> Result<Vec<Comparison>, String> {
        let ours = transcripts(&self.ours, programs)?;
        let theirs = transcripts(&self.theirs, programs)?;
        Ok(ours.iter().zip(&theirs).map(|(ours, theirs)| compare(ours, theirs)).collect())
    }

    /// The shortest program found that still differs, and how.
    fn shortest(&self, mut program: Program) -> Result<String, String> {
        'again: loop {
            let candidates = shorter(&program);
            let told = self.compare(&candidates)?;
            for (candidate, told) in candidates.into_iter().zip(told) {
                if told.unknown.is_some() {
                    program = candidate;
                    continue 'again;
                }
            }
            break;
        }
        let told = self.compare(std::slice::from_ref(&program))?;
        let lines = match told[0].unknown.clone() {
            Some((ours, theirs)) => format!("  ours:   {ours}\n  theirs: {theirs}\n"),
            None => "  it does not differ every time\n".into(),
        };
        Ok(format!("{program}{lines}"))
    }
}

/// What `command` says of each program. One that it did not come to has no lines.
fn transcripts(command: &[String], programs: &[Program]) -> Result<Vec<Vec<String>>, String> {
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|why| format!("cannot start {}: {why}", command[0]))?;
    let text: String = programs.iter().map(|program| format!("{program}\n")).collect();
    let mut stdin = child.stdin.take().expect("it is piped");
    // It reads all before it writes; one that ends early is told by what is missing.
    _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    let said = output(&mut child).replace('\r', "");
    let mut transcripts: Vec<Vec<String>> = said
        .split_terminator("\n\n")
        .map(|lines| lines.lines().map(str::to_owned).collect())
        .collect();
    transcripts.resize(programs.len(), Vec::new());
    Ok(transcripts)
}

/// All it prints until it ends, or its time is over.
fn output(child: &mut Child) -> String {
    let mut stdout = child.stdout.take().expect("it is piped");
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = Vec::new();
        _ = stdout.read_to_end(&mut said);
        _ = tell.send(String::from_utf8_lossy(&said).into_owned());
    });
    let said = told.recv_timeout(BATCH_LIMIT).or_else(|_| {
        _ = child.kill();
        told.recv_timeout(BATCH_LIMIT)
    });
    _ = child.wait();
    said.unwrap_or_default()
}

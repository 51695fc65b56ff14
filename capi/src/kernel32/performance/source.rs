//! Where counters of performance come from: a path's meaning, and one look at /proc.

use std::fs;

use crate::kernel32::counters::fields;
use crate::kernel32::process::{numbers, program_name};
use crate::kernel32::tables::counted;

/// Why there is no such counter: PDH_CSTATUS_NO_OBJECT and the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(pub u32);

pub const NO_MACHINE: Status = Status(0x8000_07D0);
pub const NO_INSTANCE: Status = Status(0x8000_07D1);
pub const NO_OBJECT: Status = Status(0xC000_0BB8);
pub const NO_COUNTER: Status = Status(0xC000_0BB9);
pub const INVALID_PATH: Status = Status(0xC000_0BC4);

/// How two looks make a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The last look alone.
    Now,
    /// What came between them, by the base's part of it.
    Rate,
    /// The same in percent.
    Percent,
}

/// What was seen: an amount, and what it is divided by, which for rates are seconds.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub amount: f64,
    pub base: f64,
}

/// What a path means.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A line of /proc/stat, and whether user's, the kernel's or idle time counts; else all but
    /// idle.
    Processor(String, Time),
    /// A process by its program's name and which of those; and what of it.
    Process(String, usize, Fact),
    /// Words of /proc/meminfo, added up, and how many bytes are one; the last one taken away.
    Memory { plus: &'static [&'static str], minus: &'static str, unit: f64 },
    /// Part of the memory that may be promised which is.
    Promised,
    /// A word of /proc/vmstat or /proc/stat.
    Counted(&'static str, &'static str),
    /// An interface, and the columns of /proc/net/dev that are added up.
    Interface(String, &'static [usize]),
    /// A word of /proc/net/snmp about TCP.
    Tcp(&'static str),
    /// How many processes there are.
    Processes,
    /// How long the machine runs, in seconds.
    Uptime,
}

/// Of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    Busy,
    User,
    Kernel,
    Idle,
}

/// Of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Time,
    UserTime,
    KernelTime,
    WorkingSet,
    PrivateBytes,
    VirtualBytes,
    Threads,
    Handles,
    Number,
    Faults,
}

const KB: f64 = 1024.0;
const MB: f64 = KB * KB;
/// Of processor time in a second, in /proc: USER_HZ.
const TICKS: f64 = 100.0;

/// `[\\machine]\object[(instance)]\counter`, in any case.
pub fn parse(path: &str) -> Result<(Source, Kind), Status> {
    let rest = match path.strip_prefix("\\\\") {
        None => path.strip_prefix('\\').ok_or(INVALID_PATH)?,
        Some(full) => {
            let (machine, rest) = full.split_once('\\').ok_or(INVALID_PATH)?;
            let own = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
            if machine != "." && !own.trim_end().eq_ignore_ascii_case(machine) {
                return Err(NO_MACHINE);
            }
            rest
        }
    };
    let (object, counter) = rest.rsplit_once('\\').ok_or(INVALID_PATH)?;
    let (object, instance) = match object.split_once('(') {
        Some((object, rest)) => (object, rest.strip_suffix(')').ok_or(INVALID_PATH)?),
        None => (object, ""),
    };
    let (object, counter) = (object.to_lowercase(), counter.to_lowercase());
    match object.as_str() {
        "processor" | "processor information" => processor(instance, &counter),
        "process" => process(instance, &counter),
        "memory" => memory(&counter),
        "network interface" => interface(instance, &counter),
        "tcpv4" | "tcp" => tcp(&counter),
        "system" => system(&counter),
        _ => Err(NO_OBJECT),
    }
}

fn processor(instance: &str, counter: &str) -> Result<(Source, Kind), Status> {
    let time = match counter {
        "% processor time" => Time::Busy,
        "% user time" => Time::User,
        "% privileged time" => Time::Kernel,
        "% idle time" => Time::Idle,
        _ => return Err(NO_COUNTER),
    };
    let one = instance.strip_prefix("0,").unwrap_or(instance);
    let line = match one {
        one if one.eq_ignore_ascii_case("_total") => "cpu".to_owned(),
        one => format!("cpu{}", one.parse::<u32>().map_err(|_| NO_INSTANCE)?),
    };
    let source = Source::Processor(line, time);
    source.look(0.0).ok_or(NO_INSTANCE)?;
    Ok((source, Kind::Percent))
}

fn process(instance: &str, counter: &str) -> Result<(Source, Kind), Status> {
    let (fact, kind) = match counter {
        "% processor time" => (Fact::Time, Kind::Percent),
        "% user time" => (Fact::UserTime, Kind::Percent),
        "% privileged time" => (Fact::KernelTime, Kind::Percent),
        "working set" => (Fact::WorkingSet, Kind::Now),
        "private bytes" => (Fact::PrivateBytes, Kind::Now),
        "virtual bytes" => (Fact::VirtualBytes, Kind::Now),
        "thread count" => (Fact::Threads, Kind::Now),
        "handle count" => (Fact::Handles, Kind::Now),
        "id process" => (Fact::Number, Kind::Now),
        "page faults/sec" => (Fact::Faults, Kind::Rate),
        _ => return Err(NO_COUNTER),
    };
    let (name, which) = match instance.rsplit_once('#') {
        Some((name, which)) => (name, which.parse().map_err(|_| INVALID_PATH)?),
        None => (instance, 0),
    };
    if name.is_empty() {
        return Err(INVALID_PATH);
    }
    Ok((Source::Process(name.to_lowercase(), which, fact), kind))
}

fn memory(counter: &str) -> Result<(Source, Kind), Status> {
    let of = |plus, minus, unit| Ok((Source::Memory { plus, minus, unit }, Kind::Now));
    match counter {
        "available bytes" => of(&["MemAvailable"], "", 1.0),
        "available kbytes" => of(&["MemAvailable"], "", KB),
        "available mbytes" => of(&["MemAvailable"], "", MB),
        "committed bytes" => of(&["Committed_AS"], "", 1.0),
        "commit limit" => of(&["MemTotal", "SwapTotal"], "", 1.0),
        "cache bytes" => of(&["Cached"], "", 1.0),
        "pool nonpaged bytes" => of(&["SUnreclaim"], "", 1.0),
        "pool paged bytes" => of(&["SReclaimable"], "", 1.0),
        "% committed bytes in use" => Ok((Source::Promised, Kind::Now)),
        "page faults/sec" => Ok((Source::Counted("/proc/vmstat", "pgfault"), Kind::Rate)),
        _ => Err(NO_COUNTER),
    }
}

fn interface(instance: &str, counter: &str) -> Result<(Source, Kind), Status> {
    let columns: &[usize] = match counter {
        "bytes received/sec" => &[0],
        "bytes sent/sec" => &[8],
        "bytes total/sec" => &[0, 8],
        "packets received/sec" => &[1],
        "packets sent/sec" => &[9],
        "packets/sec" => &[1, 9],
        _ => return Err(NO_COUNTER),
    };
    let source = Source::Interface(instance.to_owned(), columns);
    source.look(0.0).ok_or(NO_INSTANCE)?;
    Ok((source, Kind::Rate))
}

fn tcp(counter: &str) -> Result<(Source, Kind), Status> {
    let (word, kind) = match counter {
        "segments sent/sec" => ("OutSegs", Kind::Rate),
        "segments received/sec" => ("InSegs", Kind::Rate),
        "segments retransmitted/sec" => ("RetransSegs", Kind::Rate),
        "connections established" => ("CurrEstab", Kind::Now),
        "connections active" => ("ActiveOpens", Kind::Now),
        "connections passive" => ("PassiveOpens", Kind::Now),
        "connection failures" => ("AttemptFails", Kind::Now),
        "connections reset" => ("EstabResets", Kind::Now),
        _ => return Err(NO_COUNTER),
    };
    Ok((Source::Tcp(word), kind))
}

fn system(counter: &str) -> Result<(Source, Kind), Status> {
    match counter {
        "processes" => Ok((Source::Processes, Kind::Now)),
        "system up time" => Ok((Source::Uptime, Kind::Now)),
        "context switches/sec" => Ok((Source::Counted("/proc/stat", "ctxt"), Kind::Rate)),
        _ => Err(NO_COUNTER),
    }
}

/// The numbers behind the first word of a line of a file.
fn line_numbers(file: &str, word: &str) -> Option<Vec<f64>> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(word)?;
        rest.strip_prefix(':').or_else(|| rest.strip_prefix(' '))
    })?;
    Some(line.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect())
}

fn meminfo(word: &str) -> Option<f64> {
    line_numbers("/proc/meminfo", word)?.first().map(|kb| kb * KB)
}

impl Source {
    /// One look; `seconds`: when. `None`: what it is about is not there.
    pub fn look(&self, seconds: f64) -> Option<Sample> {
        let amount = match self {
            Source::Processor(line, time) => return processor_times(line, *time),
            Source::Process(name, which, fact) => find(name, *which)?.look(*fact)?,
            Source::Memory { plus, minus, unit } => {
                let sum: f64 = plus.iter().filter_map(|word| meminfo(word)).sum();
                (sum - meminfo(minus).unwrap_or(0.0)) / unit
            }
            Source::Promised => {
                let all = meminfo("MemTotal")? + meminfo("SwapTotal")?;
                100.0 * meminfo("Committed_AS")? / all
            }
            Source::Counted(file, word) => *line_numbers(file, word)?.first()?,
            Source::Interface(name, columns) => {
                let all = line_numbers("/proc/net/dev", name)?;
                columns.iter().filter_map(|&column| all.get(column)).sum()
            }
            Source::Tcp(word) => *counted("Tcp").get(*word)? as f64,
            Source::Processes => numbers("/proc").ok()?.len() as f64,
            Source::Uptime => {
                let text = fs::read_to_string("/proc/uptime").ok()?;
                text.split(' ').next()?.parse().ok()?
            }
        };
        Some(Sample { amount, base: seconds })
    }
}

/// user nice system idle iowait irq softirq steal: of these, and of all.
fn processor_times(line: &str, time: Time) -> Option<Sample> {
    let all = line_numbers("/proc/stat", line)?;
    let base: f64 = all.iter().take(8).sum();
    let of = |columns: &[usize]| columns.iter().filter_map(|&at| all.get(at)).sum::<f64>();
    let amount = match time {
        Time::Busy => base - of(&[3, 4]),
        Time::User => of(&[0, 1]),
        Time::Kernel => of(&[2, 5, 6]),
        Time::Idle => of(&[3, 4]),
    };
    Some(Sample { amount, base })
}

/// A process, by its number.
struct Running(u32);

/// The process of this name: its program's without `.exe`.
fn find(name: &str, which: usize) -> Option<Running> {
    let is_named = |&number: &u32| {
        program_name(number).is_some_and(|own| {
            let own = own.to_lowercase();
            own.strip_suffix(".exe").unwrap_or(&own) == name
        })
    };
    numbers("/proc").ok()?.into_iter().filter(is_named).nth(which).map(Running)
}

impl Running {
    fn look(&self, fact: Fact) -> Option<f64> {
        let folder = format!("/proc/{}", self.0);
        if fact == Fact::Number {
            return Some(self.0.into());
        }
        if fact == Fact::Handles {
            return Some(fs::read_dir(format!("{folder}/fd")).ok()?.count() as f64);
        }
        if matches!(fact, Fact::WorkingSet | Fact::PrivateBytes | Fact::VirtualBytes) {
            let word = match fact {
                Fact::WorkingSet => "VmRSS",
                Fact::PrivateBytes => "VmData",
                _ => "VmSize",
            };
            return Some(line_numbers(&format!("{folder}/status"), word)?.first()? * KB);
        }
        let text = fs::read_to_string(format!("{folder}/stat")).ok()?;
        let fields = fields(&text).ok()?;
        let word = |number: usize| fields.get(number - 3).map(|&value| value as f64);
        Some(match fact {
            Fact::Time => (word(14)? + word(15)?) / TICKS,
            Fact::UserTime => word(14)? / TICKS,
            Fact::KernelTime => word(15)? / TICKS,
            Fact::Threads => word(20)?,
            _ => word(10)? + word(12)?,
        })
    }
}

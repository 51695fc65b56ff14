//! What one thread of a load counts.

use std::time::{Duration, Instant};
use std::{fmt, io};

use hdrhistogram::Histogram;
use overlapped::{Error, Refused};

/// Why a connection ended before its time.
#[derive(Debug)]
pub enum Fault {
    /// While it was opened.
    Unopened(io::Error),
    Failed(Error),
    Closed,
    WrongByte,
    Silent,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unopened(error) => error.fmt(f),
            Fault::Failed(error) => error.fmt(f),
            Fault::Closed => f.write_str("The peer closed the connection."),
            Fault::WrongByte => f.write_str("A byte came back wrong."),
            Fault::Silent => f.write_str("There was no answer in time."),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Fault::Silent,
            _ => Fault::Unopened(error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Failed(error)
    }
}

impl<D> From<Refused<D>> for Fault {
    fn from(refused: Refused<D>) -> Self {
        Fault::Failed(refused.error)
    }
}

/// Messages and faults.
#[derive(Debug)]
pub struct Tally {
    pub measured: Count,
    /// Of the connections that are kept apart.
    pub skipped: Count,
    pub errors: u64,
    pub first_error: Option<String>,
}

/// Messages.
#[derive(Debug)]
pub struct Count {
    /// Answered before the time was up.
    pub messages: u64,
    /// Nanoseconds of every round trip, those answered later included.
    pub times: Histogram<u64>,
}

/// Round trips are told apart to a thousandth of their length, up to 1000 seconds.
const DIGITS: u8 = 3;
const LONGEST_NS: u64 = 1_000_000_000_000;

impl Tally {
    pub fn new() -> Self {
        let count = || {
            let times = Histogram::new_with_max(LONGEST_NS, DIGITS).expect("both are in range");
            Count { messages: 0, times }
        };
        Self { measured: count(), skipped: count(), errors: 0, first_error: None }
    }

    /// A connection failed.
    pub fn fault(&mut self, number: u64, fault: Fault) {
        self.errors += 1;
        self.first_error.get_or_insert_with(|| format!("connection {number}: {fault}"));
    }

    /// Connections that had no answer when the load ended.
    pub fn silent(&mut self, count: u64) {
        self.errors += count;
        if count > 0 {
            let first = || format!("{count} connections: {}", Fault::Silent);
            self.first_error.get_or_insert_with(first);
        }
    }

    /// Adds what another thread counted.
    pub fn add(&mut self, other: Tally) {
        self.measured.add(&other.measured);
        self.skipped.add(&other.skipped);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

impl Count {
    /// A message was answered.
    pub fn message(&mut self, took: Duration, now: Instant, end: Instant) {
        self.messages += u64::from(now <= end);
        let took_ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.times.saturating_record(took_ns);
    }

    fn add(&mut self, other: &Count) {
        self.messages += other.messages;
        self.times.add(&other.times).expect("both have the same range");
    }
}

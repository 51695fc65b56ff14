//! What a load found, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Prints a line on standard output and flushes it. Nobody listening any more is no error.
pub fn say(line: &str) {
    let mut out = io::stdout().lock();
    _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Figures of a number of connections.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub connections: u64,
    /// Answered in full before the time was up.
    pub messages: u64,
    pub messages_per_second: f64,
    pub p50_us: f64,
    pub p90_us: f64,
    pub p99_us: f64,
    pub p999_us: f64,
    pub max_us: f64,
}

impl Figures {
    /// From the round-trip times in nanoseconds.
    pub fn new(connections: u64, messages: u64, took: Duration, times: &Histogram<u64>) -> Self {
        let quantile_us = |quantile| times.value_at_quantile(quantile) as f64 / 1000.0;
        Self {
            connections,
            messages,
            messages_per_second: (messages as f64 / took.as_secs_f64()).round(),
            p50_us: quantile_us(0.5),
            p90_us: quantile_us(0.9),
            p99_us: quantile_us(0.99),
            p999_us: quantile_us(0.999),
            max_us: times.max() as f64 / 1000.0,
        }
    }
}

/// What a load found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub size_bytes: u64,
    pub seconds: f64,
    #[serde(flatten)]
    pub measured: Figures,
    /// Connections that failed, gave a wrong byte, or no answer.
    pub errors: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_error: Option<String>,
    /// The connections that `--skip-every` keeps apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Figures>,
}

impl Report {
    /// One JSON object on one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("figures and strings have a JSON form")
    }

    /// A few lines to read.
    pub fn text(&self) -> String {
        let mut lines = vec![];
        describe(&mut lines, &self.measured);
        if let Some(skipped) = &self.skipped {
            lines.push("kept apart:".into());
            describe(&mut lines, skipped);
        }
        let first = self.first_error.as_ref().map_or(String::new(), |first| format!(" ({first})"));
        lines.push(format!("errors       {}{first}", self.errors));
        lines.join("\n")
    }
}

fn describe(lines: &mut Vec<String>, figures: &Figures) {
    let Figures { connections, messages, messages_per_second, .. } = figures;
    lines.push(format!("connections  {connections}"));
    lines.push(format!("messages     {}", grouped(*messages as f64)));
    lines.push(format!("messages/s   {}", grouped(*messages_per_second)));
    lines.push(format!(
        "latency      p50 {}, p99 {}, p99.9 {}, max {}",
        time(figures.p50_us),
        time(figures.p99_us),
        time(figures.p999_us),
        time(figures.max_us)
    ));
}

/// A whole number with its thousands apart: 1,234,567.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let apart = |(at, digit): (usize, char)| {
        let comma = at > 0 && (digits.len() - at).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(apart).collect()
}

/// A time in the unit that suits it.
pub fn time(us: f64) -> String {
    match us {
        us if us < 1000.0 => format!("{us:.1} us"),
        us if us < 1_000_000.0 => format!("{:.2} ms", us / 1000.0),
        us => format!("{:.2} s", us / 1_000_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [(0.0, "0"), (999.0, "999"), (1000.0, "1,000"), (1e6, "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_report_survives_its_json() {
        let mut times = Histogram::new(3).unwrap();
        times.record(12_000).unwrap();
        let figures = Figures::new(1, 1, Duration::from_secs(1), &times);
        let report = Report {
            size_bytes: 64,
            seconds: 1.0,
            measured: figures,
            errors: 0,
            first_error: None,
            skipped: Some(figures),
        };
        let json = report.json();
        assert!(!json.contains('\n'));
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}

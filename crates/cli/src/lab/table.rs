//! The findings as tables on a terminal.

use super::{Figures, Findings};
use crate::report::{grouped, time};

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// A table for each load, and what each server says of itself.
pub fn text(findings: &Findings) -> String {
    let mut lines = Vec::new();
    for &load in &findings.loads {
        lines.push(load.title());
        lines.push(row(["", "messages/s", "p50", "p99", "CPU/message", "to best", "memory"]));
        lines.extend(findings.under(load).map(line));
        lines.push(String::new());
    }
    lines.push("How each serves, and the limit it met:".to_owned());
    lines.extend(findings.about.iter().map(|(model, about)| format!("  {model:<18} {about}")));
    lines.push(format!(
        "\n{} processors, {} rounds of {} s, interleaved; medians. CPU is the server's, accepting \
         included.",
        findings.processors, findings.rounds, findings.seconds
    ));
    let failed = findings.figures.iter().filter(|figures| figures.errors > 0);
    lines.extend(failed.map(|figures| {
        format!("{}, {}: {} errors", figures.model, figures.load.title(), figures.errors)
    }));
    lines.join("\n")
}

fn line(figures: &Figures) -> String {
    row([
        figures.model,
        &grouped(figures.messages_per_second),
        &time(figures.p50_us),
        &time(figures.p99_us),
        &time(figures.cpu_us_per_message),
        &format!("{:.2}", figures.cpu_to_best),
        &format!("{:.1} MiB", figures.resident_bytes / MEBIBYTE),
    ])
}

fn row([model, rate, p50, p99, cpu, to_best, memory]: [&str; 7]) -> String {
    format!("  {model:<18} {rate:>11} {p50:>10} {p99:>10} {cpu:>12} {to_best:>8} {memory:>10}")
}

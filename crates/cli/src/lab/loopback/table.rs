//! The findings as tables on a terminal.

use super::{Findings, Row, Stream};
use crate::report::{grouped, time};

/// What Microsoft published for Windows Server 2012: RIO polled with the fast path, against
/// completion ports without it.
pub const PUBLISHED: &str = "published for Windows Server 2012: 27 us → 3 us, 89 % less, from \
                             completion ports to polled RIO with the fast path";

/// Rows of round trips, then of streams.
pub fn text(findings: &Findings) -> String {
    let titles = ["round trips of 64 bytes", "mean", "per second", "less", "jitter less"];
    let mut lines = vec![line(titles, ["p50", "p99", "cache line"])];
    lines.extend(findings.rows.iter().map(row));
    lines.push(format!("\n  {PUBLISHED}\n"));
    lines.push(format!("  {:<30} {:>12} {:>12}", "streams of 64 KiB", "out", "in"));
    lines.extend(findings.streams.iter().map(stream));
    lines.push(format!(
        "\n  {} rounds of {} s, interleaved; two processes, each on a processor of its own. The \
         cache line's own\n  round trip tells how near these were: compare rows where it is alike.",
        findings.rounds, findings.seconds
    ));
    lines.join("\n")
}

fn row(row: &Row) -> String {
    let cache_line = row.cache_line_ns.map_or("-".to_owned(), nanoseconds);
    line(
        [
            row.way,
            &nanoseconds(row.mean_ns),
            &grouped(row.round_trips_per_second()),
            &percent(row.latency_reduction),
            &percent(row.jitter_reduction),
        ],
        [&nanoseconds(row.p50_ns), &nanoseconds(row.p99_ns), &cache_line],
    )
}

fn stream(stream: &Stream) -> String {
    let rate = |bytes_per_second: f64| format!("{:.1} GB/s", bytes_per_second / 1e9);
    let (out, back) = (rate(stream.out_bytes_per_second), rate(stream.in_bytes_per_second));
    format!("  {:<30} {out:>12} {back:>12}", stream.way)
}

fn line([way, mean, rate, less, steadier]: [&str; 5], [p50, p99, near]: [&str; 3]) -> String {
    format!(
        "  {way:<30} {mean:>9} {rate:>12} {less:>7} {steadier:>12} {p50:>9} {p99:>9} {near:>11}"
    )
}

/// A time given in nanoseconds, in the unit that suits it.
pub fn nanoseconds(ns: f64) -> String {
    if ns < 1000.0 { format!("{ns:.0} ns") } else { time(ns / 1000.0) }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

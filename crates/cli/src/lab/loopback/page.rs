//! The findings as a page: the distribution of round trips, and the tables.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::table::{PUBLISHED, nanoseconds};
use super::{Findings, Row};
use crate::lab::chart::{self, COLOURS, STYLE, Scale, Series, Tick, key};
use crate::report::grouped;

/// The page.
pub fn html(findings: &Findings) -> String {
    let ways: Vec<&str> = findings.rows.iter().map(|row| row.way).collect();
    let colour = |way: &str| {
        let at = ways.iter().position(|other| *other == way).unwrap_or(0);
        COLOURS[at % COLOURS.len()]
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Round trips between two processes" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Round trips between two processes" }
                p.soft {
                    "64 bytes there and back over loopback, one after another; every round trip is "
                    "counted. " (findings.rounds) " rounds of " (findings.seconds)
                    " s, interleaved, each process on a processor of its own."
                }
                h2 { "How long does a round trip take?" }
                p.soft { "The share of all round trips that took so long, by tenths of a decade." }
                (distribution(&findings.rows, colour))
                (key(&ways, colour))
                h2 { "All figures" }
                (rows(&findings.rows))
                p.soft { (PUBLISHED) }
                h2 { "Streams of 64 KiB" }
                (streams(findings))
            }
        }
    };
    page.into_string()
}

/// The decades a chart shows: 100 ns to 1 ms.
const DECADES: std::ops::Range<i32> = 2..6;
const STEPS_PER_DECADE: usize = 10;

/// Shares of round trips by time.
fn distribution(rows: &[Row], colour: impl Fn(&str) -> &'static str) -> Markup {
    let decades = DECADES.len();
    let steps = decades * STEPS_PER_DECADE;
    let series: Vec<Series> = rows
        .iter()
        .map(|row| {
            let mut counts = vec![0u64; steps];
            for at in row.times.iter_recorded() {
                let decade = (at.value_iterated_to() as f64).log10() - f64::from(DECADES.start);
                let step = (decade * STEPS_PER_DECADE as f64).max(0.0) as usize;
                counts[step.min(steps - 1)] += at.count_at_value();
            }
            let share = |count: u64| count as f64 * 100.0 / row.round_trips.max(1) as f64;
            let points = counts.iter().enumerate();
            let points =
                points.map(|(at, &count)| ((at as f64 + 0.5) / steps as f64, share(count)));
            Series { name: row.way, colour: colour(row.way), points: points.collect(), dots: false }
        })
        .collect();
    let ticks: Vec<Tick> = DECADES
        .map(|decade| {
            let share = f64::from(decade - DECADES.start) / decades as f64;
            (share, nanoseconds(10f64.powi(decade)))
        })
        .collect();
    let percent = |share: f64| format!("{share:.0} %");
    chart::lines(&ticks, &series, Scale::Linear, percent, "distribution of round trips")
}

const COLUMNS: [&str; 8] =
    ["", "mean", "per second", "less", "p50", "p99", "standard deviation", "cache line"];

fn rows(rows: &[Row]) -> Markup {
    html! {
        table {
            tr { @for name in COLUMNS { th { (name) } } }
            @for row in rows {
                tr {
                    td { (row.way) }
                    td { (nanoseconds(row.mean_ns)) }
                    td { (grouped(row.round_trips_per_second())) }
                    td { (format!("{:.1} %", row.latency_reduction * 100.0)) }
                    @for ns in [row.p50_ns, row.p99_ns, row.jitter_ns] { td { (nanoseconds(ns)) } }
                    td { (row.cache_line_ns.map_or("-".to_owned(), nanoseconds)) }
                }
            }
        }
    }
}

fn streams(findings: &Findings) -> Markup {
    html! {
        table {
            tr { th {} th { "out" } th { "in" } }
            @for stream in &findings.streams {
                tr {
                    td { (stream.way) }
                    @for rate in [stream.out_bytes_per_second, stream.in_bytes_per_second] {
                        td { (format!("{:.1} GB/s", rate / 1e9)) }
                    }
                }
            }
        }
    }
}

//! The findings as a page: one chart for each question, all in one file.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::{self, COLOURS, STYLE, Scale, Series, key};
use super::{Figures, Findings, Load};
use crate::report::{grouped, time};

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// The page.
pub fn html(findings: &Findings) -> String {
    let models: Vec<&str> = findings.about.iter().map(|(model, _)| *model).collect();
    let colour = |model: &str| {
        let at = models.iter().position(|other| *other == model).unwrap_or(0);
        COLOURS[at % COLOURS.len()]
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Winsock's I/O models, side by side" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Winsock's I/O models, side by side" }
                p.soft {
                    "The same echo server once per model; " (findings.processors) " processors, "
                    (findings.rounds) " rounds of " (findings.seconds) " s, interleaved; medians. "
                    "Server and load share the machine: compare rows, not machines."
                }
                h2 { "How many messages a second?" }
                (bars(findings, colour, |f| f.messages_per_second, |f| {
                    grouped(f.messages_per_second)
                }))
                h2 { "What does a message cost?" }
                p.soft {
                    "CPU time of the server for each message, accepting included: less is better."
                }
                (bars(findings, colour, |f| f.cpu_us_per_message, |f| {
                    format!("{}  ({:.2} × the best)", time(f.cpu_us_per_message), f.cpu_to_best)
                }))
                h2 { "How long does a message take?" }
                p.soft {
                    "Half of all messages, then nine of ten, and so on, are answered within this "
                    "time."
                }
                @for &load in &findings.loads {
                    h3 { (load.title()) }
                    (chart::lines(
                        &chart::evenly(&QUANTILES),
                        &series(findings, load, colour),
                        Scale::Log,
                        time,
                        "round trip",
                    ))
                }
                (key(&models, colour))
                @if let Some(growth) = growth(findings, &models, colour) {
                    h2 { "What do more connections cost?" }
                    (growth)
                    (key(&models, colour))
                }
                h2 { "How much memory?" }
                p.soft { "Resident memory of the server under load, buffers included." }
                (bars(findings, colour, |f| f.resident_bytes, |f| {
                    format!("{:.1} MiB", f.resident_bytes / MEBIBYTE)
                }))
                h2 { "How does each serve, and what limit did it meet?" }
                dl {
                    @for (model, about) in &findings.about { dt { (model) } dd { (about) } }
                }
                h2 { "All figures" }
                (table(findings))
            }
        }
    };
    page.into_string()
}

fn bars(
    findings: &Findings,
    colour: impl Fn(&str) -> &'static str,
    value: fn(&Figures) -> f64,
    text: fn(&Figures) -> String,
) -> Markup {
    html! {
        @for &load in &findings.loads {
            @let most = findings.under(load).map(value).fold(f64::MIN_POSITIVE, f64::max);
            h3 { (load.title()) }
            @for figures in findings.under(load) {
                div.bar {
                    span.name { (figures.model) }
                    span.space {
                        span.fill style=(format!(
                            "width:{:.1}%;background:{}",
                            value(figures) / most * 62.0,
                            colour(figures.model)
                        )) {}
                        span.value { (text(figures)) }
                    }
                }
            }
        }
    }
}

const QUANTILES: [&str; 4] = ["50 %", "90 %", "99 %", "99.9 %"];

fn series(findings: &Findings, load: Load, colour: impl Fn(&str) -> &'static str) -> Vec<Series> {
    let line = |figures: &Figures| {
        let values = [figures.p50_us, figures.p90_us, figures.p99_us, figures.p999_us];
        Series::over_ticks(figures.model, colour(figures.model), values)
    };
    findings.under(load).map(line).collect()
}

/// CPU per message by the number of connections, if there are several numbers.
fn growth(
    findings: &Findings,
    models: &[&'static str],
    colour: impl Fn(&str) -> &'static str,
) -> Option<Markup> {
    let size = findings.loads[0].size_bytes;
    let loads: Vec<Load> =
        findings.loads.iter().copied().filter(|load| load.size_bytes == size).collect();
    let ticks: Vec<String> = loads.iter().map(|load| grouped(load.connections as f64)).collect();
    let cost = |model: &str, load| {
        findings.under(load).find(|figures| figures.model == model).map(|f| f.cpu_us_per_message)
    };
    let series: Vec<Series> = models
        .iter()
        .map(|&model| {
            let costs: Vec<f64> = loads.iter().filter_map(|&load| cost(model, load)).collect();
            Series::over_ticks(model, colour(model), costs)
        })
        .collect();
    let ticks: Vec<&str> = ticks.iter().map(String::as_str).collect();
    (loads.len() > 1).then(|| {
        chart::lines(&chart::evenly(&ticks), &series, Scale::Linear, time, "CPU by connections")
    })
}

const COLUMNS: [&str; 10] = [
    "model",
    "messages/s",
    "p50",
    "p90",
    "p99",
    "p99.9",
    "CPU/message",
    "to best",
    "memory",
    "errors",
];

fn table(findings: &Findings) -> Markup {
    html! {
        @for &load in &findings.loads {
            h3 { (load.title()) }
            table {
                tr {
                    @for name in COLUMNS { th { (name) } }
                }
                @for f in findings.under(load) {
                    tr {
                        td { (f.model) }
                        td { (grouped(f.messages_per_second)) }
                        @for us in [f.p50_us, f.p90_us, f.p99_us, f.p999_us, f.cpu_us_per_message] {
                            td { (time(us)) }
                        }
                        td { (format!("{:.2}", f.cpu_to_best)) }
                        td { (format!("{:.1} MiB", f.resident_bytes / MEBIBYTE)) }
                        td { (f.errors) }
                    }
                }
            }
        }
    }
}

//! The findings as a page: one chart for each question, all in one file.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Figures, Findings, Load};
use crate::report::{grouped, time};

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// One colour for each model, the same in every chart; told apart also without colours by name.
const COLOURS: [&str; 9] = [
    "#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f",
    "#bab0ac",
];

const STYLE: &str = include_str!("page.css");

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
                    (lines(&QUANTILES, &series(findings, load, colour), Scale::Log, "round trip"))
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

/// A line of a chart: its colour and its values, in microseconds.
struct Series {
    model: &'static str,
    colour: &'static str,
    values_us: Vec<f64>,
}

fn series(findings: &Findings, load: Load, colour: impl Fn(&str) -> &'static str) -> Vec<Series> {
    let line = |figures: &Figures| Series {
        model: figures.model,
        colour: colour(figures.model),
        values_us: vec![figures.p50_us, figures.p90_us, figures.p99_us, figures.p999_us],
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
        .map(|&model| Series {
            model,
            colour: colour(model),
            values_us: loads.iter().filter_map(|&load| cost(model, load)).collect(),
        })
        .collect();
    let ticks: Vec<&str> = ticks.iter().map(String::as_str).collect();
    (loads.len() > 1).then(|| lines(&ticks, &series, Scale::Linear, "CPU by connections"))
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;
const RIGHT: f64 = 12.0;

/// How times go up a chart.
#[derive(Clone, Copy)]
enum Scale {
    /// From 0 on, in steps of 1, 2 or 5 units.
    Linear,
    /// By decades.
    Log,
}

impl Scale {
    /// Where to draw lines for values in this range; the first and the last are the ends.
    fn marks(self, least: f64, most: f64) -> Vec<f64> {
        match self {
            Scale::Linear => {
                let unit = 10f64.powf(most.log10().floor());
                let step = [0.2, 0.5, 1.0, 2.0].map(|part| part * unit);
                let step = step.into_iter().find(|step| most / step <= 6.0).unwrap_or(unit);
                (0..=(most / step).ceil() as u32).map(|at| f64::from(at) * step).collect()
            }
            Scale::Log => {
                let (low, high) = (least.log10().floor() as i32, most.log10().ceil() as i32);
                (low..=high.max(low + 1)).map(|decade| 10f64.powi(decade)).collect()
            }
        }
    }

    /// The share of the way from `low` to `high`.
    fn share(self, value: f64, low: f64, high: f64) -> f64 {
        match self {
            Scale::Linear => (value - low) / (high - low),
            Scale::Log => (value / low).log10() / (high / low).log10(),
        }
    }
}

/// Lines over evenly spaced ticks.
fn lines(ticks: &[&str], series: &[Series], scale: Scale, label: &str) -> Markup {
    const LEAST_US: f64 = 0.1; // what a logarithm bears
    let values = series.iter().flat_map(|series| series.values_us.iter().copied());
    let (least, most) = values.fold((f64::MAX, LEAST_US), |(least, most), value| {
        (least.min(value.max(LEAST_US)), most.max(value))
    });
    let marks = scale.marks(least.min(most), most);
    let (low, high) = (marks[0], marks[marks.len() - 1]);
    let across = |at: usize| LEFT + (WIDTH - LEFT - RIGHT) * (at as f64 + 0.5) / ticks.len() as f64;
    let down = |value: f64| {
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - scale.share(value.max(LEAST_US), low, high))
    };
    let points = |series: &Series| {
        let point = |(at, &value): (usize, &f64)| format!("{:.1},{:.1}", across(at), down(value));
        series.values_us.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
    };
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(label) {
            @for &mark in &marks {
                @let y = down(mark);
                line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
                text x=(LEFT - 8.0) y=(y + 4.0) text-anchor="end" { (time(mark)) }
            }
            @for (at, tick) in ticks.iter().enumerate() {
                text x=(across(at)) y=(HEIGHT - 12.0) text-anchor="middle" { (tick) }
            }
            @for series in series {
                polyline points=(points(series)) stroke=(series.colour) {}
                @for (at, &value) in series.values_us.iter().enumerate() {
                    circle cx=(across(at)) cy=(down(value)) r="4" fill=(series.colour) {
                        title { (series.model) ", " (ticks[at]) ": " (time(value)) }
                    }
                }
            }
        }
    }
}

fn key(models: &[&str], colour: impl Fn(&str) -> &'static str) -> Markup {
    html! {
        div.key {
            @for model in models {
                span { i style=(format!("background:{}", colour(model))) {} (model) }
            }
        }
    }
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

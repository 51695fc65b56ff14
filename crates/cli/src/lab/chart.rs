//! Charts for pages: lines drawn as SVG, and what they have in common.

use maud::{Markup, html};

/// One colour for each line, the same in every chart; told apart also without colours by name.
pub const COLOURS: [&str; 9] = [
    "#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f",
    "#bab0ac",
];

pub const STYLE: &str = include_str!("page.css");

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;
const RIGHT: f64 = 12.0;

/// The least a logarithm bears.
const LEAST: f64 = 0.1;

/// A mark below a chart: its share of the way across, and its text.
pub type Tick = (f64, String);

/// These texts, evenly spaced.
pub fn evenly(texts: &[&str]) -> Vec<Tick> {
    let count = texts.len();
    texts.iter().enumerate().map(|(at, text)| (middle(at, count), (*text).to_owned())).collect()
}

fn middle(at: usize, count: usize) -> f64 {
    (at as f64 + 0.5) / count as f64
}

/// A line of a chart.
pub struct Series {
    pub name: &'static str,
    pub colour: &'static str,
    /// Shares of the way across, and values.
    pub points: Vec<(f64, f64)>,
    /// Whether each point is marked.
    pub dots: bool,
}

impl Series {
    /// A value for each of as many ticks, evenly spaced.
    pub fn over_ticks(name: &'static str, colour: &'static str, values: impl AsRef<[f64]>) -> Self {
        let values = values.as_ref();
        let point = |(at, &value): (usize, &f64)| (middle(at, values.len()), value);
        Self { name, colour, points: values.iter().enumerate().map(point).collect(), dots: true }
    }
}

/// How values go up a chart.
#[derive(Clone, Copy)]
pub enum Scale {
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

/// Lines over ticks; `text` says what a value is.
pub fn lines(
    ticks: &[Tick],
    series: &[Series],
    scale: Scale,
    text: fn(f64) -> String,
    label: &str,
) -> Markup {
    let values = series.iter().flat_map(|series| series.points.iter().map(|point| point.1));
    let (least, most) = values.fold((f64::MAX, LEAST), |(least, most), value| {
        (least.min(value.max(LEAST)), most.max(value))
    });
    let marks = scale.marks(least.min(most), most);
    let (low, high) = (marks[0], marks[marks.len() - 1]);
    let across = |share: f64| LEFT + (WIDTH - LEFT - RIGHT) * share;
    let down = |value: f64| {
        let value = if matches!(scale, Scale::Log) { value.max(LEAST) } else { value };
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - scale.share(value, low, high))
    };
    let points = |series: &Series| {
        let point = |&(at, value): &(f64, f64)| format!("{:.1},{:.1}", across(at), down(value));
        series.points.iter().map(point).collect::<Vec<_>>().join(" ")
    };
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(label) {
            @for &mark in &marks {
                @let y = down(mark);
                line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y) y2=(y) {}
                text x=(LEFT - 8.0) y=(y + 4.0) text-anchor="end" { (text(mark)) }
            }
            @for (at, tick) in ticks {
                text x=(across(*at)) y=(HEIGHT - 12.0) text-anchor="middle" { (tick) }
            }
            @for series in series {
                polyline points=(points(series)) stroke=(series.colour) {
                    title { (series.name) }
                }
                @if series.dots {
                    @for (&(at, value), (_, tick)) in series.points.iter().zip(ticks) {
                        circle cx=(across(at)) cy=(down(value)) r="4" fill=(series.colour) {
                            title { (series.name) ", " (tick) ": " (text(value)) }
                        }
                    }
                }
            }
        }
    }
}

/// Which colour is whose.
pub fn key(names: &[&str], colour: impl Fn(&str) -> &'static str) -> Markup {
    html! {
        div.key {
            @for name in names {
                span { i style=(format!("background:{}", colour(name))) {} (name) }
            }
        }
    }
}

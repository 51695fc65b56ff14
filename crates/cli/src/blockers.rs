//! `overlapped blockers`: the completion port under load three times, and a table: a plain echo,
//! one with blocking handlers, and that one without the watchman.

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use crate::process::{Loading, Server};
use crate::report::{Report, grouped, say, time};

const SECONDS: u64 = 5;
const CONNECTIONS: u64 = 50;
const BLOCK_EVERY: u64 = 10;
const BLOCK_MS: u64 = 200;
const WORKERS: u64 = 16;
const CONCURRENCY: u64 = 2;

/// One line of the table.
struct Scene {
    title: &'static str,
    blocks: bool,
    watchman: &'static str,
}

const SCENES: [Scene; 3] = [
    Scene { title: "plain echo", blocks: false, watchman: "on" },
    Scene { title: "blockers, watchman on", blocks: true, watchman: "on" },
    Scene { title: "blockers, watchman off", blocks: true, watchman: "off" },
];

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// What a scene takes before and after its load, about.
const OVERHEAD: Duration = Duration::from_millis(600);

/// Plays the scenes and prints the table.
pub fn run() -> anyhow::Result<ExitCode> {
    let scene_length = Duration::from_secs(SECONDS) + OVERHEAD;
    let bar = ProgressBar::new(SCENES.len() as u64 * scene_length.as_millis() as u64);
    let style = "{msg:22} [{bar:40}] {percent:>3} %";
    bar.set_style(ProgressStyle::with_template(style)?.progress_chars("=> "));
    let mut reports = Vec::new();
    for (scene, at) in SCENES.iter().zip(0..) {
        bar.set_message(scene.title);
        bar.set_position(at * scene_length.as_millis() as u64);
        reports.push(play(scene, &bar).with_context(|| scene.title.to_string())?);
    }
    bar.finish_and_clear();
    say(&table(&reports));
    let failed = reports.iter().any(|report| report.errors > 0);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn play(scene: &Scene, bar: &ProgressBar) -> anyhow::Result<Report> {
    let number = |number: u64| number.to_string();
    let mut serve = vec!["--workers".into(), number(WORKERS)];
    serve.extend(["--concurrency".into(), number(CONCURRENCY)]);
    serve.extend(["--watchman".into(), scene.watchman.into()]);
    if scene.blocks {
        serve.extend(["--block-every".into(), number(BLOCK_EVERY)]);
        serve.extend(["--block-ms".into(), number(BLOCK_MS)]);
    }
    let server = Server::start(serve)?;
    let mut load = vec!["--connections".to_owned(), number(CONNECTIONS)];
    load.extend(["--skip-every".into(), number(BLOCK_EVERY)]);
    load.extend(["--seconds".into(), number(SECONDS)]);
    let mut load = Loading::start(&server, load)?;
    let (began, first) = (Instant::now(), bar.position());
    while load.goes_on()? {
        let most = Duration::from_secs(SECONDS) + OVERHEAD;
        bar.set_position(first + began.elapsed().min(most).as_millis() as u64);
        thread::sleep(TICK);
    }
    load.report()
}

/// The figures, each against those of the plain echo.
fn table(reports: &[Report]) -> String {
    let row = |cells: [&str; 6]| {
        let [title, rate, p50, p99, rate_ratio, p99_ratio] = cells;
        format!("{title:<22} {rate:>11} {p50:>10} {p99:>10} {rate_ratio:>10} {p99_ratio:>10}")
    };
    let mut lines = vec![
        row(["", "messages/s", "p50", "p99", "messages/s", "p99"]),
        row(["", "", "", "", "to plain", "to plain"]),
    ];
    let plain = reports[0].measured;
    for (scene, report) in SCENES.iter().zip(reports) {
        let figures = &report.measured;
        lines.push(row([
            scene.title,
            &grouped(figures.messages_per_second),
            &time(figures.p50_us),
            &time(figures.p99_us),
            &format!("{:.3}", figures.messages_per_second / plain.messages_per_second),
            &format!("{:.2}", figures.p99_us / plain.p99_us),
        ]));
    }
    lines.push(format!(
        "\n{CONNECTIONS} connections, {CONCURRENCY} of {WORKERS} workers running at once, 64-byte \
         messages, {SECONDS} s.\nBlockers: every {BLOCK_EVERY}th connection's messages block their \
         worker {BLOCK_MS} ms each.\nEach row shows the other {} connections only, the plain \
         one too.",
        CONNECTIONS - CONNECTIONS / BLOCK_EVERY
    ));
    for (scene, report) in SCENES.iter().zip(reports) {
        if let Some(first) = &report.first_error {
            lines.push(format!("{}: {} errors ({first})", scene.title, report.errors));
        }
    }
    lines.join("\n")
}

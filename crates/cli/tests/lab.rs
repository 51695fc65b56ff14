//! The labs as a user runs them: what they print, and the pages they write.

use std::fs;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_overlapped");

fn run(arguments: &str) -> Output {
    Command::new(PROGRAM).args(arguments.split_whitespace()).output().expect("it starts")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it prints text")
}

/// What a lab found, which is one line.
fn findings(arguments: &str) -> serde_json::Value {
    let output = run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 1);
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

/// A page, which needs nothing but itself.
fn page(lab: &str) -> String {
    let directory = tempfile::tempdir().expect("there is room");
    let path = directory.path().join("page.html");
    let output = run(&format!("{lab} --report {}", path.display()));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let page = fs::read_to_string(path).expect("the page is there");
    assert!(page.starts_with("<!DOCTYPE html>"));
    for outside in ["<script src", "<link", "http://", "https://", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    page
}

#[test]
fn the_lab_puts_every_model_under_every_load() {
    let lab =
        "lab --models blocking,iocp --connections 1,3 --sizes 8,600 --seconds 0.05 --rounds 1";
    let found = findings(&format!("{lab} --json"));
    let figures = found["figures"].as_array().expect("a list");
    let loads: Vec<_> = figures
        .iter()
        .map(|f| (f["model"].as_str(), f["connections"].as_u64(), f["size_bytes"].as_u64()))
        .collect();
    let both = |connections, size| {
        ["blocking", "iocp"].map(|model| (Some(model), Some(connections), Some(size)))
    };
    assert_eq!(loads, [both(1, 8), both(3, 8), both(3, 600)].concat());
    for figures in figures {
        assert!(figures["messages_per_second"].as_f64() > Some(0.0), "{figures}");
        assert_eq!(figures["errors"], 0);
    }
    let page = page(lab);
    assert!(page.contains("<svg") && page.contains("3 connections, 600 bytes a message"));
}

#[test]
fn the_lab_of_loopback_times_every_way() {
    let lab = "lab loopback --seconds 0.02 --rounds 1";
    let found = findings(&format!("{lab} --json"));
    let rows = found["rows"].as_array().expect("a list");
    assert_eq!(rows[0]["way"], "IOCP wait");
    for row in rows {
        assert!(row["round_trips"].as_u64() > Some(0), "{row}");
        assert!(row["p50_ns"].as_f64() <= row["p99_ns"].as_f64(), "{row}");
    }
    for stream in found["streams"].as_array().expect("a list") {
        assert!(stream["out_bytes_per_second"].as_f64() > Some(0.0), "{stream}");
    }
    assert!(page(lab).contains("<svg"));
}

#[test]
fn what_the_lab_cannot_do_is_one_line_and_exit_2() {
    for (arguments, why) in [
        ("lab --models iocp,none", "unknown model \"none\""),
        (
            "lab --models iocp --report /none/page.html --seconds 0.01 --rounds 1 --connections 1",
            "cannot write",
        ),
        ("lab loopback --report /none/page.html --seconds 0.01 --rounds 1", "cannot write"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        let said = text(&output.stderr);
        assert!(said.contains(why) && said.lines().count() == 1, "{said}");
    }
}

//! The examples are tests: what they print is compared with `examples/transcripts`.
//!
//! ```text
//! scenario: a server and its clients ─▶ stage: their programs, built once ─▶ what they print
//!                                                                      └─▶ transcript
//! ```
//!
//! Sources and transcripts are the same wherever the examples run. `cargo test` builds them with
//! `winsock-cc` for Linux, `cargo xtask judge examples` also with mingw, to be run under Wine.

use play::{Cast, play};
use stage::Stage;

#[path = "../compiler/mod.rs"]
mod compiler;
mod play;
mod stage;

/// A server of echoes with polite clients.
fn echoes(server: &str) {
    play(server, |cast: &mut Cast| {
        cast.server(server, &["0", "3"]);
        cast.client("stable_client", &["PORT"]);
    });
}

/// The same with a client that throws its connection away. S2.19: that is error 10054, and 64
/// from a port; S7.12: 10053 in a message. Wine receives 0 bytes once it has told of the reset
/// (S1.47, S8.15, S9.11).
fn tells_of_a_reset(server: &str) {
    if Stage::get().is_wine() {
        println!("skipped: Wine 8 forgets a reset that it has told of");
        return;
    }
    play(&format!("{server}_reset"), |cast: &mut Cast| {
        cast.server(server, &["0", "2"]);
        cast.client("stable_client", &["PORT", "1", "rude"]);
    });
}

#[test]
fn blocking() {
    echoes("blocking");
    tells_of_a_reset("blocking");
}

#[test]
fn nonblocking() {
    echoes("nonblocking");
    tells_of_a_reset("nonblocking");
}

#[test]
fn select() {
    echoes("select");
    tells_of_a_reset("select");
}

#[test]
fn wsapoll() {
    echoes("wsapoll");
    tells_of_a_reset("wsapoll");
}

#[test]
fn wsaeventselect() {
    echoes("wsaeventselect");
    tells_of_a_reset("wsaeventselect");
}

#[test]
fn wsaasyncselect() {
    echoes("wsaasyncselect");
    tells_of_a_reset("wsaasyncselect");
}

#[test]
fn overlapped_event() {
    echoes("overlapped_event");
    tells_of_a_reset("overlapped_event");
}

#[test]
fn overlapped_routine() {
    echoes("overlapped_routine");
    tells_of_a_reset("overlapped_routine");
}

#[test]
fn iocp() {
    echoes("iocp");
    tells_of_a_reset("iocp");
}

#[test]
fn iocp_acceptex() {
    echoes("iocp_acceptex");
    tells_of_a_reset("iocp_acceptex");
}

#[test]
fn twenty_clients_at_once_lose_nothing() {
    play("twenty_clients", |cast: &mut Cast| {
        cast.server("iocp_acceptex", &["0", "20"]);
        cast.client("stable_client", &["PORT", "20"]);
    });
}

#[test]
fn a_refused_client_tries_again() {
    play("refused_first", |cast: &mut Cast| {
        cast.free_port();
        let early = cast.start("stable_client", &["PORT", "1"]);
        cast.wait_for(early, "refused");
        cast.server("iocp", &["PORT", "1"]);
    });
}

#[test]
fn udp() {
    play("udp", |cast: &mut Cast| {
        cast.server("udp", &["0", "1"]);
        cast.client("udp_client", &["PORT"]);
    });
}

#[test]
fn file_server() {
    play("file_server", |cast: &mut Cast| {
        let megabyte: Vec<u8> =
            (0..1 << 20).map(|at: u32| (at.wrapping_mul(at) >> 7) as u8).collect();
        let files: [(&str, &[u8]); 4] = [
            ("empty", b""),
            ("short.txt", b"a line\r\nand another\n"),
            ("page", &megabyte[..4096]),
            ("megabyte", &megabyte),
        ];
        cast.folder("files", &files);
        let server = cast.server("file_server", &["0", "files", "2"]);
        cast.client("file_client", &["PORT", "empty", "short.txt", "page", "megabyte", "missing"]);
        cast.wait_for(server, "client 1 left");
        cast.client("file_client", &["PORT", "../files/page", "megabyte", "megabyte"]);
    });
}

#[test]
fn chat() {
    play("chat", |cast: &mut Cast| {
        cast.server("chat/server", &["0", "5"]);
        cast.client("chat/client", &["PORT"]);
    });
}

#[test]
fn control_c_ends_every_server() {
    let servers = [
        "blocking",
        "nonblocking",
        "select",
        "wsapoll",
        "wsaeventselect",
        "wsaasyncselect",
        "overlapped_event",
        "overlapped_routine",
        "iocp",
        "iocp_acceptex",
        "udp",
        "chat/server",
    ];
    play("control_c", |cast: &mut Cast| {
        for server in servers {
            let running = cast.server(server, &["0"]);
            cast.interrupt(running);
        }
    });
}

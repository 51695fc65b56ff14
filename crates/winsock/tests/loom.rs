//! The port, the waits and the ring under loom: every order of a few threads' steps.
//!
//! A lost packet or a lost wake-up shows as a deadlock, which loom reports; everything else is
//! asserted. Run with `RUSTFLAGS="--cfg loom" cargo test --release -p winsock --test loom`.

#![cfg(loom)]

#[path = "../src/biased.rs"]
mod biased;
#[path = "../src/courier.rs"]
mod courier;
#[allow(dead_code, reason = "the models use a part of it")]
#[path = "../src/port.rs"]
mod port;
#[allow(dead_code, reason = "the models use a part of it")]
#[path = "../src/kernel/fast/ring.rs"]
mod ring;
#[allow(dead_code, reason = "the models use a part of it")]
#[path = "../src/sync.rs"]
mod sync;
#[allow(dead_code, reason = "the models use a part of it")]
#[path = "../src/wait.rs"]
mod wait;

#[path = "loom/couriers.rs"]
mod couriers;
#[path = "loom/kernel.rs"]
mod kernel;
#[path = "loom/locks.rs"]
mod locks;
#[path = "loom/ports.rs"]
mod ports;
#[path = "loom/ring.rs"]
mod rings;
#[path = "loom/waits.rs"]
mod waits;

/// Runs a model through all orders of its threads with at most `preemptions` forced switches.
fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

//! From a seed to a program.

use fastrand::Rng;

use super::model::Model;
use super::{Program, SOCKETS, Step};

/// Calls of a program before its queue is emptied.
const STEPS: std::ops::Range<usize> = 5..50;

/// The program of `seed`: at the end it takes all packets, and looks once more.
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::with_seed(seed);
    let (mut model, mut steps) = (Model::new(), Vec::new());
    let count = rng.usize(STEPS);
    // Most sockets are associated before anything else, as in most programs.
    let early = (0..SOCKETS).filter(|_| rng.u8(0..3) > 0).collect::<Vec<_>>();
    let mut early = early.into_iter();
    while steps.len() < count {
        let step = match early.next() {
            Some(socket) => Step::Associate { socket, key: rng.usize(0..1000) },
            None => draw(&mut rng, &model, steps.len()),
        };
        if model.allows(step) {
            model.apply(step);
            steps.push(step);
        }
    }
    steps.extend((0..=model.queued).map(|_| Step::Dequeue));
    Program(steps)
}

/// Any call. An operation that a call begins has the number of its step, `at`.
fn draw(rng: &mut Rng, model: &Model, at: usize) -> Step {
    let socket = socket(rng);
    // One that was begun, with its socket.
    let (op, its_socket) = rng.choice(&model.begun).copied().unwrap_or_default();
    match rng.u8(0..100) {
        0..6 => Step::Associate { socket, key: rng.usize(0..1000) },
        6..12 => Step::Post {
            bytes: rng.u32(0..1000),
            key: rng.usize(0..1000),
            pointer: rng.usize(0..1000),
        },
        12..26 => Step::Send { socket, bytes: size(rng), op: at },
        26..46 => Step::Receive { socket, room: size(rng), op: at },
        46..54 => Step::Write { socket, bytes: size(rng) },
        54..60 => Step::Read { socket, room: size(rng) },
        60..67 => Step::Cancel { socket: if rng.u8(0..8) == 0 { socket } else { its_socket }, op },
        67..69 => Step::CancelAll { socket },
        69..74 => Step::Result { socket: its_socket, op },
        74..78 => Step::Shutdown { socket },
        78..82 => Step::Close { socket },
        82..96 => Step::Dequeue,
        _ => Step::DequeueMany { room: rng.usize(1..5) },
    }
}

/// The first pair more often than the others, so that calls meet.
fn socket(rng: &mut Rng) -> usize {
    if rng.bool() { rng.usize(0..2) } else { rng.usize(0..SOCKETS) }
}

/// Often nothing, mostly little.
fn size(rng: &mut Rng) -> usize {
    match rng.u8(0..10) {
        0..2 => 0,
        2..8 => rng.usize(1..12),
        _ => rng.usize(12..80),
    }
}

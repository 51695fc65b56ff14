//! Differential tests: random sequences of calls, run by two judges, must look the same.
//!
//! ```text
//! seed ─▶ generator ─▶ program ─▶ interpreter ─▶ transcript ─┐
//!             ▲            ▲           ▲                     ├─▶ comparison ─▶ known differences
//!             └─── model ──┴───────────┘     the other's ────┘         │
//!                                                                      └─▶ a shorter program
//! ```
//!
//! The model knows which calls have an outcome that Windows' rules determine, and what is due after
//! each. The generator draws such calls only; the interpreter waits for what is due before it goes
//! on, so nothing depends on how fast bytes travel. What a transcript says comes from the calls,
//! never from the model.

mod comparison;
mod generator;
mod interpreter;
mod model;
mod program;

pub use comparison::{Comparison, KNOWN, Known, compare, shorter};
pub use generator::program;
pub use interpreter::transcript;
pub use program::Program;
use program::Step;

/// Sockets 0–1, 2–3 and 4–5 are connected pairs; the last one is not connected.
pub const SOCKETS: usize = 7;

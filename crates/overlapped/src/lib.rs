//! Completion ports for Rust.

pub mod sys;

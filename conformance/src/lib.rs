//! What the conformance tests share: connected pairs, poisoned outputs, ports.

pub mod gap;
pub mod operation;
pub mod pair;
pub mod port;
pub mod readiness;
pub mod socket;
pub mod worker;

//! How long a wait may last.

use std::time::{Duration, Instant};

/// How long a thread is willing to wait.
#[derive(Clone, Copy, Debug)]
pub enum Patience {
    /// Not at all: look once.
    None,
    /// For so long, from when it begins to wait.
    For(Duration),
    /// Until this instant.
    Until(Instant),
    /// For ever.
    Forever,
}

impl Patience {
    /// From Windows' milliseconds: 0 polls, 0xFFFF_FFFF never ends (S1.20).
    pub fn from_ms(timeout_ms: u32) -> Self {
        match timeout_ms {
            0 => Patience::None,
            u32::MAX => Patience::Forever,
            ms => Patience::For(Duration::from_millis(u64::from(ms))),
        }
    }

    /// The wait begins: the clock is asked only now, for most calls never wait.
    pub fn begin(self) -> Self {
        match self {
            Patience::For(time) => Patience::Until(Instant::now() + time),
            other => other,
        }
    }

    /// `None` when time is up, else how long a sleep may last.
    pub fn left(self) -> Option<Option<Duration>> {
        match self {
            Patience::None => None,
            Patience::Forever => Some(None),
            Patience::For(time) => Some(Some(time)),
            Patience::Until(end) => {
                let left = end.saturating_duration_since(Instant::now());
                (!left.is_zero()).then_some(Some(left))
            }
        }
    }
}

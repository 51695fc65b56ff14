//! The courier: it brings the waits of this process what other processes signal (session.rs). It
//! sleeps on their bell while somebody here waits for such an object, and only then. Runs under
//! loom (tests/loom/courier.rs).

use std::time::Duration;

use crate::sync::Parker;
use crate::wait::Awaited;

/// What a process hears of others by.
pub trait Bell {
    /// Tells all processes that something changed.
    fn ring(&self);
    /// How often somebody rang.
    fn rings(&self) -> u32;
    /// Sleeps until somebody has rung since `rings`, or for as long; may return early.
    fn listen(&self, rings: u32, limit: Option<Duration>);
}

/// How soon those who wait for a mutex see that the process which owned it has ended.
const LOOK_FOR_THE_DEAD: Duration = Duration::from_millis(50);

/// What brings the signals: one thread walks, any calls it.
pub struct Courier {
    rest: Parker,
}

impl Courier {
    /// One that rests.
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { rest: Parker::new() }
    }

    /// One that rests.
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { rest: Parker::new() }
    }

    /// Somebody has begun to wait: ends its rest, and its sleep, for what is awaited now may be
    /// more than it sleeps for.
    pub fn call(&self, bell: &impl Bell) {
        self.rest.unpark();
        bell.ring();
    }

    /// One turn: `look` brings what there is, and says what is awaited still; then it sleeps for
    /// that. The bell is read first: what is rung for after the look ends the sleep.
    pub fn walk(&self, bell: &impl Bell, look: impl FnOnce() -> Awaited) {
        let rings = bell.rings();
        match look() {
            Awaited::Nothing => self.rest.park(None),
            Awaited::Signals => bell.listen(rings, None),
            Awaited::Owners => bell.listen(rings, Some(LOOK_FOR_THE_DEAD)),
        }
    }
}

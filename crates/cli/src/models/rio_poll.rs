//! The echo server on registered I/O that polls: its thread asks the completion queue again and
//! again, and is never woken.
//!
//! ```text
//!   ┌─▶ dequeue: results? ──▶ received: send, sent: receive ──▶ …
//!   └── nothing, nothing, … ──▶ so often that nobody talks any more: RIONotify, wait
//! ```
//!
//! That is the shortest way there is, for a whole processor. So that a server nobody uses costs
//! nothing, this one waits for the event once it has asked in vain for a good while.

use super::Config;
use super::rio::{Desk, Inbox, Server};

/// So often it asks in vain before it waits: some ten milliseconds.
const VAIN_MAX: u32 = 100_000;
/// So often it asks between two looks into the inbox.
const LOOK_EVERY: u32 = 64;

/// Listens, to poll for results.
pub fn open(config: Config) -> overlapped::Result<Server> {
    Server::new(config, "one thread that polls one completion queue", poll)
}

/// Asks, and waits only when nobody has said anything for long.
fn poll(desk: &mut Desk, inbox: &Inbox<'_>) -> overlapped::Result<()> {
    let (mut vain, mut turn) = (0, 0u32);
    while !inbox.is_closed() {
        turn = turn.wrapping_add(1);
        if turn.is_multiple_of(LOOK_EVERY) {
            desk.welcome_all(inbox);
        }
        match desk.serve() {
            0 => vain += 1,
            _ => vain = 0,
        }
        if vain == VAIN_MAX {
            desk.queue.wait(None)?;
            vain = 0;
        }
    }
    Ok(())
}

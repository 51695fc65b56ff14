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

/// So often it asks in vain before it waits: some tens of milliseconds.
const VAIN_MAX: u32 = 200_000;
/// So often it asks between two looks into the inbox.
const LOOK_EVERY: u32 = 64;

/// Listens, to poll for results.
pub fn open(config: Config) -> overlapped::Result<Server> {
    Server::new(config, "one thread that polls one completion queue", poll)
}

/// Asks, and waits only when nobody has said anything for long.
fn poll(desk: &mut Desk, inbox: &Inbox) -> overlapped::Result<()> {
    let mut vain = 0;
    while !inbox.is_closed() {
        if desk.serve() > 0 {
            vain = 0;
            continue;
        }
        vain += 1;
        if vain % LOOK_EVERY == 0 {
            desk.welcome_all(inbox);
        }
        if vain >= VAIN_MAX {
            desk.queue.wait(None)?;
            desk.welcome_all(inbox);
            vain = 0;
        }
        std::hint::spin_loop();
    }
    Ok(())
}

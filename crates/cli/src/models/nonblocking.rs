//! The echo server with non-blocking calls and nothing else: one thread asks every socket in turn.
//!
//! ```text
//!   ┌─▶ accept ──▶ recv, send ──▶ recv, send ──▶ … ──┐     whoever has nothing says 10035
//!   └────────────────────────────────────────────────┘     (WSAEWOULDBLOCK), and is asked again
//! ```
//!
//! Nothing in this model waits: a server either burns a processor on asking or, as here, sleeps
//! between rounds that found nothing, each time twice as long up to a second. So it costs next to
//! nothing while it is idle, and then answers late: by as long as it was idle, at most.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use overlapped::Socket;

use super::door::Door;
use super::session::{Progress, Session};
use super::{Config, Notice, Totals};

/// Rounds without work before the server sleeps at all.
const EAGER_ROUNDS: u32 = 64;
/// The first sleep between rounds; each is twice the one before, up to the last.
const FIRST_SLEEP: Duration = Duration::from_micros(100);
const LAST_SLEEP: Duration = Duration::from_secs(1);

/// The server, listening.
pub struct Server(RefCell<Door>);

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        Ok(Self(RefCell::new(Door::new(config)?)))
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        AsRef::<Socket>::as_ref(&*self.0.borrow()).local_addr()
    }

    fn about(&self) -> String {
        "one thread that asks every socket in turn, and sleeps up to 1 s between rounds".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        let (mut door, mut sessions) = (self.0.borrow_mut(), Vec::<Session>::new());
        let (mut totals, mut idle_rounds) = (Totals::default(), 0);
        while notices.recv_timeout(sleep(idle_rounds)) == Err(RecvTimeoutError::Timeout) {
            let mut idle = true;
            if let Some(session) = door.accept(&mut totals) {
                sessions.push(session);
                idle = false;
            }
            sessions.retain_mut(|session| {
                let progress = session.go_on(&mut totals);
                idle &= progress == Progress::None;
                progress != Progress::Ended
            });
            idle_rounds = if idle { idle_rounds + 1 } else { 0 };
        }
        totals
    }
}

fn sleep(idle_rounds: u32) -> Duration {
    match idle_rounds.checked_sub(EAGER_ROUNDS) {
        Some(late) => FIRST_SLEEP.saturating_mul(1 << late.min(14)).min(LAST_SLEEP),
        None => {
            if idle_rounds > 0 {
                thread::yield_now();
            }
            Duration::ZERO
        }
    }
}

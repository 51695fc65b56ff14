//! Where a thread sleeps in a blocking call on a socket.

use std::sync::atomic::{Ordering, fence};
use std::time::{Duration, Instant};

use super::{Mark, Socket};
use crate::apc;
use crate::error::Error;
use crate::kernel::net::{self, Interest, Woken};
use crate::thread;

impl Socket {
    /// Sleeps until the socket may be ready; APCs run meanwhile (S5.4). Err: 10060 when
    /// `timeout_ms` (0: no limit) passed, 10004 when the socket was closed meanwhile. The calling
    /// thread counts as blocked (S1.39).
    pub fn block(&self, interest: Interest, timeout_ms: u32) -> Result<(), Error> {
        let _pause = thread::pause();
        let blocked = &self.rare().blocked;
        blocked.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst); // either close sees us here, or we see its mark
        let limit = (timeout_ms != 0).then(|| Duration::from_millis(timeout_ms.into()));
        let end = limit.map(|limit| Instant::now() + limit);
        let link = self.shared_link().filter(|_| self.is(Mark::CONNECTED));
        let woken = apc::sleep_alertably(|bell| {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match &link {
                _ if self.is(Mark::CLOSED) => Woken::Ready,
                Some(link) => link.sleep(self.fd(), interest, bell, left),
                None => net::wait(self.fd(), interest, bell, left),
            }
        });
        blocked.fetch_sub(1, Ordering::Relaxed);
        match woken? {
            _ if self.is(Mark::CLOSED) => Err(Error::INTERRUPTED),
            Woken::TimedOut => Err(Error::TIMED_OUT),
            _ => Ok(()),
        }
    }

    /// Whether threads sleep in a blocking call on it. To be asked after it was marked closed:
    /// who is not seen here sees the mark.
    pub fn is_slept_on(&self) -> bool {
        fence(Ordering::SeqCst);
        self.rare.get().is_some_and(|rare| rare.blocked.load(Ordering::Relaxed) > 0)
    }
}

//! The fast connections of a port, or of the house, whose receives have begun to wait and that
//! nobody is to be woken for yet: the next thread that is about to sleep looks at them first, for a
//! while if that pays, and only then asks the other ends to wake it.
//!
//! ```text
//!   receive pends ──▶ listed ──about to sleep──▶ looked at ──nothing──▶ armed ──▶ asleep
//!                       └─ somebody sleeps already: armed at once
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::kernel::epoll::{Epoll, Readiness as Report, Ready};
use crate::kernel::fast::{link::Link, spin::Spin};
use crate::kernel::net::Interest;
use crate::sync::Biased;

/// A socket's handle, and its link.
type Listed = (u32, Arc<Link>);

/// What a port, or the house, knows of such connections.
#[derive(Default)]
pub struct Hot {
    /// Whether any is listed, and whether any ever was.
    any: AtomicBool,
    used: AtomicBool,
    /// Threads that sleep, or have armed all that was listed and are about to; and the watchman
    /// while it stands in for them.
    sleepers: AtomicUsize,
    /// Sockets and their links; bounded by the connections of the port.
    listed: Biased<Vec<Listed>>,
    spin: Spin,
    /// Looks that found something.
    turns: AtomicU32,
}

/// So many looks that find something share one look at the kernel's reports.
const TURNS: u32 = 16;

impl Hot {
    /// Lists a link, on which a receive of socket `id` begins to wait. False if somebody sleeps: it
    /// is to be armed at once.
    pub fn list(&self, id: u32, link: &Arc<Link>) -> bool {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            return false;
        }
        if !link.listed.load(Ordering::Relaxed) {
            link.listed.store(true, Ordering::Relaxed);
            let mut listed = self.listed.lock();
            listed.push((id, link.clone()));
            self.any.store(true, Ordering::SeqCst);
            self.used.store(true, Ordering::Relaxed);
        }
        // Either this sees the sleeper, or the sleeper sees what is listed.
        self.sleepers.load(Ordering::SeqCst) == 0
    }

    /// Reports what has something, and else what `epoll` has now, or, if the caller `sleeps`, what
    /// its `sleep` brings. Whether that took a kick.
    #[inline]
    pub fn wait(
        &self,
        sleeps: bool,
        epoll: &Epoll,
        ready: &mut Vec<Report>,
        sleep: impl FnOnce(&mut Vec<Report>) -> bool,
    ) -> bool {
        if self.look(sleeps, ready) {
            return self.is_others_turn() && epoll.wait(Some(Duration::ZERO), ready);
        }
        if !sleeps {
            return epoll.wait(Some(Duration::ZERO), ready);
        }
        if !self.fall_asleep(ready) {
            return false;
        }
        let kicked = self.timed(|| sleep(ready));
        self.wake_up();
        kicked
    }

    /// Whether what the kernel reports is to be asked for although something is found here.
    fn is_others_turn(&self) -> bool {
        let turns = self.turns.load(Ordering::Relaxed).wrapping_add(1);
        self.turns.store(turns, Ordering::Relaxed); // of two threads' looks one may not count
        turns.is_multiple_of(TURNS)
    }

    /// Looks once at what is listed, or for a while before a sleep; reports what has something, and
    /// forgets it. Whether it reported anything.
    #[inline]
    fn look(&self, sleeps: bool, ready: &mut Vec<Report>) -> bool {
        self.any.load(Ordering::Relaxed) && self.look_at_all(sleeps, ready)
    }

    fn look_at_all(&self, sleeps: bool, ready: &mut Vec<Report>) -> bool {
        let before = ready.len();
        let mut mine = std::mem::take(&mut *self.listed.lock());
        let found = || mine.iter().any(|(_, link)| link.has_input());
        let any = match sleeps {
            true => self.spin.until(mine.iter().any(|(_, link)| link.is_elsewhere()), found),
            false => found(),
        };
        if any {
            mine.retain(|(id, link)| {
                let has_input = link.has_input();
                if has_input {
                    report(*id, link, ready);
                }
                !has_input
            });
        }
        self.put_back(mine, ready); // which may report what has come since
        ready.len() > before
    }

    /// What brought nothing is listed again, or armed if somebody has fallen asleep meanwhile.
    fn put_back(&self, mut mine: Vec<Listed>, ready: &mut Vec<Report>) {
        let mut listed = self.listed.lock();
        if listed.is_empty() {
            std::mem::swap(&mut *listed, &mut mine);
        }
        listed.append(&mut mine);
        if listed.is_empty() {
            self.any.store(false, Ordering::Relaxed);
            return;
        }
        self.any.store(true, Ordering::SeqCst);
        drop(listed);
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            self.arm_all(ready);
        }
    }

    /// Whoever sleeps on the port's set from now on hears of what is listed, which stays so.
    /// Whether anything is ready already, and so not told.
    pub fn arm_listed(&self) -> bool {
        let listed = self.listed.lock();
        listed.iter().fold(false, |ready, (_, link)| ready | link.arm(Interest::Readable))
    }

    /// From now on somebody sleeps on the port's set who looks at nothing before: what begins to
    /// wait is armed at once. What is listed already, [`Hot::arm_listed`] arms.
    pub fn stand_by(&self) {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
    }

    /// The calling thread is about to sleep: arms all that is listed. False, and what is ready, if
    /// it must not.
    #[inline]
    fn fall_asleep(&self, ready: &mut Vec<Report>) -> bool {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        if self.any.load(Ordering::SeqCst) && self.arm_all(ready) {
            self.wake_up();
            return false;
        }
        true
    }

    /// Whether anything was ready all the same.
    #[inline(never)]
    fn arm_all(&self, ready: &mut Vec<Report>) -> bool {
        let mut listed = self.listed.lock();
        let before = ready.len();
        for (id, link) in listed.drain(..) {
            let armed = !link.arm(Interest::Readable);
            if armed {
                link.listed.store(false, Ordering::Relaxed);
            } else {
                report(id, &link, ready);
            }
        }
        self.any.store(false, Ordering::SeqCst);
        ready.len() > before
    }

    /// It sleeps no more.
    #[inline]
    pub fn wake_up(&self) {
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }

    /// Sleeps as `sleep` does, and learns how long it took if that is of interest.
    #[inline]
    fn timed<T>(&self, sleep: impl FnOnce() -> T) -> T {
        let began = self.used.load(Ordering::Relaxed).then(Instant::now);
        let slept = sleep();
        if let Some(began) = began {
            self.spin.slept_since(began);
        }
        slept
    }
}

fn report(id: u32, link: &Link, ready: &mut Vec<Report>) {
    link.listed.store(false, Ordering::Relaxed);
    ready.push(Report { id, ready: Ready::INPUT });
}

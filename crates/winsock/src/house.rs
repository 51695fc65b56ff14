//! The house: sockets that belong to no port, and who drives them, as the Windows kernel would.
//!
//! ```text
//!   a thread asleep in a wait of ours ──▶ drives: it sleeps in the house's epoll set
//!   nobody asleep ──▶ the watchman looks after a tick, or sleeps on the set (watchman.rs)
//! ```
//!
//! One thread drives at a time. The driver that goes to its handler will soon be back, as a port's
//! worker is; the watchman bounds how long the house may go without one.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use once_cell::sync::OnceCell;

use crate::error::Error;
use crate::hot::Hot;
use crate::kernel::epoll::{Epoll, Readiness};
use crate::kernel::fast::link::Link;
use crate::kernel::parker::Parker;
use crate::lane;
use crate::watchman;

struct House {
    epoll: Epoll,
    /// Its fast connections that nobody watches yet.
    hot: Hot,
}

static HOUSE: OnceCell<House> = OnceCell::new();
static DRIVEN: AtomicBool = AtomicBool::new(false);
/// How often somebody has driven; and that number at the watchman's last look.
static TURNS: AtomicU32 = AtomicU32::new(0);
static TURNS_SEEN: AtomicU32 = AtomicU32::new(0);

/// The epoll set of sockets that belong to no port. Fails with 10024 or 10055 if the process has no
/// descriptor or no thread left for it.
pub fn epoll() -> Result<&'static Epoll, Error> {
    let house = HOUSE.get_or_try_init(|| {
        let house = House { epoll: Epoll::new()?, hot: Hot::default() };
        watchman::start()?;
        Ok(house)
    });
    house.map(|house| &house.epoll)
}

/// A receive of socket `id` begins to wait on a link: who drives next looks at it. False if
/// somebody sleeps already: it is to be armed at once.
pub fn list(id: u32, link: &Arc<Link>) -> bool {
    HOUSE.get().is_some_and(|house| house.hot.list(id, link))
}

/// Sleeps until `parker` has its token or `timeout` has passed, and drives the house meanwhile if
/// no other thread does. May return early.
pub fn sleep(parker: &Parker, timeout: Option<Duration>) {
    match HOUSE.get() {
        Some(house) if take_over() => {
            drive(|reports| {
                house.hot.wait(true, &house.epoll, reports, |reports| {
                    parker.park_in(&house.epoll, timeout, reports);
                    false
                });
            });
            watchman::arm();
        }
        _ => parker.park(timeout),
    }
}

/// Drives once, without waiting, if no other thread drives: the caller asks whether an operation is
/// over. Returns whether anything was ready.
pub fn look() -> bool {
    HOUSE.get().is_some_and(|house| {
        let House { epoll, hot } = house;
        take_over() && drive(|reports| _ = hot.wait(false, epoll, reports, |_| false))
    })
}

/// The watchman's look: drives if nobody did since the last one. True if there is something to see
/// soon.
pub fn inspect() -> bool {
    let turns = TURNS.load(Ordering::Relaxed);
    let moved = TURNS_SEEN.swap(turns, Ordering::Relaxed) != turns;
    !is_driven() && (moved || look())
}

/// Whether a thread drives now.
pub fn is_driven() -> bool {
    DRIVEN.load(Ordering::Acquire)
}

/// The house's set, if there is one and nobody drives: the watchman is about to sleep on it, and
/// then looks once more.
pub fn undriven() -> Option<&'static Epoll> {
    let house = HOUSE.get().filter(|_| !is_driven())?;
    house.hot.arm_listed();
    Some(&house.epoll)
}

fn take_over() -> bool {
    !DRIVEN.load(Ordering::Relaxed) && !DRIVEN.swap(true, Ordering::Acquire)
}

/// The caller, who took over, waits as it likes and finishes what is reported.
fn drive(wait: impl FnOnce(&mut Vec<Readiness>)) -> bool {
    thread_local! {
        static REPORTS: RefCell<Vec<Readiness>> = const { RefCell::new(Vec::new()) };
    }
    let mut reports = REPORTS.take();
    wait(&mut reports);
    TURNS.fetch_add(1, Ordering::Relaxed);
    DRIVEN.store(false, Ordering::Release);
    let any = !reports.is_empty();
    for report in reports.drain(..) {
        lane::on_ready(report, None);
    }
    REPORTS.set(reports);
    any
}

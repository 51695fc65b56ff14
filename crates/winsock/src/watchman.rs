//! The watchman: one thread that replaces workers asleep in foreign code (S1.41), bounds the stay
//! of packets nobody was woken for, and drives what no other thread drives.
//!
//! ```text
//!   asleep ──arm()──▶ ticking, 1 ms ──a few quiet ticks──▶ asleep
//!     │ └── in epoll_wait: ports that nobody watches; a house without a driver
//!     └──tell()──▶ strolling, 20 ms ──no port moves──▶ asleep
//! ```
//!
//! Ports and the house arm it, at the price of one load, whenever a port is saturated or leaves a
//! packet unannounced, and when somebody awaits an operation by other means than a port. An idle
//! process does nothing.
//!
//! The threads of a port may go away for long, and their operations must go on. So it asks each
//! port that is at rest to tell when the last thread leaves that looks for readiness. From then on
//! it strolls: a look, without a lock, whether the port moves. While it does, all is well; when it
//! does no more, somebody looks again and is asked again, or the watchman stands in
//! ([`IoPort::keep`]).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::error::Error;
use crate::house;
use crate::kernel::epoll::Epoll;
use crate::kernel::task;
use crate::readiness::IoPort;

const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 4;
const STROLL: Duration = Duration::from_millis(20);
/// Under which number the house reports.
const HOUSE: u32 = 8;

static ARMED: AtomicBool = AtomicBool::new(false);
/// It strolls, or is about to look at the ports.
static TOLD: AtomicBool = AtomicBool::new(false);
static REPLACES: AtomicBool = AtomicBool::new(true);
static PORTS: Mutex<Vec<Weak<IoPort>>> = Mutex::new(Vec::new());
/// Where it sleeps.
static POST: OnceCell<Epoll> = OnceCell::new();

/// Makes the watchman look at all ports within a millisecond or two, and go on looking while
/// there is something to see.
pub fn arm() {
    let armed = ARMED.load(Ordering::Relaxed) || ARMED.swap(true, Ordering::SeqCst);
    if armed {
        return;
    }
    match start() {
        Ok(post) => post.kick(),
        Err(_) => ARMED.store(false, Ordering::SeqCst), // the next who needs it tries again
    }
}

/// Some port is kept by nobody: makes the watchman look at all, and again while they move.
pub fn tell() {
    let told = TOLD.load(Ordering::Relaxed) || TOLD.swap(true, Ordering::SeqCst);
    if told {
        return;
    }
    match start() {
        Ok(post) => post.kick(),
        Err(_) => TOLD.store(false, Ordering::SeqCst), // as in arm()
    }
}

/// Puts a new port under watch.
pub fn add(port: &Arc<IoPort>) {
    let mut ports = PORTS.lock();
    ports.retain(|port| port.strong_count() > 0);
    ports.push(Arc::downgrade(port));
}

/// Whether workers asleep in foreign code are replaced (they are, unless this says no): to show
/// what life is like without.
pub fn set_replacing(replaces: bool) {
    REPLACES.store(replaces, Ordering::Relaxed);
}

/// Starts it, unless it runs already. Fails with 10024 or 10055 if the process has no descriptor or
/// no thread left for it.
pub fn start() -> Result<&'static Epoll, Error> {
    POST.get_or_try_init(|| {
        let post = Epoll::new()?;
        let thread = std::thread::Builder::new().name("watchman".into());
        thread.spawn(keep_watch).map_err(|_| Error::NO_BUFFERS)?;
        Ok(post)
    })
}

fn keep_watch() {
    let post = POST.wait(); // until start() is done
    task::keep_reserve();
    let (mut reports, mut ports) = (Vec::new(), Vec::new());
    let (mut quiet, mut strolls) = (None, false); // quiet ticks so far; None: asleep
    loop {
        post.wait(quiet.map(|_| TICK).or(strolls.then_some(STROLL)), &mut reports);
        let house = reports.drain(..).any(|report| report.id == HOUSE);
        quiet = match quiet {
            None if !house && !ARMED.load(Ordering::SeqCst) => {
                strolls = keep_all(post, &mut ports);
                None
            }
            _ if inspect_all(&mut ports) => Some(0),
            Some(QUIET_TICKS) => {
                strolls = fall_asleep(post, &mut ports);
                inspect_all(&mut ports).then_some(0)
            }
            ticks => Some(ticks.map_or(0, |ticks| ticks + 1)),
        };
    }
}

/// The ports alive now; `ports` keeps its room from tick to tick, and no port alive.
fn gather(ports: &mut Vec<Arc<IoPort>>) -> std::vec::Drain<'_, Arc<IoPort>> {
    ports.extend(PORTS.lock().iter().filter_map(Weak::upgrade));
    ports.drain(..)
}

fn inspect_all(ports: &mut Vec<Arc<IoPort>>) -> bool {
    let mut asleep = |thread| REPLACES.load(Ordering::Relaxed) && task::is_asleep(thread);
    gather(ports).fold(house::inspect(), |busy, port| port.inspect(&mut asleep) | busy)
}

/// From here on an arm() kicks again; what was armed before is to be seen by a last look. Whether to
/// stroll.
fn fall_asleep(post: &Epoll, ports: &mut Vec<Arc<IoPort>>) -> bool {
    ARMED.store(false, Ordering::SeqCst);
    if let Some(house) = house::undriven() {
        post.report_once(house, HOUSE);
    }
    keep_all(post, ports)
}

/// Whether to stroll: some port moves.
fn keep_all(post: &Epoll, ports: &mut Vec<Arc<IoPort>>) -> bool {
    TOLD.store(false, Ordering::SeqCst); // from here on a tell() kicks again
    let moves = gather(ports).fold(false, |moves, port| moves | !port.keep(post));
    if moves {
        TOLD.store(true, Ordering::SeqCst); // it will look all the same
    }
    moves
}

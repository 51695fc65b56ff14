//! The watchman: one thread that replaces workers asleep in foreign code (S1.41), bounds the stay
//! of packets nobody was woken for, and drives what no other thread drives.
//!
//! ```text
//!   asleep ──arm()──▶ ticking, 1 ms ──a few quiet ticks──▶ asleep
//!      └── in epoll_wait: sockets without a port; ports that nobody watches
//! ```
//!
//! Ports arm it, at the price of one load, whenever they are saturated, leave a packet
//! unannounced, or somebody awaits an operation by other means than the port. An idle process
//! does nothing, and one that needs no watchman has none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use parking_lot::Mutex;

use crate::error::Error;
use crate::kernel::epoll::Epoll;
use crate::kernel::task;
use crate::lane;
use crate::readiness::IoPort;

const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 4;

static ARMED: AtomicBool = AtomicBool::new(false);
static REPLACES: AtomicBool = AtomicBool::new(true);
static PORTS: Mutex<Vec<Weak<IoPort>>> = Mutex::new(Vec::new());
static HOUSE: OnceLock<Epoll> = OnceLock::new();

/// Makes the watchman look at all ports within a millisecond or two, and go on looking while
/// there is something to see.
pub fn arm() {
    let armed = ARMED.load(Ordering::Relaxed) || ARMED.swap(true, Ordering::SeqCst);
    if armed {
        return;
    }
    match house() {
        Ok(house) => house.kick(),
        Err(_) => ARMED.store(false, Ordering::SeqCst), // the next who needs it tries again
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

/// The epoll set of sockets that belong to no port; the watchman drives it. Fails with 10024 or
/// 10055 if the process has no descriptor or no thread left for it.
pub fn house() -> Result<&'static Epoll, Error> {
    static STARTING: Mutex<()> = Mutex::new(());
    if let Some(house) = HOUSE.get() {
        return Ok(house);
    }
    let _starting = STARTING.lock();
    if HOUSE.get().is_none() {
        let epoll = Epoll::new()?;
        let thread = std::thread::Builder::new().name("watchman".into());
        thread.spawn(keep_watch).map_err(|_| Error::NO_BUFFERS)?;
        HOUSE.set(epoll).expect("set once, under the lock");
    }
    Ok(HOUSE.wait())
}

fn keep_watch() {
    let house = HOUSE.wait();
    task::keep_reserve();
    let (mut reports, mut ports) = (Vec::with_capacity(64), Vec::new());
    let mut quiet = None; // quiet ticks so far; None: asleep
    loop {
        let kicked = house.wait(quiet.map(|_| TICK), &mut reports);
        for report in reports.drain(..) {
            lane::on_ready(report, None);
        }
        quiet = match quiet {
            None if !kicked => None,
            _ if inspect_all(&mut ports) => Some(0),
            Some(QUIET_TICKS) => fall_asleep(house, &mut ports),
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
    gather(ports).fold(false, |busy, port| port.inspect(&mut asleep) | busy)
}

/// From here on an arm() kicks again; what was armed before is seen by this last look.
fn fall_asleep(house: &Epoll, ports: &mut Vec<Arc<IoPort>>) -> Option<u32> {
    ARMED.store(false, Ordering::SeqCst);
    for port in gather(ports).filter(|port| port.unwatched()) {
        house.watch_once(&port.source().epoll);
    }
    inspect_all(ports).then_some(0)
}

//! Between port and sockets: the port's source of readiness is an epoll set whose reports are
//! turned into packets by the sockets they name.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::complete::Here;
use crate::error::Error;
use crate::event::Event;
use crate::hot::Hot;
use crate::kernel::epoll::{Epoll, Readiness as Report};
use crate::lane;
use crate::port::{Packet, Port, Source};
use crate::sync;
use crate::watchman;

/// A completion port of sockets.
pub type IoPort = Port<Readiness>;

/// The source of a port: one shared epoll set.
pub struct Readiness {
    /// The sockets associated with the port are registered here.
    pub epoll: Epoll,
    /// Its fast connections that nobody watches yet.
    pub hot: Hot,
    /// Who minds that no thread of the port looks for readiness: [`EAGER`], [`GUARDED`].
    minds: AtomicU8,
    keeping: Keeping,
    closed: AtomicBool,
    signal: OnceLock<Arc<Event>>,
}

/// Somebody awaits operations by other means than the port.
const EAGER: u8 = 1;
/// The watchman wants to know.
const GUARDED: u8 = 2;

/// What the watchman knows of a port; written by it alone.
#[derive(Default)]
struct Keeping {
    /// It sleeps on the port's set.
    stands_in: AtomicBool,
    /// [`Port::taken`] at its last look.
    taken: AtomicU64,
}

/// Under which number a port's set reports to the watchman.
const PORT: u32 = 4;

/// A new port that lets `concurrency` threads run; 0: as many as there are processors (S1.30).
pub fn new_port(concurrency: u32) -> Result<Arc<IoPort>, Error> {
    let limit = match concurrency {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        given => given as usize,
    };
    let source = Readiness {
        epoll: Epoll::new()?,
        hot: Hot::default(),
        minds: AtomicU8::new(0),
        keeping: Keeping::default(),
        closed: AtomicBool::new(false),
        signal: OnceLock::new(),
    };
    sync::can_fence_everywhere(); // to ask is slow: not under the port's lock
    let port = Arc::new(Port::new(limit, source));
    watchman::add(&port);
    Ok(port)
}

/// The port's handle was closed: its waiters return (S1.25).
pub fn close_port(port: &IoPort) {
    port.source().closed.store(true, Ordering::Release);
    port.close();
}

/// The port as an object to wait for, signalled while packets are queued (S1.16): packets, not
/// readiness that may come to nothing.
pub fn port_signal(port: &IoPort) -> Arc<Event> {
    port.source().set_eager();
    let signal = port.source().signal.get_or_init(|| Arc::new(Event::new(true, false)));
    if port.observe() {
        signal.set();
    }
    signal.clone()
}

impl Readiness {
    /// Whether the port's handle has been closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// From now on finishes operations when they are found ready: somebody awaits them by an
    /// event, not by the port.
    pub fn set_eager(&self) {
        if !self.eager() {
            self.minds.fetch_or(EAGER, Ordering::Release);
        }
    }

    /// Operations may pend at the port from now on: if all its threads go away, or none ever comes,
    /// the watchman finishes them.
    pub fn be_kept(&self) {
        let stands_in = self.keeping.stands_in.load(Ordering::Relaxed);
        if !stands_in && self.minds.load(Ordering::Relaxed) & GUARDED == 0 {
            watchman::tell();
        }
    }

    /// Whether the watchman wanted to know before.
    fn guard(&self, on: bool) -> bool {
        let guarded = self.minds.load(Ordering::Relaxed) & GUARDED != 0;
        if guarded != on {
            match on {
                true => self.minds.fetch_or(GUARDED, Ordering::SeqCst),
                false => self.minds.fetch_and(!GUARDED, Ordering::SeqCst),
            };
        }
        guarded
    }
}

impl IoPort {
    /// The watchman, who sleeps at `post`, sees to it that somebody looks for readiness: it stands
    /// in where no thread does, and wants to hear where one does that goes away. False if threads
    /// of the port have taken something since its last look: then it comes again after a while.
    pub fn keep(&self, post: &Epoll) -> bool {
        let Readiness { epoll, hot, keeping, .. } = self.source();
        let taken = self.taken();
        let moved = keeping.taken.swap(taken, Ordering::Relaxed) != taken;
        let mut stands_in = keeping.stands_in.load(Ordering::Relaxed);
        if stands_in && (moved || !self.unwatched()) {
            post.remove(epoll.fd());
            hot.wake_up();
            keeping.stands_in.store(false, Ordering::Relaxed);
            stands_in = false;
        }
        if moved {
            return false;
        }
        if !stands_in {
            // Either who goes away sees the guard, or is seen to be gone.
            if self.source().guard(true) || !self.unwatched() {
                return true;
            }
            self.source().guard(false);
            hot.stand_by();
            keeping.stands_in.store(true, Ordering::Relaxed);
        }
        self.stand_in();
        if hot.arm_listed() {
            post.kick();
        }
        post.report_once(epoll, PORT);
        true
    }
}

impl Source for Readiness {
    type Ready = Report;

    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Report>) -> bool {
        let sleeps = timeout != Some(Duration::ZERO);
        self.hot.wait(sleeps, &self.epoll, ready, |ready| self.epoll.wait(timeout, ready))
    }

    fn kick(&self) {
        self.epoll.kick();
    }

    fn finish(&self, report: Report, packets: &mut Vec<Packet>) {
        lane::on_ready(report, Some(&mut Here { source: self, packets }));
    }

    fn finish_posting(&self, report: Report, _port: &IoPort) {
        lane::on_ready(report, None); // posts under the lane's lock
    }

    fn eager(&self) -> bool {
        self.minds.load(Ordering::Relaxed) & EAGER != 0
    }

    fn minds(&self) -> bool {
        self.minds.load(Ordering::Relaxed) != 0
    }

    fn watch(&self, soon: bool) {
        let guarded = self.guard(false);
        if guarded {
            watchman::tell();
        }
        if soon || !guarded {
            watchman::arm();
        }
    }

    fn queued(&self, any: bool) {
        if let Some(signal) = self.signal.get() {
            if any { signal.set() } else { signal.reset() }
        }
    }
}

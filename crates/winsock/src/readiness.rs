//! Between port and sockets: the port's source of readiness is an epoll set whose reports are
//! turned into packets by the sockets they name.

use std::sync::atomic::{AtomicBool, Ordering};
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
    eager: AtomicBool,
    closed: AtomicBool,
    signal: OnceLock<Arc<Event>>,
}

/// A new port that lets `concurrency` threads run; 0: as many as there are processors (S1.30).
pub fn new_port(concurrency: u32) -> Result<Arc<IoPort>, Error> {
    let limit = match concurrency {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        given => given as usize,
    };
    let source = Readiness {
        epoll: Epoll::new()?,
        hot: Hot::default(),
        eager: AtomicBool::new(false),
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
        if !self.eager.load(Ordering::Relaxed) {
            self.eager.store(true, Ordering::Release);
        }
    }
}

impl Source for Readiness {
    type Ready = Report;

    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Report>) -> bool {
        let sleeps = timeout != Some(Duration::ZERO);
        if self.hot.look(sleeps, ready) {
            return self.hot.is_others_turn() && self.epoll.wait(Some(Duration::ZERO), ready);
        }
        if !sleeps {
            return self.epoll.wait(timeout, ready);
        }
        if !self.hot.fall_asleep(ready) {
            return false;
        }
        let kicked = self.hot.timed(|| self.epoll.wait(timeout, ready));
        self.hot.wake_up();
        kicked
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
        self.eager.load(Ordering::Relaxed)
    }

    fn watch(&self) {
        watchman::arm();
    }

    fn queued(&self, any: bool) {
        if let Some(signal) = self.signal.get() {
            if any { signal.set() } else { signal.reset() }
        }
    }
}

//! The kernel's side of a port, for the models: a set of readiness tokens with sleepers that are
//! woken newest first, one for each event, and a kick that does not count how often it was given.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use loom::sync::{Condvar, Mutex};

use crate::port::{Packet, Source};
use crate::sync::Arc;

/// A thing found ready: the key of its packets, and how many of them it is worth.
pub type Token = (usize, usize);

/// A model of an epoll set.
pub struct Kernel {
    inner: Mutex<Inner>,
    /// Somebody fell asleep, or the watchman was asked for.
    changed: Condvar,
    /// Neither is part of what is explored.
    eager: AtomicBool,
    finished: AtomicUsize,
}

#[derive(Default)]
struct Inner {
    tokens: Vec<Token>,
    kicked: bool,
    /// Newest last.
    sleepers: Vec<Arc<Condvar>>,
    alarmed: bool,
}

impl Inner {
    fn wake_newest(&mut self) {
        if let Some(bed) = self.sleepers.pop() {
            bed.notify_one();
        }
    }
}

impl Kernel {
    pub fn new() -> Self {
        Self {
            inner: Mutex::new(Inner::default()),
            changed: Condvar::new(),
            eager: AtomicBool::new(false),
            finished: AtomicUsize::new(0),
        }
    }

    /// Operations are finished when found, not when dequeued.
    pub fn set_eager(&self) {
        self.eager.store(true, Ordering::Relaxed);
    }

    /// How many tokens have been finished.
    pub fn finished(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    /// Something becomes ready.
    pub fn ready(&self, tokens: &[Token]) {
        let mut inner = self.inner.lock().unwrap();
        inner.tokens.extend(tokens);
        inner.wake_newest();
    }

    /// Waits until `count` threads sleep in here.
    pub fn until_asleep(&self, count: usize) {
        let mut inner = self.inner.lock().unwrap();
        while inner.sleepers.len() < count {
            inner = self.changed.wait(inner).unwrap();
        }
    }

    /// Waits until the watchman is asked for, or [`Kernel::dismiss_watchman`].
    pub fn until_alarmed(&self) {
        let mut inner = self.inner.lock().unwrap();
        while !inner.alarmed {
            inner = self.changed.wait(inner).unwrap();
        }
        inner.alarmed = false;
    }

    /// Ends the watchman's wait.
    pub fn dismiss_watchman(&self) {
        self.watch(true);
    }
}

impl Source for Kernel {
    type Ready = Token;

    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Token>) -> bool {
        let mut inner = self.inner.lock().unwrap();
        while !inner.kicked && inner.tokens.is_empty() {
            if timeout.is_some() {
                return false; // models have no clock: a limit is always over
            }
            let bed = Arc::new(Condvar::new());
            inner.sleepers.push(bed.clone());
            self.changed.notify_all();
            inner = bed.wait(inner).unwrap();
        }
        ready.append(&mut inner.tokens);
        std::mem::take(&mut inner.kicked)
    }

    fn kick(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.kicked = true;
        inner.wake_newest();
    }

    fn finish(&self, (key, count): Token, packets: &mut Vec<Packet>) {
        self.finished.fetch_add(1, Ordering::Relaxed);
        packets.extend((0..count).map(|nth| packet(key + nth)));
    }

    fn eager(&self) -> bool {
        self.eager.load(Ordering::Relaxed)
    }

    fn watch(&self, _soon: bool) {
        self.inner.lock().unwrap().alarmed = true;
        self.changed.notify_all();
    }

    fn queued(&self, _any: bool) {}
}

/// A packet known by its key.
pub fn packet(key: usize) -> Packet {
    Packet { key, overlapped: 0, status: 0, bytes: 0 }
}

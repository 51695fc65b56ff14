//! ③ A socket: its descriptor, its state, its association with a port, and one lane of pending
//! requests for each direction (lane.rs).
//!
//! # Safety
//!
//! The descriptor is owned as a number, for it can be replaced (accept.rs); it is closed once, by
//! whoever takes the number out.

#![allow(unsafe_code, reason = "owns a descriptor as a number")]

use std::cell::UnsafeCell;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use once_cell::race::OnceBox;
use parking_lot::Mutex;

use crate::accept::Connection;
use crate::afd::Poll;
use crate::error::{Error, Status};
use crate::event::Event;
use crate::handle::{self, LaneGuard, Object};
use crate::house;
use crate::kernel::address::Address;
use crate::kernel::epoll::Epoll;
use crate::kernel::fast::link::Link;
use crate::kernel::net::{self, Direction};
use crate::lane::Lane;
use crate::loopback::Loopback;
use crate::mailslot;
use crate::netevent::NetworkEvents;
use crate::pipe::Pipe;
use crate::readiness::IoPort;
use crate::rio::{self, RequestQueue};
use crate::watchman;

mod mark;
mod rare;
mod sleep;

pub use mark::Mark;

/// The port a socket's completions go to, and the key they carry (S1.9, S1.10).
#[derive(Clone)]
pub struct Association {
    /// The port; it lives while a socket is associated (S1.15).
    pub port: Arc<IoPort>,
    /// The caller's key, opaque.
    pub key: usize,
}

/// A socket.
pub struct Socket {
    handle: AtomicU32,
    marks: AtomicU32,
    fd: AtomicI32,
    /// Linux's family and protocol numbers.
    family: u16,
    protocol: u16,
    /// Seconds since the process' first socket, plus one, at which it was connected; 0: not yet.
    connected_at: AtomicU32,
    /// For an acceptor in a pending AcceptEx: its listener.
    pub listener: AtomicU32,
    /// Held while the descriptor enters or leaves an epoll set.
    watching: Mutex<()>,
    association: OnceLock<Association>,
    /// Guarded by the locks in the handle's slot (handle.rs).
    receiving: UnsafeCell<Lane>,
    /// Made when a first send has to wait, which most never do.
    sending: UnsafeCell<Option<Box<Lane>>>,
    /// The socket handle, as an object to wait for, is signalled (S2.58).
    signalled: AtomicBool,
    rare: OnceBox<Rare>,
    loopback: OnceBox<Loopback>,
    /// Where its last posted packet went in the port's queue; 0: none was posted.
    posted_at: AtomicU64,
}

/// What few sockets need: made when it is first wanted.
#[derive(Default)]
struct Rare {
    /// SO_RCVTIMEO and SO_SNDTIMEO in milliseconds, 0: none (S2.10).
    timeouts_ms: [AtomicU32; 2],
    /// The error a connect ended with, as a WSA number (S8.13).
    connect_error: AtomicU32,
    /// Open handles of it beside the first.
    others: AtomicU32,
    /// Threads asleep in a blocking call on it.
    blocked: AtomicU32,
    /// The socket handle as an object to wait for, since somebody does.
    signal: OnceLock<Arc<Event>>,
    /// Descriptors that were replaced under other calls; as many as times it was accepted.
    former: Mutex<Vec<OwnedFd>>,
    /// Connections that a condition function put off, the next one last.
    deferred: Mutex<Vec<Connection>>,
    /// What happened on it, since somebody wants to know.
    events: OnceBox<NetworkEvents>,
    /// Whose threads are told of its readiness although it is with no port: they poll it.
    watcher: OnceLock<Arc<IoPort>>,
    /// Polls of AFD's that have asked for it.
    polls: Mutex<Vec<Arc<Poll>>>,
    /// What it is to receive and to send by registered I/O.
    requests: OnceLock<Arc<RequestQueue>>,
    /// What it is as an end of a named pipe.
    pipe: OnceLock<Box<Pipe>>,
    /// What it is as an end of a mailslot.
    mailslot: OnceLock<Box<mailslot::End>>,
}

// SAFETY: the lanes are touched under their locks only (handle.rs); all else is atomic or locked.
unsafe impl Sync for Socket {}

fn seconds() -> u32 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs() as u32
}

/// A new socket around `fd`: its handle (S11.12). `marks` beyond those of a new one.
pub fn adopt(fd: OwnedFd, family: i32, protocol: i32, marks: Mark) -> Result<u32, Error> {
    let fd = fd.into_raw_fd();
    let made = handle::insert(|handle| {
        Object::Socket(Box::new(Socket {
            handle: AtomicU32::new(handle),
            marks: AtomicU32::new(marks.0),
            fd: AtomicI32::new(fd),
            family: family as u16,
            protocol: protocol as u16,
            connected_at: AtomicU32::new(0),
            listener: AtomicU32::new(0),
            watching: Mutex::new(()),
            association: OnceLock::new(),
            receiving: UnsafeCell::default(),
            sending: UnsafeCell::default(),
            signalled: AtomicBool::new(false),
            rare: OnceBox::new(),
            loopback: OnceBox::new(),
            posted_at: AtomicU64::new(0),
        }))
    });
    if made.is_err() {
        close_fd(fd);
    }
    made
}

fn close_fd(fd: RawFd) {
    // SAFETY: the number comes from the socket (or the failed attempt to make one) that owns it
    // and gives it up here.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
}

impl Drop for Socket {
    fn drop(&mut self) {
        close_fd(*self.fd.get_mut());
    }
}

impl Socket {
    /// Whether all of `marks` are set.
    pub fn is(&self, marks: Mark) -> bool {
        self.marks.load(Ordering::Relaxed) & marks.0 == marks.0
    }

    /// Whether all of `set` are set and none of `clear` is.
    pub fn is_exactly(&self, set: Mark, clear: Mark) -> bool {
        self.marks.load(Ordering::Relaxed) & (set.0 | clear.0) == set.0
    }

    /// Whether any of `marks` is set.
    pub fn is_any(&self, marks: Mark) -> bool {
        self.marks.load(Ordering::Relaxed) & marks.0 != 0
    }

    /// Sets or clears marks; true if all had been set before.
    pub fn mark(&self, marks: Mark, on: bool) -> bool {
        let before = if on {
            self.marks.fetch_or(marks.0, Ordering::SeqCst)
        } else {
            self.marks.fetch_and(!marks.0, Ordering::SeqCst)
        };
        before & marks.0 == marks.0
    }

    /// Its handle.
    pub fn handle(&self) -> u32 {
        self.handle.load(Ordering::Relaxed)
    }

    /// One more handle is open.
    pub fn add_handle(&self) {
        self.rare().others.fetch_add(1, Ordering::Relaxed);
    }

    /// One handle less is open; false if it was the only one.
    pub fn drop_handle(&self) -> bool {
        self.rare.get().is_some_and(|rare| {
            let less = |others: u32| others.checked_sub(1);
            rare.others.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_ok()
        })
    }

    /// Whether it has more than one handle.
    pub fn has_duplicates(&self) -> bool {
        self.rare.get().is_some_and(|rare| rare.others.load(Ordering::Relaxed) > 0)
    }

    /// Its own handle closes, and it goes on by its duplicates (S1.14); false if another thread
    /// closed the handle first. Reports that name the old handle find nobody, but the set is told
    /// the new one afterwards and reports anew what is ready then.
    pub fn hide_handle(&self) -> Result<(), Error> {
        rio::close(self, Status::CANCELLED); // its number was the handle
        let _watching = self.watching.lock();
        let hidden = handle::duplicate::hide(self.handle() as usize).ok_or(Error::NOT_SOCKET)?;
        self.handle.store(hidden, Ordering::Relaxed);
        if self.is(Mark::WATCHED) {
            let set = self.set_of_reports()?;
            set.put(self.fd(), hidden);
            _ = self.shared_link().map(|link| set.put_bell(link.bell(), hidden));
        }
        Ok(())
    }

    /// Its descriptor, good while a guard is held.
    pub fn fd(&self) -> RawFd {
        self.fd.load(Ordering::Relaxed)
    }

    /// Puts another descriptor in the place of this one, nobody is told of which from now on, and
    /// returns the old: calls on other threads may have its number in hand.
    pub fn replace_fd(&self, fd: OwnedFd) -> OwnedFd {
        let _watching = self.watching.lock();
        let old = self.fd.swap(fd.into_raw_fd(), Ordering::Relaxed);
        if self.is(Mark::WATCHED) {
            self.mark(Mark::WATCHED, false);
            _ = self.set_of_reports().map(|set| set.remove(old));
        }
        // SAFETY: the socket owned the old number until this swap; now the caller does.
        unsafe { OwnedFd::from_raw_fd(old) }
    }

    /// Descriptors that it had before, kept while other calls may have their numbers in hand.
    pub fn former_fds(&self) -> &Mutex<Vec<OwnedFd>> {
        &self.rare().former
    }

    /// Whether it keeps any.
    pub fn has_former_fds(&self) -> bool {
        self.rare.get().is_some_and(|rare| !rare.former.lock().is_empty())
    }

    /// Linux's number of its address family.
    pub fn family(&self) -> i32 {
        i32::from(self.family)
    }

    /// Its protocol's number.
    pub fn protocol(&self) -> i32 {
        i32::from(self.protocol)
    }

    /// Where its last posted packet went in the port's queue; 0: none was posted. For a lane, as
    /// exact as the lane's lock.
    #[inline]
    pub fn posted_at(&self) -> u64 {
        self.posted_at.load(Ordering::Relaxed)
    }

    /// Remembers where a packet went, under the lock of its port: never an older one.
    #[inline]
    pub fn set_posted_at(&self, at: u64) {
        self.posted_at.store(at, Ordering::Relaxed);
    }

    /// The port it is associated with.
    pub fn association(&self) -> Option<&Association> {
        self.association.get()
    }

    /// Whether immediate successes queue no packet (S1.50).
    pub fn skips_packets(&self) -> bool {
        self.is(Mark::SKIP_PACKETS)
    }

    /// The receiving lane, for the holder of its lock.
    #[inline(always)]
    pub fn receiving(&self) -> &UnsafeCell<Lane> {
        &self.receiving
    }

    /// The sending lane, for the holder of its lock.
    #[inline(always)]
    pub fn sending(&self) -> &UnsafeCell<Option<Box<Lane>>> {
        &self.sending
    }

    /// Locks a lane.
    pub fn lane(&self, direction: Direction) -> LaneGuard {
        handle::lock_held(self, direction)
    }

    /// It is connected from now on.
    pub fn set_connected(&self) {
        self.connected_at.store(seconds() + 1, Ordering::Relaxed);
        _ = self.take_connect_error();
        self.mark(Mark::CONNECTING.and(Mark::PRISTINE).and(Mark::CONNECT_FAILED), false);
        self.mark(Mark::CONNECTED.and(Mark::BOUND), true);
    }

    /// Whole seconds since it was connected, or `u32::MAX` if it is not (S3.18).
    pub fn connect_time(&self) -> u32 {
        match self.connected_at.load(Ordering::Relaxed) {
            0 => u32::MAX,
            at => seconds().saturating_sub(at - 1),
        }
    }

    /// Back to an unconnected state (S3.31).
    pub fn set_disconnected(&self) {
        self.forget_link();
        rio::renew(self);
        self.connected_at.store(0, Ordering::Relaxed);
        let shut = Mark::SHUT_RECEIVE.and(Mark::SHUT_SEND).and(Mark::RESET);
        self.mark(Mark::CONNECTED.and(shut).and(Mark::NEEDS_CONTEXT).and(Mark::WATCHED), false);
    }

    /// Associates it with a port for the rest of its life (S1.2, S1.6, S1.8).
    pub fn associate(&self, port: Arc<IoPort>, key: usize) -> Result<(), Error> {
        if self.is(Mark::PLAIN) {
            return Err(Error::INVALID_PARAMETER);
        }
        let watching = self.watching.lock();
        let watched = self.is(Mark::WATCHED);
        let before = if watched { Some(self.set_of_reports()?) } else { None };
        let association = Association { port, key };
        self.association.set(association).map_err(|_| Error::INVALID_PARAMETER)?;
        self.association().expect("set above").port.source().be_kept();
        if let Some(set) = before {
            set.remove(self.fd());
            _ = self.shared_link().map(|link| set.remove(link.bell()));
            self.mark(Mark::WATCHED, false);
            // What pends may be awaited by an event or a routine (S1.13).
            self.association().expect("set above").port.source().set_eager();
            watchman::arm();
        }
        drop(watching);
        let streams_need = Mark::CONNECTED.and(Mark::LISTENING);
        if watched || !self.is(Mark::STREAM) || self.is_any(streams_need) {
            self.watch()?;
        }
        Ok(())
    }

    /// Sees to it that somebody is told when it becomes ready.
    #[inline(always)]
    pub fn watch(&self) -> Result<(), Error> {
        if self.is(Mark::WATCHED) { Ok(()) } else { self.begin_watch() }
    }

    #[cold]
    fn begin_watch(&self) -> Result<(), Error> {
        let _watching = self.watching.lock();
        if !self.is(Mark::WATCHED) {
            let set = self.set_of_reports()?;
            // Before the report can come: it may be handled before add returns.
            self.mark(Mark::WATCHED, true);
            let link = self.shared_link();
            let added = set.add(self.fd(), self.handle()).and_then(|()| {
                link.map_or(Ok(()), |link| set.add_bell(link.bell(), self.handle()))
            });
            added.inspect_err(|_| _ = self.mark(Mark::WATCHED, false))?;
        }
        Ok(())
    }

    /// A new link's bell is heard wherever the socket is watched already.
    pub fn watch_bell(&self, link: &Link) {
        let _watching = self.watching.lock();
        if self.is(Mark::WATCHED) {
            let set = self.set_of_reports();
            _ = set.map(|set| set.add_bell(link.bell(), self.handle()));
        }
    }

    fn set_of_reports(&self) -> Result<&Epoll, Error> {
        match self.telling_port() {
            Some(port) => Ok(&port.source().epoll),
            None => house::epoll(),
        }
    }

    /// The port whose threads are told of its readiness: its own, or that of who polls it.
    pub fn telling_port(&self) -> Option<&Arc<IoPort>> {
        let watcher = || self.rare.get().and_then(|rare| rare.watcher.get());
        self.association().map(|association| &association.port).or_else(watcher)
    }

    /// The threads of `port` poll it: they are told, unless somebody is told already.
    pub fn be_told_at(&self, port: &Arc<IoPort>) {
        let _watching = self.watching.lock();
        if !self.is(Mark::WATCHED) && self.association().is_none() {
            _ = self.rare().watcher.set(port.clone());
            port.source().be_kept();
        }
    }

    /// What it has of the loopback fast path, made now if there is nothing yet.
    pub fn loopback(&self) -> &Loopback {
        self.loopback.get_or_init(Box::default)
    }

    /// What it has of the loopback fast path.
    #[inline(always)]
    pub fn existing_loopback(&self) -> Option<&Loopback> {
        self.loopback.get()
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    /// The record of its network events, begun now if there is none yet.
    pub fn network_events(&self) -> &NetworkEvents {
        self.rare().events.get_or_init(|| Box::new(NetworkEvents::of(self)))
    }

    /// Signals the socket handle as an object to wait for (S2.58).
    #[inline(always)]
    pub fn signal(&self) {
        if !self.is(Mark::SKIP_SIGNAL) {
            self.signalled.store(true, Ordering::Relaxed);
            if let Some(signal) = self.rare.get().and_then(|rare| rare.signal.get()) {
                signal.set();
            }
        }
    }

    /// An operation without an event begins: the socket handle is not signalled (S2.57, S2.58).
    #[inline(always)]
    pub fn reset_signal(&self) {
        self.signalled.store(false, Ordering::Relaxed);
        if let Some(signal) = self.rare.get().and_then(|rare| rare.signal.get()) {
            signal.reset();
        }
    }

    /// The socket handle as an object to wait for.
    pub fn signal_object(&self) -> Arc<Event> {
        // Both lanes: no completion comes between the look at the mark and the event's birth.
        let _receiving = self.lane(Direction::Receive);
        let _sending = self.lane(Direction::Send);
        let new = || Arc::new(Event::new(true, self.signalled.load(Ordering::Relaxed)));
        self.rare().signal.get_or_init(new).clone()
    }

    /// Its own address, while it has one.
    pub fn local_address(&self) -> Result<Address, Error> {
        net::local_address(self.fd()).map_err(net::Errno::error)
    }
}

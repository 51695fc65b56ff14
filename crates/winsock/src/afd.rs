//! AFD's poll: sockets watched by a request, as wepoll, libuv and mio do it on Windows (S18).
//!
//! ```text
//!   NtDeviceIoControlFile ──▶ issue ──▶ known at each of its sockets ──▶ a look ──found──▶ end
//!   netevent: readiness, a connect's end ──▶ changed ──────────────────────▲                 │
//!   closing: closed ─────────────────────────────────────────────────────────────────────────┤
//!   timekeeper: its time ─────────────────────────────────────────────────────────────────── ▼
//!                                              answer, status block (Status last), event, packet
//! ```
//!
//! # Safety
//!
//! The status block and the room for the answer are the caller's, valid from the call to the
//! completion (S2.1); they are written by whoever ends the poll, which is one thread alone.

#![allow(unsafe_code, reason = "writes the caller's answer and status block")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

use parking_lot::Mutex;
use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;

use crate::condition::Condition;
use crate::error::{Error, Status};
use crate::event::Event;
use crate::handle::{self, Object, SocketGuard};
use crate::port::{Packet, Patience};
use crate::readiness::IoPort;
use crate::socket::{Association, Mark, Socket};
use crate::survey;
use crate::thread;
use crate::timekeeper::{self, Ring};

/// What a poll asks for and tells: AFD_POLL_….
const RECEIVE: u32 = 0x1;
const EXPEDITED: u32 = 0x2;
const SEND: u32 = 0x4;
const DISCONNECT: u32 = 0x8;
const ABORT: u32 = 0x10;
const LOCAL_CLOSE: u32 = 0x20;
const CONNECT: u32 = 0x40;
const ACCEPT: u32 = 0x80;
const CONNECT_FAIL: u32 = 0x100;

/// AFD_POLL_HANDLE_INFO.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Entry {
    /// The socket.
    pub handle: usize,
    /// What is asked for; what was found.
    pub events: u32,
    /// NTSTATUS: what a connect failed with.
    pub status: u32,
}

/// AFD_POLL_INFO before its entries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Head {
    /// When it ends without a finding: 100 ns; negative: from now; `i64::MAX`: never.
    pub timeout: i64,
    /// How many entries follow.
    pub count: u32,
    /// A later exclusive poll of the same sockets ends this one.
    pub exclusive: u32,
}

/// AFD's device, opened without a socket: what polls are issued by.
pub struct Device {
    handle: usize,
    association: OnceLock<Association>,
    /// Immediate successes queue no packet (S1.50).
    skips_packets: AtomicBool,
}

/// Where a poll's end is told.
pub struct Target {
    /// The caller's status block, by which it can be cancelled.
    pub block: *mut IO_STATUS_BLOCK,
    /// What the packet carries as its OVERLAPPED; null: no packet.
    pub context: usize,
    /// An event to be set.
    pub event: Option<Arc<Event>>,
    /// Room for the answer: as many entries as were asked for.
    pub answer: *mut Head,
}

/// A poll in flight.
pub struct Poll {
    /// The handle that it was issued by.
    file: usize,
    target: Target,
    association: Option<Association>,
    skips_packets: bool,
    exclusive: bool,
    asked: Vec<Entry>,
    over: AtomicBool,
}

// SAFETY: the pointers are the caller's promise to the poll, not to a thread; they are used by the
// one thread that ends it, which `over` picks.
unsafe impl Send for Poll {}
// SAFETY: as above, one thread alone uses them.
unsafe impl Sync for Poll {}

/// Those in flight, by their status blocks; bounded by what the program issues.
static POLLS: LazyLock<Mutex<HashMap<usize, Arc<Poll>>>> = LazyLock::new(Mutex::default);

/// A handle of AFD's device.
pub fn open() -> Result<u32, Error> {
    handle::insert(|handle| {
        Object::Device(Arc::new(Device {
            handle: handle as usize,
            association: OnceLock::new(),
            skips_packets: AtomicBool::new(false),
        }))
    })
}

impl Device {
    /// Associates it with a port; 87 if it is with one already.
    pub fn associate(&self, port: Arc<IoPort>, key: usize) -> Result<(), Error> {
        let association = Association { port, key };
        self.association.set(association).map_err(|_| Error::INVALID_PARAMETER)
    }

    /// From now on immediate successes queue no packet.
    pub fn skip_packets(&self) {
        self.skips_packets.store(true, Ordering::Relaxed);
    }
}

impl Drop for Device {
    /// With the last handle what was issued by it ends.
    fn drop(&mut self) {
        cancel(self.handle, 0);
    }
}

/// Issues a poll by a device or by any socket. What it fails with, or SUCCESS if it is over, or
/// PENDING (S18.2–S18.6).
///
/// # Safety
///
/// Status block and answer are valid until the completion is delivered.
pub unsafe fn issue(file: usize, head: Head, asked: Vec<Entry>, target: Target) -> Status {
    let (association, skips_packets) = match handle::look_up(file).as_deref() {
        Some(Object::Device(device)) => {
            (device.association.get().cloned(), device.skips_packets.load(Ordering::Relaxed))
        }
        Some(_) => match handle::socket(file) {
            Ok(socket) => (socket.association().cloned(), socket.skips_packets()),
            Err(_) => return Status::OBJECT_TYPE_MISMATCH,
        },
        None => return Status::INVALID_HANDLE,
    };
    let sockets: Result<Vec<SocketGuard>, Error> =
        asked.iter().map(|entry| handle::socket(entry.handle)).collect();
    let Ok(sockets) = sockets else { return Status::INVALID_HANDLE };
    let finite = head.timeout != i64::MAX && head.timeout != 0;
    if finite && timekeeper::employ().is_err() {
        return Status::NO_MEMORY;
    }
    if let Some(event) = &target.event {
        event.reset();
    }
    let exclusive = head.exclusive != 0;
    let over = AtomicBool::new(false);
    let poll = Arc::new(Poll { file, target, association, skips_packets, exclusive, asked, over });
    POLLS.lock().insert(poll.target.block as usize, poll.clone());
    for socket in &sockets {
        socket.mark(Mark::SELECTED, true);
        socket.network_events();
        let earlier = {
            let mut polls = socket.polls().lock();
            polls.push(poll.clone());
            let ends = |other: &&Arc<Poll>| exclusive && other.exclusive;
            polls.iter().rev().skip(1).filter(ends).cloned().collect::<Vec<_>>()
        };
        for other in earlier {
            other.end(Status::SUCCESS, &[], false);
        }
        if let Some(Association { port, .. }) = &poll.association {
            socket.be_told_at(port);
        }
        _ = socket.watch_events(); // without a watch it has what holds now
    }
    let found = poll.look();
    if found.iter().any(|&events| events != 0) {
        return poll.end(Status::SUCCESS, &found, true);
    }
    if head.timeout == 0 {
        return poll.end(Status::TIMEOUT, &[], true);
    }
    if finite {
        let due = Instant::now() + timekeeper::delay(head.timeout);
        let poll: Arc<dyn Ring> = poll.clone();
        timekeeper::schedule(due, Arc::downgrade(&poll), 0);
    }
    Status::PENDING
}

/// Ends the polls of a handle, or the one with this status block, with STATUS_CANCELLED; how many.
pub fn cancel(file: usize, block: usize) -> usize {
    let chosen = |poll: &&Arc<Poll>| {
        poll.file == file && (block == 0 || poll.target.block as usize == block)
    };
    let polls: Vec<_> = POLLS.lock().values().filter(chosen).cloned().collect();
    let ended = |poll: &&Arc<Poll>| poll.end(Status::CANCELLED, &[], false) == Status::CANCELLED;
    polls.iter().filter(ended).count()
}

/// Something has happened at a socket: looks whether a poll has asked for it.
#[cold]
pub fn changed(socket: &Socket) {
    let polls = socket.polls().lock().clone();
    for poll in polls {
        let found = poll.look();
        if found.iter().any(|&events| events != 0) {
            poll.end(Status::SUCCESS, &found, false);
        }
    }
}

/// A socket is closed at this end, which every poll is told (S18.8).
#[cold]
pub fn closed(socket: &Socket) {
    let polls = std::mem::take(&mut *socket.polls().lock());
    for poll in polls {
        let own = |entry: &Entry| match handle::socket(entry.handle) {
            Ok(other) if !std::ptr::eq(&*other, socket) => 0,
            _ => LOCAL_CLOSE,
        };
        let found: Vec<u32> = poll.asked.iter().map(own).collect();
        poll.end(Status::SUCCESS, &found, false);
    }
}

impl Poll {
    /// What of the events asked for holds at each socket now.
    fn look(&self) -> Vec<u32> {
        survey::with(|survey| {
            let mut gone = vec![false; self.asked.len()];
            for (entry, gone) in self.asked.iter().zip(&mut gone) {
                *gone = survey.push(entry.handle, wanted(entry.events)).is_err();
            }
            _ = survey.wait(Patience::None);
            let mut findings = survey.findings();
            let tell = |(entry, gone): (&Entry, bool)| match gone {
                true => LOCAL_CLOSE,
                false => findings.next().map_or(0, |(_, found)| reported(entry, found)),
            };
            self.asked.iter().zip(gone).map(tell).collect()
        })
    }

    /// Ends it, unless it has ended: the answer and the status block, then whoever waits. What it
    /// ended with, or PENDING if somebody else ended it. `here`: within the call that issued it.
    fn end(self: &Arc<Self>, status: Status, found: &[u32], here: bool) -> Status {
        if self.over.swap(true, Ordering::AcqRel) {
            return Status::PENDING;
        }
        POLLS.lock().remove(&(self.target.block as usize));
        for entry in &self.asked {
            if let Ok(socket) = handle::socket(entry.handle) {
                socket.polls().lock().retain(|other| !Arc::ptr_eq(other, self));
            }
        }
        let bytes = self.answer(found);
        // SAFETY: the caller's block, this thread's alone until the status is stored.
        unsafe { (*self.target.block).Information = bytes };
        store_status(self.target.block, status);
        if let Some(event) = &self.target.event {
            event.set();
        }
        let skips = here && self.skips_packets;
        if let Some(Association { port, key }) = &self.association
            && self.target.context != 0
            && !skips
        {
            let overlapped = self.target.context;
            let packet = Packet { key: *key, overlapped, status: status.0, bytes: bytes as u32 };
            port.post_at(packet, || thread::runs_at(port), |_| ());
        }
        status
    }

    /// Writes the entries at which something was found; how many bytes the answer has.
    fn answer(&self, found: &[u32]) -> usize {
        let told: Vec<Entry> = (self.asked.iter().zip(found))
            .filter(|(_, events)| **events != 0)
            .map(|(entry, &events)| Entry {
                events,
                status: status(entry.handle, events),
                ..*entry
            })
            .collect();
        let head = self.target.answer;
        // SAFETY: the caller's room, for as many entries as were asked for, and this thread's alone
        // until the status is stored.
        unsafe {
            (*head).count = told.len() as u32;
            head.add(1).cast::<Entry>().copy_from_nonoverlapping(told.as_ptr(), told.len());
        }
        size_of::<Head>() + told.len() * size_of::<Entry>()
    }
}

impl Ring for Poll {
    fn ring(self: Arc<Self>, _: Instant, _: u64) {
        self.end(Status::TIMEOUT, &[], false);
    }
}

/// The status is what tells the caller that all else is written.
fn store_status(block: *mut IO_STATUS_BLOCK, status: Status) {
    // SAFETY: the caller's block, aligned; its first word is the status and nothing else.
    let word = unsafe { AtomicUsize::from_ptr(block.cast()) };
    word.store(status.0 as usize, Ordering::Release);
}

/// What the last connect failed with, where a failed connect is told.
fn status(handle: usize, events: u32) -> u32 {
    match handle::socket(handle) {
        Ok(socket) if events & CONNECT_FAIL != 0 => Status::from_wsa(socket.connect_error()).0,
        _ => 0,
    }
}

fn wanted(events: u32) -> Condition {
    Condition::RECEIVE.when(events & (RECEIVE | ACCEPT) != 0)
        | Condition::EXPEDITED.when(events & EXPEDITED != 0)
        | Condition::SEND.when(events & (SEND | CONNECT) != 0)
        | Condition::DISCONNECT.when(events & DISCONNECT != 0)
        | Condition::ABORT.when(events & ABORT != 0)
        | Condition::CONNECT_FAILED.when(events & CONNECT_FAIL != 0)
}

/// What was found, of what was asked for: a listener accepts, everybody else receives.
fn reported(entry: &Entry, found: Condition) -> u32 {
    let (mut receive, mut connected) = (RECEIVE, false);
    if let Ok(socket) = handle::socket(entry.handle) {
        receive = if socket.is(Mark::LISTENING) { ACCEPT } else { RECEIVE };
        connected = socket.is(Mark::STREAM.and(Mark::CONNECTED));
    }
    let told = [
        (Condition::RECEIVE, receive),
        (Condition::EXPEDITED, EXPEDITED),
        (Condition::SEND, SEND | if connected { CONNECT } else { 0 }),
        (Condition::DISCONNECT, DISCONNECT),
        (Condition::ABORT, ABORT),
        (Condition::CONNECT_FAILED, CONNECT_FAIL),
        (Condition::CLOSED, LOCAL_CLOSE),
    ];
    let tell = |events, (condition, event)| events | if found.any(condition) { event } else { 0 };
    told.into_iter().fold(0, tell) & (entry.events | LOCAL_CLOSE)
}

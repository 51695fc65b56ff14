//! The entries of a lane, by numbers that only grow (request_queue.rs has their picture).
//!
//! # Safety
//!
//! A ring is touched under the lock of the socket's lane of that direction (handle.rs), its results
//! excepted, which are the completion queue's.

#![allow(unsafe_code, reason = "entries that go to the completion queue and come back")]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::driver::Driver;
use super::entry::Entry;
use super::request_queue::Lane;
use crate::error::Error;
use crate::lane::Sight;
use crate::request::Outcome;
use crate::socket::Socket;

type Entries = Box<[UnsafeCell<MaybeUninit<Entry>>]>;

/// The entries, by numbers that only grow.
pub struct Ring {
    entries: Entries,
    /// Entries of before a resize, whose results may not be dequeued yet.
    former: Vec<Entries>,
    /// How many may be outstanding.
    pub limit: u32,
    /// The next to be tried, the first that is not to be yet, and the first place that is free.
    pub next: u32,
    pub committed: u32,
    pub pushed: u32,
    /// What is known of the socket's readiness.
    pub sight: Sight,
    /// The descriptor that the completion queue watches, and of which renewal it is.
    watched: Option<(RawFd, u32)>,
}

impl Ring {
    /// An empty one.
    pub fn new(limit: u32) -> Result<Self, Error> {
        Ok(Self {
            entries: room(limit)?,
            former: Vec::new(),
            limit,
            next: 0,
            committed: 0,
            pushed: 0,
            sight: Sight::default(),
            watched: None,
        })
    }

    /// Whether a try may succeed, as far as was reported.
    pub fn may_be_ready(&self) -> bool {
        self.sight.ready
    }

    /// Whether requests are to be tried.
    pub fn waits(&self) -> bool {
        self.next != self.committed
    }

    /// Adds a request; 10055 if the limit is reached (S10.10).
    #[inline]
    pub fn push(&mut self, lane: &Lane, entry: Entry) -> Result<(), Error> {
        let freed = lane.freed.load(Ordering::Acquire);
        if self.pushed.wrapping_sub(freed) >= self.limit {
            return Err(Error::NO_BUFFERS);
        }
        // SAFETY: the place at pushed is the ring's, and holds nothing.
        unsafe { self.entry(self.pushed).write(entry) };
        self.pushed = self.pushed.wrapping_add(1);
        Ok(())
    }

    /// All that was pushed is to be tried.
    #[inline]
    pub fn commit(&mut self, lane: &Lane) {
        self.committed = self.pushed;
        self.count_waiting(lane);
    }

    fn count_waiting(&self, lane: &Lane) {
        lane.waiting.store(self.committed.wrapping_sub(self.next), Ordering::Relaxed);
    }

    /// The completion queue, if it watches at all, watches the socket from now on; what is ready
    /// already is reported.
    pub fn watch(&mut self, lane: &Lane, socket: &Socket) -> Result<(), Error> {
        if let Some(set) = lane.queue.set()
            && self.waits()
            && let Some(requests) = socket.request_queue()
        {
            let now = Some((socket.fd(), requests.renewal()));
            if self.watched != now {
                set.add_or_keep(socket.fd(), socket.handle())?;
                if let Some(link) = socket.shared_link() {
                    set.add_bell_or_keep(link.bell(), socket.handle())?;
                }
                self.watched = now;
            }
        }
        Ok(())
    }

    /// The request at `next` is over.
    #[inline]
    pub fn finish(&mut self, lane: &Lane, outcome: Outcome, driver: Driver<'_, '_>) {
        let mut entry = self.entry(self.next);
        self.next = self.next.wrapping_add(1);
        self.count_waiting(lane);
        // SAFETY: the entry was the ring's up to here; put makes it the completion queue's.
        let done = unsafe { entry.as_mut() };
        done.bytes = outcome.bytes;
        done.status = if outcome.status.is_success() { 0 } else { outcome.status.wsa().0 };
        lane.queue.put(entry, driver);
    }

    /// Sets another limit; the one before.
    pub fn resize(&mut self, lane: &Lane, limit: u32) -> Result<u32, Error> {
        let freed = lane.freed.load(Ordering::Acquire);
        if limit < self.pushed.wrapping_sub(freed) {
            return Err(Error::TOO_MANY_REFERENCES);
        }
        if freed == self.next {
            self.former.clear();
        }
        let larger = (limit as usize > self.entries.len()).then(|| room(limit)).transpose()?;
        match limit.checked_sub(self.limit) {
            Some(more) => lane.queue.reserve(more)?,
            None => lane.queue.give_back(self.limit - limit),
        }
        if let Some(entries) = larger {
            let before = std::mem::replace(&mut self.entries, entries);
            let mut number = self.next;
            while number != self.pushed {
                let from = before[number as usize & (before.len() - 1)].get().cast();
                // SAFETY: a request not tried to the end is the ring's, to be moved.
                unsafe { self.entry(number).write(std::ptr::read(from)) };
                number = number.wrapping_add(1);
            }
            self.former.push(before);
        }
        Ok(std::mem::replace(&mut self.limit, limit))
    }

    /// The entry of this number.
    #[inline(always)]
    pub fn entry(&self, number: u32) -> NonNull<Entry> {
        let place = &self.entries[number as usize & (self.entries.len() - 1)];
        NonNull::from_ref(place).cast()
    }
}

/// Room for so many entries, a power of two; 10055 if there is no memory.
fn room(limit: u32) -> Result<Entries, Error> {
    let count = (limit as usize).next_power_of_two();
    let mut entries = Vec::new();
    entries.try_reserve_exact(count).map_err(|_| Error::NO_BUFFERS)?;
    entries.resize_with(count, || UnsafeCell::new(MaybeUninit::uninit()));
    Ok(entries.into_boxed_slice())
}

//! A completion queue: results in the order in which they came about, for one reader at a time.
//!
//! ```text
//!   put, by any thread ──▶ finished (a stack) ── taken whole, turned round ──▶ the reader's list
//! ```
//!
//! Results are the entries of the request queues themselves, so the queue needs no room of its own
//! and its size is a matter of accounting: what the request queues reserve fits.
//!
//! # Safety
//!
//! An entry is the completion queue's from `put` until `dequeue` frees it; its request queue lives
//! at least as long, for the reader keeps those that are not closed and empty. What is inside is
//! the reader's, who holds the handle's exclusive use; the last owner of the handle clears it.

#![allow(unsafe_code, reason = "a list through the entries of others")]

use std::cell::{RefCell, UnsafeCell};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use windows_sys::Win32::Networking::WinSock::RIO_MAX_CQ_SIZE;

use super::driver::Driver;
use super::entry::Entry;
use super::notice::Notice;
use super::reader::{Inside, Reader};
use super::request_queue::{self, RequestQueue};
use crate::complete::Here;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::kernel::epoll::{Epoll, Readiness};

/// A completion queue.
pub struct CompletionQueue {
    handle: AtomicU32,
    pub(super) notice: Option<Notice>,
    /// The next result that is not quiet gives the notice (S10.19).
    pub(super) armed: AtomicBool,
    closed: AtomicBool,
    /// Results that the reader has not come for yet, the newest first.
    pub(super) finished: AtomicPtr<Entry>,
    /// Request queues have joined, or have closed, since the reader looked last.
    pub(super) joined: AtomicBool,
    pub(super) left: AtomicBool,
    pub(super) account: Mutex<Account>,
    /// Its sockets, as far as they have requests, once somebody waits for them or they are many.
    pub(super) set: OnceLock<Epoll>,
    inside: UnsafeCell<Inside>,
}

// SAFETY: the pointers lead to entries whose owner the file's Safety paragraph names; what is
// inside is touched by the holder of the handle's exclusive use only.
unsafe impl Send for CompletionQueue {}
// SAFETY: results come by an atomic stack, and the reader alone goes inside, as above.
unsafe impl Sync for CompletionQueue {}

pub(super) struct Account {
    size: u32,
    reserved: u32,
    pub(super) newcomers: Vec<Arc<RequestQueue>>,
}

/// The handle's own hold on a completion queue.
pub struct OpenQueue(pub(super) Arc<CompletionQueue>);

/// RIOCreateCompletionQueue (S10.6): 10022 for a size out of range.
pub fn create(size: u32, notice: Option<Notice>) -> Result<u32, Error> {
    check_size(size)?;
    let queue = Arc::new(CompletionQueue {
        handle: AtomicU32::new(0),
        notice,
        armed: AtomicBool::new(false),
        closed: AtomicBool::new(false),
        finished: AtomicPtr::new(null_mut()),
        joined: AtomicBool::new(false),
        left: AtomicBool::new(false),
        account: Mutex::new(Account { size, reserved: 0, newcomers: Vec::new() }),
        set: OnceLock::new(),
        inside: UnsafeCell::default(),
    });
    handle::insert(|handle| {
        queue.handle.store(handle, Ordering::Relaxed);
        Object::CompletionQueue(OpenQueue(queue))
    })
}

fn check_size(size: u32) -> Result<(), Error> {
    if (1..=RIO_MAX_CQ_SIZE).contains(&size) { Ok(()) } else { Err(Error::INVALID) }
}

/// RIOResizeCompletionQueue (S10.25): 10022 for a size out of range, 10059 for one below what the
/// request queues reserve.
pub fn resize(handle: usize, size: u32) -> Result<(), Error> {
    let mut reader = Reader::enter(handle).map_err(|_| Error::INVALID)?;
    check_size(size)?;
    let mut account = reader.queue().account.lock();
    if size < account.reserved {
        return Err(Error::TOO_MANY_REFERENCES);
    }
    account.size = size;
    Ok(())
}

/// The open completion queue behind `handle`, or 10022.
pub fn find(handle: usize) -> Result<Arc<CompletionQueue>, Error> {
    match handle::look_up(handle).as_deref() {
        Some(Object::CompletionQueue(open)) => Ok(open.0.clone()),
        _ => Err(Error::INVALID),
    }
}

/// The sockets of the completion queue behind `handle` have something ready, and it was waited for.
#[cold]
pub fn on_ready(handle: usize, here: Option<&mut Here<'_>>) {
    let Ok(queue) = find(handle) else { return };
    let (Some(set), Some(notice)) = (queue.set.get(), &queue.notice) else { return };
    if queue.armed.load(Ordering::SeqCst) {
        queue.look(set, here.map_or(Driver::Any, Driver::Worker));
    }
    if queue.armed.load(Ordering::SeqCst) {
        _ = notice.watch(set, queue.id()); // nothing came of it: go on waiting
    }
}

impl OpenQueue {
    /// From now on its request queues fail (S10.27).
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
    }
}

impl Drop for OpenQueue {
    fn drop(&mut self) {
        self.close();
        // SAFETY: nobody holds or can get the exclusive use of a handle whose object is dropped.
        unsafe { *self.0.inside.get() = Inside::default() };
        self.0.account.lock().newcomers = Vec::new();
    }
}

impl CompletionQueue {
    /// Whether its handle was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// What is the reader's.
    #[inline(always)]
    pub(super) fn inside(&self) -> *mut Inside {
        self.inside.get()
    }

    /// Whether somebody waits for a notice.
    #[inline(always)]
    pub fn is_awaited(&self) -> bool {
        self.armed.load(Ordering::SeqCst)
    }

    /// Where its sockets are watched, if they are.
    pub fn set(&self) -> Option<&Epoll> {
        self.set.get()
    }

    /// Its number in the sets where its own is watched.
    pub(super) fn id(&self) -> u32 {
        self.handle.load(Ordering::Relaxed) | 2
    }

    /// Sets `places` aside; 10055 if there are not so many (S10.9).
    pub fn reserve(&self, places: u32) -> Result<(), Error> {
        let mut account = self.account.lock();
        match account.reserved.checked_add(places).filter(|&sum| sum <= account.size) {
            Some(sum) => account.reserved = sum,
            None => return Err(Error::NO_BUFFERS),
        }
        Ok(())
    }

    /// Gives back what was set aside.
    pub fn give_back(&self, places: u32) {
        self.account.lock().reserved -= places;
    }

    /// A request queue is here to stay until it is closed and its results are dequeued.
    pub fn join(&self, queue: Arc<RequestQueue>) {
        self.account.lock().newcomers.push(queue);
        // Sequentially consistent: either RIONotify finds it, or its requests find RIONotify.
        self.joined.store(true, Ordering::SeqCst);
    }

    /// A request queue was closed.
    pub fn leave(&self) {
        self.left.store(true, Ordering::Release);
    }

    /// Takes a result. The entry is not the caller's any more.
    #[inline]
    pub fn put(&self, mut entry: NonNull<Entry>, driver: Driver<'_, '_>) {
        // SAFETY: the entry is the caller's until it is handed over below.
        let quiet = unsafe { entry.as_ref().quiet };
        match driver {
            // Then the lane's earlier results are in the reader's list, or dequeued.
            Driver::Reader(list) if self.finished.load(Ordering::Relaxed).is_null() => {
                list.push(entry);
                if !quiet && self.armed.load(Ordering::Relaxed) {
                    self.fire(None);
                }
            }
            driver => {
                // SAFETY: the entry is the caller's until it is on the stack.
                self.push(unsafe { entry.as_mut() });
                if !quiet && self.armed.load(Ordering::SeqCst) {
                    self.fire(driver.worker());
                }
            }
        }
    }

    #[inline(always)]
    fn push(&self, entry: &mut Entry) {
        let mut newest = self.finished.load(Ordering::Relaxed);
        loop {
            entry.next = newest;
            // Sequentially consistent: either RIONotify finds the result, or the result finds
            // RIONotify.
            let (success, failure) = (Ordering::SeqCst, Ordering::Relaxed);
            match self.finished.compare_exchange_weak(newest, entry, success, failure) {
                Ok(_) => break,
                Err(now) => newest = now,
            }
        }
    }

    #[cold]
    pub(super) fn fire(&self, here: Option<&mut Here<'_>>) {
        if self.armed.swap(false, Ordering::SeqCst)
            && let Some(notice) = &self.notice
        {
            notice.give(here);
        }
    }

    /// Tries the requests of sockets that are reported ready.
    pub(super) fn look(&self, set: &Epoll, mut driver: Driver<'_, '_>) {
        thread_local! {
            static REPORTS: RefCell<Vec<Readiness>> = const { RefCell::new(Vec::new()) };
        }
        let mut reports = REPORTS.take();
        set.wait(Some(Duration::ZERO), &mut reports);
        for report in reports.drain(..) {
            request_queue::on_report(self, report, driver.reborrow());
        }
        REPORTS.set(reports);
    }
}

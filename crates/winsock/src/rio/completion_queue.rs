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
use std::mem::MaybeUninit;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use windows_sys::Win32::Networking::WinSock::{RIO_MAX_CQ_SIZE, RIORESULT};

use super::driver::Driver;
use super::entry::Entry;
use super::list::List;
use super::member::{Look, Member};
use super::notice::Notice;
use super::request_queue::{self, RequestQueue};
use crate::complete::Here;
use crate::error::Error;
use crate::handle::{self, Exclusive, Object, Refusal};
use crate::kernel::epoll::{Epoll, Readiness};

/// A completion queue.
pub struct CompletionQueue {
    handle: AtomicU32,
    notice: Option<Notice>,
    /// The next result that is not quiet gives the notice (S10.19).
    armed: AtomicBool,
    closed: AtomicBool,
    /// Results that the reader has not come for yet, the newest first.
    finished: AtomicPtr<Entry>,
    /// Request queues have joined, or have closed, since the reader looked last.
    joined: AtomicBool,
    left: AtomicBool,
    account: Mutex<Account>,
    /// Its sockets, as far as they have requests, once somebody waits for them or they are many.
    set: OnceLock<Epoll>,
    inside: UnsafeCell<Inside>,
}

// SAFETY: the pointers lead to entries whose owner the file's Safety paragraph names; what is
// inside is touched by the holder of the handle's exclusive use only.
unsafe impl Send for CompletionQueue {}
// SAFETY: results come by an atomic stack, and the reader alone goes inside, as above.
unsafe impl Sync for CompletionQueue {}

struct Account {
    size: u32,
    reserved: u32,
    newcomers: Vec<Arc<RequestQueue>>,
}

struct Inside {
    results: List,
    members: Vec<Member>,
    /// Polls so far, and those that brought nothing.
    polls: u32,
    vain: u32,
    /// When a member's peer was asked for last, and which is next.
    checked: Instant,
    next: usize,
}

/// So many request queues whose sockets the kernel alone knows of are asked one by one; more are
/// watched by an epoll set.
const ASKED_MAX: usize = 4;
/// So many polls that memory answers share one look at that set.
const TURNS: u32 = 16;
/// Polls in vain from one look at the clock to the next, and the time from one peer that is asked
/// for to the next.
const VAIN_MAX: u32 = 16;
const CHECK_EVERY: Duration = Duration::from_millis(1);

/// The handle's own hold on a completion queue.
pub struct OpenQueue(Arc<CompletionQueue>);

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
        inside: UnsafeCell::new(Inside {
            results: List::new(),
            members: Vec::new(),
            polls: 0,
            vain: 0,
            checked: Instant::now(),
            next: 0,
        }),
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
    let mut account = reader.parts().0.account.lock();
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
        let inside = unsafe { &mut *self.0.inside.get() };
        (inside.results, inside.members) = (List::new(), Vec::new());
        self.0.account.lock().newcomers = Vec::new();
    }
}

impl CompletionQueue {
    /// Whether its handle was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
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
    fn id(&self) -> u32 {
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
    fn fire(&self, here: Option<&mut Here<'_>>) {
        if self.armed.swap(false, Ordering::SeqCst)
            && let Some(notice) = &self.notice
        {
            notice.give(here);
        }
    }

    /// Tries the requests of sockets that are reported ready.
    fn look(&self, set: &Epoll, mut driver: Driver<'_, '_>) {
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

/// The calling thread, inside a completion queue.
pub struct Reader(Exclusive);

impl Reader {
    /// Goes inside, unless another thread is there (S10.24).
    #[inline]
    pub fn enter(handle: usize) -> Result<Self, Refusal> {
        let entered = handle::enter(handle)?;
        match *entered {
            Object::CompletionQueue(_) => Ok(Self(entered)),
            _ => Err(Refusal::Closed),
        }
    }

    #[inline]
    fn parts(&mut self) -> (&CompletionQueue, &mut Inside) {
        let Object::CompletionQueue(OpenQueue(queue)) = &*self.0 else {
            unreachable!("nothing else is entered");
        };
        // SAFETY: this reader holds the handle's exclusive use, and lends what is inside once.
        (queue, unsafe { &mut *queue.inside.get() })
    }

    /// RIODequeueCompletion: fills `results` from the front with what has finished, and looks for
    /// what can be finished if nothing has (S10.17). Returns how many.
    #[inline]
    pub fn dequeue(&mut self, results: &mut [MaybeUninit<RIORESULT>]) -> usize {
        let (queue, inside) = self.parts();
        inside.fetch(queue);
        if inside.results.is_empty() {
            inside.poll(queue);
            inside.fetch(queue);
        }
        let mut count = 0;
        for result in results {
            let Some(entry) = inside.results.take() else { break };
            // SAFETY: the reader's entry; it goes back to its lane at the end, which lives, for
            // the reader keeps its request queue.
            unsafe {
                let done = entry.as_ref();
                let lane = done.lane.as_ref();
                result.write(RIORESULT {
                    Status: done.status as i32,
                    BytesTransferred: done.bytes,
                    SocketContext: lane.context(),
                    RequestContext: done.context,
                });
                lane.free_one();
            }
            count += 1;
        }
        count
    }

    /// RIONotify (S10.19–S10.22): 10022 without a notice, 10037 while one is awaited.
    pub fn notify(&mut self) -> Result<(), Error> {
        let (queue, inside) = self.parts();
        let notice = queue.notice.as_ref().ok_or(Error::INVALID)?;
        if queue.armed.load(Ordering::Relaxed) {
            return Err(Error::ALREADY);
        }
        notice.begin();
        queue.armed.store(true, Ordering::SeqCst);
        inside.fetch(queue);
        if inside.results.any_loud() {
            queue.fire(None);
            return Ok(());
        }
        inside.settle(queue);
        let watched = inside.watch(queue).and_then(|set| {
            queue.look(set, Driver::Any);
            inside.members.iter_mut().for_each(|member| member.arm(queue, &mut inside.results));
            match queue.armed.load(Ordering::SeqCst) {
                true => notice.watch(set, queue.id()),
                false => Ok(()),
            }
        });
        watched.inspect_err(|_| queue.armed.store(false, Ordering::SeqCst))
    }
}

impl Inside {
    /// Takes over what has finished.
    #[inline]
    fn fetch(&mut self, queue: &CompletionQueue) {
        if queue.finished.load(Ordering::Relaxed).is_null() {
            return;
        }
        // The stack's entries are the reader's since the swap.
        self.results.append_turned(queue.finished.swap(null_mut(), Ordering::SeqCst));
    }

    /// Nothing has finished: tries what waits.
    #[inline]
    fn poll(&mut self, queue: &CompletionQueue) {
        let changed = |mark: &AtomicBool| mark.load(Ordering::Relaxed);
        if changed(&queue.joined) || changed(&queue.left) {
            self.settle(queue);
        }
        let (mut seen, mut unseen) = (false, false);
        let few = self.members.len() <= ASKED_MAX;
        for member in &mut self.members {
            let look = member.look(queue, few, &mut self.results);
            seen |= look == Look::Seen;
            unseen |= look == Look::Unseen;
        }
        self.polls = self.polls.wrapping_add(1);
        let nothing = self.results.is_empty();
        if unseen && !few && (nothing || self.polls.is_multiple_of(TURNS)) {
            self.ask_kernel(queue);
        }
        if seen && nothing {
            self.vain = self.vain.wrapping_add(1);
            if self.vain.is_multiple_of(VAIN_MAX) {
                self.check_peers();
            }
        }
    }

    #[inline(never)]
    fn ask_kernel(&mut self, queue: &CompletionQueue) {
        match self.watch(queue) {
            Ok(set) => queue.look(set, Driver::Reader(&mut self.results)),
            Err(_) => self.members.iter_mut().for_each(|member| {
                member.look(queue, true, &mut self.results);
            }),
        }
    }

    /// Many polls brought nothing: now and then one of the other ends is asked for.
    #[cold]
    fn check_peers(&mut self) {
        if self.checked.elapsed() >= CHECK_EVERY {
            self.checked = Instant::now();
            self.next = (self.next + 1) % self.members.len();
            self.members[self.next].check_peer();
        }
    }

    /// Lets request queues in that are new, and out that are over.
    #[cold]
    fn settle(&mut self, queue: &CompletionQueue) {
        if queue.joined.swap(false, Ordering::SeqCst) {
            let newcomers = std::mem::take(&mut queue.account.lock().newcomers);
            self.members.extend(newcomers.into_iter().map(Member::new));
        }
        if queue.left.swap(false, Ordering::Acquire) {
            self.members.retain(|member| !member.is_over(queue));
            let waits = self.members.iter().any(Member::is_closed);
            queue.left.fetch_or(waits, Ordering::Relaxed);
        }
    }

    /// Where the sockets are watched; the first time, those that have requests begin to be.
    fn watch<'a>(&mut self, queue: &'a CompletionQueue) -> Result<&'a Epoll, Error> {
        if queue.set.get().is_none() {
            self.settle(queue);
            _ = queue.set.set(Epoll::new()?); // nobody else does it
            self.members.iter().try_for_each(|member| member.watch(queue))?;
        }
        Ok(queue.set.wait())
    }
}

//! The reader of a completion queue: the one thread at a time that takes results out, and tries
//! what waits when there are none (S10.17, S10.24).
//!
//! ```text
//!   RIODequeueCompletion ──▶ fetch ──nothing──▶ poll: members whose memory promises something
//!   RIONotify ──▶ look a little longer, if that has paid ──nothing──▶ armed: others bring it
//! ```
//!
//! # Safety
//!
//! As in completion_queue.rs: what is [`Inside`] is the holder's of the handle's exclusive use, and
//! so are the entries in its list until they are freed.

#![allow(unsafe_code, reason = "entries of request queues, as results")]

use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use windows_sys::Win32::Networking::WinSock::RIORESULT;

use super::completion_queue::{CompletionQueue, OpenQueue};
use super::driver::Driver;
use super::list::List;
use super::member::{Look, Member};
use crate::error::Error;
use crate::handle::{self, Exclusive, Object, Refusal};
use crate::kernel::epoll::Epoll;
use crate::kernel::fast::spin::Spin;

/// What the reader has.
pub struct Inside {
    results: List,
    members: Vec<Member>,
    /// Polls so far, and those that brought nothing.
    polls: u32,
    vain: u32,
    /// When a member's peer was asked for last, and which is next.
    checked: Instant,
    next: usize,
    /// Whether it pays to look for a while before others are asked to bring something, and since
    /// when they are.
    spin: Spin,
    asked: Option<Instant>,
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
        (queue, unsafe { &mut *queue.inside() })
    }

    /// The completion queue.
    pub fn queue(&mut self) -> &CompletionQueue {
        self.parts().0
    }

    /// RIODequeueCompletion: fills `results` from the front with what has finished, and looks for
    /// what can be finished if nothing has (S10.17). Returns how many.
    #[inline]
    pub fn dequeue(&mut self, results: &mut [MaybeUninit<RIORESULT>]) -> usize {
        let (queue, inside) = self.parts();
        inside.wake_up();
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
        inside.look_longer(queue);
        if !queue.is_awaited() {
            return Ok(());
        }
        inside.asked = Some(Instant::now());
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

impl Default for Inside {
    fn default() -> Self {
        Self {
            results: List::new(),
            members: Vec::new(),
            polls: 0,
            vain: 0,
            checked: Instant::now(),
            next: 0,
            spin: Spin::default(),
            asked: None,
        }
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

    /// Somebody is about to wait for a notice: looks for a while whether memory promises something,
    /// if that has paid, and tries it.
    fn look_longer(&mut self, queue: &CompletionQueue) {
        let Self { members, spin, results, .. } = self;
        let possible = members.iter_mut().any(|member| member.is_worth_a_look(queue));
        let promised = || members.iter().any(|member| member.is_promising(queue));
        if spin.until(possible, || promised() || !queue.is_awaited()) {
            for member in members {
                member.look(queue, false, results);
            }
        }
    }

    /// A wait for a notice, if there was one, is over.
    #[inline(always)]
    fn wake_up(&mut self) {
        if let Some(asked) = self.asked.take() {
            self.spin.slept_since(asked);
        }
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

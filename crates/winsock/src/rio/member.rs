//! A request queue as the reader of a completion queue knows it: with the link that its socket's
//! bytes go by, if they do. Whether a try may bring something is then seen in memory, by one look
//! at a word of the other end's, without a lock and without a system call.

use std::sync::Arc;

use super::completion_queue::CompletionQueue;
use super::list::List;
use super::request_queue::RequestQueue;
use crate::error::Error;
use crate::handle;
use crate::kernel::fast::link::Link;
use crate::kernel::net::Direction;

/// A request queue, and what is known of its socket.
pub struct Member {
    requests: Arc<RequestQueue>,
    link: Option<Arc<Link>>,
    /// Of which renewal that is the link; 0: not asked for yet.
    renewal: u32,
}

/// What a look at a member's waiting requests came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// None waits.
    Idle,
    /// Memory says all there is to know of them.
    Seen,
    /// The kernel alone knows of some.
    Unseen,
}

const WAYS: [Direction; 2] = [Direction::Receive, Direction::Send];

impl Member {
    /// One that nothing is known of yet.
    pub fn new(requests: Arc<RequestQueue>) -> Self {
        Self { requests, link: None, renewal: 0 }
    }

    /// Tries those waiting requests that memory tells a try may finish, and if it is to `ask` those
    /// of which it tells nothing. Results go to the reader's `list`.
    #[inline(always)]
    pub fn look(&mut self, queue: &CompletionQueue, ask: bool, list: &mut List) -> Look {
        let mut look = Look::Idle;
        for direction in WAYS {
            if !self.requests.waits_for(queue, direction) {
                continue;
            }
            if self.renewal != self.requests.renewal() {
                self.learn();
            }
            let promising = self.link.as_deref().and_then(|link| link.is_promising(direction));
            if look != Look::Unseen {
                look = if promising.is_some() { Look::Seen } else { Look::Unseen };
            }
            if promising.unwrap_or(ask) {
                self.requests.ask(direction, list);
            }
        }
        look
    }

    /// Whether something that waits may come from another processor while this one looks.
    pub fn is_worth_a_look(&mut self, queue: &CompletionQueue) -> bool {
        let waits = WAYS.iter().any(|&direction| self.requests.waits_for(queue, direction));
        if waits && self.renewal != self.requests.renewal() {
            self.learn();
        }
        waits && self.link.as_ref().is_some_and(|link| link.is_elsewhere())
    }

    /// Whether memory tells that a try of something that waits may bring something.
    #[inline(always)]
    pub fn is_promising(&self, queue: &CompletionQueue) -> bool {
        self.link.as_ref().is_some_and(|link| {
            WAYS.iter().any(|&direction| {
                self.requests.waits_for(queue, direction)
                    && link.is_promising(direction) == Some(true)
            })
        })
    }

    /// The socket has another link than before, or none.
    #[cold]
    fn learn(&mut self) {
        self.renewal = self.requests.renewal(); // before the link, which may be renewed meanwhile
        let socket = handle::socket(self.requests.socket());
        self.link = socket.ok().and_then(|socket| socket.shared_link());
    }

    /// Somebody is about to wait for a notice: the other end of the link tells from now on when a
    /// try may bring something. What may be brought at once, is.
    pub fn arm(&mut self, queue: &CompletionQueue, list: &mut List) {
        if self.renewal != self.requests.renewal() {
            self.learn();
        }
        if self.link.is_some() {
            self.requests.arm(queue, list);
        }
    }

    /// It was looked at in vain for a while: asks whether there is anybody at the other end of the
    /// link, which no look tells.
    pub fn check_peer(&self) {
        if self.link.is_some()
            && let Ok(socket) = handle::socket(self.requests.socket())
        {
            _ = socket.peer_died(); // the next look tells
        }
    }

    /// As [`RequestQueue::watch`], both ways.
    pub fn watch(&self, queue: &CompletionQueue) -> Result<(), Error> {
        self.requests.watch(queue, Direction::Receive)?;
        self.requests.watch(queue, Direction::Send)
    }

    /// As [`RequestQueue::is_closed`].
    pub fn is_closed(&self) -> bool {
        self.requests.is_closed()
    }

    /// As [`RequestQueue::is_over`].
    pub fn is_over(&self, queue: &CompletionQueue) -> bool {
        self.requests.is_over(queue)
    }
}

//! Waiting requests in order, with room for one in place: most sockets never have two waiting.

use std::collections::VecDeque;

use crate::request::Request;

/// The waiting requests of a lane, oldest first; bounded by what the program issues.
#[derive(Default)]
pub struct Queue {
    first: Option<Request>,
    /// Those behind the first; empty while there is none. Keeps its room once it has any.
    #[allow(clippy::box_collection, reason = "one word in the many sockets that never need it")]
    others: Option<Box<VecDeque<Request>>>,
}

impl Queue {
    /// Whether nothing waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The oldest request.
    #[inline]
    pub fn first(&mut self) -> Option<&mut Request> {
        self.first.as_mut()
    }

    /// Adds one behind the others.
    #[inline(always)]
    pub fn push(&mut self, request: Request) {
        if self.first.is_none() {
            self.first = Some(request);
        } else {
            self.others.get_or_insert_default().push_back(request);
        }
    }

    /// Takes the oldest out.
    #[inline]
    pub fn take(&mut self) -> Option<Request> {
        let next = self.others.as_mut().and_then(|others| others.pop_front());
        std::mem::replace(&mut self.first, next)
    }

    /// Drops the oldest where it stands.
    #[inline(always)]
    pub fn drop_first(&mut self) {
        self.first = self.others.as_mut().and_then(|others| others.pop_front());
    }

    /// Takes the oldest out that `chosen` picks.
    pub fn take_chosen(&mut self, chosen: impl Fn(&Request) -> bool) -> Option<Request> {
        if chosen(self.first.as_ref()?) {
            return self.take();
        }
        let others = self.others.as_mut()?;
        let at = others.iter().position(chosen)?;
        others.remove(at)
    }
}

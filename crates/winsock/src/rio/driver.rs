//! Who tries the requests of a completion queue's sockets, and has their results first.

use super::list::List;
use crate::complete::Here;

/// Who tries requests.
pub enum Driver<'a, 'b> {
    /// Somebody.
    Any,
    /// A worker of a port, whose packets can be added to.
    Worker(&'a mut Here<'b>),
    /// The completion queue's reader, with those that it has in hand.
    Reader(&'a mut List),
}

impl<'b> Driver<'_, 'b> {
    /// The same, for a while.
    #[inline(always)]
    pub fn reborrow(&mut self) -> Driver<'_, 'b> {
        match self {
            Driver::Any => Driver::Any,
            Driver::Worker(here) => Driver::Worker(here),
            Driver::Reader(list) => Driver::Reader(list),
        }
    }
}

impl<'a, 'b> Driver<'a, 'b> {
    /// The worker, if it is one.
    pub fn worker(self) -> Option<&'a mut Here<'b>> {
        match self {
            Driver::Worker(here) => Some(here),
            _ => None,
        }
    }
}

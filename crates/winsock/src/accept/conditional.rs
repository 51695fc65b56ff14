//! WSAAccept's condition function: the program looks at who calls before it accepts. The kernel
//! has accepted by then, as Windows' TCP has; so a connection that is rejected is reset, and one
//! that is put off waits here, in front of the kernel's.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::error::Error;
use crate::kernel::address::Address;
use crate::kernel::net::{self, Direction, Errno};
use crate::netevent;
use crate::socket::{Mark, Socket};

/// A connection that nobody has a handle of yet, and its peer.
pub type Connection = (OwnedFd, Address);

/// What a condition function decides.
pub enum Verdict {
    Accept,
    Reject,
    Defer,
    /// No value of a condition function.
    Unknown,
}

impl Socket {
    /// The connection that has waited longest; one that was put off comes first (S3.20).
    pub fn next_connection(&self) -> Result<Connection, Errno> {
        if self.is(Mark::DEFERRED) {
            let mut deferred = self.deferred().lock();
            let next = deferred.pop();
            self.mark(Mark::DEFERRED, !deferred.is_empty());
            if let Some(connection) = next {
                return Ok(connection);
            }
        }
        net::accept(self.fd())
    }

    /// How many connections wait to be accepted.
    pub fn waiting_connections(&self) -> u32 {
        let deferred = if self.is(Mark::DEFERRED) { self.deferred().lock().len() } else { 0 };
        net::waiting_connections(self.fd()) + deferred as u32
    }

    /// WSAAccept: accepts a connection if `decide`, which is told its peer's address and this
    /// end's, wants it (S11.32). 10061 if it does not, 11002 if it puts it off.
    pub fn accept_if(
        &self,
        decide: impl FnOnce(&Address, &Address) -> Verdict,
    ) -> Result<(u32, Address), Error> {
        let (fd, peer) = self.await_connection()?;
        let local = net::local_address(fd.as_raw_fd()).map_err(Errno::error)?;
        let verdict = decide(&peer, &local);
        let accepted = match verdict {
            Verdict::Accept => self.adopt_accepted(fd, peer),
            Verdict::Defer => {
                self.defer((fd, peer));
                return Err(Error::TRY_AGAIN); // which re-enables no FD_ACCEPT (S6.11)
            }
            Verdict::Reject | Verdict::Unknown => {
                net::close_abortively(fd.as_raw_fd());
                let rejected = matches!(verdict, Verdict::Reject);
                Err(if rejected { Error::CONNECTION_REFUSED } else { Error::INVALID })
            }
        };
        self.accept_again();
        accepted
    }

    /// A call that re-enables FD_ACCEPT is over.
    pub fn accept_again(&self) {
        if self.is(Mark::SELECTED) {
            netevent::again(&mut self.lane(Direction::Receive), netevent::ACCEPT);
        }
    }

    /// Puts a connection off: an AcceptEx that waits takes it at once.
    fn defer(&self, connection: Connection) {
        let mut lane = self.lane(Direction::Receive);
        self.deferred().lock().insert(0, connection);
        self.mark(Mark::DEFERRED, true);
        lane.retry();
    }
}

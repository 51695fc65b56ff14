//! The loopback fast path of a socket: who asked for it, the meeting place of a listener, and the
//! link that carries a connection's bytes (kernel/fast.rs).
//!
//! ```text
//!   SIO_LOOPBACK_FAST_PATH ──▶ asked ──▶ listen ──▶ meeting ──accept──▶ link, if one is offered
//!                                └─────▶ connect ──▶ link offered
//! ```
//!
//! # Safety
//!
//! The link is kept three times: for each lane, touched under that lane's lock, so that transfers
//! need no other; and behind a lock of its own for whoever holds no lane.

#![allow(unsafe_code, reason = "what the lanes' locks guard")]

use std::cell::UnsafeCell;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

use parking_lot::Mutex;
use windows_sys::Win32::Networking::WinSock::{SO_RCVBUF, SOL_SOCKET};

use crate::house;
use crate::kernel::address::Address;
use crate::kernel::fast;
use crate::kernel::fast::link::Link;
use crate::kernel::fast::meeting::Meeting;
use crate::kernel::net::{self, Direction, Interest};
use crate::port::Source;
use crate::request::{Target, Work};
use crate::rio;
use crate::socket::{Mark, Socket};
use crate::sync::Biased;

/// What a socket has that asked for the fast path, or came from one that did.
#[derive(Default)]
pub struct Loopback {
    /// For each lane; what is left of a former connection stays until the next one comes.
    links: [UnsafeCell<Option<Arc<Link>>>; 2],
    shared: Biased<Option<Arc<Link>>>,
    meeting: Mutex<Option<Meeting>>,
}

// SAFETY: the links are touched under the lanes' locks (handle.rs); all else is locked.
unsafe impl Sync for Loopback {}

impl Socket {
    /// SIO_LOOPBACK_FAST_PATH (S12.2, S12.6).
    pub fn ask_for_fast_path(&self, on: bool) {
        self.mark(Mark::FAST_ASKED, on);
        match on && self.is(Mark::LISTENING) {
            true => self.open_meeting(),
            false => self.close_meeting(),
        }
    }

    /// A listener that asked becomes one that connectors find.
    pub fn open_meeting(&self) {
        if self.is(Mark::FAST_ASKED) && fast::is_allowed() {
            let mut meeting = self.loopback().meeting.lock();
            if meeting.is_none() {
                *meeting = self.local_address().ok().and_then(|local| Meeting::open(&local));
            }
        }
    }

    /// It is found no more.
    pub fn close_meeting(&self) {
        if let Some(loopback) = self.existing_loopback() {
            *loopback.meeting.lock() = None;
        }
    }

    /// Before it connects to `peer`: offers the fast path there, if it is asked for (S12.6, S12.9).
    pub fn offer_link(&self, peer: &Address) {
        if self.is(Mark::FAST_ASKED.and(Mark::STREAM)) && fast::is_allowed() {
            let unbound = !self.is(Mark::BOUND);
            if let Some(link) = Link::offer(self.fd(), peer, unbound, self.window()) {
                link.set_inline(self.is(Mark::OOB_INLINE));
                self.install_link(link);
            }
        }
    }

    /// The most bytes that may be under way to it, if its program has said so (SO_RCVBUF, S12.14).
    fn window(&self) -> Option<u64> {
        let mut bytes = [0; 4];
        let said = self.is(Mark::SIZED) && self.option(SOL_SOCKET, SO_RCVBUF, &mut bytes).is_ok();
        said.then(|| u32::from_ne_bytes(bytes).into())
    }

    /// A listener has accepted `fd` from `peer`: the link for it, if one was offered.
    pub fn take_link(&self, fd: &OwnedFd, peer: &Address) -> Option<Link> {
        if !self.is(Mark::FAST_ASKED) {
            return None;
        }
        let offer = self.existing_loopback()?.meeting.lock().as_mut()?.find(peer)?;
        let link = Link::take(fd.as_raw_fd(), offer, self.window())?;
        link.set_inline(self.is(Mark::OOB_INLINE));
        Some(link)
    }

    /// From now on bytes go by the link. The caller holds none of its lanes.
    pub fn install_link(&self, link: Link) {
        let link = Arc::new(link);
        let loopback = self.loopback();
        let _receiving = self.lane(Direction::Receive);
        let _sending = self.lane(Direction::Send);
        for place in &loopback.links {
            // SAFETY: both lanes are locked, so that nobody else touches either.
            unsafe { *place.get() = Some(link.clone()) };
        }
        *loopback.shared.lock() = Some(link.clone());
        self.mark(Mark::LINKED, true);
        self.watch_bell(&link);
        rio::renew(self);
    }

    /// The connection is over, or was none.
    pub fn forget_link(&self) {
        if self.is(Mark::LINKED) {
            self.mark(Mark::LINKED, false);
            let link = self.loopback().shared.lock().take();
            _ = link.map(|link| link.close(false));
            rio::renew(self);
        }
    }

    /// closesocket: the other end is told how it ends, which is by a reset if this side wants it or
    /// has left something unread (S13.25).
    pub fn close_link(&self, abortive: bool) {
        if let Some(link) = self.shared_link()
            && link.close(abortive || net::resets_on_close(self.fd()))
            && link.is_agreed()
        {
            net::close_abortively(self.fd());
        }
    }

    /// The link, for the holder of the lock of the lane in this `direction`.
    ///
    /// # Safety
    ///
    /// The caller holds that lock for as long as it uses the link.
    #[inline(always)]
    pub unsafe fn link(&self, direction: Direction) -> Option<&Link> {
        if !self.is(Mark::LINKED) {
            return None;
        }
        let loopback = self.existing_loopback()?;
        // SAFETY: the lane's lock keeps others from writing it (file's Safety paragraph).
        unsafe { (*loopback.links[direction as usize].get()).as_deref() }
    }

    /// The link, for anybody.
    pub fn shared_link(&self) -> Option<Arc<Link>> {
        match self.is(Mark::LINKED) {
            true => self.existing_loopback()?.shared.lock().clone(),
            false => None,
        }
    }

    /// Bytes that a receive would find, if it is linked.
    pub fn unread_by_link(&self) -> Option<usize> {
        Some(self.shared_link()?.unread(self.fd()).unwrap_or(0))
    }

    /// A try of a lane's first request would block: the other end wakes it from now on, or who
    /// comes to the port looks first, unless it is awaited by other means. True if another try may
    /// succeed already. The caller holds the lane's lock.
    #[inline(always)]
    pub fn await_peer(&self, target: &Target, interest: Interest) -> bool {
        self.is(Mark::LINKED) && self.await_peer_of_link(target, interest)
    }

    #[inline(never)]
    fn await_peer_of_link(&self, target: &Target, interest: Interest) -> bool {
        let Some(loopback) = self.existing_loopback().filter(|_| self.is(Mark::CONNECTED)) else {
            return false;
        };
        let shared = loopback.shared.lock();
        let Some(link) = &*shared else { return false };
        let listed = interest == Interest::Readable
            && match self.association().map(|association| association.port.source()) {
                None => house::list(self.handle(), link),
                Some(_) if target.event.is_some() => false,
                Some(source) => !source.eager() && source.hot.list(self.handle(), link),
            };
        !listed && link.arm(interest)
    }

    /// As [`Socket::await_peer`], for a request of registered I/O.
    pub fn await_peer_of_queue(&self, interest: Interest) -> bool {
        let link = self.shared_link().filter(|_| self.is(Mark::CONNECTED));
        link.is_some_and(|link| link.arm(interest))
    }

    /// A blocking call is about to sleep: looks a little longer, if that has paid. True if another
    /// try may succeed.
    #[inline]
    pub fn look_longer(&self, interest: Interest) -> bool {
        self.is(Mark::LINKED) && self.shared_link().is_some_and(|link| link.look_longer(interest))
    }

    /// A call that does not wait found nothing: whether that is because there is nobody any more.
    #[inline]
    pub fn peer_died(&self) -> bool {
        self.is(Mark::LINKED)
            && self.shared_link().is_some_and(|link| link.has_died_unnoticed(self.fd()))
    }

    /// Bytes that were sent and that the peer has not taken yet.
    pub fn unsent_bytes(&self) -> u32 {
        let by_link = self.shared_link().map_or(0, |link| link.unsent_bytes());
        net::unsent_bytes(self.fd()) + by_link
    }

    /// The kernel reported readiness of the socket, or of its bell. The receiving lane is locked.
    #[cold]
    pub fn hear_bell(&self, hung_up: bool) {
        // SAFETY: the receiving lane is locked, as above.
        if let Some(link) = unsafe { self.link(Direction::Receive) } {
            link.hear();
            if hung_up {
                link.suspect();
            }
        }
    }
}

impl Work {
    /// What a try that would block waits for.
    pub fn interest(&self) -> Interest {
        use crate::request::Operation;
        match self {
            Work::Receive(receive) => receive.interest(),
            Work::Send(send) => send.interest(),
            Work::Transmit(transmit) => transmit.interest(),
            Work::Connect(_) | Work::SendMessage(_) => Interest::Writable,
            _ => Interest::Readable,
        }
    }
}

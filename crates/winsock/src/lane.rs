//! One direction of a socket: its pending requests in order, and what is known of its readiness.
//!
//! The rules that paid (DESIGN section 4): a receive is tried at issue only if the readiness flag
//! is set, and a short read clears it; a send is tried at once. Completions are delivered under
//! the lane's lock, so a port queues them in the order in which they happened (S2.17).

use crate::accept;
use crate::complete::{self, Here};
use crate::error::Error;
use crate::handle::{self, LaneGuard};
use crate::kernel::epoll::{Readiness as Report, Ready};
use crate::kernel::net::Direction;
use crate::netevent;
use crate::pipe;
use crate::queue::Queue;
use crate::request::{Operation, Outcome, Request, Step, Target, Work};
use crate::rio;
use crate::socket::{Mark, Socket};
use crate::thread;
use crate::watchman;

/// What is known of a direction's readiness.
#[derive(Default)]
pub struct Sight {
    /// A try may succeed.
    pub ready: bool,
    /// The end of the stream or an error is near: a short read does not mean drained.
    pub hung_up: bool,
    /// Urgent data was seen: a read stops at its mark.
    pub urgent: bool,
}

impl Sight {
    /// The kernel said it would block: nothing more is known to be there.
    pub fn blocked(&mut self) {
        *self = Sight { urgent: self.urgent, ..Sight::default() };
    }
}

/// Pending requests of one direction.
#[derive(Default)]
pub struct Lane {
    /// Those that wait, in order.
    pub queue: Queue,
    /// Its readiness.
    pub sight: Sight,
}

/// How a request was received.
#[derive(Debug)]
pub enum Issued {
    /// It is over and was completed (S1.45).
    Done(Outcome),
    /// It will complete later (S1.46).
    Pending,
}

impl LaneGuard {
    /// Tries an operation, or queues it behind those that wait (S2.16). An error means that
    /// nothing will complete (S1.47), but for 10040, where a packet is queued as well (S1.48).
    #[inline(always)]
    pub fn submit<T: Operation>(
        &mut self,
        target: Target,
        mut operation: T,
    ) -> Result<Issued, Error> {
        let sends = T::DIRECTION == Direction::Send;
        let (socket, lane) = self.existing();
        let (first, sight) = match lane {
            Some(lane) => (lane.queue.is_empty(), &mut lane.sight),
            None => (true, &mut Sight::default()),
        };
        let mut tries = first && (sends || sight.ready || socket.may_be_untold());
        while tries {
            match operation.attempt(socket, sight) {
                Step::Done(outcome) => return socket.end_now(&target, outcome),
                Step::Moved => {
                    let request = Request { target, work: operation.keep() };
                    accept::await_first_bytes(socket, request, None);
                    return Ok(Issued::Pending);
                }
                Step::Blocked => {}
            }
            tries = socket.await_peer(&target, operation.interest());
        }
        if sends && first {
            // Room may have come before the mark was set, unseen: look once more.
            socket.mark(Mark::WANTS_ROOM, true);
            _ = socket.await_peer(&target, operation.interest());
            if let Step::Done(outcome) = operation.attempt(socket, sight) {
                socket.mark(Mark::WANTS_ROOM, false);
                return socket.end_now(&target, outcome);
            }
        }
        let (socket, lane) = self.parts();
        socket.prepare_to_pend(&target)?;
        lane.queue.push(Request { target, work: operation.keep() });
        Ok(Issued::Pending)
    }

    /// Queues a request that always pends and tries it at once, as if it had become ready. Gives
    /// the request back if it cannot be queued.
    pub fn submit_pending(
        &mut self,
        direction: Direction,
        request: Request,
    ) -> Result<(), (Error, Request)> {
        let (socket, lane) = self.parts();
        if direction == Direction::Send {
            socket.mark(Mark::WANTS_ROOM, true);
        }
        if let Err(error) = socket.prepare_to_pend(&request.target) {
            return Err((error, request));
        }
        lane.queue.push(request);
        lane.sight.ready = true;
        socket.drive(lane, None);
        Ok(())
    }
}

impl LaneGuard {
    /// What the kernel knows nothing of has come: tries the waiting requests, and those to come.
    #[cold]
    pub fn retry(&mut self) {
        let (socket, lane) = self.parts();
        lane.sight.ready = true;
        socket.drive(lane, None);
    }
}

/// The kernel reports readiness: tries the waiting requests in order.
#[inline]
pub fn on_ready(report: Report, mut here: Option<&mut Here<'_>>) {
    let (handle, ready) = (report.id as usize, report.ready);
    if handle & 3 != 0 {
        return rio::on_ready(handle & !3, here);
    }
    let more = match ready.readable() {
        true => data_came(handle, ready, here.as_deref_mut()),
        false => room_alone_came(handle, ready, here.as_deref_mut()),
    };
    if more {
        if ready.writable() {
            room_came(handle, here);
        }
        netevent::on_ready(handle, ready);
    }
}

/// Tries what waits for data. False in the usual case: nothing waits for room, or for events.
#[inline(always)]
fn data_came(handle: usize, ready: Ready, here: Option<&mut Here<'_>>) -> bool {
    let Ok(mut guard) = handle::lock(handle, Direction::Receive) else {
        return false;
    };
    let (socket, lane) = guard.parts();
    lane.sight.ready = true;
    lane.sight.hung_up |= ready.hung_up();
    lane.sight.urgent |= ready.urgent();
    if socket.is(Mark::LINKED) {
        socket.hear_bell(ready.hung_up());
    }
    socket.drive(lane, here);
    socket.is_any(Mark::WANTS_ROOM.and(Mark::SELECTED))
}

/// As [`data_came`], of a report that does not speak of data: a new socket's first one, mostly,
/// which concerns nobody. It may be of a link's bell, whose rings somebody has silenced.
#[inline(never)]
fn room_alone_came(handle: usize, ready: Ready, here: Option<&mut Here<'_>>) -> bool {
    let Ok(socket) = handle::socket(handle) else {
        return false;
    };
    match socket.is(Mark::LINKED) {
        true => data_came(handle, ready, here),
        false => socket.is_any(Mark::WANTS_ROOM.and(Mark::SELECTED)),
    }
}

#[inline(never)]
fn room_came(handle: usize, here: Option<&mut Here<'_>>) {
    let Ok(mut guard) = handle::lock(handle, Direction::Send) else {
        return;
    };
    if guard.socket().is(Mark::WANTS_ROOM) {
        let (socket, lane) = guard.parts();
        lane.sight.ready = true;
        socket.drive(lane, here);
        if lane.queue.is_empty() {
            socket.mark(Mark::WANTS_ROOM, false);
        }
    }
}

impl Socket {
    /// Whether data may be there that nobody was told of (S2.14): there is no port, or no watch, or
    /// the other end of a link tells only those who say that they wait.
    #[inline(always)]
    fn may_be_untold(&self) -> bool {
        !self.is_exactly(Mark::WATCHED, Mark::LINKED) || self.association().is_none()
    }

    /// Sees to it that somebody will finish what begins to wait now.
    #[inline(always)]
    fn prepare_to_pend(&self, target: &Target) -> Result<(), Error> {
        self.watch()?;
        complete::mark_pending(target);
        match (self.association(), &target.event) {
            (None, _) => {
                thread::bind();
                watchman::arm(); // should no thread be there to drive it
            }
            (Some(association), Some(_)) => {
                thread::bind();
                association.port.source().set_eager();
                watchman::arm(); // should nobody of the port be there to see it finish
            }
            (Some(_), None) => {}
        }
        Ok(())
    }

    #[inline(always)]
    fn end_now(&self, target: &Target, outcome: Outcome) -> Result<Issued, Error> {
        if outcome.status.is_error() {
            return Err(self.number(outcome.status));
        }
        complete::complete_now(self, target, outcome);
        if self.is_done(outcome.status) {
            Ok(Issued::Done(outcome))
        } else {
            Err(self.number(outcome.status))
        }
    }

    /// A call without OVERLAPPED: tries it, waiting for readiness if the socket blocks. `target`:
    /// the OVERLAPPED of a socket that takes none, on which the call waits all the same (S2.9).
    pub fn call<T: Operation>(
        &self,
        mut operation: T,
        timeout_ms: u32,
        target: Option<&Target>,
    ) -> Result<Outcome, Error> {
        loop {
            let step = {
                let mut guard = self.lane(T::DIRECTION);
                match guard.existing().1 {
                    Some(lane) => operation.attempt(self, &mut lane.sight),
                    None => operation.attempt(self, &mut Sight::default()),
                }
            };
            if let Step::Done(outcome) = step {
                if let Some(target) = target {
                    complete::complete_now(self, target, outcome);
                }
                return match self.is_done(outcome.status) {
                    true => Ok(outcome),
                    false => Err(self.number(outcome.status)),
                };
            }
            if target.is_none() && !T::PATIENT && self.is(Mark::NONBLOCKING) {
                if self.peer_died() {
                    continue;
                }
                return match operation.sent() {
                    0 => Err(Error::WOULD_BLOCK),
                    bytes => Ok(Outcome::success(bytes)), // a short send (S2.32)
                };
            }
            if !self.look_longer(operation.interest()) {
                self.block(operation.interest(), timeout_ms)?;
            }
        }
    }

    #[inline(always)]
    fn drive(&self, lane: &mut Lane, mut here: Option<&mut Here<'_>>) {
        while lane.sight.ready {
            let Some(request) = lane.queue.first() else {
                return;
            };
            match request.work.attempt(self, &mut lane.sight) {
                Step::Blocked => match self.await_peer(&request.target, request.work.interest()) {
                    true => lane.sight.ready = true,
                    false => return,
                },
                Step::Done(outcome) => {
                    self.end(request, outcome, here.as_deref_mut());
                    lane.queue.drop_first();
                }
                Step::Moved => {
                    let request = lane.queue.take().expect("tried above");
                    accept::await_first_bytes(self, request, here.as_deref_mut());
                }
            }
        }
    }

    /// Ends a request that had pended, on behalf of whoever it belongs to.
    #[inline(always)]
    pub fn end(&self, request: &Request, outcome: Outcome, here: Option<&mut Here<'_>>) {
        match &request.work {
            Work::Receive(_) => complete::complete(self, &request.target, outcome, here),
            _ => self.end_unusual(request, outcome, here),
        }
    }

    #[inline(never)]
    fn end_unusual(&self, request: &Request, mut outcome: Outcome, here: Option<&mut Here<'_>>) {
        match &request.work {
            Work::FirstBytes(accept) => {
                let association = accept.target.clone();
                self.leave_accept();
                complete::complete_for(self, &request.target, outcome, association.as_ref(), here);
                return;
            }
            Work::Accept(accept) => {
                if let Ok(acceptor) = handle::socket(accept.acceptor as usize) {
                    acceptor.mark(Mark::IN_ACCEPT, false); // free for another (S3.12)
                }
            }
            Work::Connect(_) => self.abandon_connect(),
            Work::Transmit(transmit) => {
                self.end_transmission();
                outcome.flags = transmit.offset;
            }
            Work::PipeRead(read) if outcome.status.is_error() => read.give_back(self),
            _ => {}
        }
        complete::complete(self, &request.target, outcome, here);
    }
}

impl Work {
    /// One try.
    #[inline(always)]
    fn attempt(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        match self {
            Work::Receive(receive) => receive.attempt(socket, sight),
            other => other.attempt_unusual(socket, sight),
        }
    }

    #[inline(never)]
    fn attempt_unusual(&mut self, socket: &Socket, sight: &mut Sight) -> Step {
        match self {
            Work::Receive(receive) => receive.attempt(socket, sight),
            Work::Send(send) => send.attempt(socket),
            Work::Accept(accept) => accept.attempt(socket, sight),
            Work::FirstBytes(accept) => accept.attempt_first_bytes(socket, sight),
            Work::Connect(connect) => connect.attempt(socket),
            Work::ReceiveMessage(receive) => receive.attempt(socket, sight),
            Work::SendMessage(send) => send.attempt(socket),
            Work::Transmit(transmit) => transmit.attempt(socket, sight),
            Work::Disconnect => socket.attempt_disconnect(sight),
            Work::PipeRead(read) => read.attempt(socket, sight),
            Work::PipeWrite(write) => write.attempt(socket, sight),
            Work::PipeConnect => pipe::Connect.attempt(socket, sight),
            Work::SlotRead(read) => read.attempt(socket, sight),
            Work::SlotWrite(write) => write.attempt(socket, sight),
            Work::Nothing => Step::Done(Outcome::success(0)),
        }
    }
}

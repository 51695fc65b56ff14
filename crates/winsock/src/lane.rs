//! One direction of a socket: its pending requests in order, and what is known of its readiness.
//!
//! The rules that paid (DESIGN section 4): a receive is tried at issue only if the readiness flag
//! is set, and a short read clears it; a send is tried at once. Completions are delivered under
//! the lane's lock, so a port queues them in the order in which they happened (S2.17).

use std::collections::VecDeque;

use crate::accept;
use crate::complete::{self, Here};
use crate::error::Error;
use crate::handle::{self, LaneGuard};
use crate::kernel::epoll::Readiness as Report;
use crate::kernel::net::{Direction, Interest};
use crate::request::{Outcome, Request, Step, Target, Work};
use crate::socket::{Mark, Socket};
use crate::thread;
use crate::transfer::OUT_OF_BAND;
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
    /// Oldest first; bounded by what the program issues.
    pub queue: VecDeque<Request>,
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
    pub fn submit(
        &mut self,
        direction: Direction,
        target: Target,
        mut work: Work,
    ) -> Result<Issued, Error> {
        let (socket, lane) = self.parts();
        let (first, mut done) = (lane.queue.is_empty(), 0);
        // Without a port nobody may have been told of data that is there (S2.14).
        let untold = !socket.is(Mark::WATCHED) || socket.association().is_none();
        let likely = direction == Direction::Send || lane.sight.ready || untold;
        if first && likely {
            match work.attempt(socket, &mut lane.sight, &mut done) {
                Step::Done(outcome) => return socket.end_now(&target, outcome),
                Step::Moved => {
                    accept::await_first_bytes(socket, Request { target, done, work }, None);
                    return Ok(Issued::Pending);
                }
                Step::Blocked => {}
            }
        }
        if direction == Direction::Send && first {
            // Room may have come before the mark was set, unseen: look once more.
            socket.mark(Mark::WANTS_ROOM, true);
            if let Step::Done(outcome) = work.attempt(socket, &mut lane.sight, &mut done) {
                socket.mark(Mark::WANTS_ROOM, false);
                return socket.end_now(&target, outcome);
            }
        }
        let request = Request { target, done, work };
        socket.pend(lane, request).map_err(|(error, _)| error)?;
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
        socket.pend(lane, request)?;
        lane.sight.ready = true;
        socket.drive(lane, None);
        Ok(())
    }
}

/// The kernel reports readiness: tries the waiting requests in order.
pub fn on_ready(report: Report, mut here: Option<&mut Here<'_>>) {
    let (handle, ready) = (report.id as usize, report.ready);
    if ready.readable() {
        let Ok(mut guard) = handle::lock(handle, Direction::Receive) else {
            return;
        };
        let (socket, lane) = guard.parts();
        lane.sight.ready = true;
        lane.sight.hung_up |= ready.hung_up();
        lane.sight.urgent |= ready.urgent();
        socket.drive(lane, here.as_deref_mut());
        if !socket.is(Mark::WANTS_ROOM) {
            return; // the usual case: nothing waits for room
        }
    }
    if ready.writable() {
        let Ok(mut guard) = handle::lock(handle, Direction::Send) else {
            return;
        };
        let (socket, lane) = guard.parts();
        if socket.is(Mark::WANTS_ROOM) {
            lane.sight.ready = true;
            socket.drive(lane, here);
            if lane.queue.is_empty() {
                socket.mark(Mark::WANTS_ROOM, false);
            }
        }
    }
}

impl Socket {
    #[inline(always)]
    fn pend(&self, lane: &mut Lane, mut request: Request) -> Result<(), (Error, Request)> {
        if let Err(error) = self.watch() {
            return Err((error, request));
        }
        request.work.keep();
        complete::mark_pending(&request.target);
        match (self.association(), &request.target.event) {
            (None, _) => thread::bind(),
            (Some(association), Some(_)) => {
                thread::bind();
                association.port.source().set_eager();
                watchman::arm(); // should nobody of the port be there to see it finish
            }
            (Some(_), None) => {}
        }
        if lane.queue.capacity() == 0 {
            lane.queue.reserve_exact(1); // most sockets never have two waiting
        }
        lane.queue.push_back(request);
        Ok(())
    }

    #[inline(always)]
    fn end_now(&self, target: &Target, outcome: Outcome) -> Result<Issued, Error> {
        if outcome.status.is_error() {
            return Err(outcome.status.wsa());
        }
        complete::complete_now(self, target, outcome);
        if outcome.status.is_success() {
            Ok(Issued::Done(outcome))
        } else {
            Err(outcome.status.wsa())
        }
    }

    /// A call without OVERLAPPED: tries it, waiting for readiness if the socket blocks. `target`:
    /// the OVERLAPPED of a socket that takes none, on which the call waits all the same (S2.9).
    pub fn call(
        &self,
        direction: Direction,
        mut work: Work,
        timeout_ms: u32,
        target: Option<&Target>,
    ) -> Result<Outcome, Error> {
        let mut done = 0;
        loop {
            let step = {
                let mut guard = self.lane(direction);
                let (_, lane) = guard.parts();
                work.attempt(self, &mut lane.sight, &mut done)
            };
            if let Step::Done(outcome) = step {
                if let Some(target) = target {
                    complete::complete_now(self, target, outcome);
                }
                return match outcome.status.is_success() {
                    true => Ok(outcome),
                    false => Err(outcome.status.wsa()),
                };
            }
            if target.is_none() && self.is(Mark::NONBLOCKING) {
                return match done {
                    0 => Err(Error::WOULD_BLOCK),
                    bytes => Ok(Outcome::success(bytes)), // a short send (S2.32)
                };
            }
            self.block(work.interest(), timeout_ms)?;
        }
    }

    #[inline]
    fn drive(&self, lane: &mut Lane, mut here: Option<&mut Here<'_>>) {
        while lane.sight.ready {
            let Some(request) = lane.queue.front_mut() else {
                return;
            };
            let step = request.work.attempt(self, &mut lane.sight, &mut request.done);
            if let Step::Blocked = step {
                return;
            }
            if let Step::Done(outcome) = step {
                self.end(request, outcome, here.as_deref_mut());
                lane.queue.pop_front();
            } else {
                let request = lane.queue.pop_front().expect("tried above");
                accept::await_first_bytes(self, request, here.as_deref_mut());
            }
        }
    }

    /// Ends a request that had pended, on behalf of whoever it belongs to.
    #[inline]
    pub fn end(&self, request: &Request, outcome: Outcome, here: Option<&mut Here<'_>>) {
        match &request.work {
            Work::FirstBytes(accept) => {
                let association = accept.target.clone();
                self.leave_accept();
                complete::complete_for(self, &request.target, outcome, association.as_ref(), here);
            }
            Work::Accept(accept) => {
                if let Ok(acceptor) = handle::socket(accept.acceptor as usize) {
                    acceptor.mark(Mark::IN_ACCEPT, false); // free for another (S3.12)
                }
                complete::complete(self, &request.target, outcome, here);
            }
            Work::Connect(_) => {
                self.abandon_connect();
                complete::complete(self, &request.target, outcome, here);
            }
            _ => complete::complete(self, &request.target, outcome, here),
        }
    }
}

impl Work {
    /// What a try that would block waits for.
    fn interest(&self) -> Interest {
        match self {
            Work::Receive(receive) if receive.flags & OUT_OF_BAND != 0 => Interest::Urgent,
            Work::Send(_) | Work::Connect(_) => Interest::Writable,
            _ => Interest::Readable,
        }
    }

    /// One try.
    #[inline(always)]
    fn attempt(&mut self, socket: &Socket, sight: &mut Sight, done: &mut u32) -> Step {
        match self {
            Work::Receive(receive) => receive.attempt(socket, sight, done),
            Work::Send(send) => send.attempt(socket, done),
            Work::Accept(accept) => accept.attempt(socket, sight),
            Work::FirstBytes(accept) => accept.attempt_first_bytes(socket, sight),
            Work::Connect(connect) => connect.attempt(socket),
            Work::Disconnect => socket.attempt_disconnect(sight),
            Work::Nothing => Step::Done(Outcome::success(0)),
        }
    }
}

//! What a program has done so far, as far as the rules of Windows determine it.

use std::collections::VecDeque;

use super::{Program, SOCKETS, Step};

/// More pending receives of one socket, or unread bytes, than this are not asked for.
const PENDING_MAX: usize = 3;
const UNREAD_BYTES_MAX: usize = 200;

/// The fate of a socket that cannot be used as a connection any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It was never connected.
    Lone,
    Connected,
    /// It was reset, or is about to be: what calls find out depends on when the reset comes, so
    /// that it can only be closed (S1.84, S2.19, S2.20).
    Broken,
    Closed,
}

#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub(super) state: State,
    ported: bool,
    /// It has sent its end.
    shut: bool,
    /// The peer has sent its end: there is nothing after what is unread.
    pub(super) ended: bool,
    /// Bytes that have come and were not received.
    pub(super) unread: usize,
    /// Receives: number and room, oldest first.
    pub(super) pending: VecDeque<(usize, usize)>,
}

/// All sockets, and the port.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) sockets: Vec<Socket>,
    /// Packets in the queue.
    pub(super) queued: usize,
    /// Operations begun: number and socket.
    pub(super) begun: Vec<(usize, usize)>,
    /// Numbers of calls that failed.
    refused: Vec<usize>,
    /// Operations that ended with the last step.
    over: Vec<usize>,
}

/// The other one of the pair.
fn peer_of(socket: usize) -> usize {
    socket ^ 1
}

impl Model {
    pub(super) fn new() -> Self {
        let fresh = |at| Socket {
            state: if at == SOCKETS - 1 { State::Lone } else { State::Connected },
            ported: false,
            shut: false,
            ended: false,
            unread: 0,
            pending: VecDeque::new(),
        };
        let sockets = (0..SOCKETS).map(fresh).collect();
        Self { sockets, queued: 0, begun: Vec::new(), refused: Vec::new(), over: Vec::new() }
    }

    /// The steps of `program` that have a determined outcome where they stand.
    pub(super) fn determined(program: &Program) -> Program {
        let mut model = Self::new();
        let steps = program.0.iter().copied().filter(|&step| {
            let allowed = model.allows(step);
            if allowed {
                model.apply(step);
            }
            allowed
        });
        Program(steps.collect())
    }

    /// Whether the outcome of `step`, done now, is determined.
    pub(super) fn allows(&self, step: Step) -> bool {
        match step {
            Step::Send { socket, bytes, op } => {
                // Which of two packets is first, the sender's or the receiver's, is not told.
                let both = self.sockets[socket].ported && self.completes_at_port(peer_of(socket));
                self.is_new(op) && !both && self.may_send(socket, bytes)
            }
            Step::Write { socket, bytes } => self.may_send(socket, bytes),
            Step::Receive { socket, op, .. } => {
                let at = &self.sockets[socket];
                let fits = at.pending.len() < PENDING_MAX;
                self.is_new(op) && fits && at.state != State::Broken
            }
            Step::Read { socket, room } => {
                let at = &self.sockets[socket];
                room > 0 && at.pending.is_empty() && at.state != State::Broken
            }
            Step::Cancel { op, .. } => self.begun.iter().any(|&(begun, _)| begun == op),
            Step::Result { socket, op } => self.begun.contains(&(op, socket)),
            // In which order several are cancelled is not told.
            Step::CancelAll { socket } => self.sockets[socket].pending.len() <= 1,
            Step::Shutdown { socket } => {
                let at = &self.sockets[socket];
                let peer_there = || self.sockets[peer_of(socket)].state == State::Connected;
                match at.state {
                    State::Lone | State::Closed => true,
                    State::Connected => !at.shut && peer_there(),
                    State::Broken => false,
                }
            }
            Step::Close { socket } => self.may_close(socket),
            Step::Associate { .. } | Step::Post { .. } => true,
            Step::Dequeue | Step::DequeueMany { .. } => true,
        }
    }

    fn is_new(&self, op: usize) -> bool {
        !self.refused.contains(&op) && self.begun.iter().all(|&(begun, _)| begun != op)
    }

    /// Whether a receive of this socket would end at the port if bytes came.
    fn completes_at_port(&self, socket: usize) -> bool {
        self.sockets.get(socket).is_some_and(|s| s.ported && !s.pending.is_empty())
    }

    fn may_send(&self, socket: usize, bytes: usize) -> bool {
        let at = &self.sockets[socket];
        match at.state {
            State::Lone | State::Closed => true,
            State::Connected if at.shut => true, // it fails at once
            State::Connected => {
                // The first send to a peer that has closed succeeds, and brings a reset (S2.40).
                let peer = &self.sockets[peer_of(socket)];
                peer.state == State::Connected && peer.unread + bytes <= UNREAD_BYTES_MAX
            }
            State::Broken => false,
        }
    }

    fn may_close(&self, socket: usize) -> bool {
        let at = &self.sockets[socket];
        if at.state != State::Connected {
            return true;
        }
        // Whose packets are first is not told; nor does every judge reset the connection because
        // of a pending receive (S1.84), and the peer's receives would tell.
        at.pending.is_empty() || self.sockets[peer_of(socket)].pending.is_empty()
    }

    /// Does `step`. Returns the operations that are due to end with it.
    pub(super) fn apply(&mut self, step: Step) -> Vec<usize> {
        self.over.clear();
        match step {
            Step::Associate { socket, .. } => {
                let at = &mut self.sockets[socket];
                at.ported |= at.state != State::Closed;
            }
            Step::Post { .. } => self.queued += 1,
            Step::Send { socket, bytes, op } => {
                if self.begin(op, socket, self.is_open_for_sending(socket)) {
                    self.finish(socket, op);
                    self.arrive(peer_of(socket), bytes);
                }
            }
            Step::Write { socket, bytes } => {
                if self.is_open_for_sending(socket) {
                    self.arrive(peer_of(socket), bytes);
                }
            }
            Step::Receive { socket, room, op } => {
                if self.begin(op, socket, self.sockets[socket].state == State::Connected) {
                    self.sockets[socket].pending.push_back((op, room));
                    self.arrive(socket, 0);
                }
            }
            Step::Read { socket, room } => {
                let at = &mut self.sockets[socket];
                at.unread -= at.unread.min(room);
            }
            Step::Cancel { socket, op } => self.cancel(socket, |pending| pending == op),
            Step::CancelAll { socket } => self.cancel(socket, |_| true),
            Step::Shutdown { socket } => self.shut(socket),
            Step::Close { socket } => self.close(socket),
            Step::Dequeue => self.queued -= self.queued.min(1),
            Step::DequeueMany { room } => self.queued -= self.queued.min(room),
            Step::Result { .. } => {}
        }
        std::mem::take(&mut self.over)
    }

    fn begin(&mut self, op: usize, socket: usize, begins: bool) -> bool {
        if begins {
            self.begun.push((op, socket));
        } else {
            self.refused.push(op);
        }
        begins
    }

    fn is_open_for_sending(&self, socket: usize) -> bool {
        let at = &self.sockets[socket];
        at.state == State::Connected && !at.shut
    }

    fn finish(&mut self, socket: usize, op: usize) {
        self.over.push(op);
        self.queued += usize::from(self.sockets[socket].ported);
    }

    /// Bytes come; pending receives take them, oldest first, an empty one none (S2.15, S2.21).
    fn arrive(&mut self, socket: usize, bytes: usize) {
        self.sockets[socket].unread += bytes;
        loop {
            let at = &mut self.sockets[socket];
            if at.unread == 0 && !at.ended {
                return;
            }
            let Some((op, room)) = at.pending.pop_front() else {
                return;
            };
            at.unread -= at.unread.min(room);
            self.finish(socket, op);
        }
    }

    fn cancel(&mut self, socket: usize, which: impl Fn(usize) -> bool) {
        let pending = std::mem::take(&mut self.sockets[socket].pending);
        let (ends, stays): (Vec<_>, Vec<_>) = pending.into_iter().partition(|&(op, _)| which(op));
        self.sockets[socket].pending = stays.into();
        ends.into_iter().for_each(|(op, _)| self.finish(socket, op));
    }

    fn shut(&mut self, socket: usize) {
        if self.sockets[socket].state == State::Connected {
            self.sockets[socket].shut = true;
            self.end(peer_of(socket));
        }
    }

    /// The peer's end comes.
    fn end(&mut self, socket: usize) {
        self.sockets[socket].ended = true;
        self.arrive(socket, 0);
    }

    fn close(&mut self, socket: usize) {
        let at = &mut self.sockets[socket];
        let was = std::mem::replace(&mut at.state, State::Closed);
        let resets = at.unread > 0 || !at.pending.is_empty();
        self.cancel(socket, |_| true);
        let peer = peer_of(socket);
        if was != State::Connected || self.sockets[peer].state != State::Connected {
            return;
        }
        if resets {
            self.sockets[peer].state = State::Broken;
            self.cancel(peer, |_| true);
        } else {
            self.end(peer);
        }
    }
}

//! How sockets and their requests end: closing, cancelling, the end of a thread.

use std::os::fd::OwnedFd;

use crate::accept;
use crate::afd;
use crate::error::{Error, Status};
use crate::handle::{self, Object};
use crate::kernel::net::{self, Direction};
use crate::mailslot;
use crate::netevent;
use crate::request::{Outcome, Request, Target};
use crate::rio;
use crate::socket::{Mark, Socket};

/// closesocket: ends the handle, the requests, and the connection (S1.79–S1.84).
pub fn close(handle: usize) -> Result<(), Error> {
    let socket = handle::socket(handle)?;
    let own = socket.handle() as usize == handle & !3;
    if !own {
        let closed = handle::close(handle, |object| matches!(object, Object::Duplicate(_)));
        let _closed = closed.ok_or(Error::NOT_SOCKET)?;
        return if socket.drop_handle() { Ok(()) } else { close(socket.handle() as usize) };
    }
    if socket.drop_handle() {
        return socket.hide_handle().inspect_err(|_| socket.add_handle());
    }
    if socket.is(Mark::NONBLOCKING.and(Mark::LINGERS)) && socket.unsent_bytes() > 0 {
        return Err(Error::WOULD_BLOCK); // it stays open (S11.8)
    }
    drop(socket);
    let socket = handle::close_socket(handle)?;
    socket.mark(Mark::CLOSED, true);
    if socket.is(Mark::SELECTED) {
        netevent::forget(&socket);
        afd::closed(&socket);
    }
    socket.leave_accept();
    let status = match socket.is(Mark::STREAM.and(Mark::CONNECTED)) {
        true => Status::CONNECTION_ABORTED,
        false if socket.is(Mark::PIPE) && socket.pipe().is_some() => Status::PIPE_BROKEN,
        false => Status::CANCELLED,
    };
    let receives = socket.abort(Direction::Receive, status, |_| true);
    socket.abort(Direction::Send, status, |_| true);
    let receives = receives + rio::close(&socket, status);
    let abortive = receives > 0 && status == Status::CONNECTION_ABORTED;
    if abortive {
        net::close_abortively(socket.fd()); // S1.84
    }
    socket.close_link(abortive);
    if socket.is(Mark::LISTENING) {
        socket.close_meeting();
        accept::abort_first_bytes(&socket, |_| true);
    }
    if let Some(mailslot::End::Reader(reader)) = socket.mailslot() {
        reader.shut();
    }
    if socket.is_slept_on() || socket.is(Mark::POLLED) && socket.is_shared() {
        _ = net::shutdown(socket.fd(), 2); // wakes them; the last to leave closes
    }
    Ok(())
}

impl Socket {
    /// Ends the pending requests of a lane that `chosen` picks; returns how many.
    pub fn abort(
        &self,
        direction: Direction,
        status: Status,
        chosen: impl Fn(&Request) -> bool,
    ) -> usize {
        let mut guard = self.lane(direction);
        let (_, Some(lane)) = guard.existing() else { return 0 };
        let mut count = 0;
        while let Some(request) = lane.queue.take_chosen(&chosen) {
            self.end(&request, Outcome::failure(status), None);
            count += 1;
        }
        if direction == Direction::Send && lane.queue.is_empty() {
            self.mark(Mark::WANTS_ROOM, false);
        }
        count
    }

    /// CancelIo, CancelIoEx: ends matching requests with 995; returns how many (S1.72–S1.74).
    pub fn cancel(&self, chosen: impl Fn(&Request) -> bool) -> usize {
        let mut count = self.abort(Direction::Receive, Status::CANCELLED, &chosen);
        count += self.abort(Direction::Send, Status::CANCELLED, &chosen);
        if self.is(Mark::LISTENING) {
            count += accept::abort_first_bytes(self, &chosen);
        }
        count
    }
}

/// Closes the handle but keeps the descriptor, which the caller owns from now on. 10022 while
/// anything is pending on it, or if its bytes do not all go by the descriptor, or may not.
pub fn give_up(handle: usize) -> Result<OwnedFd, Error> {
    let socket = handle::socket(handle)?;
    let busy =
        |direction| socket.lane(direction).existing().1.is_some_and(|lane| !lane.queue.is_empty());
    if busy(Direction::Receive)
        || busy(Direction::Send)
        || socket.is(Mark::IN_ACCEPT)
        || socket.has_duplicates()
        || socket.shared_link().is_some_and(|link| !link.is_plain())
        || socket.request_queue().is_some()
    {
        return Err(Error::INVALID);
    }
    // Whoever still uses the old number gets this one's errors, not somebody else's bytes.
    let nothing = net::socket(socket.family(), 1, 0).map_err(net::Errno::error)?;
    let fd = socket.replace_fd(nothing);
    drop(handle::close_socket(handle)?);
    Ok(fd)
}

/// The calling thread ends: what it issued with an event or a routine, or without a port, ends too
/// (S1.88, S1.90); the rest goes on (S1.89).
pub fn cancel_of_thread(thread: u32) {
    for handle in handle::all_sockets() {
        if let Ok(socket) = handle::socket(handle as usize) {
            let ported = socket.association().is_some();
            socket.cancel(|request| {
                let Target { thread: issuer, event, routine, .. } = &request.target;
                *issuer == thread && (!ported || event.is_some() || *routine)
            });
        }
    }
}

/// Closes every socket of the process (the last WSACleanup, S11.10).
pub fn close_all() {
    for handle in handle::all_sockets() {
        let Ok(socket) = handle::socket(handle as usize) else { continue };
        if !socket.is(Mark::PIPE) {
            socket.mark(Mark::LINGERS, false);
            drop(socket);
            _ = close(handle as usize);
        }
    }
}

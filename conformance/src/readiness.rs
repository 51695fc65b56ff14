//! select and WSAPoll, with their outputs poisoned.
//!
//! # Safety
//!
//! Sets and arrays are locals, used during the call; a set lies in a vector of words, of which the
//! first holds the count.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use overlapped::sys::*;

use crate::{Outcome, PATIENCE_MS, Socket, call};

/// revents before every WSAPoll: bits that it never sets.
const POISON_EVENTS: i16 = 0x7808;

/// An fd_set with as many places as it has sockets (S8.2), or none at all.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Set(Option<Vec<usize>>);

impl Set {
    /// A set of these values, with the bytes behind its count poisoned.
    pub fn of(sockets: &[SOCKET]) -> Self {
        let mut words = vec![usize::MAX << 32 | sockets.len()];
        words.extend(sockets);
        Self(Some(words))
    }

    fn as_mut_ptr(&mut self) -> *mut FD_SET {
        self.0.as_mut().map_or(null_mut(), |words| words.as_mut_ptr().cast())
    }

    /// What it holds, in order.
    pub fn sockets(&self) -> Vec<SOCKET> {
        let Some(words) = &self.0 else { return vec![] };
        words[1..1 + words[0] as u32 as usize].to_vec()
    }

    /// FD_ISSET.
    pub fn has(&mut self, socket: SOCKET) -> i32 {
        let set = self.as_mut_ptr();
        unsafe { __WSAFDIsSet(socket, set) }
    }
}

/// The three sets of a select.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Sets {
    /// Waits for data, connections and ends.
    pub read: Set,
    /// Waits for room and finished connects.
    pub write: Set,
    /// Waits for urgent data and failed connects.
    pub except: Set,
}

fn raw(sockets: &[&Socket]) -> Set {
    Set::of(&sockets.iter().map(|socket| socket.raw()).collect::<Vec<_>>())
}

impl Sets {
    /// These sockets in readfds.
    pub fn reading(sockets: &[&Socket]) -> Self {
        Self { read: raw(sockets), ..Self::default() }
    }

    /// These sockets in writefds, too.
    pub fn writing(self, sockets: &[&Socket]) -> Self {
        Self { write: raw(sockets), ..self }
    }

    /// These sockets in exceptfds, too.
    pub fn excepting(self, sockets: &[&Socket]) -> Self {
        Self { except: raw(sockets), ..self }
    }

    /// One socket in all three.
    pub fn all(socket: &Socket) -> Self {
        Self::reading(&[socket]).writing(&[socket]).excepting(&[socket])
    }

    /// select with this timeout.
    pub fn select(&mut self, timeout: Option<TIMEVAL>) -> Outcome<i32> {
        let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let (read, write) = (self.read.as_mut_ptr(), self.write.as_mut_ptr());
        let except = self.except.as_mut_ptr();
        call(SOCKET_ERROR, || unsafe { select(-77, read, write, except, timeout) })
    }

    /// select that does not wait: what is ready in each set, as many as it says.
    #[track_caller]
    pub fn ready(mut self) -> [Vec<SOCKET>; 3] {
        let count = self.select(Some(TIMEVAL { tv_sec: 0, tv_usec: 0 })).expect("good sets");
        self.counted(count)
    }

    /// select that waits until something is ready, which must come.
    #[track_caller]
    pub fn wait(mut self) -> [Vec<SOCKET>; 3] {
        let patience = TIMEVAL { tv_sec: PATIENCE_MS as i32 / 1000, tv_usec: 0 };
        let count = self.select(Some(patience)).expect("good sets");
        assert_ne!(count, 0, "it was not ready in time");
        self.counted(count)
    }

    #[track_caller]
    fn counted(&self, count: i32) -> [Vec<SOCKET>; 3] {
        let left = [&self.read, &self.write, &self.except].map(Set::sockets);
        assert_eq!(count, left.iter().map(Vec::len).sum::<usize>() as i32, "S8.4");
        left
    }
}

/// WSAPoll of these values and events: its result, and revents of each.
pub fn poll(entries: &[(SOCKET, i16)], timeout_ms: i32) -> (Outcome<i32>, Vec<i16>) {
    let entry = |&(fd, events)| WSAPOLLFD { fd, events, revents: POISON_EVENTS };
    let mut array: Vec<_> = entries.iter().map(entry).collect();
    let (at, count) = (array.as_mut_ptr(), array.len() as u32);
    let told = call(SOCKET_ERROR, || unsafe { WSAPoll(at, count, timeout_ms) });
    for (after, &(fd, events)) in array.iter().zip(entries) {
        assert_eq!((after.fd, after.events), (fd, events), "inputs stay");
    }
    (told, array.iter().map(|entry| entry.revents).collect())
}

/// WSAPoll of one socket, without a wait: its revents.
#[track_caller]
pub fn polled(socket: &Socket, events: i16) -> i16 {
    single(socket, events, 0)
}

/// WSAPoll of one socket until it tells something, which it must.
#[track_caller]
pub fn poll_until_told(socket: &Socket, events: i16) -> i16 {
    let told = single(socket, events, PATIENCE_MS as i32);
    assert_ne!(told, 0, "it told nothing in time");
    told
}

#[track_caller]
fn single(socket: &Socket, events: i16, timeout_ms: i32) -> i16 {
    let (told, revents) = poll(&[(socket.raw(), events)], timeout_ms);
    assert_eq!(told, Ok(i32::from(revents[0] != 0)), "S9.7");
    revents[0]
}

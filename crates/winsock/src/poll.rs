//! WSAPoll: sockets in an array, each with what is asked of it and what was found (S9).

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::Networking::WinSock::{
    POLLERR, POLLHUP, POLLNVAL, POLLRDBAND, POLLRDNORM, POLLWRNORM, WSAPOLLFD,
};

use crate::condition::Condition;
use crate::error::Error;
use crate::port::Patience;
use crate::survey;

/// Set to 1: failed connects are hidden from the start.
const HIDE_VARIABLE: &str = "WINSOCK_POLL_HIDES_FAILED_CONNECTS";

static HIDES_FAILED_CONNECTS: LazyLock<AtomicBool> = LazyLock::new(|| {
    AtomicBool::new(std::env::var_os(HIDE_VARIABLE).is_some_and(|value| value == "1"))
});

/// Whether a failed connect is never reported, as before Windows 10 2004 (S9.12).
pub fn set_hides_failed_connects(hides: bool) {
    HIDES_FAILED_CONNECTS.store(hides, Ordering::Relaxed);
}

/// Waits until entries have something to tell; how many have (S9.5–S9.7).
pub fn poll(entries: &mut [WSAPOLLFD], patience: Patience) -> Result<i32, Error> {
    if entries.is_empty() {
        return Err(Error::INVALID);
    }
    survey::with(|survey| {
        for at in 0..entries.len() {
            let WSAPOLLFD { fd, events, .. } = entries[at];
            let pushed = survey.push(fd, wanted(events));
            entries[at].revents = if pushed.is_ok() { 0 } else { POLLNVAL };
            if pushed.is_ok() && events & !(POLLRDNORM | POLLRDBAND | POLLWRNORM) != 0 {
                entries.iter_mut().for_each(|entry| entry.revents = 0);
                return Err(Error::INVALID); // S9.3
            }
        }
        if survey.is_empty() {
            return Err(Error::NOT_SOCKET); // S9.6
        }
        if survey.wait(patience)? == 0 {
            return Ok(0);
        }
        let mut told = 0;
        let valid = entries.iter_mut().filter(|entry| entry.revents == 0);
        for (entry, (_, found)) in valid.zip(survey.findings()) {
            entry.revents = reported(entry.events, found);
            told += i32::from(entry.revents != 0);
        }
        Ok(told)
    })
}

/// The conditions that end the wait of an entry that asks for `events`; ends are told unasked.
fn wanted(events: i16) -> Condition {
    let hidden = HIDES_FAILED_CONNECTS.load(Ordering::Relaxed);
    Condition::DISCONNECT
        | Condition::ABORT
        | Condition::CONNECT_FAILED.when(!hidden)
        | Condition::RECEIVE.when(events & POLLRDNORM != 0)
        | Condition::EXPEDITED.when(events & POLLRDBAND != 0)
        | Condition::SEND.when(events & POLLWRNORM != 0)
}

/// As WSAPoll tells what was found (S9.8–S9.13).
fn reported(events: i16, found: Condition) -> i16 {
    let failed = Condition::ABORT.and(Condition::CONNECT_FAILED);
    let told = [
        (Condition::RECEIVE, POLLRDNORM),
        (Condition::EXPEDITED, POLLRDBAND),
        (Condition::SEND, POLLWRNORM),
        (Condition::DISCONNECT, POLLHUP),
        (failed, POLLERR | POLLHUP | events & POLLWRNORM),
        (Condition::CLOSED, POLLNVAL),
    ];
    let tell = |flags, (condition, flag)| flags | if found.any(condition) { flag } else { 0 };
    told.into_iter().fold(0, tell)
}

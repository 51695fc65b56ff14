//! The echo server with WSAPoll: one thread, one array of all sockets.
//!
//! ```text
//!   ┌─▶ WSAPoll ──▶ look through the array: who is ready? ──▶ accept, or recv and send ──┐
//!   └────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! No limit, but the system and the server look through the whole array each time.

use overlapped::poll::{Events, PollSet};

use super::door::{Bell, Door};
use super::one_thread::{Member, OneThread};
use super::session::Progress;
use super::{Config, Totals};

/// The server, listening.
pub fn open(config: Config) -> overlapped::Result<OneThread> {
    OneThread::new(config, "one thread, one array", serve)
}

/// The places in the array.
const BELL: usize = 0;
const DOOR: usize = 1;
const FIRST_SESSION: usize = 2;

/// Serves until the bell rings.
fn serve(door: &mut Door, bell: &Bell) -> overlapped::Result<Totals> {
    let (mut totals, mut set) = (Totals::default(), PollSet::new());
    set.push(Member::Bell(bell), Events::READ);
    set.push(Member::Door(door), Events::READ);
    loop {
        let Member::Door(door) = set.member_mut(DOOR) else { unreachable!("it stays there") };
        let (open, opens_in) = (door.is_open(), door.opens_in());
        set.set_events(DOOR, if open { Events::READ } else { Events::NONE });
        set.poll(opens_in)?;
        if !set.ready(BELL).is_none() {
            return Ok(totals);
        }
        let mut at = FIRST_SESSION;
        while at < set.len() {
            at += usize::from(set.ready(at).is_none() || go_on(&mut set, at, &mut totals));
        }
        if set.ready(DOOR).is_readable() {
            take_connections(&mut set, &mut totals);
        }
    }
}

/// Takes every connection that waits.
fn take_connections(set: &mut PollSet<Member<'_>>, totals: &mut Totals) {
    while let Member::Door(door) = set.member_mut(DOOR)
        && let Some(session) = door.accept(totals)
    {
        set.push(Member::Session(session), Events::READ);
    }
}

/// A session is ready. False if it is over: then another has taken its place.
fn go_on(set: &mut PollSet<Member<'_>>, at: usize, totals: &mut Totals) -> bool {
    let Member::Session(session) = set.member_mut(at) else { return true };
    let over = session.go_on(totals) == Progress::Ended;
    let events = if session.owes() { Events::WRITE } else { Events::READ };
    match over {
        true => drop(set.swap_remove(at)),
        false => set.set_events(at, events),
    }
    !over
}

//! The echo server with WSAAsyncSelect: one thread, one window that nobody sees.
//!
//! ```text
//!   ┌─▶ the next message ──▶ which socket, which event? ──▶ accept, or recv and send ──┐
//!   └──────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Every event is a message of its own, and 10000 of them may wait; what is more is lost.

use std::time::Duration;

use overlapped::async_select::{Key, Message, MessageQueue, NetworkEvents};

use super::door::{Bell, Door};
use super::one_thread::{Member, OneThread};
use super::session::{Progress, Session};
use super::{Config, Totals};

/// The server, listening.
pub fn open(config: Config) -> overlapped::Result<OneThread> {
    OneThread::new(config, "one thread, one window: 10000 messages wait at most", serve)
}

/// Serves until the bell rings.
fn serve(door: &mut Door, bell: &Bell) -> overlapped::Result<Totals> {
    let (mut totals, mut queue) = (Totals::default(), MessageQueue::new()?);
    let bell = queue.push(Member::Bell(bell), NetworkEvents::READ)?;
    let door = queue.push(Member::Door(door), NetworkEvents::ACCEPT)?;
    let mut opens_in = None;
    loop {
        let message = queue.next(opens_in)?;
        let of = |key| message.is_some_and(|message| message.key == key);
        if of(bell) {
            return Ok(totals);
        }
        if let Some(message) = message {
            go_on(&mut queue, message, &mut totals)?;
        }
        if of(door) || opens_in.is_some() {
            opens_in = take_connections(&mut queue, door, &mut totals);
        }
    }
}

/// News, maybe of a session.
fn go_on(
    queue: &mut MessageQueue<Member<'_>>,
    Message { key, event, .. }: Message,
    totals: &mut Totals,
) -> overlapped::Result<()> {
    let Some(Member::Session(session)) = queue.member_mut(key) else { return Ok(()) };
    if event == NetworkEvents::CLOSE {
        // Every receive of what is left would post a message; room alone tells when to go on.
        return queue.set_events(key, NetworkEvents::WRITE);
    }
    if session.go_on_after(event, totals) == Progress::Ended {
        drop(queue.remove(key));
    }
    Ok(())
}

/// Takes every connection that waits. If it cannot: when to try again.
fn take_connections(
    queue: &mut MessageQueue<Member<'_>>,
    door: Key,
    totals: &mut Totals,
) -> Option<Duration> {
    loop {
        let Some(Member::Door(door)) = queue.member_mut(door) else { return None };
        let Some(session) = door.accept(totals) else { return door.opens_in() };
        totals.errors += u64::from(queue.push(Member::Session(session), Session::news()).is_err());
    }
}

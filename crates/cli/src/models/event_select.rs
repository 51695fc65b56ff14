//! The echo server with WSAEventSelect: threads, each with as many events as a wait takes.
//!
//! ```text
//!   ┌─▶ WSAWaitForMultipleEvents ──▶ from the first set event on: what happened? ──┐
//!   └──────────────────── accept, or recv and send, as far as nothing waits ◀──────┘
//! ```
//!
//! A wait takes 64 events. Two places go to the listener and to the event that ends the server; a
//! thread that has 62 connections leaves the listener to a new one. Nothing is asked for twice:
//! each event comes once, and again after the call that answers it.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread::{self, Builder, Scope};

use overlapped::Socket;
use overlapped::event_select::{Event, EventSet, NetworkEvents, Woken};

use super::door::Door;
use super::session::{Progress, Session};
use super::{Config, Notice, Totals, lock};

/// Connections of one thread.
const SESSIONS_MAX: usize = EventSet::<Session>::CAPACITY - 2;
/// The place of the listener in the set of the thread that has it.
const DOOR: usize = 0;

/// The server, listening.
pub struct Server {
    /// Here while one thread leaves it to another.
    door: Mutex<Option<Door>>,
    /// Set at the end; in every thread's set.
    end: Event,
    address: SocketAddr,
    totals: Mutex<Totals>,
}

/// Whose socket is in a set.
enum Member {
    Door(Door),
    Session(Session),
}

impl AsRef<Socket> for Member {
    fn as_ref(&self) -> &Socket {
        match self {
            Member::Door(door) => door.as_ref(),
            Member::Session(session) => session.as_ref(),
        }
    }
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let door = Door::new(config)?;
        let address = AsRef::<Socket>::as_ref(&door).local_addr()?;
        let (door, totals) = (Mutex::new(Some(door)), Mutex::default());
        Ok(Self { door, end: Event::manual_reset()?, address, totals })
    }
    /// A thread: ends with the server, or when it has neither connections nor the door.
    fn serve<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        let mut totals = Totals::default();
        let mut set = EventSet::with_signal(self.end.clone());
        let door = lock(&self.door).take().expect("it was left to this thread");
        set.push(Member::Door(door), NetworkEvents::ACCEPT).expect("there is an event object");
        let mut knocked = true;
        while !set.is_empty() {
            let opens_in = door_of(&mut set).and_then(|door| door.opens_in());
            let first = match set.wait(opens_in) {
                Ok(Woken::Member(first)) => first,
                Ok(Woken::TimedOut) => set.len(),
                Ok(Woken::Signal) | Err(_) => break,
            };
            for at in (first..set.len()).rev() {
                let news = set.happened(at).expect("the socket is open").events();
                match set.member_mut(at) {
                    Member::Door(_) => knocked |= !news.is_none(),
                    Member::Session(_) if news.is_none() => {}
                    Member::Session(session) => {
                        if session.go_on_after(news, &mut totals) == Progress::Ended {
                            drop(set.swap_remove(at));
                        }
                    }
                }
            }
            if knocked {
                knocked = take_connections(&mut set, &mut totals);
            }
            if set.is_full() {
                self.leave_door(&mut set, scope);
            }
        }
        *lock(&self.totals) += totals;
    }

    /// Leaves the door to a new thread, if there can be one.
    fn leave_door<'scope>(
        &'scope self,
        set: &mut EventSet<Member>,
        scope: &'scope Scope<'scope, '_>,
    ) {
        let mut place = lock(&self.door); // the new thread waits until it is there
        if Builder::new().spawn_scoped(scope, || self.serve(scope)).is_ok()
            && let Member::Door(door) = set.swap_remove(DOOR)
        {
            *place = Some(door);
        }
    }
}

/// The door, if the thread has it.
fn door_of(set: &mut EventSet<Member>) -> Option<&mut Door> {
    match set.member_mut(DOOR) {
        Member::Door(door) => Some(door),
        Member::Session(_) => None,
    }
}

/// Takes the connections that wait, as far as there are places. Whether some may be left.
fn take_connections(set: &mut EventSet<Member>, totals: &mut Totals) -> bool {
    while !set.is_full() {
        let Some(door) = door_of(set) else { return false };
        let Some(session) = door.accept(totals) else { return door.opens_in().is_some() };
        totals.errors += u64::from(set.push(Member::Session(session), Session::news()).is_err());
    }
    true
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        Ok(self.address)
    }

    fn about(&self) -> String {
        let most = EventSet::<Session>::CAPACITY;
        format!("a thread for every {SESSIONS_MAX} connections: a wait takes {most} events")
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            scope.spawn(|| self.serve(scope));
            _ = notices.recv();
            self.end.set();
        });
        *lock(&self.totals)
    }
}

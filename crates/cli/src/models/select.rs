//! The echo server with select: threads, each with as many sockets as a set takes.
//!
//! ```text
//!   ┌─▶ fill the sets ──▶ select ──▶ who is still in a set? ──▶ accept, or recv and send ──┐
//!   └──────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! A set has room for 64 sockets. Two places go to the listener and to the bell that ends the
//! server; a thread that has 62 connections leaves the listener to a new one.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread::{self, Builder, Scope};

use overlapped::Socket;
use overlapped::select::{FdSet, select};

use super::door::{Bell, Door};
use super::session::{Progress, Session};
use super::{Config, Notice, Totals, lock};

/// Connections of one thread.
const SESSIONS_MAX: usize = FdSet::CAPACITY - 2;

/// The server, listening.
pub struct Server {
    /// Here while no thread has it.
    door: Mutex<Option<Door>>,
    bell: Bell,
    address: SocketAddr,
    totals: Mutex<Totals>,
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let door = Door::new(config)?;
        let address = AsRef::<Socket>::as_ref(&door).local_addr()?;
        let (door, totals) = (Mutex::new(Some(door)), Mutex::default());
        Ok(Self { door, bell: Bell::new()?, address, totals })
    }

    /// A thread: ends with the server, or when it has neither connections nor the door.
    fn serve<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        let (mut totals, mut sessions) = (Totals::default(), Vec::new());
        let mut door = lock(&self.door).take();
        let mut ready = Vec::with_capacity(SESSIONS_MAX);
        while door.is_some() || !sessions.is_empty() {
            let Some(knocked) = self.wait(&mut door, &sessions, &mut ready) else { break };
            for &at in ready.iter().rev() {
                if Session::go_on(&mut sessions[at], &mut totals) == Progress::Ended {
                    sessions.swap_remove(at);
                }
            }
            while knocked
                && sessions.len() < SESSIONS_MAX
                && let Some(session) = door.as_mut().and_then(|door| door.accept(&mut totals))
            {
                sessions.push(session);
            }
            if door.is_some() && sessions.len() == SESSIONS_MAX {
                *lock(&self.door) = door.take();
                if Builder::new().spawn_scoped(scope, || self.serve(scope)).is_err() {
                    door = lock(&self.door).take();
                }
            }
        }
        *lock(&self.totals) += totals;
    }

    /// Waits; tells in `ready` which sessions are, and returns whether there are connections at the
    /// door. `None` at the end.
    fn wait(
        &self,
        door: &mut Option<Door>,
        sessions: &[Session],
        ready: &mut Vec<usize>,
    ) -> Option<bool> {
        let (mut readable, mut writable) = (FdSet::new(), FdSet::new());
        let open = sessions.len() < SESSIONS_MAX && door.as_mut().is_some_and(Door::is_open);
        let mut fits = readable.insert(self.bell.as_ref());
        if let Some(door) = door.as_ref().filter(|_| open) {
            fits &= readable.insert(door.as_ref());
        }
        for session in sessions {
            let set = if session.owes() { &mut writable } else { &mut readable };
            fits &= set.insert(session.as_ref());
        }
        assert!(fits, "a thread has no more sockets than a set takes");
        let opens_in = door.as_ref().and_then(Door::opens_in);
        select(Some(&mut readable), Some(&mut writable), None, opens_in).ok()?;
        if readable.contains(self.bell.as_ref()) {
            return None;
        }
        let is_ready = |session: &Session| {
            readable.contains(session.as_ref()) || writable.contains(session.as_ref())
        };
        ready.clear();
        ready.extend((0..sessions.len()).filter(|&at| is_ready(&sessions[at])));
        Some(open && door.as_ref().is_some_and(|door| readable.contains(door.as_ref())))
    }
}

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        Ok(self.address)
    }

    fn about(&self) -> String {
        format!("a thread for every {SESSIONS_MAX} connections: a set holds {}", FdSet::CAPACITY)
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            scope.spawn(|| self.serve(scope));
            _ = notices.recv();
            self.bell.ring().expect("it is connected to itself");
        });
        *lock(&self.totals)
    }
}

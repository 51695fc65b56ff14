//! The echo server with WSAPoll: one thread, one array of all sockets.
//!
//! ```text
//!   ┌─▶ WSAPoll ──▶ look through the array: who is ready? ──▶ accept, or recv and send ──┐
//!   └────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! No limit, but the system and the server look through the whole array each time.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread;

use overlapped::Socket;
use overlapped::poll::{Events, PollSet};

use super::door::{Bell, Door};
use super::session::{Progress, Session};
use super::{Config, Notice, Totals};

/// The server, listening.
pub struct Server {
    door: Mutex<Door>,
    bell: Bell,
    address: SocketAddr,
}

/// Whose socket is in the array.
enum Member<'s> {
    Bell(&'s Bell),
    Door(&'s mut Door),
    Session(Session),
}

/// Their places.
const BELL: usize = 0;
const DOOR: usize = 1;
const FIRST_SESSION: usize = 2;

impl AsRef<Socket> for Member<'_> {
    fn as_ref(&self) -> &Socket {
        match self {
            Member::Bell(bell) => bell.as_ref(),
            Member::Door(door) => (**door).as_ref(),
            Member::Session(session) => session.as_ref(),
        }
    }
}

impl Server {
    /// Listens.
    pub fn new(config: Config) -> overlapped::Result<Self> {
        let door = Door::new(config)?;
        let address = AsRef::<Socket>::as_ref(&door).local_addr()?;
        Ok(Self { door: Mutex::new(door), bell: Bell::new()?, address })
    }

    fn serve(&self) -> Totals {
        let mut door = self.door.lock().expect("nobody panics with it");
        let (mut totals, mut set) = (Totals::default(), PollSet::new());
        set.push(Member::Bell(&self.bell), Events::READ);
        set.push(Member::Door(&mut door), Events::READ);
        loop {
            let Member::Door(door) = set.member_mut(DOOR) else { unreachable!("it stays there") };
            let (open, opens_in) = (door.is_open(), door.opens_in());
            set.set_events(DOOR, if open { Events::READ } else { Events::NONE });
            if set.poll(opens_in).is_err() || !set.ready(BELL).is_none() {
                return totals;
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

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        Ok(self.address)
    }

    fn about(&self) -> String {
        "one thread, one array".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            let server = scope.spawn(|| self.serve());
            _ = notices.recv();
            self.bell.ring().expect("it is connected to itself");
            server.join().expect("it does not panic")
        })
    }
}

//! The echo server with WSAAsyncSelect: one thread, one window that nobody sees.
//!
//! ```text
//!   ┌─▶ the next message ──▶ which socket, which event? ──▶ accept, or recv and send ──┐
//!   └──────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Every event is a message of its own, and 10000 of them may wait; what is more is lost.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use overlapped::Socket;
use overlapped::async_select::{Key, Message, MessageQueue, NetworkEvents};

use super::door::{Bell, Door};
use super::session::{Progress, Session};
use super::{Config, Notice, Totals};

/// The server, listening.
pub struct Server {
    door: Mutex<Door>,
    bell: Bell,
    address: SocketAddr,
}

/// Whose socket the window has messages of.
enum Member<'s> {
    Bell(&'s Bell),
    Door(&'s mut Door),
    Session(Session),
}

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

    fn serve(&self) -> overlapped::Result<Totals> {
        let mut door = self.door.lock().expect("nobody panics with it");
        let (mut totals, mut queue) = (Totals::default(), MessageQueue::new()?);
        queue.push(Member::Bell(&self.bell), NetworkEvents::READ)?;
        let door = queue.push(Member::Door(&mut door), NetworkEvents::ACCEPT)?;
        let mut opens_in = None;
        loop {
            let message = queue.next(opens_in)?;
            if let Some(message) = message {
                if let Some(Member::Bell(_)) = queue.member(message.key) {
                    return Ok(totals);
                }
                go_on(&mut queue, message, &mut totals)?;
            }
            if opens_in.is_some() || message.is_some_and(|message| message.key == door) {
                opens_in = take_connections(&mut queue, door, &mut totals);
            }
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

impl super::Server for Server {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        Ok(self.address)
    }

    fn about(&self) -> String {
        "one thread, one window: 10000 messages wait at most".into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            let server = scope.spawn(|| self.serve());
            _ = notices.recv();
            self.bell.ring().expect("it is connected to itself");
            server.join().expect("it does not panic").expect("a window asks for no display")
        })
    }
}

//! A server of one thread that waits for sockets: what is the same however it waits.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread;

use overlapped::Socket;

use super::door::{Bell, Door};
use super::session::Session;
use super::{Config, Notice, Totals, lock};

/// Serves who comes to the door until the bell rings.
type Serve = fn(&mut Door, &Bell) -> overlapped::Result<Totals>;

/// The server, listening.
pub struct OneThread {
    door: Mutex<Door>,
    bell: Bell,
    address: SocketAddr,
    about: &'static str,
    serve: Serve,
}

/// Whose socket the thread waits for.
pub enum Member<'s> {
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

impl OneThread {
    /// Listens.
    pub fn new(config: Config, about: &'static str, serve: Serve) -> overlapped::Result<Self> {
        let door = Door::new(config)?;
        let address = AsRef::<Socket>::as_ref(&door).local_addr()?;
        Ok(Self { door: Mutex::new(door), bell: Bell::new()?, address, about, serve })
    }
}

impl super::Server for OneThread {
    fn local_addr(&self) -> overlapped::Result<SocketAddr> {
        Ok(self.address)
    }

    fn about(&self) -> String {
        self.about.into()
    }

    fn run(&self, notices: &Receiver<Notice>) -> Totals {
        thread::scope(|scope| {
            let server = scope.spawn(|| (self.serve)(&mut lock(&self.door), &self.bell));
            _ = notices.recv();
            self.bell.ring().expect("it is connected to itself");
            server.join().expect("it does not panic").expect("what it waits for is open")
        })
    }
}

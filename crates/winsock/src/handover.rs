//! Sockets for other processes (S1.14): what WSADuplicateSocket promises a process, WSASocket there
//! fetches at the door of this one.

use std::collections::HashMap;
use std::os::fd::OwnedFd;

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::error::Error;
use crate::kernel::handover::{self, Door};
use crate::kernel::net::{self, Errno};
use crate::linux;
use crate::socket::{Mark, Socket};

#[derive(Default)]
struct Promises {
    last: u32,
    /// By their numbers: to whom, and what. Bounded by what the program promises the living.
    open: HashMap<u32, (u32, OwnedFd)>,
}

static PROMISES: Mutex<Option<Promises>> = Mutex::new(None);

/// Promises a socket to a process; the number it is to ask for. 10022 if there is no such process,
/// or if the socket's bytes do not go by its descriptor alone.
pub fn promise(socket: &Socket, process: u32) -> Result<u32, Error> {
    if !handover::is_process(process) || socket.is(Mark::LINKED) || socket.is(Mark::PIPE) {
        return Err(Error::INVALID);
    }
    attend()?;
    let file = net::duplicate(socket.fd()).map_err(Errno::error)?;
    let mut promises = PROMISES.lock();
    let promises = promises.get_or_insert_default();
    promises.open.retain(|_, (process, _)| handover::is_process(*process));
    promises.last += 1;
    promises.open.insert(promises.last, (process, file));
    Ok(promises.last)
}

/// Fetches what a process has promised this one: a handle of the socket. 10022 if it has nothing.
pub fn fetch(process: u32, number: u32) -> Result<u32, Error> {
    let file = handover::ask(process, number).ok_or(Error::INVALID)?;
    linux::socket_from_fd(file).map(|socket| socket as u32)
}

/// Sees to it that somebody is at the door: a thread that stays.
fn attend() -> Result<(), Error> {
    static DOOR: OnceCell<Door> = OnceCell::new();
    let opened = DOOR.get_or_try_init(|| {
        let door = Door::open()?;
        let thread = std::thread::Builder::new().name("handover".into());
        thread.spawn(|| serve(DOOR.wait())).map_err(|_| Error::NO_BUFFERS)?;
        Ok(door)
    });
    opened.map(|_| ())
}

fn serve(door: &Door) {
    loop {
        let caller = door.next();
        let mut promises = PROMISES.lock();
        let open = &mut promises.get_or_insert_default().open;
        let is_theirs = |(process, _): &(u32, OwnedFd)| *process == caller.process;
        if open.get(&caller.number).is_some_and(is_theirs)
            && let Some((_, file)) = open.remove(&caller.number)
        {
            caller.give(file);
        }
    }
}

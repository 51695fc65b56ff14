//! The loopback fast path: a transport in shared memory behind a TCP connection on loopback, if
//! both ends asked for it (SIO_LOOPBACK_FAST_PATH).
//!
//! ```text
//!   meeting.rs    where the two ends find each other before they connect
//!   agreement.rs  how they agree that they have one connection
//!   memory.rs     the memory they share      ring.rs  one direction of it
//!   link.rs       one end: receives and sends by TCP or by the rings
//!   wait.rs       how an end waits, and is woken      spin.rs  the look before a sleep
//! ```
//!
//! TCP stays underneath: it names the ends, says when one has died, and carries urgent data, and
//! all else as long as, or wherever, the two do not agree. Nothing the other process writes is
//! believed: whatever cannot be ends the connection as a reset.

use std::ffi::OsString;
use std::sync::LazyLock;

pub mod agreement;
pub mod link;
pub mod meeting;
pub mod memory;
pub mod ring;
pub mod spin;
mod wait;

/// `off` keeps every connection of the process on TCP; with `always` every stream asks; with
/// `nospin` nobody looks before it sleeps.
static SWITCH: LazyLock<Option<OsString>> =
    LazyLock::new(|| std::env::var_os("OVERLAPPED_FAST_LOOPBACK"));

/// Whether connections may be fast at all in this process.
pub fn is_allowed() -> bool {
    SWITCH.as_ref().is_none_or(|value| value != "off")
}

/// Whether all streams ask for it.
pub fn is_asked_by_all() -> bool {
    SWITCH.as_ref().is_some_and(|value| value == "always")
}

/// Whether who waits looks for a while before it sleeps.
pub fn is_looked_for() -> bool {
    SWITCH.as_ref().is_none_or(|value| value != "nospin")
}

/// What keeps connections from being fast here, in a few words; `None`: nothing.
pub fn obstacle() -> Option<&'static str> {
    use std::net::{Ipv4Addr, SocketAddr, TcpListener};
    if !is_allowed() {
        return Some("switched off by OVERLAPPED_FAST_LOOPBACK=off");
    }
    let Some((_, file)) = memory::Memory::create(link::RING_BYTES) else {
        return Some("no shared memory (memfd_create, its seals or mmap)");
    };
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let Some(local) = listener.as_ref().ok().and_then(|listener| listener.local_addr().ok()) else {
        return Some("no TCP on 127.0.0.1");
    };
    let Some(mut meeting) = meeting::Meeting::open(&local.into()) else {
        return Some("no abstract Unix sockets");
    };
    let found = meeting::go(local).is_some_and(|bell| {
        let from = meeting::From::bound_to(local);
        let offered = meeting::offer(&bell, from, link::RING_BYTES, &file);
        offered && meeting.find(&local.into()).is_some()
    });
    if found { None } else { Some("Unix sockets do not hand descriptors over") }
}

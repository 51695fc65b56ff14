//! Connections within this machine, and how long they may take.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use overlapped::Socket;

/// A free port of this machine.
pub const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Nothing takes that long, but where something is broken.
pub const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));
/// No wait at all.
pub const AT_ONCE: Option<Duration> = Some(Duration::ZERO);

/// A client and its server's end.
pub fn pair() -> (Socket, Socket) {
    let listener = Socket::listen(ANY).unwrap();
    let client = Socket::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

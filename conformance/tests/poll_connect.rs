//! S9.12: WSAPoll as it was before Windows 10 2004. A process of its own, for the switch is the
//! whole process'.

use conformance::{Socket, V4, eventually, poll, poll_until_told};
use overlapped::sys::*;

/// S9.12: with the switch a failed connect is never told; other events are, and SO_ERROR knows.
#[test]
fn before_2004_a_failed_connect_is_not_told() {
    // Windows has no such switch.
    if cfg!(windows) {
        return;
    }
    set_poll_hides_failed_connects(true);
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    client.set_nonblocking(true);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    let entries = [(client.raw(), POLLIN | POLLOUT)];
    assert_eq!(poll(&entries, 20), (Ok(0), vec![0]));
    eventually(|| client.get(SOL_SOCKET, SO_ERROR) == Ok(WSAECONNREFUSED as u32));
    assert_eq!(poll(&entries, 20), (Ok(0), vec![0]));
    let (_listener, address) = Socket::listener(V4);
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
    assert_eq!(poll_until_told(&client, POLLOUT), POLLWRNORM);
}

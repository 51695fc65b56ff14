//! Binding, listening and accepting (S11.4–S11.6).
//!
//! # Safety
//!
//! Pointers are to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::sync::mpsc;

use conformance::{PATIENCE, RawAddress, Socket, V4, V6, call, eventually, gap, wine_differs};
use overlapped::sys::*;

/// What a sharing refused may be: the address is in use, or held exclusively.
fn is_refusal(result: Result<(), i32>) -> bool {
    matches!(result, Err(WSAEADDRINUSE | WSAEACCES))
}

/// S11.4: too small a place for the address is 10014, and the connection is gone.
#[test]
fn accept_with_too_small_an_address_is_10014_and_loses_the_connection() {
    for (ip, needed) in [(V4, 16), (V6, 28)] {
        let (listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        client.connect(address).unwrap();
        let mut out = RawAddress::room();
        out.length = needed - 1;
        let accepted = call(INVALID_SOCKET, || unsafe {
            accept(listener.raw(), out.as_mut_ptr(), &mut out.length)
        });
        assert_eq!((accepted, out.length), (Err(WSAEFAULT), needed - 1));
        listener.set_nonblocking(true);
        assert_eq!(listener.accept().err(), Some(WSAEWOULDBLOCK));
    }
}

/// S11.4: with room for it accept stores the peer's address and its length.
#[test]
fn accept_stores_the_peers_address() {
    for ip in [V4, V6] {
        let (listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        client.connect(address).unwrap();
        let mut out = RawAddress::room();
        let accepted = call(INVALID_SOCKET, || unsafe {
            accept(listener.raw(), out.as_mut_ptr(), &mut out.length)
        });
        let accepted = Socket::owning(accepted.unwrap());
        assert_eq!(Ok(out.to_std()), client.name());
        assert_eq!((accepted.name(), accepted.peer()), (Ok(address), client.name()));
    }
}

/// S11.4: accept that waits while another thread closes the listener returns INVALID_SOCKET.
#[test]
fn closing_the_listener_ends_a_waiting_accept() {
    wine_differs!("S11.15", "ends it with 995");
    let (listener, _) = Socket::listener(V4);
    let raw = listener.raw();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let accepted = call(INVALID_SOCKET, || unsafe {
            accept(raw, std::ptr::null_mut(), std::ptr::null_mut())
        });
        tell.send(accepted).unwrap();
    });
    // not synchronisation: a close that comes too early ends accept as well, with 10038
    assert!(told.recv_timeout(std::time::Duration::from_millis(20)).is_err());
    listener.close().unwrap();
    let ended = told.recv_timeout(PATIENCE).unwrap();
    assert!(matches!(ended, Err(WSAEINTR | WSAENOTSOCK)), "{ended:?}");
}

/// S11.5: an unbound socket cannot listen, whatever the backlog.
#[test]
fn listen_on_an_unbound_socket_is_10022() {
    for backlog in [0, 1, -1, i32::MAX] {
        assert_eq!(Socket::tcp(V4).listen(backlog), Err(WSAEINVAL));
    }
}

/// S11.5: any backlog is fine, and listening twice.
#[test]
fn listen_twice_and_any_backlog_are_fine() {
    let socket = Socket::bound_tcp(V4);
    for backlog in [0, -1, SOMAXCONN as i32, i32::MAX, 16, 16] {
        assert_eq!(socket.listen(backlog), Ok(()));
    }
    let client = Socket::tcp(V4);
    client.connect(socket.name().unwrap()).unwrap();
    socket.accept().unwrap();
}

/// S11.5: backlog 0 and −1 still take connections.
#[test]
fn odd_backlogs_take_connections() {
    for backlog in [0, -1, SOMAXCONN as i32, i32::MAX] {
        let socket = Socket::bound_tcp(V4);
        socket.listen(backlog).unwrap();
        let client = Socket::tcp(V4);
        client.connect(socket.name().unwrap()).unwrap();
        socket.accept().unwrap();
    }
}

/// S11.5: datagram sockets do not listen, nor accept.
#[test]
fn datagram_sockets_do_not_listen() {
    let (socket, _) = Socket::bound_udp(V4);
    assert_eq!(socket.listen(1), Err(WSAEOPNOTSUPP));
    assert_eq!(socket.accept().err(), Some(WSAEOPNOTSUPP));
}

/// S11.5: accept wants a listener.
#[test]
fn accept_without_listening_is_10022() {
    for socket in [Socket::tcp(V4), Socket::bound_tcp(V4)] {
        assert_eq!(socket.accept().err(), Some(WSAEINVAL));
    }
}

/// S11.5: an address in use is 10048, whether its holder listens, is bound only, or is a datagram
/// socket's.
#[test]
fn bind_in_use_is_10048() {
    for ip in [V4, V6] {
        let ((_listener, address), bound) = (Socket::listener(ip), Socket::bound_tcp(ip));
        assert_eq!(Socket::tcp(ip).bind(address), Err(WSAEADDRINUSE));
        let second = Socket::tcp(ip);
        assert_eq!(second.bind(bound.name().unwrap()), Err(WSAEADDRINUSE));
        assert_eq!(second.bind(SocketAddr::new(ip, 0)), Ok(()), "it may still be bound elsewhere");
        let (_udp, address) = Socket::bound_udp(ip);
        assert_eq!(Socket::udp(ip).bind(address), Err(WSAEADDRINUSE));
    }
}

/// S11.5: the wildcard is in use as well when its port is.
#[test]
fn wildcard_bind_over_a_listener_is_10048() {
    let wildcard = Socket::tcp(V4);
    wildcard.bind(([0, 0, 0, 0], 0).into()).unwrap();
    wildcard.listen(1).unwrap();
    assert_eq!(Socket::tcp(V4).bind(wildcard.name().unwrap()), Err(WSAEADDRINUSE));
}

/// S11.5: a bound socket cannot be bound again.
#[test]
fn bind_twice_is_10022() {
    for socket in [Socket::bound_tcp(V4), Socket::bound_udp(V4).0] {
        let name = socket.name();
        assert_eq!(socket.bind(SocketAddr::new(V4, 0)), Err(WSAEINVAL));
        assert_eq!(socket.name(), name);
    }
}

/// S11.5: a connect that failed does not keep a socket from listening.
#[test]
fn listen_after_a_failed_connect_is_fine() {
    wine_differs!("S11.5", "refuses, as Linux does");
    let holder = Socket::bound_tcp(V4);
    let socket = Socket::bound_tcp(V4);
    assert_eq!(socket.connect(holder.name().unwrap()), Err(WSAECONNREFUSED));
    assert_eq!(socket.listen(1), Ok(()));
    let client = Socket::tcp(V4);
    client.connect(socket.name().unwrap()).unwrap();
    socket.accept().unwrap();
}

/// S11.6: a port with old connections in TIME_WAIT can be bound by default.
#[test]
fn default_bind_over_time_wait_is_fine() {
    for ip in [V4, V6] {
        let (listener, address) = Socket::listener(ip);
        let client = Socket::tcp(ip);
        client.connect(address).unwrap();
        let server = listener.accept().unwrap();
        server.shutdown(SD_SEND).unwrap(); // the active closer is the one that waits
        assert_eq!(client.recv(1, 0), Ok(vec![]));
        client.close().unwrap();
        assert_eq!(server.recv(1, 0), Ok(vec![]));
        server.close().unwrap();
        listener.close().unwrap();
        let again = Socket::tcp(ip);
        assert_eq!(again.bind(address), Ok(()));
        assert_eq!(again.listen(1), Ok(()));
    }
}

/// S11.6: and a port with connections still alive, once its listener has closed.
#[test]
fn default_bind_beside_live_connections_is_fine() {
    let (listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    client.connect(address).unwrap();
    let server = listener.accept().unwrap();
    listener.close().unwrap();
    let again = Socket::tcp(V4);
    assert_eq!(again.bind(address), Ok(()));
    assert_eq!(again.listen(1), Ok(()));
    client.send_all(b"abc");
    assert_eq!(server.recv_exactly(3), b"abc");
}

/// S11.6: with SO_REUSEADDR two sockets bind the same port, though the first listens.
#[test]
fn reuseaddr_shares_a_port_in_use() {
    wine_differs!("S11.6", "refuses, with 10013");
    let (first, second) = (Socket::tcp(V4), Socket::tcp(V4));
    first.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    second.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    first.bind_any(V4);
    first.listen(1).unwrap();
    assert_eq!(second.bind(first.name().unwrap()), Ok(()));
    assert_eq!(second.listen(1), Ok(()));
}

/// S11.6: with SO_REUSEADDR a socket takes a port even from one that did not ask for it.
#[test]
fn reuseaddr_takes_a_port_from_a_default_socket() {
    wine_differs!("S11.6", "refuses, with 10013");
    gap!("on Linux both must ask to share", {
        let (listener, address) = Socket::listener(V4);
        let second = Socket::tcp(V4);
        second.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        assert_eq!(second.bind(address), Ok(()));
        drop(listener);
    });
}

/// S11.6: SO_REUSEADDR on datagram sockets shares a port too.
#[test]
fn reuseaddr_shares_a_datagram_port() {
    let (first, second) = (Socket::udp(V4), Socket::udp(V4));
    first.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    second.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    first.bind_any(V4);
    assert_eq!(second.bind(first.name().unwrap()), Ok(()));
}

/// S11.6: SO_EXCLUSIVEADDRUSE forbids sharing, to whoever comes second.
#[test]
fn exclusive_use_forbids_sharing() {
    let sharing = [None, Some(SO_REUSEADDR), Some(SO_EXCLUSIVEADDRUSE)];
    let with = |option: Option<i32>| {
        let socket = Socket::tcp(V4);
        if let Some(option) = option {
            socket.set(SOL_SOCKET, option, 1).unwrap();
        }
        socket
    };
    let exclusive = with(Some(SO_EXCLUSIVEADDRUSE));
    exclusive.bind_any(V4);
    for second in sharing {
        let second = with(second).bind(exclusive.name().unwrap());
        assert!(is_refusal(second), "{second:?}");
    }
    for first in sharing {
        let first = with(first);
        first.bind_any(V4);
        first.listen(1).unwrap();
        let second = with(Some(SO_EXCLUSIVEADDRUSE)).bind(first.name().unwrap());
        assert!(is_refusal(second), "{second:?}");
    }
}

/// S11.6: both options read back as set; by default neither is on.
#[test]
fn sharing_options_read_back() {
    for socket in [Socket::tcp(V4), Socket::udp(V4), Socket::tcp(V6)] {
        let read = || [SO_REUSEADDR, SO_EXCLUSIVEADDRUSE].map(|name| socket.get(SOL_SOCKET, name));
        assert_eq!(read(), [Ok(0), Ok(0)]);
        socket.set(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1).unwrap();
        assert_eq!(read(), [Ok(0), Ok(1)]);
        socket.set(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 0).unwrap();
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        assert_eq!(read(), [Ok(1), Ok(0)]);
        socket.set(SOL_SOCKET, SO_REUSEADDR, 0).unwrap();
        assert_eq!(read(), [Ok(0), Ok(0)]);
    }
}

/// S11.5: an address that is not this machine's is 10049.
#[test]
fn bind_to_a_foreign_address_is_10049() {
    wine_differs!("S11.5", "binds to any address instead");
    let foreign = SocketAddr::from(([192, 0, 2, 1], 0)); // TEST-NET-1
    assert_eq!(Socket::tcp(V4).bind(foreign), Err(WSAEADDRNOTAVAIL));
    assert_eq!(Socket::udp(V4).bind(foreign), Err(WSAEADDRNOTAVAIL));
}

/// S11.5: an address too short, or of another family, is 10014.
#[test]
fn bind_to_a_short_or_foreign_family_address_is_10014() {
    wine_differs!("S11.5", "says 10045 to an address of another family");
    let socket = Socket::tcp(V4);
    let address = RawAddress::of(SocketAddr::new(V4, 0));
    let short = call(SOCKET_ERROR, || unsafe { bind(socket.raw(), address.as_ptr(), 15) });
    assert_eq!(short, Err(WSAEFAULT));
    assert_eq!(socket.bind(SocketAddr::new(V6, 0)), Err(WSAEFAULT));
}

/// S11.5: a client's port is its own while it is connected.
#[test]
fn names_of_both_ends_agree() {
    for ip in [V4, V6] {
        let (client, server) = Socket::pair(ip);
        eventually(|| client.name().is_ok());
        assert_eq!((client.name(), client.peer()), (server.peer(), server.name()));
    }
}

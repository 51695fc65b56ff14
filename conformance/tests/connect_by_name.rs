//! Connecting by name and by list, the protocols there are, and groups (S11.19–S11.22).
//!
//! # Safety
//!
//! Pointers are to locals, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{Ipv4Addr, SocketAddr};
use std::ptr::{null, null_mut};

use conformance::{Outcome, POISON, RawAddress, Socket, V4, call, startup, wide, wine_differs};
use overlapped::sys::*;

/// Both ends' addresses, as a connect by name or by list tells them.
type Ends = (SocketAddr, SocketAddr);

fn ends(work: impl FnOnce([(*mut u32, *mut SOCKADDR); 2]) -> BOOL) -> Outcome<Ends> {
    let (mut local, mut remote) = (RawAddress::room(), RawAddress::room());
    let connected = call(0, || {
        work(
            [&mut local, &mut remote]
                .map(|end| (&raw mut end.length as *mut u32, end.as_mut_ptr())),
        )
    });
    connected.map(|_| (local.to_std(), remote.to_std()))
}

fn by_name(socket: &Socket, node: &str, service: &str) -> Outcome<Ends> {
    let (node, service) = (wide(node), wide(service));
    ends(|[(local_bytes, local), (remote_bytes, remote)]| unsafe {
        WSAConnectByNameW(
            socket.raw(),
            node.as_ptr(),
            service.as_ptr(),
            local_bytes,
            local,
            remote_bytes,
            remote,
            null(),
            null(),
        )
    })
}

fn by_list(socket: &Socket, peers: &mut [RawAddress]) -> Outcome<Ends> {
    let listed = peers
        .iter_mut()
        .map(|peer| SOCKET_ADDRESS { lpSockaddr: peer.as_mut_ptr(), iSockaddrLength: peer.length });
    let listed: Vec<SOCKET_ADDRESS> = listed.collect();
    // The count, then the addresses where a pointer may stand.
    let words = listed.iter().flat_map(|at| [at.lpSockaddr as usize, at.iSockaddrLength as usize]);
    let list: Vec<usize> = [listed.len()].into_iter().chain(words).collect();
    ends(|[(local_bytes, local), (remote_bytes, remote)]| unsafe {
        let list = list.as_ptr().cast::<SOCKET_ADDRESS_LIST>();
        let socket = socket.raw();
        WSAConnectByList(socket, list, local_bytes, local, remote_bytes, remote, null(), null())
    })
}

/// An address where nobody listens.
fn nobody() -> SocketAddr {
    let (socket, address) = Socket::listener(V4);
    socket.close().unwrap();
    address
}

/// S11.19: a name is looked up, and the connection is told from both ends.
#[test]
fn a_connection_is_made_by_name() {
    wine_differs!("S11.19", "tells no local port");
    let (listener, address) = Socket::listener(V4);
    for nonblocking in [false, true] {
        let client = Socket::tcp(V4);
        client.set_nonblocking(nonblocking);
        let told = by_name(&client, "127.0.0.1", &address.port().to_string()).unwrap();
        let server = listener.accept().unwrap();
        assert_eq!(told, (server.peer().unwrap(), address));
        client.send(b"here", 0).unwrap();
        assert_eq!(server.recv_exactly(4), b"here");
    }
}

/// S11.19: how it fails.
#[test]
fn a_connect_by_name_is_refused() {
    let client = Socket::tcp(V4);
    let port = nobody().port().to_string();
    assert_eq!(by_name(&client, "127.0.0.1", &port), Err(WSAECONNREFUSED));
    let name = wide("127.0.0.1");
    let connect = |node, reserved| {
        let no = null_mut();
        call(0, || unsafe {
            let (socket, none) = (client.raw(), null_mut());
            WSAConnectByNameW(socket, node, name.as_ptr(), none, no, none, no, null(), reserved)
        })
    };
    assert_eq!(connect(null(), null()), Err(WSAEINVAL));
    let overlapped = OVERLAPPED::default();
    assert_eq!(connect(name.as_ptr(), &overlapped), Err(WSAEINVAL));
}

/// S11.19: the A form.
#[test]
fn a_connection_is_made_by_a_narrow_name() {
    let (_listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    let service = format!("{}\0", address.port());
    let no = null_mut();
    let connected = call(0, || unsafe {
        let (node, service, none) = (c"127.0.0.1".as_ptr().cast(), service.as_ptr(), null_mut());
        WSAConnectByNameA(client.raw(), node, service, none, no, none, no, null(), null())
    });
    assert_eq!((connected, client.peer()), (Ok(1), Ok(address)));
}

/// S11.20: the first of a list that answers.
#[test]
fn a_list_is_tried_in_order() {
    wine_differs!("S11.20", "has no such function");
    let (listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    let mut peers = [nobody(), address, nobody()].map(RawAddress::of);
    assert_eq!(by_list(&client, &mut peers).unwrap().1, address);
    assert!(listener.accept().is_ok());
    let other = Socket::tcp(V4);
    assert_eq!(by_list(&other, &mut [RawAddress::of(nobody())]), Err(WSAECONNREFUSED));
    assert_eq!(by_list(&other, &mut []), Err(WSAEINVAL));
}

/// What WSAEnumProtocolsW lists: family, type and protocol.
fn protocols(wanted: *const i32) -> Outcome<Vec<(i32, i32, i32)>> {
    startup();
    let mut bytes = 0;
    let asked = call(-1, || unsafe { WSAEnumProtocolsW(wanted, null_mut(), &mut bytes) });
    assert_eq!(asked, Err(WSAENOBUFS));
    let size = size_of::<WSAPROTOCOL_INFOW>();
    assert!(bytes as usize >= size && (bytes as usize).is_multiple_of(size));
    let mut infos = vec![WSAPROTOCOL_INFOW::default(); bytes as usize / size];
    let count = call(-1, || unsafe { WSAEnumProtocolsW(wanted, infos.as_mut_ptr(), &mut bytes) })?;
    infos.truncate(count as usize);
    Ok(infos.iter().map(|of| (of.iAddressFamily, of.iSocketType, of.iProtocol)).collect())
}

/// S11.21: TCP and UDP over both families are there.
#[test]
fn protocols_are_listed() {
    let all = protocols(null()).unwrap();
    for family in [AF_INET, AF_INET6].map(i32::from) {
        assert!(all.contains(&(family, SOCK_STREAM, IPPROTO_TCP)), "{all:?}");
        assert!(all.contains(&(family, SOCK_DGRAM, IPPROTO_UDP)), "{all:?}");
    }
}

/// S11.21: only those asked for.
#[test]
fn protocols_are_chosen() {
    let some = protocols([IPPROTO_UDP, 0].as_ptr()).unwrap();
    assert!(!some.is_empty() && some.iter().all(|of| of.2 == IPPROTO_UDP), "{some:?}");
    let mut bytes = POISON;
    let mut infos = vec![WSAPROTOCOL_INFOA::default(); 100];
    bytes = bytes.min(size_of_val(&infos[..]) as u32);
    let listed = call(-1, || unsafe {
        WSAEnumProtocolsA([IPPROTO_TCP, 0].as_ptr(), infos.as_mut_ptr(), &mut bytes)
    });
    let count = listed.unwrap() as usize;
    assert!(infos[..count].iter().all(|of| of.iProtocol == IPPROTO_TCP && of.szProtocol[0] != 0));
}

/// S11.22: who has joined a group receives what is sent there.
#[test]
fn a_socket_joins_a_group() {
    wine_differs!("S11.22", "refuses without an error");
    let group = Ipv4Addr::new(239, 255, 77, 7);
    let (socket, own) = Socket::bound_udp(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let join = |socket: &Socket, ip: Ipv4Addr, flags| {
        let address = RawAddress::of(SocketAddr::from((ip, own.port())));
        let (no, none) = (null(), null_mut());
        call(INVALID_SOCKET, || unsafe {
            let (name, bytes) = (address.as_ptr(), address.length);
            WSAJoinLeaf(socket.raw(), name, bytes, null(), none, no, no, flags)
        })
    };
    assert_eq!(join(&socket, group, 9), Err(WSAEINVAL));
    assert_eq!(join(&socket, Ipv4Addr::LOCALHOST, JL_BOTH), Err(WSAEINVAL));
    assert_eq!(join(&Socket::tcp(V4), group, JL_BOTH), Err(WSAEOPNOTSUPP));
    match join(&socket, group, JL_BOTH) {
        Ok(joined) => assert_eq!(joined, socket.raw()),
        Err(WSAEADDRNOTAVAIL) => return println!("skipped: no interface for multicast"),
        Err(error) => panic!("{error}"),
    }
    // Joined already: the group is really there.
    assert_eq!(join(&socket, group, JL_RECEIVER_ONLY), Err(WSAEADDRINUSE));
    assert_eq!(join(&socket, group, JL_SENDER_ONLY), Ok(socket.raw()));
}

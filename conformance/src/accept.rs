//! The extension functions and what belongs to AcceptEx.
//!
//! # Safety
//!
//! The pointers are to locals; a function's address comes from the call that hands it out and is
//! turned into the type that its GUID stands for.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::{IpAddr, SocketAddr};

use overlapped::sys::*;

use crate::{Operation, POISON, POISON_WIDE, RawAddress, Socket, Started, V4, call};

/// The three lengths of an AcceptEx.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// dwReceiveDataLength.
    pub data: u32,
    /// dwLocalAddressLength.
    pub local: u32,
    /// dwRemoteAddressLength.
    pub remote: u32,
}

impl Addresses {
    /// IPv4, no data.
    pub const NO_DATA: Self = Self { data: 0, local: 32, remote: 32 };
    /// IPv4, 16 bytes of data.
    pub const SOME_DATA: Self = Self { data: 16, local: 32, remote: 32 };

    /// As documented for addresses like `ip`, with room for `data` bytes.
    pub fn fitting(ip: IpAddr, data: u32) -> Self {
        let each = if ip.is_ipv4() { 32 } else { 44 };
        Self { data, local: each, remote: each }
    }

    /// The room an AcceptEx buffer needs, in bytes.
    pub fn room(self) -> usize {
        (self.data + self.local + self.remote) as usize
    }
}

/// A listener at loopback, its address, a fresh acceptor, and a pending AcceptEx between them.
pub fn pending_accept(addresses: Addresses) -> (Socket, SocketAddr, Socket, Operation) {
    let ((listener, address), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let accept = Operation::new(addresses.room()).with_event();
    assert_eq!(accept.accept(&listener, &acceptor, addresses), Started::Pending);
    (listener, address, acceptor, accept)
}

/// The extension function of this GUID, looked up by WSAIoctl; `F` is its LPFN type.
pub fn extension<F: Default>(id: GUID) -> F {
    assert_eq!(size_of::<F>(), size_of::<usize>());
    let socket = Socket::tcp(V4);
    let (mut function, mut bytes) = (F::default(), POISON);
    let size = size_of::<F>() as u32;
    let returned = call(SOCKET_ERROR, || unsafe {
        let code = SIO_GET_EXTENSION_FUNCTION_POINTER;
        let (input, output) = ((&raw const id).cast(), (&raw mut function).cast());
        let no_overlapped = std::ptr::null_mut();
        WSAIoctl(socket.raw(), code, input, 16, output, size, &mut bytes, no_overlapped, None)
    });
    assert_eq!((returned, bytes), (Ok(0), size));
    function
}

/// GetAcceptExSockaddrs on a completed AcceptEx: the local address, if it was written, and the
/// remote one.
pub fn sockaddrs(accept: &Operation, addresses: Addresses) -> (Option<SocketAddr>, SocketAddr) {
    let Addresses { data, local, remote } = addresses;
    let poison = POISON_WIDE as *mut SOCKADDR;
    let (mut local_at, mut local_length) = (poison, POISON as i32);
    let (mut remote_at, mut remote_length) = (poison, POISON as i32);
    unsafe {
        let buffer = accept.data_pointer().cast();
        let (l, ll) = (&mut local_at, &mut local_length);
        let (r, rl) = (&mut remote_at, &mut remote_length);
        GetAcceptExSockaddrs(buffer, data, local, remote, l, ll, r, rl);
    }
    let found = |at: *mut SOCKADDR, length| unsafe { RawAddress::read(at, length) }.to_std();
    let local = (local_at != poison).then(|| found(local_at, local_length));
    assert!(local.is_some() || local_length == POISON as i32, "either both or none is written");
    (local, found(remote_at, remote_length))
}

/// A pending AcceptEx without data on this listener, for this acceptor.
pub fn pending_accept_on(listener: &Socket, acceptor: &Socket) -> Operation {
    let accept = Operation::new(Addresses::NO_DATA.room()).with_event();
    assert_eq!(accept.accept(listener, acceptor, Addresses::NO_DATA), Started::Pending);
    accept
}

//! Sockets as they are before a port has them: made, bound, connected, accepted.
//!
//! # Safety
//!
//! A `Socket` owns its SOCKET until it is dropped; pointers handed over are locals of the call.

#![allow(unsafe_code, reason = "calls Win32's functions")]

use std::mem::zeroed;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::ptr::null;
use std::sync::Once;

use crate::address::Address;
use crate::error::{Error, Result};
use crate::sys::{self, SOCKET, SOCKET_ERROR};

/// A TCP or UDP socket over IPv4 or IPv6, overlapped; closed when dropped.
///
/// Calls on it block, as on Windows, unless [`Socket::set_nonblocking`] says otherwise;
/// [`Port::associate`](crate::Port::associate) gives it to a completion port for operations that do
/// not.
#[derive(Debug)]
pub struct Socket(SOCKET);

/// WSAStartup, once for the process; it is never undone.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        // SAFETY: the data goes to a local that nobody reads.
        let error = unsafe { sys::WSAStartup(0x0202, &mut zeroed()) };
        assert_eq!(error, 0, "Winsock 2.2 is there");
    });
}

/// Success, or the calling thread's last error.
pub(crate) fn check(result: i32) -> Result<()> {
    if result == SOCKET_ERROR { Err(Error::last()) } else { Ok(()) }
}

/// A count of bytes, or the calling thread's last error.
fn counted(result: i32) -> Result<usize> {
    usize::try_from(result).map_err(|_| Error::last())
}

/// The length of a buffer as far as one call takes it.
fn length(bytes: usize) -> i32 {
    bytes.try_into().unwrap_or(i32::MAX)
}

impl Socket {
    fn new(like: &SocketAddr, kind: i32, protocol: i32) -> Result<Self> {
        Self::with_flags(like, kind, protocol, sys::WSA_FLAG_OVERLAPPED)
    }

    pub(crate) fn with_flags(
        like: &SocketAddr,
        kind: i32,
        protocol: i32,
        flags: u32,
    ) -> Result<Self> {
        start();
        let family = i32::from(if like.is_ipv4() { sys::AF_INET } else { sys::AF_INET6 });
        // SAFETY: no protocol information is passed.
        let socket = unsafe { sys::WSASocketW(family, kind, protocol, null(), 0, flags) };
        if socket == sys::INVALID_SOCKET { Err(Error::last()) } else { Ok(Self(socket)) }
    }

    /// An unconnected TCP socket of the family of `like`.
    pub fn stream(like: &SocketAddr) -> Result<Self> {
        Self::new(like, sys::SOCK_STREAM, sys::IPPROTO_TCP)
    }

    /// A TCP socket connected to `peer`; blocks meanwhile.
    pub fn connect(peer: SocketAddr) -> Result<Self> {
        let socket = Self::stream(&peer)?;
        let peer = Address::from(peer);
        // SAFETY: the address is a local.
        check(unsafe { sys::connect(socket.0, peer.as_ptr(), peer.len()) })?;
        Ok(socket)
    }

    /// A TCP socket listening at `address`, with the system's longest backlog.
    pub fn listen(address: SocketAddr) -> Result<Self> {
        let socket = Self::stream(&address)?;
        socket.begin_to_listen(address)?;
        Ok(socket)
    }

    pub(crate) fn begin_to_listen(&self, address: SocketAddr) -> Result<()> {
        self.bind(address)?;
        // SAFETY: the SOCKET is this object's own; there is no pointer.
        check(unsafe { sys::listen(self.0, i32::MAX) })
    }

    /// A UDP socket bound to `address`.
    pub fn datagram(address: SocketAddr) -> Result<Self> {
        let socket = Self::new(&address, sys::SOCK_DGRAM, sys::IPPROTO_UDP)?;
        socket.bind(address)?;
        Ok(socket)
    }

    /// Gives it an address of its own; port 0: any free one.
    pub fn bind(&self, address: SocketAddr) -> Result<()> {
        let address = Address::from(address);
        // SAFETY: the address is a local.
        check(unsafe { sys::bind(self.0, address.as_ptr(), address.len()) })
    }

    /// Waits for a connection; returns it with the peer's address.
    pub fn accept(&self) -> Result<(Socket, SocketAddr)> {
        let mut peer = Address::empty();
        let (address, length) = peer.as_mut_parts();
        // SAFETY: address and length are a local's.
        let socket = unsafe { sys::accept(self.0, address, length) };
        if socket == sys::INVALID_SOCKET {
            return Err(Error::last());
        }
        Ok((Socket(socket), peer.to_std().ok_or(Error::from_code(10047))?))
    }

    /// Connects it to `peer`; datagrams then go to and come from there alone. A non-blocking stream
    /// fails with `WSAEWOULDBLOCK` and becomes writable when it is connected (S11.3).
    pub fn connect_to(&self, peer: SocketAddr) -> Result<()> {
        let peer = Address::from(peer);
        // SAFETY: the address is a local that outlives the call.
        check(unsafe { sys::connect(self.0, peer.as_ptr(), peer.len()) })
    }

    /// Sends from `data`: a blocking stream takes all, a non-blocking one what there is room for,
    /// or fails with `WSAEWOULDBLOCK` (S2.32).
    pub fn send(&self, data: &[u8]) -> Result<usize> {
        // SAFETY: the bytes are borrowed, and the length is at most theirs.
        counted(unsafe { sys::send(self.0, data.as_ptr(), length(data.len()), 0) })
    }

    /// Receives what is there into `room`, waiting for the first byte; 0 bytes are the end of a
    /// stream. Non-blocking, it fails with `WSAEWOULDBLOCK` instead of waiting.
    pub fn recv(&self, room: &mut [u8]) -> Result<usize> {
        // SAFETY: the room is borrowed mutably, and the length is at most its own.
        counted(unsafe { sys::recv(self.0, room.as_mut_ptr(), length(room.len()), 0) })
    }

    /// Whether its calls return `WSAEWOULDBLOCK` instead of waiting (FIONBIO). A listener hands the
    /// mode on to what it accepts (S11.2).
    pub fn set_nonblocking(&self, on: bool) -> Result<()> {
        // SAFETY: four bytes of a local are read.
        check(unsafe { sys::ioctlsocket(self.0, sys::FIONBIO, &mut u32::from(on)) })
    }

    /// Why the last non-blocking connect failed, if it did (SO_ERROR, S8.13).
    pub fn connect_error(&self) -> Result<Option<Error>> {
        let (mut code, mut length) = (0u32, 4);
        let value = (&raw mut code).cast();
        // SAFETY: value and length are locals of four bytes each.
        check(unsafe {
            sys::getsockopt(self.0, sys::SOL_SOCKET, sys::SO_ERROR, value, &mut length)
        })?;
        Ok((code != 0).then(|| Error::from_code(code)))
    }

    /// Its own address.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.name(sys::getsockname)
    }

    /// The peer's address.
    pub fn peer_addr(&self) -> Result<SocketAddr> {
        self.name(sys::getpeername)
    }

    fn name(
        &self,
        ask: unsafe extern "system" fn(SOCKET, *mut sys::SOCKADDR, *mut i32) -> i32,
    ) -> Result<SocketAddr> {
        let mut name = Address::empty();
        let (address, length) = name.as_mut_parts();
        // SAFETY: address and length are a local's.
        check(unsafe { ask(self.0, address, length) })?;
        name.to_std().ok_or(Error::from_code(10047))
    }

    /// Sets a four-byte option.
    pub(crate) fn set_option(&self, level: i32, name: i32, value: u32) -> Result<()> {
        let bytes = value.to_ne_bytes();
        // SAFETY: four bytes of a local are read.
        check(unsafe { sys::setsockopt(self.0, level, name, bytes.as_ptr(), 4) })
    }

    /// Sends small messages at once instead of gathering them (TCP_NODELAY).
    pub fn set_nodelay(&self, on: bool) -> Result<()> {
        self.set_option(sys::IPPROTO_TCP, sys::TCP_NODELAY, u32::from(on))
    }

    /// Whether connections on this machine go by shared memory instead of TCP
    /// (SIO_LOOPBACK_FAST_PATH), if the other end says so, too: to be said before connecting, and by
    /// a listener before it accepts. Elsewhere, and where it cannot be, it changes nothing (S12.7,
    /// S12.9). Fails with `WSAEOPNOTSUPP` on a datagram socket, and where the system has no such
    /// thing (S12.3): who does not care goes on.
    pub fn fast_loopback(&self, on: bool) -> Result<()> {
        let (code, on, mut bytes) = (sys::SIO_LOOPBACK_FAST_PATH, u32::from(on), 0);
        let (input, none) = ((&raw const on).cast(), std::ptr::null_mut());
        // SAFETY: four bytes of a local are read, and four of another are written.
        check(unsafe {
            let no_overlapped = std::ptr::null_mut();
            sys::WSAIoctl(self.0, code, input, 4, none, 0, &mut bytes, no_overlapped, None)
        })
    }

    /// Notices peers that vanished (SO_KEEPALIVE).
    pub fn set_keepalive(&self, on: bool) -> Result<()> {
        self.set_option(sys::SOL_SOCKET, sys::SO_KEEPALIVE, u32::from(on))
    }

    /// Asks for a receive buffer of this many bytes (SO_RCVBUF).
    pub fn set_receive_buffer_bytes(&self, bytes: u32) -> Result<()> {
        self.set_option(sys::SOL_SOCKET, sys::SO_RCVBUF, bytes)
    }

    /// Asks for a send buffer of this many bytes (SO_SNDBUF).
    pub fn set_send_buffer_bytes(&self, bytes: u32) -> Result<()> {
        self.set_option(sys::SOL_SOCKET, sys::SO_SNDBUF, bytes)
    }

    /// A later close resets the connection and drops what is unsent (SO_LINGER with no time).
    pub fn set_reset_on_close(&self) -> Result<()> {
        self.set_option(sys::SOL_SOCKET, sys::SO_LINGER, u32::from_ne_bytes([1, 0, 0, 0]))
    }

    /// Sends the end of the stream; receives go on.
    pub fn shutdown_send(&self) -> Result<()> {
        // SAFETY: the SOCKET is this object's own, and no memory is handed over.
        check(unsafe { sys::shutdown(self.0, sys::SD_SEND) })
    }

    /// The SOCKET, which stays this object's.
    pub fn as_raw(&self) -> SOCKET {
        self.0
    }

    /// Takes over an open SOCKET.
    ///
    /// # Safety
    ///
    /// The caller owns the SOCKET and gives it up; no operation is outstanding on it.
    pub unsafe fn from_raw(socket: SOCKET) -> Self {
        Self(socket)
    }

    /// Gives the SOCKET to the caller, who closes it.
    pub fn into_raw(self) -> SOCKET {
        let socket = self.0;
        std::mem::forget(self);
        socket
    }
}

impl AsRef<Socket> for Socket {
    fn as_ref(&self) -> &Socket {
        self
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // SAFETY: takes no pointer; the SOCKET is this object's own.
        unsafe { sys::closesocket(self.0) };
    }
}

/// Both ways between a socket of the standard library and one of ours.
macro_rules! convert {
    ($($std:ty)*) => {
        $(impl From<$std> for Socket {
            /// # Panics
            ///
            /// If no handle is left for it (Linux: a million sockets are open).
            fn from(socket: $std) -> Self {
                start();
                Self(sys::import(socket.into()).expect("a handle is left"))
            }
        }

        impl From<Socket> for $std {
            /// # Panics
            ///
            /// If an operation is in progress on the socket in another thread (Linux).
            fn from(socket: Socket) -> Self {
                sys::export(socket.into_raw()).expect("nobody else uses the socket").into()
            }
        })*
    };
}

convert! { TcpStream TcpListener UdpSocket }

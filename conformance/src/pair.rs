//! Winsock started, and sockets that belong together: all on 127.0.0.1, at ports of the system's
//! choice.
//!
//! # Safety
//!
//! Every pointer given to a call lives longer than the call: they are references to locals, and
//! none of these calls is overlapped.

#![allow(clippy::undocumented_unsafe_blocks, reason = "argued once, above")]

use std::ptr::{from_mut, from_ref, null, null_mut};
use std::sync::Once;

use overlapped::sys::*;

/// Calls WSAStartup once per process.
pub fn startup() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let mut data = WSADATA::default();
        assert_eq!(unsafe { WSAStartup(0x0202, &mut data) }, 0);
    });
}

/// 127.0.0.1 at `port`.
pub fn loopback(port: u16) -> SOCKADDR_IN {
    let mut address =
        SOCKADDR_IN { sin_family: AF_INET, sin_port: port.to_be(), ..Default::default() };
    address.sin_addr.S_un.S_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    address
}

/// The size of a SOCKADDR_IN as the functions take it.
pub const ADDRESS_BYTES: i32 = size_of::<SOCKADDR_IN>() as i32;

/// A socket that is closed at the end of its scope.
#[derive(Debug)]
pub struct Socket(pub SOCKET);

impl Drop for Socket {
    fn drop(&mut self) {
        unsafe { closesocket(self.0) };
    }
}

impl Socket {
    fn new(kind: WINSOCK_SOCKET_TYPE, flags: u32) -> Self {
        startup();
        let made = unsafe { WSASocketW(AF_INET.into(), kind, 0, null(), 0, flags) };
        assert_ne!(made, INVALID_SOCKET);
        Self(made)
    }

    /// A TCP socket with the overlapped attribute.
    pub fn tcp() -> Self {
        Self::new(SOCK_STREAM, WSA_FLAG_OVERLAPPED)
    }

    /// A UDP socket with the overlapped attribute.
    pub fn udp() -> Self {
        Self::new(SOCK_DGRAM, WSA_FLAG_OVERLAPPED)
    }

    /// A TCP socket without the overlapped attribute.
    pub fn not_overlapped() -> Self {
        Self::new(SOCK_STREAM, 0)
    }

    /// As a HANDLE.
    pub fn handle(&self) -> HANDLE {
        self.0 as HANDLE
    }

    /// Binds it to 127.0.0.1.
    pub fn bind(self) -> Self {
        let address = loopback(0);
        let bound = unsafe { bind(self.0, from_ref(&address).cast(), ADDRESS_BYTES) };
        assert_eq!(bound, 0);
        self
    }

    /// Its own address.
    pub fn address(&self) -> SOCKADDR_IN {
        let (mut address, mut length) = (SOCKADDR_IN::default(), ADDRESS_BYTES);
        let named = unsafe { getsockname(self.0, from_mut(&mut address).cast(), &mut length) };
        assert_eq!(named, 0);
        address
    }

    /// `connect`, which must succeed.
    pub fn connect(&self, to: &SOCKADDR_IN) {
        assert_eq!(unsafe { connect(self.0, from_ref(to).cast(), ADDRESS_BYTES) }, 0);
    }

    /// `accept`, which must succeed.
    pub fn accept(&self) -> Socket {
        let accepted = unsafe { accept(self.0, null_mut(), null_mut()) };
        assert_ne!(accepted, INVALID_SOCKET);
        Socket(accepted)
    }

    /// `send`, which must take all.
    pub fn send(&self, data: &[u8]) {
        let sent = unsafe { send(self.0, data.as_ptr(), data.len() as i32, 0) };
        assert_eq!(sent, data.len() as i32);
    }

    /// `sendto`, which must take all.
    pub fn send_to(&self, data: &[u8], to: &SOCKADDR_IN) {
        let (address, length) = (from_ref(to).cast(), data.len() as i32);
        let sent = unsafe { sendto(self.0, data.as_ptr(), length, 0, address, ADDRESS_BYTES) };
        assert_eq!(sent, length);
    }

    /// `recv` of at most `room` bytes: what came, or the error.
    pub fn receive(&self, room: usize) -> Result<Vec<u8>, u32> {
        let mut buffer = vec![0; room];
        let got = unsafe { recv(self.0, buffer.as_mut_ptr(), room as i32, 0) };
        buffer.truncate(usize::try_from(got).map_err(|_| unsafe { GetLastError() })?);
        Ok(buffer)
    }

    /// `shutdown` of the sending half.
    pub fn finish_sending(&self) {
        assert_eq!(unsafe { shutdown(self.0, SD_SEND) }, 0);
    }

    /// FIONBIO.
    pub fn set_nonblocking(&self) {
        assert_eq!(unsafe { ioctlsocket(self.0, FIONBIO, &mut 1) }, 0);
    }

    /// Sets an option to `value`; 0, or SOCKET_ERROR.
    pub fn set_option<T>(&self, option: i32, value: &T) -> i32 {
        let (at, length) = (from_ref(value).cast(), size_of::<T>() as i32);
        unsafe { setsockopt(self.0, SOL_SOCKET, option, at, length) }
    }

    /// Closes it with closesocket, which must succeed.
    pub fn close(self) {
        assert_eq!(unsafe { closesocket(self.0) }, 0);
        std::mem::forget(self);
    }

    /// Closes it so that the peer sees a reset.
    pub fn reset(self) {
        let at_once = LINGER { l_onoff: 1, l_linger: 0 };
        assert_eq!(self.set_option(SO_LINGER, &at_once), 0);
        self.close();
    }
}

/// A listening TCP socket.
pub fn listener() -> Socket {
    let listener = Socket::tcp().bind();
    assert_eq!(unsafe { listen(listener.0, 16) }, 0);
    listener
}

/// Two connected TCP sockets.
pub fn tcp_pair() -> (Socket, Socket) {
    let listener = listener();
    let client = Socket::tcp();
    client.connect(&listener.address());
    (client, listener.accept())
}

/// Two bound UDP sockets, each connected to the other.
pub fn udp_pair() -> (Socket, Socket) {
    let (one, other) = (Socket::udp().bind(), Socket::udp().bind());
    one.connect(&other.address());
    other.connect(&one.address());
    (one, other)
}

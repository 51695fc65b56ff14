//! Connections that go by the loopback fast path, where there is one (S12).
//!
//! # Safety
//!
//! Pointers handed to the call are to locals, and it is over with them when it returns.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::IpAddr;
use std::ptr::null_mut;

use overlapped::sys::*;

use super::{Socket, zero};
use crate::POISON;

impl Socket {
    /// SIO_LOOPBACK_FAST_PATH, as well-behaved programs ask: who does not have it goes on without
    /// (S12.3).
    pub fn wish_for_fast_path(&self) {
        let (on, mut bytes) = (1u32, POISON);
        let asked = zero(|| unsafe {
            let code = SIO_LOOPBACK_FAST_PATH;
            let on = (&raw const on).cast();
            WSAIoctl(self.0, code, on, 4, null_mut(), 0, &mut bytes, null_mut(), None)
        });
        assert!(matches!(asked, Ok(()) | Err(WSAEOPNOTSUPP)));
    }

    /// As [`Socket::pair`], of two that asked both, and have exchanged enough that whatever happens,
    /// has.
    pub fn fast_pair(ip: IpAddr) -> (Socket, Socket) {
        let ((listener, address), client) = (Self::listener(ip), Self::tcp(ip));
        listener.wish_for_fast_path();
        client.wish_for_fast_path();
        client.connect(address).expect("it listens");
        let server = listener.accept().expect("one has connected");
        for _ in 0..3 {
            for (from, to) in [(&client, &server), (&server, &client)] {
                from.send_all(b"are we there yet");
                assert_eq!(to.recv_exactly(16), b"are we there yet");
            }
        }
        (client, server)
    }
}

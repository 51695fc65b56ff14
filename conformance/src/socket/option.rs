//! Options and controls of a socket.
//!
//! # Safety
//!
//! Pointers handed to the calls are to locals or to the arguments of the method, and every call
//! here is over with them when it returns.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use overlapped::sys::*;

use super::{Socket, zero};
use crate::{Outcome, POISON, eventually};

impl Socket {
    /// setsockopt of these bytes.
    pub fn set_bytes(&self, level: i32, name: i32, value: &[u8]) -> Outcome<()> {
        let length = value.len() as i32;
        zero(|| unsafe { setsockopt(self.0, level, name, value.as_ptr(), length) })
    }

    /// setsockopt of a DWORD.
    pub fn set(&self, level: i32, name: i32, value: u32) -> Outcome<()> {
        self.set_bytes(level, name, &value.to_ne_bytes())
    }

    /// getsockopt of a DWORD.
    pub fn get(&self, level: i32, name: i32) -> Outcome<u32> {
        let mut bytes = POISON.to_ne_bytes();
        let mut length = 4;
        zero(|| unsafe { getsockopt(self.0, level, name, bytes.as_mut_ptr(), &mut length) })?;
        assert!(length == 4 || length == 1, "a DWORD, or a BOOL of one byte");
        let number = u32::from_ne_bytes(bytes);
        Ok(if length == 1 { number & 0xFF } else { number })
    }

    /// SO_LINGER.
    pub fn set_linger(&self, on: bool, seconds: u16) -> Outcome<()> {
        let (on, off) = (u16::from(on).to_ne_bytes(), seconds.to_ne_bytes());
        self.set_bytes(SOL_SOCKET, SO_LINGER, &[on, off].concat())
    }

    /// ioctlsocket; the value as the call left it.
    pub fn ioctl(&self, command: i32, mut value: u32) -> Outcome<u32> {
        zero(|| unsafe { ioctlsocket(self.0, command, &mut value) })?;
        Ok(value)
    }

    /// FIONBIO.
    pub fn set_nonblocking(&self, on: bool) {
        self.ioctl(FIONBIO, u32::from(on)).expect("FIONBIO is always there");
    }

    /// FIONREAD.
    pub fn readable(&self) -> u32 {
        self.ioctl(FIONREAD, POISON).expect("FIONREAD is always there")
    }

    /// Waits until `count` bytes or more can be read, without reading them.
    #[track_caller]
    pub fn await_readable(&self, count: u32) {
        eventually(|| self.readable() >= count);
    }

    /// Waits until the peer's reset has come, which a send finds out.
    #[track_caller]
    pub fn await_reset(&self) {
        eventually(|| self.send(b"?", 0).is_err());
    }
}

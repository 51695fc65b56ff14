//! A completion port, as far as sockets' tests need one.
//!
//! # Safety
//!
//! The pointers are to locals; OVERLAPPEDs are only compared.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use overlapped::sys::*;

use super::{Operation, PATIENCE_MS, POISON, POISON_BYTES, Socket};

/// A port, closed when dropped.
pub struct Packets(HANDLE);

/// What GetQueuedCompletionStatus brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet {
    /// 0 for TRUE, else the last error.
    pub error: u32,
    /// Bytes transferred.
    pub bytes: u32,
    /// The completion key.
    pub key: usize,
    /// The OVERLAPPED, as a number.
    pub overlapped: usize,
}

impl Drop for Packets {
    fn drop(&mut self) {
        unsafe { CloseHandle(self.0) };
    }
}

impl Packets {
    /// A new port.
    pub fn new() -> Self {
        super::startup();
        let port = unsafe { CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 0) };
        assert!(!port.is_null());
        Self(port)
    }

    /// A new port with this socket associated under `key`.
    pub fn of(socket: &Socket, key: usize) -> Self {
        let port = Self::new();
        port.associate(socket, key);
        port
    }

    /// Its handle.
    pub fn handle(&self) -> HANDLE {
        self.0
    }

    /// Associates another socket.
    pub fn associate(&self, socket: &Socket, key: usize) {
        let same = unsafe { CreateIoCompletionPort(socket.handle(), self.0, key, 0) };
        assert_eq!(same, self.0);
    }

    /// Tries to associate a socket; the last error if that fails.
    pub fn try_associate(&self, socket: &Socket, key: usize) -> Result<(), i32> {
        let made = super::call(null_mut(), || unsafe {
            CreateIoCompletionPort(socket.handle(), self.0, key, 0)
        });
        made.map(drop)
    }

    fn take(&self, timeout_ms: u32) -> Option<Packet> {
        let (mut bytes, mut key) = (POISON_BYTES, POISON_BYTES as usize);
        let mut overlapped = null_mut();
        let (returned, error) = unsafe {
            SetLastError(POISON as u32);
            let taken = GetQueuedCompletionStatus(
                self.0,
                &mut bytes,
                &mut key,
                &mut overlapped,
                timeout_ms,
            );
            (taken, GetLastError())
        };
        if overlapped.is_null() {
            assert_eq!((returned, error), (0, WAIT_TIMEOUT));
            return None;
        }
        let error = if returned != 0 { 0 } else { error };
        Some(Packet { error, bytes, key, overlapped: overlapped as usize })
    }

    /// The next packet. Fails the test if none comes.
    #[track_caller]
    pub fn next(&self) -> Packet {
        self.take(PATIENCE_MS).expect("a packet")
    }

    /// The next packet, which must be that of `operation`: its error and bytes.
    #[track_caller]
    pub fn next_of(&self, operation: &Operation) -> (u32, u32) {
        let packet = self.next();
        assert_eq!(packet.overlapped, operation.overlapped() as usize, "another's packet");
        (packet.error, packet.bytes)
    }

    /// Whether no packet comes within a while that is long for an engine that would queue one.
    pub fn stays_empty(&self) -> bool {
        // not synchronisation: nothing can be observed when nothing happens
        self.take(30).is_none()
    }
}

impl Default for Packets {
    fn default() -> Self {
        Self::new()
    }
}

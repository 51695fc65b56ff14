//! The calls that begin an operation.
//!
//! # Safety
//!
//! The memory the system goes on using is the operation's own; other pointers are to locals or to
//! the arguments of the method, and only used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::net::SocketAddr;
use std::ptr::null_mut;

use overlapped::sys::*;

use super::Operation;
use crate::{Addresses, Outcome, POISON, RawAddress, Socket, V4, call, extension};

/// What the call that starts an operation said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Started {
    /// Done at once, with so many bytes.
    Done(u32),
    /// 997.
    Pending,
    /// Failed at once with this error.
    Failed(i32),
}

impl Started {
    /// Whether a packet is due: it is done, or pends.
    pub fn begun(self) -> bool {
        !matches!(self, Started::Failed(_))
    }
}

/// A receive of at most 8 bytes that pends on `socket`.
#[track_caller]
pub fn pending_receive(socket: &Socket) -> Operation {
    let receive = Operation::new(8);
    assert_eq!(receive.receive(socket, 0), Started::Pending);
    receive
}

/// Two connected TCP sockets and `receive`, which pends on the second of them.
#[track_caller]
pub fn pending_pair(receive: Operation) -> (Socket, Socket, Operation) {
    let (client, server) = Socket::pair(V4);
    assert_eq!(receive.receive(&server, 0), Started::Pending);
    (client, server, receive)
}

impl Operation {
    /// WSARecv into the whole buffer.
    pub fn receive(&self, socket: &Socket, flags: i32) -> Started {
        self.receive_into(socket, flags, &[self.data().len()])
    }

    /// WSARecv into buffers of these lengths.
    pub fn receive_into(&self, socket: &Socket, flags: i32, lengths: &[usize]) -> Started {
        self.poison(flags);
        let mut buffers = self.buffers(lengths);
        let mut count = POISON;
        let flags_at = unsafe { &raw mut (*self.memory).flags };
        let returned = call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            let overlapped = self.overlapped();
            WSARecv(socket.raw(), array, length, &mut count, flags_at, overlapped, self.routine)
        });
        buffers.fill(WSABUF { len: u32::MAX, buf: null_mut() }); // captured, or it will crash
        self.check_outputs(returned, count, flags)
    }

    /// WSARecvFrom into the whole buffer.
    pub fn receive_from(&self, socket: &Socket) -> Started {
        self.poison(0);
        let buffers = self.buffers(&[self.data().len()]);
        let mut count = POISON;
        let returned = call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            let flags_at = &raw mut (*self.memory).flags;
            let from = &raw mut (*self.memory).from;
            let (from, from_length) = ((*from).as_mut_ptr(), &raw mut (*from).length);
            let (s, ov) = (socket.raw(), self.overlapped());
            WSARecvFrom(s, array, length, &mut count, flags_at, from, from_length, ov, self.routine)
        });
        self.check_outputs(returned, count, 0)
    }

    /// WSASend of all its bytes.
    pub fn send(&self, socket: &Socket) -> Started {
        self.send_from(socket, &[self.data().len()])
    }

    /// WSASend of buffers of these lengths.
    pub fn send_from(&self, socket: &Socket, lengths: &[usize]) -> Started {
        self.poison(0);
        let mut buffers = self.buffers(lengths);
        let mut count = POISON;
        let returned = call(SOCKET_ERROR, || unsafe {
            let (array, length) = (buffers.as_ptr(), buffers.len() as u32);
            WSASend(socket.raw(), array, length, &mut count, 0, self.overlapped(), self.routine)
        });
        buffers.fill(WSABUF { len: u32::MAX, buf: null_mut() });
        self.check_outputs(returned, count, 0)
    }

    /// WSASendTo of all its bytes.
    pub fn send_to(&self, socket: &Socket, to: SocketAddr) -> Started {
        self.poison(0);
        let (buffers, to) = (self.buffers(&[self.data().len()]), RawAddress::of(to));
        let mut count = POISON;
        let returned = call(SOCKET_ERROR, || unsafe {
            let (s, array, ov) = (socket.raw(), buffers.as_ptr(), self.overlapped());
            WSASendTo(s, array, 1, &mut count, 0, to.as_ptr(), to.length, ov, self.routine)
        });
        self.check_outputs(returned, count, 0)
    }

    /// AcceptEx with `data` bytes for the first data and these address lengths; the buffer must
    /// have that room ([`Addresses::room`]).
    pub fn accept(&self, listener: &Socket, acceptor: &Socket, addresses: Addresses) -> Started {
        let Addresses { data, local, remote } = addresses;
        assert!(self.data().len() >= addresses.room());
        self.poison(0);
        let mut count = POISON;
        let buffer = self.data_pointer().cast();
        let returned = call(0, || unsafe {
            let (l, a, ov) = (listener.raw(), acceptor.raw(), self.overlapped());
            AcceptEx(l, a, buffer, data, local, remote, &mut count, ov)
        });
        self.keep_count(returned.map(|_| 0), count)
    }

    /// ConnectEx; all its bytes are the first data.
    pub fn connect(&self, socket: &Socket, to: SocketAddr) -> Started {
        let function: LPFN_CONNECTEX = extension(WSAID_CONNECTEX);
        let function = function.expect("ConnectEx is there");
        self.poison(0);
        let (to, length, mut count) = (RawAddress::of(to), self.data().len(), POISON);
        let data = if length == 0 { null_mut() } else { self.data_pointer() };
        let returned = call(0, || unsafe {
            let (s, ov) = (socket.raw(), self.overlapped());
            function(s, to.as_ptr(), to.length, data.cast(), length as u32, &mut count, ov)
        });
        self.keep_count(returned.map(|_| 0), count)
    }

    /// DisconnectEx.
    pub fn disconnect(&self, socket: &Socket, flags: u32) -> Started {
        let function: LPFN_DISCONNECTEX = extension(WSAID_DISCONNECTEX);
        let function = function.expect("DisconnectEx is there");
        self.poison(0);
        let overlapped = self.overlapped();
        let returned = call(0, || unsafe { function(socket.raw(), overlapped, flags, 0) });
        let count = if returned.is_ok() { 0 } else { POISON }; // it has no place to store one
        self.check_outputs(returned.map(|_| 0), count, 0)
    }

    /// WSAIoctl.
    pub fn control(&self, socket: &Socket, code: u32, input: &[u8], output: &mut [u8]) -> Started {
        self.poison(0);
        let mut count = POISON;
        let (from, given) = (input.as_ptr().cast(), input.len() as u32);
        let (to, room) = (output.as_mut_ptr().cast(), output.len() as u32);
        let returned = call(SOCKET_ERROR, || unsafe {
            let (s, ov) = (socket.raw(), self.overlapped());
            WSAIoctl(s, code, from, given, to, room, &mut count, ov, self.routine)
        });
        self.keep_count(returned, count)
    }

    fn poison(&self, flags: i32) {
        assert!(!self.is_pending(), "one operation at a time");
        unsafe {
            (*self.memory).flags = flags as u32;
            (*self.memory).overlapped.Internal = POISON as usize;
            (*self.memory).overlapped.InternalHigh = POISON as usize;
        }
    }

    /// What the call said. Its count is left to [`Operation::count`], for Wine writes it also when
    /// the operation pends or is refused, and few tests are about that.
    #[track_caller]
    fn keep_count(&self, returned: Outcome<i32>, count: u32) -> Started {
        unsafe { (*self.memory).count = count };
        self.check_outputs(returned, if returned.is_ok() { count } else { POISON }, 0)
    }

    /// What the call said; only a call that is done writes its outputs.
    #[track_caller]
    fn check_outputs(&self, returned: Outcome<i32>, count: u32, flags: i32) -> Started {
        if returned.is_ok() {
            return Started::Done(count);
        }
        assert_eq!(count, POISON, "the count is not written unless it is done");
        let flags_now = unsafe { (*self.memory).flags };
        assert_eq!(flags_now, flags as u32, "the flags are not written unless it is done");
        match returned {
            Err(WSA_IO_PENDING) => Started::Pending,
            Err(error) if error == POISON as i32 => panic!("it failed without an error"),
            other => Started::Failed(other.expect_err("looked at above")),
        }
    }
}

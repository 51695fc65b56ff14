//! Accepting, with or without a condition. AcceptEx is in extension.rs' doors.

use std::ptr::null_mut;

use windows_sys::Win32::Networking::WinSock::{
    CF_ACCEPT, CF_DEFER, CF_REJECT, LPCONDITIONPROC, SOCKADDR, SOCKADDR_STORAGE, SOCKET, WSABUF,
};

use super::{finish_socket, startup};
use crate::accept::Verdict;
use crate::error::Error;
use crate::handle;
use crate::kernel::address::Address;

/// `SOCKET accept(SOCKET s, sockaddr *addr, int *addrlen)`
///
/// Too small an `*addrlen` fails with 10014 and loses the connection (S11.4).
///
/// # Safety
///
/// `addr` and `addrlen` are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(export_name = "winsock_accept"))]
pub unsafe extern "system" fn accept(s: SOCKET, addr: *mut SOCKADDR, addrlen: *mut i32) -> SOCKET {
    finish_socket(startup::check().and_then(|()| {
        let accepted = handle::socket(s)?.accept()?;
        // SAFETY: the caller's address and length, valid for writes during the call.
        unsafe { tell_peer(accepted, addr, addrlen) }
    }))
}

/// `SOCKET WSAAccept(SOCKET s, sockaddr *addr, LPINT addrlen, LPCONDITIONPROC lpfnCondition,
/// DWORD_PTR dwCallbackData)`
///
/// As [`accept`]. A condition function is called on this thread, with the addresses of both ends:
/// CF_REJECT resets the connection (10061), CF_DEFER leaves it to a later call (11002), another
/// value than its three resets it, too (10022) (S11.32).
///
/// # Safety
///
/// As [`accept`]; `lpfncondition` may be called during the call, and what it is given is its own
/// until it returns.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAAccept(
    s: SOCKET,
    addr: *mut SOCKADDR,
    addrlen: *mut i32,
    lpfncondition: LPCONDITIONPROC,
    dwcallbackdata: usize,
) -> SOCKET {
    let Some(condition) = lpfncondition else {
        // SAFETY: the caller's promise for this call is accept's.
        return unsafe { accept(s, addr, addrlen) };
    };
    let decide = |peer: &Address, local: &Address| {
        let (mut peer, mut local) = (Told::of(peer), Told::of(local));
        let (mut caller, mut callee) = (peer.buffer(), local.buffer());
        let (mut callee_data, mut group) = (WSABUF { len: 0, buf: null_mut() }, 0); // TCP has none
        let none = null_mut();
        // SAFETY: the caller's function, with locals that outlive its call.
        let verdict = unsafe {
            condition(
                &mut caller,
                none,
                none.cast(),
                none.cast(),
                &mut callee,
                &mut callee_data,
                &mut group,
                dwcallbackdata,
            )
        };
        match verdict as u32 {
            CF_ACCEPT => Verdict::Accept,
            CF_REJECT => Verdict::Reject,
            CF_DEFER => Verdict::Defer,
            _ => Verdict::Unknown,
        }
    };
    finish_socket(startup::check().and_then(|()| {
        let accepted = handle::socket(s)?.accept_if(decide)?;
        // SAFETY: the caller's address and length, valid for writes during the call.
        unsafe { tell_peer(accepted, addr, addrlen) }
    }))
}

/// An address as a condition function is told it.
#[repr(C, align(8))]
struct Told([u8; size_of::<SOCKADDR_STORAGE>()], usize);

impl Told {
    fn of(address: &Address) -> Told {
        let (length, bytes) = address.to_windows_bytes();
        let mut told = Told([0; size_of::<SOCKADDR_STORAGE>()], length);
        told.0[..length].copy_from_slice(&bytes[..length]);
        told
    }

    fn buffer(&mut self) -> WSABUF {
        WSABUF { len: self.1 as u32, buf: self.0.as_mut_ptr() }
    }
}

/// Writes the peer's address; the new socket, which is closed if that has no room.
///
/// # Safety
///
/// As [`accept`].
unsafe fn tell_peer(
    (accepted, peer): (u32, Address),
    addr: *mut SOCKADDR,
    addrlen: *mut i32,
) -> Result<u32, Error> {
    // SAFETY: the caller's promise for its call.
    unsafe { peer.write_windows(addr, addrlen) }.inspect_err(|_| {
        _ = crate::closing::close(accepted as usize);
    })?;
    Ok(accepted)
}

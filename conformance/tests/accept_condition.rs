//! WSAAccept's condition function (S11.32, S3.20, S6.11).
//!
//! # Safety
//!
//! Pointers are null or to locals, used during the call; the condition function is told the
//! address of a local that outlives the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Addresses, Operation, Outcome, OwnPort, RawAddress, Sets, Socket, V4, V6, call, polled,
    wine_differs,
};
use overlapped::sys::*;
use std::net::SocketAddr;

/// What a condition function answers, and what it was told.
struct Judge {
    verdict: i32,
    calls: u32,
    caller: Option<SocketAddr>,
    callee: Option<SocketAddr>,
    data: bool,
    thread: Option<std::thread::ThreadId>,
}

impl Judge {
    fn who_says(verdict: u32) -> Judge {
        let verdict = verdict as i32;
        Judge { verdict, calls: 0, caller: None, callee: None, data: false, thread: None }
    }

    fn accept(&mut self, listener: &Socket, from: &mut RawAddress) -> Outcome<Socket> {
        let accepted = call(INVALID_SOCKET, || unsafe {
            let (to, bytes) = (from.as_mut_ptr(), &raw mut from.length);
            WSAAccept(listener.raw(), to, bytes, Some(judge), std::ptr::from_mut(self) as usize)
        });
        accepted.map(Socket::owning)
    }

    fn says(&mut self, listener: &Socket) -> Outcome<Socket> {
        self.accept(listener, &mut RawAddress::room())
    }
}

unsafe extern "system" fn judge(
    caller: *mut WSABUF,
    caller_data: *mut WSABUF,
    _: *mut QOS,
    _: *mut QOS,
    callee: *mut WSABUF,
    _: *mut WSABUF,
    _: *mut u32,
    context: usize,
) -> i32 {
    unsafe {
        let judge = &mut *(context as *mut Judge);
        judge.calls += 1;
        (judge.caller, judge.callee) = (told(caller), told(callee));
        judge.data = !caller_data.is_null() && (*caller_data).len > 0;
        judge.thread = Some(std::thread::current().id());
        judge.verdict
    }
}

unsafe fn told(address: *const WSABUF) -> Option<SocketAddr> {
    let mut copy = RawAddress::room();
    unsafe {
        let WSABUF { len, buf } = *address;
        std::ptr::copy_nonoverlapping(buf, copy.as_mut_ptr().cast(), len as usize);
        copy.length = len as i32;
        let family = copy.as_ptr().cast::<u16>().read_unaligned();
        (family != AF_UNSPEC).then(|| copy.to_std())
    }
}

/// S11.32: it is told who calls and who is called, on the thread of the call, and CF_ACCEPT
/// accepts.
#[test]
fn a_condition_function_is_told_both_ends() {
    wine_differs!("S11.32", "tells no local address");
    for ip in [V4, V6] {
        let (listener, address) = Socket::listener(ip);
        let client = Socket::connected(address);
        let (mut judge, mut from) = (Judge::who_says(CF_ACCEPT), RawAddress::room());
        let server = judge.accept(&listener, &mut from).unwrap();
        let name = client.name().unwrap();
        assert_eq!((judge.caller, judge.callee), (Some(name), Some(address)));
        assert_eq!((judge.calls, judge.data, from.to_std()), (1, false, name));
        assert_eq!(judge.thread, Some(std::thread::current().id()));
        client.send_all(b"x");
        assert_eq!(server.recv_exactly(1), b"x");
    }
}

/// S11.32: CF_REJECT is 10061 to the server and a reset to the client; the next one is another.
#[test]
fn a_rejected_connection_is_reset() {
    wine_differs!("S11.32", "closes it in order");
    let (listener, address) = Socket::listener(V4);
    let client = Socket::connected(address);
    assert_eq!(Judge::who_says(CF_REJECT).says(&listener).err(), Some(WSAECONNREFUSED));
    assert_eq!(client.recv(1, 0), Err(WSAECONNRESET));
    let next = Socket::connected(address);
    let mut judge = Judge::who_says(CF_ACCEPT);
    judge.says(&listener).unwrap();
    assert_eq!(judge.caller, Some(next.name().unwrap()));
}

/// S11.32: a connection that was put off is still there, for select, WSAPoll and the next call.
#[test]
fn a_connection_that_was_put_off_waits_for_the_next_call() {
    wine_differs!("S11.32", "does not show it");
    let (listener, address) = Socket::listener(V4);
    let client = Socket::connected(address);
    let mut judge = Judge::who_says(CF_DEFER);
    for calls in 1..4 {
        assert_eq!(judge.says(&listener).err(), Some(WSATRY_AGAIN));
        assert_eq!((judge.calls, judge.caller), (calls, Some(client.name().unwrap())));
    }
    assert_eq!(polled(&listener, POLLRDNORM), POLLRDNORM);
    let now = TIMEVAL { tv_sec: 0, tv_usec: 0 };
    assert_eq!(Sets::reading(&[&listener]).select(Some(now)), Ok(1));
    let behind = Socket::connected(address);
    let server = listener.accept().unwrap();
    assert_eq!(server.peer(), client.name());
    assert_eq!(listener.accept().unwrap().peer(), behind.name());
}

/// S3.20: AcceptEx takes it first.
#[test]
fn a_connection_that_was_put_off_is_the_first_for_accept_ex() {
    let (listener, address) = Socket::listener(V4);
    let port = OwnPort::of(&listener, 7);
    let (client, _behind) = (Socket::connected(address), Socket::connected(address));
    assert_eq!(Judge::who_says(CF_DEFER).says(&listener).err(), Some(WSATRY_AGAIN));
    let acceptor = Socket::tcp(V4);
    let accept = Operation::new(Addresses::NO_DATA.room());
    assert!(accept.accept(&listener, &acceptor, Addresses::NO_DATA).begun());
    assert_eq!(port.next_of(&accept), (0, 0));
    client.send_all(b"first");
    assert_eq!(acceptor.recv_exactly(5), b"first");
}

/// S11.32: nobody calls: it is not asked.
#[test]
fn without_a_connection_there_is_nothing_to_decide() {
    let (listener, _) = Socket::listener(V4);
    listener.set_nonblocking(true);
    let mut judge = Judge::who_says(CF_ACCEPT);
    assert_eq!(judge.says(&listener).err(), Some(WSAEWOULDBLOCK));
    assert_eq!(judge.calls, 0);
}

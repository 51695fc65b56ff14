//! The echo server on the raw functions, as the textbooks write it: AcceptEx, WSARecv, WSASend and
//! one port. Arguments: PORT WORKERS BUFFER_BYTES.
//!
//! # Safety
//!
//! A session is one allocation that holds its OVERLAPPED, buffer and socket. Exactly one operation
//! of it is outstanding at any time, so whoever takes its packet owns it.

use std::mem::zeroed;
use std::ptr::{from_mut, null, null_mut};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, INADDR_LOOPBACK, IPPROTO_TCP, SO_UPDATE_ACCEPT_CONTEXT, SOCK_STREAM, SOCKADDR_IN,
    SOCKET, SOL_SOCKET, SOMAXCONN, TCP_NODELAY, WSA_FLAG_OVERLAPPED, WSABUF,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use winsock::{
    AcceptEx, CreateIoCompletionPort, GetQueuedCompletionStatus, WSARecv, WSASend, WSASocketW,
    WSAStartup, bind, closesocket, listen, setsockopt,
};

const ADDRESS_BYTES: u32 = 32;

#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Accept,
    Receive,
    Send,
}

#[repr(C)]
struct Session {
    overlapped: OVERLAPPED,
    doing: Doing,
    socket: SOCKET,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Server {
    port: usize,
    listener: SOCKET,
    buffer_bytes: usize,
}

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|x| x.parse().ok()).collect();
    let [port, workers, buffer_bytes] = arguments[..] else {
        panic!("arguments: PORT WORKERS BUFFER_BYTES");
    };
    // SAFETY: every pointer below is to a local or a session that outlives the call or operation.
    unsafe {
        assert_eq!(WSAStartup(0x0202, &mut zeroed()), 0);
        let iocp = CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, workers as u32);
        let listener = new_socket();
        let mut address: SOCKADDR_IN = zeroed();
        address.sin_family = AF_INET;
        address.sin_port = (port as u16).to_be();
        address.sin_addr.S_un.S_addr = INADDR_LOOPBACK.to_be();
        assert_eq!(bind(listener, from_mut(&mut address).cast(), 16), 0);
        assert_eq!(listen(listener, SOMAXCONN as i32), 0);
        CreateIoCompletionPort(listener as HANDLE, iocp, 0, 0);
        let server = Server { port: iocp as usize, listener, buffer_bytes };
        for _ in 0..16 {
            post_accept(&server);
        }
        println!("READY");
        for _ in 1..workers {
            std::thread::spawn(move || work(&server));
        }
        work(&server);
    }
}

fn new_socket() -> SOCKET {
    // SAFETY: no protocol information is passed.
    unsafe { WSASocketW(AF_INET.into(), SOCK_STREAM, IPPROTO_TCP, null(), 0, WSA_FLAG_OVERLAPPED) }
}

fn post_accept(server: &Server) {
    let session = Box::leak(Box::new(Session {
        // SAFETY: an OVERLAPPED of zeros is a fresh one.
        overlapped: unsafe { zeroed() },
        doing: Doing::Accept,
        socket: new_socket(),
        buffer: vec![0; server.buffer_bytes],
    }));
    let room = session.buffer.as_mut_ptr().cast();
    let overlapped = from_mut(session).cast();
    // SAFETY: the session lives until its packet is taken, and is leaked until then.
    unsafe {
        AcceptEx(
            server.listener,
            session.socket,
            room,
            0,
            ADDRESS_BYTES,
            ADDRESS_BYTES,
            &mut 0,
            overlapped,
        )
    };
}

fn work(server: &Server) {
    loop {
        let (mut bytes, mut key, mut overlapped) = (0, 0, null_mut());
        // SAFETY: three locals.
        let ok = unsafe {
            let port = server.port as HANDLE;
            GetQueuedCompletionStatus(port, &mut bytes, &mut key, &mut overlapped, u32::MAX)
        };
        assert!(!overlapped.is_null());
        let session: *mut Session = overlapped.cast();
        // SAFETY: the packet gives the session to this thread until it issues the next operation.
        unsafe { handle(server, session, ok != 0, bytes) };
    }
}

/// # Safety
///
/// `session` is the caller's alone.
unsafe fn handle(server: &Server, session: *mut Session, ok: bool, bytes: u32) {
    // SAFETY: the session is this thread's, as the caller says.
    let state = unsafe { &mut *session };
    let pending = match state.doing {
        Doing::Accept => {
            post_accept(server);
            state.socket = accepted(server, state.socket);
            receive(state)
        }
        _ if !ok || bytes == 0 => false,
        Doing::Receive => send(state, bytes),
        Doing::Send => receive(state),
    };
    if !pending {
        // SAFETY: nothing of the session is outstanding; it was leaked by post_accept.
        unsafe {
            closesocket(state.socket);
            drop(Box::from_raw(session));
        }
    }
}

fn accepted(server: &Server, socket: SOCKET) -> SOCKET {
    let listener = server.listener.to_ne_bytes();
    // SAFETY: values are locals.
    unsafe {
        setsockopt(socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener.as_ptr(), 8);
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, [1u8, 0, 0, 0].as_ptr(), 4);
        CreateIoCompletionPort(socket as HANDLE, server.port as HANDLE, 1, 0);
    }
    socket
}

fn started(result: i32) -> bool {
    // SAFETY: no pointers.
    result == 0 || unsafe { winsock::WSAGetLastError() } == 997
}

fn receive(session: &mut Session) -> bool {
    session.doing = Doing::Receive;
    let room = WSABUF { len: session.buffer.len() as u32, buf: session.buffer.as_mut_ptr() };
    let (socket, overlapped) = (session.socket, from_mut(session).cast());
    // SAFETY: the session and its buffer live until the packet is taken.
    started(unsafe { WSARecv(socket, &room, 1, null_mut(), &mut 0, overlapped, None) })
}

fn send(session: &mut Session, bytes: u32) -> bool {
    session.doing = Doing::Send;
    let data = WSABUF { len: bytes, buf: session.buffer.as_mut_ptr() };
    let (socket, overlapped) = (session.socket, from_mut(session).cast());
    // SAFETY: the session and its buffer live until the packet is taken.
    started(unsafe { WSASend(socket, &data, 1, null_mut(), 0, overlapped, None) })
}

//! WSAAsyncSelect: which messages come, and when they come again (S7.1–S7.12, S6.16, S6.16a).

use std::ptr::null_mut;

use conformance::{MessageWindow, Selection, Socket, V4, async_select, eventually, wine_differs};
use overlapped::sys::*;

/// Everything a stream can tell.
const ALL: u32 = FD_READ | FD_WRITE | FD_OOB | FD_ACCEPT | FD_CONNECT | FD_CLOSE;

/// An accepted socket, its peer, and a window for all its events whose first FD_WRITE has come.
fn selected_pair() -> (Socket, Socket, MessageWindow) {
    let (client, server) = Socket::pair(V4);
    let window = MessageWindow::of(&server, ALL);
    window.expect(&server, &[FD_WRITE]);
    (client, server, window)
}

/// S7.1, S7.2: one message per event: the socket in wParam, event and error in lParam.
#[test]
fn each_event_is_a_message_of_its_own() {
    let (client, server, window) = selected_pair();
    client.send(b"x", 0).unwrap();
    window.expect(&server, &[FD_READ]);
    server.recv(1, 0).unwrap();
    client.shutdown(SD_SEND).unwrap();
    window.expect(&server, &[FD_CLOSE]);
    window.expect_nothing();
}

/// S7.3: the socket becomes non-blocking and cannot be made blocking until a cancel.
#[test]
fn select_makes_the_socket_nonblocking() {
    let (_client, server) = Socket::pair(V4);
    let _window = MessageWindow::of(&server, FD_READ);
    assert_eq!(server.recv(1, 0), Err(WSAEWOULDBLOCK));
    assert_eq!(server.ioctl(FIONBIO, 0), Err(WSAEINVAL));
    assert_eq!(async_select(&server, null_mut(), 0), Ok(()));
    assert_eq!(server.ioctl(FIONBIO, 0), Ok(0));
    server.set(SOL_SOCKET, SO_RCVTIMEO, 10).unwrap();
    assert_eq!(server.recv(1, 0), Err(WSAETIMEDOUT));
}

/// S7.3: after a cancel nothing is posted; what was posted before stays.
#[test]
fn cancel_leaves_what_is_posted() {
    let (client, server) = Socket::pair(V4);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    let window = MessageWindow::of(&server, FD_READ);
    assert_eq!(window.select(&server, 0), Ok(()));
    window.expect(&server, &[FD_READ]);
    client.shutdown(SD_SEND).unwrap();
    server.recv_exactly(1);
    window.expect_nothing();
}

/// S7.4: a handle that is no window is 10022.
#[test]
fn bad_window_is_10022() {
    wine_differs!("S7.4", "takes any handle");
    let (_client, server) = Socket::pair(V4);
    let destroyed = MessageWindow::default().raw();
    for window in [null_mut(), destroyed, server.handle()] {
        assert_eq!(async_select(&server, window, FD_READ), Err(WSAEINVAL));
    }
}

/// S7.5: a new select replaces window and events.
#[test]
fn new_select_replaces_the_old() {
    let (client, server, old) = selected_pair();
    let new = MessageWindow::of(&server, FD_CLOSE);
    client.send(b"x", 0).unwrap();
    server.await_readable(1);
    new.expect_nothing();
    server.recv_exactly(1);
    client.shutdown(SD_SEND).unwrap();
    new.expect(&server, &[FD_CLOSE]);
    old.expect_nothing();
}

/// S7.5, S6.3: WSAEventSelect ends it, and it ends WSAEventSelect.
#[test]
fn event_select_and_async_select_end_each_other() {
    let (client, server, window) = selected_pair();
    let selection = Selection::of(&server, FD_READ);
    client.send(b"x", 0).unwrap();
    selection.expect_success(&server, FD_READ);
    window.expect_nothing();
    server.recv_exactly(1);
    window.select(&server, FD_READ).unwrap();
    client.send(b"y", 0).unwrap();
    window.expect(&server, &[FD_READ]);
    assert!(!selection.is_set());
}

/// S6.13: a receive that fails enables FD_READ again, also one whose buffer was bad.
#[test]
fn failed_receives_enable_again() {
    wine_differs!("S6.13", "enables nothing again", sometimes);
    let (client, server, window) = selected_pair();
    client.send(b"ab", 0).unwrap();
    window.expect(&server, &[FD_READ]);
    assert_eq!(server.recv_nowhere(), Err(WSAEFAULT));
    window.expect(&server, &[FD_READ]);
    assert_eq!(server.recv(2, 0), Ok(b"ab".to_vec()));
    window.expect_nothing();
}

/// S7.6: no second FD_READ until a receive, be there more data or not; then again (S6.12).
#[test]
fn read_comes_once_per_receive() {
    let (client, server, window) = selected_pair();
    client.send(b"ab", 0).unwrap();
    window.expect(&server, &[FD_READ]);
    client.send(b"c", 0).unwrap();
    server.await_readable(3);
    window.expect_nothing();
    for left in [2, 1] {
        server.recv(1, 0).unwrap();
        window.expect(&server, &[FD_READ]);
        assert_eq!(server.readable(), left);
    }
    server.recv(1, 0).unwrap();
    window.expect_nothing();
    client.send(b"d", 0).unwrap();
    window.expect(&server, &[FD_READ]);
}

/// S7.6: no second FD_ACCEPT until an accept.
#[test]
fn accept_comes_once_per_accept() {
    let (listener, address) = Socket::listener(V4);
    let window = MessageWindow::of(&listener, FD_ACCEPT);
    let _clients = [(); 2].map(|()| Socket::connected(address));
    window.expect(&listener, &[FD_ACCEPT]);
    window.expect_nothing();
    listener.accept().unwrap();
    window.expect(&listener, &[FD_ACCEPT]);
    listener.accept().unwrap();
    window.expect_nothing();
}

/// S7.7: every new select posts what holds now, told before or not; FD_CONNECT does not hold.
#[test]
fn new_select_posts_again_what_holds() {
    wine_differs!("S7.7", "does not post all of it again");
    let (client, server, window) = selected_pair();
    client.send(b"x", 0).unwrap();
    for _ in 0..2 {
        window.expect(&server, &[FD_READ]);
        window.select(&server, FD_READ).unwrap();
    }
    window.expect(&server, &[FD_READ]);
    server.recv_exactly(1);
    client.shutdown(SD_SEND).unwrap();
    for _ in 0..2 {
        window.select(&server, FD_CLOSE).unwrap();
        window.expect(&server, &[FD_CLOSE]);
    }
    let other = MessageWindow::of(&client, FD_CONNECT | FD_WRITE);
    other.expect(&client, &[FD_WRITE]);
    other.expect_nothing();
}

/// S7.8, S6.17: a connect posts FD_CONNECT and then FD_WRITE.
#[test]
fn connect_posts_connect_and_then_write() {
    let (_listener, address) = Socket::listener(V4);
    let client = Socket::tcp(V4);
    let window = MessageWindow::of(&client, ALL);
    window.expect_nothing();
    assert_eq!(client.connect(address), Err(WSAEWOULDBLOCK));
    window.expect(&client, &[FD_CONNECT, FD_WRITE]);
    window.expect_nothing();
}

/// S7.2, S6.18: a refused connect: the error is in lParam.
#[test]
fn refused_connect_posts_its_error() {
    let holder = Socket::bound_tcp(V4);
    let client = Socket::tcp(V4);
    let window = MessageWindow::of(&client, ALL);
    assert_eq!(client.connect(holder.name().unwrap()), Err(WSAEWOULDBLOCK));
    assert_eq!(window.next(), (client.raw(), FD_CONNECT, WSAECONNREFUSED as u32));
    window.expect_nothing();
}

/// S7.9: an accepted socket has its listener's window, message and events.
#[test]
fn accepted_socket_inherits_the_window() {
    let (listener, address) = Socket::listener(V4);
    let window = MessageWindow::of(&listener, ALL);
    let client = Socket::connected(address);
    window.expect(&listener, &[FD_ACCEPT]);
    let server = listener.accept().unwrap();
    window.expect(&server, &[FD_WRITE]);
    client.send(b"x", 0).unwrap();
    window.expect(&server, &[FD_READ]);
    assert_eq!(server.recv(2, 0), Ok(b"x".to_vec()));
    assert_eq!(server.recv(2, 0), Err(WSAEWOULDBLOCK));
}

/// S7.10: closesocket ends the posting and posts nothing itself.
#[test]
fn closesocket_posts_nothing() {
    let (client, server, window) = selected_pair();
    server.close().unwrap();
    client.close().unwrap();
    window.expect_nothing();
}

/// S7.11: another thread than the window's may select, and end: the posting goes on.
#[test]
fn posting_outlives_the_thread_that_selected() {
    let (client, server) = Socket::pair(V4);
    let window = MessageWindow::default();
    let raw = window.raw() as usize;
    let server = std::thread::spawn(move || {
        assert_eq!(async_select(&server, raw as HWND, FD_READ), Ok(()));
        server
    });
    let server = server.join().unwrap();
    client.send(b"x", 0).unwrap();
    window.expect(&server, &[FD_READ]);
}

/// S7.12: the peer's reset is FD_CLOSE with 10053.
#[test]
fn reset_posts_close_with_10053() {
    wine_differs!("S7.12", "posts it without an error");
    let (client, server, window) = selected_pair();
    client.reset();
    assert_eq!(window.next(), (server.raw(), FD_CLOSE, WSAECONNABORTED as u32));
    window.expect_nothing();
}

/// S6.16, S6.16a: a datagram socket can send at once, bound or not; its connect is FD_WRITE only.
#[test]
fn datagram_sockets_post_write() {
    wine_differs!("S6.16a", "does not post FD_WRITE twice");
    let (_other, address) = Socket::bound_udp(V4);
    let socket = Socket::udp(V4);
    let window = MessageWindow::of(&socket, ALL);
    window.expect(&socket, &[FD_WRITE]);
    socket.connect(address).unwrap();
    window.expect(&socket, &[FD_WRITE]);
    window.expect_nothing();
}

/// S6.15: room after 10035 is told once.
#[test]
fn room_is_told_after_10035() {
    let (client, server, window) = selected_pair();
    let chunk = vec![7; 65536];
    let mut left = 0;
    while let Ok(sent) = server.send(&chunk, 0) {
        left += sent as usize;
    }
    window.expect_nothing();
    eventually(|| {
        left -= client.recv(65536, 0).unwrap().len();
        left == 0
    });
    window.expect(&server, &[FD_WRITE]);
    window.expect_nothing();
}

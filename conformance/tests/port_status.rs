//! S1.70, S1.71: one status, two numbers: Win32's at the port, Winsock's elsewhere.

use conformance::{
    Addresses, Got, Operation, Outcome, OwnPort, Socket, Started, V4, pending_receive, ported_pair,
    ported_udp_pair, wine_differs,
};
use overlapped::sys::*;

/// Status, what GetOverlappedResult says, what WSAGetOverlappedResult says.
const NUMBERS: &[(u32, u32, i32)] = &[
    (0x8000_0005, 234, 10040),  // BUFFER_OVERFLOW
    (0xC000_0120, 995, 995),    // CANCELLED
    (0xC000_020D, 64, 10054),   // CONNECTION_RESET
    (0xC000_0241, 1236, 10053), // CONNECTION_ABORTED
    (0xC000_013B, 64, 10053),   // LOCAL_DISCONNECT
    (0xC000_013C, 64, 10054),   // REMOTE_DISCONNECT
    (0xC000_020C, 64, 10054),   // CONNECTION_DISCONNECTED
    (0xC000_0236, 1225, 10061), // CONNECTION_REFUSED
    (0xC000_00B5, 121, 10060),  // IO_TIMEOUT
    (0xC000_023C, 1231, 10051), // NETWORK_UNREACHABLE
    (0xC000_023D, 1232, 10065), // HOST_UNREACHABLE
    (0xC000_023E, 1233, 10051), // PROTOCOL_UNREACHABLE
    (0xC000_023F, 1234, 10054), // PORT_UNREACHABLE
    (0xC000_0140, 59, 10057),   // INVALID_CONNECTION
    (0xC000_00B0, 233, 10058),  // PIPE_DISCONNECTED
    (0xC000_023B, 1230, 10056), // CONNECTION_ACTIVE
    (0xC000_0237, 1226, 10101), // GRACEFUL_DISCONNECT
    (0xC000_00A3, 21, 10035),   // DEVICE_NOT_READY
    (0xC000_0023, 122, 10014),  // BUFFER_TOO_SMALL
    (0xC000_000D, 87, 10022),   // INVALID_PARAMETER
    (0xC000_0008, 6, 10038),    // INVALID_HANDLE
    (0xC000_0024, 6, 10038),    // OBJECT_TYPE_MISMATCH
    (0xC000_0005, 998, 10014),  // ACCESS_VIOLATION
    (0xC000_0022, 5, 10013),    // ACCESS_DENIED
    (0xC000_0043, 32, 10048),   // SHARING_VIOLATION
    (0xC000_020A, 52, 10048),   // ADDRESS_ALREADY_EXISTS
    (0xC000_009A, 1450, 10055), // INSUFFICIENT_RESOURCES
    (0xC000_0017, 8, 10055),    // NO_MEMORY
    (0xC000_0044, 1816, 10055), // QUOTA_EXCEEDED
    (0xC000_00BB, 50, 10045),   // NOT_SUPPORTED
    (0xC000_0002, 1, 10045),    // NOT_IMPLEMENTED
    (0xC000_0206, 1784, 10040), // INVALID_BUFFER_SIZE
    (0xC000_0240, 1235, 10004), // REQUEST_ABORTED
];

/// The two result functions of one status, found in an OVERLAPPED.
fn results(socket: &Socket, status: u32) -> (Result<u32, u32>, Outcome<u32>) {
    let forged = Operation::new(0);
    forged.forge(status);
    (forged.win32_result(socket), forged.result(socket).map(|(bytes, _)| bytes))
}

/// S1.70: each status has its Win32 and its Winsock number.
#[test]
fn every_status_has_its_two_numbers() {
    let socket = Socket::bound_udp(V4).0;
    for &(status, win32, winsock) in NUMBERS {
        let expected = (Err(win32), Err(winsock));
        assert_eq!(results(&socket, status), expected, "{status:#x}");
    }
}

/// S1.70: success is none, and what pends is 996 to both.
#[test]
fn success_and_pending_are_the_same_to_both() {
    let socket = Socket::bound_udp(V4).0;
    assert_eq!(results(&socket, 0), (Ok(0), Ok(0)));
    let pending = (Err(ERROR_IO_INCOMPLETE), Err(WSA_IO_INCOMPLETE));
    assert_eq!(results(&socket, 0x103), pending);
}

/// S1.70: an error status that Winsock has no number for is 10022 to it.
#[test]
fn an_unknown_error_status_is_10022_to_winsock() {
    let socket = Socket::bound_udp(V4).0;
    for status in [0xC000_0001, 0xC000_00FF, 0xC000_0135] {
        assert_eq!(results(&socket, status).1, Err(WSAEINVAL), "{status:#x}");
    }
}

/// Takes the packet of a failed operation with key 9 and checks all the ways its status shows.
fn assert_failed(port: &OwnPort, socket: &Socket, failed: &Operation, expected: (u32, u32, i32)) {
    let (status, win32, winsock) = expected;
    assert_eq!(port.next(), Got::failure(win32, 0, 9, failed.address()));
    assert_eq!((failed.status(), failed.transferred()), (status, 0));
    assert_eq!(failed.win32_result(socket), Err(win32));
    assert_eq!(failed.result(socket), Err(winsock));
}

/// S1.70: a cancelled operation: 995 everywhere.
#[test]
fn a_cancelled_operation_is_995_everywhere() {
    let (port, one, _other) = ported_pair();
    let receive = pending_receive(&one);
    assert_eq!(receive.cancel(&one), Ok(()));
    assert_failed(&port, &one, &receive, (0xC000_0120, 995, 995));
}

/// S1.70: the peer's reset: 64 to the port, 10054 to Winsock.
#[test]
fn a_reset_is_64_to_the_port_and_10054_to_winsock() {
    let (port, one, other) = ported_pair();
    let receive = pending_receive(&one);
    other.reset();
    assert_failed(&port, &one, &receive, (0xC000_020D, 64, 10054));
}

/// S1.70: a refused connection: 1225 and 10061.
#[test]
fn a_refused_connection_is_1225_and_10061() {
    let (port, socket) = (OwnPort::new(1), Socket::bound_tcp(V4));
    port.associate(&socket, 9);
    let nobody = Socket::bound_tcp(V4); // bound, but it does not listen
    let connect = Operation::new(0);
    assert_eq!(connect.connect(&socket, nobody.name().unwrap()), Started::Pending);
    assert_failed(&port, &socket, &connect, (0xC000_0236, 1225, 10061));
}

/// S1.70: a datagram to a port that nobody has open, told to a pending receive: 1234 and 10054.
/// Wine tells it to connected sockets only, as this one is.
#[test]
fn an_unreachable_port_is_1234_and_10054() {
    wine_differs!("S2.51", "reports a refused connection, 1225");
    let (port, one, other) = ported_udp_pair();
    other.close().unwrap();
    let receive = pending_receive(&one);
    one.send_all(b"anybody?");
    assert_failed(&port, &one, &receive, (0xC000_023F, 1234, 10054));
}

/// S1.70: what pends is 996 to who asks, and 0 bytes change hands.
#[test]
fn a_pending_operation_is_incomplete() {
    let ((listener, _), acceptor) = (Socket::listener(V4), Socket::tcp(V4));
    let accept = Operation::new(64);
    assert_eq!(accept.accept(&listener, &acceptor, Addresses::NO_DATA), Started::Pending);
    assert_eq!(accept.win32_result(&listener), Err(ERROR_IO_INCOMPLETE));
    assert_eq!(accept.result(&listener), Err(WSA_IO_INCOMPLETE));
}

/// S1.71: a warning is a failure to whoever asks, and a completion to port and event.
#[test]
fn a_warning_fails_the_call_and_completes_the_operation() {
    let (port, one, other) = ported_udp_pair();
    let receive = Operation::new(3).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Pending);
    other.send_all(b"too long");
    receive.event().wait();
    assert_eq!(port.next(), Got::failure(ERROR_MORE_DATA, 3, 9, receive.address()));
    assert_eq!((receive.status(), receive.transferred()), (0x8000_0005, 3));
    assert_eq!(receive.win32_result(&one), Err(ERROR_MORE_DATA));
    assert_eq!(receive.result(&one), Err(WSAEMSGSIZE));
    assert_eq!(receive.received(), b"too");
}

/// S1.71: the event is signalled also when the datagram was there already, and the call failed.
#[test]
fn a_warning_at_once_signals_the_event() {
    let (one, other) = Socket::udp_pair(V4);
    other.send_all(b"too long");
    let receive = Operation::new(3).with_event();
    assert_eq!(receive.receive(&one, 0), Started::Failed(WSAEMSGSIZE));
    assert!(receive.event().is_set());
}

//! A program: calls, one per line, as a person reads them and the other judge parses them.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// One call. `socket` is an index below [`SOCKETS`](super::SOCKETS), `op` a number of the
/// program's own for an OVERLAPPED with its buffer; sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// CreateIoCompletionPort of the socket, the port and this key.
    Associate { socket: usize, key: usize },
    /// PostQueuedCompletionStatus.
    Post { bytes: u32, key: usize, pointer: usize },
    /// WSASend.
    Send { socket: usize, bytes: usize, op: usize },
    /// WSARecv.
    Receive { socket: usize, room: usize, op: usize },
    /// `send`, without an OVERLAPPED.
    Write { socket: usize, bytes: usize },
    /// `recv`, without an OVERLAPPED; the sockets are non-blocking.
    Read { socket: usize, room: usize },
    /// CancelIoEx of one operation.
    Cancel { socket: usize, op: usize },
    /// CancelIoEx of all operations of the socket.
    CancelAll { socket: usize },
    /// WSAGetOverlappedResult, not waiting.
    Result { socket: usize, op: usize },
    /// shutdown of SD_SEND.
    Shutdown { socket: usize },
    /// closesocket.
    Close { socket: usize },
    /// GetQueuedCompletionStatus.
    Dequeue,
    /// GetQueuedCompletionStatusEx.
    DequeueMany { room: usize },
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match *self {
            Step::Associate { socket, key } => write!(f, "CreateIoCompletionPort s{socket} {key}"),
            Step::Post { bytes, key, pointer } => {
                write!(f, "PostQueuedCompletionStatus {bytes} {key} {pointer}")
            }
            Step::Send { socket, bytes, op } => write!(f, "WSASend s{socket} {bytes} op{op}"),
            Step::Receive { socket, room, op } => write!(f, "WSARecv s{socket} {room} op{op}"),
            Step::Write { socket, bytes } => write!(f, "send s{socket} {bytes}"),
            Step::Read { socket, room } => write!(f, "recv s{socket} {room}"),
            Step::Cancel { socket, op } => write!(f, "CancelIoEx s{socket} op{op}"),
            Step::CancelAll { socket } => write!(f, "CancelIoEx s{socket}"),
            Step::Result { socket, op } => write!(f, "WSAGetOverlappedResult s{socket} op{op}"),
            Step::Shutdown { socket } => write!(f, "shutdown s{socket}"),
            Step::Close { socket } => write!(f, "closesocket s{socket}"),
            Step::Dequeue => write!(f, "GetQueuedCompletionStatus"),
            Step::DequeueMany { room } => write!(f, "GetQueuedCompletionStatusEx {room}"),
        }
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        parsed(line).ok_or_else(|| format!("no call: `{line}`"))
    }
}

fn parsed(line: &str) -> Option<Step> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let number = |word: &str| word.trim_start_matches(|c| "sop".contains(c)).parse().ok();
    let numbers = words.map(number).collect::<Option<Vec<usize>>>()?;
    Some(match (name, numbers.as_slice()) {
        ("CreateIoCompletionPort", &[socket, key]) => Step::Associate { socket, key },
        ("PostQueuedCompletionStatus", &[bytes, key, pointer]) => {
            Step::Post { bytes: bytes.try_into().ok()?, key, pointer }
        }
        ("WSASend", &[socket, bytes, op]) => Step::Send { socket, bytes, op },
        ("WSARecv", &[socket, room, op]) => Step::Receive { socket, room, op },
        ("send", &[socket, bytes]) => Step::Write { socket, bytes },
        ("recv", &[socket, room]) => Step::Read { socket, room },
        ("CancelIoEx", &[socket, op]) => Step::Cancel { socket, op },
        ("CancelIoEx", &[socket]) => Step::CancelAll { socket },
        ("WSAGetOverlappedResult", &[socket, op]) => Step::Result { socket, op },
        ("shutdown", &[socket]) => Step::Shutdown { socket },
        ("closesocket", &[socket]) => Step::Close { socket },
        ("GetQueuedCompletionStatus", &[]) => Step::Dequeue,
        ("GetQueuedCompletionStatusEx", &[room]) => Step::DequeueMany { room },
        _ => return None,
    })
}

/// Calls in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program(pub(super) Vec<Step>);

impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl FromStr for Program {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.lines().map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

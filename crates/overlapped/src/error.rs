//! Errors: Windows' numbers, with their names, and as [`std::io::Error`]s of the right kind.
//!
//! # Safety
//!
//! The one unsafe call takes no pointer.

#![allow(unsafe_code, reason = "asks for the last error")]

use std::fmt;
use std::io::{self, ErrorKind};

use crate::sys;

/// A Winsock or Win32 error number.
///
/// One event may have two numbers: a reset connection is `WSAECONNRESET` to a call that fails at
/// once and `ERROR_NETNAME_DELETED` to a completion port (S1.70). [`Error::kind`] makes them one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(u32);

/// What this crate's calls return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The error of this number.
    pub const fn from_code(code: u32) -> Self {
        Self(code)
    }

    /// The calling thread's last error.
    pub(crate) fn last() -> Self {
        // SAFETY: the call takes no pointer and touches no memory of ours.
        Self(unsafe { sys::GetLastError() })
    }

    /// The number: 10054 …
    pub const fn code(self) -> u32 {
        self.0
    }

    /// The number's name in the SDK: `WSAECONNRESET` …
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// What it means, in one sentence.
    pub fn message(self) -> Option<&'static str> {
        self.row().map(|row| row.3)
    }

    /// The kind under which the standard library files it.
    pub fn kind(self) -> ErrorKind {
        self.row().map_or(ErrorKind::Other, |row| row.2)
    }

    /// Whether the connection is gone: reset by the peer or aborted at this end, by whichever
    /// number (S1.79, S1.86).
    pub fn is_disconnect(self) -> bool {
        use ErrorKind::{ConnectionAborted, ConnectionReset};
        matches!(self.kind(), ConnectionAborted | ConnectionReset)
    }

    /// Whether the operation was cancelled (S1.72).
    pub fn is_cancelled(self) -> bool {
        self.0 == sys::ERROR_OPERATION_ABORTED
    }

    /// Whether the port was closed (S1.25): nothing begins any more, and nothing comes.
    pub fn is_port_closed(self) -> bool {
        self.0 == sys::ERROR_ABANDONED_WAIT_0
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.0 == self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row() {
            Some(Row(code, name, _, message)) => write!(f, "{message} ({name}, {code})"),
            None => write!(f, "Error {}.", self.0),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name().unwrap_or("Error"), self.0)
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    /// Of the right kind, with the Windows error inside.
    fn from(error: Error) -> Self {
        io::Error::new(error.kind(), error)
    }
}

struct Row(u32, &'static str, ErrorKind, &'static str);

macro_rules! rows {
    ($($code:literal $name:ident $kind:ident $message:literal)*) => {
        const ROWS: &[Row] =
            &[$(Row($code, stringify!($name), ErrorKind::$kind, $message)),*];
    };
}

rows! {
    5 ERROR_ACCESS_DENIED PermissionDenied "Access is denied."
    6 ERROR_INVALID_HANDLE InvalidInput "The handle is not valid."
    8 ERROR_NOT_ENOUGH_MEMORY OutOfMemory "There is not enough memory."
    50 ERROR_NOT_SUPPORTED Unsupported "The request is not supported."
    64 ERROR_NETNAME_DELETED ConnectionReset "The connection was reset by the peer."
    87 ERROR_INVALID_PARAMETER InvalidInput "An argument is not valid."
    121 ERROR_SEM_TIMEOUT TimedOut "The network gave no answer in time."
    122 ERROR_INSUFFICIENT_BUFFER InvalidInput "The buffer is too small."
    233 ERROR_PIPE_NOT_CONNECTED BrokenPipe "This direction was shut down."
    234 ERROR_MORE_DATA InvalidData "The datagram was longer than the buffer."
    258 WAIT_TIMEOUT TimedOut "The wait ended without a result."
    735 ERROR_ABANDONED_WAIT_0 BrokenPipe "The port was closed."
    995 ERROR_OPERATION_ABORTED Interrupted "The operation was cancelled."
    996 ERROR_IO_INCOMPLETE WouldBlock "The operation has not completed yet."
    997 ERROR_IO_PENDING WouldBlock "The operation is under way."
    998 ERROR_NOACCESS InvalidInput "The memory cannot be accessed."
    1168 ERROR_NOT_FOUND NotFound "There is no such operation to cancel."
    1225 ERROR_CONNECTION_REFUSED ConnectionRefused "The peer refused to connect."
    1226 ERROR_GRACEFUL_DISCONNECT ConnectionAborted "The connection was closed in order."
    1231 ERROR_NETWORK_UNREACHABLE NetworkUnreachable "No route leads to the network."
    1232 ERROR_HOST_UNREACHABLE HostUnreachable "No route leads to the host."
    1234 ERROR_PORT_UNREACHABLE ConnectionReset "Nobody has that port open."
    1236 ERROR_CONNECTION_ABORTED ConnectionAborted "This end aborted the connection."
    1450 ERROR_NO_SYSTEM_RESOURCES OutOfMemory "The system is out of resources."
    10004 WSAEINTR Interrupted "The blocking call was cancelled."
    10009 WSAEBADF InvalidInput "The file handle is not valid."
    10013 WSAEACCES PermissionDenied "Permission is denied."
    10014 WSAEFAULT InvalidInput "A pointer is bad or a buffer too small."
    10022 WSAEINVAL InvalidInput "An argument or the socket's state is not valid."
    10024 WSAEMFILE Other "Too many sockets are open."
    10035 WSAEWOULDBLOCK WouldBlock "The call would have to wait."
    10036 WSAEINPROGRESS WouldBlock "A blocking call is under way."
    10037 WSAEALREADY WouldBlock "The same operation is already under way."
    10038 WSAENOTSOCK InvalidInput "The handle is not a socket."
    10039 WSAEDESTADDRREQ InvalidInput "A destination address is missing."
    10040 WSAEMSGSIZE InvalidData "The datagram is too long."
    10041 WSAEPROTOTYPE InvalidInput "The protocol does not fit the socket's type."
    10042 WSAENOPROTOOPT InvalidInput "The option is unknown or not supported."
    10043 WSAEPROTONOSUPPORT Unsupported "The protocol is not supported."
    10044 WSAESOCKTNOSUPPORT Unsupported "The socket type is not supported."
    10045 WSAEOPNOTSUPP Unsupported "This socket cannot do that."
    10047 WSAEAFNOSUPPORT Unsupported "The address family is not supported."
    10048 WSAEADDRINUSE AddrInUse "The address is in use."
    10049 WSAEADDRNOTAVAIL AddrNotAvailable "The address is not valid here."
    10050 WSAENETDOWN NetworkDown "The network is down."
    10051 WSAENETUNREACH NetworkUnreachable "No route leads to the network."
    10052 WSAENETRESET ConnectionReset "Keep-alive saw the connection fail."
    10053 WSAECONNABORTED ConnectionAborted "This end aborted the connection."
    10054 WSAECONNRESET ConnectionReset "The peer reset the connection."
    10055 WSAENOBUFS OutOfMemory "There is no buffer space left."
    10056 WSAEISCONN InvalidInput "The socket is connected already."
    10057 WSAENOTCONN NotConnected "The socket is not connected."
    10058 WSAESHUTDOWN BrokenPipe "This direction was shut down."
    10060 WSAETIMEDOUT TimedOut "There was no answer in time."
    10061 WSAECONNREFUSED ConnectionRefused "The peer refused to connect."
    10064 WSAEHOSTDOWN HostUnreachable "The host is down."
    10065 WSAEHOSTUNREACH HostUnreachable "No route leads to the host."
    10093 WSANOTINITIALISED Other "WSAStartup has not been called."
    10101 WSAEDISCON ConnectionAborted "The connection was closed in order."
    11001 WSAHOST_NOT_FOUND NotFound "No such host is known."
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind};

    #[test]
    fn both_numbers_of_a_reset_are_of_one_kind() {
        for code in [64, 10054] {
            let error = Error::from_code(code);
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            assert!(error.is_disconnect());
            assert_eq!(std::io::Error::from(error).kind(), ErrorKind::ConnectionReset);
        }
    }

    #[test]
    fn an_error_tells_its_name_and_number() {
        let error = Error::from_code(10054);
        assert_eq!(format!("{error:?}"), "WSAECONNRESET(10054)");
        assert_eq!(error.to_string(), "The peer reset the connection. (WSAECONNRESET, 10054)");
        assert_eq!(Error::from_code(4711).to_string(), "Error 4711.");
    }
}

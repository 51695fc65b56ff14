//! Error numbers: what a call fails with ([`Error`]), what an operation ends with ([`Status`]),
//! and the calling thread's last error.
//!
//! ```text
//!  errno ──from_errno──▶ Error                  a call that fails at once
//!  errno ──from_errno──▶ Status ──win32──▶ Error   GetQueuedCompletionStatus, GetOverlappedResult
//!                               └──wsa────▶ Error   WSAGetOverlappedResult, completion routines
//! ```
//!
//! The same status is reported as two different numbers, depending on who asks: a reset connection
//! is 64 to a completion port and 10054 to Winsock. `STATUSES` is the only place that knows both.

use std::fmt;

use crate::local;

/// A Win32 or Winsock error number, as the last error of a thread holds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(pub u32);

/// How an operation ended: an NTSTATUS, as `OVERLAPPED.Internal` holds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub u32);

/// The calling thread's last error.
#[inline]
pub fn last_error() -> u32 {
    local::last_error().get() as u32
}

/// Sets the calling thread's last error.
#[inline]
pub fn set_last_error(code: u32) {
    local::last_error().set(code as usize);
}

impl Error {
    /// The number.
    pub const fn code(self) -> u32 {
        self.0
    }
}

impl Status {
    /// The code for GetQueuedCompletionStatus and GetOverlappedResult; 0 for success.
    pub fn win32(self) -> Error {
        match STATUSES.iter().find(|row| row.0 == self) {
            Some(row) => row.1,
            None if self.is_success() => Error::SUCCESS,
            None => Error::MESSAGE_NOT_FOUND,
        }
    }

    /// The code for WSAGetOverlappedResult and completion routines; 0 for success.
    pub fn wsa(self) -> Error {
        match STATUSES.iter().find(|row| row.0 == self) {
            Some(row) => row.2,
            None if self.is_success() => Error::SUCCESS,
            None => Error::INVALID,
        }
    }

    /// Neither a warning (0x8…) nor an error (0xC…). PENDING counts as success.
    pub const fn is_success(self) -> bool {
        self.0 < 0x8000_0000
    }

    /// An error (0xC…). A warning is neither success nor error: the call fails, yet the operation
    /// counts as completed for its packet, event and routine (SEMANTICS S1.71).
    pub const fn is_error(self) -> bool {
        self.0 >= 0xC000_0000
    }

    /// The status whose Winsock code is `error`: the first such row of `STATUSES`.
    pub fn from_wsa(error: Error) -> Status {
        if error == Error::IO_PENDING {
            return Status::PENDING;
        }
        match STATUSES.iter().find(|row| row.2 == error) {
            Some(row) => row.0,
            None => Status::INVALID_PARAMETER,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({})", self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows error {}", self.0)
    }
}

impl std::error::Error for Error {}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = STATUSES.iter().find(|row| row.0 == *self).map_or("Status", |row| row.3);
        write!(f, "{name}({:#010X})", self.0)
    }
}

/// Declares the constants of [`Error`]: the SDK's name and the meaning are documentation here;
/// crate `overlapped` can print them.
macro_rules! errors {
    ($($constant:ident $code:literal $name:literal $message:literal)*) => {
        impl Error {
            $(#[doc = concat!($name, ": ", $message)]
            pub const $constant: Error = Error($code);)*
        }
    };
}

errors! {
    // Win32. The prefix WIN32_ marks those whose plain name is the Winsock number's.
    SUCCESS 0 "ERROR_SUCCESS" "Nothing failed."
    INVALID_FUNCTION 1 "ERROR_INVALID_FUNCTION" "The function is not implemented."
    FILE_NOT_FOUND 2 "ERROR_FILE_NOT_FOUND" "There is no such file."
    PATH_NOT_FOUND 3 "ERROR_PATH_NOT_FOUND" "There is no such folder."
    TOO_MANY_OPEN_FILES 4 "ERROR_TOO_MANY_OPEN_FILES" "No more files can be open."
    ACCESS_DENIED 5 "ERROR_ACCESS_DENIED" "Access is denied."
    INVALID_HANDLE 6 "ERROR_INVALID_HANDLE" "The handle is not valid."
    NOT_ENOUGH_MEMORY 8 "ERROR_NOT_ENOUGH_MEMORY" "There is not enough memory."
    NOT_READY 21 "ERROR_NOT_READY" "The device is not ready."
    GEN_FAILURE 31 "ERROR_GEN_FAILURE" "The operation failed for an unnamed reason."
    SHARING_VIOLATION 32 "ERROR_SHARING_VIOLATION" "Someone else holds it exclusively."
    HANDLE_EOF 38 "ERROR_HANDLE_EOF" "The end of the file was reached."
    NOT_SUPPORTED 50 "ERROR_NOT_SUPPORTED" "The request is not supported."
    DUPLICATE_NAME 52 "ERROR_DUP_NAME" "The address or name is taken."
    UNEXPECTED_NETWORK_ERROR 59 "ERROR_UNEXP_NET_ERR" "The network failed unexpectedly."
    NETNAME_DELETED 64 "ERROR_NETNAME_DELETED" "The connection was reset by the peer."
    FILE_EXISTS 80 "ERROR_FILE_EXISTS" "There is such a file already."
    INVALID_PARAMETER 87 "ERROR_INVALID_PARAMETER" "An argument is not valid."
    BROKEN_PIPE 109 "ERROR_BROKEN_PIPE" "Nobody writes to the pipe any more."
    DISK_FULL 112 "ERROR_DISK_FULL" "The disk is full."
    SEM_TIMEOUT 121 "ERROR_SEM_TIMEOUT" "The network gave no answer in time."
    INSUFFICIENT_BUFFER 122 "ERROR_INSUFFICIENT_BUFFER" "The buffer is too small."
    NEGATIVE_SEEK 131 "ERROR_NEGATIVE_SEEK" "A place before the beginning of the file."
    ALREADY_EXISTS 183 "ERROR_ALREADY_EXISTS" "There is one already."
    INVALID_NAME 123 "ERROR_INVALID_NAME" "The name is not spelled as such names are."
    FILENAME_EXCED_RANGE 206 "ERROR_FILENAME_EXCED_RANGE" "The name is too long."
    BAD_PIPE 230 "ERROR_BAD_PIPE" "The pipe is not in a state for this."
    PIPE_BUSY 231 "ERROR_PIPE_BUSY" "All instances of the pipe are in use."
    PIPE_CLOSING 232 "ERROR_NO_DATA" "Nobody reads from the pipe any more."
    PIPE_NOT_CONNECTED 233 "ERROR_PIPE_NOT_CONNECTED" "This direction was shut down."
    MORE_DATA 234 "ERROR_MORE_DATA" "The datagram was longer than the buffer."
    WAIT_IO_COMPLETION 192 "WAIT_IO_COMPLETION" "The wait ended because APCs ran."
    WAIT_TIMEOUT 258 "WAIT_TIMEOUT" "The wait ended without a result."
    NOT_OWNER 288 "ERROR_NOT_OWNER" "The calling thread does not own the mutex."
    TOO_MANY_POSTS 298 "ERROR_TOO_MANY_POSTS" "The semaphore would exceed its maximum."
    MESSAGE_NOT_FOUND 317 "ERROR_MR_MID_NOT_FOUND" "The status has no Win32 number."
    PIPE_CONNECTED 535 "ERROR_PIPE_CONNECTED" "A client is at the other end already."
    PIPE_LISTENING 536 "ERROR_PIPE_LISTENING" "No client has come to the other end yet."
    ABANDONED_WAIT 735 "ERROR_ABANDONED_WAIT_0" "The port was closed during the wait."
    OPERATION_ABORTED 995 "ERROR_OPERATION_ABORTED" "The operation was cancelled."
    IO_INCOMPLETE 996 "ERROR_IO_INCOMPLETE" "The operation has not completed yet."
    IO_PENDING 997 "ERROR_IO_PENDING" "The operation is under way."
    NO_ACCESS 998 "ERROR_NOACCESS" "The memory cannot be accessed."
    NOT_FOUND 1168 "ERROR_NOT_FOUND" "There is no such operation to cancel."
    INVALID_NETNAME 1214 "ERROR_INVALID_NETNAME" "The address is not valid here."
    WIN32_CONNECTION_REFUSED 1225 "ERROR_CONNECTION_REFUSED" "The peer refused to connect."
    GRACEFUL_DISCONNECT 1226 "ERROR_GRACEFUL_DISCONNECT" "The connection was closed in order."
    CONNECTION_ACTIVE 1230 "ERROR_CONNECTION_ACTIVE" "The connection is already active."
    WIN32_NETWORK_UNREACHABLE 1231 "ERROR_NETWORK_UNREACHABLE" "No route leads to the network."
    WIN32_HOST_UNREACHABLE 1232 "ERROR_HOST_UNREACHABLE" "No route leads to the host."
    PROTOCOL_UNREACHABLE 1233 "ERROR_PROTOCOL_UNREACHABLE" "The host lacks the protocol."
    PORT_UNREACHABLE 1234 "ERROR_PORT_UNREACHABLE" "Nobody has that port open."
    REQUEST_ABORTED 1235 "ERROR_REQUEST_ABORTED" "The request was aborted."
    WIN32_CONNECTION_ABORTED 1236 "ERROR_CONNECTION_ABORTED" "This end aborted the connection."
    NO_SYSTEM_RESOURCES 1450 "ERROR_NO_SYSTEM_RESOURCES" "The system is out of resources."
    WORKING_SET_QUOTA 1453 "ERROR_WORKING_SET_QUOTA" "No more memory may be locked."
    PAGEFILE_QUOTA 1454 "ERROR_PAGEFILE_QUOTA" "No more memory may be committed."
    INVALID_USER_BUFFER 1784 "ERROR_INVALID_USER_BUFFER" "The buffer has a wrong size."
    CANNOT_IMPERSONATE 1368 "ERROR_CANNOT_IMPERSONATE" "Nobody is impersonated here."
    INVALID_WINDOW_HANDLE 1400 "ERROR_INVALID_WINDOW_HANDLE" "The handle is not a window."
    CHILD_WITHOUT_PARENT 1406 "ERROR_TLW_WITH_WSCHILD" "A child window needs a parent."
    CANNOT_FIND_WINDOW_CLASS 1407 "ERROR_CANNOT_FIND_WND_CLASS" "No such class is registered."
    CLASS_ALREADY_EXISTS 1410 "ERROR_CLASS_ALREADY_EXISTS" "The class is registered already."
    CLASS_DOES_NOT_EXIST 1411 "ERROR_CLASS_DOES_NOT_EXIST" "No such class is registered."
    CLASS_HAS_WINDOWS 1412 "ERROR_CLASS_HAS_WINDOWS" "The class has windows still."
    INVALID_INDEX 1413 "ERROR_INVALID_INDEX" "A window has no such value."
    INVALID_THREAD_ID 1444 "ERROR_INVALID_THREAD_ID" "The thread has no message queue."
    NOT_ENOUGH_QUOTA 1816 "ERROR_NOT_ENOUGH_QUOTA" "The quota is used up."
    // Winsock.
    INTERRUPTED 10004 "WSAEINTR" "The blocking call was cancelled."
    BAD_FILE 10009 "WSAEBADF" "The file handle is not valid."
    ACCESS 10013 "WSAEACCES" "The socket's access rules forbid this."
    FAULT 10014 "WSAEFAULT" "A pointer is bad or a buffer too small."
    INVALID 10022 "WSAEINVAL" "An argument or the socket's state is not valid."
    TOO_MANY_FILES 10024 "WSAEMFILE" "Too many sockets are open."
    WOULD_BLOCK 10035 "WSAEWOULDBLOCK" "The call would have to wait."
    IN_PROGRESS 10036 "WSAEINPROGRESS" "A blocking call is under way."
    ALREADY 10037 "WSAEALREADY" "The same operation is already under way."
    NOT_SOCKET 10038 "WSAENOTSOCK" "The handle is not a socket."
    DESTINATION_REQUIRED 10039 "WSAEDESTADDRREQ" "A destination address is missing."
    MESSAGE_SIZE 10040 "WSAEMSGSIZE" "The datagram is too long."
    PROTOCOL_TYPE 10041 "WSAEPROTOTYPE" "The protocol does not fit the socket's type."
    NO_PROTOCOL_OPTION 10042 "WSAENOPROTOOPT" "The option is unknown or not supported."
    PROTOCOL_NOT_SUPPORTED 10043 "WSAEPROTONOSUPPORT" "The protocol is not supported."
    SOCKET_NOT_SUPPORTED 10044 "WSAESOCKTNOSUPPORT" "The socket type is not supported."
    OP_NOT_SUPPORTED 10045 "WSAEOPNOTSUPP" "This socket cannot do that."
    PROTOCOL_FAMILY_NOT_SUPPORTED 10046 "WSAEPFNOSUPPORT" "The protocol family is unknown."
    FAMILY_NOT_SUPPORTED 10047 "WSAEAFNOSUPPORT" "The address family is not supported."
    ADDRESS_IN_USE 10048 "WSAEADDRINUSE" "The address is in use."
    ADDRESS_NOT_AVAILABLE 10049 "WSAEADDRNOTAVAIL" "The address is not valid here."
    NETWORK_DOWN 10050 "WSAENETDOWN" "The network is down."
    NETWORK_UNREACHABLE 10051 "WSAENETUNREACH" "No route leads to the network."
    NETWORK_RESET 10052 "WSAENETRESET" "Keep-alive saw the connection fail."
    CONNECTION_ABORTED 10053 "WSAECONNABORTED" "This end aborted the connection."
    CONNECTION_RESET 10054 "WSAECONNRESET" "The peer reset the connection."
    NO_BUFFERS 10055 "WSAENOBUFS" "There is no buffer space left."
    IS_CONNECTED 10056 "WSAEISCONN" "The socket is connected already."
    NOT_CONNECTED 10057 "WSAENOTCONN" "The socket is not connected."
    SHUT_DOWN 10058 "WSAESHUTDOWN" "This direction was shut down."
    TOO_MANY_REFERENCES 10059 "WSAETOOMANYREFS" "There are too many references."
    TIMED_OUT 10060 "WSAETIMEDOUT" "There was no answer in time."
    CONNECTION_REFUSED 10061 "WSAECONNREFUSED" "The peer refused to connect."
    LOOP 10062 "WSAELOOP" "The name cannot be translated."
    NAME_TOO_LONG 10063 "WSAENAMETOOLONG" "The name is too long."
    HOST_DOWN 10064 "WSAEHOSTDOWN" "The host is down."
    HOST_UNREACHABLE 10065 "WSAEHOSTUNREACH" "No route leads to the host."
    NOT_EMPTY 10066 "WSAENOTEMPTY" "The directory is not empty."
    PROCESS_LIMIT 10067 "WSAEPROCLIM" "Too many processes use Winsock."
    TOO_MANY_USERS 10068 "WSAEUSERS" "The user quota is used up."
    DISK_QUOTA 10069 "WSAEDQUOT" "The disk quota is used up."
    STALE 10070 "WSAESTALE" "The file is no longer there."
    REMOTE 10071 "WSAEREMOTE" "The item is not on this machine."
    SYSTEM_NOT_READY 10091 "WSASYSNOTREADY" "The network subsystem is not ready."
    VERSION_NOT_SUPPORTED 10092 "WSAVERNOTSUPPORTED" "This Winsock version is not offered."
    NOT_INITIALISED 10093 "WSANOTINITIALISED" "WSAStartup has not been called."
    DISCONNECTING 10101 "WSAEDISCON" "The connection was closed in order."
    TYPE_NOT_FOUND 10109 "WSATYPE_NOT_FOUND" "The service is unknown for this socket type."
    NO_MORE 10110 "WSA_E_NO_MORE" "There are no more results."
    HOST_NOT_FOUND 11001 "WSAHOST_NOT_FOUND" "No such host is known."
    TRY_AGAIN 11002 "WSATRY_AGAIN" "The name server gave no answer for now."
    NO_RECOVERY 11003 "WSANO_RECOVERY" "The name server failed for good."
    NO_DATA 11004 "WSANO_DATA" "The name is valid but has no such record."
}

/// Declares the constants of [`Status`] and the table of the numbers they are reported as.
macro_rules! statuses {
    ($($constant:ident $value:literal $win32:ident $wsa:ident)*) => {
        impl Status {
            $(#[doc = concat!("STATUS_", stringify!($constant))]
            pub const $constant: Status = Status($value);)*
        }

        /// Every status this crate uses: the status, its Win32 number, its Winsock number, its
        /// name. Of several with one Winsock number the first is the usual one (SEMANTICS S1.70).
        const STATUSES: &[(Status, Error, Error, &str)] =
            &[$((Status($value), Error::$win32, Error::$wsa, stringify!($constant))),*];
    };
}

statuses! {
    SUCCESS                   0x00000000 SUCCESS                   SUCCESS
    PENDING                   0x00000103 IO_INCOMPLETE             IO_INCOMPLETE
    TIMEOUT                   0x00000102 SUCCESS                   SUCCESS
    BUFFER_OVERFLOW           0x80000005 MORE_DATA                 MESSAGE_SIZE
    CANCELLED                 0xC0000120 OPERATION_ABORTED         OPERATION_ABORTED
    CONNECTION_RESET          0xC000020D NETNAME_DELETED           CONNECTION_RESET
    CONNECTION_ABORTED        0xC0000241 WIN32_CONNECTION_ABORTED  CONNECTION_ABORTED
    LOCAL_DISCONNECT          0xC000013B NETNAME_DELETED           CONNECTION_ABORTED
    REMOTE_DISCONNECT         0xC000013C NETNAME_DELETED           CONNECTION_RESET
    CONNECTION_DISCONNECTED   0xC000020C NETNAME_DELETED           CONNECTION_RESET
    CONNECTION_REFUSED        0xC0000236 WIN32_CONNECTION_REFUSED  CONNECTION_REFUSED
    IO_TIMEOUT                0xC00000B5 SEM_TIMEOUT               TIMED_OUT
    NETWORK_UNREACHABLE       0xC000023C WIN32_NETWORK_UNREACHABLE NETWORK_UNREACHABLE
    HOST_UNREACHABLE          0xC000023D WIN32_HOST_UNREACHABLE    HOST_UNREACHABLE
    PROTOCOL_UNREACHABLE      0xC000023E PROTOCOL_UNREACHABLE      NETWORK_UNREACHABLE
    PORT_UNREACHABLE          0xC000023F PORT_UNREACHABLE          CONNECTION_RESET
    INVALID_CONNECTION        0xC0000140 UNEXPECTED_NETWORK_ERROR  NOT_CONNECTED
    PIPE_DISCONNECTED         0xC00000B0 PIPE_NOT_CONNECTED        SHUT_DOWN
    CONNECTION_ACTIVE         0xC000023B CONNECTION_ACTIVE         IS_CONNECTED
    GRACEFUL_DISCONNECT       0xC0000237 GRACEFUL_DISCONNECT       DISCONNECTING
    DEVICE_NOT_READY          0xC00000A3 NOT_READY                 WOULD_BLOCK
    ACCESS_VIOLATION          0xC0000005 NO_ACCESS                 FAULT
    BUFFER_TOO_SMALL          0xC0000023 INSUFFICIENT_BUFFER       FAULT
    INVALID_PARAMETER         0xC000000D INVALID_PARAMETER         INVALID
    INVALID_HANDLE            0xC0000008 INVALID_HANDLE            NOT_SOCKET
    OBJECT_TYPE_MISMATCH      0xC0000024 INVALID_HANDLE            NOT_SOCKET
    ACCESS_DENIED             0xC0000022 ACCESS_DENIED             ACCESS
    ADDRESS_ALREADY_EXISTS    0xC000020A DUPLICATE_NAME            ADDRESS_IN_USE
    SHARING_VIOLATION         0xC0000043 SHARING_VIOLATION         ADDRESS_IN_USE
    INSUFFICIENT_RESOURCES    0xC000009A NO_SYSTEM_RESOURCES       NO_BUFFERS
    QUOTA_EXCEEDED            0xC0000044 NOT_ENOUGH_QUOTA          NO_BUFFERS
    WORKING_SET_QUOTA         0xC00000A1 WORKING_SET_QUOTA         NO_BUFFERS
    PAGEFILE_QUOTA            0xC0000007 PAGEFILE_QUOTA            NO_BUFFERS
    NO_MEMORY                 0xC0000017 NOT_ENOUGH_MEMORY         NO_BUFFERS
    NOT_SUPPORTED             0xC00000BB NOT_SUPPORTED             OP_NOT_SUPPORTED
    NOT_IMPLEMENTED           0xC0000002 INVALID_FUNCTION          OP_NOT_SUPPORTED
    INVALID_BUFFER_SIZE       0xC0000206 INVALID_USER_BUFFER       MESSAGE_SIZE
    REQUEST_ABORTED           0xC0000240 REQUEST_ABORTED           INTERRUPTED
    INVALID_ADDRESS_COMPONENT 0xC0000207 INVALID_NETNAME           ADDRESS_NOT_AVAILABLE
    UNEXPECTED_NETWORK_ERROR  0xC00000C4 UNEXPECTED_NETWORK_ERROR  NETWORK_DOWN
    END_OF_FILE               0xC0000011 HANDLE_EOF                INVALID
    PIPE_BROKEN               0xC000014B BROKEN_PIPE               INVALID
    PIPE_CLOSING              0xC00000B1 PIPE_CLOSING              INVALID
    PIPE_EMPTY                0xC00000D9 PIPE_CLOSING              INVALID
    PIPE_CONNECTED            0xC00000B2 PIPE_CONNECTED            INVALID
    PIPE_LISTENING            0xC00000B3 PIPE_LISTENING            INVALID
    DISK_FULL                 0xC000007F DISK_FULL                 INVALID
    NOT_FOUND                 0xC0000225 NOT_FOUND                 INVALID
    OBJECT_NAME_NOT_FOUND     0xC0000034 FILE_NOT_FOUND            INVALID
    UNSUCCESSFUL              0xC0000001 GEN_FAILURE               INVALID
}

#[cfg(test)]
mod tests {
    use super::{Error, STATUSES, Status, last_error, set_last_error};

    #[test]
    fn last_error_belongs_to_the_thread() {
        set_last_error(10054);
        let other = std::thread::spawn(last_error).join().expect("the thread only reads a cell");
        assert_eq!((last_error(), other), (10054, 0));
    }

    #[test]
    fn reset_is_64_to_a_port_and_10054_to_winsock() {
        assert_eq!(Status::CONNECTION_RESET.win32().code(), 64);
        assert_eq!(Status::CONNECTION_RESET.wsa().code(), 10054);
        assert_eq!(Status::CONNECTION_ABORTED.win32().code(), 1236);
        assert_eq!(Status::PENDING.wsa().code(), 996);
    }

    #[test]
    fn unknown_error_class_status_is_10022_to_winsock() {
        assert_eq!(Status(0xC000_9999).wsa(), Error::INVALID);
        assert_eq!(Status(0x0000_0102).wsa(), Error::SUCCESS);
    }

    #[test]
    fn warning_is_neither_success_nor_error() {
        let cut = Status::BUFFER_OVERFLOW;
        assert!(!cut.is_success() && !cut.is_error());
        assert_eq!((cut.win32().code(), cut.wsa().code()), (234, 10040));
        assert!(Status::SUCCESS.is_success() && Status::PENDING.is_success());
        assert!(Status::CANCELLED.is_error());
    }

    #[test]
    fn reverse_of_the_winsock_column_is_its_own_inverse() {
        for (_, _, wsa, name) in STATUSES {
            assert_eq!(Status::from_wsa(*wsa).wsa(), *wsa, "{name}");
        }
        assert_eq!(Status::from_wsa(Error::FAULT), Status::ACCESS_VIOLATION);
        assert_eq!(Status::from_wsa(Error::IO_PENDING), Status::PENDING);
    }

    #[test]
    fn every_number_appears_once() {
        for (index, row) in STATUSES.iter().enumerate() {
            assert!(STATUSES[..index].iter().all(|other| other.0 != row.0), "{}", row.3);
        }
    }
}

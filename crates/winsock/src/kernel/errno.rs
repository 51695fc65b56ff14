//! Linux's error numbers as Windows' ones: of a call that fails at once, and of an operation that
//! had pended (SEMANTICS S11.16, S1.70).

use crate::error::{Error, Status};

impl Error {
    /// What a call that Linux refused with `errno` fails with.
    pub fn from_errno(errno: i32) -> Error {
        match errno {
            libc::EINTR => Error::INTERRUPTED, // a signal; callers retry, see SEMANTICS S11.15
            libc::EBADF => Error::NOT_SOCKET,  // closed meanwhile: our only fd argument is a socket
            libc::EACCES => Error::ACCESS,     // a broadcast without SO_BROADCAST, a low port
            libc::EPERM => Error::ACCESS,      // a packet filter, a missing capability
            libc::EFAULT => Error::FAULT,      // an address outside the process
            libc::EINVAL => Error::INVALID,    // the wrong state: bound twice, not listening
            libc::EMFILE => Error::TOO_MANY_FILES, // RLIMIT_NOFILE reached
            libc::ENFILE => Error::TOO_MANY_FILES, // the whole system's limit reached
            libc::EAGAIN => Error::WOULD_BLOCK, // nothing to read, no room to send, timed out
            libc::EINPROGRESS => Error::WOULD_BLOCK, // non-blocking connect: never 10036, S11.3
            libc::EALREADY => Error::ALREADY,  // connect while a connect is going on
            libc::ENOTSOCK => Error::NOT_SOCKET, // a file descriptor of another kind
            libc::EDESTADDRREQ => Error::DESTINATION_REQUIRED, // a datagram to nowhere
            libc::EMSGSIZE => Error::MESSAGE_SIZE, // a datagram too big to send
            libc::EPROTOTYPE => Error::PROTOCOL_TYPE, // a protocol of another socket type
            libc::ENOPROTOOPT => Error::NO_PROTOCOL_OPTION, // an option this socket lacks
            libc::EPROTONOSUPPORT => Error::PROTOCOL_NOT_SUPPORTED, // socket(): protocol unknown
            libc::ESOCKTNOSUPPORT => Error::SOCKET_NOT_SUPPORTED, // socket(): type unknown
            libc::EOPNOTSUPP => Error::OP_NOT_SUPPORTED, // listen or MSG_OOB on a datagram socket
            libc::EPFNOSUPPORT => Error::PROTOCOL_FAMILY_NOT_SUPPORTED, // socket(): family
            libc::EAFNOSUPPORT => Error::FAMILY_NOT_SUPPORTED, // address of another family
            libc::EADDRINUSE => Error::ADDRESS_IN_USE, // bind, or no local port left
            libc::EADDRNOTAVAIL => Error::ADDRESS_NOT_AVAILABLE, // bind to an address not ours
            libc::ENODEV => Error::ADDRESS_NOT_AVAILABLE, // multicast: no such interface
            libc::ENETDOWN => Error::NETWORK_DOWN, // the interface is down
            libc::ENETUNREACH => Error::NETWORK_UNREACHABLE, // no route
            libc::ENETRESET => Error::NETWORK_RESET, // keep-alive saw the path fail
            libc::ECONNABORTED => Error::CONNECTION_ABORTED, // accept: the peer had left
            libc::ECONNRESET => Error::CONNECTION_RESET, // the peer sent a reset
            libc::EPIPE => Error::CONNECTION_RESET, // send on a connection that is gone
            libc::ENOBUFS => Error::NO_BUFFERS, // the kernel is out of socket memory
            libc::ENOMEM => Error::NO_BUFFERS, // the kernel is out of memory
            libc::EISCONN => Error::IS_CONNECTED, // connect twice
            libc::ENOTCONN => Error::NOT_CONNECTED, // the socket has no peer
            libc::ESHUTDOWN => Error::SHUT_DOWN, // this end was shut down
            libc::ETOOMANYREFS => Error::TOO_MANY_REFERENCES, // too many descriptors in flight
            libc::ETIMEDOUT => Error::TIMED_OUT, // connect or retransmission gave up
            libc::ECONNREFUSED => Error::CONNECTION_REFUSED, // reset in reply to connect
            libc::ELOOP => Error::LOOP,        // a path with too many links
            libc::ENAMETOOLONG => Error::NAME_TOO_LONG, // a path or name too long
            libc::EHOSTDOWN => Error::HOST_DOWN, // no answer to ARP
            libc::EHOSTUNREACH => Error::HOST_UNREACHABLE, // an ICMP answer, or no ARP answer
            libc::ENOTEMPTY => Error::NOT_EMPTY, // a directory with files
            libc::EUSERS => Error::TOO_MANY_USERS, // a user quota
            libc::EDQUOT => Error::DISK_QUOTA, // a disk quota
            libc::ESTALE => Error::STALE,      // a network file gone
            libc::EREMOTE => Error::REMOTE,    // a remote object
            libc::ECANCELED => Error::OPERATION_ABORTED, // io_uring cancelled the request
            libc::ENOSYS => Error::OP_NOT_SUPPORTED, // a kernel without this call
            _ => Error::INVALID,               // none that the socket calls document
        }
    }
}

impl Status {
    /// What a pended operation ends with when Linux fails it with `errno`.
    ///
    /// The caller knows two things this does not: whether this end was shut down (then EPIPE is
    /// PIPE_DISCONNECTED), and whether the socket is a datagram one (then ECONNREFUSED is
    /// PORT_UNREACHABLE).
    pub fn from_errno(errno: i32) -> Status {
        match errno {
            0 => Status::SUCCESS,
            libc::EINTR => Status::REQUEST_ABORTED, // a signal; callers retry
            libc::EBADF | libc::ENOTSOCK => Status::INVALID_HANDLE, // closed meanwhile
            libc::EACCES | libc::EPERM => Status::ACCESS_DENIED, // broadcast, packet filter
            libc::EFAULT => Status::ACCESS_VIOLATION, // a buffer unmapped meanwhile
            libc::EAGAIN => Status::DEVICE_NOT_READY, // the kernel asks to poll first
            libc::EMSGSIZE => Status::INVALID_BUFFER_SIZE, // a datagram too big to send
            libc::ENOPROTOOPT => Status::PROTOCOL_UNREACHABLE, // ICMP: no such protocol there
            libc::EOPNOTSUPP | libc::ENOSYS => Status::NOT_SUPPORTED, // wrong socket type
            libc::EADDRINUSE => Status::ADDRESS_ALREADY_EXISTS, // no local port left
            libc::EADDRNOTAVAIL => Status::INVALID_ADDRESS_COMPONENT, // connect to nowhere
            libc::ENETDOWN => Status::UNEXPECTED_NETWORK_ERROR, // the interface is down
            libc::ENETUNREACH => Status::NETWORK_UNREACHABLE, // no route
            libc::EHOSTUNREACH | libc::EHOSTDOWN => Status::HOST_UNREACHABLE, // ICMP, or no ARP
            libc::ECONNABORTED => Status::CONNECTION_ABORTED, // this end aborted
            libc::ECONNRESET | libc::ENETRESET => Status::CONNECTION_RESET, // reset by the peer
            libc::EPIPE => Status::CONNECTION_RESET, // send on a connection that is gone
            libc::ECONNREFUSED => Status::CONNECTION_REFUSED, // nobody listens
            libc::ETIMEDOUT => Status::IO_TIMEOUT,  // connect or retransmission gave up
            libc::ENOBUFS | libc::ENOMEM => Status::INSUFFICIENT_RESOURCES, // kernel memory
            libc::EMFILE | libc::ENFILE => Status::INSUFFICIENT_RESOURCES, // accept: no descriptor
            libc::EISCONN => Status::CONNECTION_ACTIVE, // connect twice
            libc::ENOTCONN | libc::EDESTADDRREQ => Status::INVALID_CONNECTION, // no peer
            libc::ESHUTDOWN => Status::PIPE_DISCONNECTED, // this end was shut down
            libc::ECANCELED => Status::CANCELLED,   // cancelled by us
            libc::EINVAL => Status::INVALID_PARAMETER, // the wrong state
            _ => Status::UNSUCCESSFUL,              // none that the socket calls document
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, Status};

    #[test]
    fn non_blocking_connect_is_would_block_not_in_progress() {
        assert_eq!(Error::from_errno(libc::EINPROGRESS), Error(10035));
        assert_eq!(Error::from_errno(libc::EPIPE), Error(10054));
        assert_eq!(Status::from_errno(libc::EPIPE), Status::CONNECTION_RESET);
        assert_eq!(Status::from_errno(libc::ETIMEDOUT).win32(), Error(121));
    }
}

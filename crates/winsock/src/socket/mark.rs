//! One-bit facts about a socket.

/// One-bit facts about a socket; `Socket::is` and `Socket::mark` read and change them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub(super) u32);

impl Mark {
    pub const NONE: Mark = Mark(0);
    pub const STREAM: Mark = Mark(1);
    /// Made without WSA_FLAG_OVERLAPPED (S1.8, S2.9).
    pub const PLAIN: Mark = Mark(1 << 1);
    pub const NONBLOCKING: Mark = Mark(1 << 2);
    pub const BOUND: Mark = Mark(1 << 3);
    pub const LISTENING: Mark = Mark(1 << 4);
    pub const CONNECTING: Mark = Mark(1 << 5);
    pub const CONNECTED: Mark = Mark(1 << 6);
    pub const SHUT_RECEIVE: Mark = Mark(1 << 7);
    pub const SHUT_SEND: Mark = Mark(1 << 8);
    /// The peer's reset has been seen (S2.19).
    pub const RESET: Mark = Mark(1 << 9);
    /// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS (S1.50).
    pub const SKIP_PACKETS: Mark = Mark(1 << 10);
    /// FILE_SKIP_SET_EVENT_ON_HANDLE (S1.52).
    pub const SKIP_SIGNAL: Mark = Mark(1 << 11);
    /// Held by a pending AcceptEx (S3.13).
    pub const IN_ACCEPT: Mark = Mark(1 << 12);
    /// Connected by AcceptEx or ConnectEx, SO_UPDATE_…_CONTEXT not set yet (S3.16, S3.25).
    pub const NEEDS_CONTEXT: Mark = Mark(1 << 13);
    /// The sending lane waits for room.
    pub const WANTS_ROOM: Mark = Mark(1 << 14);
    /// Registered with an epoll set: the port's, or the house.
    pub const WATCHED: Mark = Mark(1 << 15);
    pub const CLOSED: Mark = Mark(1 << 16);
    /// SIO_UDP_CONNRESET is off (S2.52).
    pub const IGNORES_PORT_ERRORS: Mark = Mark(1 << 17);
    /// SO_LINGER with a time is on (S11.8).
    pub const LINGERS: Mark = Mark(1 << 18);
    /// The descriptor is as socket() made it: it can serve another socket (accept.rs).
    pub const PRISTINE: Mark = Mark(1 << 19);
    /// It was in a select or WSAPoll, where a thread may sleep for it (survey.rs).
    pub const POLLED: Mark = Mark(1 << 20);
    /// An unreachable port was reported to a send; the next receive tells it (S2.51).
    pub const PORT_UNREACHABLE: Mark = Mark(1 << 21);
    /// A connection was put off (accept/conditional.rs). Listeners are streams, and no bit is left:
    /// they have one of datagrams.
    pub const DEFERRED: Mark = Mark::PORT_UNREACHABLE;
    /// SO_OOBINLINE is on (S2.26).
    pub const OOB_INLINE: Mark = Mark(1 << 22);
    /// The last connect failed (S8.13).
    pub const CONNECT_FAILED: Mark = Mark(1 << 23);
    /// It came from a listener: reuse makes it an acceptor again (S3.31).
    pub const ACCEPTED: Mark = Mark(1 << 24);
    /// SO_EXCLUSIVEADDRUSE is on (S11.6).
    pub const EXCLUSIVE: Mark = Mark(1 << 25);
    /// SO_RCVBUF was set.
    pub const SIZED: Mark = Mark(1 << 26);
    /// Network events were selected once: it has a record of them (netevent.rs).
    pub const SELECTED: Mark = Mark(1 << 27);
    /// SIO_LOOPBACK_FAST_PATH is on (S12.2).
    pub const FAST_ASKED: Mark = Mark(1 << 28);
    /// Its bytes go by a link, or may (loopback.rs).
    pub const LINKED: Mark = Mark(1 << 29);
    /// Made with WSA_FLAG_REGISTERED_IO (S10.2).
    pub const REGISTERED: Mark = Mark(1 << 30);
    /// An end of a named pipe or mailslot, no socket to Winsock (pipe.rs, mailslot.rs).
    pub const PIPE: Mark = Mark(1 << 31);

    /// What makes a connected stream's receives, and sends, other than usual.
    pub const ODD_RECEIVES: Mark = Mark::CONNECTING.and(Mark::SHUT_RECEIVE).and(Mark::RESET);
    pub const ODD_SENDS: Mark = Mark::CONNECTING.and(Mark::SHUT_SEND).and(Mark::RESET);

    pub const fn and(self, other: Mark) -> Mark {
        Mark(self.0 | other.0)
    }
}

//! The numbers of every socket option on both sides, and how their values differ.

use windows_sys::Win32::Networking::WinSock::{
    IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE, IP_DONTFRAGMENT,
    IP_DROP_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_HDRINCL, IP_MTU, IP_MTU_DISCOVER,
    IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL, IP_OPTIONS, IP_PKTINFO, IP_RECVERR,
    IP_RECVTOS, IP_RECVTTL, IP_TOS, IP_TTL, IP_UNBLOCK_SOURCE, IP_UNICAST_IF, IPPROTO_IP,
    IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, IPV6_CHECKSUM, IPV6_DONTFRAG, IPV6_HDRINCL,
    IPV6_HOPLIMIT, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_MTU, IPV6_MTU_DISCOVER,
    IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP, IPV6_PKTINFO, IPV6_RECVERR,
    IPV6_RECVRTHDR, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF, IPV6_V6ONLY,
    SO_ACCEPTCONN, SO_BROADCAST, SO_DEBUG, SO_DONTLINGER, SO_DONTROUTE, SO_ERROR,
    SO_EXCLUSIVEADDRUSE, SO_KEEPALIVE, SO_LINGER, SO_MAX_MSG_SIZE, SO_OOBINLINE, SO_RCVBUF,
    SO_RCVTIMEO, SO_REUSE_UNICASTPORT, SO_REUSEADDR, SO_SNDBUF, SO_SNDTIMEO, SO_TYPE,
    SO_USELOOPBACK, SOL_SOCKET, TCP_FASTOPEN, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_MAXRT,
    TCP_MAXRTMS, TCP_MAXSEG, TCP_NODELAY, UDP_NOCHECKSUM, UDP_SEND_MSG_SIZE,
};

use crate::error::Error;

/// The row of option `name` of `level`, both Windows' numbers.
pub(super) fn row(level: i32, name: i32) -> Result<&'static Row, Error> {
    let rows = match level {
        SOL_SOCKET => SOCKET,
        IPPROTO_TCP => TCP,
        IPPROTO_UDP => UDP,
        IPPROTO_IP => IP,
        IPPROTO_IPV6 => IPV6,
        _ => return Err(Error::INVALID),
    };
    rows.iter().find(|row| row.0 == name).ok_or(Error::NO_PROTOCOL_OPTION)
}

/// Windows' name, Linux' level and name, and how the values differ.
#[derive(Clone, Copy)]
pub(super) struct Row(pub i32, pub i32, pub i32, pub Kind);

/// How a value of Windows relates to Linux' value of the same option.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A BOOL, of four bytes or one.
    Flag,
    /// A BOOL that cannot be set.
    FlagOut,
    /// A DWORD, the same number on both sides.
    Int,
    /// A DWORD of which one byte is enough, the same number on both sides.
    Byte,
    /// A DWORD that cannot be set.
    IntOut,
    /// A BOOL that Windows accepts and that changes nothing.
    Nothing,
    /// A size that Linux doubles when it is set, to count its own overhead.
    Buffer,
    /// The socket's pending error, as an errno on Linux. Reading clears it.
    LastError,
    /// Milliseconds, a timeval on Linux; 0 is for ever.
    Timeout,
    /// Two u16, two int on Linux: on or off, and seconds.
    Linger,
    /// SO_LINGER's first half, inverted.
    DontLinger,
    /// The opposite of sharing the port.
    Exclusive,
    /// The longest message, which follows from the socket's type.
    MessageMax,
    /// A BOOL: path MTU discovery on or off.
    FragmentNever,
    /// A PMTUD_STATE, numbered differently on Linux.
    Discover,
    /// A BOOL; on Linux how many fast openers may queue.
    FastOpen,
    /// Seconds, milliseconds on Linux.
    Seconds,
    /// An interface number, in network order on Linux.
    Swapped,
    /// An IN_ADDR, or an interface number written as 0.x.x.x in network order.
    Interface,
    /// A group to join or leave, so many bytes, laid out alike.
    Group(usize),
    /// Group, source, interface; on Linux the last two are swapped.
    Source,
    /// Bytes as they go over the wire.
    Bytes,
}

/// SOL_SOCKET. Linux' SO_REUSEADDR is the engine's own, for Windows' default allows to bind over
/// TIME_WAIT; Windows' SO_REUSEADDR is SO_REUSEPORT (S11.6).
#[rustfmt::skip]
const SOCKET: &[Row] = &[
    Row(SO_DEBUG, 0, 0, Kind::Nothing),
    Row(SO_ACCEPTCONN, libc::SOL_SOCKET, libc::SO_ACCEPTCONN, Kind::FlagOut),
    Row(SO_REUSEADDR, libc::SOL_SOCKET, libc::SO_REUSEPORT, Kind::Flag),
    Row(SO_EXCLUSIVEADDRUSE, libc::SOL_SOCKET, libc::SO_REUSEPORT, Kind::Exclusive),
    Row(SO_KEEPALIVE, libc::SOL_SOCKET, libc::SO_KEEPALIVE, Kind::Flag),
    Row(SO_DONTROUTE, libc::SOL_SOCKET, libc::SO_DONTROUTE, Kind::Flag),
    Row(SO_BROADCAST, libc::SOL_SOCKET, libc::SO_BROADCAST, Kind::Flag),
    Row(SO_USELOOPBACK, 0, 0, Kind::Nothing),
    Row(SO_LINGER, libc::SOL_SOCKET, libc::SO_LINGER, Kind::Linger),
    Row(SO_DONTLINGER, libc::SOL_SOCKET, libc::SO_LINGER, Kind::DontLinger),
    Row(SO_OOBINLINE, libc::SOL_SOCKET, libc::SO_OOBINLINE, Kind::Flag),
    Row(SO_SNDBUF, libc::SOL_SOCKET, libc::SO_SNDBUF, Kind::Buffer),
    Row(SO_RCVBUF, libc::SOL_SOCKET, libc::SO_RCVBUF, Kind::Buffer),
    Row(SO_SNDTIMEO, libc::SOL_SOCKET, libc::SO_SNDTIMEO, Kind::Timeout),
    Row(SO_RCVTIMEO, libc::SOL_SOCKET, libc::SO_RCVTIMEO, Kind::Timeout),
    Row(SO_ERROR, libc::SOL_SOCKET, libc::SO_ERROR, Kind::LastError),
    Row(SO_TYPE, libc::SOL_SOCKET, libc::SO_TYPE, Kind::IntOut),
    Row(SO_MAX_MSG_SIZE, libc::SOL_SOCKET, libc::SO_TYPE, Kind::MessageMax),
    Row(SO_REUSE_UNICASTPORT, libc::IPPROTO_IP, libc::IP_BIND_ADDRESS_NO_PORT, Kind::Flag),
];

/// IPPROTO_TCP. TCP_KEEPALIVE is the older name of TCP_KEEPIDLE.
#[rustfmt::skip]
const TCP: &[Row] = &[
    Row(TCP_NODELAY, libc::IPPROTO_TCP, libc::TCP_NODELAY, Kind::Flag),
    Row(TCP_KEEPIDLE, libc::IPPROTO_TCP, libc::TCP_KEEPIDLE, Kind::Int),
    Row(TCP_KEEPINTVL, libc::IPPROTO_TCP, libc::TCP_KEEPINTVL, Kind::Int),
    Row(TCP_KEEPCNT, libc::IPPROTO_TCP, libc::TCP_KEEPCNT, Kind::Int),
    Row(TCP_MAXSEG, libc::IPPROTO_TCP, libc::TCP_MAXSEG, Kind::Int),
    Row(TCP_MAXRT, libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, Kind::Seconds),
    Row(TCP_MAXRTMS, libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, Kind::Int),
    Row(TCP_FASTOPEN, libc::IPPROTO_TCP, libc::TCP_FASTOPEN, Kind::FastOpen),
];

/// IPPROTO_UDP.
#[rustfmt::skip]
const UDP: &[Row] = &[
    Row(UDP_NOCHECKSUM, libc::SOL_SOCKET, libc::SO_NO_CHECK, Kind::Flag),
    Row(UDP_SEND_MSG_SIZE, libc::SOL_UDP, libc::UDP_SEGMENT, Kind::Int),
];

/// IPPROTO_IP.
#[rustfmt::skip]
const IP: &[Row] = &[
    Row(IP_OPTIONS, libc::IPPROTO_IP, libc::IP_OPTIONS, Kind::Bytes),
    Row(IP_HDRINCL, libc::IPPROTO_IP, libc::IP_HDRINCL, Kind::Flag),
    Row(IP_TOS, libc::IPPROTO_IP, libc::IP_TOS, Kind::Byte),
    Row(IP_TTL, libc::IPPROTO_IP, libc::IP_TTL, Kind::Byte),
    Row(IP_MULTICAST_IF, libc::IPPROTO_IP, libc::IP_MULTICAST_IF, Kind::Interface),
    Row(IP_MULTICAST_TTL, libc::IPPROTO_IP, libc::IP_MULTICAST_TTL, Kind::Byte),
    Row(IP_MULTICAST_LOOP, libc::IPPROTO_IP, libc::IP_MULTICAST_LOOP, Kind::Flag),
    Row(IP_ADD_MEMBERSHIP, libc::IPPROTO_IP, libc::IP_ADD_MEMBERSHIP, Kind::Group(8)),
    Row(IP_DROP_MEMBERSHIP, libc::IPPROTO_IP, libc::IP_DROP_MEMBERSHIP, Kind::Group(8)),
    Row(IP_DONTFRAGMENT, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, Kind::FragmentNever),
    Row(IP_ADD_SOURCE_MEMBERSHIP, libc::IPPROTO_IP, libc::IP_ADD_SOURCE_MEMBERSHIP, Kind::Source),
    Row(IP_DROP_SOURCE_MEMBERSHIP, libc::IPPROTO_IP, libc::IP_DROP_SOURCE_MEMBERSHIP, Kind::Source),
    Row(IP_BLOCK_SOURCE, libc::IPPROTO_IP, libc::IP_BLOCK_SOURCE, Kind::Source),
    Row(IP_UNBLOCK_SOURCE, libc::IPPROTO_IP, libc::IP_UNBLOCK_SOURCE, Kind::Source),
    Row(IP_PKTINFO, libc::IPPROTO_IP, libc::IP_PKTINFO, Kind::Flag),
    Row(IP_RECVTTL, libc::IPPROTO_IP, libc::IP_RECVTTL, Kind::Flag),
    Row(IP_UNICAST_IF, libc::IPPROTO_IP, IP_UNICAST_IF_LINUX, Kind::Int),
    Row(IP_RECVTOS, libc::IPPROTO_IP, libc::IP_RECVTOS, Kind::Flag),
    Row(IP_MTU_DISCOVER, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, Kind::Discover),
    Row(IP_MTU, libc::IPPROTO_IP, libc::IP_MTU, Kind::IntOut),
    Row(IP_RECVERR, libc::IPPROTO_IP, libc::IP_RECVERR, Kind::Flag),
];

/// IPPROTO_IPV6. What Windows reports with a packet is asked for by the RECV… names on Linux.
#[rustfmt::skip]
const IPV6: &[Row] = &[
    Row(IPV6_HDRINCL, libc::IPPROTO_IPV6, libc::IPV6_HDRINCL, Kind::Flag),
    Row(IPV6_UNICAST_HOPS, libc::IPPROTO_IPV6, libc::IPV6_UNICAST_HOPS, Kind::Byte),
    Row(IPV6_MULTICAST_IF, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF, Kind::Int),
    Row(IPV6_MULTICAST_HOPS, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_HOPS, Kind::Byte),
    Row(IPV6_MULTICAST_LOOP, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_LOOP, Kind::Flag),
    Row(IPV6_JOIN_GROUP, libc::IPPROTO_IPV6, libc::IPV6_ADD_MEMBERSHIP, Kind::Group(20)),
    Row(IPV6_LEAVE_GROUP, libc::IPPROTO_IPV6, libc::IPV6_DROP_MEMBERSHIP, Kind::Group(20)),
    Row(IPV6_DONTFRAG, libc::IPPROTO_IPV6, libc::IPV6_DONTFRAG, Kind::Flag),
    Row(IPV6_PKTINFO, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, Kind::Flag),
    Row(IPV6_HOPLIMIT, libc::IPPROTO_IPV6, libc::IPV6_RECVHOPLIMIT, Kind::Flag),
    Row(IPV6_CHECKSUM, libc::IPPROTO_IPV6, IPV6_CHECKSUM_LINUX, Kind::Int),
    Row(IPV6_V6ONLY, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Kind::Flag),
    Row(IPV6_UNICAST_IF, libc::IPPROTO_IPV6, IPV6_UNICAST_IF_LINUX, Kind::Swapped),
    Row(IPV6_RECVRTHDR, libc::IPPROTO_IPV6, libc::IPV6_RECVRTHDR, Kind::Flag),
    Row(IPV6_TCLASS, libc::IPPROTO_IPV6, libc::IPV6_TCLASS, Kind::Byte),
    Row(IPV6_RECVTCLASS, libc::IPPROTO_IPV6, libc::IPV6_RECVTCLASS, Kind::Flag),
    Row(IPV6_MTU_DISCOVER, libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, Kind::Discover),
    Row(IPV6_MTU, libc::IPPROTO_IPV6, libc::IPV6_MTU, Kind::IntOut),
    Row(IPV6_RECVERR, libc::IPPROTO_IPV6, libc::IPV6_RECVERR, Kind::Flag),
];

/// Linux' numbers that crate libc does not have everywhere (linux/in.h, linux/in6.h).
const IP_UNICAST_IF_LINUX: i32 = 50;
const IPV6_CHECKSUM_LINUX: i32 = 7;
const IPV6_UNICAST_IF_LINUX: i32 = 76;

#[cfg(test)]
mod tests {
    use super::{IP, IPV6, SOCKET, TCP, UDP};

    #[test]
    fn every_option_appears_once() {
        for rows in [SOCKET, TCP, UDP, IP, IPV6] {
            for (index, row) in rows.iter().enumerate() {
                assert!(rows[..index].iter().all(|other| other.0 != row.0), "{}", row.0);
            }
        }
    }
}

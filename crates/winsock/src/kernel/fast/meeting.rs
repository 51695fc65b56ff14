//! Where the two ends of a connection meet before they are connected: an abstract Unix socket,
//! named by the listener's address. Its names belong to one network namespace, as loopback's
//! addresses do, and vanish with the listener.
//!
//! The connecting end binds its port, offers memory under that port's name, and connects by TCP; so
//! the offer is there when accept asks for it. It stays open as long as the connector holds its
//! end, which becomes the doorbell. Nothing here ever waits, and whatever fails is no offer.

use std::collections::VecDeque;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{
    self, AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType, sockopt,
};
use rustix::process::geteuid;

use crate::kernel::address::Address;

/// Offers kept for connections that were not accepted yet; the oldest go first.
const WAITING_MAX: usize = 256;
const BACKLOG: i32 = 4096;
const FLAGS: SocketFlags = SocketFlags::CLOEXEC.union(SocketFlags::NONBLOCK);

/// A listener's meeting place.
#[derive(Debug)]
pub struct Meeting {
    place: OwnedFd,
    waiting: VecDeque<Offer>,
}

/// What a connector offers.
#[derive(Debug)]
pub struct Offer {
    /// Where its connection will come from.
    pub from: From,
    /// The bytes of each ring.
    pub size: u64,
    /// Its memory.
    pub memory: OwnedFd,
    /// The doorbell.
    pub bell: OwnedFd,
}

/// A connector's port, and its address if it has chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct From {
    pub port: u16,
    pub ip: Option<IpAddr>,
}

impl From {
    /// The name of a socket that is bound and not yet connected.
    pub fn bound_to(local: SocketAddr) -> From {
        From { port: local.port(), ip: Some(local.ip()).filter(|ip| !ip.is_unspecified()) }
    }

    fn may_be(&self, peer: SocketAddr) -> bool {
        self.port == peer.port() && self.ip.is_none_or(|ip| ip == peer.ip())
    }
}

/// An address with IPv4's in their own form, and without scope.
pub fn canonical(address: &Address) -> Option<SocketAddr> {
    let address = address.to_std()?;
    Some(SocketAddr::new(address.ip().to_canonical(), address.port()))
}

fn name_of(listener: SocketAddr) -> Option<SocketAddrUnix> {
    SocketAddrUnix::new_abstract_name(format!("overlapped/loopback/1/{listener}").as_bytes()).ok()
}

fn unix_socket() -> Option<OwnedFd> {
    net::socket_with(AddressFamily::UNIX, SocketType::STREAM, FLAGS, None).ok()
}

/// Whether the process at the other end runs as the same user.
fn is_mine(socket: impl AsFd) -> bool {
    sockopt::socket_peercred(socket).is_ok_and(|peer| peer.uid == geteuid())
}

/// The end of a meeting with the listener that connections to `peer` reach, if it has one.
pub fn go(peer: SocketAddr) -> Option<OwnedFd> {
    let any = |ip| SocketAddr::new(ip, peer.port());
    let (v4, v6) = (any(Ipv4Addr::UNSPECIFIED.into()), any(Ipv6Addr::UNSPECIFIED.into()));
    // As TCP looks for a listener: by the address, then by none; IPv6's may take both kinds.
    let names = [Some(peer), Some(v4).filter(|_| peer.is_ipv4()), Some(v6)];
    names.into_iter().flatten().find_map(|listener| {
        let socket = unix_socket()?;
        net::connect(&socket, &name_of(listener)?).ok()?;
        is_mine(&socket).then_some(socket)
    })
}

const MAGIC: [u8; 8] = *b"loopbk\x01\0";
const OFFER_BYTES: usize = 40;

/// Makes an offer; false if it cannot be.
pub fn offer(meeting: &OwnedFd, from: From, size: u64, memory: &OwnedFd) -> bool {
    let mut bytes = [0u8; OFFER_BYTES];
    let ip = from.ip.map_or(Ipv6Addr::UNSPECIFIED, |ip| match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    });
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..16].copy_from_slice(&size.to_ne_bytes());
    bytes[16..32].copy_from_slice(&ip.octets());
    bytes[32..34].copy_from_slice(&from.port.to_ne_bytes());
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut rights = SendAncillaryBuffer::new(&mut space);
    let files = [memory.as_fd()];
    rights.push(SendAncillaryMessage::ScmRights(&files));
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    let sent = net::sendmsg(meeting, &[IoSlice::new(&bytes)], &mut rights, flags);
    sent == Ok(OFFER_BYTES)
}

/// The offer that a connector made when it came; `None` if it makes no sense.
fn read(bell: OwnedFd) -> Option<Offer> {
    let mut bytes = [0u8; OFFER_BYTES];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut rights = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let got = net::recvmsg(&bell, &mut [IoSliceMut::new(&mut bytes)], &mut rights, flags).ok()?;
    let mut files = rights.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => Some(files),
        _ => None,
    });
    let memory = files.next()?.next()?;
    drop(files); // and whatever else it sent
    if got.bytes != OFFER_BYTES || bytes[..8] != MAGIC {
        return None;
    }
    let (&size, rest) = bytes[8..].split_first_chunk::<8>()?;
    let (&ip, rest) = rest.split_first_chunk::<16>()?;
    let ip = Ipv6Addr::from(ip);
    let from = From {
        port: u16::from_ne_bytes(*rest.first_chunk()?),
        ip: (!ip.is_unspecified()).then(|| ip.to_canonical()),
    };
    Some(Offer { from, size: u64::from_ne_bytes(size), memory, bell })
}

impl Meeting {
    /// A meeting place for connections to a listener of this address; `None` if it has nothing to
    /// do with loopback, if another has the name, or if there can be none.
    pub fn open(local: &Address) -> Option<Meeting> {
        let local = canonical(local)?;
        if !local.ip().is_loopback() && !local.ip().is_unspecified() {
            return None;
        }
        let place = unix_socket()?;
        net::bind(&place, &name_of(local)?).ok()?;
        net::listen(&place, BACKLOG).ok()?;
        Some(Meeting { place, waiting: VecDeque::new() })
    }

    /// The offer for the connection that came from `peer`.
    pub fn find(&mut self, peer: &Address) -> Option<Offer> {
        let peer = canonical(peer).filter(|peer| peer.ip().is_loopback())?;
        if self.waiting.len() >= WAITING_MAX / 4 {
            self.forget_the_gone();
        }
        if let Some(at) = self.waiting.iter().rposition(|offer| offer.from.may_be(peer)) {
            return self.waiting.remove(at).filter(|offer| !is_gone(&offer.bell));
        }
        while let Ok(socket) = net::accept_with(&self.place, FLAGS) {
            let Some(offer) = Some(socket).filter(|at| is_mine(at)).and_then(read) else {
                continue;
            };
            if offer.from.may_be(peer) {
                return Some(offer).filter(|offer| !is_gone(&offer.bell));
            }
            if self.waiting.len() >= WAITING_MAX {
                self.waiting.pop_front();
            }
            self.waiting.push_back(offer);
        }
        None
    }

    fn forget_the_gone(&mut self) {
        self.waiting.retain(|offer| !is_gone(&offer.bell));
    }
}

/// Whether the other end of a Unix socket is closed.
pub fn is_gone(socket: &OwnedFd) -> bool {
    let mut entry = [PollFd::new(socket, PollFlags::RDHUP)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    !matches!(poll(&mut entry, Some(&at_once)), Ok(0))
}

#[cfg(test)]
mod tests {
    use super::super::memory::Memory;
    use super::*;

    fn loopback(port: u16) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }

    /// Ports of a listener and a connector that nobody else uses meanwhile.
    fn ports() -> (std::net::TcpListener, std::net::TcpListener) {
        let one = || std::net::TcpListener::bind(loopback(0)).expect("loopback exists");
        (one(), one())
    }

    #[test]
    fn an_offer_is_found_by_its_port_and_only_while_its_maker_holds_on() {
        let (listener, connector) = ports();
        let (at, from) = (listener.local_addr().unwrap(), connector.local_addr().unwrap());
        assert!(go(at).is_none(), "nobody is there yet");
        let mut meeting = Meeting::open(&Address::from(at)).expect("the name is free");
        assert!(Meeting::open(&Address::from(at)).is_none(), "the name is taken");
        let offered = || {
            let (_, file) = Memory::create(4096).expect("memory is there");
            let bell = go(at).expect("it is there");
            assert!(offer(&bell, From::bound_to(from), 4096, &file));
            bell
        };
        let stranger = Address::from(loopback(from.port() ^ 1));
        let _bell = offered();
        assert!(meeting.find(&stranger).is_none());
        let found = meeting.find(&Address::from(from)).expect("it waited");
        assert_eq!((found.from, found.size), (From::bound_to(from), 4096));
        assert!(meeting.find(&Address::from(from)).is_none(), "once");
        drop(offered());
        assert!(meeting.find(&Address::from(from)).is_none(), "its maker is gone");
    }

    #[test]
    fn nonsense_is_no_offer() {
        let (listener, connector) = ports();
        let (at, from) = (listener.local_addr().unwrap(), connector.local_addr().unwrap());
        let mut meeting = Meeting::open(&Address::from(at)).expect("the name is free");
        let silent = go(at).expect("it is there");
        let liar = go(at).expect("it is there");
        _ = net::send(&liar, &[7; 64], SendFlags::NOSIGNAL);
        assert!(meeting.find(&Address::from(from)).is_none());
        assert!(is_gone(&silent) && is_gone(&liar), "both are turned away");
    }
}

//! How the two ends agree that they have one connection: the accepting one says which it accepted,
//! the connecting one whether that is its own.
//!
//! ```text
//!   connector                         acceptor
//!   offer ──(abstract Unix socket)──▶
//!   connect ─────────(TCP)──────────▶ accept: the offer of that port is found
//!                                     take(names of the accepted connection)
//!   names == mine? confirm ─────────▶ agreed
//!   agreed
//! ```
//!
//! Until it has agreed each end sends by TCP, and its ring begins after the last of those bytes.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The shared words. All zero is how it begins.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Agreement {
    /// The names of the accepted connection, written before `taken`.
    names: [AtomicU64; 5],
    taken: AtomicU32,
    answer: AtomicU32,
}

const YES: u32 = 1;
const NO: u32 = 2;

/// Both names of a TCP connection: the connecting end's and the accepting one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names(pub SocketAddr, pub SocketAddr);

impl Names {
    fn words(&self) -> [u64; 5] {
        let address = |of: SocketAddr| match of.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits(),
        };
        let (one, two) = (address(self.0), address(self.1));
        let ports = u64::from(self.0.port()) << 16 | u64::from(self.1.port());
        [one as u64, (one >> 64) as u64, two as u64, (two >> 64) as u64, ports]
    }
}

impl Agreement {
    /// The acceptor has accepted the connection of these names.
    pub fn take(&self, names: &Names) {
        for (word, value) in self.names.iter().zip(names.words()) {
            word.store(value, Ordering::Relaxed);
        }
        self.taken.store(1, Ordering::Release);
    }

    /// Whether the acceptor has said what it accepted.
    pub fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire) != 0
    }

    /// Whether what it accepted has these names.
    pub fn is_of(&self, names: &Names) -> bool {
        let mut words = self.names.iter().zip(names.words());
        words.all(|(word, value)| word.load(Ordering::Relaxed) == value)
    }

    /// The connector's answer.
    pub fn reply(&self, yes: bool) {
        self.answer.store(if yes { YES } else { NO }, Ordering::Release);
    }

    /// What the connector has answered, if it has.
    pub fn answer(&self) -> Option<bool> {
        match self.answer.load(Ordering::Acquire) {
            0 => None,
            answer => Some(answer == YES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_and_no_others() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let names = Names(at("127.0.0.1:5"), at("127.0.0.1:6"));
        let agreement = Agreement::default();
        assert!(!agreement.is_taken());
        agreement.take(&names);
        assert!(agreement.is_taken() && agreement.is_of(&names));
        for other in [
            Names(names.1, names.0),
            Names(at("127.0.0.2:5"), names.1),
            Names(names.0, at("[::1]:6")),
            Names(at("127.0.0.1:4"), names.1),
        ] {
            assert!(!agreement.is_of(&other), "{other:?}");
        }
        assert_eq!(agreement.answer(), None);
        agreement.reply(false);
        assert_eq!(agreement.answer(), Some(false));
    }
}

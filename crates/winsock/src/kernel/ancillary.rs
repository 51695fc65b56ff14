//! Control data that travels with datagrams, in both layouts.
//!
//! The headers are alike on both sides: a word of length that counts the header, level and type,
//! then the data, each at a multiple of eight. What differs are the numbers of the types and, for
//! IPv4's packet information, the data.

use windows_sys::Win32::Networking::WinSock::{
    CMSGHDR, IN_PKTINFO, IP_PKTINFO, IP_TOS, IP_TTL, IPPROTO_IP, IPPROTO_IPV6, IPV6_HOPLIMIT,
    IPV6_PKTINFO, IPV6_TCLASS,
};

use crate::error::Error;

/// Control data in Linux' layout.
#[repr(C, align(8))]
pub struct Control {
    pub(super) bytes: [u8; ROOM_BYTES],
    pub(super) length: usize,
}

/// How the data of one type differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An IN_PKTINFO, whose parts Linux has in another order.
    PacketInfo,
    /// An IN6_PKTINFO, alike.
    PacketInfo6,
    /// An int, for which Linux sometimes gives a byte.
    Int,
}

/// Level, Windows' type, Linux' type, form.
const TYPES: [(i32, i32, i32, Form); 6] = [
    (IPPROTO_IP, IP_PKTINFO, libc::IP_PKTINFO, Form::PacketInfo),
    (IPPROTO_IPV6, IPV6_PKTINFO, libc::IPV6_PKTINFO, Form::PacketInfo6),
    (IPPROTO_IP, IP_TTL, libc::IP_TTL, Form::Int),
    (IPPROTO_IP, IP_TOS, libc::IP_TOS, Form::Int),
    (IPPROTO_IPV6, IPV6_HOPLIMIT, libc::IPV6_HOPLIMIT, Form::Int),
    (IPPROTO_IPV6, IPV6_TCLASS, libc::IPV6_TCLASS, Form::Int),
];

/// Room for one of each type, and more.
const ROOM_BYTES: usize = 256;
const HEADER_BYTES: usize = 16;
const _: () = assert!(size_of::<CMSGHDR>() == HEADER_BYTES && size_of::<IN_PKTINFO>() == 8);
const _: () = assert!(size_of::<libc::cmsghdr>() == HEADER_BYTES);

impl Control {
    /// None, or room for some.
    pub const fn empty() -> Self {
        Self { bytes: [0; ROOM_BYTES], length: 0 }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// From Windows' layout; 10022 for what is malformed, and for a type that is not in the table.
    pub fn from_windows(given: &[u8]) -> Result<Self, Error> {
        let mut control = Self::empty();
        for message in messages(given) {
            let (level, kind, data) = message.ok_or(Error::INVALID)?;
            let known = TYPES.iter().find(|row| (row.0, row.1) == (level, kind));
            let &(_, _, kind, form) = known.ok_or(Error::INVALID)?;
            let mut out = [0; 20];
            let data = match (form, data.len()) {
                (Form::PacketInfo, 8) => {
                    out[..4].copy_from_slice(&data[4..]); // the interface
                    out[4..8].copy_from_slice(&data[..4]); // the source
                    &out[..12]
                }
                (Form::PacketInfo6, 20) | (Form::Int, 4) => data,
                _ => return Err(Error::INVALID),
            };
            let rest = &mut control.bytes[control.length..];
            control.length += append(rest, (level, kind), data).ok_or(Error::INVALID)?;
        }
        Ok(control)
    }

    /// Into `out` in Windows' layout: the bytes stored, and whether some had no room. What Linux
    /// adds of its own accord is left out.
    pub fn to_windows(&self, out: &mut [u8]) -> (usize, bool) {
        let (mut stored, mut cut) = (0, false);
        for (level, kind, data) in messages(&self.bytes[..self.length]).flatten() {
            let known = TYPES.iter().find(|row| (row.0, row.2) == (level, kind));
            let Some(&(_, kind, _, form)) = known else { continue };
            let mut made = [0; 8];
            let data = match (form, data) {
                (Form::PacketInfo, [interface @ .., _, _, _, _, _, _, _, _]) => {
                    made[..4].copy_from_slice(&data[8..12]); // whereto it was sent
                    made[4..].copy_from_slice(interface);
                    &made
                }
                (Form::Int, [byte]) => {
                    made[0] = *byte;
                    &made[..4]
                }
                _ => data,
            };
            match append(&mut out[stored..], (level, kind), data) {
                Some(bytes) => stored += bytes,
                None => cut = true,
            }
        }
        (stored, cut)
    }
}

/// The messages in `bytes`: level, type and data; `None` for what is none, which ends it.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Option<(i32, i32, &[u8])>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let message = (|| {
            let (length, rest) = bytes.split_first_chunk::<8>()?;
            let (level, rest) = rest.split_first_chunk::<4>()?;
            let (kind, _) = rest.split_first_chunk::<4>()?;
            let length = usize::from_ne_bytes(*length);
            let data = bytes.get(HEADER_BYTES..length)?;
            bytes = bytes.get(length.next_multiple_of(8)..).unwrap_or_default();
            Some((i32::from_ne_bytes(*level), i32::from_ne_bytes(*kind), data))
        })();
        if message.is_none() {
            bytes = &[];
        }
        Some(message)
    })
}

/// Puts a message at the beginning of `out`: the bytes it takes, or `None` if it does not fit.
fn append(out: &mut [u8], (level, kind): (i32, i32), data: &[u8]) -> Option<usize> {
    let length = HEADER_BYTES + data.len();
    let out = out.get_mut(..length.next_multiple_of(8))?;
    out.fill(0);
    out[..8].copy_from_slice(&length.to_ne_bytes());
    out[8..12].copy_from_slice(&level.to_ne_bytes());
    out[12..16].copy_from_slice(&kind.to_ne_bytes());
    out[HEADER_BYTES..length].copy_from_slice(data);
    Some(out.len())
}

#[cfg(test)]
mod tests {
    use super::{Control, IP_PKTINFO, IPPROTO_IP, append, messages};
    use crate::error::Error;

    fn of(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xCC; 64];
        let length = append(&mut bytes, (level, kind), data).expect("room for one");
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn packet_information_changes_its_order() {
        let source = of(IPPROTO_IP, IP_PKTINFO, &[127, 0, 0, 1, 9, 0, 0, 0]);
        let control = Control::from_windows(&source).expect("it is known");
        let linux = of(0, libc::IP_PKTINFO, &[9, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(control.bytes[..control.length], linux);
        let mut received = Control::empty();
        let linux = of(0, libc::IP_PKTINFO, &[9, 0, 0, 0, 1, 1, 1, 1, 127, 0, 0, 1]);
        received.bytes[..linux.len()].copy_from_slice(&linux);
        received.length = linux.len();
        let mut out = [0xCC; 32];
        assert_eq!(received.to_windows(&mut out), (24, false));
        assert_eq!((&out[..24], &out[24..]), (&source[..], &[0xCC; 8][..]));
        assert_eq!(received.to_windows(&mut out[..23]), (0, true));
    }

    #[test]
    fn a_byte_becomes_an_int() {
        let mut received = Control::empty();
        let linux =
            [of(0, libc::IP_TOS, &[5]), of(0, 99, &[1]), of(0, libc::IP_TTL, &[7, 0, 0, 0])];
        let linux = linux.concat();
        received.bytes[..linux.len()].copy_from_slice(&linux);
        received.length = linux.len();
        let mut out = [0; 64];
        let (stored, cut) = received.to_windows(&mut out);
        let got: Vec<_> = messages(&out[..stored]).map(|message| message.unwrap()).collect();
        assert_eq!((cut, got), (false, vec![(0, 3, &[5, 0, 0, 0][..]), (0, 4, &[7, 0, 0, 0][..])]));
    }

    #[test]
    fn the_unknown_and_the_malformed_are_refused() {
        let refused = |bytes: &[u8]| Control::from_windows(bytes).err();
        assert_eq!(refused(&[]), None);
        assert_eq!(refused(&of(0, 99, &[1])), Some(Error::INVALID));
        assert_eq!(refused(&of(0, 4, &[1])), Some(Error::INVALID), "a TTL of one byte");
        assert_eq!(refused(&of(0, 4, &[1, 0, 0, 0])[..15]), Some(Error::INVALID));
        assert_eq!(refused(&of(0, 4, &[1, 0, 0, 0])[..19]), Some(Error::INVALID));
        assert_eq!(refused(&of(0, 4, &[1, 0, 0, 0]).repeat(20)), Some(Error::INVALID));
        assert_eq!(refused(&[0; 16]), Some(Error::INVALID), "shorter than its header");
    }
}

//! Addresses as text, both ways. Pure: bytes in, bytes out.

use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};

use crate::error::Error;

/// An IPv4 address in the classic forms `a`, `a.b`, `a.b.c` and `a.b.c.d`, where the last number
/// fills all bytes that are left, each decimal, octal (`0…`) or hexadecimal (`0x…`).
pub(super) fn classic_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut parts = [0u32; 4];
    let mut count = 0;
    for part in text.split(|byte| *byte == b'.') {
        *parts.get_mut(count)? = classic_number(part)?;
        count += 1;
    }
    let (last, bytes) = parts[..count].split_last()?;
    let room_bits = 32 - 8 * bytes.len() as u32;
    if u64::from(*last) >= 1 << room_bits || bytes.iter().any(|byte| *byte > 255) {
        return None;
    }
    let high = bytes.iter().zip([24, 16, 8]).fold(0, |sum, (byte, shift)| sum | byte << shift);
    Some(Ipv4Addr::from_bits(high | last))
}

fn classic_number(text: &[u8]) -> Option<u32> {
    let (digits, radix) = match text {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        digits => (digits, 10),
    };
    if !digits.first()?.is_ascii_hexdigit() {
        return None; // from_str_radix would take a sign
    }
    u32::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

/// What inet_addr makes of a text: it ends at the first white space, and one space alone is 0.
pub(super) fn inet_addr_text(text: &[u8]) -> Option<Ipv4Addr> {
    if text == b" " {
        return Some(Ipv4Addr::UNSPECIFIED); // MS: inet_addr, Return value — " " is zero
    }
    classic_ipv4(text.split(u8::is_ascii_whitespace).next()?)
}

/// The address bytes (4 or 16) of a text in the strict forms of inet_pton; `None` if it is not one.
pub(super) fn presentation_to_bytes(family: i32, text: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let text = str::from_utf8(text).unwrap_or_default();
    match u16::try_from(family) {
        Ok(AF_INET) => Ok(text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets().to_vec())),
        Ok(AF_INET6) => Ok(text.parse::<Ipv6Addr>().ok().map(|ip| ip.octets().to_vec())),
        _ => Err(Error::FAMILY_NOT_SUPPORTED),
    }
}

/// How many bytes an address of this family has in inet_pton and inet_ntop.
pub(super) fn presentation_bytes(family: i32) -> Result<usize, Error> {
    match u16::try_from(family) {
        Ok(AF_INET) => Ok(4),
        Ok(AF_INET6) => Ok(16),
        _ => Err(Error::FAMILY_NOT_SUPPORTED),
    }
}

/// The text of 4 or 16 address bytes.
pub(super) fn presentation(bytes: &[u8]) -> String {
    match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
        (Ok(ip), _) => Ipv4Addr::from(ip).to_string(),
        (_, Ok(ip)) => Ipv6Addr::from(ip).to_string(),
        _ => String::new(),
    }
}

/// A socket address as text: the port only if there is one, the scope likewise.
pub(super) fn address_to_text(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.port() == 0 => v4.ip().to_string(),
        SocketAddr::V4(v4) => v4.to_string(),
        SocketAddr::V6(v6) if v6.port() != 0 => {
            SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id()).to_string()
        }
        SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
        SocketAddr::V6(v6) => v6.ip().to_string(),
    }
}

/// The reverse; any text that is not an address of this family is 10022.
pub(super) fn address_from_text(family: i32, text: &[u8]) -> Result<SocketAddr, Error> {
    let text = str::from_utf8(text).map_err(|_| Error::INVALID)?;
    let address = match u16::try_from(family) {
        Ok(AF_INET) => ipv4_from_text(text),
        Ok(AF_INET6) => ipv6_from_text(text),
        _ => None,
    };
    address.ok_or(Error::INVALID)
}

fn ipv4_from_text(text: &str) -> Option<SocketAddr> {
    let (ip, port) = match text.split_once(':') {
        Some((ip, port)) => (ip, port.parse().ok()?),
        None => (text, 0),
    };
    Some(SocketAddr::from((classic_ipv4(ip.as_bytes())?, port)))
}

fn ipv6_from_text(text: &str) -> Option<SocketAddr> {
    if let Ok(whole) = text.parse::<SocketAddrV6>() {
        return Some(SocketAddr::V6(whole));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    format!("[{bare}]:0").parse::<SocketAddrV6>().ok().map(SocketAddr::V6)
}

/// The characters that a wide text stands for; `None` if it is not well-formed UTF-16.
pub(in crate::api) fn narrow(text: &[u16]) -> Option<CString> {
    CString::new(String::from_utf16(text).ok()?).ok()
}

/// The UTF-16 units of a text, with the NUL at the end.
pub(in crate::api) fn widen(text: &[u8]) -> Vec<u16> {
    String::from_utf8_lossy(text).encode_utf16().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use super::{address_from_text, address_to_text, classic_ipv4, inet_addr_text};
    use crate::error::Error;

    fn classic(text: &str) -> Option<[u8; 4]> {
        classic_ipv4(text.as_bytes()).map(|ip| ip.octets())
    }

    #[test]
    fn last_number_fills_the_bytes_that_are_left() {
        assert_eq!(classic("1.2.3.4"), Some([1, 2, 3, 4]));
        assert_eq!(classic("1.2.0x304"), Some([1, 2, 3, 4]));
        assert_eq!(classic("1.131844"), Some([1, 2, 3, 4]));
        assert_eq!(classic("0x01020304"), Some([1, 2, 3, 4]));
        assert_eq!(classic("010.0.0.010"), Some([8, 0, 0, 8]));
        assert_eq!(classic("4294967295"), Some([255; 4]));
    }

    #[test]
    fn numbers_too_large_and_other_text_are_no_address() {
        let wrong = ["", ".", "1.2.3.256", "256.1", "1.2.65536", "1.2.3.4.5", "4294967296"];
        for text in wrong.iter().chain(&["1..2", "0x", "08", "+1", "a.b", "1.2.3.4 "]) {
            assert_eq!(classic(text), None, "{text}");
        }
    }

    #[test]
    fn inet_addr_ends_at_white_space_and_takes_one_space_for_zero() {
        assert_eq!(inet_addr_text(b"1.2.3.4 tail").map(|ip| ip.octets()), Some([1, 2, 3, 4]));
        assert_eq!(inet_addr_text(b" ").map(|ip| ip.octets()), Some([0; 4]));
        assert_eq!(inet_addr_text(b""), None);
    }

    #[test]
    fn port_and_scope_appear_only_if_not_0() {
        let texts = ["1.2.3.4", "1.2.3.4:80", "::1", "[::1]:80", "fe80::1%3", "[fe80::1%3]:80"];
        for text in texts {
            let family = if text.starts_with('1') { 2 } else { 23 };
            let address = address_from_text(family, text.as_bytes()).expect("an address");
            assert_eq!(address_to_text(&address), text);
        }
        assert_eq!(address_from_text(2, b"::1"), Err(Error::INVALID));
        assert_eq!(address_from_text(10, b"::1"), Err(Error::INVALID));
        assert_eq!(address_from_text(2, b"1.2.3.4:70000"), Err(Error::INVALID));
    }
}

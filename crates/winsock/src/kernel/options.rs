//! Socket options: every number of Windows, its number on Linux, and how the value differs.
//!
//! The tables (table.rs) say it all; `Kind` names the few ways in which values differ. An option
//! that is not in its level's table is 10042, a level without a table 10022, a value too short
//! 10014.
//!
//! Options about the engine's own state (SO_UPDATE_ACCEPT_CONTEXT, SO_CONNECT_TIME and their like)
//! never get here.
//!
//! # Safety
//!
//! The unsafe code here passes values of our own stack to setsockopt and getsockopt, which keep
//! no pointer.

#![allow(unsafe_code)]

use std::{io, mem, ptr};

use table::{Kind, Row, row};

use crate::error::Error;

mod table;

/// Sets option `name` of `level`, both Windows' numbers, to a value in Windows' layout.
pub fn set(fd: i32, level: i32, name: i32, value: &[u8]) -> Result<(), Error> {
    let Row(_, linux_level, linux_name, kind) = *row(level, name)?;
    let option = (linux_level, linux_name);
    match kind {
        Kind::FlagOut | Kind::IntOut | Kind::LastError | Kind::MessageMax => {
            Err(Error::NO_PROTOCOL_OPTION)
        }
        Kind::Nothing => flag_in(value).map(|_| ()),
        Kind::Timeout => set_raw(fd, option, &timeval(int_in(value)?)),
        Kind::Linger => set_linger(fd, value),
        Kind::DontLinger => set_dont_linger(fd, flag_in(value)?),
        Kind::Exclusive if flag_in(value)? => set_raw(fd, option, &0i32),
        Kind::Exclusive => Ok(()),
        Kind::Group(bytes) => set_bytes(fd, option, value.get(..bytes).ok_or(Error::FAULT)?),
        Kind::Source => set_source_group(fd, option, value),
        Kind::Interface => set_interface(fd, option, int_in(value)?),
        Kind::Bytes => set_bytes(fd, option, value),
        Kind::Flag | Kind::FragmentNever | Kind::FastOpen => {
            set_raw(fd, option, &kind.int_to_linux(u32::from(flag_in(value)?)))
        }
        Kind::Int | Kind::Buffer | Kind::Discover | Kind::Seconds | Kind::Swapped => {
            set_raw(fd, option, &kind.int_to_linux(int_in(value)?))
        }
        Kind::Byte => set_raw(fd, option, &(byte_in(value)? as i32)),
    }
}

/// Reads option `name` of `level`, both Windows' numbers, into `out`; returns the bytes written.
pub fn get(fd: i32, level: i32, name: i32, out: &mut [u8]) -> Result<usize, Error> {
    let Row(_, linux_level, linux_name, kind) = *row(level, name)?;
    let option = (linux_level, linux_name);
    match kind {
        Kind::Group(_) | Kind::Source => Err(Error::NO_PROTOCOL_OPTION),
        Kind::Nothing => store_flag(out, false),
        Kind::Timeout => int_out(out, milliseconds(get_raw(fd, option)?)),
        Kind::Linger => linger_out(out, get_raw(fd, option)?),
        Kind::DontLinger => store_flag(out, get_raw::<libc::linger>(fd, option)?.l_onoff == 0),
        Kind::Exclusive => store_flag(out, get_raw::<i32>(fd, option)? == 0),
        Kind::MessageMax => int_out(out, message_bytes_max(get_raw(fd, option)?)),
        Kind::Bytes => get_bytes(fd, option, out),
        Kind::Flag | Kind::FlagOut | Kind::FragmentNever | Kind::FastOpen => {
            store_flag(out, kind.int_from_linux(get_raw(fd, option)?) != 0)
        }
        Kind::Byte => store_byte(out, get_raw::<i32>(fd, option)? as u32),
        Kind::Int
        | Kind::IntOut
        | Kind::Buffer
        | Kind::LastError
        | Kind::Discover
        | Kind::Seconds
        | Kind::Interface
        | Kind::Swapped => int_out(out, kind.int_from_linux(get_raw(fd, option)?)),
    }
}

impl Kind {
    /// The number Linux wants, for the kinds that are one number on both sides.
    fn int_to_linux(self, value: u32) -> i32 {
        match (self, value) {
            (Kind::FragmentNever, 0) => libc::IP_PMTUDISC_DONT,
            (Kind::FragmentNever, _) => libc::IP_PMTUDISC_DO,
            (Kind::Discover, value) => PMTUD.iter().find(|row| row.0 == value).map_or(-1, |r| r.1),
            (Kind::FastOpen, 0) => 0,
            (Kind::FastOpen, _) => FAST_OPEN_QUEUE,
            (Kind::Seconds, value) => i32::try_from(value.saturating_mul(1000)).unwrap_or(i32::MAX),
            (Kind::Swapped, value) => value.to_be() as i32,
            (_, value) => value as i32,
        }
    }

    /// The number Windows reports, for the kinds that are one number on both sides.
    fn int_from_linux(self, value: i32) -> u32 {
        match self {
            Kind::Buffer => value as u32 / 2,
            Kind::LastError if value == 0 => 0,
            Kind::LastError => Error::from_errno(value).code(),
            Kind::FragmentNever => u32::from(value == libc::IP_PMTUDISC_DO),
            Kind::Discover => PMTUD.iter().find(|row| row.1 == value).map_or(0, |row| row.0),
            Kind::Seconds => value as u32 / 1000,
            Kind::Swapped => u32::from_be(value as u32),
            _ => value as u32,
        }
    }
}

/// PMTUD_STATE (not set, do, don't, probe) and Linux' IP_PMTUDISC_….
const PMTUD: [(u32, i32); 4] = [
    (0, libc::IP_PMTUDISC_WANT),
    (1, libc::IP_PMTUDISC_DO),
    (2, libc::IP_PMTUDISC_DONT),
    (3, libc::IP_PMTUDISC_PROBE),
];

/// How many peers may have sent data before their handshake is done; Windows has no number for it.
const FAST_OPEN_QUEUE: i32 = 256;

fn set_linger(fd: i32, value: &[u8]) -> Result<(), Error> {
    let value = int_in(value)?.to_ne_bytes();
    let half = |at: usize| i32::from(u16::from_ne_bytes([value[at], value[at + 1]]));
    let linger = libc::linger { l_onoff: half(0), l_linger: half(2) };
    set_raw(fd, (libc::SOL_SOCKET, libc::SO_LINGER), &linger)
}

fn linger_out(out: &mut [u8], linger: libc::linger) -> Result<usize, Error> {
    let seconds = u16::try_from(linger.l_linger).unwrap_or(u16::MAX).to_ne_bytes();
    let on = u16::from(linger.l_onoff != 0).to_ne_bytes();
    int_out(out, u32::from_ne_bytes([on[0], on[1], seconds[0], seconds[1]]))
}

fn set_dont_linger(fd: i32, dont: bool) -> Result<(), Error> {
    let option = (libc::SOL_SOCKET, libc::SO_LINGER);
    let seconds = get_raw::<libc::linger>(fd, option)?.l_linger;
    set_raw(fd, option, &libc::linger { l_onoff: i32::from(!dont), l_linger: seconds })
}

fn set_source_group(fd: i32, option: (i32, i32), value: &[u8]) -> Result<(), Error> {
    let [group, source, interface] = [0, 4, 8].map(|at| value.get(at..at + 4));
    match (group, source, interface) {
        (Some(group), Some(source), Some(interface)) => {
            set_bytes(fd, option, &[group, interface, source].concat())
        }
        _ => Err(Error::FAULT),
    }
}

fn set_interface(fd: i32, option: (i32, i32), value: u32) -> Result<(), Error> {
    let number = u32::from_be(value);
    let none = libc::in_addr { s_addr: 0 };
    let mut interface = libc::ip_mreqn { imr_multiaddr: none, imr_address: none, imr_ifindex: 0 };
    if number < 1 << 24 {
        interface.imr_ifindex = number as i32; // MS: IP_MULTICAST_IF — 0.x.x.x is a number
    } else {
        interface.imr_address.s_addr = value;
    }
    set_raw(fd, option, &interface)
}

/// MS: SO_MAX_MSG_SIZE — the largest outbound message; without meaning for a stream.
fn message_bytes_max(socket_type: i32) -> u32 {
    if socket_type == libc::SOCK_STREAM { 0 } else { 65507 }
}

fn timeval(ms: u32) -> libc::timeval {
    let (seconds, rest_ms) = (ms / 1000, ms % 1000);
    libc::timeval { tv_sec: i64::from(seconds), tv_usec: i64::from(rest_ms) * 1000 }
}

fn milliseconds(time: libc::timeval) -> u32 {
    let ms = time.tv_sec.saturating_mul(1000) + (time.tv_usec + 999) / 1000;
    u32::try_from(ms).unwrap_or(u32::MAX)
}

/// A BOOL of four bytes; programs also pass the one byte of a C++ bool.
fn flag_in(value: &[u8]) -> Result<bool, Error> {
    Ok(byte_in(value)? != 0)
}

/// A number of four bytes, or else of one: the first of what there is.
fn byte_in(value: &[u8]) -> Result<u32, Error> {
    int_in(value).or_else(|error| value.first().map(|byte| u32::from(*byte)).ok_or(error))
}

fn int_in(value: &[u8]) -> Result<u32, Error> {
    let bytes = value.first_chunk::<4>().ok_or(Error::FAULT)?;
    Ok(u32::from_ne_bytes(*bytes))
}

/// Stores a BOOL: four bytes, or one if there is no room for more.
pub fn store_flag(out: &mut [u8], value: bool) -> Result<usize, Error> {
    store_byte(out, u32::from(value))
}

/// Stores a number that fits one byte: in four bytes, or in one if there is no room for more.
fn store_byte(out: &mut [u8], value: u32) -> Result<usize, Error> {
    match out {
        [] => Err(Error::FAULT),
        [first] | [first, _] | [first, _, _] => {
            *first = value as u8;
            Ok(1)
        }
        _ => int_out(out, value),
    }
}

fn int_out(out: &mut [u8], value: u32) -> Result<usize, Error> {
    *out.first_chunk_mut::<4>().ok_or(Error::FAULT)? = value.to_ne_bytes();
    Ok(4)
}

fn set_bytes(fd: i32, (level, name): (i32, i32), value: &[u8]) -> Result<(), Error> {
    let len = value.len() as libc::socklen_t;
    // SAFETY: the kernel copies `len` bytes of our caller's slice during the call.
    let result = unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), len) };
    if result == 0 { Ok(()) } else { Err(last()) }
}

pub(super) fn set_raw<T>(fd: i32, (level, name): (i32, i32), value: &T) -> Result<(), Error> {
    let len = mem::size_of::<T>() as libc::socklen_t;
    // SAFETY: the kernel copies the whole of our caller's value during the call.
    let result = unsafe { libc::setsockopt(fd, level, name, ptr::from_ref(value).cast(), len) };
    if result == 0 { Ok(()) } else { Err(last()) }
}

fn get_bytes(fd: i32, (level, name): (i32, i32), out: &mut [u8]) -> Result<usize, Error> {
    let mut len = out.len() as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes of our caller's slice during the call.
    let result = unsafe { libc::getsockopt(fd, level, name, out.as_mut_ptr().cast(), &mut len) };
    if result == 0 { Ok(len as usize) } else { Err(last()) }
}

fn get_raw<T: Plain>(fd: i32, (level, name): (i32, i32)) -> Result<T, Error> {
    let mut len = mem::size_of::<T>() as libc::socklen_t;
    // SAFETY: `value` is ours, plain integers for which zero is valid (trait Plain), and the kernel
    // writes at most its size during the call.
    unsafe {
        let mut value: T = mem::zeroed();
        match libc::getsockopt(fd, level, name, ptr::from_mut(&mut value).cast(), &mut len) {
            0 => Ok(value),
            _ => Err(last()),
        }
    }
}

/// What Linux' options are made of: integers only, any bytes are a value.
trait Plain: Copy {}
impl Plain for i32 {}
impl Plain for libc::linger {}
impl Plain for libc::timeval {}

fn last() -> Error {
    Error::from_errno(io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};
    use std::os::fd::AsRawFd;

    use super::{get, set};
    use crate::error::Error;

    fn udp() -> UdpSocket {
        UdpSocket::bind("127.0.0.1:0").expect("loopback exists")
    }

    fn tcp() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").expect("loopback exists")
    }

    fn dword(fd: i32, level: i32, name: i32) -> Result<u32, Error> {
        let mut out = [0xCC; 4];
        get(fd, level, name, &mut out).map(|_| u32::from_ne_bytes(out))
    }

    #[test]
    fn unknown_option_is_10042_unknown_level_10022_short_value_10014() {
        let socket = udp();
        let fd = socket.as_raw_fd();
        assert_eq!(set(fd, 0xFFFF, 0x7777, &[0; 4]), Err(Error::NO_PROTOCOL_OPTION));
        assert_eq!(set(fd, 0xFFFF, 0x2005, &[0; 4]), Err(Error::NO_PROTOCOL_OPTION));
        assert_eq!(set(fd, 1, 4, &[0; 4]), Err(Error::INVALID));
        assert_eq!(set(fd, 0xFFFF, 0x1002, &[0; 3]), Err(Error::FAULT));
        assert_eq!(set(fd, 0xFFFF, 4, &[]), Err(Error::FAULT));
        assert_eq!(get(fd, 0xFFFF, 0x1002, &mut [0; 3]), Err(Error::FAULT));
        assert_eq!(set(fd, 0, 12, &[0; 7]), Err(Error::FAULT));
    }

    #[test]
    fn accept_conn_reads_1_on_a_listener_and_cannot_be_set() {
        let socket = tcp();
        assert_eq!(dword(socket.as_raw_fd(), 0xFFFF, 2), Ok(1));
        let result = set(socket.as_raw_fd(), 0xFFFF, 2, &[1, 0, 0, 0]);
        assert_eq!(result, Err(Error::NO_PROTOCOL_OPTION));
    }

    #[test]
    fn timeouts_are_milliseconds_and_buffers_are_not_doubled() {
        let socket = udp();
        let fd = socket.as_raw_fd();
        for (name, value) in [(0x1006, 2500u32), (0x1005, 0), (0x1002, 8192), (0x1001, 8192)] {
            assert_eq!(set(fd, 0xFFFF, name, &value.to_ne_bytes()), Ok(()));
            assert_eq!(dword(fd, 0xFFFF, name), Ok(value), "{name:#x}");
        }
        assert_eq!(dword(fd, 0xFFFF, 0x2003), Ok(65507));
        assert_eq!(dword(fd, 0xFFFF, 0x1008), Ok(2));
        assert_eq!(dword(fd, 0xFFFF, 0x1007), Ok(0));
    }

    #[test]
    fn linger_is_two_u16_and_dont_linger_its_opposite() {
        let socket = tcp();
        let fd = socket.as_raw_fd();
        assert_eq!(dword(fd, 0xFFFF, -129), Ok(1));
        assert_eq!(set(fd, 0xFFFF, 0x80, &[1, 0, 7, 0]), Ok(()));
        assert_eq!(dword(fd, 0xFFFF, 0x80).map(u32::to_ne_bytes), Ok([1, 0, 7, 0]));
        assert_eq!(dword(fd, 0xFFFF, -129), Ok(0));
        assert_eq!(set(fd, 0xFFFF, -129, &[1]), Ok(()));
        assert_eq!(dword(fd, 0xFFFF, 0x80).map(u32::to_ne_bytes), Ok([0, 0, 7, 0]));
    }

    #[test]
    fn bool_is_four_bytes_or_one() {
        let socket = tcp();
        let fd = socket.as_raw_fd();
        let mut out = [0xCC; 1];
        assert_eq!(set(fd, 6, 1, &[1]), Ok(()));
        assert_eq!((get(fd, 6, 1, &mut out), out), (Ok(1), [1]));
        assert_eq!(dword(fd, 6, 1), Ok(1));
        assert_eq!(set(fd, 0xFFFF, 4, &[1, 0, 0, 0]), Ok(()));
        assert_eq!((dword(fd, 0xFFFF, 4), dword(fd, 0xFFFF, -5)), (Ok(1), Ok(0)));
        assert_eq!(set(fd, 0xFFFF, -5, &[1, 0, 0, 0]), Ok(()));
        assert_eq!((dword(fd, 0xFFFF, 4), dword(fd, 0xFFFF, -5)), (Ok(0), Ok(1)));
    }

    #[test]
    fn groups_are_joined_by_address_and_by_interface_number() {
        let socket = udp();
        let fd = socket.as_raw_fd();
        assert_eq!(set(fd, 0, 9, &[0, 0, 0, 1]), Ok(()));
        assert_eq!(set(fd, 0, 9, &[127, 0, 0, 1]), Ok(()));
        assert_eq!(dword(fd, 0, 9).map(u32::to_ne_bytes), Ok([127, 0, 0, 1]));
        assert_eq!(set(fd, 0, 12, &[239, 1, 2, 3, 127, 0, 0, 1]), Ok(()));
        assert_eq!(set(fd, 0, 13, &[239, 1, 2, 3, 127, 0, 0, 1]), Ok(()));
        let source = [239, 1, 2, 4, 127, 0, 0, 9, 127, 0, 0, 1];
        assert_eq!(set(fd, 0, 15, &source), Ok(()));
        assert_eq!(set(fd, 0, 16, &source), Ok(()));
        assert_eq!(
            (set(fd, 0, 14, &[1]), dword(fd, 0, 14), dword(fd, 0, 71)),
            (Ok(()), Ok(1), Ok(1))
        );
    }
}

//! What a socket is asked beside its options: the ioctls, and TCP's keep-alive timing.
//!
//! # Safety
//!
//! The unsafe code here passes values of our own stack to ioctl and poll, which keep no pointer.

#![allow(unsafe_code)]

use std::{io, ptr};

use super::options::set_raw;
use crate::error::Error;

/// FIONREAD: the bytes readable now; of a datagram socket, the size of the next datagram.
pub fn readable_bytes(fd: i32) -> Result<u32, Error> {
    ioctl_int(fd, libc::FIONREAD).map(|bytes| bytes as u32)
}

/// SIOCATMARK as Windows means it: no urgent data lies ahead of what is read next.
pub fn at_mark(fd: i32) -> Result<bool, Error> {
    if ioctl_int(fd, SIOCATMARK)? != 0 {
        return Ok(true);
    }
    let mut urgent = libc::pollfd { fd, events: libc::POLLPRI, revents: 0 };
    // SAFETY: one pollfd on our own stack, written during the call; the call does not wait.
    let ready = unsafe { libc::poll(&mut urgent, 1, 0) };
    Ok(ready <= 0 || urgent.revents & libc::POLLPRI == 0)
}

/// SIO_KEEPALIVE_VALS: keep-alive on or off, with its first delay and its interval.
///
/// Linux counts in seconds, so both are rounded up; 0 leaves the present value.
pub fn set_keepalive_vals(fd: i32, on: bool, time_ms: u32, interval_ms: u32) -> Result<(), Error> {
    if on {
        for (name, ms) in [(libc::TCP_KEEPIDLE, time_ms), (libc::TCP_KEEPINTVL, interval_ms)] {
            let seconds = ms.div_ceil(1000).min(KEEPALIVE_SECONDS_MAX) as i32;
            if seconds > 0 {
                set_raw(fd, (libc::IPPROTO_TCP, name), &seconds)?;
            }
        }
    }
    set_raw(fd, (libc::SOL_SOCKET, libc::SO_KEEPALIVE), &i32::from(on))
}

/// Linux' limit for both times (net/tcp.h).
const KEEPALIVE_SECONDS_MAX: u32 = 32767;

/// Linux' number (asm-generic/sockios.h); crate libc has none.
const SIOCATMARK: libc::Ioctl = 0x8905;

fn ioctl_int(fd: i32, request: libc::Ioctl) -> Result<i32, Error> {
    let mut value = 0i32;
    // SAFETY: both requests write one int to our own stack, during the call.
    let result = unsafe { libc::ioctl(fd, request, ptr::from_mut(&mut value)) };
    if result == 0 {
        return Ok(value);
    }
    Err(Error::from_errno(io::Error::last_os_error().raw_os_error().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::fd::AsRawFd;

    use super::{at_mark, readable_bytes, set_keepalive_vals};
    use crate::error::Error;
    use crate::kernel::options;

    #[test]
    fn fionread_is_the_total_of_a_stream_and_the_next_datagram() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback exists");
        let address = listener.local_addr().expect("it is bound");
        let mut peer = TcpStream::connect(address).expect("it listens");
        let (stream, _) = listener.accept().expect("one is connected");
        peer.write_all(b"12345").expect("the buffer is empty");
        stream.peek(&mut [0; 5]).expect("bytes are under way");
        assert_eq!(readable_bytes(stream.as_raw_fd()), Ok(5));
        assert_eq!(at_mark(stream.as_raw_fd()), Ok(true), "no urgent data at all");

        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback exists");
        let address = socket.local_addr().expect("it is bound");
        for bytes in [&b"123"[..], b"1"] {
            socket.send_to(bytes, address).expect("loopback takes it");
        }
        assert_eq!(readable_bytes(socket.as_raw_fd()), Ok(3));
    }

    #[test]
    fn keepalive_times_are_rounded_up_to_seconds() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback exists");
        let fd = listener.as_raw_fd();
        assert_eq!(set_keepalive_vals(fd, true, 1500, 1), Ok(()));
        for (level, name, expected) in [(0xFFFF, 8, 1), (6, 3, 2), (6, 17, 1)] {
            let mut out = [0xCC; 4];
            assert_eq!(options::get(fd, level, name, &mut out), Ok(4));
            assert_eq!(u32::from_ne_bytes(out), expected);
        }
    }

    #[test]
    fn closed_descriptor_is_10038() {
        assert_eq!(readable_bytes(-1), Err(Error::NOT_SOCKET));
    }
}

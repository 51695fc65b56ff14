//! Socket options that the engine keeps itself; the others go to kernel/options.rs.

use std::net::IpAddr;

use windows_sys::Win32::Networking::WinSock::{
    IP_ADD_MEMBERSHIP, IPPROTO_IP, IPPROTO_IPV6, IPV6_JOIN_GROUP, SO_CONDITIONAL_ACCEPT,
    SO_CONNECT_TIME, SO_DONTLINGER, SO_ERROR, SO_EXCLUSIVEADDRUSE, SO_LINGER, SO_OOBINLINE,
    SO_RCVBUF, SO_RCVTIMEO, SO_SNDTIMEO, SO_UPDATE_ACCEPT_CONTEXT, SO_UPDATE_CONNECT_CONTEXT,
    SOL_SOCKET,
};

use crate::error::Error;
use crate::handle;
use crate::kernel::address::Address;
use crate::kernel::net::Direction;
use crate::kernel::options;
use crate::socket::{Mark, Socket};

fn number(value: &[u8]) -> Result<u32, Error> {
    let bytes = value.first_chunk::<4>().ok_or(Error::FAULT)?;
    Ok(u32::from_ne_bytes(*bytes))
}

fn store(out: &mut [u8], value: u32) -> Result<usize, Error> {
    *out.first_chunk_mut::<4>().ok_or(Error::FAULT)? = value.to_ne_bytes();
    Ok(4)
}

impl Socket {
    /// setsockopt.
    pub fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<(), Error> {
        if level != SOL_SOCKET {
            self.mark(Mark::PRISTINE, false);
            return options::set(self.fd(), level, name, value);
        }
        match name {
            SO_UPDATE_ACCEPT_CONTEXT => self.update_accept_context(value),
            SO_UPDATE_CONNECT_CONTEXT => match self.is(Mark::CONNECTED) {
                true => {
                    self.mark(Mark::NEEDS_CONTEXT, false);
                    Ok(())
                }
                false => Err(Error::NOT_CONNECTED),
            },
            SO_RCVTIMEO => {
                self.set_timeout_ms(Direction::Receive, number(value)?);
                Ok(())
            }
            SO_SNDTIMEO => {
                self.set_timeout_ms(Direction::Send, number(value)?);
                Ok(())
            }
            SO_CONNECT_TIME | SO_ERROR | SO_CONDITIONAL_ACCEPT => Err(Error::NO_PROTOCOL_OPTION),
            _ => {
                self.mark(Mark::PRISTINE, false);
                options::set(self.fd(), level, name, value)?;
                self.note(name, value);
                Ok(())
            }
        }
    }

    /// Remembers what later calls depend on.
    fn note(&self, name: i32, value: &[u8]) {
        match name {
            SO_OOBINLINE => {
                self.mark(Mark::OOB_INLINE, value[0] != 0);
                _ = self.shared_link().map(|link| link.set_inline(value[0] != 0));
            }
            SO_LINGER => _ = self.mark(Mark::LINGERS, value[0] != 0 && value[2..4] != [0, 0]),
            SO_DONTLINGER => _ = self.mark(Mark::LINGERS, false),
            SO_EXCLUSIVEADDRUSE => _ = self.mark(Mark::EXCLUSIVE, value[0] != 0),
            SO_RCVBUF => _ = self.mark(Mark::SIZED, true),
            _ => {}
        }
    }

    /// Joins a group of IP multicast on the interface that Linux chooses, if it is to receive what
    /// is sent there (S11.22). 10045 for a stream, 10022 for an address of no group.
    pub fn join(&self, group: &Address, receives: bool) -> Result<(), Error> {
        let group = group.to_std().map(|group| group.ip()).filter(IpAddr::is_multicast);
        let (level, name, request) = match group {
            _ if self.is(Mark::STREAM) => return Err(Error::OP_NOT_SUPPORTED),
            Some(IpAddr::V4(group)) => {
                (IPPROTO_IP, IP_ADD_MEMBERSHIP, [&group.octets()[..], &[0; 4]].concat())
            }
            Some(IpAddr::V6(group)) => {
                (IPPROTO_IPV6, IPV6_JOIN_GROUP, [&group.octets()[..], &[0; 4]].concat())
            }
            None => return Err(Error::INVALID),
        };
        if receives { self.set_option(level, name, &request) } else { Ok(()) }
    }

    fn update_accept_context(&self, value: &[u8]) -> Result<(), Error> {
        let listener = value.first_chunk::<8>().ok_or(Error::FAULT)?;
        let listener = handle::socket(usize::from_ne_bytes(*listener))?;
        if !self.is(Mark::ACCEPTED) || !listener.is(Mark::LISTENING) {
            return Err(Error::INVALID);
        }
        self.inherit_timeouts(&listener); // the rest came with the connection
        self.mark(Mark::NEEDS_CONTEXT, false);
        Ok(())
    }

    /// getsockopt: the bytes stored.
    pub fn option(&self, level: i32, name: i32, out: &mut [u8]) -> Result<usize, Error> {
        if level != SOL_SOCKET {
            return options::get(self.fd(), level, name, out);
        }
        match name {
            SO_CONNECT_TIME => store(out, self.connect_time()), // S3.18
            SO_EXCLUSIVEADDRUSE => options::store_flag(out, self.is(Mark::EXCLUSIVE)), // S11.6
            SO_RCVTIMEO => store(out, self.timeout_ms(Direction::Receive)),
            SO_SNDTIMEO => store(out, self.timeout_ms(Direction::Send)),
            SO_ERROR => {
                self.settle_connect();
                store(out, self.connect_error().0) // it stays (S8.13)
            }
            _ => options::get(self.fd(), level, name, out),
        }
    }
}

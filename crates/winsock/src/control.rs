//! What ioctlsocket and WSAIoctl ask of a socket.
//!
//! # Safety
//!
//! Pointers are the caller's, valid as WSAIoctl documents.

#![allow(unsafe_code, reason = "the caller's pointers")]

use std::mem::offset_of;

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, LPWSAOVERLAPPED_COMPLETION_ROUTINE, RIO_EXTENSION_FUNCTION_TABLE, SOCKET_ADDRESS,
    SOCKET_ADDRESS_LIST,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::GUID;

use crate::complete;
use crate::error::{Error, Status};
use crate::interface;
use crate::kernel::address::{Address, family_to_linux};
use crate::kernel::control as kernel;
use crate::kernel::net::{self, Errno};
use crate::request::Outcome;
use crate::socket::{Mark, Socket};

const FIONBIO: u32 = 0x8004_667E;
const FIONREAD: u32 = 0x4004_667F;
const SIOCATMARK: u32 = 0x4004_7307;
const SIO_GET_EXTENSION_FUNCTION_POINTER: u32 = 0xC800_0006;
const SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER: u32 = 0xC800_0024;
const SIO_UDP_CONNRESET: u32 = 0x9800_000C;
const SIO_KEEPALIVE_VALS: u32 = 0x9800_0004;
const SIO_LOOPBACK_FAST_PATH: u32 = 0x9800_0010;
const SIO_FLUSH: u32 = 0x2800_0004;
const SIO_GET_INTERFACE_LIST: u32 = 0x4004_747F;
const SIO_GET_BROADCAST_ADDRESS: u32 = 0x4800_0005;
const SIO_ADDRESS_LIST_QUERY: u32 = 0x4800_0016;
const SIO_ROUTING_INTERFACE_QUERY: u32 = 0xC800_0014;
const SIO_BSP_HANDLE: u32 = 0x4800_001B;
const SIO_BSP_HANDLE_SELECT: u32 = 0x4800_001C;
const SIO_BSP_HANDLE_POLL: u32 = 0x4800_001D;
const SIO_BASE_HANDLE: u32 = 0x4800_0022;

/// What a control code answers.
pub enum Answer {
    /// Nothing.
    Nothing,
    /// Four bytes.
    Number(u32),
    /// The address of this extension function is wanted.
    Extension(GUID),
    /// Pointer-sized.
    Address(usize),
    /// The table of extension functions under this number is wanted.
    Extensions(GUID),
    /// A structure, or several.
    Bytes(Vec<u8>),
    /// A SOCKET_ADDRESS_LIST, whose pointers lead into the caller's memory.
    Addresses(Vec<Address>),
    /// The table of registered I/O.
    Table(&'static RIO_EXTENSION_FUNCTION_TABLE),
}

fn number(input: &[u8], at: usize) -> Result<u32, Error> {
    let bytes = input.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Error::FAULT)?;
    Ok(u32::from_ne_bytes(*bytes))
}

fn guid(input: &[u8]) -> Result<GUID, Error> {
    let bytes = input.first_chunk::<16>().ok_or(Error::FAULT)?;
    let [d1 @ .., _, _, _, _, _, _, _, _, _, _, _, _] = *bytes;
    let data4 = *bytes.last_chunk::<8>().expect("16 bytes");
    Ok(GUID {
        data1: u32::from_ne_bytes(d1),
        data2: u16::from_ne_bytes([bytes[4], bytes[5]]),
        data3: u16::from_ne_bytes([bytes[6], bytes[7]]),
        data4,
    })
}

impl Socket {
    /// Carries out a control code; 10045 if there is none such (S3.42).
    pub fn control(&self, code: u32, input: &[u8]) -> Result<Answer, Error> {
        match code {
            FIONBIO => {
                let on = number(input, 0)? != 0;
                if !on && self.selects_events() {
                    return Err(Error::INVALID); // S6.1, S7.3
                }
                self.mark(Mark::NONBLOCKING, on);
                Ok(Answer::Nothing)
            }
            FIONREAD => match self.unread_by_link() {
                None => kernel::readable_bytes(self.fd()).map(Answer::Number),
                Some(bytes) => Ok(Answer::Number(bytes as u32)),
            },
            SIOCATMARK => kernel::at_mark(self.fd()).map(|at| Answer::Number(u32::from(at))),
            SIO_UDP_CONNRESET if !self.is(Mark::STREAM) => {
                let on = number(input, 0)? != 0;
                net::set_port_errors(self.fd(), self.family(), on).map_err(Errno::error)?;
                self.mark(Mark::IGNORES_PORT_ERRORS, !on);
                Ok(Answer::Nothing)
            }
            SIO_KEEPALIVE_VALS if self.is(Mark::STREAM) => {
                self.mark(Mark::PRISTINE, false);
                let (on, time_ms, interval_ms) =
                    (number(input, 0)?, number(input, 4)?, number(input, 8)?);
                kernel::set_keepalive_vals(self.fd(), on != 0, time_ms, interval_ms)?;
                Ok(Answer::Nothing)
            }
            SIO_LOOPBACK_FAST_PATH if self.is(Mark::STREAM) => {
                self.ask_for_fast_path(number(input, 0)? != 0);
                Ok(Answer::Nothing)
            }
            // No provider stands before another here.
            SIO_BASE_HANDLE | SIO_BSP_HANDLE | SIO_BSP_HANDLE_SELECT | SIO_BSP_HANDLE_POLL => {
                Ok(Answer::Address(self.handle() as usize))
            }
            SIO_FLUSH => Ok(Answer::Nothing), // a send is the system's once it has begun
            SIO_GET_EXTENSION_FUNCTION_POINTER => guid(input).map(Answer::Extension),
            SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER => guid(input).map(Answer::Extensions),
            _ => self.control_interfaces(code, input),
        }
    }

    /// The codes that ask about the machine's interfaces (S11.29).
    fn control_interfaces(&self, code: u32, input: &[u8]) -> Result<Answer, Error> {
        let ipv4 = self.family() == family_to_linux(AF_INET).unwrap_or_default();
        match code {
            SIO_ADDRESS_LIST_QUERY => {
                Ok(Answer::Addresses(interface::local_addresses(self.family())))
            }
            SIO_GET_INTERFACE_LIST if ipv4 => Ok(Answer::Bytes(interface::list(self.family()))),
            SIO_GET_BROADCAST_ADDRESS if ipv4 && !self.is(Mark::STREAM) => {
                let [family, of] = AF_INET.to_ne_bytes();
                let address = [family, of, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0];
                Ok(Answer::Bytes(address.to_vec()))
            }
            SIO_ROUTING_INTERFACE_QUERY => {
                // SAFETY: the address is read from the caller's input, within its length.
                let to =
                    unsafe { Address::from_windows(input.as_ptr().cast(), input.len() as i32)? };
                interface::source_for(self.family(), &to).map(Answer::Bytes)
            }
            _ => Err(Error::OP_NOT_SUPPORTED),
        }
    }
}

impl Answer {
    /// The bytes that a list of addresses needs: told also where there is no room for it (S11.29).
    pub fn list_bytes(&self) -> Option<u32> {
        match self {
            Answer::Addresses(all) => {
                let each = all.iter().map(|one| size_of::<SOCKET_ADDRESS>() as u32 + one.len());
                Some(LIST_HEAD_BYTES + each.sum::<u32>())
            }
            _ => None,
        }
    }
}

/// SOCKET_ADDRESS_LIST before its first SOCKET_ADDRESS.
const LIST_HEAD_BYTES: u32 = offset_of!(SOCKET_ADDRESS_LIST, Address) as u32;

/// Stores a SOCKET_ADDRESS_LIST, the addresses behind it.
///
/// # Safety
///
/// `out` is valid for writes of [`Answer::list_bytes`].
unsafe fn store_addresses(all: &[Address], out: *mut u8) {
    let entries = out.wrapping_add(LIST_HEAD_BYTES as usize).cast::<SOCKET_ADDRESS>();
    let mut behind = entries.wrapping_add(all.len()).cast::<u8>();
    // SAFETY: the caller vouches for room for the count, an entry and an address each.
    unsafe {
        out.cast::<i32>().write_unaligned(all.len() as i32);
        for (at, one) in all.iter().enumerate() {
            let (length, bytes) = one.to_windows_bytes();
            behind.copy_from_nonoverlapping(bytes.as_ptr(), length);
            let entry =
                SOCKET_ADDRESS { lpSockaddr: behind.cast(), iSockaddrLength: length as i32 };
            entries.add(at).write_unaligned(entry);
            behind = behind.add(length);
        }
    }
}

/// Stores an answer; the bytes stored. 10014 if there is no room.
///
/// # Safety
///
/// `out` is null or valid for writes of `room` bytes.
pub unsafe fn store(answer: &Answer, out: *mut u8, room: u32) -> Result<u32, Error> {
    let (number, address);
    let bytes: &[u8] = match answer {
        Answer::Nothing | Answer::Extension(_) | Answer::Extensions(_) => return Ok(0),
        Answer::Table(table) => {
            let bytes = size_of_val(*table) as u32;
            if out.is_null() || room < bytes {
                return Err(Error::FAULT);
            }
            // SAFETY: the caller vouches for `room` bytes, enough for the table.
            unsafe { out.cast::<RIO_EXTENSION_FUNCTION_TABLE>().write_unaligned(**table) };
            return Ok(bytes);
        }
        Answer::Addresses(all) => {
            let bytes = answer.list_bytes().unwrap_or_default();
            if out.is_null() || room < bytes {
                return Err(Error::FAULT);
            }
            // SAFETY: the caller vouches for `room` bytes, enough for the list.
            unsafe { store_addresses(all, out) };
            return Ok(bytes);
        }
        Answer::Bytes(told) => told,
        Answer::Number(value) => {
            number = value.to_ne_bytes();
            &number
        }
        Answer::Address(value) => {
            address = value.to_ne_bytes();
            &address
        }
    };
    if out.is_null() || (room as usize) < bytes.len() {
        return Err(Error::FAULT);
    }
    // SAFETY: the caller vouches for `room` bytes, which are enough.
    unsafe { out.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    Ok(bytes.len() as u32)
}

/// Ends the call: with an OVERLAPPED a success queues a packet of 0 bytes (S1.58), and an unknown
/// code is told as a failed completion, 997 (S3.42).
///
/// # Safety
///
/// `overlapped` is null, or the engine's until the completion.
pub unsafe fn end(
    socket: &Socket,
    answered: Result<u32, Error>,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<u32, Error> {
    if overlapped.is_null() {
        return answered;
    }
    if routine.is_some() && socket.association().is_some() {
        return Err(Error::INVALID); // S5.19
    }
    // SAFETY: the caller's OVERLAPPED, the engine's from here to the completion.
    let begin = || unsafe {
        match routine {
            None => complete::begin(overlapped),
            Some(routine) => Ok(complete::begin_with_routine(overlapped, routine)),
        }
    };
    match answered {
        Ok(bytes) => {
            complete::complete_now(socket, &begin()?, Outcome::success(0));
            Ok(bytes)
        }
        Err(Error::OP_NOT_SUPPORTED) => {
            let failure = Outcome::failure(Status::NOT_SUPPORTED);
            complete::complete(socket, &begin()?, failure, None);
            Err(Error::IO_PENDING)
        }
        Err(error) => Err(error),
    }
}

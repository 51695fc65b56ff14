//! What a socket tells of the machine's interfaces.

use crate::error::Error;
use crate::kernel::address::Address;
use crate::kernel::interface::{self, Interface};

/// INTERFACE_INFO's flags: up, broadcast, loopback, point to point, multicast; and Linux' bits.
const FLAGS: [(u32, u32); 5] = [
    (0x1, libc_flag::UP),
    (0x2, libc_flag::BROADCAST),
    (0x4, libc_flag::LOOPBACK),
    (0x8, libc_flag::POINT_TO_POINT),
    (0x10, libc_flag::MULTICAST),
];

/// Linux' numbers (linux/if.h).
mod libc_flag {
    pub const UP: u32 = 0x1;
    pub const BROADCAST: u32 = 0x2;
    pub const LOOPBACK: u32 = 0x8;
    pub const POINT_TO_POINT: u32 = 0x10;
    pub const MULTICAST: u32 = 0x1000;
}

/// sockaddr_gen: room for an address, in INTERFACE_INFO.
const GENERIC_BYTES: usize = 24;

/// SIO_ADDRESS_LIST_QUERY: the addresses that others may know, of a family.
pub fn local_addresses(family: i32) -> Vec<Address> {
    let others = |one: &Interface| one.flags & libc_flag::LOOPBACK == 0;
    interface::addresses(family).into_iter().filter(others).map(|one| one.address).collect()
}

/// SIO_GET_INTERFACE_LIST: an INTERFACE_INFO for each address of IPv4, the loopback's too.
pub fn list(family: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for one in interface::addresses(family) {
        let flags = FLAGS.iter().filter(|(_, linux)| one.flags & linux != 0);
        bytes.extend(flags.fold(0, |all, (flag, _)| all | flag).to_ne_bytes());
        for address in [Some(&one.address), one.broadcast.as_ref(), one.mask.as_ref()] {
            let mut place = [0; GENERIC_BYTES];
            let (length, told) = address.map_or((0, [0; 28]), Address::to_windows_bytes);
            let length = length.min(GENERIC_BYTES);
            place[..length].copy_from_slice(&told[..length]);
            bytes.extend(place);
        }
    }
    bytes
}

/// SIO_ROUTING_INTERFACE_QUERY: from where a socket of this family would send to an address.
pub fn source_for(family: i32, to: &Address) -> Result<Vec<u8>, Error> {
    if to.family() != family {
        return Err(Error::FAULT);
    }
    let (length, bytes) = interface::source_for(to)?.to_windows_bytes();
    Ok(bytes[..length].to_vec())
}

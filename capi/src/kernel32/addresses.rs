//! Every interface with all its addresses, of both families; name servers; the way to an address.
//!
//! # Safety
//!
//! Outputs are the caller's, with as many bytes as their size says. What is told lies in one block:
//! the structures, and what they point to.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::ptr::null_mut;

use windows_sys::Win32::NetworkManagement::IpHelper::{
    FIXED_INFO_W2KSP1, IP_ADAPTER_ADDRESSES_LH as Adapter,
    IP_ADAPTER_DNS_SERVER_ADDRESS_XP as Server, IP_ADAPTER_GATEWAY_ADDRESS_LH as Gateway,
    IP_ADAPTER_PREFIX_XP as Prefix, IP_ADAPTER_UNICAST_ADDRESS_LH as Unicast, IP_ADDR_STRING,
};
use windows_sys::Win32::Networking::WinSock::SOCKET_ADDRESS;

use super::adapter::{dotted, gateway};
use super::interface::{Interface, interfaces};
use crate::text::{Character, Wide};

const OVERFLOW: u32 = 111;
const INVALID_PARAMETER: u32 = 87;
const NO_DATA: u32 = 232;
const UNREACHABLE: u32 = 1231; // ERROR_NETWORK_UNREACHABLE

const SKIP_UNICAST: u32 = 0x1;
const SKIP_SERVERS: u32 = 0x8;
const INCLUDE_PREFIX: u32 = 0x10;
const INCLUDE_GATEWAYS: u32 = 0x80;

const UNSPECIFIED: u32 = 0;
const IPV4: u32 = 2;
const IPV6: u32 = 23;

impl Interface {
    /// A number that Linux tells in a file of its own.
    fn told(&self, what: &str) -> Option<u64> {
        let text = fs::read_to_string(format!("/sys/class/net/{}/{what}", self.name)).ok()?;
        text.trim().parse().ok()
    }

    /// IF_TYPE_….
    fn kind(&self) -> u32 {
        match () {
            () if self.has(libc::IFF_LOOPBACK) => 24,
            () if fs::exists(format!("/sys/class/net/{}/wireless", self.name)).unwrap_or(false) => {
                71
            }
            () if self.has(libc::IFF_POINTOPOINT) => 131,
            () => 6,
        }
    }
}

/// Whether an address is of a Windows' family, or any will do.
fn is_of(address: IpAddr, family: u32) -> bool {
    family == UNSPECIFIED || address.is_ipv4() == (family == IPV4)
}

/// The servers of /etc/resolv.conf.
fn name_servers() -> Vec<IpAddr> {
    let text = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let server = |line: &str| line.strip_prefix("nameserver")?.trim().parse().ok();
    text.lines().filter_map(server).collect()
}

/// Room for what is told: counted first, with no memory, then given out.
struct Room {
    start: *mut u8,
    used: usize,
}

impl Room {
    /// Takes room for a list; it stands where it will be told, written if there is memory.
    unsafe fn put<T: Copy>(&mut self, values: &[T]) -> *mut T {
        self.used = self.used.next_multiple_of(8);
        let at = self.start.wrapping_add(self.used).cast::<T>();
        self.used += size_of_val(values);
        if !self.start.is_null() {
            unsafe { at.copy_from_nonoverlapping(values.as_ptr(), values.len()) };
        }
        at
    }

    unsafe fn wide(&mut self, text: &str) -> *mut u16 {
        let mut characters = Wide::encode(text);
        characters.push(0);
        unsafe { self.put(&characters) }.cast() // the type that Windows gives it
    }

    unsafe fn address(&mut self, of: SocketAddr) -> SOCKET_ADDRESS {
        let bytes = match of {
            SocketAddr::V4(of) => {
                let mut bytes = vec![IPV4 as u8, 0, 0, 0];
                bytes.extend(of.ip().octets());
                bytes.extend([0; 8]);
                bytes
            }
            SocketAddr::V6(of) => {
                let mut bytes = vec![IPV6 as u8, 0, 0, 0, 0, 0, 0, 0];
                bytes.extend(of.ip().octets());
                bytes.extend(of.scope_id().to_ne_bytes());
                bytes
            }
        };
        let at = unsafe { self.put(&bytes) };
        SOCKET_ADDRESS { lpSockaddr: at.cast(), iSockaddrLength: bytes.len() as i32 }
    }

    /// Tells a list from behind: each item knows the one after it.
    unsafe fn chain<T: Copy, I: Copy>(
        &mut self,
        items: &[I],
        make: impl Fn(&mut Room, I, *mut T) -> T,
    ) -> *mut T {
        items.iter().rev().fold(null_mut(), |next, &item| {
            let made = make(self, item, next);
            unsafe { self.put(&[made]) }
        })
    }
}

unsafe fn unicast(
    room: &mut Room,
    (address, bits): (SocketAddr, u8),
    next: *mut Unicast,
) -> Unicast {
    let mut told = unsafe { std::mem::zeroed::<Unicast>() };
    told.Anonymous.Anonymous.Length = size_of::<Unicast>() as u32;
    told.Next = next;
    told.Address = unsafe { room.address(address) };
    told.DadState = 4; // IpDadStatePreferred
    (told.ValidLifetime, told.PreferredLifetime, told.LeaseLifetime) = (!0, !0, !0);
    told.OnLinkPrefixLength = bits;
    told
}

/// The net that an address is of.
fn net(address: SocketAddr, bits: u8) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            (Ipv4Addr::from_bits(ip.to_bits() & mask), 0).into()
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            (Ipv6Addr::from_bits(ip.to_bits() & mask), 0).into()
        }
    }
}

unsafe fn adapter(room: &mut Room, one: &Interface, family: u32, flags: u32) -> Adapter {
    let mut told = unsafe { std::mem::zeroed::<Adapter>() };
    let fitting = one.addresses.iter().filter(|own| is_of(own.address.ip(), family));
    let fitting: Vec<_> = fitting.map(|own| (own.address, own.prefix_bits())).collect();
    told.Anonymous1.Anonymous.Length = size_of::<Adapter>() as u32;
    let of = |v4: bool| fitting.iter().any(|(at, _)| at.is_ipv4() == v4);
    told.Anonymous1.Anonymous.IfIndex = if family == IPV6 { 0 } else { one.index };
    told.Ipv6IfIndex = if family == IPV4 { 0 } else { one.index };
    let name = CString::new(one.name.as_str()).unwrap_or_default();
    told.AdapterName = unsafe { room.put(name.as_bytes_with_nul()) };
    told.Description = unsafe { room.wide(&one.name) };
    told.FriendlyName = told.Description;
    told.DnsSuffix = unsafe { room.wide("") };
    told.PhysicalAddress[..one.hardware.len()].copy_from_slice(&one.hardware);
    told.PhysicalAddressLength =
        if one.has(libc::IFF_LOOPBACK) { 0 } else { one.hardware.len() as u32 };
    let no_multicast = !one.has(libc::IFF_MULTICAST) && !one.has(libc::IFF_LOOPBACK);
    told.Anonymous2.Flags =
        u32::from(no_multicast) << 4 | u32::from(of(true)) << 7 | u32::from(of(false)) << 8;
    told.Mtu = one.told("mtu").map_or(0, |mtu| mtu as u32);
    told.IfType = one.kind();
    told.OperStatus = if one.has(libc::IFF_UP | libc::IFF_RUNNING) { 1 } else { 2 };
    let speed = one.told("speed").map_or(!0, |megabits| megabits * 1_000_000);
    (told.TransmitLinkSpeed, told.ReceiveLinkSpeed) = (speed, speed);
    (told.CompartmentId, told.ConnectionType) = (1, 1); // the first one; dedicated
    told.Luid.Value = u64::from(told.IfType) << 48 | u64::from(one.index) << 24;
    if flags & SKIP_UNICAST == 0 {
        let make = |room: &mut Room, of, next| unsafe { unicast(room, of, next) };
        told.FirstUnicastAddress = unsafe { room.chain(&fitting, make) };
    }
    if flags & INCLUDE_PREFIX != 0 {
        let make = |room: &mut Room, (at, bits), next| {
            let mut told = unsafe { std::mem::zeroed::<Prefix>() };
            told.Anonymous.Anonymous.Length = size_of::<Prefix>() as u32;
            (told.Next, told.PrefixLength) = (next, u32::from(bits));
            told.Address = unsafe { room.address(net(at, bits)) };
            told
        };
        told.FirstPrefix = unsafe { room.chain(&fitting, make) };
    }
    let by = Ipv4Addr::from(gateway(&one.name).to_ne_bytes());
    if flags & INCLUDE_GATEWAYS != 0 && !by.is_unspecified() && family != IPV6 {
        let mut first = unsafe { std::mem::zeroed::<Gateway>() };
        first.Anonymous.Anonymous.Length = size_of::<Gateway>() as u32;
        first.Address = unsafe { room.address((by, 0).into()) };
        told.FirstGatewayAddress = unsafe { room.put(&[first]) };
    }
    if flags & SKIP_SERVERS == 0 && !one.has(libc::IFF_LOOPBACK) {
        let servers: Vec<IpAddr> =
            name_servers().into_iter().filter(|at| is_of(*at, family)).collect();
        let make = |room: &mut Room, at: IpAddr, next| {
            let mut told = unsafe { std::mem::zeroed::<Server>() };
            told.Anonymous.Anonymous.Length = size_of::<Server>() as u32;
            told.Next = next;
            told.Address = unsafe { room.address((at, 0).into()) };
            told
        };
        told.FirstDnsServerAddress = unsafe { room.chain(&servers, make) };
    }
    told
}

/// Tells all, the first one at the beginning.
unsafe fn tell(room: &mut Room, all: &[Interface], family: u32, flags: u32) {
    let blank = vec![unsafe { std::mem::zeroed::<Adapter>() }; all.len()];
    let first = unsafe { room.put(&blank) };
    for (at, one) in all.iter().enumerate() {
        let mut told = unsafe { adapter(room, one, family, flags) };
        told.Next = if at + 1 < all.len() { first.wrapping_add(at + 1) } else { null_mut() };
        if !room.start.is_null() {
            unsafe { first.add(at).write(told) };
        }
    }
}

/// `ULONG GetAdaptersAddresses(ULONG Family, ULONG Flags, PVOID Reserved,
/// PIP_ADAPTER_ADDRESSES AdapterAddresses, PULONG SizePointer)`
///
/// All interfaces that have addresses of the family, the loopback too. 111, and the size needed, if
/// it is too small; 87 for another family; 232 if there are none. Anycast and multicast addresses
/// are not told; the name servers are those of the system, the gateway is that of IPv4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetAdaptersAddresses(
    family: u32,
    flags: u32,
    _: *mut c_void,
    to: *mut Adapter,
    bytes: *mut u32,
) -> u32 {
    if bytes.is_null() || !matches!(family, UNSPECIFIED | IPV4 | IPV6) {
        return INVALID_PARAMETER;
    }
    let mut all = interfaces();
    all.retain(|one| one.addresses.iter().any(|own| is_of(own.address.ip(), family)));
    if all.is_empty() {
        return NO_DATA;
    }
    let mut count = Room { start: null_mut(), used: 0 };
    unsafe { tell(&mut count, &all, family, flags) };
    if to.is_null() || (unsafe { *bytes } as usize) < count.used {
        unsafe { bytes.write(count.used as u32) };
        return OVERFLOW;
    }
    unsafe { tell(&mut Room { start: to.cast(), used: 0 }, &all, family, flags) };
    0
}

/// As much of a text as has room before the last byte, which stays a null.
fn put(text: &str, to: &mut [i8; 132]) {
    for (to, from) in to[..131].iter_mut().zip(text.bytes()) {
        *to = from as i8;
    }
}

/// `DWORD GetNetworkParams(PFIXED_INFO pFixedInfo, PULONG pOutBufLen)`
///
/// The machine's name, its domain and its name servers of IPv4; 111, and the size needed, if it is
/// too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNetworkParams(to: *mut FIXED_INFO_W2KSP1, bytes: *mut u32) -> u32 {
    let servers = name_servers().into_iter().filter_map(|at| match at {
        IpAddr::V4(at) => Some(u32::from_ne_bytes(at.octets())),
        IpAddr::V6(_) => None,
    });
    let servers: Vec<u32> = servers.collect();
    let more = servers.len().saturating_sub(1);
    let needed = size_of::<FIXED_INFO_W2KSP1>() + more * size_of::<IP_ADDR_STRING>();
    if bytes.is_null() {
        return INVALID_PARAMETER;
    }
    if to.is_null() || (unsafe { *bytes } as usize) < needed {
        unsafe { bytes.write(needed as u32) };
        return OVERFLOW;
    }
    let mut name = [0_u8; 256];
    unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let name = CStr::from_bytes_until_nul(&name).unwrap_or_default().to_string_lossy().into_owned();
    let (host, domain) = name.split_once('.').unwrap_or((&name, ""));
    let rest = unsafe { to.add(1) }.cast::<IP_ADDR_STRING>();
    unsafe {
        to.write_bytes(0, 1);
        rest.write_bytes(0, more);
        put(host, &mut (*to).HostName);
        put(domain, &mut (*to).DomainName);
        (*to).NodeType = 8; // hybrid, as a machine that was never told
        (*to).EnableRouting = u32::from(routes());
    }
    let places = std::iter::once(unsafe { &raw mut (*to).DnsServerList })
        .chain((0..more).map(|at| unsafe { rest.add(at) }));
    let mut last: *mut IP_ADDR_STRING = null_mut();
    for (server, place) in servers.into_iter().zip(places) {
        let mut text = [0; 16];
        dotted(server, &mut text);
        unsafe {
            (*place).IpAddress.String = text.map(|c| c as i8);
            (*place).IpMask.String = b"255.255.255.255\0".map(|c| c as i8);
            if let Some(last) = last.as_mut() {
                last.Next = place;
            }
        }
        last = place;
    }
    0
}

/// Whether the machine passes on what is not for it.
fn routes() -> bool {
    fs::read_to_string("/proc/sys/net/ipv4/ip_forward").is_ok_and(|text| text.trim() == "1")
}

/// The index of the interface by which Linux sends to an address; 1231 if it knows none.
fn way_to(address: SocketAddr) -> Result<u32, u32> {
    let any: IpAddr = match address.is_ipv4() {
        true => Ipv4Addr::UNSPECIFIED.into(),
        false => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).map_err(|_| UNREACHABLE)?;
    let to = SocketAddr::new(address.ip(), 9);
    let own = socket.connect(to).and_then(|()| socket.local_addr()).map_err(|_| UNREACHABLE)?;
    let all = interfaces();
    let found = all.iter().find(|one| one.addresses.iter().any(|at| at.address.ip() == own.ip()));
    found
        .or(all.iter().find(|one| one.has(libc::IFF_LOOPBACK)))
        .map(|one| one.index)
        .ok_or(UNREACHABLE)
}

/// `DWORD GetBestInterface(IPAddr dwDestAddr, PDWORD pdwBestIfIndex)`: 1231 without a way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetBestInterface(to: u32, index: *mut u32) -> u32 {
    let address = Ipv4Addr::from(to.to_ne_bytes());
    match way_to((address, 0).into()) {
        _ if index.is_null() => INVALID_PARAMETER,
        Ok(found) => {
            unsafe { index.write(found) };
            0
        }
        Err(why) => why,
    }
}

/// `DWORD GetBestInterfaceEx(struct sockaddr *pDestAddr, PDWORD pdwBestIfIndex)`: 1231 without a
/// way, 87 for another family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetBestInterfaceEx(to: *const u8, index: *mut u32) -> u32 {
    if to.is_null() || index.is_null() {
        return INVALID_PARAMETER;
    }
    let address: IpAddr = match u32::from(unsafe { to.cast::<u16>().read_unaligned() }) {
        IPV4 => unsafe { to.add(4).cast::<[u8; 4]>().read() }.into(),
        IPV6 => unsafe { to.add(8).cast::<[u8; 16]>().read() }.into(),
        _ => return INVALID_PARAMETER,
    };
    match way_to((address, 0).into()) {
        Ok(found) => {
            unsafe { index.write(found) };
            0
        }
        Err(why) => why,
    }
}

/// `NET_IFINDEX if_nametoindex(PCSTR InterfaceName)`: 0 for none of that name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn winsock_if_nametoindex(name: *const c_char) -> u32 {
    if name.is_null() { 0 } else { unsafe { libc::if_nametoindex(name) } }
}

/// `PCHAR if_indextoname(NET_IFINDEX InterfaceIndex, PCHAR InterfaceName)`: the second argument,
/// which has room for IF_NAMESIZE characters, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn winsock_if_indextoname(index: u32, name: *mut c_char) -> *mut c_char {
    unsafe { libc::if_indextoname(index, name) }
}

//! Interfaces by number, the routes between them and the neighbours behind them, as tables of the
//! older calls.
//!
//! # Safety
//!
//! A table is the caller's, with as many bytes as its size says; a row has its number.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::fs;

use super::interface::{Interface, interfaces};
use super::tables::give;

// ERROR_FILE_NOT_FOUND, ERROR_INVALID_PARAMETER, ERROR_NO_DATA.
const NOT_FOUND: u32 = 2;
const INVALID_PARAMETER: u32 = 87;
const NO_DATA: u32 = 232;
/// Words of a MIB_IFROW: a name of 256 wide characters, 23 words of numbers, a description of 256
/// bytes.
const ROW_WORDS: usize = 256 + 23 + 64;

/// A number that Linux tells of an interface in a file of its own; 0 where it tells none.
fn told(name: &str, of: &str) -> u64 {
    let text = fs::read_to_string(format!("/sys/class/net/{name}/{of}")).unwrap_or_default();
    text.trim().parse().unwrap_or(0)
}

/// Bytes as the words of a table.
fn words(bytes: &[u8], count: usize) -> Vec<u32> {
    let mut all = bytes.to_vec();
    all.resize(count * 4, 0);
    all.chunks(4).map(|four| u32::from_ne_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// MIB_IFROW. Packets that are not unicast are counted among those that are, but for what came as
/// multicast; the speed of what has none is 0.
fn row(one: &Interface) -> Vec<u32> {
    let count = |of: &str| told(&one.name, &format!("statistics/{of}")) as u32;
    let loops = one.has(libc::IFF_LOOPBACK);
    let up = one.has(libc::IFF_UP);
    let mut row: Vec<u32> = one.name.chars().take(255).map(u32::from).collect();
    row.resize(256, 0);
    row.extend([
        one.index,
        if loops { 24 } else { 6 }, // MIB_IF_TYPE_LOOPBACK, MIB_IF_TYPE_ETHERNET
        told(&one.name, "mtu") as u32,
        told(&one.name, "speed").saturating_mul(1_000_000).min(u64::from(u32::MAX)) as u32,
        one.hardware.len() as u32,
    ]);
    row.extend(words(&one.hardware, 2));
    let multicast = count("multicast");
    row.extend([
        if up { 1 } else { 2 }, // MIB_IF_ADMIN_STATUS_UP, MIB_IF_ADMIN_STATUS_DOWN
        match (up, one.has(libc::IFF_RUNNING)) {
            (true, true) => 5,  // IF_OPER_STATUS_OPERATIONAL
            (true, false) => 2, // IF_OPER_STATUS_DISCONNECTED
            (false, _) => 0,    // IF_OPER_STATUS_NON_OPERATIONAL
        },
        0,
        count("rx_bytes"),
        count("rx_packets").wrapping_sub(multicast),
        multicast,
        count("rx_dropped"),
        count("rx_errors"),
        0,
        count("tx_bytes"),
        count("tx_packets"),
        0,
        count("tx_dropped"),
        count("tx_errors"),
        told(&one.name, "tx_queue_len") as u32,
        one.name.len() as u32,
    ]);
    row.extend(words(one.name.as_bytes(), 64));
    debug_assert_eq!(row.len(), ROW_WORDS);
    row
}

/// `DWORD GetIfTable(PMIB_IFTABLE pIfTable, PULONG pdwSize, BOOL bOrder)`: 122, and the size
/// needed, if it is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIfTable(to: *mut u32, bytes: *mut u32, _ordered: i32) -> u32 {
    let mut all = interfaces();
    all.sort_by_key(|one| one.index);
    unsafe { give(all.iter().map(row).collect(), 0, to, bytes) }
}

/// `DWORD GetIfEntry(PMIB_IFROW pIfRow)`: of the interface that its dwIndex says; 2 if there is
/// none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIfEntry(to: *mut u32) -> u32 {
    if to.is_null() {
        return INVALID_PARAMETER;
    }
    let index = unsafe { to.add(256).read() };
    let Some(one) = interfaces().into_iter().find(|one| one.index == index) else {
        return NOT_FOUND;
    };
    unsafe { to.copy_from_nonoverlapping(row(&one).as_ptr(), ROW_WORDS) };
    0
}

/// `DWORD GetNumberOfInterfaces(PDWORD pdwNumIf)`: the loopback among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNumberOfInterfaces(to: *mut u32) -> u32 {
    if to.is_null() {
        return INVALID_PARAMETER;
    }
    unsafe { to.write(interfaces().len() as u32) };
    0
}

/// `DWORD GetInterfaceInfo(PIP_INTERFACE_INFO pIfTable, PULONG dwOutBufLen)`: number and name of
/// each interface but the loopback. 122, and the size needed, if it is too small; 232 if there is
/// none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetInterfaceInfo(to: *mut u32, bytes: *mut u32) -> u32 {
    let all: Vec<Interface> =
        interfaces().into_iter().filter(|one| !one.has(libc::IFF_LOOPBACK)).collect();
    if all.is_empty() && !bytes.is_null() {
        return NO_DATA;
    }
    let row = |one: &Interface| {
        let mut row = vec![one.index];
        row.extend(one.name.chars().take(127).map(u32::from));
        row.resize(1 + 128, 0);
        row
    };
    unsafe { give(all.iter().map(row).collect(), 0, to, bytes) }
}

/// `DWORD GetIpForwardTable(PMIB_IPFORWARDTABLE pIpForwardTable, PULONG pdwSize, BOOL bOrder)`:
/// the routes of the main table. 122, and the size needed, if it is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIpForwardTable(to: *mut u32, bytes: *mut u32, ordered: i32) -> u32 {
    let all = interfaces();
    let text = fs::read_to_string("/proc/net/route").unwrap_or_default();
    let route = |line: &str| {
        let of: Vec<&str> = line.split_whitespace().collect();
        let digits = |at: usize| u32::from_str_radix(of.get(at)?, 16).ok();
        let index = all.iter().find(|one| one.name == of[0]).map_or(0, |one| one.index);
        let by = digits(2)?;
        let kind = if by == 0 { 3 } else { 4 }; // MIB_IPROUTE_TYPE_DIRECT, …_INDIRECT
        let metric: u32 = of.get(6)?.parse().ok()?;
        // MIB_IPPROTO_NETMGMT; no age; the four metrics that are not used are -1.
        let (protocol, unused) = (3, u32::MAX);
        let numbers = [digits(1)?, digits(7)?, 0, by, index, kind, protocol, 0, 0, metric];
        Some([&numbers[..], &[unused; 4]].concat())
    };
    unsafe { give(text.lines().skip(1).filter_map(route).collect(), ordered, to, bytes) }
}

/// `ULONG GetIpNetTable(PMIB_IPNETTABLE IpNetTable, PULONG SizePointer, BOOL Order)`: whom ARP
/// knows. 122, and the size needed, if it is too small; 232 if it knows nobody.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIpNetTable(to: *mut u32, bytes: *mut u32, ordered: i32) -> u32 {
    let all = interfaces();
    let text = fs::read_to_string("/proc/net/arp").unwrap_or_default();
    let neighbour = |line: &str| {
        let of: Vec<&str> = line.split_whitespace().collect();
        let address: std::net::Ipv4Addr = of.first()?.parse().ok()?;
        let flags = u32::from_str_radix(of.get(2)?.strip_prefix("0x")?, 16).ok()?;
        let byte = |two: &str| u8::from_str_radix(two, 16).ok();
        let hardware: Vec<u8> = of.get(3)?.split(':').map(byte).collect::<Option<_>>()?;
        let index = all.iter().find(|one| Some(&one.name.as_str()) == of.get(5))?.index;
        // ATF_COM, ATF_PERM: MIB_IPNET_TYPE_INVALID, …_DYNAMIC, …_STATIC.
        let kind = if flags & 2 == 0 { 2 } else { 3 + u32::from(flags & 4 != 0) };
        let mut row = vec![index, hardware.len() as u32];
        row.extend(words(&hardware, 2));
        row.extend([u32::from_ne_bytes(address.octets()), kind]);
        Some(row)
    };
    let rows: Vec<Vec<u32>> = text.lines().skip(1).filter_map(neighbour).collect();
    if rows.is_empty() && !bytes.is_null() {
        return NO_DATA;
    }
    unsafe { give(rows, ordered, to, bytes) }
}

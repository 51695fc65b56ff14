//! The connections of the machine, and what its protocols have counted. Linux tells it in
//! `/proc/net`.
//!
//! # Safety
//!
//! Outputs are the caller's, with as many bytes as their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::HashMap;
use std::fs;

use super::process::numbers;

const INVALID_PARAMETER: u32 = 87;
const NOT_SUPPORTED: u32 = 50;
const INSUFFICIENT_BUFFER: u32 = 122;
const IPV4: u32 = 2;
const IPV6: u32 = 23;

/// One socket: addresses and ports as they go over the wire.
struct Socket {
    local: (Vec<u32>, u32),
    remote: (Vec<u32>, u32),
    /// MIB_TCP_STATE.
    state: u32,
    inode: u64,
}

const LISTENS: u32 = 2;

/// Windows' number of a state, by Linux'.
fn state(linux: u32) -> u32 {
    match linux {
        1 => 5,        // ESTABLISHED
        2 => 3,        // SYN_SENT
        3 | 12 => 4,   // SYN_RECV
        4 => 6,        // FIN_WAIT1
        5 => 7,        // FIN_WAIT2
        6 => 11,       // TIME_WAIT
        8 => 8,        // CLOSE_WAIT
        9 => 10,       // LAST_ACK
        10 => LISTENS, // LISTEN
        11 => 9,       // CLOSING
        _ => 1,        // CLOSE
    }
}

/// `ADDRESS:PORT` in hexadecimal digits: words of the address as in memory, the port as on the
/// wire.
fn endpoint(text: &str) -> Option<(Vec<u32>, u32)> {
    let (address, port) = text.split_once(':')?;
    let words = address.as_bytes().chunks(8);
    let word = |word: &[u8]| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok();
    let port = u16::from_str_radix(port, 16).ok()?;
    Some((words.map(word).collect::<Option<_>>()?, u32::from(port.to_be())))
}

/// The sockets of `tcp`, `tcp6`, `udp` or `udp6`.
fn sockets(protocol: &str) -> Vec<Socket> {
    let text = fs::read_to_string(format!("/proc/net/{protocol}")).unwrap_or_default();
    let socket = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Some(Socket {
            local: endpoint(words.get(1)?)?,
            remote: endpoint(words.get(2)?)?,
            state: state(u32::from_str_radix(words.get(3)?, 16).ok()?),
            inode: words.get(9)?.parse().ok()?,
        })
    };
    text.lines().skip(1).filter_map(socket).collect()
}

/// Who has which socket open, as far as this user may know.
fn owners() -> HashMap<u64, u32> {
    let mut owners = HashMap::new();
    for process in numbers("/proc").unwrap_or_default() {
        let fds = fs::read_dir(format!("/proc/{process}/fd"));
        for fd in fds.into_iter().flatten().flatten() {
            let link = fs::read_link(fd.path()).unwrap_or_default();
            let inode = link.to_str().and_then(|name| name.strip_prefix("socket:["));
            if let Some(inode) = inode.and_then(|inode| inode.strip_suffix(']')?.parse().ok()) {
                owners.entry(inode).or_insert(process);
            }
        }
    }
    owners
}

/// A table of rows, as all of these calls give it: a count and the rows, in words of 32 bits.
pub(super) unsafe fn give(
    mut rows: Vec<Vec<u32>>,
    ordered: i32,
    to: *mut u32,
    bytes: *mut u32,
) -> u32 {
    if bytes.is_null() {
        return INVALID_PARAMETER;
    }
    if ordered != 0 {
        let wire = |row: &Vec<u32>| row.iter().map(|word| word.to_be()).collect::<Vec<_>>();
        rows.sort_by_key(wire);
    }
    let words = 1 + rows.iter().map(Vec::len).sum::<usize>();
    let room = unsafe { bytes.replace(words as u32 * 4) };
    if to.is_null() || (room as usize) < words * 4 {
        return INSUFFICIENT_BUFFER;
    }
    let table = std::iter::once(rows.len() as u32).chain(rows.into_iter().flatten());
    for (at, word) in table.enumerate() {
        unsafe { to.add(at).write_unaligned(word) };
    }
    0
}

/// MIB_TCPROW.
fn tcp_row(socket: &Socket) -> Vec<u32> {
    let Socket { local, remote, state, .. } = socket;
    vec![*state, local.0[0], local.1, remote.0[0], remote.1]
}

/// MIB_TCP6ROW_OWNER_PID; Linux tells no scope.
fn tcp6_row(socket: &Socket, process: u32) -> Vec<u32> {
    let Socket { local, remote, state, .. } = socket;
    let end = |end: &(Vec<u32>, u32)| [&end.0[..], &[0, end.1]].concat();
    [end(local), end(remote), vec![*state, process]].concat()
}

/// `DWORD GetTcpTable(PMIB_TCPTABLE TcpTable, PULONG SizePointer, BOOL Order)`: all connections and
/// listeners of IPv4. 122 tells the size that is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTcpTable(table: *mut u32, bytes: *mut u32, ordered: i32) -> u32 {
    let rows = sockets("tcp").iter().map(tcp_row).collect();
    unsafe { give(rows, ordered, table, bytes) }
}

/// `DWORD GetExtendedTcpTable(PVOID pTcpTable, PDWORD pdwSize, BOOL bOrder, ULONG ulAf,
/// TCP_TABLE_CLASS TableClass, ULONG Reserved)`: with the process of each, 0 where this user may
/// not know it. 122 tells the size; 50 for the classes with modules, which Linux does not tell,
/// and for those of IPv6 without a process; 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetExtendedTcpTable(
    table: *mut u32,
    bytes: *mut u32,
    ordered: i32,
    family: u32,
    class: u32,
    _reserved: u32,
) -> u32 {
    let (protocol, wide) = match family {
        IPV4 => ("tcp", false),
        IPV6 => ("tcp6", true),
        _ => return INVALID_PARAMETER,
    };
    let with_owner = match class {
        0..=2 if !wide => false,
        3..=5 => true,
        0..=8 => return NOT_SUPPORTED,
        _ => return INVALID_PARAMETER,
    };
    let owners = if with_owner { owners() } else { HashMap::new() };
    let wanted = |socket: &&Socket| match class % 3 {
        0 => socket.state == LISTENS,
        1 => socket.state != LISTENS,
        _ => true,
    };
    let row = |socket: &Socket| {
        let process = owners.get(&socket.inode).copied().unwrap_or(0);
        match (wide, with_owner) {
            (true, _) => tcp6_row(socket, process),
            (false, true) => [tcp_row(socket), vec![process]].concat(),
            (false, false) => tcp_row(socket),
        }
    };
    let rows = sockets(protocol).iter().filter(wanted).map(row).collect();
    unsafe { give(rows, ordered, table, bytes) }
}

/// `DWORD GetUdpTable(PMIB_UDPTABLE UdpTable, PULONG SizePointer, BOOL Order)`: all sockets of
/// IPv4. 122 tells the size that is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetUdpTable(table: *mut u32, bytes: *mut u32, ordered: i32) -> u32 {
    let row = |socket: Socket| vec![socket.local.0[0], socket.local.1];
    unsafe { give(sockets("udp").into_iter().map(row).collect(), ordered, table, bytes) }
}

/// `DWORD GetExtendedUdpTable(PVOID pUdpTable, PDWORD pdwSize, BOOL bOrder, ULONG ulAf,
/// UDP_TABLE_CLASS TableClass, ULONG Reserved)`: as [`GetExtendedTcpTable`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetExtendedUdpTable(
    table: *mut u32,
    bytes: *mut u32,
    ordered: i32,
    family: u32,
    class: u32,
    _reserved: u32,
) -> u32 {
    let (protocol, wide) = match family {
        IPV4 => ("udp", false),
        IPV6 => ("udp6", true),
        _ => return INVALID_PARAMETER,
    };
    match class {
        0 if !wide => return unsafe { GetUdpTable(table, bytes, ordered) },
        1 => {}
        0 | 2 => return NOT_SUPPORTED,
        _ => return INVALID_PARAMETER,
    }
    let owners = owners();
    let row = |socket: Socket| {
        let process = owners.get(&socket.inode).copied().unwrap_or(0);
        let (address, port) = socket.local;
        let scope: &[u32] = if wide { &[0] } else { &[] };
        [&address[..], scope, &[port, process]].concat()
    };
    unsafe { give(sockets(protocol).into_iter().map(row).collect(), ordered, table, bytes) }
}

/// What a protocol has counted, by Linux' names.
pub(super) fn counted(protocol: &str) -> HashMap<String, i64> {
    let text = fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(protocol)?.strip_prefix(':'));
    let (names, values) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let value = |word: &str| word.parse().unwrap_or(0);
    names.split_whitespace().map(str::to_owned).zip(values.split_whitespace().map(value)).collect()
}

/// Fills a structure of words by these names, and behind them with `more`.
unsafe fn statistics(protocol: &str, names: &[&str], more: &[u32], to: *mut u32) -> u32 {
    if to.is_null() {
        return INVALID_PARAMETER;
    }
    let counted = counted(protocol);
    let named = names.iter().map(|&name| counted.get(name).map_or(0, |&count| count as u32));
    for (at, value) in named.chain(more.iter().copied()).enumerate() {
        unsafe { to.add(at).write(value) };
    }
    0
}

/// `ULONG GetTcpStatistics(PMIB_TCPSTATS Statistics)`: of IPv4 and IPv6 together, as Linux counts;
/// dwNumConns are IPv4's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTcpStatistics(to: *mut u32) -> u32 {
    const NAMES: [&str; 14] = [
        "RtoAlgorithm",
        "RtoMin",
        "RtoMax",
        "MaxConn",
        "ActiveOpens",
        "PassiveOpens",
        "AttemptFails",
        "EstabResets",
        "CurrEstab",
        "InSegs",
        "OutSegs",
        "RetransSegs",
        "InErrs",
        "OutRsts",
    ];
    unsafe { statistics("Tcp", &NAMES, &[sockets("tcp").len() as u32], to) }
}

/// `ULONG GetUdpStatistics(PMIB_UDPSTATS Stats)`: of IPv4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetUdpStatistics(to: *mut u32) -> u32 {
    const NAMES: [&str; 4] = ["InDatagrams", "NoPorts", "InErrors", "OutDatagrams"];
    unsafe { statistics("Udp", &NAMES, &[sockets("udp").len() as u32], to) }
}

/// `ULONG GetIpStatistics(PMIB_IPSTATS Statistics)`: of IPv4. What Linux does not count is 0: the
/// discarded routes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIpStatistics(to: *mut u32) -> u32 {
    const NAMES: [&str; 20] = [
        "Forwarding",
        "DefaultTTL",
        "InReceives",
        "InHdrErrors",
        "InAddrErrors",
        "ForwDatagrams",
        "InUnknownProtos",
        "InDiscards",
        "InDelivers",
        "OutRequests",
        "",
        "OutDiscards",
        "OutNoRoutes",
        "ReasmTimeout",
        "ReasmReqds",
        "ReasmOKs",
        "ReasmFails",
        "FragOKs",
        "FragFails",
        "FragCreates",
    ];
    let interfaces = super::interface::interfaces();
    let addresses = interfaces.iter().flat_map(|one| &one.addresses);
    let addresses = addresses.filter(|own| own.address.is_ipv4()).count() as u32;
    let routes = fs::read_to_string("/proc/net/route").unwrap_or_default().lines().skip(1).count();
    let more = [interfaces.len() as u32, addresses, routes as u32];
    unsafe { statistics("Ip", &NAMES, &more, to) }
}

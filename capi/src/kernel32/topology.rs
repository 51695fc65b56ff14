//! How the machine's processors share cores, caches and sockets, as Linux tells it.
//!
//! # Safety
//!
//! The buffer is the caller's, with as many bytes as its size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::BTreeSet;
use std::fs;

use engine::error::Error;

use super::finish;

const FOLDER: &str = "/sys/devices/system/cpu";

/// SYSTEM_LOGICAL_PROCESSOR_INFORMATION.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    mask: usize,
    relationship: u32,
    padding: u32,
    told: [u64; 2],
}

fn text(path: &str) -> Option<String> {
    fs::read_to_string(format!("{FOLDER}/{path}")).ok().map(|text| text.trim().to_owned())
}

/// `0-3,8` as a mask of the first 64.
fn mask(list: &str) -> usize {
    let bounds = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some((first.trim().parse::<u32>().ok()?, last.trim().parse::<u32>().ok()?))
    };
    let all = list.split(',').filter_map(bounds).flat_map(|(first, last)| first..=last);
    all.filter(|at| *at < 64).fold(0, |mask, at| mask | 1 << at)
}

/// `32K` in bytes.
fn bytes(text: &str) -> u64 {
    let (digits, unit) = text.split_at(text.trim_end_matches(|c: char| !c.is_ascii_digit()).len());
    let number: u64 = digits.parse().unwrap_or(0);
    match unit {
        "K" => number << 10,
        "M" => number << 20,
        _ => number,
    }
}

/// What is told of one cache: CACHE_DESCRIPTOR in the first two words.
fn cache(folder: &str) -> Option<Shared> {
    let of = |what: &str| text(&format!("{folder}/{what}"));
    let number = |what: &str| of(what).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let kind = match of("type")?.as_str() {
        "Instruction" => 1,
        "Data" => 2,
        _ => 0,
    };
    let (ways, line) = (number("ways_of_associativity").min(255), number("coherency_line_size"));
    let size = bytes(&of("size").unwrap_or_default());
    let first = number("level") | ways << 8 | line << 16 | size << 32;
    let mask = mask(&of("shared_cpu_list")?);
    Some(Shared { mask, relationship: 2, padding: 0, told: [first, kind] })
}

fn all() -> BTreeSet<Shared> {
    let mut found = BTreeSet::new();
    let online = mask(&text("online").unwrap_or_else(|| "0".to_owned()));
    for cpu in (0..64).filter(|cpu| online >> cpu & 1 == 1) {
        let shared = |what: &str| {
            text(&format!("cpu{cpu}/topology/{what}")).map_or(1 << cpu, |list| mask(&list))
        };
        let (core, socket) = (shared("thread_siblings_list"), shared("core_siblings_list"));
        let threads = u64::from(core.count_ones() > 1); // LTP_PC_SMT
        let plain =
            |mask, relationship, told| Shared { mask, relationship, padding: 0, told: [told, 0] };
        found.insert(plain(core, 0, threads)); // RelationProcessorCore
        found.insert(plain(socket, 3, 0)); // RelationProcessorPackage
        for index in 0.. {
            let Some(cache) = cache(&format!("cpu{cpu}/cache/index{index}")) else { break };
            found.insert(cache);
        }
    }
    for node in 0.. {
        let path = format!("/sys/devices/system/node/node{node}/cpulist");
        let Ok(list) = fs::read_to_string(path) else { break };
        let mask = mask(&list);
        found.insert(Shared { mask, relationship: 1, padding: 0, told: [node, 0] });
    }
    found
}

/// `BOOL GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION Buffer,
/// PDWORD ReturnedLength)`
///
/// Cores, sockets, caches and memory nodes, each once, with the processors that share it, of the
/// first 64. FALSE with 122, and the bytes needed, for a buffer too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLogicalProcessorInformation(to: *mut Shared, room: *mut u32) -> i32 {
    let all = all();
    let needed = (all.len() * size_of::<Shared>()) as u32;
    if room.is_null() {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let given = unsafe { room.replace(needed) };
    if to.is_null() || given < needed {
        return finish(Err(Error::INSUFFICIENT_BUFFER));
    }
    for (at, one) in all.into_iter().enumerate() {
        unsafe { to.add(at).write(one) };
    }
    1
}

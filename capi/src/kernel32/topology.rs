//! How the processors of the machine belong together: cores, packages, caches and nodes, as
//! `/sys/devices/system` tells them. What it does not tell of caches is not listed.
//!
//! # Safety
//!
//! What a call writes is the caller's, valid during the call, and as long as it says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::fs;

use engine::error::Error;

use super::finish;
use super::processor::installed;

const CORE: u32 = 0;
const NODE: u32 = 1;
const CACHE: u32 = 2;
const PACKAGE: u32 = 3;
const GROUP: u32 = 4;
const ALL: u32 = 0xFFFF;

/// Processors that share something.
#[derive(PartialEq)]
struct Part {
    relationship: u32,
    mask: usize,
    /// What the entry says of it: SYSTEM_LOGICAL_PROCESSOR_INFORMATION's union.
    about: [u8; 16],
}

impl Part {
    fn new(relationship: u32, mask: usize, about: &[u8]) -> Self {
        let mut all = [0; 16];
        all[..about.len()].copy_from_slice(about);
        Self { relationship, mask: mask & installed(), about: all }
    }

    fn entry(&self) -> Vec<u8> {
        let mut entry = self.mask.to_le_bytes().to_vec();
        entry.extend(u64::from(self.relationship).to_le_bytes());
        entry.extend(self.about);
        entry
    }

    /// SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX: what it says, then the one group's mask.
    fn entry_ex(&self) -> Vec<u8> {
        let (said, reserved) = match self.relationship {
            CACHE => (12, 18),
            NODE => (4, 18),
            _ => (2, 20),
        };
        let mut body = self.about[..said].to_vec();
        body.resize(said + reserved, 0);
        body.extend(1u16.to_le_bytes());
        body.extend(self.mask.to_le_bytes());
        body.resize(body.len() + 8, 0);
        headed(self.relationship, body)
    }
}

fn headed(relationship: u32, body: Vec<u8>) -> Vec<u8> {
    let mut entry = relationship.to_le_bytes().to_vec();
    entry.extend((body.len() as u32 + 8).to_le_bytes());
    entry.extend(body);
    entry
}

/// GROUP_RELATIONSHIP: there is one group.
fn group() -> Vec<u8> {
    let count = installed().count_ones() as u8;
    let mut body = [1u16.to_le_bytes(), 1u16.to_le_bytes()].concat();
    body.resize(24, 0);
    body.extend([count, count]);
    body.resize(64, 0);
    body.extend(installed().to_le_bytes());
    headed(GROUP, body)
}

fn text(path: &str) -> Option<String> {
    Some(fs::read_to_string(format!("/sys/devices/system/{path}")).ok()?.trim().to_owned())
}

/// A mask in hexadecimal, 32 bits a word, the highest first; the first 64 processors of it.
fn mask(path: &str) -> Option<usize> {
    let all: String = text(path)?.split(',').map(|word| format!("{word:0>8}")).collect();
    usize::from_str_radix(&all[all.len().saturating_sub(16)..], 16).ok()
}

/// Ways, line, size and kind of a cache, as CACHE_DESCRIPTOR has them.
fn cache(folder: &str) -> Option<Part> {
    let number = |name: &str| text(&format!("{folder}/{name}"))?.parse::<u32>().ok();
    let kind = match text(&format!("{folder}/type"))?.as_str() {
        "Instruction" => 1u32,
        "Data" => 2,
        _ => 0,
    };
    let size = text(&format!("{folder}/size"))?;
    let size = match size.strip_suffix('M') {
        Some(size) => size.parse::<u32>().ok()? << 20,
        None => size.trim_end_matches('K').parse::<u32>().ok()? << 10,
    };
    let ways = number("ways_of_associativity").map_or(0, |ways| ways.min(0xFF) as u8);
    let mut about = vec![number("level")? as u8, ways];
    about.extend((number("coherency_line_size")? as u16).to_le_bytes());
    about.extend(size.to_le_bytes());
    about.extend(kind.to_le_bytes());
    Some(Part::new(CACHE, mask(&format!("{folder}/shared_cpu_map"))?, &about))
}

/// The masks of the nodes, at their numbers; one of all processors if the machine tells none.
fn nodes() -> Vec<usize> {
    let told: Vec<usize> =
        (0..64).map_while(|node| mask(&format!("node/node{node}/cpumap"))).collect();
    if told.is_empty() { vec![installed()] } else { told }
}

/// All parts, each once, in the order of their first processors.
fn parts() -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut add = |part: Part| {
        if !parts.contains(&part) {
            parts.push(part);
        }
    };
    for at in (0..64).filter(|at| installed() >> at & 1 == 1) {
        let folder = format!("cpu/cpu{at}");
        let core = mask(&format!("{folder}/topology/thread_siblings")).unwrap_or(1 << at);
        add(Part::new(CORE, core, &[u8::from(core.count_ones() > 1)]));
        let package = mask(&format!("{folder}/topology/core_siblings"));
        add(Part::new(PACKAGE, package.unwrap_or(usize::MAX), &[]));
        let caches = (0..16).map_while(|index| cache(&format!("{folder}/cache/index{index}")));
        caches.for_each(&mut add);
    }
    for (node, mask) in nodes().into_iter().enumerate() {
        add(Part::new(NODE, mask, &(node as u32).to_le_bytes()));
    }
    parts
}

/// Writes all entries, and how long they are; 122 if there is no room for them.
unsafe fn tell(entries: Vec<u8>, to: *mut u8, length: *mut u32) -> Result<(), Error> {
    if length.is_null() {
        return Err(Error::INVALID_PARAMETER);
    }
    let room = unsafe { length.replace(entries.len() as u32) } as usize;
    if to.is_null() || room < entries.len() {
        return Err(Error::INSUFFICIENT_BUFFER);
    }
    unsafe { to.copy_from_nonoverlapping(entries.as_ptr(), entries.len()) };
    Ok(())
}

/// `BOOL GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION Buffer, PDWORD
/// ReturnedLength)`: in bytes. 122, and the length that is needed, if there is no room; 87 without
/// `ReturnedLength`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLogicalProcessorInformation(to: *mut u8, length: *mut u32) -> i32 {
    let entries = parts().iter().flat_map(Part::entry).collect();
    finish(unsafe { tell(entries, to, length) })
}

/// `BOOL GetLogicalProcessorInformationEx(LOGICAL_PROCESSOR_RELATIONSHIP RelationshipType,
/// PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX Buffer, PDWORD ReturnedLength)`: entries of differing
/// length. 87 for a relationship that is not known (dies, modules), 122 as without Ex.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLogicalProcessorInformationEx(
    relationship: u32,
    to: *mut u8,
    length: *mut u32,
) -> i32 {
    if relationship > GROUP && relationship != ALL {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let wanted = |which: u32| relationship == ALL || relationship == which;
    let parts = parts();
    let chosen = parts.iter().filter(|part| wanted(part.relationship));
    let mut entries: Vec<u8> = chosen.flat_map(Part::entry_ex).collect();
    if wanted(GROUP) {
        entries.extend(group());
    }
    finish(unsafe { tell(entries, to, length) })
}

/// `BOOL GetNumaHighestNodeNumber(PULONG HighestNodeNumber)`: 0 on a machine of one node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNumaHighestNodeNumber(to: *mut u32) -> i32 {
    unsafe { to.write(nodes().len() as u32 - 1) };
    finish(Ok(()))
}

/// `BOOL GetNumaNodeProcessorMask(UCHAR Node, PULONGLONG ProcessorMask)`: 87 for a node that is not
/// there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNumaNodeProcessorMask(node: u8, to: *mut u64) -> i32 {
    let mask = nodes().get(usize::from(node)).copied().ok_or(Error::INVALID_PARAMETER);
    finish(mask.map(|mask| unsafe { to.write((mask & installed()) as u64) }))
}

/// `BOOL GetNumaProcessorNode(UCHAR Processor, PUCHAR NodeNumber)`: 87, and 0xFF, for a processor
/// that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNumaProcessorNode(processor: u8, to: *mut u8) -> i32 {
    let has = |mask: &usize| processor < 64 && mask & installed() & 1 << processor != 0;
    let node = nodes().iter().position(has);
    unsafe { to.write(node.map_or(0xFF, |node| node as u8)) };
    finish(node.map(|_| ()).ok_or(Error::INVALID_PARAMETER))
}

/// `SIZE_T GetLargePageMinimum()`: 0, which says that there are none to be had.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLargePageMinimum() -> usize {
    0
}

//! What runs on the machine, as it was when it was asked: processes, threads, modules. Linux tells
//! it in `/proc`.
//!
//! # Safety
//!
//! An entry is the caller's, with as many bytes as its dwSize says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::VecDeque;
use std::ffi::c_void;
use std::fs;
use std::sync::Arc;

use engine::error::{Error, set_last_error};
use engine::linux::{foreign, insert_foreign};
use parking_lot::Mutex;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};

use super::counters::fields;
use super::process::{numbers, program_name};
use super::{finish, loaded};
use crate::text::{Character, Wide, write_cut};

const SNAP_PROCESSES: u32 = 0x2;
const SNAP_THREADS: u32 = 0x4;
const SNAP_MODULES: u32 = 0x8;
const SNAP_MODULES_32: u32 = 0x10;
const INHERIT: u32 = 0x8000_0000;
const NO_MORE_FILES: Error = Error(18);

struct Process {
    number: u32,
    parent: u32,
    threads: u32,
    name: String,
}

struct Module {
    process: u32,
    module: loaded::Module,
}

/// A list, and what of it has not been told.
struct Told<T> {
    all: Vec<Arc<T>>,
    rest: VecDeque<Arc<T>>,
}

impl<T> Told<T> {
    fn of(all: Vec<T>) -> Mutex<Self> {
        Mutex::new(Self { all: all.into_iter().map(Arc::new).collect(), rest: VecDeque::new() })
    }

    /// The first, again, or the next one.
    fn next(&mut self, first: bool) -> Option<Arc<T>> {
        if first {
            self.rest = self.all.iter().cloned().collect();
        }
        self.rest.pop_front()
    }
}

/// A snapshot.
struct Snapshot {
    processes: Mutex<Told<Process>>,
    /// Numbers of a thread and of its process.
    threads: Mutex<Told<(u32, u32)>>,
    modules: Mutex<Told<Module>>,
}

/// What is known of a process; `None` if it has gone.
fn process(number: u32) -> Option<Process> {
    // proc(5): state ppid …; the 20th column, of which two are in front, is the count of threads.
    let stat = fields(&fs::read_to_string(format!("/proc/{number}/stat")).ok()?).ok()?;
    let name = program_name(number)?;
    let at = |column: usize| stat.get(column - 3).map_or(0, |&value| value as u32);
    Some(Process { number, parent: at(4), threads: at(20), name })
}

fn modules(number: u32) -> Result<Vec<Module>, Error> {
    let maps = fs::read_to_string(format!("/proc/{number}/maps")).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Error::INVALID_PARAMETER
        } else {
            Error::ACCESS_DENIED
        }
    })?;
    let own = fs::read_link(format!("/proc/{number}/exe")).unwrap_or_default();
    let all = loaded::modules(&maps, &own);
    Ok(all.into_iter().map(|module| Module { process: number, module }).collect())
}

/// `HANDLE CreateToolhelp32Snapshot(DWORD dwFlags, DWORD th32ProcessID)`: what is there now.
/// Modules are those of one process, 0: this one. INVALID_HANDLE_VALUE: 87 for nothing of this, for
/// heaps, which Linux does not tell of, and for a process that is not there; 5 for the modules of
/// another user's. CloseHandle ends it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateToolhelp32Snapshot(flags: u32, number: u32) -> HANDLE {
    let wants = |bits: u32| flags & bits != 0;
    let known = SNAP_PROCESSES | SNAP_THREADS | SNAP_MODULES | SNAP_MODULES_32;
    let made = || {
        if !wants(known) || wants(!(known | INHERIT)) {
            return Err(Error::INVALID_PARAMETER);
        }
        let all = if wants(SNAP_PROCESSES | SNAP_THREADS) {
            numbers("/proc").unwrap_or_default()
        } else {
            Vec::new()
        };
        let number = if number == 0 { std::process::id() } else { number };
        let threads_of = |&process: &u32| {
            let threads = numbers(format!("/proc/{process}/task")).unwrap_or_default();
            threads.into_iter().map(move |thread| (thread, process))
        };
        let owners = if wants(SNAP_THREADS) { &all[..] } else { &[] };
        let snapshot = Snapshot {
            threads: Told::of(owners.iter().flat_map(threads_of).collect()),
            processes: Told::of(match wants(SNAP_PROCESSES) {
                true => all.iter().filter_map(|&number| process(number)).collect(),
                false => Vec::new(),
            }),
            modules: Told::of(match wants(SNAP_MODULES | SNAP_MODULES_32) {
                true => modules(number)?,
                false => Vec::new(),
            }),
        };
        insert_foreign(Arc::new(snapshot))
    };
    made().unwrap_or_else(|error| {
        set_last_error(error.0);
        INVALID_HANDLE_VALUE
    })
}

/// PROCESSENTRY32.
#[repr(C)]
pub struct ProcessEntry<C> {
    size: u32,
    usage: u32,
    number: u32,
    heap: usize,
    module: u32,
    threads: u32,
    parent: u32,
    priority: i32,
    flags: u32,
    name: [C; 260],
}

/// THREADENTRY32.
#[repr(C)]
pub struct ThreadEntry {
    size: u32,
    usage: u32,
    number: u32,
    process: u32,
    priority: i32,
    change: i32,
    flags: u32,
}

/// MODULEENTRY32.
#[repr(C)]
pub struct ModuleEntry<C> {
    size: u32,
    number: u32,
    process: u32,
    usage: u32,
    own_usage: u32,
    base: *mut c_void,
    bytes: u32,
    handle: *mut c_void,
    name: [C; 256],
    path: [C; 260],
}

/// The next of a list, for an entry whose dwSize must be `E`'s: 122, 18 when there is none.
unsafe fn next<T, E>(
    snapshot: HANDLE,
    entry: *mut E,
    first: bool,
    list: impl Fn(&Snapshot) -> &Mutex<Told<T>>,
) -> Result<Arc<T>, Error> {
    if unsafe { *entry.cast::<u32>() } as usize != size_of::<E>() {
        return Err(Error::INSUFFICIENT_BUFFER);
    }
    let snapshot = foreign::<Snapshot>(snapshot)?;
    let next = list(&snapshot).lock().next(first);
    next.ok_or(NO_MORE_FILES)
}

unsafe fn next_process<C: Character>(
    snapshot: HANDLE,
    entry: *mut ProcessEntry<C>,
    first: bool,
) -> i32 {
    let next = unsafe { next(snapshot, entry, first, |snapshot| &snapshot.processes) };
    finish(next.map(|process| unsafe {
        let entry = &mut *entry;
        (entry.usage, entry.heap, entry.module, entry.flags) = (0, 0, 0, 0);
        (entry.number, entry.parent) = (process.number, process.parent);
        (entry.threads, entry.priority) = (process.threads, 8);
        write_cut(&process.name, entry.name.as_mut_ptr(), entry.name.len());
    }))
}

unsafe fn next_thread(snapshot: HANDLE, entry: *mut ThreadEntry, first: bool) -> i32 {
    let next = unsafe { next(snapshot, entry, first, |snapshot| &snapshot.threads) };
    finish(next.map(|thread| unsafe {
        let entry = &mut *entry;
        (entry.usage, entry.priority, entry.change, entry.flags) = (0, 8, 0, 0);
        (entry.number, entry.process) = *thread;
    }))
}

unsafe fn next_module<C: Character>(
    snapshot: HANDLE,
    entry: *mut ModuleEntry<C>,
    first: bool,
) -> i32 {
    let next = unsafe { next(snapshot, entry, first, |snapshot| &snapshot.modules) };
    finish(next.map(|module| unsafe {
        let entry = &mut *entry;
        (entry.number, entry.process) = (1, module.process);
        (entry.usage, entry.own_usage) = (0xFFFF, 0xFFFF);
        let loaded = &module.module;
        (entry.base, entry.bytes) = (loaded.base as *mut c_void, loaded.bytes as u32);
        entry.handle = match module.process == std::process::id() {
            true => loaded.handle(),
            false => entry.base,
        };
        write_cut(loaded.name(), entry.name.as_mut_ptr(), entry.name.len());
        write_cut(&loaded.path(), entry.path.as_mut_ptr(), entry.path.len());
    }))
}

/// `BOOL Process32First(HANDLE hSnapshot, LPPROCESSENTRY32 lppe)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Process32First(snapshot: HANDLE, entry: *mut ProcessEntry<u8>) -> i32 {
    unsafe { next_process(snapshot, entry, true) }
}

/// `BOOL Process32Next(HANDLE hSnapshot, LPPROCESSENTRY32 lppe)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Process32Next(snapshot: HANDLE, entry: *mut ProcessEntry<u8>) -> i32 {
    unsafe { next_process(snapshot, entry, false) }
}

/// `BOOL Process32FirstW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Process32FirstW(snapshot: HANDLE, entry: *mut ProcessEntry<Wide>) -> i32 {
    unsafe { next_process(snapshot, entry, true) }
}

/// `BOOL Process32NextW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Process32NextW(snapshot: HANDLE, entry: *mut ProcessEntry<Wide>) -> i32 {
    unsafe { next_process(snapshot, entry, false) }
}

/// `BOOL Thread32First(HANDLE hSnapshot, LPTHREADENTRY32 lpte)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Thread32First(snapshot: HANDLE, entry: *mut ThreadEntry) -> i32 {
    unsafe { next_thread(snapshot, entry, true) }
}

/// `BOOL Thread32Next(HANDLE hSnapshot, LPTHREADENTRY32 lpte)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Thread32Next(snapshot: HANDLE, entry: *mut ThreadEntry) -> i32 {
    unsafe { next_thread(snapshot, entry, false) }
}

/// `BOOL Module32First(HANDLE hSnapshot, LPMODULEENTRY32 lpme)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Module32First(snapshot: HANDLE, entry: *mut ModuleEntry<u8>) -> i32 {
    unsafe { next_module(snapshot, entry, true) }
}

/// `BOOL Module32Next(HANDLE hSnapshot, LPMODULEENTRY32 lpme)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Module32Next(snapshot: HANDLE, entry: *mut ModuleEntry<u8>) -> i32 {
    unsafe { next_module(snapshot, entry, false) }
}

/// `BOOL Module32FirstW(HANDLE hSnapshot, LPMODULEENTRY32W lpme)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Module32FirstW(snapshot: HANDLE, entry: *mut ModuleEntry<Wide>) -> i32 {
    unsafe { next_module(snapshot, entry, true) }
}

/// `BOOL Module32NextW(HANDLE hSnapshot, LPMODULEENTRY32W lpme)`
///
/// FALSE: 18 when there is none, 122 for a dwSize that is not the entry's, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Module32NextW(snapshot: HANDLE, entry: *mut ModuleEntry<Wide>) -> i32 {
    unsafe { next_module(snapshot, entry, false) }
}

//! Heaps, and the old names for them.
//!
//! # Safety
//!
//! A block is its heap's until it is freed, once.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::ptr::null_mut;

use engine::error::{Error, set_last_error};
use parking_lot::Mutex;

use super::finish;

/// What stands before a block: its size, and its neighbours in a heap that can be destroyed.
#[repr(C, align(16))]
struct Header {
    bytes: usize,
    previous: *mut Header,
    next: *mut Header,
}

/// A heap. The process' own keeps no list of its blocks.
pub struct Heap {
    blocks: Mutex<First>,
    listed: bool,
}

struct First(*mut Header);

// SAFETY: the list is reached under its lock only, and its blocks belong to the heap.
unsafe impl Send for First {}

static PROCESS: Heap = Heap { blocks: Mutex::new(First(null_mut())), listed: false };
const ZERO: u32 = 8;
const IN_PLACE: u32 = 16;

impl Heap {
    fn enlist(&self, header: *mut Header) {
        if !self.listed {
            return;
        }
        let mut first = self.blocks.lock();
        unsafe {
            (*header).previous = null_mut();
            (*header).next = first.0;
            if let Some(next) = first.0.as_mut() {
                next.previous = header;
            }
        }
        first.0 = header;
    }

    fn strike(&self, header: *mut Header) {
        if !self.listed {
            return;
        }
        let mut first = self.blocks.lock();
        unsafe {
            match (*header).previous.as_mut() {
                Some(previous) => previous.next = (*header).next,
                None => first.0 = (*header).next,
            }
            if let Some(next) = (*header).next.as_mut() {
                next.previous = (*header).previous;
            }
        }
    }
}

fn header_of(block: *const c_void) -> *mut Header {
    block.cast::<Header>().wrapping_sub(1).cast_mut()
}

/// `HANDLE GetProcessHeap()`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessHeap() -> *const Heap {
    &raw const PROCESS
}

/// `HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize)`: it grows as it
/// is used; the sizes are not read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapCreate(_: u32, _: usize, _: usize) -> *const Heap {
    let heap = Heap { blocks: Mutex::new(First(null_mut())), listed: true };
    let heap = Box::into_raw(Box::new(heap));
    HEAPS.lock().push(heap as usize);
    heap
}

/// The heaps that HeapCreate has made and HeapDestroy has not ended.
static HEAPS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// `DWORD GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps)`: how many there are, the
/// process' own first; none is written if there is not room for all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetProcessHeaps(room: u32, heaps: *mut *const Heap) -> u32 {
    let made = HEAPS.lock();
    let count = made.len() + 1;
    if count <= room as usize {
        let all = std::iter::once(&raw const PROCESS as usize).chain(made.iter().copied());
        for (at, heap) in all.enumerate() {
            unsafe { heaps.add(at).write(heap as *const Heap) };
        }
    }
    count as u32
}

/// `BOOL HeapDestroy(HANDLE hHeap)`: with all its blocks. 87 for the process' own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapDestroy(heap: *mut Heap) -> i32 {
    if heap.is_null() || std::ptr::eq(heap, &raw const PROCESS) {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    HEAPS.lock().retain(|other| *other != heap as usize);
    unsafe {
        let heap = Box::from_raw(heap);
        let mut at = heap.blocks.lock().0;
        while !at.is_null() {
            let next = (*at).next;
            libc::free(at.cast());
            at = next;
        }
    }
    1
}

/// `LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes)`: HEAP_ZERO_MEMORY (8) clears it;
/// NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapAlloc(heap: *const Heap, flags: u32, bytes: usize) -> *mut c_void {
    let Some(all) = bytes.checked_add(size_of::<Header>()) else { return null_mut() };
    let header: *mut Header = unsafe {
        match flags & ZERO {
            0 => libc::malloc(all).cast(),
            _ => libc::calloc(1, all).cast(),
        }
    };
    if header.is_null() {
        set_last_error(Error::NOT_ENOUGH_MEMORY.0);
        return null_mut();
    }
    unsafe {
        header.write(Header { bytes, previous: null_mut(), next: null_mut() });
        (*heap).enlist(header);
        header.add(1).cast()
    }
}

/// `LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes)`: NULL, and the
/// block as it was, when there is none or it would have to move against the flags.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapReAlloc(
    heap: *const Heap,
    flags: u32,
    block: *mut c_void,
    bytes: usize,
) -> *mut c_void {
    unsafe {
        let old = (*header_of(block)).bytes;
        if flags & IN_PLACE != 0 {
            if bytes > old {
                set_last_error(Error::NOT_ENOUGH_MEMORY.0);
                return null_mut();
            }
            (*header_of(block)).bytes = bytes;
            return block;
        }
        let new = HeapAlloc(heap, flags, bytes);
        if !new.is_null() {
            libc::memcpy(new, block, old.min(bytes));
            HeapFree(heap, 0, block);
        }
        new
    }
}

/// `BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem)`: nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapFree(heap: *const Heap, _: u32, block: *mut c_void) -> i32 {
    if !block.is_null() {
        unsafe {
            (*heap).strike(header_of(block));
            libc::free(header_of(block).cast());
        }
    }
    1
}

/// `SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapSize(_: *const Heap, _: u32, block: *const c_void) -> usize {
    if block.is_null() { usize::MAX } else { unsafe { (*header_of(block)).bytes } }
}

/// `BOOL HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
/// PVOID HeapInformation, SIZE_T HeapInformationLength)`
///
/// HeapEnableTerminationOnCorruption (1): it does so anyway. HeapCompatibilityInformation (0) takes
/// the low-fragmentation heap (2), which every heap is, as on Windows by now. 87 for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapSetInformation(
    _: *mut Heap,
    class: u32,
    what: *mut c_void,
    bytes: usize,
) -> i32 {
    let taken = match class {
        0 => !what.is_null() && bytes >= 4 && unsafe { what.cast::<u32>().read_unaligned() } == 2,
        1 => true,
        _ => false,
    };
    finish(if taken { Ok(()) } else { Err(Error::INVALID_PARAMETER) })
}

/// `BOOL HeapQueryInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
/// PVOID HeapInformation, SIZE_T HeapInformationLength, PSIZE_T ReturnLength)`
///
/// HeapCompatibilityInformation (0): 2. 122 without room for it, 87 for other classes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn HeapQueryInformation(
    _: *mut Heap,
    class: u32,
    to: *mut c_void,
    bytes: usize,
    needed: *mut usize,
) -> i32 {
    if class != 0 {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    if !needed.is_null() {
        unsafe { needed.write(4) };
    }
    if bytes < 4 {
        return finish(Err(Error(122)));
    }
    unsafe { to.cast::<u32>().write_unaligned(2) };
    1
}

/// `HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes)`: fixed memory, cleared with LMEM_ZEROINIT
/// (0x40). NULL and 87 for movable memory, which would be a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LocalAlloc(flags: u32, bytes: usize) -> *mut c_void {
    if flags & 2 != 0 {
        set_last_error(Error::INVALID_PARAMETER.0);
        return null_mut();
    }
    let zero = if flags & 0x40 != 0 { ZERO } else { 0 };
    unsafe { HeapAlloc(&raw const PROCESS, zero, bytes) }
}

/// `HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags)`: fixed memory, which moves only
/// with LMEM_MOVEABLE (0x2); what is new is cleared with LMEM_ZEROINIT (0x40). NULL: 8, and the
/// block as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LocalReAlloc(block: *mut c_void, bytes: usize, flags: u32) -> *mut c_void {
    let zero = if flags & 0x40 != 0 { ZERO } else { 0 };
    let place = if flags & 2 != 0 { 0 } else { IN_PLACE };
    unsafe { HeapReAlloc(&raw const PROCESS, zero | place, block, bytes) }
}

/// `SIZE_T LocalSize(HLOCAL hMem)`: in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LocalSize(block: *mut c_void) -> usize {
    unsafe { HeapSize(&raw const PROCESS, 0, block) }
}

/// `HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags)`: as LocalReAlloc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GlobalReAlloc(
    block: *mut c_void,
    bytes: usize,
    flags: u32,
) -> *mut c_void {
    unsafe { LocalReAlloc(block, bytes, flags) }
}

/// `SIZE_T GlobalSize(HGLOBAL hMem)`: in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GlobalSize(block: *mut c_void) -> usize {
    unsafe { LocalSize(block) }
}

/// `HLOCAL LocalFree(HLOCAL hMem)`: NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LocalFree(block: *mut c_void) -> *mut c_void {
    unsafe { HeapFree(&raw const PROCESS, 0, block) };
    null_mut()
}

/// `HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes)`: as LocalAlloc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GlobalAlloc(flags: u32, bytes: usize) -> *mut c_void {
    unsafe { LocalAlloc(flags, bytes) }
}

/// `HGLOBAL GlobalFree(HGLOBAL hMem)`: NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GlobalFree(block: *mut c_void) -> *mut c_void {
    unsafe { LocalFree(block) }
}

/// `BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer)`: 87 unless dwLength is its size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GlobalMemoryStatusEx(status: *mut Status) -> i32 {
    let mut facts = unsafe { std::mem::zeroed::<libc::sysinfo>() };
    unsafe {
        if (*status).length as usize != size_of::<Status>() {
            return finish(Err(Error::INVALID_PARAMETER));
        }
        libc::sysinfo(&mut facts);
        let unit = u64::from(facts.mem_unit);
        let (ram, free) = (facts.totalram * unit, (facts.freeram + facts.bufferram) * unit);
        status.write(Status {
            length: size_of::<Status>() as u32,
            load_percent: (100 - free * 100 / ram.max(1)) as u32,
            ram,
            ram_free: free,
            page_file: (facts.totalram + facts.totalswap) * unit,
            page_file_free: (facts.freeram + facts.freeswap) * unit,
            virtual_all: 0x7FFF_FFFE_0000,
            virtual_free: 0x7FFF_FFFE_0000,
            extended: 0,
        });
    }
    1
}

/// MEMORYSTATUSEX.
#[repr(C)]
pub struct Status {
    length: u32,
    load_percent: u32,
    ram: u64,
    ram_free: u64,
    page_file: u64,
    page_file_free: u64,
    virtual_all: u64,
    virtual_free: u64,
    extended: u64,
}

//! Files mapped into memory, and memory that processes share.
//!
//! # Safety
//!
//! Texts that come in end with a null; a view is used only until it is unmapped.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::collections::BTreeMap;
use std::ffi::{CString, c_void};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::Arc;

use engine::error::{Error, set_last_error};
use parking_lot::Mutex;

use super::{finish, finish_value, last_errno};
use crate::text::{Character, Wide, read};

/// Views: where they begin, and their bytes.
static VIEWS: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

const INVALID_ADDRESS: Error = Error(487);

/// A name as shm_open wants it; `Local\` and `Global\` before it are one here.
fn shared_name(name: &str) -> Result<CString, Error> {
    let plain = name.rsplit('\\').next().unwrap_or(name).replace('/', "_");
    CString::new(format!("/winsock-{plain}")).map_err(|_| Error::INVALID_PARAMETER)
}

fn owned(fd: i32) -> Result<OwnedFd, Error> {
    if fd < 0 { Err(last_errno()) } else { Ok(unsafe { OwnedFd::from_raw_fd(fd) }) }
}

/// What a mapping's handle stands for.
struct Section {
    fd: OwnedFd,
    bytes: u64,
    writes: bool,
    /// The name goes with the object that made it.
    name: Option<CString>,
}

impl Drop for Section {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            unsafe { libc::shm_unlink(name.as_ptr()) };
        }
    }
}

const READ_ONLY: u32 = 0x02;
const READ_WRITE: u32 = 0x04;
const COPY: u32 = 0x08;

fn length(fd: i32) -> Result<u64, Error> {
    let mut facts = unsafe { std::mem::zeroed::<libc::stat>() };
    let told = unsafe { libc::fstat(fd, &mut facts) };
    if told == 0 { Ok(facts.st_size as u64) } else { Err(last_errno()) }
}

fn grow(fd: &OwnedFd, bytes: u64) -> Result<(), Error> {
    let grown = unsafe { libc::ftruncate(fd.as_raw_fd(), bytes as i64) };
    if grown == 0 { Ok(()) } else { Err(last_errno()) }
}

/// A mapping, and whether its name was there already.
fn create(
    file: *mut c_void,
    page: u32,
    bytes: u64,
    name: Option<String>,
) -> Result<(Section, bool), Error> {
    let writes = match page & 0xff {
        READ_WRITE => true,
        READ_ONLY | COPY => false,
        _ => return Err(Error::INVALID_PARAMETER),
    };
    if file as isize != -1 {
        let fd = engine::linux::file_fd(file)?;
        let fd = owned(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
        let has = length(fd.as_raw_fd())?;
        let bytes = if bytes == 0 { has } else { bytes };
        match bytes {
            0 => return Err(Error(1006)), // ERROR_FILE_INVALID
            _ if bytes > has && !writes => return Err(Error::NOT_ENOUGH_MEMORY),
            _ if bytes > has => grow(&fd, bytes)?,
            _ => {}
        }
        return Ok((Section { fd, bytes, writes, name: None }, false));
    }
    if bytes == 0 {
        return Err(Error::INVALID_PARAMETER);
    }
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        let made = unsafe { libc::memfd_create(c"mapping".as_ptr(), libc::MFD_CLOEXEC) };
        let fd = owned(made)?;
        grow(&fd, bytes)?;
        return Ok((Section { fd, bytes, writes, name: None }, false));
    };
    let name = shared_name(&name)?;
    let new = libc::O_RDWR | libc::O_CREAT | libc::O_EXCL | libc::O_CLOEXEC;
    match owned(unsafe { libc::shm_open(name.as_ptr(), new, 0o600) }) {
        Ok(fd) => {
            grow(&fd, bytes)?;
            Ok((Section { fd, bytes, writes, name: Some(name) }, false))
        }
        Err(Error::ALREADY_EXISTS) => Ok((find(&name)?, true)),
        Err(error) => Err(error),
    }
}

fn find(name: &CString) -> Result<Section, Error> {
    let fd = owned(unsafe { libc::shm_open(name.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC, 0) })?;
    let bytes = length(fd.as_raw_fd())?;
    Ok(Section { fd, bytes, writes: true, name: None })
}

unsafe fn create_mapping<C: Character>(
    file: *mut c_void,
    page: u32,
    bytes: u64,
    name: *const C,
) -> *mut c_void {
    let made = create(file, page, bytes, unsafe { read(name) });
    finish_value(made.and_then(|(section, existed)| {
        let handle = engine::linux::insert_foreign(Arc::new(section))?;
        set_last_error(if existed { Error::ALREADY_EXISTS.0 } else { 0 });
        Ok(handle as usize)
    })) as *mut c_void
}

unsafe fn open_mapping<C: Character>(name: *const C) -> *mut c_void {
    let name = unsafe { read(name) }.ok_or(Error::INVALID_PARAMETER);
    let found = name.and_then(|name| find(&shared_name(&name)?));
    let handle = found.and_then(|section| engine::linux::insert_foreign(Arc::new(section)));
    finish_value(handle.map(|handle| handle as usize)) as *mut c_void
}

/// `wanted`: where; null: anywhere.
fn map(
    mapping: *mut c_void,
    access: u32,
    (at, bytes): (u64, usize),
    wanted: *mut c_void,
) -> Result<usize, Error> {
    const COPY: u32 = 1;
    const WRITE: u32 = 2;
    const READ: u32 = 4;
    let section = engine::linux::foreign::<Section>(mapping)?;
    if !at.is_multiple_of(0x1_0000) || !(wanted as usize).is_multiple_of(0x1_0000) {
        return Err(Error(1132)); // ERROR_MAPPED_ALIGNMENT
    }
    let left = section.bytes.checked_sub(at).ok_or(Error::ACCESS_DENIED)?;
    let bytes = if bytes == 0 { left as usize } else { bytes };
    if bytes as u64 > left || access & (COPY | WRITE) == WRITE && !section.writes {
        return Err(Error::ACCESS_DENIED);
    }
    let (protection, sharing) = match access & (COPY | WRITE | READ) {
        READ => (libc::PROT_READ, libc::MAP_SHARED),
        only if only & WRITE != 0 => (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED),
        only if only & COPY != 0 => (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE),
        _ => return Err(Error::INVALID_PARAMETER),
    };
    let fd = section.fd.as_raw_fd();
    let sharing = if wanted.is_null() { sharing } else { sharing | libc::MAP_FIXED_NOREPLACE };
    let view = unsafe { libc::mmap(wanted, bytes, protection, sharing, fd, at as i64) };
    if view == libc::MAP_FAILED {
        return Err(if wanted.is_null() { last_errno() } else { INVALID_ADDRESS });
    }
    VIEWS.lock().insert(view as usize, bytes);
    Ok(view as usize)
}

/// `LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
/// DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap)`
///
/// 0 bytes: to its end. NULL: 5 beyond it or against its protection, 1132 for an offset that is no
/// multiple of 64 KiB, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MapViewOfFile(
    mapping: *mut c_void,
    access: u32,
    high: u32,
    low: u32,
    bytes: usize,
) -> *mut c_void {
    let at = u64::from(high) << 32 | u64::from(low);
    finish_value(map(mapping, access, (at, bytes), std::ptr::null_mut())) as *mut c_void
}

/// `LPVOID MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD
/// dwFileOffsetHigh, DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress)`: as
/// [`MapViewOfFile`], at that address. NULL: 487 where something is there, 1132 for no multiple of
/// 64 KiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MapViewOfFileEx(
    mapping: *mut c_void,
    access: u32,
    high: u32,
    low: u32,
    bytes: usize,
    wanted: *mut c_void,
) -> *mut c_void {
    let at = u64::from(high) << 32 | u64::from(low);
    finish_value(map(mapping, access, (at, bytes), wanted)) as *mut c_void
}

/// `BOOL UnmapViewOfFile(LPCVOID lpBaseAddress)`: 487 unless a view begins there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UnmapViewOfFile(view: *mut c_void) -> i32 {
    let bytes = VIEWS.lock().remove(&(view as usize));
    finish(bytes.ok_or(Error(487)).map(|bytes| {
        unsafe { libc::munmap(view, bytes) };
    }))
}

/// `BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush)`: to the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FlushViewOfFile(from: *mut c_void, bytes: usize) -> i32 {
    let view = VIEWS.lock().range(..=from as usize).next_back().map(|(&at, &length)| (at, length));
    finish(match view {
        Some((at, length)) if (from as usize) < at + length => {
            let bytes = if bytes == 0 { at + length - from as usize } else { bytes };
            let page = from as usize & !4095;
            let span = from as usize + bytes - page;
            match unsafe { libc::msync(page as *mut c_void, span, libc::MS_SYNC) } {
                0 => Ok(()),
                _ => Err(last_errno()),
            }
        }
        _ => Err(Error(487)),
    })
}

/// `HANDLE CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD
/// flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, lpName)`
///
/// Of a file, or with INVALID_HANDLE_VALUE of memory, which under a name other processes of the
/// user find too as long as its first handle is open; 183 says that it was there. A file's mapping
/// has no name for others. NULL: 6, 8, 87, 1006 for an empty file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileMappingA(
    file: *mut c_void,
    _: *const c_void,
    page: u32,
    high: u32,
    low: u32,
    name: *const u8,
) -> *mut c_void {
    let bytes = u64::from(high) << 32 | u64::from(low);
    unsafe { create_mapping(file, page, bytes, name) }
}

/// `HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD
/// flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, lpName)`
///
/// Of a file, or with INVALID_HANDLE_VALUE of memory, which under a name other processes of the
/// user find too as long as its first handle is open; 183 says that it was there. A file's mapping
/// has no name for others. NULL: 6, 8, 87, 1006 for an empty file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileMappingW(
    file: *mut c_void,
    _: *const c_void,
    page: u32,
    high: u32,
    low: u32,
    name: *const Wide,
) -> *mut c_void {
    let bytes = u64::from(high) << 32 | u64::from(low);
    unsafe { create_mapping(file, page, bytes, name) }
}

/// `HANDLE OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, lpName)`: 2 for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenFileMappingA(_: u32, _: i32, name: *const u8) -> *mut c_void {
    unsafe { open_mapping(name) }
}

/// `HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, lpName)`: 2 for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenFileMappingW(_: u32, _: i32, name: *const Wide) -> *mut c_void {
    unsafe { open_mapping(name) }
}

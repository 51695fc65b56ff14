//! Files found by a pattern, and what is known of a file.
//!
//! # Safety
//!
//! Texts that come in end with a null; what goes out is the caller's, valid for writes.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs::{File, FileTimes, Metadata};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use engine::error::{Error, set_last_error};
use windows_sys::Win32::Foundation::FILETIME;

use super::clock::{self, since_1970};
use super::file::{attributes_of, facts, number, path, tell, undivided};
use super::{finish, finish_value};
use crate::text::{Character, Wide, write_cut};

const INVALID: *mut c_void = -1isize as *mut c_void;
const NO_MORE: Error = Error(18);

/// WIN32_FILE_ATTRIBUTE_DATA, and how WIN32_FIND_DATA begins.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Facts {
    attributes: u32,
    created: FILETIME,
    accessed: FILETIME,
    written: FILETIME,
    bytes_high: u32,
    bytes_low: u32,
}

impl Facts {
    fn of(facts: &Metadata, attributes: u32) -> Facts {
        let bytes = if facts.is_dir() { 0 } else { facts.len() };
        let born =
            facts.created().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let created = match born {
            Some(born) => since_1970(born.as_secs() as i64, i64::from(born.subsec_nanos())),
            None => since_1970(facts.ctime(), facts.ctime_nsec()),
        };
        Facts {
            attributes,
            created,
            accessed: since_1970(facts.atime(), facts.atime_nsec()),
            written: since_1970(facts.mtime(), facts.mtime_nsec()),
            bytes_high: (bytes >> 32) as u32,
            bytes_low: bytes as u32,
        }
    }
}

/// WIN32_FIND_DATA of either width. Linux has no second, short names.
#[repr(C)]
pub struct Found<C> {
    facts: Facts,
    reserved: [u32; 2],
    name: [C; 260],
    short_name: [C; 14],
}

/// _finddata_t, whose size has 32 bits, _finddatai64_t, and their wide forms.
#[repr(C)]
pub struct FoundByRuntime<S, C = u8> {
    attributes: u32,
    created: i64,
    accessed: i64,
    written: i64,
    bytes: S,
    name: [C; 260],
}

struct Entry {
    name: String,
    facts: Facts,
}

/// What FindFirstFile's handle stands for: what was there, in order, and how far it was told.
struct Search {
    entries: Vec<Entry>,
    told: AtomicUsize,
}

/// Whether `name` fits a pattern of `*` and `?`, in any case.
fn fits(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=name.len()).any(|skipped| fits(rest, &name[skipped..])),
        (['?', rest @ ..], [_, others @ ..]) => fits(rest, others),
        ([one, rest @ ..], [other, others @ ..]) => one == other && fits(rest, others),
        _ => false,
    }
}

fn folded(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Search {
    /// The files that a path with a pattern in its last part names: 2 if there are none, 3 without
    /// the folder.
    fn begin(path: &Path) -> Result<Search, Error> {
        let text = path.to_string_lossy();
        let (folder, pattern) = match text.rsplit_once('/') {
            Some(("", pattern)) => ("/", pattern),
            Some((folder, pattern)) => (folder, pattern),
            None => (".", &*text),
        };
        let mut entries = Vec::new();
        if pattern.contains(['*', '?']) {
            let all = if pattern == "*.*" { "*" } else { pattern };
            let pattern = folded(all);
            let listed = Path::new(folder).read_dir().map_err(|error| match number(&error) {
                Error(2) => Error::PATH_NOT_FOUND,
                error => error,
            })?;
            let listed = listed.flatten().map(|entry| entry.file_name());
            let own = [".", ".."].map(Into::into);
            for name in own.into_iter().chain(listed) {
                let text = name.to_string_lossy().into_owned();
                if fits(&pattern, &folded(&text)) {
                    entries.extend(Entry::of(&Path::new(folder).join(&name), text));
                }
            }
            entries.sort_by_cached_key(|entry| folded(&entry.name)); // as NTFS tells them
        } else if !pattern.is_empty() {
            facts(path)?;
            entries.extend(Entry::of(path, pattern.to_owned()));
        }
        match entries.is_empty() {
            true => Err(Error(2)),
            false => Ok(Search { entries, told: AtomicUsize::new(0) }),
        }
    }

    fn next(&self) -> Result<&Entry, Error> {
        let at = self.told.fetch_add(1, Ordering::Relaxed);
        self.entries.get(at).ok_or_else(|| {
            self.told.fetch_sub(1, Ordering::Relaxed);
            NO_MORE
        })
    }
}

impl Entry {
    /// Nothing for a file that has gone meanwhile.
    fn of(path: &Path, name: String) -> Option<Entry> {
        let known = path.metadata().or_else(|_| path.symlink_metadata()).ok()?;
        let facts = Facts::of(&known, attributes_of(&known, name.as_bytes()));
        Some(Entry { name, facts })
    }
}

/// Where an entry is told.
trait Tell {
    unsafe fn tell(to: *mut Self, entry: &Entry);
}

impl<C: Character> Tell for Found<C> {
    unsafe fn tell(to: *mut Self, entry: &Entry) {
        unsafe {
            to.write(Found {
                facts: entry.facts,
                reserved: [0; 2],
                name: [C::default(); 260],
                short_name: [C::default(); 14],
            });
            write_cut(&entry.name, (&raw mut (*to).name).cast::<C>(), 260);
        }
    }
}

fn unix(time: &FILETIME) -> i64 {
    (clock::joined(time) - clock::EPOCH_TICKS) / clock::TICKS
}

impl<S: From<u32> + TryFrom<u64>, C: Character> Tell for FoundByRuntime<S, C> {
    unsafe fn tell(to: *mut Self, entry: &Entry) {
        let Facts { attributes, created, accessed, written, bytes_high, bytes_low } = &entry.facts;
        let bytes = u64::from(*bytes_high) << 32 | u64::from(*bytes_low);
        unsafe {
            to.write(FoundByRuntime {
                attributes: attributes & !0x80, // there a normal file has none
                created: unix(created),
                accessed: unix(accessed),
                written: unix(written),
                bytes: S::try_from(bytes).unwrap_or_else(|_| S::from(*bytes_low)),
                name: [C::default(); 260],
            });
            write_cut(&entry.name, (&raw mut (*to).name).cast::<C>(), 260);
        }
    }
}

unsafe fn first<T: Tell, C: Character>(pattern: *const C, to: *mut T) -> *mut c_void {
    let begun = unsafe { path(pattern) }.and_then(|path| Search::begin(&path));
    let made = begun.and_then(|search| {
        unsafe { T::tell(to, search.next()?) };
        engine::linux::insert_foreign(Arc::new(search))
    });
    made.unwrap_or_else(|error| {
        set_last_error(error.0);
        INVALID
    })
}

unsafe fn next<T: Tell>(search: *mut c_void, to: *mut T) -> Result<(), Error> {
    let search = engine::linux::foreign::<Search>(search)?;
    search.next().map(|entry| unsafe { T::tell(to, entry) })
}

/// `HANDLE FindFirstFileA(lpFileName, LPWIN32_FIND_DATAA lpFindFileData)`
///
/// The files at that moment, in the order of their names; INVALID_HANDLE_VALUE with 2 if there are
/// none, 3 without the folder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindFirstFileA(pattern: *const u8, to: *mut Found<u8>) -> *mut c_void {
    unsafe { first(pattern, to) }
}

/// `HANDLE FindFirstFileW(lpFileName, LPWIN32_FIND_DATAW lpFindFileData)`: as FindFirstFileA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindFirstFileW(pattern: *const Wide, to: *mut Found<Wide>) -> *mut c_void {
    unsafe { first(pattern, to) }
}

/// `BOOL FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData)`: 18 after the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindNextFileA(search: *mut c_void, to: *mut Found<u8>) -> i32 {
    finish(unsafe { next(search, to) })
}

/// `BOOL FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData)`: 18 after the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindNextFileW(search: *mut c_void, to: *mut Found<Wide>) -> i32 {
    finish(unsafe { next(search, to) })
}

/// `BOOL FindClose(HANDLE hFindFile)`: 6 for any other handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindClose(search: *mut c_void) -> i32 {
    match engine::linux::foreign::<Search>(search) {
        Ok(_) => unsafe { engine::CloseHandle(search) },
        Err(error) => finish(Err(error)),
    }
}

fn set_errno(error: Error) -> i32 {
    let number = if error.0 == 6 || error.0 == 87 { libc::EINVAL } else { libc::ENOENT };
    unsafe { *libc::__errno_location() = number };
    -1
}

unsafe fn first_by_runtime<T: Tell, C: Character>(pattern: *const C, to: *mut T) -> isize {
    match unsafe { first(pattern, to) } {
        INVALID => set_errno(Error(2)) as isize,
        search => search as isize,
    }
}

unsafe fn next_by_runtime<T: Tell>(search: isize, to: *mut T) -> i32 {
    unsafe { next(search as *mut c_void, to) }.map_or_else(set_errno, |()| 0)
}

/// `intptr_t _findfirst(pattern, struct _finddata_t *found)`: -1 with ENOENT if there are none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _findfirst(pattern: *const u8, to: *mut FoundByRuntime<u32>) -> isize {
    unsafe { first_by_runtime(pattern, to) }
}

/// `int _findnext(intptr_t search, struct _finddata_t *found)`: -1 with ENOENT after the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _findnext(search: isize, to: *mut FoundByRuntime<u32>) -> i32 {
    unsafe { next_by_runtime(search, to) }
}

/// `intptr_t _findfirsti64(pattern, struct _finddatai64_t *found)`: as _findfirst.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _findfirsti64(pattern: *const u8, to: *mut FoundByRuntime<u64>) -> isize {
    unsafe { first_by_runtime(pattern, to) }
}

/// `int _findnexti64(intptr_t search, struct _finddatai64_t *found)`: as _findnext.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _findnexti64(search: isize, to: *mut FoundByRuntime<u64>) -> i32 {
    unsafe { next_by_runtime(search, to) }
}

/// `intptr_t _wfindfirst(pattern, struct _wfinddata_t *found)`: as _findfirst.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wfindfirst(
    pattern: *const Wide,
    to: *mut FoundByRuntime<u32, Wide>,
) -> isize {
    unsafe { first_by_runtime(pattern, to) }
}

/// `int _wfindnext(intptr_t search, struct _wfinddata_t *found)`: as _findnext.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wfindnext(search: isize, to: *mut FoundByRuntime<u32, Wide>) -> i32 {
    unsafe { next_by_runtime(search, to) }
}

/// `intptr_t _wfindfirsti64(pattern, struct _wfinddatai64_t *found)`: as _findfirst.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wfindfirsti64(
    pattern: *const Wide,
    to: *mut FoundByRuntime<u64, Wide>,
) -> isize {
    unsafe { first_by_runtime(pattern, to) }
}

/// `int _wfindnexti64(intptr_t search, struct _wfinddatai64_t *found)`: as _findnext.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _wfindnexti64(search: isize, to: *mut FoundByRuntime<u64, Wide>) -> i32 {
    unsafe { next_by_runtime(search, to) }
}

/// `int _findclose(intptr_t search)`: -1 with EINVAL for what is no search.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _findclose(search: isize) -> i32 {
    match unsafe { FindClose(search as *mut c_void) } {
        0 => set_errno(Error(6)),
        _ => 0,
    }
}

unsafe fn tell_facts(path: Result<PathBuf, Error>, level: i32, to: *mut Facts) -> i32 {
    finish(path.and_then(|path| {
        if level != 0 || to.is_null() {
            return Err(Error(87));
        }
        let (known, attributes) = facts(&path)?;
        unsafe { to.write(Facts::of(&known, attributes)) };
        Ok(())
    }))
}

/// `BOOL GetFileAttributesExA(lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
/// LPVOID lpFileInformation)`: a WIN32_FILE_ATTRIBUTE_DATA; 87 for another level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesExA(name: *const u8, level: i32, to: *mut Facts) -> i32 {
    unsafe { tell_facts(path(name), level, to) }
}

/// `BOOL GetFileAttributesExW(lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
/// LPVOID lpFileInformation)`: as GetFileAttributesExA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesExW(
    name: *const Wide,
    level: i32,
    to: *mut Facts,
) -> i32 {
    unsafe { tell_facts(path(name), level, to) }
}

/// The file behind a handle, which stays the handle's.
fn opened(file: *mut c_void) -> Result<ManuallyDrop<File>, Error> {
    let fd = engine::linux::file_fd(file)?;
    Ok(ManuallyDrop::new(unsafe { File::from_raw_fd(fd) }))
}

/// `BOOL GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
/// LPFILETIME lpLastWriteTime)`: each may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileTime(
    file: *mut c_void,
    created: *mut FILETIME,
    accessed: *mut FILETIME,
    written: *mut FILETIME,
) -> i32 {
    let known = opened(file).and_then(|file| file.metadata().map_err(|error| number(&error)));
    finish(known.map(|known| {
        let facts = Facts::of(&known, 0);
        let all = [(created, facts.created), (accessed, facts.accessed), (written, facts.written)];
        for (to, time) in all.into_iter().filter(|(to, _)| !to.is_null()) {
            unsafe { to.write(time) };
        }
    }))
}

/// `BOOL SetFileTime(HANDLE hFile, const FILETIME *lpCreationTime,
/// const FILETIME *lpLastAccessTime, const FILETIME *lpLastWriteTime)`: each may be null. Linux
/// keeps its own time of creation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileTime(
    file: *mut c_void,
    _created: *const FILETIME,
    accessed: *const FILETIME,
    written: *const FILETIME,
) -> i32 {
    let given = |time: *const FILETIME| {
        let ticks = clock::joined(unsafe { time.as_ref() }?) - clock::EPOCH_TICKS;
        let since = Duration::from_nanos(u64::try_from(ticks).ok()?.saturating_mul(100));
        Some(SystemTime::UNIX_EPOCH + since)
    };
    let mut times = FileTimes::new();
    times = given(accessed).map_or(times, |at| times.set_accessed(at));
    times = given(written).map_or(times, |at| times.set_modified(at));
    finish(opened(file).and_then(|file| file.set_times(times).map_err(|error| number(&error))))
}

unsafe fn full_path<C: Character>(name: *const C, room: u32, to: *mut C, part: *mut *mut C) -> u32 {
    let full = unsafe { path(name) }.and_then(|path| {
        let absolute = std::path::absolute(path).map_err(|error| number(&error))?;
        // What `..` leaves out goes by the text alone, as on Windows.
        let mut plain = PathBuf::new();
        for step in absolute.components() {
            match step.as_os_str().as_encoded_bytes() {
                b".." => _ = plain.pop(),
                _ => plain.push(step),
            }
        }
        Ok(undivided(&plain.to_string_lossy()))
    });
    finish_value(full.map(|text| {
        let told = unsafe { tell(&text, to, room) };
        if told < room && !part.is_null() {
            let folder = text.rfind('\\').map_or(0, |at| at + 1);
            let at = C::encode(&text[..folder]).len();
            let last =
                if folder == text.len() { std::ptr::null_mut() } else { to.wrapping_add(at) };
            unsafe { part.write(last) };
        }
        told
    }))
}

/// `DWORD GetFullPathNameA(lpFileName, DWORD nBufferLength, lpBuffer, LPSTR *lpFilePart)`:
/// characters without the null, or what is needed with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFullPathNameA(
    name: *const u8,
    room: u32,
    to: *mut u8,
    part: *mut *mut u8,
) -> u32 {
    unsafe { full_path(name, room, to, part) }
}

/// `DWORD GetFullPathNameW(lpFileName, DWORD nBufferLength, lpBuffer, LPWSTR *lpFilePart)`: as
/// GetFullPathNameA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFullPathNameW(
    name: *const Wide,
    room: u32,
    to: *mut Wide,
    part: *mut *mut Wide,
) -> u32 {
    unsafe { full_path(name, room, to, part) }
}

/// MOVEFILE_REPLACE_EXISTING and MOVEFILE_COPY_ALLOWED.
const REPLACES: u32 = 1;
const COPIES: u32 = 2;

unsafe fn move_file<C: Character>(from: *const C, to: *const C, flags: u32) -> i32 {
    finish(unsafe { path(from).and_then(|from| Ok((from, path(to)?))) }.and_then(|(from, to)| {
        if flags & REPLACES == 0 && to.exists() {
            return Err(Error(183));
        }
        match std::fs::rename(&from, &to).map_err(|error| number(&error)) {
            Err(Error(17)) if flags & COPIES != 0 => std::fs::copy(&from, &to)
                .and_then(|_| std::fs::remove_file(&from))
                .map_err(|error| number(&error)),
            moved => moved,
        }
    }))
}

/// `BOOL MoveFileExA(lpExistingFileName, lpNewFileName, DWORD dwFlags)`: 183 if the new name is in
/// use and is not to be replaced; 17 for another file system, unless it may be copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileExA(from: *const u8, to: *const u8, flags: u32) -> i32 {
    unsafe { move_file(from, to, flags) }
}

/// `BOOL MoveFileExW(lpExistingFileName, lpNewFileName, DWORD dwFlags)`: as MoveFileExA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileExW(from: *const Wide, to: *const Wide, flags: u32) -> i32 {
    unsafe { move_file(from, to, flags) }
}

//! Where files are: searched for, by other names, on which disk, and two names of one file.
//!
//! # Safety
//!
//! Texts that come in are null or end with a null; outputs are null or the caller's, with the room
//! that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use engine::error::{Error, set_last_error};
use windows_sys::Win32::Foundation::{FILETIME, HANDLE};

use super::clock::since_1970;
use super::file::{attributes_of, divided, number, path, tell, undivided};
use super::{finish, finish_value, last_errno};
use crate::text::{Character, Wide, read, write};

/// Where SearchPath looks without a list of folders: beside the program, here, and in PATH.
fn folders() -> Vec<PathBuf> {
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let more = std::env::var_os("PATH").unwrap_or_default();
    let more: Vec<_> = std::env::split_paths(&more).collect();
    own.into_iter().chain(std::env::current_dir()).chain(more).collect()
}

unsafe fn search_path<C: Character>(
    list: *const C,
    (name, extension): (*const C, *const C),
    room: u32,
    (to, part): (*mut C, *mut *mut C),
) -> u32 {
    let found = || {
        let name = unsafe { path(name) }.map_err(|_| Error::INVALID_PARAMETER)?;
        let extension = unsafe { read(extension) }.unwrap_or_default();
        let name = match name.extension() {
            None => PathBuf::from(format!("{}{extension}", name.display())),
            Some(_) => name,
        };
        let folders = match unsafe { read(list) } {
            None => folders(),
            Some(list) => list.split(';').map(|one| divided(one).into()).collect(),
        };
        let all = folders.into_iter().map(|folder| folder.join(&name));
        let found = all.into_iter().find(|path| path.is_file()).ok_or(Error::FILE_NOT_FOUND)?;
        let found = std::path::absolute(found).map_err(|error| number(&error))?;
        Ok(undivided(&found.to_string_lossy()))
    };
    finish_value(found().map(|text| unsafe {
        let told = tell(&text, to, room);
        if told < room && !part.is_null() {
            let folder = text.rfind('\\').map_or(0, |at| at + 1);
            part.write(to.wrapping_add(C::encode(&text[..folder]).len()));
        }
        told
    }))
}

/// `DWORD SearchPathA(lpPath, lpFileName, lpExtension, DWORD nBufferLength, lpBuffer, lpFilePart)`:
/// the folders of lpPath are divided by semicolons; without it the program's, the current one and
/// those of PATH. 0 with 2 if it is in none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SearchPathA(
    list: *const u8,
    name: *const u8,
    extension: *const u8,
    room: u32,
    to: *mut u8,
    part: *mut *mut u8,
) -> u32 {
    unsafe { search_path(list, (name, extension), room, (to, part)) }
}

/// `DWORD SearchPathW(lpPath, lpFileName, lpExtension, DWORD nBufferLength, lpBuffer, lpFilePart)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SearchPathW(
    list: *const Wide,
    name: *const Wide,
    extension: *const Wide,
    room: u32,
    to: *mut Wide,
    part: *mut *mut Wide,
) -> u32 {
    unsafe { search_path(list, (name, extension), room, (to, part)) }
}

/// A file has one name here, neither longer nor shorter.
unsafe fn same_path<C: Character>(name: *const C, to: *mut C, room: u32) -> u32 {
    let named = unsafe { path(name) }.and_then(|path| match path.symlink_metadata() {
        Ok(_) => Ok(unsafe { read(name) }.unwrap_or_default()),
        Err(error) => Err(number(&error)),
    });
    finish_value(named.map(|text| unsafe { tell(&text, to, room) }))
}

/// `DWORD GetLongPathNameA(lpszShortPath, lpszLongPath, DWORD cchBuffer)`: the same, if it is
/// there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLongPathNameA(name: *const u8, to: *mut u8, room: u32) -> u32 {
    unsafe { same_path(name, to, room) }
}

/// `DWORD GetLongPathNameW(lpszShortPath, lpszLongPath, DWORD cchBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLongPathNameW(name: *const Wide, to: *mut Wide, room: u32) -> u32 {
    unsafe { same_path(name, to, room) }
}

/// `DWORD GetShortPathNameA(lpszLongPath, lpszShortPath, DWORD cchBuffer)`: the same, if it is
/// there, as on a disk of Windows' without short names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetShortPathNameA(name: *const u8, to: *mut u8, room: u32) -> u32 {
    unsafe { same_path(name, to, room) }
}

/// `DWORD GetShortPathNameW(lpszLongPath, lpszShortPath, DWORD cchBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetShortPathNameW(name: *const Wide, to: *mut Wide, room: u32) -> u32 {
    unsafe { same_path(name, to, room) }
}

unsafe fn temporary<C: Character>(
    folder: *const C,
    prefix: *const C,
    wanted: u32,
    to: *mut C,
) -> Result<u32, Error> {
    let folder = unsafe { path(folder) }.map_err(|_| Error::INVALID_PARAMETER)?;
    if !folder.is_dir() {
        return Err(Error(267)); // ERROR_DIRECTORY
    }
    let prefix: String = unsafe { read(prefix) }.unwrap_or_default().chars().take(3).collect();
    let name = |number: u32| folder.join(format!("{prefix}{number:X}.tmp"));
    let tell = |number: u32| {
        let text = undivided(&name(number).to_string_lossy());
        unsafe { write(&text, to, 260) }; // MAX_PATH, as documented
        number
    };
    if wanted as u16 != 0 {
        return Ok(tell(u32::from(wanted as u16)));
    }
    let start = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let start = start.unwrap_or_default().subsec_micros() ^ std::process::id();
    let numbers = (0..0xFFFFu32).map(|step| start.wrapping_add(step) & 0xFFFF);
    for number in numbers.filter(|&number| number != 0) {
        match File::create_new(name(number)) {
            Ok(_) => return Ok(tell(number)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(super::file::number(&error)),
        }
    }
    Err(Error(80)) // ERROR_FILE_EXISTS: all of them
}

/// `UINT GetTempFileNameA(lpPathName, lpPrefixString, UINT uUnique, lpTempFileName)`: without a
/// number a new one, whose file is made. 0 with 267 without the folder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTempFileNameA(
    folder: *const u8,
    prefix: *const u8,
    wanted: u32,
    to: *mut u8,
) -> u32 {
    finish_value(unsafe { temporary(folder, prefix, wanted, to) })
}

/// `UINT GetTempFileNameW(lpPathName, lpPrefixString, UINT uUnique, lpTempFileName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTempFileNameW(
    folder: *const Wide,
    prefix: *const Wide,
    wanted: u32,
    to: *mut Wide,
) -> u32 {
    finish_value(unsafe { temporary(folder, prefix, wanted, to) })
}

unsafe fn linked<C: Character>(
    name: *const C,
    to: *const C,
    make: fn(&Path, &Path) -> std::io::Result<()>,
) -> i32 {
    let made = unsafe { path(name).and_then(|name| Ok((name, path(to)?))) };
    finish(made.and_then(|(name, to)| make(&to, &name).map_err(|error| number(&error))))
}

/// `BOOL CreateHardLinkA(lpFileName, lpExistingFileName, lpSecurityAttributes)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateHardLinkA(name: *const u8, of: *const u8, _: *mut c_void) -> i32 {
    unsafe { linked(name, of, |of, name| std::fs::hard_link(of, name)) }
}

/// `BOOL CreateHardLinkW(lpFileName, lpExistingFileName, lpSecurityAttributes)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateHardLinkW(
    name: *const Wide,
    of: *const Wide,
    _: *mut c_void,
) -> i32 {
    unsafe { linked(name, of, |of, name| std::fs::hard_link(of, name)) }
}

/// `BOOLEAN CreateSymbolicLinkA(lpSymlinkFileName, lpTargetFileName, DWORD dwFlags)`: a folder's
/// flag makes no difference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSymbolicLinkA(name: *const u8, to: *const u8, _: u32) -> u8 {
    unsafe { linked(name, to, |to, name| std::os::unix::fs::symlink(to, name)) as u8 }
}

/// `BOOLEAN CreateSymbolicLinkW(lpSymlinkFileName, lpTargetFileName, DWORD dwFlags)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSymbolicLinkW(name: *const Wide, to: *const Wide, _: u32) -> u8 {
    unsafe { linked(name, to, |to, name| std::os::unix::fs::symlink(to, name)) as u8 }
}

/// Bytes for this user, in all, and free, on the disk of a folder; null: the current one.
unsafe fn disk<C: Character>(folder: *const C, to: [*mut u64; 3]) -> i32 {
    let ask = || {
        let folder = if folder.is_null() { ".".into() } else { unsafe { path(folder)? } };
        let text = std::ffi::CString::new(folder.into_os_string().into_encoded_bytes());
        let text = text.map_err(|_| Error(123))?;
        let mut facts = unsafe { std::mem::zeroed::<libc::statvfs>() };
        if unsafe { libc::statvfs(text.as_ptr(), &mut facts) } != 0 {
            return Err(last_errno());
        }
        let counts = [facts.f_bavail, facts.f_blocks, facts.f_bfree];
        for (to, count) in to.into_iter().zip(counts).filter(|(to, _)| !to.is_null()) {
            unsafe { to.write(count * facts.f_frsize) };
        }
        Ok(())
    };
    finish(ask())
}

/// `BOOL GetDiskFreeSpaceExA(lpDirectoryName, lpFreeBytesAvailableToCaller, lpTotalNumberOfBytes,
/// lpTotalNumberOfFreeBytes)`: each may be null. 2 if there is no such folder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDiskFreeSpaceExA(
    folder: *const u8,
    own: *mut u64,
    all: *mut u64,
    free: *mut u64,
) -> i32 {
    unsafe { disk(folder, [own, all, free]) }
}

/// `BOOL GetDiskFreeSpaceExW(lpDirectoryName, lpFreeBytesAvailableToCaller, lpTotalNumberOfBytes,
/// lpTotalNumberOfFreeBytes)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDiskFreeSpaceExW(
    folder: *const Wide,
    own: *mut u64,
    all: *mut u64,
    free: *mut u64,
) -> i32 {
    unsafe { disk(folder, [own, all, free]) }
}

/// BY_HANDLE_FILE_INFORMATION.
#[repr(C)]
pub struct Information {
    attributes: u32,
    created: FILETIME,
    accessed: FILETIME,
    written: FILETIME,
    volume: u32,
    size: [u32; 2],
    links: u32,
    index: [u32; 2],
}

/// `BOOL GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION
/// lpFileInformation)`: the index is Linux' inode, the volume its device, and the time of creation
/// that of the last change where the disk keeps no other.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileInformationByHandle(file: HANDLE, to: *mut Information) -> i32 {
    let known = engine::linux::file_fd(file).and_then(|fd| {
        let file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
        file.metadata().map_err(|error| number(&error))
    });
    finish(known.map(|known| {
        let since = |time: std::time::SystemTime| {
            let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            since_1970(since.as_secs() as i64, since.subsec_nanos().into())
        };
        let halves = |number: u64| [(number >> 32) as u32, number as u32];
        let information = Information {
            attributes: attributes_of(&known, b""),
            created: known
                .created()
                .map_or_else(|_| since_1970(known.ctime(), known.ctime_nsec()), since),
            accessed: since_1970(known.atime(), known.atime_nsec()),
            written: since_1970(known.mtime(), known.mtime_nsec()),
            volume: known.dev() as u32,
            size: halves(known.size()),
            links: known.nlink() as u32,
            index: halves(known.ino()),
        };
        unsafe { to.write(information) };
    }))
}

/// `HMODULE LoadLibraryExA(lpLibFileName, HANDLE hFile, DWORD dwFlags)`: NULL with 87 for a library
/// that is not to be run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LoadLibraryExA(name: *const u8, _: HANDLE, flags: u32) -> *mut c_void {
    match as_data(flags) {
        true => std::ptr::null_mut(),
        false => unsafe { super::module::LoadLibraryA(name) },
    }
}

/// `HMODULE LoadLibraryExW(lpLibFileName, HANDLE hFile, DWORD dwFlags)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LoadLibraryExW(name: *const Wide, _: HANDLE, flags: u32) -> *mut c_void {
    match as_data(flags) {
        true => std::ptr::null_mut(),
        false => unsafe { super::module::LoadLibraryW(name) },
    }
}

/// DONT_RESOLVE_DLL_REFERENCES, LOAD_LIBRARY_AS_DATAFILE, …_EXCLUSIVE, …_AS_IMAGE_RESOURCE.
fn as_data(flags: u32) -> bool {
    let data = flags & 0x63 != 0;
    if data {
        set_last_error(Error::INVALID_PARAMETER.0);
    }
    data
}

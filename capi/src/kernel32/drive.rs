//! Drives, of which Linux has one: the root, which is written `\`. What is on another disk is a
//! folder of it.
//!
//! # Safety
//!
//! Texts are null or end with a null; outputs are null or the caller's, with the room that their
//! size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::CString;

use engine::error::Error;

use super::file::path;
use super::{finish, last_errno};
use crate::text::{Character, Wide};

const SECTOR_BYTES: u32 = 512;

const NO_ROOT: u32 = 1;
const FIXED: u32 = 3;
const REMOTE: u32 = 4;
const CD: u32 = 5;
const RAM_DISK: u32 = 6;

unsafe fn name<C: Character>(folder: *const C) -> Result<CString, Error> {
    let folder = if folder.is_null() { ".".into() } else { unsafe { path(folder)? } };
    let bytes = folder.into_os_string().into_encoded_bytes();
    CString::new(bytes).map_err(|_| Error::INVALID_NAME)
}

unsafe fn space<C: Character>(folder: *const C, to: [*mut u32; 4]) -> i32 {
    let told = || {
        let name = unsafe { name(folder) }?;
        let mut facts = unsafe { std::mem::zeroed::<libc::statvfs>() };
        if unsafe { libc::statvfs(name.as_ptr(), &raw mut facts) } != 0 {
            return Err(last_errno());
        }
        let sectors = (facts.f_frsize as u32 / SECTOR_BYTES).max(1);
        let count = |clusters: u64| u32::try_from(clusters).unwrap_or(u32::MAX);
        let counts = [sectors, SECTOR_BYTES, count(facts.f_bavail), count(facts.f_blocks)];
        for (to, count) in to.into_iter().zip(counts).filter(|(to, _)| !to.is_null()) {
            unsafe { to.write(count) };
        }
        Ok(())
    };
    finish(told())
}

/// `BOOL GetDiskFreeSpaceA(LPCSTR lpRootPathName, LPDWORD lpSectorsPerCluster,
/// LPDWORD lpBytesPerSector, LPDWORD lpNumberOfFreeClusters, LPDWORD lpTotalNumberOfClusters)`: of
/// any folder's disk; a count that is larger is 0xFFFFFFFF. FALSE: 2, 3, 5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDiskFreeSpaceA(
    folder: *const u8,
    sectors: *mut u32,
    bytes: *mut u32,
    free: *mut u32,
    all: *mut u32,
) -> i32 {
    unsafe { space(folder, [sectors, bytes, free, all]) }
}

/// `BOOL GetDiskFreeSpaceW(LPCWSTR lpRootPathName, LPDWORD lpSectorsPerCluster,
/// LPDWORD lpBytesPerSector, LPDWORD lpNumberOfFreeClusters, LPDWORD lpTotalNumberOfClusters)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDiskFreeSpaceW(
    folder: *const Wide,
    sectors: *mut u32,
    bytes: *mut u32,
    free: *mut u32,
    all: *mut u32,
) -> i32 {
    unsafe { space(folder, [sectors, bytes, free, all]) }
}

unsafe fn kind<C: Character>(folder: *const C) -> u32 {
    let mut facts = unsafe { std::mem::zeroed::<libc::statfs>() };
    match unsafe { name(folder) } {
        Ok(name) if unsafe { libc::statfs(name.as_ptr(), &raw mut facts) } == 0 => {
            match facts.f_type {
                libc::NFS_SUPER_MAGIC | libc::SMB_SUPER_MAGIC | 0xFF53_4D42 => REMOTE, // CIFS last
                libc::ISOFS_SUPER_MAGIC => CD,
                libc::TMPFS_MAGIC => RAM_DISK,
                _ => FIXED,
            }
        }
        _ => NO_ROOT,
    }
}

/// `UINT GetDriveTypeA(LPCSTR lpRootPathName)`: of any folder's disk: DRIVE_FIXED 3, DRIVE_REMOTE
/// 4, DRIVE_CDROM 5, DRIVE_RAMDISK 6; DRIVE_NO_ROOT_DIR 1 if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDriveTypeA(folder: *const u8) -> u32 {
    unsafe { kind(folder) }
}

/// `UINT GetDriveTypeW(LPCWSTR lpRootPathName)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDriveTypeW(folder: *const Wide) -> u32 {
    unsafe { kind(folder) }
}

/// The root, a null, and one more.
unsafe fn strings<C: Character>(room: u32, to: *mut C) -> u32 {
    let mut all = C::encode("\\");
    all.extend([C::default(); 2]);
    if to.is_null() || (room as usize) < all.len() {
        return all.len() as u32;
    }
    unsafe { to.copy_from_nonoverlapping(all.as_ptr(), all.len()) };
    all.len() as u32 - 1
}

/// `DWORD GetLogicalDriveStringsA(DWORD nBufferLength, LPSTR lpBuffer)`: the root alone, `\`; what
/// is needed where there is too little room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLogicalDriveStringsA(room: u32, to: *mut u8) -> u32 {
    unsafe { strings(room, to) }
}

/// `DWORD GetLogicalDriveStringsW(DWORD nBufferLength, LPWSTR lpBuffer)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLogicalDriveStringsW(room: u32, to: *mut Wide) -> u32 {
    unsafe { strings(room, to) }
}

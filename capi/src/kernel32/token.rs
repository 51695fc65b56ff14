//! Who a process is: tokens, that tell the user and whether it is root, and privileges, which Linux
//! does not have.
//!
//! # Safety
//!
//! Outputs are null where that is said, or the caller's, with the room that their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use engine::error::{Error, set_last_error};
use engine::linux::{foreign, insert_foreign};
use windows_sys::Win32::Foundation::{HANDLE, LUID};
use windows_sys::Win32::Security::{
    SID, SID_AND_ATTRIBUTES, SID_IDENTIFIER_AUTHORITY, TOKEN_PRIVILEGES, TOKEN_USER,
};

use super::finish;
use super::process::Subject;
use super::security::{GetSidSubAuthority, InitializeSid, text};
use crate::text::{Character, Wide, read};

const ADJUST_PRIVILEGES: u32 = 0x20;
const QUERY: u32 = 0x8;
const MAXIMUM_ALLOWED: u32 = 0x0200_0000;
const GENERIC: u32 = 0xF000_0000;

const PRIVILEGE_ENABLED: u32 = 0x2;
const NO_TOKEN: Error = Error(1008);
const NOT_ALL_ASSIGNED: Error = Error(1300);
const NO_SUCH_PRIVILEGE: Error = Error(1313);
const INSUFFICIENT_BUFFER: Error = Error(122);

/// What a handle of a token stands for.
struct Token {
    access: u32,
    user: u32,
}

impl Token {
    fn may(&self, access: u32) -> Result<(), Error> {
        let all = self.access & (access | MAXIMUM_ALLOWED | GENERIC) != 0;
        if all { Ok(()) } else { Err(Error::ACCESS_DENIED) }
    }
}

/// `BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle)`: of any
/// process that there is, for CloseHandle. FALSE: 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenProcessToken(process: HANDLE, access: u32, to: *mut HANDLE) -> i32 {
    let opened = Subject::of(process).and_then(|subject| {
        let user = match subject.number() == std::process::id() {
            true => unsafe { libc::geteuid() },
            false => {
                let folder = subject.folder()?;
                std::fs::metadata(folder).map_err(|_| Error::ACCESS_DENIED)?.uid()
            }
        };
        insert_foreign(Arc::new(Token { access, user }))
    });
    finish(opened.map(|handle| unsafe { to.write(handle) }))
}

/// `BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
/// PHANDLE TokenHandle)`: FALSE with 1008, for no thread impersonates anybody.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenThreadToken(_: HANDLE, _: u32, _: i32, _: *mut HANDLE) -> i32 {
    finish(Err(NO_TOKEN))
}

/// `BOOL RevertToSelf()`: TRUE, for the calling thread is nobody else.
#[unsafe(no_mangle)]
pub extern "C" fn RevertToSelf() -> i32 {
    finish(Ok(()))
}

/// A Linux user's SID: S-1-22-1 and the number, which is how Samba writes it.
fn sid_of(user: u32, to: *mut SID) {
    const UNIX_USER: SID_IDENTIFIER_AUTHORITY =
        SID_IDENTIFIER_AUTHORITY { Value: [0, 0, 0, 0, 0, 22] };
    unsafe {
        InitializeSid(to, &UNIX_USER, 2);
        GetSidSubAuthority(to, 0).write(1);
        GetSidSubAuthority(to, 1).write(user);
    }
}

/// Of the SID above, in bytes.
const SID_BYTES: usize = 16;

/// `BOOL GetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
/// LPVOID TokenInformation, DWORD TokenInformationLength, PDWORD ReturnLength)`: TokenUser (1),
/// TokenType (8), TokenSessionId (12), TokenElevationType (18) and TokenElevation (20): root is
/// elevated. FALSE: 122 without the room, with what is needed told; 87 for another class; 5; 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTokenInformation(
    token: HANDLE,
    class: i32,
    to: *mut c_void,
    room: u32,
    needed: *mut u32,
) -> i32 {
    let told = || {
        let token = foreign::<Token>(token)?;
        token.may(QUERY)?;
        let number = match class {
            1 => None,
            8 => Some(1),  // TokenPrimary
            12 => Some(0), // session of services, where there are no desktops
            18 => Some(1), // TokenElevationTypeDefault: it has no other half
            20 => Some(u32::from(token.user == 0)),
            _ => return Err(Error::INVALID_PARAMETER),
        };
        let bytes = number.map_or(size_of::<TOKEN_USER>() + SID_BYTES, |_| size_of::<u32>());
        if let Some(needed) = unsafe { needed.as_mut() } {
            *needed = bytes as u32;
        }
        if to.is_null() || (room as usize) < bytes {
            return Err(INSUFFICIENT_BUFFER);
        }
        match number {
            Some(number) => unsafe { to.cast::<u32>().write_unaligned(number) },
            None => unsafe {
                let sid = to.cast::<u8>().add(size_of::<TOKEN_USER>()).cast::<SID>();
                sid_of(token.user, sid);
                let user = SID_AND_ATTRIBUTES { Sid: sid.cast(), Attributes: 0 };
                to.cast::<TOKEN_USER>().write(TOKEN_USER { User: user });
            },
        }
        Ok(())
    };
    finish(told())
}

/// `BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
/// PTOKEN_PRIVILEGES NewState, DWORD BufferLength, PTOKEN_PRIVILEGES PreviousState,
/// PDWORD ReturnLength)`: TRUE, and the last error says 1300 if one was to be enabled, for nobody
/// has any; else 0. No state was before. FALSE: 5, 6, 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AdjustTokenPrivileges(
    token: HANDLE,
    disable_all: i32,
    wanted: *const TOKEN_PRIVILEGES,
    room: u32,
    before: *mut TOKEN_PRIVILEGES,
    needed: *mut u32,
) -> i32 {
    let adjusted = || {
        foreign::<Token>(token)?.may(ADJUST_PRIVILEGES)?;
        if wanted.is_null() && disable_all == 0 {
            return Err(Error::INVALID_PARAMETER);
        }
        if !before.is_null() {
            if let Some(needed) = unsafe { needed.as_mut() } {
                *needed = size_of::<u32>() as u32;
            }
            if (room as usize) < size_of::<u32>() {
                return Err(INSUFFICIENT_BUFFER);
            }
            unsafe { before.cast::<u32>().write(0) };
        }
        if disable_all != 0 {
            return Ok(true);
        }
        let count = unsafe { (*wanted).PrivilegeCount } as usize;
        let first = unsafe { &raw const (*wanted).Privileges }.cast();
        let wanted: &[windows_sys::Win32::Security::LUID_AND_ATTRIBUTES] =
            unsafe { std::slice::from_raw_parts(first, count) };
        Ok(!wanted.iter().any(|one| one.Attributes & PRIVILEGE_ENABLED != 0))
    };
    finish(adjusted().map(|all| set_last_error(if all { 0 } else { NOT_ALL_ASSIGNED.0 })))
}

/// Windows' privileges, the first of which is number 2.
const PRIVILEGES: [&str; 34] = [
    "SeCreateTokenPrivilege",
    "SeAssignPrimaryTokenPrivilege",
    "SeLockMemoryPrivilege",
    "SeIncreaseQuotaPrivilege",
    "SeMachineAccountPrivilege",
    "SeTcbPrivilege",
    "SeSecurityPrivilege",
    "SeTakeOwnershipPrivilege",
    "SeLoadDriverPrivilege",
    "SeSystemProfilePrivilege",
    "SeSystemtimePrivilege",
    "SeProfileSingleProcessPrivilege",
    "SeIncreaseBasePriorityPrivilege",
    "SeCreatePagefilePrivilege",
    "SeCreatePermanentPrivilege",
    "SeBackupPrivilege",
    "SeRestorePrivilege",
    "SeShutdownPrivilege",
    "SeDebugPrivilege",
    "SeAuditPrivilege",
    "SeSystemEnvironmentPrivilege",
    "SeChangeNotifyPrivilege",
    "SeRemoteShutdownPrivilege",
    "SeUndockPrivilege",
    "SeSyncAgentPrivilege",
    "SeEnableDelegationPrivilege",
    "SeManageVolumePrivilege",
    "SeImpersonatePrivilege",
    "SeCreateGlobalPrivilege",
    "SeTrustedCredManAccessPrivilege",
    "SeRelabelPrivilege",
    "SeIncreaseWorkingSetPrivilege",
    "SeTimeZonePrivilege",
    "SeCreateSymbolicLinkPrivilege",
];

unsafe fn privilege<C: Character>(name: *const C, to: *mut LUID) -> i32 {
    let name = unsafe { read(name) }.unwrap_or_default();
    let number = PRIVILEGES.iter().position(|known| known.eq_ignore_ascii_case(&name));
    finish(number.ok_or(NO_SUCH_PRIVILEGE).map(|at| {
        unsafe { to.write(LUID { LowPart: at as u32 + 2, HighPart: 0 }) };
    }))
}

/// `BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid)`: Windows' number
/// of a privilege. FALSE: 1313.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LookupPrivilegeValueA(
    _: *const u8,
    name: *const u8,
    to: *mut LUID,
) -> i32 {
    unsafe { privilege(name, to) }
}

/// `BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LookupPrivilegeValueW(
    _: *const Wide,
    name: *const Wide,
    to: *mut LUID,
) -> i32 {
    unsafe { privilege(name, to) }
}

/// `BOOL CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember)`: the calling
/// user is itself, one of everybody (S-1-1-0), and as root an administrator (S-1-5-32-544). FALSE:
/// 1337.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CheckTokenMembership(
    token: HANDLE,
    sid: *const SID,
    is_member: *mut i32,
) -> i32 {
    let checked = || {
        let user = match token.is_null() {
            true => unsafe { libc::geteuid() },
            false => foreign::<Token>(token)?.user,
        };
        let who = unsafe { text(sid) }?;
        let member = match who.as_str() {
            "S-1-1-0" => true,
            "S-1-5-32-544" => user == 0,
            who => who == format!("S-1-22-1-{user}"),
        };
        unsafe { is_member.write(member.into()) };
        Ok(())
    };
    finish(checked())
}

/// `BOOL IsUserAnAdmin()`: whether it is root.
#[unsafe(no_mangle)]
pub extern "C" fn IsUserAnAdmin() -> i32 {
    i32::from(unsafe { libc::geteuid() } == 0)
}

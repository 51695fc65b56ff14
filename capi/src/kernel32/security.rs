//! Security descriptors, access lists and security identifiers: memory of the program's, laid out
//! as on Windows. They are made, copied and compared; nothing here looks at what they allow.
//!
//! # Safety
//!
//! Pointers are null where that is said, or to as many bytes as the structure or its length says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use engine::error::Error;
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, SECURITY_DESCRIPTOR, SID, SID_IDENTIFIER_AUTHORITY,
};

use super::finish;

const DACL_PRESENT: u16 = 0x4;
const DACL_DEFAULTED: u16 = 0x8;
const OWNER_DEFAULTED: u16 = 0x1;
const GROUP_DEFAULTED: u16 = 0x2;
const SELF_RELATIVE: u16 = 0x8000;
/// Of a SID, which has no more parts.
const PARTS_MAX: u8 = 15;
const REVISION: u8 = 1;

const INSUFFICIENT_BUFFER: Error = Error(122);
const UNKNOWN_REVISION: Error = Error(1305);
const INVALID_ACL: Error = Error(1336);
const INVALID_SID: Error = Error(1337);
const INVALID_DESCRIPTOR: Error = Error(1338);
const ALLOTTED_SPACE_EXCEEDED: Error = Error(1344);

/// `BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD dwRevision)`:
/// an empty one. FALSE with 1305 for another revision than 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSecurityDescriptor(
    to: *mut SECURITY_DESCRIPTOR,
    revision: u32,
) -> i32 {
    if revision != u32::from(REVISION) {
        return finish(Err(UNKNOWN_REVISION));
    }
    unsafe { to.write(SECURITY_DESCRIPTOR { Revision: REVISION, ..std::mem::zeroed() }) };
    finish(Ok(()))
}

/// A descriptor that is one, and is no block of itself.
unsafe fn absolute<'a>(at: *mut SECURITY_DESCRIPTOR) -> Result<&'a mut SECURITY_DESCRIPTOR, Error> {
    let descriptor = unsafe { at.as_mut() }.filter(|one| one.Revision == REVISION);
    let descriptor = descriptor.ok_or(UNKNOWN_REVISION)?;
    match descriptor.Control & SELF_RELATIVE {
        0 => Ok(descriptor),
        _ => Err(INVALID_DESCRIPTOR),
    }
}

fn mark(descriptor: &mut SECURITY_DESCRIPTOR, bit: u16, on: bool) {
    descriptor.Control = descriptor.Control & !bit | if on { bit } else { 0 };
}

/// `BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bDaclPresent,
/// PACL pDacl, BOOL bDaclDefaulted)`: the list stays the caller's. FALSE: 1305, 1338.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetSecurityDescriptorDacl(
    to: *mut SECURITY_DESCRIPTOR,
    present: i32,
    list: *mut ACL,
    defaulted: i32,
) -> i32 {
    finish(unsafe { absolute(to) }.map(|descriptor| {
        mark(descriptor, DACL_PRESENT, present != 0);
        mark(descriptor, DACL_DEFAULTED, present != 0 && defaulted != 0);
        descriptor.Dacl = if present != 0 { list } else { std::ptr::null_mut() };
    }))
}

/// `BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, LPBOOL lpbDaclPresent,
/// PACL *pDacl, LPBOOL lpbDaclDefaulted)`. FALSE: 1305, 1338.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSecurityDescriptorDacl(
    from: *mut SECURITY_DESCRIPTOR,
    present: *mut i32,
    list: *mut *mut ACL,
    defaulted: *mut i32,
) -> i32 {
    finish(unsafe { absolute(from) }.map(|descriptor| unsafe {
        let has = descriptor.Control & DACL_PRESENT != 0;
        present.write(has.into());
        if has {
            list.write(descriptor.Dacl);
            defaulted.write((descriptor.Control & DACL_DEFAULTED != 0).into());
        }
    }))
}

/// `BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pOwner,
/// BOOL bOwnerDefaulted)`: the SID stays the caller's. FALSE: 1305, 1338.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetSecurityDescriptorOwner(
    to: *mut SECURITY_DESCRIPTOR,
    owner: *mut SID,
    defaulted: i32,
) -> i32 {
    finish(unsafe { absolute(to) }.map(|descriptor| {
        descriptor.Owner = owner.cast();
        mark(descriptor, OWNER_DEFAULTED, defaulted != 0);
    }))
}

/// `BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pOwner,
/// LPBOOL lpbOwnerDefaulted)`: the SID that was set, or NULL. FALSE: 1305, 1338.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSecurityDescriptorOwner(
    from: *mut SECURITY_DESCRIPTOR,
    owner: *mut *mut SID,
    defaulted: *mut i32,
) -> i32 {
    finish(unsafe { absolute(from) }.map(|descriptor| unsafe {
        owner.write(descriptor.Owner.cast());
        defaulted.write((descriptor.Control & OWNER_DEFAULTED != 0).into());
    }))
}

/// `BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pGroup,
/// LPBOOL lpbGroupDefaulted)`: as GetSecurityDescriptorOwner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSecurityDescriptorGroup(
    from: *mut SECURITY_DESCRIPTOR,
    group: *mut *mut SID,
    defaulted: *mut i32,
) -> i32 {
    finish(unsafe { absolute(from) }.map(|descriptor| unsafe {
        group.write(descriptor.Group.cast());
        defaulted.write((descriptor.Control & GROUP_DEFAULTED != 0).into());
    }))
}

/// `BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pGroup,
/// BOOL bGroupDefaulted)`: the SID stays the caller's. FALSE: 1305, 1338.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetSecurityDescriptorGroup(
    to: *mut SECURITY_DESCRIPTOR,
    group: *mut SID,
    defaulted: i32,
) -> i32 {
    finish(unsafe { absolute(to) }.map(|descriptor| {
        descriptor.Group = group.cast();
        mark(descriptor, GROUP_DEFAULTED, defaulted != 0);
    }))
}

/// `BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidSecurityDescriptor(at: *const SECURITY_DESCRIPTOR) -> i32 {
    let valid = unsafe { at.as_ref() }.is_some_and(|descriptor| descriptor.Revision == REVISION);
    finish(if valid { Ok(()) } else { Err(INVALID_DESCRIPTOR) })
}

/// `BOOL InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision)`: an empty list. FALSE:
/// 122 for less than a head, 87 for more than 65535 bytes, or another revision than 2 to 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeAcl(to: *mut ACL, bytes: u32, revision: u32) -> i32 {
    let size = u16::try_from(bytes & !3).ok().filter(|_| (2..=4).contains(&revision));
    finish(match size {
        _ if (bytes as usize) < size_of::<ACL>() => Err(INSUFFICIENT_BUFFER),
        None => Err(Error::INVALID_PARAMETER),
        Some(size) => {
            let list =
                ACL { AclRevision: revision as u8, Sbz1: 0, AclSize: size, AceCount: 0, Sbz2: 0 };
            unsafe { to.write(list) };
            Ok(())
        }
    })
}

/// The bytes behind a list's last entry; `None` if its entries do not fit in it.
unsafe fn end_of(list: *const ACL) -> Option<usize> {
    let (count, size) = unsafe { ((*list).AceCount, usize::from((*list).AclSize)) };
    let mut at = size_of::<ACL>();
    for _ in 0..count {
        if at + size_of::<ACE_HEADER>() > size {
            return None;
        }
        let entry = list.cast::<u8>().wrapping_add(at).cast::<ACE_HEADER>();
        at += usize::from(unsafe { (*entry).AceSize }).max(size_of::<ACE_HEADER>());
    }
    (at <= size).then_some(at)
}

/// `BOOL IsValidAcl(PACL pAcl)`: whether its entries lie within it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidAcl(list: *const ACL) -> i32 {
    let known = |list: *const ACL| (2..=4).contains(unsafe { &(*list).AclRevision });
    i32::from(!list.is_null() && known(list) && unsafe { end_of(list) }.is_some())
}

/// Puts an entry behind the others.
unsafe fn add(list: *mut ACL, revision: u32, kind: u8, mask: u32, who: *const SID) -> i32 {
    let added = || unsafe {
        if IsValidSid(who) == 0 {
            return Err(INVALID_SID);
        }
        if IsValidAcl(list) == 0 {
            return Err(INVALID_ACL);
        }
        let at = end_of(list).ok_or(INVALID_ACL)?;
        let sid_bytes = GetLengthSid(who) as usize;
        let head_bytes = std::mem::offset_of!(ACCESS_ALLOWED_ACE, SidStart);
        let bytes = head_bytes + sid_bytes;
        if at + bytes > usize::from((*list).AclSize) {
            return Err(ALLOTTED_SPACE_EXCEEDED);
        }
        let entry = list.cast::<u8>().add(at);
        let head = ACE_HEADER { AceType: kind, AceFlags: 0, AceSize: bytes as u16 };
        entry.cast::<ACE_HEADER>().write(head);
        entry.add(size_of::<ACE_HEADER>()).cast::<u32>().write(mask);
        entry.add(head_bytes).copy_from_nonoverlapping(who.cast(), sid_bytes);
        (*list).AceCount += 1;
        (*list).AclRevision = (*list).AclRevision.max(revision as u8);
        Ok(())
    };
    finish(added())
}

/// `BOOL AddAccessAllowedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)`: FALSE:
/// 1344 when the list has no room for it, 1336, 1337.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AddAccessAllowedAce(
    list: *mut ACL,
    revision: u32,
    mask: u32,
    who: *const SID,
) -> i32 {
    unsafe { add(list, revision, 0, mask, who) }
}

/// `BOOL AddAccessDeniedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)`: as
/// [`AddAccessAllowedAce`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AddAccessDeniedAce(
    list: *mut ACL,
    revision: u32,
    mask: u32,
    who: *const SID,
) -> i32 {
    unsafe { add(list, revision, 1, mask, who) }
}

/// `DWORD GetSidLengthRequired(UCHAR nSubAuthorityCount)`
#[unsafe(no_mangle)]
pub extern "C" fn GetSidLengthRequired(parts: u8) -> u32 {
    8 + 4 * u32::from(parts)
}

/// `BOOL InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
/// BYTE nSubAuthorityCount)`: its parts are zero. FALSE with 87 for more than 15.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSid(
    to: *mut SID,
    authority: *const SID_IDENTIFIER_AUTHORITY,
    parts: u8,
) -> i32 {
    if parts > PARTS_MAX {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let bytes = GetSidLengthRequired(parts) as usize;
    unsafe {
        to.cast::<u8>().write_bytes(0, bytes);
        (*to).Revision = REVISION;
        (*to).SubAuthorityCount = parts;
        (*to).IdentifierAuthority = *authority;
    }
    finish(Ok(()))
}

/// `BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
/// BYTE nSubAuthorityCount, DWORD nSubAuthority0, …, DWORD nSubAuthority7, PSID *pSid)`: goes by
/// FreeSid. FALSE: 87 for more than 8 parts, 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AllocateAndInitializeSid(
    authority: *const SID_IDENTIFIER_AUTHORITY,
    count: u8,
    part0: u32,
    part1: u32,
    part2: u32,
    part3: u32,
    part4: u32,
    part5: u32,
    part6: u32,
    part7: u32,
    to: *mut *mut SID,
) -> i32 {
    let parts = [part0, part1, part2, part3, part4, part5, part6, part7];
    if usize::from(count) > parts.len() {
        return finish(Err(Error::INVALID_PARAMETER));
    }
    let made = unsafe { libc::malloc(GetSidLengthRequired(count) as usize) }.cast::<SID>();
    if made.is_null() {
        return finish(Err(Error::NOT_ENOUGH_MEMORY));
    }
    unsafe {
        InitializeSid(made, authority, count);
        for (at, part) in parts.into_iter().take(count.into()).enumerate() {
            GetSidSubAuthority(made, at as u32).write(part);
        }
        to.write(made);
    }
    finish(Ok(()))
}

/// `PVOID FreeSid(PSID pSid)`: NULL. For what [`AllocateAndInitializeSid`] has made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeSid(sid: *mut SID) -> *mut c_void {
    unsafe { libc::free(sid.cast()) };
    std::ptr::null_mut()
}

/// `BOOL IsValidSid(PSID pSid)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidSid(sid: *const SID) -> i32 {
    let valid = |sid: &SID| sid.Revision == REVISION && sid.SubAuthorityCount <= PARTS_MAX;
    unsafe { sid.as_ref() }.is_some_and(valid).into()
}

/// `DWORD GetLengthSid(PSID pSid)`: in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetLengthSid(sid: *const SID) -> u32 {
    GetSidLengthRequired(unsafe { (*sid).SubAuthorityCount })
}

/// `PDWORD GetSidSubAuthority(PSID pSid, DWORD nSubAuthority)`: a place within the SID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSidSubAuthority(sid: *mut SID, number: u32) -> *mut u32 {
    let first = unsafe { &raw mut (*sid).SubAuthority };
    first.cast::<u32>().wrapping_add(number as usize)
}

/// `PUCHAR GetSidSubAuthorityCount(PSID pSid)`: a place within the SID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSidSubAuthorityCount(sid: *mut SID) -> *mut u8 {
    unsafe { &raw mut (*sid).SubAuthorityCount }
}

/// `PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID pSid)`: a place within the SID.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSidIdentifierAuthority(sid: *mut SID) -> *mut SID_IDENTIFIER_AUTHORITY {
    unsafe { &raw mut (*sid).IdentifierAuthority }
}

unsafe fn bytes<'a>(sid: *const SID) -> &'a [u8] {
    unsafe { std::slice::from_raw_parts(sid.cast(), GetLengthSid(sid) as usize) }
}

/// `BOOL EqualSid(PSID pSid1, PSID pSid2)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EqualSid(one: *const SID, other: *const SID) -> i32 {
    unsafe { bytes(one) == bytes(other) }.into()
}

/// `BOOL CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid)`: FALSE with
/// 122 without the room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CopySid(room: u32, to: *mut SID, from: *const SID) -> i32 {
    let from = unsafe { bytes(from) };
    finish(match from.len() <= room as usize {
        true => {
            unsafe { to.cast::<u8>().copy_from(from.as_ptr(), from.len()) };
            Ok(())
        }
        false => Err(INSUFFICIENT_BUFFER),
    })
}

/// A SID's text: `S-1-22-1-1000`.
pub(super) unsafe fn text(sid: *const SID) -> Result<String, Error> {
    if unsafe { IsValidSid(sid) } == 0 {
        return Err(INVALID_SID);
    }
    let (sid_at, sid) = (sid.cast_mut(), unsafe { &*sid });
    let authority = sid.IdentifierAuthority.Value.iter();
    let authority = authority.fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    let parts =
        (0..sid.SubAuthorityCount.into()).map(|at| unsafe { *GetSidSubAuthority(sid_at, at) });
    Ok(parts.fold(format!("S-1-{authority}"), |text, part| format!("{text}-{part}")))
}

/// `BOOL ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid)`: goes by LocalFree. FALSE: 1337, 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertSidToStringSidA(sid: *const SID, to: *mut *mut u8) -> i32 {
    finish(unsafe { text(sid) }.map(|text| unsafe { to.write(given(&text)) }))
}

/// `BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertSidToStringSidW(
    sid: *const SID,
    to: *mut *mut crate::text::Wide,
) -> i32 {
    finish(unsafe { text(sid) }.map(|text| unsafe { to.write(given(&text)) }))
}

/// A copy that goes by LocalFree.
unsafe fn given<C: crate::text::Character>(text: &str) -> *mut C {
    let room = C::encode(text).len() + 1;
    let memory = unsafe { super::memory::LocalAlloc(0, room * size_of::<C>()) }.cast::<C>();
    unsafe { crate::text::write(text, memory, room) };
    memory
}

//! Sums by way of a provider of CryptAcquireContext.
//!
//! # Safety
//!
//! Buffers are the caller's, with as many bytes as their size says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::sync::Arc;

use engine::error::Error;
use engine::linux::{foreign, insert_foreign};

use super::super::finish;
use super::super::random::provider;
use super::{Hash, K, Kind};

const BAD_UID: Error = Error(0x8009_0001);
const BAD_KEY: Error = Error(0x8009_0003);
const BAD_ALGORITHM: Error = Error(0x8009_0008);
const BAD_TYPE: Error = Error(0x8009_000A);
const BAD_HASH_STATE: Error = Error(0x8009_000C);
const MORE_DATA: Error = Error(234);

/// CALG_MD5 and the others.
const NUMBERS: [(u32, Kind); 5] = [
    (0x8003, K::Md5),
    (0x8004, K::Sha1),
    (0x800C, K::Sha256),
    (0x800D, K::Sha384),
    (0x800E, K::Sha512),
];

fn hash(handle: usize) -> Result<Arc<Hash>, Error> {
    foreign(handle as *mut c_void).map_err(|_| Error::INVALID_HANDLE)
}

/// `BOOL CryptCreateHash(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTKEY hKey, DWORD dwFlags,
/// HCRYPTHASH *phHash)`: MD5, SHA-1, SHA-256, SHA-384 and SHA-512, for CryptDestroyHash. FALSE:
/// NTE_BAD_UID for what is no provider, NTE_BAD_ALGID, NTE_BAD_KEY, for there are no keys.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptCreateHash(
    from: usize,
    algorithm: u32,
    key: usize,
    _flags: u32,
    to: *mut usize,
) -> i32 {
    let made = || {
        provider(from).map_err(|_| BAD_UID)?;
        let known = NUMBERS.iter().find(|(number, _)| *number == algorithm);
        let (_, kind) = known.ok_or(BAD_ALGORITHM)?;
        if key != 0 {
            return Err(BAD_KEY);
        }
        let handle = insert_foreign(Arc::new(Hash::new(*kind, None)))?;
        unsafe { to.write(handle as usize) };
        Ok(())
    };
    finish(made())
}

/// `BOOL CryptHashData(HCRYPTHASH hHash, const BYTE *pbData, DWORD dwDataLen, DWORD dwFlags)`: more
/// bytes. FALSE: NTE_BAD_HASH_STATE once the sum was asked for, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptHashData(to: usize, from: *const u8, bytes: u32, _: u32) -> i32 {
    finish(hash(to).and_then(|hash| {
        let data: &[u8] = match bytes {
            0 => &[],
            _ => unsafe { std::slice::from_raw_parts(from, bytes as usize) },
        };
        if hash.add(data) { Ok(()) } else { Err(BAD_HASH_STATE) }
    }))
}

/// `BOOL CryptGetHashParam(HCRYPTHASH hHash, DWORD dwParam, BYTE *pbData, DWORD *pdwDataLen, DWORD
/// dwFlags)`: HP_ALGID (1), HP_HASHVAL (2: the sum, which ends it) and HP_HASHSIZE (4); without a
/// buffer how many bytes it has. FALSE: 234 without the room, NTE_BAD_TYPE, 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptGetHashParam(
    from: usize,
    parameter: u32,
    to: *mut u8,
    room: *mut u32,
    _flags: u32,
) -> i32 {
    let told = || {
        let hash = hash(from)?;
        let number = NUMBERS.iter().find(|(_, kind)| *kind == hash.kind).map_or(0, |one| one.0);
        let value = match parameter {
            1 => number.to_le_bytes().to_vec(),
            4 => hash.kind.bytes().0.to_le_bytes().to_vec(),
            2 if to.is_null() => vec![0; hash.kind.bytes().0 as usize],
            2 if unsafe { *room } < hash.kind.bytes().0 => vec![0; hash.kind.bytes().0 as usize],
            2 => hash.end().0,
            _ => return Err(BAD_TYPE),
        };
        let had = std::mem::replace(unsafe { &mut *room }, value.len() as u32);
        if to.is_null() {
            return Ok(());
        }
        if (had as usize) < value.len() {
            return Err(MORE_DATA);
        }
        unsafe { to.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
        Ok(())
    };
    finish(told())
}

/// `BOOL CryptDuplicateHash(HCRYPTHASH hHash, DWORD *pdwReserved, DWORD dwFlags,
/// HCRYPTHASH *phHash)`: as far as it has come. FALSE: 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptDuplicateHash(
    from: usize,
    _reserved: *mut u32,
    _flags: u32,
    to: *mut usize,
) -> i32 {
    let copied = hash(from).and_then(|hash| insert_foreign(Arc::new(hash.copy())));
    finish(copied.map(|handle| unsafe { to.write(handle as usize) }))
}

/// `BOOL CryptDestroyHash(HCRYPTHASH hHash)`. FALSE: 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptDestroyHash(handle: usize) -> i32 {
    match hash(handle) {
        Ok(_) => unsafe { engine::CloseHandle(handle as *mut c_void) },
        Err(error) => finish(Err(error)),
    }
}

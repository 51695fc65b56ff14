//! Sums of the Cryptography API: Next Generation.
//!
//! # Safety
//!
//! Buffers are the caller's, with as many bytes as their size says; names end with a null.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::sync::Arc;

use engine::linux::{foreign, insert_foreign};

use super::{Hash, K, KINDS, Kind};
use crate::text::{Wide, read};

/// An NTSTATUS.
type Status = i32;

const SUCCESS: Status = 0;
const INVALID_HANDLE: Status = 0xC000_0008_u32 as i32;
const INVALID_PARAMETER: Status = 0xC000_000D_u32 as i32;
const NO_MEMORY: Status = 0xC000_0017_u32 as i32;
const BUFFER_TOO_SMALL: Status = 0xC000_0023_u32 as i32;
const NOT_SUPPORTED: Status = 0xC000_00BB_u32 as i32;
const NOT_FOUND: Status = 0xC000_0225_u32 as i32;

const KEYED: u32 = 0x8;

/// What an algorithm's handle stands for.
#[derive(Clone, Copy)]
struct Algorithm {
    /// `None`: random bytes.
    kind: Option<Kind>,
    keyed: bool,
}

/// Handles that stand for algorithms without being opened.
const KNOWN: [(usize, Option<Kind>, bool); 11] = [
    (0x21, Some(K::Md5), false),
    (0x31, Some(K::Sha1), false),
    (0x41, Some(K::Sha256), false),
    (0x51, Some(K::Sha384), false),
    (0x61, Some(K::Sha512), false),
    (0x81, None, false),
    (0x91, Some(K::Md5), true),
    (0xA1, Some(K::Sha1), true),
    (0xB1, Some(K::Sha256), true),
    (0xC1, Some(K::Sha384), true),
    (0xD1, Some(K::Sha512), true),
];

fn algorithm(handle: *mut c_void) -> Result<Algorithm, Status> {
    match KNOWN.iter().find(|(known, ..)| *known == handle as usize) {
        Some(&(_, kind, keyed)) => Ok(Algorithm { kind, keyed }),
        None => foreign::<Algorithm>(handle).map(|opened| *opened).map_err(|_| INVALID_HANDLE),
    }
}

/// Whether the handle is that of an algorithm for random bytes.
pub(in super::super) fn is_generator(handle: *mut c_void) -> bool {
    algorithm(handle).is_ok_and(|algorithm| algorithm.kind.is_none())
}

fn finish(result: Result<(), Status>) -> Status {
    result.err().unwrap_or(SUCCESS)
}

unsafe fn slice<'a>(at: *const u8, bytes: u32) -> &'a [u8] {
    match bytes {
        0 => &[],
        _ => unsafe { std::slice::from_raw_parts(at, bytes as usize) },
    }
}

/// `NTSTATUS BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *phAlgorithm, LPCWSTR pszAlgId,
/// LPCWSTR pszImplementation, ULONG dwFlags)`: MD5, SHA1, SHA256, SHA384 and SHA512, also keyed
/// (BCRYPT_ALG_HANDLE_HMAC_FLAG), and RNG. STATUS_NOT_FOUND for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptOpenAlgorithmProvider(
    to: *mut *mut c_void,
    name: *const Wide,
    _implementation: *const Wide,
    flags: u32,
) -> Status {
    let opened = || {
        let name = unsafe { read(name) }.filter(|_| !to.is_null()).ok_or(INVALID_PARAMETER)?;
        let kind = match name.as_str() {
            "RNG" => None,
            name => Some(*KINDS.iter().find(|kind| kind.name() == name).ok_or(NOT_FOUND)?),
        };
        let algorithm = Algorithm { kind, keyed: flags & KEYED != 0 };
        let handle = insert_foreign(Arc::new(algorithm)).map_err(|_| NO_MEMORY)?;
        unsafe { to.write(handle) };
        Ok(())
    };
    finish(opened())
}

/// `NTSTATUS BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE hAlgorithm, ULONG dwFlags)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptCloseAlgorithmProvider(handle: *mut c_void, _: u32) -> Status {
    finish(foreign::<Algorithm>(handle).map_err(|_| INVALID_HANDLE).map(|_| {
        unsafe { engine::CloseHandle(handle) };
    }))
}

/// `NTSTATUS BCryptCreateHash(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_HASH_HANDLE *phHash,
/// PUCHAR pbHashObject, ULONG cbHashObject, PUCHAR pbSecret, ULONG cbSecret, ULONG dwFlags)`: the
/// object's memory is not needed, and not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptCreateHash(
    from: *mut c_void,
    to: *mut *mut c_void,
    _object: *mut u8,
    _object_bytes: u32,
    secret: *const u8,
    secret_bytes: u32,
    _flags: u32,
) -> Status {
    let made = || {
        let Algorithm { kind, keyed } = algorithm(from)?;
        let kind = kind.ok_or(NOT_SUPPORTED)?;
        if to.is_null() || !keyed && secret_bytes > 0 {
            return Err(INVALID_PARAMETER);
        }
        let key = keyed.then(|| unsafe { slice(secret, secret_bytes) });
        let handle = insert_foreign(Arc::new(Hash::new(kind, key))).map_err(|_| NO_MEMORY)?;
        unsafe { to.write(handle) };
        Ok(())
    };
    finish(made())
}

fn hash(handle: *mut c_void) -> Result<Arc<Hash>, Status> {
    foreign(handle).map_err(|_| INVALID_HANDLE)
}

/// `NTSTATUS BCryptHashData(BCRYPT_HASH_HANDLE hHash, PUCHAR pbInput, ULONG cbInput,
/// ULONG dwFlags)`: more bytes. STATUS_INVALID_HANDLE once it is finished.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptHashData(
    to: *mut c_void,
    from: *const u8,
    bytes: u32,
    _flags: u32,
) -> Status {
    finish(hash(to).and_then(|hash| match hash.add(unsafe { slice(from, bytes) }) {
        true => Ok(()),
        false => Err(INVALID_HANDLE),
    }))
}

/// `NTSTATUS BCryptFinishHash(BCRYPT_HASH_HANDLE hHash, PUCHAR pbOutput, ULONG cbOutput,
/// ULONG dwFlags)`: the sum, once, into a buffer of its size: else STATUS_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptFinishHash(
    from: *mut c_void,
    to: *mut u8,
    bytes: u32,
    _flags: u32,
) -> Status {
    finish(hash(from).and_then(|hash| {
        if to.is_null() || bytes != hash.kind.bytes().0 {
            return Err(INVALID_PARAMETER);
        }
        let (sum, was_done) = hash.end();
        if was_done {
            return Err(INVALID_HANDLE);
        }
        unsafe { to.copy_from_nonoverlapping(sum.as_ptr(), sum.len()) };
        Ok(())
    }))
}

/// `NTSTATUS BCryptDuplicateHash(BCRYPT_HASH_HANDLE hHash, BCRYPT_HASH_HANDLE *phNewHash,
/// PUCHAR pbHashObject, ULONG cbHashObject, ULONG dwFlags)`: as far as it has come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptDuplicateHash(
    from: *mut c_void,
    to: *mut *mut c_void,
    _object: *mut u8,
    _object_bytes: u32,
    _flags: u32,
) -> Status {
    let copied =
        hash(from).and_then(|hash| insert_foreign(Arc::new(hash.copy())).map_err(|_| NO_MEMORY));
    finish(copied.map(|handle| unsafe { to.write(handle) }))
}

/// `NTSTATUS BCryptDestroyHash(BCRYPT_HASH_HANDLE hHash)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptDestroyHash(handle: *mut c_void) -> Status {
    finish(hash(handle).map(|_| {
        unsafe { engine::CloseHandle(handle) };
    }))
}

/// `NTSTATUS BCryptHash(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret,
/// PUCHAR pbInput, ULONG cbInput, PUCHAR pbOutput, ULONG cbOutput)`: all at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptHash(
    from: *mut c_void,
    secret: *const u8,
    secret_bytes: u32,
    input: *const u8,
    input_bytes: u32,
    to: *mut u8,
    bytes: u32,
) -> Status {
    let made = || {
        let Algorithm { kind, keyed } = algorithm(from)?;
        let kind = kind.ok_or(NOT_SUPPORTED)?;
        if to.is_null() || bytes != kind.bytes().0 || !keyed && secret_bytes > 0 {
            return Err(INVALID_PARAMETER);
        }
        let mut sum = kind.begin(keyed.then(|| unsafe { slice(secret, secret_bytes) }));
        sum.add(unsafe { slice(input, input_bytes) });
        let sum = sum.end();
        unsafe { to.copy_from_nonoverlapping(sum.as_ptr(), sum.len()) };
        Ok(())
    };
    finish(made())
}

/// `NTSTATUS BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput,
/// ULONG cbOutput, ULONG *pcbResult, ULONG dwFlags)`: HashDigestLength, HashBlockLength,
/// ObjectLength (some bytes, which nothing needs) and AlgorithmName, of an algorithm or a sum;
/// STATUS_NOT_SUPPORTED for others, STATUS_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptGetProperty(
    from: *mut c_void,
    property: *const Wide,
    to: *mut u8,
    room: u32,
    needed: *mut u32,
    _flags: u32,
) -> Status {
    const OBJECT_BYTES: u32 = 64;
    let told = || {
        let kind = match (algorithm(from), hash(from)) {
            (Ok(algorithm), _) => algorithm.kind,
            (_, Ok(hash)) => Some(hash.kind),
            _ => return Err(INVALID_HANDLE),
        };
        let property = unsafe { read(property) }.ok_or(INVALID_PARAMETER)?;
        let value = match (property.as_str(), kind) {
            ("HashDigestLength", Some(kind)) => kind.bytes().0.to_ne_bytes().to_vec(),
            ("HashBlockLength", Some(kind)) => kind.bytes().1.to_ne_bytes().to_vec(),
            ("ObjectLength", Some(_)) => OBJECT_BYTES.to_ne_bytes().to_vec(),
            ("AlgorithmName", kind) => {
                let name = kind.map_or("RNG", Kind::name).chars().map(u32::from);
                name.chain([0]).flat_map(u32::to_ne_bytes).collect()
            }
            _ => return Err(NOT_SUPPORTED),
        };
        if let Some(needed) = unsafe { needed.as_mut() } {
            *needed = value.len() as u32;
        }
        if to.is_null() {
            return Ok(());
        }
        if (room as usize) < value.len() {
            return Err(BUFFER_TOO_SMALL);
        }
        unsafe { to.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
        Ok(())
    };
    finish(told())
}

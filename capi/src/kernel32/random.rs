//! Random bytes, by the names of three interfaces.
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

use super::finish;

/// What CryptAcquireContext's handle stands for: the system's generator, which has no state here.
pub(super) struct Provider;

unsafe fn fill(to: *mut u8, bytes: u32) -> Result<(), Error> {
    let (mut at, end) = (0, bytes as usize);
    while at < end {
        match usize::try_from(unsafe { libc::getrandom(to.add(at).cast(), end - at, 0) }) {
            Ok(got) => at += got,
            Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
            Err(_) => return Err(super::last_errno()),
        }
    }
    Ok(())
}

/// `NTSTATUS BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer,
/// ULONG dwFlags)`
///
/// Of the system's generator, which BCRYPT_USE_SYSTEM_PREFERRED_RNG asks for, without a handle, and
/// an algorithm's handle for RNG, without that flag. STATUS_INVALID_HANDLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn BCryptGenRandom(
    algorithm: *mut c_void,
    to: *mut u8,
    bytes: u32,
    flags: u32,
) -> i32 {
    const SYSTEM: u32 = 2;
    const INVALID_HANDLE: i32 = 0xC000_0008_u32 as i32;
    const UNSUCCESSFUL: i32 = 0xC000_0001_u32 as i32;
    match () {
        () if algorithm.is_null() != (flags & SYSTEM != 0) => INVALID_HANDLE,
        () if !algorithm.is_null() && !super::hash::is_generator(algorithm) => INVALID_HANDLE,
        () => unsafe { fill(to, bytes) }.map_or(UNSUCCESSFUL, |()| 0),
    }
}

/// `BOOLEAN RtlGenRandom(PVOID RandomBuffer, ULONG RandomBufferLength)`, by its name in the
/// library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SystemFunction036(to: *mut u8, bytes: u32) -> u8 {
    u8::from(unsafe { fill(to, bytes) }.is_ok())
}

unsafe fn acquire(to: *mut usize, kind: u32, flags: u32) -> i32 {
    const PROV_RSA_FULL: u32 = 1;
    const PROV_RSA_AES: u32 = 24;
    // CRYPT_VERIFYCONTEXT and CRYPT_SILENT: there are no keys, and no containers for them.
    const VERIFY: u32 = 0xF000_0000;
    const SILENT: u32 = 0x40;
    const BAD_PROV_TYPE: Error = Error(0x8009_0014);
    const BAD_FLAGS: Error = Error(0x8009_0009);
    finish(match () {
        () if to.is_null() => Err(Error(87)),
        () if !matches!(kind, PROV_RSA_FULL | PROV_RSA_AES) => Err(BAD_PROV_TYPE),
        () if flags & !(VERIFY | SILENT) != 0 => Err(BAD_FLAGS),
        () => engine::linux::insert_foreign(Arc::new(Provider))
            .map(|handle| unsafe { to.write(handle as usize) }),
    })
}

/// `BOOL CryptAcquireContextA(HCRYPTPROV *phProv, LPCSTR szContainer, LPCSTR szProvider,
/// DWORD dwProvType, DWORD dwFlags)`
///
/// For CryptGenRandom. There are no containers of keys: flags that make or delete one are
/// NTE_BAD_FLAGS, and the names are not looked at. PROV_RSA_FULL and PROV_RSA_AES, else
/// NTE_BAD_PROV_TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptAcquireContextA(
    to: *mut usize,
    _container: *const u8,
    _provider: *const u8,
    kind: u32,
    flags: u32,
) -> i32 {
    unsafe { acquire(to, kind, flags) }
}

/// `BOOL CryptAcquireContextW(HCRYPTPROV *phProv, LPCWSTR szContainer, LPCWSTR szProvider,
/// DWORD dwProvType, DWORD dwFlags)`: as CryptAcquireContextA.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptAcquireContextW(
    to: *mut usize,
    _container: *const u32,
    _provider: *const u32,
    kind: u32,
    flags: u32,
) -> i32 {
    unsafe { acquire(to, kind, flags) }
}

pub(super) fn provider(handle: usize) -> Result<Arc<Provider>, Error> {
    engine::linux::foreign(handle as *mut c_void).map_err(|_| Error(87))
}

/// `BOOL CryptGenRandom(HCRYPTPROV hProv, DWORD dwLen, BYTE *pbBuffer)`: 87 for another handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptGenRandom(handle: usize, bytes: u32, to: *mut u8) -> i32 {
    finish(provider(handle).and_then(|_| unsafe { fill(to, bytes) }))
}

/// `BOOL CryptReleaseContext(HCRYPTPROV hProv, DWORD dwFlags)`: 87 for another handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CryptReleaseContext(handle: usize, _flags: u32) -> i32 {
    match provider(handle) {
        Ok(_) => unsafe { engine::CloseHandle(handle as *mut c_void) },
        Err(error) => finish(Err(error)),
    }
}

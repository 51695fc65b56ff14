//! What the desktop of Windows tells where there is none: numbers of messages, and measures.
//!
//! # Safety
//!
//! Names end with a null.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::sync::LazyLock;

use engine::error::Error;
use parking_lot::Mutex;

use super::{finish, finish_value};
use crate::text::{Character, Wide, read};

const FIRST_REGISTERED: u32 = 0xC000;
const REGISTERED_MAX: usize = 0x4000;

/// Names of messages in the order of their numbers; there are 16384 at most.
static REGISTERED: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

unsafe fn register<C: Character>(name: *const C) -> u32 {
    let number = || {
        let name = unsafe { read(name) }.ok_or(Error::INVALID_PARAMETER)?.to_lowercase();
        let mut all = REGISTERED.lock();
        let at = all.iter().position(|known| *known == name).unwrap_or(all.len());
        if at == REGISTERED_MAX {
            return Err(Error::NOT_ENOUGH_MEMORY);
        }
        if at == all.len() {
            all.push(name);
        }
        Ok(FIRST_REGISTERED + at as u32)
    };
    finish_value(number())
}

/// `UINT RegisterWindowMessageA(LPCSTR lpString)`: a number of 0xC000 to 0xFFFF, in this process
/// the same for the same name, upper and lower case alike. 0: 8, 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterWindowMessageA(name: *const u8) -> u32 {
    unsafe { register(name) }
}

/// `UINT RegisterWindowMessageW(LPCWSTR lpString)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RegisterWindowMessageW(name: *const Wide) -> u32 {
    unsafe { register(name) }
}

/// `int GetSystemMetrics(int nIndex)`: SM_NETWORK (63) says that there is one; there are no
/// screens, buttons and borders: 0.
#[unsafe(no_mangle)]
pub extern "C" fn GetSystemMetrics(index: i32) -> i32 {
    if index == 63 { 3 } else { 0 }
}

/// `BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId)`: 0, the session of services,
/// of every process that there is. FALSE: 87.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ProcessIdToSessionId(process: u32, to: *mut u32) -> i32 {
    let found = std::fs::metadata(format!("/proc/{process}")).is_ok() && !to.is_null();
    finish(match found {
        true => {
            unsafe { to.write(0) };
            Ok(())
        }
        false => Err(Error::INVALID_PARAMETER),
    })
}

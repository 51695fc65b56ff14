//! Named pipes and mailslots, for text of wchar_t.
//!
//! # Safety
//!
//! As in wide.rs: texts that come in are null or end with a null, all else is as the engine says.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;

use super::Name;
use crate::text::Wide;

/// `HANDLE CreateNamedPipeW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateNamedPipeW(
    name: *const Wide,
    open_mode: u32,
    pipe_mode: u32,
    instances: u32,
    out_bytes: u32,
    in_bytes: u32,
    timeout: u32,
    security: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    unsafe {
        let name = Name::of(name);
        engine::CreateNamedPipeW(
            name.as_ptr(),
            open_mode,
            pipe_mode,
            instances,
            out_bytes,
            in_bytes,
            timeout,
            security,
        )
    }
}

/// `HANDLE CreateMailslotW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMailslotW(
    name: *const Wide,
    bytes_max: u32,
    timeout: u32,
    security: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    unsafe { engine::CreateMailslotW(Name::of(name).as_ptr(), bytes_max, timeout, security) }
}

/// `BOOL WaitNamedPipeW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WaitNamedPipeW(name: *const Wide, timeout: u32) -> i32 {
    unsafe { engine::WaitNamedPipeW(Name::of(name).as_ptr(), timeout) }
}

/// `BOOL CallNamedPipeW(…)`: see the engine's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CallNamedPipeW(
    name: *const Wide,
    question: *const c_void,
    question_bytes: u32,
    answer: *mut c_void,
    answer_room: u32,
    count: *mut u32,
    timeout: u32,
) -> i32 {
    unsafe {
        let name = Name::of(name);
        let name = name.as_ptr();
        engine::CallNamedPipeW(name, question, question_bytes, answer, answer_room, count, timeout)
    }
}

/// `BOOL GetNamedPipeHandleStateW(…)`: see the engine's, which tells no user's name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNamedPipeHandleStateW(
    pipe: HANDLE,
    state: *mut u32,
    instances: *mut u32,
    count: *mut u32,
    timeout: *mut u32,
    user: *mut Wide,
    room: u32,
) -> i32 {
    let user = user.cast(); // only whether it is null is looked at
    unsafe { engine::GetNamedPipeHandleStateW(pipe, state, instances, count, timeout, user, room) }
}

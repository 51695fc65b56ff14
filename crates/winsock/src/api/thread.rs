//! Threads: their handles and numbers, their ends, and APCs queued to them.

use std::ffi::c_void;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{DUPLICATE_HANDLE_OPTIONS, HANDLE, PAPCFUNC};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{
    CREATE_SUSPENDED, LPTHREAD_START_ROUTINE, STACK_SIZE_PARAM_IS_A_RESERVATION,
    THREAD_ACCESS_RIGHTS, THREAD_CREATION_FLAGS, THREAD_PRIORITY,
};
use windows_sys::core::BOOL;

use super::{finish_bool, finish_handle, finish_number};
use crate::apc::Apc;
use crate::error::Error;
use crate::handle::{self, Object};
use crate::thread::{self, birth};
use crate::threads;

/// GetCurrentThread's value: whoever uses it means itself.
const MYSELF: usize = -2isize as usize;

/// The thread behind a handle, or 6.
fn addressed(handle: HANDLE) -> Result<std::sync::Arc<threads::Thread>, Error> {
    match handle as usize {
        MYSELF => Ok(thread::record()),
        handle => handle::thread(handle),
    }
}

/// `HANDLE GetCurrentThread()`
///
/// A value that means the calling thread to whoever uses it; DuplicateHandle makes a handle of it.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetCurrentThread() -> HANDLE {
    MYSELF as HANDLE
}

/// `DWORD GetCurrentThreadId()`
///
/// Linux's number of the thread.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetCurrentThreadId() -> u32 {
    thread::number()
}

/// `HANDLE OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId)`
///
/// A handle to a thread of this process, with every right; 87 if there is none of this number.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn OpenThread(
    _dwdesiredaccess: THREAD_ACCESS_RIGHTS,
    _binherithandle: BOOL,
    dwthreadid: u32,
) -> HANDLE {
    let opened = threads::open(dwthreadid);
    finish_handle(opened.and_then(|thread| handle::insert(|_| Object::Thread(thread))))
}

/// `HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
/// LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
/// LPDWORD lpThreadId)`
///
/// The handle is signalled when the thread ends; closing it does not end the thread. Stacks have at
/// least the size asked for. CREATE_SUSPENDED: it does not begin before [`ResumeThread`] (S4.21).
/// 87 without a function or with other flags; 8 when no thread can be made.
///
/// # Safety
///
/// The function may be called with the parameter on another thread; `lpthreadid` is null or valid
/// for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThread(
    _lpthreadattributes: *const SECURITY_ATTRIBUTES,
    dwstacksize: usize,
    lpstartaddress: LPTHREAD_START_ROUTINE,
    lpparameter: *const c_void,
    dwcreationflags: THREAD_CREATION_FLAGS,
    lpthreadid: *mut u32,
) -> HANDLE {
    const KNOWN: u32 = CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION;
    let created = match lpstartaddress {
        Some(start) if dwcreationflags & !KNOWN == 0 => {
            let suspended = dwcreationflags & CREATE_SUSPENDED != 0;
            birth::make(dwstacksize, start, lpparameter.cast_mut(), suspended)
        }
        _ => Err(Error::INVALID_PARAMETER),
    };
    if let (Ok(thread), false) = (&created, lpthreadid.is_null()) {
        // SAFETY: the caller's variable, valid for writes during the call.
        unsafe { lpthreadid.write(thread.number) };
    }
    finish_handle(created.and_then(|thread| handle::insert(|_| Object::Thread(thread))))
}

/// `BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode)`
///
/// 259 while it runs.
///
/// # Safety
///
/// `lpexitcode` is valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetExitCodeThread(hthread: HANDLE, lpexitcode: *mut u32) -> BOOL {
    finish_bool(addressed(hthread).map(|thread| {
        // SAFETY: the caller's variable, valid for writes during the call.
        unsafe { lpexitcode.write(thread.exit_code()) }
    }))
}

/// `DWORD ResumeThread(HANDLE hThread)`
///
/// Takes one suspension back, and begins a thread that was made suspended: how many there were, so
/// 0 for one that runs (S4.21). 0xFFFFFFFF with 6.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ResumeThread(hthread: HANDLE) -> u32 {
    finish_number(addressed(hthread).map(|thread| thread.resume()), u32::MAX)
}

/// `void ExitThread(DWORD dwExitCode)`
///
/// Ends the calling thread, with destructors of C++ frames and thread-local values (S4.22). A
/// thread of Rust's standard library must return instead: its frames cannot be left.
///
/// # Safety
///
/// No frame of Rust between here and the thread's function has anything to drop.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ExitThread(dwexitcode: u32) -> ! {
    birth::exit(dwexitcode)
}

/// `BOOL SetThreadPriority(HANDLE hThread, int nPriority)`
///
/// -2 to 2, -15 and 15; else 87. The value is kept and becomes Linux' nice value where that is
/// permitted: raising it above normal needs a privilege there (S4.23).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetThreadPriority(
    hthread: HANDLE,
    npriority: THREAD_PRIORITY,
) -> BOOL {
    finish_bool(addressed(hthread).and_then(|thread| thread.set_priority(npriority)))
}

/// `int GetThreadPriority(HANDLE hThread)`
///
/// What SetThreadPriority was told, or 0; 0x7FFFFFFF with 6 (S4.23).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetThreadPriority(hthread: HANDLE) -> i32 {
    finish_number(addressed(hthread).map(|thread| thread.priority()), i32::MAX)
}

/// `DWORD GetThreadId(HANDLE hThread)`
///
/// 0 with 6.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetThreadId(hthread: HANDLE) -> u32 {
    finish_number(addressed(hthread).map(|thread| thread.number), 0)
}

/// `DWORD GetCurrentProcessId()`
///
/// Linux' number of the process.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetCurrentProcessId() -> u32 {
    std::process::id()
}

/// `DWORD QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData)`
///
/// Queues a call to the thread's next alertable wait (S5.8). 0 for a bad handle (6), or a thread
/// that has ended (31).
///
/// # Safety
///
/// The function may be called with the value on that thread.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn QueueUserAPC(
    pfnapc: PAPCFUNC,
    hthread: HANDLE,
    dwdata: usize,
) -> u32 {
    let queued = addressed(hthread).and_then(|thread| {
        let function = pfnapc.ok_or(Error::INVALID_PARAMETER)?;
        match thread.apcs.push(Apc::User(function, dwdata)) {
            true => Ok(()),
            false => Err(Error::GEN_FAILURE),
        }
    });
    finish_bool(queued) as u32
}

/// `BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
/// HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle, DWORD dwDesiredAccess,
/// BOOL bInheritHandle, DWORD dwOptions)`
///
/// Within this process (both process handles are GetCurrentProcess's value), for threads, events,
/// semaphores and mutexes; 50 for others. DUPLICATE_CLOSE_SOURCE closes the source.
///
/// # Safety
///
/// `lptargethandle` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DuplicateHandle(
    hsourceprocesshandle: HANDLE,
    hsourcehandle: HANDLE,
    htargetprocesshandle: HANDLE,
    lptargethandle: *mut HANDLE,
    _dwdesiredaccess: u32,
    _binherithandle: BOOL,
    dwoptions: DUPLICATE_HANDLE_OPTIONS,
) -> BOOL {
    const CLOSE_SOURCE: u32 = 1;
    let this_process = -1isize as HANDLE;
    let both_ours = hsourceprocesshandle == this_process && htargetprocesshandle == this_process;
    let copy = match hsourcehandle as usize {
        _ if !both_ours => Err(Error::INVALID_HANDLE),
        MYSELF => Ok(Object::Thread(thread::record())),
        handle => handle::duplicate::copy(handle),
    };
    let made = copy.and_then(|object| match lptargethandle.is_null() {
        true => Ok(()),
        // SAFETY: not null, so the caller's variable, valid for writes during the call.
        false => handle::insert(|_| object)
            .map(|made| unsafe { lptargethandle.write(made as usize as HANDLE) }),
    });
    finish_bool(made.inspect(|()| {
        if dwoptions & CLOSE_SOURCE != 0 {
            drop(handle::close(hsourcehandle as usize, |_| true));
        }
    }))
}

/// `HANDLE GetCurrentProcess()`
///
/// A value that means this process.
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetCurrentProcess() -> HANDLE {
    null_mut::<c_void>().wrapping_sub(1)
}

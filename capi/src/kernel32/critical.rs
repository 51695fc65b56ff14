//! Critical sections.
//!
//! # Safety
//!
//! A section is the caller's memory, all zero or initialised, in place while it is used.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;

/// CRITICAL_SECTION: owned by a thread as often as it entered. All zero is one that nobody owns.
#[repr(C)]
pub struct Section {
    lock: RawMutex,
    owner: AtomicU32,
    depth: u32,
}

/// What the header gives it room for.
const _: () = assert!(size_of::<Section>() <= 40);

/// Enters, or tells that another thread is inside if the caller does not want to wait.
unsafe fn enter(section: *mut Section, waits: bool) -> bool {
    let me = unsafe { engine::GetCurrentThreadId() };
    let at = unsafe { &*section };
    if at.owner.load(Ordering::Relaxed) != me {
        match waits {
            true => at.lock.lock(),
            false if !at.lock.try_lock() => return false,
            false => {}
        }
        at.owner.store(me, Ordering::Relaxed);
    }
    unsafe { (*section).depth += 1 };
    true
}

/// Leaves it once.
pub(super) unsafe fn leave(section: *mut Section) {
    unsafe {
        (*section).depth -= 1;
        if (*section).depth == 0 {
            (*section).owner.store(0, Ordering::Relaxed);
            (*section).lock.unlock();
        }
    }
}

/// `void InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSection(section: *mut Section) {
    unsafe {
        section.write(Section { lock: RawMutex::INIT, owner: AtomicU32::new(0), depth: 0 });
    }
}

/// `BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection,
/// DWORD dwSpinCount)`: every section spins a little, whatever the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSectionAndSpinCount(
    section: *mut Section,
    _: u32,
) -> i32 {
    unsafe { InitializeCriticalSection(section) };
    1
}

/// `BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
/// DWORD Flags)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSectionEx(section: *mut Section, _: u32, _: u32) -> i32 {
    unsafe { InitializeCriticalSection(section) };
    1
}

/// `DWORD SetCriticalSectionSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount)`:
/// the count before, which is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetCriticalSectionSpinCount(_: *mut Section, _: u32) -> u32 {
    0
}

/// `void DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection)`: it holds nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteCriticalSection(_: *mut Section) {}

/// `void EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EnterCriticalSection(section: *mut Section) {
    unsafe { enter(section, true) };
}

/// `BOOL TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryEnterCriticalSection(section: *mut Section) -> i32 {
    i32::from(unsafe { enter(section, false) })
}

/// `void LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection)`: by its owner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LeaveCriticalSection(section: *mut Section) {
    unsafe { leave(section) };
}

/// Enters it `depth` times, after a wait that left it as often.
pub(super) unsafe fn reenter(section: *mut Section, depth: u32) {
    unsafe {
        enter(section, true);
        (*section).depth = depth;
    }
}

/// Leaves it wholly: how often it had been entered.
pub(super) unsafe fn leave_wholly(section: *mut Section) -> u32 {
    unsafe {
        let depth = (*section).depth;
        (*section).depth = 1;
        leave(section);
        depth
    }
}
